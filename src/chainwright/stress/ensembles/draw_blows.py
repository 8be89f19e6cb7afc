"""What happens in one draw of a batch, step by step: capacity, final demand, cuts, rebuilding."""

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.final_use import FinalUse
from chainwright.stress.sectors.lost_capacity import LostCapacity
from chainwright.stress.sectors.open_deliveries import OpenDeliveries

if TYPE_CHECKING:
    from chainwright.stress.ensembles.batch_table import BatchTable
    from chainwright.stress.sectors.ready_safeguards import Moving
    from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["DrawBlows"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


class DrawBlows:
    """The blows of one draw, and the final demand that it leaves unmet by region of use.

    The pieces are those of the single run, so both read a shock alike.

    Parameters
    ----------
    table : BatchTable
        The economy.
    blows : SectorBlows
        What happens.
    rebuild_cap : float [share]
        Most that is asked of a node for rebuilding in a step, as a share of its output at rest.
    moving : Moving
        Part of what is cut off that can be ordered of other origins.

    Attributes
    ----------
    unmet_by_region, unmet_by_product : ndarray
        Unmet final demand so far, what is not yet settled apart [money].
    places : ndarray of int, shape (c,)
        Rows that are ever cut, as places in the order of `BatchTable.deliveries`, rising.
    sells, opened : ndarray, shape (c, n) [money / step], [share]
        Their deliveries at rest, and the share of them that is open in the next step.
    today, tomorrow : ndarray, shape (c, n) [money / step]
        Their deliveries as orders for this step leaned on them, and as those for the next do,
        which the step fills: see `chainwright.stress.sectors.cut_kernels`.
    """

    def __init__(
        self, table: "BatchTable", blows: "SectorBlows", rebuild_cap: float, moving: "Moving"
    ) -> None:
        economy = table.economy
        self._table = table
        self._cap = None
        if isfinite(rebuild_cap):  # a node that makes nothing has nothing to be capped by
            self._cap = np.where(economy.x0 > 0.0, rebuild_cap * economy.x0, np.inf)
        self._lost = LostCapacity(economy, blows)
        named = any(len(b.users) for b in blows.cuts) or any(len(b.users) for b in blows.demand)
        self.moving = moving
        self._final = FinalUse(economy, blows, moving=moving, by_region=named)
        self._open = OpenDeliveries(economy, blows)
        self._moves = _moves(blows)
        self._closed = _closed(blows)
        self._rebuilding = bool(self._lost.rebuilding)
        self._ratio: Floats | None = None
        self._demand = self._final.at(0)
        regions = table.final_by_region.shape[1]
        self.unmet_by_region = np.zeros(regions)
        self.unmet_by_product = np.zeros(economy.S)
        place = np.full(economy.n + economy.r, -1, np.intp)
        place[economy.rows] = np.arange(len(place))
        by_product = np.sort(place[self._open.rows])
        self.places = by_product
        self._slots = self._open.slot[economy.rows[by_product]]
        self._later = self._open.at(0)
        self.opened: Floats = self._placed(self._later)
        self.sells: Floats = self._placed(self._open.sells) / economy.steps_per_year
        self.today, self.tomorrow = self.sells.copy(), self.sells.copy()
        self._spans = {
            p: slice(*np.searchsorted(by_product, (a, b)).tolist())
            for p, (a, _, b) in enumerate(table.spans)
        }

    def strike(
        self, step: int, lost_share: Floats, final: Floats, rebuild: Floats, unmet: Floats
    ) -> None:
        """Fill what the step begins with.

        Parameters
        ----------
        step : int
            Which step.
        lost_share : ndarray, shape (n,)
            Share of capacity lost; left as it is where nothing moves.
        final : ndarray, shape (n,) [money / step]
            Final demand; left as it is where nothing moves.
        rebuild : ndarray, shape (n,) [money / step]
            Demand for rebuilding.
        unmet : ndarray, shape (n,) [money]
            Unmet final demand so far, which is put to its regions and set to 0 where the demand
            that it belongs to changes.
        """
        n = len(final)
        if step == 0 or self._moves[step]:
            lost_share[:] = self._lost.share(step, self._lost.destroyed(step))
        rebuild[:] = 0.0
        if self._rebuilding:
            for event in self._lost.rebuilding:
                np.add.at(rebuild, event.rows[event.rows < n], event.wants(step)[event.rows < n])
            if self._cap is not None:
                ratio = np.divide(self._cap, rebuild, out=np.ones(n), where=rebuild > 0.0)
                self._ratio = np.minimum(1.0, ratio)
                rebuild *= self._ratio
        demand = self._final.at(step)
        if step == 0 or demand is not self._demand:
            if step:
                self.settle(unmet)
            self._demand = demand
            final[:] = demand.asked[:n]
        self._stuck()

    def _stuck(self) -> None:
        """Count what no origin may deliver, for one step."""
        stuck = self._demand.stuck
        if self._demand.stuck_by_region is not None and stuck.any():
            self.unmet_by_region += self._demand.stuck_by_region.sum(axis=0)
            economy = self._table.economy
            self.unmet_by_product += np.bincount(economy.row_product, stuck, economy.S)

    def settle(self, unmet: Floats) -> None:
        """Put unmet final demand to the regions of use and products, and begin at 0 again.

        Parameters
        ----------
        unmet : ndarray, shape (n,) [money]
            By node that it was asked of, while the same demand held; set to 0.
        """
        economy, n = self._table.economy, len(unmet)
        asked, by_region = self._demand.asked[:n], self._demand.by_region
        table = self._table.final_by_region if by_region is None else by_region
        share = np.divide(unmet, asked, out=np.zeros(n), where=asked > 0.0)
        self.unmet_by_region += share @ table[:n]
        self.unmet_by_product += np.bincount(economy.product, unmet, economy.S)
        unmet[:] = 0.0

    def delivered(self, step: int, share: Floats) -> None:
        """Take in what was delivered for rebuilding.

        Parameters
        ----------
        step : int
            Which step.
        share : ndarray, shape (n,)
            Share of what was asked for.
        """
        if not self._rebuilding:
            return
        full = np.ones(len(self._table.economy.row_product))
        full[: len(share)] = share if self._ratio is None else share * self._ratio
        for event in self._lost.rebuilding:
            event.delivered(step, full[event.rows])

    def advance(self, step: int) -> bool:
        """Turn to the deliveries that are open in a step and in the next; return if any is cut.

        Only if any is, `tomorrow` is to be filled.

        Parameters
        ----------
        step : int
            Which step; steps come one after the other, the first as -1 (what is open at 0).
        """
        later = self._open.at(step + 1)
        if later is not self._later:
            self._later = later
            self.opened = self._placed(later)
        cut = bool(self._closed[max(step, 0)] or self._closed[step + 1])
        if cut:
            self.today, self.tomorrow = self.tomorrow, self.today
        return cut

    def _placed(self, rows: npt.NDArray[np.floating]) -> Floats:
        """Return rows that are ever cut in the order of `places`."""
        return np.asarray(rows[self._slots], dtype=np.float64)

    def span(self, product: int) -> slice:
        """Return which of `places`, `today` and `tomorrow` are rows of a product.

        Parameters
        ----------
        product : int
            Which product.
        """
        return self._spans[product]


def _moves(blows: "SectorBlows") -> npt.NDArray[np.bool_]:
    """Return in which steps the share of capacity lost may differ from the step before."""
    moves = np.zeros(blows.steps, dtype=np.bool_)
    courses = [loss.course for loss in blows.capacity]
    for course in (*courses, *(loss.course for loss in blows.capital)):
        if course is None:
            moves[:] = True
        else:
            moves |= np.diff(course, prepend=0.0) != 0.0
    return moves


def _closed(blows: "SectorBlows") -> npt.NDArray[np.bool_]:
    """Return in which steps any delivery to a producer is cut; the last stands for what follows."""
    closed = np.zeros(blows.steps + 1, dtype=np.bool_)
    for cut in blows.cuts:
        if len(cut.buyers) and len(cut.sellers):
            closed[:-1] |= cut.share * cut.course > 0.0
    closed[-1] = closed[-2]
    return closed
