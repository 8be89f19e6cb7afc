"""Places of nodes by score, with what the unknown parts and the choice of years leave open."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.shares import Range

__all__ = ["drawn_ranks", "rank_bounds", "ranks"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def ranks(score: Range) -> Places:
    """Return the place of each node by the middle of its score's bounds, 1 first, shape (n,).

    Ties stand in the order of the nodes.

    Parameters
    ----------
    score : Range
        The score.
    """
    order = np.argsort(-_rounded(score.low + score.high), kind="stable")
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(1, len(order) + 1)
    return found


def rank_bounds(score: Range) -> tuple[Places, Places]:
    """Return the first and the last place that each node may have, shape (n,) each.

    First: after those whose least is above its greatest. Last: before those whose greatest is
    below its least.

    Parameters
    ----------
    score : Range
        The score.
    """
    low, high = _rounded(score.low), _rounded(score.high)
    n = len(low)
    above = n - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="left")
    return above.astype(np.int64) + 1, (n - below).astype(np.int64)


def _rounded(score: Numbers) -> Numbers:
    """Return scores without the last digits: equal ones that were added up otherwise are ties."""
    return np.round(score, 12)


def drawn_ranks(
    scored: Callable[[Numbers], Range], years: int, draws: int, seed: int
) -> tuple[Numbers, Numbers]:
    """Return the 5th and 95th percentile of each node's place over draws of years.

    Each draw takes as many years as there are, with replacement.

    Parameters
    ----------
    scored : callable
        Returns the score from the weight of each year, shape (years,).
    years : int
        How many years there are.
    draws : int
        How many draws.
    seed : int
        The same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(years, np.full(years, 1.0 / years), size=draws)
    places = np.stack([ranks(scored(count / years)) for count in counts])
    low, high = np.percentile(places, [5.0, 95.0], axis=0)
    return low, high
