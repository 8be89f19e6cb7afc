"""Items of several sources that hang on one all the same, with the way down that proves it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.sole_sources import Stops
from chainwright.diagnose.maker.source_counts import SourceCounts
from chainwright.system import SupplyNetwork

__all__ = ["HiddenSources", "hidden_sources"]

Places = npt.NDArray[np.int64]

AT_ONCE = 20_000
"""Pairs whose ways are walked at a time, so that memory stays small."""


@dataclass(frozen=True, eq=False)
class HiddenSources:
    """Pairs of an item of several sources and a group that it hangs on all the same.

    Parameters
    ----------
    item : ndarray, shape (pairs,)
        The item.
    column : ndarray, shape (pairs,)
        Place of the group in `Stops.columns`.
    way : ndarray, shape (pairs, steps)
        Items from it down to the one whose only source the group is; -1 after the end.
    """

    item: Places
    column: Places
    way: Places

    @property
    def last(self) -> Places:
        """The item whose only source the group is, shape (pairs,)."""
        ends = (self.way >= 0).sum(axis=1) - 1
        found: Places = self.way[np.arange(len(self.way)), ends]
        return found


def hidden_sources(
    network: SupplyNetwork,
    found: Stops,
    counts: SourceCounts,
    looked_at: npt.NDArray[np.bool_],
) -> HiddenSources:
    """Return items that several groups make and that stop with one group all the same.

    Such an item needs a component, at some depth, that nobody else makes. Of several ways down the
    one is shown that reaches such a component soonest at each step.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    found : Stops
        What stops with each group.
    counts : SourceCounts
        How many groups make each item.
    looked_at : ndarray of bool, shape (C,)
        Groups of `Stops.columns` that are looked at.
    """
    dual = counts.known >= 2
    item, column = np.nonzero(found.stopped & ~found.sole & dual[:, None] & looked_at)
    item, column = item.astype(np.int64), column.astype(np.int64)
    ways = [
        _walked(network, found, item[low : low + AT_ONCE], column[low : low + AT_ONCE])
        for low in range(0, len(item), AT_ONCE)
    ]
    steps = max((way.shape[1] for way in ways), default=1)
    padded = [np.pad(w, ((0, 0), (0, steps - w.shape[1])), constant_values=-1) for w in ways]
    way = np.concatenate(padded) if padded else np.zeros((0, steps), dtype=np.int64)
    return HiddenSources(item, column, way)


def _walked(network: SupplyNetwork, found: Stops, item: Places, column: Places) -> Places:
    """Return the way of each pair, one step of all of them at a time."""
    bill = network.bill.tocsc()
    at = item
    way = [at]
    while True:
        going = np.flatnonzero(~found.sole[at, column])
        if not len(going):
            return np.column_stack(way)
        first = bill.indptr[at[going]].astype(np.int64)
        number = bill.indptr[at[going] + 1] - first
        pair = np.repeat(going, number)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(number) - number, number)
        component = bill.indices[np.repeat(first, number) + within].astype(np.int64)
        stops = found.stopped[component, column[pair]]
        pair, component = pair[stops], component[stops]
        order = np.lexsort((component, ~found.sole[component, column[pair]], pair))
        one = np.flatnonzero(np.diff(pair[order], prepend=-1))
        step = np.full(len(item), -1, dtype=np.int64)
        step[pair[order][one]] = component[order][one]
        way.append(step)
        at = np.where(step >= 0, step, at)
