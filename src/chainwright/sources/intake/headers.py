"""Header rows of a sheet: found among titles, notes and unit rows, and the blocks below them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chainwright.sources.intake.grids import Cells, Grid
from chainwright.sources.intake.headings import Heading, heading
from chainwright.sources.intake.unit_words import CANONICAL, token, unit_of

__all__ = ["Block", "blocks", "filled"]

LOOKED_AT = 300
"""Rows from the top among which a header is looked for; further ones only below empty rows."""

FEWEST = 2
"""Columns with known headings that make a row a header."""

KNOWN_SHARE = 0.3
"""Least part of a header's filled cells that are known headings."""


BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff\u2007\u202f"
"""Signs that nobody sees."""


@dataclass(frozen=True, eq=False)
class Block:
    """A header and the rows below it, up to the next other header.

    Parameters
    ----------
    headings : mapping of int to Heading
        What the heading of each column says; columns without any are left out.
    header : sequence of int
        Rows of the header, from 0.
    first, end : int
        First row below the header, and the row after the last one.
    aside : mapping of int to str
        Rows that are no data, and the code of the reason: units, repeated or further headers.
    units : mapping of int to str
        Units from a unit row, by column.
    groups : mapping of int to str
        Text of the upper line of the header over each column.
    above : sequence of int
        Rows above the header that hold titles and notes.
    """

    headings: dict[int, Heading]
    header: Sequence[int]
    first: int
    end: int
    aside: dict[int, str]
    units: dict[int, str]
    groups: dict[int, str]
    above: Sequence[int]


def filled(cells: Cells) -> npt.NDArray[np.bool_]:
    """Return which cells hold more than blanks.

    Parameters
    ----------
    cells : ndarray, shape (rows, columns)
        Raw cells.
    """
    # A plain loop: numpy has no test for blank text among mixed objects.
    full = [
        cell != "" and not (isinstance(cell, str) and not cell.strip(BLANKS))
        for cell in cells.ravel().tolist()
    ]
    return np.array(full, dtype=bool).reshape(cells.shape)


def blocks(grid: Grid, full: npt.NDArray[np.bool_]) -> list[Block]:
    """Return the header and the rows of each table that stands on a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    full : ndarray, shape (rows, columns)
        Which cells are filled, as from `filled`.
    """
    any_row: npt.NDArray[np.bool_] = np.asarray(full.any(axis=1))
    found = list(_headers(grid, full, _candidates(any_row)))
    if not found:
        return []
    ends = [header[0] for header, *_ in found[1:]] + [len(full)]
    out: list[Block] = []
    last = 0
    for (header, heads, groups), end in zip(found, ends, strict=True):
        first = header[-1] + 1
        aside, units = _below(grid.cells, full, heads, first, end)
        for row in _repeats(grid.cells, heads, header, first, end):
            aside.setdefault(row, "repeated_header")
        above = [int(i) for i in range(last, header[0]) if any_row[i]] if not out else []
        out.append(Block(heads, header, first, end, aside, units, groups, above))
        last = end
    return out


def _candidates(any_row: npt.NDArray[np.bool_]) -> list[int]:
    """Return rows that may be headers: the upper ones, and those that follow an empty row."""
    rows = np.flatnonzero(any_row)
    after_gap = rows[1:][~any_row[rows[1:] - 1]]
    return sorted({*map(int, rows[rows < LOOKED_AT]), *map(int, after_gap)})


def _headers(
    grid: Grid, full: npt.NDArray[np.bool_], candidates: Sequence[int]
) -> Iterator[tuple[list[int], dict[int, Heading], dict[int, str]]]:
    """Yield rows, headings and group texts of each header that differs from the one before."""
    before: set[str] = set()
    skip = -1
    for row in candidates:
        if row <= skip or not _may_be_header(grid.cells[row], full[row]):
            continue
        one = _single(grid.cells, full, row)
        two, groups = _double(grid, full, row)
        good_one, good_two = _score(one), _score(two) + _products_below(two, groups)
        height = 2 if _are_two(grid, full, row, good_two, good_one) else 1
        heads = two if height == 2 else one
        score = good_two if height == 2 else good_one
        if score < FEWEST or score < KNOWN_SHARE * len(heads):
            continue
        named = {h.role for h in heads.values() if h.role}
        if before and (named <= before or len(named - before) < FEWEST):
            continue
        before, skip = named, row + height - 1
        yield list(range(row, row + height)), heads, groups if height == 2 else {}


def _products_below(two: dict[int, Heading], groups: dict[int, str]) -> float:
    """Return 1 if unknown headings stand below one that says that they are quantities, else 0."""
    below = [j for j, head in two.items() if not head.role and " / " in head.text]
    return float(any(heading(groups[j]).role in {"usage", "count"} for j in below if j in groups))


def _are_two(
    grid: Grid, full: npt.NDArray[np.bool_], row: int, good_two: float, good_one: float
) -> bool:
    """Return whether two rows are one header, rather than a header below a title or above data.

    They are where together they name more than either alone; or as much, where the lower one
    goes on below cells of the upper one that are joined.
    """
    if not good_two or full[row].sum() < FEWEST:
        return False
    below = _score(_single(grid.cells, full, row + 1)) if row + 1 < len(full) else 0.0
    if good_two > max(good_one, below):
        return True
    width = full.shape[1]
    joined = any(
        top <= row <= last and left + width > right + 1 for top, left, last, right in grid.merged
    )
    goes_on = bool((full[row + 1] & ~full[row]).any())
    return goes_on and good_two >= max(good_one, below) and (joined or good_two > below)


def _may_be_header(cells: npt.NDArray[np.object_], full: npt.NDArray[np.bool_]) -> bool:
    """Return whether most filled cells are texts without being sentences of a data row."""
    found = cells[full]
    return sum(isinstance(cell, str) for cell in found) >= max(1, 0.5 * len(found))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _single(cells: Cells, full: npt.NDArray[np.bool_], row: int) -> dict[int, Heading]:
    return {int(j): heading(_text(cells[row, j])) for j in np.flatnonzero(full[row])}


def _double(
    grid: Grid, full: npt.NDArray[np.bool_], row: int
) -> tuple[dict[int, Heading], dict[int, str]]:
    """Return the headings of two lines read together, and the upper line over each column."""
    cells = grid.cells
    if row + 1 >= len(cells):
        return {}, {}
    groups = _spread_groups(grid, full, row)
    levels = any(heading(text).role == "level" for text in groups.values())
    if not levels and not _may_be_header(cells[row + 1], full[row + 1]):
        return {}, {}
    found = {}
    for column in np.flatnonzero(full[row + 1] | full[row]):
        j = int(column)
        upper, lower = groups.get(j, ""), _text(cells[row + 1, j]) if full[row + 1, j] else ""
        if not lower or lower == upper:
            found[j] = heading(upper)
            continue
        joined, alone = heading(f"{upper} {lower}"), heading(lower)
        best = joined if joined.sure or not alone.role else alone
        if not best.role and heading(upper).role and token(lower.strip("()（）")):
            best = heading(f"{upper} ({lower})")
        found[j] = replace(best, text=f"{upper} / {lower}" if upper else lower)
    return found, groups


def _spread_groups(grid: Grid, full: npt.NDArray[np.bool_], row: int) -> dict[int, str]:
    """Return the upper line over each column: over the columns it was joined, or up to the next."""
    groups = {int(j): _text(grid.cells[row, j]) for j in np.flatnonzero(full[row])}
    joined = [m for m in grid.merged if m[0] <= row <= m[2] and m[3] > m[1]]
    for _, left, _, right in joined:
        if left in groups:
            groups.update(dict.fromkeys(range(left, right + 1), groups[left]))
    if not grid.merged:
        held = ""
        for j in range(full.shape[1]):
            held = groups.get(j, held)
            if held and j not in groups and full[row + 1, j]:
                groups[j] = held
    return groups


def _score(heads: dict[int, Heading]) -> float:
    """Return how many different roles are named: for certain, or perhaps (half)."""
    best: dict[str, float] = {}
    for head in heads.values():
        if head.role:
            worth = 1.0 if head.sure else 0.5
            before = best.get(head.role, 0.0)
            best[head.role] = (
                min(before + worth, 1.0) if head.role == "tier" else max(before, worth)
            )
    return sum(best.values())


def _below(
    cells: Cells,
    full: npt.NDArray[np.bool_],
    heads: dict[int, Heading],
    first: int,
    end: int,
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the rows below a header that are no data, and the units of a unit row."""
    aside: dict[int, str] = {}
    units: dict[int, str] = {}
    for row in range(first, min(first + 2, end)):
        places = [int(j) for j in np.flatnonzero(full[row])]
        words = {j: _text(cells[row, j]) for j in places if isinstance(cells[row, j], str)}
        if places and len(words) == len(places) and _are_units(words, heads):
            aside[row], units = "units_row", words
        elif len(words) == len(places) and _score(_single(cells, full, row)) >= max(
            FEWEST, 0.6 * len(places)
        ):
            aside[row] = "second_header"
        else:
            break
    return aside, units


def _are_units(words: dict[int, str], heads: dict[int, Heading]) -> bool:
    """Return whether all words of a row are units, below headings."""
    bare = [word.strip("()（）[] ") for word in words.values()]
    named = [not re.fullmatch(r"[\d.,\s]+", word) for word in bare]
    known = [
        n and any(unit_of(w, kind) for kind in CANONICAL) for n, w in zip(named, bare, strict=True)
    ]
    empty = [word in {"", "-", "/", "—"} for word in bare]
    return any(known) and all(map(bool.__or__, known, empty)) and words.keys() <= heads.keys()


def _repeats(
    cells: Cells, heads: dict[int, Heading], header: Sequence[int], first: int, end: int
) -> list[int]:
    """Return the rows that repeat a line of the header."""
    found: set[int] = set()
    columns = [j for j in heads if any(cells[row, j] != "" for row in header)]
    for row in header:
        same = np.ones(max(end - first, 0), dtype=bool)
        for j in columns:
            same &= cells[first:end, j] == cells[row, j]
        found |= {first + int(i) for i in np.flatnonzero(same)}
    return sorted(found)
