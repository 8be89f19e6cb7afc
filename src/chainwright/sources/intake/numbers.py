"""Numbers as people write them: separators, signs, currencies, units in the cell."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.sources.intake.cell_words import about, error_code, is_missing, plain
from chainwright.sources.intake.grids import Told
from chainwright.sources.intake.unit_words import Unit, measure, token, unit_of

__all__ = ["Numbers", "numbers"]

EXPONENT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+")
PIECES = re.compile(
    r"(?P<before>[^\d.,+\-]*)(?P<body>[+-]?[\d.,' ]*\d[.,]?)(?P<after>.*)", re.DOTALL
)
RANGE = re.compile(
    r"^\s*[<>≤≥]|\d\s*(?:-|~|–|—|至|到|to|\.\.+)\s*\d|以[上下内]|\d\s*\+$", re.IGNORECASE
)

PLAIN = re.compile(r"\d*\.\d+|\d+\.?")
COMMA_GROUPS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
COMMA_DECIMALS = re.compile(r"(\d{1,3}([. ']\d{3})+|\d+),\d+|\d{1,3}(\.\d{3}){2,}")
SPACE_GROUPS = re.compile(r"\d{1,3}([ ']\d{3})+(\.\d*)?")
UNCLEAR = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")

SIGNS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2019": "'"})
"""Signs for minus, hyphen and groups of thousands that typography has and keyboards have not."""

OUTER_SIGN = re.compile(r"([+-])\s*([^\d.,+\-\s].*)", re.DOTALL)
"""A sign before a currency, as in ``-¥120``."""

CAPITAL_M = re.compile(r"M(?![A-Za-z0-9])")
"""Millions to some, metres to those whose system writes units in capitals."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of some cells.

    Parameters
    ----------
    held : ndarray, shape (cells,)
        In the canonical unit of the kind; NaN where missing or faulty.
    faults, notes : mapping of int to Told
        Cells that are no number that can be used, and cells that were used with a change.
    conversions : mapping of str to float
        Units that were met, with what numbers in them were multiplied by.
    told : sequence of Told
        What holds for the column as a whole.
    bare : list of int
        Cells that have no unit of their own.
    units : dict of int to str
        What the amounts in cells with a unit of their own are measured in, as `measure` tells it.
    """

    held: npt.NDArray[np.float64]
    faults: dict[int, Told] = field(default_factory=dict)
    notes: dict[int, Told] = field(default_factory=dict)
    conversions: dict[str, float] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)
    units: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Written:
    """A number as it was written: digits, sign, whether approximate, and its own unit."""

    body: str
    sign: int
    about: bool
    unit: Unit | None
    multiplier: float


def numbers(cells: Sequence[object], kind: str, unit: Unit | None) -> Numbers:
    """Return the numbers of distinct cells of one column.

    Whether a comma or a point stands before the decimals is told by the column: a number that
    could be either (``1,234``) is read as the others are, and as a group of thousands where no
    other tells. Cells that contradict the others of their column are faults.

    Parameters
    ----------
    cells : sequence
        Distinct raw cells of a column.
    kind : str
        Kind of the numbers, one of `unit_words.CANONICAL`.
    unit : Unit or None
        Unit of numbers without one of their own.

    Examples
    --------
    >>> numbers(["1,234.5", "1.2万", "12 %"], "count", None).held.tolist()
    [1234.5, 12000.0, nan]
    >>> numbers(["8周", "14天"], "time", None).held.tolist()
    [8.0, 2.0]
    """
    found = Numbers(np.full(len(cells), np.nan))
    written: dict[int, _Written] = {}
    bare = found.bare
    for i, cell in enumerate(cells):
        if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
            found.faults[i] = ("boolean" if isinstance(cell, bool) else "no_number", {})
        elif isinstance(cell, str):
            _read(i, cell, kind, found, written)
        elif math.isfinite(cell):
            found.held[i] = cell
            bare.append(i)
        else:
            found.faults[i] = ("infinite", {})
    decimal_comma = _style(w.body for w in written.values())
    scaled = unit is not None and any(word in unit.name for word in ("thousand", "illion"))
    for i, each in written.items():
        value = _value(each.body, comma=decimal_comma)
        if isinstance(value, float) and scaled and each.multiplier != 1 and unit is not None:
            once = value * each.multiplier
            words = {"one": f"{once:g}", "other": f"{once * unit.factor:g}"}
            value = "ambiguous_number", words
        if isinstance(value, tuple):
            found.faults[i] = value
            continue
        found.held[i] = value * each.sign * each.multiplier
        if own := measure(each.unit):
            found.units[i] = own
        if each.unit is None or (kind == "rate" and each.unit.kind == "count"):
            bare.append(i)
        else:
            found.held[i] *= each.unit.factor
            found.conversions[each.unit.name] = each.unit.factor
        if each.about:
            found.notes[i] = ("about", {})
    _refuse_other_money(found, written, unit)
    _scale(found, bare, kind, unit)
    return found


def _refuse_other_money(found: Numbers, written: dict[int, _Written], unit: Unit | None) -> None:
    """Refuse cells in another currency than that of the column, or of most of its cells."""
    money = {i: each.unit for i, each in written.items() if each.unit and each.unit.kind == "money"}
    told = {i: name for i, its in money.items() if (name := measure(its))}
    if not told:
        return
    own = measure(unit) or Counter(told.values()).most_common(1)[0][0]
    for i, name in told.items():
        if name != own and i not in found.faults:
            found.faults[i] = ("wrong_unit", {"unit": name})
            found.held[i] = np.nan


def _scale(found: Numbers, bare: list[int], kind: str, unit: Unit | None) -> None:
    """Multiply numbers without a unit of their own by that of the column."""
    if not bare:
        return
    factor, name = (unit.factor, unit.name) if unit else (1.0, "")
    if kind == "share":
        top = float(np.max(np.abs(found.held[bare])))
        if top > 1 and (unit is None or unit.factor == 1):
            factor, name = 0.01, "per cent"
            found.told.append(("share_hundred", {"top": f"{top:g}"}))
            for i in [i for i in bare if 0 < found.held[i] <= 1]:
                # Beside numbers up to 100, a 1 may be the whole or a hundredth of it.
                words = {"one": f"{found.held[i]:.0%}", "other": f"{found.held[i] / 100:.2%}"}
                found.faults[i] = ("ambiguous_number", words)
                found.held[i] = np.nan
        elif top <= 1 and top > 0 and factor != 1:
            factor, name = 1.0, "share"
            found.told.append(("share_scale", {}))
    found.held[bare] *= factor
    if name:
        found.conversions[name] = factor


def _read(i: int, cell: str, kind: str, found: Numbers, written: dict[int, _Written]) -> None:
    """Take a text apart; put it among the `written` or its fault among the faults."""
    text = plain(cell).translate(SIGNS)
    if code := error_code(text):
        found.faults[i] = (code, {})
    elif text.upper() in {"TRUE", "FALSE"}:
        found.faults[i] = ("boolean", {})
    elif EXPONENT.fullmatch(text):
        body = f"{abs(float(text)):.17g}"
        if not math.isfinite(float(text)):
            found.faults[i] = ("infinite", {})
        else:
            sign = -1 if float(text) < 0 else 1
            written[i] = _Written(body, sign, about=False, unit=None, multiplier=1.0)
    elif _has_mark(cell):
        found.faults[i] = ("no_number", {})
    elif not is_missing(text):
        taken = _apart(text, kind)
        if isinstance(taken, _Written):
            written[i] = taken
        else:
            found.faults[i] = taken


def _has_mark(cell: str) -> bool:
    """Return whether a raised or ringed digit stands where it would be read as part of a number."""
    before = " " + cell
    return any(
        unicodedata.category(sign) == "No" and (last.isspace() or last.isdecimal())
        for last, sign in zip(before, cell, strict=False)
    )


def _apart(text: str, kind: str) -> _Written | Told:
    """Return a number with its sign and unit, taken out of a plain text, or what is wrong."""
    rest, near = about(text)
    sign = 1
    if match := re.fullmatch(r"\((.*\d.*)\)|(.*\d)-", rest):
        rest, sign = match[1] or match[2], -1
    elif match := OUTER_SIGN.fullmatch(rest):
        rest, sign = match[2], -1 if match[1] == "-" else 1
    if RANGE.search(rest):
        return "range", {}
    match = PIECES.fullmatch(rest)
    if match and kind in {"count", "rate"} and CAPITAL_M.match(match["after"].strip()):
        body = match["body"].strip()
        return "ambiguous_number", {"one": f"{body} million", "other": f"{body} m"}
    clock = match and match["after"].startswith(":")  # 1:30 is no number of thirties
    taken = match and not clock and _taken(match["before"].strip(), match["after"].strip(), kind)
    if not match or not taken:
        return "no_number", {}
    if isinstance(taken, str):
        return "wrong_unit", {"unit": taken}
    body = match["body"].strip()
    sign *= -1 if body.startswith("-") else 1
    multiplier, unit = taken
    return _Written(body.lstrip("+-").strip(), sign, near, unit, multiplier)


def _taken(before: str, after: str, kind: str) -> tuple[float, Unit | None] | str | None:
    """Return the multiplier and the unit that stand around a number, or the word that is wrong."""
    if before and after and kind == "rate":
        # As in 每月2000件: the time stands before, what is counted behind.
        before, after = "", f"{after}{before}"
    if before and after:
        # "CNY 1.2万": the currency stands before, the multiplier behind.
        money = token(before)
        if kind != "money" or not money or money[0] != "money":
            return None
        after = f"{before}{after}" if after.startswith("/") else after
    word = after or before
    known = token(word)
    if not word:
        return 1.0, None
    if known and kind == "rate" and known[0] == "count":
        return 1.0, Unit("count", known[1], known[2])
    if known and known[0] == "multiplier" and kind in {"money", "count", "rate"}:
        return known[2], None
    unit = unit_of(word, kind)
    slip = kind == "count" and not after and len(before) == 1  # l23: a letter typed for a digit
    if unit is not None and not slip:
        return 1.0, unit
    return word if known else None


def _style(bodies: Iterable[str]) -> bool | None:
    """Return whether a column writes decimals with a comma; None if its cells disagree."""
    comma = point = False
    for body in bodies:
        if UNCLEAR.fullmatch(body):
            continue
        if COMMA_DECIMALS.fullmatch(body):
            comma = True
        elif COMMA_GROUPS.fullmatch(body) or ("." in body and not body.endswith(".")):
            point = True
    return None if comma and point else comma


def _value(body: str, *, comma: bool | None) -> float | Told:
    """Return the number that digits and separators stand for, or what is wrong with them."""
    unclear = UNCLEAR.fullmatch(body) is not None
    decimals = COMMA_DECIMALS.fullmatch(body) is not None
    western = body.replace(",", "")
    european = re.sub(r"[. ']", "", body).replace(",", ".")
    if body.isdigit():
        return float(body)
    if SPACE_GROUPS.fullmatch(body):
        return float(re.sub(r"[ ']", "", body))
    if comma is None and (unclear or decimals):
        return "ambiguous_number", {"one": western, "other": european}
    if comma and (unclear or decimals):
        return float(european)
    plain_number = PLAIN.fullmatch(body) or COMMA_GROUPS.fullmatch(body)
    return float(western) if plain_number else ("no_number", {})
