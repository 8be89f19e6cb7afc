"""Small tables that users give, read by their schema: every cell checked, every breach named."""

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from chainwright.errors import Breach, FormatError, MissingFileError, TableError, near
from chainwright.sources.packed_files import parquet_columns, unpacked
from chainwright.sources.reading import Origin
from chainwright.tables import Column, as_meant, schema

__all__ = ["Rows", "check_header", "checked_rows", "expected", "typed_rows", "where"]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""A number with a decimal point and without thousands separators."""

TRUE, FALSE = {"1", "true", "yes"}, {"0", "false", "no", ""}


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a small table, as far as they could be read, and what is wrong with them.

    Parameters
    ----------
    name : str
        What messages call the table.
    frame : DataFrame
        The columns of the schema; a cell that breaks it is missing.
    numbers : sequence of int
        Number of each row in its file, where 1 is the header.
    breaches : sequence of Breach
        Every cell that breaks the schema.
    origin : Origin
        Where the table comes from.
    header : sequence of str
        The columns of the file, also those that are not in the schema.
    """

    name: str
    frame: pd.DataFrame
    numbers: Sequence[int]
    breaches: Sequence[Breach]
    origin: Origin
    header: Sequence[str]


def typed_rows(
    data: object,
    table: str,
    *,
    required: Sequence[str],
    keys: Sequence[str] = (),
) -> tuple[pd.DataFrame, Origin]:
    """Return a table with the columns of its schema, and where it comes from.

    Text that is missing is ``""``, a number that is missing NaN; a column of the schema that the
    table lacks is all missing. Columns that are not in the schema are left out, and noted.

    Parameters
    ----------
    data : path or Arrow stream
        A CSV file in UTF-8 (plain or gzip), a Parquet file, or a pandas, polars or pyarrow table
        or a DuckDB relation.
    table : str
        One of `chainwright.tables.INPUTS`.
    required : sequence of str
        Columns that must be there and filled in each row.
    keys : sequence of str
        Columns that together stand once only.

    Raises
    ------
    TableError
        If the table breaks its schema; it lists every breach.
    FormatError, MissingFileError
        If the file is no such file, or is not there.

    Examples
    --------
    >>> rows = pd.DataFrame({"place": ["CHN"], "score": [5.5]})
    >>> typed_rows(rows, "governance", required=["place", "score"])[0]["score"].sum()
    np.float64(5.5)
    """
    rows = checked_rows(data, table, required=required, keys=keys)
    if rows.breaches:
        raise TableError(rows.name, rows.breaches)
    return rows.frame, rows.origin


def checked_rows(
    data: object,
    table: str,
    *,
    required: Sequence[str],
    keys: Sequence[str] = (),
    empty: bool = False,
) -> Rows:
    """Return a table as `typed_rows` does, with its breaches beside it for further checks.

    Parameters
    ----------
    data, table, required, keys
        As for `typed_rows`.
    empty : bool
        Whether a table without a row is one.

    Raises
    ------
    TableError
        If rows or columns are missing, so that no cell can be told from another.
    FormatError, MissingFileError
        If the file is no such file, or is not there.
    """
    columns = schema(table)
    header, lines, origin = _text_of(data, table)
    name = origin.file or f"the table '{table}'"
    check_header(name, header, columns, required)
    cells = {
        c.column: [line[header.index(c.column)] for _, line in lines]
        for c in columns
        if c.column in header
    }
    numbers = [number for number, _ in lines]
    breaches: list[Breach] = []
    frame = pd.DataFrame(index=range(len(lines)))
    for column in columns:
        given = cells.get(column.column, [""] * len(lines))
        if column.column in required:
            breaches += [
                Breach(where(n, column.column), "nothing", expected(column), "Fill it in.")
                for n, text in zip(numbers, given, strict=True)
                if not text.strip()
            ]
        values, bad = _typed(given, column)
        breaches += [
            Breach(where(numbers[i], column.column), repr(given[i]), expected(column), remedy)
            for i, remedy in bad
        ]
        frame[column.column] = values
    breaches += _repeated(frame, numbers, keys)
    if not (lines or empty):
        breaches.append(Breach("the table", "a header and no row", "rows", "Give the whole file."))
    unused = [c for c in header if c not in {column.column for column in columns}]
    note = f"columns left out: {', '.join(unused)}"
    noted = origin.noted(note) if unused else origin
    return Rows(name, frame, numbers, breaches, noted, header)


def where(number: int, column: str) -> str:
    """Return the words for a cell.

    Parameters
    ----------
    number : int
        Number of its row in the file.
    column : str
        Its column.
    """
    return f"row {number}, column '{column}'"


def expected(column: Column) -> str:
    """Return what a cell of a `column` must hold, in words, with its unit."""
    words = {"float": "a number", "integer": "a whole number", "boolean": "1 or 0"}
    unit = f" [{column.unit}]" if column.unit else ""
    return words.get(column.type, "text") + unit


def check_header(
    name: str, header: Sequence[str], columns: Iterable[Column], required: Iterable[str]
) -> None:
    """Refuse a table that lacks a column or has one twice.

    Parameters
    ----------
    name : str
        What messages call the table.
    header : sequence of str
        Its columns.
    columns : iterable of Column
        The schema.
    required : iterable of str
        Columns that must be there.

    Raises
    ------
    TableError
        If it is so; it lists all of them.
    """
    known = [c.column for c in columns]
    breaches = [
        Breach(
            "row 1",
            f"no column '{column}'",
            f"the columns {', '.join(known)}",
            f"Add it.{near(column, [h for h in header if h not in known])}",
        )
        for column in required
        if column not in header
    ]
    breaches += [
        Breach("row 1", f"the column '{h}' twice", "each column once", "Leave one out.")
        for h in dict.fromkeys(header)
        if header.count(h) > 1 and h in known
    ]
    if breaches:
        raise TableError(name, breaches)


def _typed(given: Sequence[str], column: Column) -> tuple["pd.Series[Any]", list[tuple[int, str]]]:
    """Return the values of a column, and the places of cells that are none, with a remedy."""
    texts = [text.strip() for text in given]
    if column.type == "string":
        return pd.Series(texts, dtype="str"), []
    if column.type == "boolean":
        bad = [i for i, t in enumerate(texts) if t.casefold() not in TRUE | FALSE]
        held = pd.Series([t.casefold() in TRUE for t in texts], dtype="bool")
        return held, [(i, "Write 1 or 0.") for i in bad]
    bad = [i for i, t in enumerate(texts) if t and not NUMBER.fullmatch(t)]
    skipped = set(bad)
    values = np.array(
        [float(t) if t and i not in skipped else np.nan for i, t in enumerate(texts)], dtype="f8"
    )
    told = [(i, "Write it as 1234.5, without a thousands separator or a unit.") for i in bad]
    if column.type == "integer":
        broken = np.flatnonzero(np.isfinite(values) & (values != np.floor(values)))
        told += [(int(i), "Write a whole number.") for i in broken]
        whole = [None if np.isnan(v) else int(v) for v in values]
        return pd.Series(whole, dtype="Int64"), told
    told += [(int(i), "Write a finite number.") for i in np.flatnonzero(np.isinf(values))]
    return pd.Series(values), told


def _repeated(frame: pd.DataFrame, numbers: Sequence[int], keys: Sequence[str]) -> list[Breach]:
    if not keys:
        return []
    rows = list(zip(*(frame[key].tolist() for key in keys), strict=True))
    first: dict[tuple[object, ...], int] = {}
    found = []
    for number, row in zip(numbers, rows, strict=True):
        if row in first:
            shown = ", ".join(map(str, row))
            found.append(
                Breach(
                    f"row {number}",
                    f"{shown} again, as in row {first[row]}",
                    f"each {', '.join(keys)} once",
                    "Leave one of them out.",
                )
            )
        first.setdefault(row, number)
    return found


def _text_of(data: object, table: str) -> tuple[list[str], list[tuple[int, list[str]]], Origin]:
    """Return the header and the numbered rows, each cell as text."""
    if isinstance(data, str | Path):
        return _of_file(Path(data))
    if not hasattr(data, "__arrow_c_stream__"):
        msg = (
            f"A table '{table}' is a path or has an Arrow stream, as tables of pandas, polars and "
            f"pyarrow have. Got {type(data).__name__}."
        )
        raise FormatError(msg)
    return *_of_arrow(pa.table(data)), Origin()


def _of_file(path: Path) -> tuple[list[str], list[tuple[int, list[str]]], Origin]:
    if not path.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    raw = path.read_bytes()
    origin = Origin(file=path.name, format="table", sha256=hashlib.sha256(raw).hexdigest())
    if raw[:4] == b"PAR1":
        return *_of_arrow(parquet_columns(path.name, raw)), origin
    packed = raw[:2] == b"\x1f\x8b"
    return *_of_text(path.name, unpacked(path.name, raw) if packed else raw), origin


def _of_text(name: str, raw: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows of a CSV text; a row has the number of its first line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"'{name}' is no text in UTF-8.{_encoded(raw)} Save it again as 'CSV UTF-8'."
        raise FormatError(msg) from error
    reader = csv.reader(io.StringIO(text))
    rows = []
    try:
        header = [word.strip() for word in next(reader, [])]
        number = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((number, [as_meant(cell) for cell in row]))
            number = reader.line_num + 1
    except csv.Error as error:
        msg = f"'{name}' is no CSV from line {reader.line_num} on: {error}. Close every quote."
        raise FormatError(msg) from error
    uneven = [
        Breach(f"row {n}", f"{len(row)} cells", f"{len(header)}", "Quote cells that hold commas.")
        for n, row in rows
        if len(row) != len(header)
    ]
    if uneven:
        raise TableError(name, uneven)
    return header, rows


def _encoded(raw: bytes) -> str:
    """Say which encoding bytes that are no UTF-8 seem to be in, or nothing."""
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " It seems to be in GBK, as spreadsheets in Chinese write CSV."


def _of_arrow(rows: pa.Table) -> tuple[list[str], list[tuple[int, list[str]]]]:
    columns = [
        ["" if _is_missing(value) else str(value) for value in column.to_pylist()]
        for column in rows.columns
    ]
    return list(rows.column_names), [
        (i, list(cells)) for i, cells in enumerate(zip(*columns, strict=True), 2)
    ]


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
