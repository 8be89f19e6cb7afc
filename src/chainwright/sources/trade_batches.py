"""Rows of a trade file as a stream of Arrow batches, so that no file need fit in memory."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from chainwright.errors import Breach, TableError
from chainwright.sources import rows as columns
from chainwright.sources.files import Peek

__all__ = [
    "Batches",
    "CsvBatches",
    "HeldBatches",
    "ParquetBatches",
    "held",
    "is_year",
    "of_file",
]

ROWS = 2**18
"""Rows of a batch: its columns then fit in the processor's cache, and the loop costs nothing."""

BLOCK = 2**22
"""Bytes of text that are parsed at a time."""

MISSING = ("", *(" " * blanks + "NA" for blanks in range(25)), "NaN", "nan", "null", "NULL", "\\N")
"""How files write a number that is not known; BACI pads NA with blanks."""

WORD = pa.dictionary(pa.int32(), pa.string())

Numbered = Iterator[tuple[int, pa.RecordBatch]]
"""Place of a batch's first row among the rows below the header, and the batch."""


class Batches(Protocol):
    """A table that is read in batches, as often as it is asked for."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def header(self) -> list[str]:
        """Names of the columns."""

    def read(
        self,
        text: Sequence[str],
        numbers: Sequence[str],
        *,
        year: tuple[str, int] | None = None,
        exact: bool = False,
    ) -> Numbered:
        """Yield batches of these columns.

        Parameters
        ----------
        text, numbers : sequence of str
            Columns; text comes as dictionaries, numbers as float64 with null for unknown ones.
        year : (str, int), optional
            Column of years and the one that is wanted: parts that lack it may be left out.
        exact : bool
            Whether numbers come as they are written, so that a message can quote them.
        """

    def where(self, row: int) -> str:
        """Return how messages name a row that is counted from 0 below the header.

        Parameters
        ----------
        row : int
            Counted from 0 below the header.
        """


@dataclass(frozen=True)
class CsvBatches:
    """A text file, packed or not.

    Parameters
    ----------
    peek : Peek
        The file.
    """

    peek: Peek

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.peek.name

    @cached_property
    def header(self) -> list[str]:
        """Names of the columns."""
        return columns.header_of(self.peek)

    def read(
        self,
        text: Sequence[str],
        numbers: Sequence[str],
        *,
        year: tuple[str, int] | None = None,
        exact: bool = False,
    ) -> Numbered:
        """Yield batches of these columns; see `Batches`.

        Parameters
        ----------
        text, numbers : sequence of str
            Columns of text and of numbers.
        year : (str, int), optional
            Column of years and the one that is wanted.
        exact : bool
            Whether numbers come as they are written.
        """
        uneven: list[tuple[int, int, int]] = []

        def note(row: pacsv.InvalidRow) -> str:
            uneven.append((row.number or 0, row.actual_columns, row.expected_columns))
            return "skip"

        kinds = dict.fromkeys(text, WORD) | dict.fromkeys(
            numbers, pa.string() if exact else pa.float64()
        )
        offset = 0
        try:
            with (
                self.peek.open() as stream,
                pacsv.open_csv(
                    stream,
                    read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK),
                    parse_options=pacsv.ParseOptions(invalid_row_handler=note),
                    convert_options=pacsv.ConvertOptions(
                        column_types=kinds,
                        include_columns=[*text, *numbers],
                        strings_can_be_null=False,
                        null_values=MISSING,
                    ),
                ) as reader,
            ):
                for batch in reader:
                    yield offset, batch
                    offset += batch.num_rows
        except (pa.ArrowInvalid, OSError, EOFError, zlib.error) as error:
            if "conversion error" in str(error) and not exact:
                raise NotNumbersError from error
            raise TableError(self.name, [columns.unreadable(error)]) from error
        if uneven:
            number = columns.numbers_in(self.peek)
            shown = uneven[: columns.SPELT_OUT]
            breaches = [columns.uneven_row(number(n - 2), *cells) for n, *cells in shown]
            raise TableError(self.name, breaches)

    def where(self, row: int) -> str:
        """Return how messages name a row: by its number in the file.

        Parameters
        ----------
        row : int
            Counted from 0 below the header.
        """
        return f"row {self._numbers(row)}"

    @cached_property
    def _numbers(self) -> Callable[[int], int]:
        return columns.numbers_in(self.peek)


class NotNumbersError(ValueError):
    """A column of numbers holds a cell that is none: it is read again as text to find them all."""


@dataclass(frozen=True)
class ParquetBatches:
    """A Parquet file, read by row groups; those of other years are passed over.

    Parameters
    ----------
    peek : Peek
        The file.
    """

    peek: Peek

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.peek.name

    @cached_property
    def header(self) -> list[str]:
        """Names of the columns."""
        try:
            return list(pq.read_schema(self.peek.path).names)
        except (pa.ArrowInvalid, OSError) as error:
            raise TableError(self.name, [columns.unreadable(error)]) from error

    def read(
        self,
        text: Sequence[str],
        numbers: Sequence[str],
        *,
        year: tuple[str, int] | None = None,
        exact: bool = False,
    ) -> Numbered:
        """Yield batches of these columns; see `Batches`.

        Parameters
        ----------
        text, numbers : sequence of str
            Columns of text and of numbers.
        year : (str, int), optional
            Column of years and the one that is wanted.
        exact : bool
            Whether numbers come as they are written.
        """
        try:
            with pq.ParquetFile(self.peek.path, read_dictionary=list(text)) as file:
                offset = 0
                for group in range(file.num_row_groups):
                    rows = file.metadata.row_group(group)
                    if year is None or _may_hold(rows, *year):
                        at = offset
                        for batch in file.iter_batches(
                            ROWS, row_groups=[group], columns=[*text, *numbers], use_threads=False
                        ):
                            yield at, batch
                            at += batch.num_rows
                    offset += rows.num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise TableError(self.name, [columns.unreadable(error)]) from error

    def where(self, row: int) -> str:
        """Return how messages name a row: counted as if a header were row 1.

        Parameters
        ----------
        row : int
            Counted from 0 below the header.
        """
        return f"row {row + 2}"


def _may_hold(group: pq.RowGroupMetaData, column: str, year: int) -> bool:
    """Whether a row group may hold rows of a year, by what it says of its smallest and largest."""
    for i in range(group.num_columns):
        chunk = group.column(i)
        if chunk.path_in_schema != column:
            continue
        told = chunk.statistics
        if told is None or not told.has_min_max or told.null_count:
            return True
        least, most = str(told.min), str(told.max)
        if not (is_year(least) and is_year(most)):  # the check of cells will say so
            return True
        return int(least) <= year <= int(most)
    return True


def is_year(word: str) -> bool:
    """Return whether a word of a column of years is a year: four digits.

    Parameters
    ----------
    word : str
        The word.

    Examples
    --------
    >>> is_year("2022"), is_year("22"), is_year("")
    (True, False, False)
    """
    return len(word) == 4 and word.isdecimal()


@dataclass(frozen=True)
class HeldBatches:
    """A table held in memory.

    Parameters
    ----------
    name : str
        What messages call it.
    table : pyarrow.Table
        The columns.
    """

    name: str
    table: pa.Table = field(repr=False)

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return list(self.table.column_names)

    def read(
        self,
        text: Sequence[str],
        numbers: Sequence[str],
        *,
        year: tuple[str, int] | None = None,
        exact: bool = False,
    ) -> Numbered:
        """Yield batches of these columns; see `Batches`.

        Parameters
        ----------
        text, numbers : sequence of str
            Columns of text and of numbers.
        year : (str, int), optional
            Column of years and the one that is wanted.
        exact : bool
            Whether numbers come as they are written.
        """
        offset = 0
        for batch in self.table.select([*text, *numbers]).to_batches(max_chunksize=ROWS):
            yield offset, batch
            offset += batch.num_rows

    def where(self, row: int) -> str:
        """Return how messages name a row: counted as if a header were row 1.

        Parameters
        ----------
        row : int
            Counted from 0 below the header.
        """
        return f"row {row + 2}"


def of_file(peek: Peek) -> Batches:
    """Return the batches of a file.

    Parameters
    ----------
    peek : Peek
        A text, Parquet or Arrow file.

    Raises
    ------
    TableError
        If it cannot be opened.
    """
    if peek.kind == "text":
        return CsvBatches(peek)
    if peek.kind == "parquet":
        return ParquetBatches(peek)
    try:
        with pa.memory_map(str(peek.path)) as file, pa.ipc.open_file(file) as stream:
            return HeldBatches(peek.name, stream.read_all())  # pages of the file, not copies
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(peek.name, [columns.unreadable(error)]) from error


def held(data: object) -> HeldBatches:
    """Return the batches of a table that is given in memory.

    Parameters
    ----------
    data : object
        A pandas, polars or pyarrow table, a DuckDB relation: what gives an Arrow stream.

    Raises
    ------
    TableError
        If it gives none, or two of its columns have one name.
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
    given = getattr(data, "columns", None)
    header = [str(c) for c in given] if isinstance(given, pd.Index) else []
    twice = [c for c in dict.fromkeys(header) if header.count(c) > 1]
    if twice:
        raise TableError(
            name,
            [
                Breach(f"column '{c}'", f"{header.count(c)} of that name", "one", "Rename others.")
                for c in twice
            ],
        )
    try:
        return HeldBatches(name, pa.table(data))
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
        breach = Breach(
            "the table",
            f"what Arrow cannot take ({error})",
            "columns of one type each: text for codes, numbers for amounts",
            "Give each column one type, as frame.astype({'value': float}).",
        )
        raise TableError(name, [breach]) from error
