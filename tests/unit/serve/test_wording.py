import csv
import re
from importlib.resources import files
from string import Formatter

import pytest

from chainwright.errors import UnknownCodeError
from chainwright.serve.wording import PageWords, wanted_language

FOLDER = files("chainwright").joinpath("serve")
ROWS = list(csv.DictReader(FOLDER.joinpath("page_words.csv").read_text("utf-8").splitlines()))
SOURCES = [
    f.read_text("utf-8")
    for folder in (FOLDER, FOLDER.joinpath("templates"))
    for f in folder.iterdir()
    if f.name.endswith((".py", ".j2"))
]


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_each_text_is_there_in_both_languages_with_the_same_places():
    assert len({row["key"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row["en"], row["key"]
        assert re.search(r"[\u4e00-\u9fff]|English", row["zh"]), row["key"]
        assert places(row["en"]) == places(row["zh"]), row["key"]


def test_each_text_is_used_and_each_that_is_asked_for_is_there():
    source = "\n".join(SOURCES)
    made = ("grade_", "level_", "problem_", "refused_", "state_")
    unused = [
        row["key"]
        for row in ROWS
        if not row["key"].startswith(made)
        and f'"{row["key"]}"' not in source
        and f"'{row['key']}'" not in source
        and not row["key"].endswith("_title")
    ]
    assert not unused
    asked = set(re.findall(r"""\bsay\(["']([a-z_0-9]+)["']""", source))
    assert len(asked) > 60
    assert {key for key in asked if not key.endswith("_")} <= {row["key"] for row in ROWS}


def test_an_unknown_text_is_refused():
    with pytest.raises(UnknownCodeError, match="kicker"):
        PageWords("en").say("kickr")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB", "en"),
        ("en;q=0.5, zh;q=0.6", "zh"),
        ("fr, de", "zh"),
        ("", "zh"),
        ("en;q=0", "zh"),
        ("en;q=abc", "zh"),
        ("en;q=7", "zh"),
        ("EN", "en"),
        ("*;q=0.1", "zh"),
    ],
)
def test_the_language_is_the_one_that_the_browser_likes_best(accepted, language):
    assert wanted_language(accepted, "zh") == language


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12345678.9, "12,345,679"),
        (3004.21, "3,004"),
        (100.4, "100"),
        (61.26, "61.3"),
        (0.00012345, "0.000123"),
        (-5.25, "−5.25"),
        (0.0, "0"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_a_number_has_three_digits_or_all_before_the_point(value, text):
    assert PageWords("en").number(value) == text


@pytest.mark.parametrize("value", [0.6000001, 0.6, 0.5999, 0.8004, 1.2, 1.200009, 2.0, 2.00001])
def test_a_number_beside_a_bound_is_written_on_its_own_side_of_it(value):
    bounds = (0.6, 0.8, 1.2, 2.0)
    written = float(PageWords("zh").beside(value, bounds))
    far = min(abs(value - b) for b in bounds if b != value) > 1e-6
    assert [written > b for b in bounds] == [value > b for b in bounds] or not far


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9242, "92 %"),
        (0.9999999, "> 99.9 %"),
        (0.996, "99.6 %"),
        (1.0, "100 %"),
        (1.6, "160 %"),
        (0.005, "0.5 %"),
        (0.0004, "< 0.1 %"),
        (0.0, "0 %"),
        (None, "–"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(value, text):
    assert PageWords("en").share(value) == text


def test_places_in_an_order():
    words = PageWords("en")
    said = [words.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]
    assert PageWords("zh").ordinal(5) == "第 5"


def test_days_months_and_years():
    assert PageWords("en").day("2027-02-08") == "8 Feb 2027"
    assert PageWords("zh").day("2027-02-08") == "2027 年 2 月 8 日"
    assert PageWords("zh").month("2026-10") == "2026 年 10 月"
    assert (PageWords("en").years(2.84), PageWords("en").years(1e6)) == ("2.8", "> 100")
    assert (PageWords("en").tag, PageWords("zh").tag) == ("en", "zh-CN")


def test_a_name_in_the_other_language_is_better_than_none():
    row = {"name_en": "Only English", "name_zh": ""}
    assert PageWords("zh").of(row, "name_") == "Only English"
    assert not PageWords("zh").of(None)
    assert not PageWords("zh").of({}, "name_")
