"""Loops of the partially binding Leontief model: orders, deliveries, what stocks allow."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["delivered", "ordered", "stocks_allow"]

Numbers = npt.NDArray[np.float64]


@jit
def ordered(
    Z: Numbers, H: Numbers, pool: npt.NDArray[np.int32], out: Numbers
) -> None:  # pragma: no cover - compiled
    """Fill `out` (n,) with ``sum_i Z[j, i] H[pool(j), i]``: what each node is asked for.

    Parameters
    ----------
    Z : ndarray, shape (n, n)
        Deliveries at rest.
    H : ndarray, shape (P, n)
        Orders of each pool by each user, over its deliveries at rest.
    pool : ndarray of int32, shape (n,)
        Pool that each node delivers to.
    out : ndarray, shape (n,)
        Filled.
    """
    for j in range(Z.shape[0]):
        row, wanted = Z[j], H[pool[j]]
        total = 0.0
        for i in range(row.shape[0]):
            total += row[i] * wanted[i]
        out[j] = total


@jit
def delivered(
    Z: Numbers, part: Numbers, pool: npt.NDArray[np.int32], out: Numbers
) -> None:  # pragma: no cover - compiled
    """Add to `out` (P, n) ``sum over j in pool of part[j] Z[j, i]``.

    Parameters
    ----------
    Z : ndarray, shape (n, n)
        Deliveries at rest.
    part : ndarray, shape (n,)
        Share of its orders that each node serves.
    pool : ndarray of int32, shape (n,)
        Pool that each node delivers to.
    out : ndarray, shape (P, n)
        Added to.
    """
    for j in range(Z.shape[0]):
        row, into, share = Z[j], out[pool[j]], part[j]
        for i in range(row.shape[0]):
            into[i] += share * row[i]


@jit
def stocks_allow(
    stocks: Numbers,
    shares: Numbers,
    how: npt.NDArray[np.int8],
    x0: Numbers,
    out: Numbers,
    which: npt.NDArray[np.int32],
) -> None:  # pragma: no cover - compiled
    """Fill `out` with the output that stocks allow each user, `which` with the scarcest pool.

    Parameters
    ----------
    stocks : ndarray, shape (P, n)
        Stock of each pool at each user.
    shares : ndarray, shape (P, n)
        Input of each pool per unit of output.
    how : ndarray of int8, shape (P, n)
        0: does not bind; 1: ``S / A``; 2: ``(S / A + x0) / 2``.
    x0 : ndarray, shape (n,)
        Output at rest.
    out : ndarray, shape (n,)
        Filled; infinite where nothing binds.
    which : ndarray of int32, shape (n,)
        Filled; -1 where nothing binds.
    """
    out[:] = np.inf
    which[:] = -1
    for p in range(stocks.shape[0]):
        for i in range(stocks.shape[1]):
            if how[p, i] == 0:
                continue
            allowed = stocks[p, i] / shares[p, i]
            if how[p, i] == 2:
                allowed = (allowed + x0[i]) / 2.0
            if allowed < out[i]:
                out[i] = allowed
                which[i] = p
