"""Long plates: advantage in value added worked by hand, dependents, and what a table cannot say."""

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright.accounts import reliance, trade_in_value_added
from chainwright.diagnose import PlateThresholds, long_plates
from chainwright.diagnose.sectors.advantage import revealed_advantage
from chainwright.errors import LabelError, ParameterError, UnknownCodeError
from chainwright.tables import schema
from toys import FINAL, MATRIX, NODES, toy_table

X = np.array([100.0, 100, 140, 115, 209, 136])


@pytest.fixture(scope="module")
def plates(toy):
    return long_plates(toy, home="A")


@pytest.fixture(scope="module")
def chinese(wiod2011):
    return long_plates(wiod2011, home="CHN")


def row(found, sector):
    return found.table().set_index("sector").loc[sector]


def value_added_exported(home):
    """Return v H e of the nodes of a region, from the toy's own cells."""
    Z, Y = np.array(MATRIX, float), np.array(FINAL, float)
    mine = [i for i, (r, _) in enumerate(NODES) if r == home]
    users = "ABC".index(home)
    e = Z[mine].sum(axis=1) - Z[np.ix_(mine, mine)].sum(axis=1)
    e += Y[mine].sum(axis=1) - Y[mine][:, users]
    A = Z[np.ix_(mine, mine)] / X[mine]
    v = 1 - Z[:, mine].sum(axis=0) / X[mine]
    return v * np.linalg.solve(np.eye(2) - A, e)


def test_value_added_exported_is_worked_by_hand(plates):
    # exports 30 and 27; H = [[.85, .10], [.08, .80]] / .672; v = (.18, .41)
    found = plates.table().set_index("sector")
    assert found["exports"].to_dict() == {"m": 30.0, "k": 27.0}
    assert found.loc["m", "value_added_exported"] == pytest.approx(0.18 * 28.2 / 0.672)
    assert found.loc["k", "value_added_exported"] == pytest.approx(0.41 * 24.0 / 0.672)
    assert found.loc["m", "domestic_value_added_share"] == pytest.approx(0.1858 / 0.672)
    assert found.loc["k", "domestic_value_added_share"] == pytest.approx(0.346 / 0.672)


def test_forward_and_backward_linkage_have_the_same_total(plates):
    found = plates.table()
    backward = (found["exports"] * found["domestic_value_added_share"]).sum()
    assert found["value_added_exported"].sum() == pytest.approx(backward, rel=1e-12)


def test_revealed_advantage_and_world_share_follow_from_all_three_countries(plates):
    e = np.array([value_added_exported(c) for c in "ABC"])
    expected = (e[0] / e[0].sum()) / (e.sum(axis=0) / e.sum())
    assert row(plates, "m")["revealed_advantage"] == pytest.approx(expected[0], rel=1e-12)
    assert row(plates, "k")["revealed_advantage"] == pytest.approx(expected[1], rel=1e-12)
    assert row(plates, "k")["world_share_exports"] == pytest.approx(e[0, 1] / e[:, 1].sum())
    assert row(plates, "k")["world_rank"] == 1 + (e[1:, 1] > e[0, 1]).sum()


def test_world_shares_of_output_and_value_added(plates):
    assert row(plates, "m")["world_share_output"] == pytest.approx(100 / 449)
    assert row(plates, "m")["world_share_value_added"] == pytest.approx(18 / 239)


def test_the_mean_of_revealed_advantage_weighted_by_the_world_is_one():
    amounts = np.random.default_rng(1).uniform(1, 9, (5, 7))
    mean = (revealed_advantage(amounts) * amounts.sum(axis=0) / amounts.sum()).sum(axis=1)
    assert mean == pytest.approx(np.ones(5))


def test_mutual_dependence_is_the_reliance_of_each_on_the_other(toy, plates):
    mutual = plates.tables()["mutual_dependence"].set_index("partner")
    L = np.linalg.inv(np.eye(6) - np.array(MATRIX) / X) - np.eye(6)
    of_a, of_c = L[:, :2] @ X[:2], L[:, 4:] @ X[4:]
    assert mutual.loc["C", "reliance_of_home"] == pytest.approx(of_a[4:].sum() / of_a.sum())
    assert mutual.loc["C", "reliance_on_home"] == pytest.approx(of_c[:2].sum() / of_c.sum())
    expected = of_c[:2].sum() / of_c.sum() - of_a[4:].sum() / of_a.sum()
    assert mutual.loc["C", "net"] == pytest.approx(expected)  # below 0: A leans on C more
    turned = long_plates(toy, home="C").tables()["mutual_dependence"].set_index("partner")
    for column in ("net", "net_direct"):
        assert turned.loc["A", column] == pytest.approx(-mutual.loc["C", column], abs=1e-15)
    assert mutual["net_manufacturing"].isna().all()  # the toy's sections are not known


def test_leverage_is_the_mean_dependence_weighted_by_value_added(plates):
    L = np.linalg.inv(np.eye(6) - np.array(MATRIX) / X) - np.eye(6)
    of_b, of_c = L[:, 2:4] @ X[2:4], L[:, 4:] @ X[4:]
    on_b, on_c = of_b[0] / of_b[[0, 2, 4]].sum(), of_c[0] / of_c[[0, 2, 4]].sum()
    found = row(plates, "m")
    assert found["leverage"] == pytest.approx((154 * on_b + 222 * on_c) / 376)
    assert found["top_dependence"] == pytest.approx(max(on_b, on_c))
    assert found["top_dependent"] == ("B" if on_b > on_c else "C")


def test_first_supplier_counts_countries_that_buy_most_from_home(plates):
    # of m: B's industries buy 7 from A and 9 from C; C's buy 11 from A and 7 from B
    assert row(plates, "m")["first_supplier_of"] == 1
    # 11/18 and 7/18 is an HHI of 0.525: concentrated; of two importers one
    assert row(plates, "m")["irreplaceable_share"] == pytest.approx(0.5)


def test_a_composite_region_is_in_the_world_but_is_no_country():
    whole = long_plates(cw.System.from_table(toy_table()), home="A")
    lumped = long_plates(cw.System.from_table(toy_table(), composite=["C"]), home="A")
    same = ["revealed_advantage", "world_share_exports", "world_share_output"]
    pd.testing.assert_frame_equal(whole.table()[same], lumped.table()[same])
    assert set(lumped.tables()["plate_dependents"]["dependent"]) == {"B"}
    mutual = lumped.tables()["mutual_dependence"]
    assert mutual["partner"].tolist() == ["B", "C"]
    assert mutual["composite"].tolist() == [False, True]
    assert mutual["weight"].tolist() == [1.0, 0.0]
    # of m B buys 7 from A and 9 from C: of the named ones A comes first
    assert row(lumped, "m")["first_supplier_of"] == 1
    assert row(lumped, "m")["irreplaceable_share"] == 1.0


def test_a_composite_home_is_not_ranked_and_says_so():
    found = long_plates(cw.System.from_table(toy_table(), composite=["C"]), home="C").table()
    assert found["world_rank"].isna().all()
    assert found["reason_en"].str.contains("many countries").all()


def test_several_regions_as_home_are_one_country(toy):
    found = long_plates(toy, home=["A", "B"])
    assert len(found.table()) == 2
    assert found.table()["region"].unique().tolist() == ["A+B"]
    assert row(found, "m")["exports"] == 8 + 3 + 6 + 5 + 2 + 5  # to C alone
    assert found.tables()["mutual_dependence"]["partner"].tolist() == ["C"]


def test_with_a_nation_the_rest_of_it_is_not_abroad(toy):
    found = long_plates(toy, home="A", nation=["A", "B"])
    assert row(found, "m")["exports"] == 8 + 3 + 6
    assert row(found, "m")["nation_share"] == pytest.approx((5 + 2 + 6) / 100)
    mutual = found.tables()["mutual_dependence"].set_index("partner")["relation"]
    assert mutual.to_dict() == {"B": "rest of nation", "C": "abroad"}


def test_a_national_table_gives_what_it_can_and_says_why_the_rest_is_empty(wiod2011, chinese):
    cut = long_plates(wiod2011.between(["CHN"]), home="CHN").table()
    for column in ("revealed_advantage", "world_share_exports", "leverage", "long_plate"):
        assert cut[column].isna().all()
    assert cut["reason_en"].str.contains("one nation").all()
    assert cut["reason_zh"].str.contains("单一国家").all()
    whole = chinese.table().set_index("sector")
    cut = cut.set_index("sector").loc[whole.index]
    for column in ("export_share", "domestic_value_added_share", "value_added_exported"):
        np.testing.assert_allclose(cut[column], whole[column], rtol=1e-9, atol=1e-9)


def test_a_competitive_table_does_not_tell_the_domestic_share():
    rows = toy_table()
    national = rows[rows["from_region"].eq("A") & rows["to_region"].eq("A")]
    more = [("final", "A", s, "A", "IM", -5.0) for s in "mk"]
    more += [("final", "A", s, "A", "EX", 20.0) for s in "mk"]
    table = pd.concat([national, pd.DataFrame(more, columns=rows.columns)])
    system = cw.System.from_table(table)
    assert system.flows.is_competitive
    found = long_plates(system, home="A").table()
    assert found["domestic_value_added_share"].isna().all()
    assert found["reason_en"].str.contains("split_imports").all()
    assert found["export_share"].gt(0).all()


def test_the_first_ten_of_china_2011_are_those_that_its_industry_is_known_for(chinese):
    goods = chinese.table().query("sector_class == 'goods'")
    # leather, textiles, electrical, minerals, plastics, other manufacturing (furniture, toys)
    assert goods["sector"].head(6).tolist() == ["c5", "c4", "c14", "c11", "c10", "c16"]
    assert goods["long_plate"].head(6).all()
    assert not goods["long_plate"].iloc[6:].any()
    assert goods["sector"].iloc[6] == "c13"  # machinery: an advantage, not yet a long plate
    earned = goods.set_index("sector")["advantage"]
    assert earned[["c1", "c17", "c12"]].eq("earned").all()  # inside other sectors' exports
    assert earned[["c2", "c15"]].eq("none").all()


def test_goods_come_before_services_and_each_is_ranked_by_itself(chinese):
    found = chinese.table()
    is_goods = found["sector_class"].eq("goods")
    assert is_goods.tolist() == sorted(is_goods, reverse=True)
    assert found.loc[is_goods, "rank"].tolist() == list(range(1, is_goods.sum() + 1))
    assert found.loc[~is_goods, "rank"].tolist() == list(range(1, (~is_goods).sum() + 1))


def test_look_through_shares_are_those_of_the_reference_table(wiod2011):
    mutual = long_plates(wiod2011, home="CHN").tables()["mutual_dependence"].set_index("partner")
    # USA manufacturing, on China: face .0247, look-through .0592; Germany .0271, .0615
    assert mutual.loc["USA", "reliance_on_home_manufacturing_direct"] == pytest.approx(
        0.0247, abs=5e-5
    )
    assert mutual.loc["USA", "reliance_on_home_manufacturing"] == pytest.approx(0.0592, abs=5e-5)
    assert mutual.loc["DEU", "reliance_on_home_manufacturing"] == pytest.approx(0.0615, abs=5e-5)
    assert mutual.index[-1] == "RoW"


def test_value_added_exported_agrees_with_the_accounts_of_trade(toy):
    accounts = trade_in_value_added(toy).table().set_index("region")
    for home in "ABC":
        mine = long_plates(toy, home=home).table()["value_added_exported"].sum()
        assert mine == pytest.approx(accounts.loc[home, "domestic_value_added"], rel=1e-12)


def test_mutual_dependence_agrees_with_the_accounts_of_reliance(toy, plates):
    of_a = reliance(toy, home="A")
    x = toy.flows.output[:2]
    inputs = of_a.look_through[:2] * x[:, None]
    expected = inputs[:, 2].sum() / inputs.sum()
    mutual = plates.tables()["mutual_dependence"].set_index("partner")
    assert mutual.loc["C", "reliance_of_home"] == pytest.approx(expected, rel=1e-9)


def test_each_table_has_the_columns_of_its_schema(chinese):
    for name, frame in chinese.tables().items():
        assert list(frame.columns) == [c.column for c in schema(name)]


def test_the_question_is_kept_and_the_chart_is_drawn(plates):
    assert plates.parameters["home"] == "A"
    assert plates.parameters["world_share"] == 0.15
    assert len(plates.plot().axes[0].patches) == 2


def test_thresholds_decide_and_are_checked(toy):
    strict = long_plates(toy, home="A", thresholds=PlateThresholds(world_share=0.9))
    assert not strict.table()["long_plate"].fillna(value=False).any()
    with pytest.raises(ParameterError, match="world_share"):
        PlateThresholds(world_share=1.5)


def test_an_unknown_home_is_refused_with_near_names(wiod2011):
    with pytest.raises(UnknownCodeError, match="CHN"):
        long_plates(wiod2011, home="CHM")
    with pytest.raises(LabelError, match="whole table"):
        long_plates(wiod2011, home=list(wiod2011.flows.nodes.regions.codes))
