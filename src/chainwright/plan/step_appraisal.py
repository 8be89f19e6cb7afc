"""What each step of a plan is worth: loss avoided, break-even cost, and whether it is robust."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chainwright.plan.break_even import break_even_costs
from chainwright.plan.choices import Choice, Limits
from chainwright.plan.cover_programme import CoverProgramme
from chainwright.plan.cover_search import FEW, Search, Searched, part_of
from chainwright.plan.robust_steps import Robustness, robust_steps

__all__ = ["Appraisal", "appraised"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Appraisal:
    """What each of ``M`` measures is worth, for ``G`` gaps.

    Parameters
    ----------
    losses : ndarray
        ``(G,)`` what each gap loses with the plan, as the programme promises.
    avoided : ndarray
        ``(M,)`` loss, weighted over all gaps, that a step avoids: without it less with it, the
        others as they are. 0 for what is not in the plan.
    protects : ndarray of bool
        ``(G, M)`` gaps that lose more without a step.
    break_even : ndarray
        ``(M,)`` money a year for the amount that is planned; infinite where nothing else does; NaN
        for what is not in the plan, and for all under a budget with more than `FEW` gaps.
    around : bool
        Whether plans without a step were sought around it, with what other gaps need kept: then a
        break-even cost is an upper bound.
    robustness : Robustness
        How often each is in the best plan when costs move.
    """

    losses: Floats
    avoided: Floats
    protects: Bools
    break_even: Floats
    around: bool
    robustness: Robustness


def appraised(
    asked: Search,
    found: Searched,
    *,
    corners: int = 16,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Appraisal:
    """Return what the steps of a plan are worth.

    Parameters
    ----------
    asked : Search
        What was sought.
    found : Searched
        What was found.
    corners : int
        Corners of the cost ranges that are drawn.
    seed : int
        Seed of the drawing.
    progress : callable, optional
        Is told in words how far it is.
    """
    losses = found.whole.losses(found.choice.amount)
    steps = np.flatnonzero(found.choice.amount > 0.0)
    protects = _protects(found.whole, found.choice.amount, losses, steps)
    if progress is not None and len(steps):
        progress(f"{len(steps):,} steps: break-even costs")
    around = len(found.chooser.blocks) > FEW
    edge = np.full(len(asked.measures), np.nan)
    for i in steps if not (around and found.goal.kind == "budget") else ():
        chooser, limits, plan = found.chooser, asked.limits, found.choice
        if around:
            chooser, limits, plan = _around(asked, found, int(i))
        one = break_even_costs(chooser, asked.cost, found.goal, limits, of=[int(i)], plan=plan)
        edge[i] = one[i] * found.choice.amount[i]
    if progress is not None:
        progress(f"the plan at {corners:,} corners of the cost ranges")
    robustness = robust_steps(
        replace(found.chooser, start=found.choice.amount),
        asked.measures.cost_low,
        asked.measures.cost_high,
        found.goal,
        asked.limits,
        plan=found.choice,
        corners=corners,
        seed=seed,
    )
    avoided = np.asarray(protects.T @ asked.probability)
    return Appraisal(losses, avoided, protects > 0.0, edge, around, robustness)


def _protects(
    whole: CoverProgramme, amount: Floats, losses: Floats, steps: npt.NDArray[np.intp]
) -> Floats:
    """Return how much more each gap loses without each step, the others as they are, ``(G, M)``."""
    more = np.zeros((len(losses), len(amount)))
    for i in steps:
        touched = np.flatnonzero([block.reaching[i] for block in whole.blocks])
        without = amount.copy()
        without[i] = 0.0
        more[touched, i] = part_of(whole, touched).losses(without) - losses[touched]
    return np.maximum(more, 0.0)


def _around(asked: Search, found: Searched, i: int) -> tuple[CoverProgramme, Limits, Choice]:
    """Return the programme of the gaps that a step reaches; what the others need is kept.

    Steps that also reach other gaps stay at least as they are, at no gain in leaving them out.
    """
    blocks = found.chooser.blocks
    near = np.array([bool(block.reaching[i]) for block in blocks], dtype=np.bool_)
    others = [block.reaching for block, n in zip(blocks, near, strict=True) if not n]
    needed = np.any(others, axis=0) if others else np.zeros(len(asked.cost), dtype=np.bool_)
    amount = found.choice.amount
    least = np.where(needed, np.maximum(asked.limits.least, amount), asked.limits.least)
    least[i] = asked.limits.least[i]
    reached = np.any([block.reaching for block, n in zip(blocks, near, strict=True) if n], axis=0)
    most = np.where(reached | needed, asked.limits.most, amount)
    part = replace(part_of(found.chooser, np.flatnonzero(near)), gap=0.0)
    return part, Limits(least, np.maximum(most, least)), found.choice
