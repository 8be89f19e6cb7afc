"""What firms hold ready over the steps of a run: what moves where links are cut, what is released.

Capacity that is held ready is the sector engine's
(`chainwright.stress.sectors.ready_safeguards.Backup`), with firms as nodes.
"""

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_reserve_kernels import release_to_firms
from chainwright.stress.firms.held_by_firms import HeldByFirms
from chainwright.stress.sectors.inventory_model import StockTargets
from chainwright.stress.sectors.ready_safeguards import ReserveUse, ready_from
from chainwright.stress.shocks.firm_blows import FirmBlows
from chainwright.system.axis import read_only

__all__ = ["FirmReserves", "FirmsMoving"]

Numbers = npt.NDArray[np.float64]


class FirmsMoving:
    """Part of what is cut off that a firm orders of its other suppliers of the sector, over time.

    Parameters
    ----------
    economy : FirmEconomy
        The network.
    base : float [share]
        Without second sources.
    held : HeldByFirms
        With second sources, each of which raises it for its stocks from a step on.
    blows : FirmBlows
        What happens.
    """

    def __init__(
        self, economy: FirmEconomy, base: float, held: HeldByFirms, blows: FirmBlows
    ) -> None:
        self._base = np.full(economy.G, float(base))
        self._sources = [
            (ready_from(cast("Any", blows), one.after_days), one) for one in held.sources
        ]
        self._now: tuple[int, Numbers] | None = None

    def at(self, step: int) -> Numbers:
        """Return the part in a step, shape (G,) [share]; the same array while nothing changes.

        Parameters
        ----------
        step : int
            Which step.
        """
        era = sum(start <= step for start, _ in self._sources)
        if self._now is None or self._now[0] != era:
            share = self._base.copy()
            for start, one in self._sources:
                if start <= step:
                    share[one.stocks] = np.maximum(share[one.stocks], one.share)
            self._now = (era, read_only(share))
        return self._now[1]


class FirmReserves:
    """The reserves of a run over firms, and what they release.

    Every evening from the step on from which it can be released, a reserve fills the stocks that it
    is for up to the level at which they begin to limit (one step of use at least), all in
    proportion to their gaps where it does not reach, and is not filled again.

    Parameters
    ----------
    economy : FirmEconomy
        The network.
    held : HeldByFirms
        With reserves.
    blows : FirmBlows
        What happens.
    psi : float [share]
        Of the target stock, below which it limits.
    targets : StockTargets
        What firms aim at.
    limits : ndarray of bool, shape (G,)
        Which stocks limit production.
    """

    def __init__(  # noqa: PLR0917
        self,
        economy: FirmEconomy,
        held: HeldByFirms,
        blows: FirmBlows,
        psi: float,
        targets: StockTargets,
        limits: npt.NDArray[np.bool_],
    ) -> None:
        of = held.reserves
        self._economy = economy
        self.first = np.cumsum([0, *(len(one.stocks) for one in of)]).astype(np.int64)
        self.stocks = np.concatenate([one.stocks for one in of]).astype(np.int64)
        self.starts = np.array(
            [ready_from(cast("Any", blows), one.after_days) for one in of], dtype=np.int64
        )
        self.held = np.array([one.money for one in of])
        self.floor = self.held * np.array([one.hold_back for one in of])
        # a stock of which less than one step of use is left limits too, whatever psi is
        steps = np.where(np.isfinite(targets.steps), targets.steps, 0.0)
        steps = np.where(steps > 0.0, np.maximum(psi * steps, 1.0), 0.0)
        level = steps[economy.stock_product] * economy.A * limits
        self.needed = level[self.stocks]
        self.left = self.held.copy()
        self._released = np.zeros(len(of))
        self._first_step, self._last_step = (np.full(len(of), -1, dtype=np.int64) for _ in "ab")

    def release(
        self, step: int, wanted: Numbers, bound: Numbers, stock: Numbers, limit: Numbers
    ) -> None:
        """Release in the evening of a step.

        Parameters
        ----------
        step : int
            The step that ends.
        wanted : ndarray, shape (n,) [money / step]
            xo of the evening.
        bound : ndarray, shape (G,)
            1 / (psi s A) of inputs that limit, 0 of the others.
        stock : ndarray, shape (G,) [money]
            Om, changed.
        limit : ndarray, shape (n,) [money / step]
            Most that stocks allow; raised.
        """
        if step < self.starts.min():
            return
        economy = self._economy
        release_to_firms(
            step, self.first, self.stocks, self.needed, self.starts, self.floor, wanted, bound,
            economy.stock_buyer, economy.buyer_starts, self.left, stock, limit, self._released,
        )  # fmt: skip
        some = self._released > 0.0
        self._first_step[some & (self._first_step < 0)] = step
        self._last_step[some] = step

    def use(self) -> ReserveUse:
        """Return what became of them so far."""
        return ReserveUse(
            self.held.copy(),
            self.held - self.left,
            self.left.copy(),
            self._first_step.copy(),
            self._last_step.copy(),
        )
