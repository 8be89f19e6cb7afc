"""Complexity outlook: what the products that a place has not are worth to it."""

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.product_space.proximity import proximity_sums

__all__ = ["outlook_gain", "outlook_index"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def outlook_index(nearness: Floats, present: Bools, complexity: Floats) -> Floats:
    r"""Return the complexity outlook of each place, shape (C,), not yet normalised.

    .. math:: COI_c = \sum_p w_{cp} (1 - M_{cp}) K_p

    NaN for a place that is present nowhere. Products without a K or a density count in no sum.

    Parameters
    ----------
    nearness : ndarray, shape (C, P)
        w: `density`.
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    complexity : ndarray, shape (P,)
        K: raw second eigenvector of products, its sign set, neither centred nor scaled.

    Examples
    --------
    >>> w = np.array([[0.5, 1.0], [0.5, 0.25]])
    >>> outlook_index(w, np.array([[True, False], [False, True]]), np.array([2.0, 4.0]))
    array([4., 1.])
    """
    open_to = np.where(present, 0.0, np.nan_to_num(nearness))
    found: Floats = open_to @ np.nan_to_num(complexity)
    found[~present.any(axis=1)] = np.nan
    return found


def outlook_gain(present: Bools, complexity: Floats, *, diagonal: float = 1.0) -> Floats:
    r"""Return what each absent product would open up for a place, shape (C, P), not normalised.

    .. math:: COG_{cp} = (1 - M_{cp}) \sum_q (1 - M_{cq}) \phi_{qp} K_q / \sum_r \phi_{qr}

    0 where the product is there. NaN for a place that is present nowhere, a product that no place
    has, and one without any neighbour. The sum of proximities is that of the source q, as
    the Growth Lab's own programs have it.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    complexity : ndarray, shape (P,)
        K: raw second eigenvector of products, its sign set, neither centred nor scaled.
    diagonal : float
        Proximity of a product to itself.

    Examples
    --------
    >>> outlook_gain(np.array([[True, False, True], [False, True, True]]), np.full(3, 1.5))
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    some, made = present.any(axis=1), present.any(axis=0)
    held = present[np.ix_(some, made)]
    everywhere = np.full(present.shape, np.nan)
    if held.size:
        all_of = proximity_sums(np.ones((1, held.shape[1])), held, diagonal=diagonal)[0]
        with np.errstate(invalid="ignore", divide="ignore"):
            worth = complexity[made] / all_of
        lonely = all_of == 0.0
        weights = np.where(held, 0.0, np.where(np.isfinite(worth), worth, 0.0))
        gain = np.where(held, 0.0, proximity_sums(weights, held, diagonal=diagonal))
        gain[:, lonely] = np.nan
        everywhere[np.ix_(some, made)] = gain
    return everywhere
