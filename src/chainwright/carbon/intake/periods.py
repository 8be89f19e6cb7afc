"""Months, quarters, years, days and moments as people write them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.intake.dates import dates

__all__ = ["Moments", "Period", "moments", "period_of"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR_MONTH = re.compile(r"((?:19|20)\d\d)\s*[-/.年m_ ]\s*(0?[1-9]|1[0-2])\s*月?(?:份)?")
PACKED_MONTH = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(?:\.0)?")
NAMED_MONTH = re.compile(r"([a-z]{3})[a-z]*\.?[-\s,/']*((?:19|20)\d\d|\d\d)")
NAMED_AFTER = re.compile(r"((?:19|20)\d\d)[-\s,/]*([a-z]{3})[a-z]*\.?")
QUARTER = re.compile(r"((?:19|20)\d\d)\s*年?\s*[-/]?\s*(?:第?\s*([一二三四1-4])\s*季度?|q([1-4]))")
YEAR = re.compile(r"((?:19|20)\d\d)\s*(?:年度?)?(?:\.0)?")
BARE_MONTH = re.compile(r"(0?[1-9]|1[0-2])\s*月份?|(?:([a-z]{3})[a-z]*\.?)")
YEAR_AND_TENTH = re.compile(r"(?:19|20)\d\d\.1")
SERIAL = re.compile(r"\d{5}(\.\d+)?")
TIMED = re.compile(r"^(.*?)[ tT]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months that a text names.

    Parameters
    ----------
    first : int
        Months since January 1970; 0 to 11 where the year is not told.
    months : int
        How many.
    dated : bool
        Whether the year is told.
    """

    first: int
    months: int = 1
    dated: bool = True


def period_of(text: str) -> Period | None:
    """Return the months that a text names, or None: a day is none.

    Parameters
    ----------
    text : str
        As people write it.

    Examples
    --------
    >>> period_of("２０２５年３月"), period_of("Mar-25") == period_of("202503")
    (Period(first=662, months=1, dated=True), True)
    >>> period_of("2025年第二季度").months, period_of("3月").dated, period_of("2025-03-01")
    (3, False, None)
    """
    low = unicodedata.normalize("NFKC", text).strip().casefold()
    if match := YEAR_MONTH.fullmatch(low) or PACKED_MONTH.fullmatch(low):
        return Period((int(match[1]) - 1970) * 12 + int(match[2]) - 1)
    if match := YEAR.fullmatch(low):
        return Period((int(match[1]) - 1970) * 12, 12)
    if match := QUARTER.fullmatch(low):
        number = match[3] or match[2]
        quarter = "一二三四".find(number) if number in "一二三四" else int(number) - 1
        return Period((int(match[1]) - 1970) * 12 + 3 * quarter, 3)
    return _named(low)


def _named(low: str) -> Period | None:
    """Return the month that a text names by its name, or by its number alone."""
    for pattern, name, year in ((NAMED_MONTH, 1, 2), (NAMED_AFTER, 2, 1)):
        if (match := pattern.fullmatch(low)) and match[name] in MONTHS:
            full = int(match[year]) + (2000 if len(match[year]) == 2 else 0)
            return Period((full - 1970) * 12 + MONTHS.index(match[name]))
    match = BARE_MONTH.fullmatch(low)
    if match and match[1]:
        return Period(int(match[1]) - 1, dated=False)
    if match and match[2] in MONTHS:
        return Period(MONTHS.index(match[2]), dated=False)
    return None


@dataclass(frozen=True, eq=False)
class Moments:
    """When readings are of: ``n`` cells.

    Parameters
    ----------
    first : ndarray of int32, shape (n,)
        First month, since January 1970; -1 where there is none.
    months : ndarray of int32, shape (n,)
        How many months; 0 for a day or a moment.
    minute : ndarray of int64, shape (n,)
        Minutes since 1970 of a day or moment; -1 for whole months.
    timed : ndarray of bool, shape (n,)
        Whether a time of the day is told.
    fault : ndarray of object, shape (n,)
        Code of what is wrong; empty if nothing.
    """

    first: npt.NDArray[np.int32]
    months: npt.NDArray[np.int32]
    minute: npt.NDArray[np.int64]
    timed: npt.NDArray[np.bool_]
    fault: npt.NDArray[np.object_]


def moments(cells: npt.NDArray[np.object_], years: Sequence[int | None]) -> Moments:
    """Return when the cells of one column are of; each distinct cell is read once.

    Parameters
    ----------
    cells : ndarray of object, shape (n,)
        Text, dates, numbers.
    years : sequence of int or None, length n
        Year of a month that is told without one.
    """
    codes, distinct = pd.factorize(np.array([_as_written(cell) for cell in cells], dtype=object))
    size = len(distinct)
    found = Moments(
        np.full(size, -1, np.int32),
        np.zeros(size, np.int32),
        np.full(size, -1, np.int64),
        np.zeros(size, dtype=bool),
        np.full(size, "", dtype=object),
    )
    undated = np.zeros(size, dtype=bool)
    days: list[int] = []
    for i, cell in enumerate(distinct):
        whole = period_of(cell) if isinstance(cell, str) else None
        if whole:
            found.first[i], found.months[i] = whole.first, whole.months
            undated[i] = not whole.dated
        else:
            days.append(i)
    _read_days(list(distinct), days, found)
    out = Moments(
        found.first[codes],
        found.months[codes],
        found.minute[codes],
        found.timed[codes],
        found.fault[codes],
    )
    for row in np.flatnonzero(undated[codes]):
        year = years[int(row)]
        if year is None:
            out.fault[row] = "no_year"
        else:
            out.first[row] += (year - 1970) * 12
    return out


def _as_written(cell: object) -> object:
    """Return a cell as text, a date as it is; 2025.1 may be October, so it is no month."""
    if cell is None or isinstance(cell, (str, date)):
        return "" if cell is None else cell
    text = f"{cell:.15g}" if isinstance(cell, (int, float)) else str(cell)
    return f"{text}?" if YEAR_AND_TENTH.fullmatch(text) else text


def _read_days(distinct: Sequence[object], days: Sequence[int], found: Moments) -> None:
    """Read days and moments in place, all of a column together, as their order tells the month."""
    texts: list[object] = []
    clock = np.zeros(len(distinct), np.int64)
    for i in days:
        cell = distinct[i]
        day: object = cell
        if isinstance(cell, datetime):
            clock[i] = cell.hour * 60 + cell.minute
            found.timed[i] = bool(clock[i])
        elif isinstance(cell, str) and (match := TIMED.fullmatch(cell.strip())):
            day, clock[i], found.timed[i] = match[1], int(match[2]) * 60 + int(match[3]), True
            if int(match[2]) > 24 or int(match[3]) > 59:
                found.fault[i] = "no_period"
        elif isinstance(cell, str) and SERIAL.fullmatch(cell):
            day, rest = float(int(float(cell))), float(cell) % 1
            clock[i], found.timed[i] = round(rest * 1440), rest > 0
        texts.append(day)
    if not texts:
        return
    read, wrong, _, _ = dates(texts)
    for at, (i, text) in enumerate(zip(days, read, strict=True)):
        if at in wrong:
            found.fault[i] = "unclear_date" if wrong[at][0] == "ambiguous_date" else "no_period"
        elif len(text) != len("2026-01-01"):
            found.fault[i] = "no_period"
        else:
            day64 = np.datetime64(text, "D")
            found.first[i] = int(day64.astype("datetime64[M]").astype(np.int64))
            found.minute[i] = int(day64.astype(np.int64)) * 1440 + clock[i]
