"""Break-even costs: up to which cost a measure is worth taking, the rest as it is."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from chainwright.plan.choosing.choices import Choice, Chooser, Goal, Limits

__all__ = ["break_even_costs"]

Floats = npt.NDArray[np.float64]

STRICTLY = 1e-6
"""How much less, relatively, a plan must lose to count as better than another."""


def break_even_costs(
    chooser: Chooser,
    cost: Floats,
    goal: Goal,
    limits: Limits,
    *,
    of: Iterable[int],
    plan: Choice | None = None,
) -> Floats:
    """Return the largest cost at which each measure is still in a best plan, ``(M,)``.

    To cover, or for least loss and cost together, it is V(without i) - V(with i, at no cost for
    it), V the best value, divided by its amount where it comes in units. Under a budget B it is
    the largest B - (cost of the other measures) over the plans that have i and lose less than the
    best plan without it. NaN for measures that are not asked about; infinite where no plan does
    without it. A measure that comes in units is asked about at the amount that `plan` has of it
    (else at 1): the cost a unit at which that amount is still worth having.

    Values of a programme that stopped at a gap are bounds: V(without i) then enters with what is
    proven of it, so that the answer is never too large.

    Parameters
    ----------
    chooser : Chooser
        What finds the best plan.
    cost : ndarray
        ``(M,)`` cost of a unit of each measure.
    goal : Goal
        What the plan is to reach.
    limits : Limits
        What is locked and what is forbidden.
    of : iterable of int
        Measures to ask about.
    plan : Choice, optional
        The best plan under these costs, so that it is not sought again.

    References
    ----------
    Definition: plan without the step against the plan with it, both solved anew.
    """
    found = np.full(len(cost), np.nan)
    for i in of:
        amount = float(plan.amount[i]) if plan is not None and plan.amount[i] > 0 else 1.0
        worth = (
            _under_budget(chooser, cost, goal.amount, limits, i, amount)
            if goal.kind == "budget"
            else _worth(chooser, cost, goal, limits, i, amount, plan)
        )
        found[i] = worth / amount
    return found


def _worth(  # noqa: PLR0917 - the question, and the measure it is about
    chooser: Chooser,
    cost: Floats,
    goal: Goal,
    limits: Limits,
    i: int,
    amount: float,
    plan: Choice | None,
) -> float:
    """Return by how much the best value without a measure is above that with it as a gift."""
    loses = goal.kind == "sum"
    if plan is not None and plan.amount[i] > 0:
        held = plan.cost + loses * plan.loss - cost[i] * plan.amount[i]
    else:
        free = cost.copy()
        free[i] = 0.0
        given = goal.best(chooser, free, limits.with_(i, amount))
        if given is None:
            return np.nan
        held = given.cost + loses * given.loss
    without = goal.best(chooser, cost, limits.without(i))
    return np.inf if without is None else max(0.0, without.bound - held)


def _under_budget(  # noqa: PLR0917
    chooser: Chooser, cost: Floats, budget: float, limits: Limits, i: int, amount: float
) -> float:
    """Return what a budget leaves for a measure in the cheapest plan that it makes better."""
    without = chooser.least_loss(cost, budget, limits.without(i))
    most = np.inf if without is None else without.loss - STRICTLY * max(1.0, abs(without.loss))
    free = cost.copy()
    free[i] = 0.0
    better = chooser.least_cost(free, most, limits.with_(i, amount)) if most >= 0 else None
    return np.nan if better is None or better.cost > budget else budget - better.cost
