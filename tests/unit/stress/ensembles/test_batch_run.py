"""A batch of k draws is k single runs, whatever happens in them."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chainwright.errors import InfeasibleError, ParameterError, TableError
from chainwright.stress import Blow, Shock
from chainwright.stress.ensembles.batch_run import simulate_batch
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.ensembles.run_summary import run_summary
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.stress.shocks.sector_hits import sector_blows
from random_blows import random_models, random_shock
from worlds import national, world

RECORD = (
    *("production", "unmet_final", "unmet_by_region", "unmet_abroad"),
    *("alpha", "intermediate_demand", "final_demand", "rebuild_demand"),
)
STEPS = 40


def both(system, shocks, models, steps=STEPS):
    """Return the summaries of a batch, and those of its draws run one by one; None if refused."""
    economy = Economy.of(system, models[0].step_days)
    table = BatchTable(economy, limiting_inputs(economy, models[0]))
    try:
        blows = [
            sector_blows(economy.flows, shock, steps, economy.step_days, capital=economy.K)
            for shock in shocks
        ]
    except TableError:  # damage above capital, nothing to cut
        assume(False)  # noqa: FBT003
    batch = outcome(lambda: simulate_batch(table, blows, models))
    alone = outcome(
        lambda: [
            simulate_pooled(economy, b, m, record=RECORD, threads=1)
            for b, m in zip(blows, models, strict=True)
        ]
    )
    assert (batch is None) == (alone is None)
    assume(batch is not None)
    found = [run_summary(records) for records in alone]
    alike = {name: np.stack([one[name] for one in found]) for name in found[0]}
    return economy, batch, alike, any(tied(records) for records in alone)


def tied(records):
    """Whether a stretched capacity meets exactly the demand of a step somewhere.

    There the model itself jumps: at a scarcity of zero capacity relaxes, at 1e-17 above it does
    not, so that the last bit of a sum decides.
    """
    demand = records.intermediate_demand + records.final_demand + records.rebuild_demand
    gap = np.abs(demand[1:] - records.production[:-1])
    return bool(((gap < 1e-12 * demand[1:]) & (records.alpha[:-1] > 1.0 + 1e-12)).any())


def outcome(run):
    """Return what a run finds, or None if it is refused."""
    try:
        return run()
    except (ParameterError, InfeasibleError):  # rebuilding exceeds capital, a stock runs below zero
        return None


def check_alike(economy, batch, alone, tie, steps=STEPS):
    """Return how many summaries agree, all: per step to 1e-12 of output at rest, shortages too."""
    close = 1e-6 if tie else 1e-12
    per_step = economy.x0.sum()
    assert set(batch) == set(alone)
    for name, found in batch.items():
        if found.dtype.kind == "i":
            assert (found == alone[name]).all(), name
        else:
            scale = per_step * (1 if name in {"output_by_step", "output_at_rest"} else steps)
            assert np.abs(found - alone[name]).max() <= close * scale, name
            assert np.isfinite(found).all()
    return len(batch)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), draws=st.integers(1, 4), idle=st.booleans())
def test_a_batch_of_a_world_is_as_many_single_runs(seed, draws, idle):
    system = world(seed % 17, regions=3, sectors=3, idle=idle)
    shocks = [random_shock(system, (seed, i)) for i in range(draws)]
    models = random_models(seed, draws, system.flows.nodes.sectors.codes)
    assert check_alike(*both(system, shocks, models)) >= 10


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), draws=st.integers(1, 3))
def test_a_batch_of_a_nation_with_rows_from_abroad_is_as_many_single_runs(seed, draws):
    system = national(seed % 7)
    kinds = ("capacity", "supply_cut", "demand_drop")
    shocks = [random_shock(system, (seed, i), kinds=kinds) for i in range(draws)]
    models = random_models(seed, draws, system.flows.nodes.sectors.codes)
    assert check_alike(*both(system, shocks, models)) >= 10


@pytest.mark.parametrize("curve", ["at_once", "linear"])
def test_a_batch_with_parts_of_some_and_of_all_origins_cut_is_as_many_single_runs(curve):
    """In one draw what is cut off turns to others, in the next to nobody; one waits for its cut."""
    system = world(3)
    told = {"products": ("s1",), "buyers": ("R1",), "days": 4.0, "recovery": curve}
    told |= {"recovery_days": 6.0} if curve == "linear" else {}
    every = tuple(system.flows.nodes.regions.codes)
    shocks = [
        Shock((Blow("supply_cut", regions="R0", share=0.4, start_day=0, **told),)),
        Shock((Blow("supply_cut", regions=every, share=0.6, start_day=0, **told),)),
        Shock(tuple(
            Blow("supply_cut", regions=regions, share=share, start_day=start, **told)
            for regions, share, start in (("R0", 0.5, 1), (every, 0.2, 15), ("R2", 1.0, 30))
        )),
    ]  # fmt: skip
    models = [InventoryModel(stock_days=days) for days in (6.0, 4.0, 3.0)]
    economy = Economy.of(system)
    blows = [sector_blows(economy.flows, shock, STEPS) for shock in shocks]
    batch = simulate_batch(BatchTable(economy, limiting_inputs(economy, models[0])), blows, models)
    pairs = zip(blows, models, strict=True)
    single = [simulate_pooled(economy, b, m, record=RECORD, threads=1) for b, m in pairs]
    found = [run_summary(records) for records in single]
    alone = {name: np.stack([one[name] for one in found]) for name in found[0]}
    check_alike(economy, batch, alone, any(tied(records) for records in single))
    assert (batch["output_by_step"].min(axis=1) < (1.0 - 1e-6) * economy.x0.sum()).all()


def test_draws_of_one_batch_may_differ_in_numbers_alone():
    system = world(3)
    economy = Economy.of(system)
    models = [
        InventoryModel.boario(),
        InventoryModel(rationing="proportional", stock_days=90.0, orders="noalt"),
    ]
    table = BatchTable(economy, limiting_inputs(economy, models[0]))
    with pytest.raises(ParameterError, match="'orders' parameter of a batch of draws"):
        simulate_batch(table, [SectorBlows(5, 1.0)] * 2, models)
    with pytest.raises(ParameterError, match="one a model, of the same steps"):
        simulate_batch(table, [SectorBlows(5, 1.0), SectorBlows(6, 1.0)], models[:1] * 2)


def test_a_draw_does_not_feel_the_others_of_its_batch():
    system, model = world(3), InventoryModel(rationing="proportional", stock_days=20.0)
    economy = Economy.of(system)
    table = BatchTable(economy, limiting_inputs(economy, model))
    shut = Shock((Blow("capacity", regions="R0", share=0.5, days=9),))
    cut = Shock((Blow("supply_cut", regions="R1", products="s1", share=1.0, days=9),))
    hit, severed = (sector_blows(economy.flows, one, 30) for one in (shut, cut))
    alike = simulate_batch(table, [severed, hit, severed], [model] * 3)
    alone = simulate_batch(table, [SectorBlows(30, 1.0), hit, SectorBlows(30, 1.0)], [model] * 3)
    assert (alike["output_by_step"][0] == alike["output_by_step"][2]).all()
    assert (alike["output_by_step"][1] == alone["output_by_step"][1]).all()
    assert np.abs(alone["output_by_step"][0] / economy.x0.sum() - 1.0).max() < 1e-14


def test_a_stock_below_zero_ends_the_batch_with_its_node_and_product():
    system, model = world(5), InventoryModel(rationing="proportional", stock_days=3.0, psi=0.1)
    economy = Economy.of(system)
    table = BatchTable(economy, limiting_inputs(economy, model))
    shut = Shock((Blow("capacity", regions="R0", share=1.0, days=30),))
    blows = sector_blows(economy.flows, shut, 30)
    with pytest.raises(InfeasibleError, match=r"The stock of s\d that R\d:s\d holds is -"):
        simulate_batch(table, [blows], [model])
