"""Germany 1995, the worked example of the Eurostat manual, read as a plain long table."""

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from real import data

PRODUCTS = ["CPA_A", "CPA_B-E", "CPA_F", "CPA_G-I", "CPA_J-N", "CPA_O-T"]
CATEGORIES = ["P3_S13", "P3_S14", "P5", "P52", "P6"]
GVA = ["D1", "D29X39", "K1", "B2A3N"]
OUTPUT = [1.7048, 1.8413, 1.8136, 1.6035, 1.5951, 1.3782]
ADDED = [0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199]
JOBS = [0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242]
FORWARD = [2.1126, 1.6910, 1.3558, 1.5848, 2.1037, 1.2106]
DIAGONAL = [0.9742, 0.7178, 0.9842, 0.8622, 0.7210, 0.9566]
CO2_DIRECT = [0.2379, 0.5172, 0.0456, 0.1320, 0.0127, 0.0530]
CO2 = [0.4185, 0.7686, 0.2725, 0.2357, 0.0583, 0.1234]
INCOME = [0.4172, 0.5075, 0.5402, 0.5729, 0.3202, 0.6504]
RATIO = [1.9528, 1.8478, 1.6833, 1.4427, 1.7763, 1.2125]


def long_table(folder):
    """Return the example in the columns of the long table; row P1 is output and is left out."""
    given = pd.read_csv(folder / "germany_1995.csv")
    air = pd.read_csv(folder / "germany_airpol.csv")
    blocks = {
        **dict.fromkeys(PRODUCTS, "intermediate"),
        **dict.fromkeys([*GVA, "D21X31"], "value_added"),
        "P7": "import",
        "EMP": "stressor",
    }
    given = given[given.prod_na.isin(blocks) & given.induse.isin(PRODUCTS + CATEGORIES)]
    block = given.prod_na.map(blocks)
    block = block.mask((block == "intermediate") & given.induse.isin(CATEGORIES), "final")
    taxed = (block == "value_added") & given.induse.isin(CATEGORIES)  # taxes of final users
    rows = pd.DataFrame(
        {
            "block": block,
            "from_region": np.where(block.isin(["intermediate", "final"]), "DE", ""),
            "from_sector": given.prod_na,
            "to_region": "DE",
            "to_sector": given.induse,
            "value": given["values"].astype(float),
            "unit": np.where(block == "stressor", "1000 persons", "million EUR"),
        }
    )[~taxed]
    rows = rows[~((rows.block == "stressor") & rows.to_sector.isin(CATEGORIES))]
    air = air[(air.airpol == "CO2") & (air.induse != "P1")]
    more = pd.DataFrame(
        {
            "block": "stressor",
            "from_region": "",
            "from_sector": "CO2",
            "to_region": "DE",
            "to_sector": air.induse,
            "value": air["value"].astype(float),
            "unit": "1000 t",
        }
    )
    return pd.concat([rows, more], ignore_index=True)


@pytest.fixture(scope="module")
def flows():
    return cw.System.from_table(long_table(data("germany_1995")), year=1995).flows


@pytest.fixture(scope="module")
def inverse(flows):
    return np.linalg.inv(np.eye(6) - flows.coefficients())


def per_output(flows, stressor):
    return flows.stressors.matrix[flows.stressors.axis.place[stressor]] * flows.per_output


def test_output_is_the_row_p1(flows):
    assert flows.nodes.sectors.codes == tuple(PRODUCTS)
    assert flows.output.tolist() == [43_910, 1_079_446, 245_606, 540_063, 692_487, 508_918]


def test_inputs_imports_taxes_and_value_added_are_output(flows):
    assert np.abs(flows.residual - flows.added).max() <= 1  # the file's own rounding
    assert str(flows.money) == "million EUR of 1995"
    assert not flows.imports.names_origins


def test_the_published_multipliers_come_out(flows, inverse):
    kinds = flows.value_added_kinds.index(GVA)
    gva = flows.value_added[kinds].sum(axis=0) * flows.per_output
    assert inverse.sum(axis=0) == pytest.approx(OUTPUT, abs=5.1e-5)
    assert gva @ inverse == pytest.approx(ADDED, abs=5.1e-5)
    assert per_output(flows, "EMP") @ inverse == pytest.approx(JOBS, abs=5.1e-5)
    assert np.diag(np.eye(6) - flows.coefficients()) == pytest.approx(DIAGONAL, abs=5.1e-5)


def test_forward_linkages_are_the_row_sums_of_the_ghosh_inverse(flows):
    ghosh = np.linalg.inv(np.eye(6) - flows.matrix * flows.per_output[:, None])
    assert ghosh.sum(axis=1) == pytest.approx(FORWARD, abs=5.1e-5)


def test_co2_and_income_multipliers_come_out(flows, inverse):
    direct = per_output(flows, "CO2")
    income = flows.value_added[flows.value_added_kinds.place["D1"]] * flows.per_output
    assert direct == pytest.approx(CO2_DIRECT, abs=5.1e-5)
    assert direct @ inverse == pytest.approx(CO2, abs=5.1e-5)
    assert income @ inverse == pytest.approx(INCOME, abs=5.1e-5)
    assert income @ inverse / income == pytest.approx(RATIO, abs=5.1e-5)


def test_embodied_co2_is_direct_co2_and_households_add_theirs(flows, inverse):
    place = flows.stressors.axis.place["CO2"]
    embodied = per_output(flows, "CO2") @ inverse @ flows.demand
    assert embodied == pytest.approx(687_020, abs=1e-6)
    assert flows.stressors.matrix[place].sum() == 687_020
    assert flows.stressors.final[place].sum() == 217_137
