"""Factors of fuels: sets kept apart, oxidation by equipment, what is borrowed is said."""

import math

import numpy as np
import pytest

from chainwright.carbon import FactorSet, fuel_factor
from chainwright.carbon.factors.fuels import PROPERTIES, SERIES, resolved_fuel
from chainwright.errors import UnknownCodeError
from chainwright.system import carbon_items

NOTHING = [math.nan] * 3


def test_ten_thousand_cubic_metres_of_gas_are_21_6219_tonnes():
    assert round(resolved_fuel("natural_gas", "industry-other").record.value, 4) == 21.6219


@pytest.mark.parametrize(("series", "tonnes"), [("industry-other", 3.1451), ("cement-gb", 3.0959)])
def test_a_tonne_of_diesel_is_different_in_each_set(series, tonnes):
    assert round(resolved_fuel("diesel", series).record.value, 4) == tonnes


@pytest.mark.parametrize(
    ("item", "ncv", "carbon"),
    [
        ("anthracite", 22.867, 0.02749),
        ("bituminous", 23.076, 0.02308),
        ("fuel_oil", 41.816, 0.0211),
        ("petrol", 43.070, 0.0189),
        ("lpg", 50.179, 0.0172),
        ("lng", 51.498, 0.0172),
        ("natural_gas", 389.31, 0.01532),
    ],
)
def test_the_cement_line_has_its_own_heat_values_and_carbon(item, ncv, carbon):
    found = resolved_fuel(item, "cement-gb")
    assert [f.value for f in found.properties[:2]] == [ncv, carbon]
    assert {f.series for f in found.properties[:2]} == {"cement-gb"}


@pytest.mark.parametrize(
    ("equipment", "oxidised"), [("kiln", 0.99), ("power-boiler", 0.95), ("industrial-boiler", 0.85)]
)
@pytest.mark.parametrize("item", ["anthracite", "bituminous", "coke"])
def test_solids_of_the_cement_line_oxidise_by_the_equipment(item, equipment, oxidised):
    found = resolved_fuel(item, "cement-gb", equipment)
    assert found.properties[2].value == oxidised
    assert (found.rule == "fuel_equipment") == (item != "")
    assert found.record.code == f"cement-gb/{item}:{equipment}"
    product = math.prod(f.value for f in found.properties) * 44 / 12
    assert found.record.value == pytest.approx(product, rel=1e-15)


def test_without_equipment_the_oxidation_of_a_solid_is_borrowed_and_that_is_said():
    found = resolved_fuel("anthracite", "cement-gb")
    assert found.rule == "fuel_mixed"
    assert found.properties[2].series == "industry-other"
    assert found.record.code == "cement-gb+industry-other/anthracite"
    assert "1722" in found.record.announcement
    assert "2526" in found.record.announcement


@pytest.mark.parametrize(
    ("item", "series", "rule", "used"),
    [
        ("lignite", "cement-gb", "fuel_other_set", "industry-other"),
        ("bituminous", "rounded", "fuel_set", "rounded"),
        ("anthracite", "rounded", "fuel_other_set", "industry-other"),
        ("blast_furnace_gas", "cement-gb", "fuel_mixed", "cement-gb+industry-other"),
        ("natural_gas", "ipcc-2006", "fuel_mixed", "industry-other+ipcc-2006"),
        ("diesel", "ipcc-2006", "fuel_set", "ipcc-2006"),
        ("wood", "industry-other", "biomass", "ipcc-2006"),
        ("fossil_waste", "industry-other", "waste_fossil", "ipcc-2006"),
    ],
)
def test_what_a_set_lacks_comes_from_a_named_other_one(item, series, rule, used):
    found = resolved_fuel(item, series)
    assert (found.rule, found.record.series) == (rule, used)


def test_the_ipcc_gives_no_heat_by_volume_so_gas_takes_it_from_the_guideline():
    found = resolved_fuel("natural_gas", "ipcc-2006")
    assert [f.value for f in found.properties] == [389.31, 0.0153, 1.0]
    assert found.properties[0].unit == "GJ/10^4 Nm3"
    assert found.record.value == pytest.approx(389.31 * 0.0153 * 44 / 12)
    assert resolved_fuel("lng", "ipcc-2006").properties[0].value == 48.0  # by mass


def test_every_item_that_burns_has_a_factor_in_every_set():
    burn = ("coal", "coke", "pipeline_gas", "liquefied_gas", "oil", "byproduct_gas", "biomass")
    items = [(item, row["unit"]) for (kind, item), row in carbon_items().items() if kind in burn]
    assert len(items) == 31
    for series in SERIES:
        for item, unit in items:
            found = resolved_fuel(item, series)
            assert found.record.unit == f"tCO2/{unit}"
            assert 0.2 < found.record.value < 30, (item, series)
            assert found.record.low <= found.record.value <= found.record.high
            assert [f.parameter.partition(":")[0] for f in found.properties] == list(PROPERTIES)


def test_chinese_sets_differ_by_about_a_tenth_at_most():
    for item in ("anthracite", "coke", "fuel_oil", "petrol", "diesel", "lpg", "natural_gas"):
        first, second = (resolved_fuel(item, s, "kiln").record.value for s in SERIES[:2])
        assert abs(second / first - 1) < 0.13, item


def test_an_unknown_fuel_has_no_factor():
    assert resolved_fuel("uranium", "industry-other") is None


def test_ranges_join_heat_and_carbon_in_quadrature_and_gases_take_carbon_alone():
    diesel = resolved_fuel("diesel", "industry-other").record
    below = math.hypot(41.4 / 43.0 - 1, 19.8 / 20.2 - 1)
    above = math.hypot(43.3 / 43.0 - 1, 20.4 / 20.2 - 1)
    assert diesel.low == pytest.approx(diesel.value * (1 - below), rel=1e-5)
    assert diesel.high == pytest.approx(diesel.value * (1 + above), rel=1e-5)
    gas = resolved_fuel("blast_furnace_gas", "industry-other").record
    assert gas.high == pytest.approx(gas.value * 84.0 / 70.8, rel=1e-5)
    assert gas.low == pytest.approx(gas.value * 59.7 / 70.8, rel=1e-5)


def test_the_ratio_of_cbam_is_3_664():
    plain, cbam = (FactorSet.named(name) for name in ("cn-industry", "cbam"))
    one = plain.for_lines([14], ["diesel"], [""], [2023]).value[0]
    other = cbam.for_lines([14], ["diesel"], [""], [2023]).value[0]
    assert other / one == pytest.approx(3.664 / (44 / 12), rel=1e-14)


def test_the_equation_of_fuels_takes_arrays():
    found = fuel_factor(np.array([389.31, 42.652]), np.array([0.0153, 0.0202]), 0.99)
    np.testing.assert_allclose(found, [21.62188809, 3.127500552], rtol=1e-9)


def measured(item, *own, name="cn-industry"):
    return FactorSet.named(name).for_lines([14], [item], [""], [2023], measured=[own])


def test_what_the_firm_measured_comes_before_the_set():
    found = measured("diesel", 42.652, 0.0202, 0.98)
    assert round(float(found.value[0]), 4) == 3.0959
    assert found.rules[0][0] == "measured"
    assert found.of(0).code == "measured/diesel"
    assert found.of(0).publisher == "firm"
    assert found.low[0] == found.high[0] == found.value[0]
    assert found.properties.tolist() == [[42.652, 0.0202, 0.98]]


def test_property_by_property():
    found = measured("diesel", 42.652, math.nan, math.nan)
    assert round(float(found.value[0]), 4) == 3.0959
    assert found.rules[0][0] == "measured_part"
    assert found.of(0).code == "measured/diesel+industry-other/diesel"
    carbon_alone = 19.8 / 20.2
    assert found.low[0] == pytest.approx(found.value[0] * carbon_alone, rel=1e-9)
    none = measured("diesel", *NOTHING)
    assert none.rules[0][0] == "fuel_set"
    assert none.value[0] > found.value[0]


def test_the_rest_is_that_of_the_same_equipment():
    found = FactorSet.named("cn-cement").for_lines(
        [10], ["anthracite"], [""], [2023], measured=[[22.0, math.nan, math.nan]]
    )
    assert found.properties.tolist() == [[22.0, 0.02749, 0.99]]
    assert found.value[0] == pytest.approx(22.0 * 0.02749 * 0.99 * 44 / 12)


def test_measured_properties_mean_nothing_for_what_is_no_fuel():
    found = FactorSet.named("cn-industry").for_lines(
        [5], [""], ["330500"], [2023], measured=[[42.0, 0.02, 0.98]]
    )
    assert (found.value[0], found.rules[0][0]) == (0.4974, "province_year")
    assert np.isnan(found.properties).all()


def test_a_fuel_without_a_name_is_refused_unless_it_is_the_only_one():
    found = FactorSet.named("cn-industry").for_lines(
        [12, 10, 10, 14], ["", "", "peat", "natural_gas"], [""] * 4, [2023] * 4
    )
    assert [found.rules[r][0] for r in found.rule] == [
        "only_item",
        "item_needed",
        "item_unknown",
        "item_unknown",
    ]
    np.testing.assert_array_equal(np.isnan(found.value), [False, True, True, True])


def test_a_set_of_fuels_that_is_not_known_is_named_with_near_ones():
    with pytest.raises(UnknownCodeError, match="Did you mean cement-gb"):
        FactorSet.named("cn-industry").with_(fuels="cement")
