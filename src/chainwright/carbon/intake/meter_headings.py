"""What the headings of a table of readings say: fields, kinds of data, units, periods."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from chainwright.carbon.intake.periods import Period, period_of
from chainwright.params import table
from chainwright.sources.carbon_kinds import carbon_items, carbon_kinds, word_of

__all__ = ["Heading", "heading_of", "is_unit", "kind_of", "same_unit"]

BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
AFTER = re.compile(r"^(.*\w)\s*[,，_/ :：]\s*([^\s,，_:：]+)$")
"""A unit behind a comma, stroke, blank or underscore, as in ``Usage_kWh``."""

ENDS = (
    "消费量",
    "消耗量",
    "使用量",
    "耗用量",
    "用量",
    "实物量",
    "数量",
    "金额",
    "量",
    "额",
    "value",
)
STARTS = ("本月", "当月", "本期", "其中", "企业", "月", "monthly", "total", "总")
MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """What one heading says, line by line of the header.

    Parameters
    ----------
    text : str
        As it stands.
    role : str
        ``reading``, or a field: ``firm``, ``period`` and the like; empty if it is not known.
    kind, item : str
        Of a reading.
    unit : str
        Unit that it gives, as written.
    part : str
        Part of a whole that it gives, such as the peak hours.
    period : Period or None
        Month or year whose values stand below.
    """

    text: str
    role: str = ""
    kind: str = ""
    item: str = ""
    unit: str = ""
    part: str = ""
    period: Period | None = None

    def below(self, upper: "Heading") -> "Heading":
        """Return what this heading says under another one.

        Parameters
        ----------
        upper : Heading
            The line above it.
        """
        return replace(
            self,
            text=f"{upper.text} / {self.text}"
            if upper.text and self.text
            else upper.text or self.text,
            role=upper.role or self.role if self.role == "part" else self.role or upper.role,
            kind=self.kind or upper.kind,
            item=self.item or upper.item,
            unit=self.unit or upper.unit,
            part=self.part or upper.part,
            period=self.period or upper.period,
        )


def _key(text: str) -> str:
    return MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


@cache
def _known() -> Mapping[str, tuple[str, str, str]]:
    """Return role, kind and item of each word: names of the fact tables, then our own words."""
    found: dict[str, tuple[str, str, str]] = {}
    for kind, row in carbon_kinds().items():
        items = [i for k, i in carbon_items() if k == kind]
        only = items[0] if len(items) == 1 and kind != "physical_output" else ""
        for name in (kind, row["name_en"], row["name_zh"]):
            found[_key(name)] = ("reading", kind, only)
    for (kind, item), row in carbon_items().items():
        for name in (item, row["name_en"], row["name_zh"]):
            if carbon_kinds()[kind]["layer"] == "enterprise":
                key = _key(name)
                if found.get(key) == ("reading", kind, ""):  # coke is an item of the kind coke
                    found.pop(key)
                found.setdefault(key, ("reading", kind, item))
    for row in table("carbon_headings"):
        found[_key(row["word"])] = (row["role"], row["kind"], row["item"])
    return found


@cache
def _unit_words() -> Mapping[str, frozenset[tuple[str, str]]]:
    """Return of each word for a unit which held units it stands for, and how many of them."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in table("carbon_units"):
        found.setdefault(row["word"], set()).add((row["unit"], row["factor"]))
        found.setdefault(word_of(row["unit"]), set()).add((row["unit"], "1"))
    return {word: frozenset(meant) for word, meant in found.items()}


def is_unit(text: str) -> bool:
    """Return whether a text is a unit of any kind of data.

    Parameters
    ----------
    text : str
        A word.

    Examples
    --------
    >>> is_unit("万千瓦时"), is_unit("含税")
    (True, False)
    """
    return word_of(text) in _unit_words()


def same_unit(one: str, other: str) -> bool:
    """Return whether two words are one unit, in whichever language.

    Parameters
    ----------
    one, other : str
        Words for units.

    Examples
    --------
    >>> same_unit("千瓦时", "kWh"), same_unit("千瓦时", "MWh"), same_unit("x", "x")
    (True, False, True)
    """
    words = word_of(one), word_of(other)
    meant = [_unit_words().get(word, frozenset()) for word in words]
    return words[0] == words[1] or bool(meant[0] & meant[1])


def kind_of(text: str) -> tuple[str, str] | None:
    """Return kind and item that a word names, or None.

    Parameters
    ----------
    text : str
        In Chinese, English or as a code.

    Examples
    --------
    >>> kind_of("柴油消费量"), kind_of("Grid electricity bought"), kind_of("x")
    (('oil', 'diesel'), ('grid_electricity', ''), None)
    """
    found = _look(text)
    return found[1:] if found and found[0] == "reading" else None


def _look(text: str) -> tuple[str, str, str] | None:
    key = _key(text)
    if found := _known().get(key):
        return found
    for start in ("", *STARTS):
        if not key.startswith(start):
            continue
        rest = key.removeprefix(start)
        for end in ("", *ENDS):
            if rest.endswith(end) and (found := _known().get(rest.removesuffix(end))):
                return found
    return None


@cache
def heading_of(text: str) -> Heading:
    """Return what one line of a heading says.

    Parameters
    ----------
    text : str
        A cell.

    Examples
    --------
    >>> heading_of("用电量（万千瓦时）").kind, heading_of("用电量（万千瓦时）").unit
    ('grid_electricity', '万千瓦时')
    >>> heading_of("Usage_kWh").kind, heading_of("2025年3月").period.first
    ('grid_electricity', 662)
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return Heading("")
    if found := _look(plain):
        return _heading(text, found)
    if period := period_of(plain):
        return Heading(text, period=period)
    if is_unit(plain):
        return Heading(text, unit=plain)
    return _parted(text, plain)


def _parted(text: str, plain: str) -> Heading:
    """Return what a heading says that has a unit or a part of the day behind its name."""
    brackets = list(BRACKETS.finditer(plain))
    if brackets:  # the last one has the unit: value added (income approach) (10^4 CNY)
        last = brackets[-1]
        rest = heading_of(f"{plain[: last.start()]}{plain[last.end() :]}".strip())
        inside = last[1].strip()
        part = _look(inside)
        if part and part[0] == "part":
            return replace(rest, text=text, part=inside)
        held = rest.role in {"reading", "value"} or (rest.period is not None and is_unit(inside))
        return replace(rest, text=text, unit=inside if held else "")
    if after := AFTER.fullmatch(plain):
        rest = heading_of(after[1].strip())
        if rest.role in {"reading", "value"} and is_unit(after[2]):
            return _electric(replace(rest, text=text, unit=after[2]))
    return Heading(text)


def _heading(text: str, found: tuple[str, str, str]) -> Heading:
    role, kind, item = found
    return Heading(text, role, kind, item, part=text if role == "part" else "")


def _electric(heading: Heading) -> Heading:
    """Return a heading of use alone as that of electricity, where its unit is one of it."""
    if heading.role == "value" and word_of(heading.unit) in {"kwh", "mwh", "千瓦时", "度"}:
        return replace(heading, role="reading", kind="grid_electricity")
    return heading
