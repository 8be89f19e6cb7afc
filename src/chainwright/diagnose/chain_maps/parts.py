"""Value, gap, monopoly and difficulty of each node of a chain, each from 0 to 1 and in bounds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.shares import Concentration, Range
from chainwright.diagnose.chain_maps.supply import HomeUse, Made
from chainwright.system import Chain

__all__ = ["Parts", "difficulty", "exposure", "score", "value_behind"]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

YEAR_WEEKS = 365.25 / 7.0

LONGEST = 5.0
"""Years to replace a supplier from which on the difficulty is 1."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of the score of n nodes.

    Parameters
    ----------
    value, gap, monopoly, hard : Range
        V, G, K, T.
    exposure : Range
        e, the share of home's own use that comes from abroad.
    exposure_said : ndarray of bool, shape (n,)
        Whether e is documented, not derived.
    """

    value: Range
    gap: Range
    monopoly: Range
    hard: Range
    exposure: Range
    exposure_said: Flags

    @property
    def score(self) -> Range:
        """``(V G K T)^(1/4)``, shape (n,)."""
        return score(self.value, self.gap, self.monopoly, self.hard)


def score(value: Range, gap: Range, monopoly: Range, hard: Range) -> Range:
    """Return ``(V G K T)^(1/4)`` with its bounds.

    Parameters
    ----------
    value, gap, monopoly, hard : Range
        V, G, K, T, each from 0 to 1.
    """
    product = value * gap * monopoly * hard
    return Range(product.value**0.25, product.low**0.25, product.high**0.25)


def value_behind(finals: npt.NDArray[np.int64], world: Numbers | None) -> Range:
    """Return V, the percentile rank of what stands behind each node, with bounds.

    Nodes are ranked by the number of finished goods that they lead to, and among nodes of equal
    number by world trade in their products, where trade is joined::

        V = (nodes below + (equal nodes + 1) / 2) / n        equal: itself and ties

    Without trade, equal numbers are ties. With trade, a node whose trade is not known may stand
    anywhere among its equals, and moves them by as much: the bounds say so, and the value is
    their middle.

    Parameters
    ----------
    finals : ndarray of int, shape (n,)
        Finished goods that each node leads to.
    world : ndarray, shape (n,), optional
        World trade in the node's products; NaN where unknown.
    """
    n = len(finals)
    trade = np.zeros(n) if world is None else world
    unknown = np.isnan(trade)
    order = np.sort(finals)
    less = np.searchsorted(order, finals, side="left")
    same = np.searchsorted(order, finals, side="right") - less
    blind = np.bincount(finals[unknown], minlength=finals.max(initial=0) + 1)[finals]
    # rank among the known of equal number, by sorting pairs (finals, trade)
    known = np.flatnonzero(~unknown)
    pairs = np.lexsort((trade[known], finals[known]))
    place = np.empty(len(known))
    tied = np.r_[True, np.diff(finals[known][pairs]) > 0] if len(known) else np.zeros(0, bool)
    if len(known):
        tied[1:] |= np.diff(trade[known][pairs]) > 0.0
        group = np.cumsum(tied) - 1
        first = np.flatnonzero(tied)
        size = np.diff(np.r_[first, len(known)])
        place[pairs] = (first + (size + 1) / 2.0)[group]
    # `place` counts all known nodes of smaller number too: take those off
    smaller = np.searchsorted(np.sort(finals[known]), finals[known], side="left")
    low = less + 1.0
    high = less + same.astype(np.float64)
    low[known] = less[known] + place - smaller
    high[known] = low[known] + blind[known]
    return Range((low + high) / 2.0 / n, low / n, high / n)


def exposure(use: HomeUse, made: Made, found: Concentration) -> Range:
    """Return e, the share of home's own use of each node that comes from abroad, with bounds.

    Documented: ``e = 1 - (home's share of its own use)``. Else 1 if home is documented to make
    none. Else, where home's share p of world production or capacity is known, the value is
    ``1 - p``, as if home drew on the world as the world makes it; that is an assumption, so it
    bounds nothing. Else it is not known.

    Parameters
    ----------
    use : HomeUse
        Home's share of its own use.
    made : Made
        Whether home makes the node.
    found : Concentration
        Shares of world supply.
    """
    low, high = 1.0 - use.high, 1.0 - use.low
    value = np.where(use.said, (low + high) / 2.0, np.nan)
    derived = ~use.said & found.of_output
    value = np.where(derived, np.clip(1.0 - found.home.value, low, high), value)
    none = ~use.said & made.no
    return Range(np.where(none, 1.0, value), np.where(none, 1.0, low), np.where(none, 1.0, high))


def difficulty(chain: Chain, density: Numbers) -> Range:
    """Return T, how hard each node is to replace, with bounds.

    The largest of ``1 - w`` (distance of home from the product), ``min(1, years to replace / 5)``
    and ``1 - substitutability``, the last being ``1 / (1 + alternatives)``: 1 without a known
    substitute, 1/2 with one (our choice). Each part that is not known may be up to 1.

    Parameters
    ----------
    chain : Chain
        The chain, with ``replace_weeks`` and ``alternatives``.
    density : ndarray, shape (n,)
        w, density of home around the node's products; NaN where unknown.
    """
    weeks = chain.nodes["replace_weeks"].to_numpy(dtype=np.float64)
    others = chain.nodes["alternatives"].to_numpy(dtype=np.float64)
    parts = np.stack(
        [1.0 - density, np.minimum(weeks / YEAR_WEEKS / LONGEST, 1.0), 1.0 / (1.0 + others)]
    )
    unknown = np.isnan(parts)
    low = np.where(unknown, 0.0, parts).max(axis=0)
    value = np.where(unknown.all(axis=0), np.nan, low)
    return Range(value, low, np.where(unknown.any(axis=0), 1.0, low))
