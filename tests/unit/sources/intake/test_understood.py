import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainwright.errors import MissingFileError
from chainwright.sources.intake import Choice, understood
from chainwright.sources.intake.feeds import MUST, feeds
from chainwright.sources.intake.found import COLUMNS, REMARKS, SHEETS
from chainwright.sources.maker_tables import MAKER_TABLES
from chainwright.tables import example, schema


def written(folder, text, name="list.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_examples_of_the_schemas_are_understood_as_they_stand(tmp_path):
    for name in MAKER_TABLES:
        written(tmp_path, example(f"maker_{name}"), f"{name}.csv")
    found = understood(tmp_path)
    assert list(found.tables) == list(MAKER_TABLES)
    assert (found.files["state"] == "understood").all()
    assert found.remarks.empty
    for name, table in found.tables.items():
        given_rows = pd.read_csv(tmp_path / f"{name}.csv", dtype=str, keep_default_na=False)
        for column in schema(f"maker_{name}"):
            values, cells = table.frame[column.column], given_rows[column.column]
            if column.type == "float":
                numbers = pd.to_numeric(cells.replace("", None)).astype(float)
                np.testing.assert_allclose(values, numbers)
            else:
                assert values.tolist() == cells.tolist()


def test_each_value_knows_its_cell(tmp_path):
    book = openpyxl.Workbook()
    rows = [["Stock list"], [], ["料号", "仓库", "库存"], ["A-1", "W1", 3], ["A-2", "W1", 4]]
    for row in rows:
        book.active.append(row)
    book.active.title = "库存"
    book.save(tmp_path / "a.xlsx")
    table = understood(tmp_path / "a.xlsx").tables["stocks"]
    for i in range(2):
        assert table.address("item", i) == f"库存!A{i + 4}"
        assert table.address("site", i) == f"库存!B{i + 4}"
        assert table.address("quantity", i) == f"库存!C{i + 4}"
        assert table.address("date", i) == table.row_address(i) == f"库存!{i + 4}:{i + 4}"
        assert table.source_row(i) == i + 3
        assert table.file(i) == "a.xlsx"


def test_frames_have_their_columns_and_types(tmp_path):
    found = understood(written(tmp_path, "料号,库存\nA-1,3\nA-2,x\n"))
    assert tuple(found.files.columns) == SHEETS
    assert tuple(found.columns.columns) == COLUMNS
    assert tuple(found.remarks.columns) == REMARKS
    assert found.refused["cell"].tolist() == ["line 3, column 2"]
    assert found.tables["stocks"].frame.dtypes["quantity"] == np.float64
    assert len(found.sha256["list.csv"]) == 64


def test_positions_of_remarks_point_into_the_table_over_several_files(tmp_path):
    one = written(tmp_path, "料号,库存,日期\nA-1,3,下周\nA-2,x,\n", "one.csv")
    two = written(tmp_path, "料号,库存,日期\nB-1,3,\nB-2,4,nie\n", "two.csv")
    found = understood([one, two])
    frame = found.tables["stocks"].frame
    cells = found.refused[found.refused["scope"] == "cell"]
    assert frame["item"][cells["position"]].tolist() == ["A-1", "B-2"]


def test_a_person_may_say_what_a_column_holds(tmp_path):
    path = written(tmp_path, "Ref,Amount,交货期,供应商\nA-1,3,2,V-1\n", "x.csv")
    assert understood(path).tables.keys() == {"suppliers"}
    said = [
        Choice("x.csv", "", "1", "item"),
        Choice("x.csv", "", "2", "price"),
        Choice("x.csv", "", "3", "lead_time", "week"),
    ]
    found = understood(path, choices=said)
    row = found.tables["sourcing"].frame.iloc[0]
    assert (row["item"], row["price"], row["lead_time_weeks"]) == ("A-1", 3.0, 2.0)
    assert found.columns.set_index("column")["state"].to_dict() == dict.fromkeys("1234", "matched")


def test_a_person_may_say_that_a_column_is_not_used(tmp_path):
    path = written(tmp_path, "料号,库存,库存\nA-1,3,5\n")
    said = [Choice("list.csv", "", "2", ""), Choice("list.csv", "", "3", "stock")]
    found = understood(path, choices=said)
    assert found.tables["stocks"].frame["quantity"].tolist() == [5.0]


def test_a_folder_gives_its_tables_and_leaves_open_copies_out(tmp_path):
    written(tmp_path, "料号,库存\nA-1,3\n", "a.csv")
    written(tmp_path, "lock", "~$a.xlsx")
    written(tmp_path, "{}", "maker.json")
    assert understood(tmp_path).files["file"].tolist() == ["a.csv"]


def test_a_missing_file_is_an_error_and_a_broken_one_is_told(tmp_path):
    with pytest.raises(MissingFileError, match=r"none\.csv"):
        understood(tmp_path / "none.csv")
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 no")
    files = understood(tmp_path / "bad.xlsx").files
    assert files["state"].tolist() == ["not understood"]
    assert "damaged" in files["reason_en"][0]


@pytest.mark.parametrize(
    ("roles", "subject", "tables"),
    [
        ({"parent", "component", "usage"}, "", {"bill"}),
        ({"product", "item", "count"}, "", {"bill"}),
        ({"item", "count"}, "stocks", {"stocks"}),
        ({"item", "count"}, "", {"parts"}),
        ({"item", "count", "stock_site"}, "", {"stocks"}),
        ({"product", "demand"}, "", {"products"}),
        ({"item", "name", "demand", "price", "margin"}, "products", {"products"}),
        ({"supplier", "supplier_name", "place"}, "", {"suppliers"}),
        ({"site", "supplier", "name", "place", "region"}, "sites", {"sites"}),
        ({"item", "supplier", "share"}, "", {"sourcing"}),
        ({"item", "site", "share"}, "", {"sourcing"}),
        ({"item", "site", "stock"}, "", {"stocks"}),
        ({"item", "alt_supplier", "qualify"}, "", {"alternates"}),
        ({"item", "supplier", "qualify"}, "", {"alternates"}),
        ({"item", "supplier", "alt_supplier"}, "", {"alternates", "sourcing"}),
        ({"date", "remark"}, "", set()),
    ],
)
def test_the_columns_of_a_sheet_tell_which_tables_it_feeds(roles, subject, tables):
    found = feeds(roles, subject=subject)
    assert set(found) == tables
    for name, fields in found.items():
        assert set(MUST[name]) <= set(fields)


CELL = st.sampled_from(
    ["A-1", "A-2", "V-1", "3", "1,5", "x", "", "合计", "N/A", "8周", "60%", "#REF!", "料号", "单位"]
)
HEAD = st.sampled_from(
    [
        "料号",
        "供应商",
        "库存",
        "用量",
        "层级",
        "父件",
        "份额",
        "交货期",
        "L1",
        "L2",
        "颜色",
        "国家",
        "",
    ]
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(HEAD, min_size=2, max_size=6),
    st.lists(st.lists(CELL, min_size=6, max_size=6), max_size=8),
)
def test_any_table_is_understood_or_told_and_no_value_comes_from_nowhere(tmp_path, heads, rows):
    lines = [heads, *(row[: len(heads)] for row in rows)]
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines) + "\n"
    found = understood(written(tmp_path, text))
    assert (found.files["reason_en"].ne("") | found.files["state"].ne("not understood")).all()
    for table in found.tables.values():
        assert not table.frame[list(MUST[table.table])].isin([""]).any().any()
        for field in table.frame:
            filled = table.frame[field].notna() & (table.frame[field] != "")
            assert (table.row[field][filled.to_numpy()] >= 0).all()
    for remark in found.refused.itertuples():
        assert remark.reason_en
        assert remark.reason_zh


def test_a_column_headed_name_beside_one_headed_product_names_the_product(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("产品,名称,周需求\nA1,城市车,100\nA2,家用车,50\n", encoding="utf-8")
    frame = understood([path]).tables["products"].frame
    assert frame["name"].tolist() == ["城市车", "家用车"]


GROUPED = (
    "仓库,物料编码,库存数量\n一号库,ECU-7,300\n,MCU-32,5\n一号库小计,,305\n"
    "二号库,ECU-7,7\n,SEAT-A,9\nSubtotal 2,,16\n合计,,321\n"
)


def test_a_place_that_is_written_once_a_group_is_filled_down_and_totals_of_groups_go(tmp_path):
    found = understood(written(tmp_path, GROUPED, "库存.csv"))
    frame = found.tables["stocks"].frame
    assert frame["site"].tolist() == ["一号库", "一号库", "二号库", "二号库"]
    assert frame["quantity"].tolist() == [300.0, 5.0, 7.0, 9.0]
    (place,) = found.columns[found.columns["field"] == "site"].to_dict("records")
    assert place["state"] == "possible"
    assert "filled down into the 2 empty cells" in place["reason_en"]
    assert set(found.remarks["code"]) == {"total"}
    assert len(found.remarks) == 3


def test_a_place_that_stands_in_several_rows_is_not_filled_into_others(tmp_path):
    text = "仓库,物料编码,库存数量\n一号库,ECU-7,300\n一号库,MCU-32,5\n,SEAT-A,9\n"
    found = understood(written(tmp_path, text, "库存.csv"))
    assert found.tables["stocks"].frame["site"].tolist() == ["一号库", "一号库", ""]
    assert "possible" not in set(found.columns["state"])


def test_an_item_that_is_called_a_total_is_no_total(tmp_path):
    text = "仓库,物料编码,库存数量\n一号库,Total Energy,300\nTotal Store,MCU-32,5\n"
    found = understood(written(tmp_path, text, "库存.csv"))
    assert found.tables["stocks"].frame["item"].tolist() == ["Total Energy", "MCU-32"]
    assert found.remarks.empty


def test_levels_without_quantities_are_told_loudly(tmp_path):
    text = "Lvl,Part No.,Description,blue\n0,SUV-1,SUV,1\n1,ECU-7,Unit,2\n"
    found = understood(written(tmp_path, text, "sheet.csv"))
    assert "bill" not in found.tables
    assert found.files["state"].tolist() == ["possible"]
    assert "NO BILL was read" in found.files["reason_en"][0]


def test_a_text_alone_under_a_bill_is_a_note(tmp_path):
    text = "Lvl,Part No.,Qty\n0,SUV-1,\n1,ECU-7,2\nReleased 03/10/2026,,\n"
    found = understood(written(tmp_path, text, "sheet.csv"))
    assert len(found.tables["bill"].frame) == 1
    assert found.remarks["code"].tolist() == ["note"]


def test_a_bill_in_a_file_named_after_its_cars_is_a_bill_of_parts(tmp_path):
    text = "Lvl,Part No.,Description,Qty\n0,CITY-1,City car,\n1,SEAT-A,Seat,4\n"
    found = understood(written(tmp_path, text, "整车.csv"))
    assert set(found.tables) == {"bill", "parts"}
    assert found.tables["bill"].frame.to_numpy().tolist() == [["CITY-1", "SEAT-A", 4.0]]
    assert found.refused.empty
