"""A maker of odd texts and odd numbers comes back from its folder as it was written."""

import csv
import math

import numpy as np
import pandas as pd
import pytest

from chainwright.system import read_maker, write_maker
from toy_makers import maker

TEXTS = {
    "quotes": 'he said "no", twice: ""',
    "single quotes": "O'Neill's 'best'",
    "commas": "a,b,,c,",
    "semicolons and tabs": "a;b\tc",
    "line break": "first line\nsecond line",
    "Chinese": "武汉市东湖新技术开发区、“光谷”（一期）",
    "accents": "Æsir Øl Čapek Ünal ß",
    "right to left": "شركة النيل",
    "emoji and beyond the plane": "🚗 𠮷野家",
    "combined letters": "e\u0301 a\u0308",
    "looks like a number": "00123",
    "looks like an exponent": "1E5",
    "looks like a date": "2026-11-22",
    "looks like nothing": "NA",
    "looks like not a number": "nan",
    "looks like null": "null",
    "looks like none": "None",
    "looks like a truth": "True",
    "looks like a formula": "=1+2",
    "percent and braces": "50 % {n} {0} %s",
    "backslashes": "C:\\new\\table",
    "very long": "链" * 5000 + "z",
    "comment": "# not a comment",
}


def named(text):
    return maker(
        products=["item name demand_per_week price margin", ("F", text, 4, 10, 2)],
        parts=["item name unit", ("c", text, text)],
        bill=["parent component quantity", ("F", "c", 2)],
        suppliers=["supplier name", ("S", text)],
        sites=["site name supplier region", ("A", text, "S", text)],
        sourcing=["item supplier site", ("c", "S", "A")],
        stocks=["item site quantity", ("c", "A", 3)],
    ).maker


def same_tables(one, other):
    assert set(one.tables) == set(other.tables)
    for table, frame in one.tables.items():
        pd.testing.assert_frame_equal(other.tables[table], frame)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_odd_text_comes_back_in_every_place_that_has_one(text, tmp_path):
    held = named(text)
    write_maker(held, tmp_path / "m")
    again = read_maker(tmp_path / "m")
    same_tables(held, again)
    assert again.tables["products"]["name"].tolist() == [text]
    assert again.tables["parts"]["unit"].tolist() == [text]
    assert again.tables["sites"]["region"].tolist() == [text]
    assert again.origin.sha256 == held.origin.sha256


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_writing_what_was_read_gives_the_same_bytes(text, tmp_path):
    write_maker(named(text), tmp_path / "a")
    write_maker(read_maker(tmp_path / "a"), tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        if path.suffix == ".csv":
            assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_reader_of_csv_finds_the_text(text, tmp_path):
    write_maker(named(text), tmp_path / "m")
    with (tmp_path / "m" / "suppliers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = f"'{text}" if text.startswith("=") else text  # a spreadsheet works nothing out
    assert [(row["supplier"], row["name"]) for row in rows] == [("S", shown)]


@pytest.mark.parametrize("name", ["武汉整车厂", 'the "best"', "a/b\\c", "x" * 300, "two\nlines"])
def test_the_name_of_a_maker_comes_back(name, tmp_path):
    held = named("x")
    write_maker(type(held)(name, held.tables, held.money, held.origin), tmp_path / "m")
    assert read_maker(tmp_path / "m").name == name


NUMBERS = [
    0.1,
    1 / 3,
    0.1 + 0.2,
    1e-300,
    5e-324,
    2.2250738585072014e-308,
    1e15,
    123456789012345.67,
    1.7976931348623157e308,
    9007199254740993.0,
    math.pi,
    1e-9,
]


def priced(price, quantity=3.0):
    return maker(
        products=["item demand_per_week price", ("F", 4, price)],
        bill=["parent component quantity", ("F", "c", 2)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("A", "S")],
        sourcing=["item supplier site", ("c", "S", "A")],
        stocks=["item site quantity", ("c", "A", quantity)],
    ).maker


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_comes_back_to_its_last_bit(number, tmp_path):
    held = priced(number, number)
    write_maker(held, tmp_path / "m")
    again = read_maker(tmp_path / "m")
    assert again.tables["products"]["price"].tolist() == [number]
    assert again.tables["stocks"]["quantity"].tolist() == [number]
    assert again.origin.sha256 == held.origin.sha256
    assert again.network.price.tolist()[0] == number


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, float("nan")])
def test_a_number_that_is_not_given_stays_not_given(nothing, tmp_path):
    held = priced(nothing)
    write_maker(held, tmp_path / "m")
    again = read_maker(tmp_path / "m")
    assert np.isnan(again.tables["products"]["price"]).tolist() == [True]
    assert "nan" not in (tmp_path / "m" / "products.csv").read_text("utf-8").lower()
    same_tables(held, again)


def test_nothing_and_nought_are_two_things(tmp_path):
    written = {}
    for name, price in (("none", None), ("nought", 0.0)):
        write_maker(priced(price), tmp_path / name)
        written[name] = read_maker(tmp_path / name)
    assert np.isnan(written["none"].network.price[0])
    assert written["nought"].network.price[0] == 0.0
    assert written["none"].origin.sha256 != written["nought"].origin.sha256


def test_tables_that_are_empty_come_back_with_their_columns(tmp_path):
    held = priced(1.0)
    write_maker(held, tmp_path / "m")
    again = read_maker(tmp_path / "m")
    assert again.tables["alternates"].empty
    assert list(again.tables["alternates"]) == list(held.tables["alternates"])
    header = (tmp_path / "m" / "alternates.csv").read_text("utf-8").strip().split(",")
    assert header == list(held.tables["alternates"])


@pytest.mark.parametrize("seed", range(5))
def test_random_texts_and_numbers_come_back(seed, tmp_path):
    rng = np.random.default_rng(seed)
    letters = list("abc ,;'\"|\\/{}%\u00e9\u6c7d\u8f66\U0001f697#=+-_.0123456789")
    names = ["".join(rng.choice(letters, 12)).strip() + "x" for _ in range(40)]
    costs = (10.0 ** rng.uniform(-12, 12, 40)).tolist()
    held = maker(
        products=["item demand_per_week", ("F", 1)],
        parts=["item name unit_cost", *((f"p{i}", names[i], costs[i]) for i in range(40))],
        bill=["parent component quantity", *(("F", f"p{i}", costs[i]) for i in range(40))],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", *((f"p{i}", "S") for i in range(40))],
    ).maker
    write_maker(held, tmp_path / "m")
    again = read_maker(tmp_path / "m")
    same_tables(held, again)
    assert sorted(again.tables["parts"]["unit_cost"]) == sorted(costs)
    assert sorted(again.tables["parts"]["name"]) == sorted(names)
