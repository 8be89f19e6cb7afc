"""Text files of tables: their encoding and their delimiter found, and their cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from chainwright.sources.intake.found import Sheet
from chainwright.sources.intake.grids import LARGEST, Grid, Told, padded

__all__ = ["decoded", "delimiter_of", "sheets"]

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
AS_TEXT = re.compile(r'="([^"]*)"')
"""A cell that is a formula for its own text, by which exports keep zeros in front."""

LOOKED_AT = 200
"""How many lines the delimiter is told from."""

LONGEST = 4 * 2**20
"""Signs that a line may have: a longer one is no row of a table, and costs memory to take apart."""

WIDEST = 16_384
"""Columns that a table may have, as many as a sheet of XLSX."""

EXCEL_ROWS = 1_048_576
"""Rows that a sheet of XLSX can hold: a table that fills them all was probably cut off there."""

MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 with byte order mark"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
HIGH = re.compile(rb"[\x80-\xff]+")
SURELY = re.compile(
    rb"[\xe0-\xf4][\x80-\xbf]{2}|[A-Za-z][\xc2-\xdf][\x80-\xbf](?![\x80-\xff])"
    rb"|(?<![\x80-\xff])[\xc2-\xdf][\x80-\xbf][A-Za-z]"
)
"""What only UTF-8 has: signs of three bytes, or one of two beside a letter, as in a western word.
Two bytes alone are as well a sign of GBK, where 缺失 (missing) would be UTF-8 by chance."""

FOUR = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")
"""A sign of four bytes in GB 18030; its high bytes stand alone and are no single letters."""


def sheets(name: str, raw: bytes) -> Iterator[Grid]:
    """Yield the one grid of a text file.

    Parameters
    ----------
    name : str
        Name of the file.
    raw : bytes
        What it holds.
    """
    nothing = np.full((0, 0), "", dtype=object)
    if not raw.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        yield Grid(Sheet(name, ""), nothing, told=[("empty_file", {})], readable=False)
        return
    if raw.lstrip()[:1] == b"<" and re.search(rb"(?i)<(html|table|\?xml|!doctype)", raw[:2000]):
        yield Grid(Sheet(name, ""), nothing, told=[("html_file", {})], readable=False)
        return
    text, encoding, told = decoded(raw)
    if text is None:
        yield Grid(Sheet(name, ""), nothing, told=told, readable=False)
        return
    delimiter = delimiter_of(text)
    wide = _widest(text, DELIMITERS[delimiter])
    if wide:
        told = [("too_large", wide)]
        yield Grid(Sheet(name, ""), nothing, encoding=encoding, told=told, readable=False)
        return
    try:
        rows, lines = _split(text, DELIMITERS[delimiter])
    except csv.Error as error:
        fault: Told = ("broken_text", {"error": error})
        yield Grid(Sheet(name, ""), nothing, encoding=encoding, told=[fault], readable=False)
        return
    if len(rows) * max(map(len, rows)) > LARGEST:
        size = {"rows": len(rows), "columns": max(map(len, rows)), "most": LARGEST}
        told = [("too_large", size)]
        yield Grid(Sheet(name, ""), nothing, encoding=encoding, told=told, readable=False)
        return
    if len(rows) == EXCEL_ROWS:
        told = [*told, ("full_sheet", {"rows": EXCEL_ROWS})]
    sheet = Sheet(name, "", np.array(lines, dtype=np.int32))
    yield Grid(sheet, padded(rows), encoding=encoding, delimiter=delimiter, told=told)


def _widest(text: str, sign: str) -> dict[str, object]:
    """Return the size of a text that no table has, told from one line; nothing if all is well."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > LONGEST or (
            end - start > WIDEST and text.count(sign, start, end) >= WIDEST
        ):
            columns = text.count(sign, start, end) + 1
            return {"rows": text.count("\n") + 1, "columns": columns, "most": LARGEST}
        start = end + 1
    return {}


def _split(text: str, sign: str) -> tuple[list[list[str]], list[int]]:
    """Return the cells of a text and the first line of each row; a quote left open is an error."""
    try:
        return _rows(text, sign, strict=True)
    except csv.Error as error:
        if "end of data" in str(error):
            raise
    # A quote inside a cell, as in 3" pipe: the cell is taken as it stands.
    return _rows(text, sign, strict=False)


def _rows(text: str, sign: str, *, strict: bool) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=strict)
    rows, lines, line = [], [], 1
    for row in reader:
        rows.append([_plain_text(cell) if cell[:2] == '="' else cell for cell in row])
        lines.append(line)
        line = reader.line_num + 1
    return rows, lines


def _plain_text(cell: str) -> str:
    """Return the text of a cell that is a formula for it, another cell as it is."""
    match = AS_TEXT.fullmatch(cell)
    return match[1] if match else cell


def decoded(raw: bytes) -> tuple[str | None, str, list[Told]]:
    """Return the text of some bytes, the encoding that was found, and what is odd about it.

    UTF-8 and UTF-16 are told by their mark or their form; other bytes are taken for GB 18030
    (of which GBK and GB 2312 are parts) where they come in pairs, and for Windows-1252, which is
    noted, where they stand alone between letters. Lines in different encodings are read each in
    its own, which is noted.

    Parameters
    ----------
    raw : bytes
        A file.

    Examples
    --------
    >>> decoded("料号".encode("gbk"))
    ('料号', 'GB 18030', [])
    """
    for mark, codec, called in MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(codec), called, []
            except UnicodeDecodeError as error:
                return None, called, [("undecodable", {"line": _line(raw, error.start)})]
    return _unmarked(raw)


def _unmarked(raw: bytes) -> tuple[str | None, str, list[Told]]:
    """Return the text of bytes without a mark of their encoding."""
    head = raw[:4000]
    zeros = head[1::2].count(0), head[0::2].count(0)
    if max(zeros) > len(head) // 8:
        codec = "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"
        text = raw.decode(codec, errors="replace")
        if not min(zeros) and not CONTROL.search(text):
            return text, "UTF-16", []
    if b"\x00" in head:
        return None, "", [("binary_file", {})]
    return (raw.decode("utf-8"), "UTF-8", []) if _is(raw, "utf-8") else _others(raw)


def _others(raw: bytes) -> tuple[str | None, str, list[Told]]:
    """Return the text of bytes that are no UTF-8 as a whole."""
    lines = raw.split(b"\n")
    utf8 = [_is(line, "utf-8") for line in lines]
    mixed = any(u and bool(SURELY.search(line)) for u, line in zip(utf8, lines, strict=True))
    runs = [len(run) for run in HIGH.findall(FOUR.sub(b"\xff\xff", raw))]
    if not mixed and sum(length == 1 for length in runs) > len(runs) / 2:
        return raw.decode("cp1252", errors="replace"), "Windows-1252", [("western", {})]
    if not mixed and _is(raw, "gb18030"):
        return raw.decode("gb18030"), "GB 18030", []
    gbk = [u or _is(line, "gb18030") for u, line in zip(utf8, lines, strict=True)]
    if not all(gbk):
        return None, "", [("undecodable", {"line": gbk.index(False) + 1})]
    odd = [i + 1 for i, u in enumerate(utf8) if not u]
    shown = ", ".join(map(str, odd[:8])) + (" ..." if len(odd) > 8 else "")
    text = "\n".join(
        line.decode("utf-8" if u else "gb18030") for u, line in zip(utf8, lines, strict=True)
    )
    return text, "UTF-8 and GB 18030", [("mixed_encodings", {"lines": shown})]


def _is(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _line(raw: bytes, place: int) -> int:
    return raw.count(b"\n", 0, place) + 1


def delimiter_of(text: str) -> str:
    r"""Return what stands between the cells of a text: comma, semicolon, tab or bar.

    The one that gives most lines the same number of cells, more than one; then the one that gives
    more cells.

    Parameters
    ----------
    text : str
        A file.

    Examples
    --------
    >>> delimiter_of("part;price\na;1,5\nb;2,25\n")
    'semicolon'
    """
    lines = text.splitlines()[:LOOKED_AT]
    best, winner = (0.0, 0), "comma"
    for name, sign in DELIMITERS.items():
        try:
            rows = [row for row in csv.reader(lines, delimiter=sign) if any(map(str.strip, row))]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = (round(times / len(rows), 1), width)
        if score > best:
            best, winner = score, name
    return winner
