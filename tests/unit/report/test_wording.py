"""The words of a brief: each in both languages, with the same places, and numbers read right."""

import csv
import re
from importlib.resources import files

import pytest

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.report.wording import Words
from chainwright.units import Money

FOLDER = files("chainwright").joinpath("report")
HAN = re.compile(r"[\u4e00-\u9fff]")


def rows(name):
    return list(csv.DictReader(FOLDER.joinpath(name).read_text("utf-8").splitlines()))


WORDS = rows("words.csv")
EN, ZH = Words("en"), Words("zh")


@pytest.mark.parametrize("row", WORDS, ids=lambda row: row["key"])
def test_each_text_is_there_in_both_languages_with_the_same_places(row):
    key = row["key"]
    assert row["en"].strip()
    assert not HAN.search(row["en"])
    only_names = not re.sub(r"\{\w+(:[^{}]*)?\}", "", row["en"]).strip(" ·,.;")
    if (
        key not in {"d_hash", "f_hash", "kicker", "arrow", "and_also", "with_share"}
        and not only_names
    ):
        assert HAN.search(row["zh"]), key
    assert EN.places(key) == ZH.places(key)


def test_no_text_is_listed_twice():
    keys = [row["key"] for row in WORDS]
    assert len(set(keys)) == len(keys)


def test_every_text_is_used_and_every_used_text_is_there():
    # The page of an event has words of its own.
    sources = "\n".join(
        path.read_text("utf-8")
        for folder in (FOLDER, FOLDER / "sections", FOLDER / "templates")
        for path in folder.iterdir()
        if path.name.endswith((".py", ".j2")) and not path.name.startswith("event")
    )
    built = ("v_", "t_", "fmt_", "key_", "outside_", "from_outside_", "g_", "cannot_", "drop_")
    built += ("title", "running", "age_", "weak_", "strong_", "blow_", "span_", "end_")
    # names put together from parts
    built += ("stress_stock_", "repair_do_", "repair_v_", "repair_measured_", "src_")
    quoted = set(re.findall(r"[\"'](\w+)[\"']", sources))
    keys = {row["key"] for row in WORDS}
    unused = {k for k in keys if k not in quoted and not k.startswith(built)}
    assert not unused
    said = set(re.findall(r"(?<!_)say\(\s*[\"'](\w+)[\"']", sources))
    assert said <= keys


@pytest.mark.parametrize("name", ["method.csv", "terms.csv"])
def test_method_and_glossary_are_in_both_languages(name):
    for row in rows(name):
        for column, text in row.items():
            if column.endswith("_zh") and column != "equation_zh":
                assert HAN.search(text) or text == "HHI", (name, column, row)
            if column.endswith("_en"):
                assert text
                assert not HAN.search(text)


def test_amounts_are_read_in_the_units_of_each_language():
    money = Money("USD", 2011, "million")
    assert EN.amount(22_269_801.0, money) == "22.3 trillion USD"
    assert ZH.amount(22_269_801.0, money) == "22.3 万亿美元"
    assert EN.amount(407_600.0, money) == "407.6 bn USD"
    assert ZH.amount(407_600.0, money) == "4,076 亿美元"
    assert EN.amount(12.0, Money("CNY", 2018, "10^4")) == "120,000 CNY"
    assert ZH.amount(12.0, Money("CNY", 2018, "10^4")) == "12.0 万元"
    assert EN.amount(-5.0, money) == "-5.00 m USD"
    assert EN.amount(float("nan"), money) == "–"


def test_amounts_of_no_stated_currency_say_so():
    assert "currency not stated" in EN.money(Money())
    assert "币种未说明" in ZH.money(Money())
    assert EN.scale(Money()) == (1.0, "currency not stated")
    assert EN.amount(1234.0, Money(None, None, "bushels")) == (
        "1,234 bushels (currency not stated)"
    )


def test_columns_of_tables_are_counted_in_one_unit():
    assert EN.scale(Money("USD", 2011, "million")) == (1000.0, "bn USD")
    assert ZH.scale(Money("CNY", 2018, "10^4")) == (10_000.0, "亿元")


def test_names_in_a_row_are_counted_beyond_a_few():
    assert EN.in_a_row(["a"]) == "a"
    assert EN.in_a_row(["a", "b"]) == "a and b"
    assert EN.in_a_row(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and 2 more"
    assert ZH.in_a_row(["甲", "乙"]) == "甲、乙"
    assert ZH.in_a_row(["甲", "乙", "丙", "丁", "戊"]) == "甲、乙、丙、丁等（另 1 个）"


def test_a_missing_share_is_a_dash():
    assert EN.share(float("nan")) == "–"
    assert EN.share(0.1234) == "12.3 %"
    assert EN.number(1234.5678) == "1,234.57"


def test_an_unknown_language_or_text_is_refused():
    with pytest.raises(ParameterError, match="en or zh"):
        Words("fr")
    with pytest.raises(UnknownCodeError, match="kicker"):
        EN.say("kickr")
