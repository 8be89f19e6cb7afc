"""Many draws of the pooled sector model at once: matrix products by product, one draw a row."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.ensembles.batch_files import Summaries
from chainwright.stress.ensembles.batch_state import BatchState
from chainwright.stress.ensembles.draw_blows import DrawBlows
from chainwright.stress.ensembles.run_summary import first_of_all, losses_by
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.ready_safeguards import Moving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainwright.stress.ensembles.batch_table import BatchTable
    from chainwright.stress.sectors.inventory_model import InventoryModel
    from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["simulate_batch"]

Floats = npt.NDArray[np.float64]

ALIKE = ("scarcity", "orders", "rationing", "rebuild_cap", "step", "inputs", "cutoff")
"""What the models of a batch must share."""


def simulate_batch(
    table: "BatchTable",
    blows: "Sequence[SectorBlows]",
    models: "Sequence[InventoryModel]",
    safeguards: "HeldSafeguards | Sequence[HeldSafeguards | None] | None" = None,
    *,
    by_node: bool = False,
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
        Parameters of each draw; they may differ in psi, stock days, restoration, overproduction
        and what is replaceable alone.
    safeguards : HeldSafeguards or sequence of it, k, optional
        What is held ready, in all draws or in each. What keeps part of a blow off is in `blows`
        already.
    by_node : bool
        Whether to add ``output_by_node`` (k, n) [money]: what each node loses.

    Returns
    -------
    dict of str to ndarray
        See `_summaries`.

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
    held = _of_each(safeguards, len(blows))
    state = BatchState(table, models, blows, held)
    economy, cap = table.economy, models[0].rebuild_cap
    moving = [
        Moving(economy, np.full(economy.S, model.replaceable), ready, one)
        for model, ready, one in zip(models, held, blows, strict=True)
    ]
    draws = [DrawBlows(table, one, cap, at) for one, at in zip(blows, moving, strict=True)]
    state.open_at_start(draws)
    made = np.empty((len(models), blows[0].steps))
    for step in range(blows[0].steps):
        state.step(step, draws)
        made[:, step] = state.total
    summaries = _summaries(table, state, draws, made)
    if by_node:
        summaries["output_by_node"] = state.lost.copy()
    return summaries


def _of_each(
    safeguards: "HeldSafeguards | Sequence[HeldSafeguards | None] | None", draws: int
) -> list[HeldSafeguards]:
    """Return what each draw holds ready."""
    if safeguards is None or isinstance(safeguards, HeldSafeguards):
        return [safeguards or HeldSafeguards()] * draws
    if len(safeguards) != draws:
        expected = f"one a draw, {draws}"
        raise ParameterError("safeguards", "a batch of draws", expected, len(safeguards))
    return [one or HeldSafeguards() for one in safeguards]


def _summaries(
    table: "BatchTable", state: BatchState, draws: "Sequence[DrawBlows]", made: Floats
) -> Summaries:
    """Return what k draws lose, in arrays with one row a draw.

    ``output_by_step`` (k, T) and ``output_at_rest`` (k,) [money / step]; ``output``,
    ``value_added`` and ``unmet_final``, each ``_by_region`` and ``_by_product`` [money];
    ``short_nodes`` (k, S), how many nodes a product was the first to stop; ``short_step``,
    ``short_product``, ``short_node`` (k,), the first of all, -1 if none.
    """
    for i, draw in enumerate(draws):
        draw.settle(state.unmet[i])
    return {
        "output_by_step": made,
        "output_at_rest": np.full(len(draws), table.economy.x0.sum()),
        **losses_by(table.economy, state.lost),
        "unmet_final_by_region": np.stack([draw.unmet_by_region for draw in draws]),
        "unmet_final_by_product": np.stack([draw.unmet_by_product for draw in draws]),
        **first_of_all(table.economy, state.short_step, state.short_product),
    }
