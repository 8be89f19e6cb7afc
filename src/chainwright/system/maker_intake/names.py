"""Codes and names of firms as people write them: what two ways of writing have in common."""

import re
import unicodedata
from functools import cache

from chainwright.params import table

__all__ = ["code_key", "marks_of", "name_key", "plain"]

HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Characters without width, which copies from pages carry."""

DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d\u2500]")
BETWEEN = re.compile(r"(?<=\d)[\W_]+(?=\d)")
"""What stands between two digits: ``7-1`` is not ``71``."""

DOTS = re.compile(r"(?<!\d)\.|\.(?!\d)")
"""Dots of abbreviations, as in ``S.p.A.``; that of 1.5 is none."""

ORDINAL = re.compile(r"[一二三四五六七八九](?=分?(?:厂|号|工厂|车间|期|线|仓|库|基地|公司))")
COUNTED = "一二三四五六七八九"

MARKS = re.compile(r"[\W_]+")
APART = re.compile(r"\d+|(?<![^\W\d_])[a-z](?![^\W\d_])|[一二三四五六七八九十甲乙丙丁东西南北]")


def plain(text: str) -> str:
    """Return a text in one case, one width, with single spaces.

    Parameters
    ----------
    text : str
        As written.

    Examples
    --------
    >>> plain(" ＥＣＵ－7 ")
    'ecu-7'
    """
    word = DASHES.sub("-", HIDDEN.sub("", unicodedata.normalize("NFKC", text)))
    return " ".join(word.casefold().split())


def code_key(text: str) -> str:
    """Return what ways of writing one code share: letters and digits.

    Marks between two digits stay, as one hyphen: ``R-1.5`` and ``R-15`` are two codes.

    Parameters
    ----------
    text : str
        A code as written.

    Examples
    --------
    >>> code_key("ECU 7"), code_key("ecu-7"), code_key("R-1.5"), code_key("R-15")
    ('ecu7', 'ecu7', 'r1-5', 'r15')
    """
    word = plain(text)
    kept = BETWEEN.sub("\0", word)
    return MARKS.sub("", kept.replace("\0", "\u01c3")).replace("\u01c3", "-") or word


def name_key(text: str) -> str:
    """Return what ways of writing one name share: no marks, spaces, or words for the legal form.

    Parameters
    ----------
    text : str
        Name of a firm, a site or a part as written.

    Examples
    --------
    >>> name_key("North Electronics Co., Ltd."), name_key("ＮＯＲＴＨ electronics")
    ('northelectronics', 'northelectronics')
    >>> name_key("华新电子（苏州）有限公司"), name_key("华新电子(苏州)")
    ('华新电子苏州', '华新电子苏州')
    """
    word = ORDINAL.sub(lambda m: str(COUNTED.index(m[0]) + 1), plain(text))
    latin, han = _forms()
    letters = unicodedata.normalize("NFD", DOTS.sub("", word))
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    kept = [w for w in MARKS.split(unicodedata.normalize("NFC", bare)) if w]
    while len(kept) > 1 and kept[-1] in latin:
        kept.pop()
    joined = BETWEEN.sub("-", "".join(kept)) if len(kept) == 1 else _joined(kept)
    end = next((form for form in han if joined.endswith(form)), "")
    return joined.removesuffix(end) or joined or word


def _joined(words: list[str]) -> str:
    """Return words without spaces, but two numbers side by side apart."""
    text = words[0] if words else ""
    for word in words[1:]:
        text += f"-{word}" if text[-1:].isdigit() and word[:1].isdigit() else word
    return text


def marks_of(text: str) -> tuple[str, ...]:
    """Return what tells plant 1 from plant 2: numbers, letters that stand alone, Han ordinals.

    Parameters
    ----------
    text : str
        As written.

    Examples
    --------
    >>> marks_of("Plant 02, line B"), marks_of("苏州二厂")
    (('2', 'b'), ('2',))
    """
    word = ORDINAL.sub(lambda m: str(COUNTED.index(m[0]) + 1), plain(text))
    return tuple(mark.lstrip("0") or "0" for mark in APART.findall(word))


@cache
def _forms() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return words for legal forms: those that stand apart, and those at the end, longest first."""
    words = [row["word"] for row in table("legal_forms")]
    han = sorted((w for w in words if not w.isascii()), key=len, reverse=True)
    return frozenset(w for w in words if w.isascii()), tuple(han)
