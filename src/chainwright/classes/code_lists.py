"""A classification: the codes of one list, what they are called and which holds which."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Literal

import pandas as pd

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import table

__all__ = ["Classification", "classification", "lists"]

Language = Literal["en", "zh"]

HS = ("HS1992", "HS2017", "HS2022")
"""Revisions of the Harmonized System whose lists are here, oldest first."""


@dataclass(frozen=True, repr=False)
class Classification:
    """The codes of one list; all sequences are in the order of `codes`.

    Parameters
    ----------
    key : str
        Name of the list: ``"GBT4754"``.
    title_en, title_zh : str
        What it is called.
    codes : tuple of str
        Its codes of every level, in the order of the list.
    parents : tuple of str
        The code that holds each, which stands before it; empty at the top.
    levels : tuple of int
        1 for the top level, 2 for what it holds, and so on.
    names_en, names_zh : tuple of str
        What each code is called; empty where the list has no name in that language.
    source : str
        Key of the fact table ``references``, which has title, publisher and licence.

    Raises
    ------
    ParameterError
        If a parent is no code of the list, or does not stand before what it holds.

    Attributes
    ----------
    place : mapping of str to int
        Where each code stands in `codes`.

    Examples
    --------
    >>> gbt = classification("GBT4754")
    >>> gbt.name("3841", "zh"), gbt.parent("3841"), gbt.counts(within="C")
    ('锂离子电池制造', '384', {2: 31, 3: 179, 4: 609})
    """

    key: str
    title_en: str
    title_zh: str
    codes: tuple[str, ...]
    parents: tuple[str, ...]
    levels: tuple[int, ...]
    names_en: tuple[str, ...]
    names_zh: tuple[str, ...]
    source: str
    place: Mapping[str, int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        where = MappingProxyType({code: i for i, code in enumerate(self.codes)})
        object.__setattr__(self, "place", where)
        for i, parent in enumerate(self.parents):
            if parent and where.get(parent, i) >= i:
                expected = "codes that stand before what they hold"
                raise ParameterError("parents", "Classification", expected, parent)

    def __contains__(self, code: object) -> bool:
        return code in self.place

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return f"<{self.key}: {self.title_en}, {len(self):,} codes>"

    def _at(self, code: str) -> int:
        if code not in self.place:
            raise UnknownCodeError(code, f"code of {self.key}", self.codes)
        return self.place[code]

    def name(self, code: str, language: Language = "en") -> str:
        """Return what a code is called, empty where it has no name in that language.

        Parameters
        ----------
        code : str
            A code of the list.
        language : str
            ``"en"`` or ``"zh"``.

        Raises
        ------
        UnknownCodeError
            If the list lacks the code; near ones are offered.
        """
        return (self.names_zh if language == "zh" else self.names_en)[self._at(code)]

    def parent(self, code: str) -> str:
        """Return the code that holds `code`, empty at the top.

        Parameters
        ----------
        code : str
            A code of the list.
        """
        return self.parents[self._at(code)]

    def level(self, code: str) -> int:
        """Return the level of a code, 1 at the top.

        Parameters
        ----------
        code : str
            A code of the list.
        """
        return self.levels[self._at(code)]

    def children(self, code: str = "") -> tuple[str, ...]:
        """Return the codes right below `code`, in the order of the list.

        Parameters
        ----------
        code : str
            A code of the list; empty for the top level.
        """
        if code:
            self._at(code)
        return tuple(c for c, p in zip(self.codes, self.parents, strict=True) if p == code)

    def line(self, code: str) -> tuple[str, ...]:
        """Return `code` and all codes that hold it, the top one last.

        Parameters
        ----------
        code : str
            A code of the list.

        Examples
        --------
        >>> classification("GBT4754").line("3841")
        ('3841', '384', '38', 'C')
        """
        found = [code]
        while above := self.parent(found[-1]):
            found.append(above)
        return tuple(found)

    def counts(self, *, within: str | Sequence[str] = ()) -> dict[int, int]:
        """Return how many codes each level has.

        Parameters
        ----------
        within : str or sequence of str, optional
            Count only what these codes hold, they themselves not; all codes if empty.
        """
        tops = {within} if isinstance(within, str) else set(within)
        for top in tops:
            self._at(top)
        held = (i for i, c in enumerate(self.codes) if not tops or tops & {*self.line(c)[1:]})
        return dict(sorted(Counter(self.levels[i] for i in held).items()))

    def table(self) -> pd.DataFrame:
        """Return one row a code: code, level, parent, name_en, name_zh."""
        return pd.DataFrame(
            {
                "code": self.codes,
                "level": self.levels,
                "parent": self.parents,
                "name_en": self.names_en,
                "name_zh": self.names_zh,
            }
        )


def lists() -> pd.DataFrame:
    """Return one row a classification: list, title_en, title_zh, codes, source.

    Examples
    --------
    >>> list(lists()["list"])
    ['GBT4754', 'ISIC4', 'NACE2', 'HS2022', 'HS2017', 'HS1992', 'GBT2260', 'ISO3166']
    """
    rows = [dict(row) for row in table("classifications")]
    frame = pd.DataFrame(rows)[["list", "title_en", "title_zh", "source"]]
    frame.insert(3, "codes", [len(classification(key)) for key in frame["list"]])
    return frame


@cache
def classification(name: str) -> Classification:
    """Return one of the classifications that `lists` names.

    Parameters
    ----------
    name : str
        ``"GBT4754"`` (GB/T 4754-2017; the English names are our own translation), ``"ISIC4"``
        (Chinese names of sections and divisions are our own translation), ``"NACE2"``,
        ``"HS1992"``, ``"HS2017"``, ``"HS2022"`` (Chinese names of the chapters are our own
        translation), ``"GBT2260"`` or ``"ISO3166"``.

    Raises
    ------
    UnknownCodeError
        If there is no such list; the known ones are named.

    Examples
    --------
    >>> classification("HS2017").name("283691")
    'Carbonates; lithium carbonate'
    """
    known = {row["list"]: row for row in table("classifications")}
    if name not in known:
        raise UnknownCodeError(name, "classification", known)
    if name in HS:
        codes, parents, levels, english, chinese = _harmonized(name)
    elif name == "ISO3166":
        places = [row for row in table("places") if row["kind"] == "country"]
        codes = [row["code"] for row in places]
        parents, levels = [""] * len(codes), [1] * len(codes)
        english = [row["name_en"] for row in places]
        chinese = [row["name_zh"] for row in places]
    else:
        rows = table(name.lower())
        codes, parents = [row["code"] for row in rows], [row["parent"] for row in rows]
        levels = [int(row["level"]) for row in rows]
        english = [row["name_en"] for row in rows]
        chinese = [row.get("name_zh", "") for row in rows]
    about = known[name]
    return Classification(
        name,
        about["title_en"],
        about["title_zh"],
        tuple(codes),
        tuple(parents),
        tuple(levels),
        tuple(english),
        tuple(chinese),
        about["source"],
    )


def _harmonized(
    name: str,
) -> tuple[list[str], list[str], list[int], list[str], list[str]]:
    """Return codes, parents, levels and names of a revision of the Harmonized System."""
    year = name.removeprefix("HS")
    rows = [row for row in table("hs") if year in row["revisions"]]
    chinese = {row["code"]: row["name_zh"] for row in table("hs_chapters")}
    codes = [row["code"] for row in rows]
    return (
        codes,
        [code[:-2] for code in codes],
        [len(code) // 2 for code in codes],
        [row["name_en"] for row in rows],
        [chinese.get(code, "") for code in codes],
    )
