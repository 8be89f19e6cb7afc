"""Amounts as cells hold them: the number, its unit, what is wrong with it."""

import numpy as np
import pytest

from chainwright.carbon.intake.amounts import amounts
from chainwright.params import table
from chainwright.sources.carbon_kinds import factor_of, times, unit_in, word_of


def of(*cells, kind="grid_electricity", item="", unit="kWh"):
    units = [unit] * len(cells) if isinstance(unit, str) else list(unit)
    return amounts(np.array(cells, dtype=object), kind, item, np.array(units, dtype=object))


def codes(got):
    return {place: code for place, (code, _) in got.told.items()}


@pytest.mark.parametrize(
    ("cell", "megawatt_hours"),
    [
        (1234.5, 1.2345), (1234, 1.234), ("1234.5", 1.2345), ("1,234.5", 1.2345),
        ("１，２３４．５", 1.2345), (" 1 234.5 ", 1.2345), ("1'234.5", 1.2345),
        ("1234.5度", 1.2345), ("1234.5 kW·h", 1.2345), ("1.2345e3", 1.2345), ("1E+3", 1.0),
        (".5", 0.0005), ("1.2万", 12.0), ("0.5亿", 50_000.0), ("3千", 3.0), ("2百万", 2000.0),
        ("+7", 0.007), ("0", 0.0), (0, 0.0), ("1.5千瓦时", 0.0015), ("12 度", 0.012),
    ],
)  # fmt: skip
def test_a_number_in_kilowatt_hours_is_held_in_megawatt_hours(cell, megawatt_hours):
    got = of(cell)
    assert got.told == {}
    assert got.value.tolist() == [pytest.approx(megawatt_hours, rel=1e-14)]
    assert got.empty.tolist() == [False]
    assert got.factor.tolist() == [0.001]


def test_a_division_by_a_thousand_is_exact():
    cells = [f"{i}" for i in range(1, 200)]
    assert of(*cells).value.tolist() == [i / 1000 for i in range(1, 200)]


@pytest.mark.parametrize("cell", ["", " ", "-", "--", "—", "/", "无", "n/a", "N/A", None, "null"])
def test_an_empty_cell_is_no_zero_and_nothing_wrong(cell):
    got = of(cell if cell is not None else "")
    assert got.empty.tolist() == [True]
    assert np.isnan(got.value).all()
    assert got.told == {}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NaN", "no_number"), ("nan", "no_number"), ("abc", "no_number"), ("1.2.3", "no_number"),
        ("100-200", "no_number"), ("5~6", "no_number"), ("=A1+1", "no_number"),
        ("#REF!", "formula_error"), ("#DIV/0!", "formula_error"), ("#N/A", "formula_error"),
        ("1e400", "not_finite"), (float("inf"), "not_finite"), ("-5", "negative"), (-5, "negative"),
        ("(5)", "negative"), ("12%", "unknown_unit"), ("12 L", "unknown_unit"), ("5 parsec",
        "unknown_unit"), (True, "no_number"), (False, "no_number"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_told_and_has_no_value(cell, code):
    got = of(cell, unit="" if code == "unknown_unit" else "kWh")
    assert codes(got) == {0: code}
    assert np.isnan(got.value).all()
    assert got.empty.tolist() == [False]


def test_true_is_not_taken_for_one_nor_one_for_true():
    cells = [1, True, 1.0, "1", "TRUE"]
    got = of(*cells)
    assert got.value[[0, 2, 3]].tolist() == [0.001] * 3
    assert codes(got) == {1: "no_number", 4: "no_number"}


def test_a_number_without_a_unit_is_refused_and_not_guessed():
    got = of("5", "5 MWh", "", unit="")
    assert codes(got) == {0: "no_unit"}
    assert np.isnan(got.value[0])
    assert got.value[1] == 5.0
    assert got.told[0][1]["held"] == "MWh"


def test_the_unit_in_a_cell_and_that_of_its_column_are_one():
    got = of("5 kWh", "5 千瓦时", "5 MWh", "5", "5 L", "5度", unit="KWH")
    assert codes(got) == {2: "two_units", 4: "two_units"}
    assert got.told[2][1] == {"one": "KWH", "other": "MWh"}
    assert got.value[[0, 1, 3, 5]].tolist() == [0.005] * 4  # 度 is another word for kWh
    assert codes(of("5 L", kind="oil", item="diesel", unit="升")) == {0: "two_units"}


def test_each_cell_goes_by_its_own_unit():
    got = of(1, 1, 1, 1, 1, unit=["kWh", "MWh", "万千瓦时", "GWh", "亿千瓦时"])
    assert got.value.tolist() == [0.001, 1.0, 10.0, 1000.0, 100_000.0]
    assert got.unit.tolist() == ["kWh", "MWh", "万千瓦时", "GWh", "亿千瓦时"]
    assert got.factor.tolist() == [0.001, 1.0, 10.0, 1000.0, 100_000.0]


@pytest.mark.parametrize("unit", ["万千瓦时", "万kWh", "10^4 kWh", "亿度", "千度", "百万kWh"])
def test_ten_thousand_twice_is_unclear(unit):
    got = of("1.2万", "1.2", unit=unit)
    assert codes(got) == {0: "unclear_number"}
    assert np.isnan(got.value[0])
    assert got.value[1] > 0


@pytest.mark.parametrize("kind", ["value_added", "taxes"])
def test_a_firm_may_lose_money_and_be_paid_taxes_back(kind):
    got = of("-3.5", "(2)", kind=kind, unit="万元")
    assert got.told == {}
    assert got.value.tolist() == [-3.5, -2.0]


@pytest.mark.parametrize("kind", ["output_value", "grid_electricity", "heat_bought", "water_use"])
def test_other_amounts_are_not_below_zero(kind):
    unit = unit_in(kind, "")
    assert codes(of("-1", "-0.0", "0", kind=kind, unit=unit)) == {0: "negative"}


@pytest.mark.parametrize(
    ("kind", "item", "cell", "unit", "held"),
    [
        ("oil", "diesel", "2000", "kg", 2.0),
        ("oil", "diesel", "2", "公吨", 2.0),
        ("oil", "diesel", "0.2", "万吨", 2000.0),
        ("pipeline_gas", "natural_gas", "35000", "Nm3", 3.5),
        ("pipeline_gas", "natural_gas", "3.5", "万标方", 3.5),
        ("heat_bought", "", "4186.8", "MJ", 4.1868),
        ("heat_bought", "", "1", "百万千卡", 4.1868),
        ("heat_bought", "", "1", "GJ", 1.0),
        ("output_value", "", "1.5", "亿元", 15_000.0),
        ("output_value", "", "15000", "元", 1.5),
        ("fuel_properties", "diesel:oxidation", "98", "%", 0.98),
        ("fuel_properties", "diesel:oxidation", "98%", "", 0.98),
    ],
)
def test_amounts_of_other_kinds_are_converted(kind, item, cell, unit, held):
    got = of(cell, kind=kind, item=item, unit=unit)
    assert got.told == {}
    assert got.value.tolist() == [pytest.approx(held, rel=1e-12)]


def test_what_a_conversion_assumes_is_said():
    assert of("5", kind="oil", item="diesel", unit="ton").assumed.tolist() == ["ton"]
    assert of("5", kind="oil", item="diesel", unit="t").assumed.tolist() == [""]
    gas = of("5", kind="pipeline_gas", item="natural_gas", unit="m3")
    assert gas.assumed.tolist() == ["normal"]
    assert gas.value.tolist() == [0.0005]


@pytest.mark.parametrize(
    ("kind", "item", "unit"),
    [("oil", "diesel", "L"), ("oil", "diesel", "m3"), ("grid_electricity", "", "t"),
     ("pipeline_gas", "natural_gas", "t"), ("output_value", "", "USD"), ("heat_bought", "", "t")],
)  # fmt: skip
def test_a_litre_is_no_tonne_and_a_dollar_no_yuan(kind, item, unit):
    got = of("5", kind=kind, item=item, unit=unit)
    assert codes(got) == {0: "unknown_unit"}
    assert got.told[0][1]["held"] == unit_in(kind, item)


def test_every_conversion_of_the_table_holds_both_ways():
    rows = [r for r in table("carbon_units") if r["unit"] and not r["assumed"]]
    seen = {(r["unit"], r["word"]): float(r["factor"]) for r in rows}
    assert len(seen) > 200
    units = {word_of(held): held for held, _ in seen}
    for (held, word), factor in seen.items():
        back = seen.get((units.get(word, ""), word_of(held)))
        assert factor > 0
        assert factor_of(word, held) == (factor, "")
        if back:
            assert back * factor == pytest.approx(1, rel=1e-12)
        for other, first in seen.items():  # a -> b -> c is a -> c
            if other[0] != held and word_of(held) == other[1] and (other[0], word) in seen:
                assert seen[other[0], word] == pytest.approx(first * factor, rel=1e-12)


@pytest.mark.parametrize("factor", [1e-3, 1e-4, 1e-6, 0.1, 1.0, 10.0, 3.6, 4.1868, 1e4])
def test_times_is_a_product_and_exact_where_it_divides(factor):
    values = np.array([0.0, 1.0, 3.0, 7.0, 1234.5, -2.0])
    np.testing.assert_allclose(times(values, factor), values * factor, rtol=1e-15)
    if factor < 1:
        assert times(np.array([3.0]), factor)[0] == 3.0 / round(1 / factor)


def test_nothing_among_nothing_is_nothing():
    got = of()
    assert len(got.value) == len(got.empty) == len(got.unit) == 0
    assert got.told == {}


def test_faults_stand_at_their_own_cells_among_equal_ones():
    got = of("5", "-5", "5", "x", "-5", "", "5 t", "5")
    assert codes(got) == {1: "negative", 3: "no_number", 4: "negative", 6: "two_units"}
    assert got.value[[0, 2, 7]].tolist() == [0.005] * 3
    assert np.isnan(got.value[[1, 3, 4, 5, 6]]).all()
