"""Plans from messages: the times that they favour, better ones near them, and ranges of times.

Arrays as in `message_kernels`.
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["decoded", "favoured", "moved", "ranged"]

Floats = npt.NDArray[np.float64]
Grid = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


@jit
def ranged(
    time: Steps,
    least_wait: Steps,
    in_first: Steps,
    in_arc: Steps,
    tail: Steps,
    low_in: Steps,
    high_in: Steps,
    low_out: Steps,
    high_out: Steps,
) -> bool:
    """Narrow ranges to what suppliers' ranges allow; return whether any plan is left.

    Parameters
    ----------
    time : ndarray
        ``(n,)`` stage times, in steps.
    least_wait : ndarray
        ``(n,)`` shortest time waited for what comes from outside.
    in_first, in_arc, tail : ndarray
        ``(n + 1,)``, ``(m,)`` arcs of each customer, ``(m,)`` supplier of each arc.
    low_in, high_in : ndarray
        ``(n,)`` filled: range of the time waited.
    low_out, high_out : ndarray
        ``(n,)`` range of the time quoted; the upper end is lowered.
    """
    for j in range(len(time)):
        low_in[j] = least_wait[j]
        high_in[j] = least_wait[j]
        for k in range(in_first[j], in_first[j + 1]):
            i = tail[in_arc[k]]
            low_in[j] = max(low_in[j], low_out[i])
            high_in[j] = max(high_in[j], high_out[i])
        high_out[j] = min(high_out[j], high_in[j] + time[j])
        if low_out[j] > high_out[j]:
            return False
    return True


@jit
def favoured(
    out_first: Steps, low_out: Steps, high_out: Steps, stage_out: Grid, arc_out: Grid, best: Steps
) -> None:
    """Fill `best` with the quoted time that all messages to each stage together favour.

    Parameters
    ----------
    out_first : ndarray
        ``(n + 1,)`` first arc of each supplier.
    low_out, high_out : ndarray
        ``(n,)`` range of the time quoted.
    stage_out, arc_out : ndarray
        ``(n, k)``, ``(m, k)`` messages to the time quoted.
    best : ndarray
        ``(n,)`` filled.
    """
    for j in range(len(low_out)):
        least = np.inf
        for s in range(low_out[j], high_out[j] + 1):
            cost = stage_out[j, s]
            for e in range(out_first[j], out_first[j + 1]):
                cost += arc_out[e, s]
            if cost < least:
                least = cost
                best[j] = s


@jit
def decoded(
    time: Steps,
    weight: Floats,
    roots: Floats,
    out_first: Steps,
    in_first: Steps,
    in_arc: Steps,
    tail: Steps,
    low_in: Steps,
    low_out: Steps,
    high_out: Steps,
    arc_out: Grid,
    quoted: Steps,
) -> None:
    """Fill `quoted` with the times that the messages favour, suppliers first.

    Parameters
    ----------
    time : ndarray
        ``(n,)`` stage times, in steps.
    weight : ndarray
        ``(n,)`` cost of the root of one step.
    roots : ndarray
        Square root of 0, 1, 2, ... steps.
    out_first : ndarray
        ``(n + 1,)`` first arc of each supplier.
    in_first, in_arc, tail : ndarray
        ``(n + 1,)``, ``(m,)`` arcs of each customer, ``(m,)`` supplier of each arc.
    low_in, low_out, high_out : ndarray
        ``(n,)`` shortest time waited, range of the time quoted.
    arc_out : ndarray
        ``(m, k)`` messages along arcs to the supplier's time quoted.
    quoted : ndarray
        ``(n,)`` filled: times quoted, in steps.
    """
    for j in range(len(time)):
        waited = low_in[j]
        for k in range(in_first[j], in_first[j + 1]):
            waited = max(waited, quoted[tail[in_arc[k]]])
        best = np.inf
        top = min(high_out[j], waited + time[j])
        quoted[j] = top
        for s in range(low_out[j], top + 1):
            cost = weight[j] * roots[waited + time[j] - s]
            for e in range(out_first[j], out_first[j + 1]):
                cost += arc_out[e, s]
            if cost < best:
                best = cost
                quoted[j] = s


@jit
def moved(
    time: Steps,
    weight: Floats,
    roots: Floats,
    out_first: Steps,
    head: Steps,
    in_first: Steps,
    in_arc: Steps,
    tail: Steps,
    least_wait: Steps,
    high_out: Steps,
    quoted: Steps,
) -> bool:
    """Move each quoted time to its best, the others fixed; return whether one moved.

    Parameters
    ----------
    time : ndarray
        ``(n,)`` stage times, in steps.
    weight : ndarray
        ``(n,)`` cost of the root of one step.
    roots : ndarray
        Square root of 0, 1, 2, ... steps.
    out_first, head : ndarray
        ``(n + 1,)`` first arc of each supplier, ``(m,)`` customer of each arc.
    in_first, in_arc, tail : ndarray
        ``(n + 1,)``, ``(m,)`` arcs of each customer, ``(m,)`` supplier of each arc.
    least_wait, high_out : ndarray
        ``(n,)`` shortest time waited, longest time quoted.
    quoted : ndarray
        ``(n,)`` times quoted, in steps; changed.
    """
    any_moved = False
    for j in range(len(time)):
        waited = least_wait[j]
        for k in range(in_first[j], in_first[j + 1]):
            waited = max(waited, quoted[tail[in_arc[k]]])
        top = min(high_out[j], waited + time[j])
        cost = np.zeros(top + 1)
        for s in range(top + 1):
            cost[s] = weight[j] * roots[waited + time[j] - s]
        for e in range(out_first[j], out_first[j + 1]):
            i = head[e]
            rest = least_wait[i]
            for k in range(in_first[i], in_first[i + 1]):
                other = tail[in_arc[k]]
                if other != j:
                    rest = max(rest, quoted[other])
            for s in range(top + 1):
                left = max(rest, s) + time[i] - quoted[i]
                cost[s] += weight[i] * roots[left] if left >= 0 else np.inf
        best = min(quoted[j], top)
        least = cost[best] * (1.0 - 1e-12)
        for s in range(top + 1):
            if cost[s] < least:
                best, least = s, cost[s]
        if best != quoted[j]:
            quoted[j] = best
            any_moved = True
    return any_moved
