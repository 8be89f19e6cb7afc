"""Stocks of every origin of every user, and what a step does to them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.sectors.by_origin_kernels import (
    ALONE,
    BETWEEN,
    MIXED,
    POOLED,
    limits,
    shortest,
    stepped,
    uses,
)
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.inventory_model import InventoryModel, StockTargets
from chainwright.stress.sectors.open_deliveries import OpenDeliveries
from chainwright.stress.sectors.origin_reserves import OriginReserves
from chainwright.stress.sectors.ready_safeguards import Moving
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.system.axis import read_only

__all__ = ["Elasticity", "OriginStocks", "by_product"]

Numbers = npt.NDArray[np.float64]
Table = npt.NDArray[np.floating]
Places = npt.NDArray[np.intp]
Whole = npt.NDArray[np.int32]
Elasticity = float | Mapping[str, float]
"""One number for all products, or one by product, the others being replaced by any origin."""


class OriginStocks:
    """The stocks ``Om`` (n + r, n), as output they support, ``Om / A``; the orders they call for.

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
    elasticity : float or mapping of str to float
        Between origins, 0 to infinity; by product, the others being infinite.
    safeguards : HeldSafeguards, optional
        What is held ready: reserves and second sources; capacity is for the loop of days.
    threads : int
        How many; the numbers do not depend on it.

    Attributes
    ----------
    asked : ndarray, shape (n + r,) [money / step]
        Orders of producers to each row for today.
    limit : ndarray, shape (n,) [money / step]
        Most that stocks allow each node to make today.
    elasticity, phi : ndarray, shape (S,) [1], [share]
        Elasticity, and the part of orders that goes to any origin: ``elasticity / (1 + it)``.
    moving : Moving
        Part of what is cut off that can be ordered of other origins.
    reserves : Reserves, optional
        What is held besides, and what it released; none if nothing is.
    short_row : ndarray of int32, shape (n,)
        Row whose stock was the shortest when a stock first bound a node; -1 if none ever did.
    """

    def __init__(
        self,
        economy: Economy,
        blows: SectorBlows,
        model: InventoryModel,
        targets: StockTargets,
        *,
        elasticity: Elasticity,
        safeguards: HeldSafeguards | None = None,
        threads: int,
    ) -> None:
        self._economy, kind = economy, economy.dtype
        held = safeguards or HeldSafeguards()
        n, rows, S = economy.n, economy.n + economy.r, economy.S
        self.elasticity = by_product(economy, elasticity)
        self._kinds, self._powers, self.phi = _substitution(self.elasticity)
        base = np.where(self._kinds == POOLED, model.replaceable, self.phi)
        self.moving = Moving(economy, base, held, blows)
        _with_second_sources(economy, held, self._kinds)
        # orders that go to any origin are worked out user by user where there is a second source
        self._pooling = np.where(self._kinds == MIXED, 1.0, self.phi)
        self.reserves = (
            OriginReserves(economy, held, blows, model, targets) if held.reserves else None
        )
        none = np.full(rows, -1, dtype=np.int32), np.zeros((0, n), dtype=kind)
        self._fills = none if self.reserves is None else self.reserves.fills
        self._second = self.moving.orders(0)
        # with pooled stocks every origin counts; else trifles of single origins never limit
        self._least = np.where(self._kinds == POOLED, 0.0, model.cutoff)
        self._steps = targets.steps
        # a stock must reach for the step itself, whatever the share below which it limits
        self._needed = np.maximum(model.psi * self._steps, 1.0)
        self._rates = 1.0 / targets.restoration
        self._counted = limiting_inputs(economy, model)
        # no capacity exceeds this: what overproduction reaches under utter scarcity
        self._alpha, self._ceiling = 1.0, model.overproduction_max
        self._response = economy.step_days / model.overproduction_days
        self._M = read_only(np.zeros((0, n), kind)) if economy.M is None else economy.M
        yearly = economy.x0 * economy.steps_per_year
        self._per_output = np.divide(1.0, yearly, out=np.zeros(n), where=yearly > 0.0).astype(kind)
        self._wanted = economy.x0.astype(kind)
        self._use = np.tile(self._wanted, (S, 1))
        self._used_before = self._use.copy()
        pool = np.where((self._kinds == MIXED)[:, None], self._second, self.phi[:, None])
        self._pool = (pool * economy.x0).astype(kind)
        self._hole = np.zeros((S, n), dtype=kind)
        self._total, self._low = np.empty((S, n), kind), np.empty((S, n), kind)
        self.stocks = np.empty((rows, n), dtype=kind)
        for p in range(S):
            of = economy.rows[economy.rows_start[p] : economy.rows_start[p + 1]]
            self.stocks[of] = (self._steps[p] * economy.x0).astype(kind)
        self._low[:] = self._steps[:, None] * economy.x0
        self._weights = np.ones(rows, dtype=kind)
        self._deliveries = OpenDeliveries(economy, blows)
        shape = self._deliveries.sells.shape
        self._today: Table = read_only(np.ones(shape, kind))
        # v / w of orders that may turn to any origin, those of yesterday and those of today
        self._leaned = (np.ones(shape, kind), np.ones(shape, kind))
        self.asked = np.zeros(rows)
        self.short_row = np.full(n, -1, dtype=np.int32)
        self._parts = _parts(economy, threads)
        self._limits = np.empty((len(self._parts), n))
        self._limited_by = np.empty((len(self._parts), n), dtype=np.int32)
        self._pool_of_threads = (
            ThreadPoolExecutor(len(self._parts) - 1) if len(self._parts) > 1 else None
        )
        # at rest a step changes nothing, but its orders know the cuts of step 0
        self.close(-1, np.ones(n), economy.x0, economy.x0, np.ones(n))

    def close(
        self, step: int, share: Numbers, made: Numbers, wanted: Numbers, weights: Numbers
    ) -> None:
        """Take in deliveries, take out what was used, and order for the next step.

        Parameters
        ----------
        step : int
            The step that ends; -1 before the first.
        share : ndarray, shape (n,) [share]
            Of orders that home nodes deliver; those from abroad deliver all.
        made, wanted : ndarray, shape (n,) [money / step]
            x and xo.
        weights : ndarray, shape (n,)
            q of the next step.
        """
        economy, kind = self._economy, self._economy.dtype
        abroad = np.ones(economy.r)
        given = np.concatenate([share, abroad]).astype(kind)
        lean = np.concatenate([weights, abroad]).astype(kind)
        x, xo, opened = made.astype(kind), wanted.astype(kind), self._deliveries.at(step + 1)
        self._alpha += (self._ceiling - self._alpha) * self._response
        top = economy.x0 * self._alpha
        second, tomorrow = self._second, self.moving.orders(step + 1)
        place = (economy.rows, economy.rows_start, economy.Z, self._M, self.stocks)

        def part(i: int) -> None:
            first, last = self._parts[i]
            uses(
                first, last, *place, self._per_output, self._low, self._counted, self._needed,
                self._kinds, self._least, second, x, self._use,
            )  # fmt: skip
            stepped(
                first, last, *place, self._per_output, self._steps, self._counted, self._needed,
                self._rates, self._kinds, self._pooling, second, tomorrow, self._least,
                self._wanted, xo, self._used_before, self._use, economy.A_C, self._weights, lean,
                given, self._deliveries.slot, self._today, opened, *self._leaned, self._pool,
                self._hole, *self._fills, self._total, self._low, self.asked,
            )  # fmt: skip
            if self.reserves is not None:
                self.reserves.into_origins(
                    step, self._parts[i], (xo, self._filled(tomorrow), self._per_output),
                    self._least, (self.stocks, self._low, self._total),
                )  # fmt: skip
            limits(
                first, last, *place, self._per_output, economy.A_C, self._counted, self._low,
                self._total, self._needed, self._kinds, self._powers, self._least, tomorrow, top,
                self._limits[i], self._limited_by[i],
            )  # fmt: skip

        others = [
            self._pool_of_threads.submit(part, i)
            for i in range(1, len(self._parts))
            if self._pool_of_threads is not None
        ]
        part(0)
        for other in others:
            other.result()
        if self.reserves is not None:
            self.reserves.count_released(step)
        self._wanted, self._weights, self._today, self._second = xo, lean, opened, tomorrow
        self._used_before, self._use = self._use, self._used_before
        self._leaned = self._leaned[::-1]
        self.limit: Numbers = self._limits.min(axis=0)

    def _filled(self, second: Numbers) -> Numbers:
        """Return the part of a reserve's fill that any origin may take, shape (S, n)."""
        by_kind = (self._kinds == POOLED).astype(np.float64)[:, None]
        return np.where((self._kinds == MIXED)[:, None], second, by_kind)

    def first_short(self, nodes: Places) -> Whole:
        """Return the product that limits each of `nodes` most; keep the origin it lacks most.

        Parameters
        ----------
        nodes : ndarray of int
            Nodes that a stock binds.
        """
        economy = self._economy
        part = np.argmin(self._limits[:, nodes], axis=0)
        products: Whole = self._limited_by[part, nodes]
        origin = np.empty(len(nodes), dtype=np.int32)
        shortest(
            nodes.astype(np.int32), products, economy.rows, economy.rows_start, economy.Z,
            self._M, self.stocks, self._per_output, self._least, origin,
        )  # fmt: skip
        self.short_row[nodes] = origin
        return products

    def fault(self) -> tuple[int, int, float] | None:
        """Return product, node and size of a stock that is negative or no number, if any.

        None can be negative: no more is used of an origin than there is.
        """
        least = float(self._low.min())  # NaN if one is
        if least >= 0.0:
            return None
        p, f = np.unravel_index(int(np.argmax(~(self._low >= 0.0))), self._low.shape)
        return int(p), int(f), float(self._low[p, f])

    def at_rest(self, tolerance: float) -> bool:
        """Return whether all finite stocks are within `tolerance` of their targets at rest.

        Parameters
        ----------
        tolerance : float [share]
            Of the target.
        """
        ends = np.isfinite(self._steps)
        target = self._steps[ends, None] * self._economy.x0
        full = target * self._economy.A_C[ends]
        together = np.abs(self.held()[ends] - full) <= tolerance * full
        each = self._low[ends] >= (1.0 - tolerance) * target
        each |= (self._kinds[ends] == POOLED)[:, None]
        return bool(together.all() and each.all())

    def held(self) -> Table:
        """Return the stocks of all origins together, infinite where the target is, shape (S, n)."""
        economy = self._economy
        total = np.full((economy.S, economy.n), np.inf)
        for p in np.flatnonzero(np.isfinite(self._steps)):
            total[p] = 0.0
            for row in economy.rows[economy.rows_start[p] : economy.rows_start[p + 1]]:
                total[p] += economy.row(int(row)) * self._per_output * self.stocks[row]
        return total

    def close_threads(self) -> None:
        """End the threads."""
        if self._pool_of_threads is not None:
            self._pool_of_threads.shutdown()


def _with_second_sources(economy: Economy, held: HeldSafeguards, kinds: Whole) -> None:
    """Change the kind of products that have a second source; refuse those between the two ends."""
    for source in held.sources:
        if kinds[source.product] == BETWEEN:
            code = economy.products.codes[source.product]
            expected = f"0 or infinite of {code}, of which {source.name!r} is a second source"
            raise ParameterError("elasticity", "a run by origin", expected, "a number between")
        if kinds[source.product] == ALONE:
            kinds[source.product] = MIXED


def by_product(economy: Economy, elasticity: Elasticity) -> Numbers:
    """Return the elasticity between the origins of each product, shape (S,).

    Parameters
    ----------
    economy : Economy
        With the products.
    elasticity : float or mapping of str to float
        One number, or by product, the others being infinite.

    Raises
    ------
    ParameterError
        If one is negative or no number.
    UnknownCodeError
        If a product is not known.
    """
    named = elasticity if isinstance(elasticity, Mapping) else {"": elasticity}
    for code, number in named.items():
        if not (isinstance(number, int | float | np.number) and number >= 0.0):
            of = f" of {code}" if code else ""
            raise ParameterError("elasticity", f"a run by origin{of}", "0 or above", number)
    if not isinstance(elasticity, Mapping):
        return np.full(economy.S, float(elasticity))
    sigma = np.full(economy.S, np.inf)
    sigma[economy.products.index(elasticity)] = list(elasticity.values())
    return sigma


def _substitution(sigma: Numbers) -> tuple[Whole, Numbers, Numbers]:
    """Return kind, power ``(sigma - 1) / sigma`` and share of orders that goes to any origin."""
    pooled = np.isinf(sigma)
    kinds = np.where(pooled, POOLED, np.where(sigma == 0.0, ALONE, BETWEEN)).astype(np.int32)
    between = kinds == BETWEEN
    finite = np.where(between, sigma, 1.0)
    powers = np.where(between, (finite - 1.0) / finite, 1.0)
    phi = np.where(pooled, 1.0, np.where(between, finite / (1.0 + finite), 0.0))
    return kinds, powers, phi


SMALL = 250_000
"""Deliveries up to which a second thread costs more than it brings."""


def _parts(economy: Economy, threads: int) -> list[tuple[int, int]]:
    """Return ranges of products with about as many rows each, one a thread."""
    S, rows = economy.S, economy.n + economy.r
    if threads == 1 or rows * economy.n <= SMALL:
        return [(0, S)]
    cuts = np.searchsorted(economy.rows_start, np.arange(1, threads) * rows / threads)
    edges = np.unique([0, *(int(c) for c in cuts), S])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
