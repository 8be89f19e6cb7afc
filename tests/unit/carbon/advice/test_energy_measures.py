"""Measures and prices as tables: ours are in order, those of others are checked."""

import pytest

from advised_firms import measures_of, table_of
from chainwright.carbon import EnergyMeasures, read_energy_measures
from chainwright.carbon.advice.energy_measures import ENERGY_KINDS
from chainwright.carbon.advice.energy_prices import price_of
from chainwright.errors import ParameterError, TableError, UnknownCodeError
from chainwright.params import table
from chainwright.system import carbon_items, carbon_kinds
from chainwright.tables import example

OURS = read_energy_measures()


def test_there_are_more_than_25_real_measures_with_names_in_two_languages():
    assert len(OURS) >= 35
    assert len(set(OURS.names)) == len(OURS)
    for row in OURS.frame.to_dict("records"):
        assert row["name_en"].isascii()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in row["name_zh"])


def test_the_example_of_the_schema_is_our_own_table(tmp_path):
    path = tmp_path / "measures.csv"
    path.write_text(example("energy_measures"), encoding="utf-8")
    again = read_energy_measures(path)
    assert again.names == OURS.names
    for column in ("use", "saving", "power", "cost", "yearly"):
        assert (again.ends(column) == OURS.ends(column)).all()


@pytest.mark.parametrize("name", OURS.names)
def test_each_measure_says_where_its_numbers_come_from(name):
    row = OURS.frame.iloc[OURS.place(name)]
    assert row["source_saving"]
    assert row["source_cost"]
    assert row["mark_saving"] in {"published", "assumption"}
    assert row["mark_cost"] in {"published", "assumption"}
    if row["mark_cost"] == "assumption" and row["measure"] != "green_power":
        assert row["cost_low"] < row["cost_high"]  # no bare number without a source
    if row["mark_saving"] == "assumption" and row["use_low"] == row["use_high"]:
        assert row["saving_low"] < row["saving_high"]


@pytest.mark.parametrize("name", OURS.names)
def test_each_measure_is_for_classes_that_exist(name):
    known = {row["code"] for row in table("gbt4754")}
    classes = OURS.frame["classes"].iloc[OURS.place(name)]
    assert set(filter(None, classes.split(";"))) <= known
    assert OURS.kinds[OURS.place(name)] <= set(ENERGY_KINDS) <= set(carbon_kinds())


def test_measures_apply_by_the_first_digits_of_the_class():
    steel, plastics, nobody = (OURS.apply_to(code) for code in ("3130", "2929", ""))
    assert steel[OURS.place("recuperator")]
    assert not plastics[OURS.place("recuperator")]
    assert plastics[OURS.place("injection_servo")]
    assert not steel[OURS.place("injection_servo")]
    assert nobody.sum() == (OURS.frame["classes"] == "").sum()


def test_the_middle_of_a_range_is_its_middle():
    held = measures_of(one={"saving_low": 0.1, "saving_high": 0.3})
    assert held.ends("saving").tolist() == [[0.1, 0.2, 0.3]]
    assert held.ends("power").tolist() == [[0.0, 0.0, 0.0]]


def test_some_measures_keep_the_order_of_the_table():
    some = OURS.taken(["led", "air_leaks"])
    assert some.names == ("air_leaks", "led")
    assert repr(some) == "<EnergyMeasures: 2>"
    assert isinstance(some, EnergyMeasures)
    with pytest.raises(UnknownCodeError, match="Did you mean air_leaks"):
        OURS.taken(["air_leak"])


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({"use_high": 1.5}, "a number from 0 to 1"),
        ({"saving_low": 0.2}, "at most saving_high"),
        ({"cost_low": -1.0}, "a number of at least 0"),
        ({"kinds": "grid_electricty"}, "Did you mean grid_electricity"),
        ({"kinds": "value_added"}, "one of grid_electricity"),
        ({"to_kind": "own_pv", "kinds": "coal"}, "grid_electricity alone"),
        ({"to_kind": "wind"}, "one of own_pv, green_power"),
        ({"cost_per": "kWh"}, "Did you mean"),
        ({"classes": "C13"}, "two to four digits"),
        ({"life_years": 0.0}, "a number above 0"),
        ({"mark_cost": "guess"}, "one of published, assumption"),
        ({"source_cost": ""}, "source_cost"),
    ],
)
def test_a_table_that_is_not_in_order_is_refused(own, found):
    with pytest.raises(TableError, match=found):
        measures_of(one=own)


def test_all_breaches_come_at_once():
    wrong = table_of(one={"life_years": 0.0, "use_high": 2.0}, two={"kinds": "wood"})
    with pytest.raises(TableError) as caught:
        read_energy_measures(wrong)
    assert len(caught.value.breaches) == 3
    with pytest.raises(TableError, match="one"):
        read_energy_measures(table_of(one={}).loc[[0, 0]].reset_index(drop=True))


@pytest.mark.parametrize("kind", ENERGY_KINDS)
def test_every_energy_has_a_price_that_is_an_assumption(kind):
    items = [item for k, item in carbon_items() if k == kind] or [""]
    for item in items:
        low, high, assumed = price_of(kind, item, {})
        assert 0 < low < high
        assert assumed
    assert all(row["mark"] == "assumption" for row in table("energy_prices"))


def test_a_price_that_is_given_comes_first_and_of_the_item_before_the_kind():
    given = {"oil": 7000.0, "oil:diesel": 7500.0}
    assert price_of("oil", "diesel", given) == (7500.0, 7500.0, False)
    assert price_of("oil", "petrol", given) == (7000.0, 7000.0, False)
    assert price_of("coal", "lignite", given)[:2] == (300.0, 600.0)


def test_impossible_prices_are_refused():
    with pytest.raises(UnknownCodeError, match="Did you mean oil"):
        price_of("oil", "diesel", {"oils": 1.0})
    with pytest.raises(ParameterError, match="of at least 0"):
        price_of("oil", "diesel", {"oil": -1.0})
    with pytest.raises(ParameterError):
        price_of("oil", "diesel", {"oil": float("nan")})
