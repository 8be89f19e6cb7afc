"""Words of readings: numbers of kinds, months."""

import re
from collections.abc import Mapping
from functools import cache

from chainwright.params.kept_units import carbon_kinds

__all__ = ["MONTH", "kind_numbers", "month_number", "month_text"]

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
"""A month as ISO 8601 writes it."""


@cache
def kind_numbers() -> Mapping[str, int]:
    """Return the numbers of the kinds of data by their codes.

    Examples
    --------
    >>> kind_numbers()["grid_electricity"]
    5
    """
    return {kind: int(row["number"]) for kind, row in carbon_kinds().items()}


def month_number(text: str) -> int | None:
    """Return the months since January 1970 of a month, or None if the text is none.

    Parameters
    ----------
    text : str
        As ``2026-10``.

    Examples
    --------
    >>> month_number("1970-02"), month_number("2026-13")
    (1, None)
    """
    found = MONTH.fullmatch(text)
    return (int(found[1]) - 1970) * 12 + int(found[2]) - 1 if found else None


def month_text(number: int) -> str:
    """Return a month as ISO 8601 writes it.

    Parameters
    ----------
    number : int
        Months since January 1970.

    Examples
    --------
    >>> month_text(681)
    '2026-10'
    """
    return f"{1970 + number // 12:04d}-{number % 12 + 1:02d}"
