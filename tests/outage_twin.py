"""The programmes of an outage once more, plainly: every delivery an unknown, no short cut."""

import numpy as np
from scipy.optimize import linprog


def capacities(network, spare=0.1):
    """Return what each node can make a week where every site has its own limit beside."""
    able = []
    for n in range(len(network.nodes)):
        site = network.node_site[n]
        if np.isfinite(network.capacity[n]):
            able.append(network.capacity[n])
        elif not network.given[n] or (site >= 0 and np.isfinite(network.site_capacity[site])):
            able.append(np.inf)
        else:
            able.append(network.planned[n] * (1 + spare))
    return able


def plain(network, down, *, weeks=None, weight=None, stock=None, spare=0.1):
    """Return weeks to survive (weeks=None) or the least loss, by unknowns u_n, y_nj, z_n, l, t.

    y_nj: what node n delivers for making j; z_n: what it delivers to customers. Stock of an item
    is a source of its own, with no capacity.
    """
    items, nodes = len(network.items), len(network.nodes)
    bill = network.bill.toarray()
    stock = network.pooled_stock if stock is None else stock
    able = capacities(network, spare)
    names = {}

    def var(*key):
        return names.setdefault(key, len(names))

    rows, low, high = [], [], []

    def row(entries, least, most):
        rows.append(entries)
        low.append(least)
        high.append(most)

    sources = {k: [n for n in range(nodes) if network.node_item[n] == k] for k in range(items)}
    t = var("t") if weeks is None else None
    for n in range(nodes):
        var("u", n)
    for k in range(items):
        givers = [("node", n) for n in sources[k]] + [("stock", k)]
        users = [j for j in range(items) if bill[k, j] > 0]
        for j in users:  # u_j <= sum of y / r
            made = {var("u", n): -bill[k, j] for n in sources[j]}
            row(made | {var("y", g, j): 1.0 for g in givers}, 0.0, np.inf)
        for g in givers:
            given = {var("y", g, j): 1.0 for j in users}
            if network.demand[k] > 0:
                given[var("z", g)] = 1.0
            if g[0] == "node":
                row(given | {var("u", g[1]): -1.0}, -np.inf, 0.0)
            else:
                row(given, -np.inf, stock[k])
        if network.demand[k] > 0:
            sold = {var("z", g): 1.0 for g in givers}
            if weeks is None:
                row(sold | {t: -network.demand[k]}, 0.0, np.inf)
            else:
                want = network.demand[k] * weeks
                row(sold | {var("l", k): 1.0}, want, np.inf)
    for n in range(nodes):
        if n in down:
            row({var("u", n): 1.0}, 0.0, 0.0)
        elif np.isfinite(able[n]):
            limit({var("u", n): 1.0}, able[n], weeks, t, row)
    for a in range(len(network.sites)):
        here = {var("u", n): 1.0 for n in range(nodes) if network.node_site[n] == a}
        if here and np.isfinite(network.site_capacity[a]):
            limit(here, network.site_capacity[a], weeks, t, row)
    cost = np.zeros(len(names))
    if weeks is None:
        cost[t] = -1.0
    else:
        for k in range(items):
            if network.demand[k] > 0:
                cost[names["l", k]] = weight[k]
    return answer(cost, rows, low, high, len(names), weeks)


def limit(entries, rate, weeks, t, row):
    if weeks is None:
        row(entries | {t: -rate}, -np.inf, 0.0)
    else:
        row(entries, -np.inf, rate * weeks)


def answer(cost, rows, low, high, size, weeks):
    matrix = np.zeros((len(rows), size))
    for i, entries in enumerate(rows):
        for j, number in entries.items():
            matrix[i, j] = number
    above, below = np.isfinite(high), np.isfinite(low)
    found = linprog(
        cost,
        A_ub=np.vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([np.array(high)[above], -np.array(low)[below]]),
        bounds=(0, None),
        method="highs",
    )
    if weeks is None:
        return np.inf if found.status == 3 else -found.fun
    assert found.status == 0, found.message
    return found.fun


def plain_weekly(network, down, weeks, horizon, *, weight, stock=None, spare=0.1):
    """Return the least loss week by week: what node n makes arrives its lead time later.

    All items, no short cut; goods planned before the outage arrive while theirs lasts.
    """
    items, nodes = len(network.items), len(network.nodes)
    bill = network.bill.toarray()
    stock = network.pooled_stock if stock is None else stock
    able = capacities(network, spare)
    lead = np.ceil(np.nan_to_num(network.lead_time)).astype(int)
    names, rows, low, high = {}, [], [], []

    def var(*key):
        return names.setdefault(key, len(names))

    def row(entries, least, most):
        rows.append(entries)
        low.append(least)
        high.append(most)

    for p in range(horizon):
        for k in range(items):
            there = {var("h", k, p): 1.0}
            given = stock[k] if p == 0 else 0.0
            if p:
                there[var("h", k, p - 1)] = -1.0
            for n in range(nodes):
                if network.node_item[n] == k:
                    if p >= lead[n]:
                        there[var("u", n, p - lead[n])] = -1.0
                    else:
                        given += network.planned[n]
                if bill[k, network.node_item[n]] > 0:
                    key = var("u", n, p)
                    there[key] = there.get(key, 0.0) + bill[k, network.node_item[n]]
            if network.demand[k] > 0:
                there[var("l", k, p)] = -1.0
                given -= network.demand[k]
                row({var("l", k, p): 1.0}, -np.inf, network.demand[k])
            row(there, given, given)
        for n in range(nodes):
            most = 0.0 if n in down and p < weeks else able[n]
            if np.isfinite(most):
                row({var("u", n, p): 1.0}, -np.inf, most)
        for a in range(len(network.sites)):
            here = [n for n in range(nodes) if network.node_site[n] == a]
            if here and np.isfinite(network.site_capacity[a]):
                out = p < weeks and set(here) <= set(down)
                row(
                    {var("u", n, p): 1.0 for n in here},
                    -np.inf,
                    0.0 if out else network.site_capacity[a],
                )
    cost = np.zeros(len(names))
    for (kind, *rest), place in names.items():
        if kind == "l":
            cost[place] = weight[rest[0]]
    return answer(cost, rows, low, high, len(names), weeks)
