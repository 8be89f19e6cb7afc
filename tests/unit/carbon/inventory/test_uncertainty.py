"""Half widths by factors and meters."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.inventory.uncertainty import factor_half_width, meter_half_widths
from chainwright.params import table
from firm_reports import EF, GAS, every_month, one_month, reported

GRID = 0.05  # the range of a grid factor: an assumption of the record


def relative(record):
    return max(record.high - record.value, record.value - record.low) / record.value


def gas_range():
    lines = carbon.FactorSet.named("cn-industry").for_lines([12], ["natural_gas"], [""], [2023])
    return relative(lines.records[0])


def test_one_line_has_the_range_of_its_factor_and_its_meter():
    found = carbon.account(one_month(("grid_electricity", 100.0)))
    assert found.half_width[0, 0] == pytest.approx(np.hypot(GRID, 0.02))


@pytest.mark.parametrize(
    ("quality", "width"),
    [("measured", 0.02), ("billed", 0.02), ("estimated", 0.2), ("defaulted", 0.3)],
)
def test_the_meter_counts_by_the_quality_of_the_reading(quality, width):
    found = carbon.account(one_month(("grid_electricity", 100.0, quality)))
    assert found.half_width[0, 0] == pytest.approx(np.hypot(GRID, width))


def test_lines_of_different_factors_add_in_quadrature():
    found = carbon.account(one_month(("grid_electricity", 100.0), ("pipeline_gas", 2.0)))
    power, gas = 100 * EF, 2 * GAS
    squared = (power * GRID) ** 2 + (gas * gas_range()) ** 2 + 0.02**2 * (power**2 + gas**2)
    assert found.half_width[0, 0] == pytest.approx(np.sqrt(squared) / (power + gas))


def test_months_with_one_factor_share_its_error_and_meters_do_not():
    rows = every_month("grid_electricity", [100.0] * 12)
    found = carbon.account(reported(*rows)).rolling(12)
    assert found.half_width[0, -1] == pytest.approx(np.hypot(GRID, 0.02 / np.sqrt(12)))


def test_two_years_of_which_one_has_no_factor_yet_share_the_factor_that_is_taken():
    rows = every_month("grid_electricity", [100.0] * 4, first="2025-11")
    found = carbon.account(reported(*rows)).rolling(4)
    assert found.half_width[0, -1] == pytest.approx(np.hypot(GRID, 0.02 / 2))


def test_two_years_with_factors_of_their_own_do_not():
    rows = every_month("grid_electricity", [100.0] * 2, first="2022-12")
    found = carbon.account(reported(*rows)).rolling(2)
    parts = np.array([51.53, 49.74])
    assert found.half_width[0, -1] == pytest.approx(
        np.sqrt(((GRID**2 + 0.02**2) * parts**2).sum()) / parts.sum()
    )


def test_exports_take_the_error_of_the_factor_off_again():
    found = carbon.account(one_month(("grid_electricity", 100.0), ("electricity_exported", 60.0)))
    squared = (40 * GRID) ** 2 + 0.02**2 * (100**2 + 60**2)
    assert found.half_width[0, 0] == pytest.approx(np.sqrt(squared) / 40)


def test_own_power_adds_nothing_to_the_uncertainty_of_net():
    found = carbon.account(one_month(("grid_electricity", 100.0), ("own_pv", 500.0, "estimated")))
    assert found.half_width[0, 0] == pytest.approx(np.hypot(GRID, 0.02))


def test_a_firm_without_emissions_has_no_relative_width():
    assert np.isnan(carbon.account(one_month(("grid_electricity", 0.0))).half_width[0, 0])


def test_what_the_firm_measured_whole_leaves_the_meter_alone():
    rows = [("grid_electricity", 0.0), ("oil:diesel", 10.0)]
    own = [("ncv", 43.0), ("carbon", 0.0202), ("oxidation", 0.98)]
    rows += [(f"fuel_properties:diesel:{name}", value) for name, value in own]
    found = carbon.account(one_month(*rows))
    assert found.net[0, 0] == pytest.approx(10 * 43.0 * 0.0202 * 0.98 * 44 / 12)
    assert found.half_width[0, 0] == pytest.approx(0.02)


def test_a_factor_without_a_range_has_the_width_that_the_table_assumes():
    chosen = carbon.FactorSet.named("cn-industry").with_(heat=0.1)
    rows = (("grid_electricity", 0.0), ("heat_bought", 10.0))
    found = carbon.account(one_month(*rows), factors=chosen)
    assert found.half_width[0, 0] == pytest.approx(np.hypot(factor_half_width(), 0.02))


def test_every_width_has_a_range_and_a_source_or_says_that_it_is_an_assumption():
    rows = table("reading_uncertainty")
    for row in rows:
        assert float(row["low"]) <= float(row["half_width"]) <= float(row["high"])
        assert row["source"]
    assert [row["of"] for row in rows].count("factor") == 1
    assert len(meter_half_widths()) == 6
