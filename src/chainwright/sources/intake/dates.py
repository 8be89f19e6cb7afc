"""Dates as people write them, as days of ISO 8601."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from chainwright.sources.intake.cell_words import error_code, is_missing, plain
from chainwright.sources.intake.grids import Told

__all__ = ["dates"]

EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's day numbers, so that those after February 1900 are right."""

SERIALS = (20_000, 80_000)
"""Day numbers that are taken for dates: 1954 to 2119."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月)?"
    r"(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?"
)
PACKED = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s./]*([a-z]{3})[a-z]*\.?[-\s,./]*(\d{4}|\d{2})")
NAME_DAY = re.compile(r"([a-z]{3})[a-z]*\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
DAY_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")

YEAR_AND_TENTHS = re.compile(r"(?:19|20)\d{2}\.1")

RECENT = (2015, 2039)
"""Years that two digits in front may stand for, as in 26-11-01."""


def dates(
    cells: Sequence[object],
) -> tuple[list[str], dict[int, Told], dict[int, Told], list[Told]]:
    """Return the days that distinct cells of a column hold, faults, notes, and the column's order.

    ``03/04/2026`` is told by the other cells of its column: it is a fault where none of them says
    whether day or month stands first.

    Parameters
    ----------
    cells : sequence
        Distinct raw cells.

    Examples
    --------
    >>> dates(["2026年11月1日", "1-Nov-26", "20261101", "13/11/2026", "1/2/2026"])[0]
    ['2026-11-01', '2026-11-01', '2026-11-01', '2026-11-13', '2026-02-01']
    """
    found = [""] * len(cells)
    faults: dict[int, Told] = {}
    notes: dict[int, Told] = {}
    told: list[Told] = []
    day_first = _order(cells)
    for i, cell in enumerate(cells):
        if isinstance(cell, date):
            found[i] = cell.isoformat()[:10]
        elif isinstance(cell, float) and YEAR_AND_TENTHS.fullmatch(str(cell)):
            # As a number October has lost its nought and is written as January.
            faults[i] = ("ambiguous_date", {})
        elif isinstance(cell, float) and SERIALS[0] <= cell <= SERIALS[1]:
            found[i] = (EPOCH + timedelta(days=int(cell))).isoformat()
            notes[i] = ("serial_date", {})
        else:
            day = _day_of(plain(_whole(cell)), day_first)
            if isinstance(day, str):
                found[i] = day
            else:
                faults[i] = day
    if day_first is not None:
        told.append(("other_dates" if day_first else "month_dates", {}))
    return found, faults, notes, told


def _order(cells: Sequence[object]) -> bool | None:
    """Return whether days stand before months in a column; None if its cells do not tell."""
    first = second = False
    for cell in cells:
        match = DAY_LAST.fullmatch(plain(cell)) if isinstance(cell, str) else None
        if match:
            first |= int(match[1]) > 12 and not _year_in_front(match)
            second |= int(match[2]) > 12
    return None if first == second else first


def _year_in_front(match: re.Match[str]) -> bool:
    """Return whether the first of three numbers of two digits may as well be a recent year."""
    year, month, day = (int(part) for part in match.groups())
    recent = RECENT[0] <= 2000 + year <= RECENT[1]
    return len(match[3]) == 2 and recent and 1 <= month <= 12 and 1 <= day <= 31


def _whole(cell: object) -> str:
    """Return a cell as text; a number such as 20261101 has no decimal point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _day_of(text: str, day_first: bool | None) -> str | Told:  # noqa: FBT001
    """Return the day that a text stands for, nothing for a missing one, or the fault."""
    low = text.casefold()
    if code := error_code(text):
        return code, {}
    if is_missing(text):
        return ""
    if re.fullmatch(r"(19|20)\d{2}年?", low):
        return low[:4]
    if match := DAY_LAST.fullmatch(low):
        if (day_first is None and match[1] != match[2]) or _year_in_front(match):
            return "ambiguous_date", {}
        day, month = (match[1], match[2]) if day_first else (match[2], match[1])
        return _checked(match[3], month, day)
    return _named(low)


def _named(low: str) -> str | Told:
    """Return the day of a text that says which of its parts is which, or the fault."""
    if (match := PACKED.fullmatch(low)) or (match := YEAR_FIRST.fullmatch(low)):
        return _checked(match[1], match[2], match[3])
    if match := DAY_NAME.fullmatch(low):
        return _checked(match[3], _month(match[2]), match[1])
    if match := NAME_DAY.fullmatch(low):
        return _checked(match[3], _month(match[1]), match[2])
    return "no_date", {}


def _month(name: str) -> str:
    return str(MONTHS.index(name) + 1) if name in MONTHS else "0"


def _checked(year: str, month: str, day: str | None) -> str | Told:
    """Return a day that there is, as ISO 8601 writes it."""
    try:
        full = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day or 1))
    except ValueError:
        return "no_such_day", {}
    return full.isoformat() if day else full.isoformat()[:7]
