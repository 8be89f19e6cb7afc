"""Tables of two regions that fit on a slip of paper, for tests of repair."""

import pandas as pd

from chainwright import System

COLUMNS = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]

TWO = [
    ("intermediate", "A", "p", "A", "p", 10.0),
    ("intermediate", "B", "p", "A", "p", 20.0),
    ("intermediate", "B", "p", "B", "p", 10.0),
    ("final", "A", "p", "A", "household", 70.0),
    ("final", "A", "p", "B", "household", 20.0),
    ("final", "B", "p", "A", "household", 10.0),
    ("final", "B", "p", "B", "household", 60.0),
    ("value_added", "", "wages", "A", "p", 70.0),
    ("value_added", "", "wages", "B", "p", 90.0),
    ("stressor", "", "CO2", "A", "p", 50.0),
    ("stressor", "", "CO2", "B", "p", 30.0),
]
"""One product p, made in A and in B: x = (100, 100), A uses 20 of B's."""

NATION = [
    ("intermediate", "A", "p", "A", "p", 10.0),
    ("import", "B", "p", "A", "p", 20.0),
    ("final", "A", "p", "A", "household", 70.0),
    ("final", "A", "p", "A", "exports", 20.0),
    ("import", "B", "p", "A", "household", 10.0),
]
"""The same A alone, what B delivers being imports."""

DEPENDENT = [
    ("intermediate", "A", "ore", "A", "steel", 20.0),
    ("intermediate", "A", "steel", "A", "ore", 4.0),
    ("intermediate", "A", "steel", "A", "steel", 6.0),
    ("intermediate", "B", "ore", "A", "steel", 8.0),
    ("intermediate", "B", "ore", "B", "steel", 40.0),
    ("intermediate", "B", "steel", "A", "ore", 12.0),
    ("intermediate", "B", "steel", "A", "steel", 18.0),
    ("intermediate", "B", "steel", "B", "ore", 10.0),
    ("intermediate", "B", "steel", "B", "steel", 10.0),
    ("final", "A", "ore", "A", "household", 30.0),
    ("final", "A", "steel", "A", "household", 60.0),
    ("final", "A", "steel", "B", "household", 20.0),
    ("final", "B", "ore", "B", "household", 30.0),
    ("final", "B", "steel", "A", "household", 10.0),
    ("final", "B", "steel", "B", "household", 60.0),
]
"""Ore and steel in A and in B; of the 40 of steel that A's producers use, 30 are B's."""


def system_of(rows):
    """Return the system of rows of a long table, in USD of 2020."""
    return System.from_table(pd.DataFrame(rows, columns=COLUMNS), currency="USD", year=2020)
