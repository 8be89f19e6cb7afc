"""The repair of a brief: a plan against its scenarios within a budget, run again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from chainwright.system import Language, Result

__all__ = ["RepairFound"]


@dataclass(frozen=True, eq=False)
class RepairFound:
    """A plan of repair, as the chapter of a brief reads it: from its tables alone.

    Parameters
    ----------
    answer : Result
        With the tables `repair`, `repair_scenarios` and `repair_by_day`.
    frontier : Result, optional
        With the table `repair_frontier`.
    budget : float, optional
        The most that the plan may cost [money]; none if there was no limit.
    loss : str
        ``"value_added"``, ``"output"`` or ``"unmet_final"``: what is lost.
    notes : tuple of (str, str)
        What the plan assumes, in English and Chinese.
    """

    answer: Result
    frontier: Result | None
    budget: float | None
    loss: str = "value_added"
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """The plan, and its frontier if it was asked for."""
        return (self.answer,) if self.frontier is None else (self.answer, self.frontier)

    @property
    def steps(self) -> pd.DataFrame:
        """Rows of `repair` that are in the plan, in their order."""
        frame = self.answer.tables()["repair"]
        taken = frame[frame["taken"].fillna(value=False).astype(bool)]
        return taken.sort_values("order", kind="stable")

    @property
    def others(self) -> pd.DataFrame:
        """Rows of `repair` that are not in the plan, but in the best one at other costs."""
        frame = self.answer.tables()["repair"]
        out = ~frame["taken"].fillna(value=False).astype(bool)
        return frame[out & (frame["verdict"] == "depends")]

    @property
    def scenarios(self) -> pd.DataFrame:
        """Rows of `repair_scenarios`."""
        return self.answer.tables()["repair_scenarios"]

    @property
    def by_day(self) -> pd.DataFrame:
        """Rows of `repair_by_day`."""
        return self.answer.tables()["repair_by_day"]

    @property
    def budgets(self) -> pd.DataFrame | None:
        """Rows of `repair_frontier`, the cheapest first."""
        if self.frontier is None:
            return None
        return self.frontier.tables()["repair_frontier"].sort_values("cost", kind="stable")

    def expected(self, column: str) -> float:
        """Return the mean of a `column` of `repair_scenarios` over the scenarios [money].

        Parameters
        ----------
        column : str
            ``"loss_before"``, ``"loss_promised"`` or ``"loss_after"``.
        """
        frame = self.scenarios
        return float(np.dot(frame["probability"].to_numpy(float), frame[column].to_numpy(float)))

    @property
    def avoided_share(self) -> float:
        """Share of the expected loss that is avoided when run again; NaN if nothing was lost."""
        before = self.expected("loss_before")
        return 1.0 - self.expected("loss_after") / before if before > 0.0 else float("nan")

    def told(self, language: Language) -> Sequence[str]:
        """Return what the plan assumes, each said once.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return list(dict.fromkeys(zh if language == "zh" else en for en, zh in self.notes))
