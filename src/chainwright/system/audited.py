"""The audit of a table as an answer that can be written and shown."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from chainwright.system.result import Result
from chainwright.system.system import System

__all__ = ["Audit", "audited"]


@dataclass(frozen=True, eq=False, repr=False)
class Audit(Result):
    """What does not add up in a table, diagnosed and not repaired."""

    name: ClassVar[str] = "check"

    def table(self) -> pd.DataFrame:
        """Return one row a test and finding: test, status, place, found."""
        return self.system.check()

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the audit, and the imbalances of flows, largest first."""
        found = {"check": self.system.check()}
        if "flows" in self.system.has:
            found["imbalances"] = self.system.imbalances()
        return found


def audited(system: System) -> Audit:
    """Return the audit of `system`.

    Parameters
    ----------
    system : System
        What to look at.

    Examples
    --------
    >>> set(audited(System.demo("country")).table()["status"]) <= {"PASS", "WARNING", "SKIPPED"}
    True
    """
    return Audit(system)
