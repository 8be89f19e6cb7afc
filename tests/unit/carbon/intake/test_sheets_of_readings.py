"""Tables as people lay them out: titles, units above, years apart, wide months, parts, notes."""

from datetime import date

import openpyxl
import pytest

from chainwright.carbon import read_meters
from chainwright.params import table

TODAY = date(2026, 11, 22)


def read(folder, text, name="f.csv", **said):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_meters(path, **({"today": TODAY} | said))


def values(got):
    return {
        (r["firm"], r["kind"], r["item"], r["period"]): r["value"]
        for r in got.accepted.to_dict("records")
    }


def power(value, firm="A", period="2025-03"):
    return {(firm, "grid_electricity", "", period): pytest.approx(value, rel=1e-12)}


@pytest.mark.parametrize(
    "text",
    [
        "单位：千瓦时,,\n企业,月份,用电量\nA,2025-03,1234.5\n",
        "计量单位:,千瓦时,\n企业,月份,用电量\nA,2025-03,1234.5\n",
        "2025年用电统计表,,\n（千瓦时）,,\n企业,月份,用电量\nA,3月,1234.5\n",
        "填报企业：A,,\n月份,用电量（kWh）,备注\n2025-03,1234.5,x\n",
        "填报单位,A,\n月份,用电量（kWh）,备注\n2025年3月,1234.5,\n",
        "2025年3月用电量,\n企业,用电量（kWh）\nA,1234.5\n",
        "企业,年度,月,用电量（kWh）\nA,2025年,3,1234.5\n",
        "企业,年份,月份,用电量（kWh）\nA,2025,3月,1234.5\n",
        "企业,月份,能源品种,消费量,单位\nA,2025-03,电力,1234.5,kWh\n",
        "企业,能源品种,单位,2025-03\nA,外购电量,千瓦时,1234.5\n",
        "企业,数据种类,2025年3月（kWh）\nA,电力,1234.5\n",
        "企业,指标,2025年3月\nA,用电量（千瓦时）,1234.5\n",
        "企业,指标,月份,数值,单位\nA,用电量（千瓦时）,2025-03,1234.5,kWh\n",
        "2025年电费清单（单位：千瓦时）,,\n企业,月份,用电量\nA,2025-03,1234.5\n",
        "一厂电费【千瓦时】,,\n企业,月份,用电量\nA,2025-03,1234.5\n",
        "company,month,grid_electricity (kWh)\nA,2025-03,1234.5\n",
        "firm,period,kind,value,unit\nA,2025-03,Grid electricity bought,1234.5,kWh\n",
        "企业,月份,Usage_kWh\nA,2025-03,1234.5\n",
        "企业,月份,用电量\n,,kWh\nA,2025-03,1234.5\n",
        "\n\n\n企业,月份,用电量（kWh）\n\nA,2025-03,1234.5\n\n",
    ],
)
def test_one_reading_in_many_layouts(tmp_path, text):
    got = read(tmp_path, text)
    assert values(got) == power(1.2345), got.rejected.to_string()
    assert not len(got.rejected), got.rejected.to_string()


def test_the_year_may_stand_in_the_name_of_the_file_or_be_said(tmp_path):
    text = "企业,月份,用电量（kWh）\nA,3月,1234.5\n"
    assert values(read(tmp_path, text, name="2025年用电.csv")) == power(1.2345)
    assert values(read(tmp_path, text, year=2024)) == power(1.2345, period="2024-03")
    told = read(tmp_path, text, name="2025年用电.csv", year=2024)
    assert values(told) == power(1.2345, period="2024-03")  # what is said stands before a name
    assert read(tmp_path, text).rejected["code"].tolist() == ["no_year"]


def test_the_kind_may_stand_in_the_name_of_the_file(tmp_path):
    text = "企业,月份,数值（吨）\nA,2025-03,5\n"
    got = read(tmp_path, text, name="柴油.csv")
    assert values(got) == {("A", "oil", "diesel", "2025-03"): 5.0}
    assert read(tmp_path, text).rejected["code"].tolist() == ["no_kind"]
    said = read(tmp_path, text, kind="oil", item="petrol")
    assert values(said) == {("A", "oil", "petrol", "2025-03"): 5.0}


def test_units_may_be_said_for_all_or_by_kind(tmp_path):
    text = "企业,月份,用电量,柴油\nA,2025-03,5,6\n"
    assert read(tmp_path, text).rejected["code"].tolist() == ["no_unit", "no_unit"]
    got = read(tmp_path, text, units={"grid_electricity": "万千瓦时", "oil": "kg"})
    assert sorted(values(got).values()) == [pytest.approx(0.006), 50.0]
    every = read(tmp_path, text, units="t")
    assert every.rejected["code"].tolist() == ["unknown_unit"]
    own = read(tmp_path, text.replace("柴油", "柴油（t）"), units={"": "MWh"})
    assert sorted(values(own).values()) == [5.0, 6.0]  # its own heading stands before


def test_a_year_of_columns_is_a_year_of_months(tmp_path):
    heads = ",".join(f"{m}月" for m in range(1, 13))
    cells = ",".join(str(1000 * m) for m in range(1, 13))
    got = read(tmp_path, f"2025年,,\n企业,能源品种,单位,{heads},合计\nA,电力,kWh,{cells},78000\n")
    assert sorted(values(got).values()) == [float(m) for m in range(1, 13)]
    assert got.accepted["period"].tolist() == [f"2025-{m:02}" for m in range(1, 13)]
    assert not len(got.rejected)


def test_hours_of_a_tariff_are_added_and_their_total_is_no_fifth_part(tmp_path):
    head = "企业,月份,用电量（尖）,用电量（峰）,用电量（平）,用电量（谷）,用电量（合计）,用电量\n"
    got = read(tmp_path, f"{head}A,2025-03,1,2,3,4,10,10\n", units="MWh")
    assert values(got) == power(10.0)
    assert not len(got.rejected)


def test_two_columns_of_one_reading_are_both_refused(tmp_path):
    got = read(tmp_path, "企业,月份,柴油(t),柴油消费量(吨),汽油(t)\nA,2025-03,1,2,3\n")
    assert got.rejected[["code", "found"]].to_numpy().tolist() == [
        ["two_headings", "柴油消费量(吨)"], ["two_headings", "柴油(t)"],
    ]  # fmt: skip
    assert values(got) == {("A", "oil", "petrol", "2025-03"): 3.0}


@pytest.mark.parametrize("word", ["合计", "总计", "小计", "Total", "合　计"])
def test_rows_of_totals_are_left_out_and_said(tmp_path, word):
    got = read(tmp_path, f"企业,月份,用电量（kWh）\nA,2025-03,1234.5\n{word},,1234.5\n")
    assert values(got) == power(1.2345)
    assert got.warnings.set_index("code").loc["total", "address"] == "line 3"


def test_a_header_that_comes_again_and_notes_below_are_left_out(tmp_path):
    head = "企业,月份,用电量（kWh）\n"
    got = read(tmp_path, f"{head}A,2025-03,1\n{head}B,2025-03,2\n注：数据来自供电公司,,\n")
    assert values(got) == power(0.001) | power(0.002, firm="B")
    codes = got.warnings.set_index("code")["address"]
    assert (codes["repeated_header"], codes["note"]) == ("line 3", "line 5")


@pytest.mark.parametrize(
    ("word", "quality"),
    [("实测", "measured"), ("表计", "measured"), ("发票", "billed"), ("Invoice", "billed"),
     ("估算", "estimated"), ("缺省", "defaulted"), ("DEFAULT", "defaulted"), ("", "billed")],
)  # fmt: skip
def test_quality_is_read_in_words_and_said_where_it_is_not(tmp_path, word, quality):
    text = f"企业,月份,用电量（kWh）,数据质量\nA,2025-03,1234.5,{word}\n"
    got = read(tmp_path, text, quality="billed")
    assert got.accepted["quality"].tolist() == [quality]
    said = got.warnings[got.warnings["code"] == "quality_given"]
    assert len(said) == (word == "")
    if not word:
        assert "taken as billed" in said["reason_en"].iloc[0]
        assert "按“计费”处理" in said["reason_zh"].iloc[0]


def test_the_remark_on_quality_counts_the_values_it_is_said_of(tmp_path):
    head = "企业,月份,用电量（kWh）,柴油(t),数据质量\n"
    text = f"{head}A,2025-03,1,2,\nB,2025-03,3,4,实测\nC,2025-03,,,\n"
    got = read(tmp_path, text)
    assert got.warnings.set_index("code").loc["quality_given", "cells"] == 2
    none = read(tmp_path, text.replace(",数据质量", ",备注"))
    assert none.warnings.set_index("code").loc["quality_given", "cells"] == 4


@pytest.mark.parametrize("value", ["5", "0", "5 kWh"])
def test_a_number_beside_missing_is_refused_and_not_dropped(tmp_path, value):
    text = f"企业,月份,用电量（kWh）,数据质量\nA,2025-03,{value},缺失\nB,2025-03,,缺失\n"
    got = read(tmp_path, text)
    assert got.rejected[["code", "address"]].to_numpy().tolist() == [
        ["beside_missing", "line 2, column 3"]
    ]
    assert got.accepted[["firm", "quality"]].to_numpy().tolist() == [["B", "missing"]]
    assert got.accepted["value"].isna().all()


def test_a_bill_dated_by_day_is_said_to_be_taken_for_its_month(tmp_path):
    got = read(tmp_path, "企业,日期,用电量（kWh）\nA,2025-03-28,1000\nA,2025-04-27,2000\n")
    assert got.accepted["value"].tolist() == [1.0, 2.0]
    assert got.warnings.set_index("code").loc["billing", "cells"] == 2


def test_a_month_and_a_bill_of_it_do_not_count_twice(tmp_path):
    got = read(tmp_path, "企业,日期,用电量（kWh）\nA,2025-03-28,1000\nA,2025-03,1000\n")
    assert values(got) == power(1.0)
    assert got.rejected[["code", "address", "expected_zh"]].to_numpy().tolist() == [
        ["yearly_beside_monthly", "line 3, column 3", "日、月、季、年数据，同一月份只取一种"]
    ]


def test_what_each_column_was_taken_for_is_listed(tmp_path):
    got = read(tmp_path, "企业,月份,用电量（kWh）,柴油（ton）,颜色\nA,2025-03,1000,2,red\n")
    rows = got.units.set_index("heading")
    assert rows["column"].tolist() == ["1", "2", "3", "4", "5"]
    assert rows.loc["用电量（kWh）", ["kind", "unit", "factor", "held_unit", "cells"]].tolist() == [
        "grid_electricity", "kWh", 0.001, "MWh", 1,
    ]  # fmt: skip
    assert rows.loc["柴油（ton）", "state"] == "assumed"
    assert "metric tonne" in rows.loc["柴油（ton）", "note_en"]
    assert "公吨" in rows.loc["柴油（ton）", "note_zh"]
    assert rows["state"].tolist() == ["used", "used", "used", "assumed", "not known"]


def test_cells_of_a_workbook_have_their_letters_and_sheet(tmp_path):
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "三月"
    page["B3"], page["C3"], page["D3"] = "企业", "月份", "用电量（kWh）"
    page["B4"], page["C4"], page["D4"] = "A", date(2025, 3, 1), 1234.5
    page["B5"], page["C5"], page["D5"] = "B", "2025-03", -1
    page["B6"], page["C6"], page["D6"] = "C", "soon", 1
    book.save(tmp_path / "f.xlsx")
    got = read_meters(tmp_path / "f.xlsx", today=TODAY)
    assert values(got) == power(1.2345)
    assert got.accepted["address"].tolist() == ["三月!D4"]
    assert got.rejected[["address", "code", "found"]].to_numpy().tolist() == [
        ["三月!D5", "negative", "-1"], ["三月!C6", "no_period", "soon"],
    ]  # fmt: skip
    assert got.units["column"].tolist() == ["B", "C", "D"]


def test_a_wrong_firm_kind_or_date_is_told_once_a_row_not_once_a_cell(tmp_path):
    text = "企业,月份,用电量（kWh）,柴油(t)\nA,soon,1,2\n,2025-03,3,4\n"
    got = read(tmp_path, text)
    assert got.rejected[["address", "code"]].to_numpy().tolist() == [
        ["line 2, column 2", "no_period"], ["line 3, column 3", "no_firm"],
    ]  # fmt: skip
    assert not len(got.accepted)


@pytest.mark.parametrize("row", table("meter_reasons"), ids=lambda row: row["code"])
def test_every_reason_is_said_in_both_languages_with_the_same_blanks(row):
    for name in ("expected", "remedy"):
        en, zh = row[f"{name}_en"], row[f"{name}_zh"]
        assert en
        assert any("\u4e00" <= sign <= "\u9fff" for sign in zh) or "{" in zh
        blanks = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (en, zh)]
        assert {blank.removesuffix("_zh") for blank in blanks[1]} <= blanks[0], row["code"]


@pytest.mark.parametrize("row", table("meter_remarks"), ids=lambda row: row["code"])
def test_every_remark_is_said_in_both_languages(row):
    blanks = [{p.split("}")[0] for p in row[t].split("{")[1:]} for t in ("english", "chinese")]
    assert blanks[0] == blanks[1]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in row["chinese"])
    assert row["english"].endswith(".")


def texts(got):
    names = ["firm", "kind", "item", "period", "text", "quality"]
    return [tuple(row) for row in got.accepted.loc[got.accepted["text"] != "", names].to_numpy()]


@pytest.mark.parametrize("kind", ["industry_class", "services", "重点用能设备与能效等级"])
def test_a_kind_that_is_text_is_kept_as_it_is_written(tmp_path, kind):
    text = f"企业,月份,种类,数值,单位\nA,2025-03,{kind},3011,kWh\nB,2025-03,{kind},,\n"
    got = read(tmp_path, text)
    code = {"重点用能设备与能效等级": "key_equipment"}.get(kind, kind)
    assert not len(got.rejected)
    assert texts(got) == [("A", code, "", "2025-03", "3011", "measured")]
    held = got.confirm().table()
    assert (held["text"].tolist(), held["unit"].tolist()) == (["3011"], [""])
    assert held["value"].isna().all()


def test_text_stands_beside_amounts_in_a_sheet_of_columns_and_holds_all_year(tmp_path):
    text = (
        "企业,年度,用电量（kWh）,行业小类,重点用能设备\nA,2025,1200,3011 水泥,2 号窑 一级；空压机\n"
    )
    got = read(tmp_path, text)
    assert not len(got.rejected)
    assert len(texts(got)) == 24
    first = [row for row in texts(got) if row[3] == "2025-01"]
    assert {row[1:3] + row[4:] for row in first} == {
        ("industry_class", "", "3011 水泥", "measured"),
        ("key_equipment", "", "2 号窑 一级;空压机", "measured"),
    }
    power = got.accepted[got.accepted["kind"] == "grid_electricity"]
    assert set(power["quality"]) == {"estimated"}


def test_equipment_of_several_items_is_kept_item_by_item_and_a_contradiction_is_refused(tmp_path):
    head = "企业,月份,种类,品目,数值\n"
    rows = ["A,2025-03,key_equipment,kiln,grade 1", "A,2025-03,key_equipment,press,grade 2"]
    got = read(tmp_path, head + "\n".join([*rows, rows[0]]))
    assert [row[2:5:2] for row in texts(got)] == [("kiln", "grade 1"), ("press", "grade 2")]
    got = read(tmp_path, head + "\n".join([*rows, "A,2025-03,key_equipment,press,grade 3"]))
    assert got.rejected["code"].tolist() == ["duplicate", "duplicate"]
    assert [row[2] for row in texts(got)] == ["kiln"]


def test_text_of_a_day_is_that_of_the_last_one_and_missing_text_is_missing(tmp_path):
    head = "企业,日期,种类,数值,数据质量\n"
    rows = [
        "A,2025-03-01,services,loan,",
        "A,2025-03-20,services,retrofit,",
        "B,2025-03,services,,缺失",
    ]
    got = read(tmp_path, head + "\n".join(rows))
    assert texts(got) == [("A", "services", "", "2025-03", "retrofit", "measured")]
    assert got.accepted["quality"].tolist() == ["measured", "missing"]
    got = read(tmp_path, head + "B,2025-03,services,loan,缺失")
    assert got.rejected["code"].tolist() == ["beside_missing"]


def test_text_beside_columns_of_months_has_no_month_and_is_left_aside(tmp_path):
    got = read(
        tmp_path, "企业,行业小类,2025年1月,2025年2月\nA,3011,5,6\n", kind="taxes", units="万元"
    )
    assert not len(got.rejected)
    assert got.accepted["value"].tolist() == [5.0, 6.0]
    assert dict(zip(got.units["heading"], got.units["state"], strict=True))["行业小类"] == (
        "known, not used"
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("企业,月份,产量（台）\nA,2025-03,120\n", "line 2, column 3"),
        ("firm,month,output\nA,2025-03,120 pcs\n", "line 2, column 3"),
        ("firm,kind,month,value,unit\nA,production,2025-03,120,件\n", "line 2, column 5"),
    ],
)
def test_output_in_pieces_is_refused_with_what_to_give_instead(tmp_path, text, address):
    got = read(tmp_path, text)
    assert got.rejected[["code", "address"]].to_numpy().tolist() == [["pieces", address]]
    assert got.rejected["expected_en"].tolist() == ["t: physical output is kept by mass"]
    assert "mass of the pieces" in got.rejected["remedy_en"].iloc[0]


def test_a_unit_beside_the_kind_and_another_beside_the_number_are_refused(tmp_path):
    got = read(tmp_path, "企业,指标,月份,数值,单位\nA,用电量（千瓦时）,2025-03,12,MWh\n")
    assert got.rejected["code"].tolist() == ["two_units"]
    assert got.rejected["address"].tolist() == ["line 2, column 4"]
    assert not len(got.accepted)


def test_two_units_in_the_title_are_none(tmp_path):
    text = "电量（kWh）,,气量（立方米）\n企业,月份,用电量\nA,2025-03,12\n"
    got = read(tmp_path, text)
    assert got.rejected["code"].tolist() == ["no_unit"]


def test_a_column_of_numbers_that_is_not_understood_is_said_first(tmp_path):
    text = (
        "序号,企业,月份,余热外卖（GJ）,备注,用电量（kWh）\n1,A,2025-03,88,x,5\n2,A,2025-04,,y,6\n"
    )
    said = read(tmp_path, text).warnings
    assert said["code"].iloc[0] == "not_understood"
    assert said["address"].iloc[0] == "line 1, column 4"
    assert (said["code"] == "not_understood").sum() == 1
    assert said["cells"].iloc[0] == 1
    assert "余热外卖" in said["reason_en"].iloc[0]
    assert "余热外卖" in said["reason_zh"].iloc[0]


@pytest.mark.parametrize(
    ("heading", "kind", "item"),
    [
        ("外供蒸汽热量（GJ）", "heat_exported", ""),
        ("外购蒸汽热量（GJ）", "heat_bought", ""),
        ("正向有功电量（MWh）", "grid_electricity", ""),
        ("反向有功总电量（MWh）", "electricity_exported", ""),
        ("粗钢产量（吨）", "physical_output", "crude_steel"),
    ],
)
def test_words_of_bills_and_of_statistics(tmp_path, heading, kind, item):
    got = read(tmp_path, f"企业,月份,{heading}\nA,2025-03,7\n")
    assert values(got) == {("A", kind, item, "2025-03"): 7.0}
