import io
import zipfile

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.errors import MissingFileError
from chainwright.sources.intake import texts, workbooks
from chainwright.sources.intake.grids import grids, padded
from chainwright.sources.intake.texts import decoded, delimiter_of


@pytest.mark.parametrize(
    ("encoding", "called"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with byte order mark"),
        ("gbk", "GB 18030"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_an_encoding_is_found_and_called_by_its_name(encoding, called):
    text = "料号,名称,库存\nA-1,控制器,3\n"
    assert decoded(text.encode(encoding)) == (text, called, [])


def test_accents_that_stand_alone_are_western():
    text, called, told = decoded("Träger,Müller\n".encode("cp1252"))
    assert (text, called, told) == ("Träger,Müller\n", "Windows-1252", [("western", {})])


def test_each_line_is_read_in_its_own_encoding():
    text, _, told = decoded("料\n".encode() + "号\n".encode("gbk") + b"a\n")
    assert text == "料\n号\na\n"
    assert told == [("mixed_encodings", {"lines": "2"})]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", "comma"),
        ("a;b\n1,5;2\n", "semicolon"),
        ("a\tb\n1\t2\n", "tab"),
        ("a|b\n1|2\n", "bar"),
        ("a\n1\n", "comma"),
        ("Title\n\na;b;c\n1;2;3\n", "semicolon"),
        ('"x;y",b\n"1;2",3\n', "comma"),
    ],
)
def test_the_delimiter_is_told_by_the_lines(text, delimiter):
    assert delimiter_of(text) == delimiter


def only(path):
    return next(iter(grids(path)[1]))


def test_a_row_has_the_line_that_it_begins_in(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"x\ny",1\nz,2\n', encoding="utf-8")
    grid = only(path)
    assert grid.sheet.lines.tolist() == [1, 2, 4]
    assert grid.sheet.address(2, 1) == "line 4, column 2"
    assert grid.sheet.address(2, -1) == "line 4"


def test_a_table_that_fills_the_sheet_is_told_to_be_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "EXCEL_ROWS", 3)
    monkeypatch.setattr(workbooks, "EXCEL_ROWS", 3)
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, 2], [3, 4]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    for name in ("a.csv", "a.xlsx"):
        grid = only(tmp_path / name)
        assert grid.readable
        assert [code for code, _ in grid.told] == ["full_sheet"]


def test_a_text_of_too_many_cells_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "LARGEST", 5)
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    grid = only(tmp_path / "a.csv")
    assert not grid.readable
    assert grid.told[0][0] == "too_large"


def test_a_quote_inside_a_cell_is_no_broken_text(tmp_path):
    (tmp_path / "a.csv").write_text('a,b\nx"y,"p"q\n', encoding="utf-8")
    assert only(tmp_path / "a.csv").cells[1, 0] == 'x"y'


def test_a_value_joined_over_rows_stands_in_each_and_not_across(tmp_path):
    book = openpyxl.Workbook()
    for row in (["P", "a"], [None, "b"], ["Q", None]):
        book.active.append(row)
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("A3:B3")
    book.save(tmp_path / "a.xlsx")
    assert only(tmp_path / "a.xlsx").cells.tolist() == [["P", "a"], ["P", "b"], ["Q", ""]]


def sheet_xml(cells):
    """Return an XLSX whose only sheet holds `cells` as XML."""
    book, raw = openpyxl.Workbook(), io.BytesIO()
    book.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(b"<sheetData>", f"<sheetData>{cells}".encode())
            new.writestr(name, data)
    return out.getvalue()


def test_formula_errors_and_formulas_without_a_value_stand_as_texts():
    raw = sheet_xml(
        '<row r="1"><c r="A1" t="e"><f>B1</f><v>#REF!</v></c><c r="B1"><f>1+2</f></c>'
        '<c r="C1"><f>1+2</f><v>3</v></c><c r="D1" t="str"><f>""</f><v></v></c>'
        '<c r="E1" s="0" t="e"><v>#N/A</v></c><c r="F1"><v>1</v></c></row>'
    )
    grid = next(iter(workbooks.sheets("a.xlsx", raw)))
    assert grid.cells.tolist() == [["#REF!", workbooks.UNCALCULATED, 3.0, "", "#N/A", 1.0]]


def test_the_extent_of_a_sheet_is_that_of_its_filled_cells():
    far = '<row r="2"><c r="A2"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    grid = next(iter(workbooks.sheets("a.xlsx", sheet_xml(far))))
    assert grid.readable
    assert grid.cells.tolist() == [[""], [1.0]]


def test_a_spreadsheet_of_another_kind_is_no_crash(tmp_path):
    (tmp_path / "a.ods").write_bytes(b"PK\x03\x04" + b"x" * 100)
    assert only(tmp_path / "a.ods").told[0][0] == "damaged"


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(MissingFileError, match="no file"):
        grids(tmp_path / "none.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_grid_or_a_reason(raw):
    read = workbooks.sheets if workbooks.is_workbook(raw) else texts.sheets
    for grid in read("a", raw):
        assert grid.readable or grid.told
        assert grid.cells.dtype == object


@given(st.lists(st.lists(st.sampled_from(["", "a", 1.0]), max_size=4), max_size=5))
def test_rows_of_unequal_length_are_filled_up(rows):
    grid = padded(rows)
    for i, row in enumerate(rows):
        assert grid[i, : len(row)].tolist() == row
        assert (grid[i, len(row) :] == np.array("", dtype=object)).all()


@pytest.mark.parametrize("word", ["缺失", "煤", "目", "名", "米", "煤,目", "联通"])
def test_words_of_gbk_that_would_be_utf8_by_chance_are_no_mixture(word):
    text = f"企业,数据质量\n甲厂,实测\n乙厂\n{word}\nA,{word},1\n"
    assert decoded(text.encode("gbk")) == (text, "GB 18030", [])


@pytest.mark.parametrize("word", ["Zürich", "café", "料号", "Ångström", "é1é x"])
def test_a_line_that_only_utf8_can_be_makes_a_mixture(word):
    raw = f"{word},1\n".encode() + "华厂,2\n".encode("gbk")
    text, called, told = decoded(raw)
    if word == "é1é x":  # signs of two bytes alone may be either: the whole file decides
        assert (called, told) == ("GB 18030", [])
    else:
        assert text == f"{word},1\n华厂,2\n"
        assert told == [("mixed_encodings", {"lines": "2"})]


@pytest.mark.parametrize(
    "raw",
    [b"a,b\n" + b"x" * 5_000_000, b",".join([b"c"] * 20_000) + b"\n1", b";" * 6_000_000],
    ids=["one long line", "20,000 columns", "nothing but separators"],
)
def test_a_line_that_no_table_has_is_refused_before_it_is_taken_apart(raw):
    found = list(texts.sheets("long.csv", raw))
    assert [grid.readable for grid in found] == [False]
    assert found[0].told[0][0] == "too_large"
