"""Everything that the draws of a batch carry from step to step, and the step itself."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.errors import InfeasibleError
from chainwright.stress.ensembles.batch_kernels import first_short, production_pass, stocks_pass
from chainwright.stress.sectors.cut_kernels import order_around, turn_rows
from chainwright.stress.sectors.ready_safeguards import Backup, Reserves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainwright.stress.ensembles.batch_table import BatchTable
    from chainwright.stress.ensembles.draw_blows import DrawBlows
    from chainwright.stress.sectors.held_safeguards import HeldSafeguards
    from chainwright.stress.sectors.inventory_model import InventoryModel, StockTargets
    from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["BatchState"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]


class BatchState:
    """k draws at rest, and what a step makes of them.

    Parameters
    ----------
    table : BatchTable
        The economy.
    models : sequence of InventoryModel, k
        Parameters of each draw.
    blows : sequence of SectorBlows, k
        What happens in each.
    safeguards : sequence of HeldSafeguards, k
        What is held ready in each.

    Attributes
    ----------
    total : ndarray, shape (k,) [money / step]
        Output of all nodes in the last step.
    lost, unmet : ndarray, shape (k, n) [money]
        Output lost and final demand not met so far; the second since its demand changed.
    short_step, short_product : ndarray of int, shape (k, n)
        First step on which stocks limited a node, and which; -1 if none did.
    """

    def __init__(
        self,
        table: "BatchTable",
        models: "Sequence[InventoryModel]",
        blows: "Sequence[SectorBlows]",
        safeguards: "Sequence[HeldSafeguards]",
    ) -> None:
        economy, k = table.economy, len(models)
        self._table, self._model = table, models[0]
        step, shape = economy.step_days, (k, economy.n)
        targets = [model.stock_targets(economy) for model in models]
        self._target: Floats = np.stack([target.steps for target in targets])
        self._rate: Floats = np.stack([1.0 / target.restoration for target in targets])
        self._stretch_by: Floats = np.array([_stretch(model, step) for model in models])
        psi = np.array([model.psi for model in models])
        finite = np.where(np.isfinite(self._target), self._target, 0.0)
        need = psi[:, None] * finite
        self._per_need: Floats = np.divide(1.0, need, out=np.zeros_like(need), where=need > 0.0)
        self._may_fail = bool((need[np.isfinite(self._target)] < 1.0).any())
        use = table.coefficients * economy.x0
        self._held: Floats = finite.T[:, :, None] * use[:, None, :]
        self._orders: Floats = np.repeat(table.orders[:, None, :], k, axis=1)
        self._asked: Floats = np.repeat(table.asked[None], k, axis=0)
        self._made: Floats = np.repeat(economy.x0[None], k, axis=0)
        self._stretch: Floats = np.ones(shape)
        limits = (self._per_need > 0.0).astype(np.float64) @ table.counted > 0.0
        over_psi = np.divide(1.0, psi, out=np.zeros(k), where=psi > 0.0)
        self._limit: Floats = np.where(limits, over_psi[:, None] * economy.x0, np.inf)
        self._wanted: Floats = np.zeros(shape)
        self._served: Floats = np.zeros(shape)
        self._spare: Floats = np.zeros(shape)
        self._final: Floats = np.zeros(shape)
        self._rebuild: Floats = np.zeros(shape)
        self._lost_share: Floats = np.zeros(shape)
        self._home = economy.rows < economy.n
        # of what was ordered for today, and of orders for tomorrow, by row in order of product
        self._weight: Floats = np.ones((2, k, economy.n + economy.r))
        self._lean: Floats = np.ones(shape)
        self._backup: Floats = np.zeros(shape)
        self._ready = [
            _ready(table, held, blows[i], (models[i], targets[i]), self._per_need[i])
            for i, held in enumerate(safeguards)
        ]
        self._both: Floats = np.empty((2 * k, economy.n))
        # what one unit of H asks of nobody since it cannot move, and the hole that this leaves
        self._nobody: Floats = np.zeros(shape)
        self._hole: Floats = np.zeros_like(self._held)
        self.lost: Floats = np.zeros(shape)
        self.unmet: Floats = np.zeros(shape)
        self.total: Floats = np.zeros(k)
        self.short_product: Integers = np.full(shape, -1, np.int32)
        self.short_step: Integers = np.full(shape, -1, np.int32)

    def step(self, step: int, draws: "Sequence[DrawBlows]") -> None:
        """Go one step on, in the order of `chainwright.stress.sectors.ario_day`.

        Parameters
        ----------
        step : int
            Which step; steps come one after the other.
        draws : sequence of DrawBlows, k
            What happens in each draw.
        """
        table, model, economy = self._table, self._model, self._table.economy
        for i, draw in enumerate(draws):
            if (backup := self._ready[i].backup) is not None:
                more = backup.at(step)
                if more is not None:
                    self._backup[i] = more
            draw.strike(step, self._lost_share[i], self._final[i], self._rebuild[i], self.unmet[i])
        production_pass(
            self._asked, self._final, self._rebuild, self._lost_share, self._backup, self._limit,
            economy.x0, self._made, self._stretch, self._wanted, self._served, self._spare,
            self.lost, self.unmet, self._stretch_by, step > 1, model.scarcity == "documented",
            model.rationing == "priority", step, self.short_step, self.total,
        )  # fmt: skip
        if (self.short_step == step).any():
            first_short(
                self._held,
                table.per_input,
                self._per_need,
                step,
                self.short_product,
                self.short_step,
            )
        for i, draw in enumerate(draws):
            draw.delivered(step, self._rebuild[i])
        home, rows = self._home, economy.rows[self._home]
        self._weight[0][:, home] = (self._lean * self._served)[:, rows]
        if model.orders == "alt":
            self._lean[:] = np.where(economy.x0 > 0.0, self._spare, 1.0)
            self._weight[1][:, home] = self._lean[:, rows]
        self._limit[:] = np.inf
        cut = [i for i, draw in enumerate(draws) if draw.advance(step)]
        self._products(step + 1, cut, draws)
        for i, ready in enumerate(self._ready):
            if ready.reserves is not None and ready.bound is not None:
                wanted, limit = self._wanted[i], self._limit[i]
                ready.reserves.into_pooled(step, wanted, ready.bound, self._held, limit, draw=i)

    def _products(self, tomorrow: int, cut: list[int], draws: "Sequence[DrawBlows]") -> None:
        """Deliver, use and order every product; `cut` are the draws with rows that are cut."""
        table, k = self._table, len(draws)
        weight = self._weight.reshape(2 * k, -1)
        moving = {i: draws[i].moving.orders(tomorrow) for i in cut}
        if cut:
            weight = weight.copy()
            for i in cut:
                weight[i, draws[i].places] = 0.0
                weight[k + i, draws[i].places] = 0.0
        for p, (a, abroad, b) in enumerate(table.spans):
            if a == b:
                continue
            np.matmul(weight[:, a:b], table.deliveries[a:b], out=self._both)
            here = [i for i in cut if draws[i].span(p).start < draws[i].span(p).stop]
            for i in here:
                draw, rows = draws[i], draws[i].span(p)
                at = draw.places[rows]
                self._both[i] += self._weight[0, i, at] @ draw.today[rows]
                turn_rows(
                    draw.sells[rows], draw.opened[rows], self._weight[1, i, at], moving[i][p],
                    self._both[k + i], self._nobody[i], draw.tomorrow[rows],
                )  # fmt: skip
            stocks_pass(
                self._held[p], self._orders[p], self._both[:k], self._both[k:],
                table.coefficients[p], table.per_input[p], self._wanted, self._made,
                self._target[:, p], self._rate[:, p],
                self._per_need[:, p], self._limit,
            )  # fmt: skip
            for i in here:
                self._around(p, i, self._made[i])
            self._ask(p, slice(a, abroad), cut, draws)
        self._no_stock_is_negative()

    def _around(self, p: int, i: int, made: Floats) -> None:
        """Order again what a draw orders of a product where something cannot move."""
        inputs, target = self._table.coefficients[p], self._target[i, p]
        offered = self._both[len(self._nobody) + i]
        order_around(
            self._held[p, i], made * inputs, self._wanted[i], inputs,
            target if np.isfinite(target) else 0.0, self._rate[i, p], offered, self._nobody[i],
            self._hole[p, i], self._orders[p, i],
        )  # fmt: skip

    def _no_stock_is_negative(self) -> None:
        """Refuse a run whose stocks fall below zero: parameters let more be used than is held."""
        if not self._may_fail or float(self._held.min()) >= 0.0:
            return
        use = self._table.coefficients * self._table.economy.x0
        steps = np.where(np.isfinite(self._target), self._target, 0.0)
        wrong = ~(self._held >= -1e-9 * steps.T[:, :, None] * use[:, None, :])
        if wrong.any():
            p, i, f = (int(at) for at in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
            economy = self._table.economy
            msg = (
                f"The stock of {economy.products.codes[p]} that {economy.codes[f]} holds is "
                f"{self._held[p, i, f]:,.6g} in the draw that is number {i + 1} of its batch. With "
                "psi times the target stock below one step of use, more is used than is held: "
                "raise the stock days or psi, or their lowest values."
            )
            raise InfeasibleError(msg)

    def _ask(self, p: int, home: slice, cut: list[int], draws: "Sequence[DrawBlows]") -> None:
        """Ask the home rows of a product for what is ordered of it."""
        table = self._table
        asked = self._orders[p] @ table.deliveries[home].T
        for i in cut:
            rows = draws[i].span(p)
            if rows.start == rows.stop:
                continue
            at = draws[i].places[rows]
            here = at < home.stop
            asked[i, at[here] - home.start] = draws[i].tomorrow[rows][here] @ self._orders[p, i]
        self._asked[:, table.economy.rows[home]] = asked * self._weight[1][:, home]

    def open_at_start(self, draws: "Sequence[DrawBlows]") -> None:
        """Place the orders of the first step, which know what is cut in it.

        Parameters
        ----------
        draws : sequence of DrawBlows, k
            What happens in each draw.
        """
        table, economy = self._table, self._table.economy
        cut = [i for i, draw in enumerate(draws) if draw.advance(-1)]
        if not cut:
            return
        weight = np.ones(len(economy.rows))
        for p, (a, abroad, b) in enumerate(table.spans):
            use = table.coefficients[p] * economy.x0
            for i in cut:
                rows = draws[i].span(p)
                at = draws[i].places[rows]
                free = np.setdiff1d(np.arange(a, b), at)
                offered = weight[free] @ table.deliveries[free]
                turn_rows(
                    draws[i].sells[rows], draws[i].opened[rows], weight[at],
                    draws[i].moving.orders(0)[p], offered, self._nobody[i], draws[i].tomorrow[rows],
                )  # fmt: skip
                self._orders[p, i] = np.divide(
                    use, offered, out=np.zeros_like(use), where=offered > 0.0
                )
                self._hole[p, i] = self._nobody[i] * self._orders[p, i]
            self._ask(p, slice(a, abroad), cut, draws)


class _Ready(NamedTuple):
    """What one draw holds ready, and 1 / (psi s A) of its inputs, which its reserves read."""

    reserves: Reserves | None
    backup: Backup | None
    bound: Floats | None


def _ready(
    table: "BatchTable",
    held: "HeldSafeguards",
    blows: "SectorBlows",
    stocks: "tuple[InventoryModel, StockTargets]",
    per_need: Floats,
) -> _Ready:
    """Return what a draw holds ready."""
    economy, reserves, bound = table.economy, None, None
    if held.reserves:
        reserves = Reserves(economy, held, blows, *stocks)
        bound = table.per_input * per_need[:, None]
    return _Ready(reserves, Backup(economy, held, blows) if held.capacity else None, bound)


def _stretch(model: "InventoryModel", step_days: float) -> tuple[float, float, float]:
    """Return base, ceiling and speed of overproduction."""
    return (
        model.overproduction_base,
        model.overproduction_max,
        step_days / model.overproduction_days,
    )
