"""The linear programme of one outage on the few items it touches, for any length of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from chainwright.diagnose.maker.affected import Affected, Coupling
from chainwright.diagnose.maker.group_survival import site_shares
from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.diagnose.maker.net_requirement import SLACK

__all__ = ["ImpactModel", "Prices"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

TIE = 1e-7
"""Cost per unit, of the largest weight, below which two plans lose the same."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Loss avoided by one more unit: of stock ``(I,)``, of weekly capacity ``(N,)`` and ``(S,)``.

    Parameters
    ----------
    stock, capacity, site_capacity : ndarray
        Weight a unit of stock, and a unit a week.
    """

    stock: Floats
    capacity: Floats
    site_capacity: Floats


class ImpactModel:
    """Least weighted loss of sales over t weeks, in rates, each in units of the requirement.

    With r_k the weekly requirement of item k, made y_k r_k t, node n making f_n r_k t, and the
    share l_k of demand lost::

        min   sum_k w_k d_k l_k
        sum_j R[k, j] r_j / r_k y_j - y_k - d_k / r_k l_k  <=  s_k / (r_k t) - d_k / r_k
        y_k = sum of f_n over nodes of k     k pressed
        f_n <= c_n / r_k,  f_n = 0 if down,  sum of r_k f_n / c_a at a site <= 1,  0 <= l_k <= 1

    Only the first right-hand side changes with t, so one model serves every length.

    Parameters
    ----------
    tied : Coupling
        Which items compete.
    weight : ndarray, shape (I,)
        What one unit of lost sales weighs; not negative.
    found : Affected
        Items to look at.
    down : ndarray of bool, shape (N,)
        Nodes that stand still.
    solver : LinearSolver
        Is loaded with the model.
    """

    def __init__(
        self, tied: Coupling, weight: Floats, found: Affected, down: Flags, solver: LinearSolver
    ) -> None:
        network = tied.network
        self._tied, self._weight, self._solver = tied, weight, solver
        wanted = network.requirement > 0.0
        inside, pressed = found.items & wanted, found.pressed & wanted
        self.items = np.flatnonzero(inside)
        self.nodes = np.flatnonzero(pressed[network.node_item])
        self.sold = self.items[network.demand[self.items] > 0.0]
        self._unit = network.requirement[self.items]
        self._rate = network.demand[self.items] / self._unit
        row = np.full(len(network.items), -1, dtype=np.intp)
        row[self.items] = np.arange(len(self.items))
        free = np.flatnonzero(inside & ~pressed)
        maker = np.concatenate([free, network.node_item[self.nodes]]).astype(np.intp)
        self._columns, self._free = maker, len(free)
        self.sites, shops = site_shares(tied, self.nodes)

        component, parent, units = tied.bill_rows
        kept = inside[component] & inside[parent]
        component, parent, units = component[kept], parent[kept], units[kept]
        use = units * network.requirement[parent] / network.requirement[component]
        order = np.argsort(maker, kind="stable")  # the columns that make each item
        first = np.searchsorted(maker[order], parent, side="left")
        count = np.searchsorted(maker[order], parent, side="right") - first
        entry = np.repeat(np.arange(len(parent)), count)
        nth = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count)
        at = row[self.sold]
        shop = shops.tocoo()
        matrix = _columnwise(
            [row[component[entry]], row[maker], at, len(self.items) + shop.row.astype(np.intp)],
            [
                order[first[entry] + nth],
                np.arange(len(maker)),
                len(maker) + np.arange(len(at)),
                self._free + shop.col.astype(np.intp),
            ],
            [use[entry], -np.ones(len(maker)), -self._rate[at], shop.data],
            (len(self.items) + len(self.sites), len(maker) + len(at)),
        )
        can = np.where(down[self.nodes], 0.0, tied.capacity[self.nodes])
        self._high = np.concatenate(
            [
                np.full(self._free, np.inf),
                can / network.requirement[network.node_item[self.nodes]],
                np.ones(len(at)),
            ]
        )
        worth = weight[self.sold] * network.demand[self.sold]
        self._scale = float(worth.max(initial=0.0)) or 1.0
        self._cost = np.concatenate([np.zeros(len(maker)), worth / self._scale])
        place = np.arange(len(at))
        self._second = np.concatenate([np.zeros(len(maker)), 2.0 - place / max(len(at), 1)])
        self._row_low = np.full(len(self.items) + len(self.sites), -np.inf)
        self._row_high = np.ones(len(self._row_low))
        self._low = np.zeros(len(self._cost))
        solver.load(
            Programme(self._cost, self._low, self._high, matrix, self._row_low, self._row_high)
        )

    def solve(self, weeks: float, stock: Floats) -> float:
        """Return the least loss of an outage of so many weeks, more than 0.

        Parameters
        ----------
        weeks : float
            Length of the outage.
        stock : ndarray, shape (I,)
            Units that can be used.
        """
        self._weeks = weeks
        self._row_high[: len(self.items)] = stock[self.items] / (self._unit * weeks) - self._rate
        self._solver.change_rows(self._row_low, self._row_high)
        self._solver.solve()
        return self._solver.least * self._scale * weeks

    def prices(self) -> Prices:
        """Return what one more unit of stock or of weekly capacity saves, after `solve`."""
        network, tied = self._tied.network, self._tied
        of_rows, of_columns = self._solver.duals()
        stock = np.zeros(len(network.items))
        worth = np.maximum(0.0, -of_rows) * self._scale
        stock[self.items] = worth[: len(self.items)] / self._unit
        site = np.zeros(len(network.sites))
        site[self.sites] = (
            worth[len(self.items) :] * self._weeks / network.site_capacity[self.sites]
        )
        made = slice(self._free, self._free + len(self.nodes))
        each = np.maximum(0.0, -of_columns[made]) * self._scale * self._weeks
        each = each / network.requirement[network.node_item[self.nodes]]
        by_site = tied.by_site[self.nodes] & (self._high[made] > 0.0)
        np.add.at(site, network.node_site[self.nodes[by_site]], each[by_site])
        node = np.zeros(len(network.nodes))
        node[self.nodes] = np.where(by_site, 0.0, each)
        return Prices(stock, node, site)

    def settle(self) -> None:
        """Choose among plans that lose the same: least shares lost, earlier products kept.

        Whatever has a price is held where it is, which is the set of all best plans; on it the
        sum of ``(2 - place / products) l_k`` is made least. Comes after `solve`.
        """
        values = self._solver.values()
        of_rows, of_columns = self._solver.duals()
        held = np.abs(of_columns) > TIE
        low = np.where(held, values, self._low)
        high = np.where(held, values, self._high)
        self._solver.change_columns(self._second, low, high)
        tight = np.abs(of_rows) > TIE
        self._solver.change_rows(np.where(tight, self._row_high, self._row_low), self._row_high)
        self._solver.solve()

    def resume(self) -> None:
        """Go back to the first question after `settle`."""
        self._solver.change_columns(self._cost, self._low, self._high)

    def lost(self) -> Floats:
        """Return the units of each item that customers do not get, ``(I,)``."""
        network = self._tied.network
        lost = np.zeros(len(network.items))
        shares = np.clip(self._solver.values()[len(self._columns) :], 0.0, 1.0)
        shares = np.where(shares < SLACK, 0.0, shares)
        lost[self.sold] = shares * network.demand[self.sold] * self._weeks
        return lost

    def made(self) -> Floats:
        """Return the units that each pressed node makes, ``(N,)``; 0 elsewhere."""
        network = self._tied.network
        values = self._solver.values()[self._free : self._free + len(self.nodes)]
        made = np.zeros(len(network.nodes))
        made[self.nodes] = values * network.requirement[network.node_item[self.nodes]] * self._weeks
        return made


def _columnwise(
    rows: list[Indices], columns: list[Indices], numbers: list[Floats], shape: tuple[int, int]
) -> csc_array:
    """Return a matrix from its entries, none of them twice, ordered by column and row."""
    row, column = np.concatenate(rows), np.concatenate(columns)
    order = np.lexsort((row, column))
    start = np.zeros(shape[1] + 1, dtype=np.int32)
    np.cumsum(np.bincount(column, minlength=shape[1]), out=start[1:])
    data = np.concatenate(numbers)[order]
    return csc_array((data, row[order].astype(np.int32), start), shape=shape)
