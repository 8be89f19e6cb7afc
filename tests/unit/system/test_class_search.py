"""Answers about codes: the table of a search, and what the codes found are in another list."""

import json

import pytest

from chainwright import classes
from chainwright.errors import UnknownCodeError
from chainwright.system import System
from chainwright.system.class_search import class_bridge, class_search
from chainwright.tables import schema


def test_the_answer_of_a_search_is_the_search_in_the_order_of_its_schema():
    answer = class_search(System(), "lithium carbonate", within="HS2022", limit=2)
    table = answer.table()
    assert list(table.columns) == [c.column for c in schema("class_search")]
    searched = classes.search("lithium carbonate", within="HS2022", limit=2)
    assert table.equals(searched[table.columns])
    assert table["code"].iloc[0] == "283691"


def test_the_question_is_kept():
    asked = class_search(System(), "锂", within="GBT4754", limit=3).parameters
    assert asked == {"text": "锂", "within": "GBT4754", "limit": 3}
    origin = class_bridge(System(), "3841", "ISIC4").origin
    assert json.loads(json.dumps(origin))["parameters"]["to"] == "ISIC4"


def test_a_code_in_full_is_taken_over_alone_and_others_of_its_digits_are_not():
    table = class_bridge(System(), "3841", "ISIC4").table()
    assert table["code"].unique().tolist() == ["3841"]
    assert table["to_code"].tolist() == ["27", "26", "28"]
    assert table["to_name_en"].iloc[0] == "Manufacture of electrical equipment"
    assert table["to_name_zh"].iloc[0] == "电力设备的制造"
    assert table["through"].unique().tolist() == ["38"]


def test_every_hit_of_a_word_is_taken_over():
    table = class_bridge(System(), "lithium carbonate", "GBT4754", within="HS2022").table()
    assert set(table["code"]) == {"283691", "283699"}
    assert "26" in set(table["to_code"])
    assert set(table["source"]) == {"hs-isic4+gbt4754-isic4"}


def test_a_code_without_a_partner_has_a_row_that_says_so():
    table = class_bridge(System(), "T", "ISIC4", within="GBT4754").table()
    assert table[["code", "through", "to_code", "kind"]].to_numpy().tolist() == [["T", "", "", ""]]


def test_lists_without_a_bridge_are_left_out():
    assert class_bridge(System(), "广州", "ISIC4").table().empty
    assert set(class_bridge(System(), "2720", "ISIC4").table()["list"]) == {"GBT4754", "NACE2"}


def test_an_unknown_list_is_refused():
    with pytest.raises(UnknownCodeError, match="no known classification"):
        class_bridge(System(), "3841", "ISIC9").table()
