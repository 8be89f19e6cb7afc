"""Plans for many budgets, runs of the engine shared: what each further amount avoids."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_search import Found, search_plan

__all__ = ["FrontierPoint", "budget_frontier", "even_budgets"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAME = 1e-7
"""Relative difference below which two costs, or two losses, count as the same."""


@dataclass(frozen=True, eq=False)
class FrontierPoint:
    """The best verified plan for a budget.

    Parameters
    ----------
    budget : float
        What it may cost.
    start : ndarray of int
        ``(I,)`` start years, -1 where a measure is not taken.
    cost, promised, loss : float
        Present value, loss in the last model, loss by the engine.
    bound : float
        Proven for the last model: no plan within the budget loses less in it. Never rises with
        the budget.
    gap : float
        Of the last solution of the programme at this budget.
    greedy_loss : float
        Loss of the ratio-greedy plan by the engine; NaN if it does not keep the rules.
    dominated : bool
        Whether another point costs no more and loses no more.
    """

    budget: float
    start: Ints
    cost: float
    promised: float
    loss: float
    bound: float
    gap: float
    greedy_loss: float
    dominated: bool = False


def even_budgets(question: RepairQuestion, count: int = 20) -> Floats:
    """Return budgets in even steps up to the cost of everything that may be taken, ``(count,)``.

    Of measures of which one is taken at most the dearest counts.

    Parameters
    ----------
    question : RepairQuestion
        What is asked.
    count : int
        How many, 1 or more.
    """
    if count < 1:
        raise ParameterError("budgets", "repair_frontier", "1 or more", count)
    cost = question.cost * question.limits.most
    for group in question.candidates.groups:
        held = list(group)
        most = cost[held].max(initial=0.0)
        cost[held] = np.where(np.arange(len(held)) == np.argmax(cost[held]), most, 0.0)
    return np.asarray(np.linspace(cost.sum() / count, cost.sum(), count))


def budget_frontier(
    question: RepairQuestion,
    budgets: Iterable[float],
    *,
    tolerance: float = 0.05,
    most_rounds: int = 4,
    most_pairs: int = 28,
    polish: bool = False,
    progress: Callable[[str], None] | None = None,
) -> tuple[FrontierPoint, ...]:
    """Return the best verified plan for each budget, in rising order.

    Each budget starts from the plan of the one before, with all runs so far. At the end every plan
    that was seen is held against every budget, so that no point loses more than one of a smaller
    budget. Points that another equals or beats in cost and loss are marked, not left out.

    Parameters
    ----------
    question : RepairQuestion
        What is asked; its own budget does not count.
    budgets : iterable of float
        The most that all may cost together, each.
    tolerance, most_rounds, most_pairs, polish, progress
        As for `search_plan`.

    Raises
    ------
    ParameterError
        If a budget is below 0 or no number.

    References
    ----------
    Haimes, Lasdon & Wismer 1971, IEEE Trans. Syst. Man Cybern. 1, 296-297 (epsilon constraint).
    """
    ordered = sorted(float(b) for b in budgets)
    if not all(b >= 0.0 for b in ordered):
        raise ParameterError("budgets", "repair_frontier", "0 or more each", ordered)
    found: list[Found] = []
    seen: dict[bytes, Ints] = {}
    for number, budget in enumerate(ordered):
        if progress is not None:
            progress(f"budget {number + 1} of {len(ordered)}")
        asked = replace(question, budget=budget)
        one = search_plan(
            asked,
            tolerance=tolerance,
            most_rounds=most_rounds,
            most_pairs=most_pairs,
            warm=tuple(seen.values()),
            polish=polish,
        )
        found.append(one)
        plans = [one.start, *(step.start for step in one.rounds)]
        plans += [g.start for g in (one.greedy.ratio, one.greedy.gain) if g.kept]
        seen |= {plan.tobytes(): plan for plan in plans}
    # what is proven for a larger budget holds for a smaller one, whose plans it could take as well
    bound = np.maximum.accumulate([one.bound for one in found][::-1])[::-1]
    points = [
        _point(one, list(seen.values()), float(least))
        for one, least in zip(found, bound, strict=True)
    ]
    return tuple(_marked(points))


def _point(one: Found, plans: list[Ints], bound: float) -> FrontierPoint:
    """Return the best of all plans seen that a budget has room for."""
    asked = one.question
    held = [plan for plan in plans if asked.room.done(plan)] + [one.start]
    losses = asked.worth(held)
    cost = np.array([asked.spent(plan) for plan in held])
    least = losses <= losses.min() + SAME * max(1.0, abs(float(losses.min())))
    best = int(np.flatnonzero(least)[np.argmin(cost[least])])
    loss, start = float(losses[best]), held[best]
    return FrontierPoint(
        budget=asked.total_budget,
        start=start,
        cost=float(cost[best]),
        promised=one.programme.value(one.programme.losses(start)),
        loss=loss,
        bound=min(bound, loss),
        gap=one.gap,
        greedy_loss=one.greedy.ratio.loss if one.greedy.ratio.kept else np.nan,
    )


def _marked(points: list[FrontierPoint]) -> list[FrontierPoint]:
    """Return points with those marked that another equals or beats, the first of equals kept."""
    kept: list[FrontierPoint] = []
    for n, point in enumerate(points):
        few = SAME * max(1.0, abs(point.loss))
        beaten = any(
            other.cost <= point.cost + SAME * max(1.0, point.cost)
            and other.loss <= point.loss + few
            and (m < n or other.cost < point.cost or other.loss < point.loss)
            for m, other in enumerate(points)
            if m != n and not (m > n and _equal(other, point))
        )
        kept.append(replace(point, dominated=beaten))
    return kept


def _equal(one: FrontierPoint, other: FrontierPoint) -> bool:
    return bool(
        abs(one.cost - other.cost) <= SAME * max(1.0, one.cost)
        and abs(one.loss - other.loss) <= SAME * max(1.0, abs(one.loss))
    )
