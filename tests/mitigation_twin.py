"""Plain twins of mitigation: an outage step by step in time, and every plan of few measures."""

from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from toy_makers import maker


def stepwise_loss(system, down, weeks, *, extra=None, sources=(), step=0.5, lost_stock=None):
    """Return the least weighted loss of an outage, week by week: one programme over all steps.

    Nothing is shared with the product: all nodes, all items, time in equal steps; stock is carried
    from step to step and may never be negative. `sources` are (item, units a week, from week).
    """
    net = system.maker.network
    items, nodes = len(net.items), len(net.nodes)
    steps = round(weeks / step)
    assert abs(steps * step - weeks) < 1e-9
    capacity = np.where(np.isnan(net.capacity), np.inf, net.capacity)
    width = nodes + len(sources) + items
    stock = net.pooled_stock.astype(float).copy()
    if lost_stock is not None:
        stock = stock - lost_stock
    for item, units in (extra or {}).items():
        stock[net.items.place[item]] += units
    bill = net.bill.toarray()
    makes = np.zeros((items, width))
    makes[net.node_item, np.arange(nodes)] = 1.0
    for j, (item, _, _) in enumerate(sources):
        makes[net.items.place[item], nodes + j] = 1.0
    use = bill @ makes - makes
    use[np.arange(items), nodes + len(sources) + np.arange(items)] -= 1.0
    site = net.node_site
    rows, limits = [], []
    for t in range(steps):
        for k in range(items):
            row = np.zeros((steps, width))
            row[: t + 1] = use[k]
            rows.append(row.ravel())
            limits.append(stock[k] - net.demand[k] * (t + 1) * step)
        for s in range(len(net.sites)):
            if np.isfinite(net.site_capacity[s]):
                row = np.zeros((steps, width))
                row[t, :nodes] = site == s
                rows.append(row.ravel())
                limits.append(net.site_capacity[s] * step)
    bounds = []
    for t in range(steps):
        bounds += [(0, None if np.isinf(c) else c * step) for c in np.where(down, 0.0, capacity)]
        bounds += [(0, c * step if t * step >= q - 1e-9 else 0.0) for _, c, q in sources]
        bounds += [(0, d * step) for d in net.demand]
    weight = np.where(np.isnan(net.margin), 0.0, net.margin)
    cost = np.tile(np.concatenate([np.zeros(width - items), weight]), steps)
    found = linprog(cost, A_ub=np.array(rows), b_ub=limits, bounds=bounds, method="highs")
    assert found.status == 0
    return float(found.fun)


def every_plan(count):
    """Yield every plan of `count` measures that are taken or not."""
    yield from (np.array(plan, dtype=float) for plan in product((0, 1), repeat=count))


def random_maker(seed, *, parts=4):
    """Return a small maker of two products, with every capacity given, and a random generator."""
    rng = np.random.default_rng(seed)
    names = [f"p{i}" for i in range(parts)]
    bill = [("F", names[0], 1), ("G", names[0], 2), ("F", names[1], 1)]
    bill += [(names[i % 2], names[i], int(rng.integers(1, 3))) for i in range(2, parts)]
    need = dict.fromkeys(["F", "G", *names], 0.0)
    need["F"], need["G"] = 10.0, 6.0
    for parent, component, quantity in bill:  # parents stand before what they need
        need[component] += quantity * need[parent]
    sites = [("H", "", "CHN", 2)]
    sites += [(f"S{i}", "V", "CHN", int(rng.integers(2, 6))) for i in range(parts + 1)]
    sourcing = [("F", "", "H", 1.0, 12.0), ("G", "", "H", 1.0, 8.0)]
    for i, name in enumerate(names):
        sourcing.append((name, "V", f"S{i}", None, need[name] * rng.uniform(0.6, 1.3)))
        if rng.random() < 0.5:
            sourcing.append((name, "V", f"S{parts}", None, need[name] * rng.uniform(0.3, 0.8)))
    kept = {name: sum(r[4] for r in sourcing if r[0] == name) for name in names}
    stocks = [
        (name, "", need[name] * float(rng.integers(0, 3)) + 4 * max(0.0, need[name] - kept[name]))
        for name in names
    ]
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 30, 5), ("G", 6, 20, 3)],
        parts=["item unit_cost", *[(n, float(rng.integers(1, 6))) for n in names]],
        bill=["parent component quantity", *bill],
        suppliers=["supplier", ("V",), ("W",)],
        sites=["site supplier place recovery_weeks", *sites],
        sourcing=["item supplier site share capacity_per_week", *sourcing],
        stocks=["item site quantity", *[s for s in stocks if s[2] > 0], ("F", "", 5.0)],
    )
    return system, rng


def measures(rows):
    """Return a table of measures from (name, kind, item, lot, most, capacity, weeks, cost, of)."""
    columns = ["measure", "kind", "item", "lot", "most", "capacity_per_week", "weeks"]
    columns += ["yearly_low", "one_of"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["yearly_high"] = frame["yearly_low"]
    return frame
