"""Dates as people write them, as days of ISO 8601."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chainwright.sources.intake.cell_words import error_code, is_missing, plain
from chainwright.sources.intake.grids import Told

__all__ = ["dates"]

EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's day numbers, so that those after February 1900 are right."""

SERIALS = (20_000, 80_000)
"""Day numbers that are taken for dates: 1954 to 2119."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})日?|月)?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
PACKED = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
DAY_NAME = re.compile(r"(\d{1,2})[-\s./]*([a-z]{3})[a-z]*\.?[-\s,./]*(\d{4}|\d{2})")
NAME_DAY = re.compile(r"([a-z]{3})[a-z]*\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
DAY_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")


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
        if isinstance(cell, datetime):
            found[i] = cell.date().isoformat()
        elif isinstance(cell, date):
            found[i] = cell.isoformat()
        elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
            if SERIALS[0] <= cell <= SERIALS[1]:
                found[i] = (EPOCH + timedelta(days=int(cell))).isoformat()
                notes[i] = ("serial_date", {})
            else:
                _put(
                    i,
                    plain(str(int(cell)) if cell == cell // 1 else str(cell)),
                    None,
                    found,
                    faults,
                )
        else:
            _put(i, plain(str(cell)), day_first, found, faults)
    if (
        any(isinstance(c, str) and DAY_LAST.fullmatch(plain(c)) for c in cells)
        and day_first is not None
    ):
        told.append(("other_dates" if day_first else "month_dates", {}))
    return found, faults, notes, told


def _order(cells: Sequence[object]) -> bool | None:
    """Return whether days stand before months in a column; None if its cells do not tell."""
    first = second = False
    for cell in cells:
        match = DAY_LAST.fullmatch(plain(cell)) if isinstance(cell, str) else None
        if match:
            first |= int(match[1]) > 12
            second |= int(match[2]) > 12
    return None if first == second else first


def _put(
    i: int,
    text: str,
    day_first: bool | None,
    found: list[str],
    faults: dict[int, Told],  # noqa: FBT001
) -> None:
    """Write the day that a text stands for, or its fault."""
    low = text.casefold()
    if code := error_code(text):
        faults[i] = (code, {})
    elif is_missing(text):
        return
    elif match := PACKED.fullmatch(low):
        _day(i, (match[1], match[2], match[3]), found, faults)
    elif match := YEAR_FIRST.fullmatch(low):
        _day(i, (match[1], match[2], match[3]), found, faults)
    elif match := DAY_NAME.fullmatch(low):
        _day(i, (match[3], _month(match[2]), match[1]), found, faults)
    elif match := NAME_DAY.fullmatch(low):
        _day(i, (match[3], _month(match[1]), match[2]), found, faults)
    elif match := DAY_LAST.fullmatch(low):
        if day_first is None and match[1] != match[2]:
            faults[i] = ("ambiguous_date", {})
        else:
            day, month = (match[1], match[2]) if day_first else (match[2], match[1])
            _day(i, (match[3], month, day), found, faults)
    elif re.fullmatch(r"(19|20)\d{2}年?", low):
        found[i] = low[:4]
    else:
        faults[i] = ("no_date", {})


def _month(name: str) -> str:
    return str(MONTHS.index(name) + 1) if name in MONTHS else "0"


def _day(
    i: int, parts: tuple[str, str, str | None], found: list[str], faults: dict[int, Told]
) -> None:
    year = int(parts[0]) + (2000 if len(parts[0]) == 2 else 0)
    month, day = int(parts[1]), parts[2]
    try:
        held = date(year, month, int(day) if day else 1).isoformat()
    except ValueError:
        faults[i] = ("no_such_day", {})
        return
    found[i] = held if day else held[:7]
