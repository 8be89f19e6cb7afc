"""Cost-push prices and supply push, against the dense inverses and by hand."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright.accounts import SUPPLY_PUSH, ghosh, prices
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import System
from chainwright.tables import schema
from worlds import national, world


def dense(flows):
    return np.linalg.inv(np.eye(len(flows.nodes)) - flows.coefficients())


def test_prices_rise_by_the_cost_push_times_the_inverse():
    flows = world(51).flows
    found = prices(System(flows), {"R1:s2": 0.2})
    cost = np.zeros(9)
    cost[5] = 0.2 * flows.added[5] / flows.output[5]
    np.testing.assert_allclose(found.cost_change, cost, rtol=1e-14)
    np.testing.assert_allclose(found.price_change, cost @ dense(flows), rtol=1e-12)


def test_if_all_value_added_rises_alike_so_do_all_prices():
    system = world(52)
    found = prices(system, {"R0": 0.07, "R1": 0.07, "R2": 0.07})
    np.testing.assert_allclose(found.price_change, 0.07, rtol=1e-12)
    households = np.arange(6) % 2 == 0
    np.testing.assert_allclose(found.user_price_change[households], 0.07, rtol=1e-12)


def test_a_levy_is_a_share_of_output():
    flows = world(53).flows
    found = prices(System(flows), {"s1": 0.01}, of="output")
    levied = np.where(flows.nodes.sector == 1, 0.01, 0.0)
    np.testing.assert_allclose(found.price_change, levied @ dense(flows), rtol=1e-12)


def test_the_narrower_word_counts_in_whatever_order():
    system = world(54)
    broad_first = prices(system, {"R1": 0.1, "s0": 0.2, "R1:s0": 0.3}, of="output")
    narrow_first = prices(system, {"R1:s0": 0.3, "s0": 0.2, "R1": 0.1}, of="output")
    assert broad_first.cost_change.tolist() == [0.2, 0, 0, 0.3, 0.1, 0.1, 0.2, 0, 0]
    assert narrow_first.cost_change.tolist() == broad_first.cost_change.tolist()


def test_dearer_imports_reach_users_through_products_and_at_the_border():
    system = national(55)
    flows, found = system.flows, prices(system, {"s1": 0.5}, of="imports")
    rows = np.array([code.endswith(":s1") for code in flows.imports.rows.codes])
    cost = 0.5 * flows.imports.matrix[rows].sum(axis=0) / flows.output
    np.testing.assert_allclose(found.price_change, cost @ dense(flows), rtol=1e-12)
    paid = found.price_change @ flows.final[:, 0] + 0.5 * flows.imports.final[rows, 0].sum()
    bought = flows.final[:, 0].sum() + flows.imports.final[:, 0].sum()
    assert found.user_price_change[0] == pytest.approx(paid / bought, rel=1e-12)
    one_origin = prices(system, {"X": 0.5}, of="imports")
    one_cell = prices(system, {"X:s1": 0.5}, of="imports")
    assert (one_cell.price_change < one_origin.price_change).all()


def test_if_all_imports_and_all_value_added_rise_alike_so_do_prices():
    system = national(56)
    everything = [prices(system, {"N": 0.1})]
    everything.append(prices(system, {"s0": 0.1, "s1": 0.1, "s2": 0.1, "s3": 0.1}, of="imports"))
    np.testing.assert_allclose(sum(p.price_change for p in everything), 0.1, rtol=1e-12)
    np.testing.assert_allclose(sum(p.user_price_change for p in everything), 0.1, rtol=1e-12)


def test_a_kind_of_value_added_may_rise():
    system = national(57)
    wages = prices(system, {"N": 0.1}, of="wages")
    np.testing.assert_allclose(wages.price_change, prices(system, {"N": 0.1}).price_change)


def test_nobody_pays_for_a_change_of_stocks():
    system = world(58)
    users = prices(system, {"s0": 0.1}).tables()["price_change_users"]
    assert users[users["category"] == "inventories"]["price_change"].isna().all()
    assert users[users["category"] == "household"]["price_change"].gt(0.0).all()
    nothing = replace(system.flows, final=system.flows.final * ([0.0] + [1.0] * 5))
    assert np.isnan(prices(System(nothing), {"s0": 0.1}).user_price_change[0])


def test_what_cannot_rise_is_refused():
    system = world(59)
    with pytest.raises(UnknownCodeError, match=r"Did you mean R1:s0|Did you mean"):
        prices(system, {"R1:s9": 0.1})
    with pytest.raises(UnknownCodeError, match="cost of this table"):
        prices(system, {"s0": 0.1}, of="wages")
    with pytest.raises(ParameterError, match="at least one rise"):
        prices(system, {})
    for value in (np.nan, -1.0, np.inf, True):
        with pytest.raises(ParameterError, match="above -1"):
            prices(system, {"s0": value})
    with pytest.raises(MissingPartError, match="name the node"):
        prices(system, {"s0": 0.1}, of="imports")


def test_a_supply_push_goes_down_the_chain_in_shares_of_sales():
    flows = world(60).flows
    found = ghosh(System(flows), {"R2:s0": -0.5})
    shares = flows.matrix / flows.output[:, None]
    push = np.zeros(9)
    push[6] = -0.5 * flows.added[6]
    expected = push @ np.linalg.inv(np.eye(9) - shares)
    np.testing.assert_allclose(found.output_change, expected, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(found.relative_change, expected / flows.output, rtol=1e-11)
    assert found.primary_change[6] == push[6]


def test_a_supply_push_of_everything_is_output_itself():
    flows = world(61).flows
    found = ghosh(System(flows), {"s0": 1.0, "s1": 1.0, "s2": 1.0})
    np.testing.assert_allclose(found.output_change, flows.output, rtol=1e-12)


def test_cost_push_and_supply_push_are_one_another_s_mirror():
    # Dietzenbacher 1997: the relative change of value of output is the change of price
    system = world(62)
    push = {"R0:s1": 0.3, "R2": -0.2}
    np.testing.assert_allclose(
        ghosh(system, push).relative_change, prices(system, push).price_change, rtol=1e-11
    )


def test_a_supply_push_says_what_it_is_not():
    found = ghosh(world(63, idle=True), {"R0": 0.1})
    assert found.parameters["caveat"] == SUPPLY_PUSH
    assert "never as the output lost" in found.caveat
    assert np.isnan(found.relative_change[-1])


def test_tables_have_their_columns_and_the_largest_change_first():
    system = world(64)
    for found in (prices(system, {"s0": -0.1}), ghosh(system, {"R1": -0.1})):
        for name, table in found.tables().items():
            assert list(table.columns) == [column.column for column in schema(name)]
            last = table.columns[-1]
            assert table[last].dropna().abs().is_monotonic_decreasing
