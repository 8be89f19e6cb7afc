"""The linear programme of consecutive periods: stock is carried on, goods may be under way."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csc_array

from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.diagnose.maker.net_requirement import SLACK
from chainwright.system import SupplyNetwork

__all__ = ["CarriedStock", "Sources", "carried_stock"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

TIE = 1e-7
"""Price, as a share of the largest weight, below which two plans lose the same."""

PRESOLVED = 500
"""Rows from which on it pays to shrink a programme before it is solved."""

MAKING = 1e-3
"""What making a week's requirement weighs against losing a week's demand, where plans tie."""


@dataclass(frozen=True, eq=False)
class Sources:
    """Where items can come from in each of P periods: ``M`` nodes, given ones and added ones.

    Parameters
    ----------
    item : ndarray, shape (M,)
        What each makes.
    capacity : ndarray, shape (M, P)
        Units a week; may be infinite.
    lead : ndarray, shape (M,)
        Whole periods until what is made has arrived.
    site : ndarray, shape (M,)
        Place of its site; -1 where none binds.
    site_capacity : ndarray, shape (S, P)
        Units a week of a site; infinite where it does not bind.
    """

    item: Indices
    capacity: Floats
    lead: Indices
    site: Indices
    site_capacity: Floats


@dataclass(frozen=True, eq=False)
class CarriedStock:
    """The best plan of consecutive periods, for all I items and M nodes; 0 outside the programme.

    Parameters
    ----------
    loss : ndarray, shape (P,)
        Weighted sales lost in each period.
    lost : ndarray, shape (I, P)
        Units that customers do not get.
    made : ndarray, shape (M, P)
        Units that each node makes.
    held : ndarray, shape (I, P)
        Units that are there at the end of each period.
    stock_value : ndarray, shape (I,)
        Loss avoided by one more unit of stock at the start.
    capacity_value : ndarray, shape (M, P)
        Loss avoided by one more unit a week in each period.
    """

    loss: Floats
    lost: Floats
    made: Floats
    held: Floats
    stock_value: Floats
    capacity_value: Floats


def carried_stock(
    network: SupplyNetwork,
    weight: Floats,
    items: Flags,
    sources: Sources,
    *,
    weeks: Floats,
    stock: Floats,
    arriving: Floats,
) -> CarriedStock:
    """Return the plan of consecutive periods that loses least, for some items and all above them.

    Of period p with L_p weeks, in units of weekly requirements r_k, node n making f_np a week
    that arrives m_n periods later, h_kp held at its end, goods a_kp a week under way before::

        min  sum over k, p of w_k d_k L_p l_kp
        h_kp = h_k,p-1 + sum of L_q f_nq with q + m_n = p  -  L_p sum_j R[k, j] r_j / r_k f_jp
               - L_p d_k / r_k (1 - l_kp) + L_p a_kp / r_k,      h >= 0
        f_np <= c_np / r_k,   sum of r_k f_np at a site <= c_ap,   0 <= l_kp <= 1

    Among plans with the same loss: least weeks of demand lost, products that stand first and early
    periods kept, then least making, late rather than early and at nodes that stand first.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    weight : ndarray, shape (I,)
        What one unit of lost sales weighs.
    items : ndarray of bool, shape (I,)
        Items of the programme; with each all that need it.
    sources : Sources
        Where items can come from.
    weeks : ndarray, shape (P,)
        Length of each period.
    stock : ndarray, shape (I,)
        Units there at the start.
    arriving : ndarray, shape (I, P)
        Units a week that were under way before.
    """
    sets = _Sets.of(network, items, sources, len(weeks))
    programme, scale = _programme(
        network, weight, sets, sources, weeks=weeks, stock=stock, arriving=arriving
    )
    solver = LinearSolver(presolve=programme.matrix.shape[0] > PRESOLVED)
    solver.load(programme)
    solver.solve()
    of_rows, of_columns = solver.duals()
    _settle(solver, programme, _second(sets, weeks))
    values = solver.values()

    lost = np.zeros((len(network.items), sets.periods))
    shares = np.clip(values[sets.lost_from : sets.held_from].reshape(sets.periods, -1), 0.0, 1.0)
    shares[shares < SLACK] = 0.0
    lost[sets.sold] = (shares * network.demand[sets.sold] * weeks[:, None]).T
    made = np.zeros(sources.capacity.shape)
    rates = np.maximum(0.0, values[: sets.lost_from].reshape(sets.periods, -1))
    made[sets.nodes] = (rates * sets.node_unit * weeks[:, None]).T
    held = np.zeros((len(network.items), sets.periods))
    left = np.maximum(0.0, values[sets.held_from :].reshape(sets.periods, -1))
    held[sets.items] = (left * sets.unit).T
    stock_value = np.zeros(len(network.items))
    stock_value[sets.items] = (
        (np.maximum(0.0, -of_rows[: len(sets.items)]) + 0.0) * scale / sets.unit
    )
    capacity_value = np.zeros(made.shape)
    each = np.maximum(0.0, -of_columns[: sets.lost_from].reshape(sets.periods, -1)) + 0.0
    capacity_value[sets.nodes] = (each * scale / sets.node_unit).T
    return CarriedStock(weight @ lost, lost, made, held, stock_value, capacity_value)


@dataclass(frozen=True, eq=False)
class _Sets:
    """What is in the programme: items, nodes, products; row and unit of each, order of unknowns."""

    items: Indices
    row: Indices
    nodes: Indices
    node_row: Indices
    sold: Indices
    unit: Floats
    periods: int

    @classmethod
    def of(cls, network: SupplyNetwork, items: Flags, sources: Sources, periods: int) -> "_Sets":
        """Return the sets for some items; what no product needs is left out."""
        chosen = np.flatnonzero(items & (network.requirement > 0.0))
        row = np.full(len(network.items), -1, dtype=np.intp)
        row[chosen] = np.arange(len(chosen))
        nodes = np.flatnonzero(row[sources.item] >= 0)
        sold = chosen[network.demand[chosen] > 0.0]
        unit = network.requirement[chosen]
        return cls(chosen, row, nodes, row[sources.item[nodes]], sold, unit, periods)

    @property
    def node_unit(self) -> Floats:
        """Weekly requirement of what each node makes."""
        return np.asarray(self.unit[self.node_row], dtype=np.float64)

    @property
    def lost_from(self) -> int:
        """First unknown that is a loss; those before are made."""
        return len(self.nodes) * self.periods

    @property
    def held_from(self) -> int:
        """First unknown that is held."""
        return self.lost_from + len(self.sold) * self.periods

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.held_from + len(self.items) * self.periods


def _programme(
    network: SupplyNetwork,
    weight: Floats,
    sets: _Sets,
    sources: Sources,
    *,
    weeks: Floats,
    stock: Floats,
    arriving: Floats,
) -> tuple[Programme, float]:
    """Return the programme, and what its costs were divided by."""
    tied = np.flatnonzero(sources.site[sets.nodes] >= 0)
    sites, place = np.unique(sources.site[sets.nodes[tied]], return_inverse=True)
    entries = _balances(network, sets, sources, weeks)
    last = len(sets.items) * sets.periods
    for p in range(sets.periods):
        column = p * len(sets.nodes) + tied
        entries.add(last + p * len(sites) + place, column, sets.node_unit[tied])
    demand = network.demand[sets.items] / sets.unit
    balance = weeks[:, None] * (arriving[sets.items].T / sets.unit - demand)
    balance[0] += stock[sets.items] / sets.unit
    room = sources.site_capacity[sites].T.ravel()
    can = (sources.capacity[sets.nodes] / sets.node_unit[:, None]).T.ravel()
    worth = (weight[sets.sold] * network.demand[sets.sold] * weeks[:, None]).ravel()
    scale = float(worth.max(initial=0.0)) or 1.0
    cost, high = np.zeros(sets.size), np.full(sets.size, np.inf)
    cost[sets.lost_from : sets.held_from] = worth / scale
    high[: sets.lost_from] = can
    high[sets.lost_from : sets.held_from] = 1.0
    programme = Programme(
        cost=cost,
        low=np.zeros(sets.size),
        high=high,
        matrix=entries.matrix((last + len(room), sets.size)),
        row_low=np.concatenate([balance.ravel(), np.full(len(room), -np.inf)]),
        row_high=np.concatenate([balance.ravel(), room]),
    )
    return programme, scale


def _balances(network: SupplyNetwork, sets: _Sets, sources: Sources, weeks: Floats) -> "_Entries":
    """Return the entries of the balances of all items in all periods (a loop over periods)."""
    entries = _Entries()
    items, nodes, sold = len(sets.items), len(sets.nodes), len(sets.sold)
    bill = network.bill.tocsr()[sets.items][:, sets.items].tocsc()
    of_node = csc_array(bill[:, sets.node_row]).tocoo()
    used, user = of_node.row.astype(np.intp), of_node.col.astype(np.intp)
    taken = of_node.data * sets.node_unit[user] / sets.unit[used]
    at = sets.row[sets.sold]
    demand = network.demand[sets.sold] / sets.unit[at]
    every = np.arange(items)
    for p in range(sets.periods):
        entries.add(p * items + used, p * nodes + user, weeks[p] * taken)
        then = p + sources.lead[sets.nodes]
        comes = np.flatnonzero(then < sets.periods)
        rows = then[comes] * items + sets.node_row[comes]
        entries.add(rows, p * nodes + comes, np.full(len(comes), -weeks[p]))
        column = sets.lost_from + p * sold + np.arange(sold)
        entries.add(p * items + at, column, -weeks[p] * demand)
        held = sets.held_from + p * items + every
        entries.add(p * items + every, held, np.ones(items))
        if p:
            entries.add(p * items + every, held - items, -np.ones(items))
    return entries


def _second(sets: _Sets, weeks: Floats) -> Floats:
    """Return what decides between plans that lose the same."""
    late = weeks[:, None] * (1.0 + np.arange(sets.periods, 0, -1)[:, None] / sets.periods)
    first = 2.0 - np.arange(len(sets.sold)) / max(len(sets.sold), 1)
    cost = np.zeros(sets.size)
    given = 1.0 + 0.1 * np.arange(len(sets.nodes)) / max(len(sets.nodes), 1)
    cost[: sets.lost_from] = (MAKING * late * given).ravel()
    cost[sets.lost_from : sets.held_from] = (late * first).ravel()
    return cost


def _settle(solver: LinearSolver, programme: Programme, second: Floats) -> None:
    """Solve again for a second cost on the set of all best plans: what has a price is held."""
    values = solver.values()
    of_rows, of_columns = solver.duals()
    held = np.abs(of_columns) > TIE
    low = np.where(held, values, programme.low)
    solver.change_columns(second, low, np.where(held, values, programme.high))
    tight = np.abs(of_rows) > TIE
    solver.change_rows(
        np.where(tight & np.isfinite(programme.row_high), programme.row_high, programme.row_low),
        programme.row_high,
    )
    solver.solve()


class _Entries:
    """Rows, columns and numbers of a matrix that is put together piece by piece."""

    def __init__(self) -> None:
        self._row: list[Indices] = []
        self._column: list[Indices] = []
        self._number: list[Floats] = []

    def add(self, row: Indices, column: Indices, number: Floats) -> None:
        """Add some entries."""
        self._row.append(row)
        self._column.append(column)
        self._number.append(number)

    def matrix(self, shape: tuple[int, int]) -> csc_array:
        """Return the matrix."""
        row, column = np.concatenate(self._row), np.concatenate(self._column)
        held = coo_array((np.concatenate(self._number), (row, column)), shape=shape)
        matrix = csc_array(held.tocsc())
        matrix.sum_duplicates()
        matrix.indices = matrix.indices.astype(np.int32)
        matrix.indptr = matrix.indptr.astype(np.int32)
        return matrix
