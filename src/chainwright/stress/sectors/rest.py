"""When a run may end before its horizon, and why it ended."""

from collections.abc import Sequence
from math import ceil, isfinite
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.rebuilding import Rebuilding
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["Rest"]

Numbers = npt.NDArray[np.float64]


class Restful(Protocol):
    """Stocks that know whether they are at their targets."""

    def at_rest(self, tolerance: float) -> bool:
        """Return whether all stocks are within `tolerance` of their targets at rest."""


class Rest:
    """Watches for the economy at rest: no blow in force or to come, output and stocks as before.

    Parameters
    ----------
    economy : Economy
        What runs.
    blows : SectorBlows
        What happens.
    model : InventoryModel
        How long, and within what, counts as at rest.
    """

    def __init__(self, economy: Economy, blows: SectorBlows, model: InventoryModel) -> None:
        self._economy, self._blows, self._model = economy, blows, model
        held = [b.course for b in blows.capacity] + [b.course for b in blows.cuts]
        held += [b.course for b in blows.demand]
        held += [b.course for b in blows.capital if b.course is not None]
        ends = [int(np.flatnonzero(c)[-1]) + 1 for c in held if c.any()]
        self._over = max(ends, default=0)
        self._begun = max((b.start for b in blows.capital), default=0)
        days = model.early_stop_days
        self._needed = ceil(days / economy.step_days) if isfinite(days) else 0
        self._quiet = 0
        self._stopped = False

    def reached(
        self, step: int, made: Numbers, stocks: Restful, rebuilding: Sequence[Rebuilding]
    ) -> bool:
        """Return whether the run may end after `step`.

        Parameters
        ----------
        step : int
            The step that ended.
        made : ndarray, shape (n,) [money / step]
            Output in it.
        stocks : Stocks
            Of the evening.
        rebuilding : sequence of Rebuilding
            What is rebuilt.
        """
        if not self._needed:
            return False
        x0, tolerance = self._economy.x0, self._model.early_stop_tolerance
        still = (
            step >= self._over
            and step >= self._begun
            and all(event.over for event in rebuilding)
            and bool((np.abs(made - x0) <= tolerance * x0).all())
            and stocks.at_rest(tolerance)
        )
        self._quiet = self._quiet + 1 if still else 0
        self._stopped = self._quiet >= self._needed
        return self._stopped

    def why(self, steps: int, rebuilding: Sequence[Rebuilding]) -> tuple[str, str]:
        """Return why the run ended, in English and Chinese.

        Parameters
        ----------
        steps : int
            How many ran.
        rebuilding : sequence of Rebuilding
            What is rebuilt.
        """
        day = steps * self._economy.step_days
        if self._stopped:
            quiet = self._model.early_stop_days
            return (
                f"at rest for {quiet:g} days: ended on day {day:g}",
                f"系统已恢复平稳 {quiet:g} 天，于第 {day:g} 天结束",
            )
        if self._over >= steps and self._over:
            return (
                f"the horizon of {day:g} days was reached while a blow was still in force",
                f"到达 {day:g} 天的时间范围，冲击仍在持续",
            )
        if not all(event.over for event in rebuilding):
            return (
                f"the horizon of {day:g} days was reached while damage was not all rebuilt",
                f"到达 {day:g} 天的时间范围，损毁尚未全部重建",
            )
        return f"the horizon of {day:g} days was reached", f"到达 {day:g} 天的时间范围"
