"""Amounts of energy and money as cells hold them: the number, and the unit that stands with it."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.intake.meter_headings import is_unit
from chainwright.sources.carbon_kinds import SIGNED, factor_of, is_count, times, unit_in, word_of
from chainwright.sources.intake.cell_words import is_missing, plain
from chainwright.sources.intake.grids import Told
from chainwright.sources.intake.numbers import numbers

__all__ = ["Amounts", "amounts"]

TAIL = re.compile(r"([-+(]?[\d.,' ]*\d[.)]?)\s*([^\d\s.,')~—–至到<>-].*)")
EXPONENT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+")
MULTIPLIERS = {"千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}

REASONS = {
    "ambiguous_number": "unclear_number",
    "infinite": "not_finite",
    "formula_error": "formula_error",
    "uncalculated": "formula_error",
    "wrong_unit": "unknown_unit",
}
"""Codes of what is wrong with a number, and of the reason that is given for it."""


@dataclass(frozen=True, eq=False)
class Amounts:
    """What the cells of one kind and item hold: ``n`` cells.

    Parameters
    ----------
    value : ndarray, shape (n,)
        In the unit that the kind is held in; NaN where there is none.
    empty : ndarray of bool, shape (n,)
        Cells without a value.
    unit : ndarray of object, shape (n,)
        Unit that the number was written in.
    factor : ndarray, shape (n,)
        What it was multiplied by.
    assumed : ndarray of object, shape (n,)
        Word for what the conversion assumes; empty if nothing.
    told : dict of int to Told
        What is wrong with a cell.
    """

    value: npt.NDArray[np.float64]
    empty: npt.NDArray[np.bool_]
    unit: npt.NDArray[np.object_]
    factor: npt.NDArray[np.float64]
    assumed: npt.NDArray[np.object_]
    told: dict[int, Told]


def amounts(
    cells: npt.NDArray[np.object_], kind: str, item: str, units: npt.NDArray[np.object_]
) -> Amounts:
    """Return the amounts of cells of one column, in the unit that their kind is held in.

    Parameters
    ----------
    cells : ndarray of object, shape (n,)
        Raw cells.
    kind, item : str
        What is measured.
    units : ndarray of object, shape (n,)
        Unit of numbers that have none of their own, as written; empty where none is told.

    Examples
    --------
    >>> none = np.array(["", "kWh"], dtype=object)
    >>> amounts(np.array(["1.5万度", "1,200"], dtype=object), "grid_electricity", "", none).value
    array([15. ,  1.2])
    """
    held = unit_in(kind, item)
    codes, distinct = pd.factorize(np.array([_marked(c) for c in cells], dtype=object))
    texts, own, scaled = _apart(list(distinct))
    read = numbers(texts, "count", None)
    size = len(cells)
    value = np.array(read.held)[codes]
    told: dict[int, Told] = {}
    unit = np.array(own, dtype=object)[codes]
    words = [plain(t).casefold() if isinstance(t, str) else "0" for t in texts]
    empty = np.array([is_missing(word) and word != "nan" for word in words])[codes]
    for i in map(
        int, np.flatnonzero(np.isin(codes, [j for j, w in enumerate(words) if w == "nan"]))
    ):
        told[i] = "no_number", {}  # a missing value is left empty; NaN is a sum gone wrong
    for i in map(int, np.flatnonzero(np.isin(codes, list(read.faults)))):
        code, given = read.faults[int(codes[i])]
        told[i] = REASONS.get(code, "no_number"), {"held": held, **given}
    faulty = np.zeros(size, dtype=bool)
    faulty[list(told)] = True
    twice = (unit != "") & (units != "")
    pair = pd.Series(list(zip(unit, units, strict=True)))
    for one, other in dict.fromkeys(pair[twice]):
        if word_of(one) != word_of(other) and not _same(one, other, held):
            for i in map(int, np.flatnonzero((unit == one) & (units == other) & ~faulty)):
                told[i] = "two_units", {"one": other, "other": one}
    unit = np.where(unit != "", unit, units)
    factor, assumed = np.ones(size), np.full(size, "", dtype=object)
    for word in dict.fromkeys(unit.tolist()):
        rows = (unit == word) & ~faulty & ~empty
        found = factor_of(word, held) if word else None
        if found is None:
            code = "unknown_unit" if word else "no_unit"
            code = "pieces" if kind == "physical_output" and is_count(word) else code
            for i in map(int, np.flatnonzero(rows)):
                told.setdefault(i, (code, {"held": held or "no unit"}))
            continue
        value[rows] = times(value[rows], found[0])
        factor[rows], assumed[rows] = found
    _refuse(value, np.array(scaled)[codes], unit, told, kind=kind, held=held)
    value[list(told)] = np.nan
    return Amounts(value, empty, unit, factor, assumed, told)


def _refuse(
    value: npt.NDArray[np.float64],
    scaled: npt.NDArray[np.bool_],
    unit: npt.NDArray[np.object_],
    told: dict[int, Told],
    *,
    kind: str,
    held: str,
) -> None:
    """Tell of amounts that cannot be: scaled twice, below 0, beyond all numbers."""
    for i in map(int, np.flatnonzero(scaled)):
        if any(unit[i].startswith(sign) for sign in "千百万亿") or "10^4" in unit[i]:
            words = {"one": f"{value[i]:g} {held}", "other": "a number without the second factor"}
            told.setdefault(i, ("unclear_number", words))
    if kind not in SIGNED:
        for i in map(int, np.flatnonzero(value < 0)):
            told.setdefault(i, ("negative", {}))
    for i in map(int, np.flatnonzero(np.isinf(value))):
        told.setdefault(i, ("not_finite", {}))


def _same(one: str, other: str, held: str) -> bool:
    """Return whether two units are words for one: 度 is kWh."""
    found = factor_of(one, held)
    return found is not None and found == factor_of(other, held)


def _marked(cell: object) -> object:
    """Return a cell for its place among distinct ones: True is not taken for 1."""
    return str(cell).upper() if isinstance(cell, bool) else cell


def _apart(distinct: list[object]) -> tuple[list[object], list[str], list[bool]]:
    """Return cells without the units behind their numbers, the units, and which are scaled."""
    texts, units, scaled = list(distinct), [""] * len(distinct), [False] * len(distinct)
    for i, cell in enumerate(distinct):
        if not isinstance(cell, str):
            continue
        if EXPONENT.fullmatch(plain(cell)):
            texts[i] = float(plain(cell))
            continue
        match = TAIL.fullmatch(plain(cell))
        if not match:
            continue
        number, tail = match.groups()
        if is_unit(tail) and tail not in MULTIPLIERS:
            texts[i], units[i] = number, tail
        elif tail in MULTIPLIERS:
            scaled[i] = True
        elif tail.casefold() != "e" and not re.match(r"[eE][+-]?\d", tail):
            texts[i], units[i] = number, tail.strip()
    return texts, units, scaled
