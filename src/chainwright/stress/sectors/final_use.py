"""Final demand in each step: what is asked of each row when demand falls or deliveries are cut."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.ready_safeguards import Moving
from chainwright.stress.shocks.sector_blows import DemandDrop, SectorBlows, SupplyCut

__all__ = ["FinalDemand", "FinalUse"]

Numbers = npt.NDArray[np.float64]


class FinalDemand(NamedTuple):
    """Final demand of a step by supplying row.

    Parameters
    ----------
    asked : ndarray, shape (n + r,) [money / step]
        Of each row, with what moved to it from rows that are cut.
    stuck : ndarray, shape (n + r,) [money / step]
        Wanted of rows that are cut, with no other row to move to.
    by_region : ndarray, shape (n + r, regions), or None [money / step]
        `asked` by region of use, if that is wanted.
    stuck_by_region : ndarray, shape (n + r, regions), or None [money / step]
        `stuck` by region of use.
    """

    asked: Numbers
    stuck: Numbers
    by_region: Numbers | None
    stuck_by_region: Numbers | None


class FinalUse:
    r"""Final demand over time, under falls of demand and cuts of deliveries.

    A user wants :math:`w_{gu} = Y_{gu} (1 - d_{gu})` of row g, d the largest fall in force. Of
    that the largest cut :math:`c_{gu}` is closed. A share `moving` of what is closed is asked of
    the rows of the product that are not cut at all, :math:`c_{g'u} = 0`, in proportion to
    :math:`w_{g'u}`; the rest, and all where every row is cut, is stuck.

    Parameters
    ----------
    economy : Economy
        With its final demand.
    blows : SectorBlows
        What happens.
    moving : float, ndarray, shape (S,), or Moving [share]
        Part of closed demand that turns to other origins, of all products or of each: 1 pooled,
        0 by origin; or over time, by product and user.
    by_region : bool
        Whether to keep demand by region of use too.
    """

    def __init__(
        self,
        economy: Economy,
        blows: SectorBlows,
        *,
        moving: float | Numbers | Moving = 1.0,
        by_region: bool = False,
    ) -> None:
        self._given = moving
        self._asked_with = moving.final(0) if isinstance(moving, Moving) else moving
        self._all = economy.S
        self._cuts = [cut for cut in blows.cuts if len(cut.users) and len(cut.sellers)]
        self._drops = [drop for drop in blows.demand if len(drop.users) and len(drop.sellers)]
        self._base = economy.Y
        self._region: npt.NDArray[np.int32] = economy.flows.users.region
        self._table = None
        if by_region:
            self._table = np.zeros((len(economy.Y), len(economy.flows.users.regions)))
            np.add.at(self._table.T, self._region, economy.final.T)
        self._sizes: tuple[float, ...] = ()
        self._now = FinalDemand(
            self._base,
            np.zeros_like(self._base),
            self._table,
            None if self._table is None else np.zeros_like(self._table),
        )
        if self._cuts or self._drops:
            self._index(economy)

    def _index(self, economy: Economy) -> None:
        """Keep the block of rows and users that any blow touches; rows in order of product."""
        touched = [*(c.sellers for c in self._cuts), *(d.sellers for d in self._drops)]
        products = np.unique(economy.row_product[np.concatenate(touched)])
        self._products = products.astype(np.intp)
        spans = [economy.rows[slice(*economy.rows_start[p : p + 2])] for p in products]
        self._rows = np.concatenate(spans).astype(np.intp)
        self._start = np.cumsum([0, *(len(span) for span in spans)])[:-1]
        self._of = np.repeat(np.arange(len(spans)), [len(span) for span in spans])
        users = [*(c.users for c in self._cuts), *(d.users for d in self._drops)]
        self._users = np.unique(np.concatenate(users))
        self._block: Numbers = economy.final[np.ix_(self._rows, self._users)]
        self._sizes = (0.0,) * (len(self._cuts) + len(self._drops))

    def _largest(self, blows: Sequence[SupplyCut | DemandDrop], sizes: Sequence[float]) -> Numbers:
        """Return the largest size of blows on each delivery of the block."""
        largest: Numbers = np.zeros_like(self._block)
        for blow, size in zip(blows, sizes, strict=True):
            at = np.ix_(np.isin(self._rows, blow.sellers), np.isin(self._users, blow.users))
            largest[at] = np.maximum(largest[at], size)
        return largest

    def at(self, step: int) -> FinalDemand:
        """Return final demand in a step; the same object as long as nothing changes.

        Parameters
        ----------
        step : int
            Which step.
        """
        if not (self._cuts or self._drops):
            return self._now
        cut = tuple(float(c.share * c.course[step]) for c in self._cuts)
        drop = tuple(float(d.share * d.course[step]) for d in self._drops)
        given = self._given.final(step) if isinstance(self._given, Moving) else self._given
        if cut + drop == self._sizes and given is self._asked_with:
            return self._now
        self._sizes, self._asked_with = cut + drop, given
        moving = self._part(given)
        wanted = self._block
        if self._drops:
            wanted = wanted * (1.0 - self._largest(self._drops, drop))
        closed = self._largest(self._cuts, cut)
        shut, uncut = wanted * closed, wanted * (closed == 0.0)
        moved = np.add.reduceat(shut, self._start, axis=0) * moving
        sold = np.add.reduceat(uncut, self._start, axis=0)
        more = np.divide(moved, sold, out=np.zeros_like(sold), where=sold > 0.0)
        asked = wanted - shut
        asked += np.multiply(uncut, more[self._of], out=uncut)
        stuck = shut * np.where(sold > 0.0, 1.0 - moving, 1.0)[self._of]
        self._now = FinalDemand(
            self._with(self._base, asked.sum(axis=1) - self._block.sum(axis=1)),
            self._with(np.zeros_like(self._base), stuck.sum(axis=1)),
            None if self._table is None else self._spread(self._table, asked - self._block),
            None if self._table is None else self._spread(np.zeros_like(self._table), stuck),
        )
        return self._now

    def _part(self, given: float | Numbers) -> Numbers:
        """Return which part moves of each product that is touched, by user where it differs."""
        share = np.asarray(given, np.float64)
        if share.ndim < 2:
            share = np.broadcast_to(share, (self._all,))[:, None]
        share = share[self._products]
        return share if share.shape[1] == 1 else share[:, self._users]

    def _with(self, base: Numbers, change: Numbers) -> Numbers:
        changed = base.copy()
        changed[self._rows] = np.maximum(changed[self._rows] + change, 0.0)
        return changed

    def _spread(self, table: Numbers, change: Numbers) -> Numbers:
        changed = table.copy()
        regions = self._region[self._users]
        np.add.at(changed, (self._rows[:, None], regions[None, :]), change)
        return np.maximum(changed, 0.0)
