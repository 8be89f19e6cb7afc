"""Files as people keep them, previewed as a maker's chain; nothing is stored until it is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from chainwright.errors import Breach, ParameterError, TableError
from chainwright.sources.intake import Understood, understood
from chainwright.system.maker import Maker, write_maker
from chainwright.system.maker_intake.assembly import Matched, assembled, undecided
from chainwright.system.maker_intake.matching import match
from chainwright.system.maker_intake.picks import read_picks
from chainwright.system.maker_intake.showing import (
    columns_table,
    counts_table,
    findings_table,
    picks_table,
    rowless,
)
from chainwright.system.system import System
from chainwright.tables import Format, write_folder

__all__ = ["Intake", "intake"]


@dataclass(frozen=True, eq=False, repr=False)
class Intake:
    """A preview of a maker's files: what was understood, matched, possible and rejected.

    Parameters
    ----------
    name : str
        What the maker is called.
    currency : str or None
        ISO 4217 code of its prices.
    year : int or None
        Year of the prices.
    understood : Understood
        What the files say.
    matched : Matched
        Their rows after matching.
    """

    name: str
    currency: str | None
    year: int | None
    understood: Understood
    matched: Matched

    @cached_property
    def columns(self) -> pd.DataFrame:
        """What was understood column by column, as schema ``intake_columns`` has it."""
        return columns_table(self.understood)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """What is to say of rows, as schema ``intake`` has it: what must be picked first."""
        return findings_table(self.matched.work, self.understood)

    @cached_property
    def sheets(self) -> pd.DataFrame:
        """Rows by sheet, all together first, as schema ``intake_counts`` has it."""
        return counts_table(self.matched.work, self.understood)

    @property
    def counts(self) -> dict[str, int]:
        """Rows of all sheets: ``read`` is the sum of the four after it; ``set_aside`` is apart."""
        first = self.sheets.iloc[0]
        names = ("read", "matched", "possible", "rejected", "left_out", "set_aside")
        return {name: int(first[name]) for name in names}

    @property
    def open(self) -> tuple[Breach, ...]:
        """What still has to be picked or mended before all of it can be stored."""
        return tuple(undecided(self.matched.work, rowless(self.understood)))

    def table(self) -> pd.DataFrame:
        """Return what is to say of rows: possible, rejected, left out, taken with a remark."""
        return self.rows.copy()

    def picks_template(self) -> pd.DataFrame:
        """Return a table to fill in, a row for each word or column that waits for a pick."""
        return picks_table(self.matched.work, self.understood)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the preview by the name of its schema."""
        return {
            "intake": self.table(),
            "intake_columns": self.columns,
            "intake_counts": self.sheets,
            "intake_picks": self.picks_template(),
        }

    @property
    def origin(self) -> dict[str, object]:
        """What the preview was made of."""
        return {
            "chainwright": version("chainwright"),
            "answer": type(self).__name__,
            "files": dict(self.understood.sha256),
        }

    def save(self, folder: Path | str, *, format: Format = "csv") -> None:
        """Write the tables of the preview to a folder, which is made.

        Parameters
        ----------
        folder : path
            Folder to write.
        format : str
            ``"csv"``, ``"json"`` or ``"parquet"``.

        Raises
        ------
        MissingFileError
            If `folder` is a file.
        """
        write_folder(self.tables(), folder, format=format, origin=self.origin)

    def system(self, *, leave_out: bool = False) -> System:
        """Return the system as it would be stored.

        Parameters
        ----------
        leave_out : bool
            Whether rows that are possible or rejected are left out; where a row stands without
            the cell that is wrong, the cell alone. What was left out is noted in the origin.

        Raises
        ------
        TableError
            If something must still be picked or mended; it lists every place. With `leave_out`
            if what remains is no maker's chain.
        """
        wrong = list(self.open)
        hard = [
            b for b in wrong if b in self.matched.work.wrong_picks or b.found == "no such table"
        ]
        if hard or (wrong and not leave_out):
            raise TableError(f"The chain of '{self.name}'", wrong)
        frames = assembled(self.matched)
        maker = Maker.of_tables(self.name, currency=self.currency, year=self.year, **frames)
        origin = maker.origin
        for note in self._notes(leave_out=leave_out):
            origin = origin.noted(note)
        return System(maker=replace(maker, origin=origin))

    def _notes(self, *, leave_out: bool) -> Iterable[str]:
        for file, digest in self.understood.sha256.items():
            yield f"from {file}, SHA-256 {digest}"
        counts = self.counts
        if leave_out and counts["possible"] + counts["rejected"]:
            lost = {table: n for table, n in self.matched.lost.items() if n}
            listed = ", ".join(f"{table} {n}" for table, n in lost.items()) or "no whole row"
            yield (
                f"left out: what is wrong in {counts['rejected']} rejected and "
                f"{counts['possible']} possible rows of {counts['read']} read ({listed})"
            )
        if counts["left_out"]:
            yield f"left out as picked: {counts['left_out']} rows of {counts['read']} read"

    def store(self, folder: Path | str, *, leave_out: bool = False) -> None:
        """Write the maker's tables to a folder: all of them, or nothing.

        Parameters
        ----------
        folder : path
            Folder that is made if it is not there; `read_maker` and ``System.read`` read it.
        leave_out : bool
            As for `system`.

        Raises
        ------
        TableError
            As for `system`; then nothing is written.
        MissingFileError
            If the folder that is to hold it is not there, or `folder` is a file.
        """
        write_maker(self.system(leave_out=leave_out).maker, folder)

    def __repr__(self) -> str:
        shown = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in self.counts.items())
        head = f"<Intake of {self.name}: {shown}; nothing is stored>\n"
        return head + self.rows.head(10).to_string(index=False)

    def _repr_html_(self) -> str:
        tables = (self.sheets, self.columns, self.rows.head(50))
        return "".join(frame.to_html(index=False) for frame in tables)


def intake(
    paths: Path | str | Iterable[Path | str],
    *,
    name: str | None = None,
    currency: str | None = None,
    year: int | None = None,
    picks: object = None,
    progress: Callable[[str], None] | None = None,
) -> Intake:
    """Return a preview of a maker's files: XLSX and CSV as people keep them. Nothing is stored.

    Words are matched across tables after case, width, spaces, marks and legal forms are put aside
    (``North Electronics Co., Ltd.`` and ``north electronics``); an id in one sheet and the name
    in another are one. What is near and not the same is possible, with up to three candidates:
    a person picks. A supplier or site that is near to none is a new one. Every row that was read
    is matched, possible, rejected or left out as picked.

    Parameters
    ----------
    paths : path or iterable of path
        The files: spreadsheets or text with separators, with any of products, parts, bill,
        suppliers, sites, sources, stocks, alternates.
    name : str, optional
        What the maker is called; the first file's name without its ending if not given.
    currency : str, optional
        ISO 4217 code of its prices.
    year : int, optional
        Year of the prices.
    picks : path or Arrow stream, optional
        What was picked: a table of the form of `Intake.picks_template`, filled in.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    MissingFileError, FormatError
        If a file is not there, or is none that can be read.
    TableError
        If the picks contradict one another.
    ParameterError
        If no file is given.
    """
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    if not files:
        raise ParameterError("paths", "intake", "one file or more", files)
    tell = progress or (lambda _: None)
    chosen = read_picks(picks)
    tell(f"reading {len(files)} files" if len(files) > 1 else f"reading {Path(files[0]).name}")
    found = understood(files, choices=chosen.columns)
    tell("matching rows across tables")
    matched = match(found, chosen, currency)
    return Intake(name or Path(files[0]).stem, matched.currency, year, found, matched)
