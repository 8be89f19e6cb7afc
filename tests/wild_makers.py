"""Makers drawn at random with everything that a real one's tables may lack or hold twice."""

import numpy as np

from toy_makers import maker

AREAS = (("CHN", "N"), ("CHN", "S"), ("JPN", "N"), ("DEU", ""), ("", "E"), ("", ""))


def structure(rng, sold, items):
    """Return demand a week, units of each component in each parent, and units needed a week."""
    demand = {f: float(rng.integers(5, 30)) for f in sold}
    if len(sold) > 1 and rng.random() < 0.25:
        demand[sold[-1]] = 0.0
    pairs = {}
    for i in range(1, len(items)):
        for j in rng.choice(i, size=int(rng.integers(0 if i < len(sold) else 1, 3))):
            if i >= len(sold) or rng.random() < 0.3:
                pairs[items[int(j)], items[i]] = float(rng.choice([0.5, 1, 2, 3]))
    need = {k: demand.get(k, 0.0) for k in items}
    for k in items:
        for (parent, component), q in pairs.items():
            if parent == k:
                need[component] += q * need[k]
    return demand, pairs, need


def wild(seed, *, parts=6, margins=True, prices=True, names=str):
    """Return a maker of 1 to 3 products with gaps in every column.

    Products that go into products; items of no source, of several, of one supplier without a
    site; shares, capacities, times to recover, prices that are not known; sites that share a
    capacity; demand and stock of 0; stock in stores that make nothing. `names` makes codes.
    """
    rng = np.random.default_rng(seed)
    odd = rng.uniform(0.0, 0.5)  # how much is missing

    def perhaps(value, chance=odd):
        return None if rng.random() < chance else value

    sold = [names(f"F{i}") for i in range(int(rng.integers(1, 4)))]
    made = [names(f"p{i}") for i in range(int(rng.integers(1, parts + 1)))]
    items = sold + made
    demand, pairs, need = structure(rng, sold, items)
    who = [names(f"V{i}") for i in range(4)]
    shops = []
    for i in range(7):
        place, region = AREAS[int(rng.integers(0, len(AREAS)))]
        owner = "" if i < 2 else who[int(rng.integers(0, 4))]
        shops.append([names(f"S{i}"), owner, place, region, 0.0])
    rows = []
    for k in items:
        if rng.random() < 0.15:
            continue
        number = int(rng.choice([1, 1, 2, 3]))
        shares = np.round(rng.dirichlet(np.ones(number)), 3)
        shares[-1] = round(1.0 - shares[:-1].sum(), 3)
        hidden = rng.random() < odd
        for shop, share in zip(rng.choice(9, number, replace=False), shares, strict=True):
            own = perhaps(round(need[k] * share * rng.uniform(0.7, 1.6), 2))
            told = None if hidden and rng.random() < 0.7 else float(share)
            rest = (told, own, perhaps(float(rng.integers(1, 20)), 0.7), perhaps(2.5 + share))
            if shop >= 7:
                rows.append((k, who[shop - 7], "", *rest))
            else:
                shops[shop][4] += need[k] * share
                rows.append((k, perhaps(shops[shop][1], 0.3) or "", shops[shop][0], *rest))
    if not rows:
        rows.append((items[0], "", shops[0][0], 1.0, None, None, None))
    sites = [
        (
            *shop[:4],
            round(shop[4] * rng.uniform(0.8, 1.6), 2) if rng.random() < 0.3 else None,
            perhaps(float(rng.integers(1, 20))),
        )
        for shop in shops
    ]
    stocks = [
        (k, ["", *(s[0] for s in shops)][place], round(need[k] * float(weeks), 2))
        for k in items
        for place, weeks in zip(
            rng.choice(8, int(rng.integers(0, 3)), replace=False),
            rng.choice([0.0, 0.5, 1.3, 4.0, 9.0], 2),
            strict=False,
        )
    ]
    return maker(
        products=[
            "item demand_per_week price margin",
            *(
                (
                    f,
                    demand[f],
                    round(rng.uniform(10, 90), 2) if prices else perhaps(9.5, 0.5),
                    round(rng.uniform(-1, 9), 3) if margins else perhaps(2.5, 0.5),
                )
                for f in sold
            ),
        ],
        parts=["item unit_cost", *((k, perhaps(round(rng.uniform(0.1, 5), 2))) for k in made)],
        bill=["parent component quantity", *((p, c, q) for (p, c), q in pairs.items())],
        suppliers=["supplier name place", *((v, "", "CHN") for v in who)],
        sites=["site supplier place region capacity_per_week recovery_weeks", *sites],
        sourcing=["item supplier site share capacity_per_week recovery_weeks price", *rows],
        stocks=["item site quantity", *stocks],
        alternates=[
            "item supplier site qualify_weeks",
            *{
                (k, v): (k, v, "", perhaps(float(rng.integers(0, 9))))
                for k in rng.choice(items, 3)
                for v in rng.choice(who, 1)
            }.values(),
        ],
    )
