"""Energy in standard coal: one table, every item that is known."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.inventory.activities import by_firm
from chainwright.carbon.inventory.part_sums import windows
from chainwright.carbon.inventory.standard_coal import tce_per_unit
from chainwright.params import table
from chainwright.system import carbon_items
from firm_reports import one_month

GJ_PER_TCE = 29.3076


def test_every_energy_item_has_a_coefficient():
    known = tce_per_unit()
    energy = {row["kind"] for row in table("energy_coefficients")}
    items = [pair for pair in carbon_items() if pair[0] in energy]
    assert len(items) == 31
    assert all(known[pair] > 0.0 for pair in items)


def test_units_are_those_of_the_items():
    for row in table("energy_coefficients"):
        if row["item"]:
            unit = carbon_items()[row["kind"], row["item"]]["unit"]
            assert row["unit"] == f"tce/{unit}"


@pytest.mark.parametrize(
    ("kind", "item", "heat", "within"),
    [
        ("grid_electricity", "", 3.6, 1e-3),  # GJ per MWh
        ("heat_bought", "", 1.0, 1e-3),
        ("coke", "coke", 28.446, 2e-3),
        ("oil", "fuel_oil", 40.19, 0.05),
        ("oil", "diesel", 43.33, 0.02),
        ("oil", "petrol", 44.80, 0.04),
        ("pipeline_gas", "natural_gas", 389.31, 2e-3),
        ("byproduct_gas", "blast_furnace_gas", 37.69, 1e-3),
        ("byproduct_gas", "converter_gas", 79.54, 1e-3),
        ("byproduct_gas", "coke_oven_gas", 173.854, 0.04),
    ],
)
def test_coefficients_agree_with_the_heat_values_of_the_guideline(kind, item, heat, within):
    assert tce_per_unit()[kind, item] * GJ_PER_TCE == pytest.approx(heat, rel=within)


@pytest.mark.parametrize(
    ("item", "tce"), [("diesel", 1.4571), ("petrol", 1.4714), ("crude_oil", 1.4286)]
)
def test_a_tonne_of_oil_in_standard_coal(item, tce):
    found = carbon.account(one_month(("grid_electricity", 0.0), (f"oil:{item}", 10.0)))
    assert found.energy_tce[0, 0] == pytest.approx(10 * tce)


def test_biomass_is_energy_and_process_inputs_are_not():
    rows = (("grid_electricity", 0.0), ("biomass:wood", 10.0), ("process_inputs:dolomite", 99.0))
    found = carbon.account(one_month(*rows))
    assert found.energy_tce[0, 0] == pytest.approx(10 * 15.6 / GJ_PER_TCE, rel=1e-4)


def test_heat_that_is_sold_is_taken_off():
    rows = (("grid_electricity", 0.0), ("heat_bought", 100.0), ("heat_exported", 30.0))
    assert carbon.account(one_month(*rows)).energy_tce[0, 0] == pytest.approx(70 * 0.03412)


def test_sums_by_firm_leave_a_firm_without_a_row_at_0():
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, np.nan]])
    found = by_firm(rows, np.array([0, 0, 2], dtype=np.int32), 4)
    assert found[[0, 1, 3]].tolist() == [[4.0, 6.0], [0.0, 0.0], [0.0, 0.0]]
    assert found[2, 0] == 5.0
    assert np.isnan(found[2, 1])


@pytest.mark.parametrize("window", [1, 2, 5, 9, 12])
def test_windows_are_the_sums_of_slices(window):
    values = np.random.default_rng(1).normal(size=(3, 9))
    found = windows(values, window)
    for month in range(9):
        if month + 1 < window:
            assert np.isnan(found[:, month]).all()
        else:
            part = values[:, month + 1 - window : month + 1]
            np.testing.assert_allclose(found[:, month], part.sum(axis=1))
