"""A workbook to fill in with readings: one row a firm and month, a column a kind of data."""

import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from chainwright.errors import ParameterError
from chainwright.sources.carbon_kinds import carbon_items, carbon_kinds, unit_in
from chainwright.system.axis import Language
from chainwright.tables import write_bytes

__all__ = ["readings_template"]

NOTES = {
    "en": (
        "One row a firm and month. Leave empty what you do not know; write 0 where there is none.",
        "Change the unit in a heading if yours is another, such as (kWh) or (10^4 kWh).",
        "Then: chainwright carbon intake THIS_FILE.xlsx shows what was understood.",
    ),
    "zh": (
        "每个企业每月一行。不知道的留空；确无则填 0。",
        "单位不同时请直接改表头括号内的单位，如（千瓦时）、（万千瓦时）。",
        "填好后运行 chainwright carbon intake 本文件.xlsx 查看识别结果。",
    ),
}
SHEETS = {"en": ("Readings", "How to fill in"), "zh": ("读数", "填写说明")}
FIELDS = {"en": ("Firm", "Month"), "zh": ("企业", "月份")}


def readings_template(path: Path | str, *, language: Language = "en") -> None:
    """Write a workbook to fill in with readings, as XLSX; `read_meters` reads it back.

    Parameters
    ----------
    path : path
        File to write.
    language : str
        ``"en"`` or ``"zh"``, of headings and notes.

    Raises
    ------
    ParameterError
        If the language is another.
    MissingFileError
        If the folder of the file is not there.
    """
    if language not in NOTES:
        raise ParameterError("language", "readings_template", "'en' or 'zh'", language)
    book = Workbook()
    page = book.worksheets[0]
    page.title = SHEETS[language][0]
    for place, text in enumerate((*FIELDS[language], *_headings(language)), 1):
        page.cell(1, place, text).font = Font(bold=True)
        page.column_dimensions[get_column_letter(place)].width = 18
    page.freeze_panes = "C2"
    notes = book.create_sheet(SHEETS[language][1])
    for number, note in enumerate(NOTES[language], 1):
        notes.cell(number, 1, note)
    notes.column_dimensions["A"].width = 90
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, buffer.getvalue())


def _headings(language: Language) -> list[str]:
    """Return a heading with its unit for each number that an enterprise gives."""
    found = []
    for kind, row in carbon_kinds().items():
        given = row["layer"] == "enterprise" and row["content"] == "number"
        if not given or kind == "fuel_properties":
            continue
        items = [r for (k, _), r in carbon_items().items() if k == kind]
        for held in items or [row]:
            name = held["name_zh"] if language == "zh" else held["name_en"]
            found.append(f"{name} ({unit_in(kind, held.get('item', ''))})")
    return found
