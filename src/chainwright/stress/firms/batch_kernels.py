"""Large cascades side by side: each pass over the links serves several shocks as columns.

Only firms that sell pass a loss on, so only they have rows. A firm that sells nothing falls with
its suppliers and takes nobody along: whether it still moves is asked where the others have come to
rest, and what it lost where that counts.
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit
from chainwright.stress.firms.cascade_arrays import BatchLinks, BatchState, Found, Ruling, Struck
from chainwright.stress.firms.frontier_kernels import EMPTY
from chainwright.stress.firms.lanes import COLUMNS, larger, put_row, row, same

__all__ = ["COLUMNS", "batch_cascades"]

NEARLY = 0.9
"""A firm that moves by more than all that sell has a supplier that moved by more than this of it:
its shares of a group of inputs add up to 1 at most, but for rounding."""


@jit
def batch_cascades(
    shocks: npt.NDArray[np.int64],
    struck: Struck,
    net: BatchLinks,
    ruling: Ruling,
    work: tuple[BatchState, Found],
) -> None:
    """Run `shocks` (numbers of shocks), COLUMNS at a time (stress 5.1, 5.3).

    A column whose shock has stopped takes the next one; columns do not touch each other's numbers.

    Parameters
    ----------
    shocks : ndarray of int64, shape (b,)
        Numbers of the shocks to run, in this order.
    struck : Struck
        Which firms each shock hits, and how much of their supply and demand they lose [share].
    net : BatchLinks
        Links by the firm that gathers along them, and markets.
    ruling : Ruling
        How a cascade runs; `tolerance` and `most_pushes` play no part here.
    work : tuple of BatchState and Found
        Working arrays, on which no shock lies before or after; and what is filled: of the shocks
        run, `figures` and, where it has rows, `loss` [share].
    """
    state, found = work
    total = 0.0
    for i in range(net.weight.shape[0]):
        total += net.weight[i]
    running, age = np.full(COLUMNS, -1), np.zeros(COLUMNS, np.int64)
    waiting, alive, turn = 0, 0, 0
    state.down[0], state.up[0] = 0.0, 0.0  # the batch before left its last rounds there
    while True:
        for c in range(COLUMNS):
            if running[c] < 0 and waiting < shocks.shape[0]:
                running[c], age[c] = shocks[waiting], 0
                strike_column(shocks[waiting], c, turn, struck, net, state)
                waiting += 1
                alive += 1
        if alive == 0:
            break
        if ruling.substitute:
            weigh_losses(turn, net, ruling.reference, state)
        pass_supply_on(turn, net, state)
        pass_demand_on(turn, net, state)
        ended = 0
        for c in range(COLUMNS):
            age[c] += 1
            state.finished[c] = 0.0
            if running[c] < 0 or (state.change[0, c] > ruling.stop and age[c] < ruling.rounds):
                continue
            others = largest_change_of_others(c, turn, age[c] == 1, net, state)
            change = max(state.change[0, c], others)
            if change <= ruling.stop or age[c] >= ruling.rounds:
                s = running[c]
                found.figures[s, 4] = change
                found.figures[s, 3] = float(age[c]) if change <= ruling.stop else -2.0
                state.finished[c] = 1.0
                ended += 1
        if ended > 0:
            take_columns(turn, total, running, net, work)
            for c in range(COLUMNS):
                if state.finished[c] > 0.0:
                    lift_column(running[c], c, struck, net, state)
                    running[c] = -1
            alive -= ended
        turn = (turn + 1) % 3


@jit
def strike_column(
    s: int, c: int, turn: int, struck: Struck, net: BatchLinks, state: BatchState
) -> None:
    """Put shock `s` on the untouched column `c`: h = 1 - psi."""
    for a in range(struck.starts[s], struck.starts[s + 1]):
        i = struck.firm[a]
        state.psi_down[i, c], state.psi_up[i, c] = struck.down[a], struck.up[a]
        r = net.row[i]
        if r >= 0:
            state.marks[r] += 1
            state.down[turn, r, c] = 1.0 - (1.0 - struck.down[a])
            state.up[turn, r, c] = 1.0 - (1.0 - struck.up[a])
            continue
        lost = 1.0 - (1.0 - struck.up[a])
        for e in range(net.supply_starts[i], net.supply_starts[i + 1]):
            r = net.row[net.supply_firm[e]]
            state.marks[r] += 1
            state.fixed[r, c] += net.supply_share[e] * lost


@jit
def lift_column(s: int, c: int, struck: Struck, net: BatchLinks, state: BatchState) -> None:
    """Take shock `s` off the column `c` again."""
    for a in range(struck.starts[s], struck.starts[s + 1]):
        i = struck.firm[a]
        state.psi_down[i, c], state.psi_up[i, c] = 0.0, 0.0
        r = net.row[i]
        if r >= 0:
            state.marks[r] -= 1
            continue
        for e in range(net.supply_starts[i], net.supply_starts[i + 1]):
            r = net.row[net.supply_firm[e]]
            state.marks[r] -= 1
            state.fixed[r, c] = 0.0


@jit
def weigh_losses(turn: int, net: BatchLinks, reference: bool, state: BatchState) -> None:
    """Fill x with sigma d: what each firm passes on to its buyers."""
    x, down, held, one = state.x[turn], state.down[turn], state.held, same(1.0)
    held[:] = 0.0
    for r in range(net.seller.shape[0]):
        market = np.int64(net.market[r])
        put_row(held, market, row(held, market) + same(net.sales[r]) * (one - row(down, r)))
    if reference:
        for m in range(held.shape[0]):
            for c in range(COLUMNS):
                held[m, c] = held[m, c] if held[m, c] > EMPTY else 1.0
    for r in range(net.seller.shape[0]):
        sold = same(net.sales[r])
        left = larger(row(held, np.int64(net.market[r])), sold)
        put_row(x, r, row(down, r) * (sold / left))


@jit
def pass_supply_on(turn: int, net: BatchLinks, state: BatchState) -> None:
    """Set what firms that sell lose by lack of supplies; start their largest changes."""
    groups, links, supplier, share = net.groups, net.links, net.supplier, net.share
    old, new, x = state.down[turn], state.down[(turn + 1) % 3], state.x[turn]
    zero, one = same(0.0), same(1.0)
    change = zero
    for r in range(net.seller.shape[0]):
        worst = zero
        if state.marks[r] > 0:
            worst = row(state.psi_down, np.int64(net.seller[r]))
        for g in range(groups[r], groups[r + 1]):
            first = links[g]
            lost = same(share[first]) * row(x, np.int64(supplier[first]))
            for e in range(first + 1, links[g + 1]):
                lost = lost + same(share[e]) * row(x, np.int64(supplier[e]))
            worst = larger(worst, lost)
        h, before = larger(zero, one - worst), one - row(old, r)
        change = larger(change, larger(h - before, before - h))
        put_row(new, r, one - h)
    put_row(state.change, 0, change)


@jit
def pass_demand_on(turn: int, net: BatchLinks, state: BatchState) -> None:
    """Set what firms that sell lose by lack of demand; raise their largest changes."""
    starts, buyer, share = net.sales_starts, net.buyer, net.sales_share
    old, new = state.up[turn], state.up[(turn + 1) % 3]
    zero, one = same(0.0), same(1.0)
    change = row(state.change, 0)
    for r in range(net.seller.shape[0]):
        lost = zero
        for e in range(starts[r], starts[r + 1]):
            lost = lost + same(share[e]) * row(old, np.int64(buyer[e]))
        if state.marks[r] > 0:
            lost = lost + row(state.fixed, r)
            lost = larger(lost, row(state.psi_up, np.int64(net.seller[r])))
        h, before = larger(zero, one - lost), one - row(old, r)
        change = larger(change, larger(h - before, before - h))
        put_row(new, r, one - h)
    put_row(state.change, 0, change)


@jit
def largest_change_of_others(
    c: int, turn: int, fresh: bool, net: BatchLinks, state: BatchState
) -> float:
    """Return the largest change of firms that sell nothing, or less if others changed by more.

    It can only be at buyers of firms that changed by nearly as much a round before.
    """
    now, past = state.x[turn], state.x[(turn + 2) % 3]
    change = 0.0
    enough = NEARLY * state.change[0, c]
    for r in range(net.seller.shape[0]):
        moved = now[r, c] - (0.0 if fresh else past[r, c])
        if moved == 0.0 or abs(moved) <= enough:
            continue
        i = net.seller[r]
        for e in range(net.push_starts[i], net.push_starts[i + 1]):
            j = net.push_buyer[e]
            if net.row[j] < 0:
                before = state.psi_down[j, c] if fresh else lost_of_other(j, c, past, net, state)
                after = lost_of_other(j, c, now, net, state)
                change = max(change, abs(max(0.0, 1.0 - after) - max(0.0, 1.0 - before)))
    return change


@jit
def lost_of_other(
    j: int, c: int, x: npt.NDArray[np.float64], net: BatchLinks, state: BatchState
) -> float:
    """Return what firm `j`, that sells nothing, loses by lack of supplies."""
    worst = state.psi_down[j, c]
    for g in range(net.all_groups[j], net.all_groups[j + 1]):
        lost = 0.0
        for e in range(net.all_links[g], net.all_links[g + 1]):
            lost += net.all_share[e] * x[net.row[net.all_supplier[e]], c]
        worst = max(worst, lost)
    return float(worst)


@jit
def take_columns(
    turn: int,
    total: float,
    running: npt.NDArray[np.int64],
    net: BatchLinks,
    work: tuple[BatchState, Found],
) -> None:
    """Note what the shocks of finished columns came to, and leave these columns untouched."""
    state, found = work
    down, up = state.down[(turn + 1) % 3], state.up[(turn + 1) % 3]
    going = same(1.0) - row(state.finished.reshape(1, COLUMNS), 0)
    both, lost_down, lost_up = same(0.0), same(0.0), same(0.0)
    for r in range(net.seller.shape[0]):
        d, u, weight = row(down, r), row(up, r), same(net.weight[net.seller[r]])
        lost_down = lost_down + weight * d
        lost_up = lost_up + weight * u
        both = both + weight * larger(d, u)
        if found.loss.shape[0] > 0:
            for c in range(COLUMNS):
                if state.finished[c] > 0.0:
                    i = net.seller[r]
                    found.loss[running[c], 0, i] = down[r, c]
                    found.loss[running[c], 1, i] = up[r, c]
        put_row(down, r, d * going)
        put_row(up, r, u * going)
    put_row(state.tally, 0, both)
    put_row(state.tally, 1, lost_down)
    put_row(state.tally, 2, lost_up)
    for c in range(COLUMNS):
        if state.finished[c] > 0.0:
            if net.others_count or found.loss.shape[0] > 0:
                take_others(running[c], c, turn, net, work)
            for k in range(3):
                found.figures[running[c], k] = state.tally[k, c] / total


@jit
def take_others(s: int, c: int, turn: int, net: BatchLinks, work: tuple[BatchState, Found]) -> None:
    """Add what firms that sell nothing lost to the shock `s` in column `c`."""
    state, found = work
    for j in range(net.row.shape[0]):
        if net.row[j] >= 0:
            continue
        d = 1.0 - max(0.0, 1.0 - lost_of_other(j, c, state.x[turn], net, state))
        u = 1.0 - (1.0 - state.psi_up[j, c])
        state.tally[0, c] += net.weight[j] * max(d, u)
        state.tally[1, c] += net.weight[j] * d
        state.tally[2, c] += net.weight[j] * u
        if found.loss.shape[0] > 0:
            found.loss[s, 0, j], found.loss[s, 1, j] = d, u
