"""What is said of a reserve, and rows by country: on small trades worked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright.plan import OutageModel, mineral_reserves
from chainwright.plan.minerals.mineral_reserve_tables import NAMED, by_country
from chainwright.plan.minerals.mineral_words import STANDINGS, listed, mineral_reasons
from mineral_worlds import mineral_trade

NAN = float("nan")


def reserves(rows, **more):
    return mineral_reserves(mineral_trade(rows), "JPN", **({"draws": 60} | more))


def reason(found, product="ore"):
    row = found.table().set_index("product").loc[product]
    return row["reason_en"], row["reason_zh"]


def test_one_supplier_supplies_and_several_do():
    alone, zh = reason(reserves([("AUS", "JPN", "ore", 9.0, 9.0)]))
    assert alone.startswith("1 country supplies it, Australia 100% of the quantity.")
    assert zh.startswith("供应方 1 个，其中澳大利亚占数量的 100%。")
    both, _ = reason(reserves([("AUS", "JPN", "ore", 9.0, 3.0), ("BRA", "JPN", "ore", 9.0, 1.0)]))
    assert both.startswith("2 countries supply it, Australia 75% of the quantity.")


def test_the_first_supplier_is_named_once_where_its_outages_size_the_reserve():
    said, _ = reason(reserves([("AUS", "JPN", "ore", 9.0, 9.0)]))
    assert "sized for outages" not in said


def test_that_no_outage_leaves_any_short_is_not_that_none_happens():
    rows = [("AUS", "JPN", "ore", 9.0, 9.0)]
    stocked = pd.DataFrame({"product": ["ore"], "stocks": [1e6]})
    calm, zh = reason(reserves(rows, consumption=stocked))
    assert "No outage that was drawn leaves it short." in calm
    assert "所抽取的断供均不造成短缺。" in zh
    assert "None of them fails" not in calm
    never, _ = reason(reserves(rows, outages=OutageModel(rate=0.0), consumption=stocked))
    assert "None of them fails, by the rates given." in never
    assert "leaves it short" not in never
    usual, _ = reason(reserves(rows))
    assert "None of them" not in usual
    assert "No outage" not in usual


def test_how_much_of_the_quantity_is_known_is_said_below_nine_tenths():
    def known(without):
        rows = [("AUS", "JPN", "ore", 100.0 - without, 9.0), ("BRA", "JPN", "ore", without, NAN)]
        return reason(reserves(rows))

    some, zh = known(20.0)
    assert "The quantity of 80% of the imports is known." in some
    assert "仅 80% 的进口（按金额）有数量。" in zh
    assert "imports is known" not in known(9.0)[0]


def test_a_net_exporter_is_told_that_its_own_sales_come_first():
    rows = [("AUS", "JPN", "ore", 10.0, 9.0), ("JPN", "CHN", "ore", 25.0, 9.0)]
    said, zh = reason(reserves(rows))
    assert "Home exports 2.5 times what it imports: its own sales come first." in said
    assert "本国出口为进口的 2.5 倍" in zh
    even = [("AUS", "JPN", "ore", 10.0, 9.0), ("JPN", "CHN", "ore", 10.0, 9.0)]
    assert reserves(even).standing == ("ranked",)


def test_shares_that_differ_by_more_than_a_fifth_raise_doubt():
    def standing(value):
        rows = [("AUS", "JPN", "ore", value, 50.0), ("BRA", "JPN", "ore", 100.0 - value, 50.0)]
        return reserves(rows).standing

    assert standing(69.0) == ("ranked",)
    assert standing(71.0) == ("doubtful",)
    assert standing(29.0) == ("doubtful",)


def test_reasons_stand_in_the_order_of_the_products_not_of_the_rows():
    found = reserves([("AUS", "JPN", "ore", 9.0, 1.0), ("CHN", "AUS", "toys", 9.0, 1.0)])
    english, chinese = mineral_reasons(found)
    place = found.supplies.products.index("toys")
    assert english[place] == "Home does not import it."
    assert chinese[place] == "本国没有进口。"
    assert STANDINGS.index(found.standing[place]) == len(STANDINGS) - 1


def test_a_code_without_materials_has_an_empty_row():
    assert dict(listed("000000")) == {}
    assert listed("283691")["name_zh"]


def test_what_the_user_gives_is_no_longer_called_assumed():
    sure = {"substitution_low": 0.1, "substitution_high": 0.1}
    every = {"consumption": 520.0, **sure, "alternates_low": 0.0, "alternates_high": 0.1,
             "penalty": 9.0}  # fmt: skip
    rows = [("AUS", "JPN", "ore", 9.0, 9.0)]

    def assumed(**known):
        use = pd.DataFrame([{"product": "ore", **known}])
        return reserves(rows, consumption=use).table().loc[0, "assumed"].split(";")

    assert assumed(**every) == ["outages", "holding"]
    assert assumed(consumption=520.0) == [
        "outages", "holding", "substitution", "alternates", "penalty",
    ]  # fmt: skip
    assert "substitution" not in assumed(**sure)
    assert "use" in assumed(**sure)


@pytest.fixture(scope="module")
def countries():
    rows = [(f"{c}", "JPN", p, 100.0 * v, 10.0) for c, p, v in [
        ("AUS", "ore", 6), ("BRA", "ore", 6), ("AUS", "salt", 3), ("CHL", "tin", 2),
    ]]  # fmt: skip
    return reserves(rows, outages=OutageModel(rates={"BRA": 0.5, "CHL": 0.0}), draws=80)


def test_a_country_has_the_value_and_number_of_all_that_it_sells(countries):
    table = by_country(countries).set_index("country")
    assert table["imports_value"].to_dict() == {"AUS": 900.0, "BRA": 600.0, "CHL": 200.0}
    assert table["products"].to_dict() == {"AUS": 2, "BRA": 1, "CHL": 1}
    assert table["outages_per_year"].to_dict() == {"AUS": 0.08, "BRA": 0.5, "CHL": 0.0}


def test_countries_stand_by_what_their_outages_leave_short_in_a_year(countries):
    table = by_country(countries)
    year = table["shortage_value"] * table["outages_per_year"]
    assert table["shortage_value_per_year"].tolist() == pytest.approx(year.tolist())
    assert table["country"].tolist()[-1] == "CHL"  # which never fails
    assert table["shortage_value_per_year"].is_monotonic_decreasing


def test_a_shortage_in_money_is_the_mean_need_times_the_price(countries):
    table = by_country(countries).set_index("country")
    found = dict(zip(countries.supplies.products, countries.needs, strict=True))
    short = 0.0
    for product, price in (("ore", 60.0), ("salt", 30.0)):
        need = found[product]
        k = [countries.supplies.places[s] for s in need.suppliers].index("AUS")
        short += need.needs[k].mean() * price
    assert table.loc["AUS", "shortage_value"] == pytest.approx(short)


def test_of_many_products_that_a_country_drives_the_first_are_named_and_the_rest_counted():
    rows = [("AUS", "JPN", f"p{k}", 10.0 + k, 1.0) for k in range(NAMED + 2)]
    (row,) = by_country(reserves(rows, draws=40)).to_dict("records")
    assert row["driven"].endswith("; +2")
    assert len(row["driven"].split("; ")) == NAMED + 1
    few = by_country(reserves(rows[:NAMED], draws=40)).loc[0, "driven"]
    assert "+" not in few


def test_stocks_of_users_lessen_what_a_country_leaves_short():
    rows = [("AUS", "JPN", "ore", 520.0, 52.0)]
    use = pd.DataFrame({"product": ["ore"], "stocks": [2.0]})
    plain, less = (reserves(rows, consumption=given) for given in (None, use))
    needs = plain.needs[0].needs[0]
    both = [by_country(found).loc[0, "shortage_value"] for found in (plain, less)]
    assert both == pytest.approx([10.0 * needs.mean(), 10.0 * np.maximum(needs - 2.0, 0.0).mean()])
    # the reserve and the stocks together leave short what the reserve alone would without stocks
    left = [by_country(found).loc[0, "shortage_value_left"] for found in (plain, less)]
    assert left[0] == pytest.approx(left[1])


def test_by_the_economic_rule_the_driver_is_who_makes_most_of_the_shortage():
    # Brazil delivers less but fails eight times as often
    rows = [("AUS", "JPN", "ore", 60.0, 60.0), ("BRA", "JPN", "ore", 40.0, 40.0)]
    found = reserves(rows, outages=OutageModel(rate=0.05, rates={"BRA": 0.4}), draws=200)
    assert found.drivers[0][0] == "AUS"  # the quantile rule asks only for how much
    by_cost = replace(found, rule="economic")
    code, part = by_cost.drivers[0]
    assert code == "BRA"
    assert part == pytest.approx(1.0 - replace(found, rule="quantile").drivers[0][1])
