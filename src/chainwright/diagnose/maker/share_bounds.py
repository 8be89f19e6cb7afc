"""How concentrated the sources of each item are, in bounds where shares or groups are not known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.node_groups import NodeGroups
from chainwright.system import SupplyNetwork

__all__ = ["Bounds", "concentration_bounds"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Bounds:
    """Least and most that a number of each item can be, shape (I,); NaN for items of no source.

    Parameters
    ----------
    low, high : ndarray, shape (I,)
        The bounds; equal where nothing is unknown.
    """

    low: Numbers
    high: Numbers


def concentration_bounds(network: SupplyNetwork, groups: NodeGroups) -> Bounds:
    """Return the Herfindahl-Hirschman index of the sources of each item, in bounds.

    H = sum over groups g of S_g^2, with S_g the shares of the nodes in g; shares that come to a
    little less or more than 1 are scaled to it. What is not known is bounded::

        low    the rest r = 1 - sum of known shares is spread over the nodes without a share so
               that H is least; a node whose group is not known is a group of its own; one whose
               site is not known is spread over so many that it adds nothing
        high   all nodes whose group is not known are in one group, and r at one node, where that
               gives most

    Suppliers are always known. By site, all that one supplier makes counts as made at one site at
    the high end where one of its sites is not known.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    groups : NodeGroups
        Groups of its nodes.
    """
    n = len(network.items)
    kept = np.flatnonzero(network.given)
    item = network.node_item[kept].astype(np.int64)
    share = network.share[kept]
    known = np.isfinite(share)
    held = np.where(known, share, 0.0)
    total = np.bincount(item, held, minlength=n)
    unknown = np.bincount(item, ~known, minlength=n) > 0
    whole = np.where(unknown, np.maximum(total, 1.0), np.where(total > 0.0, total, 1.0))
    held = held / whole[item]
    rest = np.where(unknown, np.maximum(0.0, 1.0 - total), 0.0)
    group, placed = groups.of_node[kept], groups.known_site[kept]
    sited = placed | (groups.by == "supplier")
    low = _low(item, group, held, known, sited=sited, rest=rest)
    pooled = _pooled(network, groups, kept) if groups.by == "site" else group
    high = np.minimum(_high(item, pooled, held, known, rest), 1.0)
    none = np.bincount(item, minlength=n) == 0
    low, high = np.where(none, np.nan, low), np.where(none, np.nan, high)
    return Bounds(np.minimum(low, high), high)


def _cells(item: Places, group: Places) -> tuple[Places, Places]:
    """Return the cell, one an item and known group, of each node, and the item of each cell.

    A node whose group is not known has a cell of its own.
    """
    alone = np.where(group < 0, -1 - np.arange(len(group)), group)
    pairs = np.column_stack([item, alone])
    found, cell = np.unique(pairs, axis=0, return_inverse=True)
    return cell.reshape(-1).astype(np.int64), found[:, 0].astype(np.int64)


def _low(
    item: Places, group: Places, held: Numbers, known: Flags, *, sited: Flags, rest: Numbers
) -> Numbers:
    """Return the least H: the rest fills the emptiest cells that can take it, as water does."""
    cell, owner = _cells(item, group)
    cells = len(owner)
    open_cell = np.bincount(cell, ~known, minlength=cells) > 0
    spread = np.bincount(cell, (group < 0) & ~sited, minlength=cells) > 0
    size = np.bincount(cell, held, minlength=cells).astype(np.float64)
    n = len(rest)
    size = np.where(spread, 0.0, size)
    drained = np.bincount(owner, open_cell & spread, minlength=n) > 0
    water = np.where(drained, 0.0, rest)
    level = _level(owner, size, open_cell & ~spread, water)
    filled = np.where(open_cell & ~spread, np.maximum(size, level[owner]), size)
    filled = np.where(water[owner] > 0.0, filled, size)
    return np.bincount(owner, filled**2, minlength=n).astype(np.float64)


def _level(owner: Places, size: Numbers, takes: Flags, water: Numbers) -> Numbers:
    """Return up to what level `water` fills the cells that take it, by owner.

    With cells in rising order, level_k = (water + sum of the first k) / k; the level is the least
    of them, as each is at or above it.
    """
    kept = np.flatnonzero(takes)
    order = kept[np.lexsort((size[kept], owner[kept]))]
    who = owner[order]
    first = np.flatnonzero(np.diff(who, prepend=-1))
    summed = np.cumsum(size[order])
    lengths = np.diff(np.append(first, len(who)))
    before = np.repeat(summed[first] - size[order][first], lengths)
    count = np.arange(len(who)) - np.repeat(first, lengths) + 1
    levels = (water[who] + summed - before) / count
    found = np.full(len(water), np.inf)
    np.minimum.at(found, who, levels)
    return np.where(np.isfinite(found), found, 0.0)


def _high(item: Places, group: Places, held: Numbers, known: Flags, rest: Numbers) -> Numbers:
    """Return the most H: what can move goes to the largest group, the rest to the largest taker.

    Both gains, 2 S m + m^2, grow with S; they go together where the taker is the group as well.
    """
    n = len(rest)
    mobile = group < 0
    moved = np.bincount(item, np.where(mobile, held, 0.0), minlength=n)
    takes_new = np.bincount(item, mobile & ~known, minlength=n) > 0
    fixed = np.flatnonzero(~mobile)
    cell, owner = _cells(item[fixed], group[fixed])
    size = np.bincount(cell, held[fixed], minlength=len(owner))
    takes = np.bincount(cell, ~known[fixed], minlength=len(owner)) > 0
    takes |= takes_new[owner]  # an unknown node may be in any of the groups
    squares = np.bincount(owner, size**2, minlength=n)
    largest, taker = np.zeros(n), np.full(n, -np.inf)
    np.maximum.at(largest, owner, size)
    np.maximum.at(taker, owner[takes], size[takes])
    taker = np.where(takes_new, np.maximum(taker, 0.0), taker)
    able = np.isfinite(taker)
    to = np.where(able, taker, 0.0)
    water = np.where(able, rest, 0.0)
    both = moved + water
    together = squares + 2.0 * to * both + both**2
    apart = squares + 2.0 * largest * moved + moved**2 + 2.0 * to * water + water**2
    return np.asarray(np.where(able, np.maximum(together, apart), apart), dtype=np.float64)


def _pooled(network: SupplyNetwork, groups: NodeGroups, kept: Places) -> Places:
    """Return the sites of nodes, all those of a supplier of unknown site at an item joined."""
    item = network.node_item[kept].astype(np.int64)
    who = network.node_supplier[kept].astype(np.int64)
    pairs = item * (len(network.suppliers) + 1) + who + 1
    lost = np.unique(pairs[groups.of_node[kept] < 0])
    joined = np.isin(pairs, lost)
    return np.where(joined, len(groups.codes) + who, groups.of_node[kept])
