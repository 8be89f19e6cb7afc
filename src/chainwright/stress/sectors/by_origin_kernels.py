"""Stocks kept by origin, one step: what stocks allow, how they are used, deliveries, orders.

A stock is counted in the output of its user that it supports, ``held = Om / A``: a delivery, a
use and a target of it then need no coefficient, and only what is summed over rows or users does.
The rows of a product are walked in blocks of users, which stay in the cache for the second use.
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit, jit_sums
from chainwright.stress.sectors.cut_kernels import lean, order_around, turn, weigh

__all__ = [
    "ALONE",
    "BETWEEN",
    "MIXED",
    "POOLED",
    "ces_mean",
    "limits",
    "shortest",
    "stepped",
    "substituted",
    "uses",
]

Floats = npt.NDArray[np.floating]
Whole = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]

ALONE, BETWEEN, POOLED, MIXED = 0, 1, 2, 3
"""Elasticity between origins: none, a number above zero, infinite; none but for second sources."""

BLOCK = 2048
"""Users walked together."""

FLAT = 1e-9
"""Exponents closer to zero than this are a geometric mean."""


@jit
def ces_mean(stock: Floats, weight: Floats, power: float) -> float:
    """Return the power mean of `stock`: the least for one of nothing with a power not above 0.

    Parameters
    ----------
    stock : ndarray, shape (k,) [money]
        Stock of each origin, as the output that it supports.
    weight : ndarray, shape (k,)
        Input coefficient of each origin, above 0.
    power : float
        ``(sigma - 1) / sigma`` of the elasticity sigma between origins, up to 1.
    """
    total = weight.sum()
    if power == 1.0:
        return float((weight * stock).sum() / total)
    scale = stock.min() if power < FLAT else stock.max()
    if scale <= 0.0:
        return 0.0
    if abs(power) < FLAT:
        return float(scale * np.exp((weight * np.log(stock / scale)).sum() / total))
    return float(scale * ((weight * (stock / scale) ** power).sum() / total) ** (1.0 / power))


@jit
def substituted(stock: Floats, weight: Floats, enough: float) -> float:
    """Return mu >= 1: used of each origin, over its usual use, where its stock reaches so far.

    It solves ``sum w min(L, mu) = sum w``, ``L = stock / enough``, by adding origins whose stock
    does not reach until none is left; where all stocks together do not reach, the largest L.

    Parameters
    ----------
    stock : ndarray, shape (k,) [money]
        Stock of each origin, as the output that it supports.
    weight : ndarray, shape (k,)
        Input coefficient of each origin, above 0.
    enough : float [money]
        Stock from which an origin is not short, above 0.
    """
    total, most, mu = weight.sum(), max(1.0, float(stock.max()) / enough), 1.0
    for _ in range(len(stock)):
        short, by_short = 0.0, 0.0
        for i in range(len(stock)):
            ratio = stock[i] / enough
            if ratio < mu:
                short += weight[i]
                by_short += weight[i] * ratio
        rest = total - short
        if rest <= 1e-15 * total:
            return most
        more = (total - by_short) / rest
        if not more > mu:
            break
        mu = more
    return min(mu, most)


@jit
def _origins(
    rows: Whole, Z: Floats, M: Floats, held: Floats, per_output: float, f: int, least: float,
    stock: Floats, weight: Floats,
) -> int:  # fmt: skip
    """Fill stocks and coefficients of one user's origins that count; return how many."""
    n, k = Z.shape[0], 0
    for j in range(len(rows)):
        g = rows[j]
        share = (Z[g, f] if g < n else M[g - n, f]) * per_output
        if share > least:
            stock[k], weight[k] = held[g, f], share
            k += 1
    return k


@jit
def limits(  # noqa: PLR0912 - what each kind of product allows, in one place
    first: int, last: int, rows: Whole, rows_start: Whole, Z: Floats, M: Floats, held: Floats,
    per_output: Floats, inputs: Floats, counted: Flags, low: Floats, total: Floats,
    needed: Floats, kinds: Whole, powers: Floats, leasts: Floats, second: Floats, top: Floats,
    limit: Floats, limited_by: Whole,
) -> None:  # fmt: skip
    """Fill what stocks of products ``first..last`` allow each user to make, and which limits.

    Parameters
    ----------
    first, last : int
        Products first to last - 1.
    rows, rows_start : ndarray of int, shapes (n + r,), (S + 1,)
        Rows in order of product, and where those of each product begin.
    Z, M : ndarray, shapes (n, n), (r, n) [money / year]
        Deliveries at rest of home nodes and from abroad.
    held : ndarray, shape (n + r, n) [money]
        Stocks of each row, as the output that they support.
    per_output : ndarray, shape (n,) [year / money]
        1 / yearly output at rest, 0 without output: times Z or M the input coefficient.
    inputs : ndarray, shape (S, n)
        A, the coefficient of all origins of a product together.
    counted : ndarray of bool, shape (S, n)
        Whether a product can limit a user.
    low, total : ndarray, shape (S, n) [money]
        Least stock among origins, as `held`; stocks of all origins together, read if pooled.
    needed : ndarray, shape (S,) [step]
        Steps of use below which a stock limits, infinite where nothing is ever short.
    kinds : ndarray of int, shape (S,)
        ALONE, BETWEEN, POOLED or MIXED.
    powers : ndarray, shape (S,)
        Power of `ces_mean`, read of kind BETWEEN.
    leasts : ndarray, shape (S,)
        Coefficient up to which a single origin does not count.
    second : ndarray, shape (S, n) [share]
        Of what is cut off, what can be ordered elsewhere tomorrow; read of kind MIXED.
    top : ndarray, shape (n,) [money / step]
        More than a user can make; what allows that much is not worked out between origins.
    limit : ndarray, shape (n,) [money / step]
        Filled: the most that these stocks allow, infinite if none limits.
    limited_by : ndarray of int, shape (n,)
        Filled: the product that allows no more, -1 if none limits.
    """
    n, longest = Z.shape[0], 0
    for p in range(first, last):
        longest = max(longest, rows_start[p + 1] - rows_start[p])
    stock, weight = np.empty(longest), np.empty(longest)
    limit[:], limited_by[:] = np.inf, -1
    for p in range(first, last):
        mine = rows[rows_start[p] : rows_start[p + 1]]
        if needed[p] == np.inf:
            continue
        for f in range(n):
            if not counted[p, f]:
                continue
            if kinds[p] == ALONE:
                most = low[p, f] / needed[p]
            elif kinds[p] == POOLED:
                most = total[p, f] / (inputs[p, f] * needed[p])
            elif kinds[p] == MIXED:
                most = np.inf
                if second[p, f] < 1.0:
                    most = low[p, f] / needed[p] / (1.0 - second[p, f])
                if second[p, f] > 0.0:
                    most = min(most, total[p, f] / (inputs[p, f] * needed[p]))
            elif low[p, f] >= needed[p] * top[f]:
                continue
            else:
                k = _origins(mine, Z, M, held, per_output[f], f, leasts[p], stock, weight)
                most = ces_mean(stock[:k], weight[:k], powers[p]) / needed[p] if k else np.inf
            if most < limit[f]:
                limit[f], limited_by[f] = most, p


@jit
def shortest(
    nodes: Whole, products: Whole, rows: Whole, rows_start: Whole, Z: Floats, M: Floats,
    held: Floats, per_output: Floats, leasts: Floats, origin: Whole,
) -> None:  # fmt: skip
    """Fill the row of a product whose stock reaches least far, for each of `nodes`; -1 if none.

    Parameters
    ----------
    nodes, products : ndarray of int, shape (k,)
        Users, and of each the product that is asked for, -1 for none.
    rows, rows_start, Z, M, held, per_output, leasts
        As of `limits`.
    origin : ndarray of int, shape (k,)
        Filled: the row, among those whose coefficient counts.
    """
    n = Z.shape[0]
    for i in range(len(nodes)):
        f, p, lowest = nodes[i], products[i], np.inf
        origin[i] = -1
        if p < 0:
            continue
        for j in range(rows_start[p], rows_start[p + 1]):
            g = rows[j]
            sold = Z[g, f] if g < n else M[g - n, f]
            if sold * per_output[f] > leasts[p] and held[g, f] < lowest:
                lowest, origin[i] = held[g, f], g


@jit
def uses(
    first: int, last: int, rows: Whole, rows_start: Whole, Z: Floats, M: Floats, held: Floats,
    per_output: Floats, low: Floats, counted: Flags, needed: Floats, kinds: Whole, leasts: Floats,
    second: Floats, made: Floats, use: Floats,
) -> None:  # fmt: skip
    """Fill the output that what is used of each origin supports: more than is made where short.

    An origin is short where its stock lies below what limits; of a product that never limits, only
    where there is less than is used.

    Parameters
    ----------
    first, last, rows, rows_start, Z, M, held, per_output
        As of `limits`.
    low : ndarray, shape (S, n) [money]
        Least stock among origins, as `held`.
    counted, needed, kinds, leasts
        As of `limits`.
    second : ndarray, shape (S, n) [share]
        As of `limits`, today.
    made : ndarray, shape (n,) [money / step]
        x.
    use : ndarray, shape (S, n) [money / step]
        Filled.
    """
    longest = 0
    for p in range(first, last):
        longest = max(longest, rows_start[p + 1] - rows_start[p])
    stock, weight = np.empty(longest), np.empty(longest)
    for p in range(first, last):
        mine = rows[rows_start[p] : rows_start[p + 1]]
        replaced = kinds[p] != ALONE and needed[p] != np.inf
        for f in range(len(made)):
            use[p, f] = made[f]
            enough = made[f] * needed[p] if counted[p, f] else made[f]
            if kinds[p] == MIXED and second[p, f] == 0.0:
                continue
            if replaced and low[p, f] < enough:
                k = _origins(mine, Z, M, held, per_output[f], f, leasts[p], stock, weight)
                if k:
                    use[p, f] *= substituted(stock[:k], weight[:k], enough)


# Each of these writes one array alone: with more, the compiler gives up telling arrays apart and
# the loop does not run in vectors.


@jit_sums
def _delivered(
    held: Floats, reach: Floats, target: Floats, used_before: Floats, use: Floats, pool: Floats,
    by_row: Floats,
) -> None:  # fmt: skip
    """Deliver one row's orders to its stocks and take what is used."""
    delivered, own, rate, weight, zero = by_row[0], by_row[1], by_row[2], by_row[3], by_row[4]
    for i in range(len(held)):
        there = held[i]
        gap = target[i] - there
        gap = max(zero, gap)
        asked = own * (gap * rate + used_before[i]) + weight * pool[i]
        taken = min(there * reach[i], use[i])
        held[i] = there - taken + delivered * asked


@jit_sums
def _delivered_cut(
    held: Floats, reach: Floats, target: Floats, used_before: Floats, use: Floats, pool: Floats,
    opened: Floats, leaned: Floats, by_row: Floats,
) -> None:  # fmt: skip
    """Do the same for a row of which some deliveries are cut.

    `opened` is the share that is not, `leaned` the same for orders that may turn to any origin.
    """
    delivered, own, rate, weight, zero = by_row[0], by_row[1], by_row[2], by_row[3], by_row[4]
    for i in range(len(held)):
        there = held[i]
        gap = target[i] - there
        gap = max(zero, gap)
        asked = opened[i] * own * (gap * rate + used_before[i]) + leaned[i] * weight * pool[i]
        taken = min(there * reach[i], use[i])
        held[i] = there - taken + delivered * asked


@jit_sums
def _delivered_filled(
    held: Floats, filled: Floats, reach: Floats, target: Floats, used_before: Floats, use: Floats,
    pool: Floats, opened: Floats, leaned: Floats, by_row: Floats,
) -> None:  # fmt: skip
    """Do the same for a row to which a reserve was added after its orders were made."""
    delivered, own, rate, weight, zero = by_row[0], by_row[1], by_row[2], by_row[3], by_row[4]
    for i in range(len(held)):
        there = held[i]
        gap = target[i] - (there - filled[i])
        gap = max(zero, gap)
        asked = opened[i] * own * (gap * rate + used_before[i]) + leaned[i] * weight * pool[i]
        taken = min(there * reach[i], use[i])
        held[i] = there - taken + delivered * asked
        filled[i] = zero


@jit_sums
def _added(held: Floats, sells: Floats, per_output: Floats, total: Floats) -> None:
    """Add one row's stocks in money to those of its product."""
    for i in range(len(held)):
        total[i] += sells[i] * per_output[i] * held[i]


@jit_sums
def _lowered(held: Floats, sells: Floats, per_output: Floats, least: float, low: Floats) -> None:
    """Lower the least stock of a product to one row's, where its coefficient counts."""
    for i in range(len(held)):
        lower = min(low[i], held[i])
        low[i] = lower if sells[i] * per_output[i] > least else low[i]


@jit_sums
def _ordered(
    held: Floats, sells: Floats, per_output: Floats, target: Floats, use: Floats, pool: Floats,
    by_row: Floats,
) -> float:  # fmt: skip
    """Return what all users order of one row [money / step]."""
    own, rate, weight, zero = by_row[1], by_row[2], by_row[3], by_row[4]
    orders = 0.0
    for i in range(len(held)):
        gap = target[i] - held[i]
        gap = max(zero, gap)
        orders += sells[i] * per_output[i] * (own * (gap * rate + use[i]) + weight * pool[i])
    return orders


@jit_sums
def _ordered_cut(
    held: Floats, sells: Floats, per_output: Floats, target: Floats, use: Floats, pool: Floats,
    opened: Floats, leaned: Floats, by_row: Floats,
) -> float:  # fmt: skip
    """Return the same for a row of which some deliveries are cut."""
    own, rate, weight, zero = by_row[1], by_row[2], by_row[3], by_row[4]
    orders = 0.0
    for i in range(len(held)):
        gap = target[i] - held[i]
        gap = max(zero, gap)
        wanted = opened[i] * own * (gap * rate + use[i]) + leaned[i] * weight * pool[i]
        orders += sells[i] * per_output[i] * wanted
    return orders


@jit_sums
def _used(
    held: Floats, reach: Floats, sells: Floats, per_output: Floats, use: Floats, used: Floats
) -> None:
    """Add what is used of one row, before it is delivered to."""
    for i in range(len(held)):
        taken = min(held[i] * reach[i], use[i])
        used[i] += sells[i] * per_output[i] * taken


@jit_sums
def _offered(sells: Floats, weight: float, offered: Floats) -> None:
    """Add what one row sells at rest times its weight."""
    for i in range(len(sells)):
        offered[i] += sells[i] * weight


@jit_sums
def _shared_out(
    target: Floats, inputs: Floats, total: Floats, used: Floats, per_output: Floats,
    offered: Floats, rate: float, phi: float, pool: Floats,
) -> None:  # fmt: skip
    """Fill what any origin is asked for a product, for one unit of what it offers."""
    for f in range(len(pool)):
        wanted = max(target[f] * inputs[f] - total[f], 0.0) * rate + used[f]
        share = per_output[f] * offered[f]
        pool[f] = phi * wanted / share if share > 0.0 else 0.0


@jit
def _opened(
    own: Floats, opened: Floats, leaned: Floats, k: int, first: int, gate: Floats, to_any: Floats
) -> None:
    """Fill what is open of one row's own orders and of its part of the others, user by user."""
    for i in range(len(own)):
        gate[i], to_any[i] = own[i], 1.0
        if k >= 0:
            gate[i] = own[i] * opened[k, first + i]
            to_any[i] = leaned[k, first + i]


@jit
def stepped(  # noqa: PLR0912, PLR0915 - one step of a product, from top to bottom
    first: int, last: int, rows: Whole, rows_start: Whole, Z: Floats, M: Floats, held: Floats,
    per_output: Floats, stock_steps: Floats, counted: Flags, needed: Floats, rates: Floats,
    kinds: Whole, phis: Floats, second_before: Floats, second: Floats, leasts: Floats,
    xo_before: Floats, xo: Floats, used_before: Floats, use: Floats,
    inputs: Floats, weight_before: Floats, weight: Floats, delivered: Floats,
    slot: Whole, open_before: Floats, opened: Floats, leaned_before: Floats, leaned: Floats,
    pool: Floats, hole: Floats, fill_slot: Whole, filled: Floats, total: Floats, low: Floats,
    orders: Floats,
) -> None:  # fmt: skip
    """Deliver the orders of products ``first..last``, take what is used, make the next orders.

    ``O = opened (1 - phi) own + phi Os share``, the share being that of
    `chainwright.stress.sectors.cut_kernels`.

    Parameters
    ----------
    first, last, rows, rows_start, Z, M
        As of `limits`.
    held : ndarray, shape (n + r, n) [money]
        Stocks of each row, as the output that they support; changed, but where they never end.
    per_output : ndarray, shape (n,) [year / money]
        As of `limits`.
    stock_steps : ndarray, shape (S,) [step]
        Target of stocks in steps of use, infinite where a stock never ends.
    counted, needed
        As of `limits`.
    rates : ndarray, shape (S,) [1 / step]
        Part of a gap in stock that is ordered a step.
    kinds
        As of `limits`.
    phis : ndarray, shape (S,) [share]
        phi: part of orders that goes to any origin; 1 of kind MIXED, where `second` is that part.
    second_before, second : ndarray, shape (S, n) [share]
        Of what is cut off, what can be ordered elsewhere, today and tomorrow; read of kinds MIXED
        and POOLED.
    leasts : ndarray, shape (S,)
        As of `limits`.
    xo_before, xo : ndarray, shape (n,) [money / step]
        xo of the step before and of this one, by which the orders that arrive were made and the
        next are.
    used_before, use : ndarray, shape (S, n) [money / step]
        What `uses` filled in the step before and in this one.
    inputs : ndarray, shape (S, n)
        As of `limits`.
    weight_before, weight : ndarray, shape (n + r,)
        q of the orders that arrive, and of the next.
    delivered : ndarray, shape (n + r,) [share]
        Of the orders to each row that arrives.
    slot : ndarray of int, shape (n + r,)
        Place of each row among the k rows that are ever cut, -1 of the others.
    open_before, opened : ndarray, shape (k, n) [share]
        Part of each delivery that is open, for the orders that arrive and for the next.
    leaned_before, leaned : ndarray, shape (k, n)
        v / w of orders to any origin, those that arrive and the next; the latter is filled where
        phi is above 0.
    pool : ndarray, shape (S, n) [money / step]
        ``phi Os / (per_output offered)``, what is offered being what one unit of H asks for: of the
        orders that arrive; where phi is above 0 filled with that of the next.
    hole : ndarray, shape (S, n) [money]
        K of `chainwright.stress.sectors.cut_kernels`, of kind POOLED; changed.
    fill_slot : ndarray of int, shape (n + r,)
        Place of each row among the rows that reserves fill, -1 of the others.
    filled : ndarray, shape (k', n) [money]
        What reserves added after the orders that arrive were made, as `held`; set to 0.
    total : ndarray, shape (S, n) [money]
        Filled: stocks of all origins together; 0 where phi is 0 or the stock never ends.
    low : ndarray, shape (S, n) [money]
        Filled: the least stock, as `held`, of origins that count; infinite if there is none.
    orders : ndarray, shape (n + r,) [money / step]
        Filled: what all users order of each row.
    """
    n, kind = Z.shape[0], held.dtype
    by_row = np.zeros(6, dtype=kind)
    before, target = np.empty(n, dtype=kind), np.empty(n, dtype=kind)
    used, offered = np.empty(n, dtype=kind), np.empty(n, dtype=kind)
    reach, part, shut = np.empty(n, dtype=kind), np.empty(n, dtype=kind), np.empty(n, dtype=kind)
    kappa, ones = np.empty(BLOCK, dtype=kind), np.ones(BLOCK, dtype=kind)
    moving = np.ones(BLOCK, dtype=kind)
    # of kind MIXED, what of own orders is open, whether it is cut or has no second source
    own_before, own = np.empty(n, dtype=kind), np.empty(n, dtype=kind)
    gate, to_any = np.empty(BLOCK, dtype=kind), np.empty(BLOCK, dtype=kind)
    for p in range(first, last):
        begin, end = rows_start[p], rows_start[p + 1]
        endless, phi = stock_steps[p] == np.inf, phis[p]
        rate, mixed = rates[p], kinds[p] == MIXED
        by_row[1], by_row[2], by_row[5] = 1.0 if mixed else 1.0 - phi, rate, leasts[p]
        for j in range(begin, end):
            orders[rows[j]] = 0.0
        for f in range(n):
            # an endless stock has no target: its gap is none and its orders are what is used
            before[f] = 0.0 if endless else stock_steps[p] * xo_before[f]
            target[f] = 0.0 if endless else stock_steps[p] * xo[f]
            total[p, f], low[p, f] = 0.0, np.inf
            used[f], offered[f], part[f], shut[f] = 0.0, 0.0, 0.0, 0.0
            # of an origin that is short as much is used as its stock is of one that is not
            shares = phi > 0.0 and (not mixed or second_before[p, f] > 0.0)
            reach[f] = 1.0 / needed[p] if counted[p, f] and shares else 1.0
            if mixed:
                own_before[f], own[f] = 1.0 - second_before[p, f], 1.0 - second[p, f]
        for a in range(0, n, BLOCK):
            b = min(a + BLOCK, n)
            # cut once a block, not once a row: each cut of an array costs as much as ten numbers
            per, aim_before, aim = per_output[a:b], before[a:b], target[a:b]
            used_then, use_now, ours = used_before[p, a:b], use[p, a:b], pool[p, a:b]
            in_stock, least, reached = total[p, a:b], low[p, a:b], reach[a:b]
            taken, offers, parts, shuts = used[a:b], offered[a:b], part[a:b], shut[a:b]
            for j in range(begin, end):
                g = rows[j]
                sells = Z[g, a:b] if g < n else M[g - n, a:b]
                by_row[0], by_row[3], k = delivered[g], weight_before[g], slot[g]
                if phi > 0.0 and k >= 0:
                    weigh(sells, opened[k, a:b], weight[g], offers, parts, shuts)
                elif phi > 0.0:
                    _offered(sells, weight[g], offers)
                if endless:
                    continue
                mine = held[g, a:b]
                if phi > 0.0:
                    _used(mine, reached, sells, per, use_now, taken)
                fill = fill_slot[g]
                if mixed or fill >= 0:
                    part_own = own_before[a:b] if mixed else ones[: b - a]
                    _opened(part_own, open_before, leaned_before, k, a, gate, to_any)
                if fill >= 0:
                    _delivered_filled(
                        mine, filled[fill, a:b], reached, aim_before, used_then, use_now, ours,
                        gate, to_any, by_row,
                    )  # fmt: skip
                elif mixed or k >= 0:
                    is_open = gate[: b - a] if mixed else open_before[k, a:b]
                    turned = to_any[: b - a] if mixed else leaned_before[k, a:b]
                    _delivered_cut(
                        mine, reached, aim_before, used_then, use_now, ours, is_open, turned,
                        by_row,
                    )  # fmt: skip
                else:
                    _delivered(mine, reached, aim_before, used_then, use_now, ours, by_row)
                _lowered(mine, sells, per, by_row[5], least)
                if phi > 0.0:
                    _added(mine, sells, per, in_stock)
            if phi > 0.0:
                if kinds[p] == POOLED:
                    moving[: b - a] = second[p, a:b]
                else:
                    moving[: b - a] = 1.0
                turn(offers, parts, shuts, moving, kappa)
                for j in range(begin, end):
                    k = slot[rows[j]]
                    if k >= 0:
                        lean(ones[: b - a], opened[k, a:b], kappa, leaned[k, a:b])
                needs = inputs[p, a:b]
                if endless:  # no gap: ordered is what is used
                    taken[:], in_stock[:] = use_now * needs, 0.0
                _shared_out(aim, needs, in_stock, taken, per, offers, rate, phi, ours)
                if kinds[p] == POOLED:
                    order_around(
                        in_stock, taken, xo[a:b], needs, 0.0 if endless else stock_steps[p], rate,
                        per * offers, per * shuts, hole[p, a:b], ours,
                    )  # fmt: skip
                if mixed:
                    ours *= second[p, a:b]
            for j in range(begin, end):
                g = rows[j]
                sells = Z[g, a:b] if g < n else M[g - n, a:b]
                mine, by_row[3] = held[g, a:b], weight[g]
                k = slot[g]
                if mixed:
                    _opened(own[a:b], opened, leaned, k, a, gate, to_any)
                if mixed or k >= 0:
                    is_open = gate[: b - a] if mixed else opened[k, a:b]
                    turned = to_any[: b - a] if mixed else leaned[k, a:b]
                    orders[g] += _ordered_cut(
                        mine, sells, per, aim, use_now, ours, is_open, turned, by_row
                    )
                else:
                    orders[g] += _ordered(mine, sells, per, aim, use_now, ours, by_row)
