"""A plain twin of a supplement: loops over cells, and outputs by rounds of orders."""

import numpy as np


def plain_supplement(flows, *, product, users, maker, share, origins=()):
    """Return deliveries, final deliveries and outputs with cells moved, without any algebra.

    Parameters are those of `supplemented`; users and origins are regions or nodes of a table that
    holds no imports. Outputs are what rounds of orders add up to: final demand, what its makers
    order, what the makers of that order, and so on.
    """
    nodes = flows.nodes.codes
    n, m = len(nodes), len(flows.users)
    Z, Y = flows.matrix.tolist(), flows.final.tolist()
    to = nodes.index(maker)

    def named(code, words):
        return code in words or code.partition(":")[0] in words

    for g in range(n):
        sells = nodes[g].partition(":")[2] == product and (not origins or named(nodes[g], origins))
        if not sells or g == to:
            continue
        for f in range(n):
            if named(nodes[f], users) and Z[g][f] > 0.0:
                moved = share * flows.matrix[g, f]
                Z[g][f] -= moved
                Z[to][f] += moved
        for u in range(m):
            if flows.users.codes[u].partition(":")[0] in users and Y[g][u] > 0.0:
                moved = share * flows.final[g, u]
                Y[g][u] -= moved
                Y[to][u] += moved
    x = flows.output.tolist()
    A = [[Z[g][f] / x[f] if x[f] > 0.0 else 0.0 for f in range(n)] for g in range(n)]
    idle = [sum(Z[g][f] for f in range(n) if x[f] <= 0.0) for g in range(n)]
    wanted = [sum(Y[g]) + idle[g] for g in range(n)]
    made, order = list(wanted), list(wanted)
    for _ in range(10_000):
        order = [sum(A[g][f] * order[f] for f in range(n)) for g in range(n)]
        made = [one + more for one, more in zip(made, order, strict=True)]
        if max(abs(more) for more in order) < 1e-15 * max(made):
            break
    new = [[A[g][f] * made[f] if x[f] > 0.0 else Z[g][f] for f in range(n)] for g in range(n)]
    return np.array(new), np.array(Y), np.array(made)


def plain_present_value(once, yearly, *, life, lead, rate, years, start):
    """Return what a measure costs a horizon, year by year."""
    total = 0.0
    for year in range(years):
        paid = 0.0
        if year >= start and once > 0.0:
            paid += once / life if rate == 0.0 else once * rate / (1.0 - (1.0 + rate) ** -life)
        if year >= start + lead:  # a lead time of part of a year waits for the next one
            paid += yearly
        total += paid / (1.0 + rate) ** (year + 1)
    return total
