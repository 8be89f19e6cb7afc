"""Cells that hold codes, words and dates: what is wrong with them, in words."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import numpy as np

from chainwright import classes
from chainwright.errors import Breach, UnknownCodeError, near
from chainwright.params import table
from chainwright.sources.typed_rows import Rows

__all__ = [
    "Fault",
    "cell_faults",
    "class_fault",
    "codes_in",
    "date_fault",
    "division_fault",
    "place_fault",
    "product_fault",
    "word_fault",
    "words",
]

Fault = tuple[str, str]
"""What is expected of a cell, and what to do."""

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""Beijing, Tianjin, Shanghai and Chongqing, which have districts and no cities."""

DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@cache
def words(of: str) -> tuple[str, ...]:
    """Return the words of a column of chain maps, in order.

    Parameters
    ----------
    of : str
        ``kind``, ``stage``, ``necessity``, ``basis`` or ``confidence``.
    """
    return tuple(row["word"] for row in table("chain_words") if row["list"] == of)


def codes_in(text: str) -> tuple[str, ...]:
    """Return the codes of a cell that holds several.

    Parameters
    ----------
    text : str
        Codes with ``;`` between.

    Examples
    --------
    >>> codes_in("3091; 3985")
    ('3091', '3985')
    """
    return tuple(word for part in text.split(";") if (word := part.strip()))


def cell_faults(
    rows: Rows, column: str, fault: Callable[[str], Fault | None], *, several: bool = False
) -> list[Breach]:
    """Return a breach for each filled cell of a column that has a fault.

    Parameters
    ----------
    rows : Rows
        The table.
    column : str
        One of its columns of text.
    fault : callable
        Says what is expected of a text and what to do, or nothing where it is right.
    several : bool
        Whether the cell holds several texts with ``;`` between.
    """
    told = []
    filled = np.flatnonzero((rows.frame[column] != "").to_numpy())
    for place, text in zip(filled, rows.frame[column].iloc[filled], strict=True):
        number = rows.numbers[int(place)]
        for word in codes_in(text) if several else (text,):
            found = fault(word)
            if found:
                where = f"row {number}, column '{column}'"
                told.append(Breach(where, repr(word), *found))
    return told


def word_fault(of: Sequence[str]) -> Callable[[str], Fault | None]:
    """Return what says whether a text is one `of` some words, and offers near ones if not."""

    def fault(text: str) -> Fault | None:
        if text in of:
            return None
        return f"one of {', '.join(of)}", f"Write one of them.{near(text, of)}"

    return fault


def date_fault(text: str) -> Fault | None:
    """Return what is wrong with a date `text`, or nothing."""
    expected = "a date, as 2024, 2024-05 or 2024-05-31"
    match = DATE.fullmatch(text)
    if match is None:
        return expected, "Write the year first, with hyphens."
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        date(year, month, day)
    except ValueError:
        return expected, "There is no such day."
    return None


def place_fault(text: str) -> Fault | None:
    """Return what is wrong with a code of a country or territory, `text`, or nothing."""
    expected = "a country or territory in ISO 3166-1 alpha-3"
    try:
        place = classes.place(text)
    except UnknownCodeError as error:
        return expected, f"Write its code of three letters. {error}"
    if place.kind not in {"country", "user"}:
        return expected, f"{place.name_en} is no country: name the countries, or leave the row out."
    if place.code != text:
        return expected, f"Write {place.code}."
    return None


def class_fault(text: str) -> Fault | None:
    """Return what is wrong with a code of GB/T 4754-2017, `text`, or nothing."""
    expected = "a code of GB/T 4754-2017 with two to four digits"
    if not re.fullmatch(r"\d{2,4}", text):
        return expected, "Write digits alone, such as 3841, with ';' between codes."
    return _listed(text, "GBT4754", expected)


def product_fault(text: str) -> Fault | None:
    """Return what is wrong with a code of HS 2017, `text`, or nothing."""
    expected = "a code of HS 2017 with six digits"
    if not re.fullmatch(r"\d{6}", text):
        return expected, "Write six digits as text, such as 850760, with ';' between codes."
    if text.startswith("99"):
        return expected, "Chapter 99 stands for goods that nobody classed. Name their codes."
    return _listed(text, "HS2017", expected)


def division_fault(text: str) -> Fault | None:
    """Return what is wrong with a code of GB/T 2260, `text`, or nothing.

    Our list ends with cities: a district or county passes where its city is listed, and the
    districts (01) and counties (02) of municipalities do.
    """
    expected = "a code of GB/T 2260 with six digits"
    if not re.fullmatch(r"\d{6}", text):
        return expected, "Write six digits, such as 440300."
    of_city = text[:2] in MUNICIPALITIES and text[2:4] in {"01", "02"}
    if of_city or f"{text[:4]}00" in _codes("GBT2260"):
        return None
    return _listed(text, "GBT2260", expected)


def _listed(text: str, of: str, expected: str) -> Fault | None:
    known = _codes(of)
    if text in known:
        return None
    return expected, f"There is no such code.{near(text, known)}"


@cache
def _codes(of: str) -> frozenset[str]:
    return frozenset(classes.classification(of).codes)
