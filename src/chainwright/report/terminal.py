"""A result as text on a terminal: as many columns as fit, units under their headings."""

import shutil
import unicodedata
from collections.abc import Iterable

import numpy as np
import pandas as pd

from chainwright.system import Language, Result
from chainwright.tables import Column, schema

__all__ = ["as_table"]

ROWS = 20
"""Rows that are shown; the rest are counted."""

SPACE = 2


def as_table(result: Result, language: Language = "en", *, width: int | None = None) -> str:
    """Return an answer's first rows as text, and what it was made from.

    Parameters
    ----------
    result : Result
        The answer.
    language : str
        ``"en"`` or ``"zh"``, of the headings.
    width : int, optional
        Columns of text; the terminal's if not given, 120 where there is none.
    """
    frame, columns = result.table(), {c.column: c for c in schema(result.name)}
    units = result.units
    room = width or shutil.get_terminal_size((120, 24)).columns
    shown: list[list[str]] = []
    left_out: list[str] = []
    used = 0
    for name in frame.columns:
        cells = _cells(frame[name].head(ROWS), columns[name], units.get(name, ""), language)
        need = max(_width(c) for c in cells) + SPACE
        if used + need <= room and not left_out:
            shown.append(cells)
            used += need
        else:
            left_out.append(name)
    numeric = [columns[name].type in {"float", "integer"} for name in frame.columns]
    lines = [
        "".join(_pad(c, n) for c, n in zip(row, numeric, strict=False)) for row in _grid(shown)
    ]
    lines = [line.rstrip() for line in lines]
    return "\n".join([*lines, *_notes(result, frame, left_out, language), ""])


def _cells(values: Iterable[object], column: Column, unit: str, language: Language) -> list[str]:
    heading = column.name_zh if language == "zh" else column.name_en
    below = "" if unit in {"", "1", "share"} else f"[{unit}]"
    return [heading, below, *(_text(v, column, unit) for v in values)]


def _text(value: object, column: Column, unit: str) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return "-"
    if column.type == "float" and isinstance(value, (int, float)):
        if unit == "share":
            return f"{value:.1%}"
        return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:,.4g}"
    if column.type == "integer" and isinstance(value, (int, np.integer)):
        return f"{value:,d}"
    return str(value)


def _grid(columns: list[list[str]]) -> list[list[tuple[str, int]]]:
    widths = [max(map(_width, cells)) for cells in columns]
    rows = zip(*columns, strict=True)
    return [list(zip(row, widths, strict=True)) for row in rows if any(row)]


def _pad(cell: tuple[str, int], numeric: bool) -> str:  # noqa: FBT001 - a column's own property
    text, width = cell
    blank = " " * (width - _width(text))
    return (blank + text if numeric else text + blank) + " " * SPACE


def _width(text: str) -> int:
    """Columns of a terminal that a text takes; a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _notes(
    result: Result, frame: pd.DataFrame, left_out: list[str], language: Language
) -> list[str]:
    origin = result.system.flows.origin
    source = ", ".join(part for part in (origin.file, origin.format) if part)
    zh = language == "zh"
    notes = [""]
    if len(frame) > ROWS:
        rest = len(frame) - ROWS
        notes.append(f"另有 {rest:,} 行未显示。" if zh else f"{rest:,} more rows are not shown.")
    if left_out:
        listed = ", ".join(left_out)
        notes.append(f"未显示的列：{listed}" if zh else f"Columns that do not fit: {listed}")
    if len(frame) > ROWS or left_out:
        notes.append("全部数据：--format csv -o 文件" if zh else "All of it: --format csv -o FILE")
    money = result.system.flows.money
    notes.append(f"来源：{source}；{money}" if zh else f"Source: {source}; {money}")
    return notes
