"""Texts in Chinese and English by their keys, each in one row of a table of the package."""

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import ClassVar

from chainwright.errors import UnknownCodeError
from chainwright.params.agreement import agreed

__all__ = ["Phrases"]


@cache
def _texts(tables: tuple[str, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in tables:
        text = files("chainwright").joinpath(name).read_text(encoding="utf-8")
        found |= {row["key"]: row for row in csv.DictReader(io.StringIO(text))}
    return found


@dataclass(frozen=True)
class Phrases:
    """Texts of some tables, in one language.

    Parameters
    ----------
    language : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> class BriefPhrases(Phrases):
    ...     tables = ("report/words.csv",)
    >>> BriefPhrases("en").say("yes"), BriefPhrases("zh").say("yes")
    ('yes', '是')
    """

    tables: ClassVar[tuple[str, ...]]
    """Files of texts: key, en, zh."""

    written: ClassVar[str] = "text"
    """What the texts are called where there is none of a key."""

    language: str

    def say(self, key: str, **given: object) -> str:
        """Return the text `key` with the values `given` in its places.

        A place ``{n:item|items}`` takes the word that agrees with the count n.

        Parameters
        ----------
        key : str
            A row of the tables.
        **given
            What its places are filled with.

        Raises
        ------
        UnknownCodeError
            If there is no such text.
        """
        return agreed(self.row(key)[self.language], **given)

    def knows(self, key: str) -> bool:
        """Return whether there is a text `key`."""
        return key in _texts(self.tables)

    def row(self, key: str) -> dict[str, str]:
        """Return the text `key` in both languages, its places open."""
        known = _texts(self.tables)
        if key not in known:
            raise UnknownCodeError(key, self.written, known)
        return known[key]
