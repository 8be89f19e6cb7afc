"""The fact tables of codes: rectangular, each thing once, each row with a source."""

import csv
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest

from chainwright.params import table

KEYS = {
    "gbt4754": ("code",),
    "gbt2260": ("code",),
    "isic4": ("code",),
    "nace2": ("code",),
    "hs": ("code", "revisions"),
    "bridge_hs_isic4": ("from_code",),
    "bridge_hs2022_hs2017": ("from_code",),
    "bridge_hs2017_hs1992": ("from_code",),
    "bridge_isic4_nace2": ("from_code",),
    "bridge_gbt4754_isic4": ("from_code",),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_table_of_codes_is_rectangular_utf8_in_normal_form(name):
    raw = files("chainwright").joinpath(f"params/{name}.csv").read_bytes()
    text = raw.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
    header, *rows = csv.reader(text.splitlines())
    assert {len(row) for row in rows} == {len(header)}
    assert all(cell == " ".join(cell.split()) for row in rows for cell in row)


@pytest.mark.parametrize("name", KEYS)
def test_a_table_of_codes_never_says_a_thing_twice(name):
    counts = Counter(tuple(row[key] for key in KEYS[name]) for row in table(name))
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", KEYS)
def test_every_row_names_a_publication_with_its_licence(name):
    known = {row["key"]: row for row in table("references")}
    used = {row["source"] for row in table(name)}
    assert used <= set(known)
    for key in used:
        assert all(known[key][c] for c in ("title", "publisher", "licence", "citation"))


def test_every_publication_is_used():
    used = {row["source"] for name in KEYS for row in table(name)}
    used |= {row["source"] for row in table("classifications")}
    assert {row["key"] for row in table("references")} == used


def test_a_code_of_the_harmonized_system_has_one_name_a_revision():
    counts = Counter(
        (row["code"], year) for row in table("hs") for year in row["revisions"].split(";")
    )
    assert set(counts.values()) == {1}
    assert {year for _, year in counts} == {"1992", "2017", "2022"}


def test_our_own_search_words_point_at_codes_that_exist():
    harmonized = {r["code"] for r in table("hs") if "2022" in r["revisions"]}
    national = {r["code"] for r in table("gbt4754")}
    for row in table("class_words"):
        assert row["hs"] or row["gbt4754"], row
        assert set(filter(None, row["hs"].split(";"))) <= harmonized, row
        assert set(filter(None, row["gbt4754"].split(";"))) <= national, row


def test_the_tables_of_codes_stay_small():
    tables = [*KEYS, "places", "hs_chapters", "references", "classifications", "class_words"]
    folder = files("chainwright").joinpath("params")
    assert sum(len(folder.joinpath(f"{name}.csv").read_bytes()) for name in tables) < 4_000_000
