"""Upstreamness and downstreamness, plain and corrected for stocks."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.accounts import position
from chainwright.tables import schema
from worlds import competitive, dense, national, world


def test_plain_measures_are_row_and_column_sums_of_the_inverses():
    system = world(1)
    shares, inverse, x, value = dense(system)
    found = position(system)
    ghosh = np.linalg.inv(np.eye(len(x)) - shares * x / x[:, None])
    np.testing.assert_allclose(found.upstreamness, ghosh.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.downstreamness, inverse.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.final_use_share, system.flows.demand / x, rtol=1e-12)
    np.testing.assert_allclose(found.value_added_share, value, rtol=1e-12)


def test_stocks_are_spread_as_the_rest_of_the_row():
    system = world(2)
    flows = system.flows
    _, _, x, _ = dense(system)
    stocks = flows.final[:, 1::2].sum(axis=1)
    scaled = flows.matrix * (x / (x - stocks))[:, None]
    eye = np.eye(len(x))
    found = position(system)
    np.testing.assert_allclose(found.inventories, stocks, rtol=1e-12)
    up = np.linalg.solve(eye - scaled / x[:, None], np.ones(len(x)))
    np.testing.assert_allclose(found.upstreamness_corrected, up, rtol=1e-11)
    down = np.linalg.solve((eye - scaled / x).T, np.ones(len(x)))
    np.testing.assert_allclose(found.downstreamness_corrected, down, rtol=1e-11)
    use = (flows.demand - stocks) / (x - stocks)
    np.testing.assert_allclose(found.final_use_share_corrected, use, rtol=1e-12)
    added = 1.0 - scaled.sum(axis=0) / x
    np.testing.assert_allclose(found.value_added_share_corrected, added, rtol=1e-11)


def test_without_stocks_the_corrected_measures_are_the_plain_ones():
    found = position(national(1))
    np.testing.assert_allclose(found.upstreamness_corrected, found.upstreamness, rtol=1e-12)
    np.testing.assert_allclose(found.downstreamness_corrected, found.downstreamness, rtol=1e-12)
    np.testing.assert_allclose(
        found.value_added_share_corrected, found.value_added_share, rtol=1e-12
    )


def test_mixed_imports_take_net_exports_off_as_well():
    system = competitive(2)
    flows = system.flows
    found = position(system)
    home = flows.matrix.sum(axis=1) + flows.final[:, 0]
    shares = flows.matrix / home[:, None]
    up = np.linalg.solve(np.eye(len(home)) - shares, np.ones(len(home)))
    np.testing.assert_allclose(found.upstreamness_corrected, up, rtol=1e-11)
    np.testing.assert_allclose(found.final_use_share_corrected, flows.final[:, 0] / home, 1e-11)


def test_a_node_without_output_or_with_all_of_it_in_stock_has_no_position():
    rows = [
        ("intermediate", "A", "ore", "A", "steel", 2.0),
        ("intermediate", "A", "steel", "A", "ore", 1.0),
        ("intermediate", "A", "hoard", "A", "steel", 0.0),
        ("intermediate", "A", "nothing", "A", "steel", 0.0),
        ("final", "A", "ore", "A", "household", 2.0),
        ("final", "A", "steel", "A", "household", 3.0),
        ("final", "A", "hoard", "A", "inventories", 5.0),
    ]
    columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    found = position(System.from_table(pd.DataFrame(rows, columns=columns)))
    place = {c: i for i, c in enumerate(found.system.flows.nodes.sectors.codes)}
    hoard, nothing = place["hoard"], place["nothing"]
    assert found.upstreamness[hoard] == 1.0
    assert np.isnan(found.upstreamness_corrected[hoard])
    assert np.isnan(found.upstreamness[nothing])
    assert np.isnan(found.downstreamness[nothing])
    assert found.upstreamness_corrected[place["ore"]] == pytest.approx(found.upstreamness[0])


def test_tables_are_by_node_and_by_region_weighted_by_output():
    found = position(world(3, idle=True))
    tables = found.tables()
    for name in ("position", "position_by_region"):
        assert list(tables[name].columns) == [c.column for c in schema(name)]
        assert tables[name]["output"].is_monotonic_decreasing
    nodes, x = found.system.flows.nodes, found.system.flows.output
    own = (nodes.region == 2) & (x > 0.0)
    mean = np.average(found.upstreamness[own], weights=x[own])
    by_region = tables["position_by_region"].set_index("region")
    assert by_region.loc["R2", "upstreamness"] == pytest.approx(mean, rel=1e-12)
    assert tables["position"]["upstreamness"].isna().sum() == 1
