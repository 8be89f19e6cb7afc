"""Sets of groups closed under what they need, the densest first (Sidney's decomposition)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.plan.restarting.need_loops import NeedLoops
from chainwright.plan.restarting.restart_kernels import reach_sums

__all__ = ["ClosedSets", "closed_sets", "needs_first"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

AGREE = 1e-9
"""Relative difference below which two densities are one."""

SMALL = 250
"""Groups of a set up to which the order inside is looked at anew after each step."""


@dataclass(frozen=True, eq=False)
class ClosedSets:
    """The densest closed sets one after another.

    Parameters
    ----------
    sets : tuple of ndarray of int64
        Groups of each, rising.
    work, worth : ndarray, shape (k,) [day], [money / day]
        Of each set; ``worth / work`` never rises along the sets.
    """

    sets: tuple[Ints, ...]
    work: Floats
    worth: Floats


def closed_sets(loops: NeedLoops) -> ClosedSets:
    r"""Return the groups in sets: each the densest closed set of what those before it leave.

    A set of connected groups is cut in two by the closed set with the largest
    :math:`\sum (v - \lambda p)`, :math:`\lambda` the density of all of it; the parts again, until
    no closed set is above 0. The largest is a maximum closure, whose linear programme has whole
    solutions. Sets that are not connected are only put in order of density.

    Parameters
    ----------
    loops : NeedLoops
        Groups, their work and value, and what they need.

    References
    ----------
    Sidney, J. B. (1975), Decomposition algorithms for single-machine sequencing with precedence
    relations and deferral costs, Operations Research 23(2), 283-298.

    Examples
    --------
    >>> p, v = np.array([3.0, 2, 4, 1, 2]), np.array([0.0, 10, 6, 30, 8])
    >>> found = closed_sets(NeedLoops.of(p, v, [(1, 0), (4, 0), (3, 1), (3, 2)]))
    >>> (found.worth / found.work).tolist()
    [4.6, 4.0]
    """
    whole: list[Ints] = []
    left = _connected(loops, np.arange(len(loops), dtype=np.int64))
    while left:
        part = left.pop()
        first = _better(loops, part) if len(part) > 1 else None
        if first is None:
            whole.append(part)
        else:
            left += _connected(loops, part[~first]) + _connected(loops, part[first])
    work = np.array([loops.work[s].sum() for s in whole])
    worth = np.array([loops.worth[s].sum() for s in whole])
    density = np.divide(worth, work, out=np.full(len(whole), np.inf), where=work > 0.0)
    by_density = np.argsort(-density, kind="stable")
    return ClosedSets(tuple(whole[k] for k in by_density), work[by_density], worth[by_density])


def _inside(loops: NeedLoops, part: Ints) -> tuple[Ints, Ints]:
    """Return users and inputs of needs inside a part, as places in it."""
    place = np.full(len(loops), -1, np.int64)
    place[part] = np.arange(len(part))
    if len(part) < len(loops) // 8:  # only the needs of the part are looked at
        sizes = loops.starts[part + 1] - loops.starts[part]
        begins = np.cumsum(sizes) - sizes
        at = np.arange(int(sizes.sum())) + np.repeat(loops.starts[part] - begins, sizes)
    else:
        at = np.arange(len(loops.inputs))
    users, inputs = place[loops.users[at]], place[loops.inputs[at]]
    kept = (users >= 0) & (inputs >= 0)
    return users[kept], inputs[kept]


def _connected(loops: NeedLoops, part: Ints) -> list[Ints]:
    """Return the parts of a part that no need connects."""
    if len(part) <= 1:
        return [part] if len(part) else []
    users, inputs = _inside(loops, part)
    links = csr_array((np.ones(len(users)), (users, inputs)), shape=(len(part), len(part)))
    size, label = connected_components(links, directed=False)
    by_label = np.argsort(label, kind="stable")
    cuts = np.searchsorted(label[by_label], np.arange(1, size))
    return [part[places] for places in np.split(by_label, cuts)]


def _better(loops: NeedLoops, part: Ints) -> Flags | None:
    """Return the closed set that is densest in the sense of the cut, if one beats the whole."""
    work, worth = loops.work[part], loops.worth[part]
    if work.sum() <= 0.0 or worth.sum() <= 0.0:
        return None
    users, inputs = _inside(loops, part)
    rows, ones = np.arange(len(users)), np.ones(len(users))
    matrix = csc_array(
        (
            np.concatenate([ones, -ones]),
            (np.concatenate([rows, rows]), np.concatenate([users, inputs])),
        ),
        shape=(len(rows), len(part)),
    )
    gain = worth - worth.sum() / work.sum() * work
    scale = float(np.abs(gain).max()) or 1.0
    solver = LinearSolver(presolve=len(part) > SMALL)
    none, all_of_it = np.zeros(len(part)), np.ones(len(part))
    solver.load(
        Programme(
            -gain / scale, none, all_of_it, matrix, np.full(len(rows), -np.inf), np.zeros(len(rows))
        )
    )
    solver.solve()
    chosen: Flags = np.asarray(solver.values() > 0.5, dtype=np.bool_)
    if not chosen.any() or chosen.all() or gain[chosen].sum() <= AGREE * worth.sum():
        return None
    return chosen


def needs_first(loops: NeedLoops, found: ClosedSets) -> Ints:
    """Return all nodes, set by set; inside a set the densest group and what it needs go first.

    Parameters
    ----------
    loops : NeedLoops
        Groups and what they need.
    found : ClosedSets
        The sets, the densest first.
    """
    order: list[int] = []
    for part in found.sets:
        order += part.tolist() if len(part) == 1 else _inner_order(loops, part)
    members = loops.members()
    return np.array([j for g in order for j in members[g]], dtype=np.int64)


def _inner_order(loops: NeedLoops, part: Ints) -> list[int]:
    """Return the groups of a set: those whose needs give most value a day first, needs before."""
    users, inputs = _inside(loops, part)
    k = len(part)
    work, worth = loops.work[part], loops.worth[part]
    if k > SMALL:
        starts = np.searchsorted(users, np.arange(k + 1)).astype(np.int64)
        totals = np.empty((4, k))
        reach_sums(np.stack([work, worth, work, work]), starts, inputs, totals)
        dense = np.divide(totals[1], totals[0], out=np.full(k, np.inf), where=totals[0] > 0.0)
        return _as_needed(part, starts, inputs, np.argsort(-dense, kind="stable"))
    below = np.eye(k, dtype=np.bool_)
    below[users, inputs] = True
    for i in range(k):  # groups are numbered with their needs first: one pass closes it
        below[i] |= below[below[i]].any(axis=0)
    places = _densest_first(work, worth, below, np.ones(k, dtype=np.bool_))
    return [int(g) for g in part[places]]


def _densest_first(work: Floats, worth: Floats, below: Flags, chosen: Flags) -> list[int]:
    """Return places of groups: the one whose needs are densest, its needs in the same way."""
    order: list[int] = []
    left = chosen.copy()
    while left.any():
        places = np.flatnonzero(left)
        own = below[places] & left
        days, value = own @ work, own @ worth
        dense = np.divide(value, days, out=np.full(len(places), np.inf), where=days > 0.0)
        top = int(np.argmax(dense))
        last = places[top]
        needed = own[top].copy()
        needed[last] = False
        order += [*_densest_first(work, worth, below, needed), int(last)]
        left &= ~own[top]
    return order


def _as_needed(part: Ints, starts: Ints, inputs: Ints, wanted: Ints) -> list[int]:
    """Return groups in the order in which they are wanted, each after what it needs."""
    there = np.zeros(len(part), dtype=np.bool_)
    order: list[int] = []
    for first in wanted.tolist():
        stack = [first]
        while stack:
            g = stack[-1]
            open_ = [] if there[g] else inputs[starts[g] : starts[g + 1]].tolist()
            more = [i for i in open_ if not there[i]]
            if more:
                stack += more
                continue
            stack.pop()
            if not there[g]:
                there[g] = True
                order.append(int(part[g]))
    return order
