"""The pass over all deliveries of a day of ARIO with stocks pooled by product."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit, jit_sums
from chainwright.stress.sectors.cut_kernels import lean, order_around, turn, weigh

__all__ = ["pass_products"]

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]

BLOCK = 2048
"""Buyers at a time, so that a product's rows are still in cache when they are used again."""


@jit
def _row(g: int, n: int, Z: Floats, M: Floats, slot: Integers, cut: Floats) -> Floats:
    """Return the deliveries of row g: as a cut leaves them, of a home node, or from abroad."""
    row: Floats
    if slot[g] >= 0:
        row = cut[slot[g]]
    elif g < n:
        row = Z[g]
    else:
        row = M[g - n]
    return row


@jit
def _any_cut(rows: Integers, slot: Integers) -> bool:
    return bool(max(slot[rows[0]], slot[rows[1]], slot[rows[2]], slot[rows[3]]) >= 0)


@jit_sums
def _add(row: Floats, w: float, into: Floats) -> None:
    for f in range(len(row)):
        into[f] += w * row[f]


@jit_sums
def _add_two(row: Floats, w: float, q: float, arriving: Floats, open_: Floats) -> None:
    for f in range(len(row)):
        arriving[f] += w * row[f]
        open_[f] += q * row[f]


@jit_sums
def _add_four(
    a: Floats, b: Floats, c: Floats, d: Floats, w: Floats, q: Floats, arriving: Floats,
    open_: Floats,
) -> None:  # fmt: skip
    """Four rows at a time: the two sums are loaded and stored once for all of them."""
    w0, w1, w2, w3 = w[0], w[1], w[2], w[3]
    q0, q1, q2, q3 = q[0], q[1], q[2], q[3]
    for f in range(len(a)):
        arriving[f] += w0 * a[f] + w1 * b[f] + w2 * c[f] + w3 * d[f]
        open_[f] += q0 * a[f] + q1 * b[f] + q2 * c[f] + q3 * d[f]


@jit_sums
def _product_of(row: Floats, orders: Floats) -> float:
    total: float = row[0] * orders[0]
    for f in range(1, len(row)):
        total += row[f] * orders[f]
    return total


@jit_sums
def _restock(
    made: Floats, wanted: Floats, inputs: Floats, bound: Floats, target: float, restoring: float,
    arriving: Floats, open_: Floats, orders: Floats, stock: Floats, limit: Floats,
) -> None:  # fmt: skip
    """Om += arrivals - use; orders = (gap / tau + use) / what is open; limit = Om / (psi s A)."""
    nothing = target * 0.0
    for f in range(len(made)):
        use = made[f] * inputs[f]
        left = stock[f] + orders[f] * arriving[f] - use
        # an input that does not limit is used as far as it goes
        left = left if bound[f] > nothing else max(left, nothing)
        stock[f] = left
        gap = max(nothing, target * wanted[f] * inputs[f] - left)
        asked = gap * restoring + use
        orders[f] = asked / open_[f] if open_[f] > nothing else nothing
        most = left * bound[f]
        limit[f] = min(limit[f], most) if bound[f] > nothing else limit[f]


@jit
def pass_products(  # noqa: PLR0912 - the pass, from top to bottom
    first: int, last: int, Z: Floats, M: Floats, rows: Integers, start: Integers, slot: Integers,
    sells: Floats, opened: Floats, cut_today: Floats, cut_tomorrow: Floats, moving: Floats,
    arriving_weight: Floats, order_weight: Floats,
    made: Floats, wanted: Floats, inputs: Floats, bound: Floats, target: Floats,
    restoring: Floats, orders: Floats, hole: Floats, stock: Floats, asked: Floats, limit: Floats,
    scratch: Floats,
) -> None:  # fmt: skip
    """Fill stocks, orders, demand and limits of the products first to last - 1.

    Per product p with rows g, with w = q rho of today and q of tomorrow, both per step:
    ``S1 = sum_g w_g Z_g``, ``C = sum_g q_g Z_g``, ``Om_p += H_p S1 - x A_p``,
    ``H_p = (max(0, s_p xo A_p - Om_p) / tau_p + x A_p) / C``, ``asked_g = q_g Z_g . H_p``. Where
    rows of p are cut, C and their Z are those of `chainwright.stress.sectors.cut_kernels`.

    Parameters
    ----------
    first, last : int
        Products.
    Z, M : ndarray, shapes (n, n), (r, n)
        Deliveries at rest by rows, home and from abroad.
    rows, start : ndarray, shapes (n + r,), (S + 1,)
        Rows by product.
    slot : ndarray, shape (n + r,)
        Where a row that is ever cut stands in the next four; -1 for the others.
    sells, opened : ndarray, shape (k, n)
        Deliveries at rest of such rows, and the share of them that is open tomorrow.
    cut_today, cut_tomorrow : ndarray, shape (k, n)
        Such rows as orders of yesterday leaned on them; the second is filled, for those of today.
    moving : ndarray, shape (S, n) [share]
        Part of what is cut off that turns to other origins; read where anything is cut.
    arriving_weight, order_weight : ndarray, shape (n + r,)
        w and q.
    made, wanted : ndarray, shape (n,)
        x and xo.
    inputs : ndarray, shape (S, n)
        A_C.
    bound : ndarray, shape (S, n)
        1 / (psi s A_C) of inputs that limit, 0 of the others.
    target, restoring : ndarray, shape (S,)
        s (0 where infinite), and 1 / tau.
    orders, hole, stock : ndarray, shape (S, n)
        H, K and Om, changed.
    asked : ndarray, shape (n + r,)
        Filled: orders of producers to each row for tomorrow.
    limit : ndarray, shape (n,)
        Lowered to what the stocks of these products allow.
    scratch : ndarray, shape (5, BLOCK)
        Changed.
    """
    n = Z.shape[1]
    four = np.empty((2, 4), dtype=Z.dtype)
    for p in range(first, last):
        low, high = start[p], start[p + 1]
        some_cut = False
        for i in range(low, high):
            asked[rows[i]] = 0.0
            some_cut |= slot[rows[i]] >= 0
        for begin in range(0, n, BLOCK):
            end = min(begin + BLOCK, n)
            arriving = scratch[0, : end - begin]
            open_ = scratch[1, : end - begin]
            part, shut = scratch[2, : end - begin], scratch[3, : end - begin]
            kappa = scratch[4, : end - begin]
            arriving[:] = 0.0
            open_[:] = 0.0
            part[:] = 0.0
            shut[:] = 0.0
            i = low
            while i + 4 <= high and rows[i + 3] < n and not _any_cut(rows[i : i + 4], slot):
                for j in range(4):
                    four[0, j] = arriving_weight[rows[i + j]]
                    four[1, j] = order_weight[rows[i + j]]
                _add_four(
                    Z[rows[i]][begin:end], Z[rows[i + 1]][begin:end], Z[rows[i + 2]][begin:end],
                    Z[rows[i + 3]][begin:end], four[0], four[1], arriving, open_,
                )  # fmt: skip
                i += 4
            for j in range(i, high):
                g = rows[j]
                w, q = arriving_weight[g], order_weight[g]
                k = slot[g]
                if k >= 0:
                    _add(cut_today[k][begin:end], w, arriving)
                    weigh(sells[k][begin:end], opened[k][begin:end], q, open_, part, shut)
                elif g < n:
                    _add_two(Z[g][begin:end], w, q, arriving, open_)
                else:
                    _add_two(M[g - n][begin:end], w, q, arriving, open_)
            if some_cut:
                turn(open_, part, shut, moving[p][begin:end], kappa)
                for i in range(low, high):
                    k = slot[rows[i]]
                    if k >= 0:
                        leaned = cut_tomorrow[k][begin:end]
                        lean(sells[k][begin:end], opened[k][begin:end], kappa, leaned)
            ours = orders[p][begin:end]
            _restock(
                made[begin:end], wanted[begin:end], inputs[p][begin:end], bound[p][begin:end],
                target[p], restoring[p], arriving, open_, ours, stock[p][begin:end],
                limit[begin:end],
            )  # fmt: skip
            if some_cut:
                used = arriving  # what arrived is in stock by now
                for f in range(end - begin):
                    used[f] = made[begin + f] * inputs[p, begin + f]
                order_around(
                    stock[p][begin:end], used, wanted[begin:end], inputs[p][begin:end],
                    target[p], restoring[p], open_, shut, hole[p][begin:end], ours,
                )  # fmt: skip
            for i in range(low, high):
                g = rows[i]
                row = _row(g, n, Z, M, slot, cut_tomorrow)[begin:end]
                asked[g] += order_weight[g] * _product_of(row, ours)
