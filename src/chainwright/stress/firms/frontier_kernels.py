"""The cascade of one shock after another, pushing only firms whose loss moved."""

from chainwright._jit import jit

__all__ = ["EMPTY", "frontier_cascades"]

EMPTY = 1e-10
"""Market sums up to this are replaced by 1 in reference mode, as published."""

NEARLY_EMPTY = 1e-3
"""Share of a market's sales below which its sum is taken afresh: differences would lose digits."""


@jit
def substitutability(sales, held, reference):
    """Return sigma of a firm with `sales` in a market that still `held` so much.

    sigma = min(1, out_i / sum of out_l h_l). Of an emptied market the reference takes 1 for the
    sum; the fixed point takes the limit, sigma = 1, which no unit of money moves.
    """
    if reference:
        if held <= EMPTY:
            held = 1.0
        return min(1.0, sales / held)
    if held <= sales:
        return 1.0
    return sales / held


@jit
def frontier_cascades(
    first,
    last,
    shock_starts,
    shock_firm,
    shock_down,
    shock_up,
    push_starts,
    push_buyer,
    push_group,
    push_share,
    buyer_groups,
    supply_starts,
    supply_firm,
    supply_share,
    sales,
    weight,
    market,
    market_starts,
    market_firm,
    market_sales,
    substitute,
    reference,
    stop,
    tolerance,
    rounds,
    most_pushes,
    loss,
    sums,
    down,
    up,
    psi_down,
    psi_up,
    held,
    fresh,
    list_down,
    list_up,
    new_down,
    new_up,
    found,
    traces,
):
    """Run shocks `first` to `last`, each from an untouched network (stress 5.1, 5.3).

    Rows of `down`: largest group sum or psi; round last touched; h; x last pushed. Rows of `up`:
    sum; round last touched; h; u last pushed. Both, `sums`, `held` and the psi are left as they
    were found. Rows of `found`: risk, downstream, upstream, rounds (-1: handed over, pushes passed
    `most_pushes`; -2: `rounds` were not enough), last change. With `loss` of rows (2, n) of each
    shock, losses d and u are kept. `traces` (rounds, 4), if it has rows, takes risk, downstream,
    upstream and change after each round of shock `first`.
    """
    total = 0.0
    for i in range(weight.shape[0]):
        total += weight[i]
    for s in range(first, last):
        touched_down, touched_up = 0, 0
        for a in range(shock_starts[s], shock_starts[s + 1]):
            i = shock_firm[a]
            psi_down[i], psi_up[i] = shock_down[a], shock_up[a]
            down[i, 0], down[i, 1] = shock_down[a], 0.0
            up[i, 1] = 0.0
            h = 1.0 - shock_down[a]
            if substitute:
                held[market[i]] += sales[i] * (h - 1.0)
            down[i, 2], up[i, 2] = h, 1.0 - shock_up[a]
            list_down[touched_down] = i
            list_up[touched_up] = i
            touched_down += 1
            touched_up += 1
        if substitute:
            for a in range(touched_down):
                m = market[list_down[a]]
                refill(m, held, market_sales, market_starts, market_firm, sales, down, fresh, 1.0)
            for a in range(touched_down):
                fresh[market[list_down[a]]] = 0.0
        pushes, round_, change = 0, 0, 0.0
        handed = False
        while round_ < rounds:
            round_ += 1
            stamp = float(round_)
            fallen = False
            many_down, many_up = 0, 0
            before_down, before_up = touched_down, touched_up
            # downstream: what moved is pushed to the groups of its buyers
            for a in range(before_down):
                i = list_down[a]
                d = 1.0 - down[i, 2]
                x = d
                if substitute and d > 0.0:
                    x = d * substitutability(sales[i], held[market[i]], reference)
                move = x - down[i, 3]
                if move == 0.0 or abs(move) <= tolerance:
                    continue
                down[i, 3] = x
                fallen = fallen or move < 0.0
                pushes += push_starts[i + 1] - push_starts[i]
                for e in range(push_starts[i], push_starts[i + 1]):
                    g, j = push_group[e], push_buyer[e]
                    sums[g] += push_share[e] * move
                    down[j, 0] = max(down[j, 0], sums[g])
                    if down[j, 1] != stamp:
                        if down[j, 1] < 0.0:
                            list_down[touched_down] = j
                            touched_down += 1
                        down[j, 1] = stamp
                        new_down[many_down] = j
                        many_down += 1
            # upstream: what moved is pushed to its suppliers
            for a in range(before_up):
                j = list_up[a]
                u = 1.0 - up[j, 2]
                move = u - up[j, 3]
                if move == 0.0 or abs(move) <= tolerance:
                    continue
                up[j, 3] = u
                pushes += supply_starts[j + 1] - supply_starts[j]
                for e in range(supply_starts[j], supply_starts[j + 1]):
                    i = supply_firm[e]
                    up[i, 0] += supply_share[e] * move
                    if up[i, 1] != stamp:
                        if up[i, 1] < 0.0:
                            list_up[touched_up] = i
                            touched_up += 1
                        up[i, 1] = stamp
                        new_up[many_up] = i
                        many_up += 1
            # commit: all firms at once
            change = 0.0
            for a in range(many_down):
                j = new_down[a]
                if fallen:  # only an emptied market of the reference lets a loss fall
                    worst = psi_down[j]
                    for g in range(buyer_groups[j], buyer_groups[j + 1]):
                        worst = max(worst, sums[g])
                    down[j, 0] = worst
                h = max(0.0, 1.0 - down[j, 0])
                moved = h - down[j, 2]
                if moved != 0.0:
                    down[j, 2] = h
                    change = max(change, abs(moved))
                    if substitute:
                        held[market[j]] += sales[j] * moved
            for a in range(many_up):
                i = new_up[a]
                h = max(0.0, min(1.0 - up[i, 0], 1.0 - psi_up[i]))
                moved = h - up[i, 2]
                if moved != 0.0:
                    up[i, 2] = h
                    change = max(change, abs(moved))
            if substitute:
                for a in range(many_down):
                    m = market[new_down[a]]
                    refill(
                        m, held, market_sales, market_starts, market_firm, sales, down, fresh, stamp
                    )
            if round_ <= traces.shape[0]:
                traces[round_ - 1, 3] = change
                tally(
                    list_down, touched_down, list_up, touched_up, down, up, weight, total,
                    traces[round_ - 1],
                )  # fmt: skip
            if change <= stop:
                break
            if pushes > most_pushes:
                handed = True
                break
        tally(list_down, touched_down, list_up, touched_up, down, up, weight, total, found[s])
        found[s, 3] = float(round_)
        if handed:
            found[s, 3] = -1.0
        elif change > stop:
            found[s, 3] = -2.0
        found[s, 4] = change
        if loss.shape[0] > 0:
            for a in range(touched_down):
                loss[s, 0, list_down[a]] = 1.0 - down[list_down[a], 2]
            for a in range(touched_up):
                loss[s, 1, list_up[a]] = 1.0 - up[list_up[a], 2]
        # leave all as it was found, by what was touched
        for a in range(touched_down):
            j = list_down[a]
            for g in range(buyer_groups[j], buyer_groups[j + 1]):
                sums[g] = 0.0
            down[j, 0], down[j, 1], down[j, 2], down[j, 3] = 0.0, -1.0, 1.0, 0.0
            psi_down[j] = 0.0
            held[market[j]] = market_sales[market[j]]
            fresh[market[j]] = 0.0
        for a in range(touched_up):
            i = list_up[a]
            up[i, 0], up[i, 1], up[i, 2], up[i, 3] = 0.0, -1.0, 1.0, 0.0
            psi_up[i] = 0.0


@jit
def refill(m, held, market_sales, market_starts, market_firm, sales, down, fresh, stamp):
    """Sum what a nearly emptied market still holds afresh, once a round."""
    if held[m] < NEARLY_EMPTY * market_sales[m] and fresh[m] != stamp:
        fresh[m] = stamp
        left = 0.0
        for a in range(market_starts[m], market_starts[m + 1]):
            left += sales[market_firm[a]] * down[market_firm[a], 2]
        held[m] = left


@jit
def tally(list_down, touched_down, list_up, touched_up, down, up, weight, total, out):
    """Fill `out` with risk, downstream and upstream risk of what was touched."""
    both, lost_down, lost_up = 0.0, 0.0, 0.0
    for a in range(touched_down):
        i = list_down[a]
        d = 1.0 - down[i, 2]
        lost_down += weight[i] * d
        both += weight[i] * max(d, 1.0 - up[i, 2])
    for a in range(touched_up):
        i = list_up[a]
        u = 1.0 - up[i, 2]
        lost_up += weight[i] * u
        if down[i, 1] < 0.0:  # not counted yet
            both += weight[i] * u
    out[0], out[1], out[2] = both / total, lost_down / total, lost_up / total
