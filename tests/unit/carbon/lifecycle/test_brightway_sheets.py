"""Brightway's Excel layout: a workbook written by its rules gives the same footprints."""

import numpy as np
import openpyxl
import pytest

from chainwright import carbon
from chainwright.errors import FormatError, TableError
from product_chains import DIRECT, RECIPES

HEADING = ["name", "amount", "unit", "location", "type", "uncertainty type", "loc", "scale"]


def activity(name, code, unit, exchanges, **fields):
    """Return the rows of one activity."""
    rows = [["Activity", name], ["code", code], ["location", "CN"], ["unit", unit]]
    rows += [[key.replace("_", " "), value] for key, value in fields.items()]
    return [*rows, ["Exchanges"], HEADING, *exchanges, []]


def steel_rows():
    """Return power, iron and steel; iron is written for ten units."""
    co2 = ["Carbon dioxide, fossil", None, "kilogram", None, "biosphere"]

    def emitted(amount, *rest):
        return [co2[0], amount, *co2[2:], *rest]

    return [
        ["Database", "steel"],
        ["format", "Excel spreadsheet"],
        [],
        *activity(
            "power",
            "p1",
            "kilowatt hour",
            [
                ["power", 1, "kilowatt hour", "CN", "production"],
                ["power", 0.05, "kilowatt hour", "CN", "technosphere"],
                ["steel", 0.01, "kilogram", "CN", "technosphere"],
                emitted(0.5, 2, float(np.log(0.5)), 0.05),
                ["Sulfur dioxide", 0.2, "kilogram", None, "biosphere"],
            ],
        ),
        *activity(
            "iron",
            "p2",
            "kilogram",
            [
                ["iron", 10, "kilogram", "CN", "production"],
                ["power", 1.0, "kilowatt hour", "CN", "technosphere"],
                emitted(15.0),
            ],
        ),
        *activity(
            "steel",
            "p3",
            "kilogram",
            [
                ["power", 0.3, "kilowatt hour", "CN", "technosphere", 3, 0.3, 0.01],
                ["iron", 1.05, "kilogram", "CN", "technosphere"],
                emitted(0.1),
            ],
        ),
    ]


def written(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_gives_the_matrix_that_it_was_made_of(tmp_path):
    products = carbon.read_processes(written(tmp_path / "steel.xlsx", steel_rows()))
    assert products.codes == ("p1", "p2", "p3")
    assert products.frame["name_en"].tolist() == ["power", "iron", "steel"]
    np.testing.assert_allclose(products.matrix.toarray(), RECIPES, rtol=1e-14)
    np.testing.assert_allclose(products.direct, DIRECT, rtol=1e-14)
    assert products.origin.format == "brightway workbook"
    assert "Sulfur dioxide" in products.origin.notes[0]
    assert products.emission_uncertainty.scale[0] == 0.05
    assert products.input_uncertainty.kind.tolist().count(3) == 1


def test_sheets_marked_skip_are_left_out_and_a_cutoff_hides_columns(tmp_path):
    spare = [["skip"], ["Activity", "nothing"]]
    cut = [["cutoff", 8], *[[*row, *[""] * (8 - len(row)), "a note"] for row in steel_rows()]]
    products = carbon.read_processes(written(tmp_path / "two.xlsx", spare, cut))
    np.testing.assert_allclose(products.direct, DIRECT, rtol=1e-14)


def test_substitution_is_a_credit(tmp_path):
    rows = steel_rows()
    at = next(i for i, row in enumerate(rows) if row[:2] == ["steel", 0.01])
    rows[at] = ["steel", 0.01, "kilogram", "CN", "substitution", 2, float(np.log(0.01)), 0.1]
    products = carbon.read_processes(written(tmp_path / "credit.xlsx", rows))
    assert products.matrix[2, 0] == -0.01
    assert carbon.footprints(products).solved.reason == "credits"
    assert products.input_uncertainty.sign.min() == -1.0


def test_activities_without_a_code_go_by_name_product_and_place(tmp_path):
    rows = [row for row in steel_rows() if row[:1] != ["code"]]
    products = carbon.read_processes(written(tmp_path / "plain.xlsx", rows))
    assert products.codes == ("power | CN", "iron | CN", "steel | CN")


@pytest.mark.parametrize(
    ("find", "put", "words"),
    [
        (["iron", 1.05], ["iorn", 1.05, "kilogram", "CN", "technosphere"], "Did you mean iron"),
        (["iron", 1.05], ["iron", "x", "kilogram", "CN", "technosphere"], "a formula alone"),
        (["iron", 1.05], ["iron", 1.05, "kilogram", "CN", "techno"], "technosphere"),
        (
            ["Carbon dioxide, fossil", 15.0],
            ["Carbon dioxide, fossil", 15.0, "cubic meter", None, "biosphere"],
            "Convert the amount to kg",
        ),
        (["code", "p2"], ["code", "p1"], "p1 again"),
    ],
)
def test_what_breaks_the_layout_is_named_by_sheet_and_cell(tmp_path, find, put, words):
    rows = steel_rows()
    at = next(i for i, row in enumerate(rows) if row[:2] == find)
    rows[at] = put
    with pytest.raises(TableError, match=words) as caught:
        carbon.read_processes(written(tmp_path / "broken.xlsx", rows))
    assert caught.value.breaches[0].where.startswith("sheet 'S0'")


def test_a_workbook_without_an_activity_is_none(tmp_path):
    with pytest.raises(FormatError, match="Activity"):
        carbon.read_processes(written(tmp_path / "other.xlsx", [["a", "b"], [1, 2]]))
