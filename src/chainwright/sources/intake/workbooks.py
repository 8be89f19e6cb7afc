"""Spreadsheets as grids: joined cells, formula errors, hidden sheets, sheets that are too large."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import IO

import numpy as np
import python_calamine as calamine

from chainwright.sources.intake.binary_errors import binary_errors
from chainwright.sources.intake.found import Sheet
from chainwright.sources.intake.grids import LARGEST, Cells, Grid, Merged, Told, padded
from chainwright.sources.intake.texts import EXCEL_ROWS

__all__ = ["UNCALCULATED", "formula_cells", "is_workbook", "sheets"]

UNCALCULATED = "#FORMULA"
"""Stands in a cell whose formula was stored without its value."""

PACKED, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")
CHUNK = 2**23

SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
CELL = rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"'
WIDE = re.compile(rb'\br="([A-Z]{2,})(\d+)"[^>/]*>')
ERROR = re.compile(CELL + rb'[^>]*?\bt="e"[^>]*>.*?<(?:\w+:)?v>([^<]*)<', re.DOTALL)
FORMULA = re.compile(CELL + rb"[^>]*>\s*<(?:\w+:)?f[\s>/]")
BARE = re.compile(
    CELL
    + rb"([^>]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    + rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass
class _Scan:
    """What the XML of a sheet says that its cells do not."""

    rows: int = 0
    columns: int = 1
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def is_workbook(raw: bytes) -> bool:
    """Return whether bytes begin as those of a spreadsheet do.

    Parameters
    ----------
    raw : bytes
        A file.
    """
    return raw.startswith((PACKED, COMPOUND))


def sheets(name: str, raw: bytes) -> Iterator[Grid]:
    """Yield the sheets of a spreadsheet as grids; a file that cannot be opened is one grid.

    Parameters
    ----------
    name : str
        Name of the file.
    raw : bytes
        What it holds.
    """
    if raw.startswith(COMPOUND) and LOCKED in raw:
        yield _unread(name, "", "locked", {})
        return
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        scans = _scans(raw) or {
            title: _Scan(errors=errors)
            for title, errors in zip(book.sheet_names, binary_errors(raw), strict=False)
        }
    except calamine.PasswordError:
        yield _unread(name, "", "locked", {})
        return
    except (calamine.CalamineError, zipfile.BadZipFile, OSError) as error:
        yield _unread(name, "", "damaged", {"error": error})
        return
    for meta in book.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            yield _unread(name, meta.name, "no_worksheet", {})
        elif meta.visible != calamine.SheetVisibleEnum.Visible:
            yield _unread(name, meta.name, "hidden_sheet", {})
        else:
            yield _sheet(name, meta.name, book, scans.get(meta.name, _Scan()))


def _unread(name: str, sheet: str, code: str, words: Mapping[str, object]) -> Grid:
    nothing = np.full((0, 0), "", dtype=object)
    return Grid(Sheet(name, sheet), nothing, told=[(code, words)], readable=False)


def _sheet(name: str, title: str, book: calamine.CalamineWorkbook, scan: _Scan) -> Grid:
    if scan.rows * scan.columns > LARGEST:
        size = {"rows": scan.rows, "columns": scan.columns, "most": LARGEST}
        return _unread(name, title, "too_large", size)
    try:
        found = book.get_sheet_by_name(title)
        cells = padded(found.to_python(skip_empty_area=False))
    except calamine.CalamineError as error:
        return _unread(name, title, "damaged", {"error": error})
    if not cells.size and not scan.errors:
        return _unread(name, title, "empty_sheet", {})
    cells = _with_errors(cells, scan.errors)
    merged = [(*first, *last) for first, last in found.merged_cell_ranges or ()]
    _spread(cells, merged)
    full = len(cells) >= EXCEL_ROWS
    told: list[Told] = [("full_sheet", {"rows": EXCEL_ROWS})]
    return Grid(Sheet(name, title), cells, merged, told=told if full else ())


def _with_errors(cells: Cells, errors: dict[tuple[int, int], str]) -> Cells:
    """Return the cells with the texts of formula errors, which the reader leaves empty."""
    if not errors:
        return cells
    rows = max(len(cells), 1 + max(row for row, _ in errors))
    columns = max(cells.shape[1], 1 + max(column for _, column in errors))
    wide = np.full((rows, columns), "", dtype=object)
    wide[: cells.shape[0], : cells.shape[1]] = cells
    for place, text in errors.items():
        wide[place] = text
    return wide


def _spread(cells: Cells, merged: Sequence[Merged]) -> None:
    """Write the value of cells joined over rows into each of those rows."""
    height, width = cells.shape
    for top, left, bottom, _ in merged:
        if bottom > top and top < height and left < width:
            cells[top : min(bottom + 1, height), left] = cells[top, left]


def _scans(raw: bytes) -> dict[str, _Scan]:
    """Return what the XML of each sheet of an XLSX says; nothing for other formats."""
    found: dict[str, _Scan] = {}
    for title, pieces in _pieces(raw):
        scan = found.setdefault(title, _Scan())
        for xml in pieces:
            _scan_piece(scan, xml)
    return found


def _pieces(raw: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield name and XML of each sheet of an XLSX, piece by piece; nothing for other formats."""
    if not raw.startswith(PACKED):
        return
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return
        targets = {
            each[b"Id"]: each[b"Target"].decode().lstrip("/").removeprefix("xl/")
            for each in _attributes(RELATION, archive.read("xl/_rels/workbook.xml.rels"))
        }
        for each in _attributes(SHEET, archive.read("xl/workbook.xml")):
            place = f"xl/{targets.get(each.get(b'r:id', b''), '')}"
            if place in names:
                with archive.open(place) as file:
                    yield unescape(each[b"name"].decode()), _rows_of(file)


def formula_cells(raw: bytes) -> dict[str, set[tuple[int, int]]]:
    """Return the cells of each sheet of an XLSX that hold formulas; nothing for other formats.

    Parameters
    ----------
    raw : bytes
        A file that `sheets` can open.

    Returns
    -------
    dict of str to set of (int, int)
        Row and column, from 0, by the name of the sheet.
    """
    found: dict[str, set[tuple[int, int]]] = {}
    for title, pieces in _pieces(raw):
        places = found.setdefault(title, set())
        for xml in pieces:
            places |= {(int(row) - 1, _place(letters)) for letters, row in FORMULA.findall(xml)}
    return found


def _attributes(tag: re.Pattern[bytes], xml: bytes) -> list[dict[bytes, bytes]]:
    return [dict(ATTRIBUTE.findall(found)) for found in tag.findall(xml)]


def _rows_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML of a sheet in pieces that end with a row."""
    rest = b""
    while piece := file.read(CHUNK):
        held = rest + piece
        cut = held.rfind(b"</row>") + 6 if b"</row>" in held else 0
        yield held[:cut]
        rest = held[cut:]
    yield rest


def _scan_piece(scan: _Scan, xml: bytes) -> None:
    for letters, row in WIDE.findall(xml):
        scan.columns = max(scan.columns, _place(letters) + 1)
        scan.rows = max(scan.rows, int(row))
    last = max(xml.rfind(b"<v>"), xml.rfind(b"<is>"))
    if last >= 0 and (at := re.search(rb'\br="[A-Z]+(\d+)"', xml[xml.rfind(b"<c ", 0, last) :])):
        scan.rows = max(scan.rows, int(at[1]))
    if b't="e"' in xml:
        for letters, row, text in ERROR.findall(xml):
            scan.errors[int(row) - 1, _place(letters)] = unescape(text.decode())
    if b"<f" in xml:
        for letters, row, more in BARE.findall(xml):
            if b't="str"' not in more:
                scan.errors[int(row) - 1, _place(letters)] = UNCALCULATED


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
