"""The same inventory as arrays, as two tables and as a brightway workbook: one answer."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from chainwright import carbon
from product_chains import random_chain, solved


def rows_of(recipes, direct, output):
    """Return processes and exchanges of a system whose processes make `output` units."""
    names = [f"P{i}" for i in range(len(direct))]
    made = pd.DataFrame({"process": names, "unit": "kg", "output": output})
    used = [
        (names[j], "input", names[i], recipes[i, j] * output[j])
        for i, j in zip(*np.nonzero(recipes), strict=True)
    ]
    emitted = [(names[j], "emission", "co2", direct[j] * output[j]) for j in np.flatnonzero(direct)]
    return made, pd.DataFrame(used + emitted, columns=["process", "kind", "item", "amount"])


def workbook_of(path, made, used):
    """Write the same as a workbook in brightway's layout."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Database", "made up"])
    sheet.append([])
    for process in made.itertuples():
        sheet.append(["Activity", process.process])
        sheet.append(["code", process.process])
        sheet.append(["unit", "kilogram"])
        sheet.append(["Exchanges"])
        sheet.append(["name", "amount", "unit", "type"])
        sheet.append([process.process, process.output, "kilogram", "production"])
        for row in used[used["process"] == process.process].itertuples():
            kind = "technosphere" if row.kind == "input" else "biosphere"
            name = row.item if row.kind == "input" else "Carbon dioxide, fossil"
            sheet.append([name, row.amount, "kilogram", kind])
        sheet.append([])
    book.save(path)


@pytest.mark.parametrize("seed", range(5))
def test_tables_a_workbook_and_arrays_give_the_same_footprints(tmp_path, seed):
    rng = np.random.default_rng(seed)
    recipes, direct = random_chain(rng, n=15)
    made, used = rows_of(recipes, direct, 10.0 ** rng.uniform(-1, 3, 15))
    workbook_of(tmp_path / "inventory.xlsx", made, used)
    made.to_csv(tmp_path / "processes.csv", index=False)
    used.to_csv(tmp_path / "exchanges.csv", index=False)
    truth = solved(recipes, direct)
    systems = [
        carbon.ProductSystem.of_arrays(recipes, direct),
        carbon.read_processes(made, used),
        carbon.read_processes(tmp_path),
        carbon.read_processes(tmp_path / "inventory.xlsx"),
    ]
    for products in systems:
        found = carbon.footprints(products, tolerance=1e-12)
        np.testing.assert_allclose(found.footprint, truth, rtol=1e-10)
        np.testing.assert_allclose(products.matrix.toarray(), recipes, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_no_footprint(seed):
    rng = np.random.default_rng(seed)
    recipes, direct = random_chain(rng, n=15)
    made, used = rows_of(recipes, direct, np.ones(15))
    once = carbon.footprints(carbon.read_processes(made, used))
    mixed = used.sample(frac=1.0, random_state=seed)
    again = carbon.footprints(carbon.read_processes(made, mixed))
    np.testing.assert_array_equal(once.footprint, again.footprint)


def test_the_same_input_twice_counts_twice():
    made = pd.DataFrame({"process": ["a", "b"]})
    used = pd.DataFrame(
        {
            "process": ["b", "b", "a"],
            "kind": ["input", "input", "emission"],
            "item": ["a", "a", "co2e"],
            "amount": [1.0, 2.0, 5.0],
        }
    )
    products = carbon.read_processes(made, used)
    assert carbon.footprints(products).footprint.tolist() == [5.0, 15.0]
    assert products.matrix[0, 1] == 3.0
