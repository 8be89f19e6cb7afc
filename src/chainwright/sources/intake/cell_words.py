"""Words that stand in cells in place of values: missing, approximate, formula errors, totals."""

import re
import unicodedata
from functools import cache

from chainwright.params import table
from chainwright.sources.intake.workbooks import UNCALCULATED

__all__ = [
    "about",
    "error_code",
    "is_group_total",
    "is_marked",
    "is_missing",
    "is_note",
    "is_total",
    "plain",
]

HIDDEN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
"""Signs that nobody sees: zero-width spaces and joiners, byte order marks, soft hyphens."""


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(
        plain(row["word"]).casefold() for row in table("intake_words") if row["kind"] == kind
    )


@cache
def plain(text: str) -> str:
    """Return a text in half-width signs, its blanks single and none around it.

    Parameters
    ----------
    text : str
        A cell.

    Examples
    --------
    >>> plain("　１２\u00a03 ")
    '12 3'
    """
    return " ".join(HIDDEN.sub("", unicodedata.normalize("NFKC", text)).split())


def is_missing(text: str) -> bool:
    """Return whether a plain text says that there is no value.

    Parameters
    ----------
    text : str
        A cell, as from `plain`.

    Examples
    --------
    >>> is_missing("N/A"), is_missing("暂无"), is_missing("0")
    (True, True, False)
    """
    return not text or text.casefold() in _words("missing")


def error_code(text: str) -> str:
    """Return the code of the reason if a plain text is a formula error, or nothing.

    Parameters
    ----------
    text : str
        A cell, as from `plain`.
    """
    if not text.startswith("#"):
        return ""
    if text == UNCALCULATED:
        return "uncalculated"
    return "formula_error" if text.casefold() in _words("error") or not text.strip("#") else ""


def about(text: str) -> tuple[str, bool]:
    """Return a text without the words for "about", and whether there were any.

    Parameters
    ----------
    text : str
        A cell, as from `plain`.

    Examples
    --------
    >>> about("~5"), about("5左右"), about("5")
    (('5', True), ('5', True), ('5', False))
    """
    low = text.casefold()
    for word in sorted(_words("about"), key=len, reverse=True):
        if low.startswith(word) and re.match(r"\s*[\d.,+-]", low[len(word) :]):
            return text[len(word) :].strip(), True
        if low.endswith(word):
            return text[: -len(word)].strip(), True
    return text, False


def is_total(text: str) -> bool:
    """Return whether a plain text heads a row of totals.

    Parameters
    ----------
    text : str
        A cell, as from `plain`.

    Examples
    --------
    >>> is_total("合计："), is_total("Sub-total (pcs)"), is_total("Total Energy")
    (True, True, False)
    """
    bare = re.sub(r"\(.*?\)", "", text.casefold())
    return re.sub(r"[\W_]+", "", bare) in _words("total")


def is_group_total(text: str) -> bool:
    """Return whether a plain text can head the total of a group that it names.

    Parameters
    ----------
    text : str
        A cell, as from `plain`.

    Examples
    --------
    >>> is_group_total("一号库小计"), is_group_total("Subtotal Hefei"), is_group_total("一号库")
    (True, True, False)
    """
    low = re.sub(r"[\s:：]+$", "", re.sub(r"\(.*?\)", "", text.casefold()))
    words = re.split(r"[\W_]+", low.replace("sub-total", "subtotal"))
    ends = any(low.endswith(word) for word in _words("total") if not word.isascii())
    return ends or bool({words[0], words[-1]} & _words("total"))


def is_marked(text: str) -> bool:
    """Return whether a plain text that begins a row says that the row is a note.

    Parameters
    ----------
    text : str
        A cell, as from `plain`.

    Examples
    --------
    >>> is_marked("制表人:王某"), is_marked("Note: in transit"), is_marked("A-1")
    (True, True, False)
    """
    low = re.sub(r"\s+", "", text.casefold())
    return any(low.startswith(f"{word}:") for word in _words("note")) or low in _words("note")


def is_note(text: str) -> bool:
    """Return whether a plain text that stands alone in its row is a note, no data.

    Parameters
    ----------
    text : str
        A cell, as from `plain`.

    Examples
    --------
    >>> is_note("注:含税"), is_note("Printed on 2026-11-01"), is_note("ECU-7")
    (True, True, False)
    """
    low = re.sub(r"\s+", "", text.casefold())
    marked = is_marked(text)
    opening = any(low.startswith(word) and low != word for word in _words("note") if len(word) > 1)
    wordy = len(text) > 30 or text.count(" ") > 3 or any(sign in text for sign in "。;:,")
    return marked or wordy or (opening and not low.isascii()) or (opening and " " in text)
