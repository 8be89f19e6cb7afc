"""Sets of factors and the lines that they answer."""

import math

import numpy as np
import pytest

from chainwright.carbon import FactorSet, FootprintElectricity, GridFactor
from chainwright.carbon.factors.factor_records import (
    TABLES,
    factor_records,
    factor_table,
    series_records,
)
from chainwright.carbon.factors.factor_sets import named_sets
from chainwright.carbon.factors.rules import factor_rules
from chainwright.errors import BoundaryError, LabelError, ParameterError, UnknownCodeError
from chainwright.system import carbon_items, carbon_kinds
from chainwright.tables import schema

CHOSEN = FactorSet.named("cn-industry")
NUMBERS = {kind: int(row["number"]) for kind, row in carbon_kinds().items()}


def line(kind, item="", division="330500", year=2023, chosen=CHOSEN):
    found = chosen.for_lines([NUMBERS[kind]], [item], [division], [year])
    return float(found.value[0]), found.rules[found.rule[0]][0], found.of(0)


@pytest.mark.parametrize("kind", ["heat_bought", "heat_exported", "heat_factor"])
def test_heat_is_0_11_tonnes_a_gigajoule(kind):
    value, rule, record = line(kind)
    assert (value, rule, record.boundary) == (0.11, "heat_default", "heat")
    assert record.low == pytest.approx(0.0561 / 0.92, abs=5e-4)
    assert record.high == pytest.approx(0.0946 / 0.75, abs=5e-4)


def test_heat_can_be_given():
    value, rule, record = line("heat_bought", chosen=CHOSEN.with_(heat=0.06))
    assert (value, rule, record.code) == (0.06, "heat_given", "given/heat")


STEEL = {
    "limestone": 0.440,
    "dolomite": 0.471,
    "electrodes": 3.663,
    "pig_iron_bought": 0.172,
    "dri_bought": 0.073,
    "nickel_iron": 0.037,
    "molybdenum_iron": 0.018,
    "chromium_iron": 0.275,
}


@pytest.mark.parametrize("item", STEEL)
def test_process_inputs_of_steel_are_those_of_the_guideline(item):
    value, rule, record = line("process_inputs", item)
    assert (value, rule, record.unit) == (STEEL[item], "process_set", "tCO2/t")


@pytest.mark.parametrize(
    ("item", "value"), [("magnesite", 0.52197), ("siderite", 0.37987), ("soda_ash", 0.41492)]
)
def test_what_the_steel_guideline_lacks_is_of_the_ipcc_and_that_is_said(item, value):
    assert line("process_inputs", item)[:2] == (value, "process_other_set")


def test_a_set_of_the_ipcc_takes_its_own_carbonates_first():
    chosen = FactorSet.named("ipcc-2006")
    assert line("process_inputs", "limestone", chosen=chosen)[:2] == (0.43971, "process_set")
    value, rule, _ = line("process_inputs", "electrodes", chosen=chosen)
    assert (value, rule) == (3.663, "process_other_set")


def test_every_process_input_and_gas_of_the_list_has_a_factor():
    for kind, item in carbon_items():
        if kind in {"process_inputs", "process_gases"}:
            assert line(kind, item)[0] > 0, item


@pytest.mark.parametrize(("item", "value"), [("crude_steel", 0.0154), ("pig_iron_sold", 0.172)])
def test_carbon_that_leaves_in_steel_is_of_kind_25(item, value):
    found, rule, record = line("physical_output", item)
    assert (found, rule, record.boundary) == (value, "fixed", "fixed")


@pytest.mark.parametrize("item", ["", "cars"])
def test_other_products_take_no_carbon_along(item):
    value, rule, record = line("physical_output", item)
    assert math.isnan(value)
    assert (rule, record) == ("no_factor", None)


@pytest.mark.parametrize(
    ("report", "gas", "per_kg"),
    [
        ("AR6", "ch4", 0.0298),
        ("AR5", "ch4", 0.028),
        ("AR4", "ch4", 0.025),
        ("AR6", "n2o", 0.273),
        ("AR5", "n2o", 0.265),
        ("AR4", "n2o", 0.298),
        ("AR6", "hfc_134a", 1.530),
        ("AR5", "cf4", 6.630),
        ("AR5", "c2f6", 11.100),
        ("AR6", "sf6", 25.2),
    ],
)
def test_a_gas_counts_by_its_potential_per_kilogram(report, gas, per_kg):
    value, rule, record = line("process_gases", gas, chosen=CHOSEN.with_(gwp=report))
    assert value == pytest.approx(per_kg, rel=1e-12)
    assert (rule, record.unit) == ("potential", "tCO2e/kg")


@pytest.mark.parametrize(
    ("kind", "item", "rule"),
    [
        ("process_gases", "", "item_needed"),
        ("process_gases", "argon", "item_unknown"),
        ("process_inputs", "", "item_needed"),
        ("process_inputs", "sand", "item_unknown"),
        ("value_added", "", "no_factor"),
        ("sinks", "", "no_factor"),
        ("energy_use", "", "no_factor"),
    ],
)
def test_where_there_is_no_factor_there_is_a_reason_in_two_languages(kind, item, rule):
    value, found, record = line(kind, item)
    assert math.isnan(value)
    assert (found, record) == (rule, None)
    _, english, chinese = factor_rules()[rule]
    assert english
    assert chinese != english


def test_a_number_that_is_no_kind_has_no_factor():
    found = CHOSEN.for_lines([77], [""], [""], [2023])
    assert (found.record[0], found.rules[0][0]) == (-1, "no_factor")


def test_biomass_is_marked_as_a_memo_item_and_fossil_waste_is_not():
    found = CHOSEN.for_lines(
        [18] * 4, ["wood", "straw", "biogenic_waste", "fossil_waste"], [""] * 4, [2023] * 4
    )
    assert found.boundaries == ("biogenic", "biogenic", "biogenic", "combustion")
    np.testing.assert_allclose(
        found.value,
        np.array([15.6 * 30.5, 11.6 * 27.3, 11.6 * 27.3, 10 * 25.0]) * 44 / 12 / 1000,
    )


def test_lines_come_back_in_their_order_and_words_are_kept_once():
    kinds = [5, 12, 5, 14, 12]
    found = CHOSEN.for_lines(
        kinds, ["", "natural_gas", "", "diesel", ""], ["330500"] * 5, [2023] * 5
    )
    assert len(found) == 5
    assert len(found.records) == 3
    assert found.value[0] == found.value[2]
    assert found.value[1] == found.value[4]
    assert found.why(3) == factor_rules()["fuel_set"][1:]
    assert found.of(3).code == "industry-other/diesel"


def test_no_line_is_no_answer_and_no_error():
    found = CHOSEN.for_lines([], [], [], [])
    assert len(found) == 0
    assert found.properties.shape == (0, 3)


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(LabelError, match=r"\[1, 2\]"):
        CHOSEN.for_lines([5, 5], [""], ["", ""], [2023, 2023])
    with pytest.raises(LabelError):
        CHOSEN.for_lines([14], ["diesel"], [""], [2023], measured=[[42.0, 0.02]])


@pytest.mark.parametrize("own", [[-1, 0.02, 0.9], [42, 0.3, 0.9], [42, 0.02, 98], [4e4, 0.02, 0.9]])
def test_impossible_measurements_are_refused(own):
    with pytest.raises(ParameterError, match="heat value 0 to 500 GJ"):
        CHOSEN.for_lines([14], ["diesel"], [""], [2023], measured=[own])


@pytest.mark.parametrize("name", ["cn-industry", "cn-cement", "cn-rounded", "ipcc-2006", "cbam"])
def test_each_named_set_answers_and_has_a_digest_of_its_own(name):
    chosen = FactorSet.named(name)
    assert chosen.name == name
    assert line("coal", "bituminous", chosen=chosen)[0] > 1
    assert len(chosen.digest) == 8
    assert len({FactorSet.named(n).digest for n in named_sets()}) == len(named_sets()) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"gwp": "AR5"},
        {"grid": "nation"},
        {"grid_year": 2022},
        {"heat": 0.1},
        {"carbon_to_co2": 3.664},
        {"fuels": "cement-gb"},
        {"fuels": "cement-gb", "equipment": "kiln"},
        {"process": "process-ipcc"},
        {"grid": GridFactor(0.4)},
    ],
)
def test_a_change_is_in_the_name_and_in_the_digest(changes):
    changed = CHOSEN.with_(**changes)
    assert changed.digest != CHOSEN.digest
    assert changed.digest == CHOSEN.with_(**changes).digest
    assert changed.name.startswith("cn-industry; ")
    assert all(f"{key}=" in changed.name for key in changes)


def test_the_digest_is_of_the_numbers_and_not_of_the_name():
    assert CHOSEN.with_(gwp="AR6").digest == CHOSEN.digest


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"gwp": "AR7"}, UnknownCodeError),
        ({"grid": "county"}, ParameterError),
        ({"equipment": "oven"}, UnknownCodeError),
        ({"process": "own"}, UnknownCodeError),
        ({"carbon_to_co2": 12 / 44}, ParameterError),
        ({"heat": 11.0}, ParameterError),
        ({"grids": "nation"}, UnknownCodeError),
        ({"name": "mine"}, UnknownCodeError),
    ],
)
def test_impossible_choices_are_refused(changes, error):
    with pytest.raises(error):
        CHOSEN.with_(**changes)


def test_an_unknown_set_names_near_ones():
    with pytest.raises(UnknownCodeError, match="Did you mean cn-industry"):
        FactorSet.named("cn-industri")


def test_a_grid_of_ones_own_is_a_grid_factor_and_never_a_footprint():
    value, rule, record = line("grid_electricity", chosen=CHOSEN.with_(grid=GridFactor(0.3)))
    assert (value, rule, record.publisher) == (0.3, "grid_given", "given with the question")
    with pytest.raises(BoundaryError, match="A GridFactor is needed here"):
        CHOSEN.with_(grid=FootprintElectricity(0.5777))


@pytest.mark.parametrize("name", ["cn-industry", "cn-cement", "ipcc-2006"])
def test_the_table_of_a_set_holds_what_its_lines_come_to_and_no_footprint(name):
    chosen = FactorSet.named(name)
    table = chosen.table()
    assert list(table.columns) == [c.column for c in schema("emission_factors")]
    assert "footprint" not in set(table["boundary"])
    assert not table["code"].duplicated().any()
    records = {line("grid_electricity", chosen=chosen)[2].code, "heat/default"}
    assert records <= set(table["code"])


def test_each_row_of_the_files_has_what_it_must_have():
    for name in TABLES:
        for row in factor_table(f"{name}_factors"):
            assert row["verified"] in {"yes", "no"}, row["code"]
            assert row["unit"]
            assert row["publisher"]
            assert row["announcement"]
            assert row["date"]
            assert row["code"].startswith(row["series"].split("-", maxsplit=1)[0])
            assert (row["low"] == "") == (row["high"] == "")
            assert row["low"] == "" or row["range_source"], row["code"]
    assert set(series_records()) == {f.series for t in TABLES for f in factor_records(t)}


def test_every_rule_is_named_by_some_code_of_the_rules():
    said = {row["code"] for row in factor_table("factor_rules")}
    assert said == set(factor_rules())
    assert all(words_zh and words_en for _, words_en, words_zh in factor_rules().values())


def test_a_table_that_is_not_there_is_an_error():
    with pytest.raises(UnknownCodeError, match="table of factors"):
        factor_records("water")
