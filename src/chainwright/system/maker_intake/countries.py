"""Countries and provinces as people write them: codes of ISO 3166-1 alpha-3 behind the words."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from chainwright import classes
from chainwright.errors import UnknownCodeError
from chainwright.params import table
from chainwright.system.maker_intake.names import name_key, plain
from chainwright.system.maker_intake.near import MOST, NEAR

__all__ = ["WrittenPlace", "near_places", "region_key", "written_place"]

PARTS = re.compile(r"[,/|;()、·]|\s-\s|\s{2,}")
ENDS = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|省$|市$|特别行政区$|地区$| province$| city$")
HOME = "中国"


@dataclass(frozen=True, slots=True)
class WrittenPlace:
    """What a cell says of where something is.

    Parameters
    ----------
    place : str
        ISO 3166-1 alpha-3 code; empty if no country is known by these words.
    region : str
        What the cell says besides, such as a province; empty if nothing.
    """

    place: str
    region: str = ""


@cache
def written_place(text: str) -> WrittenPlace:
    """Return the country in a cell, and the part of it, as far as the words tell.

    Parameters
    ----------
    text : str
        A code, a name in Chinese or English, a province of China, or both with a mark between.

    Examples
    --------
    >>> written_place("Taiwan").place, written_place("德国").place, written_place("de").place
    ('TWN', 'DEU', 'DEU')
    >>> written_place("江苏省"), written_place("Stuttgart, Germany")
    (WrittenPlace(place='CHN', region='江苏省'), WrittenPlace(place='DEU', region='Stuttgart'))
    >>> written_place("Utopia").place
    ''
    """
    word = plain(text)
    code = _country(word)
    if code:
        return WrittenPlace(code)
    if _province(word):
        return WrittenPlace("CHN", text.strip())
    if word.startswith(HOME) and _province(word.removeprefix(HOME).strip(" -,")):
        return WrittenPlace("CHN", text.strip().removeprefix(HOME).strip(" -,，"))
    parts = [part for p in PARTS.split(plain_marks(text)) if (part := p.strip())]
    for i, part in enumerate(parts):
        code = _country(plain(part))
        if code and len(parts) > 1:
            return WrittenPlace(code, ", ".join([*parts[:i], *parts[i + 1 :]]))
    return _begun(text.strip().removeprefix(HOME), parts)


def _begun(text: str, parts: list[str]) -> WrittenPlace:
    """Return what a cell that begins with a country or a province says, marks or none between."""
    for part in parts:
        if _province(plain(part)):
            return WrittenPlace("CHN", part)
    for end in range(len(text) - 1, 1, -1):
        head = text[:end]
        if head.isascii():
            break
        if _province(plain(head)):
            return WrittenPlace("CHN", head)
        if code := _country(plain(head)):
            return WrittenPlace(code, text[end:].strip(" -"))
    return WrittenPlace("")


def plain_marks(text: str) -> str:
    """Return a text with full-width marks as plain ones.

    Parameters
    ----------
    text : str
        As written.
    """
    return text.translate(str.maketrans("，／；（）－", ",/;()-"))


def region_key(text: str, place: str = "") -> str:
    """Return what ways of writing one region share: 江苏, 江苏省 and Jiangsu are one.

    Parameters
    ----------
    text : str
        A province or another part of a country.
    place : str
        The country, if known.

    Examples
    --------
    >>> region_key("江苏") == region_key("Jiangsu Province", "CHN") != region_key("浙江")
    True
    """
    word = plain(text)
    if place in {"", "CHN"} and (code := _province(word)):
        return code
    return f"{place}:{name_key(ENDS.sub('', word) or word)}"


def near_places(text: str) -> list[tuple[str, float]]:
    """Return codes of countries whose names are near to what a cell says.

    Parameters
    ----------
    text : str
        As written.

    Examples
    --------
    >>> near_places("Germny")[0][0]
    'DEU'
    """
    word = name_key(text)
    best: dict[str, float] = {}
    for name, code in _names().items():
        likeness = SequenceMatcher(None, name, word, autojunk=False).ratio()
        if likeness >= NEAR:
            best[code] = max(likeness, best.get(code, 0.0))
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]


def _country(word: str) -> str:
    """Return the code of a country by its code or its whole name."""
    named = _names().get(name_key(word), "")
    if named or not word or word.isdigit():
        return named
    try:
        place = classes.place(word.replace(".", ""))
    except UnknownCodeError:
        return ""
    return place.code if place.kind in {"country", "user"} else ""


@cache
def _names() -> dict[str, str]:
    """Return codes of countries by the keys of all that they are called."""
    known = {
        name_key(name): row["code"]
        for row in table("places")
        if row["kind"] in {"country", "user"}
        for name in (row["name_en"], row["name_zh"])
    }
    return known | {name_key(row["word"]): row["code"] for row in table("country_words")}


@cache
def _provinces() -> dict[str, str]:
    """Return codes of GB/T 2260 by what provinces are called; cities give that of their province.

    A city stands for itself, so that 苏州 is known to be in China and is not merged with 南京.
    """
    known: dict[str, str] = {}
    for row in table("gbt2260"):
        for name in filter(None, (row["name_zh"], row["name_en"])):
            word = plain(name)
            for key in (word, ENDS.sub("", word)):
                if len(key) > 1:
                    known.setdefault(key, row["code"])
    return known


def _province(word: str) -> str:
    return _provinces().get(word, "") or _provinces().get(ENDS.sub("", word), "")
