"""The numbers behind the steel routes, each with its source and whether it is verified."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["SteelNumber", "steel_numbers"]


@dataclass(frozen=True, slots=True)
class SteelNumber:
    """One number of a steel route.

    Parameters
    ----------
    code : str
        Its name.
    value, low, high : float
        The number in `unit`, and its range; the number itself where no range is stated.
    unit : str
        Its unit.
    what_en, what_zh : str
        What it is of.
    verified : str
        ``"yes"``, ``"no"`` or ``"assumption"``.
    source, date : str
        Where it was read, and when it was looked up.
    """

    code: str
    value: float
    low: float
    high: float
    unit: str
    what_en: str
    what_zh: str
    verified: str
    source: str
    date: str


@cache
def steel_numbers() -> dict[str, SteelNumber]:
    """Return the numbers by their names.

    Examples
    --------
    >>> steel_numbers()["dri_per_steel"].value
    1.062
    """
    name = files("chainwright.carbon.steel").joinpath("steel_numbers.csv")
    found = {}
    for row in csv.DictReader(name.read_text("utf-8").splitlines()):
        value = float(row["value"])
        low, high = (float(row[end]) if row[end] else value for end in ("low", "high"))
        words = (row[c] for c in ("unit", "what_en", "what_zh", "verified", "source", "date"))
        found[row["code"]] = SteelNumber(row["code"], value, low, high, *words)
    return found
