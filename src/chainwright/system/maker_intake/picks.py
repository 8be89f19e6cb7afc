"""Picks: what a person chose where a word, a column or a sum could mean several things."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
from python_calamine import CalamineError

from chainwright.errors import Breach, FormatError, MissingFileError, TableError, near
from chainwright.sources.intake import Choice
from chainwright.sources.intake.headings import roles
from chainwright.sources.intake.unit_words import CANONICAL, unit_of
from chainwright.system.maker_intake.names import plain
from chainwright.tables import as_meant

__all__ = ["ADD", "EMPTY", "LEAVE", "NEW", "ONCE", "SCALE", "Picks", "read_picks"]

NEW, LEAVE, ADD, ONCE, SCALE, EMPTY = "new", "leave out", "add", "once", "scale", "empty"
"""Words of a pick that are no code."""

WORDS = {
    "新建": NEW,
    "新": NEW,
    "剔除": LEAVE,
    "不用": LEAVE,
    "相加": ADD,
    "一次": ONCE,
    "重复": ONCE,
    "调整": SCALE,
    "留空": EMPTY,
}
"""The same in Chinese."""

NEEDED = ("kind", "found", "pick")


@dataclass(frozen=True)
class Picks:
    """What was picked, by kind and by what stands in the files.

    Parameters
    ----------
    chosen : mapping of (str, str) to str
        By kind and `plain` word: one of the words above, or what is meant.
    columns : tuple of Choice
        What columns hold, where the header was taken for something else.
    where : mapping of (str, str) to str
        Row of the table of picks.
    """

    chosen: Mapping[tuple[str, str], str] = field(default_factory=dict)
    columns: tuple[Choice, ...] = ()
    where: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, kind: str, word: str) -> str:
        """Return what was picked for a word; empty if nothing was.

        Parameters
        ----------
        kind : str
            As in `Finding.kind`.
        word : str
            What stands there.
        """
        return self.chosen.get((kind, plain(word)), "")


def read_picks(data: object) -> Picks:
    """Return the picks in a table: a file, or a table in memory.

    Parameters
    ----------
    data : path, Arrow stream or None
        A table of the form of `Intake.picks_template`: CSV or XLSX, or a pandas, polars or
        pyarrow table. Rows with an empty ``pick`` are not decided yet.

    Raises
    ------
    MissingFileError, FormatError
        If there is no such file, or it is no table.
    TableError
        If a column lacks, or two rows pick different things for one word.
    """
    if data is None:
        return Picks()
    name, rows = _rows(data)
    header = set(rows[0]) if rows else set(NEEDED)
    lacking = [column for column in NEEDED if column not in header]
    if lacking:
        told = [
            Breach("row 1", f"no column '{c}'", "the columns of picks", "Add it.") for c in lacking
        ]
        raise TableError(name, told)
    chosen: dict[tuple[str, str], str] = {}
    where: dict[tuple[str, str], str] = {}
    columns, breaches = [], []
    for number, row in enumerate(rows, 2):
        pick = row["pick"].strip()
        if not pick:
            continue
        if row["kind"] == "column":
            file, sheet, cell = (row.get(c, "") for c in ("file", "sheet", "cell"))
            left = WORDS.get(pick, pick) == LEAVE
            if left or pick in roles():
                columns.append(Choice(file, sheet, cell, "" if left else pick))
            elif not pick.isdigit() and any(unit_of(pick, kind) for kind in CANONICAL):
                columns.append(Choice(file, sheet, cell, None, pick))
            else:
                expected = f"a unit, {LEAVE}, or what a column may hold ({', '.join(roles())})"
                remedy = f"Correct it.{near(pick, roles())}"
                breaches.append(
                    Breach(f"row {number}, column 'pick'", repr(pick), expected, remedy)
                )
            continue
        key = (row["kind"], plain(row["found"]))
        said = WORDS.get(pick, pick.casefold() if pick.casefold() in WORDS.values() else pick)
        if chosen.setdefault(key, said) != said:
            found = f"{said!r} for {row['found']!r}, as {chosen[key]!r} in {where[key]}"
            told_once = "each word picked once"
            breaches.append(Breach(f"row {number}", found, told_once, "Leave one of them out."))
        where.setdefault(key, f"row {number}")
    if breaches:
        raise TableError(name, breaches)
    return Picks(chosen, tuple(columns), where)


def _rows(data: object) -> tuple[str, list[dict[str, str]]]:
    """Return the name of a table and its rows, each cell as text."""
    if isinstance(data, str | Path):
        path = Path(data)
        if not path.is_file():
            msg = f"There is no file '{path}'."
            raise MissingFileError(msg)
        return f"The picks in '{path.name}'", list(_of_file(path))
    if not hasattr(data, "__arrow_c_stream__"):
        msg = f"Picks are a path or a table. Got {type(data).__name__}."
        raise FormatError(msg)
    frame = pa.table(data).to_pandas()
    text = frame.astype(object).where(frame.notna(), "")
    records = ({str(k): str(v) for k, v in row.items()} for row in text.to_dict("records"))
    return "The table of picks", list(records)


def _of_file(path: Path) -> Iterable[dict[str, str]]:
    raw = path.read_bytes()
    if raw[:2] == b"PK":
        try:
            frame = pd.read_excel(io.BytesIO(raw), dtype=str, engine="calamine").fillna("")
        except CalamineError as error:
            msg = f"'{path.name}' is no whole XLSX file: {error}. Save it again, or as CSV."
            raise FormatError(msg) from error
        return ({str(k): str(v) for k, v in row.items()} for row in frame.to_dict("records"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            msg = f"'{path.name}' is neither XLSX nor text in UTF-8 or GBK. Save it as CSV."
            raise FormatError(msg) from error
    rows = csv.DictReader(io.StringIO(text))
    return [{k: as_meant(v or "") for k, v in row.items() if k} for row in rows]
