"""What is asked of a plan of measures: which gaps, which measures, what is settled."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.outage_programme import OutageProgramme, Weight
from chainwright.diagnose.maker.outage_scenarios import OutageBy, OutageScenarios
from chainwright.diagnose.maker.stock_left import StockAtNode
from chainwright.diagnose.maker.survival import Survival, survival
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.plan.maker.cover_programme import Remaining
from chainwright.plan.maker.cover_search import Search
from chainwright.plan.maker.gaps import Gaps
from chainwright.plan.maker.locked_choices import Locks, locked_limits
from chainwright.plan.maker.measure_costs import MeasureCosts
from chainwright.plan.maker.measure_proposals import proposed_measures
from chainwright.plan.maker.measures import CostEnd, Measures, read_measures
from chainwright.plan.maker.usable_measures import usable_measures
from chainwright.system import System

__all__ = ["Posed", "gaps_of", "measures_for", "posed"]


@dataclass(frozen=True, eq=False)
class Posed:
    """A question that has passed every check.

    Parameters
    ----------
    survival : Survival
        Time to survive and to recover of every outage that was looked at.
    scenarios : OutageScenarios
        Those that have a gap.
    search : Search
        What is sought for them.
    parameters : mapping of str to object
        The question in words and numbers.
    """

    survival: Survival
    scenarios: OutageScenarios
    search: Search
    parameters: Mapping[str, object]


def posed(
    system: System,
    *,
    by: OutageBy,
    of: Sequence[str] | None,
    measures: object | None,
    lock: Locks,
    forbid: Iterable[str],
    budget: float | None,
    remaining: Remaining,
    probability: Mapping[str, float] | None,
    cost: CostEnd,
    costs: MeasureCosts | None,
    gap: float,
    time_limit_seconds: float,
    weight: Weight | None,
    stock_at_node: StockAtNode,
    assumptions: MakerAssumptions | None,
    progress: Callable[[str], None] | None,
) -> Posed:
    """Return a question that has passed every check.

    Parameters
    ----------
    system, by, of, measures, lock, forbid, budget, remaining, probability, cost, costs, gap
        As `mitigate` has them.
    time_limit_seconds, weight, stock_at_node, assumptions, progress
        As `mitigate` has them.
    """
    if remaining not in {"expected", "largest"}:
        raise ParameterError("remaining", "a plan of measures", "expected or largest", remaining)
    if budget is not None and not budget >= 0.0:
        raise ParameterError("budget", "a plan of measures", "money a year, 0 or more", budget)
    if not 0.0 <= gap < 1.0:
        raise ParameterError("gap", "a plan of measures", "a share from 0 to 1", gap)
    if not time_limit_seconds > 0.0:
        expected = "seconds, above 0"
        raise ParameterError("time_limit_seconds", "a search", expected, time_limit_seconds)
    found = survival(
        system,
        by=by,
        of=of,
        outages=(),
        weight=weight,
        stock_at_node=stock_at_node,
        assumptions=assumptions,
        progress=progress,
    )
    programme = _programme(system, found)
    scenarios, gaps = gaps_of(found)
    maker = system.maker
    held: Measures
    if measures is None:
        held = proposed_measures(maker, programme, gaps, costs=costs)
    elif isinstance(measures, Measures):
        held = measures
    else:
        held = read_measures(measures, maker, costs=costs)
    lock = dict(lock) if isinstance(lock, Mapping) else tuple(lock)
    forbid = tuple(forbid)
    limits = locked_limits(held, lock=lock, forbid=forbid, budget=budget, cost=held.cost(cost))
    search = Search(
        programme=programme,
        gaps=gaps,
        measures=held,
        usable=usable_measures(maker.network, scenarios, held, stock_at_node),
        limits=limits,
        cost=held.cost(cost),
        probability=_probability(gaps, found, probability),
        remaining=remaining,
        gap=gap,
        seconds=time_limit_seconds,
    )
    parameters: dict[str, object] = {
        **{k: v for k, v in found.parameters.items() if k not in {"scenarios", "outages"}},
        "of": None if of is None else list(of),
        "gaps": list(gaps.codes),
        "measures": len(held),
        "lock": lock if isinstance(lock, dict) else list(lock),
        "forbid": list(forbid),
        "budget": budget,
        "remaining": remaining,
        "probability": None if probability is None else dict(probability),
        "cost": cost,
        "gap": gap,
        "time_limit_seconds": time_limit_seconds,
        **asdict(held.costs),
    }
    return Posed(found, scenarios, search, parameters)


def gaps_of(found: Survival) -> tuple[OutageScenarios, Gaps]:
    """Return the outages that last longer than they are survived.

    Parameters
    ----------
    found : Survival
        Outages.
    """
    kept = np.flatnonzero(found.exposed)
    scenarios = found.scenarios.take(kept)
    return scenarios, Gaps(
        codes=scenarios.codes,
        names=scenarios.names,
        down=scenarios.nodes.toarray() > 0.0,
        sites=scenarios.sites.toarray() > 0.0,
        weeks=found.recovery[kept],
        survives=found.weeks[kept],
        loss=found.losses.loss[kept, 0],
    )


def measures_for(found: Survival, *, costs: MeasureCosts | None = None) -> Measures:
    """Return measures against the gaps that `survival` found, proposed from the maker's own data.

    Extra stock of each item that a gap touches, the alternates of each item that falls short
    (called when the outage comes, or qualified now), and an idle line for each item that a gap
    stops. Costs that nobody quoted are ranges marked as assumptions. ``.frame`` is the table,
    which can be edited and given to `mitigate` again.

    Parameters
    ----------
    found : Survival
        Time to survive and to recover.
    costs : MeasureCosts, optional
        Interest, years of life, delays that are assumed.
    """
    programme = _programme(found.system, found)
    return proposed_measures(found.system.maker, programme, gaps_of(found)[1], costs=costs)


def _programme(system: System, found: Survival) -> OutageProgramme:
    return OutageProgramme(
        system.maker.network,
        assumptions=found.assumptions,
        weight=found.weight,
        stock_at_node=found.stock_at_node,
    )


def _probability(
    gaps: Gaps, found: Survival, given: Mapping[str, float] | None
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the weight of each gap in the expected loss, ``(G,)``: equal if none is given."""
    if given is None:
        return np.full(len(gaps), 1.0 / max(len(gaps), 1))
    for code, weight in given.items():
        if code not in found.scenarios.codes:
            raise UnknownCodeError(code, found.scenarios.by, found.scenarios.codes)
        if not (np.isfinite(weight) and weight >= 0.0):
            expected = f"0 or more for {code}"
            raise ParameterError("probability", "a plan of measures", expected, weight)
    return np.array([float(given.get(code, 0.0)) for code in gaps.codes], dtype=np.float64)
