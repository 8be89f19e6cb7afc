"""Plans beside a plan, run by the engine: one measure less, one more, one for another."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_timing import NEVER

__all__ = ["better_nearby", "without_each"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAME = 1e-9
"""Relative difference below which two losses count as the same."""

SWAPPED = 8
"""Exchanges of one measure for another that are run in a pass."""


def without_each(question: RepairQuestion, start: Ints) -> Floats:
    """Return what the engine loses with a plan without each of its measures, ``(I,)``.

    NaN for what is not in it. Rules are left out of account.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    start : ndarray of int
        Start years of the plan.
    """
    found = np.full(len(start), np.nan)
    taken = np.flatnonzero(start >= 0)
    found[taken] = question.worth([_but(start, int(i)) for i in taken])
    return found


def better_nearby(question: RepairQuestion, start: Ints, *, tried: int = 16) -> Ints | None:
    """Return a plan beside this one that loses less, or no more at less cost; None if none does.

    Tried are the plan without each measure, with each of the `tried` others that avoid most alone
    a unit of cost, and the exchanges that these runs make look best.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    start : ndarray of int
        Start years of the plan; it keeps all rules.
    tried : int
        Measures that are tried besides those taken.
    """
    taken = np.flatnonzero(start >= 0).tolist()
    others = _others(question, start, tried)
    less = [_but(start, i) for i in taken]
    # run whether or not there is room, as they also tell what an exchange would be worth
    more = [_with(question, start, i) for i in others]
    losses = question.worth([start, *less, *more])
    here = float(losses[0])
    fewer, greater = losses[1 : 1 + len(less)], losses[1 + len(less) :]
    exchanges = [
        (float(fewer[a] + greater[b] - here), less[a], i)
        for a in range(len(less))
        for b, i in enumerate(others)
    ]
    exchanges = [e for e in sorted(exchanges, key=lambda e: e[0]) if e[0] < here]
    swapped = []
    for _, plan, i in exchanges:
        held = question.room.with_(plan, i)
        if held is not None and question.room.done(held):
            swapped.append(held)
        if len(swapped) == SWAPPED:
            break
    question.worth(swapped)
    plans = [p for p in [*less, *more, *swapped] if question.room.done(p)]
    return _best(question, start, plans)


def _best(question: RepairQuestion, start: Ints, plans: Sequence[Ints]) -> Ints | None:
    if not plans:
        return None
    losses = question.worth([start, *plans])
    cost = np.array([question.spent(plan) for plan in (start, *plans)])
    few = SAME * max(1.0, abs(float(losses.max())))
    least = losses <= losses.min() + few
    first = int(np.flatnonzero(least)[np.argmin(cost[least])])
    better = losses[first] < losses[0] - few or cost[first] < cost[0] - SAME * max(1.0, cost[0])
    return plans[first - 1] if first and better else None


def _others(question: RepairQuestion, start: Ints, tried: int) -> list[int]:
    """Return measures that are not taken and may be: first what avoids most alone for its cost."""
    open_ = np.flatnonzero((start == NEVER) & (question.limits.most > 0.0)).tolist()
    nothing = np.full(len(start), NEVER, dtype=np.int64)
    alone = question.worth([nothing, *(_with(question, nothing, i) for i in open_)])
    avoids = alone[0] - alone[1:]
    rate = [
        (-float(a) / max(float(question.cost[i]), 1e-12), question.names[i], i)
        for a, i in zip(avoids, open_, strict=True)
    ]
    return [i for _, _, i in sorted(rate)[:tried]]


def _but(start: Ints, i: int) -> Ints:
    held = start.copy()
    held[i] = NEVER
    return held


def _with(question: RepairQuestion, start: Ints, i: int) -> Ints:
    """Return a plan with one measure more, in the first year with room for it, else the first."""
    held = question.room.with_(start, i)
    if held is None:
        held = start.copy()
        held[i] = 0
    return held
