"""Codes of places: everything that a trade file writes for a place is that place."""

import pytest

from chainwright.classes import Place, place, place_code, place_codes
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import table

BACI = {
    "58": "BEL", "251": "FRA", "490": "TWN", "530": "ANT", "579": "NOR", "697": "R20",
    "699": "IND", "711": "ZA1", "736": "SDN", "757": "CHE", "842": "USA", "849": "PUS",
    "891": "SCG", "200": "CSK", "278": "DDR", "280": "DEU", "810": "SUN", "380": "ITA",
    "710": "ZAF", "344": "HKG", "446": "MAC", "156": "CHN", "4": "AFG",
}  # fmt: skip


def test_there_are_the_249_countries_of_the_standard():
    countries = [row for row in table("places") if row["kind"] == "country"]
    assert len(countries) == 249
    assert all(len(row["code"]) == 3 and len(row["iso2"]) == 2 for row in countries)
    assert all(len(row["m49"]) == 3 and row["m49"].isdigit() for row in countries)


def test_the_kinds_of_place_are_five():
    kinds = {row["kind"] for row in table("places")}
    assert kinds == {"country", "former", "user", "rest", "group"}


@pytest.mark.parametrize(("number", "code"), BACI.items())
def test_a_number_of_baci_is_its_place_with_and_without_leading_zeros(number, code):
    assert place_code(number) == code
    assert place_code(number.zfill(3)) == code
    assert place_code(int(number)) == code


def test_every_country_is_found_by_each_of_its_codes():
    for row in table("places"):
        if row["kind"] == "country":
            assert place_code(row["code"]) == row["code"]
            assert place_code(row["iso2"]) == row["code"]
            assert place_code(row["m49"], numbers="m49") == row["code"]


def test_namibia_is_text_and_no_missing_value():
    assert place_code("NA") == "NAM"
    assert place("516") == Place("NAM", "country", "NA", "516", "Namibia", "纳米比亚")


@pytest.mark.parametrize(
    ("old", "code"),
    [("ROM", "ROU"), ("TMP", "TLS"), ("ZAR", "COD"), ("BUR", "MMR"), ("S19", "TWN"), ("UK", "GBR")],
)
def test_a_code_that_was_in_use_once_is_the_country_of_today(old, code):
    assert place_code(old) == code


@pytest.mark.parametrize("code", ["SCG", "ANT", "YUG", "CSK", "DDR", "SUN"])
def test_a_state_that_is_no_more_keeps_its_code(code):
    assert place(code).code == code
    assert place(code).kind == "former"


def test_the_world_and_the_union_are_groups_that_would_count_twice():
    for text in ("WLD", "W00", "0", "000", "EUN", "97"):
        assert place(text).kind == "group"


def test_case_and_width_do_not_matter():
    assert place_code(" cn ") == place_code("ＣＨＮ") == place_code("１５６") == "CHN"


def test_trade_and_m49_differ_in_what_492_is():
    assert place_code("492") == "492"
    assert place("492").kind == "rest"
    assert place_code("492", numbers="m49") == "MCO"


def test_a_number_of_trade_is_unknown_to_m49():
    with pytest.raises(UnknownCodeError, match="'842' is no known place code"):
        place_code("842", numbers="m49")


def test_no_writing_stands_for_two_places():
    owners = {}
    for row in table("places"):
        words = (row["code"], row["iso2"], *row["also"].split(";"), *row["trade"].split(";"))
        for word in filter(None, words):
            owners.setdefault(word, set()).add(row["code"])
    assert {word: codes for word, codes in owners.items() if len(codes) > 1} == {}


def test_an_unknown_code_is_refused_with_near_ones():
    with pytest.raises(UnknownCodeError, match="Did you mean UZB, USA"):
        place_code("USB")


def test_a_name_is_no_code_but_is_told_its_code():
    with pytest.raises(UnknownCodeError, match=r"Did you mean Germany \(DEU\)\?"):
        place_code("Germany")


def test_an_unknown_kind_of_numbers_is_refused():
    with pytest.raises(ParameterError, match="'trade' or 'm49'"):
        place_codes("iso")
