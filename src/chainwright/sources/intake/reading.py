"""Files as people keep them, understood: every sheet, every column, every cell accounted for."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chainwright.sources.intake.columns import Column, letters
from chainwright.sources.intake.found import (
    COLUMNS,
    REMARKS,
    SHEETS,
    CellTable,
    Choice,
    Sheet,
    Understood,
)
from chainwright.sources.intake.grids import Grid, Told, grids
from chainwright.sources.intake.headers import blocks, filled
from chainwright.sources.intake.headings import roles
from chainwright.sources.intake.one_sheet import Read, read_block
from chainwright.sources.intake.reasons import in_words
from chainwright.sources.intake.segments import Remark, Segment
from chainwright.sources.intake.unit_words import CANONICAL
from chainwright.sources.maker_tables import MAKER_TABLES
from chainwright.tables import schema

__all__ = ["understood"]

LONGEST = 120
"""Signs of a cell or row that a remark shows."""

WARNED = {"no_parents", "western", "mixed_encodings", "full_sheet", "root_title"}
"""Codes that leave a sheet understood at less than certainty."""


class _Book:
    """What is gathered sheet by sheet."""

    def __init__(self) -> None:
        self.files: list[dict[str, object]] = []
        self.columns: list[dict[str, object]] = []
        self.remarks: list[dict[str, object]] = []
        self.segments: dict[str, list[tuple[Sheet, Segment]]] = {}
        self.sizes: dict[str, int] = {}


def understood(
    paths: Path | str | Iterable[Path | str], *, choices: Sequence[Choice] = ()
) -> Understood:
    """Return what files say of a maker's chain: tables of cells, and the meaning of each column.

    Nothing is guessed in silence: a column that is understood at less than certainty is told as
    possible, every row that is not used has its reason, and every value knows its cell. A file
    that cannot be read is told in `Understood.files`.

    Parameters
    ----------
    paths : path or iterable of path
        Spreadsheets (XLSX, XLS, XLSB, ODS) and text files (CSV, TSV); of a folder all of these.
    choices : sequence of Choice
        What a person says that columns hold.

    Raises
    ------
    MissingFileError
        If one of the files is not there.
    """
    book = _Book()
    hashes = {}
    for path in _files(paths):
        hashes[path.name], sheets = grids(path)
        for grid in sheets:
            _sheet(book, grid, choices)
    tables = {t: _table(t, book.segments[t]) for t in MAKER_TABLES if book.sizes.get(t)}
    return Understood(
        pd.DataFrame(book.files, columns=list(SHEETS)),
        pd.DataFrame(book.columns, columns=list(COLUMNS)),
        tables,
        _remarks(book.remarks),
        hashes,
    )


def _files(paths: Path | str | Iterable[Path | str]) -> list[Path]:
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found: list[Path] = []
    for path in map(Path, given):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS)
            found += [p for p in inside if not p.name.startswith(("~$", "."))]
        else:
            found.append(path)
    return found


ENDINGS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt"}
"""Endings of the files that are read of a folder."""


def _sheet(book: _Book, grid: Grid, choices: Sequence[Choice]) -> None:
    """Gather what one sheet says."""
    if not grid.readable:
        book.files.append(_unread(grid, grid.told))
        return
    full = filled(grid.cells)
    found = blocks(grid, full)
    if not found:
        told = [*grid.told, ("no_header", {})] if full.any() else [*grid.told, ("empty_sheet", {})]
        book.files.append(_unread(grid, told))
        return
    for i, block in enumerate(found):
        made = read_block(grid, full, block, choices)
        told = list(grid.told) + made.told
        if i:
            told.append(("two_headers", {"row": grid.sheet.number(block.header[0])}))
        _gather(book, grid, made, [grid.sheet.number(r) for r in block.header], told)


def _gather(book: _Book, grid: Grid, made: Read, header: list[int], told: list[Told]) -> None:
    """Gather what one table of a sheet says."""
    said: set[tuple[int, int]] = set()
    gone: dict[str, set[int]] = {"refused": set(), "set aside": set(), "noted": set()}
    for one in made.segments:
        start = book.sizes.get(one.table, 0)
        book.sizes[one.table] = start + len(next(iter(one.fields.values())))
        book.segments.setdefault(one.table, []).append((grid.sheet, one))
        for remark in one.remarks:
            place = (remark.row, remark.column)
            if remark.column >= 0 and place in said:
                continue
            said.add(place)
            book.remarks.append(_told(grid, remark, start))
            if remark.scope == "row":
                gone[remark.outcome].add(remark.row)
    for remark in made.remarks:
        book.remarks.append(_told(grid, remark, 0))
    empty = not len(made.rows)
    if empty:
        told.append(("no_rows", {}))
    if not made.fed:
        names = ", ".join(c.heading.text for c in made.columns if c.role) or "none"
        told.append(("no_table", {"columns": names}))
    doubt = any(c.state == "possible" for c in made.columns) or any(c in WARNED for c, _ in told)
    state = "not understood" if empty or not made.fed else "possible" if doubt else "understood"
    tables = list(dict.fromkeys(s.table for s in made.segments))
    row = _unread(grid, told) | {
        "state": state,
        "tables": " ".join(tables),
        "layout": made.layout,
        "header_rows": ", ".join(map(str, header)),
        "read": len(made.rows),
        "set_aside": len(made.remarks) + len(gone["set aside"]),
        "refused": len(gone["refused"]),
    }
    book.files.append(row)
    for column in made.columns:
        book.columns += _column_rows(grid, made, column, said)


def _unread(grid: Grid, told: Sequence[Told]) -> dict[str, object]:
    pairs = [in_words(code, **words) for code, words in told]
    return {
        "file": grid.sheet.file,
        "sheet": grid.sheet.sheet,
        "state": "not understood",
        "tables": "",
        "layout": "",
        "header_rows": "",
        "encoding": grid.encoding,
        "delimiter": grid.delimiter,
        "rows": len(grid.cells),
        "read": 0,
        "set_aside": 0,
        "refused": 0,
        "reason_en": " ".join(en for en, _ in pairs),
        "reason_zh": "".join(zh for _, zh in pairs),
    }


def _column_rows(
    grid: Grid, made: Read, column: Column, said: set[tuple[int, int]]
) -> list[dict[str, object]]:
    """Return one row for each field that a column fills, one if it fills none."""
    cells = grid.cells[made.rows, column.place]
    got = made.read.get(column.role) if column.used else None
    role = roles().get(column.role)
    pairs = [in_words(code, **words) for code, words in column.told]
    factors = _conversions(got.conversions if got else {}, role.kind if role else "")
    shown = next((text for text in map(_shown, cells) if text), "")
    missing = int(got.missing.sum()) if got else sum(not str(cell).strip() for cell in cells)
    faults = sum((int(row), column.place) in said for row in made.rows) if got and got.faults else 0
    base: dict[str, object] = {
        "file": grid.sheet.file,
        "sheet": grid.sheet.sheet,
        "column": letters(grid, column.place),
        "header": column.heading.text,
        "table": "",
        "field": "",
        "role": column.role,
        "state": column.state,
        "unit": column.unit.name if column.unit else "",
        "conversion_en": factors,
        "conversion_zh": factors,
        "filled": len(cells) - missing - faults,
        "missing": missing,
        "refused": faults,
        "example": shown,
        "candidates": "; ".join(column.candidates),
        "reason_en": " ".join(en for en, _ in pairs),
        "reason_zh": "".join(zh for _, zh in pairs),
    }
    filled = [
        (t, f) for t, fields in made.fed.items() for f, r in fields.items() if r == column.role
    ]
    if made.layout == "levels" and column.role in {"item", "component"}:
        filled = [("bill", "parent"), ("bill", "component"), *filled]
    if column.role == "level" or (column.role == "product" and made.layout == "levels"):
        filled = [("bill", "parent")]
    if column.role == "position":
        filled = [("bill", "quantity")]
    if column.role == "tier":
        filled = [("bill", "parent"), ("bill", "component")]
    if made.layout in {"wide bill", "one product"} and column.role in {"item", "component"}:
        filled = [("bill", "component"), *filled]
    if made.layout == "wide bill" and column.role == "product" and not column.heading.role:
        filled = [("bill", "parent"), ("bill", "quantity")]
    if not column.used or not filled:
        return [base]
    return [base | {"table": t, "field": f} for t, f in dict.fromkeys(filled)]


def _conversions(factors: object, kind: str) -> str:
    """Return what numbers were multiplied by, unit by unit, where that is not 1."""
    if not isinstance(factors, dict) or kind not in CANONICAL:
        return ""
    to = CANONICAL[kind]
    return "; ".join(f"{name} × {f:.6g} = {to}" for name, f in factors.items() if f != 1)


def _told(grid: Grid, remark: Remark, start: int) -> dict[str, object]:
    code, words = remark.told
    english, chinese = in_words(code, **words)
    shown = (
        grid.cells[remark.row, remark.column :][:1]
        if remark.column >= 0
        else grid.cells[remark.row]
    )
    found = " | ".join(text for text in map(_shown, shown) if text)
    return {
        "outcome": remark.outcome,
        "scope": remark.scope,
        "file": grid.sheet.file,
        "sheet": grid.sheet.sheet,
        "row": grid.sheet.number(remark.row),
        "cell": grid.sheet.address(remark.row, remark.column),
        "table": remark.table,
        "field": remark.field,
        "position": remark.position + start if remark.position >= 0 else -1,
        "found": found if len(found) <= LONGEST else f"{found[:LONGEST]}...",
        "code": code,
        "reason_en": english,
        "reason_zh": chinese,
    }


def _shown(cell: object) -> str:
    """Return a cell as its sheet shows it, a whole number without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _remarks(told: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(told, columns=list(REMARKS))
    return frame.astype({"row": "int64", "position": "int64"})


def _table(name: str, held: Sequence[tuple[Sheet, Segment]]) -> CellTable:
    """Return one table of all its segments."""
    sheets: list[Sheet] = []
    places: list[int] = []
    for sheet, _ in held:
        if not any(sheet is other for other in sheets):
            sheets.append(sheet)
        places.append(next(i for i, other in enumerate(sheets) if other is sheet))
    sizes = [len(next(iter(one.fields.values()))) for _, one in held]
    data: dict[str, Any] = {}
    rows, columns = {}, {}
    for column in schema(f"maker_{name}"):
        field = column.column
        empty: object = np.nan if column.type == "float" else ""
        parts = [
            one.fields[field] if field in one.fields else np.full(size, empty, dtype=object)
            for (_, one), size in zip(held, sizes, strict=True)
        ]
        joined = np.concatenate(parts)
        data[field] = pd.Series(joined, dtype="float64" if column.type == "float" else "str")
        nowhere = [np.full(size, -1, dtype=np.int32) for size in sizes]
        pairs = list(zip(held, nowhere, strict=True))
        rows[field] = np.concatenate([one.rows.get(field, none) for (_, one), none in pairs])
        columns[field] = np.concatenate([one.columns.get(field, none) for (_, one), none in pairs])
    of = np.repeat(np.array(places, dtype=np.int32), sizes)
    possible = frozenset().union(*(one.possible for _, one in held))
    return CellTable(name, pd.DataFrame(data), sheets, of, rows, columns, possible)
