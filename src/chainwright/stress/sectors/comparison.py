"""Two runs under stress side by side: what the second loses more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from chainwright.errors import LabelError
from chainwright.stress.sectors.run import StressRun
from chainwright.stress.sectors.run_losses import groupings
from chainwright.system import Language, Result

__all__ = ["StressComparison", "compare"]

KEYS = ["end", "level", "region", "sector"]
COMPARED = ["output_lost", "unmet_final", "recovery_days"]
COLUMNS = [
    *KEYS,
    "output_lost_a",
    "output_lost_b",
    "difference",
    "difference_days",
    "unmet_final_a",
    "unmet_final_b",
    "recovery_days_a",
    "recovery_days_b",
]
SINGLE = ("single",)


@dataclass(frozen=True, eq=False, repr=False)
class StressComparison(Result):
    """What one answer loses more than another.

    Parameters
    ----------
    system : System
        The system of the first.
    a, b : StressRun
        The answers.
    """

    name: ClassVar[str] = "stress_comparison"
    charted: ClassVar[str] = "difference"

    a: StressRun
    b: StressRun

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked of each."""
        return {"a": self.a.parameters, "b": self.b.parameters}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what the codes of a column are called.

        Parameters
        ----------
        column : str
            A column of the table.
        language : str
            ``"en"`` or ``"zh"``.
        """
        return self.a.names(column, language)

    def table(self) -> pd.DataFrame:
        """Return one row an end and group of both answers, the largest difference first in each.

        An answer of a single run stands beside each end of the other.
        """
        first, second = self.a.table(), self.b.table()
        ends = self.b.ends if self.a.ends == SINGLE else self.a.ends
        if self.a.ends == SINGLE != self.b.ends:
            first = _beside(first, ends)
        if self.b.ends == SINGLE != self.a.ends:
            second = _beside(second, ends)
        both = first[[*KEYS, *COMPARED]].merge(
            second[[*KEYS, *COMPARED]], on=KEYS, suffixes=("_a", "_b"), validate="1:1"
        )
        both["difference"] = both["output_lost_b"] - both["output_lost_a"]
        groups = groupings(self.a.economy)
        at_rest = pd.concat(
            pd.DataFrame(
                {
                    "level": group.level,
                    "region": group.regions,
                    "sector": group.sectors,
                    "day": group.nodes(self.a.economy.x0) / self.a.economy.step_days,
                }
            )
            for group in groups
        )
        day = both.merge(at_rest, on=KEYS[1:], how="left", validate="m:1")["day"]
        both["difference_days"] = both["difference"] / day.where(day > 0.0)
        order = pd.DataFrame(
            {
                "end": both["end"].map({end: i for i, end in enumerate(ends)}),
                "level": both["level"].map({group.level: i for i, group in enumerate(groups)}),
                "size": -both["difference"].abs(),
            }
        ).sort_values(["end", "level", "size"], kind="stable")
        return both.loc[order.index, COLUMNS].reset_index(drop=True)


def _beside(frame: pd.DataFrame, ends: tuple[str, ...]) -> pd.DataFrame:
    """Return a table of a single run once for each end of another."""
    return pd.concat([frame.assign(end=end) for end in ends], ignore_index=True)


def compare(a: StressRun, b: StressRun) -> StressComparison:
    """Return what the second of two answers loses more than the first, end by end.

    Parameters
    ----------
    a, b : StressRun
        Answers on the same table, such as with and without a measure.

    Raises
    ------
    LabelError
        If the tables have other nodes or money, or the answers other horizons or steps.

    Examples
    --------
    >>> from chainwright import System
    >>> from chainwright.stress import Blow, Shock, run
    >>> china = System.demo("country")
    >>> node = china.flows.nodes.codes[7]
    >>> half, all_of_it = (
    ...     run(china, Shock((Blow("capacity", nodes=node, share=s, days=5),)), days=10)
    ...     for s in (0.5, 1.0)
    ... )
    >>> bool(compare(half, all_of_it).table()["difference"].iloc[0] > 0.0)
    True
    """
    apart = []
    if a.economy.codes != b.economy.codes:
        apart.append("nodes")
    if a.economy.flows.money != b.economy.flows.money:
        apart.append("money")
    if (a.days, a.economy.step_days) != (b.days, b.economy.step_days):
        mine, other = ((run.days, run.economy.step_days) for run in (a, b))
        apart.append(
            f"horizons or steps (a: {mine[0]:g} days by {mine[1]:g}, "
            f"b: {other[0]:g} days by {other[1]:g})"
        )
    if apart:
        msg = f"The two runs cannot be compared: they have other {', '.join(apart)}."
        raise LabelError(msg)
    return StressComparison(a.system, a, b)
