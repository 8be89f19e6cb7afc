"""Rows of a long table as codes and numbers: text columns in a dictionary, one exact number a row.

Nothing here loops over rows: Arrow parses and encodes, numpy computes. Row numbers in messages are
those of the file, its header being row 1.
"""

import csv
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from chainwright.errors import Breach, TableError, near
from chainwright.sources.files import Peek

__all__ = [
    "COLUMNS",
    "LABELS",
    "NUMBER",
    "SPELT_OUT",
    "Rows",
    "Text",
    "header_of",
    "in_memory",
    "is_text",
    "names",
    "numbers_in",
    "of_arrow",
    "of_csv",
    "some",
    "uneven_row",
    "unreadable",
]

LABELS = ("block", "from_region", "from_sector", "to_region", "to_sector")
COLUMNS = (*LABELS, "value")
"""Columns that must be there; ``unit`` may be there, others are left out."""

SPELT_OUT = 100
"""How many breaches of one kind are made; one more says how many there are in all."""

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
"""A number with a decimal point and without thousands separators."""

NO_ROWS = Breach("the table", "a header and no row", "rows of flows", "Give the whole file.")

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Text:
    """A column of text: the position in `words` of each row's word.

    Parameters
    ----------
    codes : ndarray of int32, shape (rows,)
        Position in `words`.
    words : list of str
        Each word once; missing text is "".
    """

    codes: Codes
    words: list[str]

    def at(self, row: int) -> str:
        """Return the word of a `row`, counted from 0."""
        return self.words[self.codes[row]] if self.words else ""


@dataclass(frozen=True, eq=False)
class Rows:
    """The columns of a long table.

    Parameters
    ----------
    name : str
        The table, as messages call it.
    text : mapping of str to Text
        The columns of `LABELS`, and ``unit`` if the table has it.
    value : ndarray, shape (rows,)
        The numbers; not checked if `breaches` is not empty.
    number : callable
        Gives the number in the file of a row that is counted from 0.
    breaches : sequence of Breach
        Cells that are not as they must be.
    left_out : sequence of str
        Columns that are not used.
    """

    name: str
    text: Mapping[str, Text]
    value: npt.NDArray[np.float64]
    number: Callable[[int], int]
    breaches: Sequence[Breach] = ()
    left_out: Sequence[str] = ()


def some(rows: npt.NDArray[np.intp], make: Callable[[int], Breach], what: str) -> Iterator[Breach]:
    """Yield a breach for each of the first `rows`, and one for all the others together.

    Parameters
    ----------
    rows : ndarray of int
        Rows that are wrong, counted from 0.
    make : callable
        Gives the breach of one row.
    what : str
        What is wrong with them, in words.
    """
    for row in rows[:SPELT_OUT]:
        yield make(int(row))
    if len(rows) > SPELT_OUT:
        more = len(rows) - SPELT_OUT
        yield Breach(f"{more:,} more rows", what, "none", "See the rows before.")


def of_csv(peek: Peek) -> Rows:
    """Return the rows of a text file, packed or not.

    Parameters
    ----------
    peek : Peek
        Text in UTF-8, columns separated by commas, a header row.

    Raises
    ------
    TableError
        If the file is not such a table; it lists every breach that can be seen together.
    """
    header = header_of(peek)
    _need_columns(peek.name, header)
    used = [name for name in (*COLUMNS, "unit") if name in header]
    word = pa.dictionary(pa.int32(), pa.string())
    uneven: list[tuple[int, int, int]] = []

    def note(row: pacsv.InvalidRow) -> str:
        uneven.append((row.number or 0, row.actual_columns, row.expected_columns))
        return "skip"

    def parse(*, threads: bool) -> pa.Table:
        with peek.open() as stream:
            return pacsv.read_csv(
                stream,
                read_options=pacsv.ReadOptions(use_threads=threads, block_size=1 << 24),
                parse_options=pacsv.ParseOptions(invalid_row_handler=note),
                convert_options=pacsv.ConvertOptions(
                    column_types={n: pa.string() if n == "value" else word for n in used},
                    include_columns=used,
                    strings_can_be_null=False,
                ),
            )

    try:
        table = parse(threads=True)
        if uneven:
            uneven.clear()
            parse(threads=False)  # only then does the parser tell the numbers of rows
    except (pa.ArrowInvalid, OSError, EOFError, zlib.error) as error:
        raise TableError(peek.name, [unreadable(error)]) from error
    numbers = numbers_in(peek)
    if uneven:
        breaches = [uneven_row(numbers(n - 2), *cells) for n, *cells in uneven[:SPELT_OUT]]
        raise TableError(peek.name, breaches)
    return _rows(peek.name, table, numbers, header)


def of_arrow(peek: Peek) -> Rows:
    """Return the rows of a Parquet file, or of an Arrow file.

    Parameters
    ----------
    peek : Peek
        A file with text columns and a column of numbers.

    Raises
    ------
    TableError
        If the file cannot be read, or is not such a table.
    """
    try:
        if peek.kind == "parquet":
            header = pq.read_schema(peek.path).names
            _need_columns(peek.name, header)
            used = [name for name in (*COLUMNS, "unit") if name in header]
            words = [name for name in used if name != "value"]
            table = pq.read_table(peek.path, columns=used, read_dictionary=words)
        else:
            with pa.memory_map(str(peek.path)) as file, pa.ipc.open_file(file) as stream:
                table = stream.read_all()
            header = table.column_names
            _need_columns(peek.name, header)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(peek.name, [unreadable(error)]) from error
    return _rows(peek.name, table, lambda row: row + 2, header)


def names(peek: Peek) -> list[str]:
    """Return the names of the columns of a Parquet or Arrow file; `COLUMNS` if it cannot be read.

    Reading such a file then says why.

    Parameters
    ----------
    peek : Peek
        The file.
    """
    try:
        if peek.kind == "parquet":
            return list(pq.read_schema(peek.path).names)
        with pa.memory_map(str(peek.path)) as file, pa.ipc.open_file(file) as stream:
            return list(stream.schema.names)
    except (pa.ArrowInvalid, OSError):
        return list(COLUMNS)


def in_memory(data: object) -> Rows:
    """Return the rows of a table held in memory.

    Parameters
    ----------
    data : object
        A pandas, polars or pyarrow table, a DuckDB relation: what gives an Arrow stream.

    Raises
    ------
    TableError
        If it gives no Arrow stream, or is not such a table.
    """
    name = "the given table"
    if not (isinstance(data, pa.Table) or hasattr(data, "__arrow_c_stream__")):
        breach = Breach(
            "the table",
            f"an object of type {type(data).__name__}",
            "a pandas, polars or pyarrow table, or another that gives an Arrow stream",
            "Make a DataFrame of it, or give the path of a file to System.read.",
        )
        raise TableError(name, [breach])
    columns = getattr(data, "columns", None)
    if isinstance(columns, pd.Index):  # Arrow would say of twin columns what a user cannot place
        _need_columns(name, [str(c) for c in columns])
    try:
        table = pa.table(data)
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
        breach = Breach(
            "the table",
            f"what Arrow cannot take ({error})",
            "columns of one type each: text, and numbers in 'value'",
            "Give each column one type, as frame.astype({'value': float}).",
        )
        raise TableError(name, [breach]) from error
    _need_columns(name, table.column_names)
    return _rows(name, table, lambda row: row + 2, table.column_names)


def header_of(peek: Peek) -> list[str]:
    """Return the names of the columns; refuse what can be told from the first line.

    Parameters
    ----------
    peek : Peek
        A text.

    Raises
    ------
    TableError
        If the first line is a comment, or is separated by anything but commas.
    """
    place, line = next(((i, t) for i, t in enumerate(peek.lines, 1) if t.strip()), (1, ""))
    breach = None
    if line.startswith("#"):
        breach = Breach(
            f"row {place}",
            f"a comment line '{line[:40]}'",
            "the header row",
            "Take comment lines out.",
        )
    elif "," not in line and (mark := re.search("[;\t|]", line)):
        named = {";": "semicolons", "\t": "tabs", "|": "bars"}[mark[0]]
        breach = Breach(
            f"row {place}",
            f"columns separated by {named}",
            "columns separated by commas",
            "Save it as CSV with commas, and numbers with a decimal point.",
        )
    if breach:
        raise TableError(peek.name, [breach])
    return next(csv.reader([line]), [])


def unreadable(error: Exception) -> Breach:
    """Return what an error of the parser means for the person who gave the file.

    Parameters
    ----------
    error : Exception
        What Arrow raised.
    """
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "UTF8" in said:
        return Breach(
            "the text",
            "bytes that are not UTF-8 (a Chinese file may be in GBK)",
            "text encoded in UTF-8",
            "Save it again as 'CSV UTF-8'.",
        )
    if "Empty CSV" in said:
        return NO_ROWS
    return Breach(
        "the file",
        f"what cannot be read ({said})",
        "a whole file of the format that it begins as",
        "It may be cut off: download or copy it again.",
    )


def uneven_row(number: int, actual: int, expected: int) -> Breach:
    """Return the breach of a row with too many or too few cells.

    Parameters
    ----------
    number : int
        Row of the file.
    actual, expected : int
        Cells that it has and should have.
    """
    return Breach(
        f"row {number}",
        f"{actual} cells",
        f"{expected}, as many as the header has",
        "Write decimals with a point and no thousands separators, and quote text with commas.",
    )


def numbers_in(peek: Peek) -> Callable[[int], int]:
    """Return the row numbers of a file, whose blank lines the parser passes over.

    Parameters
    ----------
    peek : Peek
        A text with one header row.
    """
    lines: list[int] = []

    def number(row: int) -> int:
        if not lines:  # only a message asks, so the file is read once more
            with peek.open() as stream:
                lines.extend(i for i, line in enumerate(stream, 1) if line.strip())
        return lines[row + 1]

    return number


def _need_columns(name: str, header: Sequence[str]) -> None:
    breaches = [
        Breach(
            f"column '{twice}'",
            f"{header.count(twice)} columns of that name",
            "one",
            "Take the others out, or name them otherwise.",
        )
        for twice in dict.fromkeys(header)
        if header.count(twice) > 1 and twice in (*COLUMNS, "unit")
    ]
    breaches += [
        Breach(
            "row 1",
            f"no column '{column}' among {', '.join(map(repr, header)) or 'no columns'}",
            f"the columns {', '.join(COLUMNS)}",
            f"`chainwright schema flows` describes them.{near(column, set(header) - set(COLUMNS))}",
        )
        for column in COLUMNS
        if column not in header
    ]
    if "currency" in header:
        breaches.append(
            Breach(
                "column 'currency'",
                "currencies by row",
                "one currency for the table",
                "Write it at the end of the column 'unit', as 'million USD', or say it on reading.",
            )
        )
    if "unit" not in header:
        odd = [c for c in header if c.casefold() in {"unit", "units"}]
        breaches += [
            Breach(f"column '{c}'", "a name near 'unit'", "'unit'", "Rename it.") for c in odd
        ]
    if breaches:
        raise TableError(name, breaches)


def _rows(name: str, table: pa.Table, number: Callable[[int], int], header: Sequence[str]) -> Rows:
    breaches: list[Breach] = []
    if table.num_rows == 0:
        breaches.append(NO_ROWS)
    text = {}
    for column in (*LABELS, "unit"):
        if column in table.column_names:
            found, wrong = _text(column, table.column(column), number)
            text[column] = found
            breaches += wrong
    value, wrong = _values(table.column("value"), number)
    breaches += wrong
    left_out = [c for c in header if c not in (*COLUMNS, "unit") and not c.startswith("__index_")]
    return Rows(name, text, value, number, breaches, left_out)


def _text(
    column: str, given: pa.ChunkedArray, number: Callable[[int], int]
) -> tuple[Text, list[Breach]]:
    kind = given.type.value_type if pa.types.is_dictionary(given.type) else given.type
    if pa.types.is_null(kind):
        given, kind = given.cast(pa.string()), pa.string()
    if not is_text(kind):
        breach = Breach(
            f"column '{column}'",
            f"values of type {kind}",
            "text, since '01' as a number is 1",
            f"Read the codes as text, as dtype={{'{column}': str}}, and give the table again.",
        )
        return Text(np.zeros(len(given), np.int32), ["a number"]), [breach]
    if pa.types.is_dictionary(given.type):
        given = given.cast(pa.dictionary(pa.int32(), pa.string()))
    else:
        given = given.cast(pa.string()).dictionary_encode()
    whole = given.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # without a row there is no chunk
        return Text(np.zeros(0, np.int32), []), []
    listed = [word or "" for word in whole.dictionary.to_pylist()]
    codes = whole.indices.fill_null(len(listed)).to_numpy(zero_copy_only=False)
    listed.append("")  # where the cell was null
    place: dict[str, int] = {}
    same = np.array([place.setdefault(word, len(place)) for word in listed], dtype=np.int32)
    found = Text(same[codes], list(place))
    padded = [i for i, word in enumerate(found.words) if word != word.strip()]
    breaches = some(
        np.flatnonzero(np.isin(found.codes, padded)) if padded else np.zeros(0, np.intp),
        lambda row: Breach(
            f"row {number(row)}, column '{column}'",
            f"'{found.at(row)}'",
            "a code without blanks around it",
            "Take the blanks out, or it counts as another code.",
        ),
        "codes with blanks around them",
    )
    return found, list(breaches)


def is_text(kind: pa.DataType) -> bool:
    """Return whether Arrow holds text in a column of this type.

    Parameters
    ----------
    kind : pyarrow.DataType
        Type of the values.
    """
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _values(
    given: pa.ChunkedArray, number: Callable[[int], int]
) -> tuple[npt.NDArray[np.float64], list[Breach]]:
    """Numbers of the column ``value``; text is parsed exactly or refused, row by row."""
    if pa.types.is_dictionary(given.type):
        given = given.cast(given.type.value_type)
    kind = given.type
    if is_text(kind):
        good = pc.fill_null(pc.match_substring_regex(given, NUMBER), False)  # noqa: FBT003 - Arrow's own signature
        plain = pc.utf8_ltrim(pc.utf8_trim_whitespace(given), "+")
        numbers = pc.if_else(good, plain, None).cast(pa.float64())
    elif pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        numbers = given.cast(pa.float64(), safe=False)
    else:
        breach = Breach(
            "column 'value'", f"values of type {kind}", "numbers", "Give the column as float64."
        )
        return np.zeros(len(given)), [breach]
    value = np.array(numbers.to_numpy(), dtype=np.float64)  # null becomes NaN
    wrong = np.flatnonzero(~np.isfinite(value))
    breaches = some(
        wrong,
        lambda row: Breach(
            f"row {number(row)}, column 'value'",
            f"'{cell}'" if (cell := given[row].as_py()) not in (None, "") else "nothing",
            "a finite number such as 1234.5",
            "Write it with a decimal point and no thousands separators; leave a row of 0 out.",
        ),
        "no finite number",
    )
    return value, list(breaches)
