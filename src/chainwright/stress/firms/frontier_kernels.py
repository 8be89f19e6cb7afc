"""The cascade of one shock after another, pushing only firms whose loss moved."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit
from chainwright.stress.firms.cascade_arrays import (
    Found,
    FrontierLinks,
    FrontierState,
    Ruling,
    Struck,
)

__all__ = ["EMPTY", "frontier_cascades"]

Floats = npt.NDArray[np.float64]

EMPTY = 1e-10
"""Market sums up to this are replaced by 1 in reference mode, as published."""

NEARLY_EMPTY = 1e-3
"""Share of a market's sales below which its sum is taken afresh: differences would lose digits."""


@jit
def frontier_cascades(
    span: tuple[int, int],
    struck: Struck,
    net: FrontierLinks,
    ruling: Ruling,
    work: tuple[FrontierState, Found],
) -> None:
    """Run the shocks of a span, each from an untouched network (stress 5.1, 5.3).

    All firms at once: what moved is pushed, then all that was touched is set.

    Parameters
    ----------
    span : tuple of int and int
        The first shock, and the one after the last.
    struck : Struck
        Which firms each shock hits, and how much of their supply and demand they lose [share].
    net : FrontierLinks
        Links by the firm that pushes along them, and markets.
    ruling : Ruling
        How a cascade runs, and after how many links it is handed over.
    work : tuple of FrontierState and Found
        Working arrays, left as they were found; and what is filled: of each shock of the span
        `figures` and, where it has rows, `loss` [share]; of shock 0 `since` and `trace`.
    """
    state, found = work
    total = 0.0
    for i in range(net.weight.shape[0]):
        total += net.weight[i]
    for s in range(span[0], span[1]):
        traced = found.trace.shape[0] if s == 0 else 0
        strike(s, struck, net, ruling, state)
        pushes, change = 0, 0.0
        rounds = 0
        handed = False
        while rounds < ruling.rounds:
            rounds += 1
            pushed, fallen = push_to_buyers(rounds, net, ruling, state)
            pushes += pushed + push_to_suppliers(rounds, net, ruling, state)
            change = settle(rounds, fallen, net, ruling, state)
            if rounds <= traced:
                tally(total, net, state, found.trace[rounds - 1])
                found.trace[rounds - 1, 3] = change
            if s == 0 and found.since.shape[1] > 0:
                date_losses(rounds, state, found.since)
            if change <= ruling.stop:
                break
            if pushes > ruling.most_pushes:
                handed = True
                break
        tally(total, net, state, found.figures[s])
        found.figures[s, 3] = float(rounds)
        if handed:
            found.figures[s, 3] = -1.0
        elif change > ruling.stop:
            found.figures[s, 3] = -2.0
        found.figures[s, 4] = change
        if found.loss.shape[0] > 0:
            for a in range(state.counts[0]):
                i = state.list_down[a]
                found.loss[s, 0, i] = 1.0 - state.down[i, 2]
            for a in range(state.counts[1]):
                i = state.list_up[a]
                found.loss[s, 1, i] = 1.0 - state.up[i, 2]
        restore(net, state)


@jit
def strike(
    s: int, struck: Struck, net: FrontierLinks, ruling: Ruling, state: FrontierState
) -> None:
    """Put shock `s` on an untouched network: h = 1 - psi."""
    state.counts[:] = 0
    for a in range(struck.starts[s], struck.starts[s + 1]):
        i = struck.firm[a]
        state.psi_down[i], state.psi_up[i] = struck.down[a], struck.up[a]
        state.down[i, 0], state.down[i, 1], state.up[i, 1] = struck.down[a], 0.0, 0.0
        state.down[i, 2], state.up[i, 2] = 1.0 - struck.down[a], 1.0 - struck.up[a]
        state.held[net.market[i]] += net.sales[i] * (state.down[i, 2] - 1.0)
        state.list_down[a - struck.starts[s]] = i
        state.list_up[a - struck.starts[s]] = i
    many = struck.starts[s + 1] - struck.starts[s]
    state.counts[0], state.counts[1] = many, many
    if ruling.substitute:
        for a in range(many):
            refill(net.market[state.list_down[a]], 0.5, net, state)


@jit
def push_to_buyers(
    rounds: int, net: FrontierLinks, ruling: Ruling, state: FrontierState
) -> tuple[int, bool]:
    """Push what each firm's x moved by to its buyers' groups; say how many links, if any fell."""
    stamp, pushes, fallen = float(rounds), 0, False
    down, touched, new = state.down, state.counts[0], 0
    for a in range(state.counts[0]):
        i = state.list_down[a]
        x = 1.0 - down[i, 2]
        if ruling.substitute and x > 0.0:
            x *= substitutability(net.sales[i], state.held[net.market[i]], ruling.reference)
        move = x - down[i, 3]
        if move == 0.0 or abs(move) <= ruling.tolerance:
            continue
        down[i, 3] = x
        fallen = fallen or move < 0.0
        pushes += net.push_starts[i + 1] - net.push_starts[i]
        for e in range(net.push_starts[i], net.push_starts[i + 1]):
            g, j = net.push_group[e], net.push_buyer[e]
            state.sums[g] += net.push_share[e] * move
            down[j, 0] = max(down[j, 0], state.sums[g])
            if down[j, 1] != stamp:
                if down[j, 1] < 0.0:
                    state.list_down[touched] = j
                    touched += 1
                down[j, 1] = stamp
                state.new_down[new] = j
                new += 1
    state.counts[0], state.counts[2] = touched, new
    return pushes, fallen


@jit
def push_to_suppliers(rounds: int, net: FrontierLinks, ruling: Ruling, state: FrontierState) -> int:
    """Push what each firm's u moved by to its suppliers; return how many links that were."""
    stamp, pushes = float(rounds), 0
    up, touched, new = state.up, state.counts[1], 0
    for a in range(state.counts[1]):
        j = state.list_up[a]
        u = 1.0 - up[j, 2]
        move = u - up[j, 3]
        if move == 0.0 or abs(move) <= ruling.tolerance:
            continue
        up[j, 3] = u
        pushes += net.supply_starts[j + 1] - net.supply_starts[j]
        for e in range(net.supply_starts[j], net.supply_starts[j + 1]):
            i = net.supply_firm[e]
            up[i, 0] += net.supply_share[e] * move
            if up[i, 1] != stamp:
                if up[i, 1] < 0.0:
                    state.list_up[touched] = i
                    touched += 1
                up[i, 1] = stamp
                state.new_up[new] = i
                new += 1
    state.counts[1], state.counts[3] = touched, new
    return pushes


@jit
def settle(
    rounds: int, fallen: bool, net: FrontierLinks, ruling: Ruling, state: FrontierState
) -> float:
    """Set h of all firms that were touched in this round; return the largest change."""
    down, up, change = state.down, state.up, 0.0
    for a in range(state.counts[2]):
        j = state.new_down[a]
        if fallen:  # only an emptied market of the reference lets a loss fall
            worst = state.psi_down[j]
            for g in range(net.buyer_groups[j], net.buyer_groups[j + 1]):
                worst = max(worst, state.sums[g])
            down[j, 0] = worst
        h = max(0.0, 1.0 - down[j, 0])
        moved = h - down[j, 2]
        down[j, 2] = h
        change = max(change, abs(moved))
        state.held[net.market[j]] += net.sales[j] * moved
    for a in range(state.counts[3]):
        i = state.new_up[a]
        h = max(0.0, min(1.0 - up[i, 0], 1.0 - state.psi_up[i]))
        change = max(change, abs(h - up[i, 2]))
        up[i, 2] = h
    if ruling.substitute:
        for a in range(state.counts[2]):
            refill(net.market[state.new_down[a]], float(rounds), net, state)
    return change


@jit
def substitutability(sales: float, held: float, reference: bool) -> float:
    """Return sigma of a firm with `sales` in a market that still `held` so much.

    sigma = min(1, out_i / sum of out_l h_l). Of an emptied market the reference takes 1 for the
    sum; the fixed point takes the limit, sigma = 1, which no unit of money moves.
    """
    if reference and held <= EMPTY:
        held = 1.0
    return sales / held if held > sales else 1.0


@jit
def refill(m: int, stamp: float, net: FrontierLinks, state: FrontierState) -> None:
    """Sum what a nearly emptied market still holds afresh, once a round."""
    if state.held[m] < NEARLY_EMPTY * net.market_sales[m] and state.fresh[m] != stamp:
        state.fresh[m] = stamp
        left = 0.0
        for a in range(net.market_starts[m], net.market_starts[m + 1]):
            i = net.market_firm[a]
            left += net.sales[i] * state.down[i, 2]
        state.held[m] = left


@jit
def tally(total: float, net: FrontierLinks, state: FrontierState, out: Floats) -> None:
    """Fill `out` with risk, downstream and upstream risk of what was touched."""
    both, lost_down, lost_up = 0.0, 0.0, 0.0
    for a in range(state.counts[0]):
        i = state.list_down[a]
        d = 1.0 - state.down[i, 2]
        lost_down += net.weight[i] * d
        both += net.weight[i] * max(d, 1.0 - state.up[i, 2])
    for a in range(state.counts[1]):
        i = state.list_up[a]
        u = 1.0 - state.up[i, 2]
        lost_up += net.weight[i] * u
        if state.down[i, 1] < 0.0:  # not counted yet
            both += net.weight[i] * u
    out[0], out[1], out[2] = both / total, lost_down / total, lost_up / total


@jit
def date_losses(rounds: int, state: FrontierState, since: npt.NDArray[np.int32]) -> None:
    """Note the round in which a firm first lost something."""
    for a in range(state.counts[2]):
        j = state.new_down[a]
        if since[0, j] < 0 and state.down[j, 2] < 1.0 - state.psi_down[j]:
            since[0, j] = rounds
    for a in range(state.counts[3]):
        i = state.new_up[a]
        if since[1, i] < 0 and state.up[i, 2] < 1.0 - state.psi_up[i]:
            since[1, i] = rounds


@jit
def restore(net: FrontierLinks, state: FrontierState) -> None:
    """Leave all as it was found, by what was touched."""
    for a in range(state.counts[0]):
        j = state.list_down[a]
        for g in range(net.buyer_groups[j], net.buyer_groups[j + 1]):
            state.sums[g] = 0.0
        state.down[j, 0], state.down[j, 1] = 0.0, -1.0
        state.down[j, 2], state.down[j, 3] = 1.0, 0.0
        state.psi_down[j] = 0.0
        state.held[net.market[j]] = net.market_sales[net.market[j]]
        state.fresh[net.market[j]] = 0.0
    for a in range(state.counts[1]):
        i = state.list_up[a]
        state.up[i, 0], state.up[i, 1], state.up[i, 2], state.up[i, 3] = 0.0, -1.0, 1.0, 0.0
        state.psi_up[i] = 0.0
    state.counts[:] = 0
