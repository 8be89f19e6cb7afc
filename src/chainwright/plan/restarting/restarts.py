"""In which order to restart what stands still, so that the least is lost until all runs again."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.restarting.closed_sets import ClosedSets, closed_sets, needs_first
from chainwright.plan.restarting.need_loops import NeedLoops, Pairs
from chainwright.plan.restarting.restart_kernels import exchange, losses_of_orders, reach_sums

__all__ = ["RestartOrder", "restart_loss", "restart_order"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Order = tuple[int, ...]

EXACT_ONE_CREW, EXACT_CREWS = 20, 8
"""Groups of nodes up to which all orders are covered for one crew, and nodes for several."""

STEPS = 300_000_000
"""About how many nodes and needs are looked at in exchanges, over all orders that are tried."""

REACHED = 20_000
"""Groups up to which all that each needs is summed for the bound; beyond, its own work alone."""

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
    bound_in_part : float
        Nothing that the crews can do loses less, even if a node that is restarted in part gives
        that part of its value, as far as what it needs is there.
    """

    order: Order
    loss: float
    done: Floats
    running: Floats
    bound: float
    exact: bool
    bound_in_part: float


def restart_order(
    days: npt.ArrayLike,
    values: npt.ArrayLike,
    needs: Pairs = (),
    *,
    crews: int = 1,
) -> RestartOrder:
    r"""Return the order in which to restart nodes, and when each runs.

    Restarting node j keeps one of m crews busy for :math:`p_j` days, without pause; each crew that
    is free takes the next node of the order. A node *runs* from
    :math:`R_j = \max(C_j, R_i \text{ of all it needs})`, with :math:`C_j` the day it is restarted.
    The order is that of least :math:`\sum_j v_j R_j`.

    For one crew and up to 20 nodes (those that need each other count as one) the least is found
    by dynamic programming over the sets closed under what they need,
    :math:`f(S) = \min_{j} f(S \setminus j) + v_j \sum_{i \in S} p_i`; for several crews and up to
    8 nodes by trying all orders. Beyond that the densest closed set goes first (Sidney 1975),
    then nodes are exchanged as long as that helps; `bound` says how far that can be from the
    least. The loss is additive: stock and second sources are not in it.

    Parameters
    ----------
    days : array_like, shape (n,) [day]
        What restarting each takes of a crew; may be 0.
    values : array_like, shape (n,) [money a day]
        What is lost each day until the node runs; may be 0.
    needs : iterable of (int, int), or ndarray, shape (e, 2)
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
    Eastman, W. L., Even, S., Isaacs, I. M. (1964), Bounds for the optimal scheduling of n jobs on
    m processors, Management Science 11(2), 268-279.

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
    loops = NeedLoops.of(p, v, needs)
    sets = closed_sets(loops)
    bound, in_part = _bounds(loops, sets, crews)
    exact = len(loops) <= EXACT_ONE_CREW if crews == 1 else n <= EXACT_CREWS
    if not exact:
        order = _exchanged(needs_first(loops, sets), loops, crews)
    elif crews == 1:
        order = _by_sets(loops)
    else:
        order = _of_all(loops, crews)
    done, running = loops.days(order, crews)
    loss = float(v @ running)
    bound = loss if exact else min(bound, loss)
    return RestartOrder(order, loss, done, running, bound, exact, min(in_part, loss))


def restart_loss(
    order: Sequence[int],
    days: npt.ArrayLike,
    values: npt.ArrayLike,
    needs: Pairs = (),
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
    return float(v @ NeedLoops.of(p, v, needs).days(order, crews)[1])


def _checked(name: str, given: npt.ArrayLike) -> Floats:
    found = np.asarray(given, dtype=np.float64)
    if found.ndim != 1 or not (np.isfinite(found) & (found >= 0.0)).all():
        raise ParameterError(name, "a restart", "numbers of 0 or more, one a node", given)
    return found


def _of_all(loops: NeedLoops, crews: int) -> Order:
    """Return the best of all orders; of equal ones the first."""
    orders = np.array(list(permutations(range(len(loops.p)))), dtype=np.int64)
    losses = np.empty(len(orders))
    at_once = max(1, min(crews, len(loops.p)))
    losses_of_orders(
        orders, loops.p, loops.worth, at_once, loops.group, loops.starts, loops.inputs, losses
    )
    return tuple(orders[int(np.argmin(losses))].tolist())


def _by_sets(loops: NeedLoops) -> Order:
    """Return the best order for one crew, by dynamic programming over closed sets.

    Nodes that need each other run together, so they are one node here.
    """
    size, time, worth = len(loops), loops.work, loops.worth
    masks = np.arange(1 << size)
    need = [mask & ~(1 << k) for k, mask in enumerate(loops.masks)]
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
    members = loops.members()
    order: list[int] = []
    mask = (1 << size) - 1
    while mask:
        j = int(last[mask])
        order[:0] = members[j]
        mask ^= 1 << j
    return tuple(order)


def _exchanged(order: Ints, loops: NeedLoops, crews: int) -> Order:
    """Return an order that no exchange of two near nodes, and no shift of one, makes better.

    For thousands of nodes the search ends before that, by its own count of steps.
    """
    mended, out = order.copy(), np.empty(2)
    at_once = min(crews, len(order))
    # a crew sinks through a heap: that many looks more a node
    looks = len(order) * (1 + at_once.bit_length()) + len(loops) + len(loops.inputs)
    most = max(1, STEPS // looks)
    exchange(
        mended, loops.p, loops.worth, at_once, loops.group, loops.starts, loops.inputs,
        NEAR, most, out,
    )  # fmt: skip
    return tuple(mended.tolist())


def _bounds(loops: NeedLoops, found: ClosedSets, crews: int) -> tuple[float, float]:
    r"""Return what every order loses at least, and what anything does where parts count.

    Both are the larger of two. By slots of time: :math:`B = \int (V - g(ms)) ds`, g(B) the most
    value of a closed set, in parts, of B days of work; g is concave and bends where a densest
    closed set is complete. Where only what is whole counts, the half of the shortest piece of work
    :math:`q_j` of all that j needs is lost besides: what is restarted last comes back in part over
    at least so long, so :math:`B + \sum_j v_j q_j / 2` (the bound of Eastman, Even and Isaacs 1964
    where nothing needs another). By work: no node runs before all work that it needs is shared out
    among the crews, nor before the longest piece of it; half of that where parts count.
    """
    least = np.full(len(loops), np.inf)
    np.minimum.at(least, loops.group, loops.p)
    amounts = np.stack([loops.work, loops.worth, loops.longest, least])
    reached = amounts.copy()
    if len(loops) <= REACHED:
        reach_sums(amounts, loops.starts, loops.inputs, reached)
    else:
        reached[3] = 0.0
    alone = float(loops.worth @ np.maximum(reached[0] / crews, reached[2]))
    left = np.concatenate([[found.worth.sum()], found.worth.sum() - np.cumsum(found.worth)])
    slots = sum(w * (a + b) / 2.0 for w, (a, b) in zip(found.work, pairwise(left), strict=True))
    slots = float(slots) / crews
    return max(alone, slots + float(loops.worth @ reached[3]) / 2.0), max(alone / 2.0, slots)
