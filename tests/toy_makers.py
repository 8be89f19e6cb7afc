"""Makers small enough to work out by hand."""

import numpy as np
import pandas as pd

from chainwright import System
from chainwright.system import Maker


def maker(**tables):
    """Return a system of one maker; each table is a header and rows of text or numbers."""
    frames = {
        name: pd.DataFrame(rows[1:], columns=rows[0].split()) for name, rows in tables.items()
    }
    return System(maker=Maker.of_tables("toy", currency="CNY", **frames))


def two_products(*, stock_b=80, recovery=True):
    """Return the hand-worked case of two products: part a from a1 or a2, part b from b.

    Demand 40 + 40 a week; margins 5, 2; capacities a1 60, a2 50, b 50, F1 60, F2 60; stock a1 40,
    b 80, F1 20, F2 30. Time to recover 6 weeks for a1, 4 for b.
    """
    weeks = {"A1": 6, "B": 4} if recovery else {}
    return maker(
        products=["item demand_per_week price margin", ("F1", 40, 12, 5), ("F2", 40, 6, 2)],
        parts=["item unit unit_cost", ("a", "pcs", 1), ("b", "pcs", 2)],
        bill=["parent component quantity", ("F1", "a", 1), ("F1", "b", 1), ("F2", "a", 1)],
        suppliers=["supplier name place", ("SA", "Alpha", "CHN"), ("SB", "Beta", "JPN")],
        sites=[
            "site supplier place region recovery_weeks",
            ("P1", "", "CHN", "Anhui", weeks.get("P1")),
            ("P2", "", "CHN", "Anhui", weeks.get("P2")),
            ("A1", "SA", "CHN", "Jiangsu", weeks.get("A1")),
            ("A2", "SA", "CHN", "Hubei", weeks.get("A2")),
            ("B", "SB", "JPN", "Aichi", weeks.get("B")),
        ],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("F1", "", "P1", 1, 60),
            ("F2", "", "P2", 1, 60),
            ("a", "SA", "A1", 0.5, 60),
            ("a", "SA", "A2", 0.5, 50),
            ("b", "SB", "B", 1, 50),
        ],
        stocks=[
            "item site quantity",
            ("a", "A1", 40),
            ("b", "B", stock_b),
            ("F1", "P1", 20),
            ("F2", "P2", 30),
        ],
    )


def one_chip():
    """Return a module of two suppliers whose chip one supplier alone makes, at two sites.

    F (10 a week at 100) needs one A; A, from S1 in China or S2 in Japan, needs two c; c comes from
    X alone, at X1 in Taiwan and at X2, of which the country is not known. E is bought without a
    known site, G from nobody known; H from two, of which one has no site.
    """
    return maker(
        products=["item name demand_per_week price", ("F", "Car", 10, 100)],
        parts=[
            "item name unit_cost",
            ("A", "Module", 20),
            ("c", "Chip", 3),
            ("E", "Bracket", 1),
            ("G", "Grease", None),
            ("H", "Hose", 2),
        ],
        bill=[
            "parent component quantity",
            ("F", "A", 1),
            ("A", "c", 2),
            ("F", "E", 4),
            ("F", "G", 0.5),
            ("F", "H", 1),
        ],
        suppliers=["supplier name place", ("S1", "One", "CHN"), ("S2", "Two", ""), ("X", "Ex", "")],
        sites=[
            "site supplier place region",
            ("P", "", "CHN", "Anhui"),
            ("A1", "S1", "CHN", "Anhui"),
            ("A2", "S2", "JPN", ""),
            ("X1", "X", "TWN", "Tainan"),
            ("X2", "X", "", ""),
        ],
        sourcing=[
            "item supplier site share price",
            ("F", "", "P", 1, None),
            ("A", "S1", "A1", 0.6, 22),
            ("A", "S2", "A2", 0.4, None),
            ("c", "X", "X1", None, None),
            ("c", "X", "X2", None, None),
            ("E", "S1", "", 1, None),
            ("H", "S1", "A1", 0.7, None),
            ("H", "S2", "", 0.3, None),
        ],
        stocks=["item site quantity", ("c", "", 30), ("c", "X1", 10)],
        alternates=[
            "item supplier site qualify_weeks",
            ("A", "S1", "A1", 0),  # a source already
            ("c", "S1", "A1", 8),
            ("c", "S2", "", 20),
            ("E", "S2", "A2", 0),
        ],
    )


def random_maker(seed, *, gaps=True, sources=3, items=14):
    """Return a maker drawn at random: an acyclic bill, sources with and without site and share.

    Without `gaps` each item has a source, and each source a site of its own in a known country.
    """
    rng = np.random.default_rng(seed)
    names = [f"i{k}" for k in range(items)]
    products = names[: int(rng.integers(1, 4))]
    bill = [
        (names[int(rng.integers(0, k))], names[k], float(rng.integers(1, 4)))
        for k in range(len(products), items)
    ]
    pairs = {(p, c) for p, c, _ in bill}
    for _ in range(items):
        low, high = sorted(rng.choice(items, 2, replace=False).tolist())
        if (names[low], names[high]) not in pairs:
            pairs.add((names[low], names[high]))
            bill.append((names[low], names[high], float(rng.integers(1, 4))))
    who = ["", *(f"v{k}" for k in range(5))]
    sites, sourcing = [], []
    for item in names:
        if gaps and rng.random() < 0.15:
            continue
        number = int(rng.integers(1, sources + 1))
        known = rng.random() < 0.6 or not gaps
        parts = rng.dirichlet(np.ones(number)) * (1.0 if known else 0.7)
        unsited = set()
        for k in range(number):
            supplier = who[int(rng.integers(0, len(who)))]
            place = ["CHN", "JPN", "DEU", ""][int(rng.integers(0, 4 if gaps else 3))]
            region = ["N", "S", ""][int(rng.integers(0, 3))]
            bare = gaps and supplier and rng.random() < 0.2 and supplier not in unsited
            site = "" if bare else f"s{len(sites)}"
            if bare:
                unsited.add(supplier)
            else:
                sites.append((site, supplier, place, region))
            share = parts[k] if known or k else None
            sourcing.append((item, supplier, site, share))
    if not sourcing:
        sites.append(("s0", "", "CHN", ""))
        sourcing.append((names[0], "", "s0", 1))
    return maker(
        products=["item demand_per_week price", *((p, 10.0, 5.0) for p in products)],
        bill=["parent component quantity", *bill],
        suppliers=["supplier", *((w,) for w in who[1:])],
        sites=["site supplier place region", *sites],
        sourcing=["item supplier site share", *sourcing],
    )
