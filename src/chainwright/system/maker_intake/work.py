"""The rows of a maker's tables while they are matched: their frames, their state, what is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as filled

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, near
from chainwright.sources.intake import CellTable
from chainwright.system.maker_intake.findings import POSSIBLE, REJECTED, TAKEN, Finding
from chainwright.system.maker_intake.names import plain
from chainwright.system.maker_intake.picks import Picks

__all__ = ["Field", "Work"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of one of the maker's tables.

    Parameters
    ----------
    table, column : str
        As the schemas name them.
    """

    table: str
    column: str


@dataclass
class Work:
    """Tables on their way from cells to a maker.

    Parameters
    ----------
    cells : mapping of str to CellTable
        What the files say.
    picks : Picks
        What a person chose.
    frames : dict of str to DataFrame
        The rows with codes in place of the words that were written.
    grade : dict of str to ndarray
        Gravest finding of each row.
    gone : dict of str to ndarray
        Rows that cannot stand; the others may have lost cells.
    merged : dict of str to ndarray
        Rows that say again what another says, or were added to it.
    findings : list of Finding
        All that is to say.
    wrong_picks : list of Breach
        Picks that name nothing that is known.
    """

    cells: Mapping[str, CellTable]
    picks: Picks
    frames: dict[str, pd.DataFrame]
    grade: dict[str, npt.NDArray[np.int8]]
    gone: dict[str, Flags]
    merged: dict[str, Flags]
    findings: list[Finding] = filled(default_factory=list)
    wrong_picks: list[Breach] = filled(default_factory=list)

    @classmethod
    def of(cls, cells: Mapping[str, CellTable], picks: Picks) -> "Work":
        """Return the beginning: every row taken, nothing said.

        Parameters
        ----------
        cells : mapping of str to CellTable
            What the files say.
        picks : Picks
            What a person chose.
        """
        size = {table: len(one.frame) for table, one in cells.items()}
        return cls(
            cells,
            picks,
            {table: one.frame.reset_index(drop=True) for table, one in cells.items()},
            {table: np.zeros(n, dtype=np.int8) for table, n in size.items()},
            {table: np.zeros(n, dtype=np.bool_) for table, n in size.items()},
            {table: np.zeros(n, dtype=np.bool_) for table, n in size.items()},
        )

    def say(self, *findings: Finding) -> None:
        """Take findings down, and with them the state of their rows.

        Parameters
        ----------
        *findings : Finding
            What was found.
        """
        for one in findings:
            self.findings.append(one)
            if one.grade > TAKEN:
                grades = self.grade[one.table]
                grades[one.position] = max(grades[one.position], one.grade)
                self.gone[one.table][one.position] |= one.whole

    def refuse_pick(self, kind: str, word: str, expected: str, known: Iterable[str]) -> None:
        """Note that what was picked for a word is not known; once for each row of the picks.

        Parameters
        ----------
        kind, word : str
            As in `Picks.of`.
        expected : str
            What could have been picked.
        known : iterable of str
            Codes that are known.
        """
        pick = self.picks.of(kind, word)
        where = f"{self.picks.where[kind, plain(word)]}, column 'pick'"
        if all(one.where != where for one in self.wrong_picks):
            hint = f"Correct it.{near(pick, known)}"
            self.wrong_picks.append(Breach(where, repr(pick), expected, hint))

    def empty_wrong_cells(self, table: str) -> None:
        """Empty cells that cannot be used, where their rows stand without them.

        Parameters
        ----------
        table : str
            One of the maker's tables.
        """
        cells: dict[str, list[int]] = {}
        for one in self.findings:
            if one.table == table and one.grade > TAKEN and not one.whole and one.column:
                cells.setdefault(one.column, []).append(one.position)
        frame, changed = self.frames[table], {}
        for column, rows in cells.items():
            values = frame[column].copy()
            values.iloc[rows] = "" if values.dtype.kind not in "fi" else np.nan
            changed[column] = values
        self.frames[table] = frame.assign(**changed)

    def standing(self, table: str) -> Flags:
        """Return which rows of a table stand: not gone, and not part of another.

        Parameters
        ----------
        table : str
            One of the maker's tables.
        """
        return ~(self.gone[table] | self.merged[table])

    def has(self, table: str) -> bool:
        """Return whether the files give rows of a table.

        Parameters
        ----------
        table : str
            One of the maker's tables.
        """
        return table in self.frames

    def address(self, table: str, position: int, column: str = "", *, near: int = -1) -> str:
        """Return the address of a cell or row, with its sheet or file if those tell more.

        Parameters
        ----------
        table : str
            One of the maker's tables.
        position : int
            Row of its frame.
        column : str
            Column of its schema; empty for the row.
        near : int
            Row from which the address is read: the file is named if it is another.
        """
        cells = self.cells[table]
        at = cells.address(column, position) if column else cells.row_address(position)
        if near >= 0 and cells.file(near) == cells.file(position):
            return at
        return f"{cells.file(position)}, {at}"

    def reject(
        self, table: str, positions: Iterable[int], column: str, code: str, *, whole: bool = True
    ) -> None:
        """Reject cells for one reason, which their own value fills in.

        Parameters
        ----------
        table : str
            One of the maker's tables.
        positions : iterable of int
            Rows.
        column, code
            As in `Finding`.
        whole : bool
            Whether the rows cannot stand without the cell.
        """
        values = self.frames[table][column]
        for i in map(int, positions):
            value = values.iloc[i]
            found = f"{value:g}" if isinstance(value, float) else str(value)
            found = "" if found == "nan" else found
            facts = {"value": found}
            self.say(Finding(REJECTED, table, i, column, found, code, facts, whole=whole))

    def ask(
        self,
        field: Field,
        position: int,
        found: str,
        code: str,
        *,
        kind: str,
        candidates: tuple[tuple[str, float], ...],
        facts: Mapping[str, object] | None = None,
        whole: bool = True,
    ) -> None:
        """Note that a person must pick.

        Parameters
        ----------
        field : Field
            Table and column.
        position, found, code, kind, candidates, facts, whole
            As in `Finding`.
        """
        table, column = field.table, field.column
        said = facts or {}
        self.say(
            Finding(POSSIBLE, table, position, column, found, code, said, kind, candidates, whole)
        )

    def tell(
        self,
        field: Field,
        positions: npt.NDArray[np.integer],
        found: str,
        code: str,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        """Say something of rows that are taken: once, with how many they are.

        Parameters
        ----------
        field : Field
            Table and column.
        positions : ndarray
            Rows, at least one.
        found, code, facts
            As in `Finding`.
        """
        first, size = int(positions[0]), len(positions)
        table, column = field.table, field.column
        self.say(Finding(TAKEN, table, first, column, found, code, facts or {}, rows=size))
