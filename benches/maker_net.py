"""A made-up maker for timing: many tiers, shared parts, second sources, stocks, shared sites."""

import numpy as np
import pandas as pd

from chainwright import System
from chainwright.system import Maker


def maker_net(*, parts=5_000, products=10, tiers=5, double=0.2, shared=0.15, seed=11):
    """Return a maker of `products` products and `parts` parts in `tiers` tiers, seeded.

    A part goes into 1 to 6 items of the tiers above it, mostly of the one just above. `double` of
    the parts have two sources; a supplier's site makes up to four items, and `shared` of the
    sites have a capacity that their items share. Three parts in four are held in stock.
    """
    rng = np.random.default_rng(seed)
    names = np.array([f"F{i:02d}" for i in range(products)] + [f"p{i:05d}" for i in range(parts)])
    tier = np.concatenate([np.zeros(products, int), np.sort(rng.integers(1, tiers + 1, parts))])
    parent, component, quantity = [], [], []
    for i in range(products, products + parts):
        near = np.flatnonzero(tier == tier[i] - 1)
        users = rng.choice(near, size=min(len(near), 1 + rng.geometric(0.55)), replace=False)[:6]
        if rng.random() < 0.15:
            above = np.flatnonzero(tier < tier[i])
            users = np.union1d(users, rng.choice(above, size=1))
        parent += users.tolist()
        component += [i] * len(users)
        quantity += rng.integers(1, 5, len(users)).tolist()
    demand = rng.integers(50, 500, products).astype(float)
    need = np.concatenate([demand, np.zeros(parts)])
    links = np.array([parent, component]).T
    for row in np.argsort(links[:, 1], kind="stable"):
        need[component[row]] += quantity[row] * need[parent[row]]
    item, supplier, site, share, able = [], [], [], [], []
    load = {}
    shops = [f"S{i:05d}" for i in range(parts // 2)]
    for i in range(products, products + parts):
        first = rng.uniform(0.4, 0.7)
        cuts = (first, 1.0 - first) if rng.random() < double else (1.0,)
        places = rng.choice(len(shops), len(cuts), replace=False)
        for cut, place in zip(cuts, places, strict=True):
            made = need[i] * cut
            item.append(names[i])
            site.append(shops[place])
            supplier.append(f"V{place // 3:04d}")
            share.append(cut)
            able.append(made * rng.uniform(1.0, 2.0) if rng.random() < 0.6 else None)
            load[shops[place]] = load.get(shops[place], 0.0) + made
    used = sorted(load)
    limits = [load[s] * rng.uniform(1.05, 1.4) if rng.random() < shared else None for s in used]
    held = np.flatnonzero(rng.random(len(names)) < 0.75)
    stores = np.full(len(names), "", dtype=object)  # three stocks in ten are where it is made
    first_site = dict(zip(reversed(item), reversed(site), strict=True))
    for i in np.flatnonzero(rng.random(len(names)) < 0.3):
        stores[i] = first_site.get(names[i], "HOME")
    tables = {
        "products": pd.DataFrame(
            {
                "item": names[:products],
                "demand_per_week": demand,
                "price": rng.integers(200, 900, products).astype(float),
                "margin": rng.integers(20, 90, products).astype(float),
            }
        ),
        "bill": pd.DataFrame(
            {"parent": names[parent], "component": names[component], "quantity": quantity}
        ),
        "suppliers": pd.DataFrame({"supplier": sorted(set(supplier))}),
        "sites": pd.DataFrame(
            {
                "site": [*used, "HOME"],
                "supplier": [*(f"V{int(s[1:]) // 3:04d}" for s in used), ""],
                "capacity_per_week": [*limits, None],
                "recovery_weeks": [*rng.integers(2, 30, len(used)).astype(float), 4.0],
            }
        ),
        "sourcing": pd.DataFrame(
            {
                "item": [*names[:products], *item],
                "supplier": [*[""] * products, *supplier],
                "site": [*["HOME"] * products, *site],
                "share": [*[1.0] * products, *share],
                "capacity_per_week": [*(demand * 1.3), *able],
            }
        ),
        "stocks": pd.DataFrame(
            {
                "item": names[held],
                "site": stores[held],
                "quantity": need[held] * rng.uniform(0.2, 6.0, len(held)),
            }
        ),
    }
    return System(maker=Maker.of_tables("bench", currency="CNY", **tables))
