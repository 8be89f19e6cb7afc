"""Rows of one table from one sheet: what becomes a row, what is refused, and each cell's place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.intake.columns import Column
from chainwright.sources.intake.feeds import MUST
from chainwright.sources.intake.found import Places
from chainwright.sources.intake.grids import Told
from chainwright.sources.intake.values import Values

__all__ = ["Part", "Remark", "Segment", "segment"]

LISTS = ("parts", "suppliers", "sites", "products")
"""Tables of things: a sheet that has another subject feeds them with each thing that it names."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is said about a row or a cell.

    Parameters
    ----------
    outcome, scope : str
        As in `Understood.remarks`.
    row, column : int
        Place of the cell, from 0; a column of -1 for the whole row.
    told : Told
        Code of the reason and its words.
    table, field : str
        Where it would have gone.
    position : int
        Row of the segment that it concerns; -1 for none.
    """

    outcome: str
    scope: str
    row: int
    column: int
    told: Told
    table: str = ""
    field: str = ""
    position: int = -1


@dataclass(frozen=True, eq=False)
class Part:
    """Values of a field with the places of their cells.

    Parameters
    ----------
    read : Values
        One a row.
    rows, columns : ndarray, shape (rows,)
        Places of the cells, from 0.
    column : Column or None
        The column, where it is one.
    """

    read: Values
    rows: Places
    columns: Places
    column: Column | None = None


@dataclass(frozen=True, eq=False)
class Segment:
    """Rows of one table from one sheet.

    Parameters
    ----------
    table : str
        One of the maker's tables.
    fields : mapping of str to ndarray, shape (rows,)
        Values of the fields that the sheet gives.
    rows, columns : mapping of str to ndarray, shape (rows,)
        Places of their cells, from 0.
    remarks : list of Remark
        What is said about rows and cells.
    possible : frozenset of str
        Fields from columns that were understood at less than certainty.
    """

    table: str
    fields: Mapping[str, npt.NDArray[Any]]
    rows: Mapping[str, Places]
    columns: Mapping[str, Places]
    remarks: list[Remark] = field(default_factory=list)
    possible: frozenset[str] = frozenset()


def segment(
    name: str, parts: Mapping[str, Part], lines: Places, numbers: Places, *, subject: bool
) -> Segment:
    """Return the rows that a sheet gives of one table.

    Parameters
    ----------
    name : str
        The table.
    parts : mapping of str to Part
        Its fields that the sheet gives.
    lines : ndarray, shape (rows,)
        Row of the sheet that each row stands in, from 0.
    numbers : ndarray, shape (rows,)
        Number that a person finds each row by.
    subject : bool
        Whether the sheet is about this table, so that rows it cannot use are refused; of another
        table only the cells are.
    """
    given = {f: ~part.read.missing for f, part in parts.items()}
    faulty = {f: _mask(part.read.faults, len(lines)) for f, part in parts.items()}
    wanted = _wanted(name, given, subject=subject)
    must = [f for f in MUST[name] if f in parts]
    remarks: list[Remark] = []
    keep = wanted.copy()
    for f in must:
        for i in map(int, np.flatnonzero(keep & (faulty[f] | ~given[f]))):
            remarks.append(_refused(name, f, parts[f], i, subject=subject))
            keep[i] = False
    if name == "sourcing":
        nobody = keep & ~given.get("supplier", False) & ~given.get("site", False)
        owner = next(f for f in ("supplier", "site") if f in parts)
        for i in map(int, np.flatnonzero(nobody)):
            remarks.append(_refused(name, owner, parts[owner], i, subject=subject))
            keep[i] = False
    if subject and name == "sourcing":
        unsourced = np.flatnonzero(given["item"] & ~wanted)
        remarks += [
            Remark("set aside", "row", int(lines[i]), -1, ("no_source", {}), name)
            for i in unsourced
        ]
    keep = _without_repeats(name, parts, (lines, numbers), keep, remarks, subject=subject)
    place = np.cumsum(keep) - 1
    for f, part in parts.items():
        for i, told in part.read.faults.items():
            if keep[i]:
                at = int(part.rows[i]), int(part.columns[i])
                remarks.append(Remark("refused", "cell", *at, told, name, f, int(place[i])))
        for i, told in part.read.notes.items():
            if keep[i]:
                at = int(part.rows[i]), int(part.columns[i])
                remarks.append(Remark("noted", "cell", *at, told, name, f, int(place[i])))
    possible = {f for f, p in parts.items() if p.column and p.column.state == "possible"}
    return Segment(
        name,
        {f: part.read.held[keep] for f, part in parts.items()},
        {f: part.rows[keep] for f, part in parts.items()},
        {f: part.columns[keep] for f, part in parts.items()},
        remarks,
        frozenset(possible),
    )


def _mask(rows: Mapping[int, Told], size: int) -> npt.NDArray[np.bool_]:
    found = np.zeros(size, dtype=bool)
    found[list(rows)] = True
    return found


def _wanted(
    name: str, given: Mapping[str, npt.NDArray[np.bool_]], *, subject: bool
) -> npt.NDArray[np.bool_]:
    """Return the rows that say something of a table."""
    if subject and name != "sourcing":
        asked = list(given)
    elif name in LISTS:
        asked = [MUST[name][0]]
    elif name == "stocks":
        asked = ["quantity"]
    else:
        asked = [f for f in given if f != "item"]
    wanted: npt.NDArray[np.bool_] = np.any([given[f] for f in asked], axis=0)
    return wanted


def _refused(table: str, name: str, part: Part, i: int, *, subject: bool) -> Remark:
    """Return why a row is refused: a cell that it needs is no value, or is missing."""
    told = part.read.faults.get(i)
    if told is None:
        heading = part.column.heading.text if part.column else name
        told = ("missing_key", {"column": heading})
    scope = "row" if subject else "cell"
    return Remark("refused", scope, int(part.rows[i]), int(part.columns[i]), told, table, name)


def _without_repeats(
    name: str,
    parts: Mapping[str, Part],
    places: tuple[Places, Places],
    keep: npt.NDArray[np.bool_],
    remarks: list[Remark],
    *,
    subject: bool,
) -> npt.NDArray[np.bool_]:
    """Return `keep` without rows that repeat an earlier one in every field."""
    lines, numbers = places
    if name == "bill" or not keep.any():
        return keep
    frame = pd.DataFrame({f: part.read.held[keep] for f, part in parts.items()})
    for f, part in parts.items():
        if part.read.units:  # 5 kg is not 5 t
            own = np.full(len(keep), "", dtype=object)
            own[list(part.read.units)] = list(part.read.units.values())
            frame[f"{f} in"] = own[keep]
    again = frame.duplicated().to_numpy()
    if not again.any():
        return keep
    kept = np.flatnonzero(keep)
    if subject:
        first = frame.groupby(list(frame), sort=False, dropna=False).ngroup().to_numpy()
        earliest = pd.Series(numbers[kept]).groupby(first).transform("first").to_numpy()
        for i in np.flatnonzero(again):
            told = ("same_line", {"row": int(earliest[i])})
            remarks.append(Remark("set aside", "row", int(lines[kept[i]]), -1, told, name))
    out = keep.copy()
    out[kept[again]] = False
    return out
