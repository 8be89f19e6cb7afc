"""What a store of records says, as answers: shown, written and exported as others are."""

from dataclasses import dataclass, field
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
class ProjectList(Result):
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

    frame: pd.DataFrame
    parts: dict[str, pd.DataFrame] = field(default_factory=dict)
    today: str = ""

    def table(self) -> pd.DataFrame:
        """Return one row a project."""
        return self.frame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the projects, and their milestones, spending and effects."""
        return {self.name: self.frame, **self.parts}

    @property
    def parameters(self) -> dict[str, object]:
        """The date from which milestones are overdue."""
        return {"today": self.today}


@dataclass(frozen=True, eq=False, repr=False)
class ProjectSummary(Result):
    """The ledger summed; the group with most overdue first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `project_summary`.
    today : str
        Date from which milestones are overdue.
    """

    name: ClassVar[str] = "project_summary"
    charted: ClassVar[str] = "projects"

    frame: pd.DataFrame
    today: str = ""

    def table(self) -> pd.DataFrame:
        """Return one row a group, and for each money and unit of effect."""
        return self.frame

    @property
    def parameters(self) -> dict[str, object]:
        """The date from which milestones are overdue."""
        return {"today": self.today}


@dataclass(frozen=True, eq=False, repr=False)
class AuditTrail(Result):
    """Who changed what when, the last change first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `store_audit`.
    """

    name: ClassVar[str] = "store_audit"

    frame: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return one row a change."""
        return self.frame


@dataclass(frozen=True, eq=False, repr=False)
class IntakeList(Result):
    """Times that readings were taken in, the last first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `store_intakes`.
    """

    name: ClassVar[str] = "store_intakes"
    charted: ClassVar[str] = "given"

    frame: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return one row an intake."""
        return self.frame


@dataclass(frozen=True, eq=False, repr=False)
class RevisionList(Result):
    """What was said of one reading, the last first.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the schema `reading_revisions`.
    reading : tuple of str
        Firm, kind, item and month.
    """

    name: ClassVar[str] = "reading_revisions"

    frame: pd.DataFrame
    reading: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row for each time that it was said."""
        return self.frame

    @property
    def parameters(self) -> dict[str, object]:
        """The reading."""
        return {"reading": list(self.reading)}
