"""The workbook of a brief: one map, four lists (一图四清单)."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from chainwright.report.charts import Chart
from chainwright.report.grids import REGIONS, SECTORS, Grids, files_of
from chainwright.report.lettering import text_width
from chainwright.report.wording import Words
from chainwright.system import Flows
from chainwright.tables import schema

__all__ = [
    "EPOCH",
    "FIRST_ROW",
    "FORMATS",
    "Sheet",
    "add_picture",
    "cells",
    "set_page",
    "settled",
    "text_columns",
    "workbook",
    "write_heading",
    "write_notes",
]

FIRST_ROW = 5
"""Row of the column names; above it stand the title and where the numbers come from."""

EPOCH = datetime(2020, 1, 1)  # noqa: DTZ001 - a workbook's own times have no zone
"""The moment that every workbook says it was made, so that the same numbers give the same file."""

FORMATS = {"share": "0.0%", "money": "#,##0.0", "1": "#,##0.00"}
INK, HEAD = "FF1C2B39", "FFE8EEF3"
CODES = SECTORS | REGIONS | {"top_user", "reason_en", "reason_zh"}
"""Columns whose cells are never put in other words."""

WIDEST, NARROWEST = 46.0, 9.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook.

    Parameters
    ----------
    title : str
        Its name.
    table : str
        Schema of its rows.
    frame : DataFrame, optional
        Its rows; None if the data cannot tell.
    reason : str
        Why there are none.
    picture : Chart, optional
        A chart on the right of the rows.
    file : str
        Name that all rows are written under where the sheet has some of them; empty if it has all.
    """

    title: str
    table: str
    frame: pd.DataFrame | None
    reason: str = ""
    picture: Chart | None = None
    file: str = ""


def workbook(
    sheets: Sequence[Sheet], words: Words, flows: Flows, *, home: str, version: str
) -> bytes:
    """Return the workbook; the same rows give the same bytes.

    Parameters
    ----------
    sheets : sequence of Sheet
        The map and the lists.
    words : Words
        The language.
    flows : Flows
        The table that all comes from.
    home : str
        Name of home.
    version : str
        Of chainwright.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = f"chainwright {version}"
    book.properties.created = EPOCH
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        _head(page, sheet, words, flows, home=home, version=version)
        if sheet.frame is None:
            page.cell(FIRST_ROW, 1, words.say("x_empty", reason=sheet.reason))
        else:
            _rows(page, sheet, sheet.frame, words, flows)
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue())


def write_notes(page: Worksheet, notes: Sequence[str]) -> None:
    """Write the lines above the rows of a sheet, the first of them as its title.

    Parameters
    ----------
    page : Worksheet
        The sheet.
    notes : sequence of str
        Four lines at most.
    """
    for row, note in enumerate(notes, 1):
        cell = page.cell(row, 1, note)
        cell.font = Font(bold=row == 1, size=13 if row == 1 else 9, color=INK)
    page.sheet_view.showGridLines = False


def write_heading(page: Worksheet, place: int, heading: str) -> float:
    """Write the name of a column, and return how wide the column is at least.

    Parameters
    ----------
    page : Worksheet
        The sheet.
    place : int
        The column, from 1.
    heading : str
        Its name.
    """
    cell = page.cell(FIRST_ROW, place, heading)
    cell.font = Font(bold=True, size=10, color=INK)
    cell.fill = PatternFill("solid", fgColor=HEAD)
    cell.border = Border(bottom=Side(style="thin", color=INK))
    cell.alignment = Alignment(wrap_text=True, vertical="bottom")
    return max(NARROWEST, min(text_width(heading, 1.0) / 0.55 / 2.0 + 3.0, 22.0))


def text_columns(text: str) -> float:
    """Return how wide a column must be for `text`, at most `WIDEST`."""
    return min(text_width(text, 1.0) / 0.55 + 2.0, WIDEST)


def set_page(page: Worksheet, widths: Sequence[float], rows: int) -> None:
    """Set widths, filter, and what a printer needs, of a sheet whose rows are written.

    Parameters
    ----------
    page : Worksheet
        The sheet.
    widths : sequence of float
        Of the columns.
    rows : int
        How many rows stand under the heading.
    """
    for place, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = round(width, 1)
    page.row_dimensions[FIRST_ROW].height = 44
    page.freeze_panes = f"A{FIRST_ROW + 1}"
    last = get_column_letter(max(len(widths), 1))
    page.auto_filter.ref = f"A{FIRST_ROW}:{last}{FIRST_ROW + max(rows, 1)}"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{FIRST_ROW}:{FIRST_ROW}"


def add_picture(page: Worksheet, picture: Chart, after: int) -> None:
    """Put a chart to the right of the rows.

    Parameters
    ----------
    page : Worksheet
        The sheet.
    picture : Chart
        The chart.
    after : int
        Number of columns of the rows.
    """
    image = Image(io.BytesIO(picture.png(dots=150.0)))
    wide = 760.0
    image.height = round(image.height * wide / image.width)
    image.width = round(wide)
    page.add_image(image, f"{get_column_letter(after + 2)}{FIRST_ROW}")


def _head(
    page: Worksheet, sheet: Sheet, words: Words, flows: Flows, *, home: str, version: str
) -> None:
    """Write the title and the notes on where the numbers come from."""
    origin = flows.origin
    unknown = words.say("not_known")
    notes = [
        words.say("x_title", sheet=sheet.title, home=home, year=words.year(flows.money.year)),
        words.say(
            "x_source",
            file=origin.file or words.say("none"),
            format=words.known(origin.format),
            version=words.known(origin.version) or unknown,
            licence=words.known(origin.licence) or unknown,
            hash=origin.sha256 or words.say("none"),
        ),
        words.say("x_units", money=words.money(flows.money)),
        words.say(
            "x_made_some" if sheet.file else "x_made",
            version=version,
            file=files_of(sheet.file or sheet.table),
        ),
    ]
    write_notes(page, notes)


def _rows(page: Worksheet, sheet: Sheet, frame: pd.DataFrame, words: Words, flows: Flows) -> None:
    """Write the column names and the rows, a column of names beside each column of sectors."""
    columns = _columns(sheet.table, frame, words)
    widths = [NARROWEST] * len(columns)
    for place, (name, heading) in enumerate(columns, 1):
        widths[place - 1] = write_heading(page, place, heading)
        told = words.column(sheet.table, name.removesuffix("+"))
        values = frame[name.removesuffix("+")]
        for row, value in enumerate(values, FIRST_ROW + 1):
            written = _written(value, name, words, flows)
            cell = page.cell(row, place, written)
            if isinstance(written, str):
                cell.data_type = "s"  # a code that begins with "=" is no formula
            if told.type == "float":
                cell.number_format = FORMATS.get(told.unit, "#,##0.00")
            elif isinstance(written, str):
                widths[place - 1] = max(widths[place - 1], text_columns(written))
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    set_page(page, widths, len(frame))
    if sheet.picture is not None:
        add_picture(page, sheet.picture, len(columns))


def _columns(table: str, frame: pd.DataFrame, words: Words) -> list[tuple[str, str]]:
    """Return the columns and their headings; ``sector+`` is the name of what ``sector`` codes."""
    skipped = {"reason_en", "reason_zh"} - {f"reason_{words.language}"}
    shown: list[tuple[str, str]] = []
    for column in schema(table):
        if column.column not in frame.columns or column.column in skipped:
            continue
        heading = words.heading(table, column.column)
        shown.append((column.column, heading))
        if column.column in SECTORS | REGIONS:
            shown.append((f"{column.column}+", f"{heading}{words.say('x_name')}"))
    return shown


def _written(value: object, name: str, words: Words, flows: Flows) -> str | float | bool | None:
    """Return what stands in a cell: numbers in full, nothing where nothing is known."""
    grids = Grids(words, flows)
    code = str(value)
    if name.removesuffix("+") in SECTORS and name.endswith("+"):
        return words.sector(flows, code)
    if name.endswith("+"):  # no code: nobody, or, as a place, only "abroad"
        return grids.place(code) if code or "region" in name else None
    if isinstance(value, str):
        return value if name in CODES else grids.told(name, value)
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, bool | int | float) else str(value)


def settled(data: bytes) -> bytes:
    """Return a workbook, `data`, with the times in it replaced by a fixed one."""
    moment = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, content)
            fixed = zipfile.ZipInfo(entry.filename, EPOCH.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = entry.external_attr
            new.writestr(fixed, content)
    return buffer.getvalue()


def cells(data: bytes) -> Mapping[tuple[str, int, int], object]:
    """Return every filled cell of a workbook by sheet, row and column.

    Parameters
    ----------
    data : bytes
        An XLSX file.
    """
    book = load_workbook(io.BytesIO(data))
    return {
        (page.title, cell.row, cell.column): cell.value
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
