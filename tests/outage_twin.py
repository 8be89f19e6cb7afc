"""The programmes of an outage once more, plainly: every delivery an unknown, no short cut."""

import numpy as np
from scipy.optimize import linprog


class Plain:
    """A linear programme whose unknowns are named and whose rows are written out."""

    def __init__(self):
        self.names, self.rows, self.low, self.high = {}, [], [], []

    def var(self, *key):
        return self.names.setdefault(key, len(self.names))

    def row(self, entries, low=-np.inf, high=np.inf):
        self.rows.append(entries)
        self.low.append(low)
        self.high.append(high)

    def least(self, cost_of):
        """Return the least sum of costs of unknowns by their first word; -inf if unbounded."""
        matrix = np.zeros((len(self.rows), len(self.names)))
        for i, entries in enumerate(self.rows):
            for j, number in entries.items():
                matrix[i, j] = number
        cost = np.zeros(len(self.names))
        for key, place in self.names.items():
            cost[place] = cost_of(*key)
        low, high = np.array(self.low), np.array(self.high)
        above, below = np.isfinite(high), np.isfinite(low)
        found = linprog(
            cost,
            A_ub=np.vstack([matrix[above], -matrix[below]]),
            b_ub=np.concatenate([high[above], -low[below]]),
            bounds=(0, None),
            method="highs",
        )
        if found.status == 3:
            return -np.inf
        assert found.status == 0, found.message
        return found.fun


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


def plain(network, down, *, weeks=None, weight=None, stock=None):
    """Return weeks to survive (weeks=None) or the least loss, by unknowns u_n, y_gj, z_g, l, t.

    y_gj: what giver g (a node, or the stock of an item) delivers for making j; z_g: what it
    delivers to customers.
    """
    stock = network.pooled_stock if stock is None else stock
    held = Plain()
    if weeks is None:
        held.var("t")
    for k in range(len(network.items)):
        deliveries(held, network, k, stock[k], weeks)
    for n, able in enumerate(capacities(network)):
        used = {held.var("u", n): 1.0}
        if n in down:
            held.row(used, high=0.0)
        elif np.isfinite(able):
            limit(held, used, able, weeks)
    for a in range(len(network.sites)):
        here = {held.var("u", n): 1.0 for n in np.flatnonzero(network.node_site == a)}
        if here and np.isfinite(network.site_capacity[a]):
            limit(held, here, network.site_capacity[a], weeks)
    if weeks is None:
        return -held.least(lambda kind, *_: -1.0 if kind == "t" else 0.0)
    return held.least(lambda kind, *rest: weight[rest[0]] if kind == "l" else 0.0)


def deliveries(held, network, k, stock, weeks):
    """Write the rows of item k: users and customers get what is delivered."""
    bill = network.bill.toarray()
    givers = [("node", n) for n in np.flatnonzero(network.node_item == k)] + [("stock", k)]
    users = np.flatnonzero(bill[k])
    for j in users:  # u_j <= sum of y / r
        made = {held.var("u", n): -bill[k, j] for n in np.flatnonzero(network.node_item == j)}
        held.row(made | {held.var("y", g, j): 1.0 for g in givers}, low=0.0)
    sold = network.demand[k] > 0
    for g in givers:
        given = {held.var("y", g, j): 1.0 for j in users}
        if sold:
            given[held.var("z", g)] = 1.0
        if g[0] == "node":
            held.row(given | {held.var("u", g[1]): -1.0}, high=0.0)
        elif given:
            held.row(given, high=stock)
    if sold:
        got = {held.var("z", g): 1.0 for g in givers}
        if weeks is None:
            held.row(got | {held.var("t"): -network.demand[k]}, low=0.0)
        else:
            held.row(got | {held.var("l", k): 1.0}, low=network.demand[k] * weeks)


def limit(held, entries, rate, weeks):
    """Write that so much can be made in all weeks, or in t of them."""
    if weeks is None:
        held.row(entries | {held.var("t"): -rate}, high=0.0)
    else:
        held.row(entries, high=rate * weeks)


def plain_weekly(network, down, weeks, horizon, *, weight):
    """Return the least loss week by week: what node n makes arrives its lead time later.

    All items, no short cut; goods planned before the outage arrive while theirs lasts.
    """
    held = Plain()
    able = capacities(network)
    for p in range(horizon):
        for k in range(len(network.items)):
            balance(held, network, k, p)
        for n in range(len(network.nodes)):
            most = 0.0 if n in down and p < weeks else able[n]
            if np.isfinite(most):
                held.row({held.var("u", n, p): 1.0}, high=most)
        for a in np.flatnonzero(np.isfinite(network.site_capacity)):
            here = np.flatnonzero(network.node_site == a)
            held.row({held.var("u", n, p): 1.0 for n in here}, high=network.site_capacity[a])
    return held.least(lambda kind, *rest: weight[rest[0]] if kind == "l" else 0.0)


def balance(held, network, k, p):
    """Write that what is held of item k after week p is what was, and came, less what went."""
    bill, lead = network.bill.toarray(), np.ceil(np.nan_to_num(network.lead_time)).astype(int)
    there = {held.var("h", k, p): 1.0}
    given = 0.0 if p else network.pooled_stock[k]
    if p:
        there[held.var("h", k, p - 1)] = -1.0
    for n in np.flatnonzero(network.node_item == k):
        if p >= lead[n]:
            there[held.var("u", n, p - lead[n])] = -1.0
        else:
            given += network.planned[n]
    for n in np.flatnonzero(bill[k, network.node_item]):
        there[held.var("u", n, p)] = bill[k, network.node_item[n]]
    if network.demand[k] > 0:
        there[held.var("l", k, p)] = -1.0
        given -= network.demand[k]
        held.row({held.var("l", k, p): 1.0}, high=network.demand[k])
    held.row(there, low=given, high=given)
