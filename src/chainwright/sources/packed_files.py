"""Packed files from strangers: Parquet or gzip that is damaged, or swells, is refused in words."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from chainwright.errors import FormatError, MissingFileError

__all__ = ["parquet_columns", "readable", "unpacked"]

RATIO = 250
"""How many times its size a file above `LEAST` bytes may unpack to; tables of text reach 100."""

LEAST = 2**26
PIECE = 2**24


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Say in our words that a table cannot be read.

    Parameters
    ----------
    name : str
        Name of the file.

    Raises
    ------
    FormatError
        Where Arrow or the file system refuses.
    """
    try:
        yield
    except MissingFileError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        said = (str(error).splitlines() or [""])[0]
        msg = f"'{name}' cannot be read ({said}). Copy it again."
        raise FormatError(msg) from error


def parquet_columns(
    name: str,
    source: Path | bytes,
    columns: Sequence[str] | None = None,
    *,
    words: Sequence[str] = (),
) -> pa.Table:
    """Return columns of a Parquet file, after pages were held against their checksums, if any.

    What a damaged file can still be read as is held against its own rules, too: text that is no
    UTF-8 and places beyond a dictionary are refused.

    Parameters
    ----------
    name : str
        Name of the file.
    source : Path or bytes
        The file, or what it holds.
    columns : sequence of str, optional
        The columns; all if not given.
    words : sequence of str
        Columns whose words are read as a dictionary.

    Raises
    ------
    FormatError
        If it is damaged.
    """
    with readable(name):
        table = pq.read_table(
            pa.BufferReader(source) if isinstance(source, bytes) else source,
            columns=None if columns is None else list(columns),
            read_dictionary=list(words),
            page_checksum_verification=True,
        )
        table.validate(full=True)
    return table


def unpacked(name: str, raw: bytes) -> bytes:
    """Return what a gzip file holds, be it of several parts.

    Parameters
    ----------
    name : str
        Name of the file.
    raw : bytes
        A file that begins as gzip does.

    Raises
    ------
    FormatError
        If it is damaged, cut off, followed by something else, or swells as no table does.

    Examples
    --------
    >>> import gzip
    >>> unpacked("a.csv.gz", gzip.compress(b"a,b"))
    b'a,b'
    """
    pieces: list[bytes] = []
    size, rest = 0, raw
    broken = f"'{name}' is packed and cannot be unpacked ({{}}). Copy it again."
    while rest.strip(b"\0"):
        part = zlib.decompressobj(wbits=31)
        while not part.eof:
            try:
                piece = part.decompress(rest, PIECE)
            except zlib.error as error:
                raise FormatError(broken.format(error)) from error
            if not piece and not part.eof:
                raise FormatError(broken.format("it is cut off"))
            rest = part.unused_data if part.eof else part.unconsumed_tail
            pieces.append(piece)
            size += len(piece)
            if size > LEAST and size > RATIO * len(raw):
                msg = f"'{name}' unpacks to more than {RATIO} times its size: no table does."
                raise FormatError(msg)
    return b"".join(pieces)
