"""From files to a stored maker: preview, picks, all or nothing."""

import json

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from chainwright.errors import FormatError, MissingFileError, ParameterError, TableError
from chainwright.sources.maker_tables import MAKER_TABLES
from chainwright.system import Intake, Maker, System, intake, intake_template, read_maker
from chainwright.tables import example, schema

HEADS = {
    "products": "产品编码 产品名称 周需求量 单价(元) 单位毛利(元)",
    "parts": "物料编码 物料名称 单位 单位成本(元) 国民经济行业代码 HS编码 产业链环节",
    "bill": "父件编码 子件编码 用量",
    "suppliers": "供应商编码 供应商名称 统一社会信用代码 国家",
    "sites": "场所编码 供应商编码 场所名称 国家 省份 纬度 经度 周产能 恢复时间(周)",
    "sourcing": "物料编码 供应商编码 场所编码 份额 单价(元) 交货期(周) 周产能 恢复时间(周)",
    "stocks": "物料编码 存放场所 数量 日期",
    "alternates": "物料编码 供应商编码 场所编码 认证时间(周) 周产能 单价(元) "
    "固定成本下限(元) 固定成本上限(元)",
}
SHEETS = dict(
    zip(
        HEADS,
        ["产品", "零部件", "BOM", "供应商", "工厂", "货源", "库存", "替代来源"],
        strict=True,
    )
)
COUNTRIES = {"CHN": "中国", "DEU": "Germany", "JPN": "日本", "USA": "U.S.A.", "TWN": "Taiwan"}


def workbook(path, tables, *, messy=True):
    """Write a maker's tables as people keep them: headings in Chinese, words, marks, per cent."""
    names = dict(zip(tables["suppliers"]["supplier"], tables["suppliers"]["name"], strict=True))
    book = Workbook(write_only=True)
    for table, head in HEADS.items():
        page = book.create_sheet(SHEETS[table])
        if messy:
            page.append([f"{SHEETS[table]}（内部资料）"])
            page.append([])
        page.append(head.split())
        columns = [c.column for c in schema(f"maker_{table}")]
        for i, row in enumerate(tables[table][columns].to_dict("records")):
            cells = [None if pd.isna(v) or v == "" else v for v in row.values()]
            if messy:
                cells = [written(columns[k], v, i, table, names) for k, v in enumerate(cells)]
            page.append(cells)
    book.save(path)


def written(column, value, i, table, names):
    """Return a cell as somebody might have typed it."""
    if value is None:
        return None
    word = value
    if column == "place":
        word = COUNTRIES.get(value, value)
    elif column == "share":
        word = f"{np.format_float_positional(value * 100, precision=12, trim='-')}%"
    elif column == "quantity" and table == "stocks" and i % 2:
        word = f"{value:,}"
    elif table in {"sourcing", "sites", "alternates"} and column == "supplier" and i % 3 == 0:
        word = f"{names[value]}有限公司"
    elif table in {"bill", "sourcing", "stocks"} and column in {"component", "item"}:
        word = value.lower() if i % 5 == 0 else value.translate({ord("-"): "－"})
    return word


@pytest.fixture(scope="module")
def demo():
    return System.demo("maker").maker


@pytest.fixture(scope="module")
def small():
    """Return the example tables of the schemas as one maker."""
    frames = {}
    for table in MAKER_TABLES:
        lines = [line.split(",") for line in example(f"maker_{table}").splitlines()]
        frames[table] = pd.DataFrame(lines[1:], columns=lines[0])
    return Maker.of_tables("example", currency="CNY", **frames)


def test_the_demo_maker_comes_back_from_a_messy_workbook(demo, tmp_path):
    workbook(tmp_path / "maker.xlsx", demo.tables)
    found = intake(tmp_path / "maker.xlsx", currency="CNY", year=2026)
    counts = found.counts
    rows = sum(len(frame) for frame in demo.tables.values())
    assert counts["read"] == counts["matched"] == rows
    assert counts["possible"] == counts["rejected"] == counts["left_out"] == 0
    assert not found.open
    maker = found.system().maker
    for table, frame in demo.tables.items():
        pd.testing.assert_frame_equal(maker.tables[table], frame, rtol=1e-12)
    assert set(found.rows["status"]) == {"taken"}
    assert not (found.columns["status"] == "unknown").any()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_filled_in_is_matched_whole(small, language, tmp_path):
    path = tmp_path / "template.xlsx"
    intake_template(path, language=language)
    book = load_workbook(path)
    assert len(book.sheetnames) == len(MAKER_TABLES) + 1
    assert all(cell.comment for cell in book.worksheets[0][1])
    found = intake(path, currency="CNY")
    counts = found.counts
    assert counts["read"] == counts["matched"] == sum(map(len, small.tables.values()))
    assert found.rows.empty
    for table, frame in small.tables.items():
        pd.testing.assert_frame_equal(found.system().maker.tables[table], frame)


def test_a_template_of_another_language_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="'en' or 'zh'"):
        intake_template(tmp_path / "x.xlsx", language="fr")


@pytest.fixture
def slips(small, tmp_path):
    """Return a workbook with one near supplier and one item that nobody knows."""
    tables = dict(small.tables)
    wrong = tables["sourcing"].copy()
    wrong.loc[2, "supplier"] = "North Electronic"
    tables["sourcing"] = wrong
    more = tables["stocks"].iloc[[0]].assign(item="Zebra")
    tables["stocks"] = pd.concat([tables["stocks"], more], ignore_index=True)
    workbook(tmp_path / "slips.xlsx", tables, messy=False)
    return tmp_path / "slips.xlsx"


def test_a_preview_stores_nothing_and_tells_each_cell(slips, tmp_path):
    found = intake(slips)
    counts = found.counts
    assert (counts["possible"], counts["rejected"]) == (1, 1)
    assert counts["read"] == counts["matched"] + 2
    rows = found.table().set_index("status")
    assert rows.loc["possible", "address"] == "货源!B4"
    assert rows.loc["rejected", "address"] == "库存!A6"
    assert [p.name for p in tmp_path.iterdir()] == ["slips.xlsx"]


def test_storing_is_refused_with_every_place_and_leaves_no_trace(slips, tmp_path):
    with pytest.raises(TableError) as caught:
        intake(slips).store(tmp_path / "out")
    assert len(caught.value.breaches) == 2
    assert "Zebra" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_picks_filled_in_are_read_back_and_decide(slips, tmp_path):
    picks = intake(slips).picks_template()
    assert list(picks["found"]) == ["North Electronic"]
    picks["pick"] = picks["candidate_1"]
    picks.to_csv(tmp_path / "picks.csv", index=False)
    for given in (picks, tmp_path / "picks.csv"):
        found = intake(slips, picks=given)
        assert found.counts["possible"] == 0
        assert found.system(leave_out=True).maker.tables["sourcing"].loc[2, "supplier"] == "V-001"


def test_what_is_left_out_is_noted_and_the_rest_is_a_maker(slips, tmp_path, small):
    found = intake(slips, name="toy", currency="CNY", year=2026)
    found.store(tmp_path / "out", leave_out=True)
    maker = read_maker(tmp_path / "out")
    assert (maker.name, str(maker.money)) == ("toy", "CNY of 2026")
    assert len(maker.tables["sourcing"]) == len(small.tables["sourcing"]) - 1
    assert len(maker.tables["stocks"]) == len(small.tables["stocks"])
    head = json.loads((tmp_path / "out" / "maker.json").read_text("utf-8"))
    assert any("1 rejected and 1 possible rows" in note for note in head["notes"])
    assert any("slips.xlsx, SHA-256" in note for note in maker.origin.notes)


def test_a_store_that_fails_half_way_leaves_what_was_there(small, slips, tmp_path, monkeypatch):
    found = intake(slips)
    found.store(tmp_path / "out", leave_out=True)
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    from pathlib import Path  # noqa: PLC0415

    real, calls = Path.replace, []

    def failing(self, target):
        calls.append(self)
        if len(calls) == 8:
            raise OSError(28, "no room")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="no room"):
        intake(slips, name="other").store(tmp_path / "out", leave_out=True)
    monkeypatch.undo()
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before


def test_the_tables_of_a_preview_have_the_columns_of_their_schemas(slips, tmp_path):
    found = intake(slips)
    for name, frame in found.tables().items():
        assert list(frame.columns) == [c.column for c in schema(name)]
    found.save(tmp_path / "preview")
    assert (tmp_path / "preview" / "intake_picks.csv.origin.json").is_file()
    with pytest.raises(MissingFileError, match="is a file"):
        found.save(slips)


def test_a_preview_shows_itself(slips):
    found = intake([slips])
    assert isinstance(found, Intake)
    assert "nothing is stored" in repr(found)
    assert "<table" in found._repr_html_()
    assert found.origin["files"] == dict(found.understood.sha256)


def test_words_are_told_while_files_are_read(slips):
    told = []
    intake(slips, progress=told.append)
    assert told == ["reading slips.xlsx", "matching rows across tables"]


def test_no_file_a_missing_one_and_picks_that_are_no_table_are_refused(slips, tmp_path):
    with pytest.raises(ParameterError, match="one file or more"):
        intake([])
    with pytest.raises(MissingFileError):
        intake(tmp_path / "none.xlsx")
    with pytest.raises(MissingFileError):
        intake(slips, picks=tmp_path / "none.csv")
    with pytest.raises(FormatError, match="Got list"):
        intake(slips, picks=["x"])
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(FormatError, match="UTF-8 or GBK"):
        intake(slips, picks=tmp_path / "bad.csv")
    with pytest.raises(TableError, match="no column 'pick'"):
        intake(slips, picks=pd.DataFrame({"kind": ["item"], "found": ["x"]}))
    twice = pd.DataFrame({"kind": ["item"] * 2, "found": ["x", "X"], "pick": ["a", "b"]})
    with pytest.raises(TableError, match="picked once"):
        intake(slips, picks=twice)


def test_picks_in_gbk_with_chinese_words_are_read(slips, tmp_path):
    text = "kind,found,pick\nsupplier,North Electronic,新建\n"
    (tmp_path / "picks.csv").write_bytes(text.encode("gb18030"))
    found = intake(slips, picks=tmp_path / "picks.csv")
    assert found.counts["possible"] == 0
    assert found.counts["rejected"] == 2  # it is at the site of another
    suppliers = found.system(leave_out=True).maker.tables["suppliers"]
    assert "North Electronic" not in set(suppliers["supplier"])


def test_files_that_hold_no_maker_are_told_so(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    found = intake(tmp_path / "x.csv")
    assert found.counts["matched"] == 0
    with pytest.raises(TableError, match="no such table"):
        found.system(leave_out=True)


def test_a_row_that_became_no_row_stops_the_store_as_well(small, tmp_path):
    tables = {name: [list(f), *f.to_numpy().tolist()] for name, f in small.tables.items()}
    first = tables["bill"][1]
    tables["bill"].append([first[0], "ANY-1", "some"])
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([None if pd.isna(cell) else cell for cell in row])
    book.save(tmp_path / "book.xlsx")
    read = intake(tmp_path / "book.xlsx", name="small")
    assert read.counts["rejected"] == 1
    (breach,) = read.open
    assert breach.where == f"book.xlsx, bill!C{len(tables['bill'])}"
    assert breach.found == "'some'"
    with pytest.raises(TableError, match="No number"):
        read.store(tmp_path / "stored")
    assert not (tmp_path / "stored").exists()
    read.store(tmp_path / "stored", leave_out=True)
    (note,) = [n for n in read_maker(tmp_path / "stored").origin.notes if "left out" in n]
    assert "1 rejected" in note
