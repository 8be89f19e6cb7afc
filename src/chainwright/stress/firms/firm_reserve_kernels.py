"""What reserves release into the stocks of firms in the evening of a step."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["release_to_firms"]

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@jit
def release_to_firms(
    step: int, first: Integers, stocks: Integers, needed: Floats, starts: Integers, floor: Floats,
    wanted: Floats, bound: Floats, buyer: Integers, buyer_starts: Integers, left: Floats,
    stock: Floats, limit: Floats, released: Floats,
) -> None:  # fmt: skip
    """Fill stocks from J reserves, one after the other, and raise what they limit.

    ``gap_k = max(0, needed_k xo_f(k) - Om_k)``, ``r_k = gap_k min(1, (left - floor) / sum gap)``.

    Parameters
    ----------
    step : int
        Which step ends.
    first : ndarray of int, shape (J + 1,)
        Where the stocks of each begin in the next two.
    stocks : ndarray of int, shape (U,)
        Places among the stocks of the economy.
    needed : ndarray, shape (U,) [step]
        Steps of use below which stocks limit, times the input coefficient; 0 where they never do.
    starts : ndarray of int, shape (J,)
        First step in whose evening each may release.
    floor : ndarray, shape (J,) [money]
        What each never releases.
    wanted : ndarray, shape (n,) [money / step]
        xo.
    bound : ndarray, shape (G,)
        1 / (psi s A) of inputs that limit, 0 of the others.
    buyer, buyer_starts : ndarray of int, shapes (G,), (n + 1,)
        Firm that holds each stock, and where the stocks of each firm begin.
    left : ndarray, shape (J,) [money]
        Changed.
    stock : ndarray, shape (G,) [money]
        Om, changed.
    limit : ndarray, shape (n,) [money / step]
        Most that stocks allow; changed for firms that get something.
    released : ndarray, shape (J,) [money]
        Filled.
    """
    for j in range(len(starts)):
        begin, end = first[j], first[j + 1]
        released[j] = 0.0
        can = left[j] - floor[j]
        if step < starts[j] or can <= 0.0:
            continue
        total = 0.0
        for u in range(begin, end):
            k = stocks[u]
            total += max(0.0, needed[u] * wanted[buyer[k]] - stock[k])
        if total <= 0.0:
            continue
        share = min(1.0, can / total)
        released[j] = share * total
        left[j] = left[j] - released[j] if share == 1.0 else floor[j]
        for u in range(begin, end):
            k = stocks[u]
            f = buyer[k]
            gap = max(0.0, needed[u] * wanted[f] - stock[k])
            if gap > 0.0:
                stock[k] += share * gap
                most = np.inf
                for i in range(buyer_starts[f], buyer_starts[f + 1]):
                    if bound[i] > 0.0:
                        most = min(most, stock[i] * bound[i])
                limit[f] = most
