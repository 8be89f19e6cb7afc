"""In which order to restart what stands still, so that the least is lost until all runs again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapreplace
from itertools import pairwise, permutations

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.restarting.closed_sets import closed_set_order, closure_of

__all__ = ["RestartOrder", "restart_loss", "restart_order"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Order = tuple[int, ...]

EXACT_ONE_CREW, EXACT_CREWS = 20, 8
"""Numbers of nodes up to which all orders are covered: for one crew, and for several."""

SWAP_ROUNDS = 50
"""Rounds of exchanges after which the search stops, if it has not stopped by itself."""

NEAR = 12
"""How far a node is moved in one exchange, in places of the order."""


@dataclass(frozen=True, eq=False)
class RestartOrder:
    """An order in which to restart ``n`` nodes.

    Parameters
    ----------
    order : tuple of int
        Places of the nodes, the first to restart first.
    loss : float
        Value lost until all run: sum of value a day times the day on which each runs.
    done, running : ndarray, shape (n,) [day]
        When each node is restarted, and when it and all that it needs is.
    bound : float
        No order loses less than this.
    exact : bool
        Whether no order loses less than this one.
    """

    order: Order
    loss: float
    done: Floats
    running: Floats
    bound: float
    exact: bool


def restart_order(
    days: npt.ArrayLike,
    values: npt.ArrayLike,
    needs: Iterable[tuple[int, int]] = (),
    *,
    crews: int = 1,
) -> RestartOrder:
    r"""Return the order in which to restart nodes, and when each runs.

    Restarting node j keeps one of m crews busy for :math:`p_j` days, without pause; each crew that
    is free takes the next node of the order. A node *runs* from
    :math:`R_j = \max(C_j, R_i \text{ of all it needs})`, with :math:`C_j` the day it is restarted.
    The order is that of least :math:`\sum_j v_j R_j`.

    For one crew and up to 20 nodes the least is found by dynamic programming over the sets closed
    under what they need, :math:`f(S) = \min_{j} f(S \setminus j) + v_j \sum_{i \in S} p_i`; for
    several crews and up to 8 nodes by trying all orders. Beyond that the densest closed set goes
    first (Sidney 1975), then nodes are exchanged as long as that helps; `bound` says how far that
    can be from the least. The loss is additive: stock and second sources are not in it.

    Parameters
    ----------
    days : array_like, shape (n,) [day]
        What restarting each takes of a crew; may be 0.
    values : array_like, shape (n,) [money a day]
        What is lost each day until the node runs; may be 0.
    needs : iterable of (int, int)
        Pairs (j, i): node j runs only when node i does.
    crews : int
        How many nodes can be restarted at once.

    Raises
    ------
    ParameterError
        If a number is negative or none, the lengths differ, or a pair names no node.

    References
    ----------
    Sidney, J. B. (1975), Decomposition algorithms for single-machine sequencing with precedence
    relations and deferral costs, Operations Research 23(2), 283-298.

    Examples
    --------
    >>> names = "MSPTK"
    >>> found = restart_order(
    ...     [3, 2, 4, 1, 2], [0, 10, 6, 30, 8], [(1, 0), (4, 0), (3, 1), (3, 2)]
    ... )
    >>> "".join(names[j] for j in found.order), found.loss, found.exact
    ('MSPTK', 500.0, True)
    """
    p, v = _checked("days", days), _checked("values", values)
    n = len(p)
    if len(v) != n:
        raise ParameterError("values", "a restart", f"one number a node, {n} of them", len(v))
    if isinstance(crews, bool) or not isinstance(crews, int) or crews < 1:
        raise ParameterError("crews", "a restart", "a whole number of 1 or more", crews)
    below = closure_of(n, needs)
    blocks, greedy = closed_set_order(p, v, below)
    bound = _bound(p, v, below, blocks, crews)
    exact = n <= (EXACT_ONE_CREW if crews == 1 else EXACT_CREWS)
    if not exact:
        order = _exchanged(greedy, p, v, below, crews)
    elif crews == 1:
        order = _by_sets(p, v, below)
    else:
        order = min(permutations(range(n)), key=lambda o: (_loss(o, p, v, below, crews), o))
    done, running = _days(order, p, below, crews)
    loss = float(v @ running)
    return RestartOrder(order, loss, done, running, loss if exact else min(bound, loss), exact)


def restart_loss(
    order: Sequence[int],
    days: npt.ArrayLike,
    values: npt.ArrayLike,
    needs: Iterable[tuple[int, int]] = (),
    *,
    crews: int = 1,
) -> float:
    """Return what is lost if nodes are restarted in a given order.

    Parameters
    ----------
    order : sequence of int
        Places of all nodes, each once.
    days, values, needs, crews
        As for `restart_order`.

    Raises
    ------
    ParameterError
        If the order does not name each node once.

    Examples
    --------
    >>> case = ([3, 2, 4, 1, 2], [0, 10, 6, 30, 8], [(1, 0), (4, 0), (3, 1), (3, 2)])
    >>> restart_loss([3, 1, 4, 2, 0], *case)
    630.0
    """
    p, v = _checked("days", days), _checked("values", values)
    if sorted(order) != list(range(len(p))):
        raise ParameterError("order", "a restart", f"each of 0 to {len(p) - 1} once", list(order))
    return _loss(tuple(order), p, v, closure_of(len(p), needs), crews)


def _checked(name: str, given: npt.ArrayLike) -> Floats:
    found = np.asarray(given, dtype=np.float64)
    if found.ndim != 1 or not (np.isfinite(found) & (found >= 0.0)).all():
        raise ParameterError(name, "a restart", "numbers of 0 or more, one a node", given)
    return found


def _days(order: Order, p: Floats, below: Flags, crews: int) -> tuple[Floats, Floats]:
    """Return when each node is restarted, and when it runs."""
    done = np.zeros(len(p))
    places = np.array(order, dtype=np.intp)
    if crews == 1:
        done[places] = np.cumsum(p[places])
    else:
        free = [0.0] * crews
        for j, work in zip(order, p[places].tolist(), strict=True):
            done[j] = heapreplace(free, free[0] + work) + work
    running = np.where(below, done[None, :], 0.0).max(axis=1, initial=0.0)
    return done, running


def _loss(order: Order, p: Floats, v: Floats, below: Flags, crews: int) -> float:
    return float(v @ _days(order, p, below, crews)[1])


def _by_sets(p: Floats, v: Floats, below: Flags) -> Order:
    """Return the best order for one crew, by dynamic programming over closed sets.

    Nodes that need each other run together, so they are one node here.
    """
    together = _together(below)
    size = len(together)
    time = np.array([p[g].sum() for g in together])
    worth = np.array([v[g].sum() for g in together])
    masks = np.arange(1 << size)
    need = [_mask(below[g[0]], together) & ~(1 << k) for k, g in enumerate(together)]
    total = np.zeros(1 << size)
    for k in range(size):
        total[1 << k : 1 << (k + 1)] = total[: 1 << k] + time[k]
    best = np.full(1 << size, np.inf)
    best[0] = 0.0
    last = np.full(1 << size, -1, dtype=np.int8)
    layers = np.bitwise_count(masks)
    by_layer = np.argsort(layers, kind="stable")
    ends = np.searchsorted(layers[by_layer], np.arange(size + 2))
    for k in range(1, size + 1):
        held = by_layer[ends[k] : ends[k + 1]]
        for j in range(size):
            last_j = held[(held >> j & 1 == 1) & (held & need[j] == need[j])]
            loss = best[last_j ^ (1 << j)] + worth[j] * total[last_j]
            better = loss < best[last_j]
            best[last_j[better]] = loss[better]
            last[last_j[better]] = j
    order: list[int] = []
    mask = (1 << size) - 1
    while mask:
        j = int(last[mask])
        order[:0] = together[j]
        mask ^= 1 << j
    return tuple(order)


def _together(below: Flags) -> list[list[int]]:
    """Return the nodes in groups that need each other."""
    if not len(below):
        return []
    mutual = below & below.T
    firsts = mutual.argmax(axis=1)
    return [np.flatnonzero(firsts == f).tolist() for f in np.unique(firsts)]


def _mask(flags: Flags, together: list[list[int]]) -> int:
    return sum(1 << k for k, group in enumerate(together) if flags[group[0]])


def _exchanged(order: Order, p: Floats, v: Floats, below: Flags, crews: int) -> Order:
    """Return an order that no exchange of two near nodes, and no shift of one, makes better."""
    valued = v > 0.0
    v, below = v[valued], below[valued]
    best, least = order, _loss(order, p, v, below, crews)
    n = len(order)
    for _ in range(SWAP_ROUNDS):
        before = least
        for i in range(n):
            for j in range(max(0, i - NEAR), min(n, i + NEAR + 1)):
                if i == j:
                    continue
                shifted = list(best)
                shifted.insert(j, shifted.pop(i))
                swapped = list(best)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                for tried in (tuple(shifted), tuple(swapped)) if i < j else (tuple(shifted),):
                    loss = _loss(tried, p, v, below, crews)
                    if loss < least * (1.0 - 1e-12):
                        best, least = tried, loss
        if least == before:
            break
    return best


def _bound(
    p: Floats, v: Floats, below: Flags, blocks: Sequence[Sequence[int]], crews: int
) -> float:
    r"""Return what every order loses at least.

    The larger of two bounds. By work: no node runs before all work that it needs is shared out
    among the crews, nor before the longest piece of it. By slots of time: in
    :math:`\int (V - g(ms)) ds`, g(B) the most value of a closed set, in parts, of B days of
    work; g is concave and bends where a densest closed set (block) is complete.
    """
    alone = v @ np.maximum(
        below @ p / crews, np.where(below, p[None, :], 0.0).max(axis=1, initial=0)
    )
    works = np.array([p[list(b)].sum() for b in blocks])
    worth = np.array([v[list(b)].sum() for b in blocks])
    left = np.concatenate([[worth.sum()], worth.sum() - np.cumsum(worth)])
    slots = sum(w * (a + b) / 2.0 for w, (a, b) in zip(works, pairwise(left), strict=True))
    return max(float(alone), float(slots) / crews)
