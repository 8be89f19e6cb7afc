"""Plans that lose no more than a plan and cost less: what avoids nothing is left out."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from chainwright.plan.repairs.repair_programme import RepairProgramme
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_timing import NEVER

__all__ = ["cheaper_by_model", "cheaper_sizes", "leaner_plan", "plan_rank"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAME = 1e-9
"""Relative difference below which two losses, or two costs, count as the same."""

NEARLY = 0.9
"""Share of what a measure avoids alone from which a cheaper size does nearly as much."""


def plan_rank(question: RepairQuestion, start: Ints) -> tuple[float, int, tuple[str, ...]]:
    """Return by what plans that lose the same are told apart: cost, then steps, then names.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    start : ndarray of int
        Start years of the plan.
    """
    names = sorted(question.names[i] for i in np.flatnonzero(start >= 0))
    cost = question.spent(start)
    # costs that differ by rounding are the same, so that the number of steps tells
    return float(f"{cost:.9g}"), len(names), tuple(names)


def leaner_plan(question: RepairQuestion, start: Ints) -> Ints | None:
    """Return a plan with one step less that loses no more by the engine; None if there is none.

    Of several the one that loses least, then the one that saves most.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    start : ndarray of int
        Start years of the plan; it keeps all rules.
    """
    plans = []
    for i in np.flatnonzero((start >= 0) & (question.limits.least <= 0.0)).tolist():
        fewer = start.copy()
        fewer[i] = NEVER
        if question.room.done(fewer):
            plans.append(fewer)
    if not plans:
        return None
    here, *losses = question.worth([start, *plans]).tolist()
    few = SAME * max(1.0, abs(here))
    ranked = [
        (round((loss - here) / few) if few else 0, plan_rank(question, plan), place)
        for place, (plan, loss) in enumerate(zip(plans, losses, strict=True))
        if loss <= here + few
    ]
    return plans[min(ranked)[-1]] if ranked else None


def cheaper_by_model(
    question: RepairQuestion, programme: RepairProgramme, start: Ints
) -> Ints | None:
    """Return the cheapest plan that, in a model, loses no more than a plan; None if that is it.

    Of plans of one cost the one with the fewest steps, then with the first names. The model is an
    estimate, so the plan is still to be run.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    programme : RepairProgramme
        Over a model that is exact at the plan.
    start : ndarray of int
        Start years of the plan.
    """
    held = replace(programme, start=start)
    most = programme.value(programme.losses(start))
    found = held.least_cost(question.cost, most, question.limits)
    if found is None or not question.room.done(found.start):
        return None
    better = plan_rank(question, found.start) < plan_rank(question, start)
    return found.start if better else None


def cheaper_sizes(question: RepairQuestion, i: int) -> tuple[int, Floats] | None:
    """Return a cheaper size of a measure that alone avoids nearly as much; None if there is none.

    The cheapest of these; with it what the two avoid alone, by the engine: the cheaper one first.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    i : int
        Place of the measure.
    """
    sizes = sorted(
        {j for group in question.candidates.groups if i in group for j in group if j != i}
    )
    sizes = [j for j in sizes if question.cost[j] < question.cost[i] and question.limits.most[j]]
    if not sizes:
        return None
    none, own, *others = question.risk.value(
        question.table.losses([(), (i,), *((j,) for j in sizes)])
    ).tolist()
    able = [
        (float(question.cost[j]), question.names[j], j, none - loss)
        for j, loss in zip(sizes, others, strict=True)
        if none - loss >= NEARLY * (none - own) > 0.0
    ]
    if not able:
        return None
    _, _, best, avoided = min(able)
    return best, np.array([avoided, none - own])
