"""The workbook of a report on a maker: one map, lists, and where every number comes from."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from chainwright.report.cell_words import cell_word
from chainwright.report.charts import Chart
from chainwright.report.grids import files_of
from chainwright.report.maker.maker_grids import unit_of, unit_word
from chainwright.report.wording import Words
from chainwright.report.workbook import (
    EPOCH,
    FIRST_ROW,
    FORMATS,
    add_picture,
    set_page,
    settled,
    text_columns,
    write_heading,
    write_notes,
)
from chainwright.system import Result
from chainwright.tables import Column, schema

__all__ = ["MakerSheet", "maker_workbook"]

NAMED = "+"
"""Mark of a column that holds the names of the codes of the column before it."""

MOST = 20_000
"""Rows of a sheet; longer tables lie beside the workbook in full, and the sheet says so."""


@dataclass(frozen=True, slots=True)
class MakerSheet:
    """A sheet of the workbook.

    Parameters
    ----------
    title : str
        Its name.
    table : str
        Schema of its rows.
    answer : Result, optional
        The answer that the rows are of; None for rows of the maker's own tables.
    frame : DataFrame, optional
        Its rows; None if they are left out.
    reason : str
        Why they are.
    picture : Chart, optional
        A chart on the right of the rows.
    """

    title: str
    table: str
    answer: Result | None
    frame: pd.DataFrame | None
    reason: str = ""
    picture: Chart | None = None


def maker_workbook(
    sheets: Sequence[MakerSheet],
    words: Words,
    *,
    maker: str,
    money: str,
    origin: Sequence[tuple[str, str]],
    version: str,
) -> bytes:
    """Return the workbook; the same rows give the same bytes.

    Parameters
    ----------
    sheets : sequence of MakerSheet
        The map and the lists.
    words : Words
        The language.
    maker : str
        What the maker is called.
    money : str
        What amounts are counted in.
    origin : sequence of (str, str)
        Lines of the last sheet: what, and which.
    version : str
        Of chainwright.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = f"chainwright {version}"
    book.properties.created = EPOCH
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        notes = [
            words.say("mk_x_title", sheet=sheet.title, maker=maker),
            words.say("mk_x_units", money=money),
            words.say("x_made", version=version, file=files_of(sheet.table)),
        ]
        if sheet.frame is not None and len(sheet.frame) > MOST:
            notes.append(words.say("mk_x_cut", shown=f"{MOST:,}", rows=f"{len(sheet.frame):,}"))
        write_notes(page, notes)
        if sheet.frame is None:
            page.cell(FIRST_ROW, 1, words.say("mk_left_out", reason=sheet.reason))
        else:
            _rows(page, sheet, sheet.frame.head(MOST), words, money)
            if sheet.picture is not None:
                add_picture(page, sheet.picture, page.max_column)
    _origin(book.create_sheet(words.say("mk_x_origin")), origin, words, maker)
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue())


def _origin(page: Worksheet, lines: Iterable[tuple[str, str]], words: Words, maker: str) -> None:
    """Write the sheet that says where the numbers come from."""
    write_notes(page, [words.say("mk_x_title", sheet=words.say("mk_x_origin"), maker=maker)])
    for place, key in enumerate(("f_what", "mk_which"), 1):
        write_heading(page, place, words.say(key))
    count = 0
    for row, pair in enumerate(lines, FIRST_ROW + 1):
        for place, text in enumerate(pair, 1):
            cell = page.cell(row, place, text)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        count += 1
    set_page(page, (34.0, 110.0), count)


def _rows(
    page: Worksheet, sheet: MakerSheet, frame: pd.DataFrame, words: Words, money: str
) -> None:
    """Write the column names and the rows, a column of names beside each column of codes."""
    columns = _columns(sheet, frame, words)
    widths = []
    for place, (name, column) in enumerate(columns, 1):
        held = unit_of(sheet.answer, column) if sheet.answer is not None else column.unit
        unit = unit_word(held, money, words) if held not in {"", "1"} else ""
        heading = words.heading(sheet.table, column.column)
        if name.endswith(NAMED):
            heading, unit = f"{heading}{words.say('x_name')}", ""
        widest = write_heading(page, place, f"{heading}\n[{unit}]" if unit else heading)
        names = (
            sheet.answer.names(column.column, words.language)
            if sheet.answer is not None and name.endswith(NAMED)
            else {}
        )
        for row, value in enumerate(frame[column.column].tolist(), FIRST_ROW + 1):
            if name.endswith(NAMED):
                written: str | float | bool | None = names.get(str(value)) or None
            else:
                written = _written(value, sheet.table, column, words)
            if written is None:
                continue
            cell = page.cell(row, place, written)
            if isinstance(written, str):
                cell.data_type = "s"  # a code that begins with "=" is no formula
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                widest = max(widest, text_columns(written))
            elif column.type == "float":
                cell.number_format = FORMATS.get(held.split("/")[0], "#,##0.00")
        widths.append(widest)
    set_page(page, widths, len(frame))


def _columns(sheet: MakerSheet, frame: pd.DataFrame, words: Words) -> list[tuple[str, Column]]:
    """Return the columns; one of names follows each whose codes have names."""
    other = "_en" if words.language == "zh" else "_zh"
    found: list[tuple[str, Column]] = []
    for column in schema(sheet.table):
        stem = column.column.removesuffix(other)
        twice = stem != column.column and f"{stem}_{words.language}" in frame.columns
        if column.column not in frame.columns or twice:
            continue
        found.append((column.column, column))
        if sheet.answer is not None and column.type == "string":
            codes = set(frame[column.column].astype(str))
            known = sheet.answer.names(column.column, words.language)
            if any(known.get(code, code) != code for code in codes):
                found.append((column.column + NAMED, column))
    return found


def _written(value: object, table: str, column: Column, words: Words) -> str | float | bool | None:
    """Return what stands in a cell: numbers in full, nothing where nothing is known."""
    if isinstance(value, str):
        return cell_word(table, column.column, value, words.language) or value or None
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        return "∞" if value > 0.0 else "−∞"
    return value if isinstance(value, bool | int | float) else str(value)
