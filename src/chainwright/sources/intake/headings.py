"""Headings of columns: what role a column has, and the unit that its heading gives."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache

from chainwright.params import table
from chainwright.sources.intake.unit_words import Unit, unit_of

__all__ = ["Heading", "Role", "heading", "key", "roles", "table_of_name"]

BRACKETS = re.compile(r"[(\[【<〔]([^()\[\]【】<>〔〕]*)[)\]】>〕]")
TIER = re.compile(
    r"(?:l|lv|lvl|level|tier|层|层级|层次|阶|bom层级|bom层次)(\d{1,2})|第?([\d一二三四五六七八九十]{1,2})[级层阶](?:物料|料号|件)?"
)
"""Heading of one of the columns that a bill has for its levels."""

EITHER = re.compile(
    r"[/、|]|\bor\b|或|(?<=[\u4e00-\u9fff])\s*(?=[A-Za-z])|(?<=[A-Za-z.)])\s*(?=[\u4e00-\u9fff])"
)
"""Stands between two words for one thing; nothing or a blank between 料号 and Part No."""

PER = re.compile(r"(qty|quantity|usage|units)\.?(?:\s+|\s*/\s*)(?:per|each)\b", re.IGNORECASE)
"""Heading of how many go into one of something, whatever that is called."""

NEAR = 0.86
"""How alike two words must be to be offered for one another: one letter in seven differs."""

SHORTEST_NEAR = 5
"""Letters that a word needs before another one is taken for a misspelling of it."""

LONGEST = 60
"""Letters above which a cell is a sentence, no heading."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a column can hold.

    Parameters
    ----------
    name : str
        Its word in the fact tables.
    kind : str
        ``identity``, ``code``, ``text``, ``place``, ``date``, ``level``, ``reference``,
        ``unused``, or the kind of a number, as in `unit_words.CANONICAL`.
    assumed_unit : str
        Unit of numbers for which none is given; empty for that of the schema.
    """

    name: str
    kind: str
    assumed_unit: str


@dataclass(frozen=True)
class Heading:
    """What the heading of a column says.

    Parameters
    ----------
    text : str
        As it stands there, lines of the heading with `` / `` between.
    role : str
        Role that it names; empty if none is known.
    sure : bool
        Whether it means that alone.
    unit : Unit or None
        Unit that it gives.
    unknown_unit : str
        Words at the place of a unit that are none.
    near : str
        Known word that a misspelt one was taken for.
    note : str
        Words in brackets that are no unit.
    """

    text: str
    role: str = ""
    sure: bool = False
    unit: Unit | None = None
    unknown_unit: str = ""
    near: str = ""
    note: str = field(default="", compare=False)


@cache
def roles() -> Mapping[str, Role]:
    """Return every role by its name.

    Examples
    --------
    >>> roles()["lead_time"].kind
    'time'
    """
    return {
        row["role"]: Role(row["role"], row["kind"], row["assumed_unit"])
        for row in table("maker_roles")
    }


def key(text: str) -> str:
    """Return the letters and digits of a heading, half-width and in lower case.

    Parameters
    ----------
    text : str
        A heading.

    Examples
    --------
    >>> key("Ｐart  No."), key("物料 编码*")
    ('partno', '物料编码')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain) or ("#" if plain.strip() == "#" else "")


@cache
def _words() -> Mapping[str, tuple[str, bool, str]]:
    found: dict[str, tuple[str, bool, str]] = {}
    for row in table("maker_headers"):
        found.setdefault(key(row["word"]), (row["role"], row["sure"] == "1", row["unit"]))
    return found


@cache
def _names() -> Mapping[str, str]:
    return {key(row["word"]): row["table"] for row in table("maker_sheets")}


def table_of_name(name: str) -> str:
    """Return the maker's table that the name of a sheet or file stands for, or nothing.

    Parameters
    ----------
    name : str
        Name of a sheet, or of a file without its ending.

    Examples
    --------
    >>> table_of_name("库存 2026-11"), table_of_name("maker_bill"), table_of_name("Sheet1")
    ('stocks', 'bill', '')
    """
    word = key(name)
    if word in _names():
        return _names()[word]
    parts = {key(part) for part in re.split(r"[\W\d_]+", name) if part}
    hits = {_names()[part] for part in parts if part in _names()}
    return hits.pop() if len(hits) == 1 else ""


@cache
def heading(text: str) -> Heading:
    """Return what a heading says.

    Parameters
    ----------
    text : str
        The heading's text.

    Examples
    --------
    >>> found = heading("Lead time (days)")
    >>> found.role, found.unit.name
    ('lead_time', 'day')
    >>> heading("库存数量（件）").role, heading("Suplier").near, heading("blue").role
    ('stock', 'supplier', '')
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain or len(plain) > LONGEST:
        return Heading(text)
    notes = [note.strip() for note in BRACKETS.findall(plain) if note.strip()]
    bare = BRACKETS.sub(" ", plain).strip()
    for head, tail in _splits(bare):
        known = _words().get(key(head))
        if known is None:
            continue
        role, sure, unit = known
        found = _united(text, role, sure=sure, own=unit, notes=[*notes, *([tail] if tail else [])])
        if not tail or _is_unit(tail, roles()[role].kind):
            return found
    if TIER.fullmatch(key(bare)):
        return Heading(text, "tier")
    either = _either(bare)
    if either:
        return _united(text, either[0], sure=True, own=either[1], notes=notes)
    counted = PER.match(bare)
    if counted and key(counted[1]) in _words():
        found = _united(text, "usage", sure=False, own="", notes=notes)
        return replace(found, near=counted[1].strip())
    return _near(text, bare, notes)


def _either(bare: str) -> tuple[str, str] | None:
    """Return role and unit that several words between strokes, or in two languages, name alike."""
    words = [key(word) for word in EITHER.split(bare)]
    named = {_words()[word][0] if word in _words() else "" for word in words}
    units = {_words()[word][2] for word in words if word in _words()} - {""}
    if len(words) < 2 or len(named) > 1 or "" in named or len(units) > 1:
        return None
    return named.pop(), next(iter(units), "")


def _is_unit(tail: str, kind: str) -> bool:
    """Return whether the end of a heading is a unit of its numbers, or of an amount in a rate."""
    return bool(unit_of(tail, kind) or (kind == "rate" and unit_of(tail, "count")))


def _splits(bare: str) -> list[tuple[str, str]]:
    """Return a heading whole, and in a head and a tail that may be its unit."""
    found = [(bare[:-1], "%")] if bare.endswith("%") else [(bare, "")]
    for match in re.finditer(r"[/,:,]|\bin\b|\bper\b|每", bare):
        tail = bare[match.start() :] if match[0] in {"/", "per", "每"} else bare[match.end() :]
        found.append((bare[: match.start()], tail.strip()))
        if match[0] == "/":
            found.append((bare[: match.start()], bare[match.end() :].strip()))
    blanks = re.finditer(r"[\s_]+", bare)
    return [*found, *((bare[: blank.start()], bare[blank.end() :]) for blank in blanks)]


def _united(text: str, role: str, *, sure: bool, own: str, notes: list[str]) -> Heading:
    """Return a heading of a role with the unit of its word or of the words in brackets."""
    kind = roles()[role].kind
    unit = unit_of(own, kind) if own else None
    unknown, unused = "", ""
    for note in notes:
        found = unit_of(note, kind)
        if found is None and unit is not None and kind == "rate":
            # "月需求(件)" gives the amount in brackets and the time in its word.
            amount = unit_of(note, "count")
            found = amount and Unit(
                "rate",
                f"{amount.name}/{unit.name.split('/')[1]}",
                unit.factor * amount.factor,
            )
        if found is None and kind == "rate" and unit_of(note, "count"):
            amount = unit_of(note, "count")
            unused = note if amount and amount.factor == 1 else unused
            unknown = "" if amount and amount.factor == 1 else note
        elif found is None and kind in {"time", "share"} and unit_of(note, "count"):
            unknown = note
        elif found is None:
            unused = note
        else:
            unit = found
    return Heading(text, role, sure, unit, unknown, note=unused)


def _near(text: str, bare: str, notes: list[str]) -> Heading:
    """Return what a heading that is not known comes close to."""
    word = key(bare)
    ends = [known for known in _words() if len(known) > 1 and _is_end(word, known)]
    close = [max(ends, key=len)] if ends else []
    # A misspelt word has no digits: SUV-1 and CITY-2 are names of products.
    if not close and len(word) >= SHORTEST_NEAR and word.isalpha():
        close = get_close_matches(word, list(_words()), n=1, cutoff=NEAR)
    if not close:
        return Heading(text)
    role, _, unit = _words()[close[0]]
    found = _united(text, role, sure=False, own=unit, notes=notes)
    return replace(found, near=close[0])


def _is_end(word: str, known: str) -> bool:
    """Return whether a Chinese heading ends in a known word, as 采购物料编码 in 物料编码."""
    return word.endswith(known) and not known.isascii()
