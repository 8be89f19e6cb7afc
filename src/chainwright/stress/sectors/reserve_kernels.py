"""What reserves release into pooled stocks in the evening of a step."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["release_pooled"]

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
