"""What a store of records says, as answers: shown, written and exported as others are."""

from dataclasses import dataclass, field, fields
from typing import ClassVar

import pandas as pd

from chainwright.system import Result, System

__all__ = [
    "AuditTrail",
    "IntakeList",
    "ProjectList",
    "ProjectSummary",
    "RevisionList",
    "StoreSystem",
]

HELD = frozenset({"system", "frame", "parts"})
"""Fields of an answer that are no question."""


class StoreSystem(System):
    """A system without parts that says which store an answer is from.

    Parameters
    ----------
    file : str
        Name of the store.
    """

    __slots__ = ()

    def __init__(self, file: str) -> None:
        object.__setattr__(self, "_parts", {"records": file})

    def __reduce__(self) -> tuple[type["StoreSystem"], tuple[str]]:  # type: ignore[override]
        return StoreSystem, (self._parts["records"],)

    @property
    def origin(self) -> dict[str, dict[str, object]]:
        """The name of the store."""
        return {"records": {"file": self._parts["records"], "format": "store"}}


@dataclass(frozen=True, eq=False, repr=False)
class _Told:
    """A table of a store as it is; what was asked are the fields of the answer besides it."""

    frame: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return the table that the store gave, in its order."""
        return self.frame

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        asked = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in HELD}
        return {n: list(word) if isinstance(word, tuple) else word for n, word in asked.items()}


@dataclass(frozen=True, eq=False, repr=False)
class ProjectList(_Told, Result):
    """The ledger of projects, running ones and those overdue first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `projects`.
    parts : dict of str to DataFrame
        Milestones, spending and effects by the names of their schemas.
    today : str
        Date from which milestones are overdue.
    """

    name: ClassVar[str] = "projects"
    charted: ClassVar[str] = "spent"

    parts: dict[str, pd.DataFrame] = field(default_factory=dict)
    today: str = ""

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the projects, and their milestones, spending and effects."""
        return {self.name: self.frame, **self.parts}


@dataclass(frozen=True, eq=False, repr=False)
class ProjectSummary(_Told, Result):
    """The ledger summed, a row a group, money and unit of effect; most overdue first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `project_summary`.
    today : str
        Date from which milestones are overdue.
    """

    name: ClassVar[str] = "project_summary"
    charted: ClassVar[str] = "projects"

    today: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class AuditTrail(_Told, Result):
    """Who changed what when, the last change first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `store_audit`.
    """

    name: ClassVar[str] = "store_audit"


@dataclass(frozen=True, eq=False, repr=False)
class IntakeList(_Told, Result):
    """Times that readings were taken in, the last first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `store_intakes`.
    """

    name: ClassVar[str] = "store_intakes"
    charted: ClassVar[str] = "given"


@dataclass(frozen=True, eq=False, repr=False)
class RevisionList(_Told, Result):
    """What was said of one reading, the last first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `reading_revisions`.
    reading : tuple of str
        Firm, kind, item and month.
    """

    name: ClassVar[str] = "reading_revisions"

    reading: tuple[str, ...] = ()
