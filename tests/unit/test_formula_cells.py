import csv
import io

import pandas as pd
import pytest

from chainwright.tables import as_text


@pytest.mark.parametrize(
    "word", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1", "\r=1", "\n=1", "\0="]
)
@pytest.mark.parametrize("kind", ["object", "category", "string"])
def test_a_name_that_a_spreadsheet_would_work_out_is_shown(word, kind):
    frame = pd.DataFrame({"firm": pd.Series([word, "A"], dtype=kind), "value": [-5.0, 1.0]})
    rows = list(csv.reader(io.StringIO(as_text(frame, "csv"), newline="")))
    assert rows[1] == ["'" + word.replace("\r", "\n"), "-5.0"]
    assert rows[2] == ["A", "1.0"]
    assert frame["firm"].iloc[0] == word


@pytest.mark.parametrize("word", ["-5", "+3 %", "-1.5e-3", "-", "+", "A=1", "", "久立"])
def test_numbers_in_text_and_other_words_stay(word):
    frame = pd.DataFrame({"text": [word, "A"]})
    assert list(csv.reader(io.StringIO(as_text(frame, "csv"))))[1] == ([word] if word else [""])


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_a_line_end_within_a_name_begins_no_row(end):
    text = as_text(pd.DataFrame({"firm": [f"A{end}=1+1", "B"], "value": [1, 2]}), "csv")
    assert "\r" not in text
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [["A\n=1+1", "1"], ["B", "2"]]


def test_json_is_for_programs_and_stays():
    assert '"=1+1"' in as_text(pd.DataFrame({"firm": ["=1+1"]}), "json")
