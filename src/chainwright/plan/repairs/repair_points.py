"""The frontier of repair: what each budget buys, every plan run by the engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.params.agreement import agreed
from chainwright.plan.repairs.repair_case import RepairCase, posed_case
from chainwright.plan.repairs.repair_search import Found, search_plan
from chainwright.system import Language, Result, System

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from chainwright.plan.repairs.scenarios import Against

__all__ = ["RepairFrontier", "frontier_of", "repair_frontier"]

Floats = npt.NDArray[np.float64]

ROUNDS = 8
"""Solutions of the programme a budget: each begins with what the budgets before have learnt."""

SAME = 1e-9
"""Relative difference below which two losses, or costs, count as the same."""


@dataclass(frozen=True, eq=False, repr=False)
class RepairFrontier(Result):
    """What budgets buy, the smallest first.

    Parameters
    ----------
    case : RepairCase
        What was asked; its budget is the largest.
    budgets : tuple of float
        Those that were asked for.
    points : tuple of Found
        The plan of each budget that another one neither equals nor beats.
    spent : tuple of float
        The least of the budgets that has each plan.
    """

    name: ClassVar[str] = "repair_frontier"

    case: RepairCase
    budgets: tuple[float, ...]
    points: tuple[Found, ...]
    spent: tuple[float, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and what was assumed."""
        return {
            **self.case.parameters,
            "budgets": list(self.budgets),
            "engine_runs": self.engine_runs,
            "notes_en": [english for english, _ in self.notes],
            "notes_zh": [chinese for _, chinese in self.notes],
        }

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What was assumed, in English and Chinese."""
        return self.case.notes

    @property
    def engine_runs(self) -> int:
        """Runs of the engine so far."""
        return self.case.oracle.runs

    def table(self) -> pd.DataFrame:
        """Return one row a plan, the cheapest first."""
        greedy = [found.greedy.best for found in self.points]
        columns: dict[str, object] = {
            "budget": np.array(self.spent, dtype=np.float64),
            "cost": np.array([found.cost for found in self.points], dtype=np.float64),
            "loss_promised": np.array([found.promised for found in self.points], np.float64),
            "loss_after": np.array([found.loss for found in self.points], dtype=np.float64),
            "loss_avoided": np.array([found.avoided for found in self.points], dtype=np.float64),
            "gap": np.array([found.gap for found in self.points], dtype=np.float64),
            "steps": np.array(["; ".join(f.names) for f in self.points], dtype=object),
            "greedy_loss": np.array([np.nan if g is None else g.loss for g in greedy], np.float64),
        }
        return pd.DataFrame(columns)

    def reading(self, language: Language = "en") -> str:
        """Return what the frontier says.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        zh = language == "zh"
        first, last = self.points[0], self.points[-1]
        shares = [
            found.avoided / first.before if first.before > 0.0 else 0.0 for found in self.points
        ]
        half = next((i for i, s in enumerate(shares) if s >= 0.5 * shares[-1]), 0)
        words: dict[str, Any] = {
            "points": len(self.points),
            "budgets": len(self.budgets),
            "before": first.before,
            "after": last.loss,
            "cost": last.cost,
            "half": self.points[half].cost,
            "unit": "weeks" if self.case.in_weeks else str(self.money),
        }
        if zh:
            head = (
                "{budgets} 个预算得出 {points} 个方案：损失由 {before:,.4g} 降至 {after:,.4g}，"
                "成本 {cost:,.4g}；其中一半的降幅以 {half:,.4g} 即可得到（{unit}）。"
            ).format(**words)
        else:
            head = agreed(
                "{budgets} {budgets:budget|budgets}, {points} {points:plan|plans}: loss falls from "
                "{before:,.4g} to {after:,.4g} at a cost of {cost:,.4g}; half of what can be "
                "avoided is avoided at {half:,.4g} ({unit}).",
                **words,
            )
        return "\n".join([head, *(note[zh] for note in self.notes)])

    def plot(self, language: Language = "en") -> "Figure":
        """Return a chart of what is still lost against what it costs.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        from chainwright.plan.repairs.repair_pictures import frontier_picture  # noqa: PLC0415

        table = self.table()
        column = {name: table[name].to_numpy(dtype=np.float64) for name in DRAWN}
        unit = ("周" if language == "zh" else "weeks") if self.case.in_weeks else str(self.money)
        return frontier_picture(
            column["cost"],
            column["loss_after"],
            column["loss_promised"],
            column["budget"],
            column["greedy_loss"],
            unit,
            language=language,
        )


DRAWN = ("cost", "loss_after", "loss_promised", "budget", "greedy_loss")


def frontier_of(
    case: RepairCase,
    budgets: int | Sequence[float],
    *,
    tolerance: float = 0.05,
    last: Found | None = None,
    progress: Callable[[str], None] | None = None,
) -> RepairFrontier:
    """Return the frontier of a question, whose engine runs are used again.

    Budgets are solved for in rising order; the plan of each is where the search for the next
    begins. A plan that is as good as a dearer one stands for it.

    Parameters
    ----------
    case : RepairCase
        What is asked; its budget is the largest.
    budgets : int or sequence of float
        How many from nothing to the largest, evenly; or which.
    tolerance : float
        Share of the loss avoided by which promise and engine may differ.
    last : Found, optional
        The plan of the largest budget, if it was found before.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    ParameterError
        If there are fewer than two budgets, or the largest is one by year.
    """
    amounts = _amounts(case, budgets)
    plans: list[tuple[float, Found]] = []
    warm = () if last is None else (last.start,)
    for number, budget in enumerate(amounts, 1):
        if progress is not None:
            progress(f"budget {number} of {len(amounts)}: {budget:,.6g}")
        asked = replace(case.question, budget=float(budget))
        found = search_plan(
            asked,
            tolerance=tolerance,
            most_rounds=ROUNDS,
            most_pairs=case.most_pairs,
            warm=tuple(plan.start for _, plan in plans) + warm,
            polish=False,
            progress=progress,
        )
        plans.append((float(budget), found))
    kept: list[tuple[float, Found]] = []
    for budget, found in plans:
        least = kept[-1][1].loss if kept else np.inf
        if not kept or found.loss < least - SAME * max(1.0, abs(least)):
            kept.append((budget, found))
    return RepairFrontier(
        case.system,
        case,
        tuple(float(amount) for amount in amounts),
        tuple(found for _, found in kept),
        tuple(budget for budget, _ in kept),
    )


def _amounts(case: RepairCase, budgets: int | Sequence[float]) -> Floats:
    """Return the budgets, rising."""
    owner, most = "a frontier of repairs", case.question.total_budget
    if case.question.yearly_budget is not None:
        raise ParameterError("budget", owner, "one number over the horizon", "one a year")
    if not isinstance(budgets, int | np.integer):
        amounts = np.unique(np.asarray(budgets, dtype=np.float64))
        if len(amounts) < 2 or amounts[0] < 0.0 or not np.isfinite(amounts).all():
            raise ParameterError("budgets", owner, "two or more amounts, 0 or more", budgets)
        return amounts
    if isinstance(budgets, bool) or budgets < 2:
        raise ParameterError("budgets", owner, "2 or more", budgets)
    cost = case.question.cost
    top = most if np.isfinite(most) else float(cost.sum())
    locked = float(cost @ case.question.limits.least)
    return np.linspace(min(locked, top), top, int(budgets))


def repair_frontier(
    system: System,
    against: "Against",
    *,
    budgets: int | Sequence[float] = 20,
    budget: float | None = None,
    tolerance: float = 0.05,
    progress: Callable[[str], None] | None = None,
    **question: Any,  # noqa: ANN401 - those of `repair`
) -> RepairFrontier:
    """Return what budgets buy: for each the plan that lets home lose least, run by the engine.

    Parameters
    ----------
    system, against
        As for `repair`.
    budgets : int or sequence of float
        How many, evenly from nothing (or what is locked) to `budget`; or which.
    budget : float, optional
        The largest; the cost of all measures together if not given.
    tolerance : float
        As for `repair`.
    progress : callable, optional
        Is told in words how far it is.
    **question
        ``years``, ``rules``, ``measures``, ``home``, ``loss``, ``probability``, ``tail``,
        ``alpha``, ``days``, ``end``, ``model``, ``costs``, ``gap``, ``time_limit_seconds``,
        ``workers``, ``cancel``: as for `repair`.

    Raises
    ------
    MissingPartError, TableError, ParameterError, UnknownCodeError, InfeasibleError
        As `repair` does.
    """
    given: Mapping[str, Any] = question
    case = posed_case(system, against, budget=budget, progress=progress, **given)
    return frontier_of(case, budgets, tolerance=tolerance, progress=progress)
