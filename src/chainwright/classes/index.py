"""What is searched: every code of every list with its names, folded so that writing matters not."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from chainwright.classes.code_lists import HS, classification
from chainwright.params import table

__all__ = ["Entry", "entries", "folded", "keywords", "tokens"]

ORDER = ("GBT4754", *reversed(HS), "ISIC4", "NACE2", "GBT2260", "ISO3166")
"""Lists in the order in which equal hits are shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of one list as it is searched.

    Parameters
    ----------
    key : str
        Name of the list.
    code : str
        The code.
    name_en, name_zh : str
        What it is called.
    level : int
        1 at the top.
    parent : str
        The code that holds it.
    english, chinese : str
        The names, folded.
    order : int
        Place of the list among the lists.
    """

    key: str
    code: str
    name_en: str
    name_zh: str
    level: int
    parent: str
    english: str
    chinese: str
    order: int


def folded(text: str) -> str:
    """Return a text in one writing: narrow letters and digits, small, single spaces.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> folded("Ｌｉｔｈｉｕｍ　 ３８４１")
    'lithium 3841'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def tokens(text: str) -> list[str]:
    """Return the words and numbers of a folded text.

    Parameters
    ----------
    text : str
        A text that was folded.

    Examples
    --------
    >>> tokens("carbonates; lithium carbonate")
    ['carbonates', 'lithium', 'carbonate']
    """
    return re.findall(r"[^\W_]+", text)


@cache
def entries(within: str | None = None) -> tuple[Entry, ...]:
    """Return the codes of one list, or of all.

    Of all, a code of the Harmonized System stands once, under the newest revision that has it.

    Parameters
    ----------
    within : str, optional
        Name of a list.
    """
    found: list[Entry] = []
    seen: set[str] = set()
    for order, key in enumerate(ORDER if within is None else (within,)):
        one = classification(key)
        for code, parent, level, english, chinese in zip(
            one.codes, one.parents, one.levels, one.names_en, one.names_zh, strict=True
        ):
            if key in HS:
                if code in seen:
                    continue
                seen.add(code)
            folds = folded(english), folded(chinese)
            found.append(Entry(key, code, english, chinese, level, parent, *folds, order))
    return tuple(found)


@cache
def keywords() -> tuple[tuple[str, frozenset[tuple[str, str]]], ...]:
    """Return our own search words: folded word, and the codes with their lists.

    The lists are ``"HS"``, for any revision, and ``"GBT4754"``.
    """
    found: list[tuple[str, frozenset[tuple[str, str]]]] = []
    for row in table("class_words"):
        codes = {("HS", code) for code in row["hs"].split(";") if code}
        codes |= {("GBT4754", code) for code in row["gbt4754"].split(";") if code}
        words = (*row["term_en"].split(","), *row["term_zh"].split(";"))
        found.extend((folded(word), frozenset(codes)) for word in words)
    return tuple(found)
