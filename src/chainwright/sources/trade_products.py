"""Codes of products in trade files: which list they are of, and which of them it lacks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.classes import classification as list_of
from chainwright.classes import hs_revisions, lists
from chainwright.errors import Breach, near
from chainwright.sources.rows import some
from chainwright.sources.trade_reading import REVISIONS
from chainwright.sources.trade_rows import Gathered, counts

__all__ = ["GIVEN", "Products", "products_of", "revision_of"]

GIVEN = "given"
"""Classification of codes that are in no list known here."""

SIX = re.compile(r"\d{6}|9999AA")
"""A code of the Harmonized System; 9999AA is what BACI of 1992 writes for goods not classified."""

COMTRADE = {f"H{i}": name for i, name in enumerate(REVISIONS)}
"""How UN Comtrade names the revisions of the Harmonized System: H0 to H6."""


@dataclass(frozen=True, eq=False)
class Products:
    """The codes of products of a file.

    Parameters
    ----------
    codes : tuple of str
        Codes that occur, sorted.
    position : ndarray of int32
        Position in `codes` of each word of the file; -1 for a word that no row has.
    classification : str
        ``"HS2017"``, or ``"given"``.
    breaches : list of Breach
        Codes that are not as they must be.
    notes : list of str
        How the list was chosen.
    """

    codes: tuple[str, ...]
    position: npt.NDArray[np.int32]
    classification: str
    breaches: list[Breach] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def products_of(
    rows: Gathered, classification: str, keep: npt.NDArray[np.intp] | None, year: int | None
) -> Products:
    """Return the codes of products that occur in rows.

    Parameters
    ----------
    rows : Gathered
        The rows.
    classification : str
        List that the file's name or the request tells; empty if none does.
    keep : ndarray of int, optional
        Rows that count; all if not given.
    year : int, optional
        The first year.
    """
    text = rows.words["product"]
    used = counts(text.codes if keep is None else text.codes[keep], len(text.place))
    words = [word for word, count in zip(text.words, used, strict=True) if count]
    codes = tuple(sorted(words))
    place = {code: i for i, code in enumerate(codes)}
    position = np.array([place.get(word, -1) for word in text.words], dtype=np.int32)
    stated, breaches = _revision_column(rows, keep)
    wanted = classification or stated
    breaches += _shape(rows, words, wanted)
    notes: list[str] = []
    if breaches or not words or not all(SIX.fullmatch(word) for word in words):
        if not breaches and _mostly_six(words):
            odd = [word for word in words if not SIX.fullmatch(word)]
            breaches += _unknown(rows, odd, "a code of six digits, as the others", words)
        return Products(codes, position, wanted or GIVEN, breaches, notes)
    if wanted:
        breaches += _lacking(rows, words, wanted)
        return Products(codes, position, wanted, breaches, notes)
    found = hs_revisions(words)
    if found.unknown:
        breaches += _unknown(rows, found.unknown, "a code of the Harmonized System", ())
    elif found.mixed:
        breaches += _mixed(rows, found.lacking)
    wanted, note = revision_of(words, year)
    return Products(codes, position, wanted, breaches, [note] if note else [])


def revision_of(words: Iterable[str], year: int | None) -> tuple[str, str]:
    """Return the list that codes of products are of, and a note on how it was chosen.

    Parameters
    ----------
    words : iterable of str
        Codes.
    year : int, optional
        The first year of the data: of several revisions that hold all codes, the one then in
        force is taken.
    """
    codes = [word for word in words if word]
    if not codes or not all(SIX.fullmatch(word) for word in codes):
        return GIVEN, ""
    found = hs_revisions(codes)
    if found.unknown or found.mixed:
        return GIVEN, ""
    if not found.holding:
        return "HS", "codes are of a revision of the Harmonized System between 1996 and 2012"
    in_force = [key for key in found.holding if year is None or int(key[2:]) <= year]
    chosen = in_force[-1] if in_force else found.holding[0]
    if len(found.holding) == 1:
        return chosen, f"all codes are of {chosen} and of no other revision that is known here"
    held = ", ".join(found.holding)
    if year is None:
        why = "the newest"
    else:
        why = f"in force in {year}" if in_force else f"the oldest, as none was in force in {year}"
    return chosen, f"{held} hold all codes; taken as {chosen}, {why} (classification= says another)"


def _revision_column(rows: Gathered, keep: npt.NDArray[np.intp] | None) -> tuple[str, list[Breach]]:
    """Return the revision that a column tells by row, and a breach if it tells several."""
    text = rows.words.get("revision")
    if text is None:
        return "", []
    codes = text.codes if keep is None else text.codes[keep]
    used = [w for w, n in zip(text.words, counts(codes, len(text.place)), strict=True) if n and w]
    if len(used) > 1:
        named = " and ".join(
            f"'{word}' ({rows.where(text.first(text.place[word]))})" for word in used[:4]
        )
        breach = Breach(
            f"column '{rows.column('revision')}'",
            f"{len(used)} revisions: {named}",
            "one revision of the codes for all rows",
            "Ask for one revision, such as H5, instead of HS as reported.",
        )
        return "", [breach]
    return COMTRADE.get(used[0], "") if used else "", []


def _mostly_six(words: Sequence[str]) -> bool:
    return sum(bool(SIX.fullmatch(word)) for word in words) * 2 > len(words)


def _shape(rows: Gathered, words: Sequence[str], classification: str) -> list[Breach]:
    """Return a breach for each code that is empty, or that lost its leading zero."""
    text, column = rows.words["product"], rows.column("product")
    short = [w for w in words if re.fullmatch(r"\d{5}", w)]
    lost = bool(short) and (
        classification.startswith("HS")
        or any(SIX.fullmatch(word) for word in words)
        or (len(short) == len(words) and bool(hs_revisions(f"0{w}" for w in words).holding))
    )
    wrong = [w for w in words if not w] + (short if lost else [])

    def breach(row: int) -> Breach:
        word = text.words[text.codes[row]]
        where = f"{rows.where(row)}, column '{column}'"
        if not word:
            return Breach(where, "nothing", "a code of a product", "Write the code of the product.")
        return Breach(
            where,
            f"'{word}'",
            "a code of six digits",
            f"A spreadsheet took its leading zero: it is '0{word}'. Keep codes as text.",
        )

    first = sorted(text.first(text.place[word]) for word in wrong)
    return list(some(np.array(first, dtype=np.intp), breach, "such codes"))


def _unknown(
    rows: Gathered, words: Sequence[str], expected: str, known: Sequence[str]
) -> list[Breach]:
    text, column = rows.words["product"], rows.column("product")
    first = {text.first(text.place[word]): word for word in words}

    def breach(row: int) -> Breach:
        remedy = "Correct it, or say classification='given' to take codes as they are."
        return Breach(
            f"{rows.where(row)}, column '{column}'",
            f"'{first[row]}'",
            expected,
            remedy + near(first[row], known or list_of("HS2022").codes),
        )

    return list(some(np.array(sorted(first), dtype=np.intp), breach, "codes that are unknown"))


def _lacking(rows: Gathered, words: Sequence[str], classification: str) -> list[Breach]:
    """Return a breach for each code that is not in the stated list."""
    if classification == GIVEN:
        return []
    found = hs_revisions(words)
    here = classification.startswith("HS") and classification in set(lists()["list"])
    if here:
        lacking = found.lacking.get(classification, ())
    elif classification.startswith("HS"):  # its own list is not here: what no revision has is wrong
        lacking = found.unknown
    else:
        return []
    other = ", ".join(found.holding)
    expected = f"a code of {classification}"
    if other:
        expected += f" (all codes of the file are of {other})"
    return _unknown(rows, lacking, expected, list_of(classification).codes if here else ())


def _mixed(rows: Gathered, lacking: Mapping[str, tuple[str, ...]]) -> list[Breach]:
    """Return a breach for each code that keeps the nearest revision from holding them all."""
    nearest = min(lacking, key=lambda key: len(lacking[key]))
    others = {
        word: [k for k, lost in lacking.items() if word not in lost] for word in lacking[nearest]
    }
    text, column = rows.words["product"], rows.column("product")
    first = {text.first(text.place[word]): word for word in lacking[nearest]}
    return list(
        some(
            np.array(sorted(first), dtype=np.intp),
            lambda row: Breach(
                f"{rows.where(row)}, column '{column}'",
                f"'{first[row]}', which is of {' and '.join(others[first[row]])}",
                f"codes of one revision; most others are of {nearest}",
                "Give one revision a file; codes of a revision between them are read when it is "
                "said, as classification='HS2012'.",
            ),
            "codes of another revision",
        )
    )
