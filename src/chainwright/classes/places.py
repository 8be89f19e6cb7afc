"""Codes of places: the ISO 3166-1 alpha-3 code behind what a file writes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import table

__all__ = ["Place", "place", "place_code", "place_codes"]

Numbers = Literal["trade", "m49"]


@dataclass(frozen=True)
class Place:
    """A place of the fact table ``places``.

    Parameters
    ----------
    code : str
        ISO 3166-1 alpha-3 code; for what has none, the code that trade statistics give it.
    kind : str
        ``country`` (ISO 3166-1), ``former`` (ISO 3166-3), ``user`` (a user-assigned code), ``rest``
        (not elsewhere specified) or ``group`` (it holds other places, so that it counts twice
        when it is added to them).
    iso2 : str
        ISO 3166-1 alpha-2 code, empty where there is none.
    m49 : str
        Numeric code of ISO 3166-1 and of the United Nations' M49, three digits.
    name_en, name_zh : str
        What it is called.
    """

    code: str
    kind: str
    iso2: str
    m49: str
    name_en: str
    name_zh: str


@cache
def places() -> Mapping[str, Place]:
    """Return every place by its code."""
    return MappingProxyType(
        {
            row["code"]: Place(
                row["code"], row["kind"], row["iso2"], row["m49"], row["name_en"], row["name_zh"]
            )
            for row in table("places")
        }
    )


@cache
def place_codes(numbers: Numbers = "trade") -> Mapping[str, str]:
    """Return the code of each place by everything that a file may write for it.

    The keys are alpha-3 and alpha-2 codes in capitals, among them those that were in use once
    (``ROM``, ``ZAR``) or in one publication (``S19``), and numbers of three digits and without
    their leading zeros.

    Parameters
    ----------
    numbers : str
        ``"trade"``: numbers are those of UN Comtrade and CEPII BACI (842 the United States, 699
        India), with M49 for the others; ``"m49"``: numbers are M49 alone. They differ in what 492
        is: "Europe EU, not elsewhere specified" in trade, Monaco in M49.

    Raises
    ------
    ParameterError
        If `numbers` is neither.

    Examples
    --------
    >>> place_codes()["NA"], place_codes()["36"], place_codes()["842"]
    ('NAM', 'AUS', 'USA')
    """
    if numbers not in {"trade", "m49"}:
        raise ParameterError("numbers", "place_codes", "'trade' or 'm49'", numbers)
    found: dict[str, str] = {}
    for column in ("m49", "trade") if numbers == "trade" else ("m49",):
        for row in table("places"):  # trade numbers come last: they win where the two differ
            for number in filter(None, row[column].split(";")):
                found |= {number: row["code"], str(int(number)): row["code"]}
    for row in table("places"):
        words = (row["code"], row["iso2"], *row["also"].split(";"))
        found |= {word: row["code"] for word in words if word and not word.isdigit()}
    return MappingProxyType(found)


def place(text: str | int, *, numbers: Numbers = "trade") -> Place:
    """Return the place that a code stands for.

    Parameters
    ----------
    text : str or int
        An alpha-3, alpha-2 or numeric code; case, width and leading zeros do not matter.
    numbers : str
        Whose numbers: ``"trade"`` or ``"m49"``, see `place_codes`.

    Raises
    ------
    UnknownCodeError
        If it is in no list that is known here; near ones are offered. Names are not codes.

    Examples
    --------
    >>> place(842).name_en, place("csk").kind
    ('United States', 'former')
    """
    word = unicodedata.normalize("NFKC", str(text)).strip().upper()
    code = place_codes(numbers).get(word)
    if code is None:
        known = [f"{p.name_en} ({p.code})" for p in places().values()]
        raise UnknownCodeError(str(text), "place code", [*places(), *known])
    return places()[code]


def place_code(text: str | int, *, numbers: Numbers = "trade") -> str:
    """Return the ISO 3166-1 alpha-3 code that a code stands for.

    Parameters
    ----------
    text : str or int
        An alpha-3, alpha-2 or numeric code (M49, or the own number that UN Comtrade and CEPII BACI
        use); case, width and leading zeros do not matter.
    numbers : str
        Whose numbers: ``"trade"`` or ``"m49"``, see `place_codes`.

    Returns
    -------
    str
        For what is no country of ISO 3166-1 (`Place.kind` says so) the code that trade statistics
        give it: ``SCG``, ``ZA1``, ``R20``, or the number itself, ``"577"``.

    Raises
    ------
    UnknownCodeError
        If it is in no list that is known here; near ones are offered.

    Examples
    --------
    >>> [place_code(c) for c in ("CN", "156", "842", 699, "490", "S19", "NA", "ROM", "SCG")]
    ['CHN', 'CHN', 'USA', 'IND', 'TWN', 'TWN', 'NAM', 'ROU', 'SCG']
    >>> place_code("USB")
    Traceback (most recent call last):
    chainwright.errors.UnknownCodeError: 'USB' is no known place code. Did you mean UZB, USA, SRB?
    """
    return place(text, numbers=numbers).code
