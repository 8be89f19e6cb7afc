"""Proximity: how often two products are made in the same places, and sums over it."""

import numpy as np
import numpy.typing as npt

__all__ = ["place_proximity", "proximity", "proximity_sums"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BLOCK = 512
"""Columns made at a time, so that no second array of the size of the whole is needed."""


def proximity(present: Bools, *, diagonal: float = 1.0) -> Floats:
    r"""Return the proximity of each two products, shape (P, P).

    .. math:: \phi_{pq} = \frac{(M'M)_{pq}}{\max(u_p, u_q)} = \min(P(p|q), P(q|p))

    A product that is nowhere present has NaN in its row and column.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    diagonal : float
        Proximity of a product to itself: 1 (Python and R packages) or 0 (Stata).

    References
    ----------
    .. [1] C. A. Hidalgo, B. Klinger, A.-L. Barabasi, R. Hausmann, "The product space conditions
       the development of nations", Science, 317, 2007.

    Examples
    --------
    >>> proximity(np.array([[True, True], [True, False]]))
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    count = present.shape[1]
    counted = present.astype(np.float32)  # sums of 0 and 1 are exact in float32 up to 2**24
    ubiquity = present.sum(axis=0).astype(np.float64)
    ubiquity[ubiquity == 0.0] = np.nan
    phi = np.empty((count, count))
    for first in range(0, count, BLOCK):
        block, rest = slice(first, first + BLOCK), slice(first, None)
        np.divide(
            counted[:, block].T @ counted[:, rest],
            np.maximum(ubiquity[block, None], ubiquity[rest]),
            out=phi[block, rest],
        )
        phi[rest, block] = phi[block, rest].T  # it is symmetric: half of it is made
    np.fill_diagonal(phi, np.where(np.isnan(ubiquity), np.nan, diagonal))
    return phi


def place_proximity(present: Bools, *, diagonal: float = 1.0) -> Floats:
    r"""Return the proximity of each two places, shape (C, C): the same with :math:`MM'` and d.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    diagonal : float
        Proximity of a place to itself.

    Examples
    --------
    >>> place_proximity(np.array([[True, True], [True, False]]), diagonal=0.0)
    array([[0. , 0.5],
           [0.5, 0. ]])
    """
    return proximity(np.ascontiguousarray(present.T), diagonal=diagonal)


def proximity_sums(weights: Floats, present: Bools, *, diagonal: float = 1.0) -> Floats:
    r"""Return sums of proximities, :math:`W\phi`, shape (R, P), without forming all of phi.

    As :math:`\phi_{qp}` hangs on :math:`\max(u_q, u_p)` alone besides the places, products of one
    ubiquity share their matrix of places:

    .. math:: (W\phi)_{rp} = \sum_c M_{cp} \left[ \frac{1}{u_p} \sum_{q: u_q \le u_p} W_{rq} M_{cq}
              + \sum_{q: u_q > u_p} \frac{W_{rq} M_{cq}}{u_q} \right]

    which takes R C P steps instead of the R P P of the plain product. Where there are more places
    than products the plain product is the shorter way, and is taken.

    Parameters
    ----------
    weights : ndarray, shape (R, P)
        W: rows of weights of products, such as M.
    present : ndarray of bool, shape (C, P)
        M: where each place is present. Each product is present somewhere.
    diagonal : float
        Proximity of a product to itself.

    Examples
    --------
    >>> present = np.array([[True, True, False], [True, False, True]])
    >>> proximity_sums(np.ones((1, 3)), present)
    array([[2. , 1.5, 1.5]])
    """
    places, products = present.shape
    if products <= 2 * places:
        return np.asarray(weights @ proximity(present, diagonal=diagonal))
    ubiquity = present.sum(axis=0)
    order = np.argsort(ubiquity, kind="stable")
    levels, first = np.unique(ubiquity[order], return_index=True)
    parts = [slice(a, b) for a, b in zip(first, [*first[1:], products], strict=True)]
    held, given = present[:, order].astype(np.float64), weights[:, order]
    sums = (diagonal - 1.0) * given
    common = np.zeros((len(weights), places))
    for level, at in zip(levels, parts, strict=True):  # the products as common or less so
        common += given[:, at] @ held[:, at].T
        sums[:, at] += (common / level) @ held[:, at]
    common[:] = 0.0
    for level, at in zip(levels[::-1], parts[::-1], strict=True):  # the more common ones
        sums[:, at] += common @ held[:, at]
        common += (given[:, at] / level) @ held[:, at].T
    found = np.empty_like(sums)
    found[:, order] = sums
    return found
