"""How many sites, suppliers, regions and countries make each item, and how many are not known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.node_groups import NodeGroups
from chainwright.system import SupplyNetwork

__all__ = ["SourceCounts", "source_counts"]

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SourceCounts:
    """Groups that make each of ``I`` items.

    Parameters
    ----------
    known : ndarray, shape (I,)
        Number of different groups that are known.
    unknown : ndarray, shape (I,)
        Number of nodes whose group is not known.
    single : ndarray of int8, shape (I,)
        1 if all of the item comes from one group, 0 if it comes from several, -1 if that cannot
        be told, or if no source is known.
    only : ndarray, shape (I,)
        The one group, where it is single and known; -1 elsewhere.
    """

    known: Counts
    unknown: Counts
    single: npt.NDArray[np.int8]
    only: Counts


def source_counts(network: SupplyNetwork, groups: NodeGroups) -> SourceCounts:
    """Return how many groups make each item.

    One known site lies in one region and one country, even if it is not known in which. A supplier
    whose site is not known may have several.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    groups : NodeGroups
        Groups of its nodes.
    """
    n = len(network.items)
    given = network.given
    item, group = network.node_item[given].astype(np.int64), groups.of_node[given]
    placed = group >= 0
    width = len(groups.codes) + 1
    cells = np.unique(item[placed] * width + group[placed])
    known = np.bincount(cells // width, minlength=n)
    unknown = np.bincount(item[~placed], minlength=n)
    sources = np.bincount(item, minlength=n)
    unsited = np.bincount(item, ~groups.known_site[given], minlength=n)
    one = (known == 1) & (unknown == 0)
    if groups.by not in {"site", "supplier"}:
        one |= (sources == 1) & (unsited == 0)
    single = np.where(one, 1, np.where(known > 1, 0, -1)).astype(np.int8)
    only = np.full(n, -1, dtype=np.int64)
    only[cells // width] = cells % width
    return SourceCounts(known, unknown, single, np.where(one & (known == 1), only, -1))
