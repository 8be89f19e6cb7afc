"""Service times in whole steps: a grid on which each unknown has a finite range."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from chainwright.plan.safety_stocks import plan_kernels, tree_kernels
from chainwright.plan.safety_stocks.message_kernels import backward, forward
from chainwright.plan.safety_stocks.service_programme import ServiceProgramme

__all__ = ["Messages", "Ranges", "StepGrid", "fitting_step"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

STEPS = (1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.04, 0.025, 0.02, 0.01)
"""Days of a step that are tried."""

WORK, ROOM = 6e7, 2e7
"""Pairs of times in one pass of messages, and numbers held, up to which a finer step is taken."""

MOVES = 50
"""Rounds of moves of single times, if they go on."""

ROUNDING = 1e-6
"""Share of a step by which a time may miss it and still be on it."""


def fitting_step(programme: ServiceProgramme) -> tuple[float, bool]:
    """Return the longest step in which all times are whole, and that they are; else a fine step.

    At a best plan each service time is a sum of stage times and limits, some of them subtracted
    (the programme is concave and its matrix totally unimodular): on that step the grid loses
    nothing.

    Parameters
    ----------
    programme : ServiceProgramme
        The question.
    """
    times = np.concatenate(
        [programme.time, programme.outside, programme.longest[np.isfinite(programme.longest)]]
    )
    days = programme.replenished
    width = float(days.max(initial=0.0))
    size = len(programme) + len(programme.tail)
    best = STEPS[0]
    for step in STEPS:
        heavy = (days**2).sum() / step**2 > WORK or size * width / step > ROOM
        if heavy and step < 1.0:
            continue
        best = step
        parts = times / step
        if (np.abs(parts - np.rint(parts)) < ROUNDING).all():
            return step, True
    return best, False


@dataclass(frozen=True, eq=False)
class Ranges:
    """Ranges of the times waited and quoted, in steps, ``(n,)`` each.

    Parameters
    ----------
    low_in, high_in, low_out, high_out : ndarray
        First and last step of each.
    """

    low_in: Steps
    high_in: Steps
    low_out: Steps
    high_out: Steps

    @property
    def all(self) -> tuple[Steps, Steps, Steps, Steps]:
        """The four of them."""
        return self.low_in, self.high_in, self.low_out, self.high_out


@dataclass(frozen=True, eq=False)
class Messages:
    """What the unknowns tell each other: rows of costs by step.

    Parameters
    ----------
    stage_in, stage_out : ndarray, shape (n, k)
        Within each stage.
    arc_in, arc_out : ndarray, shape (m, k)
        Along arcs: to the customer, to the supplier.
    """

    stage_in: Floats
    stage_out: Floats
    arc_in: Floats
    arc_out: Floats

    @property
    def all(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The four of them."""
        return self.stage_in, self.stage_out, self.arc_in, self.arc_out

    def copy(self) -> "Messages":
        """Return the same messages in arrays of their own."""
        return Messages(*(held.copy() for held in self.all))


class StepGrid:
    """A programme in whole steps; its least cost is never above that of the programme.

    Stage times and waits outside that are between two steps are rounded down and limits are rounded
    up: each only lowers the least cost.

    Parameters
    ----------
    programme : ServiceProgramme
        The question.
    step : float [day]
        Length of a step.
    """

    def __init__(self, programme: ServiceProgramme, step: float) -> None:
        self.programme, self.step = programme, step
        self.time = _whole(np.floor(programme.time / step + ROUNDING))
        self.outside = _whole(np.floor(programme.outside / step + ROUNDING))
        self.weight = programme.weight * np.sqrt(step)
        days = programme.replenished / step
        most = np.where(programme.weight > 0.0, np.minimum(programme.longest / step, days), 0.0)
        self.most = _whole(np.ceil(most - ROUNDING))  # who costs nothing holds all: it quotes 0
        n = len(programme)
        nought = [np.zeros(n, dtype=np.int64) for _ in range(3)]
        self.whole = Ranges(nought[0], nought[1], nought[2], self.most.copy())
        self.narrowed(self.whole)
        self.width = int(max(self.whole.high_in.max(initial=0), self.most.max(initial=0))) + 1
        longest = int((self.whole.high_in + self.time).max(initial=0))
        self.roots = np.sqrt(np.arange(longest + 2, dtype=np.float64))
        self.here = np.zeros(self.width)

    def cost(self, steps: Steps) -> float:
        """Return what a plan costs a year on the grid.

        Parameters
        ----------
        steps : ndarray, shape (n,)
            Times quoted, in steps.
        """
        p = self.programme
        waited = self.outside.copy()
        np.maximum.at(waited, p.head, steps[p.tail])
        return float(self.weight @ self.roots[np.maximum(waited + self.time - steps, 0)])

    def narrowed(self, ranges: Ranges) -> bool:
        """Narrow ranges in place to what suppliers allow; return whether any plan is left.

        Parameters
        ----------
        ranges : Ranges
            Those of the times quoted hold; those waited are filled.
        """
        p = self.programme
        arcs = (p.in_first, p.in_arc, p.tail)
        return plan_kernels.ranged(self.time, self.outside, *arcs, *ranges.all)

    def silent(self) -> Messages:
        """Return messages that say nothing yet."""
        n, m, k = len(self.programme), len(self.programme.tail), self.width
        return Messages(*(np.zeros((rows, k)) for rows in (n, n, m, m)))

    def passed(self, ranges: Ranges, messages: Messages) -> float:
        """Pass messages forward and back; return a bound below all plans in the ranges.

        Parameters
        ----------
        ranges : Ranges
            Where plans are.
        messages : Messages
            Changed in place.
        """
        p = self.programme
        stages = (self.time, self.weight, self.roots)
        arcs = (p.out_first, p.head, p.in_first, p.in_arc)
        ends, held = ranges.all, messages.all
        forward(*stages, *arcs, *ends, *held, self.here)
        bound = backward(*stages, *arcs, p.tail, *ends, *held, self.here)
        return float(bound) * (1.0 - 1e-12)

    def decoded(self, ranges: Ranges, messages: Messages) -> Steps:
        """Return the plan that messages favour, and then the best by moves of one time each.

        Parameters
        ----------
        ranges : Ranges
            Where plans are.
        messages : Messages
            What is known.
        """
        p = self.programme
        stages, arcs = (self.time, self.weight, self.roots), (p.in_first, p.in_arc, p.tail)
        quoted = np.zeros(len(p), dtype=np.int64)
        ends = (ranges.low_in, ranges.low_out, ranges.high_out)
        plan_kernels.decoded(*stages, p.out_first, *arcs, *ends, messages.arc_out, quoted)
        for _ in range(MOVES):
            heads = (p.out_first, p.head)
            if not plan_kernels.moved(*stages, *heads, *arcs, self.outside, self.most, quoted):
                break
        return quoted

    def tree_optimum(self) -> tuple[Steps, float]:
        """Return the plan of least cost on the grid, and that cost, where arcs form one tree."""
        p = self.programme
        n = len(p)
        arcs = csr_array((np.ones(n - 1), (p.tail, p.head)), shape=(n, n))
        order, before = breadth_first_order(arcs, n - 1, directed=False)
        parent = np.full(n, -1, dtype=np.int64)
        down = before[p.tail] == p.head
        parent[np.where(down, p.tail, p.head)] = np.arange(n - 1)
        messages = self.silent()
        stages = (_whole(order[::-1]), parent, self.time, self.weight, self.roots)
        sides = (p.out_first, p.head, p.in_first, p.in_arc, p.tail)
        ends, told = self.whole.all, messages.all
        least = tree_kernels.tree_costs(*stages, *sides, *ends, *told, self.here)
        waited, quoted = (np.zeros(n, dtype=np.int64) for _ in range(2))
        tree_kernels.tree_plan(*stages, *sides, *ends, *told, self.here, waited, quoted)
        return quoted, float(least)

    def favoured(self, ranges: Ranges, messages: Messages) -> Steps:
        """Return the time that each stage would quote by its messages alone, ``(n,)``.

        Parameters
        ----------
        ranges : Ranges
            Where plans are.
        messages : Messages
            What is known.
        """
        best = np.zeros(len(self.programme), dtype=np.int64)
        ends = (ranges.low_out, ranges.high_out)
        held = (messages.stage_out, messages.arc_out)
        plan_kernels.favoured(self.programme.out_first, *ends, *held, best)
        return best


def _whole(values: npt.ArrayLike) -> Steps:
    return np.asarray(values).astype(np.int64)
