"""Makers with which a report has a hard time: nothing exposed, nothing known, odd codes."""

import pandas as pd

from chainwright import System
from chainwright.system import Maker
from toy_makers import maker

LONG = "Left-hand front door inner panel reinforcement, galvanised, second series " * 3
MARKUP = "<b>&\"A'</b>"
"""A name that would be markup, were it not escaped."""


def covered():
    """Return two products whose stocks and second sources outlast every outage."""
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 50, 5), ("G", 5, 30, 3)],
        parts=["item unit_cost", ("a", 1), ("b", 2)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "a", 1), ("F", "b", 2)],
        suppliers=["supplier", ("S",), ("T",)],
        sites=[
            "site supplier place recovery_weeks",
            ("P", "", "CHN", 2),
            ("A1", "S", "CHN", 3),
            ("A2", "T", "JPN", 3),
            ("B1", "S", "CHN", 4),
            ("B2", "T", "JPN", 4),
        ],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("F", "", "P", 1, 20),
            ("G", "", "P", 1, 20),
            ("a", "S", "A1", 0.5, 40),
            ("a", "T", "A2", 0.5, 40),
            ("b", "S", "B1", 0.5, 60),
            ("b", "T", "B2", 0.5, 60),
        ],
        stocks=["item site quantity", ("F", "", 100), ("G", "", 100), ("a", "", 90), ("b", "", 90)],
    )


def nobody_known():
    """Return a product of three parts of which no table says where they come from."""
    return maker(
        products=["item demand_per_week", ("F", 7)],
        bill=[
            "parent component quantity",
            ("F", "x", 1),
            ("F", "y", 2),
            ("y", "z", 1),
        ],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", ("F", "S")],
    )


def one_product():
    """Return one product of one part, which one supplier makes at one site; no stock at all."""
    return maker(
        products=["item name demand_per_week price margin", ("F", "Lamp", 2000, 900, 300)],
        parts=["item name unit_cost", ("a", "Bulb", 40)],
        bill=["parent component quantity", ("F", "a", 4)],
        suppliers=["supplier name place", ("S", "Sun", "VNM")],
        sites=[
            "site supplier name place recovery_weeks latitude_deg longitude_deg",
            ("P", "", "Works", "CHN", 5, 31.0, 121.0),
            ("A", "S", "Bulb works", "VNM", 10, 21.0, 106.0),
        ],
        sourcing=["item supplier site share", ("F", "", "P", 1), ("a", "S", "A", 1)],
    )


def odd_codes():
    """Return two parts whose codes and names are markup, quotes, formulas, or very long."""
    return maker(
        products=["item name demand_per_week price margin", ("F<1>", MARKUP, 10, 100, 20)],
        parts=[
            "item name unit_cost",
            ("a&b", "Tom & Jerry's <part>", 3),
            ("=SUM(A1)", LONG, 4),
        ],
        bill=["parent component quantity", ("F<1>", "a&b", 1), ("F<1>", "=SUM(A1)", 2)],
        suppliers=["supplier name place", ("S<&>", MARKUP, "CHN"), ("+1", "@plus", "JPN")],
        sites=[
            "site supplier name place latitude_deg longitude_deg",
            ("P&Q", "", "Works <main>", "CHN", 31.0, 121.0),
            ("A<1>", "S<&>", MARKUP, "CHN", 32.0, 120.0),
            ("-2", "+1", LONG, "JPN", 35.0, 137.0),
        ],
        sourcing=[
            "item supplier site share",
            ("F<1>", "", "P&Q", 1),
            ("a&b", "S<&>", "A<1>", 1),
            ("=SUM(A1)", "+1", "-2", 1),
        ],
        stocks=["item site quantity", ("a&b", "", 5)],
    )


def priced_in(currency, *, times=1.0, year=None):
    """Return `one_product` counted in another currency, its prices multiplied."""
    tables = {name: frame.copy() for name, frame in one_product().maker.tables.items()}
    for name, columns in (("products", ["price", "margin"]), ("parts", ["unit_cost"])):
        tables[name][columns] = tables[name][columns].astype("float64") * times
    kept = {name: pd.DataFrame(frame) for name, frame in tables.items() if len(frame)}
    return System(maker=Maker.of_tables("lamps", currency=currency, year=year, **kept))
