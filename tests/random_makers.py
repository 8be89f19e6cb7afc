"""Makers drawn at random: small ones to be solved by brute force, with every odd thing in them."""

import numpy as np

from toy_makers import maker


def drawn(seed, *, parts=8, products=2, sharing=0.5, infinite=0.1, far=0):
    """Return a maker with shared parts, second sources, stocks and sites that share capacity.

    Lead times are up to `far` weeks, not given where that is 0.
    """
    rng = np.random.default_rng(seed)
    sold = [f"F{i}" for i in range(products)]
    made = [f"p{i}" for i in range(parts)]
    items = sold + made
    bill, need = [], dict.fromkeys(items, 0.0)
    demand = {f: float(rng.integers(5, 30)) for f in sold}
    if products > 1 and rng.random() < 0.3:  # one product goes into another
        bill.append((sold[0], sold[1], 1.0))
    for i, part in enumerate(made):
        above = sold + made[:i]
        users = rng.choice(len(above), size=min(len(above), rng.integers(1, 4)), replace=False)
        bill += [(above[u], part, float(rng.integers(1, 4))) for u in users]
    for item in items:
        need[item] += demand.get(item, 0.0)
        for parent, part, quantity in bill:
            if parent == item:
                need[part] += quantity * need[item]
    sites, sourcing, stocks = {}, [], []
    for item in items:
        count = 0 if item not in sold and rng.random() < 0.1 else int(rng.choice([1, 1, 2, 3]))
        shops = rng.choice(6, size=count, replace=False)
        cuts = rng.dirichlet(np.ones(count)) if count else []
        for shop, share in zip(shops, cuts, strict=True):
            sites[f"S{shop}"] = sites.get(f"S{shop}", 0.0) + need[item] * share
            own = None if rng.random() < infinite else round(need[item] * rng.uniform(0.6, 1.5), 2)
            lead = int(rng.integers(0, far + 1)) if far else None
            sourcing.append((item, "V", f"S{shop}", round(share, 6), own, lead))
        if rng.random() < 0.7:
            store = rng.choice(["", *sites]) if sites else ""
            stocks.append((item, store, round(need[item] * rng.uniform(0.1, 4.0), 2)))
    rows = [
        (s, "V", round(load * rng.uniform(0.9, 1.6), 2) if rng.random() < sharing else None)
        for s, load in sites.items()
    ]
    return maker(
        products=[
            "item demand_per_week price margin",
            *[
                (f, demand[f], float(rng.integers(10, 50)), float(rng.integers(1, 10)))
                for f in sold
            ],
        ],
        bill=["parent component quantity", *bill],
        suppliers=["supplier", ("V",)],
        sites=["site supplier capacity_per_week", *rows],
        sourcing=["item supplier site share capacity_per_week lead_time_weeks", *sourcing],
        stocks=["item site quantity", *stocks],
    )
