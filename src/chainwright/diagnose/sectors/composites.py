"""Composites with nothing hidden: parts from 0 to 1, weights, and what other weights would say."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.sectors.sector_groups import ranks_within
from chainwright.diagnose.sectors.shares import ratio

__all__ = [
    "FIRST",
    "Reweighted",
    "agreement",
    "composite",
    "parts_of",
    "quantiles",
    "reweighted",
]

Numbers = npt.NDArray[np.float64]
Groups = npt.NDArray[np.str_]

FIRST = 10
"""How many places count as the first ones."""


def parts_of(values: Numbers, groups: Groups) -> Numbers:
    """Return each value's place in its group from 0 (smallest) to 1 (largest), shape of `values`.

    Equal values share their mean place; a value alone in its group stands at 0.5, as it can be
    compared with none.

    Parameters
    ----------
    values : ndarray, shape (k, s)
        NaN has no place.
    groups : ndarray of str, shape (s,)
        Within which to compare.

    Examples
    --------
    >>> parts_of(np.array([[1.0, 3.0, 2.0]]), np.array(["goods"] * 3)).tolist()
    [[0.0, 1.0, 0.5]]
    """
    parts = np.full(values.shape, np.nan)
    for group in np.unique(groups):
        inside = groups == group
        places = pd.DataFrame(values[:, inside]).rank(axis=1, method="average").to_numpy()
        others = np.isfinite(places).sum(axis=1, keepdims=True) - 1.0
        alone = np.where(np.isfinite(places), 0.5, np.nan)
        parts[:, inside] = np.where(others > 0.0, (places - 1.0) / np.maximum(others, 1.0), alone)
    return parts


def composite(parts: Numbers, weights: Numbers) -> Numbers:
    r"""Return :math:`\sum_k w_k p_{ks} / \sum_k w_k` over the parts that are said, shape (..., s).

    Parameters
    ----------
    parts : ndarray, shape (k, s)
        Parts between 0 and 1; NaN is left out, with its weight.
    weights : ndarray, shape (..., k)
        Not below 0.
    """
    said = np.isfinite(parts)
    return ratio(weights @ np.where(said, parts, 0.0), weights @ said.astype(np.float64))


@dataclass(frozen=True, eq=False)
class Reweighted:
    """What a composite's ranking would be under other weights.

    Parameters
    ----------
    first_share : ndarray, shape (s,) [share]
        Share of the draws in which the sector is among the first ten of its group.
    rank_low, rank_high : ndarray, shape (s,) [1]
        5 % and 95 % quantile of its rank.
    """

    first_share: Numbers
    rank_low: Numbers
    rank_high: Numbers


def reweighted(parts: Numbers, groups: Groups, draws: int, rng: np.random.Generator) -> Reweighted:
    """Return ranks under weights drawn evenly from all that sum to one: Dirichlet(1, ..., 1).

    Parameters
    ----------
    parts : ndarray, shape (k, s)
        Parts between 0 and 1.
    groups : ndarray of str, shape (s,)
        Within which to rank.
    draws : int
        How many weights to draw; at least 1.
    rng : Generator
        Where chance comes from.
    """
    if not len(parts):
        empty = np.full(parts.shape[1], np.nan)
        return Reweighted(empty, empty, empty)
    ranks = ranks_within(groups, composite(parts, rng.dirichlet(np.ones(len(parts)), draws)))
    said = np.isfinite(ranks).all(axis=0)
    low, high = quantiles(ranks)
    first = np.where(said, (ranks <= FIRST).mean(axis=0), np.nan)
    return Reweighted(first, low, high)


def quantiles(draws: Numbers) -> tuple[Numbers, Numbers]:
    """Return the 5 % and 95 % quantile over the first axis; NaN where a draw is NaN.

    Each is a number that was drawn, so that a rank stays whole.

    Parameters
    ----------
    draws : ndarray, shape (d, ...)
        One number a draw.
    """
    low, high = np.quantile(draws, [0.05, 0.95], axis=0, method="inverted_cdf")
    said = np.isfinite(draws).all(axis=0)
    return np.where(said, low, np.nan), np.where(said, high, np.nan)


def agreement(values: Numbers) -> float:
    r"""Return Kendall's W: how far rankings agree, 0 not at all, 1 wholly.

    With the mean ranks of n items in m rankings, R their sums, and ties t,
    :math:`W = 12 \sum (R - \bar R)^2 / (m^2 (n^3 - n) - m \sum (t^3 - t))`.

    Parameters
    ----------
    values : ndarray, shape (m, n)
        A ranking is of a row's values; items that some row does not have are left out.

    Returns
    -------
    float
        NaN with fewer than two rankings or items, or where all values are equal.

    References
    ----------
    .. [1] Kendall, M. G., Babington Smith, B. (1939), The problem of m rankings, Annals of
       Mathematical Statistics 10, 275-287.

    Examples
    --------
    >>> agreement(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]))
    1.0
    >>> agreement(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    0.0
    """
    items = values[:, np.isfinite(values).all(axis=0)]
    m, n = items.shape
    if m < 2 or n < 2:
        return float("nan")
    ranks = pd.DataFrame(items).rank(axis=1, method="average").to_numpy()
    spread = ranks.sum(axis=0) - m * (n + 1) / 2
    ties = sum(
        float((t**3 - t).sum()) for t in (np.unique(r, return_counts=True)[1] for r in ranks)
    )
    most = m * m * (n**3 - n) - m * ties
    return float(12.0 * (spread**2).sum() / most) if most > 0.0 else float("nan")
