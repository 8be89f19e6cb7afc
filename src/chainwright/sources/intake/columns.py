"""What each column of a sheet is taken for: its role, its unit, and how certain that is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.sources.intake.found import Choice
from chainwright.sources.intake.grids import Grid, Told
from chainwright.sources.intake.headers import Block
from chainwright.sources.intake.headings import Heading, roles
from chainwright.sources.intake.unit_words import Unit, measure, unit_of
from chainwright.sources.sheets import column_name

__all__ = ["TAKEN", "Column", "columns", "letters"]

TAKEN = ("matched", "possible")
"""States of columns that are used."""

GENERIC = {"suppliers": "supplier", "sites": "site", "products": "product"}
"""What a bare "code" is on a sheet whose name says what it lists."""

SHEET_UNIT = re.compile(r"(?:单位|unit)\s*[:：]?\s*([^\s,，;；)）]+)", re.IGNORECASE)


@dataclass
class Column:
    """A column of a sheet.

    Parameters
    ----------
    place : int
        Its place, from 0.
    heading : Heading
        What its heading says.
    role : str
        What it is taken for; empty if that is not known.
    state : str
        ``matched``, ``possible``, ``unused`` or ``unknown``.
    unit : Unit or None
        Unit of numbers that have none of their own.
    assumed : bool
        Whether the unit is an assumption.
    told : list of Told
        What is said about it.
    candidates : list of str
        Other roles or units that it could have.
    row_unit : str
        What the row of units below the heading says.
    """

    place: int
    heading: Heading
    role: str
    state: str
    unit: Unit | None = None
    assumed: bool = False
    told: list[Told] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    row_unit: str = ""

    @property
    def measure(self) -> str:
        """What its amounts are measured in, or their currency; empty if it does not tell."""
        words = (self.heading.note, self.heading.unknown_unit, self.row_unit)
        amounts = (measure(unit_of(word, "count")) for word in words if word)
        rate = self.role in roles() and roles()[self.role].kind == "rate"
        return measure(self.unit) or (next(filter(None, amounts), "") if rate else "")

    @property
    def used(self) -> bool:
        """Whether the column is used."""
        return self.state in TAKEN


def letters(grid: Grid, place: int) -> str:
    """Return what a person calls a column: its letters, in a text file its number from 1.

    Parameters
    ----------
    grid : Grid
        The sheet.
    place : int
        Place of the column, from 0.
    """
    return column_name(place) if grid.sheet.lines is None else str(place + 1)


def columns(
    grid: Grid,
    full: npt.NDArray[np.bool_],
    block: Block,
    *,
    subject: str,
    choices: Sequence[Choice] = (),
) -> list[Column]:
    """Return the columns of a block, from left to right.

    Parameters
    ----------
    grid : Grid
        The sheet.
    full : ndarray, shape (rows, columns)
        Which cells are filled.
    block : Block
        Header and rows.
    subject : str
        The maker's table that the name of the sheet or file stands for, or nothing.
    choices : sequence of Choice
        What a person said about columns.
    """
    below = (
        full[block.first : block.end].any(axis=0) if block.end > block.first else full[:0].any(0)
    )
    places = sorted({*block.headings, *map(int, np.flatnonzero(below))})
    found = [_column(place, block.headings.get(place), subject) for place in places]
    chosen = {
        c.column: c for c in choices if (c.file, c.sheet) == (grid.sheet.file, grid.sheet.sheet)
    }
    for column in found:
        choice = chosen.get(letters(grid, column.place))
        if choice and choice.role is not None:
            column.role, column.told = choice.role, [("chosen", {})]
            column.state = "matched" if choice.role else "unused"
    _once(grid, block, found)
    above = _unit_above(grid, block)
    for column in found:
        if column.used:
            choice = chosen.get(letters(grid, column.place))
            _unit(column, block.units, above, choice.unit if choice else "")
    return found


def _column(place: int, head: Heading | None, subject: str) -> Column:
    if head is None:
        return Column(place, Heading(""), "", "unknown", told=[("no_heading", {})])
    if not head.role:
        return Column(place, head, "", "unknown", told=[("unknown_heading", {})])
    role = head.role
    if roles()[role].kind == "unused":
        return Column(place, head, role, "unused", told=[("not_needed", {})])
    told: list[Told] = [("bracket_note", {"words": head.note})] if head.note else []
    state = "matched" if head.sure else "possible"
    if head.near:
        told.append(("near_word", {"word": head.text, "known": head.near}))
    elif not head.sure and role == "item" and subject in GENERIC:
        role = GENERIC[subject]
        told.append(("generic_word", {"word": head.text, "role": role}))
    elif not head.sure and role != "tier":
        told.append(("weak_word", {"word": head.text}))
    elif role == "tier":
        state = "matched"
    return Column(place, head, role, state, told=told)


def _once(grid: Grid, block: Block, found: Sequence[Column]) -> None:
    """Leave each role to one column: the one that names it for certain, then the first."""
    by_role: dict[str, list[Column]] = {}
    for column in found:
        if column.used and column.role != "tier":
            by_role.setdefault(column.role, []).append(column)
    for held in by_role.values():
        best = min(held, key=lambda c: (c.state != "matched", c.place))
        for other in held:
            if other is best:
                continue
            same_text = other.heading.text == best.heading.text
            code = "two_columns" if same_text else "two_columns_role"
            other.state, other.candidates = "unused", [other.role]
            other.told = [(code, {"column": letters(grid, best.place)})]
            cells = grid.cells[block.first : block.end]
            alike = bool((cells[:, other.place] == cells[:, best.place]).all())
            if best.state == "matched" and other.heading.sure and not alike:
                best.state = "possible"
                best.told.append((code, {"column": letters(grid, other.place)}))


def _unit_above(grid: Grid, block: Block) -> tuple[str, Unit] | None:
    """Return the unit of money that a line above the table gives for all of it."""
    for row in block.above:
        for cell in grid.cells[row]:
            match = SHEET_UNIT.search(cell) if isinstance(cell, str) else None
            unit = unit_of(match[1], "money") if match else None
            if match and unit:
                return match[1], unit
    return None


def _unit(
    column: Column, row: Mapping[int, str], above: tuple[str, Unit] | None, chosen: str
) -> None:
    """Give a column of numbers its unit, and say where it comes from."""
    role = roles()[column.role]
    head = column.heading
    picked = unit_of(chosen, role.kind) if chosen else None
    if picked:
        column.unit = picked
        column.told.append(("chosen", {}))
        return
    column.unit, column.row_unit = head.unit, row.get(column.place, "")
    under = unit_of(row[column.place], role.kind) if column.place in row else None
    column.unit = column.unit or under
    if column.unit is None and role.kind == "money" and above:
        column.unit = above[1]
        if above[1].factor != 1:
            column.told.append(("sheet_unit", {"unit": above[0]}))
            column.state = "possible"
    if column.unit is None and role.kind in {"time", "rate"}:
        column.unit, column.assumed = unit_of(role.assumed_unit, role.kind), True
        unknown = head.unknown_unit or row.get(column.place, "")
        if unknown:
            words = {"unit": unknown, "assumed": role.assumed_unit}
            column.told.append(("unknown_unit", words))
        else:
            column.told.append(("assumed_unit", {"unit": role.assumed_unit}))
        column.candidates = ["day", "week", "month"]
        if role.kind == "rate":
            column.candidates = [f"units/{time}" for time in column.candidates]
    elif head.unknown_unit and column.unit is None:
        column.told.append(("unknown_unit", {"unit": head.unknown_unit, "assumed": role.kind}))
        column.state = "possible"
