"""Answers about codes: what a word may mean, and what a code is in another list."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from chainwright import classes
from chainwright.system.result import Result
from chainwright.system.system import System
from chainwright.tables import schema

__all__ = ["ClassBridge", "ClassSearch", "class_bridge", "class_search"]


@dataclass(frozen=True, eq=False, repr=False)
class ClassSearch(Result):
    """The codes that a word, a name or a code may mean.

    Parameters
    ----------
    system : System
        Not looked at; may be empty.
    text : str
        What was searched.
    within : str or None
        The one list that was searched; None for all.
    limit : int
        Most rows.
    """

    name: ClassVar[str] = "class_search"

    text: str
    within: str | None = None
    limit: int = 20

    @property
    def parameters(self) -> dict[str, object]:
        """What was searched, and where."""
        return {"text": self.text, "within": self.within, "limit": self.limit}

    def table(self) -> pd.DataFrame:
        """Return one row a code, the best first."""
        found = classes.search(self.text, within=self.within, limit=self.limit)
        return found[[c.column for c in schema(self.name)]]


@dataclass(frozen=True, eq=False, repr=False)
class ClassBridge(ClassSearch):
    """What the codes that a word may mean are in another list.

    Parameters
    ----------
    system : System
        Not looked at; may be empty.
    text : str
        What was searched.
    within : str or None
        The one list that was searched; None for all that have a bridge.
    limit : int
        Most codes that are taken over.
    to : str
        The list that they are taken to.
    """

    name: ClassVar[str] = "class_bridge"

    to: str = "ISIC4"

    @property
    def parameters(self) -> dict[str, object]:
        """What was searched, and which list it is taken to."""
        return {**super().parameters, "to": self.to}

    def table(self) -> pd.DataFrame:
        """Return one row a code and its partner; codes without a partner have an empty one."""
        found = classes.search(self.text, within=self.within, limit=self.limit)
        if (found["match"] == "exact code").any():
            found = found[found["match"] == "exact code"]
        target = classes.classification(self.to)
        rows: list[tuple[str, ...]] = []
        for hit in found.itertuples(index=False):
            if hit.list == self.to or hit.list not in classes.bridged():
                continue
            own = (str(hit.list), str(hit.code), str(hit.name_en), str(hit.name_zh))
            pairs = classes.translated(str(hit.code), str(hit.list), self.to)
            rows += [
                (*own, through, code, target.name(code), target.name(code, "zh"), kind, source)
                for through, code, kind, source in pairs.to_numpy()
            ] or [(*own, "", "", "", "", "", "")]
        return pd.DataFrame(rows, columns=[c.column for c in schema(self.name)], dtype="str")


def class_search(
    system: System, text: str, *, within: str | None = None, limit: int = 20
) -> ClassSearch:
    """Return the codes that a word, a name or a code may mean, as an answer.

    Parameters
    ----------
    system : System
        Not looked at; may be empty.
    text : str
        Part of a code, a Chinese or an English name.
    within : str, optional
        Name of one list; all if not given.
    limit : int, optional
        Most rows.

    Examples
    --------
    >>> list(class_search(System(), "锂离子电池").table()["code"])
    ['3841']
    """
    return ClassSearch(system, text, within, limit)


def class_bridge(
    system: System, text: str, to: str, *, within: str | None = None, limit: int = 20
) -> ClassBridge:
    """Return what the codes that a word may mean are in another list, as an answer.

    Parameters
    ----------
    system : System
        Not looked at; may be empty.
    text : str
        Part of a code, a Chinese or an English name. Of a code that is written in full only that
        code is taken over.
    to : str
        The list that they are taken to: one of `chainwright.classes.bridged`.
    within : str, optional
        Name of one list to search; all if not given.
    limit : int, optional
        Most codes that are taken over.

    Examples
    --------
    >>> list(class_bridge(System(), "3841", "ISIC4", within="GBT4754").table()["to_code"])
    ['27', '26', '28']
    """
    return ClassBridge(system, text, within, limit, to)
