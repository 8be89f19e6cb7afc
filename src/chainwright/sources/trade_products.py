"""Codes of products in trade files: which list they are of, and which of them it lacks."""

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach
from chainwright.sources.rows import some
from chainwright.sources.trade_rows import Gathered, counts

__all__ = ["Products", "products_of"]

GIVEN = "given"
"""Classification of codes that are in no list known here."""

OUTSIDE = re.compile(r"9999(?:99|AA|\d\d)|99[0-9]{4}")
"""Codes that trade statistics add to the HS for goods that are not classified."""


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


def products_of(rows: Gathered, classification: str, keep: npt.NDArray[np.intp] | None) -> Products:
    """Return the codes of products that occur in rows.

    Parameters
    ----------
    rows : Gathered
        The rows.
    classification : str
        List that the file's name or the request tells; empty if none does.
    keep : ndarray of int, optional
        Rows that count; all if not given.
    """
    text = rows.words["product"]
    used = counts(text.codes if keep is None else text.codes[keep], len(text.place))
    words = [word for word, count in zip(text.words, used, strict=True) if count]
    codes = tuple(sorted(words))
    place = {code: i for i, code in enumerate(codes)}
    position = np.array([place.get(word, -1) for word in text.words], dtype=np.int32)
    breaches = _shape(rows, words)
    return Products(codes, position, classification or GIVEN, breaches)


def _shape(rows: Gathered, words: list[str]) -> list[Breach]:
    """Return a breach for each row without a code, or with one that lost its leading zero."""
    text, column = rows.words["product"], rows.column("product")
    six = sum(len(w) == 6 and w.isdigit() for w in words)
    five = [w for w in words if len(w) == 5 and w.isdigit()] if six or _all_short(words) else []
    wrong = [*(w for w in words if not w), *five]
    if not wrong:
        return []

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

    first = [text.first(text.place[word]) for word in wrong]
    return list(some(np.array(sorted(first), dtype=np.intp), breach, "such codes"))


def _all_short(words: list[str]) -> bool:
    """Whether all codes look like HS codes of chapters 1 to 9 without their zero."""
    return bool(words) and all(len(w) == 5 and w.isdigit() and w[0] != "0" for w in words)
