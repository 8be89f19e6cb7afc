"""The greedy plans of repair: step by step what avoids most, a unit of cost or at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.plan.repairs.repair_timing import NEVER

__all__ = ["GreedyPlan", "Room", "best_single", "greedy_plan", "stingy_plan", "submodularity"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Worth = Callable[[Sequence[Ints]], Floats]
"""Losses, ``(P,)``, of plans given by their start years: many at once, so that runs share a
batch."""

SAME = 1e-9
"""Relative difference below which two losses count as the same."""


@dataclass(frozen=True, eq=False)
class Room:
    """What a plan may still take in, and whether it is one.

    Parameters
    ----------
    always : (ndarray, ndarray)
        Rows over the ``I * Y`` starts, and limits, that hold at each step on the way: the budget,
        what excludes what, what needs what, caps.
    at_end : (ndarray, ndarray)
        Rows that a finished plan keeps: what is locked, least shares, home suppliers.
    years : int
        Length of the horizon.
    """

    always: tuple[Floats, Floats]
    at_end: tuple[Floats, Floats]
    years: int

    def has(self, start: Ints) -> bool:
        """Return whether a plan keeps the rows that hold at each step.

        Parameters
        ----------
        start : ndarray of int
            ``(I,)`` start years, -1 where a measure is not taken.
        """
        return self._kept(self.always, start)

    def done(self, start: Ints) -> bool:
        """Return whether a plan keeps all rows.

        Parameters
        ----------
        start : ndarray of int
            As for `has`.
        """
        return self._kept(self.always, start) and self._kept(self.at_end, start)

    def with_(self, start: Ints, i: int) -> Ints | None:
        """Return a plan with one measure more, in the first year with room for it, or None.

        Parameters
        ----------
        start : ndarray of int
            As for `has`.
        i : int
            The measure.
        """
        for year in range(self.years):
            more = start.copy()
            more[i] = year
            if self.has(more):
                return more
        return None

    def _kept(self, rows: tuple[Floats, Floats], start: Ints) -> bool:
        weight, limit = rows
        x = (start[:, None] == np.arange(self.years)[None, :]).ravel()
        most = np.abs(weight) @ x + np.abs(limit)
        return bool((weight @ x <= limit + SAME * np.maximum(1.0, most)).all())


@dataclass(frozen=True, eq=False)
class GreedyPlan:
    """A plan found step by step.

    Parameters
    ----------
    start : ndarray of int
        ``(I,)`` start years, -1 where a measure is not taken.
    order : tuple of int
        Measures in the order in which they were taken, or taken out.
    loss : float
        What it loses.
    kept : bool
        Whether it keeps all rules; one that grows may meet least shares and the like too late.
    asked : int
        Plans that were priced on the way.
    grew : int
        Gains that were larger when priced again: where there are any, lazy evaluation may have
        passed over a better step, and no guarantee holds.
    """

    start: Ints
    order: tuple[int, ...]
    loss: float
    kept: bool
    asked: int
    grew: int


def greedy_plan(
    worth: Worth,
    value: Floats,
    room: Room,
    names: Sequence[str],
    *,
    by: Literal["ratio", "gain"] = "ratio",
    locked: Sequence[int] = (),
    width: int = 8,
) -> GreedyPlan:
    """Return the plan that takes, at each step, what avoids most of what there is room for.

    Old gains are kept and only the best `width` of them priced again, until what is best was
    priced at this step (lazy evaluation): right if gains never grow as the plan does. Before it
    ends everything that there is room for is priced once more.

    Parameters
    ----------
    worth : callable
        Prices plans.
    value : ndarray
        ``(I, Y)`` present value of a start of each measure in each year.
    room : Room
        What there is room for.
    names : sequence of str
        Names of the measures: ties go to the cheaper, then to the first by name.
    by : str
        ``"ratio"``: loss avoided for each unit of cost; ``"gain"``: loss avoided.
    locked : sequence of int
        Measures that are taken first.
    width : int
        How many gains are priced at once.

    References
    ----------
    Minoux 1978, in Optimization Techniques, LNCIS 7, 234-243 (lazy evaluation).
    """
    start = np.full(len(names), NEVER, dtype=np.int64)
    order: list[int] = []
    for more, first in _with_needs_first(locked, start, room):
        start = more
        order.append(first)
    loss = float(worth([start])[0])
    asked, grew = 1, 0
    last = np.full(len(names), np.inf)
    while True:
        open_ = _open(start, room)
        fresh: set[int] = set()
        gain = {i: float(last[i]) for i in open_}
        price = {i: float(value[i, more[i]]) for i, more in open_.items()}
        best: int | None = None
        while open_:
            ranked = sorted(
                open_,
                key=lambda i: (-_rate(gain[i], price[i], by), price[i], names[i]),
            )
            if ranked[0] in fresh and gain[ranked[0]] > SAME * max(1.0, abs(loss)):
                best = ranked[0]
                break
            stale = [i for i in ranked if i not in fresh][:width]
            if not stale:
                break
            priced = worth([open_[i] for i in stale])
            asked += len(stale)
            for i, found in zip(stale, priced.tolist(), strict=True):
                few = SAME * max(1.0, abs(loss))
                grew += bool(loss - found > last[i] + few)
                gain[i] = last[i] = loss - found
                fresh.add(i)
        if best is None:
            break
        start, loss = open_[best], loss - gain[best]
        order.append(best)
    loss = float(worth([start])[0])
    return GreedyPlan(start, tuple(order), loss, room.done(start), asked, grew)


def best_single(worth: Worth, value: Floats, room: Room, names: Sequence[str]) -> GreedyPlan:
    """Return the best plan of one measure, or of none.

    Parameters
    ----------
    worth, value, room, names
        As for `greedy_plan`.
    """
    nothing = np.full(len(names), NEVER, dtype=np.int64)
    alone = [more for i in range(len(names)) if (more := room.with_(nothing, i)) is not None]
    plans = [nothing, *alone]
    losses = worth(plans)
    kept = [room.done(plan) for plan in plans]
    ranked = sorted(
        range(len(plans)),
        key=lambda n: (
            not kept[n],
            losses[n],
            value[plans[n] >= 0, plans[n][plans[n] >= 0]].sum(),
            [names[i] for i in np.flatnonzero(plans[n] >= 0).tolist()],
        ),
    )
    first = plans[ranked[0]]
    order = tuple(int(i) for i in np.flatnonzero(first >= 0))
    return GreedyPlan(first, order, float(losses[ranked[0]]), kept[ranked[0]], len(plans), 0)


def stingy_plan(
    worth: Worth,
    value: Floats,
    room: Room,
    names: Sequence[str],
    start: Ints,
    *,
    locked: Sequence[int] = (),
) -> GreedyPlan:
    """Return the plan that is left when steps are taken out until the rest keeps all rules.

    Each time that step goes whose loss is least for the cost that it frees. Sees complements, of
    which no single measure tells; prices every plan on the way, so it is for few measures.

    Parameters
    ----------
    worth, value, room, names
        As for `greedy_plan`.
    start : ndarray of int
        ``(I,)`` start years of the plan to begin with.
    locked : sequence of int
        Measures that stay.
    """
    held = start.copy()
    order: list[int] = []
    loss, asked = float(worth([held])[0]), 1
    while not room.done(held):
        able = [i for i in np.flatnonzero(held >= 0).tolist() if i not in locked]
        if not able:
            break
        without = []
        for i in able:
            less = held.copy()
            less[i] = NEVER
            without.append(less)
        losses = worth(without).tolist()
        asked += len(able)
        price = [float(value[i, held[i]]) for i in able]
        rate = [
            (max(more - loss, 0.0) / c if c > 0.0 else np.inf, -c, names[i], n)
            for n, (i, more, c) in enumerate(zip(able, losses, price, strict=True))
        ]
        least = min(rate)[-1]
        held, loss = without[least], losses[least]
        order.append(able[least])
    return GreedyPlan(held, tuple(order), loss, room.done(held), asked, 0)


def submodularity(
    loss: Callable[[frozenset[int]], float], measures: int, *, most: int = 2000, seed: int = 0
) -> tuple[int, int]:
    """Return how many pair tests fail, and how many were made.

    A test takes two measures and a set of others: the second must not avoid more loss once the
    first is taken. All tests are made where there are `most` at most, else so many drawn ones.

    Parameters
    ----------
    loss : callable
        Loss of a set of measures.
    measures : int
        How many there are.
    most : int
        Tests at most.
    seed : int
        Seed of the drawing.

    Examples
    --------
    >>> submodularity(lambda taken: 10.0 - 5.0 * (len(taken) == 2), 2)
    (1, 1)
    """
    pairs = list(combinations(range(measures), 2))
    if len(pairs) * 2.0 ** (measures - 2) <= most:
        tests = [(i, j, bits) for i, j in pairs for bits in range(2 ** (measures - 2))]
    else:
        rng = np.random.default_rng(seed)
        drawn = rng.integers(0, len(pairs), most).tolist()
        # sets of every size are drawn alike, not nearly all of half of the measures
        rates = rng.random(most)[:, None] > rng.random((most, measures - 2))
        tests = [
            (*pairs[p], sum(1 << int(k) for k in np.flatnonzero(row)))
            for p, row in zip(drawn, rates, strict=True)
        ]
    failed = 0
    for i, j, bits in tests:
        others = [m for m in range(measures) if m not in {i, j}]
        held = frozenset(m for k, m in enumerate(others) if bits >> k & 1)
        alone = loss(held) - loss(held | {j})
        after = loss(held | {i}) - loss(held | {i, j})
        failed += after > alone + SAME * max(1.0, abs(alone))
    return failed, len(tests)


def _open(start: Ints, room: Room) -> dict[int, Ints]:
    """Return the plans of one measure more that there is room for."""
    found = {}
    for i in np.flatnonzero(start == NEVER).tolist():
        more = room.with_(start, i)
        if more is not None:
            found[i] = more
    return found


def _rate(gain: float, value: float, by: Literal["ratio", "gain"]) -> float:
    if by == "gain" or gain <= 0.0 or np.isinf(gain):
        return gain
    return gain / value if value > 0.0 else np.inf


def _with_needs_first(locked: Sequence[int], start: Ints, room: Room) -> list[tuple[Ints, int]]:
    """Return plans that take in the locked measures one by one, each after what it needs."""
    steps: list[tuple[Ints, int]] = []
    left = list(locked)
    while left:
        for i in left:
            more = room.with_(start, i)
            if more is not None:
                start = more
                steps.append((start, i))
                left.remove(i)
                break
        else:  # what is left needs a measure that is not locked: the programme finds it
            break
    return steps
