"""Better service times by a run of linear programmes, from a plan that is there."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.plan.choosing.mixed_programme import MixedProgramme
from chainwright.plan.safety_stocks.service_programme import ServiceProgramme

__all__ = ["flattened"]

Floats = npt.NDArray[np.float64]

ROUNDS = 20
"""Linear programmes at most, if costs still fall."""

DIGITS = 9
"""Digits of a day that a solver's answer is trusted to."""

SHORTEST = 1e-3
"""Days below which the slope of the root is taken as that of so many days."""


def flattened(programme: ServiceProgramme, quoted: Floats) -> Floats:
    r"""Return a plan that costs no more, at which slopes are at rest.

    The cost is concave, so that it lies below its tangents: a linear programme with the slopes
    :math:`w_j / (2 \sqrt{\tau_j})` of the plan at hand gives a plan that costs less, or the same
    (slope iteration; Shu & Karimi 2009). Its corners are the corners of the question.

    Parameters
    ----------
    programme : ServiceProgramme
        The question.
    quoted : ndarray, shape (n,) [day]
        Times quoted, of a plan that can be kept.

    References
    ----------
    Shu, J. & Karimi, I. A. (2009), Efficient heuristics for inventory placement in acyclic
    networks, Computers & Operations Research 36(11), 2899-2904.
    """
    n, m = len(programme), len(programme.tail)
    # Unknowns: n times quoted, then n times waited. SI - S >= -T and SI_j - S_i >= 0.
    stages = np.arange(n)
    rows = np.concatenate([stages, stages, n + np.arange(m), n + np.arange(m)])
    columns = np.concatenate([stages, n + stages, programme.tail, n + programme.head])
    signs = np.repeat([1.0, -1.0, 1.0, -1.0], [n, n, m, m])
    matrix = csr_array((signs, (rows, columns)), shape=(n + m, 2 * n))
    limit = np.concatenate([programme.time, np.zeros(m)])
    most = np.where(programme.weight > 0.0, programme.longest, 0.0)
    low = np.concatenate([np.zeros(n), programme.outside])
    high = np.concatenate([most, np.full(n, np.inf)])
    whole = np.zeros(2 * n, dtype=np.bool_)
    best, least = programme.mended(quoted), programme.cost(programme.mended(quoted))
    for _ in range(ROUNDS):
        days = np.maximum(programme.covered(best), SHORTEST)
        slope = programme.weight / (2.0 * np.sqrt(days))
        costs = np.concatenate([-slope, slope])
        found = MixedProgramme(costs, low, high, whole, matrix, limit).solved()
        if found is None:
            break
        tried = programme.mended(np.maximum(0.0, np.round(found.values[:n], DIGITS)))
        cost = programme.cost(tried)
        if not cost < least * (1.0 - 1e-9):
            break
        best, least = tried, cost
    return best
