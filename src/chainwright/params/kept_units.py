"""Kinds of data and their items, and the unit that readings of each are kept in."""

from collections.abc import Mapping
from functools import cache

from chainwright.params import table

__all__ = ["QUALITIES", "carbon_items", "carbon_kinds", "unit_in"]

QUALITIES = ("measured", "billed", "estimated", "defaulted", "missing")
"""How a value was obtained, best first; printed as measured, estimated and missing."""

PROPERTIES = {"carbon": "tC/GJ", "oxidation": "1"}
"""Units of what is measured of fuels; the net calorific value is by the unit of the fuel."""


@cache
def carbon_kinds() -> Mapping[str, Mapping[str, str]]:
    """Return the kinds of data by their code, in the order of their numbers.

    Examples
    --------
    >>> carbon_kinds()["grid_electricity"]["unit"]
    'MWh'
    """
    return {row["kind"]: row for row in table("carbon_kinds")}


@cache
def carbon_items() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return the items that are known, by kind and code.

    Examples
    --------
    >>> carbon_items()["oil", "diesel"]["unit"]
    't'
    """
    return {(row["kind"], row["item"]): row for row in table("carbon_items")}


def unit_in(kind: str, item: str) -> str:
    """Return the unit that values of a kind and item are held in.

    Parameters
    ----------
    kind, item : str
        Codes; an item that is not listed has the unit of its kind.

    Examples
    --------
    >>> unit_in("oil", "diesel"), unit_in("region_totals", "energy"), unit_in("taxes", "")
    ('t', 'tce', '10^4 CNY')
    >>> unit_in("fuel_properties", "diesel:ncv")
    'GJ/t'
    """
    if kind == "fuel_properties":
        fuel, _, what = item.partition(":")
        below = next((r["unit"] for (_, i), r in carbon_items().items() if i == fuel), "t")
        return {"ncv": f"GJ/{below}", **PROPERTIES}.get(what, "")
    row = carbon_items().get((kind, item)) or carbon_kinds()[kind]
    return row["unit"]
