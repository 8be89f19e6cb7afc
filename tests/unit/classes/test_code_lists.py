"""Classifications: levels, names, who holds whom."""

from dataclasses import FrozenInstanceError

import pytest

from chainwright.classes import Classification, classification, lists
from chainwright.errors import ParameterError, UnknownCodeError

ALL = ("GBT4754", "ISIC4", "NACE2", "HS2022", "HS2017", "HS1992", "GBT2260", "ISO3166")

COUNTS = {
    "GBT4754": {1: 20, 2: 97, 3: 473, 4: 1381},
    "ISIC4": {1: 21, 2: 88, 3: 238, 4: 419},
    "NACE2": {1: 21, 2: 88, 3: 272, 4: 615},
    "HS2022": {1: 97, 2: 1229, 3: 5613},
    "HS2017": {1: 97, 2: 1223, 3: 5388},
    "HS1992": {1: 97, 2: 1242, 3: 5022},
    "GBT2260": {1: 34, 2: 337},
    "ISO3166": {1: 249},
}


@pytest.mark.parametrize("name", ALL)
def test_each_list_has_the_published_number_of_codes_at_each_level(name):
    assert classification(name).counts() == COUNTS[name]
    assert len(classification(name)) == sum(COUNTS[name].values())


@pytest.mark.parametrize("name", ALL)
def test_no_code_stands_twice_and_every_parent_is_one_level_up(name):
    one = classification(name)
    assert len(set(one.codes)) == len(one)
    for code, parent, level in zip(one.codes, one.parents, one.levels, strict=True):
        assert (parent == "") == (level == 1)
        assert not parent or one.level(parent) == level - 1, code


@pytest.mark.parametrize("name", [n for n in ALL if n != "GBT2260"])
def test_every_code_has_an_english_name(name):
    assert all(n and n == n.strip() for n in classification(name).names_en)


def test_manufacturing_is_31_179_609_and_industry_41_207_666():
    gbt = classification("GBT4754")
    assert gbt.counts(within="C") == {2: 31, 3: 179, 4: 609}
    assert gbt.counts(within=("B", "C", "D")) == {2: 41, 3: 207, 4: 666}


@pytest.mark.parametrize(
    ("code", "zh"),
    [("2780", "药用辅料及包装材料"), ("3841", "锂离子电池制造"), ("3985", "电子专用材料制造"),
     ("3741", "飞机制造"), ("37", "铁路、船舶、航空航天和其他运输设备制造业")],
)  # fmt: skip
def test_the_classes_that_tell_the_edition_of_2017_are_there(code, zh):
    assert classification("GBT4754").name(code, "zh") == zh


def test_english_names_of_gbt_4754_differ_where_the_chinese_ones_do():
    gbt = classification("GBT4754")
    english, chinese = {}, {}
    for zh, en in zip(gbt.names_zh, gbt.names_en, strict=True):
        english.setdefault(en.casefold(), set()).add(zh)
        chinese.setdefault(zh, set()).add(en)
    assert {en: zh for en, zh in english.items() if len(zh) > 1} == {}
    assert {zh: en for zh, en in chinese.items() if len(en) > 1} == {}


def test_english_names_of_gbt_4754_are_plain_english():
    for name in classification("GBT4754").names_en:
        assert name.isascii()
        assert name[0].isupper() or name[0].isdigit()
        assert len(name) < 110


def test_sections_and_divisions_of_isic_and_chapters_of_hs_have_chinese_names():
    isic, hs = classification("ISIC4"), classification("HS2022")
    assert all(isic.name(code, "zh") for code in isic.codes if isic.level(code) < 3)
    assert all(hs.name(code, "zh") for code in hs.children())
    assert hs.name("85", "zh").startswith("电机")
    assert hs.name("850760", "zh") == ""


def test_the_parent_of_a_code_holds_it():
    hs = classification("HS2017")
    assert hs.parent("850760") == "8507"
    assert "850760" in hs.children("8507")
    assert hs.line("850760") == ("850760", "8507", "85")
    assert classification("NACE2").line("27.20") == ("27.20", "27.2", "27", "C")
    assert classification("GBT2260").parent("440100") == "440000"


def test_the_top_level_are_the_children_of_nothing():
    assert classification("ISIC4").children() == tuple("ABCDEFGHIJKLMNOPQRSTU")


def test_membership_is_asked_of_the_list_itself():
    assert "3841" in classification("GBT4754")
    assert 3841 not in classification("GBT4754")
    assert "854142" in classification("HS2022")
    assert "854142" not in classification("HS2017")


def test_a_revision_has_its_own_name_of_a_code():
    assert classification("HS1992").name("010111") == "Horses: live, pure-bred breeding animals"
    assert classification("HS2017").name("010121") == "Horses; live, pure-bred breeding animals"


def test_an_unknown_code_and_an_unknown_list_are_refused_with_near_ones():
    with pytest.raises(UnknownCodeError, match="'3851x' is no known code of GBT4754"):
        classification("GBT4754").name("3851x")
    with pytest.raises(UnknownCodeError, match="Did you mean HS2022, HS2017"):
        classification("HS2012")
    with pytest.raises(UnknownCodeError, match="code of ISIC4"):
        classification("ISIC4").counts(within="Z9")
    with pytest.raises(UnknownCodeError, match="code of ISIC4"):
        classification("ISIC4").children("Z9")


def test_a_classification_is_frozen_and_says_what_it_is():
    isic = classification("ISIC4")
    with pytest.raises(FrozenInstanceError):
        isic.codes = ()
    assert repr(isic) == "<ISIC4: ISIC Rev.4 industries, 766 codes>"
    assert classification("ISIC4") is isic


def test_the_table_has_one_row_a_code():
    frame = classification("ISIC4").table()
    assert list(frame.columns) == ["code", "level", "parent", "name_en", "name_zh"]
    assert frame["code"].tolist() == list(classification("ISIC4").codes)


def test_the_lists_are_named_with_their_numbers_of_codes():
    frame = lists()
    assert tuple(frame["list"]) == ALL
    assert frame.set_index("list")["codes"].to_dict() == {
        name: sum(levels.values()) for name, levels in COUNTS.items()
    }
    assert frame["title_zh"].str.len().gt(0).all()


def test_a_classification_can_be_made_of_other_codes():
    own = Classification(
        "X", "Own", "自有", ("a", "b"), ("", "a"), (1, 2), ("A", "B"), ("", ""), "x"
    )
    assert own.line("b") == ("b", "a")
    assert own.counts() == {1: 1, 2: 1}


@pytest.mark.parametrize("parents", [("", "b"), ("b", ""), ("", "c")])
def test_a_code_that_holds_itself_or_is_not_there_is_refused(parents):
    with pytest.raises(ParameterError, match="codes that stand before what they hold"):
        Classification("X", "Own", "自有", ("a", "b"), parents, (1, 2), ("A", "B"), ("", ""), "x")
