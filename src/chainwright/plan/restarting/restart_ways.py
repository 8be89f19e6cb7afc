"""Ways to restart: one node after another in some order, or all at once by equal shares a day."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import numpy.typing as npt

from chainwright.plan.restarting.need_loops import NeedLoops
from chainwright.plan.restarting.restart_kernels import worst_needed
from chainwright.plan.restarting.stopped_nodes import Stopped
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.sector_blows import CapacityLoss
from chainwright.stress.shocks.shock import Shock

__all__ = [
    "RestartCase",
    "Way",
    "in_order",
    "in_proportion",
    "losses_of",
    "shock_of_way",
    "without_limit",
]

Floats = npt.NDArray[np.float64]
Order = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class RestartCase:
    """What a way to restart is made of.

    Parameters
    ----------
    loops : NeedLoops
        Work, value and needs of what stands still.
    hard : NeedLoops, optional
        Needs that somebody gave: no delivery tells the engine of them, so that a node has no
        capacity before what it so needs is back. None if there are none.
    crews : int
        How many nodes are restarted at once.
    in_part : bool
        Whether what is restarted in part makes something.
    """

    loops: NeedLoops
    hard: NeedLoops | None
    crews: int
    in_part: bool


@dataclass(frozen=True, eq=False)
class Way:
    """One way to restart ``k`` nodes; days are counted from the day on which crews begin.

    Parameters
    ----------
    name : str
        ``"this_order"``, ``"additive_order"``, ``"proportional"``, ``"proportional_whole"``,
        ``"value_alone"`` or ``"all_at_once"``.
    order : tuple of int
        Places of the nodes; empty where there is no order.
    done, running : ndarray, shape (k,) [day]
        When each is restarted, and when it and all that it needs is.
    start : ndarray, shape (k,) [day]
        When work on each begins.
    back : ndarray, shape (k,) [day]
        When each has all its capacity in the engine: `done`, or later where a given need is.
    in_part : bool
        Whether capacity comes back evenly from `start` to `back`, not all of it on that day.
    loss : float [money]
        Additive loss from the day on which crews begin.
    """

    name: str
    order: Order
    done: Floats
    running: Floats
    start: Floats
    back: Floats
    in_part: bool
    loss: float

    @property
    def last_day(self) -> float:
        """Day on which the last node runs."""
        return float(self.running.max(initial=0.0))

    def stopped(self, begin: float, strike: Floats, steps: int, step_days: float) -> Floats:
        """Return which part of its blow each node still has, mean of each step, shape (steps, k).

        Parameters
        ----------
        begin : float [day]
            Day of the run on which crews begin.
        strike : ndarray, shape (k,) [day]
            Day of the run on which each node was hit.
        steps : int
            How many.
        step_days : float [day]
            Length of a step.
        """
        ends = np.arange(steps + 1)[:, None] * step_days
        if self.in_part:
            p = self.back - self.start
            t = np.clip(ends - begin - self.start, 0.0, p)
            # integral of 1 until the start, of 1 - t / p from then on
            whole = np.clip(np.minimum(ends, begin + self.start) - strike, 0.0, None)
            held = whole + t - t * t / (2.0 * np.maximum(p, np.finfo(np.float64).tiny))
        else:
            most = np.maximum(begin + self.back - strike, 0.0)
            held = np.minimum(np.clip(ends - strike, 0.0, None), most)
        return np.asarray(np.diff(held, axis=0) / step_days, dtype=np.float64)


def in_order(name: str, order: Order, case: RestartCase) -> Way:
    """Return the way in which each free crew takes the next node of an order.

    Parameters
    ----------
    name : str
        Of the way.
    order : tuple of int
        Places of the nodes.
    case : RestartCase
        Nodes, needs and crews.
    """
    done, running = case.loops.days(order, case.crews)
    return _way(name, order, case, done - case.loops.p, done, running)


def in_proportion(case: RestartCase) -> Way:
    r"""Return the way in which crews are shared over all nodes in proportion to their work.

    A node gets :math:`p_j / T` crews, at most one, all the time until
    :math:`T = \max(\sum p / m, \max p)`: the same crew-days as any order takes. If its capacity
    comes back evenly, all nodes have the same share of theirs and none waits for another:
    :math:`\sum v_j T / 2` is lost. If nodes run only when they are whole, all do on day T.

    Parameters
    ----------
    case : RestartCase
        Nodes, needs and crews.
    """
    p = case.loops.p
    T = max(float(p.sum()) / case.crews, float(p.max(initial=0.0)))
    done = np.where(p > 0.0, T, 0.0)  # what takes no work runs at once, as it does in any order
    name = "proportional" if case.in_part else "proportional_whole"
    running = _running(case.loops, done)
    if case.in_part:  # all have the same share: what is needed is there as far as its users are
        case = replace(case, hard=None)
    return _way(name, (), case, np.zeros(len(p)), done, running)


def without_limit(case: RestartCase) -> Way:
    """Return the way in which every node has a crew of its own at once: what no order beats.

    Parameters
    ----------
    case : RestartCase
        Nodes and needs.
    """
    p = case.loops.p
    return _way("all_at_once", (), case, np.zeros(len(p)), p, _running(case.loops, p))


def _running(loops: NeedLoops, done: Floats) -> Floats:
    """Return when each node runs, if each is restarted on a day of its own."""
    alone = replace(loops, p=done)
    return alone.days(np.arange(len(done)), max(1, len(done)))[1]


def _way(  # noqa: PLR0917
    name: str, order: Order, case: RestartCase, start: Floats, done: Floats, running: Floats
) -> Way:
    back, loops = done, case.loops
    if case.hard is not None:
        back = _running(case.hard, done)
        waits = np.isin(np.arange(len(done)), case.hard.needing)
        start = np.where(waits, back, start)  # nothing of it runs before what it needs
    way = Way(name, order, done, running, start, back, case.in_part, float(loops.v @ running))
    return replace(way, loss=_loss_in_part(way, loops)) if case.in_part else way


def _loss_in_part(way: Way, loops: NeedLoops) -> float:
    """Return the additive loss where a node makes what the least restored that it needs allows.

    Counted by day: of the means of a day over all that a node needs, the one with most lost.
    """
    days = max(1, ceil(way.last_day))
    left = way.stopped(0.0, np.zeros(len(loops.p)), days, 1.0)
    most = np.zeros((len(loops), days))
    np.maximum.at(most, loops.group, left.T)
    worst_needed(loops.starts, loops.inputs, most)
    return float(loops.worth @ most.sum(axis=1))


def losses_of(way: Way, stopped: Stopped, begin: float, steps: int, step_days: float) -> list[
    CapacityLoss
]:  # fmt: skip
    """Return what a way leaves of the blows on capacity, as the engines read it.

    One loss for all nodes that come back alike. Where there are more of these than steps, one for
    each span of steps over which nodes are down altogether, and one a step for the others: the
    same numbers in fewer pieces.

    Parameters
    ----------
    way : Way
        How nodes restart.
    stopped : Stopped
        The nodes.
    begin : float [day]
        Day of the run on which crews begin.
    steps : int
        How many.
    step_days : float [day]
        Length of a step.
    """
    left = way.stopped(begin, stopped.strike, steps, step_days)
    courses, kind = np.unique(left, axis=1, return_inverse=True)
    if courses.shape[1] <= steps:
        return [
            CapacityLoss(0, stopped.places[kind == k], stopped.share[kind == k], course)
            for k, course in enumerate(np.ascontiguousarray(courses.T))
            if course.any()
        ]
    whole = left == 1.0
    first = np.where(whole.any(axis=0), whole.argmax(axis=0), steps)
    spans, kind = np.unique(
        np.stack([first, first + whole.sum(axis=0)]), axis=1, return_inverse=True
    )
    found = []
    for k, (a, b) in enumerate(spans.T.tolist()):
        if b > a:
            held = np.zeros(steps)
            held[a:b] = 1.0
            mine = kind == k
            found.append(CapacityLoss(0, stopped.places[mine], stopped.share[mine], held))
    partly = np.where(whole, 0.0, left)
    for t in np.flatnonzero(partly.any(axis=1)):
        at = np.flatnonzero(partly[t])
        held = np.zeros(steps)
        held[t] = 1.0
        found.append(CapacityLoss(0, stopped.places[at], stopped.share[at] * partly[t, at], held))
    return found


def shock_of_way(
    shock: Shock, way: Way, stopped: Stopped, begin: float, *, step_days: float, firms: bool
) -> Shock:
    """Return a shock in which the blows on capacity and capital end as in a way.

    Blows are as large as the shock states them, before safeguards keep part of them off. What comes
    back in part does so in stairs, one for each step of the engine, with the mean of
    the step.

    Parameters
    ----------
    shock : Shock
        What happened; its other blows stay.
    way : Way
        How nodes restart.
    stopped : Stopped
        The nodes.
    begin : float [day]
        Day of the run on which crews begin.
    step_days : float [day]
        Length of a step of the engine.
    firms : bool
        Whether the nodes are firms.
    """
    blows = [blow for blow in shock.blows if blow.kind not in {"capacity", "capital"}]
    ends = begin + (way.start if way.in_part else way.back)
    steps = ceil((begin + float(way.back.max(initial=0.0))) / step_days) + 1
    left = way.stopped(begin, stopped.strike, steps, step_days) if way.in_part else None
    for k, code in enumerate(stopped.codes.tolist()):
        spans = [(1.0, float(ends[k]))]
        if left is not None:
            begun = int(ends[k] // step_days)
            stairs = [t for t in range(begun, steps) if 0.0 < left[t, k] < 1.0]
            spans += [(float(left[t, k]), (t + 1) * step_days) for t in stairs]
        # as stated: what safeguards keep off is taken off when the shock is resolved
        strike, share = float(stopped.strike[k]), float(stopped.stated[k])
        blows += [
            Blow(
                "capacity",
                firms=(code,) if firms else (),
                nodes=() if firms else (code,),
                share=share * level,
                start_day=strike,
                days=until - strike,
            )
            for level, until in spans
            if until > strike
        ]
    name = f"{shock.name_en or 'Shock'}, restarted: {way.name}"
    return Shock(tuple(blows), name, shock.name_zh, shock.source)
