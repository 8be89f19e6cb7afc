"""Density: how near a product is to what a place has already."""

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.product_space.proximity import BLOCK, proximity_sums
from chainwright.errors import ParameterError

__all__ = ["density", "relative_relatedness"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ROUNDING = 1e-12
"""A deviation below this part of the mean is rounding of sums: nothing differs."""


def density(present: Bools, *, diagonal: float = 1.0, neighbours: int | None = None) -> Floats:
    r"""Return the density of each place around each product, shape (C, P), from 0 to 1.

    .. math:: w_{cp} = \frac{\sum_q M_{cq} \phi_{qp}}{\sum_q \phi_{qp}}

    NaN for a place that is present nowhere, a product that no place has, and a product without
    any neighbour. Distance is 1 less the density.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    diagonal : float
        Proximity of a product to itself: with 1 a product that is there lifts its own density.
    neighbours : int, optional
        Take both sums over this many nearest other products only; all that are as near as the
        last of them count.

    Raises
    ------
    ParameterError
        If `neighbours` is less than 1.

    References
    ----------
    .. [1] C. A. Hidalgo, B. Klinger, A.-L. Barabasi, R. Hausmann, "The product space conditions
       the development of nations", Science, 317, 2007.

    Examples
    --------
    >>> density(np.array([[True, True, False], [True, False, True]]), diagonal=0.0)
    array([[0.5, 1. , 1. ],
           [0.5, 1. , 1. ]])
    """
    if neighbours is not None and neighbours < 1:
        raise ParameterError("neighbours", "density", "1 or more", neighbours)
    some, made = present.any(axis=1), present.any(axis=0)
    held = present[np.ix_(some, made)]
    everywhere = np.full(present.shape, np.nan)
    if held.size:
        if neighbours is None:
            weights = np.vstack([np.ones(held.shape[1]), held])
            sums = proximity_sums(weights, held, diagonal=diagonal)
        else:
            sums = _nearest_sums(held, neighbours)
        with np.errstate(invalid="ignore", divide="ignore"):
            everywhere[np.ix_(some, made)] = np.clip(sums[1:] / sums[0], 0.0, 1.0)
    return everywhere


def _nearest_sums(held: Bools, neighbours: int) -> Floats:
    """Return the sum of phi over the nearest products, then over those a place has (rows)."""
    counted = held.astype(np.float32)
    ubiquity = counted.sum(axis=0, dtype=np.float64)
    products = held.shape[1]
    last = max(products - neighbours, 1)  # position in rising order; itself is 0, and never counts
    sums = np.empty((len(held) + 1, products))
    for first in range(0, products, BLOCK):
        block = slice(first, first + BLOCK)
        phi = (counted.T @ counted[:, block]) / np.maximum(ubiquity[:, None], ubiquity[block])
        own = np.arange(products)[block]
        phi[own, own - first] = 0.0
        if neighbours < products:
            phi[phi < np.partition(phi, last, axis=0)[last]] = 0.0
        sums[0, block] = phi.sum(axis=0)
        sums[1:, block] = held.astype(np.float64) @ phi
    return sums


def relative_relatedness(nearness: Floats, present: Bools) -> Floats:
    r"""Return how a place's density around an absent product stands among all its absent ones.

    .. math:: \tilde w_{cp} = \frac{w_{cp} - \bar w_c}{\sigma_c}, \quad M_{cp} = 0

    with mean and standard deviation (ddof 0) over the products that place c has not, shape (C, P);
    NaN for products that it has, and where all its densities are equal.

    Parameters
    ----------
    nearness : ndarray, shape (C, P)
        `density`.
    present : ndarray of bool, shape (C, P)
        M: where each place is present.

    References
    ----------
    .. [1] F. L. Pinheiro, D. Hartmann, R. Boschma, C. A. Hidalgo, "The time and frequency of
       unrelated diversification", Research Policy, 51, 104323, 2022, equation 7.

    Examples
    --------
    >>> relative_relatedness(np.array([[0.1, 0.3, 0.9]]), np.array([[False, False, True]]))
    array([[-1.,  1., nan]])
    """
    absent = ~present & np.isfinite(nearness)
    count = absent.sum(axis=1, keepdims=True).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(absent, nearness, 0.0).sum(axis=1, keepdims=True) / count
        away = np.where(absent, nearness - mean, np.nan)
        spread = np.sqrt(np.nansum(away**2, axis=1, keepdims=True) / count)
        differs = spread > ROUNDING * np.abs(mean)
        return np.asarray(away / np.where(differs, spread, np.nan))
