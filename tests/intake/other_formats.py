"""Spreadsheets that no library here writes: ODS, XLSB and XLS, byte by byte from rows of cells.

A cell is a text, a number, a truth value, None, or an `Error` such as ``#REF!``.
"""

import io
import struct
import zipfile
from xml.sax.saxutils import escape, quoteattr

ERRORS = {
    "#NULL!": 0,
    "#DIV/0!": 7,
    "#VALUE!": 15,
    "#REF!": 23,
    "#NAME?": 29,
    "#NUM!": 36,
    "#N/A": 42,
}


class Error(str):
    """The text of a formula error that was typed or pasted as a value."""

    __slots__ = ()


class FormulaError(Error):
    """The text of a formula error that a formula gives."""

    __slots__ = ()


def ods(sheets, *, hidden=(), tail=0):
    """Return an ODS file; `tail` further empty rows are written at once, as programs do."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    below = (
        f'<table:table-row table:number-rows-repeated="{tail}"><table:table-cell/>'
        "</table:table-row>"
        if tail
        else ""
    )
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}"
        f"{' table:style-name=' + quoteattr('gone') if name in hidden else ''}>"
        f"{''.join(map(_ods_row, rows))}" + below + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        '<office:automatic-styles><style:style style:name="gone" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    told = f'<manifest:manifest xmlns:manifest="{space}">{listed}</manifest:manifest>'
    return _packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": told})


def _ods_row(row):
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(cell):
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        return (
            f'<table:table-cell office:value-type="boolean" '
            f'office:boolean-value="{str(cell).lower()}">'
            f"<text:p>{str(cell).upper()}</text:p></table:table-cell>"
        )
    if isinstance(cell, (int, float)):
        return (
            f'<table:table-cell office:value-type="float" office:value="{cell!r}">'
            f"<text:p>{cell:g}</text:p></table:table-cell>"
        )
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _packed(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def xlsb(sheets, *, hidden=()):
    """Return an XLSB file: records of a number, a length and their bytes, in a zip."""
    books, relations, parts = b"", "", {}
    for i, (name, rows) in enumerate(sheets.items(), 1):
        told = struct.pack("<II", int(name in hidden), i) + _wide(f"rId{i}") + _wide(name)
        books += _record(156, told)
        relations += (
            f'<Relationship Id="rId{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            f'relationships/worksheet" Target="worksheets/sheet{i}.bin"/>'
        )
        parts[f"xl/worksheets/sheet{i}.bin"] = _xlsb_sheet(rows)
    book = _record(131) + _record(143) + books + _record(144) + _record(132)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return _packed(
        {
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": (
                f'<Relationships xmlns="{space}">{relations}</Relationships>'
            ),
            **parts,
        }
    )


def _xlsb_sheet(rows):
    width = max(len(row) for row in rows)
    held = _record(129) + _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    held += _record(145)
    for i, row in enumerate(rows):
        held += _record(0, struct.pack("<IIHHBI", i, 0, 300, 0, 0, 0))
        for j, cell in enumerate(row):
            place = struct.pack("<II", j, 0)
            if isinstance(cell, FormulaError):
                held += _record(11, place + bytes([ERRORS[cell]]) + bytes(10))
            elif isinstance(cell, Error):
                held += _record(3, place + bytes([ERRORS[cell]]))
            elif isinstance(cell, bool):
                held += _record(4, place + bytes([cell]))
            elif isinstance(cell, str):
                held += _record(6, place + _wide(cell))
            elif cell is not None:
                held += _record(5, place + struct.pack("<d", cell))
    return held + _record(146) + _record(130)


def _wide(text):
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def _record(number, content=b""):
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(content), b""
    while True:
        more = size >> 7
        length += bytes([size & 0x7F | (0x80 if more else 0)])
        size = more
        if not size:
            return head + length + content


def xls(sheets, *, hidden=()):
    """Return an XLS file of Excel 97: BIFF 8 records in a compound file."""
    bodies = [_xls_sheet(rows) for rows in sheets.values()]
    begin = _biff(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)) + _biff(0x42, b"\xb0\x04")
    size = sum(4 + 8 + 2 * len(name) for name in sheets)
    at = len(begin) + size + 4
    told = b""
    for name, body in zip(sheets, bodies, strict=True):
        head = struct.pack("<IBBBB", at, int(name in hidden), 0, len(name), 1)
        told += _biff(0x85, head + name.encode("utf-16-le"))
        at += len(body)
    return _compound(begin + told + _biff(0x0A) + b"".join(bodies))


def _xls_sheet(rows):
    width = max(len(row) for row in rows)
    held = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    held += _biff(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            place = struct.pack("<HHH", i, j, 0)
            if isinstance(cell, FormulaError):
                result = bytes([2, 0, ERRORS[cell], 0, 0, 0, 255, 255])
                none = struct.pack("<HIHBB", 0, 0, 2, 0x1C, ERRORS[cell])
                held += _biff(0x06, place + result + none)
            elif isinstance(cell, Error):
                held += _biff(0x205, place + bytes([ERRORS[cell], 1]))
            elif isinstance(cell, bool):
                held += _biff(0x205, place + bytes([cell, 0]))
            elif isinstance(cell, str):
                raw = cell.encode("utf-16-le")
                held += _biff(0x204, place + struct.pack("<HB", len(raw) // 2, 1) + raw)
            elif cell is not None:
                held += _biff(0x203, place + struct.pack("<d", cell))
    return held + _biff(0x0A)


def _biff(number, content=b""):
    return struct.pack("<HH", number, len(content)) + content


def _compound(stream):
    """Return a compound file of 512-byte sectors that holds one stream called Workbook."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    assert sectors + 2 <= 128, "one sector of the allocation table is enough for small files"
    chain = [table, end, *range(3, sectors + 2), end]
    chain += [free] * (128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    entries = _entry("Root Entry", 5, child=1, start=end, size=0)
    entries += _entry("Workbook", 2, child=free, start=2, size=len(stream)) + bytes(256)
    return head + struct.pack("<128I", *chain) + entries + stream


def _entry(name, kind, *, child, start, size):
    text = name.encode("utf-16-le")
    none = 0xFFFFFFFF
    held = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    held += struct.pack("<III", none, none, child) + bytes(16 + 4 + 16)
    return held + struct.pack("<IQ", start, size)
