"""Reserves that fill stocks kept by origin."""

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.inventory_model import InventoryModel, StockTargets
from chainwright.stress.sectors.ready_safeguards import Reserves
from chainwright.stress.sectors.reserve_kernels import release_by_origin
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.system.axis import read_only

__all__ = ["OriginReserves"]

Numbers = npt.NDArray[np.float64]
Table = npt.NDArray[np.floating]


class OriginReserves(Reserves):
    """The reserves of a run by origin, and what they release.

    A reserve of some origins fills the stocks of these alone.

    Parameters
    ----------
    economy : Economy
        The table.
    held : HeldSafeguards
        With reserves.
    blows : SectorBlows
        What happens.
    model : InventoryModel
        How producers hold stocks.
    targets : StockTargets
        What they aim at.

    Attributes
    ----------
    fills : tuple of (ndarray of int32 (n + r,), ndarray (k, n)) [money]
        Place of each row among those that are ever filled, -1 of the others; and what was added
        to them after the orders that are under way were made, as the output that it supports.
    """

    def __init__(
        self,
        economy: Economy,
        held: HeldSafeguards,
        blows: SectorBlows,
        model: InventoryModel,
        targets: StockTargets,
    ) -> None:
        super().__init__(economy, held, blows, model, targets)
        of = held.reserves
        self._economy = economy
        none = read_only(np.zeros((0, economy.n), economy.dtype))
        self._abroad: Table = none if economy.M is None else economy.M
        self._first_row = np.cumsum([0, *(len(one.rows) for one in of)]).astype(np.int64)
        self._rows = np.concatenate([one.rows for one in of]).astype(np.int64)
        rows = np.unique(self._rows)
        slot = np.full(economy.n + economy.r, -1, dtype=np.int32)
        slot[rows] = np.arange(len(rows))
        self.fills = (slot, np.zeros((len(rows), economy.n), dtype=economy.dtype))
        by_user = np.repeat(self.product, np.diff(self.first))
        self._levels = np.where(self.limits, self.steps[by_user], 0.0)

    def into_origins(
        self,
        step: int,
        products: tuple[int, int],
        users: tuple[Table, Numbers, Table],
        leasts: Numbers,
        stocks: tuple[Table, Table, Table],
    ) -> None:
        """Release into stocks by origin in the evening of a step.

        Parameters
        ----------
        step : int
            The step that ends.
        products : tuple of (int, int)
            Which reserves: those of products first to last - 1.
        users : tuple of ndarray, shapes (n,), (S, n), (n,)
            xo of the evening [money / step], part of the fill that any origin may take [share],
            1 / yearly output at rest [year / money].
        leasts : ndarray, shape (S,)
            Coefficient up to which a single origin does not count.
        stocks : tuple of ndarray, shapes (n + r, n), (S, n), (S, n) [money]
            Stocks of each row as the output they support, the least of each product, and all
            together; changed.
        """
        if step < self.starts.min():
            return
        economy, (wanted, pooled, per_output) = self._economy, users
        release_by_origin(
            *products, step, self.product, self.first, self.users, self._levels, self.starts,
            self.floor, self._first_row, self._rows, wanted, pooled, economy.rows,
            economy.rows_start, economy.Z, self._abroad, per_output, leasts, *self.fills,
            self.left, *stocks, self._released,
        )  # fmt: skip

    def count_released(self, step: int) -> None:
        """Count what the last evening released, of all products.

        Parameters
        ----------
        step : int
            Which step ended.
        """
        if step >= self.starts.min():
            self.count(step, self._released)
