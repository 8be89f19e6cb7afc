"""What each step of a plan is worth: loss avoided, break-even cost, and whether it is robust."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.plan.choosing.break_even import break_even_costs
from chainwright.plan.choosing.choices import Choice, Limits
from chainwright.plan.choosing.robust_steps import Robustness, robust_steps
from chainwright.plan.maker.cover_programme import CoverProgramme
from chainwright.plan.maker.cover_search import FEW, Search, Searched, part_of
from chainwright.plan.maker.step_losses import losses_without

__all__ = ["Appraisal", "appraised"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

TOLD = 10
"""Steps between two words of progress."""


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
        for what is not in the plan, what was not appraised, and for all under a budget with more
        than `FEW` gaps.
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
    appraise: int | Literal["all"] = "all",
    corners: int = 16,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Appraisal:
    """Return what the steps of a plan are worth.

    Where more than `FEW` gaps decide a plan is within a gap of the best, and which of its small
    steps it has is chance. There the trials of moved costs are linear programmes solved to their
    end, in which measures and lots may be taken in part: they agree from run to run, and a step
    that is taken in part in some trial is neither robust nor never taken.

    Parameters
    ----------
    asked : Search
        What was sought.
    found : Searched
        What was found.
    appraise : int or str
        Steps whose break-even cost is sought, the costliest first; ``"all"`` for all.
    corners : int
        Corners of the cost ranges that are drawn.
    seed : int
        Seed of the drawing.
    progress : callable, optional
        Is told in words how far it is.
    """
    if progress is not None:
        progress("what is lost without each step")
    losses, protects = losses_without(found.whole, found.choice.amount)
    steps = np.flatnonzero(found.choice.amount > 0.0)
    spent = asked.cost * found.choice.amount
    steps = steps[np.argsort(-spent[steps], kind="stable")]
    steps = steps if appraise == "all" else steps[:appraise]
    around = len(found.chooser.blocks) > FEW
    edge = np.full(len(asked.measures), np.nan)
    if around and found.goal.kind == "budget":
        steps = steps[:0]
    for number, i in enumerate(steps):
        if progress is not None and number % TOLD == 0:
            progress(f"break-even costs: {number:,} of {len(steps):,} steps")
        chooser, limits, plan = found.chooser, asked.limits, found.choice
        if around:
            chooser, limits, plan = _around(asked, found, int(i))
        one = break_even_costs(chooser, asked.cost, found.goal, limits, of=[int(i)], plan=plan)
        edge[i] = one[i] * found.choice.amount[i]
    if progress is not None:
        progress(f"the plan at {corners:,} corners of the cost ranges")
    robustness = robust_steps(
        replace(found.chooser, start=None if around else found.choice.amount, relaxed=around),
        asked.measures.cost_low,
        asked.measures.cost_high,
        found.goal,
        asked.limits,
        plan=found.choice,
        corners=corners,
        seed=seed,
        in_part=~asked.measures.stock if around else None,
    )
    avoided = np.asarray(protects.T @ asked.probability)
    return Appraisal(losses, avoided, protects > 0.0, edge, around, robustness)


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
