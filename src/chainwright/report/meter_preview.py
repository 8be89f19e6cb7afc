"""The preview of readings as text on a terminal, in Chinese or English."""

from math import isnan
from typing import TYPE_CHECKING

from chainwright.report.cell_words import cell_word
from chainwright.report.text_columns import side_by_side
from chainwright.report.wording import Words
from chainwright.system import Language

if TYPE_CHECKING:
    from chainwright.carbon import ReadingsPreview

__all__ = ["meters_text"]

SHOWN = 20
"""Rows of each table that are shown; the rest are counted."""

WIDEST = 34
"""Width at which other cells are cut."""

TITLES = {
    "meter_readings": ("Readings that can be kept", "可保存的读数"),
    "meter_rejected": ("Rejected", "拒绝"),
    "meter_outliers": ("Far from the usual (kept)", "偏离通常值（仍保留）"),
    "meter_units": ("Columns and units", "列与单位"),
    "meter_warnings": ("Remarks", "说明"),
}
PRINTED = {
    "meter_readings": (
        "firm",
        "kind",
        "item",
        "period",
        "value",
        "text",
        "unit",
        "quality",
        "coverage",
    ),
    "meter_rejected": ("file", "address", "found", "expected_{}", "remedy_{}", "cells"),
    "meter_outliers": ("firm", "kind", "period", "value", "unit", "usual", "reason_{}"),
    "meter_units": ("column", "heading", "role", "kind", "item", "unit", "factor", "held_unit"),
    "meter_warnings": ("file", "address", "reason_{}", "cells"),
}
WHOLE = ("firm", "address", "expected_", "remedy_", "reason_")
"""Beginnings of the names of columns that are not cut."""

IN_TWO = ("（英文）", ", in Chinese")
"""What is said of a column that stands in both languages, and need not be where one is shown."""


def meters_text(found: "ReadingsPreview", language: Language = "en") -> str:
    """Return what a preview says: what can be kept, is rejected or far out, units, remarks.

    Parameters
    ----------
    found : ReadingsPreview
        The preview.
    language : str
        ``"en"`` or ``"zh"``.
    """
    zh, words, parts = language == "zh", Words(language), []
    for name, frame in found.tables().items():
        lines = [f"{TITLES[name][zh]}{'：' if zh else ': '}{len(frame):,}"]
        if len(frame):
            columns = [column.format(language) for column in PRINTED[name]]
            if "text" in columns and not frame["text"].any():
                columns.remove("text")
            heads = [words.heading(name, column) for column in columns]
            for ending in IN_TWO:
                heads = [head.removesuffix(ending) for head in heads]
            rows = [
                [
                    _cell(name, column, cell, language)
                    for column, cell in zip(columns, row, strict=True)
                ]
                for row in frame[columns].head(SHOWN).itertuples(index=False)
            ]
            whole = {i for i, column in enumerate(columns) if column.startswith(WHOLE)}
            lines.append(side_by_side([heads, *rows], widest=WIDEST, whole=whole))
        if (rest := len(frame) - SHOWN) > 0:
            lines.append(f"  另有 {rest:,} 行未显示。" if zh else f"  {rest:,} more are not shown.")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n\n"


def _cell(table: str, column: str, cell: object, language: Language) -> str:
    if isinstance(cell, float):
        return "" if isnan(cell) else f"{cell:.0%}" if column == "coverage" else f"{cell:,.10g}"
    return cell_word(table, column, cell, language) or " ".join(str(cell).split())
