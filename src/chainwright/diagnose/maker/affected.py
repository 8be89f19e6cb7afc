"""What an outage can touch: the few items that a programme has to look at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.net_requirement import SLACK, NetRequirement
from chainwright.system import SupplyNetwork

__all__ = ["Affected", "Coupling", "affected", "coupling", "flags_of", "reached"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Coupling:
    """Which items compete for the capacity of a site, and what nodes can make.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    capacity : ndarray, shape (N,)
        Units a week that each node can make by itself, at most what its site can.
    binding : ndarray of bool, shape (S,)
        Sites whose capacity can run short because several items share it.
    by_site : ndarray of bool, shape (N,)
        Nodes whose capacity is that of their site alone.
    group : ndarray, shape (I,)
        Items of one group hang together by sites that bind; an item by itself is its own group.
    """

    network: SupplyNetwork
    capacity: Floats
    binding: npt.NDArray[np.bool_]
    by_site: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int32]

    @cached_property
    def alone(self) -> Flags:
        """Whether each item shares no site that binds, ``(I,)``."""
        return np.asarray(np.bincount(self.group)[self.group] == 1, dtype=np.bool_)

    @cached_property
    def bill_rows(self) -> tuple[Indices, Indices, Floats]:
        """Component, parent and units of each row of the bill."""
        rows = self.network.bill.tocoo()
        return rows.row.astype(np.intp), rows.col.astype(np.intp), rows.data.astype(np.float64)

    def below(self, items: Flags) -> Flags:
        """Return some items and all that goes into them, ``(I,)``.

        Parameters
        ----------
        items : ndarray of bool, shape (I,)
            Where to begin.
        """
        component, parent, _ = self.bill_rows
        found, size = items.copy(), -1
        while size != (size := int(found.sum())):
            found[component[found[parent]]] = True
        return found

    @cached_property
    def members(self) -> csr_array:
        """Which items (columns) are in each group (row), ``(groups, I)``."""
        n = len(self.group)
        return csr_array((np.ones(n), (self.group, np.arange(n))))

    @cached_property
    def at_binding(self) -> Flags:
        """Whether each node is at a site that binds, ``(N,)``."""
        at = self.network.node_site
        found = np.zeros(len(at), dtype=np.bool_)
        found[at >= 0] = self.binding[at[at >= 0]]
        return found

    @cached_property
    def of_items(self) -> Floats:
        """Units a week of each item that its nodes can make together, sites aside, ``(I,)``."""
        return self.live(np.zeros(len(self.capacity), dtype=np.bool_))

    def live(self, down: Flags) -> Floats:
        """Return the units a week of each item that the nodes still up can make, ``(I,)``.

        Parameters
        ----------
        down : ndarray of bool, shape (N,)
            Nodes that stand still.
        """
        up = np.where(down, 0.0, self.capacity)
        total = np.bincount(self.network.node_item, up, minlength=len(self.group))
        return total.astype(np.float64)


def coupling(network: SupplyNetwork, capacity: Floats) -> Coupling:
    """Return which items compete for the capacity of which sites.

    A site can run short only if its nodes together could be asked for more than it can make. No
    node is ever asked for more than it can make itself, nor for more than the whole requirement
    of its item, so a site binds only if ``sum over its nodes of min(c_n, x_k) > c_a``, with x the
    weekly requirement from empty stocks. Of a site with one node the capacity is the node's.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    capacity : ndarray, shape (N,)
        Units a week that each node can make, sites aside; may be infinite.
    """
    at, sites = network.node_site, len(network.sites)
    placed = at >= 0
    of_site = np.full(len(at), np.inf)
    of_site[placed] = network.site_capacity[at[placed]]
    of_site[np.isnan(of_site)] = np.inf
    able = np.minimum(capacity, of_site)
    asked = np.minimum(able, network.requirement[network.node_item])
    total = np.bincount(at[placed], asked[placed], minlength=sites)
    several = np.bincount(at[placed], minlength=sites) > 1
    limit = np.where(np.isnan(network.site_capacity), np.inf, network.site_capacity)
    binding = several & (total > limit)
    tied = placed.copy()
    tied[placed] = binding[at[placed]]
    n = len(network.items)
    links = csr_array(
        (np.ones(tied.sum()), (network.node_item[tied], n + at[tied])), shape=(n + sites, n + sites)
    )
    group = connected_components(links, directed=False)[1][:n]
    return Coupling(
        network,
        able,
        binding,
        of_site < capacity,
        np.unique(group, return_inverse=True)[1].astype(np.int32),
    )


@dataclass(frozen=True, eq=False)
class Affected:
    """The items that a programme of an outage has to look at.

    Parameters
    ----------
    pressed : ndarray of bool, shape (I,)
        Items whose supply may fall: their capacities are in the programme.
    above : ndarray of bool, shape (I,)
        Other items that need them, up to the products: their bill is in the programme, and their
        capacities cannot bind.
    """

    pressed: Flags
    above: Flags

    @property
    def items(self) -> Flags:
        """All items of the programme, ``(I,)``."""
        return np.asarray(self.pressed | self.above, dtype=np.bool_)


def affected(
    network: SupplyNetwork,
    down: npt.ArrayLike,
    *,
    weeks: float = np.inf,
    assumptions: MakerAssumptions | None = None,
) -> Affected:
    """Return the items that an outage of some nodes can touch within some weeks; stock is kept.

    Why nothing else can bind. Let x(t) be the `NetRequirement` of full sales. Whatever is sold,
    no item need be made beyond x(t), as netting is monotone. Items fall into groups that share
    the capacity of sites (`coupling`). A group that can make its x(t) within t weeks can make any
    less of it too: scale its plan down. So only groups that cannot are *pressed*: those with a
    node down, and those that would run short with nothing down. What is sold reaches a pressed
    item only through the items *above* it, and these have capacity to spare by the same
    argument, so the programme needs their rows of the bill and nothing more. Products that are
    neither are sold in full. (Groups of several items are counted in here without a look;
    `OutageProgramme` looks.)

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    down : array_like
        Nodes that stand still: their places, or a flag for each, ``(N,)``.
    weeks : float
        How long; infinite for whatever may be touched at all.
    assumptions : MakerAssumptions, optional
        Capacity of nodes that have none.

    Examples
    --------
    >>> from chainwright.system import Maker
    >>> import pandas as pd
    >>> made = Maker.of_tables(
    ...     "toy",
    ...     products=pd.DataFrame({"item": ["F"], "demand_per_week": [1.0]}),
    ...     bill=pd.DataFrame({"parent": ["F", "F"], "component": ["a", "b"], "quantity": [2, 1]}),
    ...     suppliers=pd.DataFrame({"supplier": ["S"]}),
    ...     sourcing=pd.DataFrame({"item": ["a", "b"], "supplier": ["S", "S"]}),
    ... )
    >>> touched = affected(made.network, [0])
    >>> touched.pressed.tolist(), touched.above.tolist()
    ([False, True, False], [True, False, False])
    """
    still = flags_of(network, down)
    tied = coupling(network, (assumptions or MakerAssumptions()).capacity(network))
    hit = np.zeros(len(network.items), dtype=np.bool_)
    hit[network.node_item[still]] = True
    need = NetRequirement(network)
    slope, intercept = need.lines(np.array([weeks]))
    made, can = slope[:, 0], tied.of_items
    if np.isfinite(weeks):
        made = made * weeks - intercept[:, 0]
        can = can * weeks if weeks > 0.0 else np.zeros(len(can))
    hit |= np.where(tied.alone, made > can * (1.0 + SLACK), made > 0.0)
    return reached(tied, hit)


def reached(tied: Coupling, hit: Flags) -> Affected:
    """Return the groups that some items are in, and all that needs these.

    Parameters
    ----------
    tied : Coupling
        Which items compete.
    hit : ndarray of bool, shape (I,)
        Items that are pressed for themselves.
    """
    chosen = np.zeros(len(hit), dtype=np.bool_)
    chosen[tied.group[hit]] = True
    pressed = chosen[tied.group]
    component, parent, _ = tied.bill_rows
    items, size = pressed.copy(), -1
    while size != (size := int(items.sum())):
        items[parent[items[component]]] = True
    return Affected(pressed, items & ~pressed)


def flags_of(network: SupplyNetwork, down: npt.ArrayLike) -> Flags:
    """Return a flag for each node, ``(N,)``, from flags or places.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    down : array_like
        Flags ``(N,)``, or places of nodes.
    """
    given = np.asarray(down)
    if given.dtype == np.bool_ and given.shape == (len(network.nodes),):
        return given
    flags = np.zeros(len(network.nodes), dtype=np.bool_)
    flags[given.astype(np.intp)] = True
    return flags
