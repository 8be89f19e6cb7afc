"""Codes of places and products in trade files: translated, and held against the lists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chainwright.classes import place
from chainwright.errors import Breach, UnknownCodeError, near
from chainwright.sources.trade_rows import Gathered, Words

__all__ = ["Places", "places_of", "unknown_places"]

TOTALS = frozenset({"WLD", "EUN"})
"""Places that hold others whose flows are in the same files: the world, and the Union as one. The
customs union of southern Africa (ZA1) stays: to 1999 it reports in place of its members."""


@dataclass
class Places:
    """What the words of a file mean as places.

    Parameters
    ----------
    code : dict of str to str
        Code of each word.
    groups : set of str
        Words that stand for several places, such as World: their rows are totals.
    unknown : dict of str to str
        Words in no list, each with a hint at near ones.
    """

    code: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)


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
        except UnknownCodeError as error:
            if word in own:
                found.code[word] = own[word]
            else:
                _, meant, names = error.message.partition(" Did you mean")
                found.unknown[word] = meant + names if word else ""
            continue
        found.code[word] = known.code
        if known.code in TOTALS:
            found.groups.add(word)
    return found


LOST = " If it was NA, Namibia, pandas took it for nothing: read with keep_default_na=False."


def unknown_places(rows: Gathered, role: str, found: Places) -> Iterator[Breach]:
    """Yield a breach for each word that is no place.

    Parameters
    ----------
    rows : Gathered
        The rows.
    role : str
        Which end of a flow.
    found : Places
        What the words of that column mean.
    """
    column = rows.words[role]
    for word, hint in found.unknown.items():
        where, count = _first(rows, column, word)
        if not count:
            continue
        yield Breach(
            f"{where}, column '{rows.column(role)}'",
            (f"'{word}'" if word else "nothing") + _more(count),
            "a code of a country: ISO 3166 (alpha-3, alpha-2), M49 or the number of UN Comtrade",
            "Correct it, or say places='given' to take codes as they are."
            + ("" if word else LOST)
            + (near(word, found.code) or hint),  # codes of the file come before all others
        )


def _first(rows: Gathered, column: Words, word: str) -> tuple[str, int]:
    """Return the place of the first row with a word, and how many rows have it."""
    has = column.codes == column.place[word]
    count = int(has.sum())
    return (rows.where(int(has.argmax())) if count else ""), count


def _more(count: int) -> str:
    return f" (and in {count - 1:,} more rows)" if count > 1 else ""
