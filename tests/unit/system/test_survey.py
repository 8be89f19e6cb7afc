"""Questionnaires: what is asked, and what comes back."""

import subprocess
import sys
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from chainmaps import added, edited, written
from chainwright.cli import main
from chainwright.errors import (
    FormatError,
    LabelError,
    MissingFileError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.system import chain_map, make_survey, read_survey, write_chain
from chainwright.system.survey_sheets import FIRST, FORM, HEADINGS, QUESTIONS, SHEETS, known_cells

WHO = {"name": "李伟 Li Wei", "organisation": "Example Co.", "date": "2026-11-20", "year": None}
START = HEADINGS.index(QUESTIONS[0].heading)


@pytest.fixture
def chain(tmp_path):
    return chain_map(written(tmp_path / "toy"))


def column_of(key):
    """Return the letter of the column that asks for `key`."""
    return "ABCDEFGHIJKL"[START + [q.key for q in QUESTIONS].index(key)]


def made(tmp_path, chain, home="CHN"):
    path = tmp_path / "survey.xlsx"
    make_survey(chain, path, home=home)
    return path


def row_of(page, node):
    return next(c.row for c in page["A"] if c.value == node)


def filled(tmp_path, chain, answers, who=WHO, *, change=None, home="CHN"):
    """Make a questionnaire, write answers by (node, question) into it, and return its path."""
    path = made(tmp_path, chain, home)
    book = load_workbook(path)
    page, form = book[SHEETS["questions"]], book[SHEETS["form"]]
    for (node, key), value in answers.items():
        letter = "K" if key == "remark" else column_of(key)
        page[f"{letter}{row_of(page, node)}"] = value
    for key, value in who.items():
        form[FORM[key]] = value
    if change:
        change(book)
    book.save(path)
    return path


def told(path, chain):
    with pytest.raises(TableError) as caught:
        read_survey(path, chain)
    return [str(breach) for breach in caught.value.breaches]


def test_each_node_has_a_row_in_the_order_of_stages(tmp_path, chain):
    page = load_workbook(made(tmp_path, chain))[SHEETS["questions"]]
    nodes = [page[f"A{row}"].value for row in range(FIRST, page.max_row + 1)]
    assert nodes == ["graphite", "anode", "coater", "cell", "simulation"]
    assert [cell.value for cell in page[FIRST - 1]] == list(HEADINGS)
    assert all("\n" in q.heading for q in QUESTIONS)


def test_only_unknown_cells_are_open_and_what_is_known_is_shown_with_its_source(tmp_path, chain):
    page = load_workbook(made(tmp_path, chain))[SHEETS["questions"]]
    assert page.protection.sheet
    coater, graphite = row_of(page, "coater"), row_of(page, "graphite")
    shown = {key: page[f"{column_of(key)}{coater}"] for key in ("share", "gap", "replace_weeks")}
    assert {key: cell.value for key, cell in shown.items()} == {
        "share": 60, "gap": 40, "replace_weeks": 52
    }  # fmt: skip
    assert all(cell.protection.locked for cell in shown.values())
    assert page[f"L{coater}"].value == "Made-up example, chainwright, 2026"
    asked = [page[f"{column_of(q.key)}{graphite}"] for q in QUESTIONS]
    assert not any(cell.protection.locked for cell in asked)
    assert {cell.fill.fgColor.rgb for cell in asked} != {shown["gap"].fill.fgColor.rgb}
    assert not page[f"K{graphite}"].protection.locked


def test_software_is_not_asked_for_its_stock(tmp_path, chain):
    page = load_workbook(made(tmp_path, chain))[SHEETS["questions"]]
    row = row_of(page, "simulation")
    assert page[f"{column_of('stock_weeks')}{row}"].protection.locked
    assert not page[f"{column_of('gap')}{row}"].protection.locked


def test_numbers_are_held_to_their_range_by_the_spreadsheet_itself(tmp_path, chain):
    page = load_workbook(made(tmp_path, chain))[SHEETS["questions"]]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert len(rules) == len(QUESTIONS)
    letter = column_of("alternatives")
    rule = rules[f"{letter}{FIRST}:{letter}{FIRST + 4}"]
    assert (rule.type, rule.formula1, rule.formula2) == ("whole", "0", "1000")
    share = rules[f"F{FIRST}:F{FIRST + 4}"]
    assert (share.type, share.formula2) == ("decimal", "100")


def test_the_hidden_sheet_says_what_it_is_about(tmp_path, chain):
    mark = load_workbook(made(tmp_path, chain, home="156"))[SHEETS["mark"]]
    assert mark.sheet_state == "hidden"
    assert [mark[f"A{row}"].value for row in (1, 3, 4, 5)] == [
        "chainwright survey 1", "toy", chain.origin.sha256, "CHN"
    ]  # fmt: skip


def test_a_node_that_looks_like_a_formula_is_text(tmp_path):
    nodes = edited("nodes", 2, grade_zh="=1+1", node="graphite")
    chain = chain_map(written(tmp_path / "toy", nodes=nodes))
    page = load_workbook(made(tmp_path, chain))[SHEETS["questions"]]
    cell = page[f"E{row_of(page, 'graphite')}"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_last_year_of_a_share_is_the_one_known(tmp_path):
    row = {"node": "coater", "place": "CHN", "share": "0.3", "basis": "domestic_use"}
    older = {**row, "year": "2019", "source": "Old, 2020", "page": "1", "printed": "30 %",
             "date": "2020", "confidence": "documented"}  # fmt: skip
    chain = chain_map(written(tmp_path / "toy", supply=added("supply", older)))
    assert known_cells(chain, "CHN")["coater", "share"].value == 0.6
    assert ("coater", "share") not in known_cells(chain, "JPN")


def test_an_empty_questionnaire_changes_nothing(tmp_path, chain):
    answers = read_survey(made(tmp_path, chain), chain)
    assert answers.table().empty
    assert answers.chain.origin.sha256 == chain.origin.sha256


def test_answers_fill_empty_cells_and_say_who_gave_them(tmp_path, chain):
    given = {
        ("anode", "gap"): 12.5,
        ("anode", "alternatives"): 2,
        ("anode", "remark"): "own count",
        ("graphite", "share"): 35,
        ("graphite", "replace_weeks"): "26",
    }
    answers = read_survey(filled(tmp_path, chain, given), chain)
    new = answers.chain
    nodes = new.nodes.set_index("node")
    anode = nodes.loc["anode"]
    assert (anode["gap"], anode["alternatives"], anode["stock_weeks"]) == (0.125, 2, 4)
    assert anode["source"] == (
        "Made-up example, chainwright, 2026 | survey: 李伟 Li Wei, Example Co."
    )
    assert anode["page"] == "Table 1 | gap, alternatives"
    assert anode["printed"] == "stocks of four weeks | own count"
    assert anode["date"] == "2026-11-22 | 2026-11-20"
    assert anode["confidence"] == "survey"
    graphite = nodes.loc["graphite"]
    assert graphite["replace_weeks"] == 26
    assert graphite["source"] == "survey: 李伟 Li Wei, Example Co."
    assert graphite["confidence"] == "survey"
    row = new.supply.iloc[-1]
    assert (row["node"], row["place"], row["firm"]) == ("graphite", "CHN", "")
    assert (row["share"], row["basis"], row["year"]) == (0.35, "domestic_use", 2026)
    assert row["source"].startswith("survey: ")
    assert row["confidence"] == "survey"
    assert len(new.supply) == len(chain.supply) + 1
    pd.testing.assert_frame_equal(new.supply[:-1], chain.supply)
    pd.testing.assert_frame_equal(new.links, chain.links)
    untouched = nodes.index.isin(["coater", "cell", "simulation"])
    pd.testing.assert_frame_equal(nodes[untouched], chain.nodes.set_index("node")[untouched])
    assert answers.table()["taken"].all()
    assert len(answers.table()) == 4
    assert new.origin.notes[-1] == "4 answers of 'survey.xlsx'"


def test_the_map_given_is_left_as_it_was(tmp_path, chain):
    before = chain.nodes.copy()
    read_survey(filled(tmp_path, chain, {("anode", "gap"): 10}), chain)
    pd.testing.assert_frame_equal(chain.nodes, before)


def test_a_map_with_answers_is_written_and_read_back(tmp_path, chain):
    new = read_survey(filled(tmp_path, chain, {("cell", "gap"): 0, ("cell", "share"): 100}), chain)
    write_chain(new.chain, tmp_path / "new")
    back = chain_map(tmp_path / "new")
    assert back.origin.sha256 == new.chain.origin.sha256
    assert back.nodes.set_index("node").loc["cell", "gap"] == 0.0
    assert ("cell", "share") in known_cells(back, "CHN")


def test_an_answer_to_what_is_documented_is_kept_apart(tmp_path, chain):
    given = {("coater", "gap"): 10, ("coater", "share"): 90, ("coater", "stock_weeks"): 3}
    answers = read_survey(filled(tmp_path, chain, given), chain)
    coater = answers.chain.nodes.set_index("node").loc["coater"]
    assert (coater["gap"], coater["stock_weeks"]) == (0.4, 3)
    assert len(answers.chain.supply) == len(chain.supply)
    table = answers.table().set_index("question")
    assert table["taken"].to_dict() == {"share": False, "gap": False, "stock_weeks": True}
    assert table.loc["gap", "known"] == 0.4
    assert table.loc["gap", "known_source"] == "Made-up example, chainwright, 2026"
    assert "图中为准" in table.loc["gap", "reason_zh"]
    assert np.isnan(table.loc["stock_weeks", "known"])


def test_an_answer_on_gap_or_stock_is_of_home(tmp_path, chain):
    given = {("graphite", "gap"): 20, ("cell", "stock_weeks"): 3, ("simulation", "alternatives"): 1}
    path = filled(tmp_path, chain, given, home="JPN")
    nodes = read_survey(path, chain).chain.nodes.set_index("node")
    assert nodes["gap_place"].to_dict() == {
        "graphite": "JPN", "anode": "CHN", "coater": "CHN", "simulation": "", "cell": "JPN"
    }  # fmt: skip
    assert (nodes.loc["graphite", "gap"], nodes.loc["cell", "stock_weeks"]) == (0.2, 3)


def test_the_gap_of_another_place_is_asked_for_and_not_shown(tmp_path, chain):
    page = load_workbook(made(tmp_path, chain, home="JPN"))[SHEETS["questions"]]
    row = row_of(page, "coater")
    gap, weeks = (page[f"{column_of(key)}{row}"] for key in ("gap", "replace_weeks"))
    assert (gap.value, gap.protection.locked) == (None, False)
    assert (weeks.value, weeks.protection.locked) == (52, True)  # of no place
    known = known_cells(chain, "JPN")
    assert ("coater", "gap") not in known
    assert ("anode", "stock_weeks") not in known
    assert known_cells(chain, "CHN")["anode", "stock_weeks"].value == 4


def test_a_gap_of_another_place_stays_and_the_answer_is_kept_apart_with_the_reason(tmp_path, chain):
    given = {("coater", "gap"): 5, ("coater", "stock_weeks"): 2, ("coater", "alternatives"): 3}
    answers = read_survey(filled(tmp_path, chain, given, home="JPN"), chain)
    coater = answers.chain.nodes.set_index("node").loc["coater"]
    assert (coater["gap"], coater["gap_place"], coater["alternatives"]) == (0.4, "CHN", 3)
    assert np.isnan(coater["stock_weeks"])
    table = answers.table().set_index("question")
    assert table["taken"].to_dict() == {"gap": False, "stock_weeks": False, "alternatives": True}
    assert (table.loc["gap", "answer"], table.loc["gap", "known"]) == (0.05, 0.4)
    assert table.loc["gap", "known_source"] == "Made-up example, chainwright, 2026"
    assert np.isnan(table.loc["stock_weeks", "known"])
    for question in ("gap", "stock_weeks"):
        assert "the gap or stock of China for this node" in table.loc[question, "reason_en"]
        assert "属中国" in table.loc[question, "reason_zh"]
    assert table.loc["alternatives", "reason_en"] == ""


def test_the_same_number_as_another_place_has_is_an_answer_all_the_same(tmp_path, chain):
    path = filled(tmp_path, chain, {("coater", "gap"): 40}, home="JPN")
    (answer,) = read_survey(path, chain).table().to_dict("records")
    assert (answer["answer"], answer["taken"]) == (0.4, False)
    assert "China" in answer["reason_en"]


def test_an_earlier_answer_of_another_place_stays_too(tmp_path, chain):
    once = read_survey(filled(tmp_path, chain, {("cell", "gap"): 10}, home="JPN"), chain).chain
    twice = read_survey(filled(tmp_path, once, {("cell", "stock_weeks"): 6}), once)
    cell = twice.chain.nodes.set_index("node").loc["cell"]
    assert (cell["gap"], cell["gap_place"]) == (0.1, "JPN")
    assert np.isnan(cell["stock_weeks"])
    assert "stock of Japan" in twice.table().loc[0, "reason_en"]
    assert twice.chain.origin.sha256 == once.origin.sha256


def test_what_was_answered_before_is_not_answered_again(tmp_path, chain):
    path = filled(tmp_path, chain, {("anode", "gap"): 10})
    once = read_survey(path, chain).chain
    twice = read_survey(path, once)
    assert twice.table().empty  # the same number again is no news
    assert twice.chain.origin.sha256 == once.origin.sha256
    assert twice.chain.origin.notes[-1].endswith("made of an earlier state of the map")
    other = read_survey(filled(tmp_path, chain, {("anode", "gap"): 20}), once)
    assert not other.table()["taken"].any()


def test_a_second_person_adds_to_the_first(tmp_path, chain):
    once = read_survey(filled(tmp_path, chain, {("anode", "gap"): 10}), chain).chain
    who = {**WHO, "name": "Sato", "date": datetime(2026, 11, 21), "year": 2025}  # noqa: DTZ001
    path = filled(tmp_path, once, {("anode", "alternatives"): 1, ("anode", "share"): 50}, who)
    twice = read_survey(path, once).chain
    anode = twice.nodes.set_index("node").loc["anode"]
    assert anode["source"].count("|") == 2
    assert anode["date"] == "2026-11-22 | 2026-11-20 | 2026-11-21"
    assert twice.supply["year"].iloc[-1] == 2025


BAD = {
    "a word": (("graphite", "gap"), "a lot", "F", "a per cent from 0 to 100"),
    "a unit": (("graphite", "stock_weeks"), "6 weeks", "H", "a number from 0 to 1000"),
    "a thousands separator": (("graphite", "stock_weeks"), "1,234", "H", "without a unit"),
    "a share instead of per cent": (("graphite", "share"), 0.6, "F", "Write 60 if 60 per cent"),
    "more than all": (("graphite", "share"), 101, "F", "found 101"),
    "less than nothing": (("graphite", "replace_weeks"), -1, "J", "found -1"),
    "half a substitute": (("graphite", "alternatives"), 1.5, "I", "a whole number from 0 to 1000"),
    "a formula": (("graphite", "gap"), "=50+1", "G", "not a formula"),
    "yes": (("graphite", "gap"), True, "G", "found True"),
    "a remark with a bar": (("graphite", "remark"), "a | b", "K", "without '|'"),
}


@pytest.mark.parametrize(
    ("written", "share"),
    [("95%", 0.95), (" 95 % ", 0.95), ("95％", 0.95), ("0.5%", 0.005), ("100%", 1.0)],
)
def test_per_cent_may_be_written_with_its_sign(tmp_path, chain, written, share):
    path = filled(tmp_path, chain, {("graphite", "share"): written})
    assert read_survey(path, chain).chain.supply["share"].iloc[-1] == pytest.approx(share)


@pytest.mark.parametrize(("key", "text"), [("stock_weeks", "95%"), ("share", "%"), ("gap", "9%%")])
def test_a_sign_of_per_cent_helps_no_other_answer(tmp_path, chain, key, text):
    (breach,) = told(filled(tmp_path, chain, {("graphite", key): text}), chain)
    assert "Write digits" in breach


def test_the_system_is_loaded_without_a_writer_of_spreadsheets():
    code = "import sys, chainwright.system; sys.exit('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603
    assert done.returncode == 0


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_answer_is_named_with_its_cell_and_nothing_is_taken(tmp_path, chain, kind):
    where, value, _, said = BAD[kind]
    path = filled(tmp_path, chain, {("graphite", "share"): 10, where: value})
    (breach,) = told(path, chain)
    letter = "K" if where[1] == "remark" else column_of(where[1])
    assert f"cell {letter}{FIRST}: " in breach
    assert SHEETS["questions"] in breach
    assert said in breach


def test_all_bad_answers_are_named_at_once(tmp_path, chain):
    given = {("graphite", "gap"): "x", ("cell", "gap"): 200, ("anode", "replace_weeks"): "soon"}
    found = told(filled(tmp_path, chain, given), chain)
    assert [t.partition("cell ")[2].partition(":")[0] for t in found] == ["G4", "J5", "G7"]


def test_a_cell_in_per_cent_is_read_as_it_is_shown(tmp_path, chain):
    def show(book):
        page = book[SHEETS["questions"]]
        page[f"F{FIRST}"].number_format = "0%"

    path = filled(tmp_path, chain, {("graphite", "share"): 0.29}, change=show)
    assert read_survey(path, chain).chain.supply["share"].iloc[-1] == 0.29


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("name", "", "cell C9"),
        ("organisation", "A | B", "cell C10"),
        ("date", "November", "the day of the answers"),
        ("date", "2026-11", "cell C11"),
        ("date", "2026-13-01", "cell C11"),
        ("date", "11/5/2026", "cell C11"),
        ("year", "last", "cell C12"),
        ("year", 26, "four digits"),
    ],
)
def test_answers_of_nobody_are_not_taken(tmp_path, chain, key, value, said):
    path = filled(tmp_path, chain, {("graphite", "gap"): 5}, {**WHO, key: value})
    assert said in told(path, chain)[0]


@pytest.mark.parametrize("day", ["2026-11-05", "2026/11/5", "2026年11月5日", "2026.11.05"])
def test_a_day_is_read_as_people_write_it(tmp_path, chain, day):
    path = filled(tmp_path, chain, {("graphite", "gap"): 5}, {**WHO, "date": day})
    nodes = read_survey(path, chain).chain.nodes
    assert nodes["date"][0] == "2026-11-05"


def test_line_breaks_in_headings_may_be_those_of_another_program(tmp_path, chain):
    def rewrite(book):
        for cell in book[SHEETS["questions"]][FIRST - 1]:
            cell.value = cell.value.replace("\n", "\r\n ")

    path = filled(tmp_path, chain, {("graphite", "gap"): 5}, change=rewrite)
    assert read_survey(path, chain).chain.nodes["gap"][0] == 0.05


def test_rows_that_were_renamed_or_doubled_are_refused(tmp_path, chain):
    def rename(book):
        book[SHEETS["questions"]][f"A{FIRST}"] = "grafite"

    def double(book):
        page = book[SHEETS["questions"]]
        page[f"A{FIRST + 1}"] = "graphite"
        page[f"G{FIRST + 1}"] = 3

    given = {("graphite", "gap"): 5}
    assert "Did you mean graphite?" in told(filled(tmp_path, chain, given, change=rename), chain)[0]
    again = told(filled(tmp_path, chain, given, change=double), chain)
    assert any("cell A5: found 'graphite' again, as in row 4" in t for t in again)


def test_rows_without_an_answer_may_be_named_as_they_like(tmp_path, chain):
    def change(book):
        page = book[SHEETS["questions"]]
        page[f"A{row_of(page, 'simulation')}"] = "simulations"
        page[f"A{page.max_row + 3}"] = "our own remark"

    path = filled(tmp_path, chain, {("coater", "stock_weeks"): 7}, change=change)
    coater = read_survey(path, chain).chain.nodes.set_index("node").loc["coater"]
    assert coater["stock_weeks"] == 7.0


def test_what_is_no_questionnaire_is_refused(tmp_path, chain):
    with pytest.raises(MissingFileError, match="There is no file"):
        read_survey(tmp_path / "nothing.xlsx", chain)
    (tmp_path / "text.xlsx").write_text("node,gap\n")
    with pytest.raises(FormatError, match="no XLSX file"):
        read_survey(tmp_path / "text.xlsx", chain)
    Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(FormatError, match="no questionnaire of chainwright: its sheets are Sheet"):
        read_survey(tmp_path / "other.xlsx", chain)


def test_moved_columns_and_another_chain_are_refused(tmp_path, chain):
    def move(book):
        book[SHEETS["questions"]].delete_cols(2)

    with pytest.raises(FormatError, match="other headings in row 3"):
        read_survey(filled(tmp_path, chain, {}, change=move), chain)
    other = chain_map(written(tmp_path / "other"))
    with pytest.raises(LabelError, match="about the chain 'toy', and 'other' was given"):
        read_survey(made(tmp_path, chain), other)


def test_a_share_goes_to_the_row_that_lacks_it(tmp_path):
    row = {"node": "cell", "place": "CHN", "basis": "domestic_use", "year": "2026",
           "utilisation": "0.7", "source": "Report, 2026", "page": "3", "printed": "70 %",
           "date": "2026-03", "confidence": "documented"}  # fmt: skip
    chain = chain_map(written(tmp_path / "toy", supply=added("supply", row)))
    new = read_survey(filled(tmp_path, chain, {("cell", "share"): 80}), chain).chain.supply
    assert len(new) == len(chain.supply)
    last = new.iloc[-1]
    assert (last["share"], last["utilisation"], last["confidence"]) == (0.8, 0.7, "survey")
    assert last["page"] == "3 | share"
    other = filled(tmp_path, chain, {("cell", "share"): 80}, {**WHO, "year": 2025})
    assert len(read_survey(other, chain).chain.supply) == len(chain.supply) + 1


def test_home_is_a_country(tmp_path, chain):
    with pytest.raises(UnknownCodeError, match="place code"):
        make_survey(chain, tmp_path / "s.xlsx", home="Atlantis")
    with pytest.raises(ParameterError, match="each member of a group"):
        make_survey(chain, tmp_path / "s.xlsx", home="R20")
    assert not (tmp_path / "s.xlsx").exists()


def test_the_commands_make_and_read_a_questionnaire(tmp_path, chain, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as done:
        main(["survey", "make", "toy", "--home", "CHN", "-o", "asked.xlsx"])
    assert done.value.code == 0
    assert load_workbook("asked.xlsx").sheetnames[0] == SHEETS["form"]
    path = str(filled(tmp_path, chain, {("graphite", "share"): 35, ("coater", "gap"): 1}))
    with pytest.raises(SystemExit) as done:
        main(["survey", "read", path, "toy", "-o", "new", "--lang", "zh"])
    assert done.value.code == 0
    assert "graphite" in capsys.readouterr().out
    assert chain_map(tmp_path / "new").supply["share"].iloc[-1] == 0.35
    before = (tmp_path / "new" / "supply.csv").read_bytes()
    with pytest.raises(SystemExit) as done:
        main(["survey", "read", path, "toy", "-o", "new"])
    assert done.value.code == 2
    assert "not there yet" in capsys.readouterr().err
    assert (tmp_path / "new" / "supply.csv").read_bytes() == before


def test_a_bad_questionnaire_writes_no_folder(tmp_path, chain, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = str(filled(tmp_path, chain, {("graphite", "gap"): "x"}))
    with pytest.raises(SystemExit) as done:
        main(["survey", "read", path, "toy", "-o", "new"])
    assert done.value.code == 2
    assert "cell G4" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
