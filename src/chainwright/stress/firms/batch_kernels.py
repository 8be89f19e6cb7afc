"""Large cascades side by side: each pass over the links serves several shocks as columns."""

import numpy as np

from chainwright._jit import jit
from chainwright.stress.firms.frontier_kernels import EMPTY

__all__ = ["COLUMNS", "batch_cascades"]

COLUMNS = 8
"""Shocks a pass: eight numbers of double precision are one line of cache."""


@jit
def weigh_losses(sales, market, substitute, reference, h_down, h_up, held, x, u):
    """Fill `x` with sigma d and `u` with 1 - h_up: what each firm passes on."""
    n = market.shape[0]
    if not substitute:
        for i in range(n):
            for c in range(COLUMNS):
                x[i, c] = 1.0 - h_down[i, c]
                u[i, c] = 1.0 - h_up[i, c]
        return
    for m in range(held.shape[0]):
        for c in range(COLUMNS):
            held[m, c] = 0.0
    for i in range(n):
        m, sold = market[i], sales[i]
        for c in range(COLUMNS):
            held[m, c] += sold * h_down[i, c]
    if reference:
        for m in range(held.shape[0]):
            for c in range(COLUMNS):
                held[m, c] = held[m, c] if held[m, c] > EMPTY else 1.0
    for i in range(n):
        m, sold = market[i], sales[i]
        for c in range(COLUMNS):
            left = held[m, c]
            sigma = sold / left if left > sold else 1.0
            x[i, c] = (1.0 - h_down[i, c]) * sigma
            u[i, c] = 1.0 - h_up[i, c]


@jit
def pass_supply_on(groups, links, supplier, share, x, psi, h_down, change, best, sums):
    """Set `h_down` from what suppliers lack, and raise `change` to the largest change of each."""
    for j in range(psi.shape[0]):
        for c in range(COLUMNS):
            best[c] = psi[j, c]
        for g in range(groups[j], groups[j + 1]):
            e, last = links[g], links[g + 1]
            i, part = supplier[e], share[e]
            if e + 1 == last:
                for c in range(COLUMNS):
                    lost = part * x[i, c]
                    best[c] = max(best[c], lost)
                continue
            for c in range(COLUMNS):
                sums[c] = part * x[i, c]
            for e in range(links[g] + 1, last):
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
def pass_demand_on(starts, buyer, share, u, psi, h_up, change, sums):
    """Set `h_up` from what buyers no longer take, and raise `change` as above."""
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


@jit
def batch_cascades(
    shocks,
    shock_starts,
    shock_firm,
    shock_down,
    shock_up,
    links,
    groups,
    supplier,
    share,
    sales_starts,
    buyer,
    sales_share,
    sales,
    weight,
    market,
    substitute,
    reference,
    stop,
    rounds,
    loss,
    h_down,
    h_up,
    x,
    u,
    psi_down,
    psi_up,
    held,
    found,
):
    """Run `shocks` (numbers of rows of `found`), COLUMNS at a time (stress 5.1, 5.3).

    `groups` (n + 1) says where each buyer's groups begin, `links` (groups + 1) where the links of
    each group begin in `supplier` and `share`. Working arrays have COLUMNS columns. A column whose
    shock has stopped takes the next one; columns do not touch each other's numbers. Rows of `found`
    as in `frontier_cascades`; with `loss` of rows (2, n) of each shock, losses d and u are kept.
    """
    n = weight.shape[0]
    total = 0.0
    for i in range(n):
        total += weight[i]
    running = np.full(COLUMNS, -1)
    age = np.zeros(COLUMNS, np.int64)
    change = np.zeros(COLUMNS)
    best, sums = np.zeros(COLUMNS), np.zeros(COLUMNS)
    waiting, alive = 0, 0
    h_down[:], h_up[:], psi_down[:], psi_up[:] = 1.0, 1.0, 0.0, 0.0
    while True:
        for c in range(COLUMNS):
            if running[c] < 0 and waiting < shocks.shape[0]:
                s = shocks[waiting]
                waiting += 1
                alive += 1
                running[c], age[c] = s, 0
                for a in range(shock_starts[s], shock_starts[s + 1]):
                    i = shock_firm[a]
                    psi_down[i, c], psi_up[i, c] = shock_down[a], shock_up[a]
                    h_down[i, c], h_up[i, c] = 1.0 - shock_down[a], 1.0 - shock_up[a]
        if alive == 0:
            break
        weigh_losses(sales, market, substitute, reference, h_down, h_up, held, x, u)
        change[:] = 0.0
        pass_supply_on(groups, links, supplier, share, x, psi_down, h_down, change, best, sums)
        pass_demand_on(sales_starts, buyer, sales_share, u, psi_up, h_up, change, sums)
        for c in range(COLUMNS):
            if running[c] < 0:
                continue
            age[c] += 1
            if change[c] > stop and age[c] < rounds:
                continue
            s = running[c]
            both, lost_down, lost_up = 0.0, 0.0, 0.0
            for i in range(n):
                d, lost = 1.0 - h_down[i, c], 1.0 - h_up[i, c]
                lost_down += weight[i] * d
                lost_up += weight[i] * lost
                both += weight[i] * max(d, lost)
                if loss.shape[0] > 0:
                    loss[s, 0, i], loss[s, 1, i] = d, lost
                h_down[i, c], h_up[i, c] = 1.0, 1.0
                psi_down[i, c], psi_up[i, c] = 0.0, 0.0
            found[s, 0], found[s, 1] = both / total, lost_down / total
            found[s, 2], found[s, 4] = lost_up / total, change[c]
            found[s, 3] = float(age[c]) if change[c] <= stop else -2.0
            running[c] = -1
            alive -= 1
