"""A workbook to fill in: a sheet for each table of a maker, with headings, notes and examples."""

import csv
import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from chainwright.errors import ParameterError
from chainwright.sources.maker_tables import MAKER_TABLES, NEEDED, REQUIRED
from chainwright.system.axis import Language
from chainwright.tables import Column, example, schema, write_bytes

__all__ = ["intake_template"]

SHEETS = {
    "products": ("Products", "产品"),
    "parts": ("Parts", "零部件"),
    "bill": ("Bill of materials", "物料清单"),
    "suppliers": ("Suppliers", "供应商"),
    "sites": ("Sites", "场所"),
    "sourcing": ("Sourcing", "货源"),
    "stocks": ("Stocks", "库存"),
    "alternates": ("Alternates", "替代来源"),
}
"""Names of the sheets in English and Chinese."""

UNITS = {
    "units/week": ("units/week", "件/周"),
    "week": ("weeks", "周"),
    "deg": ("degrees", "度"),
}
"""Units that a heading tells; the others stand in the note of the heading."""

NOTES = {
    "en": (
        "How to fill in",
        "Write over the grey examples: one row a thing. Leave empty what you do not know.",
        "Needed are: {needed}. The other sheets may stay as they are without the examples.",
        "Columns with a dark heading must be filled in; point at a heading to read what it means.",
        "Shares are written as 60% or 0.6; of one item they sum to 1.",
        "Then: chainwright bom THIS_FILE.xlsx shows what was understood. Nothing is stored until "
        "--confirm.",
    ),
    "zh": (
        "填写说明",
        "请覆盖灰色示例：每行一条。不知道的留空。",
        "必须填写的表：{needed}。其余各表可只删去示例、不填写。",
        "深色表头的列必须填写；将鼠标移到表头可看到该列的含义。",
        "份额写作 60% 或 0.6，同一物料的份额合计为 1。",
        "填好后运行 chainwright bom 本文件.xlsx 查看识别结果；加上 --confirm 才会保存。",
    ),
}
DARK, LIGHT, GREY = "FF1C2B39", "FFE8EEF3", "FF7A8691"
EMPTY_ROWS = 200
"""Rows below the examples whose cells for codes are kept as text, so that 00123 stays 00123."""


def intake_template(path: Path | str, *, language: Language = "en") -> None:
    """Write a workbook to fill in with a maker's chain, as XLSX; `intake` reads it back.

    Parameters
    ----------
    path : path
        File to write.
    language : str
        ``"en"`` or ``"zh"``, of sheets, headings and notes.

    Raises
    ------
    ParameterError
        If the language is another.
    MissingFileError
        If the folder of the file is not there.
    """
    if language not in NOTES:
        raise ParameterError("language", "intake_template", "'en' or 'zh'", language)
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in MAKER_TABLES:
        _fill(book.create_sheet(_title(table, language)), table, language)
    _notes(book.create_sheet(NOTES[language][0]), language)
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, buffer.getvalue())


def _title(table: str, language: Language) -> str:
    return SHEETS[table][language == "zh"]


def _heading(table: str, column: Column, language: Language) -> str:
    name = column.name_zh if language == "zh" else column.name_en
    if column.column == "name":  # of what, says the heading of the first column
        thing = schema(f"maker_{table}")[0]
        name = f"{thing.name_zh}名称" if language == "zh" else f"{thing.name_en} name"
    unit = UNITS.get(column.unit)
    return f"{name} ({unit[language == 'zh']})" if unit else name


def _fill(page: Worksheet, table: str, language: Language) -> None:
    """Write headings with their notes, and example rows."""
    columns = schema(f"maker_{table}")
    rows = list(csv.DictReader(io.StringIO(example(f"maker_{table}"))))
    for place, column in enumerate(columns, 1):
        needed = column.column in REQUIRED[table]
        heading = page.cell(1, place, _heading(table, column, language))
        heading.font = Font(bold=True, color="FFFFFFFF" if needed else DARK)
        heading.fill = PatternFill("solid", fgColor=DARK if needed else LIGHT)
        heading.alignment = Alignment(wrap_text=True, vertical="top")
        told = column.description_zh if language == "zh" else column.description_en
        unit = f" [{column.unit}]" if column.unit else ""
        heading.comment = Comment(f"{told}{unit}", "chainwright", width=320, height=110)
        for number, row in enumerate(rows, 2):
            text = row[column.column]
            cell = page.cell(number, place)
            cell.value = float(text) if column.type == "float" and text else text or None
            cell.font = Font(italic=True, color=GREY)
        if column.type == "string":
            for number in range(2, len(rows) + EMPTY_ROWS):
                page.cell(number, place).number_format = "@"
        page.column_dimensions[get_column_letter(place)].width = 18
    page.row_dimensions[1].height = 32
    page.freeze_panes = "A2"


def _notes(page: Worksheet, language: Language) -> None:
    between = "、" if language == "zh" else ", "
    needed = between.join(_title(table, language) for table in NEEDED)
    for number, note in enumerate(NOTES[language], 1):
        cell = page.cell(number, 1, note.format(needed=needed))
        cell.font = Font(bold=number == 1)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 90
