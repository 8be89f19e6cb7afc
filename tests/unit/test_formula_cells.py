import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainmaps import as_csv, rows_of, written
from chainwright.sources.chain_folders import chain_csv, read_chain_folder
from chainwright.sources.large_rows import numbered_rows
from chainwright.system import Maker, read_maker, write_maker
from chainwright.system.maker_intake.picks import read_picks
from chainwright.tables import as_meant, as_text
from toy_makers import two_products


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


CELLS = st.text(st.sampled_from("=+-@\t\n'1a ,\"企"), max_size=6)


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_a_written_cell_is_read_as_it_was_meant(cells):
    held = csv.reader(
        io.StringIO(as_text(pd.DataFrame({"word": cells, "n": 1}), "csv"), newline="")
    )
    assert [as_meant(row[0]) for row in held][1:] == cells


@pytest.mark.parametrize("large", [1, 1_000_000])
def test_a_table_of_firms_is_read_back_with_its_names(tmp_path, large):
    names = ["=1+1", "-2", "'=x", "O'Neill", "+a", "'t Hooft"]
    frame = pd.DataFrame({"firm": list("ABCDEF"), "name_en": names})
    path = tmp_path / "firms.csv"
    path.write_text(as_text(frame, "csv"), encoding="utf-8")
    rows = numbered_rows(path, "firms", required=("firm",), large=large)
    assert rows.frame["name_en"].tolist() == names


def test_a_chain_map_is_read_back_with_its_names(tmp_path):
    tables = rows_of("nodes")
    tables[0]["name_en"] = "=HYPERLINK(1)"
    written(tmp_path, nodes=as_csv("nodes", tables))
    held = read_chain_folder(tmp_path)
    text = chain_csv(held.nodes)
    assert b"'=HYPERLINK(1)" in text
    (tmp_path / "nodes.csv").write_bytes(text)
    assert "=HYPERLINK(1)" in read_chain_folder(tmp_path).nodes["name_en"].tolist()


def test_picks_are_matched_by_the_words_that_stood_in_the_files(tmp_path):
    frame = pd.DataFrame({"kind": ["item"], "found": ["=A1"], "pick": ["MCU-32"]})
    path = tmp_path / "picks.csv"
    path.write_text(as_text(frame, "csv"), encoding="utf-8-sig")
    assert "'=A1" in path.read_text(encoding="utf-8-sig")
    assert read_picks(path).of("item", "=A1") == "MCU-32"


def test_the_folder_of_a_maker_is_shown_as_text_and_read_back(tmp_path):
    tables = {name: t for name, t in two_products().maker.tables.items() if len(t)}
    names = ["@SUM(A1)", *tables["suppliers"]["name"][1:]]
    tables["suppliers"] = tables["suppliers"].assign(name=names)
    write_maker(Maker.of_tables("toy", currency="CNY", **tables), tmp_path / "m")
    assert "'@SUM(A1)" in (tmp_path / "m" / "suppliers.csv").read_text(encoding="utf-8")
    assert read_maker(tmp_path / "m").tables["suppliers"]["name"].tolist() == names
