"""The least cost on a tree by dynamic programming, after Graves & Willems 2000.

Arrays as in `message_kernels`. Stages are taken in an order in which each but the last has exactly
one neighbour that comes later; the arc to that one is its `parent` (-1 for the last).
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit
from chainwright.plan.safety_stocks.message_kernels import to_quoted, to_waited

__all__ = ["tree_costs", "tree_plan"]

Floats = npt.NDArray[np.float64]
Grid = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


@jit
def from_suppliers(
    j: int,
    besides: int,
    low: int,
    high: int,
    in_first: Steps,
    in_arc: Steps,
    arc_in: Grid,
    here: Floats,
) -> None:
    """Fill ``here[t]`` with what all suppliers of stage j but one cost.

    Parameters
    ----------
    j, besides : int
        The stage, and the arc that is left out (-1 for none).
    low, high : int
        Range of t.
    in_first, in_arc : ndarray
        Arcs of customers.
    arc_in : ndarray
        Messages to the customer of each arc.
    here : ndarray
        By t.
    """
    for t in range(low, high + 1):
        here[t] = 0.0
    for k in range(in_first[j], in_first[j + 1]):
        e = in_arc[k]
        if e != besides:
            for t in range(low, high + 1):
                here[t] += arc_in[e, t]


@jit
def from_customers(
    j: int, besides: int, low: int, high: int, out_first: Steps, arc_out: Grid, here: Floats
) -> None:
    """Fill ``here[s]`` with what all customers of stage j but one cost.

    Parameters
    ----------
    j, besides : int
        The stage, and the arc that is left out (-1 for none).
    low, high : int
        Range of s.
    out_first : ndarray
        Arcs of suppliers.
    arc_out : ndarray
        Messages to the supplier of each arc.
    here : ndarray
        By s.
    """
    for s in range(low, high + 1):
        here[s] = 0.0
    for e in range(out_first[j], out_first[j + 1]):
        if e != besides:
            for s in range(low, high + 1):
                here[s] += arc_out[e, s]


@jit
def tree_costs(
    order: Steps,
    parent: Steps,
    time: Steps,
    weight: Floats,
    roots: Floats,
    out_first: Steps,
    head: Steps,
    in_first: Steps,
    in_arc: Steps,
    tail: Steps,
    low_in: Steps,
    high_in: Steps,
    low_out: Steps,
    high_out: Steps,
    stage_in: Grid,
    stage_out: Grid,
    arc_in: Grid,
    arc_out: Grid,
    here: Floats,
) -> float:
    """Pass messages to the last stage of the tree; return the least cost of all plans.

    Parameters
    ----------
    order, parent : ndarray
        ``(n,)`` stages, the last of the tree last; the arc from each to its parent.
    time : ndarray
        ``(n,)`` stage times, in steps.
    weight : ndarray
        ``(n,)`` cost of the root of one step.
    roots : ndarray
        Square root of 0, 1, 2, ... steps.
    out_first, head, in_first, in_arc, tail : ndarray
        Arcs of suppliers and of customers.
    low_in, high_in, low_out, high_out : ndarray
        ``(n,)`` ranges of the times waited and quoted.
    stage_in, stage_out : ndarray
        ``(n, k)`` filled: least cost of a stage and of what lies behind it.
    arc_in, arc_out : ndarray
        ``(m, k)`` filled: messages to customers and to suppliers.
    here : ndarray
        ``(k,)`` room to work in.
    """
    least = np.inf
    for j in order:
        e = parent[j]
        low, high = low_in[j], high_in[j]
        if e >= 0 and head[e] == j:
            from_customers(j, -1, low_out[j], high_out[j], out_first, arc_out, here)
            to_waited(
                here, low, high, low_out[j], high_out[j], time[j], weight[j], roots, stage_in[j]
            )
            from_suppliers(j, e, low, high, in_first, in_arc, arc_in, here)
            i = tail[e]
            best = np.inf
            t = high
            for s in range(high_out[i], low_out[i] - 1, -1):
                while t >= max(s, low):
                    best = min(best, stage_in[j, t] + here[t])
                    t -= 1
                arc_out[e, s] = best
            continue
        from_suppliers(j, -1, low, high, in_first, in_arc, arc_in, here)
        to_quoted(here, low, high, low_out[j], high_out[j], time[j], weight[j], roots, stage_out[j])
        from_customers(j, e, low_out[j], high_out[j], out_first, arc_out, here)
        best = np.inf
        if e < 0:
            for s in range(low_out[j], high_out[j] + 1):
                best = min(best, stage_out[j, s] + here[s])
            least = best
            continue
        i = head[e]
        s = low_out[j]
        for t in range(low_in[i], high_in[i] + 1):
            while s <= min(t, high_out[j]):
                best = min(best, stage_out[j, s] + here[s])
                s += 1
            arc_in[e, t] = best
    return least


@jit
def tree_plan(
    order: Steps,
    parent: Steps,
    time: Steps,
    weight: Floats,
    roots: Floats,
    out_first: Steps,
    head: Steps,
    in_first: Steps,
    in_arc: Steps,
    tail: Steps,
    low_in: Steps,
    high_in: Steps,
    low_out: Steps,
    high_out: Steps,
    stage_in: Grid,
    stage_out: Grid,
    arc_in: Grid,
    arc_out: Grid,
    here: Floats,
    waited: Steps,
    quoted: Steps,
) -> None:
    """Fill the times of the plan of least cost, from the last stage of the tree back.

    Parameters
    ----------
    order, parent : ndarray
        ``(n,)`` stages, the last of the tree last; the arc from each to its parent.
    time : ndarray
        ``(n,)`` stage times, in steps.
    weight : ndarray
        ``(n,)`` cost of the root of one step.
    roots : ndarray
        Square root of 0, 1, 2, ... steps.
    out_first, head, in_first, in_arc, tail : ndarray
        Arcs of suppliers and of customers.
    low_in, high_in, low_out, high_out : ndarray
        ``(n,)`` ranges of the times waited and quoted.
    stage_in, stage_out, arc_in, arc_out : ndarray
        Messages, from `tree_costs`.
    here : ndarray
        ``(k,)`` room to work in.
    waited, quoted : ndarray
        ``(n,)`` filled: times waited and quoted, in steps.
    """
    for at in range(len(order) - 1, -1, -1):
        j = order[at]
        e = parent[j]
        best = np.inf
        if e >= 0 and head[e] == j:
            from_suppliers(j, e, low_in[j], high_in[j], in_first, in_arc, arc_in, here)
            for t in range(max(low_in[j], quoted[tail[e]]), high_in[j] + 1):
                if stage_in[j, t] + here[t] < best:
                    best = stage_in[j, t] + here[t]
                    waited[j] = t
            from_customers(j, -1, low_out[j], high_out[j], out_first, arc_out, here)
            best = np.inf
            for s in range(low_out[j], high_out[j] + 1):
                cost = here[s] + weight[j] * roots[max(waited[j] + time[j] - s, 0)]
                if cost < best:
                    best = cost
                    quoted[j] = s
            continue
        top = high_out[j] if e < 0 else min(high_out[j], waited[head[e]])
        from_customers(j, e, low_out[j], high_out[j], out_first, arc_out, here)
        for s in range(low_out[j], top + 1):
            if stage_out[j, s] + here[s] < best:
                best = stage_out[j, s] + here[s]
                quoted[j] = s
        from_suppliers(j, -1, low_in[j], high_in[j], in_first, in_arc, arc_in, here)
        best = np.inf
        for t in range(low_in[j], high_in[j] + 1):
            cost = here[t] + weight[j] * roots[max(t + time[j] - quoted[j], 0)]
            if cost < best:
                best = cost
                waited[j] = t
