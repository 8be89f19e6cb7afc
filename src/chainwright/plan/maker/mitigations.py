"""Least-cost measures that cover the gaps of a maker's chain, or the best that a budget buys."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.errors import ParameterError
from chainwright.plan.maker.cover_search import FEW, Searched, search
from chainwright.plan.maker.mitigation_question import Posed, posed
from chainwright.plan.maker.mitigation_rows import scenario_rows, step_rows
from chainwright.plan.maker.plan_checks import verified_losses
from chainwright.plan.maker.step_appraisal import Appraisal, appraised
from chainwright.system import Language, Result, System

if TYPE_CHECKING:
    from chainwright.diagnose.maker.outage_programme import Weight
    from chainwright.diagnose.maker.outage_scenarios import OutageBy
    from chainwright.diagnose.maker.stock_left import StockAtNode
    from chainwright.plan.maker.cover_programme import Remaining
    from chainwright.plan.maker.gaps import Gaps
    from chainwright.plan.maker.locked_choices import Locks
    from chainwright.plan.maker.measure_costs import MeasureCosts
    from chainwright.plan.maker.measures import CostEnd, Measures

__all__ = ["Mitigation", "mitigate"]

Floats = npt.NDArray[np.float64]

DRAWN = 16
"""Corners of the cost ranges that are drawn where nobody says how many."""


@dataclass(frozen=True, eq=False, repr=False)
class Mitigation(MakerNames, Result):
    """A plan of measures, what it costs, what it covers, and how far to trust it.

    Parameters
    ----------
    posed : Posed
        The question: gaps, measures, what was settled.
    searched : Searched
        The best plan, and which gaps cannot be covered.
    appraisal : Appraisal
        What each step is worth.
    verified : ndarray
        ``(G,)`` what each gap loses with the plan in an independent run.
    appraise : int or str
        Steps whose break-even cost was sought, the costliest first; ``"all"`` for all.
    corners, seed : int
        Corners of the cost ranges that were drawn, and the seed.
    """

    name: ClassVar[str] = "mitigation"
    charted: ClassVar[str] = "loss_avoided"

    posed: Posed
    searched: Searched
    appraisal: Appraisal
    verified: Floats
    appraise: int | Literal["all"]
    corners: int
    seed: int

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and how well the plan is proven."""
        return {
            **self.posed.parameters,
            "appraise": self.appraise,
            "corners": self.corners,
            "seed": self.seed,
            "trials": self.appraisal.robustness.trials,
            "trials_in_part": self.appraisal.robustness.relaxed,
            "cost_of_plan": self.cost,
            "proven_gap": self.proven_gap,
        }

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; a loss in money, or in units where output is weighed."""
        return self.posed.survival.counted_in

    @property
    def gaps(self) -> "Gaps":
        """The outages that last longer than they are survived."""
        return self.posed.search.gaps

    @property
    def measures(self) -> "Measures":
        """What could be taken."""
        return self.posed.search.measures

    @property
    def amount(self) -> Floats:
        """Units of stock, or 1 for what is taken, ``(M,)``."""
        return self.searched.choice.amount

    @property
    def cost(self) -> float:
        """What the plan costs, money a year."""
        return self.searched.choice.cost

    @property
    def proven_gap(self) -> float:
        """How far the plan is from the best at most: of its cost, or under a budget of its loss."""
        choice = self.searched.choice
        value = choice.loss if self.searched.goal.kind == "budget" else choice.cost
        return max(0.0, (value - choice.bound) / value) if value > 0.0 else 0.0

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Codes of the outages that still lose something."""
        return tuple(c for c, lost in zip(self.gaps.codes, self.verified, strict=True) if lost > 0)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """The rows of `table` that are in the plan."""
        frame = self.table()
        return frame[frame["taken"]].reset_index(drop=True)

    def names(self, column: str, language: Language = "en") -> dict[str, str]:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column == "scenario":
            return self.posed.survival.names(column, language)
        return dict(super().names(column, language))

    def table(self) -> pd.DataFrame:
        """Return one row a step, what avoids most first; then what is in it at other costs."""
        return step_rows(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the steps, and the gaps before and after."""
        return {"mitigation": self.table(), "mitigation_scenarios": scenario_rows(self)}


def mitigate(
    system: System,
    *,
    by: "OutageBy" = "site",
    of: Sequence[str] | None = None,
    measures: object | None = None,
    lock: "Locks" = (),
    forbid: Iterable[str] = (),
    budget: float | None = None,
    remaining: "Remaining" = "expected",
    probability: Mapping[str, float] | None = None,
    cost: "CostEnd" = "mid",
    costs: "MeasureCosts | None" = None,
    gap: float = 0.01,
    time_limit_seconds: float = 60.0,
    appraise: int | Literal["all"] = 20,
    corners: int | None = None,
    seed: int = 0,
    weight: "Weight | None" = None,
    stock_at_node: "StockAtNode" = "usable",
    assumptions: MakerAssumptions | None = None,
    progress: Callable[[str], None] | None = None,
) -> Mitigation:
    """Return the cheapest measures that cover all gaps of a maker's chain, proven and verified.

    A gap is an outage that takes longer to recover than it is survived. One programme over all
    gaps chooses extra stock, second sources, prequalified alternates and idle lines, which they
    share; each gap must be survived for its time to recover without a lost sale, also in the weeks
    before a measure delivers. Gaps that nothing covers are listed with the reason, and the rest
    is covered. With a budget the plan loses as little as it can instead.

    What it cannot say: how often outages come (give `probability` where you know it), what two at
    once do, and what goods cost that are made in an outage. Costs that nobody quoted are ranges
    marked as assumptions: read the break-even cost of a step, and whether it is robust.

    Parameters
    ----------
    system : System
        A system with a maker's chain.
    by : str
        What goes down as one: ``"site"``, ``"node"``, ``"supplier"``, ``"region"``, ``"place"`` or
        ``"item"``.
    of : sequence of str, optional
        Codes of the outages to cover; all that have a gap if not given.
    measures : path, Arrow stream or Measures, optional
        A table ``maker_measures`` of what could be taken; proposed from the data if not given.
    lock : iterable of str, or mapping of str to float
        Measures that are taken, by name; of stock the least units.
    forbid : iterable of str
        Measures that are not taken.
    budget : float, optional
        The most that the plan may cost a year, in the maker's money.
    remaining : str
        What a budget makes small: the ``"expected"`` loss over the gaps or the ``"largest"`` one.
    probability : mapping of str to float, optional
        Weight of each outage by code in the expected loss; equal if not given, and 0 for one that
        is not named.
    cost : str
        Which end of the cost ranges holds: ``"low"``, ``"mid"`` or ``"high"``.
    costs : MeasureCosts, optional
        Interest and years over which what is spent once is spread; delays that are assumed.
    gap : float
        How far from the best the plan may be, as a share: of its cost, or under a budget of the
        loss without measures; up to 40 gaps the best is found.
    time_limit_seconds : float
        When one search ends with the best that it has; `Mitigation.proven_gap` tells.
    appraise : int or str
        Steps whose break-even cost is sought, the costliest first; ``"all"`` for all. It is empty
        for the others, and their reason says so.
    corners : int, optional
        Corners of the cost ranges to draw for robustness, besides all low, all high and the bad
        end of the plan; all corners where there are no more. If not given 16, and none under a
        budget with more than 40 gaps, where each trial takes long. Where more than 40 gaps decide
        measures may be taken in part in a trial, so that a verdict is not the solver's tolerance.
    seed : int
        Seed of the drawing.
    weight : str, optional
        What a unit lost weighs: ``"margin"``, ``"price"`` or ``"output"``; margin if every product
        has one, else output, if not given.
    stock_at_node : str
        ``"usable"``: stock at a node that is down can be used; ``"lost"``: it is gone.
    assumptions : MakerAssumptions, optional
        Capacity and time to recover of nodes that have none.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain, or a product has no margin or price as asked for.
    ParameterError
        If a word or a number is out of its range.
    UnknownCodeError
        If an outage or a measure is not there.
    TableError
        If the table of measures is not in order; it lists every breach.
    InfeasibleError
        If what is locked cannot stand together, or no plan was found in time.

    References
    ----------
    Time to survive: Simchi-Levi et al. 2015, Interfaces 45(5), 375-390,
    doi:10.1287/inte.2015.0804. The cover: the same rows for all outages with shared stock.
    """
    if corners is not None and corners < 0:
        raise ParameterError("corners", "a plan of measures", "0 or more", corners)
    if appraise != "all" and not (isinstance(appraise, int) and appraise >= 0):
        raise ParameterError("appraise", "a plan of measures", "0 or more, or all", appraise)
    question = posed(
        system,
        by=by,
        of=of,
        measures=measures,
        lock=lock,
        forbid=forbid,
        budget=budget,
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
    found = search(asked, budget=budget, progress=progress)
    if corners is None:
        corners = 0 if budget is not None and len(found.chooser.blocks) > FEW else DRAWN
    worth = appraised(
        asked, found, appraise=appraise, corners=corners, seed=seed, progress=progress
    )
    if progress is not None:
        progress("the plan held against the programme of outages")
    kept = verified_losses(
        asked.programme, asked.gaps, asked.measures, asked.usable, found.choice.amount
    )
    return Mitigation(system, question, found, worth, kept, appraise, corners, seed)
