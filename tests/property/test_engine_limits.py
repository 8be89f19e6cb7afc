"""Where engines must agree: at rest, without stocks, one firm a sector."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import System
from chainwright.accounts import prices
from chainwright.stress import (
    BindingModel,
    Blow,
    Economy,
    InventoryModel,
    Shock,
    inoperability,
    partially_binding,
    scan,
    simulate_pooled,
    systemic_risk,
)
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import Links
from worlds import dense, world

SEEDS = st.integers(0, 2**32 - 1)
NODE = "R1:s0"


@given(SEEDS, st.floats(0.0, 0.5))
def test_the_supply_side_at_rest_is_the_price_model_of_leontief(seed, share):
    system = world(seed, 2, 3)
    shut = Shock((Blow("capacity", nodes=NODE, share=share),))
    found = inoperability(system, shut, mode="supply", course="static")
    pushed = prices(system, {NODE: share}, of="output").price_change
    np.testing.assert_allclose(found.asked, pushed, rtol=1e-10, atol=1e-13)


@settings(max_examples=5)
@given(SEEDS, st.floats(0.01, 0.5))
def test_a_lasting_fall_of_demand_ends_at_leontief_s_solution_in_every_engine(seed, share):
    system = world(seed, 2, 3)
    flows = system.flows
    drop = Shock((Blow("demand_drop", nodes=NODE, share=share),))
    shares, _, x, _ = dense(system)
    cut = np.zeros(6)
    cut[flows.nodes.find(NODE)] = share * np.maximum(flows.final[flows.nodes.find(NODE)], 0).sum()
    lost = np.linalg.solve(np.eye(6) - shares, cut)
    days = 1500
    at_rest = inoperability(system, drop, days=400)
    np.testing.assert_allclose(at_rest.levels[-1] * x, lost, rtol=1e-9, atol=1e-11)
    economy = Economy.of(system)
    # a seller's final demand net of stocks drawn down: the engines with stocks scale the drop to it
    wanted = np.maximum(flows.final, 0).sum(axis=1)
    place = flows.nodes.find(NODE)
    net = economy.Y[place] * 365.0 / wanted[place]
    blows = sector_blows(system, drop, days, 1.0)
    model = InventoryModel(rationing="proportional", stock_days=5.0, restoration_days=5.0)
    ario = simulate_pooled(economy, blows, model).production[-1] * 365.0
    np.testing.assert_allclose(x - ario, lost * net, rtol=1e-6, atol=1e-8)
    still = BindingModel(kind="leontief", autonomous=1.0)
    binding = partially_binding(system, drop, days=days, model=still, stock_days=5.0)
    last = x - binding.records.production[-1]
    np.testing.assert_allclose(last, lost * net, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_upstream_risk_of_all_firms_is_extraction_weighted_by_sales_in_the_links(seed):
    rng = np.random.default_rng(seed)
    n = 7
    matrix = rng.random((n, n)) * (rng.random((n, n)) < 0.5)
    np.fill_diagonal(matrix, 0.0)
    output = matrix.sum(axis=1) + 1.0 + rng.random(n)
    codes = [f"f{i}" for i in range(n)]
    firms = pd.DataFrame({"firm": codes, "sector": "10", "output": output})
    i, j = np.nonzero(matrix)
    rows = {"supplier": [codes[a] for a in i], "buyer": [codes[a] for a in j]}
    links = Links.of_table(pd.DataFrame({**rows, "value": matrix[i, j]}), firms)
    risk = systemic_risk(
        System(links=links), mode="fixpoint", revenue="output", essential="linear"
    ).table()
    risk = risk.set_index("firm")["risk_upstream"].loc[codes]
    walks = np.linalg.inv(np.eye(n) - matrix / output[:, None])
    sales = matrix.sum(axis=1)
    closed = sales / sales.sum() @ walks / np.diagonal(walks)
    np.testing.assert_allclose(risk, closed, rtol=1e-9)
    leontief = np.linalg.inv(np.eye(n) - matrix / output)
    extracted = (sales / output) @ leontief * output / np.diagonal(leontief)
    np.testing.assert_allclose(risk * sales.sum(), extracted, rtol=1e-9)


@given(SEEDS)
def test_extraction_is_the_rest_of_the_demand_side_when_a_node_stands_still(seed):
    system = world(seed, 2, 3)
    shares, _, x, _ = dense(system)
    star = shares * x / x[:, None]
    place = system.flows.nodes.find(NODE)
    others = np.arange(6) != place
    # the others' inoperability if the node is held at 1: q_s = (I - A*_ss)^-1 A*_sk
    held = np.linalg.solve(np.eye(5) - star[np.ix_(others, others)], star[others, place])
    lost = x[place] + held @ x[others]
    told = scan(system).table().set_index("hit").loc[NODE, "lost"]
    np.testing.assert_allclose(told, lost, rtol=1e-10)
