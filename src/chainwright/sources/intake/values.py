"""Values of a column of cells, by its role: each distinct cell is read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.intake.dates import dates
from chainwright.sources.intake.grids import Cells, Told
from chainwright.sources.intake.identities import identities, place_names, texts
from chainwright.sources.intake.numbers import Numbers, numbers
from chainwright.sources.intake.unit_words import CANONICAL, Unit

__all__ = ["Values", "values"]

_T = TypeVar("_T")

SIGNED = {"margin"}
ABOVE_ZERO = {"usage"}
DEGREES = {"latitude": 90.0, "longitude": 180.0}


@dataclass(frozen=True, eq=False)
class Values:
    """The values of a column.

    Parameters
    ----------
    held : ndarray, shape (rows,)
        Text (objects, ``""`` where missing) or numbers (NaN where missing).
    missing : ndarray, shape (rows,)
        Cells that are empty or say that there is no value.
    faults, notes : mapping of int to Told
        Rows whose cell is no value of the column, and those that were used with a change.
    conversions : mapping of str to float
        Units that were met, and what numbers in them were multiplied by.
    told : sequence of Told
        What holds for the whole column.
    bare : bool
        Whether some numbers have no unit of their own.
    units : mapping of int to str
        Rows whose cell tells what its amount is measured in, or its currency.
    """

    held: npt.NDArray[Any]
    missing: npt.NDArray[np.bool_]
    faults: Mapping[int, Told] = field(default_factory=dict)
    notes: Mapping[int, Told] = field(default_factory=dict)
    conversions: Mapping[str, float] = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    bare: bool = False
    units: Mapping[int, str] = field(default_factory=dict)


def values(cells: Cells, role: str, kind: str, unit: Unit | None) -> Values:
    """Return the values of the cells of a column.

    Parameters
    ----------
    cells : ndarray, shape (rows,)
        Raw cells.
    role, kind : str
        What the column holds, as in the fact table ``maker_roles``.
    unit : Unit or None
        Unit of numbers that have none of their own.
    """
    codes, distinct = _distinct(cells)
    numeric = kind in CANONICAL
    bare = False
    units: Mapping[int, str] = {}
    if numeric:
        found = _in_range(numbers(distinct, kind, unit), role, kind)
        held: npt.NDArray[Any] = found.held
        faults, notes = found.faults, found.notes
        conversions, told = found.conversions, found.told
        missing = np.isnan(held)
        bare = bool(found.bare)
        units = found.units
    else:
        notes, conversions, told = {}, {}, []
        if kind == "date":
            words, faults, notes, told = dates(distinct)
        elif kind == "place":
            words, faults = place_names(distinct)
        elif kind in {"identity", "code"}:
            words, faults = identities(distinct)
        else:
            words, faults = texts(distinct)
        held = np.array(words, dtype=object)
        missing = held == ""
    if faults:
        missing[list(faults)] = False
    if not len(held):
        empty = np.zeros(len(cells), dtype=bool)
        return Values(np.full(len(cells), np.nan if numeric else "", dtype=held.dtype), empty)
    rows = Values(held[codes], missing[codes], conversions=conversions, told=tuple(told), bare=bare)
    return replace(
        rows,
        faults=_by_row(faults, codes),
        notes=_by_row(notes, codes),
        units=_by_row(units, codes),
    )


def _distinct(cells: Cells) -> tuple[npt.NDArray[np.intp], list[object]]:
    """Return the place of each cell among the distinct ones; True is not taken for 1."""
    marked = cells
    truths = [i for i, cell in enumerate(cells) if cell is True or cell is False]
    if truths:
        marked = cells.copy()
        marked[truths] = [str(cell).upper() for cell in cells[truths]]
    codes, distinct = pd.factorize(marked)
    return codes, list(distinct)


def _by_row(by_place: Mapping[int, _T], codes: npt.NDArray[np.intp]) -> dict[int, _T]:
    """Return what was told of distinct cells, for each row that has such a cell."""
    if not by_place:
        return {}
    rows = np.flatnonzero(np.isin(codes, list(by_place)))
    return {int(row): by_place[int(codes[row])] for row in rows}


def _in_range(found: Numbers, role: str, kind: str) -> Numbers:
    """Return numbers without those outside the range of their role, which become faults."""
    held = found.held
    if role in DEGREES:
        bound = DEGREES[role]
        words = {"low": f"{-bound:g}", "high": f"{bound:g}"}
        bad = {int(i): ("out_of_degrees", words) for i in np.flatnonzero(np.abs(held) > bound)}
    elif role in SIGNED:
        return found
    else:
        bad = {int(i): ("negative", {}) for i in np.flatnonzero(held < 0)}
        if role in ABOVE_ZERO:
            bad |= {int(i): ("not_positive", {}) for i in np.flatnonzero(held == 0)}
        if kind == "share":
            # A third as 33.34 % and the like may add up to a hair above one.
            bad |= {int(i): ("above_one", {}) for i in np.flatnonzero(held > 1 + 1e-12)}
    held[list(bad)] = np.nan
    found.faults.update(bad)
    return found
