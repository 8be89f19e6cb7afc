"""Looking firms up by parts of their codes and names, and codes that are close to a wrong one."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chainwright.errors import UnknownCodeError, near

__all__ = ["FirmNames", "folded"]

SEARCHED = ("firm", "credit_code", "name_zh", "name_en")
CLOSE = 12
"""Codes that are looked at closely where one is not known."""


def folded(text: str) -> str:
    """Return a text as it is looked up: without case, full-width letters and digits as usual ones.

    Parameters
    ----------
    text : str
        The text.

    Examples
    --------
    >>> folded(" ９１ＡB湖州 ")
    '91ab湖州'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class FirmNames:
    """The codes and names of a registry, ready to be looked up.

    Parameters
    ----------
    registry : DataFrame
        The registry of firms (``chainwright schema firms``).

    Examples
    --------
    >>> names = FirmNames(pd.DataFrame({"firm": ["A1", "B2"], "name_zh": ["甲厂", "乙厂"]}))
    >>> names.fitting("乙", 20)[0][0]["firm"], names.known("A1"), names.known("A")
    ('B2', True, False)
    """

    def __init__(self, registry: pd.DataFrame) -> None:
        columns = [name for name in SEARCHED if name in registry]
        shown = registry[columns].astype("string").fillna("").sort_values("firm", kind="stable")
        self._rows: Sequence[Mapping[Any, Any]] = shown.to_dict("records")
        self._texts = ["\n".join(map(folded, row.values())) for row in self._rows]
        self._codes = [str(row["firm"]) for row in self._rows]
        self._known = frozenset(self._codes)

    def known(self, firm: str) -> bool:
        """Return whether the registry has a firm.

        Parameters
        ----------
        firm : str
            Its code.
        """
        return firm in self._known

    def fitting(self, asked: str, most: int) -> tuple[list[Mapping[Any, Any]], int]:
        """Return the first firms that fit, those whose code begins so first, and how many fit.

        Parameters
        ----------
        asked : str
            Part of a code or name.
        most : int
            How many are returned.
        """
        wanted = folded(asked)
        found = [i for i, text in enumerate(self._texts) if wanted in text]
        found.sort(key=lambda i: not self._texts[i].startswith(wanted))
        return [self._rows[i] for i in found[:most]], len(found)

    def unknown(self, firm: str, kind: str) -> UnknownCodeError:
        """Return the error for a code that the registry lacks, with codes that are close to it.

        All codes are compared place by place, from both ends; only the closest are looked at more
        closely, which takes long.

        Parameters
        ----------
        firm : str
            The code that was asked for.
        kind : str
            What it should have been, in words.
        """
        if not self._codes:
            return UnknownCodeError(firm, kind, [])
        long = max(len(firm), *map(len, self._codes))
        same = np.zeros(len(self._codes), dtype=np.int64)
        for pad in (str.ljust, str.rjust):
            held = np.array([pad(code, long) for code in self._codes])
            same += (_places(held, long) == _places(np.array([pad(firm, long)]), long)).sum(axis=1)
        closest = [self._codes[i] for i in np.argsort(-same, kind="stable")[:CLOSE]]
        return UnknownCodeError(firm, kind, closest if near(firm, closest) else [])


def _places(codes: NDArray[np.str_], long: int) -> NDArray[np.uint32]:
    """Return the characters of codes of one length, a column each."""
    return codes.view(np.uint32).reshape(len(codes), long)
