import datetime as dt

import numpy as np
import openpyxl
import pytest

from chainwright.errors import FormatError
from chainwright.sources.sheets import Workbook, block, column_name, text


@pytest.fixture
def book(tmp_path):
    found = openpyxl.Workbook()
    found.active.title = "first"
    found.active.append(["code", "001", 1.0])
    found.active["C5"] = 2.5
    found.create_sheet("second").append(["only"])
    path = tmp_path / "book.xlsx"
    found.save(path)
    return path


def test_the_sheets_are_named_in_order(book):
    assert Workbook(book).sheets == ("first", "second")


def test_rows_begin_at_the_first_cell_and_are_equally_long(book):
    rows = Workbook(book).rows("first")
    assert rows[0] == ["code", "001", 1.0]
    assert rows[4] == ["", "", 2.5]
    assert {len(row) for row in rows} == {3}


def test_a_sheet_is_asked_for_by_its_name_or_its_place(book):
    opened = Workbook(book)
    assert opened.rows(1) == opened.rows("second") == [["only"]]
    assert opened.rows(1) is opened.rows("second")


def test_what_is_no_spreadsheet_is_refused(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_text("no spreadsheet")
    with pytest.raises(FormatError, match=r"'book\.xlsx' looks like a spreadsheet"):
        Workbook(path)


@pytest.mark.parametrize(
    ("cell", "label"), [(1.0, "1"), (1.5, "1.5"), ("01", "01"), (" c1 ", "c1"), (7, "7"), ("", "")]
)
def test_a_cell_is_a_label_as_it_is_shown(cell, label):
    assert text(cell) == label


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (1644, "BKG")]
)
def test_columns_have_the_letters_that_a_spreadsheet_shows(place, name):
    assert column_name(place) == name


def test_numbers_stand_where_rows_and_columns_meet():
    rows = [[1.0, 2.0, 3.0], [4, 5, 6], ["7", " 8.5 ", 9.0]]
    found, breaches = block(rows, [0, 2], [0, 2])
    assert np.array_equal(found, [[1, 3], [7, 9]])
    found, more = block(rows, [1, 2], [0, 1])
    assert np.array_equal(found, [[4, 5], [7, 8.5]])
    assert breaches == more == []


def test_an_empty_cell_and_one_beyond_the_row_are_what_is_asked_for():
    rows = [[1.0, ""], [2.0]]
    assert np.isnan(block(rows, [0, 1], [1])[0]).all()
    assert np.array_equal(block(rows, [0, 1], [0, 1], blank=0.0)[0], [[1, 0], [2, 0]])


def test_what_is_no_number_is_named_by_its_cell():
    rows = [["n.a.", True], ["1_000", dt.date(2011, 1, 1)], [float("inf"), "nan"]]
    found, breaches = block(rows, [0, 1, 2], [0, 1])
    assert [b.where for b in breaches] == [f"cell {c}{r}" for r in (1, 2, 3) for c in "AB"]
    assert not np.isfinite(found).any()
