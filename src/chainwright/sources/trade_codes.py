"""Codes of places and products in trade files: translated, and held against the lists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chainwright.classes import place, place_codes
from chainwright.errors import Breach, UnknownCodeError, near
from chainwright.sources.trade_rows import Gathered, Words

__all__ = ["Places", "places_of"]

SIX = re.compile(r"\d{6}")


@dataclass
class Places:
    """What the words of a file mean as places.

    Parameters
    ----------
    code : dict of str to str
        Code of each word.
    groups : set of str
        Words that stand for several places, such as World: their rows are totals.
    unknown : list of str
        Words in no list.
    """

    code: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)


def places_of(words: Sequence[str], *, given: bool, own: Mapping[str, str]) -> Places:
    """Return what words mean as places.

    Parameters
    ----------
    words : sequence of str
        Each word once.
    given : bool
        Whether codes are taken as they are.
    own : mapping of str to str
        Codes of words that no list knows, from the list that came with the file.
    """
    found = Places()
    for word in words:
        if given:
            found.code[word] = word
            continue
        try:
            known = place(word)
        except UnknownCodeError:
            if word in own:
                found.code[word] = own[word]
            else:
                found.unknown.append(word)
            continue
        found.code[word] = known.code
        if known.kind == "group":
            found.groups.add(word)
    return found


def unknown_places(rows: Gathered, role: str, unknown: Sequence[str]) -> Iterator[Breach]:
    """Yield a breach for each word that is no place.

    Parameters
    ----------
    rows : Gathered
        The rows.
    role : str
        Which end of a flow.
    unknown : sequence of str
        The words.
    """
    column = rows.words[role]
    for word in unknown:
        where, count = _first(rows, column, word)
        if not count:
            continue
        yield Breach(
            f"{where}, column '{rows.column(role)}'",
            (f"'{word}'" if word else "nothing") + _more(count),
            "a code of a country: ISO 3166 (alpha-3, alpha-2), M49 or the number of UN Comtrade",
            "Correct it, or say places='given' to take codes as they are."
            + near(word, [c for c in place_codes() if len(c) == max(len(word), 2)]),
        )


def _first(rows: Gathered, column: Words, word: str) -> tuple[str, int]:
    """Return the place of the first row with a word, and how many rows have it."""
    has = column.codes == column.place[word]
    count = int(has.sum())
    return (rows.where(int(has.argmax())) if count else ""), count


def _more(count: int) -> str:
    return f" (and in {count - 1:,} more rows)" if count > 1 else ""
