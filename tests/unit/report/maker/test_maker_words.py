"""The words of a maker's report: in both languages, with the same places, all of them used."""

import csv
import re
from importlib.resources import files

import pytest

from chainwright.report.maker.question import PARTS
from chainwright.report.wording import Words
from chainwright.tables import schemas

FOLDER = files("chainwright").joinpath("report/maker")
HAN = re.compile(r"[\u4e00-\u9fff]")
EN, ZH = Words("en"), Words("zh")


def rows(name, folder=FOLDER):
    return list(csv.DictReader(folder.joinpath(name).read_text("utf-8").splitlines()))


WORDS = rows("words.csv")
SAME = {"mk_x_title"}
"""Texts that are names and marks alone."""


@pytest.mark.parametrize("row", WORDS, ids=lambda row: row["key"])
def test_each_text_is_there_in_both_languages_with_the_same_places(row):
    key = row["key"]
    assert row["en"].strip()
    assert not HAN.search(row["en"])
    assert key in SAME or HAN.search(row["zh"])
    assert EN.places(key) == ZH.places(key)


def test_no_text_is_listed_twice_here_or_in_the_brief():
    keys = [row["key"] for row in WORDS]
    keys += [row["key"] for row in rows("words.csv", FOLDER.joinpath(".."))]
    assert len(set(keys)) == len(keys)


def test_no_blank_stands_between_han_characters_in_a_text():
    wrong = [
        row["key"] for row in WORDS if re.search(r"[\u4e00-\u9fff] [\u4e00-\u9fff]", row["zh"])
    ]
    assert wrong == []


def test_every_text_is_used_and_every_used_text_is_there():
    source = "\n".join(
        path.read_text("utf-8") for path in FOLDER.iterdir() if path.name.endswith(".py")
    )
    source += FOLDER.joinpath("../page.py").read_text("utf-8")
    quoted = set(re.findall(r"[\"'](\w+)[\"']", source))
    template = FOLDER.joinpath("../templates/brief.html.j2").read_text("utf-8")
    over = {f"mk_{key}" for key in re.findall(r"say\(\"(\w+)\"", template)}
    over |= {"mk_sources_text"}
    built = ("t_", "fmt_", "mk_by_", "mk_many_", "mk_loss_", "mk_part_", "mk_k_")
    keys = {row["key"] for row in WORDS}
    assert not {k for k in keys if k not in quoted | over and not k.startswith(built)}
    said = set(re.findall(r"say\(\s*[\"'](\w+)[\"']", source))
    assert [key for key in said if not EN.knows(key)] == []


def test_each_part_and_each_kind_of_outage_has_its_words():
    for part in PARTS:
        assert EN.knows(f"mk_part_{part}")
    for by in ("site", "node", "supplier", "region", "place", "item"):
        assert EN.knows(f"mk_by_{by}")
        assert EN.knows(f"mk_many_{by}")
    for weight in ("margin", "price", "output"):
        assert EN.knows(f"mk_loss_{weight}")


def test_each_table_that_is_named_is_one():
    named = {row["key"].removeprefix("t_") for row in WORDS if row["key"].startswith("t_")}
    assert named <= set(schemas())


@pytest.mark.parametrize("name", ["method.csv", "terms.csv"])
def test_method_and_terms_are_in_both_languages(name):
    for row in rows(name):
        for column, text in row.items():
            if column.endswith("_zh") and column != "equation_zh":
                assert HAN.search(text), (name, column, row)
            if column.endswith("_en"):
                assert text
                assert not HAN.search(text)


def test_each_method_is_of_a_table_that_is_named():
    named = {row["key"].removeprefix("t_") for row in WORDS if row["key"].startswith("t_")}
    assert {row["key"] for row in rows("method.csv")} <= named
