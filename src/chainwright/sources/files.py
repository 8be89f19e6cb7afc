"""What a file is, told from its first bytes; its hash; and whether it fits in memory."""

import csv
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Literal, Protocol

import psutil

from chainwright.errors import (
    CapacityError,
    FormatError,
    MissingFileError,
    MoneyError,
    ParameterError,
)
from chainwright.sources.reading import Reading
from chainwright.sources.sheets import Workbook

__all__ = [
    "Format",
    "Peek",
    "Request",
    "check_capacity",
    "members",
    "peek",
    "sha256",
    "years_in",
]

Kind = Literal["text", "workbook", "arrays", "parquet", "arrow", "binary", "empty"]
"""What the bytes are: text, a spreadsheet, numpy arrays (npz), Parquet, Arrow, anything else."""

HEAD = 2**22
"""How many bytes of a text are looked at: the header of 10,000 labels takes a tenth of it."""

LINES = 12
"""How many lines of a text are looked at."""

SHARE = 0.9
"""How much of the free memory a table may take."""

Lines = IO[bytes] | gzip.GzipFile
"""An open file of bytes."""

MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
)


@dataclass(frozen=True, eq=False)
class Peek:
    """A first look at a file: what a reader needs to say whether the file is its own.

    Parameters
    ----------
    path : path
        The file on disk.
    name : str
        How it is called in messages; of a zip ``archive.zip: member.csv``.
    kind : str
        What its bytes are.
    size : int
        Bytes of the file itself, after unzipping where the zip tells.
    packed : str
        ``"gzip"``, ``"zip"`` or empty.
    member : str
        Name in the zip; empty if it is none.
    lines : tuple of str
        The first lines of a text, without line ends; the names of arrays.
    """

    path: Path
    name: str
    kind: Kind
    size: int
    packed: str = ""
    member: str = ""
    lines: tuple[str, ...] = ()
    _kept: dict[str, Workbook] = field(default_factory=dict, repr=False)

    @cached_property
    def fields(self) -> tuple[tuple[str, ...], ...]:
        """The first lines of a text, split at commas as CSV is."""
        return tuple(tuple(row) for row in csv.reader(self.lines))

    @property
    def workbook(self) -> Workbook:
        """The spreadsheet, opened once."""
        if "book" not in self._kept:
            self._kept["book"] = Workbook(self.path)
        return self._kept["book"]

    @property
    def own_name(self) -> str:
        """Name of the table's own file, without folder: the member's in a zip."""
        return Path(self.member).name or self.path.name

    @contextmanager
    def open(self) -> Iterator[Lines]:
        """Open the bytes of the table, unpacked."""
        if self.packed == "gzip":
            with _undamaged(self.name), gzip.open(self.path) as file:
                yield file
        elif self.packed == "zip":
            with (
                _undamaged(self.name),
                zipfile.ZipFile(self.path) as archive,
                archive.open(self.member) as file,
            ):
                yield file
        else:
            with self.path.open("rb") as file:
                yield file


@dataclass(frozen=True)
class Request:
    """What a reader is asked for besides the file.

    Parameters
    ----------
    year : int, optional
        Which year; the year of a table that does not say it.
    currency : str, optional
        ISO 4217 code of a table that does not say it.
    fold : bool
        Whether parts of a split country become one region.
    sha256 : str
        Hash of the file as it was downloaded.
    progress : callable
        Is told in words what is being done.
    """

    year: int | None = None
    currency: str | None = None
    fold: bool = False
    sha256: str = ""
    progress: Callable[[str], None] = lambda _: None

    def year_of(self, peek: Peek, told: int | None) -> int | None:
        """Return the year of a table that tells `told` itself; refuse another one.

        Parameters
        ----------
        peek : Peek
            The file.
        told : int, optional
            Year that the table or its name tells.

        Raises
        ------
        ParameterError
            If the year that is asked for is another one.
        """
        if told is not None and self.year is not None and told != self.year:
            expected = f"{told}, the year that the file and its name tell, or not given"
            raise ParameterError("year", f"reading '{peek.name}'", expected, self.year)
        return self.year if told is None else told

    def currency_of(self, peek: Peek, told: str) -> str:
        """Return the currency of a table that tells `told` itself; refuse another one.

        Parameters
        ----------
        peek : Peek
            The file.
        told : str
            ISO 4217 code of the currency that tables of this format are in.

        Raises
        ------
        MoneyError
            If the currency that is asked for is another one.
        """
        if self.currency is not None and self.currency != told:
            msg = (
                f"'{peek.name}' is in {told}, and is asked for in {self.currency}. Leave the "
                "currency out: it names the money of a table that does not tell, it converts none."
            )
            raise MoneyError(msg)
        return told


class Reader(Protocol):
    """Reads a file of one format."""

    def __call__(self, peek: Peek, request: Request) -> Reading:
        """Return what the file holds, or raise a `TableError` with every breach."""


@dataclass(frozen=True)
class Format:
    """A format of files: how it is told, and how it is read.

    Parameters
    ----------
    name : str
        What a file is said to be taken for.
    layout : str
        One line on how such a file looks, for those whose file is not recognised.
    matches : callable
        Whether a file, at first look, is of this format.
    read : callable
        Reader of the file.
    needs : callable
        Bytes of memory that reading takes, told from the first look alone.
    """

    name: str
    layout: str
    matches: Callable[[Peek], bool]
    read: Reader
    needs: Callable[[Peek], int] = lambda peek: 2 * peek.size


def years_in(name: str) -> tuple[int, ...]:
    """Return the years that the name of a file tells, most telling first.

    The last one is the table's, the others may be those of an edition; a span gives all of its
    years; WIOD writes two digits.

    Parameters
    ----------
    name : str
        Name of a file, without its folder.

    Examples
    --------
    >>> years_in("ICIO2021_2018.csv"), years_in("wiot95_row_apr12.xlsx")
    ((2018, 2021), (1995,))
    >>> years_in("2016-2018_SML.zip")
    (2018, 2017, 2016)
    """
    if short := re.match(r"(?i)n?wiot(\d\d)(?!\d)", name):
        digits = int(short[1])
        return (digits + (1900 if digits > 50 else 2000),)
    year = r"(?<!\d)(?:19|20)\d{2}(?!\d)"
    if span := re.search(f"({year})\\s*(?:-|–|to|_to_)\\s*({year})", name):
        first, last = int(span[1]), int(span[2])
        return tuple(range(last, first - 1, -1))
    return tuple(map(int, reversed(re.findall(year, name))))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Parameters
    ----------
    path : path
        The file.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_capacity(name: str, needed: int) -> None:
    """Refuse what does not fit in the memory that is free now.

    Parameters
    ----------
    name : str
        The file.
    needed : int
        Bytes that reading it takes at least.

    Raises
    ------
    CapacityError
        If there is less memory.
    """
    free = psutil.virtual_memory().available
    if needed > SHARE * free:
        msg = (
            f"Reading '{name}' takes about {needed / 2**30:,.1f} GiB of memory, and "
            f"{free / 2**30:,.1f} GiB are free. Use a machine with more memory, end other "
            "programs, or join regions and sectors to a smaller table first."
        )
        raise CapacityError(msg)


def peek(path: Path, *, year: int | None = None) -> Peek:
    """Return a first look at a file; it reads a few bytes, however large the file is.

    Parameters
    ----------
    path : path
        A file; of a zip with one table a year the member of that year is looked at.
    year : int, optional
        Which year.

    Raises
    ------
    MissingFileError
        If the zip holds no table of that year, or several.
    FormatError
        If the file is packed and the packing is damaged.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
    if size == 0:
        return Peek(path, path.name, "empty", 0)
    for magic, kind in MAGIC:
        if start.startswith(magic):
            return Peek(path, path.name, kind, size)
    if start.startswith(b"\x1f\x8b"):
        with _undamaged(path.name), gzip.open(path) as packed:
            return _text(path, path.name, packed.read(HEAD), size, packed="gzip")
    if start.startswith(b"PK\x03\x04"):
        with _undamaged(path.name), zipfile.ZipFile(path) as archive:
            return _zip(path, archive, size, year)
    with path.open("rb") as file:
        return _text(path, path.name, file.read(HEAD), size)


@contextmanager
def _undamaged(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error) as error:
        msg = f"'{name}' is packed and cannot be unpacked ({error}). Download it again."
        raise FormatError(msg) from error


def _zip(path: Path, archive: zipfile.ZipFile, size: int, year: int | None) -> Peek:
    entries = [info for info in archive.infolist() if not info.is_dir()]
    names = {info.filename for info in entries}
    if "[Content_Types].xml" in names or "mimetype" in names:
        return Peek(path, path.name, "workbook", sum(info.file_size for info in entries))
    if names and all(name.endswith(".npy") for name in names):
        inside = tuple(sorted(name.removesuffix(".npy") for name in names))
        return Peek(path, path.name, "arrays", sum(i.file_size for i in entries), lines=inside)
    tables = [
        info
        for info in entries
        if info.filename.lower().endswith(".csv") and not Path(info.filename).name.startswith(".")
    ]
    if not tables:
        return Peek(path, path.name, "binary", size, lines=(f"a zip that holds {sorted(names)}",))
    info = _of_year(path.name, tables, year)
    with archive.open(info) as file:
        head = file.read(HEAD)
    name = f"{path.name}: {info.filename}"
    return _text(path, name, head, info.file_size, packed="zip", member=info.filename)


def members(path: Path) -> tuple[Peek, ...]:
    """Return a first look at each CSV file in a zip, in order of their names.

    Parameters
    ----------
    path : path
        A zip.

    Raises
    ------
    FormatError
        If the zip is damaged.
    """
    found = []
    with _undamaged(path.name), zipfile.ZipFile(path) as archive:
        for info in sorted(archive.infolist(), key=lambda each: each.filename):
            own = Path(info.filename).name
            if info.is_dir() or own.startswith(".") or not own.lower().endswith(".csv"):
                continue
            with archive.open(info) as file:
                head = file.read(HEAD)
            name = f"{path.name}: {info.filename}"
            found.append(
                _text(path, name, head, info.file_size, packed="zip", member=info.filename)
            )
    return tuple(found)


def _of_year(name: str, tables: list[zipfile.ZipInfo], year: int | None) -> zipfile.ZipInfo:
    """Return the one table of a year, or the only one."""
    by_year = {t.filename: years_in(Path(t.filename).name)[:1] for t in tables}
    if year is None and len(tables) == 1:
        return tables[0]
    if year is None:
        known = sorted({y for years in by_year.values() for y in years})
        listed = f"of the years {', '.join(map(str, known))}" if known else "without a year"
        msg = f"'{name}' holds {len(tables)} tables {listed}. Say which, as year=2011."
        raise MissingFileError(msg)
    fitting = [t for t in tables if by_year[t.filename] in ((year,), ())]
    if len(fitting) != 1:
        found = ", ".join(t.filename for t in fitting) or "none"
        held = ", ".join(t.filename for t in tables)
        msg = f"'{name}' must hold one table of {year}. Found: {found}. It holds {held}."
        raise MissingFileError(msg)
    return fitting[0]


def _text(
    path: Path, name: str, head: bytes, size: int, *, packed: str = "", member: str = ""
) -> Peek:
    """Return a look at bytes that are text, or at what they are instead."""
    if not head.strip():
        kind: Kind = "empty" if not head.strip(b"\x00 \r\n\t") and b"\x00" not in head else "binary"
        return Peek(path, name, kind, size, packed, member)
    cut = head[: head.rfind(b"\n") + 1] if len(head) == HEAD and b"\n" in head else head
    try:
        decoded = cut.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = ""
    if not decoded or "\x00" in decoded:
        return Peek(path, name, "binary", size, packed, member)
    lines = []
    for line in io.StringIO(decoded, newline=None):
        lines.append(line.rstrip("\n"))
        if len(lines) == LINES:
            break
    return Peek(path, name, "text", size, packed, member, tuple(lines))
