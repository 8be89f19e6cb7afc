"""Quantiles of needs over outages, and how sure they are."""

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

__all__ = ["BATCHES", "batch_interval", "need_quantiles"]

Floats = npt.NDArray[np.float64]

BATCHES = 20
"""Parts of the draws that an interval is made from."""

LEVEL = 0.95
"""Confidence of an interval."""


def need_quantiles(needs: Floats, weights: Floats, levels: Floats) -> Floats:
    """Return the least amounts that cover the given shares of all outages.

    ``min R in {0} + needs: P(need <= R) >= level``, where supplier k's outages have
    weight ``w_k / sum w`` together, each draw the same part of it.

    Parameters
    ----------
    needs : ndarray, shape (K, D)
        Need in each draw of an outage of each supplier.
    weights : ndarray, shape (K,)
        How often each supplier fails.
    levels : ndarray, shape (L,)
        Shares; 0 or below gives 0.

    Returns
    -------
    ndarray, shape (L,)
        Amounts; 0 where no supplier ever fails.

    Examples
    --------
    >>> needs = np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> need_quantiles(needs, np.ones(1), np.array([-1.0, 0.5, 0.9]))
    array([0., 2., 4.])
    """
    total = float(weights.sum())
    if not total > 0.0 or not needs.size:
        return np.zeros(len(levels))
    order = np.argsort(needs, axis=None, kind="stable")
    reached = np.cumsum(np.repeat(weights / (total * needs.shape[1]), needs.shape[1])[order])
    place = np.searchsorted(reached, np.asarray(levels) - 1e-12)
    found = needs.ravel()[order][np.minimum(place, needs.size - 1)]
    return np.where(np.asarray(levels) <= 0.0, 0.0, found)


def batch_interval(needs: Floats, level: float) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a quantile, from batch means.

    The draws are parted into 20 batches; with s the standard deviation of the quantile over
    batches, the interval is ``q +- t(.975, 19) s / sqrt(20)``, never below 0.

    Parameters
    ----------
    needs : ndarray, shape (D,)
        Need in each draw.
    level : float
        Of the quantile.

    Returns
    -------
    tuple of float
        Low and high end; NaN with fewer than 40 draws.
    """
    if len(needs) < 2 * BATCHES:
        return np.nan, np.nan
    parts = np.array_split(needs, BATCHES)
    each = np.array([np.quantile(part, level, method="inverted_cdf") for part in parts])
    reach = float(stdtrit(BATCHES - 1, (1.0 + LEVEL) / 2.0))
    half = reach * float(each.std(ddof=1)) / np.sqrt(BATCHES)
    middle = float(np.quantile(needs, level, method="inverted_cdf"))
    return max(0.0, middle - half), middle + half
