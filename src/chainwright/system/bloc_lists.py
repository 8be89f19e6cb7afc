"""Blocs of the user's own: a mapping, or a small table with the columns group and code."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chainwright.classes import place
from chainwright.errors import Breach, MissingFileError, TableError, UnknownCodeError, near

__all__ = ["OwnBlocs", "own_blocs"]

OwnBlocs = Mapping[str, Sequence[str]] | Path | str | Any
"""A mapping of name to codes, the path of a CSV, or a DataFrame with the columns group and code."""

COLUMNS = ("group", "code")


def own_blocs(given: OwnBlocs, *, countries: bool = True) -> dict[str, tuple[str, ...]]:
    """Return blocs of the user's own by name, their members as ISO 3166 alpha-3 codes.

    Parameters
    ----------
    given : mapping, path or DataFrame
        ``{"Mekong": ["VNM", "LAO", "KHM"]}``; or a CSV or DataFrame with the columns ``group`` and
        ``code``, one row a member.
    countries : bool
        Whether codes are those of countries; else they are taken as they are.

    Raises
    ------
    TableError
        If a column is missing, a code is unknown or stands twice, or a bloc has the name of a
        country; it lists every breach.
    MissingFileError
        If there is no such file.

    Examples
    --------
    >>> own_blocs({"Mekong": ["VN", "LA", "KH"]})
    {'Mekong': ('VNM', 'LAO', 'KHM')}
    """
    table, rows = _rows(given)
    found: dict[str, dict[str, str]] = {}
    breaches: list[Breach] = []
    for where, group, word in ((at, name.strip(), code.strip()) for at, name, code in rows):
        if not group or not word:
            expected = "the name of a bloc and a code"
            breaches.append(Breach(where, "an empty cell", expected, "Fill it in."))
            continue
        code = word
        if countries:
            if group not in found and _is_place(group):
                breaches.append(
                    Breach(
                        where, f"a bloc named '{group}', which is the code of a country",
                        "a name that is no code", "Give the bloc another name.",
                    )
                )  # fmt: skip
            try:
                code = place(word).code
            except UnknownCodeError as error:
                _, meant, names = error.message.partition(" Did you mean")
                expected, remedy = "a code of a country, as 'VNM' or 'VN'", "Correct it."
                breaches.append(Breach(where, f"'{word}'", expected, remedy + meant + names))
                continue
        members = found.setdefault(group, {})
        if code in members:
            breaches.append(
                Breach(where, f"'{word}' again, as in {members[code]}", "each member once",
                       "Take one of them out.")
            )  # fmt: skip
            continue
        members[code] = where
    if not rows:
        breaches.append(Breach("the table", "no row", "a row for each member", "Give its members."))
    if breaches:
        raise TableError(table, breaches)
    return {group: tuple(members) for group, members in found.items()}


def _is_place(word: str) -> bool:
    try:
        place(word)
    except UnknownCodeError:
        return False
    return True


def _rows(given: OwnBlocs) -> tuple[str, list[tuple[str, str, str]]]:
    """Return what to call the table, and its rows: where it stands, bloc and code."""
    if isinstance(given, Mapping):
        return "the given blocs", [
            (f"bloc '{group}', member {i}", str(group), str(code))
            for group, codes in given.items()
            for i, code in enumerate([codes] if isinstance(codes, str) else codes, 1)
        ]
    if isinstance(given, str | Path):
        path = Path(given)
        if not path.is_file():
            msg = f"There is no file '{given}' of blocs."
            raise MissingFileError(msg)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            breach = Breach("the text", "bytes that are not UTF-8", "UTF-8", "Save as 'CSV UTF-8'.")
            raise TableError(path.name, [breach]) from error
        header, *lines = [*csv.reader(io.StringIO(text))] or [[]]
        _need(path.name, header)
        at = [header.index(column) for column in COLUMNS]
        return path.name, [
            (f"row {number}", *(row[i] if i < len(row) else "" for i in at))  # type: ignore[misc]
            for number, row in enumerate(lines, 2)
            if row
        ]
    header = [str(column) for column in getattr(given, "columns", ())]
    _need("the given blocs", header)
    pairs = zip(given["group"], given["code"], strict=True)
    return "the given blocs", [
        (f"row {number}", str(group), str(code)) for number, (group, code) in enumerate(pairs, 2)
    ]


def _need(name: str, header: Sequence[str]) -> None:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        shown = ", ".join(map(repr, header)) or "no columns"
        raise TableError(
            name,
            [
                Breach(
                    "row 1",
                    f"no column '{column}' among {shown}",
                    "the columns group and code",
                    f"Write one row a member.{near(column, header)}",
                )
                for column in missing
            ],
        )
