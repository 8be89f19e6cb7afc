"""The traps of double counting: each deduction happens once, in one total."""

import numpy as np
import pytest

from chainwright import carbon
from firm_reports import EF, RESIDUAL, every_month, one_month, reported

POWER = ("grid_electricity", 1000.0)


def accounted(*rows, **who):
    return carbon.account(one_month(*rows, **who))


@pytest.mark.parametrize("bought", [0.0, 1.0, 640.0])
@pytest.mark.parametrize("kind", ["own_pv", "own_zero_carbon"])
def test_with_own_power_alone_net_is_what_is_bought_times_the_grid_factor(bought, kind):
    found = accounted(("grid_electricity", bought), (kind, 250.0))
    assert found.net[0, 0] == pytest.approx(bought * EF)
    assert found.gross[0, 0] == pytest.approx((bought + 250) * EF)
    assert found.neutralised[0, 0] == pytest.approx(250 * EF)


def test_green_power_is_deducted_from_the_location_based_total_alone():
    with_it = accounted(POWER, ("green_power", 400.0))
    without = accounted(POWER)
    assert with_it.gross[0, 0] == without.gross[0, 0] == pytest.approx(1000 * EF)
    assert with_it.electricity[0, 0] == without.electricity[0, 0]
    assert with_it.net[0, 0] == pytest.approx(600 * EF)
    assert with_it.electricity_market[0, 0] == pytest.approx(600 * RESIDUAL)
    assert without.electricity_market[0, 0] == pytest.approx(1000 * RESIDUAL)


def test_all_power_green_is_zero_once_in_each_total():
    found = accounted(POWER, ("green_power", 1000.0))
    assert found.net[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert found.electricity_market[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert found.scope_2[0, 0] == pytest.approx(1000 * EF)


def test_green_power_beyond_what_is_bought_covers_nothing_and_is_noted():
    found = accounted(POWER, ("green_power", 1500.0))
    assert found.green[0, 0] == pytest.approx(1000 * EF)
    assert found.net[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert found.electricity_market[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert "green_exceeds" in found.tables()["account_notes"]["note"].tolist()


def test_certificates_of_one_month_cover_power_of_the_window():
    rows = every_month("grid_electricity", [100.0] * 12)
    found = carbon.account(reported(*rows, *every_month("green_power", [0.0] * 11 + [900.0])))
    assert found.net[0, -1] == pytest.approx(0.0, abs=1e-9)
    assert found.rolling(12).net[0, -1] == pytest.approx((1200 - 900) * EF)
    assert found.net[0].sum() == pytest.approx(1100 * EF)


def test_the_residual_factor_is_in_no_location_based_number():
    found = accounted(POWER, ("green_power", 100.0), ("electricity_exported", 30.0))
    assert found.scope_2[0, 0] == pytest.approx(970 * EF)
    assert found.gross[0, 0] == pytest.approx(970 * EF)
    assert found.scope_2_market[0, 0] == pytest.approx((1000 - 100 - 30) * RESIDUAL)


def test_exports_never_earn_more_than_what_was_bought_cost():
    found = accounted(POWER, ("electricity_exported", 1000.0))
    assert found.net[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert found.electricity_market[0, 0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("kind", ["sinks", "captured", "offsets"])
def test_each_deduction_happens_once(kind):
    found = accounted(POWER, (kind, 40.0))
    assert found.gross[0, 0] == pytest.approx(1000 * EF)
    assert found.neutralised[0, 0] == pytest.approx(40.0)
    assert found.net[0, 0] == pytest.approx(1000 * EF - 40)


def test_power_of_a_product_footprint_is_refused():
    with pytest.raises(TypeError):
        carbon.FactorSet.named("cn-industry").with_(grid=carbon.footprint_electricity(2023))


def test_own_gas_of_a_steel_works_beside_its_coke_is_noted():
    rows = (POWER, ("coke:coke", 10.0), ("byproduct_gas:blast_furnace_gas", 5.0))
    steel = accounted(*rows, classes={"A": "3110"}).tables()["account_notes"]
    assert "byproduct_gas" in steel["note"].tolist()
    other = accounted(*rows).tables()["account_notes"]
    assert "byproduct_gas" not in other["note"].tolist()


def test_another_factor_year_changes_the_result_and_says_by_how_much():
    system = reported(*every_month("grid_electricity", [100.0] * 3, first="2023-10"))
    new = carbon.FactorSet.named("cn-industry")
    old = new.with_(grid_year=2022)
    difference = carbon.compare_accounts(
        carbon.account(system, factors=old), carbon.account(system, factors=new)
    )
    assert difference.difference == pytest.approx(300 * (0.4974 - 0.5153))
    row = difference.table().iloc[0]
    assert (row["kind"], row["activity"], row["unit"]) == ("grid_electricity", 300.0, "MWh")
    assert row["factor_first"] == "grid-province/33/2022"
    assert row["factor_second"] == "grid-province/33/2023"


def test_the_factor_is_that_of_the_year_of_the_reading():
    rows = every_month("grid_electricity", [100.0] * 3, first="2021-12")
    rows += every_month("grid_electricity", [100.0], first="2023-01")
    found = carbon.account(reported(*rows), months=("2021-12", "2023-01"))
    assert found.net[0, [0, 1, -1]].tolist() == pytest.approx([54.22, 51.53, 49.74])
    assert np.isnan(found.net[0, 3:-1]).all()
