"""What thousands of draws of a shock lose: quantiles, days to recover, what ran short first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.stress.ensembles.ensemble_question import question_of
from chainwright.stress.ensembles.ensemble_tables import (
    by_day,
    by_draw,
    inputs_of,
    losses,
    shortages,
    totals,
    values_of,
)
from chainwright.stress.ensembles.recovery import (
    days_to_recover,
    lowest_output,
    triangle_days,
)
from chainwright.system import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from chainwright.stress.ensembles.draw_job import DrawJob
    from chainwright.stress.sectors.economy import Economy, Notes

__all__ = ["Ensemble"]

Floats = npt.NDArray[np.float64]

MEASURES = ("output", "value_added", "unmet_final")
"""What is lost."""


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble(Result):
    """What `ensemble` found: D draws of T steps.

    Parameters
    ----------
    job : DrawJob
        What was asked.
    found : mapping of str to ndarray
        Summaries, one row a draw: ``values`` (D, inputs), ``output_by_step`` (D, T),
        ``output_at_rest`` (D,), losses ``_by_region`` and ``_by_product``, and what ran short
        first (``short_step``, ``short_product``, ``short_node``, ``short_nodes``).
    """

    name: ClassVar[str] = "ensemble"

    job: "DrawJob"
    found: Mapping[str, npt.NDArray[Any]]

    def __post_init__(self) -> None:
        for array in self.found.values():
            array.flags.writeable = False

    @property
    def economy(self) -> "Economy":
        """The economy at rest, without an error of the table."""
        return self.job.table.economy

    @property
    def draws(self) -> int:
        """How many draws."""
        return len(self.found["draw"])

    @property
    def drawn(self) -> Floats:
        """Value of each uncertain input in each draw, shape (D, inputs)."""
        return np.asarray(self.found["values"], dtype=np.float64)

    @property
    def days(self) -> Floats:
        """Day on which each step begins, shape (T,)."""
        return np.arange(self.job.steps, dtype=np.float64) * np.float64(self.economy.step_days)

    @cached_property
    def lost_share(self) -> Floats:
        """Output lost in each step as a share of output at rest, shape (D, T); below 0: a gain."""
        rest = self.found["output_at_rest"][:, None]
        return np.asarray(1.0 - self.found["output_by_step"] / rest, dtype=np.float64)

    def lost(self, measure: str) -> Floats:
        """Return what each draw loses in all, shape (D,) [money].

        Parameters
        ----------
        measure : str
            ``"output"``, ``"value_added"`` or ``"unmet_final"``.
        """
        return np.asarray(self.found[f"{measure}_by_product"].sum(axis=1), dtype=np.float64)

    @cached_property
    def lost_days(self) -> Floats:
        """Output lost in days of output at rest, gains against losses, shape (D,)."""
        return np.asarray(self.lost_share.sum(axis=1) * self.economy.step_days)

    @cached_property
    def triangle_days(self) -> Floats:
        """Area of the resilience triangle: output below rest in days of it, shape (D,)."""
        return triangle_days(self.lost_share, self.economy.step_days)

    @cached_property
    def lowest_output(self) -> Floats:
        """Lowest output as a share of output at rest, shape (D,)."""
        return lowest_output(self.lost_share)

    @cached_property
    def days_to_recover(self) -> Floats:
        """Days from the first blow until output stays at 95 % of rest or more, shape (D,).

        0 if it is never below; infinite if it is below at the end of the run.
        """
        return days_to_recover(self.lost_share, self.economy.step_days, self.found["first_day"])

    @property
    def notes(self) -> "Notes":
        """What to know about these draws: assumptions and changes, in English and Chinese."""
        told = [*self.economy.notes, *self.job.model.notes(self.economy)]
        told += self.job.model.stock_targets(self.economy).notes
        assumed = self.job.uncertain.assumed
        if assumed:
            named = ", ".join(assumed)
            english = f"How uncertain these inputs are is an assumption: {named}."
            told.append((english, f"以下输入的不确定程度系假设：{named}。"))
        if self.job.safeguards:
            named = ", ".join(sorted(one.name for one in self.job.safeguards))
            told.append((f"Held ready in every draw: {named}.", f"各次抽样均已备：{named}。"))
        if any(blow.kind == "supply_cut" for blow in self.job.shock.blows):
            whole = (
                self.job.model.replaceable == 1.0
                if self.job.end == "pooled"
                else not self.job.held.sources
            )
            told.append(ONE_END[self.job.end] if whole else BETWEEN)
        return tuple(told)

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return question_of(self.job)

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and what to know about it."""
        return {
            **super().origin,
            "notes_en": [english for english, _ in self.notes],
            "notes_zh": [chinese for _, chinese in self.notes],
        }

    def table(self) -> pd.DataFrame:
        """Return losses with their quantiles: in all first, then by region and by product."""
        return losses(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return losses, totals, bands by day, what ran short, the draws and their inputs."""
        return {
            "ensemble": self.table(),
            "ensemble_totals": totals(self),
            "ensemble_by_day": by_day(self),
            "ensemble_short": shortages(self),
            "ensemble_draws": by_draw(self),
            "ensemble_inputs": inputs_of(self),
            "ensemble_values": values_of(self),
        }

    def plot(self) -> "Figure":
        """Return a chart of output lost over time: the median, half of the draws, nine tenths."""
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

        figure = Figure(figsize=(8.0, 4.0), layout="constrained")
        axes = figure.subplots()
        low, lower, middle, upper, high = np.quantile(
            100.0 * self.lost_share, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0
        )
        axes.fill_between(self.days, low, high, color="#D6E6F2", label="5 % to 95 % of draws")
        axes.fill_between(self.days, lower, upper, color="#8FBBDB", label="25 % to 75 %")
        axes.plot(self.days, middle, color="#0072B2", label="median")
        axes.axhline(0.0, color="black", lw=0.6)
        axes.set_xlabel("day")
        axes.set_ylabel("output lost [% of output at rest]")
        axes.set_title(f"{self.job.shock.name_en or 'Shock'}: {self.draws:,} draws")
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        return figure


BETWEEN = (
    "What is cut off is replaced in the share that the model and second sources say: an assumption "
    "between the two ends.",
    "断供部分按模型与第二来源所定份额替代：此为介于两端之间的假设。",
)

ONE_END = {
    "pooled": (
        "One end of a supply cut: any origin of a product replaces any other. With end='by_origin' "
        "none does; what happens lies between the two, or a few per cent outside the near end "
        "(this one).",
        "供应切断的一端：同一产品的任一来源可替代其他来源。end='by_origin' 给出另一端，"
        "即互不替代；实际结果介于两者之间，或略超出近端（即本端）百分之几。",
    ),
    "by_origin": (
        "One end of a supply cut: no origin of a product replaces another. With end='pooled' any "
        "does; what happens lies between the two, or a few per cent outside the near end "
        "(the other).",
        "供应切断的一端：同一产品的各来源互不替代。end='pooled' 给出另一端，"
        "即任一来源可替代其他来源；实际结果介于两者之间，或略超出近端（即另一端）百分之几。",
    ),
}
