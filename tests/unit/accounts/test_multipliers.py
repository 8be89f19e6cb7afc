"""One row a node: multipliers against the dense inverse, and against published figures."""

import numpy as np
import pytest

from chainwright.accounts import multipliers, node_accounts
from chainwright.errors import MissingPartError
from chainwright.system import System
from chainwright.tables import schema
from worlds import national, world


def dense(system):
    flows = system.flows
    return np.linalg.inv(np.eye(len(flows.nodes)) - flows.coefficients())


@pytest.mark.parametrize("together", [2, 256])
def test_every_multiplier_is_a_sum_over_the_dense_inverse(monkeypatch, together):
    monkeypatch.setattr(multipliers, "TOGETHER", together)
    system = world(11, regions=5, sectors=3)
    flows, inverse, found = system.flows, dense(system), node_accounts(system)
    share = flows.added / flows.output
    same = flows.nodes.region[:, None] == flows.nodes.region
    close = {"rtol": 1e-12, "atol": 1e-14}
    np.testing.assert_allclose(found.output_multiplier, inverse.sum(axis=0), **close)
    np.testing.assert_allclose(found.output_multiplier_own, (inverse * same).sum(axis=0), **close)
    np.testing.assert_allclose(found.value_added_multiplier, share @ inverse, **close)
    np.testing.assert_allclose(found.value_added_multiplier, 1.0, rtol=1e-13)
    np.testing.assert_allclose(found.value_added_multiplier_own, share @ (inverse * same), **close)
    np.testing.assert_allclose(found.upstreamness, inverse @ flows.output / flows.output, **close)
    assert np.isnan(found.import_multiplier).all()


def test_inputs_are_told_apart_by_where_they_come_from_and_add_up_to_output():
    for system in (world(12), national(13)):
        flows, found = system.flows, node_accounts(system)
        same = flows.nodes.region[:, None] == flows.nodes.region
        np.testing.assert_allclose(found.own_inputs, (flows.matrix * same).sum(axis=0))
        np.testing.assert_allclose(found.other_inputs, (flows.matrix * ~same).sum(axis=0))
        inputs = found.own_inputs + found.other_inputs + found.imported_inputs
        np.testing.assert_allclose(inputs + found.value_added, found.output, rtol=1e-13)
        np.testing.assert_allclose(
            found.intermediate_sales + found.final_demand, found.output, rtol=1e-13
        )


def test_in_a_nation_value_added_and_imports_are_all_of_a_product():
    system = national(14)
    found = node_accounts(system)
    imported = system.flows.imports.matrix.sum(axis=0) / system.flows.output
    np.testing.assert_allclose(found.import_multiplier, imported @ dense(system), rtol=1e-12)
    whole = found.value_added_multiplier + found.import_multiplier
    np.testing.assert_allclose(whole, 1.0, rtol=1e-13)
    np.testing.assert_allclose(found.value_added_multiplier, found.value_added_multiplier_own)


def test_the_table_keeps_the_order_and_the_codes_of_the_file():
    system = world(15)
    table = node_accounts(system).table()
    assert [f"{r}:{s}" for r, s in zip(table["region"], table["sector"], strict=True)] == list(
        system.flows.nodes.codes
    )
    assert list(table.columns) == [column.column for column in schema("node_accounts")]
    assert table["output"].tolist() == system.flows.output.tolist()


def test_a_node_without_output_has_a_multiplier_of_one_and_no_upstreamness():
    last = node_accounts(world(16, idle=True)).table().iloc[-1]
    assert last["output"] == 0.0
    assert last["output_multiplier"] == last["output_multiplier_own"] == 1.0
    assert last["value_added_multiplier"] == 0.0
    assert np.isnan(last["upstreamness"])


def test_a_system_without_flows_has_no_accounts():
    with pytest.raises(MissingPartError, match="flows"):
        node_accounts(System())


def test_the_world_of_2011_has_the_published_mean_upstreamness(wiod2011):
    found, flows = node_accounts(wiod2011), wiod2011.flows
    x, region = flows.output, flows.nodes.region
    weighted = np.nan_to_num(found.upstreamness) * x
    means = np.bincount(region, weighted) / np.bincount(region, x)
    place = flows.nodes.regions.place
    assert means[place["CHN"]] == pytest.approx(2.7893, abs=5e-5)
    assert means[place["USA"]] == pytest.approx(1.8099, abs=5e-5)
    assert weighted.sum() / x.sum() == pytest.approx(2.1526, abs=5e-5)
    mean_multiplier = (found.output_multiplier * x).sum() / x.sum()
    assert mean_multiplier == pytest.approx(2.1526, abs=5e-5)
    made = x > 0.0
    assert np.abs(found.value_added_multiplier[made] - 1.0).max() < 1e-12
    assert found.error < 1e-12


def test_the_nation_of_2018_has_the_mean_multiplier_that_another_program_found(nbs2018):
    found = node_accounts(nbs2018)
    assert found.output_multiplier.mean() == pytest.approx(2.3152, abs=5e-5)
    assert found.output_multiplier.max() == pytest.approx(3.1191, abs=5e-5)
    whole = found.value_added_multiplier + found.import_multiplier
    assert np.abs(whole - 1.0).max() < 1e-12
    table = found.table()
    assert table["import_multiplier"].nlargest(2).round(4).tolist() == [0.4337, 0.3966]
