"""A method of rating, read from its file: what a grade is, who says so, and how sure that is."""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainwright.errors import (
    Breach,
    FormatError,
    MissingFileError,
    MissingPartError,
    TableError,
    UnknownCodeError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CERTAINTIES", "UNPUBLISHED", "Method", "methods"]

CERTAINTIES = {
    "official": ("as the issuer published it", "依据发布机构原文"),
    "secondary": (
        "as quoted by others, not read in the issuer's own text",
        "依据转引，未见发布机构原文",
    ),
    "ours": ("our own, of no authority", "本软件自拟，非官方"),
}
"""How sure a method is, in English and Chinese."""

UNPUBLISHED = {"db33-1347-2023": "DB33/T 1347-2023"}
"""Standards that are in force and whose thresholds are not known here."""

MEANS = ("ratio_of_sums", "mean_of_ratios")
OWN = ("included", "excluded")
MOST_GRADES, MOST_LEVELS = 5, 3
BYTES = 100_000
"""Largest method file that is read."""

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Method:
    """How firms are rated.

    Parameters
    ----------
    id : str
        Name that every code prints: lower-case letters, digits, points and hyphens.
    title_en, title_zh : str
        What it is called.
    issuer_en, issuer_zh : str
        Who issued it.
    certainty : str
        ``"official"``, ``"secondary"`` (as others quote it) or ``"ours"``.
    valid_from, valid_to : str
        First and last month of validity, YYYY-MM; the last is empty for a method in force.
    grade_bounds : tuple of float
        Upper bounds of K of all grades but the last, rising; a bound belongs to the better grade.
    level_bounds : tuple of float
        Upper bounds of L of all levels but the last [tCO2 per 10^4 CNY].
    mean : str
        ``"ratio_of_sums"``, sum E / sum VA, or ``"mean_of_ratios"``, the mean of E / VA.
    own : str
        Whether the firm itself is ``"included"`` in the mean or ``"excluded"``.
    least_peers : int
        Firms that a peer group needs; with fewer, the next wider group is taken.
    window_months : int
        Months that a rating sums up.
    colours : tuple of str
        Colour of each grade, #RRGGBB.
    source : str
        Where it was read.
    date : str
        When.

    Examples
    --------
    >>> Method.named("zj-2021").grade_bounds
    (0.6, 0.8, 1.2, 2.0)
    """

    id: str
    title_en: str
    title_zh: str
    issuer_en: str
    issuer_zh: str
    certainty: str
    valid_from: str
    valid_to: str
    grade_bounds: tuple[float, ...]
    level_bounds: tuple[float, ...]
    mean: str
    own: str
    least_peers: int
    window_months: int
    colours: tuple[str, ...]
    source: str
    date: str

    @classmethod
    def named(cls, name: str) -> "Method":
        """Return a method that comes with the program.

        Parameters
        ----------
        name : str
            One of `methods`.

        Raises
        ------
        MissingPartError
            If it is a standard whose thresholds are not known here.
        UnknownCodeError
            If there is no such method.
        """
        if name in UNPUBLISHED:
            raise MissingPartError(
                f"the thresholds of {UNPUBLISHED[name]}",
                "They are not public, so none are made up: write them into a method file, in the "
                "form of zj-2021.toml, and give its path (Method.read).",
            )
        if name not in methods():
            raise UnknownCodeError(name, "method of rating", methods())
        return _named(name)

    @classmethod
    def read(cls, path: Path | str) -> "Method":
        """Return the method in a file.

        Parameters
        ----------
        path : path
            A TOML file with every field of this class.

        Raises
        ------
        MissingFileError, FormatError
            If there is no such file, or it is no TOML.
        TableError
            If a field is missing, unknown or out of range; it lists every breach.
        """
        file = Path(path)
        if not file.is_file():
            raise MissingFileError(f"There is no method file '{file}'.")
        data = file.read_bytes()[: BYTES + 1]
        if len(data) > BYTES:
            raise FormatError(f"'{file.name}' has more than {BYTES:,} bytes: no method file.")
        return cls.of_text(data, file.name)

    @classmethod
    def of_text(cls, data: bytes, name: str) -> "Method":
        """Return the method in the bytes of a file.

        Parameters
        ----------
        data : bytes
            TOML in UTF-8.
        name : str
            How messages call it.

        Raises
        ------
        FormatError, TableError
            As for `read`.
        """
        try:
            given = tomllib.loads(data.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise FormatError(f"'{name}' is no TOML in UTF-8: {error}.") from error
        breaches = list(_breaches(given))
        if breaches:
            raise TableError(name, breaches)
        held: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
        return cls(**held)

    @property
    def grades(self) -> int:
        """Number of grades."""
        return len(self.grade_bounds) + 1

    def said(self, language: str = "en") -> str:
        """Return its name, its standing and who issued it, in a line.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.

        Examples
        --------
        >>> Method.named("zj-2021-loo").said()
        'zj-2021-loo (our own, of no authority; chainwright)'
        """
        en, zh = CERTAINTIES[self.certainty]
        if language == "zh":
            return f"{self.id}（{zh}；{self.issuer_zh}）"
        return f"{self.id} ({en}; {self.issuer_en})"


@cache
def methods() -> tuple[str, ...]:
    """Return the names of the methods that come with the program, sorted.

    Examples
    --------
    >>> methods()
    ('zj-2021', 'zj-2021-loo')
    """
    found = files("chainwright").joinpath("carbon/methods").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in found if f.name.endswith(".toml")))


@cache
def _named(name: str) -> Method:
    file = files("chainwright").joinpath(f"carbon/methods/{name}.toml")
    return Method.of_text(file.read_bytes(), file.name)


def _breaches(given: "Mapping[str, Any]") -> "Iterator[Breach]":
    known = [f.name for f in fields(Method)]
    for name in (n for n in given if n not in known):
        yield Breach(
            f"field '{name}'",
            "a field that no method has",
            "one of " + ", ".join(known),
            "Leave it out.",
        )
    for name in known:
        if name not in given:
            yield Breach(f"field '{name}'", "nothing", EXPECTED[name], "Add it.")
        elif not _fits(name, given[name], given):
            yield Breach(f"field '{name}'", repr(given[name]), EXPECTED[name], "Correct it.")


EXPECTED = {
    "id": "lower-case letters, digits, points and hyphens, 40 at most",
    "title_en": "text",
    "title_zh": "text",
    "issuer_en": "text",
    "issuer_zh": "text",
    "certainty": "one of " + ", ".join(CERTAINTIES),
    "valid_from": "a month, YYYY-MM",
    "valid_to": "a month, YYYY-MM, not before valid_from, or empty",
    "grade_bounds": f"1 to {MOST_GRADES - 1} rising numbers above 0",
    "level_bounds": f"1 to {MOST_LEVELS - 1} rising numbers above 0",
    "mean": "one of " + ", ".join(MEANS),
    "own": "one of " + ", ".join(OWN),
    "least_peers": "a whole number from 1 to 1000",
    "window_months": "a whole number from 1 to 60",
    "colours": "a colour #RRGGBB for each grade",
    "source": "text",
    "date": "text",
}
"""What each field of a method file must be."""


def _fits(name: str, value: object, given: "Mapping[str, Any]") -> bool:
    """Return whether a field is what `EXPECTED` says."""
    if name in {"grade_bounds", "level_bounds"}:
        return _rising(value, MOST_GRADES if name == "grade_bounds" else MOST_LEVELS)
    if name in {"least_peers", "window_months"}:
        return type(value) is int and 1 <= value <= (1000 if name == "least_peers" else 60)
    if name == "colours":
        return _coloured(value, given.get("grade_bounds"))
    return isinstance(value, str) and _says(name, value, given)


def _says(name: str, text: str, given: "Mapping[str, Any]") -> bool:
    words = {"certainty": tuple(CERTAINTIES), "mean": MEANS, "own": OWN}
    if name in words:
        return text in words[name]
    if name == "valid_to" and text:
        since = given.get("valid_from")
        after = not isinstance(since, str) or text >= since
        return MONTH.fullmatch(text) is not None and after
    pattern = {"id": NAME, "valid_from": MONTH}.get(name)
    return name == "valid_to" or (pattern.fullmatch(text) is not None if pattern else bool(text))


def _coloured(value: object, bounds: object) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(c, str) and COLOUR.fullmatch(c) is not None for c in value)
        and (not isinstance(bounds, list) or len(value) == len(bounds) + 1)
    )


def _rising(value: object, fewer_than: int) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) < fewer_than
        and all(type(b) in {int, float} and 0 < b < float("inf") for b in value)
        and all(a < b for a, b in pairwise(value))
    )
