"""A city: its sums by unit, who moved and why, best and worst, data by kind, what it writes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright import System, carbon
from chainwright.carbon.cities.units import division_name, division_units
from chainwright.carbon.methods.method_files import Method
from chainwright.errors import ParameterError
from chainwright.tables import schema
from rated_firms import by_hand

PLACES = ["330502", "330502", "330521", "330521", "330523", "330523"]


@pytest.fixture
def hand():
    """Return six firms of one class in three districts; the last loses money."""
    return by_hand(
        ["3130"] * 6,
        [60, 80, 120, 200, 40, 70],
        [100, 100, 100, 100, 100, -10],
        neutralised=[20, 0, 0, 0, 10, 0],
        divisions=PLACES,
    )


@pytest.fixture(scope="module")
def made():
    """Return the rating of a small made-up city over windows of three years."""
    system = System.demo("city", firms=60, months=26, seed=2)
    return carbon.rate(carbon.account(system))


def test_the_row_of_the_city_sums_its_firms(hand):
    row = carbon.city(carbon.rate(hand)).table().iloc[0]
    assert (row["unit"], row["code"], row["month"]) == ("city", "", "2026-10")
    assert (row["firms"], row["rated"], row["not_rated"]) == (6, 5, 1)
    assert row["net"] == pytest.approx(570)
    assert row["gross"] == pytest.approx(600)
    assert row["neutralised"] == pytest.approx(30)
    assert row["neutrality"] == pytest.approx(0.05)
    assert row["value_added"] == pytest.approx(500)
    assert row["intensity"] == pytest.approx(1.0)
    assert row["ratio"] == pytest.approx(1.0)  # all are of one group whose mean is theirs
    assert [row[f"grade_{g}"] for g in range(1, 6)] == [2, 1, 1, 1, 0]


def test_districts_and_industries_follow_the_largest_emitter_first(hand):
    frame = carbon.city(carbon.rate(hand)).table()
    assert list(frame["unit"]) == ["city"] + ["district"] * 3 + ["industry"]
    assert list(frame["code"]) == ["", "330521", "330502", "330523", "31"]
    district = frame.set_index("code").loc["330521"]
    assert district["ratio"] == pytest.approx(1.6)
    assert district["grade"] == 4
    assert (district["name_en"], district["name_zh"]) == ("Deqing", "德清县")
    assert list(frame.columns) == [c.column for c in schema("carbon_city")]


def test_sums_of_districts_and_of_industries_are_those_of_the_city(made):
    frame = carbon.city(made).table()
    counted = ["firms", "rated", "net", "gross", "neutralised", "grade_3", "not_rated"]
    whole = frame[frame["unit"] == "city"][counted].sum()
    for unit in ("district", "industry"):
        parts = frame[frame["unit"] == unit][counted].sum()
        assert parts.to_numpy(dtype=float) == pytest.approx(whole.to_numpy(dtype=float), rel=1e-12)


def test_the_ratio_of_a_unit_weighs_firms_by_what_they_would_emit(made):
    t = len(made.periods) - 1
    rated = made.grade[:, t] > 0
    usual = (made.mean * made.value_added)[rated, t]
    expected = (made.K[rated, t] * usual).sum() / usual.sum()
    assert carbon.city(made).table()["ratio"][0] == pytest.approx(expected, rel=1e-12)


def test_a_month_has_a_row_the_last_first(made):
    months = carbon.city(made).tables()["carbon_city_months"]
    assert list(months["month"]) == list(made.periods[::-1])
    assert (months["rated"] > 0).sum() == 26 - 11
    assert months["ratio"].iloc[-1] != months["ratio"].iloc[-1]  # nobody is rated so early
    assert months["grade"].iloc[-1] is pd.NA


def test_what_moved_a_firm_adds_up(made):
    moved = carbon.city(made).movers()
    assert len(moved) > 50
    assert set(moved["from_month"]) == {"2025-10"}
    assert (moved["grade"] - moved["grade_before"] == moved["change"]).all()
    parts = moved[["by_emission", "by_value_added", "by_peers"]].sum(axis=1)
    expected = np.log(moved["ratio"] / moved["ratio_before"])
    assert parts.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)
    assert moved["change"].abs().is_monotonic_decreasing


def test_a_firm_that_doubles_its_emission_is_told_so(hand):
    before = carbon.rate(hand)
    net = hand.net.copy()
    net[0] *= 2.0
    after = carbon.rate(replace(hand, net=net))
    moved = carbon.city(after, before=before, from_month="2026-10").movers().set_index("firm")
    assert moved.loc["f0", "by_emission"] == pytest.approx(np.log(2.0))
    assert moved.loc["f0", "by_value_added"] == pytest.approx(0.0)
    assert moved.loc["f1", "by_emission"] == pytest.approx(0.0)
    assert moved.loc["f1", "by_peers"] == pytest.approx(-np.log(560 / 500))
    assert "f5" not in moved.index
    assert moved.index[0] == "f0"


def test_of_an_emission_below_zero_no_parts_are_told():
    held = by_hand(["3130"] * 5, [-10, 50, 50, 50, 50], [100] * 5)
    rating = carbon.rate(held)
    moved = carbon.city(rating, before=rating, from_month="2026-10").movers().set_index("firm")
    assert np.isnan(moved.loc["f0", "by_emission"])
    assert moved.loc["f1", "by_emission"] == 0.0


def test_without_an_earlier_window_nobody_moved(hand):
    found = carbon.city(carbon.rate(hand))
    assert found.from_month == ""
    assert len(found.movers()) == 0
    assert list(found.movers().columns) == [c.column for c in schema("carbon_city_movers")]


def test_movers_between_two_methods_are_refused(hand):
    rating = carbon.rate(hand)
    other = carbon.rate(hand, method="zj-2021-loo")
    with pytest.raises(ParameterError, match="one ranking has one method"):
        carbon.city(rating, before=other, from_month="2026-10")


def test_best_and_worst_of_a_class_stand_on_one_side_alone(hand):
    ranking = carbon.city(carbon.rate(hand), top=3).tables()["carbon_city_ranking"]
    assert list(ranking["side"]) == ["best"] * 3 + ["worst"] * 2
    assert list(ranking["firm"]) == ["f4", "f0", "f1", "f3", "f2"]
    assert list(ranking["place"]) == [1, 2, 3, 1, 2]
    assert set(ranking["rated"]) == {5}
    assert set(ranking["class_zh"]) == {"钢压延加工"}


def test_each_class_lists_its_lowest_and_highest_intensity(made):
    ranking = carbon.city(made, top=1).tables()["carbon_city_ranking"]
    t = len(made.periods) - 1
    for code, rows in ranking.groupby("gbt4754"):
        inside = (made.classes == code) & (made.grade[:, t] > 0)
        best = rows[rows["side"] == "best"]["intensity"].iloc[0]
        assert best == made.L[inside, t].min()
        if len(rows) > 1:
            worst = rows[rows["side"] == "worst"]["intensity"].iloc[0]
            assert worst == made.L[inside, t].max()


def test_data_are_counted_by_kind_what_is_missing_first(hand):
    frame = carbon.city(carbon.rate(hand)).tables()["carbon_city_coverage"]
    assert len(frame) == 39
    assert frame.iloc[0][["kind", "missing"]].tolist() == ["fuel_properties", 6]
    assert frame.iloc[1][["kind", "estimated", "measured"]].tolist() == ["key_equipment", 1, 5]
    assert (frame[["measured", "estimated", "missing"]].sum(axis=1) == 6).all()


def test_reasons_are_counted_in_words(hand):
    frame = carbon.city(carbon.rate(hand)).tables()["carbon_city_reasons"]
    assert frame["reason"].tolist() == ["value_added_not_positive"]
    assert frame["firms"].tolist() == [1]
    assert "增加值" in frame["reason_zh"][0]


def test_another_month_can_be_looked_at(made):
    found = carbon.city(made, month="2026-08", from_month="2026-01")
    assert set(found.table()["month"]) == {"2026-08"}
    assert set(found.movers()["from_month"]) == {"2026-01"}


@pytest.mark.parametrize(
    "asked", [{"month": "2031-01"}, {"from_month": "1999-01"}, {"top": 0}, {"month": "latest"}]
)
def test_what_was_not_rated_cannot_be_looked_at(hand, asked):
    with pytest.raises(ParameterError):
        carbon.city(carbon.rate(hand), **asked)


def test_firms_without_a_division_are_in_no_district():
    held = by_hand(["3130"] * 2, [1, 1], [1, 1], divisions=["", "330502"])
    frame = carbon.city(carbon.rate(held)).table().set_index("unit")
    assert frame.loc["district", "firms"] == 1
    assert frame.loc["city", "firms"] == 2


@pytest.mark.parametrize(
    ("divisions", "codes"),
    [
        (["330502", "330521"], ["330502", "330521"]),
        (["330502", "330101"], ["330100", "330500"]),
        (["330502", "320101", "110105"], ["110000", "320000", "330000"]),
        (["330500", "330502", ""], ["330500", "330502"]),
        ([""], []),
    ],
)
def test_the_map_is_of_districts_cities_or_provinces(divisions, codes):
    found = division_units(np.array(divisions, dtype=object))
    assert [unit.code for unit in found] == codes
    assert sum(unit.members.sum() for unit in found) == sum(d != "" for d in divisions)


def test_divisions_are_named_as_far_as_they_are_known():
    assert division_name("330502") == ("Wuxing", "吴兴区")
    assert division_name("110000") == ("Beijing", "北京市")
    assert division_name("999999") == ("999999", "999999")


def test_everything_is_written_with_the_map_in_both_languages(hand, tmp_path):
    found = carbon.city(carbon.rate(hand))
    found.save(tmp_path / "city", format="csv")
    names = {path.name for path in (tmp_path / "city").iterdir()}
    assert {f"{name}.csv" for name in found.tables()} < names
    assert {"map.en.svg", "map.zh.svg"} < names
    back = pd.read_csv(tmp_path / "city" / "carbon_city.csv", dtype={"code": str})
    assert back["net"].to_numpy() == pytest.approx(found.table()["net"].to_numpy())


def test_by_another_method_the_city_says_which(hand):
    found = carbon.city(carbon.rate(hand, method=Method.named("zj-2021-loo")))
    assert set(found.table()["method"]) == {"zj-2021-loo"}
    assert found.parameters["certainty"] == "ours"
    assert "zj-2021-loo" in found.tile_map()
