"""Reliance on foreign inputs and markets, against sums over the whole inverse."""

import numpy as np
import pytest

from chainwright import System
from chainwright.accounts import reliance
from chainwright.errors import MissingPartError, UnknownCodeError
from chainwright.tables import schema
from worlds import competitive, dense, national, world


def test_shares_are_sums_over_rows_of_the_whole_inverse():
    system = world(1, regions=4, sectors=3)
    shares, inverse, x, value = dense(system)
    region = system.flows.nodes.region
    foreign = region[:, None] != region[None, :]
    through = inverse - np.eye(len(x))
    found = reliance(system, industry=["s0", "s2"])
    table = (
        found.table()
        .set_index(["region", "sector"])
        .loc[list(system.flows.nodes.frame().itertuples(index=False, name=None))]
    )

    def share(matrix, rows=slice(None)):
        part = np.where(foreign, matrix, 0.0)[rows].sum(axis=0)
        return part / matrix[rows].sum(axis=0)

    made = np.isin(system.flows.nodes.sector, [0, 2])
    np.testing.assert_allclose(table["foreign_input_face"], share(shares), rtol=1e-11)
    np.testing.assert_allclose(table["foreign_input_look_through"], share(through), rtol=1e-11)
    np.testing.assert_allclose(table["hidden"], share(through) - share(shares), atol=1e-12)
    np.testing.assert_allclose(table["industrial_input_face"], share(shares, made), rtol=1e-11)
    np.testing.assert_allclose(
        table["industrial_input_look_through"], share(through, made), rtol=1e-11
    )
    abroad = np.where(foreign, value[:, None] * inverse, 0.0).sum(axis=0)
    np.testing.assert_allclose(table["foreign_value_added"], abroad, rtol=1e-11)
    sales = shares * x / x[:, None]
    ghosh = np.linalg.inv(np.eye(len(x)) - sales) - np.eye(len(x))
    for column, matrix in (("face", sales), ("look_through", ghosh)):
        expected = np.where(foreign, matrix, 0.0).sum(axis=1) / matrix.sum(axis=1)
        np.testing.assert_allclose(table[f"foreign_market_{column}"], expected, rtol=1e-10)
    used = inverse @ system.flows.final
    users = system.flows.users.region[None, :] != region[:, None]
    expected = np.where(users, used, 0.0).sum(axis=1) / x
    np.testing.assert_allclose(table["final_use_abroad"], expected, rtol=1e-10)


def test_shares_over_all_suppliers_add_up_to_one():
    by_supplier = reliance(world(2)).by_supplier()
    sums = by_supplier.groupby(["region", "sector"])[["face", "look_through", "value_added"]].sum()
    np.testing.assert_allclose(sums, 1.0, rtol=1e-11)
    assert list(by_supplier.columns) == [c.column for c in schema("reliance_by_supplier")]


def test_deliveries_inside_a_home_group_are_domestic():
    system = world(3, regions=4, sectors=2)
    alone, group = reliance(system, home="R0"), reliance(system, home=["R0", "R1"])
    assert set(group.table()["region"]) == {"R0", "R1"}
    assert set(alone.table()["region"]) == {"R0"}
    own = alone.look_through[0] / alone.look_through[0].sum()
    assert group.share(group.look_through)[0] == pytest.approx(own[2] + own[3])
    sold = group.final_use_abroad[0] < alone.final_use_abroad[0]
    assert sold
    assert (group.market_face[:4] < alone.market_face[:4]).any()


def test_with_a_nation_each_share_has_three_parts():
    system = world(4, regions=4, sectors=2)
    found = reliance(system, home="R1", nation=["R0", "R1"])
    parts = sum(found.share(found.look_through, part)[2:4] for part in (0, 1, 2))
    np.testing.assert_allclose(parts, 1.0, rtol=1e-12)
    shares = found.look_through[2] / found.look_through[2].sum()
    table = found.table().set_index("sector").loc["s0"]
    assert table["nation_input_look_through"] == pytest.approx(shares[0])
    assert table["foreign_input_look_through"] == pytest.approx(shares[2] + shares[3])
    assert set(found.by_supplier()["part"]) == {"home", "nation", "abroad"}
    assert found.parameters["nation"] == ["R0", "R1"]
    with pytest.raises(MissingPartError, match="home"):
        reliance(system, nation="R1")


def test_whole_regions_are_weighted_by_output():
    system = world(5)
    found = reliance(system, industry=["s1"])
    table = found.by_region()
    assert list(table.columns) == [c.column for c in schema("reliance_by_region")]
    x = system.flows.output
    for group, sectors in (("all", [0, 1, 2]), ("manufacturing", [1])):
        nodes = [i for i in range(3, 6) if i - 3 in sectors]
        level = (found.look_through[nodes] * x[nodes, None]).sum(axis=0)
        row = table[(table["region"] == "R1") & (table["sectors"] == group)].iloc[0]
        expected = 1.0 - level[1] / level.sum()
        assert row["foreign_input_look_through"] == pytest.approx(expected)
        assert row["output"] == pytest.approx(x[nodes].sum())
    one = reliance(system, home=["R0", "R2"]).by_region()
    assert list(one["region"]) == ["R0+R2", "R0+R2"]


def test_a_nation_s_imports_count_where_they_cross_the_border():
    system = national(1)
    shares, inverse, x, value = dense(system)
    bought = system.flows.imports.matrix / x
    found = reliance(system)
    by_origin = np.stack([bought[k : k + 4].sum(axis=0) for k in (0, 4, 8)])
    content = by_origin @ inverse
    inside = value @ (inverse - np.eye(4))
    assert found.suppliers == ("N", "X", "Y", "abroad")
    expected = content.sum(axis=0) / (inside + content.sum(axis=0))
    np.testing.assert_allclose(found.share(found.look_through), expected, rtol=1e-12)
    expected = by_origin.sum(axis=0) / (shares.sum(axis=0) + by_origin.sum(axis=0))
    np.testing.assert_allclose(found.share(found.face), expected, rtol=1e-12)
    np.testing.assert_allclose(found.foreign_value_added, content.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.value_added.sum(axis=1), 1.0, rtol=1e-12)
    assert np.isnan(found.market_face).all()
    exports = system.flows.final[:, 1]
    np.testing.assert_allclose(found.final_use_abroad, inverse @ exports / x, rtol=1e-12)
    cut = found.by_supplier()
    assert set(cut["part"]) == {"home", "abroad"}
    table = found.table()
    assert (table["hidden"] > 0.0).all()
    assert table["industrial_input_look_through"].isna().all()
    assert "m L" in found.origin["look_through_counts"]


def test_a_cut_of_the_world_agrees_with_the_world_at_face_value():
    system = world(6, regions=3)
    cut = System(system.between(["R1"]).flows)
    whole, part = reliance(system), reliance(cut)
    own = system.flows.nodes.mask(regions=["R1"])
    np.testing.assert_allclose(part.share(part.face), whole.share(whole.face)[own], rtol=1e-10)
    foreign = np.where(whole.part == 2, whole.look_through, 0.0).sum(axis=1)[own]
    seen = np.where(part.part == 2, part.look_through, 0.0).sum(axis=1)
    assert (seen < foreign).all()  # the chain abroad is not in the cut
    assert set(part.suppliers) == {"R0", "R1", "R2"}


def test_nodes_without_inputs_have_no_share_and_no_class_no_industry():
    found = reliance(world(7, idle=True))
    table = found.table()
    assert np.isnan(table["foreign_input_look_through"].iloc[-1])
    assert table["industrial_input_face"].isna().all()
    assert table["nation_input_face"].isna().all()
    assert list(table.columns) == [c.column for c in schema("reliance")]
    assert list(found.tables()) == ["reliance", "reliance_by_supplier", "reliance_by_region"]


def test_mixed_imports_are_refused_with_what_to_do():
    mixed = competitive(1)
    with pytest.raises(MissingPartError, match="split_imports"):
        reliance(mixed)
    split = reliance(System(mixed.flows.split_imports()))
    assert (split.share(split.face) > 0.0).all()


def test_a_lonely_region_and_unknown_sectors_are_refused(toy):
    with pytest.raises(UnknownCodeError):
        reliance(world(0), industry=["nothing"])
    alone = System(toy.aggregated({"B": "A", "C": "A"}).flows)
    with pytest.raises(MissingPartError, match="deliveries from abroad"):
        reliance(alone)
