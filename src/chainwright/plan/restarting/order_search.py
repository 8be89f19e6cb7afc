"""The order that loses least in the engine: of all orders, or by exchanges within so many runs."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from chainwright.plan.restarting.restart_engines import RestartEngine
from chainwright.plan.restarting.restart_ways import RestartCase, Way, in_order

__all__ = ["ALL_ORDERS", "SEARCHED", "Searched", "best_in_engine"]

Floats = npt.NDArray[np.float64]
Order = tuple[int, ...]

ALL_ORDERS = 8
"""Nodes up to which all orders are run, if the runs suffice."""

SEARCHED = 60
"""Nodes up to which exchanges are tried in the engine."""

EQUAL = 1e-9
"""Share by which a loss must be smaller to be smaller: rounding of a run."""

ROUND = 24
"""Exchanges that are run at once."""


@dataclass(frozen=True, eq=False)
class Searched:
    """What the search in the engine found.

    Parameters
    ----------
    way : Way
        The order that loses least of those that were run.
    runs : int
        Orders that were run.
    all_orders : bool
        Whether every order was, or one that restarts each node on the same days.
    """

    way: Way
    runs: int
    all_orders: bool


def best_in_engine(
    first: Way,
    others: list[Way],
    case: RestartCase,
    *,
    engine: RestartEngine,
    most: int,
    progress: Callable[[str], None] | None = None,
) -> Searched:
    """Return the order that loses least in the engine, of at most so many that are run.

    Of up to 8 nodes all orders are run if there are no more than `most` that differ in any day; of
    up to 60 nodes exchanges of two nodes are tried, the nearest first, as long as they help and
    runs are left. Of more, the orders to begin with are compared alone. An order must beat the
    first one by more than rounding to take its place.

    Parameters
    ----------
    first : Way
        The best order of the additive loss.
    others : list of Way
        Other orders to begin with.
    case : RestartCase
        Nodes, needs and crews.
    engine : RestartEngine
        Runs them.
    most : int
        Orders that are run at most; 0 for no search.
    progress : callable, optional
        Is told in words how far it is.
    """
    k = len(case.loops.p)
    if most < 1:
        return Searched(first, 0, all_orders=k <= 1)
    seen = {_days_of(first): first}
    every = k <= ALL_ORDERS and _add_all(seen, case, most)
    ways = list(seen.values()) if every else _unlike([first, *others])[:most]
    losses = _run(engine, ways, progress, 0)
    best, least = _least(ways, losses)
    runs = len(ways)
    if every:
        return Searched(best, runs, all_orders=True)
    tried = {_days_of(way) for way in ways}
    while runs < most and k <= SEARCHED:
        near = _exchanges(best, case, tried, min(ROUND, most - runs))
        if not near:
            break
        losses = _run(engine, near, progress, runs)
        runs += len(near)
        at = int(np.argmin(losses))
        if losses[at] < least - EQUAL * abs(least):
            best, least = near[at], float(losses[at])
    return Searched(best, runs, all_orders=False)


def _days_of(way: Way) -> bytes:
    """Return what the engine sees of an order: the days on which each node is restarted."""
    return np.round(np.concatenate([way.start, way.back]) if way.in_part else way.back, 9).tobytes()


def _unlike(ways: list[Way]) -> list[Way]:
    return list({_days_of(way): way for way in reversed(ways)}.values())[::-1]


def _add_all(seen: dict[bytes, Way], case: RestartCase, most: int) -> bool:
    """Put one way for each schedule that some order makes; False as soon as they are too many."""
    for order in permutations(range(len(case.loops.p))):
        way = in_order("this_order", order, case)
        seen.setdefault(_days_of(way), way)
        if len(seen) > most:
            return False
    return True


def _least(ways: list[Way], losses: Floats) -> tuple[Way, float]:
    """Return the way of least loss: the first, unless another is better by more than rounding."""
    at = int(np.argmin(losses))
    if losses[0] <= losses[at] + EQUAL * abs(float(losses[at])):
        at = 0
    return ways[at], float(losses[at])


def _exchanges(way: Way, case: RestartCase, tried: set[bytes], most: int) -> list[Way]:
    """Return orders in which two nodes are exchanged that were not tried yet, the nearest first."""
    k = len(way.order)
    pairs = ((i, i + gap) for gap in range(1, k) for i in range(k - gap))
    found = []
    for i, j in pairs:
        order = list(way.order)
        order[i], order[j] = order[j], order[i]
        other = in_order("this_order", tuple(order), case)
        if (key := _days_of(other)) in tried:
            continue
        tried.add(key)
        found.append(other)
        if len(found) == most:
            break
    return found


def _run(
    engine: RestartEngine, ways: list[Way], progress: Callable[[str], None] | None, before: int
) -> Floats:
    if progress is not None:
        progress(f"{before + len(ways)} orders in the engine")
    return engine.losses(ways)
