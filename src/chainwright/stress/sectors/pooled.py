"""ARIO with stocks pooled by product: any origin of a product replaces any other."""

import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.sectors.day_loop import Progress, run_days
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.inventory_model import InventoryModel, StockTargets
from chainwright.stress.sectors.open_deliveries import OpenDeliveries
from chainwright.stress.sectors.pooled_kernels import BLOCK, pass_products
from chainwright.stress.sectors.ready_safeguards import Backup, Moving, Reserves
from chainwright.stress.sectors.run_records import Records
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.system.axis import read_only

__all__ = ["PooledStocks", "simulate_pooled"]

Numbers = npt.NDArray[np.float64]
Table = npt.NDArray[np.floating]
Places = npt.NDArray[np.intp]

SMALL = 250_000
"""Deliveries up to which a second thread costs more than it brings."""


class PooledStocks:
    """Stocks Om (S, n) and orders H (S, n): ``O[g, f] = Z[g, f] q_g H[p(g), f]``, never laid out.

    Parameters
    ----------
    economy : Economy
        Who delivers what to whom.
    blows : SectorBlows
        With cuts of deliveries.
    model : InventoryModel
        How producers hold stocks.
    targets : StockTargets
        What they aim at.
    moving : Moving
        Part of what is cut off that can be ordered of other origins.
    reserves : Reserves, optional
        What is held besides.
    threads : int
        How many; the numbers do not depend on it.
    """

    def __init__(
        self,
        economy: Economy,
        blows: SectorBlows,
        model: InventoryModel,
        targets: StockTargets,
        *,
        moving: Moving,
        reserves: Reserves | None,
        threads: int,
    ) -> None:
        self._economy, self._reserves = economy, reserves
        self._moving = moving
        self._movable: tuple[Numbers, Table] | None = None
        dtype, n, S = economy.dtype, economy.n, economy.S
        held = np.isfinite(targets.steps)
        s = np.where(held, targets.steps, 0.0)
        self._held = held
        self._target = s.astype(dtype)
        self._restoring = (1.0 / targets.restoration).astype(dtype)
        need = model.psi * s[:, None] * economy.A_C.astype(np.float64)
        limits = limiting_inputs(economy, model) & (need > 0.0)
        self._bound = np.divide(1.0, need, out=np.zeros_like(need), where=limits).astype(dtype)
        self._rest = s[:, None] * economy.x0 * economy.A_C
        self._deliveries = OpenDeliveries(economy, blows)
        self._M = read_only(np.zeros((0, n), dtype)) if economy.M is None else economy.M
        self._parts = _parts(economy, threads)
        self._pool = ThreadPoolExecutor(len(self._parts) - 1) if len(self._parts) > 1 else None
        self._scratch = np.empty((len(self._parts), 5, BLOCK), dtype=dtype)
        self._limits = np.empty((len(self._parts), n), dtype=dtype)
        self.asked = np.zeros(n + economy.r, dtype=dtype)
        self._orders, self._hole = np.zeros((S, n), dtype=dtype), np.zeros((S, n), dtype=dtype)
        self._weights = np.zeros(n + economy.r)
        # before the first step use is what it is at rest, nothing arrives and stocks are full
        self._stock = (self._rest + economy.x0 * economy.A_C).astype(dtype)
        # rows that are ever cut, as the orders of yesterday and those of today lean on them
        self._leaned = (self._deliveries.sells.copy(), self._deliveries.sells.copy())
        self._closed = False
        self._no_row = read_only(np.full(n + economy.r, -1, dtype=np.int32))
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
            Of orders that home nodes deliver; those from abroad deliver all.
        made, wanted : ndarray, shape (n,) [money / step]
            x and xo.
        weights : ndarray, shape (n,)
            q of the next step.
        """
        self._pass(share, made, wanted, weights, step + 1)
        if self._reserves is not None:
            stock = self._stock[:, None, :]
            self._reserves.into_pooled(step, wanted, self._bound, stock, self.limit)

    def _may_move(self, step: int) -> Table:
        """Return the part of what is cut off that moves, in numbers of the table's type."""
        share = self._moving.orders(step)
        if self._movable is None or self._movable[0] is not share:
            self._movable = (share, share.astype(self._economy.dtype))
        return self._movable[1]

    def _pass(
        self, share: Numbers, made: Numbers, wanted: Numbers, weights: Numbers, tomorrow: int
    ) -> None:
        economy = self._economy
        dtype, abroad = economy.dtype, np.ones(economy.r)
        arriving = (self._weights * np.concatenate([share, abroad])).astype(dtype)
        self._weights = np.concatenate([weights, abroad]) / economy.steps_per_year
        opened = self._deliveries.at(tomorrow)
        # rows that are not cut today nor tomorrow are read from the table as all others
        in_force, self._closed = self._closed or self._deliveries.closed, self._deliveries.closed
        slot = self._deliveries.slot if in_force else self._no_row
        self._limits.fill(np.inf)
        common: tuple[Any, ...] = (
            economy.Z, self._M, economy.rows, economy.rows_start, slot,
            self._deliveries.sells, opened, *self._leaned, self._may_move(tomorrow), arriving,
            self._weights.astype(dtype), made.astype(dtype), wanted.astype(dtype), economy.A_C,
            self._bound, self._target, self._restoring, self._orders, self._hole, self._stock,
            self.asked,
        )  # fmt: skip
        calls: list[list[Any]] = [
            [*part, *common, limits, scratch]
            for part, limits, scratch in zip(self._parts, self._limits, self._scratch, strict=True)
        ]
        others = [
            self._pool.submit(pass_products, *call) for call in calls[1:] if self._pool is not None
        ]
        pass_products(*calls[0])
        for other in others:
            other.result()
        if in_force:
            self._leaned = self._leaned[::-1]
        self.limit: Numbers = self._limits.min(axis=0).astype(np.float64)

    def first_short(self, nodes: Places) -> npt.NDArray[np.int32]:
        """Return the product that limits each of `nodes` most, shape of `nodes`.

        Parameters
        ----------
        nodes : ndarray of int
            Nodes that a stock binds.
        """
        bound = self._bound[:, nodes]
        most = np.where(bound > 0.0, self._stock[:, nodes] * bound, np.inf)
        return np.asarray(np.argmin(most, axis=0), dtype=np.int32)

    def fault(self) -> tuple[int, int, float] | None:
        """Return product, node and size of a stock that is negative or no number, if any."""
        least = float(self._stock.min())  # NaN if one is
        if least >= 0.0:
            return None
        wrong = np.isnan(self._stock) | (self._stock < -1e-9 * self._rest)
        if not wrong.any():
            return None
        p, f = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        return int(p), int(f), float(self._stock[p, f])

    def at_rest(self, tolerance: float) -> bool:
        """Return whether all finite stocks are within `tolerance` of their targets at rest.

        Parameters
        ----------
        tolerance : float [share]
            Of the target.
        """
        away = np.abs(self._stock[self._held] - self._rest[self._held])
        return bool((away <= tolerance * self._rest[self._held]).all())

    def held(self) -> Table:
        """Return a copy of the stocks, infinite where the target is, shape (S, n) [money]."""
        stocks: Table = self._stock.copy()
        stocks[~self._held] = np.inf
        return stocks


def simulate_pooled(
    economy: Economy,
    blows: SectorBlows,
    model: InventoryModel,
    *,
    safeguards: HeldSafeguards | None = None,
    record: Collection[str] | None = None,
    stocks_on: Collection[int] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Records:
    r"""Return the records of a run with stocks pooled by product.

    Any origin of a product replaces any other: the stock of product p that f holds and its orders

    .. math:: O_{gf} = Z_{gf}\,q_g \frac{Os_{pf}}{\sum_{g' \in p} Z_{g'f} q_{g'}}, \qquad
              Os_{pf} = \frac{\max(0, s_p xo_f A_{pf} - Om_{pf})}{\tau} + x_f A_{pf}.

    An origin of which a share is cut off gets that much less of its usual orders. What is cut off
    is ordered of the origins that are not cut, in proportion, in the share that the model says can
    be replaced and a second source raises; the rest, and all if there is none, of nobody: see
    `chainwright.stress.sectors.cut_kernels` for orders and `FinalUse` for final demand. Rows from
    abroad deliver what is asked unless they are cut. A cut touches no rebuilding. See
    `ario_day` for the order of update, `InventoryModel` for the options.

    Parameters
    ----------
    economy : Economy
        What runs.
    blows : SectorBlows
        What happens, and how many steps.
    model : InventoryModel
        How producers behave.
    safeguards : HeldSafeguards, optional
        What is held ready on this economy.
    record : collection of str, optional
        Which records to keep: all of shape (T, n) if not given; see `Records`.
    stocks_on : collection of int
        Steps in whose evening stocks are copied.
    threads : int, optional
        How many; as many as there are cores, at most 2, if not given. It changes no bit.
    progress : callable, optional
        Called after each step with the steps done and in all; it may raise to end the run.

    Raises
    ------
    ParameterError
        If the steps of shock, model and economy differ, damage exceeds capital, or a record is
        not known.
    InfeasibleError
        If a stock turns negative or a number is lost: it names day, region, sector and blows.

    References
    ----------
    .. [1] Hallegatte, S. (2014), Modeling the role of inventories and heterogeneity in the
       assessment of the economic costs of natural disasters, Risk Analysis 34(1).

    Examples
    --------
    >>> from chainwright import System
    >>> from chainwright.stress.shocks.sector_blows import SectorBlows
    >>> china = Economy.of(System.demo("country"))
    >>> run = simulate_pooled(china, SectorBlows(3, 1.0), InventoryModel.boario())
    >>> bool(abs(run.production / china.x0 - 1.0).max() < 1e-12)
    True
    """
    if threads is not None and threads < 1:
        raise ParameterError("threads", "a run", "at least 1", threads)
    targets = model.stock_targets(economy)
    held = safeguards or HeldSafeguards()
    moving = Moving(economy, np.full(economy.S, model.replaceable), held, blows)
    reserves = Reserves(economy, held, blows, model, targets) if held.reserves else None
    stocks = PooledStocks(
        economy, blows, model, targets, moving=moving, reserves=reserves,
        threads=threads or min(2, _cores()),
    )  # fmt: skip
    try:
        return run_days(
            economy,
            blows,
            model,
            stocks,
            moving=moving,
            backup=Backup(economy, held, blows) if held.capacity else None,
            reserves=reserves,
            record=record,
            stocks_on=stocks_on,
            notes=targets.notes + model.notes(economy),
            progress=progress,
        )
    finally:
        stocks.close_threads()


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _parts(economy: Economy, threads: int) -> list[tuple[int, int]]:
    """Return ranges of products with about as many rows each, one a thread."""
    S, rows = economy.S, economy.n + economy.r
    if threads == 1 or rows * economy.n <= SMALL:
        return [(0, S)]
    cuts = np.searchsorted(economy.rows_start, np.arange(1, threads) * rows / threads)
    edges = np.unique([0, *(int(c) for c in cuts), S])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
