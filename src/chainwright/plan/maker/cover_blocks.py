"""The rows and unknowns of one outage in a programme of measures: what must hold to survive it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array, diags_array, eye_array, hstack, kron, vstack

from chainwright.diagnose.maker.affected import reached
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.stock_left import stock_left
from chainwright.plan.maker.gaps import Gaps
from chainwright.plan.maker.measures import Measures

__all__ = ["CoverBlock", "cover_block", "units_of"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class CoverBlock:
    """Rows ``own @ y + shared @ x <= limit`` with ``0 <= y <= high``; x are amounts of measures.

    ``A`` items of the outage, ``P`` periods, ``V`` nodes at sites that bind, ``D`` products sold.
    The unknowns y are what is made of each item, by period and item ``(P A)``; what is made at the
    nodes, by period and node ``(P V)``; what customers do not get, ``(P D)``. They count in weekly
    requirements of the item, lost ones in weekly demands, and x as `units_of` says.

    Parameters
    ----------
    items, nodes, sold : ndarray
        Places of the items, of the nodes at sites that bind, and of the products.
    ends : ndarray
        ``(P,)`` weeks at which the periods end.
    own, shared : csr_array
        ``(rows, unknowns)`` and ``(rows, M)``.
    limit, high : ndarray
        Of the rows and of the unknowns.
    pressed : ndarray
        Places of the items whose supply can fall short.
    reaching : ndarray of bool
        ``(M,)`` measures that do anything here.
    """

    items: Indices
    nodes: Indices
    sold: Indices
    ends: Floats
    own: csr_array
    shared: csr_array
    limit: Floats
    high: Floats
    pressed: Indices
    reaching: Bools

    @property
    def lost(self) -> slice:
        """Where among the unknowns the units stand that customers do not get."""
        return slice(len(self.high) - len(self.ends) * len(self.sold), len(self.high))


def units_of(programme: OutageProgramme, measures: Measures) -> Floats:
    """Return the units that one of each unknown x stands for, ``(M,)``.

    A lot; of stock that comes in any amount a week's requirement of the item; else 1.

    Parameters
    ----------
    programme : OutageProgramme
        Of the chain.
    measures : Measures
        What could be taken.
    """
    week = programme.network.requirement[measures.item]
    unit = np.where(measures.lot > 0.0, measures.lot, np.where(week > 0.0, week, 1.0))
    return np.where(measures.stock, unit, 1.0)


def cover_block(
    programme: OutageProgramme, gaps: Gaps, g: int, measures: Measures, usable: Bools
) -> CoverBlock:
    """Return what must hold in one outage of t weeks.

    An outage is cut into periods where a measure comes on, q weeks after it began, as what is
    needed before must come from stock. Within a period of length h rates are constant, and stock
    is carried forward, so that at the end T of each period, with u made and l lost in it::

        sum over periods so far of (sum_j R[k, j] u_j - u_k - l_k)  <=  s_k + e_k - d_k T
        u_k <= h (sum of c_n over live nodes of k + sum over measures on by then of a_m x_m)
        sum over nodes at site a of v_n <= h c_a,  v_n <= h c_n          sites that bind
        0 <= l_k <= h d_k

    A source of c units a week adds ``a = min(c, r - C)``, r the most that is needed of the item in
    a week and C what is left of its capacity: whatever is needed can be made without ever making
    more than r a week, as what there is to make with grows over time. This keeps the bound tight.

    Parameters
    ----------
    programme : OutageProgramme
        Of the chain without measures.
    gaps : Gaps
        Outages.
    g : int
        Which one.
    measures : Measures
        What could be taken.
    usable : ndarray of bool
        ``(M,)`` whether each can be used in this outage.
    """
    outage = _outage(programme, gaps, g)
    at = outage.row[measures.item]
    held = usable & (at >= 0) & measures.stock
    gain = _gains(outage, measures, usable)
    ends = np.unique(np.append(measures.weeks[(gain > 0.0) & (measures.weeks > 0.0)], outage.weeks))
    length = np.diff(ends, prepend=0.0)
    m = np.flatnonzero(held)
    extra = _table(-units_of(programme, measures)[m], at[m], m, (len(outage.items), len(measures)))
    extra = kron(csr_array(np.ones((len(ends), 1))), extra, format="csr")
    helped, grows, growth = _growth(outage, measures, gain, ends)
    pooled, sites = _pooled(outage, len(ends))
    network = programme.network
    stock, demand = outage.stock[outage.items], network.demand[outage.items]
    limit = np.concatenate(
        [
            (stock[None, :] - demand[None, :] * ends[:, None]).ravel(),
            _times(length, outage.rate[helped]),
            _times(length, network.site_capacity[sites]),
        ]
    )
    free = outage.rate.copy()
    free[helped] = np.inf  # a row holds these
    rates = (free, programme.coupling.capacity[outage.nodes], network.demand[outage.sold])
    week = network.requirement[outage.items]
    of_nodes = network.requirement[network.node_item[outage.nodes]]
    unit = _tiled(len(ends), week, of_nodes, network.demand[outage.sold])
    row_unit = _tiled(len(ends), week, week[helped], network.site_capacity[sites])
    scale = diags_array(1.0 / row_unit)
    own = vstack([_balance(outage, len(ends)), grows, pooled])
    none = csr_array((pooled.shape[0], len(measures)))
    return CoverBlock(
        items=outage.items,
        nodes=outage.nodes,
        sold=outage.sold,
        ends=ends,
        own=csr_array(scale @ own @ diags_array(unit)),
        shared=csr_array(scale @ vstack([extra, growth, none])),
        limit=limit / row_unit,
        high=np.concatenate([_times(length, rate) for rate in rates]) / unit,
        pressed=outage.items[outage.pressed],
        reaching=held | (gain > 0.0),
    )


@dataclass(frozen=True, eq=False)
class _Outage:
    """One outage: how long, what is down, stock ``(I,)``, and the items that it touches."""

    programme: OutageProgramme
    weeks: float
    down: Bools
    stock: Floats
    items: Indices
    pressed: Bools

    @cached_property
    def row(self) -> Indices:
        """Place of each of the maker's items among `items`, ``(I,)``; -1 where it is not."""
        row = np.full(len(self.stock), -1, dtype=np.intp)
        row[self.items] = np.arange(len(self.items))
        return row

    @cached_property
    def nodes(self) -> Indices:
        """Live nodes of pressed items at sites that bind."""
        of_item = np.zeros(len(self.stock), dtype=np.bool_)
        of_item[self.items[self.pressed]] = True
        bound = self.programme.coupling.at_binding & ~self.down
        return np.flatnonzero(bound & of_item[self.programme.network.node_item])

    @cached_property
    def sold(self) -> Indices:
        """Products among `items`."""
        return self.items[self.programme.network.demand[self.items] > 0.0]

    @cached_property
    def rate(self) -> Floats:
        """Units a week of each of `items` beside `nodes`; infinite where nothing presses."""
        tied = self.programme.coupling
        live = tied.live(self.down | tied.at_binding)[self.items]
        return np.where(self.pressed, live, np.inf)


def _outage(programme: OutageProgramme, gaps: Gaps, g: int) -> _Outage:
    weeks, down = float(gaps.weeks[g]), gaps.down[g]
    stock = stock_left(programme.network, down, programme.stock_at_node, gaps.sites[g])
    short = programme.pressed(down, weeks, stock, programme.weeks_of_groups(down, stock))
    found = reached(programme.coupling, short)
    items = np.flatnonzero(found.items & (programme.network.requirement > 0.0))
    return _Outage(programme, weeks, down, stock, items, found.pressed[items])


def _gains(outage: _Outage, measures: Measures, usable: Bools) -> Floats:
    """Return the units a week that each measure adds, ``(M,)``; 0 where it does nothing."""
    at = outage.row[measures.item]
    adds = usable & (at >= 0) & ~measures.stock & (measures.weeks < outage.weeks)
    adds[adds] = outage.pressed[at[adds]]
    need = outage.programme.need.lines(np.array([outage.weeks]), outage.stock)[0][:, 0]
    alone = outage.programme.coupling.alone[measures.item]
    room = np.where(alone, need[measures.item], np.inf)
    room[adds] -= outage.rate[at[adds]]
    return np.where(adds, np.minimum(measures.capacity, np.maximum(0.0, room)), 0.0)


def _balance(outage: _Outage, periods: int) -> csr_array:
    """Return what is used, less what is made and lost, up to the end of each period."""
    network, items = outage.programme.network, outage.items
    so_far = csr_array(np.tril(np.ones((periods, periods))))
    bill = csr_array(network.bill.tocsr()[items])[:, items]
    parts = [csr_array(bill - eye_array(len(items)))]
    for of in (network.node_item[outage.nodes], outage.sold):
        shape = (len(items), len(of))
        parts.append(_table(-np.ones(len(of)), outage.row[of], np.arange(len(of)), shape))
    return csr_array(hstack([kron(so_far, part) for part in parts], format="csr"))


def _growth(
    outage: _Outage, measures: Measures, gain: Floats, ends: Floats
) -> tuple[Indices, csr_array, csr_array]:
    """Return the items that measures add capacity to, and rows of it: own and shared part."""
    length = np.diff(ends, prepend=0.0)
    at, count, periods = outage.row[measures.item], len(outage.items), len(ends)
    helped = np.unique(at[gain > 0.0])
    beside = np.full(count, -1)
    beside[helped] = np.arange(len(helped))
    from_week = np.where(gain > 0.0, measures.weeks, np.inf)
    p, m = np.nonzero((ends - length)[:, None] >= from_week[None, :])
    shape = (periods * len(helped), len(measures))
    shared = _table(-gain[m] * length[p], p * len(helped) + beside[at[m]], m, shape)
    place = (np.arange(periods)[:, None] * count + helped).ravel()
    width = periods * (count + len(outage.nodes) + len(outage.sold))
    own = _table(np.ones(len(place)), np.arange(len(place)), place, (len(place), width))
    return helped, own, shared


def _pooled(outage: _Outage, periods: int) -> tuple[csr_array, Indices]:
    """Return what the nodes of each site that binds make together, and these sites."""
    nodes = outage.nodes
    sites, shop = np.unique(outage.programme.network.node_site[nodes], return_inverse=True)
    shares = _table(np.ones(len(nodes)), shop, np.arange(len(nodes)), (len(sites), len(nodes)))
    beside = [
        csr_array((periods * len(sites), periods * len(of))) for of in (outage.items, outage.sold)
    ]
    rows = hstack([beside[0], kron(eye_array(periods), shares), beside[1]], format="csr")
    return csr_array(rows), sites.astype(np.intp)


def _table(values: Floats, rows: Indices, columns: Indices, shape: tuple[int, int]) -> csr_array:
    return csr_array(coo_array((values, (rows, columns)), shape=shape))


def _times(length: Floats, rate: Floats) -> Floats:
    """Return units in each period at rates a week, by period; no limit stays none."""
    return np.asarray((length[:, None] * rate[None, :]).ravel())


def _tiled(periods: int, *parts: Floats) -> Floats:
    return np.concatenate([np.tile(part, periods) for part in parts])
