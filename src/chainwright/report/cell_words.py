"""Words that stand in cells of answers, such as ``watch`` or ``goods``, as a reader reads them."""

import csv
import io
import re
from functools import cache
from importlib.resources import files

from chainwright.params import table
from chainwright.report.audit_words import in_chinese
from chainwright.system import Language

__all__ = ["cell_word", "unit_word", "yes_or_no"]

LIKE = {"share_basis": ("basis",), "carbon_change.unit": ("kind", "item", "part")}
"""Columns, of one table or of all, whose words are those of other columns."""

UNIT_COLUMNS = frozenset({"unit", "held_unit", "factor_unit", "currency", "effect_unit"})
"""Columns that say what something is counted in."""

UNITS_ZH = {
    "10^4 CNY": "万元",
    "10^8 CNY": "亿元",
    "CNY": "元",
    "EUR": "欧元",
    "10^4 Nm3": "万 Nm³",
    "/year": "/年",
    " a year": "/年",
}
"""What a reader of Chinese stumbles over in units; signs such as t and MWh stand as they are."""

PLACE = re.compile(r"line (\d+)(?:, column (\d+))?")
"""A place in a file of text."""


def yes_or_no(said: bool, language: Language) -> str:  # noqa: FBT001 - a cell, not a switch
    """Return a cell of true or false in words.

    Parameters
    ----------
    said : bool
        The cell.
    language : str
        ``"en"`` or ``"zh"``.
    """
    return ("是" if said else "否") if language == "zh" else "yes" if said else "no"


def cell_word(table: str, column: str, said: object, language: Language) -> str:
    """Return a fixed word or a sentence of a cell in Chinese; nothing where it stands as it is.

    Parameters
    ----------
    table, column : str
        Schema and column of the cell.
    said : object
        What is in it.
    language : str
        ``"en"``, in which the words are, or ``"zh"``.

    Examples
    --------
    >>> cell_word("import_surge", "level", "watch", "zh")
    '重点关注'
    >>> cell_word("check", "status", "FAIL", "zh")
    '不通过'
    >>> cell_word("carbon_change", "unit", "pipeline_gas:natural_gas", "zh")
    '管道天然气：天然气'
    >>> cell_word("import_surge", "level", "watch", "en")
    ''
    """
    if language != "zh":
        return ""
    word = str(said)
    if table == "check":
        return in_chinese(word)
    found = _chinese(column) | _chinese(f"{table}.{column}")
    if word in found:
        return found[word]
    if column == "address" and (place := PLACE.fullmatch(word)):
        return f"第 {place[1]} 行" + (f"第 {place[2]} 列" if place[2] else "")
    if column in UNIT_COLUMNS and (unit := unit_word(word, language)) != word:
        return unit
    parts = word.split(":")
    return "：".join(found[part] for part in parts) if set(parts) <= found.keys() else ""


def unit_word(unit: str, language: Language) -> str:
    """Return a unit as a reader writes it.

    Parameters
    ----------
    unit : str
        As tables have it.
    language : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> unit_word("tCO2/10^4 CNY", "zh"), unit_word("CNY/year", "zh"), unit_word("t", "zh")
    ('tCO2/万元', '元/年', 't')
    """
    for word, chinese in UNITS_ZH.items() if language == "zh" else ():
        unit = unit.replace(word, chinese)
    return unit


@cache
def _chinese(column: str) -> dict[str, str]:
    """Return the Chinese of each fixed word of a column; those of chain maps are in their table."""
    text = files("chainwright").joinpath("report/cell_words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    found = {row["word"]: row["word_zh"] for row in rows if row["column"] == column}
    if column in {"kind", "item"}:
        found = {r[column]: r["name_zh"] for r in table(f"carbon_{column}s")} | found
    for like in LIKE.get(column, ()):
        found = _chinese(like) | found
    return found | {r["word"]: r["name_zh"] for r in table("chain_words") if r["list"] == column}
