"""All printed truths of the toy economy: reliance, position, extraction, embargo, origin."""

import numpy as np
import pytest

from chainwright.accounts import (
    embargo,
    extraction,
    position,
    reliance,
    trade_in_value_added,
)

PRINTED = 5e-5
"""Half of the last printed digit."""

NODES = ["A:m", "A:k", "B:m", "B:k", "C:m", "C:k"]

RELIANCE = {
    "foreign_input_face": [0.6585, 0.5763, 0.2857, 0.2889, 0.2778, 0.3137],
    "foreign_input_look_through": [0.6995, 0.6509, 0.3927, 0.3898, 0.3659, 0.3950],
    "foreign_value_added": [0.6980, 0.4675, 0.1363, 0.1354, 0.0935, 0.1196],
    "foreign_market_face": [0.3750, 0.4390, 0.4000, 0.4000, 0.5050, 0.3273],
    "foreign_market_look_through": [0.4412, 0.4886, 0.5073, 0.5019, 0.5723, 0.4386],
    "final_use_abroad": [0.3671, 0.3116, 0.3429, 0.3237, 0.3684, 0.2727],
}

BY_SUPPLIER = {
    "A": [0.3005, 0.3491, 0.1735, 0.1664, 0.2058, 0.2025],
    "B": [0.2645, 0.2844, 0.6073, 0.6102, 0.1601, 0.1925],
    "C": [0.4350, 0.3665, 0.2192, 0.2234, 0.6341, 0.6050],
}


@pytest.fixture(scope="module")
def relied(toy):
    return reliance(toy, industry=["m"])


def by_node(table):
    """Return a table with its rows in the order of the file."""
    table.index = table["region"] + ":" + table["sector"]
    return table.loc[NODES]


def test_the_table_itself(toy):
    np.testing.assert_array_equal(toy.flows.output, [100, 100, 140, 115, 209, 136])
    np.testing.assert_array_equal(toy.flows.added, [18, 41, 84, 70, 137, 85])
    shares = toy.flows.matrix * toy.flows.per_output
    assert np.abs(np.linalg.eigvals(shares)).max() == pytest.approx(0.4559, abs=PRINTED)


@pytest.mark.parametrize("measure", RELIANCE)
def test_reliance_on_foreign_inputs_and_markets(relied, measure):
    np.testing.assert_allclose(
        by_node(relied.table())[measure], RELIANCE[measure], rtol=0, atol=PRINTED
    )


@pytest.mark.parametrize("supplier", BY_SUPPLIER)
def test_look_through_reliance_by_supplier(relied, supplier):
    table = relied.by_supplier()
    of = by_node(table[table["supplier_region"] == supplier].copy())
    np.testing.assert_allclose(of["look_through"], BY_SUPPLIER[supplier], rtol=0, atol=PRINTED)


def test_hidden_reliance_is_what_looking_through_adds(relied):
    table = by_node(relied.table())
    expected = np.subtract(RELIANCE["foreign_input_look_through"], RELIANCE["foreign_input_face"])
    np.testing.assert_allclose(table["hidden"], expected, rtol=0, atol=2 * PRINTED)


def test_industrial_reliance(relied):
    found = by_node(relied.table()).loc["A:m", "industrial_input_look_through"]
    assert found == pytest.approx(0.7275, abs=PRINTED)


def test_position_in_the_chain(toy):
    table = by_node(position(toy).table())
    down = [2.5800, 2.1452, 1.7206, 1.6934, 1.6113, 1.6634]
    up = [1.8879, 1.7401, 1.9379, 1.7896, 1.8980, 1.7246]
    np.testing.assert_allclose(table["downstreamness"], down, rtol=0, atol=PRINTED)
    np.testing.assert_allclose(table["upstreamness"], up, rtol=0, atol=PRINTED)


def test_each_node_taken_out_whole(toy):
    lost = [196.08, 175.91, 183.63, 157.04, 261.94, 180.96]
    found = extraction(toy)
    np.testing.assert_allclose(found.output_lost, lost, rtol=0, atol=5e-3)
    assert found.output_lost[4] / 800.0 == pytest.approx(0.32743, abs=5e-6)


def test_all_inputs_from_c_to_a_cut(toy):
    found = embargo(toy, "C", users="A")
    lost = [3.659, 3.001, 3.214, 2.236, 53.879, 18.645]
    np.testing.assert_allclose(found.output_lost, lost, rtol=0, atol=5e-4)
    assert found.total_output_lost == pytest.approx(84.634, abs=5e-4)
    regions = found.tables()["embargo_by_region"].set_index("region")
    assert regions.loc["A", "output_lost_share"] == pytest.approx(0.03330, abs=5e-6)


def test_one_supplier_cut_from_all_foreign_users(toy):
    found = embargo(toy, "C:m")
    lost = [3.674, 2.544, 3.148, 1.687, 63.529, 5.039]
    np.testing.assert_allclose(found.output_lost, lost, rtol=0, atol=5e-4)
    assert found.total_output_lost == pytest.approx(79.622, abs=6e-4)


def test_origin_of_the_value_added_in_final_demand(toy):
    table = trade_in_value_added(toy).origin_table()
    of_a = table[table["user_region"] == "A"].set_index("origin_region")["share"]
    np.testing.assert_allclose(
        of_a.loc[["A", "B", "C"]], [0.3445, 0.2500, 0.4055], rtol=0, atol=PRINTED
    )
