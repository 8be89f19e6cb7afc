"""Which items stop for good when one site, supplier, region or country is gone for good."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.maker.bill_sweeps import stopped
from chainwright.diagnose.maker.node_groups import NodeGroups
from chainwright.system import SupplyNetwork

__all__ = ["Stops", "stops"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Stops:
    """What stops with each of ``G`` groups of nodes, for ``I`` items.

    Parameters
    ----------
    supplies : csr_array, shape (I, G)
        How many sources of each item are known to be in each group.
    columns : ndarray, shape (C,)
        Groups that can stop anything; of the others nothing stops.
    sole : ndarray of bool, shape (I, C)
        Whether all sources of the item are known to be in the group.
    stopped : ndarray of bool, shape (I, C)
        Whether the item cannot be made without the group: `sole`, or a component stops.
    at_most : ndarray of bool, shape (I, C)
        The same if each node whose group is not known were in this one.
    """

    supplies: csr_array
    columns: npt.NDArray[np.int64]
    sole: Flags
    stopped: Flags
    at_most: Flags


def stops(network: SupplyNetwork, groups: NodeGroups) -> Stops:
    """Return which items can never be made again without each group, stocks used up.

    An item of which no source is known is taken to go on: nothing known stops it. A node whose
    group is not known saves its item, and counts as in the group in `at_most`, where an unknown
    site or supplier is none of those that are known.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    groups : NodeGroups
        Groups of its nodes.
    """
    n, width = len(network.items), len(groups.codes)
    item = network.node_item[network.given].astype(np.int64)
    group = groups.of_node[network.given]
    placed = group >= 0
    total = np.bincount(item, minlength=n)
    unknown = np.bincount(item[~placed], minlength=n)
    cells, count = np.unique(item[placed] * width + group[placed], return_counts=True)
    row, column = (cells // width, cells % width) if width else (cells, cells)
    supplies = csr_array((count, (row, column)), shape=(n, width))
    whole = count == total[row]
    possible = count + unknown[row] == total[row]
    anywhere = np.zeros(n, dtype=np.bool_)
    if groups.by not in {"site", "supplier"}:
        anywhere = (total == unknown) & (total > 0)
    columns = np.arange(width) if anywhere.any() else np.unique(column[possible])

    def dense(kept: Flags) -> Flags:
        found = np.zeros((n, len(columns)), dtype=np.bool_)
        found[row[kept], np.searchsorted(columns, column[kept])] = True
        return found

    sole = dense(whole)
    most = dense(possible)
    most[anywhere] = True
    certain = stopped(network, sole)
    at_most = certain if np.array_equal(most, sole) else stopped(network, most)
    return Stops(supplies, columns, sole, certain, at_most)
