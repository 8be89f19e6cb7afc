"""Where a network of stages holds safety stock, how much, and how near it is to the best."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.params import table
from chainwright.params.agreement import agreed
from chainwright.plan.safety_stocks.service_search import ServicePlan, search
from chainwright.plan.safety_stocks.stage_demand import (
    Pooling,
    StageDemand,
    cumulated_cost,
    stage_demand,
)
from chainwright.plan.safety_stocks.stage_network import StageNetwork, StageSystem
from chainwright.plan.safety_stocks.stage_programme import stage_programme
from chainwright.plan.safety_stocks.stage_times import StageTimes, TimeRule
from chainwright.plan.safety_stocks.stage_times import stage_times as times_of
from chainwright.plan.safety_stocks.stock_rows import chain_rows, stage_rows
from chainwright.system import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ChainStocks", "SafetyStock", "safety_stock"]

Floats = npt.NDArray[np.float64]

RATE = 0.2
"""Holding rate a year that holds where none is given: the low end of the range of firms."""


@dataclass(frozen=True, eq=False, repr=False)
class SafetyStock(Result):
    """Safety stock at each of ``n`` stages of a network.

    Parameters
    ----------
    system : StageSystem
        The network.
    plans : mapping of str to ServicePlan
        Service times of each chain and what is proven of them.
    quoted, waited, covered : ndarray, shape (n,) [day]
        Service times out and in, and net replenishment times.
    demand : StageDemand
        What is asked of each stage.
    times : StageTimes
        Stage times.
    unit_cost : ndarray, shape (n,) [money/unit]
        Cumulated cost.
    holding_rate : float [share/year]
        What holding a unit of value costs.
    rates : tuple of float [share/year]
        Low and high end of what the rate may be; twice the rate where it was given.
    pooling, rule, quantile, gap, time_limit_seconds
        As they were asked.
    """

    name: ClassVar[str] = "safety_stock"
    charted: ClassVar[str] = "holding_cost"

    system: StageSystem
    plans: dict[str, ServicePlan]
    quoted: Floats
    waited: Floats
    covered: Floats
    demand: StageDemand
    times: StageTimes
    unit_cost: Floats
    holding_rate: float
    rates: tuple[float, float]
    pooling: Pooling
    rule: TimeRule
    quantile: float
    gap: float
    time_limit_seconds: float

    @property
    def network(self) -> StageNetwork:
        """The stages and arcs."""
        return self.system.stages

    @property
    def stock(self) -> Floats:
        """Safety stock of each stage, ``(n,)`` units."""
        return np.asarray(self.demand.covered * np.sqrt(self.covered))

    @property
    def holding_cost(self) -> Floats:
        """Cost a year of the safety stock of each stage, ``(n,)``."""
        return np.asarray(self.holding_rate * self.unit_cost * self.stock)

    @property
    def cost(self) -> float:
        """Cost a year of all safety stock."""
        return float(sum(plan.cost for plan in self.plans.values()))

    @property
    def bound(self) -> float:
        """No plan costs less a year."""
        return float(sum(plan.bound for plan in self.plans.values()))

    @property
    def proven_gap(self) -> float:
        """Share of the cost by which a better plan could be cheaper."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0.0 else 0.0

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "holding_rate": self.holding_rate,
            "holding_rate_assumed": self.rates[0] != self.rates[1],
            "pooling": self.pooling,
            "stage_times": self.rule,
            "quantile": self.quantile,
            "gap": self.gap,
            "time_limit_seconds": self.time_limit_seconds,
        }

    def table(self) -> pd.DataFrame:
        """Return a row a stage, the costliest stock first."""
        return stage_rows(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the stages and a row a chain."""
        return {self.name: self.table(), "safety_stock_chains": chain_rows(self)}

    def by_chain(self) -> "ChainStocks":
        """Return the same answer with a row a chain as its table."""
        return ChainStocks(self.system, self)

    def plot(self) -> "Figure":
        """Return the network with stock where it is held; bars where there are several chains."""
        if len(self.network.chains) > 1:
            return super().plot()
        from chainwright.plan.safety_stocks.stock_picture import network_figure  # noqa: PLC0415

        cost = self.holding_cost
        words = "{n:,} of {all:,} {all:stage|stages} {n:holds|hold} stock"
        told = agreed(words, n=int((cost > 0.0).sum()), all=len(cost))
        unit = "" if self.money.currency is None else f" {self.money}"
        title = f"{told}: {self.cost:,.0f}{unit} a year"
        return network_figure(self.network, cost, title)


@dataclass(frozen=True, eq=False, repr=False)
class ChainStocks(Result):
    """Safety stock of each of several chains.

    Parameters
    ----------
    system : StageSystem
        The network.
    stages : SafetyStock
        The answer that it sums up.
    """

    name: ClassVar[str] = "safety_stock_chains"
    charted: ClassVar[str] = "holding_cost"

    stages: SafetyStock

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return self.stages.parameters

    def table(self) -> pd.DataFrame:
        """Return a row a chain, the costliest stock first."""
        rows = chain_rows(self.stages)
        order = np.argsort(-rows["holding_cost"].to_numpy(), kind="stable")
        return rows.iloc[order].reset_index(drop=True)


def safety_stock(
    network: StageNetwork,
    *,
    holding_rate: float | None = None,
    pooling: Pooling = "recursive",
    stage_times: TimeRule = "up",
    quantile: float = 0.95,
    gap: float = 1e-4,
    time_limit_seconds: float = 60.0,
    progress: Callable[[str], None] | None = None,
) -> SafetyStock:
    r"""Return where a network holds safety stock at least cost, by the guaranteed-service model.

    Each stage promises a service time S to all its customers and keeps the promise for all demand
    up to the mean and z deviations over the days it covers:

    .. math:: \min \sum_j h_j z_j \sigma_j \sqrt{SI_j + T_j - S_j}, \quad SI_j \ge S_i, \quad
        S_j \le smax_j

    "Guaranteed" says that what is asked beyond that is met by other means (overtime, expediting):
    it is not a fill rate. Pipeline stock is told beside it; no decision here changes it. The plan
    does not depend on the holding rate.

    Parameters
    ----------
    network : StageNetwork
        From `read_stages`.
    holding_rate : float, optional
        What holding a unit of value costs a year, as a share of it; 0.2 if not given, with a range
        that is marked as an assumption.
    pooling : str
        How demand adds up where routes rejoin: ``"recursive"`` (literature) or ``"exact"``.
    stage_times : str
        ``"up"``: means rounded up to whole days; ``"mean"``: as given; ``"max"``: the largest
        possible; ``"quantile"``: not exceeded with that probability.
    quantile : float [share]
        That probability; also of stages of which only a deviation is known.
    gap : float [share]
        (cost - bound) / cost at which the search of a chain ends.
    time_limit_seconds : float
        When the search of one chain ends in any case; its proven gap then says how far it came.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    ParameterError
        If a parameter is out of its range.

    References
    ----------
    Graves, S. C. & Willems, S. P. (2000), Optimizing strategic safety stock placement in supply
    chains, Manufacturing & Service Operations Management 2(1), 68-83.

    Examples
    --------
    >>> from chainwright.plan import read_stages
    >>> rows = {"stage": ["P", "M", "R"], "stage_cost": [5.0, 4, 11],
    ...         "stage_time_days": [4.0, 2, 1], "demand_per_day": [None, None, 30],
    ...         "demand_sd": [None, None, 10], "max_service_days": [None, None, 0],
    ...         "service_level": [None, None, 0.97725]}
    >>> arcs = {"supplier": ["P", "M"], "customer": ["M", "R"]}
    >>> found = safety_stock(read_stages(pd.DataFrame(rows), pd.DataFrame(arcs)))
    >>> found.quoted, round(found.cost, 2)
    (array([4., 0., 0.]), 168.18)
    """
    _check(holding_rate, gap, time_limit_seconds)
    rate = RATE if holding_rate is None else float(holding_rate)
    demand, cost = stage_demand(network, pooling), cumulated_cost(network)
    times = times_of(network, stage_times, quantile)
    whole = stage_programme(network, times.planned, rate * cost * demand.covered)
    names = network.frame["chain"].to_numpy(dtype=object)
    quoted, waited, covered = (np.zeros(len(network)) for _ in range(3))
    plans: dict[str, ServicePlan] = {}
    for chain in network.chains:
        if progress is not None:
            progress(f"placing stock in chain {chain} ..." if chain else "placing stock ...")
        stages = np.flatnonzero(names == chain)
        programme = whole.part(stages)
        plan = search(programme, gap=gap, time_limit_seconds=time_limit_seconds)
        plans[chain] = plan
        quoted[stages], waited[stages] = plan.quoted, programme.waited(plan.quoted)
        covered[stages] = programme.covered(plan.quoted)
    ends = (rate, rate) if holding_rate is not None else _range()
    return SafetyStock(
        StageSystem(network),
        plans,
        quoted,
        waited,
        covered,
        demand,
        times,
        cost,
        rate,
        ends,
        pooling,
        stage_times,
        quantile,
        gap,
        time_limit_seconds,
    )


def _check(rate: float | None, gap: float, seconds: float) -> None:
    if rate is not None and not 0.0 < rate < np.inf:
        raise ParameterError("holding_rate", "a safety stock", "a share a year above 0", rate)
    if not 0.0 <= gap < 1.0:
        raise ParameterError("gap", "a safety stock", "0 to below 1", gap)
    if not seconds > 0.0:
        raise ParameterError("time_limit_seconds", "a safety stock", "above 0", seconds)


def _range() -> tuple[float, float]:
    """Return the range of what holding costs a firm, from the table of costs."""
    row = next(r for r in table("measure_costs") if r["key"] == "holding")
    return float(row["low"]), float(row["high"])
