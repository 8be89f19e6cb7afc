"""The kinds of data of the carbon efficiency code, their items, and units that they are told in."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from chainwright.params import table
from chainwright.params.kept_units import QUALITIES, carbon_items, carbon_kinds, unit_in

__all__ = [
    "QUALITIES",
    "SIGNED",
    "carbon_items",
    "carbon_kinds",
    "factor_of",
    "is_count",
    "times",
    "unit_in",
    "word_of",
]

SIGNED = frozenset({"value_added", "taxes", "sector_totals"})
"""Kinds whose values may be below 0: a firm may lose money, and be paid taxes back."""

COUNTS = frozenset({*"件台套只个辆片块支根双条", "piece", "pieces", "pcs", "pc", "sets", "units"})
"""Words for pieces."""


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


def is_count(unit: str) -> bool:
    """Return whether a unit counts pieces: physical output is kept by mass.

    Parameters
    ----------
    unit : str
        As people write it.

    Examples
    --------
    >>> is_count("台"), is_count("Pcs."), is_count("t")
    (True, True, False)
    """
    return word_of(unit) in COUNTS


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
