"""A question of repair, made ready for the search: measures, costs by year, rules, engine runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.params.agreement import agreed
from chainwright.plan.repairs.engine_oracle import EngineOracle
from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.measures import CostEnd, RepairMeasures, read_repair_measures
from chainwright.plan.repairs.repair_costs import RepairCosts
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.scenarios import Against, Scenarios, scenarios_of
from chainwright.plan.repairs.single_runs import checked_end
from chainwright.plan.repairs.tail_risk import TailRisk
from chainwright.plan.repairs.wider_sources import wider_sources
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.system import Home, System

__all__ = ["Budget", "RepairCase", "posed_case"]

Floats = npt.NDArray[np.float64]
Budget = float | Sequence[float] | None
Notes = tuple[tuple[str, str], ...]

PAIRS = 240
"""Pairs of measures that are run at most over all scenarios before the first plan."""


@dataclass(frozen=True, eq=False)
class RepairCase:
    """What is asked, with all that it takes to answer it.

    Parameters
    ----------
    system : System
        As it is.
    scenarios : Scenarios
        What may happen.
    measures : RepairMeasures
        What can be taken: those whose cost is known, or reserves alone where none is.
    oracle : EngineOracle
        What sets of them lose.
    question : RepairQuestion
        What is sought.
    cost_low, cost_high : ndarray, shape (M,)
        Ends of the range of each cost over the horizon, of a start in the first year.
    in_weeks : bool
        Whether no cost is known: then a budget, and what a plan costs, are weeks of cover.
    parameters : mapping
        What was asked, as JSON can say it.
    notes : tuple of (str, str)
        What was assumed, in English and Chinese.
    costs : RepairCosts
        Interest.
    """

    system: System
    scenarios: Scenarios
    measures: RepairMeasures
    oracle: EngineOracle
    question: RepairQuestion
    cost_low: Floats
    cost_high: Floats
    in_weeks: bool
    parameters: Mapping[str, object] = field(default_factory=dict)
    notes: Notes = ()
    costs: RepairCosts = field(default_factory=RepairCosts)

    def costs_begun(self, start: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        """Return low end, middle and high end of what each costs if it is started in a year.

        Parameters
        ----------
        start : ndarray of int, shape (M,)
            Years, from 0; below 0 where it is not taken: then that of a start in the first one.
        """
        timetable = self.question.timetable
        if timetable.years == 1:
            return self.cost_low, self.question.cost, self.cost_high
        each, begun = np.arange(len(start)), np.maximum(start, 0)
        low, mid, high = (
            _spending(self.measures, self.costs, timetable.years, end)[each, begun]
            @ timetable.discount
            for end in ENDS
        )
        return low, mid, high

    @property
    def most_pairs(self) -> int:
        """Pairs of measures that are run at most for each scenario: fewer where there are many."""
        return max(8, min(28, PAIRS // len(self.scenarios.held)))

    @property
    def home(self) -> tuple[str, ...]:
        """Regions whose loss counts; none for all."""
        return self.oracle.read.home


def posed_case(
    system: System,
    against: Against,
    *,
    budget: Budget,
    years: int = 1,
    rules: RepairRules | None = None,
    measures: object | None = None,
    home: str | Sequence[str] | None = None,
    loss: str = "value_added",
    probability: float | Mapping[str, float] | Sequence[float] | None = None,
    tail: float = 0.0,
    alpha: float = 0.8,
    days: float = 182.0,
    end: str = "pooled",
    model: InventoryModel | None = None,
    costs: RepairCosts | None = None,
    gap: float = 0.01,
    time_limit_seconds: float = 60.0,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> RepairCase:
    """Return a question of repair after every check; no engine has run yet but for proposals.

    Parameters
    ----------
    system, against, budget, years, rules, measures, home, loss, probability, tail, alpha, days
        As for `repair`.
    end, model, costs, gap, time_limit_seconds, workers, progress, cancel
        As for `repair`.

    Raises
    ------
    MissingPartError, ParameterError, TableError, UnknownCodeError, InfeasibleError
        As `repair` does.
    """
    if not isinstance(days, int | float | np.number) or not 0.0 < days < np.inf:
        raise ParameterError("days", "a repair", "a number of days above 0", days)
    if isinstance(years, bool) or not isinstance(years, int) or years < 1:
        raise ParameterError("years", "a repair", "1 or more whole years", years)
    run_at = checked_end(end)
    of_home = () if home is None else Home.of(system.flows, home).regions
    scenarios = scenarios_of(system, against, model=model, probability=probability)
    first = scenarios.held[0].model
    steps = max(1, ceil(days / first.step_days))
    if isinstance(measures, RepairMeasures):
        known = measures
    elif measures is not None:
        known = read_repair_measures(measures, system)
    else:
        from chainwright.plan.repairs.proposals import repair_measures  # noqa: PLC0415 - may be long

        known = repair_measures(
            system,
            dict(scenarios.stated),
            home=list(of_home) or None,
            days=days,
            model=first,
            progress=progress,
        )
    usable, in_weeks, told = _usable(known, rules or RepairRules())
    costs = costs or RepairCosts()
    cost, timetable, low, high = _costs(usable, costs, years, in_weeks=in_weeks)
    oracle = EngineOracle(
        system,
        usable.held,
        scenarios,
        read=HomeLosses(loss, tuple(of_home)),
        steps=steps,
        end=run_at,
        workers=workers,
        progress=progress,
        cancel=cancel,
    )
    kept, carbon = _candidates(usable, rules or RepairRules())
    question = RepairQuestion(
        table=LossTable(oracle),
        cost=cost,
        candidates=kept,
        rules=rules or RepairRules(),
        budget=_budget(budget, years),
        timetable=timetable,
        risk=TailRisk(scenarios.probability, tail, alpha),
        gap=gap,
        seconds=time_limit_seconds,
    )
    parameters = {
        "against": {name: shock.to_toml() for name, shock in scenarios.stated.items()},
        "scenarios": len(scenarios.held),
        "probability": dict(zip(scenarios.names, scenarios.probability.tolist(), strict=True)),
        "home": list(of_home),
        "loss": loss,
        "budget": budget if budget is None or np.ndim(budget) == 0 else list(map(float, budget)),  # type: ignore[arg-type]
        "years": years,
        "discount_rate": costs.discount_rate,
        "days": float(days),
        "end": end,
        "tail": tail,
        "alpha": alpha,
        "gap": gap,
        "replaceable": first.replaceable,
        "locked": list(question.rules.locked),
        "forbidden": list(question.rules.forbidden),
        "least_share": dict(question.rules.least_share),
        "home_suppliers": dict(question.rules.home_suppliers),
        "carbon_cap_t": question.rules.carbon_cap_t,
        "measures": len(usable),
    }
    wider = wider_sources(oracle, usable)
    told = (*scenarios.notes, *usable.notes, *told, *carbon, *wider, *_of_years(usable, years))
    notes = tuple(dict.fromkeys(told))  # proposals note what their own runs assumed, too
    return RepairCase(
        system, scenarios, usable, oracle, question, low, high, in_weeks, parameters, notes, costs
    )


def _usable(known: RepairMeasures, rules: RepairRules) -> tuple[RepairMeasures, bool, Notes]:
    """Return what can be chosen among, whether it is weeks that are limited, and what to know."""
    if not len(known):
        raise ParameterError("measures", "a repair", "at least one measure", "none")
    for name in (*rules.locked, *rules.forbidden):
        known[name]
    priced = known.priced
    if priced.all():
        return known, False, ()
    if priced.any():
        kept = [one.name for one in known if one.priced]
        lost = [one.name for one in known if not one.priced]
        if locked := [name for name in rules.locked if name in lost]:
            expected = "measures whose cost is known"
            raise ParameterError("locked", "RepairRules", expected, ", ".join(locked))
        named = ", ".join(lost[:4]) + (" and others" if len(lost) > 4 else "")
        zh_named = "、".join(lost[:4]) + ("等" if len(lost) > 4 else "")
        said = "{n} {n:measure|measures} whose cost nobody knows {n:is|are} left out: {named}."
        english = agreed(said, n=len(lost), named=named)
        return (
            known.only(kept),
            False,
            ((english, f"{len(lost)} 项成本未知的措施未列入：{zh_named}。"),),
        )
    kept = [one.name for one in known if one.kind == "reserve"]
    if not kept:
        expected = "costs, or reserves, which can be weighed in weeks of cover"
        raise ParameterError("measures", "a repair without any cost", expected, "none of these")
    return known.only(kept), True, (IN_WEEKS,)


IN_WEEKS = (
    "No cost is known: reserves alone are compared, and a budget is weeks of cover.",
    "未知任何成本：仅比较储备，预算以覆盖周数计。",
)


def _costs(
    measures: RepairMeasures, costs: RepairCosts, years: int, *, in_weeks: bool
) -> tuple[Floats, Timetable, Floats, Floats]:
    """Return the middle of the costs over the horizon, when they are spent, and both ends."""
    count = len(measures)
    if in_weeks:
        weeks = np.array([one.size for one in measures], dtype=np.float64)
        return weeks, Timetable.one_year(count), weeks, weeks
    ends: dict[CostEnd, Floats] = {end: _spending(measures, costs, years, end) for end in ENDS}
    rate = costs.discount_rate
    discount = np.ones(1) if years == 1 else (1.0 + rate) ** -np.arange(1.0, years + 1.0)
    mid = ends["mid"]
    cost = mid[:, 0, :] @ discount
    share = np.zeros_like(mid)
    np.divide(mid, cost[:, None, None], out=share, where=cost[:, None, None] > 0.0)
    timetable = Timetable(_effect(measures, years), share, discount)
    return cost, timetable, ends["low"][:, 0, :] @ discount, ends["high"][:, 0, :] @ discount


ENDS: tuple[CostEnd, ...] = ("low", "mid", "high")


def _effect(measures: RepairMeasures, years: int) -> npt.NDArray[np.bool_]:
    """Return whether a measure started in a year is in effect in another, shape (M, Y, Y)."""
    lead = np.ceil(measures.lead_years) if years > 1 else np.zeros(len(measures))
    start, year = np.arange(years)[None, :, None], np.arange(years)[None, None, :]
    return np.asarray(year >= start + lead[:, None, None])


def _spending(measures: RepairMeasures, costs: RepairCosts, years: int, end: CostEnd) -> Floats:
    """Return what each year bears of a measure started in another, shape (M, Y, Y) [money].

    What is spent once is spread over its life, with interest, so that a horizon does not bear what
    outlasts it; yearly costs run while it is in effect.
    """
    once, yearly = measures.spent(end)
    life = np.array([one.life_years for one in measures], dtype=np.float64)
    spread = np.where(once > 0.0, once * costs.annuity(np.where(once > 0.0, life, 1.0)), 0.0)
    start, year = np.arange(years)[None, :, None], np.arange(years)[None, None, :]
    owned = year >= start
    return np.asarray(
        spread[:, None, None] * owned + yearly[:, None, None] * _effect(measures, years)
    )


def _candidates(measures: RepairMeasures, rules: RepairRules) -> tuple[Candidates, Notes]:
    """Return what rules ask about measures, and what to know of it."""
    carbon = np.array([one.carbon_t_per_year for one in measures], dtype=np.float64)
    unknown = int(np.isnan(carbon).sum())
    told: Notes = ()
    if unknown and rules.carbon_cap_t is not None:
        said = "Emissions of {n} {n:measure|measures} are not known and count as 0 under the cap."
        english = agreed(said, n=unknown)
        told = ((english, f"{unknown} 项措施的排放未知，在碳上限下按 0 计。"),)

    def pairs(found: npt.NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
        return tuple((int(i), int(j)) for i, j in found)

    kept = Candidates(
        measures.names,
        tuple(one.region for one in measures),
        tuple(one.makes or one.product for one in measures),
        np.array([one.home_supplier for one in measures], dtype=np.bool_),
        np.nan_to_num(carbon),
        pairs(measures.needs),
        pairs(measures.excludes),
        tuple(tuple(int(i) for i in group) for group in measures.groups),
    )
    return kept, told


def _budget(budget: Budget, years: int) -> Any:  # noqa: ANN401 - float, array or None
    """Return a budget: a number, one amount a year, or none."""
    if budget is None:
        return None
    amounts = np.asarray(budget, dtype=np.float64)
    if np.isnan(amounts).any() or (amounts < 0.0).any():
        raise ParameterError("budget", "a repair", "0 or more", budget)
    if amounts.ndim == 0:
        return float(amounts)
    if amounts.shape != (years,):
        expected = f"one number, or {years}, one a year"
        raise ParameterError("budget", "a repair", expected, budget)
    return amounts


def _of_years(measures: RepairMeasures, years: int) -> Notes:
    lead = np.array([one.lead_years for one in measures], dtype=np.float64)
    rounded = int(np.count_nonzero(lead != np.ceil(lead)))
    if years > 1 and rounded:
        english = agreed(
            "The lead time of {n} {n:measure was|measures were} rounded up to whole years: what is "
            "ready within a year counts from the next one on.",
            n=rounded,
        )
        return ((english, f"{rounded} 项措施的前置期已进位到整年：一年内就绪者自次年起计。"),)
    if years > 1:
        return ()
    return (
        (
            "One year is looked at: every measure counts as in effect, whatever its lead time, and "
            "its cost is that of a year, what is spent once spread over its life.",
            "仅考察一年：不论前置期长短，各项措施均视为已生效；成本按年计，一次性支出按寿命分摊。",
        ),
    )
