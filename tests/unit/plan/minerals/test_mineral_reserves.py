"""Reserves of minerals: the case worked by hand, and what rows say and how they stand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import MissingPartError, ParameterError, TableError, UnknownCodeError
from chainwright.plan import OutageModel, ReserveCosts, mineral_reserves
from mineral_worlds import (
    WEEK,
    case_ramps,
    mineral_trade,
    one_supplier,
    plain_need,
    use_of_the_case,
)
from trades import trade_of

POINT = ReserveCosts(holding_low=0.06, holding_high=0.06, penalty_low=5.0, penalty_high=5.0)

WORLD = [  # Japan buys ore and salt, sells glass; sand is small and told in money alone
    ("AUS", "JPN", "ore", 800.0, 80.0),
    ("BRA", "JPN", "ore", 200.0, 20.0),
    ("AUS", "JPN", "salt", 50.0, 10.0),
    ("BRA", "JPN", "salt", 50.0, 10.0),
    ("AUS", "CHN", "salt", 90.0, 30.0),
    ("BRA", "JPN", "glass", 10.0, 1.0),
    ("JPN", "CHN", "glass", 90.0, 9.0),
    ("CHN", "JPN", "odd", 90.0, 1.0),
    ("AUS", "JPN", "odd", 10.0, 9.0),
    ("CHN", "JPN", "sand", 5.0, np.nan),
    ("CHN", "AUS", "toys", 5.0, 1.0),
]


@pytest.fixture(scope="module")
def case():
    """Return the case of 200,000 draws."""
    return mineral_reserves(
        one_supplier(),
        "JPN",
        draws=200_000,
        seed=2026,
        consumption=use_of_the_case(),
        replacement=case_ramps(),
        costs=POINT,
    )


@pytest.fixture(scope="module")
def world():
    return mineral_reserves(mineral_trade(WORLD), "JPN", draws=400)


def test_needs_of_the_case_are_the_figures_worked_by_hand(case):
    need = case.needs[0].needs[0]
    assert need.mean() == pytest.approx(772, rel=1e-3)
    found = case.needs[0].of_outages(np.array([0.5, 0.8, 0.9, 0.95]))
    assert found == pytest.approx([607, 1095, 1477, 1892], rel=1e-3)


def test_the_economic_reserve_of_the_case_is_12_and_a_half_weeks_of_use(case):
    by_cost = replace(case, rule="economic")
    row = by_cost.table().iloc[0]
    assert row["reserve"] == pytest.approx(1253, rel=1e-3)
    assert row["reserve_weeks_of_use"] == pytest.approx(12.5, abs=0.05)
    assert row["reserve_weeks_of_imports"] == pytest.approx(1253 / 90, rel=1e-3)
    assert row["economic_low_weeks"] == row["economic_high_weeks"] == row["economic_weeks"]


@pytest.mark.parametrize(
    ("held", "cost"), [(0, 3089), (400, 1867), (800, 1280), (1200, 1128), (1600, 1180)]
)
def test_holding_and_expected_shortage_of_the_case_cost_what_was_worked_by_hand(case, held, cost):
    short = case.needs[0].shortage(held).sum()
    assert 0.06 * 10.0 * held + 50.0 * short == pytest.approx(cost, rel=2e-3)


def test_the_economic_reserve_is_the_cheapest_of_all(case):
    costs = [
        0.6 * held + 50.0 * case.needs[0].shortage(held).sum() for held in range(1000, 1501, 10)
    ]
    assert range(1000, 1501, 10)[int(np.argmin(costs))] == pytest.approx(1253, abs=20)


def test_the_quantile_reserve_of_the_case_is_told_in_weeks_of_both(case):
    row = case.table().iloc[0]
    assert row["reserve"] == pytest.approx(1477, rel=1e-3)
    assert row["reserve_weeks_of_imports"] == pytest.approx(row["reserve"] / 90)
    assert row["reserve_weeks_of_use"] == pytest.approx(row["reserve"] / 100)
    assert row["sample_low_weeks"] < row["reserve_weeks_of_imports"] < row["sample_high_weeks"]
    assert row["value"] == pytest.approx(10 * row["reserve"])
    assert row["holding_low"] == row["holding_high"] == pytest.approx(0.06 * row["value"])
    assert row["chance_left"] == pytest.approx(0.08 * 0.1, rel=0.01)
    assert row["chance_of_shortage"] == pytest.approx(0.08)
    assert row["shortage_weeks"] == pytest.approx(0.08 * 772 / 90, rel=2e-3)


def test_stocks_of_users_are_taken_off_and_never_twice(case):
    common = {"draws": 500, "replacement": case_ramps(), "costs": POINT}
    plain = mineral_reserves(one_supplier(), "JPN", consumption=use_of_the_case(), **common)
    less = mineral_reserves(
        one_supplier(), "JPN", consumption=use_of_the_case(stocks=300.0), **common
    )
    all_there = mineral_reserves(
        one_supplier(), "JPN", consumption=use_of_the_case(stocks=1e6), **common
    )
    assert less.reserve[0] == pytest.approx(plain.reserve[0] - 300.0)
    assert all_there.reserve[0] == 0.0
    one, other = plain.table().iloc[0], less.table().iloc[0]
    assert other["need_q90_weeks"] == one["need_q90_weeks"]
    assert other["chance_left"] == one["chance_left"]
    assert other["shortage_weeks"] < one["shortage_weeks"]
    assert "Stocks of industry of 300 t are taken off." in other["reason_en"]
    assert "已扣除企业库存 300 t。" in other["reason_zh"]


def test_without_consumption_weeks_of_use_are_not_told(world):
    table = world.table()
    assert table["reserve_weeks_of_use"].isna().all()
    assert table["use"].isna().all()
    told = table.loc[table["standing"] == "ranked", "reason_en"]
    assert told.str.endswith("Use at home is not given: weeks of imports alone.").all()
    assert table["assumed"].str.contains("use").all()


def test_rows_stand_by_what_is_known_of_them(world):
    table = world.table()
    assert list(zip(table["product"], table["standing"], strict=True)) == [
        ("ore", "ranked"),
        ("salt", "ranked"),
        ("odd", "doubtful"),
        ("glass", "net_exporter"),
        ("sand", "not_known"),
        ("toys", "not_imported"),
    ]
    unknown = table[table["standing"].isin(["not_known", "not_imported"])]
    numbers = ["reserve", "reserve_weeks_of_imports", "value", "shortage_weeks", "chance_left"]
    assert unknown[numbers].isna().all(axis=None)
    assert unknown["reason_en"].tolist() == [
        "The source tells no quantity of what home imports.",
        "Home does not import it.",
    ]
    odd = table.set_index("product").loc["odd"]
    assert "In money the first supplier is China (90%)" in odd["reason_en"]
    assert "按金额计第一供应方为中国（90%）" in odd["reason_zh"]
    assert "exports 9 times" in table.set_index("product").loc["glass", "reason_en"]


def test_a_small_import_comes_late():
    found = mineral_reserves(mineral_trade(WORLD), "JPN", draws=50, floor=150.0).table()
    standing = found.set_index("product")["standing"]
    assert (standing["salt"], standing["ore"]) == ("small", "ranked")
    assert found["product"].iloc[0] == "ore"


def test_needs_are_those_of_the_equation_week_by_week(world):
    need, draws = world.needs[world.supplies.products.index("salt")], world.draws
    first = [world.supplies.places[s] for s in need.suppliers]
    assert sorted(first) == ["AUS", "BRA"]
    aus = first.index("AUS")
    assert need.others[aus] == pytest.approx(10 / 50)  # of 50 t sold in the world, 40 are AUS's
    for d in range(0, 400, 37):
        outage = (draws.weeks[d], draws.share[d], 0.2 * draws.substitution[d],
                  0.4 * draws.alternates[d])  # fmt: skip
        plain = plain_need(
            outage, world.replacement, use=20 / WEEK, rest=0.0, failing=10 / WEEK, others=0.2
        )
        assert need.needs[aus, d] == pytest.approx(plain, rel=1e-12, abs=1e-15)


def test_another_small_supplier_does_not_shrink_the_reserve():
    rows = [("AUS", "JPN", "ore", 950.0, 95.0), ("BRA", "JPN", "ore", 50.0, 5.0)]
    more = [*rows[:1], *[(c, "JPN", "ore", 10.0, 1.0) for c in ("BRA", "CHL", "PER", "ZAF", "RUS")]]
    few, many = (mineral_reserves(mineral_trade(r), "JPN", draws=300) for r in (rows, more))
    assert many.reserve[0] == pytest.approx(few.reserve[0])


def test_a_bloc_fails_as_one():
    rows = [(c, "JPN", "ore", 10.0, 1.0) for c in ("AUS", "BRA", "CHL", "PER")]
    apart = mineral_reserves(mineral_trade(rows), "JPN", draws=100)
    one = mineral_reserves(mineral_trade(rows), "JPN", draws=100, blocs=["AUS+BRA", "CHL+PER"])
    assert one.reserve[0] > 1.5 * apart.reserve[0]
    assert one.table().loc[0, "suppliers"] == 2


def test_a_country_that_never_fails_is_no_reason_to_hold():
    rows = [("AUS", "JPN", "ore", 90.0, 9.0), ("BRA", "JPN", "ore", 10.0, 1.0)]
    trade = mineral_trade(rows)
    safe = mineral_reserves(trade, "JPN", draws=100, outages=OutageModel(rates={"AUS": 0.0}))
    assert safe.table().loc[0, "driver"] == "BRA"
    assert "sized for outages of Brazil" in safe.table().loc[0, "reason_en"]
    none = mineral_reserves(trade, "JPN", draws=100, outages=OutageModel(rate=0.0))
    row = none.table().iloc[0]
    assert (row["reserve"], row["shortage_weeks"], row["economic_weeks"]) == (0.0, 0.0, 0.0)
    assert "None of them fails" in row["reason_en"]
    assert none.tables()["mineral_reserves_release"].empty


def test_where_holding_costs_more_than_shortage_nothing_is_held():
    cheap = replace(POINT, penalty_low=0.5, penalty_high=0.5)
    found = mineral_reserves(one_supplier(), "JPN", draws=200, costs=cheap, rule="economic")
    assert found.reserve.tolist() == [0.0]


def test_a_penalty_in_money_is_that_many_prices():
    in_money = mineral_reserves(
        one_supplier(), "JPN", draws=800, costs=POINT, consumption=use_of_the_case(penalty=200.0)
    )
    in_prices = mineral_reserves(
        one_supplier(),
        "JPN",
        draws=800,
        consumption=use_of_the_case(),
        costs=replace(POINT, penalty_low=20.0, penalty_high=20.0),
    )
    assert in_money.economic == pytest.approx(in_prices.economic)
    assert "penalty" not in in_money.table().loc[0, "assumed"]
    assert "penalty" in in_prices.table().loc[0, "assumed"]


def test_ranges_of_a_product_replace_those_of_all():
    sure = use_of_the_case(
        substitution_low=0.2, substitution_high=0.2, alternates_low=0.1, alternates_high=0.1
    )
    ours = replace(case_ramps(), substitution_low=0.0, alternates_low=0.0)
    one = mineral_reserves(one_supplier(), "JPN", draws=99, consumption=sure, replacement=ours)
    other = mineral_reserves(
        one_supplier(), "JPN", draws=99, consumption=use_of_the_case(), replacement=case_ramps()
    )
    assert np.array_equal(one.needs[0].needs, other.needs[0].needs)


def test_a_balance_that_does_not_close_is_said():
    short = mineral_reserves(
        one_supplier(), "JPN", draws=50, consumption=use_of_the_case(home_production=0.0)
    )
    over = mineral_reserves(
        one_supplier(), "JPN", draws=50, consumption=use_of_the_case(recycling=1300.0)
    )
    closed = mineral_reserves(one_supplier(), "JPN", draws=50, consumption=use_of_the_case())
    assert "Even without an outage 5% of the use" in short.table().loc[0, "reason_en"]
    assert "exceeds the use given by 20%" in over.table().loc[0, "reason_en"]
    assert "exceeds" not in closed.table().loc[0, "reason_en"]
    assert over.reserve[0] < closed.reserve[0] < short.reserve[0]


def test_suppliers_and_countries_add_up_to_the_products(world):
    tables = world.tables()
    by_product = tables["mineral_reserves_suppliers"].groupby("product")
    main = tables["mineral_reserves"].set_index("product")
    for code, rows in by_product:
        assert rows["share"].sum() == pytest.approx(1.0)
        assert rows["shortage_weeks"].sum() == pytest.approx(main.loc[code, "shortage_weeks"])
        assert rows["shortage_share"].sum() == pytest.approx(1.0)
    countries = tables["mineral_reserves_countries"]
    assert countries["shortage_value_per_year"].sum() == pytest.approx(main["shortage_value"].sum())
    assert (countries["shortage_value_left"] <= countries["shortage_value"]).all()
    aus = countries.set_index("country").loc["AUS"]
    assert aus["imports_value"] == pytest.approx(800 + 50 + 10)
    assert aus["driven"].split("; ")[0] == "ore"


def test_the_rows_of_a_seed_are_the_same_every_time():
    one, again = (mineral_reserves(mineral_trade(WORLD), "JPN", draws=60, seed=9) for _ in "ab")
    other = mineral_reserves(mineral_trade(WORLD), "JPN", draws=60, seed=10)
    pd.testing.assert_frame_equal(one.table(), again.table())
    assert not one.table().equals(other.table())


def test_materials_of_one_code_are_one_row_with_all_their_names():
    trade = mineral_trade([("CHN", "JPN", "811292", 9.0, 1.0)], classification="HS2017")
    found = mineral_reserves(trade, "JPN", draws=20)
    assert found.table()["material_en"].tolist() == [
        "Gallium, germanium, hafnium and others of their code"
    ]
    assert found.names("product", "zh")["811292"] == "镓、锗、铪等同码金属"
    assert found.names("driver", "zh")["CHN"] == "中国"
    assert "one row for all" in found.table().loc[0, "reason_en"]
    bare = mineral_reserves(mineral_trade([("CHN", "JPN", "811292", 9.0, 1.0)]), "JPN", draws=20)
    assert bare.table()["material_en"].tolist() == [""]


def test_of_a_whole_trade_the_critical_materials_are_looked_at():
    rows = [("CHN", "JPN", code, 9.0, 1.0) for code in ("811292", "010121", "283691")]
    trade = mineral_trade(rows, classification="HS2017")
    assert mineral_reserves(trade, "JPN", draws=20).supplies.products == ("283691", "811292")
    chosen = mineral_reserves(trade, "JPN", draws=20, products=["010121", "010121"])
    assert chosen.supplies.products == ("010121",)


def test_with_few_draws_no_interval_is_told():
    table = mineral_reserves(one_supplier(), "JPN", draws=39).table()
    assert table[["sample_low_weeks", "sample_high_weeks"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"rule": "best"}, ParameterError),
        ({"level": 0.0}, ParameterError),
        ({"level": 1.1}, ParameterError),
        ({"floor": -1.0}, ParameterError),
        ({"draws": 0}, ParameterError),
        ({"products": ["orr"]}, UnknownCodeError),
        ({"outages": OutageModel(rates={"AUZ": 0.1})}, UnknownCodeError),
        ({"consumption": pd.DataFrame({"product": ["orr"]})}, TableError),
        ({"home": "XYZ"}, UnknownCodeError),
    ],
)
def test_what_is_no_question_is_refused(wrong, error):
    with pytest.raises(error):
        mineral_reserves(one_supplier(), **{"home": "JPN", **wrong})


def test_trade_without_quantities_is_no_basis():
    rows = pd.DataFrame(
        [("AUS", "JPN", "ore", 5.0)], columns=["exporter", "importer", "product", "value"]
    )
    with pytest.raises(MissingPartError, match="quantities"):
        mineral_reserves(trade_of({2024: rows}), "JPN")


def test_an_answer_keeps_all_that_it_was_asked_with():
    found = mineral_reserves(
        mineral_trade(WORLD),
        "JPN",
        draws=30,
        seed=4,
        blocs=["AUS+BRA"],
        products=["ore", "salt"],
        consumption=pd.DataFrame({"product": ["salt"], "consumption": [20.0], "stocks": [1.5]}),
        outages=OutageModel(rates={"CHN": 0.5}),
    )
    told = found.origin["parameters"]
    assert (told["home"], told["year"], told["draws"], told["seed"]) == ("JPN", 2024, 30, 4)
    assert (told["products"], told["blocs"]) == (["ore", "salt"], ["AUS+BRA"])
    assert told["consumption"] == {"salt": {"consumption": 20.0, "stocks": 1.5}}
    assert told["outages"]["rates"] == {"CHN": 0.5}
    assert told["costs"]["penalty_high"] == 10.0
