"""A result as text on a terminal: as many columns as fit, with names and reasons."""

import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from chainwright.report.cell_words import cell_word, unit_word, yes_or_no
from chainwright.report.text_columns import cut_text, text_width
from chainwright.report.wording import Words
from chainwright.system import Language, Result
from chainwright.tables import Column, schema

__all__ = ["as_table"]

NUMBERS = frozenset({"float", "integer"})
"""Types of columns that stand to the right."""

ROWS = 20
"""Rows that are shown; the rest are counted."""

SPACE = 2
HEADING = 12
"""Width at which headings are broken into lines."""

NAME = 36
"""Width at which a code with its name is cut, where no room is left over."""

NAMES = re.compile(r"(.+_)?(name|class)_(en|zh)")
"""Columns that say in words what stands beside them: cut first, so that figures have room."""

PHYSICAL = re.compile(r"CO2|CNY|EUR|tce|MWh|GJ|^t$")
"""Units that are said below the table."""

LEFT_OUT = "columns left out: "
"""How origins begin the note on columns that a table has and its schema has not."""

NAMED = 4
"""Part of the screen that such a column takes, where no room is left over: a fourth."""

TEXT = 60
"""Width at which other texts are cut, unless they are the last column."""

REASONS = frozenset({"reason_en", "reason_zh"})
"""Columns that stand under their rows where they do not fit beside the others, and are not cut."""

REASONED = 10
"""Rows that have their reasons under them."""

INDENT = 4
WORD = re.compile(r"(?:[\u2e80-\uffef]| ?[^ \u2e80-\uffef]+)[，。、；：）]*| ")
"""What a line is not broken in: a Han character or a Latin word, with what closes it."""

FRACTION = re.compile(r"(T\d\d:\d\d:\d\d)\.\d+")
"""A time as ISO 8601 writes it, with parts of a second."""


def as_table(
    result: Result, language: Language = "en", *, width: int | None = None, top: int | None = None
) -> str:
    """Return an answer's first rows as text, and what it was made from.

    Parameters
    ----------
    result : Result
        The answer.
    language : str
        ``"en"`` or ``"zh"``, of headings and names.
    width : int, optional
        Columns of text; the terminal's if not given, 120 where there is none.
    top : int, optional
        First rows that are asked for; all if not given.
    """
    frame = result.table() if top is None else result.table().head(top)
    columns = {c.column: c for c in schema(result.name)}
    room = width or shutil.get_terminal_size((120, 24)).columns
    said = _in_language(frame, language)
    shown: dict[str, _Shown] = {}
    used, under = 0, ""
    for name in said:
        column, known = columns[name], bool(result.names(name, language))
        cells = _cells(result, frame[name].head(ROWS), column, language)
        left = room - used - SPACE
        if name in REASONS and max(map(text_width, cells), default=0) > left:
            under = name
            continue
        sentence = name.removesuffix(f"_{language}") != name and left >= NAME
        if name == said[-1]:
            most = left
        elif known:
            most = NAME
        elif NAMES.fullmatch(name):
            most, known = min(NAME, room // NAMED), True
        else:
            most = min(TEXT, left) if sentence else TEXT
        one = _Shown(_heading(column, language), cells, column.type in NUMBERS, known, most)
        if one.width > left:
            under = next((other for other in said if other in REASONS), "")
            break
        shown[name] = one
        used += one.width + SPACE
    _widen(shown.values(), room - used)
    wide = [(one.width, one.number) for one in shown.values()]
    lines = [
        "".join(_pad(cell, w, right=r) for cell, (w, r) in zip(row, wide, strict=True)).rstrip()
        for row in zip(*_even([*one.heading, *one.body] for one in shown.values()), strict=True)
    ]
    if under:
        reasons = _cells(result, frame[under].head(REASONED), columns[under], language)
        lines = _with_reasons(lines, min(len(frame), ROWS), reasons, room)
    told = {*shown, under} if len(frame) <= REASONED else set(shown)
    left_out = [columns[name] for name in said if name not in told]
    physical = [columns[name] for name in shown if PHYSICAL.search(columns[name].unit)]
    return "\n".join([*lines, *_notes(result, frame, left_out, physical, language), ""])


def _cells(
    result: Result, values: "pd.Series[Any]", column: Column, language: Language
) -> list[str]:
    """Return the values of a column as they are shown, uncut."""
    name = column.column
    known, unit = result.names(name, language), result.units.get(name, "")
    return [
        yes_or_no(bool(value), language)
        if isinstance(value, (bool, np.bool_))
        else cell_word(result.name, name, value, language) or _text(value, column, unit, known)
        for value in values
    ]


def _with_reasons(lines: list[str], rows: int, reasons: list[str], room: int) -> list[str]:
    """Return a table whose last `rows` lines, the first of them, have their reasons below them."""
    first = len(lines) - rows
    found = lines[:first]
    for i, line in enumerate(lines[first:]):
        reason = reasons[i] if i < len(reasons) else "-"
        found.append(line)
        if reason not in {"", "-"}:
            found += [" " * INDENT + part for part in _wrapped(reason, room - INDENT)]
    return found


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` columns, broken at spaces or between Han."""
    lines = [""]
    for word in WORD.findall(text):
        if lines[-1] and text_width(word) > width - text_width(lines[-1]):
            lines.append("")
        rest = word if lines[-1] else word.lstrip()
        while text_width(rest) > width:  # a word that no line holds
            lines[-1:] = [rest[:width], ""]
            rest = rest[width:]
        lines[-1] += rest
    return lines


@dataclass
class _Shown:
    """A column as it is shown: its heading and its cells, and the width at which they are cut."""

    heading: list[str]
    cells: list[str]
    number: bool
    named: bool
    most: int

    @property
    def body(self) -> list[str]:
        """The cells, cut."""
        return [cut_text(cell, self.most) for cell in self.cells]

    @property
    def width(self) -> int:
        return max(map(text_width, [*self.heading, *self.body]))


def _widen(shown: Iterable[_Shown], left: int) -> None:
    """Give the width that is left over to names that were cut, the first column first."""
    for one in shown:
        if one.named and one.most <= NAME:
            before = one.width
            one.most = max(one.most, before) + left
            left -= one.width - before


def _in_language(frame: pd.DataFrame, language: Language) -> list[str]:
    """Return the columns without words that another column says in this language.

    Names in the other language stay, but come last where none is missing in this one.
    """
    columns, other = list(frame.columns), "en" if language == "zh" else "zh"
    last = [
        name
        for name in columns
        if name.endswith(f"name_{other}")
        and (own := f"{name.removesuffix(other)}{language}") in columns
        and not frame[own].head(ROWS).isin(["", None]).any()
    ]
    columns = [name for name in columns if name not in last] + last
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
        text = text.removesuffix("（中文）") if column.column.endswith("_zh") else text
        return [text[i : i + half] for i in range(0, len(text), half)] or [""]
    text = text.removesuffix(", English") if column.column.endswith("_en") else text
    return textwrap.wrap(text, HEADING) or [""]


def _text(value: object, column: Column, unit: str, names: Mapping[str, str]) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return "-"
    if column.type == "float" and isinstance(value, (int, float)):
        if unit == "share":
            return f"{value:.1%}".replace("-0.0%", "0.0%")
        value += 0.0  # -0.0 is 0
        return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:,.4g}"
    if column.type == "integer" and isinstance(value, (int, np.integer)):
        return str(value) if column.column == "year" else f"{value:,d}"
    name = names.get(str(value), "")
    text = FRACTION.sub(r"\1", str(value))
    return f"{text} {name}" if name and name != text else text


def _even(columns: Iterable[list[str]]) -> list[list[str]]:
    """Return columns whose headings end on one line: bodies are the last rows of each."""
    given = list(columns)
    most = max((len(cells) for cells in given), default=0)
    return [[""] * (most - len(cells)) + cells for cells in given]


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - text_width(text))
    return (blank + text if right else text + blank) + " " * SPACE


def _unread(result: Result) -> Iterator[str]:
    """Yield the columns of the inputs that no schema has, so that a wrong name is seen."""
    for part in result.system.origin.values():
        noted = part.get("notes")
        for note in noted if isinstance(noted, (list, tuple)) else ():
            if str(note).startswith(LEFT_OUT):
                names = str(note).removeprefix(LEFT_OUT).split(", ")
                yield from (name for name in names if not name.startswith("__"))  # of pandas


def _notes(
    result: Result,
    frame: pd.DataFrame,
    left_out: list[Column],
    counted_in: list[Column],
    language: Language,
) -> list[str]:
    said = [str(part.get(k)) for part in result.system.origin.values() for k in ("file", "format")]
    words, zh = Words(language), language == "zh"
    comma = "、" if zh else ", "
    source = comma.join(words.known(word) for word in dict.fromkeys(said) if word)
    notes = [""]
    if not len(frame):
        notes.append("没有结果行。" if zh else "The answer has no rows.")
    if len(frame) > ROWS:
        rest = len(frame) - ROWS
        notes.append(f"另有 {rest:,} 行未显示。" if zh else f"{rest:,} more rows are not shown.")
    if left_out:
        listed = "、".join(c.name_zh.removesuffix("（中文）") for c in left_out)
        named = ", ".join(c.column for c in left_out)
        notes.append(f"未显示的列：{listed}" if zh else f"Columns that do not fit: {named}")
    if len(frame) > ROWS or left_out:
        several = len(result.tables()) > 1
        place = ("文件夹" if several else "文件") if zh else "FOLDER" if several else "FILE"
        notes.append(f"{'全部数据：' if zh else 'All of it: '}--format csv -o {place}")
    if counted := comma.join(
        f"{c.name_zh if zh else c.name_en} {unit_word(c.unit, language)}" for c in counted_in
    ):
        notes.append(f"单位：{counted}" if zh else f"Units: {counted}")
    if any(c.unit == "money" for c in schema(result.name)):
        money = words.money(result.money) if zh else str(result.money)
        notes.append(f"金额单位：{money}" if zh else f"Amounts: {money}")
    if any("quantity" in c.unit.split(" ") for c in schema(result.name)):
        unit = result.counted_in["quantity"]
        unsaid = zh and "not stated" in unit
        notes.append(f"数量单位：{'未说明' if unsaid else unit}" if zh else f"Quantities: {unit}")
    if source:
        notes.append(f"来源：{source}" if zh else f"Source: {source}")
    if unread := comma.join(dict.fromkeys(_unread(result))):
        notes.append(f"未读取的输入列：{unread}" if zh else f"Columns that were not read: {unread}")
    return notes
