"""Sheets and text files as grids of raw cells, each with its address."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import MissingFileError
from chainwright.sources.intake.found import Sheet

__all__ = ["LARGEST", "Cells", "Grid", "Merged", "Told", "grids", "padded"]

Cells = npt.NDArray[np.object_]
"""Raw cells, rows by columns: text, float, bool, date, time; ``""`` where a cell is empty."""

Merged = tuple[int, int, int, int]
"""First row and column and last row and column of cells that were joined to one, from 0."""

Told = tuple[str, Mapping[str, object]]
"""Code of a reason, one of the fact table ``intake_reasons``, and the words that fill it."""

LARGEST = 20_000_000
"""Most cells that a sheet is read with: above it the memory of a small machine is at risk."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The raw cells of a sheet, or why there are none.

    Parameters
    ----------
    sheet : Sheet
        Whose cells they are; makes addresses.
    cells : ndarray, shape (rows, columns)
        Raw cells from the first row and column of the sheet on. A value that was joined over
        several rows stands in each of them; a formula error stands as its text, such as ``#REF!``.
    merged : sequence of Merged
        Joined cells.
    encoding, delimiter : str
        Of a text file; empty for a spreadsheet.
    told : sequence of tuple
        Code of a reason and its words: why the sheet cannot be read, or what is odd about it.
    readable : bool
        Whether the cells can be used.
    """

    sheet: Sheet
    cells: Cells
    merged: Sequence[Merged] = ()
    encoding: str = ""
    delimiter: str = ""
    told: Sequence[Told] = ()
    readable: bool = True


def padded(rows: Sequence[Sequence[Any]]) -> Cells:
    """Return rows of unequal length as a grid, empty cells at their ends.

    Parameters
    ----------
    rows : sequence of rows
        Cells, row by row.

    Examples
    --------
    >>> padded([["a"], ["b", 1.0]]).tolist()
    [['a', ''], ['b', 1.0]]
    """
    width = max(map(len, rows), default=0)
    grid = np.full((len(rows), width), "", dtype=object)
    if len({len(row) for row in rows}) == 1 and width:
        grid[:] = rows
        return grid
    for i, row in enumerate(rows):
        grid[i, : len(row)] = row
    return grid


def grids(path: Path) -> tuple[str, Iterator[Grid]]:
    """Return the hash of a file's bytes, and its sheets as grids, one after another.

    A file is told by its bytes, whatever its name says: what ends in ``.xls`` is often text.

    Parameters
    ----------
    path : path
        A spreadsheet (XLSX, XLSM, XLSB, XLS, ODS) or a text file (CSV, TSV).

    Raises
    ------
    MissingFileError
        If there is no such file.
    """
    from chainwright.sources.intake import texts, workbooks  # noqa: PLC0415  they import Grid

    if not path.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    read = workbooks.sheets if workbooks.is_workbook(raw) else texts.sheets
    return digest, read(path.name, raw)
