"""Large cascades side by side: each pass over the links serves several shocks as columns."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit
from chainwright.stress.firms.cascade_arrays import BatchLinks, BatchState, Found, Ruling, Struck
from chainwright.stress.firms.frontier_kernels import EMPTY

__all__ = ["COLUMNS", "batch_cascades"]

COLUMNS = 8
"""Shocks a pass: eight numbers of double precision are one line of cache."""


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
    """
    state, found = work
    total = 0.0
    for i in range(net.weight.shape[0]):
        total += net.weight[i]
    running, age = np.full(COLUMNS, -1), np.zeros(COLUMNS, np.int64)
    waiting, alive = 0, 0
    state.h_down[:], state.h_up[:] = 1.0, 1.0
    state.psi_down[:], state.psi_up[:] = 0.0, 0.0
    while True:
        for c in range(COLUMNS):
            if running[c] < 0 and waiting < shocks.shape[0]:
                running[c], age[c] = shocks[waiting], 0
                strike_column(shocks[waiting], c, struck, state)
                waiting += 1
                alive += 1
        if alive == 0:
            break
        weigh_losses(net, ruling, state)
        state.change[:] = 0.0
        pass_supply_on(net, state)
        pass_demand_on(net, state)
        for c in range(COLUMNS):
            age[c] += 1
            if running[c] >= 0 and (state.change[c] <= ruling.stop or age[c] >= ruling.rounds):
                s = running[c]
                found.figures[s, 4] = state.change[c]
                found.figures[s, 3] = float(age[c]) if state.change[c] <= ruling.stop else -2.0
                take_column(running[c], c, total, net, work)
                running[c] = -1
                alive -= 1


@jit
def strike_column(s: int, c: int, struck: Struck, state: BatchState) -> None:
    """Put shock `s` on column `c`: h = 1 - psi."""
    for a in range(struck.starts[s], struck.starts[s + 1]):
        i = struck.firm[a]
        state.psi_down[i, c], state.psi_up[i, c] = struck.down[a], struck.up[a]
        state.h_down[i, c], state.h_up[i, c] = 1.0 - struck.down[a], 1.0 - struck.up[a]


@jit
def take_column(
    s: int, c: int, total: float, net: BatchLinks, work: tuple[BatchState, Found]
) -> None:
    """Note what shock `s` in column `c` came to, and leave the column untouched."""
    state, found = work
    both, lost_down, lost_up = 0.0, 0.0, 0.0
    for i in range(net.weight.shape[0]):
        d, u = 1.0 - state.h_down[i, c], 1.0 - state.h_up[i, c]
        lost_down += net.weight[i] * d
        lost_up += net.weight[i] * u
        both += net.weight[i] * max(d, u)
        if found.loss.shape[0] > 0:
            found.loss[s, 0, i], found.loss[s, 1, i] = d, u
        state.h_down[i, c], state.h_up[i, c] = 1.0, 1.0
        state.psi_down[i, c], state.psi_up[i, c] = 0.0, 0.0
    found.figures[s, 0], found.figures[s, 1] = both / total, lost_down / total
    found.figures[s, 2] = lost_up / total


@jit
def weigh_losses(net: BatchLinks, ruling: Ruling, state: BatchState) -> None:
    """Fill x with sigma d and u with 1 - h_up: what each firm passes on."""
    x, u, h_down, h_up, held = state.x, state.u, state.h_down, state.h_up, state.held
    market, sales = net.market, net.sales
    for i in range(market.shape[0]):
        for c in range(COLUMNS):
            x[i, c] = 1.0 - h_down[i, c]
            u[i, c] = 1.0 - h_up[i, c]
    if not ruling.substitute:
        return
    for m in range(held.shape[0]):
        for c in range(COLUMNS):
            held[m, c] = 0.0
    for i in range(market.shape[0]):
        m, sold = market[i], sales[i]
        for c in range(COLUMNS):
            held[m, c] += sold * h_down[i, c]
    if ruling.reference:
        for m in range(held.shape[0]):
            for c in range(COLUMNS):
                held[m, c] = held[m, c] if held[m, c] > EMPTY else 1.0
    for i in range(market.shape[0]):
        m, sold = market[i], sales[i]
        for c in range(COLUMNS):
            left = held[m, c]
            x[i, c] *= sold / left if left > sold else 1.0


@jit
def pass_supply_on(net: BatchLinks, state: BatchState) -> None:
    """Set h_down from what suppliers lack, and raise the largest change of each column."""
    groups, links, supplier, share = net.groups, net.links, net.supplier, net.share
    x, psi, h_down = state.x, state.psi_down, state.h_down
    change, best, sums = state.change, state.best, state.sums
    for j in range(psi.shape[0]):
        for c in range(COLUMNS):
            best[c] = psi[j, c]
        for g in range(groups[j], groups[j + 1]):
            i, part = supplier[links[g]], share[links[g]]
            if links[g] + 1 == links[g + 1]:
                for c in range(COLUMNS):
                    lost = part * x[i, c]
                    best[c] = max(best[c], lost)
                continue
            for c in range(COLUMNS):
                sums[c] = part * x[i, c]
            for e in range(links[g] + 1, links[g + 1]):
                i, part = supplier[e], share[e]
                for c in range(COLUMNS):
                    sums[c] += part * x[i, c]
            for c in range(COLUMNS):
                best[c] = max(best[c], sums[c])
        for c in range(COLUMNS):
            h = 1.0 - best[c]
            h = max(0.0, h)
            moved = abs(h - h_down[j, c])
            change[c] = max(change[c], moved)
            h_down[j, c] = h


@jit
def pass_demand_on(net: BatchLinks, state: BatchState) -> None:
    """Set h_up from what buyers no longer take, and raise the largest change of each column."""
    starts, buyer, share = net.sales_starts, net.buyer, net.sales_share
    u, psi, h_up, change, sums = state.u, state.psi_up, state.h_up, state.change, state.sums
    for i in range(psi.shape[0]):
        for c in range(COLUMNS):
            sums[c] = 0.0
        for e in range(starts[i], starts[i + 1]):
            j, part = buyer[e], share[e]
            for c in range(COLUMNS):
                sums[c] += part * u[j, c]
        for c in range(COLUMNS):
            lost = max(psi[i, c], sums[c])
            h = 1.0 - lost
            h = max(0.0, h)
            moved = abs(h - h_up[i, c])
            change[c] = max(change[c], moved)
            h_up[i, c] = h
