"""Stocks and orders of firms, from day to day."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.essential_kinds import essential_kinds
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_stock_kernels import (
    ask_suppliers,
    restock_firms,
    restock_from_markets,
)
from chainwright.stress.firms.held_by_firms import HeldByFirms
from chainwright.stress.firms.ready_firms import FirmReserves, FirmsMoving
from chainwright.stress.sectors.ario_day import divided
from chainwright.stress.sectors.inventory_model import InventoryModel, StockTargets
from chainwright.stress.shocks.firm_blows import FirmBlows
from chainwright.system.axis import read_only

__all__ = ["FirmStocks", "stock_targets"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

NONE = read_only(np.zeros(0))

SMALL = 300_000
"""Links up to which a second thread costs more than it brings."""


def stock_targets(economy: FirmEconomy, model: InventoryModel) -> StockTargets:
    """Return the target stock of each sector's products in steps of use, shape (S,).

    Parameters
    ----------
    economy : FirmEconomy
        With its sectors and its step, which is all that the model reads of an economy here.
    model : InventoryModel
        With its stock days.
    """
    return model.stock_targets(cast("Any", economy))


def limiting_stocks(economy: FirmEconomy, model: InventoryModel) -> Flags:
    """Return which stocks limit production, shape (G,).

    Inputs above the model's cutoff; with ``inputs="essential"`` only those that are essential by
    the rule of the cascade (`essential_kinds`).

    Parameters
    ----------
    economy : FirmEconomy
        With its input coefficients.
    model : InventoryModel
        With cutoff and rule.
    """
    limits: Flags = model.cutoff < economy.A
    if model.inputs == "all":
        return limits
    user = economy.links.sector[economy.stock_buyer]
    kinds = essential_kinds(economy.links.sectors)
    essential: Flags = limits & (kinds.of(economy.stock_product, user) == 2)
    return essential


class FirmStocks:
    """Stocks Om (G,) and orders of each: a link is ordered ``Z q H`` of its stock.

    Where markets deliver, an order Os is one to the market, and its firms get it in proportion to
    ``sales q``; cuts of links then change nothing, since any other firm delivers in their place.

    Parameters
    ----------
    economy : FirmEconomy
        Who delivers what to whom.
    blows : FirmBlows
        With cuts of links.
    model : InventoryModel
        How firms hold stocks.
    targets : StockTargets
        What they aim at.
    threads : int, optional
        How many; as many as there are cores, at most 2. The numbers do not depend on it.
    held : HeldByFirms, optional
        What is held ready: reserves and second sources.
    """

    def __init__(
        self,
        economy: FirmEconomy,
        blows: FirmBlows,
        model: InventoryModel,
        targets: StockTargets,
        threads: int | None = None,
        *,
        held: HeldByFirms | None = None,
    ) -> None:
        self._economy, self._blows = economy, blows
        ready = held or HeldByFirms()
        finite = np.isfinite(targets.steps)
        self._target = np.where(finite, targets.steps, 0.0)
        self._held = finite[economy.stock_product]
        self._restoring = 1.0 / targets.restoration
        aim = self._target[economy.stock_product] * economy.A
        need = model.psi * aim
        limiting = limiting_stocks(economy, model)
        limits = limiting & (need > 0.0)
        self.reserves = (
            FirmReserves(economy, ready, blows, model.psi, targets, limiting)
            if ready.reserves
            else None
        )
        self._bound = np.divide(1.0, need, out=np.zeros_like(need), where=limits)
        x0 = economy.x0[economy.stock_buyer]
        self._rest = aim * x0
        self._by_market = economy.pooling == "market"
        self._cut = not self._by_market and any(len(cut.links) for cut in blows.cuts)
        self._moving = FirmsMoving(economy, model.replaceable, ready, blows)
        self._sizes: tuple[float, ...] | None = None
        self._opened = np.zeros(0)
        links = len(economy.links) if self._cut else 0
        self._lean, self._lean_before = np.ones(links), np.ones(links)
        self._lean_by_supplier = np.ones(links)
        self._parts = _parts(economy, threads or min(2, _cores()))
        self._pool = ThreadPoolExecutor(len(self._parts) - 1) if len(self._parts) > 1 else None
        n = economy.n
        self.asked, self.limit = np.zeros(n), np.full(n, np.inf)
        self._orders = np.zeros(economy.G)
        # what is missing since it cannot move from links that are cut
        self._hole = np.zeros(economy.G if self._cut else 0)
        self._weights = np.zeros(n)
        # before the first step use is what it is at rest, nothing arrives and stocks are full
        self._stock = self._rest + x0 * economy.A
        self._open(0)
        self._pass(np.zeros(n), economy.x0, economy.x0, np.ones(n), 0)
        self._stock[:] = self._rest

    def close_threads(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()

    def close(
        self, step: int, share: Numbers, made: Numbers, wanted: Numbers, weights: Numbers
    ) -> None:
        """Take in deliveries, take out what was used, and order for the next step.

        Parameters
        ----------
        step : int
            The step that ends.
        share : ndarray, shape (n,) [share]
            Of orders that firms deliver.
        made, wanted : ndarray, shape (n,) [money / step]
            x and xo.
        weights : ndarray, shape (n,)
            q of the next step.
        """
        self._pass(share, made, wanted, weights, step + 1)
        if self.reserves is not None:
            self.reserves.release(step, wanted, self._bound, self._stock, self.limit)

    def _open(self, step: int) -> None:
        """Set which share of each link is open in a step; nothing is done while nothing changes."""
        if not self._cut:
            return
        step = min(step, self._blows.steps - 1)
        sizes = tuple(float(cut.course[step]) for cut in self._blows.cuts)
        if sizes == self._sizes:
            return
        self._sizes = sizes
        closed = np.zeros(len(self._economy.links))
        for cut, size in zip(self._blows.cuts, sizes, strict=True):
            closed[cut.links] = np.maximum(closed[cut.links], cut.share * size)
        self._opened = (1.0 - closed)[self._economy.order]

    def _pass(
        self, share: Numbers, made: Numbers, wanted: Numbers, weights: Numbers, tomorrow: int
    ) -> None:
        economy = self._economy
        if self._by_market:
            self._trade(share, made, wanted, weights)
            return
        arriving = self._weights * share
        self._weights = weights / economy.steps_per_year
        self._lean, self._lean_before = self._lean_before, self._lean
        self._open(tomorrow)
        moving = self._moving.at(tomorrow) if self._cut else NONE
        self._run(
            restock_firms, economy.buyer_starts, economy.stock_starts, economy.stock_product,
            economy.seller, economy.sold, self._cut, self._opened, self._lean_before, self._lean,
            moving, arriving, self._weights, made, wanted, economy.A, self._bound, self._target,
            self._restoring, self._orders, self._hole, self._stock, self.limit,
        )  # fmt: skip
        if self._cut:
            self._lean_by_supplier[economy.order] = self._lean
        self._run(
            ask_suppliers, economy.links.starts, economy.links.value, economy.stock_of_link,
            self._cut, self._lean_by_supplier, self._weights, self._orders, self.asked,
        )  # fmt: skip

    def _trade(self, share: Numbers, made: Numbers, wanted: Numbers, weights: Numbers) -> None:
        """Let markets deliver what was ordered of them, and order of them for the next step."""
        economy = self._economy
        links, m = economy.links, len(economy.links.markets)
        sold = _by_market(links.market, self._weights * share, m)
        delivered = divided(sold, _by_market(links.market, self._weights, m))
        self._weights = weights * links.sales
        offered = _by_market(links.market, self._weights, m)
        self._run(
            restock_from_markets, economy.buyer_starts, economy.stock_product,
            economy.stock_market, delivered, (offered > 0.0).astype(np.float64), made, wanted,
            economy.A, self._bound, self._target, self._restoring, self._orders, self._stock,
            self.limit,
        )  # fmt: skip
        ordered = _by_market(economy.stock_market, self._orders, m)
        self.asked = self._weights * divided(ordered, offered)[links.market]

    def _run(self, kernel: Any, *arrays: Any) -> None:  # noqa: ANN401 (any kernel's arrays)
        """Run a kernel over ranges of firms; each firm's numbers are its own."""
        others = [
            self._pool.submit(kernel, *part, *arrays)
            for part in self._parts[1:]
            if self._pool is not None
        ]
        kernel(*self._parts[0], *arrays)
        for other in others:
            other.result()

    def first_short(self, firms: Places) -> npt.NDArray[np.int32]:
        """Return the stock that limits each of `firms` most, shape of `firms`.

        Parameters
        ----------
        firms : ndarray of int
            Firms that a stock binds.
        """
        starts = self._economy.buyer_starts
        sizes = starts[firms + 1] - starts[firms]
        of = np.repeat(np.arange(len(firms)), sizes)
        begins = np.cumsum(sizes) - sizes
        at = np.arange(int(sizes.sum())) + np.repeat(starts[firms] - begins, sizes)
        most = np.where(self._bound[at] > 0.0, self._stock[at] * self._bound[at], np.inf)
        by_size = np.lexsort((most, of))
        found: npt.NDArray[np.int32] = at[by_size[begins]].astype(np.int32)
        return found

    def fault(self) -> tuple[int, float] | None:
        """Return the stock that is negative or no number, if any, and its size."""
        least = float(self._stock.min()) if len(self._stock) else 0.0
        if least >= 0.0:
            return None
        wrong = np.isnan(self._stock) | (self._stock < -1e-9 * self._rest)
        if not wrong.any():
            return None
        k = int(np.argmax(wrong))
        return k, float(self._stock[k])

    def at_rest(self, tolerance: float) -> bool:
        """Return whether all finite stocks are within `tolerance` of their targets at rest.

        Parameters
        ----------
        tolerance : float [share]
            Of the target.
        """
        away = np.abs(self._stock[self._held] - self._rest[self._held])
        return bool((away <= tolerance * self._rest[self._held]).all())

    def held(self) -> Numbers:
        """Return a copy of the stocks, infinite where the target is, shape (G,) [money]."""
        stocks = self._stock.copy()
        stocks[~self._held] = np.inf
        return stocks


def _by_market(market: npt.NDArray[np.int32], amount: Numbers, markets: int) -> Numbers:
    return np.bincount(market, amount, markets).astype(np.float64, copy=False)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _parts(economy: FirmEconomy, threads: int) -> list[tuple[int, int]]:
    """Return ranges of firms with about as many links each, one a thread."""
    if threads == 1 or len(economy.links) <= SMALL:
        return [(0, economy.n)]
    until = economy.links.starts + economy.stock_starts[economy.buyer_starts]
    cuts = np.searchsorted(until, np.arange(1, threads) * until[-1] / threads)
    edges = np.unique([0, *(int(c) for c in cuts), economy.n])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
