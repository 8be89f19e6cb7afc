"""Sheets of readings: the header found, its columns understood, what titles say of the sheet."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from chainwright.carbon.intake.meter_headings import Heading, heading_of, is_unit, kind_of
from chainwright.carbon.intake.periods import Period, period_of
from chainwright.sources.intake.cell_words import is_marked, is_total, plain
from chainwright.sources.intake.grids import Grid
from chainwright.sources.intake.headers import filled
from chainwright.sources.sheets import text

__all__ = ["MeterSheet", "Titles", "meter_sheet"]

LOOKED_AT = 60
"""Rows from the top among which the header is looked for."""

FEWEST = 2
"""Known headings that make a row the header."""

LINES = 3
"""Most lines of a header."""

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年\s*(\d{1,2})\s*月|[-.](\d{1,2})(?![-.\d]))")
NUMBER = re.compile(r"[-+]?[\d.,]+%?")
BRACKETED = re.compile(
    r"[(\[【（](?:(?:计量)?单位\s*[:：]?|unit\s*:)?\s*([^()（）\[\]【】]+)[)\]】）]"
)
LABELLED = re.compile(r"([^:：]{1,12})[:：]\s*(.+)")


@dataclass(frozen=True, slots=True)
class Titles:
    """What stands above a table or in the names of its sheet and file.

    Parameters
    ----------
    firm, kind, item, unit : str
        Of all its rows; empty where nothing tells.
    year : int or None
        Of months that are told without one.
    month : int or None
        Month of all rows, since January 1970.
    """

    firm: str = ""
    kind: str = ""
    item: str = ""
    unit: str = ""
    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, eq=False)
class MeterSheet:
    """A table of readings on a sheet.

    Parameters
    ----------
    grid : Grid
        The raw cells.
    header : int
        Its first row, from 0.
    columns : dict of int to Heading
        What each column holds.
    rows : ndarray of int
        Rows of data.
    titles : Titles
        What holds for all of them.
    aside : list of tuple
        Rows that are no data, and why: ``total``, ``note`` or ``repeated_header``.
    """

    grid: Grid
    header: int
    columns: dict[int, Heading]
    rows: np.ndarray[tuple[int], np.dtype[np.int32]]
    titles: Titles
    aside: list[tuple[int, str]] = field(default_factory=list)


def meter_sheet(grid: Grid) -> MeterSheet | None:
    """Return the table of readings that stands on a sheet, or None if it has no header.

    Parameters
    ----------
    grid : Grid
        The raw cells of a sheet.
    """
    cells = grid.cells
    full = filled(cells)
    some = np.flatnonzero(full.any(axis=1))
    top = next((int(r) for r in some[:LOOKED_AT] if _is_header(cells[r], full[r])), None)
    if top is None:
        return None
    columns, last = _columns(grid, full, top)
    header = [text(cell) for cell in cells[top]]
    rows: list[int] = []
    aside: list[tuple[int, str]] = []
    for row in map(int, some[some > last]):
        first = plain(text(cells[row][full[row]][0]))
        if is_total(first):
            aside.append((row, "total"))
        elif is_marked(first) or (full[row].sum() == 1 < full[top].sum() and len(first) > 30):
            aside.append((row, "note"))
        elif [text(cell) for cell in cells[row]] == header:
            aside.append((row, "repeated_header"))
        else:
            rows.append(row)
    titles = _titles(grid, [int(r) for r in some if r < top])
    return MeterSheet(grid, top, columns, np.array(rows, dtype=np.int32), titles, aside)


def _heading(cell: object) -> Heading:
    return heading_of(cell.strftime("%Y-%m") if hasattr(cell, "strftime") else text(cell))


def _is_header(cells: Sequence[object], full: Sequence[bool]) -> bool:
    """Return whether a row is the header: at least two known headings, and no number."""
    known = 0
    for cell, there in zip(cells, full, strict=True):
        if not there:
            continue
        heading = _heading(cell)
        known += bool(heading.role or heading.period)
        if not (heading.role or heading.period) and _is_number(cell):
            return False
    return known >= FEWEST


def _is_number(cell: object) -> bool:
    narrow = unicodedata.normalize("NFKC", cell.strip()) if isinstance(cell, str) else ""
    return isinstance(cell, (int, float)) or bool(NUMBER.fullmatch(narrow))


def _columns(
    grid: Grid, full: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]", top: int
) -> tuple[dict[int, Heading], int]:
    """Return what each column holds, from one or more lines of the header, and its last row."""
    cells = grid.cells
    width = cells.shape[1]
    upper = [_heading(cells[top, j]) if full[top, j] else Heading("") for j in range(width)]
    for first_row, left, _, right in grid.merged:
        if first_row == top:
            for j in range(left + 1, min(right + 1, width)):
                upper[j] = upper[left]
    last = top
    for row in range(top + 1, min(top + LINES, len(cells))):
        line = [
            Heading("") if text(cells[row, j]) == text(cells[last, j]) else _heading(cells[row, j])
            for j in range(width)
        ]
        named = [h for h in line if h.text]
        is_second = all(not h.role or h.role == "part" for h in named) and all(
            h.unit or h.part or h.period for h in named
        )
        bare = [j for j in range(width) if line[j].text and not upper[j].text]
        if not named or not is_second or len(named) < len([h for h in upper if h.text]) / 3:
            break
        for j in bare:  # a group's name stands over its first column alone
            upper[j] = upper[j - 1] if j else upper[j]
        upper = [low.below(high) for low, high in zip(line, upper, strict=True)]
        last = row
    return {j: heading for j, heading in enumerate(upper) if heading.text}, last


def _titles(grid: Grid, above: Sequence[int]) -> Titles:
    """Return what the lines above a table say, and the names of its sheet and file."""
    lines = [[plain(text(c)) for c in grid.cells[r] if text(c)] for r in above]
    firm = unit = ""
    for line in lines:
        pairs = [m.groups() for t in line if (m := LABELLED.fullmatch(t))]
        pairs += list(pairwise(line))
        for label, said in pairs:
            role = heading_of(label.strip()).role
            if role in {"unit", "firm"} and is_unit(said):
                unit = unit or said
            elif role == "firm" or (role == "unit" and len(said) > FEWEST):
                firm = firm or said
        unit = unit or next((t for t in line if len(line) == 1 and is_unit(t)), "")
    aside = {said for line in lines for t in line for said in BRACKETED.findall(t) if is_unit(said)}
    unit = unit or (aside.pop() if len(aside) == 1 else "")
    names = [t for line in lines for t in line] + [grid.sheet.sheet, Path(grid.sheet.file).stem]
    years = [set(YEAR.findall(name)) for name in names]
    months = [set(_months(name)) for name in names]
    kinds = [found for name in names if (found := _kind_in(name))]
    year = next((int(*found) for found in years if len(found) == 1), None)
    month = next((found.pop() for found in months if len(found) == 1), None)
    kind, item = kinds[0] if kinds else ("", "")
    return Titles(firm, kind, item, unit, year, month)


def _months(name: str) -> list[int]:
    found = []
    for year, one, other in MONTH.findall(unicodedata.normalize("NFKC", name)):
        period = period_of(f"{year}-{one or other}")
        if isinstance(period, Period):
            found.append(period.first)
    return found


def _kind_in(name: str) -> tuple[str, str] | None:
    """Return the kind that a title is about: its whole, or what remains without dates and words."""
    bare = re.sub(
        r"(?:19|20)\d\d\s*年?度?|\d{1,2}\s*月份?|(?:统计|明细|汇总|台账)?(?:表|明细|数据)$",
        "",
        name,
    )
    return kind_of(bare.strip(" _-")) if bare.strip(" _-") else None
