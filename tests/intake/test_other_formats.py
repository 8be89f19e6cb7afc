"""ODS, XLSB and XLS give what an XLSX of the same cells gives; broken files are told."""

import zipfile

import pytest

from chainwright.sources.intake import understood
from chainwright.sources.intake.binary_errors import binary_errors
from intake.other_formats import Error, FormulaError, ods, xls, xlsb
from intake.recipes import Book

WRITERS = {"ods": ods, "xlsb": xlsb, "xls": xls}
BILL = [["父件", "子件", "用量"], ["P-1", "A-1", 2], ["P-1", "A-2", 3.5], ["A-1", "007", "４"]]
STOCK = [
    ["料号", "名称", "库存", "盘点日期"],
    [1001, "bolt & nut <M8>", 1200, 46327],
    ["007", "轴承𠮷", "1,5", "2026.11.1"],
    ["A-9", None, None, None],
    ["合计", None, 1201.5, None],
]


def read(tmp_path, ending, sheets, **more):
    path = tmp_path / f"list.{ending}"
    if ending == "xlsx":
        Book(sheets, **more).write(path)
    else:
        path.write_bytes(WRITERS[ending](sheets, **more))
    return understood(path)


def rows_of(found):
    return {name: one.frame.to_dict("list") for name, one in found.tables.items()}


@pytest.mark.parametrize("ending", WRITERS)
def test_a_bill_is_read_with_its_addresses(ending, tmp_path):
    found = read(tmp_path, ending, {"BOM": BILL})
    assert found.files["state"].tolist() == ["understood"]
    bill = found.tables["bill"]
    assert bill.frame.to_numpy().tolist() == [
        ["P-1", "A-1", 2],
        ["P-1", "A-2", 3.5],
        ["A-1", "007", 4],
    ]
    assert bill.address("quantity", 1) == "BOM!C3"
    assert found.remarks.empty


@pytest.mark.parametrize("ending", WRITERS)
def test_messy_cells_give_what_they_give_in_xlsx(ending, tmp_path):
    found = read(tmp_path, ending, {"库存": STOCK})
    other = read(tmp_path, "xlsx", {"库存": STOCK})
    assert {k: str(v) for k, v in rows_of(found).items()} == {
        k: str(v) for k, v in rows_of(other).items()
    }
    columns = ["outcome", "scope", "cell", "code"]
    assert found.remarks[columns].equals(other.remarks[columns])
    stocks = found.tables["stocks"].frame
    assert stocks["item"].tolist() == ["1001", "007"]
    assert stocks["quantity"].tolist() == [1200, 1.5]
    assert stocks["date"].tolist() == ["2026-11-01", "2026-11-01"]
    names = found.tables["parts"].frame["name"].tolist()
    assert names[:2] == ["bolt & nut <M8>", "轴承𠮷"]


@pytest.mark.parametrize("ending", WRITERS)
def test_several_sheets_are_read_and_a_hidden_one_is_told(ending, tmp_path):
    sheets = {"BOM": BILL, "库存": STOCK, "old": [["料号", "库存"], ["A-1", 9], ["A-2", 9]]}
    found = read(tmp_path, ending, sheets, hidden=("old",))
    assert dict(zip(found.files["sheet"], found.files["state"], strict=True)) == {
        "BOM": "understood",
        "库存": "understood",
        "old": "not understood",
    }
    assert "hidden" in found.files["reason_en"].iloc[2]
    assert "A-2" not in found.tables["stocks"].frame["item"].tolist()


@pytest.mark.parametrize("ending", ["xlsb", "xls"])
@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"])
@pytest.mark.parametrize("kind", [Error, FormulaError])
def test_a_formula_error_is_no_missing_cell(ending, error, kind, tmp_path):
    cells = [["料号", "库存"], ["A-1", kind(error)], ["A-2", 7]]
    found = read(tmp_path, ending, {"S": cells})
    assert found.tables["stocks"].frame["item"].tolist() == ["A-2"]
    assert found.refused[["cell", "code"]].to_numpy().tolist() == [["S!B2", "formula_error"]]


@pytest.mark.parametrize("ending", ["xlsb", "xls"])
def test_errors_stand_on_their_own_sheet_and_cost_a_price_alone(ending, tmp_path):
    head = ["料号", "供应商", "单价"]
    sheets = {
        "one": [head, ["A-1", "V-1", 3], ["A-2", "V-2", Error("#REF!")]],
        "two": [head, ["A-3", "V-1", Error("#N/A")], ["A-4", "V-2", 4]],
    }
    found = read(tmp_path, ending, sheets)
    prices = found.tables["sourcing"].frame.set_index("item")["price"]
    assert prices.dropna().to_dict() == {"A-1": 3, "A-4": 4}
    assert found.refused["cell"].tolist() == ["one!C3", "two!C2"]
    assert found.refused["found"].tolist() == ["#REF!", "#N/A"]


def test_errors_of_other_formats_and_broken_files_are_nothing_here():
    whole = xls({"S": [["料号", "库存"], ["A-1", Error("#N/A")]]})
    assert binary_errors(whole) == [{(1, 1): "#N/A"}]
    for part in (b"", b"PK\x03\x04", whole[:8], whole[:600], whole[:1400], ods({"S": BILL})):
        assert not any(binary_errors(part))


@pytest.mark.parametrize("ending", WRITERS)
def test_a_truth_value_is_no_number(ending, tmp_path):
    found = read(tmp_path, ending, {"S": [["料号", "库存"], ["A-1", True], ["A-2", 1]]})
    assert found.tables["stocks"].frame["item"].tolist() == ["A-2"]
    assert found.refused[["cell", "code"]].to_numpy().tolist() == [["S!B2", "boolean"]]


def test_a_million_empty_rows_below_an_ods_table_cost_nothing(tmp_path):
    (tmp_path / "a.ods").write_bytes(ods({"BOM": BILL}, tail=1_048_000))
    found = understood(tmp_path / "a.ods")
    assert found.files[["state", "read"]].to_numpy().tolist() == [["understood", 3]]


def test_a_line_break_in_an_ods_heading_is_a_blank(tmp_path):
    rows = [["Part\nNo.", "On\nHand"], ["A-1", 5]]
    (tmp_path / "a.ods").write_bytes(ods({"S": rows}))
    stocks = understood(tmp_path / "a.ods").tables["stocks"].frame
    assert stocks[["item", "quantity"]].to_numpy().tolist() == [["A-1", 5]]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_told_and_gives_no_row(ending, part, tmp_path):
    raw = WRITERS[ending]({"BOM": BILL})
    path = tmp_path / f"cut.{ending}"
    path.write_bytes(raw[: int(len(raw) * part)])
    found = understood(path)
    cut_in_padding = ending == "xls" and part > 0.5  # the rest of the last sector is empty
    assert found.files["reason_en"].ne("").all() or cut_in_padding
    assert not found.tables or cut_in_padding


BROKEN = {
    "empty.csv": (b"", "empty"),
    "blanks.csv": (b" \r\n\t\r\n", "empty"),
    "mark_alone.csv": (b"\xef\xbb\xbf", "empty"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(60), "neither a spreadsheet"),
    "page.xls": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "web page"),
    "open_quote.csv": ('料号,库存\n"A-1,5\nA-2,7\n'.encode(), "quote"),
    "header_alone.csv": ("料号,库存\n".encode(), "no row of data"),
    "no_header.csv": (b"1,2,3\n4,5,6\n", "No row with headings"),
    "prose.txt": (b"Dear all, please find the list below. Regards\n", "No row with headings"),
    "half.xlsx": (b"PK\x03\x04" + bytes(40), "damaged"),
    "half.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    "odd_utf16.csv": (b"\xff\xfea", "no encoding"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_empty_or_broken_file_is_told_why_in_both_languages(name, tmp_path):
    raw, reason = BROKEN[name]
    (tmp_path / name).write_bytes(raw)
    found = understood(tmp_path / name)
    assert found.files["state"].tolist() == ["not understood"]
    assert reason in found.files["reason_en"][0]
    assert any(sign > "\u2e7f" for sign in found.files["reason_zh"][0])
    assert not found.tables
    assert len(found.sha256[name]) == 64


def test_a_zip_that_is_no_spreadsheet_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    files = understood(tmp_path / "list.xlsx").files
    assert files["state"].tolist() == ["not understood"]
    assert "damaged" in files["reason_en"][0]


def test_one_broken_file_among_good_ones_costs_itself_alone(tmp_path):
    (tmp_path / "a.csv").write_text("料号,库存\nA-1,5\n", "utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "c.xlsb").write_bytes(xlsb({"BOM": BILL}))
    found = understood(tmp_path)
    assert found.files["state"].tolist() == ["understood", "not understood", "understood"]
    assert set(found.tables) >= {"stocks", "bill"}
