"""Kernels of restarting: when nodes run in an order, what orders lose, exchanges in an order."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = [
    "exchange",
    "last_needed",
    "losses_of_orders",
    "reach_sums",
    "settle",
    "sorted_groups",
    "worst_needed",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@jit
def settle(
    order: Ints,
    p: Floats,
    group: Ints,
    starts: Ints,
    inputs: Ints,
    free: Floats,
    done: Floats,
    runs: Floats,
) -> None:
    """Fill when each node is restarted and when each group runs.

    Parameters
    ----------
    order : ndarray, shape (n,)
        Nodes, the first to restart first.
    p : ndarray, shape (n,) [day]
        Work of each.
    group : ndarray, shape (n,)
        Group of each; groups are numbered so that what they need comes before them.
    starts, inputs : ndarray, shapes (G + 1,), (e,)
        Groups that each group needs directly.
    free : ndarray, shape (m,) [day]
        Room for a heap of when each crew is free.
    done, runs : ndarray, shapes (n,), (G,) [day]
        Filled.
    """
    m = len(free)
    for c in range(m):
        free[c] = 0.0
    for g in range(len(runs)):
        runs[g] = 0.0
    for k in range(len(order)):
        j = order[k]
        ends = free[0] + p[j]
        done[j] = ends
        at = 0
        while True:  # the crew sinks in the heap to where it belongs
            low = 2 * at + 1
            if low >= m:
                break
            if low + 1 < m and free[low + 1] < free[low]:
                low += 1
            if free[low] >= ends:
                break
            free[at] = free[low]
            at = low
        free[at] = ends
        runs[group[j]] = max(runs[group[j]], ends)
    for g in range(len(runs)):
        for e in range(starts[g], starts[g + 1]):
            runs[g] = max(runs[g], runs[inputs[e]])


@jit
def losses_of_orders(
    orders: Ints,
    p: Floats,
    worth: Floats,
    crews: int,
    group: Ints,
    starts: Ints,
    inputs: Ints,
    out: Floats,
) -> None:
    """Fill what each order loses: value a day times the day on which each group runs.

    Parameters
    ----------
    orders : ndarray, shape (k, n)
        One order a row.
    p : ndarray, shape (n,) [day]
        Work of each node.
    worth : ndarray, shape (G,) [money / day]
        Value of each group.
    crews : int
        How many nodes are restarted at once.
    group, starts, inputs : ndarray
        As for `settle`.
    out : ndarray, shape (k,) [money]
        Filled.
    """
    free, done, runs = np.empty(crews), np.empty(len(p)), np.empty(len(worth))
    for k in range(len(orders)):
        settle(orders[k], p, group, starts, inputs, free, done, runs)
        total = 0.0
        for g in range(len(worth)):
            total += worth[g] * runs[g]
        out[k] = total


@jit
def exchange(  # noqa: PLR0912 (one loop over kinds of exchange, compiled as a whole)
    order: Ints,
    p: Floats,
    worth: Floats,
    crews: int,
    group: Ints,
    starts: Ints,
    inputs: Ints,
    near: int,
    most: int,
    out: Floats,
) -> None:
    """Mend an order in place: shift a node by up to `near` places, or exchange two, where it helps.

    Parameters
    ----------
    order : ndarray, shape (n,)
        The order, which is changed.
    p, worth, crews, group, starts, inputs
        As for `losses_of_orders`.
    near : int
        How far a node is moved, in places.
    most : int
        How many orders are tried at most.
    out : ndarray, shape (2,)
        Filled: loss of the order, and how many orders were tried.
    """
    n = len(order)
    free, done, runs = np.empty(crews), np.empty(n), np.empty(len(worth))
    tried = order.copy()
    settle(order, p, group, starts, inputs, free, done, runs)
    least = 0.0
    for g in range(len(worth)):
        least += worth[g] * runs[g]
    count, before = 1, np.inf
    while least < before and count < most:
        before = least
        for i in range(n):
            for j in range(max(0, i - near), min(n, i + near + 1)):
                for kind in range(2):  # 0 shifts i to j, 1 exchanges the two
                    if i == j or (kind == 1 and i > j) or count >= most:
                        continue
                    low, high = min(i, j), max(i, j)
                    if kind == 1:
                        tried[i], tried[j] = order[j], order[i]
                    elif i < j:
                        for k in range(i, j):
                            tried[k] = order[k + 1]
                        tried[j] = order[i]
                    else:
                        for k in range(j, i):
                            tried[k + 1] = order[k]
                        tried[j] = order[i]
                    settle(tried, p, group, starts, inputs, free, done, runs)
                    loss = 0.0
                    for g in range(len(worth)):
                        loss += worth[g] * runs[g]
                    count += 1
                    if loss < least * (1.0 - 1e-12):
                        least = loss
                        for k in range(low, high + 1):
                            order[k] = tried[k]
                    else:
                        for k in range(low, high + 1):
                            tried[k] = order[k]
    out[0], out[1] = least, count


@jit
def sorted_groups(starts: Ints, inputs: Ints, waiting: Ints, out: Ints) -> None:
    """Fill the groups in an order in which what a group needs comes before it (Kahn).

    Parameters
    ----------
    starts, inputs : ndarray, shapes (G + 1,), (e,)
        Groups that *need* each group (the users of g are ``inputs[starts[g]:starts[g + 1]]``).
    waiting : ndarray, shape (G,)
        How many others each group needs; it is used up.
    out : ndarray, shape (G,)
        Filled.
    """
    size = 0
    for g in range(len(waiting)):
        if waiting[g] == 0:
            out[size] = g
            size += 1
    at = 0
    while at < size:
        for e in range(starts[out[at]], starts[out[at] + 1]):
            user = inputs[e]
            waiting[user] -= 1
            if waiting[user] == 0:
                out[size] = user
                size += 1
        at += 1


@jit
def reach_sums(amounts: Floats, starts: Ints, inputs: Ints, out: Floats) -> None:
    """Fill sums and extremes over all that each group needs, itself with it.

    Parameters
    ----------
    amounts : ndarray, shape (4, G)
        What is summed (work, value), what the largest is taken of, and what the least.
    starts, inputs : ndarray, shapes (G + 1,), (e,)
        Groups that each group needs directly.
    out : ndarray, shape (4, G)
        Filled: two sums, the largest, the least.
    """
    G = out.shape[1]
    seen = np.full(G, -1, np.int64)
    stack = np.empty(G, np.int64)
    for g in range(G):
        size = 1
        stack[0], seen[g] = g, g
        first, second, most, least = 0.0, 0.0, 0.0, np.inf
        while size > 0:
            size -= 1
            h = stack[size]
            first += amounts[0, h]
            second += amounts[1, h]
            most = max(most, amounts[2, h])
            least = min(least, amounts[3, h])
            for e in range(starts[h], starts[h + 1]):
                i = inputs[e]
                if seen[i] != g:
                    seen[i] = g
                    stack[size] = i
                    size += 1
        out[0, g], out[1, g], out[2, g], out[3, g] = first, second, most, least


@jit
def last_needed(done: Floats, group: Ints, starts: Ints, inputs: Ints, last: Ints) -> None:
    """Fill the node that is restarted last of all that each group needs, itself with it.

    Parameters
    ----------
    done : ndarray, shape (n,) [day]
        When each node is restarted.
    group, starts, inputs : ndarray
        As for `settle`.
    last : ndarray, shape (G,)
        Filled; of several on one day the first.
    """
    last[:] = -1
    for j in range(len(done)):
        if last[group[j]] < 0 or done[j] > done[last[group[j]]]:
            last[group[j]] = j
    for g in range(len(last)):
        for e in range(starts[g], starts[g + 1]):
            other = last[inputs[e]]
            if done[other] > done[last[g]]:
                last[g] = other


@jit
def worst_needed(starts: Ints, inputs: Ints, most: Floats) -> None:
    """Raise what each group has lost on each day to the most that anything it needs has lost.

    Parameters
    ----------
    starts, inputs : ndarray
        As for `settle`.
    most : ndarray, shape (G, T) [share]
        Lost by each group itself; raised in place.
    """
    for g in range(len(most)):
        for e in range(starts[g], starts[g + 1]):
            for t in range(most.shape[1]):
                most[g, t] = max(most[g, t], most[inputs[e], t])
