"""Many draws of the pooled sector model at once: matrix products by product, one draw a row."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.errors import InfeasibleError, ParameterError
from chainwright.stress.ensembles.batch_files import Summaries
from chainwright.stress.ensembles.batch_kernels import first_short, production_pass, stocks_pass
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.ensembles.draw_blows import DrawBlows
from chainwright.stress.ensembles.run_summary import first_of_all, losses_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainwright.stress.sectors.inventory_model import InventoryModel
    from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["simulate_batch"]

Floats = npt.NDArray[np.float64]

ALIKE = ("scarcity", "orders", "rationing", "rebuild_cap", "step", "inputs", "cutoff")
"""What the models of a batch must share."""


def simulate_batch(
    table: BatchTable, blows: "Sequence[SectorBlows]", models: "Sequence[InventoryModel]"
) -> Summaries:
    r"""Return what k draws lose, each as `simulate_pooled` alone would find it.

    Orders are :math:`O_{gf} = Z_{gf} q_g H_{pf}` and never formed. Each step takes, product by
    product, ``(2k x R) (R x n)`` for what arrives and what orders will weigh, a pass over stocks,
    and ``(k x n) (n x R)`` for what is asked of each origin.

    Parameters
    ----------
    table : BatchTable
        The economy.
    blows : sequence of SectorBlows, k
        What happens in each draw; all of the same steps.
    models : sequence of InventoryModel, k
        Parameters of each draw; they may differ in psi, stock days, restoration and
        overproduction alone.

    Returns
    -------
    dict of str to ndarray
        See `BatchState.summaries`.

    Raises
    ------
    ParameterError
        If the draws differ in anything else.
    """
    for name in ALIKE:
        found = {getattr(model, name) for model in models}
        if len(found) > 1:
            raise ParameterError(name, "a batch of draws", "the same in all draws", sorted(found))
    steps = {one.steps for one in blows}
    if len(steps) != 1 or len(blows) != len(models):
        raise ParameterError("blows", "a batch of draws", "one a model, of the same steps", steps)
    state = _State.of(table, models)
    draws = [DrawBlows(table, one, models[0].rebuild_cap) for one in blows]
    state.open_at_start(draws)
    made = np.empty((len(models), blows[0].steps))
    for step in range(blows[0].steps):
        state.step(step, draws)
        made[:, step] = state.total
    return _summaries(table, state, draws, made)


@dataclass(eq=False)
class _State:
    """Everything that k draws carry from step to step, and room to work in."""

    table: BatchTable
    model: "InventoryModel"
    target: Floats  # (k, S) steps of use
    rate: Floats  # (k,) 1 / restoration steps
    per_need: Floats  # (k, S) 1 / (psi s)
    stretch_by: Floats  # (k, 3)
    held: Floats  # (S, k, n)
    orders: Floats  # (S, k, n)
    asked: Floats  # (k, n)
    made: Floats
    stretch: Floats
    limit: Floats
    lost: Floats
    short_product: npt.NDArray[np.int32]
    short_step: npt.NDArray[np.int32]

    @classmethod
    def of(cls, table: BatchTable, models: "Sequence[InventoryModel]") -> "_State":
        """Return k draws at rest."""
        economy, k = table.economy, len(models)
        step = economy.step_days
        target = np.stack([model.stock_targets(economy).steps for model in models])
        psi = np.array([model.psi for model in models])
        finite = np.where(np.isfinite(target), target, 0.0)
        need = psi[:, None] * finite
        per_need = np.divide(1.0, need, out=np.zeros_like(need), where=need > 0.0)
        use = table.coefficients * economy.x0
        over_psi = np.divide(1.0, psi, out=np.zeros(k), where=psi > 0.0)
        limits = (per_need > 0.0).astype(np.float64) @ table.counted > 0.0
        limit = np.where(limits, over_psi[:, None] * economy.x0, np.inf)
        shape = (k, economy.n)
        self = cls(
            table=table,
            model=models[0],
            target=target,
            rate=np.array([step / model.restoration_days for model in models]),
            per_need=per_need,
            stretch_by=np.array(
                [
                    [m.overproduction_base, m.overproduction_max, step / m.overproduction_days]
                    for m in models
                ]
            ),
            held=np.ascontiguousarray(finite.T[:, :, None] * use[:, None, :]),
            orders=np.ascontiguousarray(np.repeat(table.orders[:, None, :], k, axis=1)),
            asked=np.repeat(table.asked[None], k, axis=0),
            made=np.repeat(economy.x0[None], k, axis=0),
            stretch=np.ones(shape),
            limit=limit,
            lost=np.zeros(shape),
            short_product=np.full(shape, -1, np.int32),
            short_step=np.full(shape, -1, np.int32),
        )
        self.wanted, self.served, self.spare = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.final, self.rebuild = np.zeros(shape), np.zeros(shape)
        self.lost_share, self.unmet, self.total = np.zeros(shape), np.zeros(shape), np.zeros(k)
        self.may_fail = bool((need[np.isfinite(target)] < 1.0).any())
        rows = economy.n + economy.r
        self.home = economy.rows < economy.n
        self.weight = np.ones((2, k, rows))  # of deliveries yesterday asked for; of orders to come
        self.spared = np.ones(shape)
        self.both = np.empty((2 * k, economy.n))
        return self

    def step(self, step: int, draws: "Sequence[DrawBlows]") -> None:
        """Go one step on, in the order of the model with inventories."""
        table, model, economy = self.table, self.model, self.table.economy
        for i, draw in enumerate(draws):
            draw.strike(step, self.lost_share[i], self.final[i], self.rebuild[i], self.unmet[i])
        production_pass(
            self.asked, self.final, self.rebuild, self.lost_share, self.limit, economy.x0,
            self.made, self.stretch, self.wanted, self.served, self.spare, self.lost, self.unmet,
            self.stretch_by, step > 1, model.scarcity == "documented",
            model.rationing == "priority", step, self.short_step, self.total,
        )  # fmt: skip
        if (self.short_step == step).any():
            first_short(
                self.held, table.per_input, self.per_need, step, self.short_product, self.short_step
            )
        for i, draw in enumerate(draws):
            draw.delivered(step, self.rebuild[i])
        home, rows = self.home, economy.rows[self.home]
        self.weight[0][:, home] = (self.spared * self.served)[:, rows]
        if model.orders == "alt":
            self.spared[:] = np.where(economy.x0 > 0.0, self.spare, 1.0)
            self.weight[1][:, home] = self.spared[:, rows]
        self.limit[:] = np.inf
        self._products([i for i, draw in enumerate(draws) if draw.advance(step)], draws)

    def _products(self, cut: list[int], draws: "Sequence[DrawBlows]") -> None:
        """Deliver, use and order every product; `cut` are the draws with rows that are cut."""
        table, k = self.table, len(draws)
        weight = self.weight.reshape(2 * k, -1)
        if cut:
            weight = weight.copy()
            for i in cut:
                weight[np.ix_((i, k + i), draws[i].places)] = 0.0
        for p, (a, abroad, b) in enumerate(table.spans):
            if a == b:
                continue
            np.matmul(weight[:, a:b], table.deliveries[a:b], out=self.both)
            for i in cut:
                rows = draws[i].span(p)
                at = draws[i].places[rows]
                self.both[i] += self.weight[0, i, at] @ draws[i].today[rows]
                self.both[k + i] += self.weight[1, i, at] @ draws[i].tomorrow[rows]
            stocks_pass(
                self.held[p], self.orders[p], self.both[:k], self.both[k:], table.coefficients[p],
                table.per_input[p], self.wanted, self.made, self.target[:, p], self.rate,
                self.per_need[:, p], self.limit,
            )  # fmt: skip
            self._ask(p, slice(a, abroad), cut, draws)
        self._no_stock_is_negative()

    def _no_stock_is_negative(self) -> None:
        """Refuse a run whose stocks fall below zero: parameters let more be used than is held."""
        if not self.may_fail or float(self.held.min()) >= 0.0:
            return
        use = self.table.coefficients * self.table.economy.x0
        rest = np.where(np.isfinite(self.target), self.target, 0.0).T[:, :, None] * use[:, None]
        wrong = ~(self.held >= -1e-9 * rest)
        if wrong.any():
            p, i, f = (int(at) for at in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
            economy = self.table.economy
            msg = (
                f"The stock of {economy.products.codes[p]} that {economy.codes[f]} holds is "
                f"{self.held[p, i, f]:,.6g} in the draw that is number {i + 1} of its batch. With "
                "psi times the target stock below one step of use, more is used than is held: "
                "raise the stock days or psi, or their lowest values."
            )
            raise InfeasibleError(msg)

    def _ask(self, p: int, home: slice, cut: list[int], draws: "Sequence[DrawBlows]") -> None:
        """Ask the home rows of a product for what is ordered of it."""
        table = self.table
        asked = self.orders[p] @ table.deliveries[home].T
        for i in cut:
            rows = draws[i].span(p)
            at = draws[i].places[rows]
            here = at < home.stop
            asked[i, at[here] - home.start] = draws[i].tomorrow[rows][here] @ self.orders[p, i]
        self.asked[:, table.economy.rows[home]] = asked * self.weight[1][:, home]

    def open_at_start(self, draws: "Sequence[DrawBlows]") -> None:
        """Place the orders of the first step, which know what is cut in it."""
        table, economy = self.table, self.table.economy
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
                offered = weight[free] @ table.deliveries[free] + draws[i].tomorrow[rows].sum(
                    axis=0
                )
                self.orders[p, i] = np.divide(
                    use, offered, out=np.zeros_like(use), where=offered > 0.0
                )
            self._ask(p, slice(a, abroad), cut, draws)


def _summaries(
    table: BatchTable, state: _State, draws: "Sequence[DrawBlows]", made: Floats
) -> Summaries:
    """Return what k draws lose, in arrays with one row a draw.

    ``output_by_step`` (k, T) [money / step]; ``output``, ``value_added`` and ``unmet_final``, each
    ``_by_region`` and ``_by_product`` [money]; ``short_nodes`` (k, S), how many nodes a product
    was the first to stop; ``short_step``, ``short_product``, ``short_node`` (k,), the first of
    all, -1 if none.
    """
    for i, draw in enumerate(draws):
        draw.settle(state.unmet[i])
    return {
        "output_by_step": made,
        **losses_by(table.economy, state.lost),
        "unmet_final_by_region": np.stack([draw.unmet_by_region for draw in draws]),
        "unmet_final_by_product": np.stack([draw.unmet_by_product for draw in draws]),
        **first_of_all(table.economy, state.short_step, state.short_product),
    }
