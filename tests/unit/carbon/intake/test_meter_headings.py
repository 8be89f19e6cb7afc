"""Headings of tables of readings: roles, kinds, units, periods, parts of a day."""

import pytest

from chainwright.carbon.intake.meter_headings import Heading, heading_of, is_unit, kind_of
from chainwright.carbon.intake.periods import Period
from chainwright.params import table
from chainwright.sources.carbon_kinds import carbon_items, carbon_kinds


def said(text):
    got = heading_of(text)
    return got.role, got.kind, got.item, got.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用电量（万千瓦时）", ("reading", "grid_electricity", "", "万千瓦时")),
        ("外购电量 (MWh)", ("reading", "grid_electricity", "", "MWh")),
        ("本月用电量[kWh]", ("reading", "grid_electricity", "", "kWh")),
        ("用电量，千瓦时", ("reading", "grid_electricity", "", "千瓦时")),
        ("用电量/度", ("reading", "grid_electricity", "", "度")),
        ("Usage_kWh", ("reading", "grid_electricity", "", "kWh")),
        ("柴油消费量（吨）", ("reading", "oil", "diesel", "吨")),
        ("柴油消耗量", ("reading", "oil", "diesel", "")),
        ("Diesel (kg)", ("reading", "oil", "diesel", "kg")),
        ("其中柴油", ("reading", "oil", "diesel", "")),
        ("无烟煤 t", ("reading", "coal", "anthracite", "t")),
        ("工业总产值（万元）", ("reading", "output_value", "", "万元")),
        ("Value added (income approach) (10^4 CNY)", ("reading", "value_added", "", "10^4 CNY")),
        ("企业名称", ("firm", "", "", "")),
        ("统一社会信用代码", ("firm", "", "", "")),
        ("户号", ("meter", "", "", "")),
        ("Meter No.", ("meter", "", "", "")),
        ("能源品种", ("kind", "", "", "")),
        ("月份", ("period", "", "", "")),
        ("TIMESTAMP", ("period", "", "", "")),
        ("年份", ("year", "", "", "")),
        ("数值", ("value", "", "", "")),
        ("数值（吨）", ("value", "", "", "吨")),
        ("单位", ("unit", "", "", "")),
        ("备", ("", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_heading_says_its_role_kind_item_and_unit(text, expected):
    assert said(text) == expected


def test_a_heading_keeps_its_text_as_it_stands():
    assert heading_of("用电量（ＫＷＨ）").text == "用电量（ＫＷＨ）"
    assert heading_of("用电量（ＫＷＨ）").unit == "KWH"
    assert heading_of("whatever it is") == Heading("whatever it is")


@pytest.mark.parametrize("kind", [k for k in carbon_kinds() if k != "physical_output"])
def test_each_kind_is_known_by_its_code_and_by_both_names(kind):
    row = carbon_kinds()[kind]
    for name in (kind, row["name_en"], row["name_zh"], row["name_en"].upper()):
        found = kind_of(name)
        assert found is not None, name
        assert found[0] == kind, name
        own = [i for k, i in carbon_items() if k == kind]
        assert found[1] in ("", *own), name


def test_each_item_of_an_enterprise_is_known_by_both_names_or_by_an_earlier_kind():
    first = {}
    for (kind, item), row in carbon_items().items():
        if carbon_kinds()[kind]["layer"] != "enterprise":
            continue
        for name in (row["name_en"], row["name_zh"]):
            found = kind_of(name)
            assert found is not None, name
            assert found == first.setdefault(name.casefold(), found)
            assert (
                found[1] == item
                or name
                in {r["name_en"] for r in carbon_kinds().values()}
                | {r["name_zh"] for r in carbon_kinds().values()}
                or (found in carbon_items())
            ), name


@pytest.mark.parametrize("row", table("carbon_headings"), ids=lambda row: row["word"])
def test_each_word_of_the_table_has_its_role(row):
    got = heading_of(row["word"])
    assert (got.role, got.kind, got.item) == (row["role"], row["kind"], row["item"])


@pytest.mark.parametrize(
    ("text", "first", "months"),
    [("2025年3月", 662, 1), ("2025-03", 662, 1), ("Mar-25", 662, 1), ("2025", 660, 12),
     ("2025Q2", 663, 3), ("2025年", 660, 12)],
)  # fmt: skip
def test_a_heading_may_be_a_period(text, first, months):
    got = heading_of(text)
    assert got.period == Period(first, months)
    assert (got.role, got.kind) == ("", "")


def test_a_bare_month_is_a_period_without_its_year():
    assert heading_of("3月").period == Period(2, dated=False)
    assert heading_of("Dec").period == Period(11, dated=False)


@pytest.mark.parametrize("part", ["峰", "谷", "平", "尖"])
def test_hours_of_a_tariff_are_parts(part):
    got = heading_of(f"用电量（{part}）")
    assert (got.role, got.kind, got.part, got.unit) == ("reading", "grid_electricity", part, "")
    assert heading_of(part).role == "part"
    both = heading_of(f"用电量（{part}）（kWh）")
    assert (both.part, both.unit) == (part, "kWh")


def test_a_unit_that_is_none_is_kept_for_the_error_to_name():
    assert heading_of("柴油（升）").unit == "升"
    assert heading_of("企业（吨）").unit == ""  # no amount


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        ("用电量", "kWh", ("reading", "grid_electricity", "", "kWh", "")),
        ("用电量", "峰", ("reading", "grid_electricity", "", "", "峰")),
        ("用电量（kWh）", "谷", ("reading", "grid_electricity", "", "kWh", "谷")),
        ("", "用电量", ("reading", "grid_electricity", "", "", "")),
        ("柴油", "吨", ("reading", "oil", "diesel", "吨", "")),
    ],
)
def test_a_line_below_adds_to_the_line_above(upper, lower, expected):
    got = heading_of(lower).below(heading_of(upper))
    assert (got.role, got.kind, got.item, got.unit, got.part) == expected
    assert got.text == (f"{upper} / {lower}" if upper else lower)


def test_a_month_above_and_a_unit_below_are_one_heading():
    got = heading_of("kWh").below(heading_of("2025年3月"))
    assert (got.period, got.unit, got.role) == (Period(662), "kWh", "")


@pytest.mark.parametrize(
    ("word", "answer"),
    [("kWh", True), ("KW·H", True), ("（吨）", True), ("10^4 CNY", True), ("万元", True),
     ("%", True), ("含税", False), ("", False), ("A", False), ("firm", False), ("parsec", False)],
)  # fmt: skip
def test_units_are_told_from_other_words(word, answer):
    assert is_unit(word) is answer


@pytest.mark.parametrize("text", ["上月示数", "功率因数", "CO2(tCO2)", "NSM", "Load_Type", "同比"])
def test_columns_of_exports_that_are_no_input_are_no_reading_of_electricity(text):
    assert heading_of(text).kind != "grid_electricity"


@pytest.mark.parametrize("text", ["Usage_t", "使用量（吨）", "消费量 t"])
def test_use_of_something_else_than_electricity_stays_a_bare_value(text):
    got = heading_of(text)
    assert (got.role, got.kind) == ("value", "")
    assert got.unit in {"t", "吨"}
