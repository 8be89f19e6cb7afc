"""Makers small enough to work out by hand."""

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
