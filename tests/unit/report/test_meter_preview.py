import re

import pandas as pd
import pytest

from chainwright.report.meter_preview import SHOWN, meters_text
from chainwright.tables import schema

TABLES = ("meter_readings", "meter_rejected", "meter_outliers", "meter_units", "meter_warnings")


class Preview:
    """Stands for a preview: tables with some rows."""

    def __init__(self, **rows):
        self.rows = rows

    def tables(self):
        return {
            name: pd.DataFrame(self.rows.get(name, []), columns=[c.column for c in schema(name)])
            for name in TABLES
        }


READING = {
    "firm": "91330502MA0084482X", "kind": "pipeline_gas", "item": "natural_gas",
    "period": "2026-01", "value": 1234.5, "unit": "10^4 Nm3", "quality": "billed", "coverage": 0.5,
}  # fmt: skip
REJECTED = {
    "file": "m.csv", "address": "line 3, column 4", "found": "abc", "cells": 1,
    "expected_en": "A number", "expected_zh": "数字",
    "remedy_en": "Write it as 1234.5, " * 4, "remedy_zh": "请写作 1234.5。" * 4,
}  # fmt: skip
UNIT = {"column": "3", "heading": "电量", "role": "reading", "kind": "coal", "held_unit": "t"}


def test_a_reader_of_chinese_meets_no_code():
    given = {"meter_readings": [READING], "meter_rejected": [REJECTED], "meter_units": [UNIT]}
    text = meters_text(Preview(**given), "zh")
    for word in (
        "管道天然气",
        "天然气",
        "计费",
        "1,234.5",
        "万 Nm³",
        "50%",
        "第 3 行第 4 列",
        "读数",
    ):
        assert word in text
    assert "可保存的读数：1" in text
    assert not re.search(r"pipeline|billed|line 3|reading|英文|expected", text)


def test_a_reader_of_english_meets_no_chinese_of_ours():
    text = meters_text(Preview(meter_readings=[READING], meter_rejected=[REJECTED]), "en")
    assert "Readings that can be kept: 1" in text
    assert "line 3, column 4" in text
    assert not re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.parametrize(("language", "remedy"), [("en", "remedy_en"), ("zh", "remedy_zh")])
def test_what_to_do_is_not_cut(language, remedy):
    text = meters_text(Preview(meter_rejected=[REJECTED]), language)
    assert REJECTED[remedy].strip() in text


@pytest.mark.parametrize(("language", "more"), [("en", "5 more"), ("zh", "另有 5 行")])
def test_rows_beyond_the_first_are_counted(language, more):
    text = meters_text(Preview(meter_readings=[READING] * (SHOWN + 5)), language)
    assert more in text
    assert text.count(READING["firm"]) == SHOWN


def test_what_is_missing_is_empty_and_not_nan():
    text = meters_text(Preview(meter_readings=[{**READING, "value": float("nan")}]), "zh")
    assert "nan" not in text
