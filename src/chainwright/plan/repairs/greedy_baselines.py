"""The greedy plans that stand beside the best one, and where a search for it begins."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.plan.repairs.greedy_repair import GreedyPlan, best_single, greedy_plan
from chainwright.plan.repairs.loss_model import LossModel
from chainwright.plan.repairs.repair_programme import RepairProgramme
from chainwright.plan.repairs.repair_question import RepairQuestion

__all__ = ["Greedy", "greedy_plans"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BY: tuple[Literal["ratio"], Literal["gain"]] = ("ratio", "gain")
"""By what a greedy plan takes the next step: loss avoided a unit of cost, or loss avoided."""


@dataclass(frozen=True, eq=False)
class Greedy:
    """The greedy plans beside the best one.

    Parameters
    ----------
    ratio, gain, single : GreedyPlan
        By loss avoided a unit of cost, by loss avoided, and the best single measure.
    """

    ratio: GreedyPlan
    gain: GreedyPlan
    single: GreedyPlan

    @property
    def best(self) -> GreedyPlan | None:
        """The better of ratio-greedy and the best single measure; None if neither keeps the rules.

        Its benefit is at least a constant share of the best one only if gains never grow.
        """
        kept = [plan for plan in (self.ratio, self.single) if plan.kept]
        return min(kept, key=lambda plan: plan.loss) if kept else None


def greedy_plans(
    question: RepairQuestion, model: LossModel | None = None, *, quick: bool = False
) -> Greedy:
    """Return the greedy plans of a question, priced by the engine.

    Parameters
    ----------
    question : RepairQuestion
        What is asked.
    model : LossModel, optional
        What prices the plans on the way where many runs are to be spared: those of the plan by
        loss avoided, and if `quick` those of the plan by ratio. What they end with is run.
    quick : bool
        Whether no plan on the way is run, either.
    """
    value = question.cost[:, None] * question.timetable.value
    locked = np.flatnonzero(question.limits.least > 0.0).tolist()
    found = []
    for by in BY:
        if model is None or (by == "ratio" and not quick):
            worth = question.worth
        else:
            programme = question.programme(model)

            def worth(plans: Iterable[Ints], of: RepairProgramme = programme) -> Floats:
                return np.array([of.value(of.losses(plan)) for plan in plans])

        plan = greedy_plan(worth, value, question.room, question.names, by=by, locked=locked)
        found.append(replace(plan, loss=float(question.worth([plan.start])[0])))
    single = best_single(question.worth, value, question.room, question.names)
    return Greedy(found[0], found[1], single)
