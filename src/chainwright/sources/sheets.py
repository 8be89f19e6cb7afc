"""Spreadsheets (XLSX, XLS, XLSB, ODS): rows of cells, and blocks of numbers in them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import python_calamine as calamine

from chainwright.errors import Breach, FormatError

__all__ = ["Workbook", "block", "column_name", "text"]

Rows = list[list[Any]]
"""Cells of a sheet, row by row, all rows equally long; an empty cell is ``""``."""


class Workbook:
    """A spreadsheet file; each sheet is read once, when it is asked for.

    Parameters
    ----------
    path : path
        The file.

    Raises
    ------
    FormatError
        If the file cannot be opened as a spreadsheet: it is cut off, locked or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, Rows] = {}
        try:
            self._book = calamine.CalamineWorkbook.from_path(path)
        except (calamine.CalamineError, OSError) as error:
            raise _damaged(path, error) from error

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets that hold cells, in order."""
        kind = calamine.SheetTypeEnum.WorkSheet
        return tuple(sheet.name for sheet in self._book.sheets_metadata if sheet.typ == kind)

    def rows(self, sheet: str | int = 0) -> Rows:
        """Return all cells of a sheet from its first row and column on.

        Parameters
        ----------
        sheet : str or int
            Name of the sheet, or its place from 0.
        """
        name = self.sheets[sheet] if isinstance(sheet, int) else sheet
        if name not in self._rows:
            try:
                found = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            except calamine.CalamineError as error:
                raise _damaged(self.path, error) from error
            self._rows[name] = found
        return self._rows[name]


def _damaged(path: Path, error: Exception) -> FormatError:
    return FormatError(
        f"'{path.name}' looks like a spreadsheet and cannot be opened as one ({error}). "
        "Download it again; if it is locked by a password, save it without one."
    )


def text(cell: object) -> str:
    """Return a cell as a label: whole numbers without a decimal point, no blanks around it.

    Parameters
    ----------
    cell : object
        A cell of a sheet.

    Examples
    --------
    >>> text(1.0), text(" c1 "), text("")
    ('1', 'c1', '')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def column_name(place: int) -> str:
    """Return the letters that a spreadsheet gives a column, from 0.

    Parameters
    ----------
    place : int
        The column's place.

    Examples
    --------
    >>> column_name(0), column_name(27)
    ('A', 'AB')
    """
    letters = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def block(
    rows: Sequence[Sequence[object]],
    down: Sequence[int],
    across: Sequence[int],
    *,
    blank: float = np.nan,
) -> tuple[npt.NDArray[np.float64], list[Breach]]:
    """Return the numbers where the rows `down` meet the columns `across`, and what is no number.

    Parameters
    ----------
    rows : sequence of rows
        Cells of a sheet.
    down, across : sequence of int
        Places of the rows and columns, from 0.
    blank : float
        What an empty cell is taken for.
    """
    found = np.empty((len(down), len(across)))
    breaches: list[Breach] = []
    whole = bool(across) and list(across) == list(range(across[0], across[0] + len(across)))
    for i, row in enumerate(down):
        cells = rows[row]
        picked = (
            cells[across[0] : across[0] + len(across)]
            if whole
            else [cells[j] if j < len(cells) else "" for j in across]
        )
        if set(map(type, picked)) <= {float, int} and len(picked) == len(across):
            found[i] = np.array(picked, dtype=np.float64)
        else:
            padded = [*picked, *[""] * (len(across) - len(picked))]
            found[i] = list(_numbers(padded, row, across, blank, breaches))
    return found, breaches


def _numbers(
    cells: Sequence[object],
    row: int,
    across: Sequence[int],
    blank: float,
    breaches: list[Breach],
) -> Iterator[float]:
    """Yield the cells of one row as numbers; add what is none to `breaches`."""
    for j, cell in zip(across, cells, strict=True):
        if cell == "" or cell is None:
            yield blank
            continue
        try:
            number = np.nan if isinstance(cell, bool) or "_" in str(cell) else float(str(cell))
        except ValueError:
            number = np.nan
        if not np.isfinite(number):
            breaches.append(
                Breach(
                    f"cell {column_name(j)}{row + 1}",
                    repr(cell),
                    "a number",
                    "Write the amount, or 0 where there is none.",
                )
            )
        yield number
