"""Words that stand in cells of answers, such as ``watch`` or ``goods``, as a reader reads them."""

import csv
import io
from functools import cache
from importlib.resources import files

from chainwright.params import table
from chainwright.report.audit_words import in_chinese
from chainwright.system import Language

__all__ = ["cell_word", "yes_or_no"]


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
    >>> cell_word("import_surge", "level", "watch", "en")
    ''
    """
    if language != "zh":
        return ""
    return in_chinese(str(said)) if table == "check" else _chinese(column).get(str(said), "")


@cache
def _chinese(column: str) -> dict[str, str]:
    """Return the Chinese of each fixed word of a column; those of chain maps are in their table."""
    text = files("chainwright").joinpath("report/cell_words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    found = {row["word"]: row["word_zh"] for row in rows if row["column"] == column}
    if column in {"kind", "item"}:
        found = {r[column]: r["name_zh"] for r in table(f"carbon_{column}s")} | found
    listed = {"share_basis": "basis"}.get(column, column)
    return found | {r["word"]: r["name_zh"] for r in table("chain_words") if r["list"] == listed}
