"""What a maker's files were understood to say: sheets, columns, tables of cells with addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.sheets import column_name

__all__ = ["COLUMNS", "REMARKS", "SHEETS", "CellTable", "Choice", "Places", "Sheet", "Understood"]

Places = npt.NDArray[np.int32]
"""Rows or columns of cells, from 0; -1 where there is no cell."""

SHEETS = (
    "file",
    "sheet",
    "state",
    "tables",
    "layout",
    "header_rows",
    "encoding",
    "delimiter",
    "rows",
    "read",
    "set_aside",
    "refused",
    "reason_en",
    "reason_zh",
)
"""Columns of `Understood.files`: one row a sheet."""

COLUMNS = (
    "file",
    "sheet",
    "column",
    "header",
    "table",
    "field",
    "role",
    "state",
    "unit",
    "conversion_en",
    "conversion_zh",
    "filled",
    "missing",
    "refused",
    "example",
    "candidates",
    "reason_en",
    "reason_zh",
)
"""Columns of `Understood.columns`: one row for each column of a sheet and each field it fills."""

REMARKS = (
    "outcome",
    "scope",
    "file",
    "sheet",
    "row",
    "cell",
    "table",
    "field",
    "position",
    "found",
    "code",
    "reason_en",
    "reason_zh",
)
"""Columns of `Understood.remarks`: one row for each row or cell that something is said about."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says a column holds, in place of what its header was taken for.

    Parameters
    ----------
    file, sheet : str
        As in `Understood.columns`; an empty sheet in a text file.
    column : str
        Letters of the column in a spreadsheet, its number from 1 in a text file.
    role : str or None
        One of the roles of the fact table ``maker_roles``; empty for "not used"; None for what
        its header was taken for.
    unit : str
        Unit of its numbers; empty for what the header says.
    """

    file: str
    sheet: str
    column: str
    role: str | None
    unit: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """A sheet of a spreadsheet, or a text file.

    Parameters
    ----------
    file : str
        Name of the file without its folder.
    sheet : str
        Name of the sheet; empty for a text file.
    lines : ndarray or None
        Line of each row in a text file, from 1; None in a spreadsheet, where rows are numbered.
    units : dict of int to list
        By column the first and last row of each table, what its amounts are measured in (or their
        currency), and by row what cells with a unit of their own are.
    """

    file: str
    sheet: str
    lines: Places | None = None
    units: dict[int, list[tuple[int, int, str, Mapping[int, str]]]] = field(default_factory=dict)

    def units_at(self, rows: Places, columns: Places) -> npt.NDArray[np.object_]:
        """Return what the amounts in some cells are measured in; empty where nothing tells.

        Parameters
        ----------
        rows, columns : ndarray, shape (cells,)
            Places of the cells, from 0.
        """
        found = np.full(len(rows), "", dtype=object)
        for column in map(int, np.unique(columns)):
            for first, last, unit, own in self.units.get(column, ()):
                at = np.flatnonzero((columns == column) & (rows >= first) & (rows <= last))
                found[at] = unit
                for i in map(int, at[np.isin(rows[at], list(own))] if own else ()):
                    found[i] = own[int(rows[i])]
        return found

    def address(self, row: int, column: int) -> str:
        """Return the address of a cell.

        Parameters
        ----------
        row, column : int
            Place of the cell, from 0; a column of -1 stands for the whole row.

        Examples
        --------
        >>> Sheet("bom.xlsx", "Sheet1").address(6, 1)
        'Sheet1!B7'
        >>> Sheet("bom.csv", "", np.array([1, 2, 4], dtype=np.int32)).address(2, 1)
        'line 4, column 2'
        """
        if self.lines is not None:
            line = f"line {int(self.lines[row])}"
            return line if column < 0 else f"{line}, column {column + 1}"
        if column < 0:
            return f"{self.sheet}!{row + 1}:{row + 1}"
        return f"{self.sheet}!{column_name(column)}{row + 1}"

    def number(self, row: int) -> int:
        """Return the number that a person finds a row by: its own, or that of its line.

        Parameters
        ----------
        row : int
            Place of the row, from 0.
        """
        return row + 1 if self.lines is None else int(self.lines[row])


@dataclass(frozen=True, eq=False)
class CellTable:
    """One table of a maker as its files give it; each value knows the cell that it comes from.

    Parameters
    ----------
    table : str
        One of `chainwright.sources.maker_tables.MAKER_TABLES`.
    frame : DataFrame
        The columns of the schema ``maker_<table>``: text (``""`` where missing) and numbers in the
        units of the schema (NaN where missing). Rows stand in the order of files, sheets, rows.
    sheets : sequence of Sheet
        Sheets that the rows come from.
    sheet : ndarray, shape (rows,)
        Place of each row's sheet in `sheets`.
    row, column : mapping of str to ndarray, shape (rows,)
        For each column of the schema the place of each value's cell, from 0; -1 where there is
        none. The parent of an indented bill stands in another row than its component.
    possible : frozenset of str
        Columns of the schema that are filled from a column that was understood at less than
        certainty, in any of the sheets.
    """

    table: str
    frame: pd.DataFrame
    sheets: Sequence[Sheet]
    sheet: Places
    row: Mapping[str, Places]
    column: Mapping[str, Places]
    possible: frozenset[str] = frozenset()

    def address(self, field: str, position: int) -> str:
        """Return the address of a value, or of its row if no cell gives it.

        Parameters
        ----------
        field : str
            A column of the schema.
        position : int
            Place of the row in `frame`, from 0.
        """
        at = self.row[field][position]
        if at < 0:
            return self.row_address(position)
        return self.sheets[int(self.sheet[position])].address(
            int(at), int(self.column[field][position])
        )

    def units(self, field: str) -> npt.NDArray[np.object_]:
        """Return what each amount of a column is measured in; empty where nothing tells.

        Parameters
        ----------
        field : str
            A column of the schema.
        """
        found = np.full(len(self.sheet), "", dtype=object)
        for i, sheet in enumerate(self.sheets):
            at = np.flatnonzero((self.sheet == i) & (self.row[field] >= 0))
            found[at] = sheet.units_at(self.row[field][at], self.column[field][at])
        return found

    def row_address(self, position: int) -> str:
        """Return the address of the row that a row of `frame` comes from.

        Parameters
        ----------
        position : int
            Place of the row in `frame`, from 0.
        """
        return self.sheets[int(self.sheet[position])].address(self.source_row(position), -1)

    def source_row(self, position: int) -> int:
        """Return the place of the row on its sheet, from 0: the lowest row of its cells.

        Parameters
        ----------
        position : int
            Place of the row in `frame`, from 0.
        """
        return max(int(rows[position]) for rows in self.row.values())

    def file(self, position: int) -> str:
        """Return the name of the file that a row of `frame` comes from.

        Parameters
        ----------
        position : int
            Place of the row in `frame`, from 0.
        """
        return self.sheets[int(self.sheet[position])].file


@dataclass(frozen=True, eq=False)
class Understood:
    """What files say of a maker's chain, before any table is matched with another.

    Parameters
    ----------
    files : DataFrame
        One row a sheet, columns `SHEETS`: ``state`` is ``understood``, ``possible`` or
        ``not understood`` (`reason_en` says why), ``layout`` is ``list``, ``levels``,
        ``level columns``, ``wide bill`` or ``one product``; `read` counts the rows with data: those
        that became rows of tables, and those that were refused or set aside as repeating others.
    columns : DataFrame
        One row for each column and each field that it fills, columns `COLUMNS`: ``state`` is
        ``matched``, ``possible`` (understood at less than certainty, `candidates` has the others),
        ``unused`` (known and not needed) or ``unknown``.
    tables : mapping of str to CellTable
        Those of the maker's tables that the files give something of.
    remarks : DataFrame
        One row for each row or cell that something is said about, columns `REMARKS`: ``outcome``
        is ``refused``, ``set aside`` (titles, totals, repeated headers and lines) or ``noted``
        (used, with what was done); ``scope`` is ``sheet``, ``row`` or ``cell``. A refused row is
        not in its table. A refused cell is missing in its table; `position` is its row there, -1
        where there is none.
    sha256 : mapping of str to str
        Hash of each file's bytes, by the file's name.
    """

    files: pd.DataFrame
    columns: pd.DataFrame
    tables: Mapping[str, CellTable]
    remarks: pd.DataFrame
    sha256: Mapping[str, str]

    @property
    def refused(self) -> pd.DataFrame:
        """Rows of `remarks` that were refused: rows or cells that are not used as they stand."""
        return self.remarks[self.remarks["outcome"] == "refused"].reset_index(drop=True)
