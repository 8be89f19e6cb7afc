"""Grades and levels of numbers, and how probable each grade is."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

__all__ = ["grade_probability", "graded"]

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]

NORMAL_95 = 1.96
"""Half the width of a 95 % range, in standard deviations."""

ROUNDING = 1e-12
"""Part of a bound by which sums in floating point may miss it."""


def graded(values: Floats, bounds: Sequence[float]) -> Small:
    """Return the grade or level of each value: 1 is best, 0 stands where there is no value.

    An upper bound belongs to the better grade. Ratios are of sums over months, so a value that is
    above a bound by rounding alone (a part in 10^12) stands on it.

    Parameters
    ----------
    values : ndarray of float64
        K or L; NaN where it is not defined.
    bounds : sequence of float
        Upper `bounds` of all grades but the last, rising.

    Examples
    --------
    >>> graded(np.array([0.6, 0.8, 1.2, 2.0, 2.0001, np.nan]), (0.6, 0.8, 1.2, 2.0))
    array([1, 2, 3, 4, 5, 0], dtype=int8)
    """
    edges = np.asarray(bounds, dtype=np.float64) * (1.0 + ROUNDING)
    found = np.searchsorted(edges, values, side="left") + 1
    return np.where(np.isnan(values), 0, found).astype(np.int8)


def grade_probability(ratio: Floats, half_width: Floats, bounds: Sequence[float]) -> Floats:
    """Return how probable each grade is, in a last axis; NaN where that cannot be said.

    With s = half width / 1.96 and log-normal errors::

        P(g) = Phi(ln(b_g / K) / s) - Phi(ln(b_(g-1) / K) / s),   b_0 = 0, b_last = inf

    The mean of the peers is taken as certain, and so is value added (assumptions). Without any
    error the grade is certain; of K at or below 0 nothing is said.

    Parameters
    ----------
    ratio : ndarray of float64
        K.
    half_width : ndarray of float64
        Half the width of its 95 % range, relative to it [share]; NaN where it is not known.
    bounds : sequence of float
        Upper `bounds` of all grades but the last, rising.

    Examples
    --------
    >>> found = grade_probability(np.array([0.842]), np.array([0.07]), (0.6, 0.8, 1.2, 2.0))
    >>> found.round(3).tolist()
    [[0.0, 0.076, 0.924, 0.0, 0.0]]
    """
    edges = np.log(np.asarray(bounds, dtype=np.float64))
    told = (ratio > 0) & (half_width >= 0)
    K = np.where(told, ratio, 1.0)
    s = np.where(told & (half_width > 0), half_width / NORMAL_95, 1.0)
    below = ndtr((edges - np.log(K)[..., None]) / s[..., None])
    ends = np.concatenate([np.zeros((*K.shape, 1)), below, np.ones((*K.shape, 1))], axis=-1)
    found: Floats = np.diff(ends, axis=-1)
    certain = np.eye(len(edges) + 1)[graded(K, bounds) - 1]
    found = np.where((half_width == 0)[..., None], certain, found)
    found[~told] = np.nan
    return found
