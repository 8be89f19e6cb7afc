import unicodedata

import pytest

from chainwright import System, diagnose
from chainwright.plan.dispatch_reasons import ACTIONS
from chainwright.report.cell_words import cell_word
from chainwright.report.event_page import WORDS as PAGE_WORDS
from chainwright.report.terminal import _heading, as_table
from chainwright.system.audited import audited
from chainwright.system.class_search import class_search
from chainwright.tables import schema
from trades import made, trade_of


def wide(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.fixture(scope="module")
def necks():
    return diagnose.stuck_necks(System.demo("country"), home="44", nation="CHN")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_row_is_wider_than_the_terminal(necks, language, width):
    text = as_table(necks, language, width=width)
    table, _, notes = text.partition("\n\n")
    assert max(map(wide, table.splitlines())) <= width
    assert "demo:country" in notes


def test_columns_that_do_not_fit_are_named_and_rows_are_counted(necks):
    text = as_table(necks, width=80)
    assert "Columns that do not fit: " in text
    assert f"{len(necks.table()) - 20:,} more rows are not shown." in text
    assert "Amounts: million CNY of 2018" in text


def test_codes_are_shown_with_their_names_in_the_language_that_is_asked_for(necks):
    first = necks.table().iloc[0]
    axis = necks.system.flows.nodes.sectors
    for language in ("en", "zh"):
        name = axis.name(axis.place[first["sector"]], language)
        assert f"{first['sector']} {name[:8]}" in as_table(necks, language, width=200)


def test_shares_are_per_cent_and_missing_values_a_dash(toy):
    text = as_table(diagnose.stuck_necks(toy, home="A"), width=300)
    assert "%" in text
    assert "nan" not in text.lower()


def test_a_long_text_is_cut_rather_than_left_out(wiod2011):
    text = as_table(audited(wiod2011), width=100)
    assert "…" in text
    assert "Columns that do not fit" not in text


def test_words_stand_in_the_language_of_the_screen_and_names_in_both():
    system = trade_of({2024: made(1, places=4)})
    found = diagnose.dependence(system, home="P01")
    english, chinese = as_table(found, "en", width=900), as_table(found, "zh", width=900)
    first = found.table().iloc[0]
    assert first["finding"] in english
    assert first["finding_zh"] not in english
    assert first["finding"] not in chinese
    assert first["finding_zh"] in chinese
    codes = as_table(class_search(System(), "3841"), "en", width=200)
    assert "锂离子电池制造" in codes
    assert "lithium-ion" in codes


@pytest.mark.parametrize(
    ("table", "column"),
    [("event_estimate", "case"), ("dispatch", "action"), ("event_timeline", "kind")],
)
def test_words_of_events_are_in_chinese_on_a_chinese_screen_as_on_the_page(table, column):
    for word in {
        "case": ("low", "likely", "high"),
        "action": ACTIONS,
        "kind": ("opened", "potential", "confirmed", "no_impact", "restored", "note"),
    }[column]:
        assert cell_word(table, column, word, "zh") == PAGE_WORDS[word][1]
        assert cell_word(table, column, word, "en") == ""


def test_a_heading_does_not_name_the_language_of_the_screen():
    reason = next(c for c in schema("dispatch") if c.column == "reason_en")
    assert _heading(reason, "en") == ["Reason"]
    reason = next(c for c in schema("dispatch") if c.column == "reason_zh")
    assert _heading(reason, "zh") == ["原因"]
