"""Tables of readings: millions of rows checked a column at a time, each distinct word once."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chainwright.errors import Breach, FormatError, MissingFileError, TableError
from chainwright.sources.carbon_kinds import QUALITIES, carbon_kinds
from chainwright.sources.files import sha256
from chainwright.sources.large_rows import numbered_rows
from chainwright.sources.packed_files import parquet_columns, readable
from chainwright.sources.reading import Origin
from chainwright.sources.readings_checks import FILLED, NO_MONTH, Cells, checked
from chainwright.sources.rows import Text, is_text, some
from chainwright.sources.typed_rows import check_header
from chainwright.tables import schema

__all__ = ["reading_columns"]

Codes = npt.NDArray[np.int32]

TEXTS = ("firm", "kind", "item", "period", "text", "unit", "quality", "source")
KEY = ("firm", "kind", "item", "period")
"""Columns that together stand once."""

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_Number = TypeVar("_Number", np.int32, np.int8, np.float64)


@dataclass(frozen=True, eq=False)
class _Columns:
    """A table whose columns are fetched one by one, so that one alone is held as Arrow has it."""

    name: str
    header: Sequence[str]
    rows: int
    number: Callable[[int], int]
    origin: Origin
    fetch: Callable[[str], pa.ChunkedArray]
    breaches: Sequence[Breach] = ()


def reading_columns(data: object) -> tuple[dict[str, Any], Origin]:
    """Return the columns of readings and where they come from, after every check of a table.

    The columns are the members of `chainwright.system.readings.Readings` by name: rows stand in
    order of firm, month, kind and item, each key once.

    Parameters
    ----------
    data : path or Arrow stream
        A CSV (plain or gzip) or Parquet file, or a table in memory, with the columns of the schema
        ``readings``.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach, a hundred of each kind by row.
    FormatError, MissingFileError
        If the file is no such file, or is not there.
    """
    table = _columns(data)
    check_header(table.name, table.header, schema("readings"), (*FILLED, "value"))
    coded: dict[str, Text] = {}
    for column in TEXTS:
        if column in table.header:
            coded[column] = _coded(table.fetch(column))
        else:
            coded[column] = Text(np.zeros(table.rows, dtype=np.int32), [""])
    value = np.array(table.fetch("value").to_numpy(), dtype=np.float64)
    cells = Cells(
        table.number,
        coded,
        value,
        months=_months(coded["period"]),
        kind=_places(coded["kind"], tuple(carbon_kinds())),
        quality=_places(coded["quality"], QUALITIES).astype(np.int8),
    )
    notes, wrong = checked(cells)
    breaches = [*table.breaches, *(b for b in wrong if b.where not in _told(table.breaches))]
    key = _key(cells)
    order = None if (key[1:] > key[:-1]).all() else np.argsort(key, kind="stable")
    breaches = breaches or list(_twice(cells, key, order))
    if breaches:
        raise TableError(table.name, breaches)
    return _in_order(cells, order), reduce(Origin.noted, notes, table.origin)


def _told(breaches: Sequence[Breach]) -> frozenset[str]:
    return frozenset(b.where for b in breaches)


def _in_order(cells: Cells, order: npt.NDArray[np.intp] | None) -> dict[str, Any]:
    """Return the columns of checked rows in the order of their keys."""

    def taken(column: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
        return column if order is None else column[order]

    numbers = np.array([int(row["number"]) for row in carbon_kinds().values()], dtype=np.int32)
    text = cells.text
    return {
        "firms": tuple(text["firm"].words[1:]),  # each row names one
        "items": tuple(text["item"].words),
        "texts": tuple(text["text"].words),
        "sources": tuple(text["source"].words),
        "firm": taken(text["firm"].codes) - np.int32(1),
        "kind": numbers[taken(cells.kind)],
        "item": taken(text["item"].codes),
        "month": taken(cells.months),
        "value": taken(cells.value),
        "text": taken(text["text"].codes),
        "quality": taken(cells.quality),
        "source": taken(text["source"].codes),
    }


def _key(cells: Cells) -> npt.NDArray[np.int64]:
    """Return one number a row that orders rows by firm, month, kind and item."""
    firm, item = cells.text["firm"], cells.text["item"]
    first = int(cells.months.min(initial=0)) if len(cells.months) else 0
    span = int(cells.months.max(initial=0)) - first + 1
    key = firm.codes.astype(np.int64)
    key *= span
    key += cells.months - first
    key *= len(carbon_kinds())
    key += cells.kind
    key *= len(item.words)
    key += item.codes
    return key


def _twice(
    cells: Cells, key: npt.NDArray[np.int64], order: npt.NDArray[np.intp] | None
) -> Iterator[Breach]:
    """Yield the rows whose firm, month, kind and item stand in a row before."""
    if order is None:
        return
    held = key[order]
    again = np.flatnonzero(held[1:] == held[:-1]) + 1

    def make(place: int) -> Breach:
        row, before = int(order[place]), int(order[place - 1])
        shown = ", ".join(filter(None, (cells.text[c].at(row) for c in KEY)))
        return Breach(
            f"row {cells.number(row)}",
            f"{shown} again, as in row {cells.number(before)}",
            "each firm, kind, item and month once",
            "Leave one of them out, or add the two up.",
        )

    yield from some(again, make, "values of one key")


def _columns(data: object) -> _Columns:
    """Return a table by its columns: of text and numbers as Arrow holds them, others by cells."""
    if isinstance(data, (str, Path)):
        return _of_file(Path(data))
    if hasattr(data, "__arrow_c_stream__"):
        with readable("the table 'readings'"):
            held = pa.table(data)
        if held.num_rows and _is_plain(held.schema):
            return _plain("the table 'readings'", held.schema, held.num_rows, Origin(), held.column)
    return _cell_by_cell(data)


def _of_file(path: Path) -> _Columns:
    if not path.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    with path.open("rb") as file:
        packed = file.read(4) == b"PAR1"
    if packed:
        try:
            plan, rows = pq.read_schema(path), pq.read_metadata(path).num_rows
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            said = str(error).splitlines()[0]
            msg = f"'{path.name}' begins as Parquet and cannot be read ({said}). Copy it again."
            raise FormatError(msg) from error
        if rows and _is_plain(plan):
            origin = Origin(file=path.name, format="table", sha256=sha256(path))

            def fetch(column: str) -> pa.ChunkedArray:
                words = [column] if column != "value" else []
                held = parquet_columns(path.name, path, [column], words=words).column(0)
                if len(held) != rows:
                    msg = f"'{path.name}' has {len(held):,} rows and says {rows:,}. Copy it again."
                    raise FormatError(msg)
                return held

            return _plain(path.name, plan, rows, origin, fetch)
    return _cell_by_cell(path)


def _plain(
    name: str,
    plan: pa.Schema,
    rows: int,
    origin: Origin,
    fetch: Callable[[str], pa.ChunkedArray],
) -> _Columns:
    """Return a table whose columns are what they must be; the origin names those left out."""
    unused = [column for column in plan.names if column not in {*TEXTS, "value"}]
    noted = origin.noted(f"columns left out: {', '.join(unused)}") if unused else origin
    return _Columns(name, plan.names, rows, lambda i: i + 2, noted, fetch)


def _is_plain(plan: pa.Schema) -> bool:
    """Return whether each column that is used is of text, and the values are numbers."""
    for name, kind in zip(plan.names, plan.types, strict=True):
        if name == "value" and not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            return False
        held = kind.value_type if pa.types.is_dictionary(kind) else kind
        if name in TEXTS and not (is_text(held) or pa.types.is_null(held)):
            return False
    return len(set(plan.names)) == len(plan.names)


def _cell_by_cell(data: object) -> _Columns:
    name = Path(data).name if isinstance(data, (str, Path)) else "the table 'readings'"
    with readable(name):
        rows = numbered_rows(data, "readings", required=FILLED)
    frame, numbers = rows.frame, rows.numbers

    def fetch(column: str) -> pa.ChunkedArray:
        held = pa.array(frame[column], from_pandas=column != "value")
        return held if isinstance(held, pa.ChunkedArray) else pa.chunked_array([held])

    return _Columns(
        rows.name,
        rows.header,
        len(frame),
        lambda i: int(numbers[i]),
        rows.origin,
        fetch,
        rows.breaches,
    )


def _coded(given: pa.ChunkedArray) -> Text:
    """Return a column as places among its distinct words in order, blanks around them gone."""
    if not pa.types.is_dictionary(given.type):
        given = given.cast(pa.string()).dictionary_encode()
    held = given.unify_dictionaries().combine_chunks()
    if isinstance(held, pa.ChunkedArray):  # without a row there is no chunk
        return Text(np.zeros(0, dtype=np.int32), [""])
    words = [str(word or "").strip() for word in held.dictionary.to_pylist()]
    codes = held.indices.cast(pa.int32()).fill_null(len(words)).to_numpy(zero_copy_only=False)
    words.append("")  # where the cell is null
    used = np.bincount(codes, minlength=len(words)) > 0
    order = sorted({""} | {word for word, some_row in zip(words, used, strict=True) if some_row})
    place = {word: i for i, word in enumerate(order)}
    rank = np.array([place.get(word, 0) for word in words], dtype=np.int32)
    return Text(rank[codes], order)


def _places(text: Text, known: Sequence[str]) -> Codes:
    """Return the place among `known` of each row's word, -1 for one that is none of them."""
    place = {word: i for i, word in enumerate(known)}
    return np.array([place.get(word, -1) for word in text.words], dtype=np.int32)[text.codes]


def _months(text: Text) -> Codes:
    """Return months since January 1970, the least number for a word that is no month."""
    found = np.full(len(text.words), NO_MONTH, dtype=np.int32)
    for i, word in enumerate(text.words):
        year, _, month = word.partition("-")
        if MONTH.fullmatch(word):
            found[i] = (int(year) - 1970) * 12 + int(month) - 1
    return found[text.codes]
