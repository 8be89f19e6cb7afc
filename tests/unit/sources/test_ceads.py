"""CEADs' provincial tables, in the layout that the field describes."""

import numpy as np
import openpyxl
import pytest

import chainwright as cw
from chainwright.errors import MoneyError, TableError
from chainwright.params import table
from chainwright.sources import ceads, recognise
from chainwright.sources.files import Request, peek
from layouts.ceads import make, write


def read(path, **asked):
    return ceads.read(peek(path), Request(**asked))


@pytest.fixture(params=[True, False], ids=["merged labels", "labels in every cell"])
def book(request, tmp_path):
    return write(tmp_path / "MRIO.xlsx", make(), merged=request.param)


def test_a_generated_workbook_gives_its_arrays_back(book):
    made, reading = make(), read(book)
    assert reading.nodes[:5] == [
        ("11", "01"),
        ("11", "02"),
        ("11", "03"),
        ("11", "04"),
        ("13", "01"),
    ]
    assert reading.nodes[-1] == ("15", "04")
    assert np.array_equal(reading.matrix, made.matrix)
    assert np.array_equal(reading.final[:, :15], made.final[:, :15])
    assert np.array_equal(reading.final[:, 15:].sum(axis=1), made.final[:, 15])
    assert np.allclose(reading.value_added, made.added, rtol=1e-14)
    assert np.allclose(reading.stressors_matrix, made.co2, rtol=1e-14)
    assert reading.stressors == [("CO2", "Mt")]
    assert np.allclose(reading.stated_output, made.matrix.sum(axis=1) + made.final.sum(axis=1))


def test_imports_are_one_row_from_abroad_for_each_user(book):
    reading = read(book)
    assert reading.imports == [("", "IM")]
    assert np.array_equal(reading.imports_matrix[0], make().imports)
    assert not reading.imports_final.any()


def test_exports_are_a_final_category_of_the_selling_province(book):
    reading = read(book)
    assert reading.users[-3:] == [("11", "EX"), ("13", "EX"), ("15", "EX")]
    assert reading.users[:2] == [("11", "FU101"), ("11", "FU102")]
    assert len(reading.users) == 18
    exported = reading.final[:, 15:]
    assert np.array_equal(exported[4:8, 1], make().final[4:8, 15])
    assert not exported[4:8, [0, 2]].any()


def test_the_long_table_of_a_provincial_table_reads_back(book):
    flows = cw.System.read(book).flows
    back = cw.System.from_table(cw.System(flows).table()).flows
    assert back.nodes.codes == flows.nodes.codes
    assert set(back.users.codes) == set(flows.users.codes)
    assert np.array_equal(back.matrix, flows.matrix)
    assert np.allclose(back.output, flows.output, rtol=1e-14)


def test_imports_that_are_exported_again_cannot_be_given_to_a_province(tmp_path):
    path = changed(write(tmp_path / "MRIO.xlsx", make()), lambda s: s.cell(16, 32, 5.0))
    with pytest.raises(TableError, match=r"row 16 \(IM\), column 'EX': found 5"):
        read(path)


def test_the_workbook_is_recognised_and_becomes_a_system(book):
    assert recognise.recognise(peek(book)).name == "CEADs provincial table of China"
    flows = cw.System.read(book).flows
    assert flows.nodes.regions.names_zh == ("北京", "河北", "内蒙古")
    assert str(flows.money) == "10^4 CNY of 2017"  # the sheet tells the year
    assert flows.final_of("exports").sum() == 3
    columns = flows.matrix.sum(axis=0) + flows.imports.matrix.sum(axis=0) + flows.added
    assert np.allclose(columns, flows.output)


def test_a_corner_labelled_code_does_not_make_it_a_national_table(tmp_path):
    path = changed(write(tmp_path / "MRIO.xlsx", make()), lambda s: s.cell(3, 3, "Code"))
    assert recognise.recognise(peek(path)).name == "CEADs provincial table of China"
    assert np.array_equal(read(path).matrix, make().matrix)


def test_an_empty_cell_of_value_added_is_not_taken_for_zero(tmp_path):
    path = changed(
        write(tmp_path / "MRIO.xlsx", make()), lambda s: s.cell(17, 5).__setattr__("value", None)
    )
    with pytest.raises(TableError, match="row 'VA001', column '11:02': found nan"):
        cw.System.read(path)


def test_co2_and_stated_output_may_be_absent(tmp_path):
    reading = read(write(tmp_path / "MRIO.xlsx", make(), co2=False, output=False))
    assert reading.stressors == ()
    assert reading.stated_output is None


def test_all_31_provinces_have_codes(tmp_path):
    names = [row["name_en"] for row in table("regions") if row["kind"] == "province"]
    reading = read(write(tmp_path / "MRIO.xlsx", make(names, sectors=2)))
    assert len(names) == 31
    assert all(region.isdigit() for region, _ in reading.nodes)


def changed(path, change):
    book = openpyxl.load_workbook(path)
    change(book["Table_2017_English Version"])
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s.cell(5, 6, 99.0), r"row 5, column 'TI': found a total of"),
        (lambda s: s.cell(6, 7, "n.a."), r"cell G6: found 'n.a.', expected a number"),
        (lambda s: s.delete_rows(15), r"no row of 15:04|no row of Inner Mongolia:04"),
        (lambda s: s.delete_cols(15), r"no column of Inner Mongolia:04"),
        (lambda s: s.delete_rows(18), r"no row 'VA002'"),
        (lambda s: s.cell(16, 3, "IMP"), r"'IMP'.*Did you mean IM\?"),
        (lambda s: s.cell(5, 3, "01"), r"row 5: found 'Beijing:01' again"),
    ],
)
def test_a_broken_workbook_is_refused_with_the_place(change, said, tmp_path):
    path = changed(write(tmp_path / "MRIO.xlsx", make(), merged=False), change)
    with pytest.raises(TableError, match=said):
        read(path)


def test_another_currency_is_refused(book):
    with pytest.raises(MoneyError, match="is in CNY"):
        read(book, currency="USD")
