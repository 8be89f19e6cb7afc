"""Identities, codes, texts and places as cells hold them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache

from chainwright.classes.places import place_codes, places
from chainwright.errors import near
from chainwright.params import table
from chainwright.sources.intake.cell_words import error_code, is_missing, plain
from chainwright.sources.intake.grids import Told

__all__ = ["identities", "place_names", "texts"]

Texts = tuple[list[str], dict[int, Told]]
"""Text of each cell, empty where missing or faulty, and the faults by the cell's place."""

EXACT = 10**15
"""Numbers from here on are not exact in a spreadsheet, which keeps 15 digits."""

SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+\d+")

TEXT_MARK = re.compile(r"^'(?=\w[^']*$)")
"""An apostrophe in front, by which spreadsheets are told that a cell is text."""


def identities(cells: Sequence[object]) -> Texts:
    """Return the identities that distinct cells of a column hold.

    Whole numbers lose their decimal point, leading zeros of texts stay, blanks around go.

    Parameters
    ----------
    cells : sequence
        Distinct raw cells.

    Examples
    --------
    >>> identities([1001.0, "007 ", "1.23E+11", "N/A"])
    (['1001', '007', '', ''], {2: ('scientific', {})})
    """
    found = [""] * len(cells)
    faults: dict[int, Told] = {}
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            text = plain(cell)
            if code := error_code(text):
                faults[i] = (code, {})
            elif text.upper() in {"TRUE", "FALSE"}:
                faults[i] = ("boolean", {})
            elif SCIENTIFIC.fullmatch(text):
                faults[i] = ("scientific", {})
            elif not is_missing(text):
                text = TEXT_MARK.sub("", text)
                found[i] = re.sub(r"(?<=^\d)(\d*)\.0+$", r"\1", text)
        elif isinstance(cell, (date, datetime, time)):
            faults[i] = ("date_identity", {})
        elif isinstance(cell, bool) or not isinstance(cell, (int, float)):
            faults[i] = ("boolean", {})
        elif cell != cell // 1:
            faults[i] = ("decimal_identity", {})
        elif abs(cell) >= EXACT:
            faults[i] = ("long_number", {})
        else:
            found[i] = str(int(cell))
    return found, faults


def texts(cells: Sequence[object]) -> Texts:
    """Return distinct cells of a column as text; a number that is whole has no decimal point.

    Parameters
    ----------
    cells : sequence
        Distinct raw cells.

    Examples
    --------
    >>> texts([" North  East ", 12.0, "暂无"])[0]
    ['North East', '12', '']
    """
    found = [""] * len(cells)
    faults: dict[int, Told] = {}
    for i, cell in enumerate(cells):
        if isinstance(cell, float) and cell.is_integer():
            found[i] = str(int(cell))
            continue
        text = plain(str(cell))
        if code := error_code(text):
            faults[i] = (code, {})
        elif not is_missing(text):
            found[i] = text
    return found, faults


@cache
def _names() -> dict[str, str]:
    """Return the code of each country by its codes and names in lower case."""
    by_code = {p.code: p for p in places().values() if p.kind in {"country", "user"}}
    found = {
        code.casefold(): to
        for code, to in place_codes().items()
        if to in by_code and code.isalpha() and len(code) in {2, 3}
    }
    for place in by_code.values():
        found[plain(place.name_en).casefold()] = place.code
        found[plain(place.name_zh)] = place.code
    for row in table("intake_words"):
        if row["kind"].startswith("place "):
            found[plain(row["word"]).casefold()] = row["kind"].removeprefix("place ")
    return found


@cache
def _shown() -> tuple[str, ...]:
    """Return the names of countries as they are told to people."""
    held = [p for p in places().values() if p.kind in {"country", "user"}]
    return (*(p.name_en for p in held), *(p.name_zh for p in held))


def place_names(cells: Sequence[object]) -> Texts:
    """Return ISO 3166-1 alpha-3 codes of distinct cells that hold codes or names of countries.

    Parameters
    ----------
    cells : sequence
        Distinct raw cells.

    Examples
    --------
    >>> place_names(["中国", "de", "South Korea", "Atlantis"])[0]
    ['CHN', 'DEU', 'KOR', '']
    """
    found, faults = texts(cells)
    for i, text in enumerate(found):
        if not text:
            continue
        found[i] = _names().get(text.casefold(), "")
        if not found[i]:
            faults[i] = ("no_place", {"near": near(text, _shown())})
    return found, faults
