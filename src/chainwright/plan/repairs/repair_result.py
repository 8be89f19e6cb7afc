"""A repair: the plan, what each step is worth, and the repaired system under the same shocks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.plan.repairs.repair_appraisal import RepairAppraisal, appraised_repair, corners_of
from chainwright.plan.repairs.repair_case import RepairCase
from chainwright.plan.repairs.repair_points import RepairFrontier, frontier_of
from chainwright.plan.repairs.repair_rows import by_day_rows, scenario_rows, step_rows
from chainwright.plan.repairs.repair_search import Found, search_plan
from chainwright.plan.repairs.repair_words import found_notes, whole_reading
from chainwright.plan.repairs.restressing import Restressed, restressed
from chainwright.plan.repairs.single_runs import far_from
from chainwright.stress.ensembles.draw_job import End
from chainwright.system import Language, Result, System

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Repair", "answered_case"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Repair(Result):
    """Which measures to take, when, what each is worth, and what home loses before and after.

    Parameters
    ----------
    case : RepairCase
        What was asked.
    found : Found
        The best plan that the engine has run.
    worth : RepairAppraisal
        What its steps are worth.
    runs : Restressed
        Each scenario without the plan and with it, by the single engine.
    corners, seed : int
        Corners of the cost ranges that were drawn, and their seed.
    other_runs : Restressed, optional
        The same as `runs` at the other end of substitution between origins; none if not asked for.
    """

    name: ClassVar[str] = "repair"

    case: RepairCase
    found: Found
    worth: RepairAppraisal
    runs: Restressed
    corners: int
    seed: int
    other_runs: Restressed | None = None

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, how well it is proven, and what was assumed."""
        return {
            **self.case.parameters,
            "tolerance": self.found.tolerance,
            "corners": self.corners,
            "trials_of_costs": self.worth.robustness.trials,
            "seed": self.seed,
            "cost_of_plan": self.cost,
            "proven_gap": self.gap,
            "greedy_gap": None if np.isnan(self.found.greedy_gap) else self.found.greedy_gap,
            "loss_first_promised": self.loss_first_promised,
            "rounds": len(self.found.rounds),
            "promise_kept": self.found.agreed,
            "raise_the_loss": list(self.raising),
            "end": self.case.oracle.end,
            "other_end": None if self.other_runs is None else list(self.at_ends[1]),
            "engine_runs": self.engine_runs,
            "engines_differ_by": self.engines_differ_by,
            "notes_en": [english for english, _ in self.notes],
            "notes_zh": [chinese for _, chinese in self.notes],
        }

    @property
    def steps(self) -> tuple[str, ...]:
        """Names of the measures that are taken, the first step first."""
        return tuple(self.case.measures.names[i] for i in self.worth.order)

    @property
    def cost(self) -> float:
        """What the plan costs: present value over the horizon, or weeks of cover."""
        return self.found.cost

    @property
    def gap(self) -> float:
        """How far the plan is from the best of the model of the loss at most, as a share."""
        return self.found.gap

    @property
    def loss_before(self) -> float:
        """What is made small (expected loss, or with its tail) without measures."""
        return self.found.before

    @property
    def loss_promised(self) -> float:
        """The same with the plan, as promised by the model of the loss that the search ended with.

        It has learnt the runs of the plan: see `loss_first_promised` for what was said before.
        """
        return self.found.promised

    @property
    def loss_after(self) -> float:
        """The same with the plan, by the engine."""
        return self.found.loss

    @property
    def loss_first_promised(self) -> float:
        """The same with the plan, as the model promised before the plan was first run."""
        return self.found.first_promised

    @cached_property
    def at_ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What is made small in the last year, at the end planned for and at the other one.

        Without the plan and with it, each; NaN if the other end was not run.
        """
        risk = self.case.question.risk

        def worth(runs: Restressed | None) -> tuple[float, float]:
            if runs is None:
                return np.nan, np.nan
            before, after = (float(risk.value(one[None])[0]) for one in runs.losses)
            return before, after

        return worth(self.runs), worth(self.other_runs)

    @property
    def raising(self) -> tuple[str, ...]:
        """Names of measures that raised the loss in some run, the largest rise first."""
        return tuple(dict.fromkeys(one.measure for one in self.found.rises))

    @property
    def engine_runs(self) -> int:
        """Runs of the engine that it took, those of `runs` apart."""
        return self.case.oracle.runs

    @cached_property
    def engines_differ_by(self) -> float:
        """Largest difference of batch and single engine, as a share of the largest loss."""
        before, after = self.runs.losses
        pairs = ((before, self.found.losses_before[-1]), (after, self.found.losses[-1]))
        scale = max(float(np.abs(before).max()), float(np.abs(after).max()))
        off = max(float(np.abs(single - batch).max()) for single, batch in pairs)
        return off / scale if scale > 0.0 else 0.0

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What to know about it: assumptions, and what the runs showed, in English and Chinese."""
        return (*self.case.notes, *found_notes(self))

    @property
    def in_effect(self) -> tuple[int, ...]:
        """Places of the measures that are in effect in the last year of the horizon."""
        return self.case.question.sets(self.found.start)[-1]

    def apply(self, system: System | None = None) -> System:
        """Return a system with the measures that are in effect in the last year of the horizon.

        Parameters
        ----------
        system : System, optional
            What they change; the system that was asked about if not given.
        """
        if system is None or system is self.system:
            return self.case.oracle.economies.of(self.in_effect)
        names = self.case.measures.names
        return self.case.measures.apply(system, [names[i] for i in self.in_effect])

    def frontier(
        self, budgets: int = 20, *, progress: Callable[[str], None] | None = None
    ) -> RepairFrontier:
        """Return what smaller budgets buy; engine runs are used again.

        Parameters
        ----------
        budgets : int
            How many, from nothing to that of this plan, evenly.
        progress : callable, optional
            Is told in words how far it is.

        Raises
        ------
        ParameterError
            If there are fewer than two, or the budget of this plan is one by year.
        """
        return frontier_of(
            self.case, budgets, tolerance=self.found.tolerance, last=self.found, progress=progress
        )

    def reading(self, language: Language = "en") -> str:
        """Return what the plan says: steps, before and after, what is assumed, what is robust.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return whole_reading(self, language)

    def table(self) -> pd.DataFrame:
        """Return one row a step in their order; then what is in the best plan at other costs."""
        return step_rows(self)

    def scenarios(self) -> pd.DataFrame:
        """Return one row a scenario, before and after, the largest loss before first."""
        return scenario_rows(self)

    def by_day(self) -> pd.DataFrame:
        """Return output of home by scenario and day, before and after."""
        return by_day_rows(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the steps, the scenarios, and output by day."""
        return {
            "repair": self.table(),
            "repair_scenarios": self.scenarios(),
            "repair_by_day": self.by_day(),
        }

    def plot(self, language: Language = "en") -> "Figure":
        """Return a chart of home's output over time, before and after, a panel a scenario.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        from chainwright.plan.repairs.repair_pictures import before_and_after  # noqa: PLC0415

        return before_and_after(self.case.scenarios.held, self.runs, language=language)


def answered_case(
    case: RepairCase,
    *,
    tolerance: float,
    corners: int | None,
    seed: int,
    other_end: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Repair:
    """Return the answer to a question of repair.

    Parameters
    ----------
    case : RepairCase
        What is asked.
    tolerance : float
        Share of the loss avoided by which promise and engine may differ.
    corners, seed : int
        Corners of the cost ranges that are drawn (`corners_of` if none), and their seed.
    other_end : bool
        Whether the plan is run at the other end of substitution as well.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    InfeasibleError
        If no plan was found in time, or it was cancelled.
    """
    drawn = corners_of(case.question) if corners is None else corners
    found = search_plan(
        case.question, tolerance=tolerance, most_pairs=case.most_pairs, progress=progress
    )
    worth = appraised_repair(
        found,
        cost_low=np.minimum(case.cost_low, case.question.cost),
        cost_high=np.maximum(case.cost_high, case.question.cost),
        corners=drawn,
        seed=seed,
        progress=progress,
    )
    oracle = case.oracle
    taken = case.question.sets(found.start)[-1]
    repaired = oracle.economies.of(taken)

    def run_at(end: End) -> Restressed:
        return restressed(
            case.system,
            repaired,
            case.scenarios.held,
            read=oracle.read,
            steps=oracle.steps,
            end=end,
            workers=oracle.workers,
            progress=progress,
        )

    runs = run_at(oracle.end)
    others = run_at(far_from(oracle.end)) if other_end else None
    return Repair(case.system, case, found, worth, runs, drawn, seed, others)
