"""What reserves release into stocks in the evening of a step: pooled, or of each origin."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["release_by_origin", "release_pooled"]

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@jit
def release_pooled(
    step: int, draw: int, product: Integers, first: Integers, users: Integers, needed: Floats,
    starts: Integers, floor: Floats, wanted: Floats, bound: Floats, left: Floats, stock: Floats,
    limit: Floats, released: Floats,
) -> None:  # fmt: skip
    """Fill stocks from J reserves, one after the other, and raise what they limit.

    ``gap_f = max(0, needed_f xo_f - Om_f)``, ``r_f = gap_f min(1, (left - floor) / sum gap)``.

    Parameters
    ----------
    step, draw : int
        Which step ends, and which of the stocks are filled.
    product : ndarray of int, shape (J,)
        What each reserve holds.
    first : ndarray of int, shape (J + 1,)
        Where the users of each begin in the next two.
    users : ndarray of int, shape (U,)
        Nodes.
    needed : ndarray, shape (U,) [step]
        Steps of use below which stocks limit, times the input coefficient; 0 where they never do.
    starts : ndarray of int, shape (J,)
        First step in whose evening each may release.
    floor : ndarray, shape (J,) [money]
        What each never releases.
    wanted : ndarray, shape (n,) [money / step]
        xo.
    bound : ndarray, shape (S, n)
        1 / (psi s A) of inputs that limit, 0 of the others.
    left : ndarray, shape (J,) [money]
        Changed.
    stock : ndarray, shape (S, k, n) [money]
        Om of k runs; changed in one of them.
    limit : ndarray, shape (n,) [money / step]
        Most that stocks allow; changed for those that get something.
    released : ndarray, shape (J,) [money]
        Filled.
    """
    for j in range(len(product)):
        p, begin, end = product[j], first[j], first[j + 1]
        released[j] = 0.0
        can = left[j] - floor[j]
        if step < starts[j] or can <= 0.0:
            continue
        total = 0.0
        for u in range(begin, end):
            total += max(0.0, needed[u] * wanted[users[u]] - stock[p, draw, users[u]])
        if total <= 0.0:
            continue
        share = min(1.0, can / total)
        released[j] = share * total
        left[j] = left[j] - released[j] if share == 1.0 else floor[j]
        for u in range(begin, end):
            f = users[u]
            gap = max(0.0, needed[u] * wanted[f] - stock[p, draw, f])
            if gap > 0.0:
                stock[p, draw, f] += share * gap
                most = np.inf
                for i in range(len(bound)):
                    if bound[i, f] > 0.0:
                        most = min(most, stock[i, draw, f] * bound[i, f])
                limit[f] = most


@jit
def _gap(
    f: int, level: float, pooled: float, mine: Integers, others: Integers, Z: Floats, M: Floats,
    per_output: float, least: float, held: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Return what one user lacks of single origins, and of all together besides [money]."""
    n, single, filled, rate = Z.shape[1], 0.0, 0.0, per_output
    for g in mine:
        share = (Z[g, f] if g < n else M[g - n, f]) * rate
        if share > least:
            single += share * max(0.0, (1.0 - pooled) * level - held[g, f])
    if pooled <= 0.0:
        return single, 0.0
    needs = 0.0
    for g in others:
        share = (Z[g, f] if g < n else M[g - n, f]) * rate
        needs += share * level
        filled += share * held[g, f]
    return single, max(0.0, needs - filled - single)


@jit
def release_by_origin(  # noqa: PLR0912 - a reserve, from top to bottom
    first_product: int, last_product: int, step: int, product: Integers, first: Integers,
    users: Integers, needed: Floats, starts: Integers, floor: Floats, first_row: Integers,
    of_rows: Integers, wanted: Floats, pooled: Floats, rows: Integers, rows_start: Integers,
    Z: Floats, M: Floats, per_output: Floats, leasts: Floats, slot: Integers, filled: Floats,
    left: Floats, held: Floats, low: Floats, total: Floats, released: Floats,
) -> None:  # fmt: skip
    """Fill stocks by origin from the reserves of some products, one after the other.

    Of each origin up to ``1 - phi`` of the level at which it limits, then of all together up to
    that level, in proportion to deliveries at rest.

    Parameters
    ----------
    first_product, last_product : int
        Products first to last - 1.
    step : int
        Which step ends.
    product, first, users
        As of `release_pooled`.
    needed : ndarray, shape (U,) [step]
        Steps of use below which stocks limit; 0 where they never do.
    starts, floor
        As of `release_pooled`.
    first_row : ndarray of int, shape (J + 1,)
        Where the origins of each reserve begin in the next.
    of_rows : ndarray of int
        Rows whose deliveries each reserve replaces.
    wanted : ndarray, shape (n,) [money / step]
        xo.
    pooled : ndarray, shape (S, n) [share]
        phi: 1 where any origin replaces any other.
    rows, rows_start, Z, M, per_output, leasts
        As of `chainwright.stress.sectors.by_origin_kernels.limits`.
    slot, filled
        `fill_slot` and `filled` of `chainwright.stress.sectors.by_origin_kernels.stepped`; changed.
    left : ndarray, shape (J,) [money]
        Changed.
    held : ndarray, shape (n + r, n) [money]
        Stocks of each row, as the output that they support; changed.
    low, total : ndarray, shape (S, n) [money]
        Least stock among origins, and stocks of all together; changed.
    released : ndarray, shape (J,) [money]
        Filled of the reserves of these products.
    """
    n = Z.shape[1]
    for j in range(len(product)):
        p, begin, end = product[j], first[j], first[j + 1]
        if not first_product <= p < last_product:
            continue
        released[j] = 0.0
        can = left[j] - floor[j]
        if step < starts[j] or can <= 0.0:
            continue
        mine = of_rows[first_row[j] : first_row[j + 1]]
        others = rows[rows_start[p] : rows_start[p + 1]]
        lacking = 0.0
        for u in range(begin, end):
            f = users[u]
            single, besides = _gap(
                f, needed[u] * wanted[f], pooled[p, f], mine, others, Z, M, per_output[f],
                leasts[p], held,
            )  # fmt: skip
            lacking += single + besides
        if lacking <= 0.0:
            continue
        part = min(1.0, can / lacking)
        released[j] = part * lacking
        left[j] = left[j] - released[j] if part == 1.0 else floor[j]
        for u in range(begin, end):
            f = users[u]
            level, rate = needed[u] * wanted[f], per_output[f]
            single, besides = _gap(
                f, level, pooled[p, f], mine, others, Z, M, rate, leasts[p], held
            )
            if single + besides <= 0.0:
                continue
            usual = 0.0
            for g in mine:
                usual += (Z[g, f] if g < n else M[g - n, f]) * rate
            for g in mine:
                share = (Z[g, f] if g < n else M[g - n, f]) * rate
                if share > 0.0:
                    gap = besides / usual
                    if share > leasts[p]:
                        gap += max(0.0, (1.0 - pooled[p, f]) * level - held[g, f])
                    held[g, f] += part * gap
                    filled[slot[g], f] += part * gap
            low[p, f], total[p, f] = np.inf, 0.0
            for g in others:
                share = (Z[g, f] if g < n else M[g - n, f]) * rate
                total[p, f] += share * held[g, f]
                if share > leasts[p]:
                    low[p, f] = min(low[p, f], held[g, f])
