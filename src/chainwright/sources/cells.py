"""A sheet with one header row: its columns by name, its cells as labels and exact numbers."""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.sources.reading import Array
from chainwright.sources.rows import NUMBER
from chainwright.sources.sheets import text

__all__ = ["Cells", "Row", "exact", "gaps"]

Row = Sequence[object]
TOLERANCE = 1e-6
"""How far a stated total may be from the sum of its parts, relative to the parts' sizes."""


def exact(cell: object) -> float:
    """Return a cell as a number, NaN if it is none: thousands separators and blanks are none.

    Parameters
    ----------
    cell : object
        A cell of a sheet, or a word of a CSV.

    Examples
    --------
    >>> exact("1234.5"), exact("1,234.5"), exact("")
    (1234.5, nan, nan)
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell) if np.isfinite(cell) else np.nan
    return float(cell) if isinstance(cell, str) and re.match(NUMBER, cell) else np.nan


def gaps(stated: Array, parts: Array) -> npt.NDArray[np.intp]:
    """Return where `stated` totals are not the sums of the rows of `parts`.

    Parameters
    ----------
    stated : ndarray, shape (rows,)
        Totals.
    parts : ndarray, shape (rows, any)
        What they should add up to.
    """
    size = np.maximum(np.abs(parts).sum(axis=1), np.abs(stated))
    return np.flatnonzero(np.abs(stated - parts.sum(axis=1)) > TOLERANCE * size)


class Cells:
    """A sheet below its header row.

    Parameters
    ----------
    name : str
        The file, as messages call it.
    grid : sequence of rows
        All cells.
    is_header : callable
        Tells the header row.

    Raises
    ------
    TableError
        If there is no header or nothing below it, columns share a name, or a row is cut off.
    """

    def __init__(self, name: str, grid: Sequence[Row], is_header: Callable[[Row], bool]) -> None:
        self.name, self.grid = name, grid
        self.breaches: list[Breach] = []
        self._met: set[tuple[int, str]] = set()
        self.top = next(i for i, row in enumerate(grid) if is_header(row))
        heads = [text(cell) for cell in grid[self.top]]
        while heads and not heads[-1]:
            heads.pop()
        width = sum(head.isdigit() for head in heads)
        self._digits = len(str(width))
        self.columns = {self._padded(head): j for j, head in enumerate(heads)}
        rows = range(self.top + 1, len(grid))
        self.rows = [i for i in rows if any(text(cell) for cell in grid[i])]
        breaches = [
            Breach(
                self.place(i),
                f"{len(grid[i])} cells",
                f"{len(heads)}, as many as the header has",
                "The file is cut off here, or a number is written with a comma.",
            )
            for i in self.rows
            if len(grid[i]) < len(heads) or any(text(c) for c in grid[i][len(heads) :])
        ]
        twice = [head for j, head in enumerate(heads) if head in heads[:j]]
        breaches += [
            Breach(
                f"column '{head}'", "the name twice", "each column once", "Take one of them out."
            )
            for head in dict.fromkeys(twice)
        ]
        if not self.rows:
            breaches.append(
                Breach(
                    "the table", "a header and no row", "rows of sectors", "Give the whole file."
                )
            )
        if breaches:
            raise TableError(name, breaches)

    def _padded(self, code: str) -> str:
        """Give a code of digits the zeros before it that a spreadsheet takes off."""
        return code.zfill(self._digits) if code.isdigit() else code

    def place(self, row: int) -> str:
        """Return how messages call a row.

        Parameters
        ----------
        row : int
            Its place from 0.
        """
        return f"row {row + 1}"

    def label(self, row: int, column: str) -> str:
        """Return a cell as text.

        Parameters
        ----------
        row : int
            Place of its row from 0.
        column : str
            Name of its column.
        """
        return text(self.grid[row][self.columns[column]])

    def labels(self, column: str) -> Iterator[tuple[int, str]]:
        """Yield each row and its code.

        Parameters
        ----------
        column : str
            Name of the column of codes.
        """
        for row in self.rows:
            yield row, self._padded(self.label(row, column))

    def numbers(self, rows: Sequence[int], columns: Sequence[str]) -> Array:
        """Return the numbers where `rows` meet `columns`; what is none is added to `breaches`.

        Parameters
        ----------
        rows : sequence of int
            Places of the rows.
        columns : sequence of str
            Names of the columns.
        """
        across = [self.columns[c] for c in columns]
        found = np.array(
            [[exact(self.grid[i][j]) for j in across] for i in rows], dtype=np.float64
        ).reshape(len(rows), len(across))
        for i, j in np.argwhere(np.isnan(found)):
            at = rows[i], columns[j]
            if at not in self._met:
                self._met.add(at)
                cell = self.grid[rows[i]][across[j]]
                self.breaches.append(
                    Breach(
                        f"{self.place(rows[i])}, column '{columns[j]}'",
                        repr(cell) if text(cell) else "nothing",
                        "a finite number such as 1234.5",
                        "Write the amount, or 0, with a decimal point and no separators.",
                    )
                )
        return found
