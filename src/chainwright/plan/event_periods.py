"""The linear programme of an event: sites that come back one after another, stock carried on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import (
    block_diag,
    csc_array,
    csr_array,
    diags_array,
    eye_array,
    hstack,
    kron,
    vstack,
)

from chainwright.diagnose.maker.affected import Affected, reached
from chainwright.diagnose.maker.group_survival import site_shares
from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.diagnose.maker.net_requirement import SLACK
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.errors import ParameterError

__all__ = ["EventPeriods", "PeriodPlan"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

TIE = 1e-7
"""Cost per unit, of the largest weight, below which two plans lose the same."""

THRIFT = 1e-3
"""Weight of making a week's requirement against losing a week's sales, among equal losses."""


@dataclass(frozen=True, eq=False)
class PeriodPlan:
    """A best plan through an event of T periods.

    Parameters
    ----------
    ends : ndarray, shape (T,) [week]
        When each period ends.
    loss : float
        Least weighted loss of sales.
    lost : ndarray, shape (T, I)
        Units that customers do not get.
    made : ndarray, shape (T, N)
        Units that the nodes of short items make; 0 elsewhere.
    made_items : ndarray, shape (T, I)
        Units made of each item in the programme.
    found : Affected
        Items in the programme: short ones, and those that need them.
    """

    ends: Floats
    loss: float
    lost: Floats
    made: Floats
    made_items: Floats
    found: Affected


class EventPeriods:
    r"""What is lost while sites come back one after another, at the least.

    Period t is :math:`L_t` weeks long; node n can make :math:`w_{tn} c_n` a week in it. With made
    u, lost l, and stock v carried on (:math:`v_0 = s`)::

        min   sum_t sum_k w_k l_tk
        sum_j R[k, j] U_tj + d_k L_t - l_tk + v_tk  <=  v_(t-1)k + U_tk
        U_tk = sum of u_tn over nodes of k,  u_tn <= w_tn c_n L_t,  sum of u_tn at a site <= c_a L_t
        0 <= l_tk <= d_k L_t,  v >= 0

    With no lead times constant rates within a period lose nothing. As capacity only comes back
    during an event, it never helps to make more than the requirement so far, so only items whose
    requirement :math:`x_k t` exceeds their stock and what they can have made by some t can be
    short; they and all that needs them are in the programme.

    Parameters
    ----------
    programme : OutageProgramme
        The maker's chain, with its assumptions and weights.
    ends : ndarray, shape (T,) [week]
        When each period ends, rising, above 0.
    working : ndarray, shape (T, N)
        Share of its capacity that each node has; may not fall from period to period.
    sites : ndarray, shape (T, S)
        Share of its own capacity that each site has, likewise.
    stock : ndarray, shape (I,)
        Units that can be used.

    Raises
    ------
    ParameterError
        If a share falls, or the ends do not rise.
    """

    def __init__(
        self,
        programme: OutageProgramme,
        ends: Floats,
        working: Floats,
        sites: Floats,
        stock: Floats,
    ) -> None:
        lengths = np.diff(ends, prepend=0.0)
        if (lengths <= 0.0).any():
            raise ParameterError("ends", "an event", "rising weeks above 0", ends.tolist())
        if (np.diff(working, axis=0) < 0.0).any() or (np.diff(sites, axis=0) < 0.0).any():
            raise ParameterError("working", "an event", "shares that never fall", "a falling one")
        self.programme, self.ends, self.lengths = programme, ends, lengths
        self.working, self.sites, self.stock = working, sites, stock
        network, tied = programme.network, programme.coupling
        # where a node is held by its site alone its capacity falls with the site's, too
        capacity = np.where(working > 0.0, tied.capacity * working, 0.0)
        self.capacity = capacity * lengths[:, None]
        self.able = self._by_item(self.capacity).cumsum(axis=0)
        required = network.requirement * ends[:, None]
        short = tied.alone & (required > (stock + self.able) * (1.0 + SLACK)).any(axis=0)
        out = np.asarray((working < 1.0).any(axis=0), dtype=np.bool_)
        for g, items in enumerate(programme.groups):
            hit = out[np.isin(network.node_item, items)].any()
            if hit or programme.group_base_weeks[g] < ends[-1]:
                short[items] = True
        self.found = reached(tied, short & (network.requirement > 0.0))
        self._solver = LinearSolver(presolve=True)
        self._lay_out()

    def shortages(self) -> Floats:
        """Return units short of each item by the end of each period if all is sold, ``(T, I)``.

        What has to be made by then, stock first, less what can be made: in a chain where nothing
        is cut, the items with such a shortage are those that stop it.
        """
        made = self.programme.need.at(self.ends, self.stock).T
        short = np.where(self.found.pressed, made - self.able, 0.0)
        return np.where(short > SLACK * np.maximum(made, 1.0), short, 0.0)

    def plan(self) -> PeriodPlan:
        """Return a plan that loses least; among such one that loses late, and makes little."""
        network = self.programme.network
        count = len(self.ends)
        lost = np.zeros((count, len(network.items)))
        made = np.zeros((count, len(network.nodes)))
        of_items = np.zeros((count, len(network.items)))
        if not self.found.items.any():
            return PeriodPlan(self.ends, 0.0, lost, made, of_items, self.found)
        values = self._settled()
        by_period = values.reshape(count, -1)
        free, nodes, sold = len(self._free), len(self._nodes), len(self._sold)
        unit = network.requirement
        of_items[:, self._free] = by_period[:, :free] * unit[self._free]
        made[:, self._nodes] = by_period[:, free : free + nodes] * unit[self._of_node]
        of_items += self._by_item(made)
        shares = by_period[:, free + nodes : free + nodes + sold]
        shares = np.clip(np.where(shares < SLACK, 0.0, shares), 0.0, self.lengths[:, None])
        lost[:, self._sold] = shares * network.demand[self._sold]
        loss = float((lost @ self.programme.weights).sum())
        return PeriodPlan(self.ends, loss, lost, made, of_items, self.found)

    def loss(self) -> float:
        """Return the least weighted loss of sales."""
        if not self.found.items.any():
            return 0.0
        self._solver.load(self._programme())
        self._solver.solve()
        return self._solver.least * self._scale

    def weeks_without_loss(self) -> float:
        """Return how many weeks customers get all they want; infinite if all through the event.

        The first period with a loss is found by halving; in it the time to its loss by a
        programme of the periods so far, the last of them as long as can be.
        """
        if not self.found.items.any() or self.loss() <= TIE * self._scale:
            return np.inf
        low, high = 0, len(self.ends)
        while high - low > 1:  # no loss in the first `low` periods, some in the first `high`
            middle = (low + high) // 2
            if self._survives(middle):
                low = middle
            else:
                high = middle
        return self._longest(low)

    def _by_item(self, of_nodes: Floats) -> Floats:
        """Return the sums over the nodes of each item, ``(T, I)``."""
        network = self.programme.network
        n = len(network.items)
        return np.array([np.bincount(network.node_item, row, minlength=n) for row in of_nodes])

    def _lay_out(self) -> None:
        """Set up what every period has in common: items, nodes, their rows and columns."""
        network, tied = self.programme.network, self.programme.coupling
        used = network.requirement > 0.0
        items = np.flatnonzero(self.found.items & used)
        row = np.full(len(network.items), -1, dtype=np.intp)
        row[items] = np.arange(len(items))
        self._items = items
        self._free = items[~self.found.pressed[items]]
        self._nodes = np.flatnonzero((self.found.pressed & used)[network.node_item])
        self._of_node = network.node_item[self._nodes]
        self._sold = items[network.demand[items] > 0.0]
        unit = network.requirement[items]
        bill = csr_array(network.bill.tocsr()[items])[:, items]
        scaled = diags_array(1.0 / unit) @ bill @ diags_array(unit) - eye_array(len(items))
        makers = np.concatenate([row[self._free], row[self._of_node]])
        self._rate = network.demand[items] / unit
        at = row[self._sold]
        lost = csr_array((-self._rate[at], (at, np.arange(len(at)))), shape=(len(items), len(at)))
        self._balance = csr_array(hstack([csc_array(scaled)[:, makers], lost]))
        self._shops, self._shares = site_shares(tied, self._nodes)
        worth = self.programme.weights[self._sold] * network.demand[self._sold]
        self._scale = float(worth.max(initial=0.0)) or 1.0
        self._worth = worth / self._scale

    def _matrix(self, count: int) -> csc_array:
        """Return the rows of the first `count` periods: balances, then sites."""
        wide = self._balance.shape[1]
        items, shops = len(self._items), len(self._shops)
        now = hstack([self._balance, eye_array(items)])
        before = hstack([csr_array((items, wide)), -eye_array(items)])
        carried = eye_array(count, k=-1)
        balances = kron(eye_array(count), now) + kron(carried, before)
        at_sites = hstack(
            [
                csr_array((shops, len(self._free))),
                self._shares,
                csr_array((shops, len(self._sold) + items)),
            ]
        )
        return csc_array(vstack([balances, block_diag([at_sites] * count)]))

    def _bounds(self, count: int) -> tuple[Floats, Floats]:
        """Return the upper bounds of unknowns and of rows in the first `count` periods."""
        free, sold, items = len(self._free), len(self._sold), len(self._items)
        lengths = self.lengths[:count, None]
        unit = self.programme.network.requirement
        high = np.hstack(
            [
                np.full((count, free), np.inf),
                self.capacity[:count, self._nodes] / unit[self._of_node],
                np.broadcast_to(lengths, (count, sold)),
                np.full((count, items), np.inf),
            ]
        )
        rows = -self._rate * lengths
        rows[0] += self.stock[self._items] / unit[self._items]
        at_sites = self.sites[:count, self._shops] * lengths
        return high.ravel(), np.concatenate([rows.ravel(), at_sites.ravel()])

    def _programme(self, *, count: int | None = None) -> Programme:
        count = len(self.ends) if count is None else count
        high, rows = self._bounds(count)
        makers = len(self._free) + len(self._nodes)
        each = np.concatenate([np.zeros(makers), self._worth, np.zeros(len(self._items))])
        cost = np.tile(each, count)
        none = np.zeros(len(cost))
        return Programme(cost, none, high, self._matrix(count), np.full(len(rows), -np.inf), rows)

    def _settled(self) -> Floats:
        """Return the unknowns of the plan that is chosen among those that lose least."""
        first = self._programme()
        self._solver.load(first)
        self._solver.solve()
        values = self._solver.values()
        of_rows, of_columns = self._solver.duals()
        held = np.abs(of_columns) > TIE
        tight = np.abs(of_rows) > TIE
        late = np.linspace(1.0, 0.0, len(self.ends))  # of two losses the later one
        sold, items = len(self._sold), len(self._items)
        place = np.arange(sold) / max(sold, 1)
        second = [
            np.concatenate(
                [
                    np.full(len(self._free) + len(self._nodes), THRIFT * (2.0 - early)),
                    (2.0 - place) * (1.0 + early),
                    np.zeros(items),
                ]
            )
            for early in late
        ]
        self._solver.load(
            Programme(
                np.concatenate(second),
                np.where(held, values, first.low),
                np.where(held, values, first.high),
                first.matrix,
                np.where(tight, first.row_high, first.row_low),
                first.row_high,
            )
        )
        # held values are met to rounding only: where that leaves nothing, the first plan stays
        return self._solver.values() if self._solver.solve() else values

    def _survives(self, count: int) -> bool:
        programme = self._programme(count=count)
        self._solver.load(programme)
        self._solver.solve()
        return self._solver.least <= TIE

    def _longest(self, count: int) -> float:
        """Return the weeks without loss where the first `count` periods have none, the next has."""
        high, rows = self._bounds(count + 1)
        wide = len(high) // (count + 1)
        free, nodes, items = len(self._free), len(self._nodes), len(self._items)
        lost = np.arange(free + nodes, free + nodes + len(self._sold))
        for t in range(count + 1):
            high[t * wide + lost] = 0.0
        # the last period is h weeks long: what was a bound is now a row with h in it
        length = self.lengths[count]
        made = count * wide + free + np.arange(nodes)
        rate = high[made] / length
        high[made] = np.inf
        first = count * items
        of_length = np.zeros(len(rows))
        of_length[first : first + items] = self._rate
        rows[first : first + items] += self._rate * length
        shops = len(self._shops)
        last = slice(len(rows) - shops, len(rows))
        of_length[last] = -rows[last] / length
        rows[last] = 0.0
        limits = csr_array((np.ones(nodes), (np.arange(nodes), made)), shape=(nodes, len(high)))
        bounded = np.isfinite(rate)
        matrix = vstack(
            [
                hstack([self._matrix(count + 1), csr_array(of_length[:, None])]),
                hstack([limits, csr_array(-np.where(bounded, rate, 0.0)[:, None])])[bounded],
            ]
        )
        rows = np.concatenate([rows, np.zeros(int(bounded.sum()))])
        cost = np.zeros(len(high) + 1)
        cost[-1] = -1.0
        self._solver.load(
            Programme(
                cost,
                np.zeros(len(cost)),
                np.append(high, length),
                csc_array(matrix),
                np.full(len(rows), -np.inf),
                rows,
            )
        )
        self._solver.solve()
        before = float(self.ends[count - 1]) if count else 0.0
        return before - self._solver.least
