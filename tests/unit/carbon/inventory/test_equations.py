"""The equations of enterprise accounting, each on numbers that can be checked by hand."""

import numpy as np
import pytest

from chainwright import carbon
from firm_reports import EF, GAS, RESIDUAL, one_month

POWER = ("grid_electricity", 1000.0)


def accounted(*rows, **who):
    return carbon.account(one_month(*rows, **who))


def at(values):
    """Return the one number of one firm in one month."""
    assert values.shape == (1, 1)
    return float(values[0, 0])


def test_the_worked_account_of_power_gas_and_diesel_is_3004_21_tonnes():
    found = accounted(
        ("grid_electricity", 2500.0),
        ("pipeline_gas:natural_gas", 80.0),
        ("oil:diesel", 10.0),
        ("fuel_properties:diesel:ncv", 42.652),
    )
    assert at(found.gross) == pytest.approx(3004.21, abs=0.005)
    assert at(found.net) == at(found.gross)


def test_ten_thousand_cubic_metres_of_gas_are_21_6219_tonnes():
    found = accounted(POWER, ("pipeline_gas:natural_gas", 1.0))
    assert at(found.fuel) == pytest.approx(21.6219, abs=5e-5)


@pytest.mark.parametrize(("ncv", "tonnes"), [(None, 3.1451), (43.33, 3.1451), (42.652, 3.0959)])
def test_a_tonne_of_diesel_by_its_heat_value(ncv, tonnes):
    rows = [POWER, ("oil:diesel", 1.0)]
    rows += [("fuel_properties:diesel:ncv", ncv)] if ncv else []
    assert at(accounted(*rows).fuel) == pytest.approx(tonnes, abs=5e-5)


def test_fuels_of_all_kinds_add_up():
    found = accounted(
        POWER,
        ("coal:bituminous", 10.0),
        ("coke:coke", 2.0),
        ("liquefied_gas:lpg", 3.0),
        ("byproduct_gas:coke_oven_gas", 4.0),
    )
    assert at(found.fuel) == pytest.approx(
        10 * 2.0715 + 2 * 2.8518 + 3 * 2.9538 + 4 * 8.5828, abs=1e-3
    )
    assert at(found.scope_1) == at(found.fuel)


def test_power_and_heat_count_what_is_bought_less_what_is_exported_at_the_same_factor():
    found = accounted(
        POWER,
        ("electricity_exported", 200.0),
        ("heat_bought", 500.0),
        ("heat_exported", 100.0),
    )
    assert at(found.electricity) == pytest.approx(800 * EF)
    assert at(found.heat) == pytest.approx(400 * 0.11)
    assert at(found.scope_2) == pytest.approx(800 * EF + 400 * 0.11)
    assert at(found.gross) == pytest.approx(at(found.scope_2))


@pytest.mark.parametrize(
    ("item", "factor"),
    [
        ("limestone", 0.440),
        ("dolomite", 0.471),
        ("electrodes", 3.663),
        ("pig_iron_bought", 0.172),
        ("dri_bought", 0.073),
        ("nickel_iron", 0.037),
        ("molybdenum_iron", 0.018),
        ("chromium_iron", 0.275),
    ],
)
def test_process_inputs_of_steel_by_their_factors(item, factor):
    found = accounted(POWER, (f"process_inputs:{item}", 100.0))
    assert at(found.process) == pytest.approx(100 * factor)
    assert at(found.gross) == pytest.approx(1000 * EF + 100 * factor)


def test_carbon_that_leaves_a_steel_works_is_deducted_in_gross():
    rows = (POWER, ("physical_output:crude_steel", 1000.0), ("physical_output:pig_iron_sold", 10.0))
    found = accounted(*rows, classes={"A": "3120"})
    assert at(found.fixed) == pytest.approx(1000 * 0.0154 + 10 * 0.172)
    assert at(found.gross) == pytest.approx(1000 * EF - at(found.fixed))
    assert at(found.scope_1) == pytest.approx(-at(found.fixed))


@pytest.mark.parametrize("other", ["1711", "3311", "2631", ""])
def test_no_other_firm_has_carbon_fixed_in_its_products(other):
    found = accounted(POWER, ("physical_output:crude_steel", 1000.0), classes={"A": other})
    assert at(found.fixed) == 0.0
    assert at(found.gross) == pytest.approx(1000 * EF)


def test_products_without_carbon_are_no_part_of_an_account():
    found = accounted(POWER, ("physical_output:bolts", 1000.0), classes={"A": "3120"})
    assert at(found.fixed) == 0.0


@pytest.mark.parametrize(("report", "potential"), [("AR4", 298), ("AR5", 265), ("AR6", 273)])
def test_gases_count_by_the_potential_of_the_chosen_report(report, potential):
    chosen = carbon.FactorSet.named("cn-industry").with_(gwp=report)
    found = carbon.account(one_month(POWER, ("process_gases:n2o", 10.0)), factors=chosen)
    assert at(found.gases) == pytest.approx(10 * potential / 1000)
    assert at(found.scope_1) == at(found.gases)
    assert at(found.gross) == pytest.approx(1000 * EF + at(found.gases))


def test_biomass_is_a_memo_and_the_fossil_part_of_waste_counts():
    wood = accounted(POWER, ("biomass:wood", 10.0))
    assert at(wood.biogenic) > 10.0
    assert at(wood.fuel) == 0.0
    assert at(wood.gross) == pytest.approx(1000 * EF)
    waste = accounted(POWER, ("biomass:fossil_waste", 10.0), ("biomass:biogenic_waste", 5.0))
    assert at(waste.fuel) > 0.0
    assert at(waste.biogenic) > 0.0
    assert at(waste.gross) == pytest.approx(1000 * EF + at(waste.fuel))


def test_gross_less_own_power_is_scope_1_and_2():
    found = accounted(
        POWER,
        ("own_pv", 300.0),
        ("coal:anthracite", 7.0),
        ("process_gases:sf6", 0.5),
        ("heat_bought", 40.0),
    )
    assert at(found.gross) - at(found.own_zero) == pytest.approx(
        at(found.scope_1) + at(found.scope_2)
    )


def test_every_part_in_one_month_by_hand():
    found = accounted(
        POWER,
        ("own_pv", 100.0),
        ("own_zero_carbon", 50.0),
        ("green_power", 400.0),
        ("electricity_exported", 20.0),
        ("pipeline_gas:natural_gas", 3.0),
        ("heat_bought", 200.0),
        ("process_inputs:limestone", 10.0),
        ("sinks", 5.0),
        ("captured", 4.0),
        ("offsets", 3.0),
    )
    gross = 3 * GAS + 10 * 0.44 + (1000 + 150 - 20) * EF + 200 * 0.11
    neutralised = 150 * EF + 400 * EF + 5 + 4 + 3
    assert at(found.gross) == pytest.approx(gross)
    assert at(found.neutralised) == pytest.approx(neutralised)
    assert at(found.net) == pytest.approx(gross - neutralised)
    assert at(found.electricity_market) == pytest.approx((1000 - 400 - 20) * RESIDUAL)


def test_the_ratio_of_carbon_dioxide_to_carbon_is_that_of_the_set():
    system = one_month(POWER, ("pipeline_gas:natural_gas", 1.0), ("process_inputs:dolomite", 1.0))
    ours, theirs = carbon.FactorSet.named("cn-industry"), carbon.FactorSet.named("cn-industry")
    theirs = theirs.with_(carbon_to_co2=3.664)
    found = carbon.account(system, factors=theirs)
    assert at(found.fuel) == pytest.approx(GAS * 3.664 / (44 / 12))
    assert at(carbon.account(system, factors=ours).fuel) == pytest.approx(GAS)


def test_money_and_energy_stand_beside_emissions():
    found = accounted(
        POWER,
        ("own_pv", 100.0),
        ("electricity_exported", 50.0),
        ("green_power", 900.0),
        ("heat_bought", 1000.0),
        ("coal:bituminous", 10.0),
        ("pipeline_gas", 2.0),
        ("value_added", 800.0),
        ("output_value", 3000.0),
        ("taxes", -5.0),
    )
    tce = (1000 + 100 - 50) * 0.1229 + 1000 * 0.03412 + 10 * 0.7143 + 2 * 13.3
    assert at(found.energy_tce) == pytest.approx(tce)
    assert at(found.fuel) == pytest.approx(10 * 2.0715 + 2 * GAS, rel=1e-4)
    assert (at(found.value_added), at(found.output_value)) == (800.0, 3000.0)
    assert at(found.taxes) == -5.0


def test_firms_stand_in_the_order_of_the_register_with_those_that_report_nothing():
    found = carbon.account(one_month(POWER, more=("B",)))
    assert found.firms == ("A", "B")
    assert np.isnan(found.gross[1]).all()
    assert np.isnan(found.fuel[1]).all()
    assert found.missing[1, 0] + found.measured[1, 0] == 39
