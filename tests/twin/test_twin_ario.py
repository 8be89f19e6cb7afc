"""ARIO with pooled stocks against a plain twin that lays every order out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ario_economies import random_blows, random_system
from ario_twin import plain_ario
from chainwright.stress import Economy, InventoryModel, simulate_pooled

KINDS = ("capacity", "recovery", "rebuild", "cut", "drop")
STEPS = 40


def largest_gap(economy, ours, twin):
    """Return the largest difference of output, unmet demand and stocks, in output at rest."""
    x0 = np.maximum(economy.x0, 1e-300)
    return max(
        np.abs((ours.production - twin["x"]) / x0).max(),
        np.abs((ours.unmet_final - twin["unmet"]) / x0).max(),
        np.abs((ours.rebuild_demand - twin["reb"][:, : economy.n]) / x0).max(),
        np.abs(ours.alpha - twin["alpha"]).max(),
    )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    kinds=st.lists(st.sampled_from(KINDS), min_size=0, max_size=5),
    stock_days=st.sampled_from([3.0, 8.0, 30.0]),
    restoring=st.sampled_from([5.0, 60.0]),
    priority=st.booleans(),
    documented=st.booleans(),
    alternative=st.booleans(),
    imports=st.booleans(),
    cap=st.sampled_from([np.inf, 0.02]),
)
def test_any_mix_of_blows_on_any_nodes_runs_as_the_plain_twin(  # noqa: PLR0917
    seed, kinds, stock_days, restoring, priority, documented, alternative, imports, cap
):
    economy = Economy.of(random_system(seed, imports=imports))
    blows = random_blows(economy, seed, STEPS, kinds)
    model = InventoryModel(
        stock_days=stock_days,
        restoration_days=restoring,
        rationing="priority" if priority else "proportional",
        scarcity="documented" if documented else "code",
        orders="alt" if alternative else "noalt",
        rebuild_cap=cap,
        overproduction_days=30.0,
    )
    ours = simulate_pooled(economy, blows, model, stocks_on=(STEPS - 1,))
    twin = plain_ario(
        economy, blows, stock_days=stock_days, restoring=restoring, priority=priority,
        documented=documented, alternative=alternative, cap=cap, response=30.0, alike=ours.alpha,
    )  # fmt: skip
    assert largest_gap(economy, ours, twin) < 1e-9
    rest = np.maximum(stock_days * economy.x0 * economy.A_C, 1e-6)
    assert (np.abs(ours.stocks[STEPS - 1] - twin["Om"][-1]) / rest).max() < 1e-8


@pytest.mark.parametrize("seed", range(4))
def test_stocks_by_input_some_of_them_endless_run_as_the_plain_twin(seed):
    economy = Economy.of(random_system(seed))
    days = dict(zip(economy.products.codes, [5.0, np.inf, 12.0, 20.0], strict=True))
    blows = random_blows(economy, seed, STEPS, ["capacity", "cut"])
    ours = simulate_pooled(
        economy, blows, InventoryModel(rationing="proportional", stock_days=days)
    )
    twin = plain_ario(economy, blows, stock_days=list(days.values()))
    assert largest_gap(economy, ours, twin) < 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_a_week_as_step_runs_as_the_plain_twin(seed):
    economy = Economy.of(random_system(seed), step_days=7.0)
    blows = random_blows(economy, seed, 20, ["recovery", "cut", "rebuild"])
    ours = simulate_pooled(
        economy, blows, InventoryModel(rationing="proportional", stock_days=30.0, step="week")
    )
    twin = plain_ario(economy, blows, stock_days=30.0)
    assert largest_gap(economy, ours, twin) < 1e-9
    assert ours.production.shape == (20, economy.n)


def test_a_grid_large_enough_for_rows_in_fours_runs_as_the_plain_twin():
    economy = Economy.of(random_system(3, regions=11, sectors=3, grid=True, imports=True))
    blows = random_blows(economy, 5, STEPS, ["capacity", "cut", "cut"])
    ours = simulate_pooled(economy, blows, InventoryModel(rationing="proportional", stock_days=6.0))
    twin = plain_ario(economy, blows, stock_days=6.0)
    assert largest_gap(economy, ours, twin) < 1e-9
