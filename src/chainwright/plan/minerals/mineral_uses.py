"""What a user knows about the use of minerals at home, as a table, checked."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from chainwright.errors import Breach, TableError, near
from chainwright.sources.typed_rows import Rows, checked_rows, where

__all__ = ["read_mineral_uses"]

SHARES = (
    "substitution_low",
    "substitution_high",
    "alternates_low",
    "alternates_high",
    "spoilage_per_year",
)
RANGES = (("substitution_low", "substitution_high"), ("alternates_low", "alternates_high"))
AMOUNTS = ("consumption", "home_production", "recycling", "stocks", "price", "penalty")
OF_USE = ("home_production", "recycling")
"""What is told of home only together with its consumption."""


def read_mineral_uses(data: object, products: tuple[str, ...], unit: str) -> pd.DataFrame:
    """Return what is known of each product, ``P`` rows in their order; NaN where it is not.

    Parameters
    ----------
    data : path or Arrow stream
        A table with the columns of ``chainwright schema mineral_use``.
    products : tuple of str
        The products that are looked at.
    unit : str
        Unit of quantity of the trade.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach.
    """
    rows = checked_rows(data, "mineral_use", required=("product",), keys=("product",), empty=True)
    breaches = [*rows.breaches, *_breaches(rows, products, unit)]
    if breaches:
        raise TableError(rows.name if rows.origin.file else "The table of use", breaches)
    return rows.frame.set_index("product").reindex(products)


def _breaches(rows: Rows, products: tuple[str, ...], unit: str) -> Iterator[Breach]:
    """Yield what no column alone can tell."""
    for number, row in zip(rows.numbers, rows.frame.to_dict("records"), strict=True):
        if (code := str(row["product"])) and code not in products:
            remedy = f"Correct it or leave it out.{near(code, products)}"
            found = "a product of the trade that is looked at"
            yield Breach(where(number, "product"), repr(code), found, remedy)
        if row["unit"] and row["unit"] != unit:
            wanted = repr(unit) if unit else "nothing, as the trade does not tell its unit"
            remedy = "Turn the quantities into it." if unit else "Leave it empty if it is the same."
            yield Breach(where(number, "unit"), repr(row["unit"]), wanted, remedy)
        for column in (*AMOUNTS, *SHARES):
            value = float(row[column])
            most = 1.0 if column in SHARES else np.inf
            if value < 0.0 or value > most or (column == "consumption" and value == 0.0):
                wanted = "a share from 0 to 1" if column in SHARES else "0 or more"
                wanted = "above 0, or nothing" if column == "consumption" else wanted
                yield Breach(where(number, column), f"{value:g}", wanted, "Correct it.")
        for low, high in RANGES:
            least, most = float(row[low]), float(row[high])
            if np.isnan(least) != np.isnan(most):
                empty = low if np.isnan(least) else high
                yield Breach(where(number, empty), "nothing", "both ends, or none", "Fill it in.")
            elif least > most:
                found = f"{least:g}, above the high end {most:g}"
                yield Breach(where(number, low), found, "the low end", "Exchange the two.")
        for column in OF_USE:
            if np.isnan(float(row["consumption"])) and float(row[column]) > 0.0:
                found = f"{float(row[column]):g} without consumption"
                remedy = "Give the consumption, or leave it empty."
                yield Breach(where(number, column), found, "nothing", remedy)
