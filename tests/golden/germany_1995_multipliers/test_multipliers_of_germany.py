"""The multipliers that the Eurostat manual prints for Germany 1995, from our accounts."""

import pandas as pd
import pytest

import chainwright as cw
from chainwright.accounts import footprint, node_accounts, stressor_accounts
from real import data

PRODUCTS = ["CPA_A", "CPA_B-E", "CPA_F", "CPA_G-I", "CPA_J-N", "CPA_O-T"]
FINAL = ["P3_S14", "P3_S13", "P5", "P52", "P6"]
ADDED = ["D1", "D29X39", "K1", "B2A3N"]
OUTPUT_MULTIPLIERS = [1.7048, 1.8413, 1.8136, 1.6035, 1.5951, 1.3782]
ADDED_MULTIPLIERS = [0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199]
JOB_MULTIPLIERS = [0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242]
FORWARD = [2.1126, 1.6910, 1.3558, 1.5848, 2.1037, 1.2106]
CO2_INTENSITIES = [0.2379, 0.5172, 0.0456, 0.1320, 0.0127, 0.0530]
CO2_MULTIPLIERS = [0.4185, 0.7686, 0.2725, 0.2357, 0.0583, 0.1234]
WAGE_MULTIPLIERS = [0.4172, 0.5075, 0.5402, 0.5729, 0.3202, 0.6504]
PRINTED = 5e-5


@pytest.fixture(scope="module")
def system():
    folder = data("germany_1995")
    table = pd.read_csv(folder / "germany_1995.csv")
    air = pd.read_csv(folder / "germany_airpol.csv")
    rows = []
    for row in table.dropna(subset="values").itertuples():
        seller, buyer, value = row.prod_na, row.induse, float(row.values)
        if seller in PRODUCTS and buyer in PRODUCTS:
            rows.append(("intermediate", "DEU", seller, "DEU", buyer, value, "million"))
        elif seller in PRODUCTS and buyer in FINAL:
            user = "exports" if buyer == "P6" else buyer
            rows.append(("final", "DEU", seller, "DEU", user, value, "million"))
        elif seller in ADDED and buyer in PRODUCTS:
            rows.append(("value_added", "", seller, "DEU", buyer, value, "million"))
        elif seller == "EMP" and buyer in PRODUCTS:
            rows.append(("stressor", "", "jobs", "DEU", buyer, value, "thousand persons"))
    emitted = air[(air.airpol == "CO2") & air.induse.isin([*PRODUCTS, "P3_S14"])]  # P1 is the total
    rows += [
        ("stressor", "", "CO2", "DEU", user, float(value), "kt")
        for user, value in zip(emitted.induse, emitted.value, strict=True)
    ]
    columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value", "unit"]
    frame = pd.DataFrame(rows, columns=columns)
    return cw.System.from_table(frame, currency="EUR", year=1995)


def test_output_and_value_added_multipliers_are_the_manuals(system):
    accounts = node_accounts(system)
    assert list(accounts.table()["sector"]) == PRODUCTS
    assert accounts.output_multiplier == pytest.approx(OUTPUT_MULTIPLIERS, abs=PRINTED)
    assert accounts.value_added_multiplier == pytest.approx(ADDED_MULTIPLIERS, abs=PRINTED)


def test_forward_linkages_are_the_manuals(system):
    assert node_accounts(system).upstreamness == pytest.approx(FORWARD, abs=PRINTED)


def test_employment_multipliers_are_the_manuals(system):
    accounts = stressor_accounts(system)
    jobs = accounts.stressors.axis.place["jobs"]
    assert accounts.multipliers[jobs] == pytest.approx(JOB_MULTIPLIERS, abs=PRINTED)


def test_co2_is_placed_whole_and_households_stand_apart(system):
    accounts = stressor_accounts(system)
    co2 = accounts.stressors.axis.place["CO2"]
    assert accounts.intensities[co2] == pytest.approx(CO2_INTENSITIES, abs=PRINTED)
    assert accounts.multipliers[co2] == pytest.approx(CO2_MULTIPLIERS, abs=PRINTED)
    assert accounts.production[co2].sum() == 687_020.0
    assert accounts.final_users[co2].tolist() == [217_137.0, 0.0]  # Germany, abroad
    assert accounts.consumption[co2].sum() == pytest.approx(687_020.0, rel=1e-12)
    exported = 1.0 - accounts.consumption[co2, 0].sum() / 687_020.0
    assert accounts.exports_by_region[co2, 0] == pytest.approx(687_020.0 * exported, rel=1e-12)
    assert 0.2 < exported < 0.5
    assert accounts.consumption_by_region[co2].sum() == pytest.approx(904_157.0, rel=1e-12)


def test_income_multipliers_are_those_of_wages(system):
    share = footprint(system, of="D1").embodied.sum() / system.flows.value_added[0].sum()
    wages = system.flows.value_added[0] * system.flows.per_output
    assert system.flows.value_added_kinds.codes[0] == "D1"
    assert share == pytest.approx(1.0, rel=1e-12)
    solver = cw.accounts.Leontief(system.flows)
    assert solver.solve_transposed(wages) == pytest.approx(WAGE_MULTIPLIERS, abs=PRINTED)
