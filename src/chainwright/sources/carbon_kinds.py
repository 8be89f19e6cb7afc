"""The kinds of data of the carbon efficiency code, their items, and units that they are told in."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from chainwright.params import table

__all__ = [
    "QUALITIES",
    "SIGNED",
    "carbon_items",
    "carbon_kinds",
    "factor_of",
    "times",
    "unit_in",
    "word_of",
]

QUALITIES = ("measured", "billed", "estimated", "defaulted", "missing")
"""How a value was obtained, best first; printed as measured, estimated and missing."""

SIGNED = frozenset({"value_added", "taxes", "sector_totals"})
"""Kinds whose values may be below 0: a firm may lose money, and be paid taxes back."""


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


def word_of(unit: str) -> str:
    """Return a unit without case, width, blanks and marks, as the fact table has its words.

    Parameters
    ----------
    unit : str
        As people write it.

    Examples
    --------
    >>> word_of("kW·h"), word_of("（１０⁴ Nm³）"), word_of("万 元")
    ('kwh', '104nm3', '万元')
    """
    plain = unicodedata.normalize("NFKC", unit).casefold().replace("×", "")
    return re.sub(r"[\s.·•・*()\[\]【】:：_]+", "", plain)


@cache
def _factors() -> Mapping[tuple[str, str], tuple[float, str]]:
    rows = table("carbon_units")
    return {(row["unit"], row["word"]): (float(row["factor"]), row["assumed"]) for row in rows}


def factor_of(unit: str, held: str) -> tuple[float, str] | None:
    """Return what numbers in a unit are multiplied by, and a word for what that assumes.

    Parameters
    ----------
    unit : str
        As people write it.
    held : str
        Unit that values are held in.

    Returns
    -------
    tuple of float and str, or None
        None if no such conversion is known: a litre of diesel is no tonne of it.

    Examples
    --------
    >>> factor_of("万kWh", "MWh"), factor_of("ton", "t"), factor_of("L", "t")
    ((10.0, ''), (1.0, 'ton'), None)
    """
    if unit == held:
        return 1.0, ""
    return _factors().get((held, word_of(unit)))


def times(values: npt.NDArray[np.float64], factor: float) -> npt.NDArray[np.float64]:
    """Return values times a factor; one over a whole number divides, so that 3 kWh are 0.003 MWh.

    Parameters
    ----------
    values : ndarray
        Numbers.
    factor : float
        Above 0.

    Examples
    --------
    >>> times(np.array([0.3, 1.1]), 0.001).tolist()
    [0.0003, 0.0011]
    """
    under = round(1 / factor)
    if factor < 1 and abs(under * factor - 1) < 1e-12:
        return values / under
    return values * factor
