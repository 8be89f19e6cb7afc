"""Messages between the service times of a network: each pass gives a bound, on a tree the least.

Service times are whole steps. Stage j has two unknowns, the time t that it waits for its inputs
and the time s that it quotes; its cost is ``w_j roots[max(t + T_j - s, 0)]`` and each arc (i, j)
demands ``s_i <= t_j``. A message is the least cost of what lies behind it, as a function of the
unknown that it goes to, on that unknown's whole range of steps.

Arrays: ``n`` stages in topological order, ``m`` arcs sorted by supplier; ``out_first`` the first
arc of each supplier, ``(n + 1,)``; ``in_first`` ``(n + 1,)`` and ``in_arc`` ``(m,)`` the arcs of
each customer; ``low_in``, ``high_in``, ``low_out``, ``high_out`` ``(n,)`` the ranges of the two
unknowns, in steps from nought; messages are rows of arrays ``(n, k)`` or ``(m, k)``.
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["backward", "down_an_arc", "forward", "to_quoted", "to_waited", "up_an_arc"]

Floats = npt.NDArray[np.float64]
Grid = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


@jit
def to_quoted(
    least: Floats,
    low_in: int,
    high_in: int,
    low_out: int,
    high_out: int,
    time: int,
    weight: float,
    roots: Floats,
    out: Floats,
) -> None:
    """Fill ``out[s]`` with the least over t of ``least[t] + cost(t, s)``.

    Parameters
    ----------
    least : ndarray
        By t.
    low_in, high_in, low_out, high_out : int
        Ranges of t and s.
    time : int
        Stage time.
    weight : float
        Cost of the root of one step.
    roots : ndarray
        Square root of 0, 1, 2, ... steps.
    out : ndarray
        By s.
    """
    for s in range(low_out, high_out + 1):
        out[s] = np.inf
    for t in range(low_in, high_in + 1):
        at = least[t]
        for s in range(low_out, high_out + 1):
            found = at + weight * roots[max(t + time - s, 0)]
            if found < out[s]:  # noqa: PLR1730 - min() asks for NaN first, which takes longer
                out[s] = found


@jit
def to_waited(
    least: Floats,
    low_in: int,
    high_in: int,
    low_out: int,
    high_out: int,
    time: int,
    weight: float,
    roots: Floats,
    out: Floats,
) -> None:
    """Fill ``out[t]`` with the least over s of ``least[s] + cost(t, s)``.

    Parameters
    ----------
    least : ndarray
        By s.
    low_in, high_in, low_out, high_out : int
        Ranges of t and s.
    time : int
        Stage time.
    weight : float
        Cost of the root of one step.
    roots : ndarray
        Square root of 0, 1, 2, ... steps.
    out : ndarray
        By t.
    """
    for t in range(low_in, high_in + 1):
        out[t] = np.inf
    for s in range(low_out, high_out + 1):
        at = least[s]
        for t in range(low_in, high_in + 1):
            found = at + weight * roots[max(t + time - s, 0)]
            if found < out[t]:  # noqa: PLR1730 - as above
                out[t] = found


@jit
def down_an_arc(
    here: Floats,
    share: float,
    told: Floats,
    low_out: int,
    high_out: int,
    low_in: int,
    high_in: int,
    out: Floats,
) -> None:
    """Fill ``out[t]`` with the least over s <= t of ``share * here[s] - told[s]``.

    Parameters
    ----------
    here : ndarray
        By s, what the supplier knows.
    share : float
        Part of it that goes along this arc.
    told : ndarray
        By s, what the customer told before.
    low_out, high_out, low_in, high_in : int
        Ranges of s and t.
    out : ndarray
        By t.
    """
    best = np.inf
    s = low_out
    for t in range(low_in, high_in + 1):
        while s <= min(t, high_out):
            best = min(best, share * here[s] - told[s])
            s += 1
        out[t] = best


@jit
def up_an_arc(
    here: Floats,
    share: float,
    told: Floats,
    low_in: int,
    high_in: int,
    low_out: int,
    high_out: int,
    out: Floats,
) -> float:
    """Fill ``out[s]`` with the least over t >= s of ``share * here[t] - told[t]``, less the least.

    Returns that least of all.

    Parameters
    ----------
    here : ndarray
        By t, what the customer knows.
    share : float
        Part of it that goes along this arc.
    told : ndarray
        By t, what the supplier told before.
    low_in, high_in, low_out, high_out : int
        Ranges of t and s.
    out : ndarray
        By s.
    """
    best = np.inf
    t = high_in
    for s in range(high_out, low_out - 1, -1):
        while t >= max(s, low_in):
            best = min(best, share * here[t] - told[t])
            t -= 1
        out[s] = best
    for s in range(low_out, high_out + 1):  # the last is the least: fewer t are left for longer s
        out[s] -= best
    return best


@jit
def normed(low: int, high: int, values: Floats) -> float:
    """Return the least of ``values[low:high + 1]`` and take it off them.

    Parameters
    ----------
    low, high : int
        Range.
    values : ndarray
        Changed.
    """
    least = np.inf
    for t in range(low, high + 1):
        least = min(least, values[t])
    for t in range(low, high + 1):
        values[t] -= least
    return least


@jit
def forward(
    time: Steps,
    weight: Floats,
    roots: Floats,
    out_first: Steps,
    head: Steps,
    in_first: Steps,
    in_arc: Steps,
    low_in: Steps,
    high_in: Steps,
    low_out: Steps,
    high_out: Steps,
    stage_in: Grid,
    stage_out: Grid,
    arc_in: Grid,
    arc_out: Grid,
    here: Floats,
) -> None:
    """Pass messages from suppliers to customers.

    Sequential tree-reweighted message passing: an unknown with messages from several sides sends
    to each later side an equal part of what it knows, without what that side told it.

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
    in_first, in_arc : ndarray
        ``(n + 1,)``, ``(m,)`` arcs of each customer.
    low_in, high_in, low_out, high_out : ndarray
        ``(n,)`` ranges of the times waited and quoted.
    stage_in, stage_out : ndarray
        ``(n, k)`` messages within each stage: to the time waited (read), to that quoted (filled).
    arc_in, arc_out : ndarray
        ``(m, k)`` messages along arcs: to the customer's time waited (filled), to the supplier's
        time quoted (read).
    here : ndarray
        ``(k,)`` room to work in.
    """
    for j in range(len(time)):
        first, last = in_first[j], in_first[j + 1]
        for t in range(low_in[j], high_in[j] + 1):
            here[t] = 0.0
        if last > first:
            share = 1.0 / (last - first)
            for t in range(low_in[j], high_in[j] + 1):
                here[t] = stage_in[j, t]
            for k in range(first, last):
                e = in_arc[k]
                for t in range(low_in[j], high_in[j] + 1):
                    here[t] += arc_in[e, t]
            for t in range(low_in[j], high_in[j] + 1):
                here[t] = share * here[t] - stage_in[j, t]
        to_quoted(
            here,
            low_in[j],
            high_in[j],
            low_out[j],
            high_out[j],
            time[j],
            weight[j],
            roots,
            stage_out[j],
        )
        first, last = out_first[j], out_first[j + 1]
        if last == first:
            continue
        share = 1.0 / (last - first)
        for s in range(low_out[j], high_out[j] + 1):
            here[s] = stage_out[j, s]
        for e in range(first, last):
            for s in range(low_out[j], high_out[j] + 1):
                here[s] += arc_out[e, s]
        for e in range(first, last):
            i = head[e]
            down_an_arc(
                here,
                share,
                arc_out[e],
                low_out[j],
                high_out[j],
                low_in[i],
                high_in[i],
                arc_in[e],
            )


@jit
def backward(
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
    """Pass messages from customers to suppliers; return a bound below every plan's cost.

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
    low_in, high_in, low_out, high_out : ndarray
        ``(n,)`` ranges of the times waited and quoted.
    stage_in, stage_out : ndarray
        ``(n, k)`` messages within each stage: to the time waited (filled), to that quoted (read).
    arc_in, arc_out : ndarray
        ``(m, k)`` messages along arcs: to the customer's time waited (read), to the supplier's
        time quoted (filled).
    here : ndarray
        ``(k,)`` room to work in.
    """
    bound = 0.0
    for j in range(len(time) - 1, -1, -1):
        low, high = low_out[j], high_out[j]
        first, last = out_first[j], out_first[j + 1]
        for s in range(low, high + 1):
            here[s] = stage_out[j, s]
        for e in range(first, last):
            for s in range(low, high + 1):
                here[s] += arc_out[e, s]
        bound += normed(low, high, here)
        first_in, last_in = in_first[j], in_first[j + 1]
        if last_in == first_in:
            continue
        share = 1.0 / max(last - first, 1)
        for s in range(low, high + 1):
            here[s] = share * here[s] - stage_out[j, s]
        to_waited(here, low_in[j], high_in[j], low, high, time[j], weight[j], roots, stage_in[j])
        low, high = low_in[j], high_in[j]
        bound += normed(low, high, stage_in[j])
        for t in range(low, high + 1):
            here[t] = stage_in[j, t]
        for k in range(first_in, last_in):
            e = in_arc[k]
            for t in range(low, high + 1):
                here[t] += arc_in[e, t]
        bound += normed(low, high, here)
        share = 1.0 / (last_in - first_in)
        for k in range(first_in, last_in):
            e = in_arc[k]
            i = tail[e]
            bound += up_an_arc(
                here,
                share,
                arc_in[e],
                low,
                high,
                low_out[i],
                high_out[i],
                arc_out[e],
            )
    return bound
