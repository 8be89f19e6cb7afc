"""Rows of deliveries that a cut touches, and what of them the cuts of a step leave open."""

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.system.axis import read_only

__all__ = ["OpenDeliveries"]

Table = npt.NDArray[np.floating]


class OpenDeliveries:
    """Deliveries at rest of the rows that are ever cut, and the share open in a step.

    A private copy of those rows alone; all others are read from the table. Where several cuts
    meet on a delivery the largest counts. What is cut off turns to other origins as
    `chainwright.stress.sectors.cut_kernels` says.

    Parameters
    ----------
    economy : Economy
        With the deliveries.
    blows : SectorBlows
        With cuts of deliveries to producers.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Rows that are ever cut, rising.
    slot : ndarray of int32, shape (n + r,)
        Place of each row in `rows`; -1 of rows that are never cut.
    sells : ndarray, shape (k, n) [money / year]
        Deliveries at rest of `rows`.
    """

    def __init__(self, economy: Economy, blows: SectorBlows) -> None:
        self._economy = economy
        self._cuts = [cut for cut in blows.cuts if len(cut.buyers) and len(cut.sellers)]
        sellers = [cut.sellers for cut in self._cuts]
        self.rows = np.unique(np.concatenate(sellers)) if sellers else np.zeros(0, np.intp)
        slot = np.full(economy.n + economy.r, -1, dtype=np.int32)
        slot[self.rows] = np.arange(len(self.rows))
        self.slot = read_only(slot)
        self._sizes: tuple[float, ...] = (0.0,) * len(self._cuts)
        sells = np.empty((len(self.rows), economy.n), dtype=economy.dtype)
        for place, row in enumerate(self.rows):
            sells[place] = economy.row(int(row))
        self.sells = read_only(sells)
        self._now = read_only(np.ones_like(sells))

    @property
    def closed(self) -> bool:
        """Whether any delivery is cut in the step that was asked for last."""
        return any(size > 0.0 for size in self._sizes)

    @property
    def products(self) -> npt.NDArray[np.int32]:
        """Products of the rows that are ever cut, each once."""
        return np.unique(self._economy.row_product[self.rows])

    def at(self, step: int) -> Table:
        """Return which share of the deliveries of `rows` is open in a step, shape (k, n) [share].

        The same array as long as nothing changes; a change makes a new one.

        Parameters
        ----------
        step : int
            Which step; beyond the last of the run it is the last.
        """
        if not self._cuts:
            return self._now
        sizes = tuple(float(c.share * c.course[min(step, len(c.course) - 1)]) for c in self._cuts)
        if sizes != self._sizes:
            self._sizes = sizes
            closed = np.zeros(self.sells.shape)
            for cut, size in zip(self._cuts, sizes, strict=True):
                at = np.ix_(np.searchsorted(self.rows, cut.sellers), cut.buyers)
                closed[at] = np.maximum(closed[at], size)
            self._now = read_only((1.0 - closed).astype(self.sells.dtype))
        return self._now
