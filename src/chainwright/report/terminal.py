"""A result as text on a terminal: as many columns as fit, codes with their names."""

import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from chainwright.system import Language, Result
from chainwright.tables import Column, schema

__all__ = ["as_table"]

ROWS = 20
"""Rows that are shown; the rest are counted."""

SPACE = 2
HEADING = 12
"""Width at which headings are broken into lines."""

NAME = 36
"""Width at which a code with its name is cut."""

TEXT = 60
"""Width at which other texts are cut, unless they are the last column."""


def as_table(result: Result, language: Language = "en", *, width: int | None = None) -> str:
    """Return an answer's first rows as text, and what it was made from.

    Parameters
    ----------
    result : Result
        The answer.
    language : str
        ``"en"`` or ``"zh"``, of headings and names.
    width : int, optional
        Columns of text; the terminal's if not given, 120 where there is none.
    """
    frame, columns = result.table(), {c.column: c for c in schema(result.name)}
    units = result.units
    room = width or shutil.get_terminal_size((120, 24)).columns
    shown: list[list[str]] = []
    numeric: list[bool] = []
    left_out: list[str] = []
    used = 0
    for name in _in_language(list(frame.columns), language):
        column = columns[name]
        known = result.names(name, language)
        most = room - used - SPACE if name == frame.columns[-1] else TEXT
        unit = units.get(name, "")
        body = [_cut(_text(v, column, unit, known), most) for v in frame[name].head(ROWS)]
        heading = _heading(column, language)
        need = max(map(_width, [*heading, *body])) + SPACE
        if used + need <= room and not left_out:
            shown.append([*heading, *body])
            numeric.append(column.type in {"float", "integer"})
            used += need
        else:
            left_out.append(name)
    lines = [
        "".join(_pad(c, w, right=n) for c, w, n in zip(row, _widths(shown), numeric, strict=True))
        for row in zip(*_even(shown), strict=True)
    ]
    lines = [line.rstrip() for line in lines]
    return "\n".join([*lines, *_notes(result, frame, left_out, language), ""])


def _in_language(columns: list[str], language: Language) -> list[str]:
    """Return the columns without words that another column says in this language; names stay."""
    stems = {name.removesuffix("_zh") for name in columns if name.endswith("_zh")}
    stems = {stem for stem in stems if not stem.endswith("name")}
    twice = {f"{stem}_zh" for stem in stems}
    if language == "zh":
        twice = stems | {f"{stem}_en" for stem in stems}
    return [name for name in columns if name not in twice]


def _heading(column: Column, language: Language) -> list[str]:
    text = column.name_zh if language == "zh" else column.name_en
    if language == "zh":
        half = HEADING // 2
        return [text[i : i + half] for i in range(0, len(text), half)] or [""]
    return textwrap.wrap(text, HEADING) or [""]


def _text(value: object, column: Column, unit: str, names: Mapping[str, str]) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return "-"
    if column.type == "float" and isinstance(value, (int, float)):
        if unit == "share":
            return f"{value:.1%}"
        return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:,.4g}"
    if column.type == "integer" and isinstance(value, (int, np.integer)):
        return str(value) if column.column == "year" else f"{value:,d}"
    name = names.get(str(value), "")
    if name and name != str(value):
        return _cut(f"{value} {name}", NAME)
    return str(value)


def _cut(text: str, width: int) -> str:
    """Return `text` cut to `width` columns, with a sign that it was."""
    if _width(text) <= width:
        return text
    kept = ""
    for letter in text:
        if _width(kept + letter) > width - 1:
            break
        kept += letter
    return f"{kept}…"


def _even(columns: Iterable[list[str]]) -> list[list[str]]:
    """Return columns whose headings end on one line: bodies are the last rows of each."""
    given = list(columns)
    most = max((len(cells) for cells in given), default=0)
    return [[""] * (most - len(cells)) + cells for cells in given]


def _widths(columns: Iterable[list[str]]) -> list[int]:
    return [max(map(_width, cells)) for cells in columns]


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - _width(text))
    return (blank + text if right else text + blank) + " " * SPACE


def _width(text: str) -> int:
    """Columns of a terminal that a text takes; a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _notes(
    result: Result, frame: pd.DataFrame, left_out: list[str], language: Language
) -> list[str]:
    money = result.system.money
    said = [str(part.get(k)) for part in result.system.origin.values() for k in ("file", "format")]
    source = ", ".join(dict.fromkeys(word for word in said if word))
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
    if any(c.unit == "money" for c in schema(result.name)):
        notes.append(f"金额单位：{money}" if zh else f"Amounts: {money}")
    if source:
        notes.append(f"来源：{source}" if zh else f"Source: {source}")
    return notes
