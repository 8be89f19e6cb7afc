"""An outage week by week: goods arrive after their lead times, what is under way arrives."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.maker.carried_stock import CarriedStock, Sources, carried_stock
from chainwright.diagnose.maker.outage_plan import period_coupling, widened
from chainwright.diagnose.maker.outage_programme import OutageProgramme, checked_weeks
from chainwright.diagnose.maker.outage_scenarios import OutageScenarios
from chainwright.diagnose.maker.stock_left import stock_left
from chainwright.diagnose.maker.survival_runs import Losses

__all__ = ["WeeklyOutage", "weekly_runs"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class WeeklyOutage:
    """One outage in whole weeks, from the moment it starts until all has settled again.

    What node n makes in week p arrives in week p + m_n, its lead time rounded up (0 where none is
    given). Before the outage all nodes made what they planned, so in the weeks before m_n that
    arrives. After t weeks the nodes work again; sales are looked at for as long again as goods
    take along the longest way through the bill, as a gap at the bottom reaches customers so much
    later. Constant rates are feasible with nothing down, as in the sum over time.

    How it compares. With no lead times the programme is that of the sum over time, for whole
    weeks. With lead times, a plan of the first t weeks, added up, meets the programme of the sum
    over time in which goods under way count as stock; so that programme never loses more, and its
    time to survive is no shorter. Without the goods under way there is no such order: they give a
    warning time in which other sources can build up stock, and a source that is far away helps
    late.

    Parameters
    ----------
    programme : OutageProgramme
        The chain and what is assumed.
    down : ndarray of bool, shape (N,)
        Nodes that stand still.
    sites : ndarray of bool, shape (S,), optional
        Sites that are out as a whole: only matters for stock that is lost with them.
    """

    def __init__(self, programme: OutageProgramme, down: Flags, sites: Flags | None = None) -> None:
        self.programme = programme
        self.down = down
        self.stock = stock_left(programme.network, down, programme.stock_at_node, sites)

    @cached_property
    def lead(self) -> npt.NDArray[np.intp]:
        """Whole weeks until what each node makes has arrived, ``(N,)``."""
        given = np.nan_to_num(self.programme.network.lead_time)
        return np.ceil(given - 1e-9).astype(np.intp)

    @cached_property
    def settling(self) -> int:
        """Weeks along the longest way through the bill."""
        network = self.programme.network
        own = np.zeros(len(network.items), dtype=np.intp)
        np.maximum.at(own, network.node_item, self.lead)
        way = own.copy()
        depth = self.programme.need.depth
        bill = network.bill.tocoo()
        for level in range(1, int(depth.max(initial=0)) + 1):
            rows = depth[bill.row] == level
            np.maximum.at(way, bill.row[rows], way[bill.col[rows]] + own[bill.row[rows]])
        return int(way.max(initial=0))

    @cached_property
    def under_way(self) -> Floats:
        """Units of each item that are under way at the start, ``(I,)``."""
        network = self.programme.network
        return np.bincount(
            network.node_item, network.planned * self.lead, minlength=len(network.items)
        ).astype(np.float64)

    def impact(self, weeks: int) -> CarriedStock:
        """Return the plan that loses least, week by week, of an outage of some weeks.

        Parameters
        ----------
        weeks : int
            Length of the outage.
        """
        network, tied = self.programme.network, self.programme.coupling
        horizon = weeks + self.settling
        if horizon == 0:
            nothing = np.zeros((len(network.items), 0))
            made = np.zeros((len(network.nodes), 0))
            loss = np.zeros(0)
            return CarriedStock(loss, nothing, made, nothing, np.zeros(len(nothing)), made)
        share = np.ones((len(network.nodes), horizon))
        share[self.down, :weeks] = 0.0
        able = np.where(share > 0.0, tied.capacity[:, None], 0.0)
        site_capacity, binding = period_coupling(tied, share, able)
        at = network.node_site.astype(np.intp)
        site = np.where((at >= 0) & binding[at], at, -1) if len(binding) else at
        sources = Sources(network.node_item.astype(np.intp), able, self.lead, site, site_capacity)
        length = np.ones(horizon)
        under_way = np.arange(horizon) < self.lead[:, None]
        arriving = np.zeros((len(network.items), horizon))
        np.add.at(arriving, network.node_item, network.planned[:, None] * under_way)

        def solved(items: Flags) -> CarriedStock:
            return carried_stock(
                network,
                self.programme.weights,
                items,
                sources,
                weeks=length,
                stock=self.stock,
                arriving=arriving,
            )

        start = self.programme.short.copy()
        start[network.node_item[self.down]] = True
        return widened(tied, sources, start, solved, weeks=length, stock=self.stock)[0]

    def time_to_survive(self, longest_weeks: int = 104) -> float:
        """Return the most whole weeks that customers do not notice.

        Infinite if it is survived for `longest_weeks`: longer outages are not looked at.

        Parameters
        ----------
        longest_weeks : int
            Where to stop looking.
        """
        if not self._loses(longest_weeks):
            return np.inf
        good, bad = 0, longest_weeks
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (good, middle) if self._loses(middle) else (middle, bad)
        return float(good)

    def _loses(self, weeks: int) -> bool:
        network = self.programme.network
        found = self.impact(weeks)
        return bool((found.lost.sum(axis=1) > 1e-6 * network.demand).any())


def weekly_runs(
    programme: OutageProgramme,
    scenarios: OutageScenarios,
    lengths: Floats,
    *,
    progress: Callable[[str], None] | None = None,
) -> tuple[Floats, Losses]:
    """Return the times to survive in whole weeks, ``(X,)``, and what is lost at each length.

    Parameters
    ----------
    programme : OutageProgramme
        The chain and what is assumed.
    scenarios : OutageScenarios
        Nodes that stand still together.
    lengths : ndarray, shape (X, L)
        Weeks to look at, rounded up to whole ones.
    progress : callable, optional
        Is told in words how far it is.
    """
    sold = np.flatnonzero(programme.network.demand > 0.0)
    weeks = np.zeros(len(scenarios))
    loss, lost = np.zeros(lengths.shape), np.zeros((*lengths.shape, len(sold)))
    values = np.zeros((len(scenarios), len(programme.network.items)))
    for x in range(len(scenarios)):  # some linear programmes each
        if progress is not None:
            progress(f"{x:,} of {len(scenarios):,} outages")
        outage = WeeklyOutage(programme, scenarios.down(x), scenarios.out(x))
        weeks[x] = outage.time_to_survive()
        for column, length in enumerate(lengths[x]):
            checked_weeks(float(length))
            whole = int(np.ceil(length - 1e-9))
            if whole > weeks[x]:
                found = outage.impact(whole)
                loss[x, column] = found.loss.sum()
                lost[x, column] = found.lost[sold].sum(axis=1)
                values[x] = found.stock_value if column == 0 else values[x]
    return weeks, Losses(loss, lost, csr_array(values))
