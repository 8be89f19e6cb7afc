"""Tables of millions of rows, checked as `typed_rows` checks small ones, a column at a time."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from chainwright.errors import Breach, FormatError, MissingFileError, TableError
from chainwright.sources.packed_files import parquet_columns, unpacked
from chainwright.sources.reading import Origin
from chainwright.sources.rows import NUMBER, is_text, some, uneven_row
from chainwright.sources.typed_rows import Rows, check_header, checked_rows, expected, where
from chainwright.tables import QUOTE, Column, as_meant, schema

__all__ = ["LARGE", "numbered_rows"]

LARGE = 50_000
"""Rows from which on a table is read a column at a time."""

TEXT = pd.StringDtype(na_value=np.nan)
"""Text as pandas holds it: in Arrow's own arrays."""


def numbered_rows(
    data: object,
    table: str,
    *,
    required: Sequence[str],
    keys: Sequence[str] = (),
    large: int = LARGE,
) -> Rows:
    """Return a table as `checked_rows` does, with its breaches beside it, however long it is.

    Codes are text: leading zeros and spaces inside stay; spaces around a cell are no part of it.
    Of each kind of breach in a large table the first hundred rows are named, the rest counted.

    Parameters
    ----------
    data, table, required, keys
        As for `typed_rows`; the schema has columns of text and of numbers.
    large : int
        Rows from which on a table is read a column at a time.

    Raises
    ------
    TableError
        If rows or columns are missing, so that no cell can be told from another.
    FormatError, MissingFileError
        If the file is no such file, or is not there.

    Examples
    --------
    >>> rows = pd.DataFrame({"supplier": ["007"], "buyer": ["x"], "value": [2.5]})
    >>> numbered_rows(rows, "links", required=["supplier", "buyer", "value"]).frame["supplier"][0]
    '007'
    """
    if isinstance(data, str | Path):
        return _of_file(Path(data), table, required, keys, large)
    if not hasattr(data, "__arrow_c_stream__"):
        return checked_rows(data, table, required=required, keys=keys)  # which says why not
    rows = pa.table(data)
    if rows.num_rows < large:
        return checked_rows(rows, table, required=required, keys=keys)
    name = f"the table '{table}'"
    return _checked(
        _Cells(name, rows, range(2, rows.num_rows + 2), Origin()), table, required, keys
    )


def _of_file(
    path: Path, table: str, required: Sequence[str], keys: Sequence[str], large: int
) -> Rows:
    if not path.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    raw = path.read_bytes()
    origin = Origin(file=path.name, format="table", sha256=hashlib.sha256(raw).hexdigest())
    if raw[:4] == b"PAR1":
        held = parquet_columns(path.name, raw)
        if held.num_rows < large:
            return checked_rows(path, table, required=required, keys=keys)
        numbers: Sequence[int] = range(2, held.num_rows + 2)
        return _checked(_Cells(path.name, held, numbers, origin), table, required, keys)
    if raw[:2] == b"\x1f\x8b":
        raw = unpacked(path.name, raw)
    if raw.count(b"\n") < large:
        return checked_rows(path, table, required=required, keys=keys)
    held = _of_csv(path.name, raw)
    numbers = _line_numbers(raw, held.num_rows)
    return _checked(_Cells(path.name, held, numbers, origin), table, required, keys)


def _of_csv(name: str, raw: bytes) -> pa.Table:
    """Return the cells of a CSV text, all as text."""
    header = [word.strip() for word in next(csv.reader([_first_line(name, raw)]), [])]
    places = [f"f{i}" for i in range(len(header))]  # so that a name may stand twice
    try:
        cells = pacsv.read_csv(
            pa.BufferReader(raw),
            read_options=pacsv.ReadOptions(column_names=places, skip_rows=1, block_size=1 << 24),
            parse_options=pacsv.ParseOptions(newlines_in_values=b'"' in raw),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(places, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        _explain(name, raw, len(header))
        msg = f"'{name}' is no CSV: {str(error).splitlines()[0]}. Close every quote."
        raise FormatError(msg) from error
    return pa.table([_meant(cells.column(i)) for i in range(len(header))], names=header)


def _meant(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return cells of text without the quotes that were put before formulas."""
    quoted = pc.starts_with(cells, QUOTE)
    if not pc.any(quoted).as_py():
        return cells
    return pa.chunked_array([[as_meant(cell) for cell in cells.to_pylist()]], pa.string())


def _first_line(name: str, raw: bytes) -> str:
    try:
        return raw[: raw.find(b"\n")].decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError as error:
        raise FormatError(_no_text(name)) from error


def _no_text(name: str) -> str:
    return (
        f"'{name}' is no text in UTF-8 (a Chinese file may be in GBK). "
        "Save it again as 'CSV UTF-8'."
    )


def _explain(name: str, raw: bytes, width: int) -> None:
    """Raise the error that says which rows have too many or too few cells, or which bytes."""
    try:
        uneven = [
            uneven_row(number, len(row), width)
            for number, row in _lines(raw)
            if len(row) != width and any(cell.strip() for cell in row)
        ]
    except UnicodeDecodeError as error:
        raise FormatError(_no_text(name)) from error
    except csv.Error as error:
        msg = f"'{name}' is no CSV: {error}. Close every quote."
        raise FormatError(msg) from error
    if uneven:
        raise TableError(name, uneven)


def _lines(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each row below the header with the number of its first line."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline=""))
    next(reader, [])
    number = reader.line_num + 1
    for row in reader:
        if row:
            yield number, row
        number = reader.line_num + 1


def _line_numbers(raw: bytes, rows: int) -> Sequence[int]:
    """Return the number of each row in the file: counted only where a row is not a line."""
    lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
    if lines == rows + 1:  # a blank line, or a line end inside quotes, would make more of them
        return range(2, rows + 2)
    return [number for number, _ in _lines(raw)]


@dataclass(frozen=True, eq=False)
class _Cells:
    """The cells of a table, the number of each row in its file, and where they come from."""

    name: str
    table: pa.Table
    numbers: Sequence[int]
    origin: Origin


def _checked(held: _Cells, table: str, required: Sequence[str], keys: Sequence[str]) -> Rows:
    cells, numbers = held.table, held.numbers
    columns = schema(table)
    header = list(cells.column_names)
    check_header(held.name, header, columns, required)
    breaches: list[Breach] = []
    frame = pd.DataFrame(index=pd.RangeIndex(cells.num_rows))
    for column in columns:
        if column.column not in header:
            nothing, kind = ("", TEXT) if column.type == "string" else (np.nan, "f8")
            frame[column.column] = pd.Series(nothing, frame.index, kind)
            continue
        given = cells.column(column.column)
        if column.type == "string":
            text = pc.utf8_trim_whitespace(_as_text(given))
            missing = np.flatnonzero(pc.equal(text, "").to_numpy())
            frame[column.column] = text.to_pandas(types_mapper={pa.string(): TEXT}.get)
        else:
            value, missing, found = _numbers(given, column, numbers)
            breaches += found
            frame[column.column] = value
        if column.column in required:
            breaches += _missing(missing, column, numbers)
    breaches += _repeated(frame, numbers, keys)
    unused = [c for c in header if c not in {column.column for column in columns}]
    note = f"columns left out: {', '.join(unused)}"
    origin = held.origin.noted(note) if unused else held.origin
    return Rows(held.name, frame, numbers, breaches, origin, header)


def _as_text(given: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return cells as text, missing ones as ""; numbers as Python writes them."""
    if pa.types.is_dictionary(given.type):
        if is_text(given.type.value_type):  # a cast knows no dictionary of views
            parts = [part.dictionary.cast(pa.string()).take(part.indices) for part in given.chunks]
            given = pa.chunked_array(parts, pa.string())
        else:
            given = given.cast(given.type.value_type)
    if is_text(given.type):
        return given.cast(pa.string()).fill_null("")
    coded = given.combine_chunks().dictionary_encode()
    words = ["" if v is None or v != v else str(v) for v in coded.dictionary.to_pylist()]  # noqa: PLR0124 - NaN
    return pa.chunked_array([pa.array(words, pa.string()).take(coded.indices).fill_null("")])


def _numbers(
    given: pa.ChunkedArray, column: Column, numbers: Sequence[int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp], list[Breach]]:
    """Return a column of numbers, the places of empty cells, and what is wrong with the others."""
    if pa.types.is_integer(given.type) or pa.types.is_floating(given.type):
        value = np.array(given.cast(pa.float64()).to_numpy(), dtype=np.float64)
        empty, bad = np.flatnonzero(np.isnan(value)), np.flatnonzero(np.isinf(value))
        value[bad] = np.nan
    else:
        text = _as_text(given)
        try:
            value = np.array(text.cast(pa.float64()).to_numpy(), dtype=np.float64)
        except pa.ArrowInvalid:
            value = np.array([np.nan])
        if np.isfinite(value).all():
            return value, np.zeros(0, dtype=np.intp), []
        text = pc.utf8_trim_whitespace(text)
        good = pc.match_substring_regex(text, NUMBER)
        plain = pc.if_else(good, pc.utf8_ltrim(text, "+"), None)
        value = np.array(plain.cast(pa.float64()).to_numpy(), dtype=np.float64)
        without = pc.equal(text, "").to_numpy()
        empty = np.flatnonzero(without)
        bad = np.flatnonzero(~np.isfinite(value) & ~without)
        value[bad] = np.nan
    found = some(
        bad,
        lambda row: Breach(
            where(numbers[row], column.column),
            repr(str(given[row].as_py())),
            expected(column),
            "Write it as 1234.5, without a thousands separator or a unit.",
        ),
        "no number",
    )
    return value, empty, list(found)


def _missing(
    rows: npt.NDArray[np.intp], column: Column, numbers: Sequence[int]
) -> Iterator[Breach]:
    return some(
        rows,
        lambda row: Breach(
            where(numbers[row], column.column), "nothing", expected(column), "Fill it in."
        ),
        f"nothing in column '{column.column}'",
    )


def _repeated(frame: pd.DataFrame, numbers: Sequence[int], keys: Sequence[str]) -> Iterator[Breach]:
    if not keys:
        return
    again = np.flatnonzero(frame.duplicated(list(keys)).to_numpy())
    cells = frame[list(keys)]

    def make(row: int) -> Breach:
        same = (cells == cells.iloc[row]).all(axis=1)
        shown = ", ".join(map(str, cells.iloc[row]))
        return Breach(
            f"row {numbers[row]}",
            f"{shown} again, as in row {numbers[int(same.to_numpy().argmax())]}",
            f"each {', '.join(keys)} once",
            "Leave one of them out.",
        )

    yield from some(again, make, f"{', '.join(keys)} again")
