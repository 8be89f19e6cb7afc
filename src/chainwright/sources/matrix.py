"""Wide tables of numbers: a row of labels above, a column of labels beside, numbers between."""

import csv
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc

from chainwright.errors import Breach, TableError
from chainwright.sources.files import Lines, Peek

__all__ = ["Matrix", "needs", "read_matrix"]

BLOCK = 2**23
"""Bytes of text that are turned into numbers at a time."""

AHEAD = 4
"""How many blocks of text may lie in memory beyond those that are being read."""

LISTED = 1000
"""How many cells that hold no number are listed one by one."""

COMMA, NEWLINE = b",\n"

Line = npt.NDArray[np.uint8]
"""The cells of a row as bytes, each followed by a line end."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """Labels and numbers of a wide table.

    Parameters
    ----------
    rows, columns : sequence of str
        Labels as the file has them.
    values : ndarray, shape (rows, columns)
        Numbers; NaN in empty cells.
    blanks : ndarray, shape (b, 2)
        Places of the empty cells: row, column.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    values: npt.NDArray[np.float64]
    blanks: npt.NDArray[np.intp]


def needs(peek: Peek) -> int:
    """Return how many bytes of memory a square table of this header takes to read.

    Parameters
    ----------
    peek : Peek
        A first look at the file.
    """
    columns = len(peek.fields[0]) if peek.lines else 0
    square = columns * columns
    # A row has at least two bytes a cell; a table has seldom more rows than columns.
    told = peek.size // 2 if not peek.packed else square
    return 2 * 8 * min(square, told) + 4 * BLOCK if columns else 0


def read_matrix(peek: Peek) -> Matrix:
    """Return a wide table in comma-separated text.

    The text is cut into blocks of whole rows; in each the commas become line ends, so that it is
    read as one long column of numbers, block beside block on all cores.

    Parameters
    ----------
    peek : Peek
        The file.

    Raises
    ------
    TableError
        If rows are not as long as the header, or cells hold no number. It lists every breach.
    """
    columns = [label.strip() for label in peek.fields[0][1:]]
    collected = _Collected(peek.name, columns)
    with peek.open() as file, ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
        file.readline()
        waiting: list[Future[None]] = []
        for place, lines in _blocks(file, collected):
            if place + len(lines) > len(collected.values):
                while waiting:
                    waiting.pop().result()
                collected.make_room(place + len(lines))
            waiting.append(pool.submit(collected.take, place, lines))
            if len(waiting) > AHEAD:
                waiting.pop(0).result()
        for future in waiting:
            future.result()
    return collected.matrix()


class _Collected:
    """Numbers of the rows that were read so far, and what is wrong with them."""

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        self.name, self.columns, self.width = name, columns, len(columns)
        self.labels: list[str] = []
        self.breaches: list[tuple[int, Breach]] = []
        self.blanks: list[npt.NDArray[np.intp]] = []
        # Memory is taken only when it is written to, so room for some rows more costs nothing.
        self.values = np.empty((self.width + 256, self.width))
        self.unlisted = 0

    def make_room(self, rows: int) -> None:
        """Make room for more rows; only while no block is being read."""
        larger = np.empty((rows + len(self.values) // 2, self.width))
        larger[: len(self.values)] = self.values
        self.values = larger

    def bad(self, row: int, breach: Breach) -> None:
        """Note a breach; beyond `LISTED` they are only counted."""
        if len(self.breaches) < LISTED:
            self.breaches.append((row, breach))
        else:
            self.unlisted += 1

    def take(self, place: int, lines: Sequence[Line]) -> None:
        """Turn the cells of some rows, whose number is right, into numbers."""
        data = b"".join(line.data for line in lines)
        try:
            found = None if b'"' in data else _column(data)
        except pa.ArrowInvalid:
            found = None
        if found is None or not self._kept(place, found):
            self._one_by_one(place, lines)

    def _kept(self, place: int, found: pa.ChunkedArray) -> bool:
        """Keep numbers from a row on; say whether all but the empty cells are finite."""
        rows = len(found) // self.width
        target = self.values[place : place + rows]
        flat, start, empty = target.reshape(-1), 0, []
        for chunk in found.chunks:
            flat[start : start + len(chunk)] = chunk.to_numpy(zero_copy_only=False)  # empty: NaN
            if chunk.null_count:
                nulls = chunk.is_null().to_numpy(zero_copy_only=False)
                empty.append(start + np.flatnonzero(nulls))
            start += len(chunk)
        # The sum of finite numbers is finite, and quicker to find than each of them.
        with np.errstate(over="ignore", invalid="ignore"):
            total = flat.sum()
        if not np.isfinite(total) and int((~np.isfinite(flat)).sum()) > found.null_count:
            return False
        self.blanks += [
            np.stack([place + cells // self.width, cells % self.width], axis=1) for cells in empty
        ]
        return True

    def _one_by_one(self, place: int, lines: Sequence[Line]) -> None:
        """Read cell by cell, slowly, to say which hold no number."""
        for row, line in enumerate(lines, place):
            cells = bytes(line).decode("utf-8", "replace").replace("\n", ",")
            for column, cell in enumerate(next(csv.reader([cells]))[: self.width]):
                word = cell.strip()
                number = _number(word)
                self.values[row, column] = number
                if not word:
                    self.blanks.append(np.array([[row, column]], dtype=np.intp))
                elif not np.isfinite(number):
                    breach = Breach(
                        f"row {row + 2} ('{self.labels[row]}'), column {column + 2} "
                        f"('{self.columns[column]}')",
                        repr(word),
                        "a finite number",
                        "Write the amount, or 0 where there is none.",
                    )
                    self.bad(row, breach)

    def matrix(self) -> Matrix:
        """Return all rows, or raise every breach in the order of the file."""
        if self.breaches:
            ordered = [breach for _, breach in sorted(self.breaches, key=lambda pair: pair[0])]
            if self.unlisted:
                more = Breach(
                    "other cells",
                    f"{self.unlisted:,} more that hold no number",
                    "numbers only",
                    "Mend those above first, then read again.",
                )
                ordered.append(more)
            raise TableError(self.name, ordered)
        blanks = np.concatenate([np.empty((0, 2), np.intp), *self.blanks])
        return Matrix(self.labels, self.columns, self.values[: len(self.labels)], blanks)


def _number(word: str) -> float:
    try:
        return np.nan if "_" in word else float(word)  # Python alone reads 1_000 as a number
    except ValueError:
        return np.nan


def _column(data: bytes) -> "pa.ChunkedArray":
    """Return a text of one number a line as numbers; an empty line is a missing one."""
    options = {
        "read_options": pc.ReadOptions(
            use_threads=False, block_size=2**20, column_names=["number"]
        ),
        "parse_options": pc.ParseOptions(
            delimiter="\t", quote_char=False, ignore_empty_lines=False
        ),
        "convert_options": pc.ConvertOptions(
            column_types={"number": pa.float64()}, null_values=[""]
        ),
    }
    return pc.read_csv(pa.BufferReader(data), **options).column(0)


def _blocks(file: Lines, collected: _Collected) -> Iterator[tuple[int, list[Line]]]:
    """Yield the place of a block's first row and its rows' cells, each followed by a line end.

    Rows with another number of cells than the header has are noted and left out.
    """
    lines: list[Line] = []
    size, place, cut_off = 0, 0, False
    ragged: list[tuple[int, str, int]] = []
    for number, line in enumerate(file, 2):
        bare = line.rstrip(b"\r\n")
        if not bare:
            continue
        label, cells = _split(bare)
        letters = np.frombuffer(cells + b"\n", dtype=np.uint8)
        commas = letters == COMMA
        held = int(np.count_nonzero(commas)) + 1 if cells else 0
        if held != collected.width and b'"' in cells:
            held = len(next(csv.reader([cells.decode("utf-8", "replace")])))
        cut_off = held != collected.width
        if cut_off:
            ragged.append((number, label, held))
            continue
        collected.labels.append(label)
        # 44, a comma, and 38 make 10, a line end, by exclusive or: several times as fast as
        # translating byte by byte.
        lines.append(letters ^ (commas.view(np.uint8) * np.uint8(COMMA ^ NEWLINE)))
        size += len(line)
        if size >= BLOCK:
            yield place, lines
            place, lines, size = len(collected.labels), [], 0
    for number, label, held in ragged:
        _ragged(collected, number, label, held, last=cut_off and number == ragged[-1][0])
    if lines:
        yield place, lines


def _split(line: bytes) -> tuple[str, bytes]:
    """Split a row into its label and its cells; the label may stand in quotation marks."""
    if line.startswith(b'"') and (end := line.find(b'"', 1)) > 0:
        label, cells = line[1:end], line[end + 2 :]
    else:
        label, _, cells = line.partition(b",")
    return label.decode("utf-8", "replace").strip(), cells


def _ragged(collected: _Collected, number: int, label: str, held: int, *, last: bool) -> None:
    remedy = (
        "The file seems to be cut off: download it again."
        if last
        else "Look for a comma too many or too few, or a line that is broken in two."
    )
    breach = Breach(
        f"row {number} ('{label[:40]}')",
        f"{held:,} cells beside the label",
        f"{collected.width:,}, as in the header",
        remedy,
    )
    collected.bad(number, breach)
