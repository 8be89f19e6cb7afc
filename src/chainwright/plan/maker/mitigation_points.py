"""The frontier of cost against exposure: what each budget buys, and what is then still lost."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.errors import ParameterError
from chainwright.plan.choosing.choices import Choice
from chainwright.plan.choosing.cost_frontier import undominated
from chainwright.plan.maker.cover_programme import CoverProgramme
from chainwright.plan.maker.cover_search import programme_of
from chainwright.plan.maker.mitigation_question import Posed, posed
from chainwright.plan.maker.plan_checks import verified_losses
from chainwright.system import Result, System

if TYPE_CHECKING:
    from chainwright.diagnose.maker.outage_programme import Weight
    from chainwright.diagnose.maker.outage_scenarios import OutageBy
    from chainwright.diagnose.maker.stock_left import StockAtNode
    from chainwright.plan.maker.cover_programme import Remaining
    from chainwright.plan.maker.locked_choices import Locks
    from chainwright.plan.maker.measure_costs import MeasureCosts
    from chainwright.plan.maker.measures import CostEnd

__all__ = ["MitigationFrontier", "mitigation_frontier"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class MitigationFrontier(MakerNames, Result):
    """Plans of which none is both cheaper and safer than another, ``P`` of them.

    Parameters
    ----------
    posed : Posed
        The question: gaps, measures, what was settled.
    choices : tuple of Choice
        The plans, the cheapest first.
    verified : ndarray
        ``(P, G)`` what each gap loses with each plan in an independent run.
    before : float
        What is lost without any measure.
    points : int
        Budgets that were asked for.
    """

    name: ClassVar[str] = "mitigation_frontier"

    posed: Posed
    choices: tuple[Choice, ...]
    verified: Floats
    before: float
    points: int

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {**self.posed.parameters, "points": self.points}

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; a loss in money, or in units where output is weighed."""
        return self.posed.survival.counted_in

    def table(self) -> pd.DataFrame:
        """Return one row a plan, the cheapest first."""
        names = self.posed.search.measures.names
        loss = np.array([choice.loss for choice in self.choices])
        taken = [np.flatnonzero(choice.amount > 0.0) for choice in self.choices]
        whole = np.full(len(loss), self.before)
        return pd.DataFrame(
            {
                "cost": np.array([choice.cost for choice in self.choices]),
                "loss": loss,
                "loss_share": np.divide(
                    loss, whole, out=np.full(len(loss), np.nan), where=whole > 0.0
                ),
                "loss_bound": np.array([min(c.bound, c.loss) for c in self.choices]),
                "loss_verified": _remaining(self.posed, self.verified),
                "gaps_open": (self.verified > 0.0).sum(axis=1),
                "steps": np.array([len(t) for t in taken], dtype=np.int64),
                "measures": np.array(["; ".join(names[i] for i in t) for t in taken], dtype=object),
            }
        )


def mitigation_frontier(
    system: System,
    *,
    points: int = 20,
    by: "OutageBy" = "site",
    of: Sequence[str] | None = None,
    measures: object | None = None,
    lock: "Locks" = (),
    forbid: Iterable[str] = (),
    remaining: "Remaining" = "expected",
    probability: Mapping[str, float] | None = None,
    cost: "CostEnd" = "mid",
    costs: "MeasureCosts | None" = None,
    gap: float = 0.01,
    time_limit_seconds: float = 15.0,
    weight: "Weight | None" = None,
    stock_at_node: "StockAtNode" = "usable",
    assumptions: MakerAssumptions | None = None,
    progress: Callable[[str], None] | None = None,
) -> MitigationFrontier:
    """Return what each budget buys: cost against the loss that remains, dominated plans dropped.

    Budgets rise evenly from what is locked to what the least possible loss costs. For each the
    plan that loses least is found, and of several the cheapest; a plan that another equals or
    beats in both is left out. A dearer plan never loses more. With more than 40 gaps
    each search ends within `gap` of the loss without measures, or after its time: read
    ``loss_bound``. With 640 gaps and 3,600 measures that is about half a minute of one core a
    point.

    Parameters
    ----------
    system : System
        A system with a maker's chain.
    points : int
        Budgets to solve for, 2 or more.
    by, of, measures, lock, forbid, remaining, probability, cost, costs, gap
        As for `mitigate`.
    time_limit_seconds : float
        When the search for one budget ends with the best that it has.
    weight, stock_at_node, assumptions, progress
        As for `mitigate`.

    Raises
    ------
    MissingPartError, ParameterError, UnknownCodeError, TableError, InfeasibleError
        As `mitigate` does.
    """
    if points < 2:
        raise ParameterError("points", "mitigation_frontier", "2 or more", points)
    question = posed(
        system,
        by=by,
        of=of,
        measures=measures,
        lock=lock,
        forbid=forbid,
        budget=None,
        remaining=remaining,
        probability=probability,
        cost=cost,
        costs=costs,
        gap=gap,
        time_limit_seconds=time_limit_seconds,
        weight=weight,
        stock_at_node=stock_at_node,
        assumptions=assumptions,
        progress=progress,
    )
    asked = question.search
    chooser = programme_of(asked, progress)
    choices = undominated(_choices(question, chooser, points, progress))
    kept = [
        verified_losses(asked.programme, asked.gaps, asked.measures, asked.usable, c.amount)
        for c in choices
    ]
    verified = np.array(kept).reshape(len(choices), len(asked.gaps))
    before = _remaining(question, asked.gaps.loss[None, :])[0]
    return MitigationFrontier(system, question, choices, verified, float(before), points)


def _choices(
    question: Posed,
    chooser: CoverProgramme,
    points: int,
    progress: Callable[[str], None] | None,
) -> list[Choice]:
    """Return the best plan of each budget, rising; each search begins with the plan before."""
    asked = question.search
    safest = chooser.least_loss(asked.cost, np.inf, asked.limits)
    if safest is None:
        return []
    floor = float(asked.cost @ asked.limits.least)
    found: list[Choice] = []
    for number, budget in enumerate(np.linspace(floor, safest.cost, points)[:-1]):
        if progress is not None:
            progress(f"{number + 1} of {points} budgets")
        best = chooser.least_loss(asked.cost, float(budget), asked.limits)
        if best is not None:
            found.append(best)
            chooser = replace(chooser, start=best.amount)
    return [*found, safest]


def _remaining(question: Posed, losses: Floats) -> Floats:
    """Return the loss that a budget makes small, of each row of losses by gap."""
    if question.search.remaining == "largest":
        return np.asarray(losses.max(axis=1, initial=0.0))
    return np.asarray(losses @ question.search.probability)
