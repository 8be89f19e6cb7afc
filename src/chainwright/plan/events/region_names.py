"""Regions of a country by whatever name they are written: whether a site lies in one."""

import unicodedata
from functools import cache

from chainwright.params import table

__all__ = ["region_key", "region_within"]

ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")
"""What names of Chinese divisions end in, and are written without as often as with."""


def region_key(place: str, region: str) -> tuple[str, ...]:
    """Return the codes of a region, from the province down; its own word where it has no code.

    Parameters
    ----------
    place : str
        Country, ISO 3166-1 alpha-3. For ``CHN`` the names and codes of GB/T 2260 are one: 安徽省,
        安徽, Anhui and 340000.
    region : str
        Name or code.

    Examples
    --------
    >>> region_key("CHN", "Anhui"), region_key("CHN", "合肥市"), region_key("JPN", " aichi")
    (('340000',), ('340000', '340100'), ('aichi',))
    """
    word = _word(region)
    if place == "CHN" and word in _divisions():
        return _divisions()[word]
    return (word,)


def region_within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool | None:
    """Return whether one region lies in another; None where the inner one is too wide to tell.

    Parameters
    ----------
    inner, outer : tuple of str
        As `region_key` returns them.

    Examples
    --------
    >>> region_within(("340000", "340100"), ("340000",))
    True
    >>> region_within(("340000",), ("340000", "340100")) is None
    True
    """
    if inner[: len(outer)] == outer:
        return True
    return None if outer[: len(inner)] == inner else False


def _word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


@cache
def _divisions() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in table("gbt2260"):
        key = (row["parent"], row["code"]) if row["parent"] else (row["code"],)
        short = row["name_zh"]
        for ending in ENDINGS:
            if short.endswith(ending) and len(short) - len(ending) >= 2:
                short = short.removesuffix(ending)
                break
        for name in (row["code"], row["name_zh"], row["name_en"], short):
            if name:
                found.setdefault(_word(name), key)
    return found
