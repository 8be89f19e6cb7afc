"""Fitness of places and complexity of products by the nonlinear map of Tacchella and others."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError

__all__ = ["LOW_FITNESS", "fitness"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LOW_FITNESS = 1e-12
"""A least fitness below this says that the map is running away: a warning."""

UNDERFLOW = 1e-290
"""Below this the reciprocals of the next update would not be numbers: the updates end."""


def fitness(present: Bools, *, updates: int = 19) -> tuple[Floats, Floats, int]:
    r"""Return the fitness of places, the complexity of products, and how many updates were made.

    .. math:: \tilde F_c^n = \sum_p M_{cp} Q_p^{n-1}, \quad
              \tilde Q_p^n = \left( \sum_c M_{cp} / F_c^{n-1} \right)^{-1},

    each divided by its mean, both from the state before (synchronous), starting from ones. Shapes
    (C,) and (P,); a place that is present nowhere and a product that no place has are NaN, and
    count in no mean.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    updates : int
        How many updates. Fewer are made where the least fitness leaves the range of numbers.

    Raises
    ------
    ParameterError
        If `updates` is negative.

    References
    ----------
    .. [1] A. Tacchella and others, "A new metrics for countries' fitness and products'
       complexity", Scientific Reports, 2, 723, 2012.

    Examples
    --------
    >>> fitness(np.array([[True, True], [False, True]]), updates=1)
    (array([1.33333333, 0.66666667]), array([1.33333333, 0.66666667]), 1)
    """
    if updates < 0:
        raise ParameterError("updates", "fitness", "0 or more", updates)
    some, made = present.any(axis=1), present.any(axis=0)
    M = present[np.ix_(some, made)].astype(np.float64)
    F, Q = np.ones(M.shape[0]), np.ones(M.shape[1])
    done = 0
    while done < updates and M.size and F.min() > UNDERFLOW:
        F, Q = M @ Q, 1.0 / (M.T @ (1.0 / F))
        F, Q = F / F.mean(), Q / Q.mean()
        done += 1
    places, products = np.full(present.shape[0], np.nan), np.full(present.shape[1], np.nan)
    places[some], products[made] = F, Q
    return places, products, done
