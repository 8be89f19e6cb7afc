import re
import unicodedata

import pandas as pd
import pytest

from chainwright import System, carbon, diagnose
from chainwright.plan import event_timeline
from chainwright.plan.events.dispatch_reasons import ACTIONS
from chainwright.records import IncidentLog
from chainwright.report.cell_words import cell_word
from chainwright.report.event_page import WORDS as PAGE_WORDS
from chainwright.report.terminal import _heading, _text, _wrapped, as_table
from chainwright.system.audited import audited
from chainwright.system.class_search import class_search
from chainwright.tables import schema
from toy_makers import one_chip, two_products
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


@pytest.fixture(scope="module")
def exposed():
    return diagnose.exposure(one_chip())


@pytest.mark.parametrize(("language", "mark"), [("en", "reason_en"), ("zh", "理由")])
@pytest.mark.parametrize("width", [60, 90, 120])
def test_a_reason_that_does_not_fit_stands_whole_under_its_row(exposed, language, mark, width):
    text = as_table(exposed, language, width=width)
    lines = text.partition("\n\n")[0].splitlines()
    assert max(map(wide, lines)) <= width
    first, second = exposed.table()[f"reason_{language}"][:2]
    said = "".join(line.strip() for line in lines if line.startswith("    ")).replace(" ", "")
    for reason in (first, second):
        assert reason.replace(" ", "") in said
    assert lines.index(next(x for x in lines if x.startswith("   1  "))) + 1 == next(
        i for i, x in enumerate(lines) if x.strip() and first.startswith(x.strip()[:10])
    )
    assert mark not in text.partition("\n\n")[2]


def test_a_reason_that_fits_beside_its_row_stays_there(exposed):
    lines = as_table(exposed, width=900).splitlines()
    assert next(x for x in lines if x.startswith("Rank")).endswith("Reason")
    assert exposed.table()["reason_en"][0] in next(x for x in lines if x.startswith("   1  "))


def test_reasons_of_later_rows_are_named_as_left_out(necks):
    text = as_table(necks, width=80)
    assert len(necks.table()) > 10
    assert "reason_en" in text.partition("Columns that do not fit: ")[2].splitlines()[0]


def test_lines_break_at_spaces_and_between_han_and_lose_nothing():
    assert _wrapped("one two three", 7) == ["one two", "three"]
    assert _wrapped("库存可维持十。完", 6) == ["库存可", "维持", "十。完"]
    assert _wrapped("a-word-of-fifteen x", 6) == ["a-word", "-of-fi", "fteen", "x"]


def test_times_are_shown_to_the_second():
    at = next(c for c in schema("event_timeline") if c.column == "at")
    shown = _text("2026-11-22T07:38:44.529584+00:00", at, "", {})
    assert shown == "2026-11-22T07:38:44+00:00"
    assert _text("2026-11-22T07:38:44+08:00", at, "", {}) == "2026-11-22T07:38:44+08:00"


def test_a_timeline_shows_what_was_said_and_the_losses_on_a_narrow_screen_first(tmp_path):
    log = IncidentLog.create(
        tmp_path / "fire.jsonl",
        title="A fire in the old works by the river, as the county says",
        area={"kind": "sites", "codes": ["B"]},
        sites=["B"],
        by="Li",
    )
    found = event_timeline(two_products(), log)
    assert list(found.table())[:5] == ["entry", "at", "loss_low", "loss_high", "what_en"]
    for width in (100, 120):
        table, _, notes = as_table(found, width=width).partition("\n\n")
        assert "1 site may be hit." in table
        assert "Loss, high" in table
        assert "what_en" not in notes
        assert max(map(wide, table.splitlines())) <= width


def test_kinds_of_repair_measures_and_their_units_are_told_in_chinese():
    kinds = ("reserve", "second_source", "backup_capacity", "supplement", "strengthen", "stabilise")
    told = [cell_word("repair", "kind", kind, "zh") for kind in kinds]
    assert all(told)
    assert len(set(told)) == len(kinds)
    assert [cell_word("repair", "size_unit", unit, "zh") for unit in ("week", "share")] == [
        "周",
        "比例",
    ]


@pytest.fixture(scope="module")
def small_city():
    return carbon.rate(carbon.account(System.demo("city", firms=12, months=13)), months=["2026-10"])


@pytest.mark.parametrize(("language", "told"), [("en", "Wuxing"), ("zh", "吴兴区")])
def test_figures_stand_beside_names_on_eighty_columns_in_the_language_of_the_screen(
    small_city, language, told
):
    text = as_table(carbon.city(small_city), language, width=80)
    heading = text.partition("\ncity" if language == "en" else "\n全市")[0]
    assert ("净排放" if language == "zh" else "Net emission") in heading
    assert told in text
    assert {"en": "全市", "zh": "whole city"}[language] not in text
    left_out = text.splitlines()[-5:]
    assert any("name_zh" in line or "英文名称" in line for line in left_out)
    assert max(map(len, text.partition("\n\n")[0].splitlines())) <= 80


def test_units_of_what_is_emitted_are_said_below(small_city):
    assert "\nUnits: " in as_table(small_city, width=120)
    assert "L tCO2/10^4 CNY" in as_table(small_city, width=120)
    chinese = as_table(small_city, "zh", width=120)
    assert "L tCO2/万元、净排放 tCO2\n" in chinese
    assert "来源：demo:city、虚构城市" in chinese


def test_units_of_energy_and_effect_of_a_change_have_chinese_names(small_city):
    change = carbon.decompose(small_city.account, None, "2025-10", "2026-10")
    assert {"grid_electricity", "pipeline_gas:natural_gas"} <= set(change.table()["unit"])
    text = as_table(change, "zh", width=200)
    assert "外购电量" in text
    assert "管道天然气：天然气" in text
    body, _, _ = text.partition("\n\n")
    assert not re.search("[a-z]_|:|零部件", body)


@pytest.mark.parametrize(
    ("table", "column", "word", "chinese"),
    [
        ("carbon_change", "kind", "part", "构成项"),
        ("chain_diagnosis", "kind", "part", "零部件"),
        ("projects", "effect_unit", "tCO2 a year", "tCO2/年"),
        ("projects", "currency", "10^4 CNY", "万元"),
        ("meter_units", "unit", "kWh", ""),
        ("meter_rejected", "address", "line 3", "第 3 行"),
        ("meter_rejected", "address", "Sheet1!B3", ""),
        ("emission_factors", "publisher", "MEE; NBS", "生态环境部、国家统计局"),
        ("emission_factors", "publisher", "IPCC", ""),
        ("account_lines", "item", "coal:unheard", ""),
        ("cbam", "basis", "actual", "实际值"),
        ("cbam", "bound", "lower", "下界"),
    ],
)
def test_a_word_has_its_chinese_by_table_and_column(table, column, word, chinese):
    assert cell_word(table, column, word, "zh") == chinese
    assert cell_word(table, column, word, "en") == ""


def test_every_publisher_and_parameter_of_a_factor_is_told_in_chinese():
    found = carbon.emission_factors(System()).table()
    for column in ("publisher", "parameter", "boundary"):
        words = set(found[column]) - {"IPCC"}
        assert [
            w for w in sorted(words) if not cell_word("emission_factors", column, w, "zh")
        ] == []


def test_a_row_without_a_reason_has_no_empty_line_below(small_city):
    body = as_table(small_city, width=60).partition("\n\n")[0]
    assert body.strip()
    assert all(line.strip() for line in body.splitlines())
    rated = small_city.table().dropna(subset=["grade"])
    assert len(body.splitlines()) >= len(rated)


def test_nought_has_no_sign_on_the_screen(small_city):
    firm = small_city.firms[0]
    lines = small_city.account.lines(firm).table()
    assert (lines["in_neutralised"] == 0).any()
    text = as_table(small_city.account.lines(firm), width=900)
    assert not re.search(r" -0(\.0%)?( |\n)", text)
    number = next(c for c in schema("account_lines") if c.column == "emission")
    assert _text(-0.0, number, "tCO2", {}) == "0"
    assert _text(-1e-9, number, "share", {}) == "0.0%"
    assert _text(-0.5, number, "tCO2", {}) == "-0.5"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Columns that were not read: price_paid, memo"),
        ("zh", "未读取的输入列：price_paid、memo"),
    ],
)
def test_columns_of_the_input_that_were_not_read_are_named(language, words):
    good = {"good": ["g"], "cn_code": ["72071111"], "country": ["TUR"], "tonnes": [1.0]}
    own = carbon.CbamTables.own()
    strange = {"price_paid": [5.0], "memo": ["x"], "__index_level_0__": [0]}
    found = carbon.cbam(pd.DataFrame({**good, **strange}), year=2026, tables=own)
    assert as_table(found, language, width=120).splitlines()[-1] == words
    plain = carbon.cbam(pd.DataFrame(good), year=2026, tables=own)
    assert "not read" not in as_table(plain, language, width=120)
    assert "未读取" not in as_table(plain, language, width=120)
