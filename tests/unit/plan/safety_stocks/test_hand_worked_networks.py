"""The three networks that are worked by hand: every figure of their tables."""

import numpy as np
import pytest

from chainwright import plan
from chainwright.plan.safety_stocks.service_search import search
from chainwright.plan.safety_stocks.stage_programme import stage_programme
from stage_twins import diamond, enumerated, priced, serial, tree


def programme(found):
    weight = found.holding_rate * found.unit_cost * found.demand.covered
    return stage_programme(found.network, found.times.planned, weight)


@pytest.mark.parametrize(
    ("quoted", "days", "cost"),
    [
        ((4, 0), (0, 6, 1), 168.1816),
        ((0, 0), (4, 2, 1), 170.9117),
        ((1, 0), (3, 3, 1), 176.9948),
        ((0, 2), (4, 0, 3), 178.5641),
        ((3, 4), (1, 1, 5), 234.8854),
    ],
)
def test_each_plan_of_the_serial_chain_costs_what_the_table_says(quoted, days, cost):
    found = plan.safety_stock(serial((5, 4, 11)), holding_rate=0.2)
    ours = programme(found)
    times = np.array([*quoted, 0.0])
    assert ours.covered(times).tolist() == list(days)
    assert ours.cost(times) == pytest.approx(cost, abs=1e-4)
    assert priced(ours, times.tolist()) == pytest.approx(cost, abs=1e-4)


def test_the_serial_chain_holds_at_the_assembly_and_turns_when_that_is_dearer():
    cheap = plan.safety_stock(serial((5, 4, 11)), holding_rate=0.2)
    assert cheap.quoted.tolist() == [4, 0, 0]
    assert cheap.cost == pytest.approx(168.1816, abs=1e-4)
    plans = enumerated(programme(cheap))
    assert len(plans) == 25
    assert plans[0][0] == pytest.approx(cheap.cost, abs=1e-9)
    assert plans[-1][0] == pytest.approx(234.8854, abs=1e-4)
    dear = plan.safety_stock(serial((5, 5, 10)), holding_rate=0.2)
    assert dear.quoted.tolist() == [0, 0, 0]
    assert dear.cost == pytest.approx(176.5685, abs=1e-4)
    assert programme(dear).cost(np.array([4.0, 0, 0])) == pytest.approx(177.9796, abs=1e-4)


def test_the_tree_is_solved_by_the_dynamic_programme():
    found = plan.safety_stock(tree(), holding_rate=0.25)
    rows = found.table().set_index("stage")
    assert found.plans[""].method == "tree"
    assert rows["service_time_out_days"][["P", "Q", "A", "B"]].tolist() == [0, 0, 0, 1]
    assert rows["net_replenishment_days"][["P", "Q", "A", "B"]].tolist() == [6, 3, 2, 0]
    assert rows["demand_sd"][["P", "Q", "A", "B"]].tolist() == [5, 3, 3, 4]
    assert (0.25 * rows["unit_cost"])[["P", "Q", "A", "B"]].tolist() == [2, 1, 5, 3]
    assert found.cost == pytest.approx(101.8085, abs=1e-4)
    assert found.bound == pytest.approx(found.cost, rel=1e-12)
    plans = enumerated(programme(found))
    assert plans[1][0] == pytest.approx(109.4366, abs=1e-4)
    places = {name: i for i, name in enumerate(found.network.frame["stage"])}
    assert plans[1][1][places["Q"]] == 1
    kept = [cost for cost, times in plans if times[places["B"]] == 0]
    assert kept[0] == pytest.approx(125.8085, abs=1e-4)


@pytest.mark.parametrize(
    ("pooling", "spread", "quoted", "days", "cost", "second", "all_hold"),
    [
        ("recursive", 14.142, (0, 3, 5), (6, 0, 0, 7), 462.1498, 473.3742, 494.2479),
        ("exact", 20.0, (6, 9, 11), (0, 0, 0, 13), 474.4905, 496.7942, 541.4554),
    ],
)
def test_the_diamond_turns_its_plan_with_the_pooling(  # noqa: PLR0917
    pooling, spread, quoted, days, cost, second, all_hold
):
    found = plan.safety_stock(diamond(), holding_rate=0.2, pooling=pooling)
    assert found.demand.sd[0] == pytest.approx(spread, abs=1e-3)
    assert found.quoted[:3].tolist() == list(quoted)
    assert found.covered.tolist() == list(days)
    assert found.cost == pytest.approx(cost, abs=1e-4)
    plans = enumerated(programme(found))
    assert len(plans) == 469
    assert plans[0][0] == pytest.approx(cost, abs=1e-4)
    assert plans[1][0] == pytest.approx(second, abs=1e-4)
    row = found.tables()["safety_stock_chains"].iloc[0]
    assert row["all_hold_cost"] == pytest.approx(all_hold, abs=1e-4)
    assert row["saving"] == pytest.approx(all_hold - cost, abs=2e-4)


def test_identities_of_stock_hold_in_every_row():
    rows = plan.safety_stock(diamond()).table()
    days = rows["service_time_in_days"] + rows["stage_time_days"] - rows["service_time_out_days"]
    np.testing.assert_allclose(rows["net_replenishment_days"], days)
    stock = rows["safety_factor"] * rows["demand_sd"] * np.sqrt(days)
    np.testing.assert_allclose(rows["safety_stock"], stock, atol=1e-9)
    np.testing.assert_allclose(rows["base_stock"], rows["demand_per_day"] * days + stock)
    np.testing.assert_allclose(rows["holding_cost"], 0.2 * rows["unit_cost"] * stock, atol=1e-9)
    pipeline = rows["demand_per_day"] * rows["stage_time_days"]
    np.testing.assert_allclose(rows["pipeline_stock"], pipeline)
    assert rows["cost_share"].sum() == pytest.approx(1.0)
    assert rows["holding_cost"].is_monotonic_decreasing


def test_messages_find_the_diamond_without_a_branch():
    found = search(programme(plan.safety_stock(diamond())), gap=0.0)
    assert (found.method, found.branches) == ("messages", 0)
    assert found.gap < 1e-9
