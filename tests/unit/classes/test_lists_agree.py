"""What the lists, their bridges and the search say of one another, code by code."""

from itertools import pairwise

import pytest

from chainwright.classes import (
    bridge,
    bridged,
    classification,
    hs_revisions,
    lists,
    place_codes,
    search,
    translated,
)

NAMES = list(lists()["list"])
PAIRS = [(a, b) for a in bridged() for b in bridged() if a < b and "HS" not in {a, b}]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_bridge_and_its_way_back_are_inverse_relations(one, other):
    there, back = bridge(one, other), bridge(other, one)
    forward = set(zip(there["from_code"], there["to_code"], strict=True))
    backward = set(zip(back["to_code"], back["from_code"], strict=True))
    assert forward == backward
    turned = {"1:1": "1:1", "n:1": "1:n", "1:n": "n:1", "n:n": "n:n"}
    kinds = {(a, b): k for a, b, k in zip(there["from_code"], there["to_code"], there["kind"],
                                          strict=True)}  # fmt: skip
    for a, b, kind in zip(back["to_code"], back["from_code"], back["kind"], strict=True):
        assert kinds[a, b] == turned[kind]


@pytest.mark.parametrize("name", [n for n in bridged() if n != "HS"])
def test_a_list_with_itself_is_every_code_once(name):
    same = bridge(name, name)
    assert (same["from_code"] == same["to_code"]).all()
    assert same["from_code"].is_unique
    assert set(same["kind"]) == {"1:1"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("HS2022", "HS1992"), ("HS2017", "ISIC4"), ("GBT4754", "ISIC4"), ("HS2022", "GBT4754")],
)
def test_one_code_translated_is_its_rows_of_the_bridge_numbered_from_nought(one, other):
    pairs = bridge(one, other)
    for code in list(dict.fromkeys(pairs["from_code"]))[::401]:
        found = translated(code, one, other)
        wanted = pairs[pairs["from_code"] == code]
        assert list(found.index) == list(range(len(wanted)))
        assert found.to_numpy().tolist() == wanted.to_numpy().tolist()


def test_a_code_that_the_bridge_does_not_know_is_that_of_the_code_above():
    division = translated("38", "GBT4754", "ISIC4")
    for code in classification("GBT4754").children("38"):
        assert translated(code, "GBT4754", "ISIC4").equals(division)
    assert translated("C", "GBT4754", "ISIC4").empty


@pytest.mark.parametrize("name", NAMES)
def test_a_code_of_each_list_is_found_by_itself_and_by_its_own_names(name):
    held = classification(name)
    step = max(len(held) // 6, 1)
    for code in held.codes[step // 2 :: step]:
        first = search(code, within=name, limit=1).iloc[0]
        assert (first["code"], first["match"]) == (code, "exact code")
        for language in ("en", "zh"):
            word = held.name(code, language)
            if word:
                found = search(word, within=name, limit=200)
                assert code in set(found["code"]), (code, word)
                assert (found["list"] == name).all()


@pytest.mark.parametrize("name", NAMES)
def test_each_code_is_a_child_of_its_parent_and_one_level_below(name):
    held = classification(name)
    for code in held.codes[:: max(len(held) // 300, 1)]:
        line = held.line(code)
        assert line[0] == code
        assert len(set(line)) == len(line)
        assert [held.level(c) for c in line] == sorted(map(held.level, line))[::-1]
        for below, above in pairwise(line):
            assert below in held.children(above)


@pytest.mark.parametrize("limit", [1, 2, 7, 50])
def test_a_limit_only_cuts_the_end_of_the_answer(limit):
    for word in ("battery", "steel", "85", "电池"):
        whole = search(word, limit=400)
        assert search(word, limit=limit).equals(whole.iloc[:limit].reset_index(drop=True))


def test_kinds_of_match_never_go_back_to_a_better_one():
    order = ["exact code", "code prefix", "name", "keyword", "part of name", "near"]
    for word in ("85", "battery", "lithium", "钢", "silicon", "01", "lithim", "DEU"):
        seen = [order.index(m) for m in search(word, limit=300)["match"] if m != "keyword"]
        assert seen == sorted(seen), word


def test_numbers_of_places_with_and_without_zeros_are_one_place():
    for numbers in ("trade", "m49"):
        known = place_codes(numbers)
        for word, code in known.items():
            if word.isdigit():
                assert known[str(int(word))] == code
                assert len(code) in {2, 3}
            else:
                assert word == word.upper()
    assert set(place_codes("m49").values()) <= set(place_codes("trade").values())


def test_each_code_of_a_revision_is_held_by_that_revision():
    for name in ("HS1992", "HS2017", "HS2022"):
        codes = classification(name).codes
        found = hs_revisions(codes)
        assert name in found.holding
        assert not found.unknown
        assert not found.mixed
        for other, lost in found.lacking.items():
            assert set(lost) == set(codes) - set(classification(other).codes)
            assert list(lost) == sorted(lost)
