"""What is found about rows: possible, rejected, or taken with something to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from chainwright.params import table

__all__ = ["POSSIBLE", "REJECTED", "TAKEN", "Finding", "reason"]

TAKEN, POSSIBLE, REJECTED = 0, 1, 2
"""How grave a finding is; a row has the state of its gravest."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a cell or a row.

    Parameters
    ----------
    grade : int
        `TAKEN`, `POSSIBLE` or `REJECTED`.
    table : str
        One of the maker's tables.
    position : int
        Row of its frame, from 0.
    column : str
        The column of the cell; empty for the row.
    found : str
        What stands there.
    code : str
        A row of the fact table ``matching_reasons``.
    facts : mapping
        What its words leave open; ``name`` is said in both languages, ``name_en`` and ``name_zh``
        in one each.
    kind : str
        What is to be picked: ``item``, ``supplier``, ``site``, ``place``, ``pair``, ``stock``,
        ``shares``; empty if nothing is.
    candidates : tuple of (str, float)
        What may be picked, with likeness (NaN where it is a choice and no likeness).
    whole : bool
        Whether the row cannot stand without the cell; else the cell alone is left out.
    rows : int
        Rows that it is said of; of several, `position` is the first.
    """

    grade: int
    table: str
    position: int
    column: str
    found: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    kind: str = ""
    candidates: tuple[tuple[str, float], ...] = ()
    whole: bool = True
    rows: int = 1


def reason(finding: Finding, language: str) -> str:
    """Return what is said, in words.

    Parameters
    ----------
    finding : Finding
        What was found.
    language : str
        ``"en"`` or ``"zh"``.
    """
    own = {
        name.removesuffix(f"_{language}"): value
        for name, value in finding.facts.items()
        if name.endswith(f"_{language}")
    }
    return _words()[finding.code][f"reason_{language}"].format(**{**finding.facts, **own})


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in table("matching_reasons")}
