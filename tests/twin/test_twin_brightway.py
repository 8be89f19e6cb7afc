"""A brightway workbook built by hand beside a dense solve: outputs, own use, credits, two flows."""

import numpy as np
import openpyxl
import pytest

from chainwright import carbon

# N2O and fossil methane: 273 and 29.8 (AR6), 265 and 30 (AR5, with the CO2 that it becomes), 298
# and 25 (AR4 knows one methane).
A = np.array(
    [
        [100.0 - 4.0, -30.0, -0.5, 0.0],  # power: 100 kWh a run, of which it uses 4
        [0.0, 2.0, -1.05, 0.0],  # iron: two kilograms a run
        [-1.0, 0.0, 1.0, -0.8],  # steel
        [0.0, 0.6, 0.0, 1.0],  # slag cement: a run of iron spares 0.6
    ]
)
"""What each activity (column) makes above nought, and uses below; the 0.6 is a substitution."""

CO2 = np.array([50.0, 3.0, 0.1, 0.2])
N2O = np.array([0.02, 0.0, 0.0, 0.001])
METHANE = np.array([0.0, 0.05, 0.0, 0.0])
NAMES = ["power", "iron", "steel", "cement"]
UNITS = ["kilowatt hour", "kilogram", "kilogram", "kilogram"]


def sheet_rows():
    """Return the rows of a sheet in brightway's layout, written down field by field."""
    rows = [["Database", "by hand"], []]
    heading = ["name", "amount", "unit", "location", "type", "categories"]
    for j, name in enumerate(NAMES):
        rows += [["Activity", name], ["code", f"c{j}"], ["location", "CN"], ["unit", UNITS[j]]]
        rows += [["production amount", None], ["reference product", name], ["Exchanges"], heading]
        made = {0: 100.0, 1: 2.0}.get(j, 1.0)
        rows.append([name, made, UNITS[j], "CN", "production", None])
        for i, other in enumerate(NAMES):
            amount = -A[i, j] if i != j else made - A[i, j]
            if (i, j) == (3, 1):
                rows.append([other, 0.6, UNITS[i], "CN", "substitution", None])
            elif amount:
                rows.append([other, float(amount), UNITS[i], "CN", "technosphere", None])
        for flow, amounts in (
            ("Carbon dioxide, fossil", CO2),
            ("Dinitrogen monoxide", N2O),
            ("Methane, fossil", METHANE),
        ):
            if amounts[j]:
                rows.append([flow, float(amounts[j]), "kilogram", None, "biosphere", "air"])
        rows.append([])
    return rows


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("brightway") / "by_hand.xlsx"
    book = openpyxl.Workbook()
    for row in sheet_rows():
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("gwp", "n2o", "methane"), [("AR6", 273.0, 29.8), ("AR5", 265.0, 30.0), ("AR4", 298.0, 25.0)]
)
def test_a_workbook_gives_the_footprints_of_the_dense_solve(workbook, gwp, n2o, methane):
    system = carbon.read_processes(workbook, gwp=gwp)
    expected = np.linalg.solve(A.T, CO2 + n2o * N2O + methane * METHANE)
    found = carbon.footprints(system)
    places = [system.row(f"c{j}") for j in range(4)]
    np.testing.assert_allclose(found.footprint[places], expected, rtol=1e-9)
    assert found.solved.reason == "credits"


def test_the_matrix_of_a_workbook_is_inputs_per_unit_of_output(workbook):
    system = carbon.read_processes(workbook)
    places = [system.row(f"c{j}") for j in range(4)]
    made = np.array([100.0, 2.0, 1.0, 1.0])
    expected = np.eye(4) - A / made
    np.testing.assert_allclose(
        system.matrix.toarray()[np.ix_(places, places)], expected, atol=1e-15
    )
    direct = (CO2 + 273.0 * N2O + 29.8 * METHANE) / made
    np.testing.assert_allclose(system.direct[places], direct, rtol=1e-12)
