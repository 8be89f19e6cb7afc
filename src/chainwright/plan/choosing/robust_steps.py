"""Which measures stay in the best plan whatever their costs turn out to be."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from chainwright.plan.choosing.choices import Choice, Chooser, Goal, Limits

__all__ = ["Robustness", "cost_corners", "robust_steps", "solved_at_once"]

Floats = npt.NDArray[np.float64]
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

SAME = 1e-9
"""Rounding of a share."""


@dataclass(frozen=True, eq=False)
class Robustness:
    """How often each of ``M`` measures is in the best plan when costs move inside their ranges.

    Parameters
    ----------
    share : ndarray
        ``(M,)`` share of the trials whose best plan has the measure.
    trials : int
        Sets of costs that were tried, each once.
    whole : bool
        Whether these are all the corners that there are.
    relaxed : bool
        Whether trials let measures be taken in part. One taken in part counts in part, so that a
        step is robust only if every trial takes all of it, and never only if none takes any.
    """

    share: Floats
    trials: int
    whole: bool
    relaxed: bool = False

    @property
    def verdict(self) -> tuple[str, ...]:
        """A word a measure: ``"robust"`` (in all plans), ``"never"``, or ``"depends"``."""
        words = np.where(
            self.share >= 1.0 - SAME, "robust", np.where(self.share <= SAME, "never", "")
        )
        return tuple(str(w) or "depends" for w in words)


def robust_steps(
    chooser: Chooser,
    cost_low: Floats,
    cost_high: Floats,
    goal: Goal,
    limits: Limits,
    *,
    plan: Choice,
    corners: int = 64,
    seed: int = 0,
    in_part: npt.NDArray[np.bool_] | None = None,
    workers: int = 1,
) -> Robustness:
    """Return how often each measure is in the best plan over the corners of the cost ranges.

    Parameters
    ----------
    chooser : Chooser
        What finds the best plan.
    cost_low, cost_high : ndarray
        ``(M,)`` least and most that a unit of each measure may cost.
    goal : Goal
        What the plan is to reach.
    limits : Limits
        What is locked and what is forbidden.
    plan : Choice
        The plan whose own bad end is tried: its measures dear, the others cheap.
    corners : int
        How many corners are drawn, besides the three named ones; all of them where there are no
        more than that.
    seed : int
        Seed of the drawing.
    in_part : ndarray of bool, optional
        ``(M,)`` measures that the chooser may take in part, of which the part counts; none if not
        given.
    workers : int
        Trials that are solved at once, in threads; the answer does not depend on it.
    """
    trials, whole = cost_corners(
        cost_low, cost_high, taken=plan.amount > 0, corners=corners, seed=seed
    )
    plans = solved_at_once(lambda cost: goal.best(chooser, cost, limits), trials, workers)
    part = np.zeros(len(cost_low), dtype=np.bool_) if in_part is None else in_part
    taken = np.array(
        [np.where(part, np.minimum(p.amount, 1.0), p.amount > 0.0) for p in plans if p is not None]
    )
    share = taken.mean(axis=0) if len(taken) else np.full(len(cost_low), np.nan)
    return Robustness(share, len(taken), whole, in_part is not None)


def solved_at_once(
    solve: Callable[[Asked], Answer], asked: Iterable[Asked], workers: int
) -> list[Answer]:
    """Return the answers to several questions, in their order, some solved at the same time.

    Ctrl-C ends it once the questions that are being solved are answered; with one worker at once.

    Parameters
    ----------
    solve : callable
        Answers a question; safe to call from several threads.
    asked : iterable
        Questions.
    workers : int
        Threads; with 1 none is started.
    """
    if workers <= 1:
        return [solve(one) for one in asked]
    threads = ThreadPoolExecutor(workers)
    try:
        return list(threads.map(solve, asked))
    finally:
        threads.shutdown(cancel_futures=True)


def cost_corners(
    cost_low: Floats,
    cost_high: Floats,
    *,
    taken: npt.NDArray[np.bool_],
    corners: int,
    seed: int,
) -> tuple[Floats, bool]:
    """Return corners of the box of costs, ``(C, M)`` and each once, and whether these are all.

    All low, all high, and the bad end of a plan (what it takes is dear, the rest cheap) come
    first, then drawn ones.

    Parameters
    ----------
    cost_low, cost_high : ndarray
        ``(M,)`` ends of the ranges.
    taken : ndarray
        ``(M,)`` what the plan takes.
    corners : int
        How many are drawn; where there are no more than that, all of them are returned.
    seed : int
        Seed of the drawing.

    Examples
    --------
    >>> low, high = np.array([1.0, 5.0]), np.array([2.0, 5.0])
    >>> cost_corners(low, high, taken=np.array([True, False]), corners=8, seed=0)[0].tolist()
    [[1.0, 5.0], [2.0, 5.0]]
    """
    free = np.flatnonzero(cost_high > cost_low)
    ends: npt.NDArray[np.bool_]
    whole = len(free) < 31 and 2 ** len(free) <= corners
    if whole:
        ends = ((np.arange(2 ** len(free))[:, None] >> np.arange(len(free))) & 1).astype(bool)
    else:
        drawn = np.random.default_rng(seed).random((corners, len(free))) < 0.5
        named = np.array([np.zeros(len(free), bool), np.ones(len(free), bool), taken[free]])
        ends = np.concatenate([named, drawn])
        ends = ends[np.sort(np.unique(ends, axis=0, return_index=True)[1])]
    costs = np.repeat(cost_low[None, :], len(ends), axis=0)
    costs[:, free] = np.where(ends, cost_high[free], cost_low[free])
    return costs, whole
