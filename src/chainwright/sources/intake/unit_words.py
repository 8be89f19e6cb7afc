"""Units as people write them in headings, unit rows and cells, and what to multiply by."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import prod

from chainwright.params import table

__all__ = ["CANONICAL", "Unit", "measure", "token", "unit_of"]

CANONICAL = {
    "time": "week",
    "rate": "units/week",
    "share": "share",
    "money": "money",
    "count": "units",
    "degree": "deg",
}
"""Units that numbers of each kind end in."""

CAPITAL_M = re.compile(r"(?<![A-Za-z])M(?![A-Za-z0-9])")
"""Metres or millions: it is taken for neither."""

PER = re.compile(r"/|每|\bper\b|\ba\b")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was understood.

    Parameters
    ----------
    kind : str
        ``time``, ``rate``, ``share``, ``money``, ``count`` or ``degree``.
    name : str
        As it is told to people, such as ``day`` or ``10000 CNY/piece``.
    factor : float
        Numbers times `factor` are in the canonical unit of the kind.
    """

    kind: str
    name: str
    factor: float


@cache
def _tokens() -> Mapping[str, tuple[str, str, float]]:
    found = {}
    for row in table("intake_units"):
        first, *rest = map(float, row["factor"].split("/"))
        found[row["word"]] = (row["kind"], row["unit"], first / prod(rest))
    return found


def token(word: str) -> tuple[str, str, float] | None:
    """Return kind, name and factor of one unit word, or None if it is none.

    Parameters
    ----------
    word : str
        A word.

    Examples
    --------
    >>> token("天")[:2], token("pcs")[1], token("blue")
    (('time', 'day'), 'pieces', None)
    """
    plain = unicodedata.normalize("NFKC", word).casefold()
    return _tokens().get(re.sub(r"[\s.]+", "", plain))


@cache
def _measures() -> tuple[str, ...]:
    return tuple(sorted((row["unit"] for row in table("intake_measures")), key=len, reverse=True))


def measure(unit: Unit | None) -> str:
    """Return what amounts in a unit are measured in, or their currency; empty if it tells neither.

    Parameters
    ----------
    unit : Unit or None
        A unit.

    Examples
    --------
    >>> measure(unit_of("千件", "count")), measure(unit_of("kg/week", "rate"))
    ('pieces', 'kilogram')
    >>> measure(unit_of("万元/件", "money")), measure(unit_of("/week", "rate"))
    ('CNY', '')
    """
    if unit is None:
        return ""
    top = unit.name.split("/")[0]
    if unit.kind == "money":
        code = re.search(r"\b[A-Z]{3}\b", top)
        return code[0] if code else ""
    found = (name for name in _measures() if top == name or top.endswith(f" {name}"))
    return next(found, "")


def unit_of(text: str, kind: str) -> Unit | None:
    """Return the unit that a text names for numbers of a kind, or None if it names none.

    Multipliers go before the unit (``万元``, ``k pcs``) or stand alone; a rate needs its time
    (``/week``, ``per month``, ``件/月``); money may be per a number of units (``元/千件``).

    Parameters
    ----------
    text : str
        What stands in brackets or in a unit row.
    kind : str
        Kind of the column's numbers, one of `CANONICAL`.

    Examples
    --------
    >>> unit_of("days", "time").name, unit_of("万元", "money").factor
    ('day', 10000.0)
    >>> round(unit_of("件/月", "rate").factor, 6)
    0.229979
    >>> unit_of("元/千件", "money").factor, unit_of("kg", "time")
    (0.001, None)
    """
    narrow = unicodedata.normalize("NFKC", text)
    plain = narrow.casefold().strip(" ()[]【】<>.:：")
    parts = [part.strip() for part in PER.split(plain)]
    top, under = parts[0], [part for part in parts[1:] if part]
    if kind not in CANONICAL or CAPITAL_M.search(narrow):
        return None
    if kind == "rate":
        return _rate(top, under)
    held = _scaled(top, kind, bare=kind in {"money", "count"})
    if held is None or len(under) > (kind in {"money", "count"}):
        return None
    name, factor = held
    for part in under:
        below = _scaled(part, "count", bare=True)
        if below is None:
            return None
        name, factor = f"{name}/{below[0]}", factor / below[1]
    return Unit(kind, name, factor)


def _rate(top: str, under: list[str]) -> Unit | None:
    """Return units a time; the amount above may be left out or stand below, as in 每月件数."""
    if not under:
        return None
    times = [found for part in under if (found := _scaled(part, "time"))]
    amounts = [found for part in under if (found := _scaled(part, "count", bare=True))]
    above = _scaled(top, "count", bare=True) if top else ("units", 1.0)
    if len(times) != 1 or above is None or len(times) + len(amounts) != len(under):
        return None
    # A car maker's volumes are units per vehicle per week at times; the vehicle is one unit.
    name, factor = f"{above[0]}/{times[0][0]}", above[1] / times[0][1]
    return Unit("rate", name, factor)


def _scaled(text: str, kind: str, *, bare: bool = False) -> tuple[str, float] | None:
    """Return name and factor of a unit of a kind that multipliers may go before."""
    rest, factor, name = text.replace(" ", ""), 1.0, ""
    number = re.match(r"\d+", rest.replace(",", ""))
    if number and kind in {"money", "count"}:
        rest = rest.replace(",", "")[number.end() :]
        factor, name = float(number[0]), f"{number[0]} "
        if not rest:
            return number[0], factor
    found = _tokens().get(rest)
    if found and found[0] == kind:
        return f"{name}{found[1]}", factor * found[2]
    for length in range(len(rest), 0, -1):
        head = _tokens().get(rest[:length])
        if not head or head[0] != "multiplier" or kind not in {"money", "count"}:
            continue
        if rest[length : length + 1].isdigit():  # 亿2000万 is a second number, no unit
            continue
        if length == len(rest):
            return (f"{name}{head[1]}", factor * head[2]) if bare else None
        below = _scaled(rest[length:], kind, bare=bare)
        if below:
            return f"{name}{head[1]} {below[0]}", factor * head[2] * below[1]
    return None
