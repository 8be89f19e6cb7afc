"""Units of a city that firms are summed by: districts and industries, with their names."""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.params import table

__all__ = ["Unit", "division_name", "division_units", "industry_units"]

Truths = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

PROVINCE, CITY, DISTRICT = 2, 4, 6
"""Digits of GB/T 2260 that name a province, a city, a district."""


class Unit(NamedTuple):
    """Some firms of a city.

    Parameters
    ----------
    unit : str
        ``"city"``, ``"district"`` or ``"industry"``.
    code, name_en, name_zh : str
        What it is called; the code is empty for the city.
    members : ndarray of bool, shape (f,)
        Which firms.
    """

    unit: str
    code: str
    name_en: str
    name_zh: str
    members: Truths


@cache
def _divisions() -> dict[str, tuple[str, str]]:
    found = {r["code"]: (r["name_en"], r["name_zh"]) for r in table("gbt2260")}
    own = {r["code"]: (r["name_en"], r["name_zh"]) for r in table("demo_city_districts")}
    return found | own


@cache
def _industries() -> dict[str, tuple[str, str]]:
    return {r["code"]: (r["name_en"], r["name_zh"]) for r in table("gbt4754")}


def division_name(code: str) -> tuple[str, str]:
    """Return what a division is called in English and Chinese; its code where that is not known.

    Parameters
    ----------
    code : str
        Six digits of GB/T 2260.

    Examples
    --------
    >>> division_name("330500")
    ('330500', '湖州市')
    """
    en, zh = _divisions().get(code, ("", ""))
    return en or code, zh or code


def division_units(divisions: Words) -> list[Unit]:
    """Return the units of the map, by code: provinces, cities of one province, or districts of one.

    Firms whose division is not known are in none.

    Parameters
    ----------
    divisions : ndarray of str, shape (f,)
        Six digits of GB/T 2260, or nothing.
    """
    known = sorted({code for code in divisions.tolist() if code})
    digits = next((d for d in (PROVINCE, CITY) if len({code[:d] for code in known}) > 1), DISTRICT)
    cut = np.array([code[:digits] for code in divisions.tolist()], dtype=object)
    found = []
    for code in sorted({code[:digits] for code in known}):
        full = code.ljust(DISTRICT, "0")
        found.append(Unit("district", full, *division_name(full), cut == code))
    return found


def industry_units(classes: Words) -> list[Unit]:
    """Return the industries of two digits, by code; firms without a class are in none.

    Parameters
    ----------
    classes : ndarray of str, shape (f,)
        Codes of GB/T 4754, or nothing.
    """
    cut = np.array([code[:2] for code in classes.tolist()], dtype=object)
    return [
        Unit("industry", code, *_industries()[code], cut == code)
        for code in sorted(set(cut.tolist()) - {""})
    ]
