"""Readings as columns: a table that comes in, held against its form before anything is written."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from chainwright.errors import Breach, TableError, near
from chainwright.params.kept_units import QUALITIES, unit_in
from chainwright.records.reading_words import kind_numbers, month_number
from chainwright.tables import schema

__all__ = ["ReadingColumns", "ReadingTable", "columns_of"]

Ints = npt.NDArray[np.int32]

NEEDED = ("firm", "kind", "period", "quality")
"""Columns that every table of readings has; the others are empty where they are not given."""

SHOWN = 20
"""Rows that are named for one fault; one more says how many there are."""


class ReadingTable(Protocol):
    """Anything that hands out its columns by Arrow: pyarrow, pandas, polars, DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream.

        Parameters
        ----------
        requested_schema : object
            As Arrow says.
        """


@dataclass(frozen=True, eq=False)
class Words:
    """A column of text: its different words, and the place of each row's."""

    words: list[str]
    place: Ints

    def mapped(self, numbers: npt.ArrayLike) -> Ints:
        """Return for each row the number of its word."""
        if not self.words:
            return np.zeros(0, dtype=np.int32)
        return np.asarray(numbers, dtype=np.int32)[self.place]


@dataclass(frozen=True, eq=False)
class ReadingColumns:
    """Readings that were checked: ``r`` rows.

    Parameters
    ----------
    firm, item, text, source : Words
        Columns of text.
    kind, month, quality : ndarray of int32, shape (r,)
        Number of the kind, months since January 1970, place of the quality.
    value : ndarray of float64, shape (r,)
        NaN where there is none.
    """

    firm: Words
    item: Words
    text: Words
    source: Words
    kind: Ints
    month: Ints
    quality: Ints
    value: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kind)


def columns_of(given: ReadingTable) -> ReadingColumns:
    """Return a table of readings as columns.

    Parameters
    ----------
    given : table
        With columns of ``chainwright schema readings``; firm, kind and period must be there.

    Raises
    ------
    TableError
        If columns are missing or unknown, or cells hold what they must not; it lists all.
    """
    table = _arrow(given)
    known = [column.column for column in schema("readings")]
    faults = [
        Breach("the header", f"no column {name!r}", "it", "Add it.")
        for name in NEEDED
        if name not in table.column_names
    ]
    faults += [
        Breach("the header", repr(name), "a column of readings", f"Take it out.{near(name, known)}")
        for name in table.column_names
        if name not in known
    ]
    if faults:
        raise TableError("readings", faults)
    texts = {name: _words(table, name) for name in known if name != "value"}
    value = _numbers(table)
    checks = _Checks()
    checks.known(texts["firm"], "firm", [not word for word in texts["firm"].words], "a firm")
    numbers = kind_numbers()
    kinds = [numbers.get(word, -1) for word in texts["kind"].words]
    checks.known(texts["kind"], "kind", [n < 0 for n in kinds], "a kind of data", list(numbers))
    found = [month_number(word) for word in texts["period"].words]
    months = [-1 if n is None else n for n in found]
    checks.known(texts["period"], "period", [n is None or n < 0 for n in found], "a month, YYYY-MM")
    places = [QUALITIES.index(word) if word in QUALITIES else -1 for word in texts["quality"].words]
    wrong = [n < 0 for n in places]
    checks.known(texts["quality"], "quality", wrong, "a quality", list(QUALITIES))
    checks.rows(np.isinf(value), "value", "a number that is not finite", "a finite number")
    if not checks.faults:
        checks.units(texts)
    if checks.faults:
        raise TableError("readings", checks.faults)
    return ReadingColumns(
        firm=texts["firm"],
        item=texts["item"],
        text=texts["text"],
        source=texts["source"],
        kind=texts["kind"].mapped(kinds),
        month=texts["period"].mapped(months),
        quality=texts["quality"].mapped(places),
        value=value,
    )


def _arrow(given: ReadingTable) -> pa.Table:
    if isinstance(given, pa.Table):
        return given
    if isinstance(given, pd.DataFrame):
        return pa.Table.from_pandas(given, preserve_index=False)
    return pa.table(given)


def _words(table: pa.Table, name: str) -> Words:
    """Return a column as words; nulls are empty, and a column that is not there is."""
    if name not in table.column_names:
        return Words([""], np.zeros(table.num_rows, dtype=np.int32))
    column = table.column(name)
    if pa.types.is_null(column.type):
        return Words([""], np.zeros(table.num_rows, dtype=np.int32))
    if not pa.types.is_dictionary(column.type):
        text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if not (text or pa.types.is_string_view(column.type)):
            found = f"values of type {column.type}"
            fault = Breach(f"column {name!r}", found, "text", "Write codes and months as text.")
            raise TableError("readings", [fault])
        column = column.dictionary_encode()
    joined = column.unify_dictionaries().combine_chunks()
    if isinstance(joined, pa.ChunkedArray):  # of no chunk
        return Words([""], np.zeros(0, dtype=np.int32))
    words = [word or "" for word in joined.dictionary.cast(pa.string()).to_pylist()]
    place = joined.indices.cast(pa.int32())
    if place.null_count:
        place = pc.fill_null(place, len(words))
        words.append("")
    return Words(words, place.to_numpy(zero_copy_only=False))


def _numbers(table: pa.Table) -> npt.NDArray[np.float64]:
    if "value" not in table.column_names:
        return np.full(table.num_rows, np.nan)
    column = table.column("value")
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        if not pa.types.is_null(column.type):
            found = f"values of type {column.type}"
            raise TableError("readings", [Breach("column 'value'", found, "numbers", "Read them.")])
        return np.full(table.num_rows, np.nan)
    numbers = column.cast(pa.float64()).to_numpy()
    return np.asarray(numbers, dtype=np.float64)


class _Checks:
    """What is wrong with a table, gathered."""

    def __init__(self) -> None:
        self.faults: list[Breach] = []

    def rows(
        self, wrong: npt.NDArray[np.bool_], column: str, found: str, expected: str, hint: str = ""
    ) -> None:
        """Note the rows of one fault: each by its place, row 1 being the header."""
        places = np.flatnonzero(wrong)
        for row in places[:SHOWN].tolist():
            where = f"row {row + 2}, column {column!r}"
            self.faults.append(Breach(where, found, expected, f"Correct it.{hint}"))
        if len(places) > SHOWN:
            where = f"column {column!r}"
            rest = f"{found} in {len(places) - SHOWN} rows more"
            self.faults.append(Breach(where, rest, expected, "Correct them."))

    def known(
        self,
        column: Words,
        name: str,
        wrong: list[bool],
        expected: str,
        listed: list[str] | None = None,
    ) -> None:
        """Note the rows whose words are none that is known."""
        used = np.bincount(column.place, minlength=len(column.words)) > 0
        for place in np.flatnonzero(np.array(wrong, dtype=bool) & used).tolist():
            word = column.words[place]
            found = repr(word) if word else "nothing"
            self.rows(column.place == place, name, found, expected, near(word, listed or []))

    def units(self, texts: dict[str, Words]) -> None:
        """Note the rows whose unit is not the one that the store keeps."""
        kind, item, unit = (texts[name] for name in ("kind", "item", "unit"))
        packed = kind.place.astype(np.int64) * len(item.words) + item.place
        packed = packed * len(unit.words) + unit.place
        for one in np.unique(packed).tolist():
            rest, u = divmod(one, len(unit.words))
            k, i = divmod(rest, len(item.words))
            kept = unit_in(kind.words[k], item.words[i])
            if unit.words[u] not in {"", kept}:
                expected = f"{kept!r}, the unit of {kind.words[k]}" if kept else "no unit"
                self.rows(packed == one, "unit", repr(unit.words[u]), expected)
