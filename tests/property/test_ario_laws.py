"""What must hold in every run of ARIO with pooled stocks, whatever the economy and the shock."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chainwright as cw
from ario_economies import course, random_blows, random_system
from chainwright.stress import Economy, InventoryModel, simulate_pooled
from chainwright.stress.sectors.run_records import BY_NODE
from chainwright.stress.shocks.sector_blows import CapacityLoss, DemandDrop, SectorBlows
from chainwright.system import Flows

KINDS = ("capacity", "recovery", "rebuild", "cut", "drop")
STEPS = 30
MODEL = InventoryModel(
    rationing="proportional", stock_days=8.0, restoration_days=15.0, overproduction_days=60.0
)
seeds = st.integers(0, 10_000)
shocks = st.lists(st.sampled_from(KINDS), min_size=1, max_size=4)


@settings(max_examples=25)
@given(seed=seeds, kinds=shocks, priority=st.booleans())
def test_each_day_what_is_made_is_delivered_or_stocked_and_nothing_is_negative(
    seed, kinds, priority
):
    economy = Economy.of(random_system(seed))
    model = replace(MODEL, rationing="priority" if priority else "proportional", cutoff=0.0)
    blows = random_blows(economy, seed, STEPS, kinds)
    run = simulate_pooled(
        economy, blows, model, record=[*BY_NODE, "imports"], stocks_on=range(STEPS)
    )
    start = 8.0 * economy.x0 * economy.A_C
    stocks = np.array([start, *run.stocks.values()])
    used = run.production[:, None, :] * economy.A_C
    received = (np.diff(stocks, axis=0) + used).sum(axis=2)
    away = run.final_demand - run.unmet_final + run.rebuild_delivered
    # final demand that no origin may meet counts as asked and as unmet, so it drops out here
    home = (run.production - away) @ economy.product_sums[:, : economy.n].T.toarray()
    abroad = run.imports @ economy.product_sums[:, economy.n :].T.toarray()
    assert np.abs(received - home - abroad).max() <= 1e-9 * economy.x0.max()
    assert stocks.min() >= 0.0
    assert all(run.series[name].min() >= -1e-12 * economy.x0.max() for name in run.series)
    demand = run.intermediate_demand + run.final_demand + run.rebuild_demand
    assert (run.production <= np.minimum(demand, run.capacity) * (1 + 1e-12)).all()
    assert np.isfinite(np.concatenate([run.series[n].ravel() for n in BY_NODE])).all()


@settings(max_examples=15)
@given(seed=seeds)
def test_no_shock_leaves_every_economy_at_rest(seed):
    economy = Economy.of(random_system(seed))
    run = simulate_pooled(economy, SectorBlows(100, 1.0), MODEL)
    assert np.abs(run.production - economy.x0).max() <= 1e-13 * economy.x0.max()


@settings(max_examples=10)
@given(seed=seeds, kinds=shocks)
def test_money_times_a_thousand_changes_no_relative_result(seed, kinds):
    system = random_system(seed)
    thousand = cw.System(in_units(system.flows, 1000.0))
    shares = [
        run.production / economy.x0
        for economy in (Economy.of(system), Economy.of(thousand))
        for run in [simulate_pooled(economy, random_blows(economy, seed, STEPS, kinds), MODEL)]
    ]
    assert np.abs(shares[0] - shares[1]).max() < 1e-10


def in_units(flows: Flows, rate):
    imports = replace(
        flows.imports, matrix=flows.imports.matrix * rate, final=flows.imports.final * rate
    )
    return replace(flows, matrix=flows.matrix * rate, final=flows.final * rate, imports=imports)


@settings(max_examples=10)
@given(seed=seeds, order=st.randoms(use_true_random=False))
def test_nodes_in_another_order_permute_the_result(seed, order):
    system = random_system(seed, imports=False)
    flows = system.flows
    places = list(range(len(flows.nodes)))
    order.shuffle(places)
    turned = cw.System(
        replace(
            flows, nodes=flows.nodes.take(np.array(places)), final=flows.final[places],
            matrix=flows.matrix[np.ix_(places, places)], value_added=flows.value_added[:, places],
        )
    )  # fmt: skip
    share = np.random.default_rng(seed).random(len(places))
    loss = CapacityLoss(0, np.arange(len(places)), share, course(STEPS, 2, 9, 5))
    turned_loss = replace(loss, share=share[places])
    one = simulate_pooled(Economy.of(system), SectorBlows(STEPS, 1.0, (loss,)), MODEL)
    other = simulate_pooled(Economy.of(turned), SectorBlows(STEPS, 1.0, (turned_loss,)), MODEL)
    scale = Economy.of(turned).x0
    assert np.abs((other.production - one.production[:, places]) / scale).max() < 1e-11


@pytest.mark.parametrize("seed", range(3))
def test_a_lasting_fall_of_final_demand_ends_at_leontiefs_output(seed):
    system = random_system(seed, imports=False, holes=False)
    economy = Economy.of(system)
    n, users = economy.n, np.arange(len(economy.flows.users))
    fallen = (np.array([0]), 0.02), (np.array([1]), 0.03)
    drops = tuple(
        DemandDrop(i, node, users, share, np.ones(900)) for i, (node, share) in enumerate(fallen)
    )
    run = simulate_pooled(economy, SectorBlows(900, 1.0, demand=drops), InventoryModel.boario())
    final = economy.Y.copy()
    final[0] *= 0.98
    final[1] *= 0.97
    A = economy.Z / (economy.x0 * 365)
    x = np.linalg.solve(np.eye(n) - A, final)
    assert np.abs(run.production[-1] / x - 1.0).max() < 1e-9
    assert (x[:2] < 0.999 * economy.x0[:2]).all()


@settings(max_examples=15)
@given(seed=seeds, share=st.floats(0.05, 0.9))
def test_a_larger_loss_of_capacity_never_costs_less_where_stocks_do_not_bind(seed, share):
    economy = Economy.of(random_system(seed, imports=False))
    model = InventoryModel(
        rationing="proportional", stock_days=np.inf, overproduction_max=1.0, orders="noalt"
    )
    lost = [
        (economy.x0 - simulate_pooled(economy, blows, model).production).sum()
        for size in (share, 1.1 * share)
        for blows in [
            SectorBlows(
                STEPS, 1.0, (CapacityLoss(0, np.array([0]), np.array([size]), np.ones(STEPS)),)
            )
        ]
    ]
    assert lost[1] > lost[0] > 0.0
