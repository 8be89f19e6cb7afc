"""Trade in value added, against the textbook blocks written out."""

import numpy as np
import pytest

from chainwright.accounts import product_origin, trade_in_value_added
from chainwright.errors import MissingPartError, UnknownCodeError
from chainwright.tables import schema
from worlds import competitive, dense, national, world


def test_the_content_of_exports_equals_the_blocks_written_out():
    system = world(1, regions=3, sectors=3)
    flows = system.flows
    shares, inverse, _, value = dense(system)
    region, user = flows.nodes.region, flows.users.region
    table = trade_in_value_added(system).table().set_index("region")
    for r, name in enumerate(flows.nodes.regions.codes):
        own, away = region == r, region != r
        exports = flows.matrix[np.ix_(own, away)].sum(axis=1)
        exports = exports + flows.final[np.ix_(own, user != r)].sum(axis=1)
        home = np.linalg.inv(np.eye(own.sum()) - shares[np.ix_(own, own)])
        row = table.loc[name]
        assert row["exports"] == pytest.approx(exports.sum())
        assert row["domestic_value_added"] == pytest.approx(value[own] @ home @ exports)
        assert row["domestic_share"] + row["foreign_share"] == pytest.approx(1.0)
        needed = inverse @ flows.final[:, user != r].sum(axis=1)
        assert row["value_added_exports"] == pytest.approx((value * needed)[own].sum())
        reexported = 0.0
        for s in range(3):
            if s != r:
                others = region == s
                sold = flows.matrix[np.ix_(others, ~others)].sum(axis=1)
                sold = sold + flows.final[np.ix_(others, user != s)].sum(axis=1)
                reexported += value[own] @ inverse[np.ix_(own, others)] @ sold
        assert row["reexported"] == pytest.approx(reexported)
        assert row["returned"] > 0.0
        assert row["note"] == ""


def test_the_origin_of_final_demand_adds_up_to_it():
    system = world(2)
    found = trade_in_value_added(system)
    demand = system.flows.final.sum(axis=0).reshape(3, 2).sum(axis=1)
    np.testing.assert_allclose(found.origin_of_demand.sum(axis=0), demand, rtol=1e-11)
    np.testing.assert_allclose(
        found.origin_of_demand.sum(axis=1).sum(), system.flows.added.sum(), rtol=1e-11
    )
    table = found.tables()["value_added_origin"]
    assert list(table.columns) == [c.column for c in schema("value_added_origin")]
    np.testing.assert_allclose(table.groupby("user_region")["share"].sum(), 1.0, rtol=1e-11)


def test_a_nation_s_exports_hold_value_added_and_imports_and_the_rest_is_not_known():
    system = national(2)
    _, inverse, x, value = dense(system)
    found = trade_in_value_added(system)
    exports = system.flows.final[:, 1]
    row = found.table().iloc[0]
    assert row["exports"] == pytest.approx(exports.sum())
    assert row["domestic_share"] == pytest.approx(value @ inverse @ exports / exports.sum())
    bought = system.flows.imports.matrix.sum(axis=0) / x
    assert row["foreign_share"] == pytest.approx(bought @ inverse @ exports / exports.sum())
    assert np.isnan(row["value_added_exports"])
    assert "does not say" in row["note"]
    household = system.flows.final[:, 0].sum() + system.flows.imports.final[:, 0].sum()
    assert found.origin_of_demand.sum() == pytest.approx(household)
    assert list(found.table().columns) == [c.column for c in schema("trade_in_value_added")]


def test_the_origin_of_a_product_is_its_column_of_the_inverse():
    system = world(3)
    _, inverse, _, value = dense(system)
    found = product_origin(system, "R1:s1")
    np.testing.assert_allclose(found.value_added, value * inverse[:, 4], rtol=1e-11)
    assert found.domestic_share == pytest.approx((value * inverse[:, 4])[3:6].sum())
    table = found.table()
    assert list(table.columns) == [c.column for c in schema("product_origin")]
    assert table["value_added"].sum() == pytest.approx(1.0)
    assert table["domestic"].sum() == 3
    assert found.parameters == {"product": "R1:s1"}


def test_the_origin_of_a_nation_s_product_names_the_origins_of_imports():
    table = product_origin(national(4), "N:s0").table()
    assert table["value_added"].sum() == pytest.approx(1.0)
    assert set(table["region"]) == {"N", "X", "Y", "abroad"}


def test_mixed_imports_and_unknown_products_are_refused():
    with pytest.raises(MissingPartError, match="split_imports"):
        trade_in_value_added(competitive(0))
    with pytest.raises(MissingPartError, match="split_imports"):
        product_origin(competitive(0), "N:s0")
    with pytest.raises(UnknownCodeError):
        product_origin(world(0), "R0:s7")
