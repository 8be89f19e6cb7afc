"""What each step of a repair is worth: by the engine, in break-even cost, and over cost ranges."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.choosing.break_even import break_even_costs
from chainwright.plan.choosing.choices import Goal
from chainwright.plan.choosing.robust_steps import Robustness, robust_steps, solved_at_once
from chainwright.plan.repairs.local_duals import LocalDuals, local_duals
from chainwright.plan.repairs.nearby_plans import without_each
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_search import Found
from chainwright.plan.repairs.repair_timing import NEVER

__all__ = ["RepairAppraisal", "appraised_repair", "corners_of", "step_order"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEW = 16
"""Measures up to which break-even costs are sought for all, and not only for those taken."""


@dataclass(frozen=True, eq=False)
class RepairAppraisal:
    """What each of ``I`` measures is worth.

    Parameters
    ----------
    order : tuple of int
        Measures taken, in the order in which they are told: by start year, then what avoids most a
        unit of cost.
    increment : ndarray
        ``(I,)`` loss that each avoids, by the engine, when they are taken one after the other in
        this order; they add up to the loss avoided. NaN for what is not taken.
    marginal : ndarray
        ``(I,)`` loss of the plan without it less loss of the plan, by the engine; negative if the
        plan would lose less without it. NaN for what is not taken.
    marginal_by_scenario : ndarray
        ``(S, I)`` the same in each scenario, over all years, discounted.
    break_even : ndarray
        ``(I,)`` the largest cost (present value) at which it is in a best plan of the model, the
        others at their cost; infinite where no plan does without it; NaN where it is not asked
        about or the budget is by year.
    robustness : Robustness
        How often each is in the best plan of the model when costs move inside their ranges.
    duals : LocalDuals
        What the model says near the plan.
    """

    order: tuple[int, ...]
    increment: Floats
    marginal: Floats
    marginal_by_scenario: Floats
    break_even: Floats
    robustness: Robustness
    duals: LocalDuals


def appraised_repair(
    found: Found,
    *,
    cost_low: Floats | None = None,
    cost_high: Floats | None = None,
    appraise: Literal["all", "taken", "auto"] = "auto",
    corners: int | None = None,
    seed: int = 0,
    workers: int = 2,
    progress: Callable[[str], None] | None = None,
) -> RepairAppraisal:
    """Return what the measures of a plan are worth.

    Parameters
    ----------
    found : Found
        The plan.
    cost_low, cost_high : ndarray, optional
        ``(I,)`` ends of the ranges of the costs; the costs themselves if not given.
    appraise : str
        Whose break-even cost is sought: of ``"all"`` measures, of those ``"taken"``, or
        (``"auto"``) of all where there are `FEW`, else of those taken.
    corners : int, optional
        Corners of the cost ranges that are drawn, besides the three named ones; `corners_of` if
        not given.
    seed : int
        Seed of the drawing.
    workers : int
        Programmes that are solved at once; the answer does not depend on it.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    ParameterError
        If a range does not hold its cost.
    """
    asked = found.question
    corners = corners_of(asked) if corners is None else corners
    low = asked.cost if cost_low is None else cost_low
    high = asked.cost if cost_high is None else cost_high
    if not ((low >= 0.0) & (low <= asked.cost) & (asked.cost <= high)).all():
        expected = "0 <= low <= cost <= high for each measure"
        raise ParameterError("cost_low, cost_high", "repair", expected, (low, high))
    order = step_order(found)
    increment = _increments(found, order)
    marginal = without_each(asked, found.start) - found.loss
    _tell(progress, "break-even costs")
    every = appraise == "all" or (appraise == "auto" and len(asked.names) <= FEW)
    of = range(len(asked.names)) if every else found.taken
    goal = Goal("budget", asked.total_budget)
    edge = np.full(len(asked.names), np.nan)
    # without any budget every measure that helps is worth any cost: nothing to be said
    if np.isfinite(asked.total_budget):
        may = [i for i in of if asked.limits.most[i] > 0.0]
        edge[may] = _break_even(found, goal, may, workers)
    _tell(progress, f"the plan at {corners:,} corners of the cost ranges")
    robustness = robust_steps(
        found.programme,
        low,
        high,
        goal,
        asked.limits,
        plan=found.choice,
        corners=corners,
        seed=seed,
        workers=workers,
    )
    duals = local_duals(found.programme, asked.cost, asked.limits, found.start)
    by_scenario = _by_scenario(found)
    return RepairAppraisal(order, increment, marginal, by_scenario, edge, robustness, duals)


MOST, LEAST, EFFORT = 64, 16, 19_200
"""Corners of the cost ranges that are drawn where scenarios times measures are few, and where they
are many; scenarios times measures times corners between the two."""


def corners_of(question: RepairQuestion) -> int:
    """Return how many corners of the cost ranges are drawn if nobody says.

    By count and not by the clock, so that the same question gets the same answer: 64 for up to 300
    scenarios times measures, 16 for 1,200 and more.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    """
    size = max(1, len(question.names) * len(question.table.oracle.scenarios))
    return max(LEAST, min(MOST, EFFORT // size))


def step_order(found: Found) -> tuple[int, ...]:
    """Return the measures of a plan in the order in which they are told.

    By start year; within a year first what, in the model, avoids most a unit of cost on top of
    those before it, and never before what it needs.

    Parameters
    ----------
    found : Found
        The plan.
    """
    asked, programme = found.question, found.programme
    value = asked.cost[:, None] * asked.timetable.value
    held = np.full(len(asked.names), NEVER, dtype=np.int64)
    order: list[int] = []
    left = list(found.taken)
    while left:
        first = min(int(found.start[i]) for i in left)
        now = [i for i in left if found.start[i] == first]
        needed = {i for i in now for k, j in asked.candidates.needs if k == i and j in left}
        able = [i for i in now if i not in needed] or now
        here = programme.value(programme.losses(held))
        ranked = []
        for i in able:
            more = held.copy()
            more[i] = first
            lost = programme.value(programme.losses(more))
            gain, price = here - lost, float(value[i, first])
            free = np.inf if gain > 0.0 else gain
            rate = gain / price if price > 0.0 and gain > 0.0 else free
            ranked.append((-rate, price, asked.names[i], i))
        best = min(ranked)[-1]
        held[best] = found.start[best]
        order.append(best)
        left.remove(best)
    return tuple(order)


def _break_even(found: Found, goal: Goal, of: list[int], workers: int) -> list[float]:
    """Return the break-even costs of these measures."""
    asked, plan = found.question, found.choice

    def one(i: int) -> float:
        edge = break_even_costs(found.programme, asked.cost, goal, asked.limits, of=[i], plan=plan)
        return float(edge[i])

    return solved_at_once(one, of, workers)


def _increments(found: Found, order: tuple[int, ...]) -> Floats:
    """Return what each step avoids by the engine on top of those before it, ``(I,)``."""
    held = np.full(len(found.start), NEVER, dtype=np.int64)
    plans = [held.copy()]
    for i in order:
        held[i] = found.start[i]
        plans.append(held.copy())
    losses = found.question.worth(plans).tolist()
    increment = np.full(len(held), np.nan)
    for i, (before, after) in zip(order, pairwise(losses), strict=True):
        increment[i] = before - after
    return increment


def _by_scenario(found: Found) -> Floats:
    """Return what each scenario loses more without each measure of the plan, ``(S, I)``."""
    asked = found.question
    plans = []
    for i in found.taken:
        held = found.start.copy()
        held[i] = NEVER
        plans.append(held)
    more = np.full((found.losses.shape[1], len(found.start)), np.nan)
    without = asked.losses(plans) - found.losses
    more[:, list(found.taken)] = np.einsum("pys,y->sp", without, asked.timetable.discount)
    return more


def _tell(progress: Callable[[str], None] | None, words: str) -> None:
    if progress is not None:
        progress(words)
