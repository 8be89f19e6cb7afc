"""Footprints of final demand: where it arose, for whom, and what the table does not tell."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright.accounts import footprint
from chainwright.accounts.consumers import consumers
from chainwright.accounts.footprints import MIXED, NOT_IN_TABLE
from chainwright.errors import UnknownCodeError
from chainwright.system import Axis, Home, Stressors, System
from chainwright.tables import schema
from worlds import national, world


def dense(flows):
    return np.linalg.inv(np.eye(len(flows.nodes)) - flows.coefficients())


def test_each_cell_is_what_the_dense_inverse_says():
    flows = world(31, regions=3, sectors=2).flows
    found = footprint(System(flows))
    for c in range(3):
        demand = flows.final[:, flows.users.region == c].sum(axis=1)
        caused = flows.added / flows.output * (dense(flows) @ demand)
        np.testing.assert_allclose(found.embodied[:, c], caused, rtol=1e-12)
        by_region = caused.reshape(3, 2).sum(axis=1)
        np.testing.assert_allclose(found.by_region[:, c], by_region, rtol=1e-12)


def test_footprints_of_all_consumers_hold_all_value_added_and_all_final_demand():
    flows = world(32).flows
    found = footprint(System(flows))
    np.testing.assert_allclose(found.embodied.sum(axis=1), flows.added, rtol=1e-12)
    bought = flows.final.reshape(len(flows.nodes), 3, 2).sum(axis=(0, 2))
    np.testing.assert_allclose(found.totals, bought, rtol=1e-12)
    assert found.table().groupby("consumer")["share"].sum().round(12).eq(1.0).all()


def test_output_may_be_asked_about_too():
    flows = world(33).flows
    found = footprint(System(flows), of="output")
    np.testing.assert_allclose(found.embodied.sum(axis=1), flows.output, rtol=1e-12)


def test_what_final_users_put_out_themselves_is_a_line_of_its_own():
    flows = world(34).flows
    n, m = len(flows.nodes), len(flows.users)
    given = Stressors(Axis("stressor", ("CO2",)), ("kt",), np.ones((1, n)), np.ones((1, m)))
    found = footprint(System(replace(flows, stressors=given)), of="CO2")
    table = found.table()
    direct = table[table["part"] == "final_users"]
    assert direct["region"].tolist() == direct["consumer"].tolist()
    assert direct["amount"].tolist() == [2.0, 2.0, 2.0]
    assert table["amount"].sum() == pytest.approx(n + m, rel=1e-12)
    assert set(table["unit"]) == {"kt"}
    assert found.units_of("footprint") == {"amount": "kt", "share": "share"}


def test_home_is_the_only_consumer_and_may_be_several_regions():
    system = world(35, regions=4, sectors=2)
    every = footprint(system)
    home = footprint(system, home=["R1", "R3"])
    assert home.consumers.codes == ("R1+R3",)
    np.testing.assert_allclose(home.embodied[:, 0], every.embodied[:, [1, 3]].sum(axis=1))
    assert home.parameters == {"of": "value_added", "home": "R1+R3"}


def test_a_nation_s_imports_are_all_that_its_value_added_is_not():
    system = national(36)
    flows, found = system.flows, footprint(system)
    assert found.consumers.codes == ("N", "abroad")
    bought = flows.final.sum(axis=0) + flows.imports.final.sum(axis=0)
    np.testing.assert_allclose(found.totals, bought, rtol=1e-12)
    table = found.table()
    outside = table[table["part"] == "outside"]
    assert outside["region"].tolist() == ["", ""]
    assert (outside["amount"] > 0.0).all()
    assert table.groupby("consumer")["share"].sum().round(12).eq(1.0).all()


def test_what_imports_embody_of_a_stressor_is_left_empty_with_the_reason():
    flows = national(37).flows
    given = Stressors(Axis("stressor", ("CO2",)), ("t",), np.ones((1, 4)), np.zeros((1, 2)))
    table = footprint(System(replace(flows, stressors=given)), of="CO2").table()
    outside = table[table["part"] == "outside"]
    assert outside["amount"].isna().all()
    assert outside["share"].isna().all()
    assert set(outside["note"]) == {NOT_IN_TABLE}
    assert table["part"].tolist()[-2:] == ["outside", "outside"]
    assert table["amount"].sum() == pytest.approx(4.0, rel=1e-12)


def test_a_competitive_table_says_that_imports_are_mixed_in():
    flows = national(38).flows
    final = flows.final.copy()
    final[:, 1] = -0.1  # the exports become a column of imports, subtracted
    mixed = replace(flows, final=final, roles=("household", "imports"), imports=None)
    found = footprint(System(mixed))
    assert found.consumers.codes == ("N",)
    assert set(found.table()["note"]) == {MIXED}


def test_a_kind_of_value_added_may_be_asked_about():
    system = national(39)
    found = footprint(system, of="wages")
    np.testing.assert_allclose(found.embodied.sum(), system.flows.added.sum(), rtol=1e-12)
    assert np.isnan(found.outside).all()


def test_an_unknown_question_offers_what_the_table_has():
    with pytest.raises(UnknownCodeError, match=r"Did you mean CO2\?"):
        footprint(world(40), of="CO")
    with pytest.raises(UnknownCodeError, match="region of this table"):
        footprint(world(40), home="R9")


def test_both_tables_have_their_columns_the_largest_first():
    for name, table in footprint(world(41)).tables().items():
        assert list(table.columns) == [column.column for column in schema(name)]
        assert table["amount"].is_monotonic_decreasing


def test_a_node_s_own_consumer_is_its_region_or_home():
    flows = world(42).flows
    assert consumers(flows).of_node.tolist() == [0] * 3 + [1] * 3 + [2] * 3
    assert consumers(flows, Home.of(flows, "R1")).of_node.tolist() == [-1] * 3 + [0] * 3 + [-1] * 3


def test_china_s_final_demand_of_2011_came_from_where_another_program_found(wiod2011):
    table = footprint(wiod2011, home="CHN").table().set_index("region")
    shares = {
        "CHN": 81.97,
        "RoW": 5.07,
        "USA": 2.11,
        "JPN": 1.87,
        "DEU": 1.33,
        "AUS": 1.10,
        "KOR": 1.04,
        "RUS": 0.65,
    }
    assert list(table.index[:8]) == list(shares)
    for region, percent in shares.items():
        assert 100.0 * table.loc[region, "share"] == pytest.approx(percent, abs=0.005)


def test_china_s_exports_of_2018_hold_the_domestic_value_added_that_another_program_found(nbs2018):
    table = footprint(nbs2018).table()
    abroad = table[(table["consumer"] == "abroad") & (table["part"] == "produced")]
    sold = nbs2018.flows.final[:, nbs2018.flows.final_of("exports")].sum()
    assert abroad["amount"].sum() / sold == pytest.approx(0.7875, abs=5e-5)


def test_in_a_closed_world_a_category_of_exports_stays_with_its_region():
    flows = world(43).flows
    closed = replace(flows, roles=("household", "exports"))
    assert consumers(closed).codes == ("R0", "R1", "R2")
    cut = System(closed).between(["R0", "R1"]).flows
    assert consumers(cut).codes == ("R0", "R1", "abroad")
