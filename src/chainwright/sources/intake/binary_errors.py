"""Formula errors in XLS and XLSB, which the reader of cells leaves empty as if nothing was there.

Both formats are chains of records, [MS-XLS] and [MS-XLSB]; only those of errors are looked at.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

__all__ = ["Places", "binary_errors"]

Places = dict[tuple[int, int], str]
"""Text of each error by row and column, from 0."""

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}

RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
LAST_SECTOR = 0xFFFFFFF9
LEAST_STREAM = 4096
"""Shorter streams stand elsewhere in a compound file; spreadsheet programs fill theirs up."""

SHEET_OF_XLS, CELL_OF_XLS, FORMULA_OF_XLS, END_OF_XLS = 0x85, 0x205, 0x06, 0x0A
SHEET_OF_XLSB, ROW_OF_XLSB, CELLS_OF_XLSB = 156, 0, (3, 11)


def binary_errors(raw: bytes) -> list[Places]:
    """Return the formula errors of each sheet of an XLS or XLSB, in the order of its sheets.

    Parameters
    ----------
    raw : bytes
        The file; of other formats, and of one that is damaged, nothing is returned.
    """
    try:
        return _of_xlsb(raw) if raw.startswith(b"PK") else _of_xls(raw)
    except (struct.error, IndexError, KeyError, zipfile.BadZipFile):
        return []


def _of_xlsb(raw: bytes) -> list[Places]:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        if "xl/workbook.bin" not in archive.namelist():
            return []
        targets = {}
        for tag in RELATION.findall(archive.read("xl/_rels/workbook.bin.rels")):
            held = dict(re.findall(rb'(\w+)\s*=\s*"([^"]*)"', tag))
            targets[held[b"Id"].decode()] = held[b"Target"].decode()
        found = []
        for number, content in _wide_records(archive.read("xl/workbook.bin")):
            if number == SHEET_OF_XLSB:
                size = struct.unpack_from("<I", content, 8)[0]
                target = targets[content[12 : 12 + 2 * size].decode("utf-16-le")]
                place = f"xl/{target.removeprefix('/xl/')}"
                found.append(_of_xlsb_sheet(archive.read(place)))
    return found


def _of_xlsb_sheet(raw: bytes) -> Places:
    row, found = 0, {}
    for number, content in _wide_records(raw):
        if number == ROW_OF_XLSB:
            row = struct.unpack_from("<I", content)[0]
        elif number in CELLS_OF_XLSB:
            column = struct.unpack_from("<I", content)[0]
            found[row, column] = ERRORS.get(content[8], "#VALUE!")
    return found


def _wide_records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each record of XLSB: both lengths grow by seven bits a byte."""
    at = 0
    while at < len(raw):
        number = raw[at]
        at += 1
        if number & 0x80:
            number = number & 0x7F | (raw[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = raw[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield number, raw[at : at + size]
        at += size


def _of_xls(raw: bytes) -> list[Places]:
    stream = _book_of(raw)
    begins = [
        struct.unpack_from("<I", stream, at)[0]
        for number, at, _ in _records(stream, 0)
        if number == SHEET_OF_XLS
    ]
    return [_of_xls_sheet(stream, begin) for begin in begins]


def _of_xls_sheet(stream: bytes, begin: int) -> Places:
    found = {}
    for number, at, _ in _records(stream, begin):
        if number not in {CELL_OF_XLS, FORMULA_OF_XLS}:
            continue
        row, column = struct.unpack_from("<HH", stream, at)
        if number == CELL_OF_XLS:
            code = stream[at + 6] if stream[at + 7] else -1
        else:
            wrong = stream[at + 6] == 2 and stream[at + 12 : at + 14] == b"\xff\xff"
            code = stream[at + 8] if wrong else -1
        if code >= 0:
            found[row, column] = ERRORS.get(code, "#VALUE!")
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, place and size of each record of XLS up to the end of its sheet or head."""
    while at + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, at)
        if number == END_OF_XLS:
            return
        yield number, at + 4, size
        at += 4 + size


def _book_of(raw: bytes) -> bytes:
    """Return the stream of a compound file, [MS-CFB], that holds its workbook."""
    size = 1 << struct.unpack_from("<H", raw, 30)[0]
    first, more = struct.unpack_from("<I", raw, 48)[0], struct.unpack_from("<I", raw, 68)[0]
    listed = list(struct.unpack_from("<109I", raw, 76))
    while more <= LAST_SECTOR:
        entries = struct.unpack_from(f"<{size // 4}I", raw, (more + 1) * size)
        listed += entries[:-1]
        more = entries[-1]
    chain: list[int] = []
    for sector in listed:
        if sector <= LAST_SECTOR:
            chain += struct.unpack_from(f"<{size // 4}I", raw, (sector + 1) * size)
    entries_of = _stream(raw, chain, first, size)
    for at in range(0, len(entries_of), 128):
        length = struct.unpack_from("<H", entries_of, at + 64)[0]
        name = entries_of[at : at + max(length - 2, 0)].decode("utf-16-le", errors="replace")
        begin, held = struct.unpack_from("<II", entries_of, at + 116)
        if name in {"Workbook", "Book"} and held >= LEAST_STREAM:
            return _stream(raw, chain, begin, size)[:held]
    return b""


def _stream(raw: bytes, chain: list[int], sector: int, size: int) -> bytes:
    pieces: list[bytes] = []
    while sector <= LAST_SECTOR and len(pieces) <= len(chain):
        pieces.append(raw[(sector + 1) * size : (sector + 2) * size])
        sector = chain[sector]
    return b"".join(pieces)
