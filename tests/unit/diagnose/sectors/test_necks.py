import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.accounts import leontief
from chainwright.diagnose import NeckThresholds, stuck_necks
from chainwright.errors import LabelError, MissingPartError, ParameterError, UnknownCodeError
from chainwright.tables import schema
from toys import COLUMNS, MATRIX

SUPPLIER_COLUMNS = [
    "supplier_hhi",
    "hhi_low",
    "hhi_high",
    "exposure_direct",
    "exposure_high",
    "exposure_look_through",
    "output_at_risk",
]


def with_sections(system, sections):
    """Return the system with an ISIC Rev.4 section a sector."""
    axis = system.flows.nodes.sectors
    parents = tuple(sections[code] for code in axis.codes)
    nodes = replace(system.flows.nodes, sectors=replace(axis, parents=parents))
    return System(replace(system.flows, nodes=nodes))


def national(rows):
    """Return a system of one region H that makes steel, with the given rows of imports."""
    own = [
        ("intermediate", "H", "ore", "H", "steel", 5.0),
        ("intermediate", "H", "steel", "H", "ore", 1.0),
        ("final", "H", "ore", "H", "household", 5.0),
        ("final", "H", "steel", "H", "household", 39.0),
    ]
    return System.from_table(pd.DataFrame(own + rows, columns=COLUMNS))


def row(found, sector, product):
    """Return one row of the table of stuck necks."""
    table = found.table()
    chosen = table[(table["sector"] == sector) & (table["product"] == product)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_shares_of_the_toy_are_those_of_its_deliveries(toy):
    told = row(stuck_necks(toy, home="A"), "m", "m")
    assert told["imported_share"] == pytest.approx((15 + 30) / (20 + 15 + 30))
    assert told["home_share"] == pytest.approx(20 / 65)
    assert told["supplier_hhi"] == pytest.approx((15 / 45) ** 2 + (30 / 45) ** 2)
    assert told["top_supplier"] == "C"
    assert told["exposure_direct"] == pytest.approx(30 / 65)
    assert told["cost_share"] == pytest.approx(0.65)
    assert told["output_at_risk"] == pytest.approx(100 * 30 / 65)


def test_look_through_is_the_share_of_the_leontief_inverse(toy):
    told = row(stuck_necks(toy, home="A"), "k", "m")
    column = np.linalg.inv(np.eye(6) - toy.flows.coefficients())[:, 1]  # to A:k; rows m are 0 2 4
    m = column[[0, 2, 4]]
    assert told["exposure_look_through"] == pytest.approx(m[2] / m.sum())
    assert told["imported_share_look_through"] == pytest.approx(m[1:].sum() / m.sum())


def test_look_through_of_a_sectors_own_product_leaves_its_own_unit_out(toy):
    told = row(stuck_necks(toy, home="A"), "m", "m")
    column = np.linalg.inv(np.eye(6) - toy.flows.coefficients())[:, 0] - np.eye(6)[0]
    m = column[[0, 2, 4]]
    assert told["own_sector"]
    assert told["imported_share_look_through"] == pytest.approx(m[1:].sum() / m.sum())


def test_look_through_over_all_products_is_the_known_reliance(toy):
    through = stuck_necks(toy, home="A").purchases.through
    reliance = through.foreign.sum(axis=0) / through.total.sum(axis=0)
    np.testing.assert_allclose(reliance, [0.6995, 0.6509], atol=5e-5)


def test_centrality_is_the_home_output_lost_without_the_sector(toy):
    told = row(stuck_necks(toy, home="A"), "m", "k")
    A, y = toy.flows.coefficients().copy(), toy.flows.demand.copy()
    A[0], A[:, 0], y[0] = 0.0, 0.0, 0.0
    left = np.linalg.solve(np.eye(6) - A, y)
    assert told["centrality"] == pytest.approx((toy.flows.output - left)[:2].sum())


def test_centrality_of_a_group_removes_the_sector_in_all_its_members(toy):
    found = stuck_necks(toy, home=["A", "B"])
    A, y = toy.flows.coefficients().copy(), toy.flows.demand.copy()
    out = [1, 3]
    A[out], A[:, out], y[out] = 0.0, 0.0, 0.0
    left = np.linalg.solve(np.eye(6) - A, y)
    lost = (toy.flows.output - left)[:4].sum()
    assert row(found, "k", "m")["centrality"] == pytest.approx(lost)


def test_deliveries_inside_a_group_are_domestic(toy):
    told = row(stuck_necks(toy, home=["A", "B"]), "m", "m")
    inside, outside = 20 + 5 + 15 + 30, 30 + 6
    assert told["imported_share"] == pytest.approx(outside / (inside + outside))
    assert told["top_supplier"] == "C"
    assert told["output"] == pytest.approx(240)
    assert told["region"] == "A+B"


def test_look_through_of_a_group_is_weighted_by_output(toy):
    told = row(stuck_necks(toy, home=["A", "B"]), "m", "k")
    L = np.linalg.inv(np.eye(6) - toy.flows.coefficients())
    column = L[:, 0] * 100 + L[:, 2] * 140
    k = column[[1, 3, 5]]
    assert told["exposure_look_through"] == pytest.approx(k[2] / k.sum())


def test_with_a_nation_each_share_has_three_parts(toy):
    told = row(stuck_necks(toy, home="A", nation=["A", "B"]), "m", "m")
    assert told["home_share"] == pytest.approx(20 / 65)
    assert told["nation_share"] == pytest.approx(15 / 65)
    assert told["imported_share"] == pytest.approx(30 / 65)
    assert told["top_supplier"] == "C"
    assert told["supplier_hhi"] == 1.0
    assert "rest of the nation" in told["reason_en"]


def test_a_composite_region_is_no_supplier_and_widens_the_bounds(toy):
    system = System(replace(toy.flows, composite=frozenset({"C"})))
    told = row(stuck_necks(system, home="A"), "m", "m")
    assert told["top_supplier"] == "B"
    assert told["supplier_hhi"] == 1.0
    assert told["unknown_share"] == pytest.approx(30 / 45)
    assert told["hhi_low"] == pytest.approx((15 / 45) ** 2)
    assert told["hhi_high"] == pytest.approx((15 / 45) ** 2 + (30 / 45) ** 2)
    assert told["exposure_direct"] == pytest.approx(15 / 65)
    assert told["exposure_high"] == pytest.approx(30 / 65)
    assert told["finding"] == "supplier unknown"


def test_without_a_composite_the_bounds_meet(toy):
    table = stuck_necks(toy, home="B").table()
    np.testing.assert_allclose(table["hhi_low"], table["supplier_hhi"])
    np.testing.assert_allclose(table["hhi_high"], table["supplier_hhi"])
    assert (table["unknown_share"] == 0.0).all()


def test_where_the_table_says_only_abroad_the_supplier_columns_are_empty_with_the_reason():
    found = stuck_necks(national([("import", "", "ore", "H", "steel", 15.0)]), home="H")
    told = row(found, "steel", "ore")
    assert told["imported_share"] == pytest.approx(15 / 20)
    assert told[SUPPLIER_COLUMNS].isna().all()
    assert told["top_supplier"] == ""
    assert told["finding"] == "supplier not stated"
    assert "no supplier can be named" in told["reason_en"]
    assert "不能指明供应国" in told["reason_zh"]
    assert told["output_at_risk_high"] == pytest.approx(40 * 15 / 20)


def test_all_of_abroad_is_not_taken_for_one_supplier_where_none_is_named():
    found = stuck_necks(national([("import", "", "ore", "H", "steel", 1.0)]), home="H")
    told = row(found, "steel", "ore")
    assert 0.1 < told["imported_share"] < 0.2  # more than one supplier's share may be, less than
    assert not told["flagged"]  # what counts as imported


def test_imports_that_name_their_origin_are_suppliers():
    rows = [
        ("import", "AUS", "ore", "H", "steel", 10.0),
        ("import", "BRA", "ore", "H", "steel", 5.0),
    ]
    told = row(stuck_necks(national(rows), home="H"), "steel", "ore")
    assert told["top_supplier"] == "AUS"
    assert told["supplier_hhi"] == pytest.approx((10 / 15) ** 2 + (5 / 15) ** 2)
    assert told["exposure_direct"] == pytest.approx(0.5)


def test_a_cut_table_says_of_direct_deliveries_what_the_whole_one_says(toy):
    whole = stuck_necks(toy, home="A").table()
    cut = stuck_necks(toy.between(["A"]), home="A").table()
    same = ["sector", "product", "imported_share", "supplier_hhi", "top_supplier"]
    same += ["exposure_direct", "cost_share", "output_at_risk"]
    pd.testing.assert_frame_equal(whole[same], cut[same])


def test_look_through_of_a_cut_table_ends_at_the_border(toy):
    cut = toy.between(["A"])
    told = row(stuck_necks(cut, home="A"), "m", "k")
    L = leontief(cut.flows).inverse()
    own = (L - np.eye(2))[1, 0]
    abroad = sum(
        (np.array(MATRIX)[[i], :2] / [100, 100] @ L[:, [0]]).item() for i in (3, 5)
    )  # B:k and C:k
    assert told["imported_share_look_through"] == pytest.approx(abroad / (own + abroad))
    assert stuck_necks(cut, home="A").parameters["look_through"] == "to the border"


def competitive():
    """Return a table of one region whose imports are a column of negative numbers."""
    rows = [
        ("intermediate", "H", "ore", "H", "steel", 20.0),
        ("intermediate", "H", "steel", "H", "ore", 1.0),
        ("final", "H", "ore", "H", "imports", -15.0),
        ("final", "H", "ore", "H", "household", 5.0),
        ("final", "H", "steel", "H", "household", 39.0),
    ]
    return System.from_table(pd.DataFrame(rows, columns=COLUMNS))


def test_a_competitive_table_is_refused_until_its_split_is_asked_for():
    with pytest.raises(MissingPartError, match=r"split_imports\(\)"):
        stuck_necks(competitive(), home="H")


def test_a_split_is_labelled_proportional_in_every_row():
    found = stuck_necks(System(competitive().flows.split_imports()), home="H")
    table = found.table()
    assert (table["imports_basis"] == "proportional").all()
    assert table["reason_en"].str.contains("in proportion to use, an assumption").all()
    assert found.parameters["imports"] == "proportional"


def test_a_table_of_one_nation_without_imports_is_refused():
    with pytest.raises(MissingPartError, match="imports by product and user"):
        stuck_necks(national([]), home="H")


def test_a_total_of_imports_per_user_is_not_enough():
    rows = [("import", "", "all imports", "H", "steel", 15.0)]
    with pytest.raises(MissingPartError, match="only a total"):
        stuck_necks(national(rows), home="H")


def test_a_product_that_is_only_imported_is_an_input_of_its_own():
    rows = [
        ("import", "", "ore", "H", "steel", 5.0),
        ("import", "BRA", "rubber", "H", "steel", 5.0),
    ]
    told = row(stuck_necks(national(rows), home="H"), "steel", "rubber")
    assert told["imported_share"] == 1.0
    assert told["top_supplier"] == "BRA"


def test_an_unknown_home_is_refused(toy):
    with pytest.raises(UnknownCodeError, match="'X'"):
        stuck_necks(toy, home="X")


def test_a_nation_must_hold_home(toy):
    with pytest.raises(LabelError, match="nation"):
        stuck_necks(toy, home="A", nation="B")


def test_parts_of_a_country_are_one_supplier():
    rows = [
        ("intermediate", "USA", "m", "USA", "m", 10.0),
        ("intermediate", "CN1", "m", "USA", "m", 6.0),
        ("intermediate", "CN2", "m", "USA", "m", 6.0),
        ("intermediate", "DEU", "m", "USA", "m", 8.0),
        *[("final", r, "m", r, "final", 50.0) for r in ("USA", "CN1", "CN2", "DEU")],
    ]
    found = stuck_necks(System.from_table(pd.DataFrame(rows, columns=COLUMNS)), home="USA")
    told = row(found, "m", "m")
    assert told["top_supplier"] == "CHN"
    assert told["exposure_direct"] == pytest.approx(12 / 30)
    assert told["supplier_hhi"] == pytest.approx(0.6**2 + 0.4**2)


def test_goods_come_before_services_each_ranked_by_itself(toy):
    table = stuck_necks(with_sections(toy, {"m": "C", "k": "K"}), home="A").table()
    assert table["product_class"].tolist() == ["goods"] * 2 + ["services"] * 2
    assert table["rank"].tolist() == [1, 2, 1, 2]
    assert table["product"].tolist() == ["m", "m", "k", "k"]


def test_goods_come_first_even_where_services_put_more_at_risk(toy):
    every = pd.DataFrame([("*", "*", 1)], columns=["user", "product", "essential"])
    found = stuck_necks(with_sections(toy, {"m": "K", "k": "C"}), home="A", essential=every)
    table = found.table()
    assert table["product_class"].tolist() == ["goods"] * 2 + ["services"] * 2
    risk = table.groupby("product_class")["output_at_risk_high"].max()
    assert risk["services"] > risk["goods"]


def test_a_table_in_single_precision_says_the_same(toy):
    small = {f: getattr(toy.flows, f).astype(np.float32) for f in ("matrix", "final")}
    single = stuck_necks(System(replace(toy.flows, **small)), home="A").table()
    numbers = ["imported_share", "exposure_look_through", "output_at_risk", "centrality"]
    whole = stuck_necks(toy, home="A").table()
    np.testing.assert_allclose(single[numbers], whole[numbers], rtol=1e-6)


def test_output_at_risk_is_nothing_without_an_essential_input(toy):
    table = stuck_necks(with_sections(toy, {"m": "C", "k": "K"}), home="A").table()
    services = table[table["product_class"] == "services"]
    assert (services["output_at_risk"] == 0.0).all()
    assert (services["finding"] == "not essential").all()
    assert not services["flagged"].any()


def test_rows_go_by_flag_then_by_the_most_output_that_one_supplier_could_stop(toy):
    limits = NeckThresholds(imported_share=0.55, exposure=0.3)
    table = stuck_necks(toy, home="A", thresholds=limits).table()
    assert table["flagged"].is_monotonic_decreasing
    for _, part in table.groupby("flagged"):
        assert part["output_at_risk_high"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("limits", "finding"),
    [
        ({"supplier_hhi": 0.5}, "stuck neck"),
        ({"supplier_hhi": 0.9}, "weak link"),
        ({"supplier_hhi": 0.9, "imported_share": 0.95, "exposure": 0.95}, "below thresholds"),
    ],
)
def test_thresholds_decide_the_finding(toy, limits, finding):
    found = stuck_necks(toy, home="A", thresholds=NeckThresholds(**limits))
    assert row(found, "m", "m")["finding"] == finding


def test_small_inputs_are_left_out(toy):
    found = stuck_necks(toy, home="A", min_cost_share=0.3)
    assert (found.table()["cost_share"] >= 0.3).all()
    assert found.parameters["min_cost_share"] == 0.3
    assert len(found.table()) < len(stuck_necks(toy, home="A").table())


def test_a_threshold_outside_its_range_is_refused(toy):
    with pytest.raises(ParameterError, match="'min_cost_share' parameter of NeckThresholds"):
        stuck_necks(toy, home="A", min_cost_share=1.5)


def test_a_sector_without_output_has_no_rows():
    rows = [
        ("intermediate", "A", "m", "A", "k", 0.0),
        ("intermediate", "B", "m", "A", "m", 2.0),
        ("final", "A", "m", "A", "final", 9.0),
        ("final", "A", "k", "A", "final", 0.0),
        ("final", "B", "m", "B", "final", 9.0),
    ]
    table = stuck_necks(System.from_table(pd.DataFrame(rows, columns=COLUMNS)), home="A").table()
    assert table["sector"].tolist() == ["m"]


def test_the_table_is_as_its_schema_says(toy):
    columns = schema("stuck_necks")
    table = stuck_necks(toy, home="A").table()
    assert list(table.columns) == [c.column for c in columns]
    kinds = {"string": "O", "float": "f", "integer": "i", "boolean": "b"}
    for column in columns:
        kind = table[column.column].to_numpy().dtype.kind
        assert kind == kinds[column.type], column.column


def test_the_answer_keeps_its_question(toy, tmp_path):
    found = stuck_necks(toy, home="A", nation=["A", "B"])
    assert found.parameters["home"] == "A"
    assert found.parameters["nation_regions"] == ["A", "B"]
    assert "assumption" in found.parameters["essential"]
    found.save(tmp_path / "necks.csv")
    note = json.loads((tmp_path / "necks.csv.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"]["supplier_hhi"] == 0.4


def test_the_chart_shows_the_first_rows_with_their_bounds(toy):
    found = stuck_necks(System(replace(toy.flows, composite=frozenset({"C"}))), home="A")
    axes = found.plot().axes[0]
    table = found.table()
    widths = [bar.get_width() for bar in axes.patches]
    expected = [*table["output_at_risk_high"], *table["output_at_risk"]]
    np.testing.assert_allclose(widths, expected)
    assert next(t.get_text() for t in axes.get_yticklabels()) == "m ← m"


def test_members_of_a_group_that_the_table_lacks_are_told(wiod2011):
    found = stuck_necks(wiod2011, home="EU27")
    assert found.parameters["members_counted_as_abroad"] == ["HRV"]


# Real tables


def test_the_weak_links_of_china_2011_are_those_that_its_industry_knows(wiod2011):
    table = stuck_necks(wiod2011, home="CHN").table()
    goods = table[table["product_class"] == "goods"]
    first = list(zip(goods["sector"], goods["product"], strict=True))[:10]
    ore_to_metals, crude_to_refining, parts_to_electronics = (
        ("c12", "c2"),
        ("c8", "c2"),
        ("c14", "c14"),
    )
    assert first[0] == ore_to_metals
    assert {crude_to_refining, parts_to_electronics, ("c17", "c2")} <= set(first[:5])
    assert goods.iloc[0]["top_supplier"] == "AUS"
    assert goods.iloc[0]["exposure_direct"] == pytest.approx(0.2093, abs=5e-5)


def test_crude_oil_of_china_2011_comes_from_countries_that_the_table_lumps(wiod2011):
    told = row(stuck_necks(wiod2011, home="CHN"), "c8", "c2")
    assert told["unknown_share"] == pytest.approx(0.825, abs=5e-4)
    assert told["finding"] == "supplier unknown"
    assert told["exposure_direct"] < 0.05
    assert told["exposure_high"] > 0.4


def test_no_composite_region_is_ever_a_top_supplier(wiod2011):
    table = stuck_necks(wiod2011, home="CHN", min_cost_share=0.0).table()
    assert "RoW" not in set(table["top_supplier"])
    most = table["unknown_share"] > 0.5
    assert most.any()
    assert (table.loc[most, "finding"] == "supplier unknown").all()


def test_shares_and_inverse_of_wiod_2011_agree_with_the_published_reading(wiod2011):
    bought = stuck_necks(wiod2011, home="CHN").purchases
    j = bought.sectors.place["c14"]
    through, direct = bought.through, bought.direct
    look_through = through.foreign[:, j].sum() / through.total[:, j].sum()
    face_value = direct.foreign[:, j].sum() / direct.total[:, j].sum()
    assert look_through == pytest.approx(0.2692, abs=5e-5)
    assert face_value == pytest.approx(0.1579, abs=5e-5)


def test_china_2018_names_no_supplier_anywhere(nbs2018):
    table = stuck_necks(nbs2018, home="CHN").table()
    assert table[SUPPLIER_COLUMNS].isna().all().all()
    assert (table["top_supplier"] == "").all()
    imported = table["imported_share"] > 0.0
    assert (table.loc[imported, "finding"] == "supplier not stated").all()
    assert table.loc[imported, "reason_zh"].str.contains("不能指明供应国").all()


def test_the_weak_links_of_china_2018_are_ore_chips_and_crude(nbs2018):
    found = stuck_necks(nbs2018, home="CHN")
    table = found.table()
    first = list(zip(table["sector"], table["product"], strict=True))[:4]
    assert first == [("14", "04"), ("20", "20"), ("19", "20"), ("11", "03")]
    assert row(found, "11", "03")["imported_share"] == pytest.approx(0.630, abs=5e-4)


def test_imported_shares_of_products_in_china_2018_are_those_known(nbs2018):
    direct = stuck_necks(nbs2018, home="CHN").purchases.direct
    share = direct.foreign.sum(axis=1) / direct.total.sum(axis=1)
    assert direct.foreign.sum() / direct.total.sum() == pytest.approx(0.0809054, abs=1e-7)
    assert (share[2], share[3], share[19]) == pytest.approx((0.588, 0.451, 0.374), abs=5e-4)
