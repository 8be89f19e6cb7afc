"""Process inventories from tables: what is read, and every breach by its cell."""

import io

import numpy as np
import pandas as pd
import pytest

from chainwright import carbon
from chainwright.errors import FormatError, MissingFileError, TableError, UnknownCodeError
from chainwright.tables import example
from product_chains import DIRECT, RECIPES, solved


def tables():
    """Return the example: processes and exchanges."""
    return tuple(
        pd.read_csv(io.StringIO(example(name)), dtype=str, keep_default_na=False)
        for name in ("processes", "exchanges")
    )


def test_the_example_is_power_iron_and_steel():
    products = carbon.read_processes(*tables())
    np.testing.assert_allclose(products.matrix.toarray(), RECIPES)
    np.testing.assert_allclose(products.direct, DIRECT)
    assert [products.input_uncertainty.spread, products.emission_uncertainty.spread] == [1, 2]
    found = carbon.footprints(products)
    np.testing.assert_allclose(found.footprint, solved(RECIPES, DIRECT), rtol=1e-8)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_folder_of_two_files_is_read(tmp_path, suffix):
    for name, frame in zip(("processes", "exchanges"), tables(), strict=True):
        if suffix == "csv":
            frame.to_csv(tmp_path / f"{name}.csv", index=False)
        else:
            frame.to_parquet(tmp_path / f"{name}.parquet")
    products = carbon.read_processes(tmp_path)
    assert products.codes == ("power", "iron", "steel")
    assert products.origin.file == f"processes.{suffix}"
    assert f"exchanges.{suffix}" in products.origin.notes[0]


def test_amounts_are_per_output_and_gases_are_weighed():
    made = pd.DataFrame({"process": ["a", "b"], "output": [1.0, 4.0], "unit": ["kg", "kg"]})
    used = pd.DataFrame(
        {
            "process": ["b", "b", "b", "b", "b"],
            "kind": ["input", "emission", "emission", "emission", "Emission"],
            "item": ["a", "N2O", "ch4_biogenic", "co2", "dust"],
            "amount": [2.0, 0.1, 10.0, 0.004, 3.0],
            "unit": ["kg", "kg", "g", "t", ""],
            "factor": [None, None, None, None, 0.5],
            "scope": ["", "1", "1", "2", "3"],
        }
    )
    products = carbon.read_processes(made, used)
    assert products.matrix[0, 1] == 0.5
    by_flow = dict(zip(products.flows, carbon.footprints(products).by("flow")[1][1], strict=True))
    expected = {"N2O": 27.3 / 4, "ch4_biogenic": 0.01 * 27.0 / 4, "co2": 1.0, "dust": 1.5 / 4}
    assert set(by_flow) == set(expected)
    for flow in ("N2O", "co2", "dust"):
        assert by_flow[flow] == pytest.approx(expected[flow], rel=1e-12)
    ar5 = carbon.read_processes(made, used, gwp="AR5")
    assert ar5.direct[1] - products.direct[1] == pytest.approx(
        (26.5 - 27.3) / 4
        + (carbon.gwp("AR5", "ch4").value - carbon.gwp("AR6", "ch4_biogenic").value) * 0.01 / 4
    )
    with pytest.raises(UnknownCodeError):
        carbon.read_processes(made, used, gwp="AR7")


def test_uncertainties_are_scaled_with_their_amounts():
    made = pd.DataFrame({"process": ["a", "b"], "output": [1.0, 4.0]})
    used = pd.DataFrame(
        {
            "process": ["b"] * 5,
            "kind": ["input"] * 5,
            "item": ["a"] * 5,
            "amount": [2.0, -2.0, 2.0, 2.0, 2.0],
            "uncertainty": ["2", "lognormal", "normal", "triangular", "4"],
            "location": [np.log(3.0), None, None, None, None],
            "scale": [0.1, 0.2, 0.4, None, None],
            "low": [None, None, None, 1.0, 1.0],
            "high": [None, None, None, 4.0, 4.0],
        }
    )
    spread = carbon.read_processes(made, used).input_uncertainty
    assert spread.kind.tolist() == [2, 2, 3, 5, 4]
    np.testing.assert_allclose(np.exp(spread.location[:2]), [0.75, 0.5])
    np.testing.assert_allclose(spread.location[2:4], [0.5, 0.5])
    np.testing.assert_allclose(spread.scale[:3], [0.1, 0.2, 0.1])
    np.testing.assert_allclose(spread.low[3:], [0.25, 0.25])
    assert spread.sign.tolist() == [1.0, -1.0, 1.0, 1.0, 1.0]


BREACHES = [
    ("processes", 1, "output", "0", "above 0"),
    ("processes", 1, "primary_share", "35", "Write 35 % as 0.35"),
    ("processes", 1, "process", "power", "power again"),
    ("exchanges", 0, "process", "pwoer", "Did you mean power"),
    ("exchanges", 2, "item", "irno", "a process"),
    ("exchanges", 2, "kind", "product", "input or emission"),
    ("exchanges", 2, "amount", "1,5", "thousands separator"),
    ("exchanges", 2, "unit", "MJ", "that of the product, kWh"),
    ("exchanges", 1, "scope", "4", "1, 2 or 3"),
    ("exchanges", 1, "item", "argon", "a greenhouse gas with a known factor"),
    ("exchanges", 1, "unit", "litre", "a greenhouse gas with a known factor"),
    ("exchanges", 1, "uncertainty", "gauss", "a kind that is known"),
    ("exchanges", 1, "scale", "-1", "0 or more"),
    ("exchanges", 1, "uncertainty", "uniform", "below high"),
]


@pytest.mark.parametrize(("table", "row", "column", "cell", "words"), BREACHES)
def test_each_breach_is_named_by_its_cell(table, row, column, cell, words):
    made, used = tables()
    used["unit"] = ""
    frame = made if table == "processes" else used
    frame.loc[row, column] = cell
    with pytest.raises(TableError, match=words) as caught:
        carbon.read_processes(made, used)
    assert any(f"row {row + 2}" in breach.where for breach in caught.value.breaches)


def test_a_mode_outside_its_bounds_and_a_lognormal_nought_are_refused():
    made, used = tables()
    used["low"], used["high"] = "", ""
    used.loc[0, ["uncertainty", "low", "high"]] = ["triangular", "1", "2"]
    used.loc[4, ["uncertainty", "scale", "amount"]] = ["lognormal", "0.1", "0"]
    with pytest.raises(TableError) as caught:
        carbon.read_processes(made, used)
    assert len(caught.value.breaches) == 2


def test_what_is_no_inventory_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match="processes"):
        carbon.read_processes(tmp_path)
    (tmp_path / "processes.csv").write_text(example("processes"), encoding="utf-8")
    with pytest.raises(FormatError, match="Give its exchanges"):
        carbon.read_processes(tmp_path / "processes.csv")
    with pytest.raises(FormatError, match="needs one of exchanges"):
        carbon.read_processes(tables()[0])
    with pytest.raises(MissingFileError):
        carbon.read_processes(tmp_path / "none.xlsx")
