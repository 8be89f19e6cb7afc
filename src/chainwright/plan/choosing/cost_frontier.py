"""The frontier of cost against loss: plans of which none is both cheaper and safer than another."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from chainwright.plan.choosing.choices import Choice, Chooser, Limits

__all__ = ["cost_frontier", "undominated"]

Floats = npt.NDArray[np.float64]

SAME = 1e-7
"""Relative difference below which two costs, or two losses, count as the same."""


def cost_frontier(
    chooser: Chooser, cost: Floats, limits: Limits, *, budgets: Iterable[float] | None = None
) -> tuple[Choice, ...]:
    """Return plans on the frontier of cost against loss, the cheapest first.

    By the epsilon constraint: for each budget the plan that loses least, and of those the
    cheapest. A plan that another equals or beats in both is left out, so the loss falls strictly
    from each point to the next.

    Parameters
    ----------
    chooser : Chooser
        What finds the best plan.
    cost : ndarray
        ``(M,)`` cost of a unit of each measure.
    limits : Limits
        What is locked and what is forbidden.
    budgets : iterable of float, optional
        Budgets to solve for. Without, every point is found, from the dearest down: for measures
        that are taken or not, as those in units have no end of points.

    References
    ----------
    Haimes, Lasdon & Wismer 1971, IEEE Trans. Syst. Man Cybern. 1, 296-297 (epsilon constraint).
    """
    found: list[Choice] = []
    if budgets is not None:
        found = [c for b in sorted(budgets) if (c := chooser.least_loss(cost, b, limits))]
        return undominated(found)
    budget = float(np.abs(cost) @ limits.most)
    while (choice := chooser.least_loss(cost, budget, limits)) is not None:
        found.append(choice)
        budget = choice.cost - SAME * max(1.0, abs(choice.cost))
        if budget < 0.0:
            break
    return undominated(found)


def undominated(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return the plans that no other equals or beats in both cost and loss, the cheapest first.

    Parameters
    ----------
    choices : iterable of Choice
        Plans in any order.

    Examples
    --------
    >>> plan = lambda cost, loss: Choice(np.zeros(1), cost, loss, loss)
    >>> [c.cost for c in undominated([plan(2.0, 5.0), plan(1.0, 5.0), plan(0.0, 9.0)])]
    [0.0, 1.0]
    """
    kept: list[Choice] = []
    for choice in sorted(choices, key=lambda c: (c.cost, c.loss)):
        if not kept or choice.loss < kept[-1].loss - SAME * max(1.0, abs(kept[-1].loss)):
            kept.append(choice)
    return tuple(kept)
