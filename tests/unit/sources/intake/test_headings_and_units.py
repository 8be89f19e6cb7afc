import pytest

from chainwright.params import table
from chainwright.sources.intake.headings import heading, key, roles, table_of_name
from chainwright.sources.intake.reasons import in_words
from chainwright.sources.intake.unit_words import CANONICAL, unit_of
from chainwright.sources.maker_tables import MAKER_TABLES
from chainwright.tables import schema

MONTH = 365.25 / 12 / 7


@pytest.mark.parametrize(
    ("text", "role", "unit"),
    [
        ("料号", "item", ""),
        ("Part No.", "item", ""),
        ("ＰＡＲＴ　ＮＵＭＢＥＲ*", "item", ""),
        ("单价(元)", "price", "CNY"),
        ("单价（万元）", "price", "ten thousand CNY"),
        ("Price [USD/1000 pcs]", "price", "USD/1000 pieces"),
        ("单价/元", "price", "CNY"),
        ("Lead time (days)", "lead_time", "day"),
        ("Lead time in working days", "lead_time", "working day"),
        ("lead_time_weeks", "lead_time", "week"),
        ("交期天数", "lead_time", "day"),
        ("交期/周", "lead_time", "week"),
        ("库存数量（件）", "stock", "pieces"),
        ("月需求量", "demand", "units/month"),
        ("Demand per year", "demand", "pieces/year"),
        ("demand/week", "demand", "pieces/week"),
        ("年产能(万件)", "capacity", "ten thousand pieces/year"),
        ("份额%", "share", "per cent"),
        ("Share [%]", "share", "per cent"),
        ("层级1", "tier", ""),
        ("第二级", "tier", ""),
        ("Level 3", "tier", ""),
        ("Level", "level", ""),
        ("供应商\n名称", "supplier_name", ""),
    ],
)
def test_a_heading_names_a_role_and_perhaps_a_unit(text, role, unit):
    found = heading(text)
    assert found.role == role
    named = found.unit.name if found.unit else ""
    assert named.replace("units/", "pieces/") == unit.replace("units/", "pieces/")
    assert found.unknown_unit == ""


@pytest.mark.parametrize("text", ["颜色", "SUV-1", "CITY-1", "2026-11", "", "x" * 80])
def test_other_words_name_nothing(text):
    assert heading(text).role == ""


@pytest.mark.parametrize(("text", "role"), [("Suplier", "supplier"), ("采购物料编码", "item")])
def test_a_near_word_is_never_certain(text, role):
    found = heading(text)
    assert (found.role, found.sure, bool(found.near)) == (role, False, True)


def test_a_wrong_unit_in_brackets_is_told():
    assert heading("Lead time (kg)").unknown_unit == "kg"
    assert heading("单价（含税）").note == "含税"


@pytest.mark.parametrize(
    ("text", "kind", "factor"),
    [
        ("周", "time", 1),
        ("days", "time", 1 / 7),
        ("工作日", "time", 1 / 5),
        ("month", "time", MONTH),
        ("年", "time", 365.25 / 7),
        ("件/周", "rate", 1),
        ("units per month", "rate", 1 / MONTH),
        ("万台/年", "rate", 10000 * 7 / 365.25),
        ("/day", "rate", 7),
        ("每月", "rate", 1 / MONTH),
        ("%", "share", 0.01),
        ("千件", "count", 1000),
        ("万", "count", 10000),
        ("亿元", "money", 1e8),
        ("元/千件", "money", 0.001),
        ("EUR", "money", 1),
        ("°", "degree", 1),
    ],
)
def test_a_unit_has_its_factor(text, kind, factor):
    assert unit_of(text, kind).factor == pytest.approx(factor)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("kg", "time"),
        ("件", "rate"),
        ("week", "share"),
        ("blue", "money"),
        ("", "time"),
        ("/", "rate"),
        ("元/周", "money"),
        ("周/周", "time"),
        ("万", "time"),
        ("件", "level"),
    ],
)
def test_what_is_no_unit_of_a_kind_is_none(text, kind):
    assert unit_of(text, kind) is None


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("BOM", "bill"),
        ("产品BOM清单", ""),
        ("库存 2026-11", "stocks"),
        ("suppliers_v2", "suppliers"),
        ("Sheet1", ""),
        ("parts and suppliers", ""),
        ("maker_sourcing", "sourcing"),
        ("供应商清单", "suppliers"),
    ],
)
def test_the_name_of_a_sheet_may_tell_its_table(name, of):
    assert table_of_name(name) == of


def test_each_word_names_one_role_and_each_role_is_listed():
    known = {}
    for row in table("maker_headers"):
        assert row["role"] in roles()
        assert known.setdefault(key(row["word"]), row["role"]) == row["role"], row["word"]
        if row["unit"]:
            assert unit_of(row["unit"], roles()[row["role"]].kind), row["word"]


def test_each_role_has_words_and_an_assumed_unit_that_is_one():
    named = {row["role"] for row in table("maker_headers")}
    for name, role in roles().items():
        assert name in named or name == "tier"
        if role.assumed_unit and role.kind in {"time", "rate"}:
            assert unit_of(role.assumed_unit, role.kind)


def test_each_field_of_the_schemas_is_fed_and_its_own_heading_is_understood():
    fed = {(row["table"], row["field"]): row["roles"].split() for row in table("maker_feeds")}
    for name in MAKER_TABLES:
        for column in schema(f"maker_{name}"):
            held = fed.pop((name, column.column))
            assert set(held) <= set(roles())
            assert heading(column.column).role, column.column
    assert not fed


def test_units_are_listed_once_and_the_reasons_speak_both_languages():
    words = [row["word"] for row in table("intake_units")]
    assert len(words) == len(set(words))
    assert {row["kind"] for row in table("intake_units")} == set(CANONICAL) - {"rate"} | {
        "multiplier"
    }
    for row in table("intake_reasons"):
        assert row["english"].endswith((".", "{near}"))
        assert row["chinese"].endswith(("。", "{near}"))
    assert in_words("") == ("", "")


def test_a_heading_of_two_words_for_one_role_is_that_role():
    assert [heading(text).role for text in ("省/州", "State / Province", "工厂 或 场所")] == [
        "region",
        "region",
        "site",
    ]
    assert all(heading(text).sure for text in ("省/州", "State / Province"))
    assert heading("供应商/工厂").role == "site"
    assert not heading("供应商/工厂").sure


def test_a_quantity_per_whatever_is_a_quantity_in_a_bill_but_not_for_certain():
    assert heading("Qty per assy").role == "usage"
    assert heading("Qty per assy").sure
    for text in ("Qty per car set", "Quantity per next level", "QTY/each body"):
        assert (heading(text).role, heading(text).sure) == ("usage", False)
    assert not heading("Quality per lot").role
