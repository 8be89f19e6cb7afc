"""The best service times of a network, and how far from the best they can be."""

import heapq
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.plan.safety_stocks.service_programme import ServiceProgramme
from chainwright.plan.safety_stocks.slope_iteration import flattened
from chainwright.plan.safety_stocks.step_grid import Messages, Ranges, StepGrid, fitting_step

__all__ = ["ServicePlan", "search"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

EVERY = 5
"""Passes of messages between two plans that are read from them."""

PASSES, PATIENCE, GAIN = 2000, 40, 0.02
"""Passes at most; passes in which the gap must close by this share, or the search branches."""

BRANCH_PASSES = 60
"""Passes at most within a branch."""

HELD = 4e8
"""Bytes of messages that open branches may keep."""


@dataclass(frozen=True, eq=False)
class ServicePlan:
    """Service times, and what is proven of them.

    Parameters
    ----------
    quoted : ndarray, shape (n,) [day]
        Times quoted.
    cost : float
        What they cost a year.
    bound : float
        No plan costs less.
    method : str
        ``"tree"``: dynamic programme; ``"messages"``: bound by messages; ``"branches"``: the same
        with branches; ``"parts"``: several parts, not all by one method.
    branches : int
        Branches that were looked at.
    step : float [day]
        Step of the grid that the bound was found on.
    """

    quoted: Floats
    cost: float
    bound: float
    method: str
    branches: int
    step: float

    @property
    def gap(self) -> float:
        """Share of the cost by which a better plan could be cheaper."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0.0 else 0.0


def search(
    programme: ServiceProgramme, *, gap: float = 1e-4, time_limit_seconds: float = 60.0
) -> ServicePlan:
    r"""Return the best service times that are found, with a proven bound.

    On a tree the dynamic programme of Graves & Willems (2000) is exact. In any other network
    each unknown - the time waited and the time quoted of each stage - sends its neighbours what it
    costs to be there; sums of the least of these are a bound that sequential tree-reweighted
    message passing raises (Kolmogorov 2006); plans are read from the messages. What gap is left is
    closed by branching: the range of a time is cut in two where messages and plan disagree most.
    Times that are no whole steps of any grid of reasonable size are rounded down for the bound
    (which can only lower it), and the plan is improved at the exact times by slope iteration.

    Parameters
    ----------
    programme : ServiceProgramme
        The question.
    gap : float [share]
        (cost - bound) / cost at which the search ends.
    time_limit_seconds : float
        When it ends in any case, for each part of the network.

    References
    ----------
    Graves, S. C. & Willems, S. P. (2000), Optimizing strategic safety stock placement in supply
    chains, Manufacturing & Service Operations Management 2(1), 68-83.
    Kolmogorov, V. (2006), Convergent tree-reweighted message passing for energy minimization,
    IEEE Transactions on Pattern Analysis and Machine Intelligence 28(10), 1568-1583.

    Examples
    --------
    >>> line = ServiceProgramme(
    ...     np.array([4.0, 2, 1]), np.array([20.0, 36, 80]), np.zeros(3),
    ...     np.array([np.inf, np.inf, 0]), np.array([0, 1]), np.array([1, 2]))
    >>> found = search(line)
    >>> found.quoted, round(found.cost, 4), found.method
    (array([4., 0., 0.]), 168.1816, 'tree')
    """
    quoted = np.zeros(len(programme))
    cost = bound = 0.0
    methods, branches, step = set(), 0, np.inf
    for stages in programme.parts:
        found = _searched(programme.part(stages), gap, time_limit_seconds)
        quoted[stages] = found.quoted
        cost, bound = cost + found.cost, bound + found.bound
        methods.add(found.method)
        branches, step = branches + found.branches, min(step, found.step)
    method = methods.pop() if len(methods) == 1 else "parts"
    return ServicePlan(quoted, cost, min(bound, cost), method, branches, step)


def _searched(programme: ServiceProgramme, gap: float, seconds: float) -> ServicePlan:
    """Return the best times of one part."""
    step, exact = fitting_step(programme)
    grid = StepGrid(programme, step)
    if programme.is_tree:
        steps, bound = grid.tree_optimum()
        quoted, cost = _at_the_times_given(grid, steps, exact=exact)
        return ServicePlan(quoted, cost, min(bound, cost), "tree", 0, step)
    return _Search(grid, gap, time.monotonic() + seconds, exact=exact).found()


def _at_the_times_given(grid: StepGrid, steps: Steps, *, exact: bool) -> tuple[Floats, float]:
    """Return a plan of the grid as days, improved where the grid is not exact, and its cost."""
    programme = grid.programme
    quoted = programme.mended(np.multiply(steps, grid.step, dtype=np.float64))
    if not exact:
        quoted = flattened(programme, quoted)
    return quoted, programme.cost(quoted)


class _Search:
    """Messages and branches of one part that is no tree."""

    def __init__(self, grid: StepGrid, gap: float, until: float, *, exact: bool) -> None:
        self.grid, self.gap, self.until, self.exact = grid, gap, until, exact
        self.cost = self.on_grid = self.at_best = np.inf
        self.quoted = np.zeros(len(grid.programme))
        self.seen: set[bytes] = set()

    @property
    def over(self) -> bool:
        return time.monotonic() > self.until

    def found(self) -> ServicePlan:
        """Return the best plan and the bound, after messages and, if need be, branches."""
        grid = self.grid
        messages = grid.silent()
        bound = self._passes(grid.whole, messages, PASSES)
        queue = [(bound, 0, grid.whole, messages)]
        size = sum(held.nbytes for held in messages.all)
        count = 0
        while queue and not self._closed(queue[0][0]) and not self.over:
            if len(queue) > 2 and len(queue) * size > HELD:
                break
            low, _, ranges, held = heapq.heappop(queue)
            cut = self._cut(ranges, held)
            if cut is None:  # one plan alone is left there, and it has been priced
                continue
            j, at = cut
            for upper in (False, True):
                half = Ranges(*(ends.copy() for ends in ranges.all))
                if upper:
                    half.low_out[j] = at + 1
                else:
                    half.high_out[j] = at
                if not grid.narrowed(half):
                    continue
                count += 1
                theirs = held.copy() if not upper else held
                bound = max(low, self._passes(half, theirs, BRANCH_PASSES))
                if not self._closed(bound):
                    heapq.heappush(queue, (bound, count, half, theirs))
        # A branch that was closed may still hold a plan cheaper by less than the gap.
        least = queue[0][0] if queue else np.inf
        proven = min(least, self.at_best, self.cost)
        method = "branches" if count else "messages"
        return ServicePlan(self.quoted, self.cost, proven, method, count, grid.step)

    def _closed(self, bound: float) -> bool:
        """Return whether a branch of this bound can be left; note the least that was left."""
        if not self._near(bound):
            return False
        self.at_best = min(self.at_best, bound)
        return True

    def _near(self, bound: float) -> bool:
        """Return whether a bound meets the best plan on the grid."""
        return self.on_grid - bound <= max(self.gap, 1e-9) * self.cost

    def _passes(self, ranges: Ranges, messages: Messages, most: int) -> float:
        """Return the bound on plans in the ranges; plans are read and priced on the way."""
        bound, before = -np.inf, -np.inf
        for k in range(most):
            bound = max(bound, self.grid.passed(ranges, messages))
            if k % EVERY == 0:
                self._read(ranges, messages)
            if self._near(bound) or self.over:
                break
            if k % PATIENCE == PATIENCE - 1:
                if bound - before < GAIN * (self.on_grid - bound):
                    break
                before = bound
        return bound

    def _read(self, ranges: Ranges, messages: Messages) -> None:
        steps = self.grid.decoded(ranges, messages)
        if steps.tobytes() in self.seen:
            return
        self.seen.add(steps.tobytes())
        self.on_grid = min(self.on_grid, self.grid.cost(steps))
        quoted, cost = _at_the_times_given(self.grid, steps, exact=self.exact)
        if cost < self.cost * (1.0 - 1e-12):
            self.quoted, self.cost = quoted, cost

    def _cut(self, ranges: Ranges, messages: Messages) -> tuple[int, int] | None:
        """Return the stage whose range is to be cut, and the last step of the lower half."""
        grid = self.grid
        width = ranges.high_out - ranges.low_out
        if not width.any():
            return None
        plan = np.clip(np.rint(self.quoted / grid.step), ranges.low_out, ranges.high_out)
        other = grid.favoured(ranges, messages)
        apart = np.abs(plan - other) * grid.weight
        apart[width == 0] = 0.0
        if not apart.any():
            j = int(np.argmax(width * np.maximum(grid.weight, 1e-300)))
            if not width[j]:
                j = int(np.argmax(width))
            return j, int((ranges.low_out[j] + ranges.high_out[j]) // 2)
        j = int(np.argmax(apart))
        return j, int(min((plan[j] + other[j]) // 2, ranges.high_out[j] - 1))
