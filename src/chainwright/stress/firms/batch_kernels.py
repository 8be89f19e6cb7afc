"""Large cascades side by side: each pass over the links serves several shocks as columns."""

import numpy as np

from chainwright._jit import jit
from chainwright.stress.firms.frontier_kernels import EMPTY

__all__ = ["COLUMNS", "batch_cascades"]

COLUMNS = 8
"""Shocks a pass: eight numbers of double precision are one line of cache."""


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
    market_sales,
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
    moving_down, moving_up = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
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
        if substitute:
            held[:] = 0.0
            for i in range(n):
                m = market[i]
                for c in range(COLUMNS):
                    held[m, c] += sales[i] * h_down[i, c]
        for i in range(n):
            any_down, any_up = 0.0, 0.0
            for c in range(COLUMNS):
                d = 1.0 - h_down[i, c]
                x[i, c] = d
                any_down += d
                u[i, c] = 1.0 - h_up[i, c]
                any_up += u[i, c]
            moving_down[i], moving_up[i] = any_down > 0.0, any_up > 0.0
            if substitute and moving_down[i]:
                m = market[i]
                for c in range(COLUMNS):
                    left = held[m, c]
                    if reference:
                        left = 1.0 if left <= EMPTY else left
                        sigma = min(1.0, sales[i] / left)
                    else:
                        sigma = 1.0 if left <= sales[i] else sales[i] / left
                    x[i, c] *= sigma
        change[:] = 0.0
        for j in range(n):
            best[:] = psi_down[j]
            for g in range(groups[j], groups[j + 1]):
                sums[:] = 0.0
                for e in range(links[g], links[g + 1]):
                    i, part = supplier[e], share[e]
                    if moving_down[i]:
                        for c in range(COLUMNS):
                            sums[c] += part * x[i, c]
                for c in range(COLUMNS):
                    best[c] = max(best[c], sums[c])
            for c in range(COLUMNS):
                h = max(0.0, 1.0 - best[c])
                change[c] = max(change[c], abs(h - h_down[j, c]))
                h_down[j, c] = h
        for i in range(n):
            sums[:] = 0.0
            for e in range(sales_starts[i], sales_starts[i + 1]):
                j, part = buyer[e], sales_share[e]
                if moving_up[j]:
                    for c in range(COLUMNS):
                        sums[c] += part * u[j, c]
            for c in range(COLUMNS):
                h = max(0.0, min(1.0 - sums[c], 1.0 - psi_up[i, c]))
                change[c] = max(change[c], abs(h - h_up[i, c]))
                h_up[i, c] = h
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
