"""The chapter on stress: what it says is what the runs say, in both languages, on paper."""

import re
from datetime import date
from html import unescape
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright import report, stress
from chainwright.errors import ChangedInputError, ParameterError, TableError
from chainwright.report.analysis import Question, analysed
from chainwright.report.blocks import Grid, Note, Picture, Text, Tiles
from chainwright.report.findings import more_sentences
from chainwright.report.page import page
from chainwright.report.scenario_runs import HORIZON, MODEL, hit_products
from chainwright.report.scenarios import Choice
from chainwright.report.sections.stress import stress_sections
from chainwright.report.stress_words import (
    back,
    first_short,
    percent,
    ranged,
    scenario_name,
    with_names,
)
from chainwright.report.wording import Words
from chainwright.stress import Blow, Shock
from toys import toy_table

HAN = re.compile(r"[\u4e00-\u9fff]")
EN, ZH = Words("en"), Words("zh")
MILD = Choice("mild", Shock((Blow("supply_cut", regions="C", products="k", share=0.001, days=2),)))


def asked(system, home, *shocks, nation=None):
    question = Question(
        home=home, nation=nation, currency=None, fold=False, composite=(), split_imports=False,
        years=(system.flows.money.year,), language="en",
    )  # fmt: skip
    systems = {system.flows.money.year: system}
    return analysed(systems, question, lambda _: None, shocks=shocks)


@pytest.fixture(scope="module")
def answers(toy):
    return asked(toy, "A", MILD)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    place = tmp_path_factory.mktemp("stress") / "toy.csv"
    rows = toy_table().assign(unit="million")
    rows.to_csv(place, index=False)
    return place


def blocks_of(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def test_an_embargo_and_a_closure_are_run_and_then_what_was_given(answers):
    assert [s.choice.key for s in answers.scenarios] == ["embargo", "closure", "mild"]
    assert [tuple(s.run.runs) for s in answers.scenarios] == [
        ("pooled", "by_origin"),
        ("single",),
        ("pooled", "by_origin"),
    ]
    assert [f.end for f in answers.scenarios[0].felt] == ["pooled", "by_origin"]


def test_a_scenario_is_the_same_run_as_a_user_gets_of_its_shock(toy, answers):
    mine = answers.scenarios[0]
    run = stress.run(toy, mine.choice.shock, days=HORIZON, model=MODEL)
    for end, records in run.runs.items():
        np.testing.assert_array_equal(mine.run.runs[end].production, records.production)
    whole = run.table()
    home = whole[(whole["level"] == "region") & (whole["region"] == "A")].set_index("end")
    for felt in mine.felt:
        told = home.loc[felt.end]
        assert felt.lost_at_home == pytest.approx(told["output_lost"], rel=1e-9)
        assert felt.worst[0] == pytest.approx(1.0 - told["lowest_share"], abs=1e-12)
        assert felt.below_until == pytest.approx(told["recovery_days"], nan_ok=True)


@pytest.mark.parametrize("words", [EN, ZH], ids=lambda w: w.language)
def test_the_chapter_has_a_section_for_all_and_one_a_scenario(answers, words):
    sections = stress_sections(answers, words)
    keys = [s.key for s in sections]
    assert keys == ["stress", "stress-embargo", "stress-closure", "stress-mild"]
    (grid,) = blocks_of(sections[0], Grid)
    assert [row[0] for row in grid.rows] == [scenario_name(s, words) for s in answers.scenarios]
    for section, found in zip(sections[1:], answers.scenarios, strict=True):
        (tiles,) = blocks_of(section, Tiles)
        share = ranged([f.share_of_year for f in found.felt], words, percent)
        assert share in [value for value, _ in tiles.figures]
        leads = [b for b in blocks_of(section, Text) if b.lead]
        assert len(leads) == 1
        for block in blocks_of(section, Text) + blocks_of(section, Note):
            assert bool(HAN.search(block.text)) == (words.language == "zh")


def test_the_chapter_says_why_the_ends_differ_and_that_the_far_one_is_no_forecast(answers):
    sections = {s.key: s for s in stress_sections(answers, EN)}
    embargo = " ".join(b.text for b in sections["stress-embargo"].blocks if hasattr(b, "text"))
    assert "Why the two ends differ" in embargo
    assert "a limit, not a forecast" in embargo
    closure = " ".join(b.text for b in sections["stress-closure"].blocks if hasattr(b, "text"))
    assert "two ends" not in closure


def test_a_cut_that_stocks_bear_is_not_felt_and_never_called_safe(answers):
    found = answers.scenarios[2]
    assert not len(found.shorts)
    section = stress_sections(answers, EN)[3]
    told = " ".join(b.text for b in blocks_of(section, Note))
    assert "stays below (1 - psi) s" in told
    assert "No stock comes to bind at home" in told
    more = more_sentences(answers, EN)
    assert len(more) == 3
    assert "safe" not in told.replace("does not mean safe", "")


def test_who_runs_short_first_is_the_earliest_row_of_its_table(answers):
    found = answers.scenarios[0]
    frame = answers.frames["stress_short.embargo"]
    mine = frame[frame["region"] == "A"].sort_values("day", kind="stable")
    assert len(mine) == len(found.shorts) > 0
    first = mine.iloc[0]
    told = first_short(found, EN, answers.system.flows)
    assert told == f"“{first['sector']}” (of “{first['product']}”, day {first['day']:g})"
    section = stress_sections(answers, EN)[1]
    (grid,) = blocks_of(section, Grid)
    assert f"{len(frame)} rows" in grid.where
    assert "stress_short.embargo.csv" in grid.where


@pytest.mark.parametrize("words", [EN, ZH], ids=lambda w: w.language)
def test_no_label_of_a_picture_lies_on_another(answers, words):
    pictures = [b for s in stress_sections(answers, words) for b in blocks_of(s, Picture)]
    assert len(pictures) >= 4
    for picture in pictures:
        labels = [label for label in picture.chart.labels if label.text.strip()]
        assert not [(a.text, b.text) for a, b in combinations(labels, 2) if a.overlaps(b)]
        assert picture.chart.description
        assert picture.chart.svg() == picture.chart.svg()


def test_a_table_of_one_region_has_bars_in_place_of_the_heat_map(nbs2018):
    home = nbs2018.flows.nodes.regions.codes[0]
    answers = asked(nbs2018, home)
    sections = stress_sections(answers, EN)
    titles = [b.chart.title for s in sections for b in blocks_of(s, Picture)]
    assert sum(t.startswith("Output lost while the shock holds, by sector: ") for t in titles) == 2
    assert not [t for t in titles if "by region and sector" in t]
    assert len(set(titles)) == len(titles)
    assert answers.scenarios[0].choice.reason == "stress_why_imported"


def test_what_cannot_be_stressed_is_said_in_the_chapter_and_at_the_end():
    rows = pd.DataFrame(
        [
            ("intermediate", "CHN", "m", "CHN", "k", 4.0),
            ("intermediate", "CHN", "k", "CHN", "m", 3.0),
            ("final", "CHN", "m", "CHN", "consumption", 8.0),
            ("final", "CHN", "k", "CHN", "consumption", 6.0),
            ("final", "CHN", "m", "CHN", "imports", -1.0),
            ("final", "CHN", "k", "CHN", "imports", -0.5),
        ],
        columns=["block", "from_region", "from_sector", "to_region", "to_sector", "value"],
    )
    answers = asked(cw.System.from_table(rows), "CHN")
    assert [s.choice.key for s in answers.scenarios] == ["closure"]
    for words in (EN, ZH):
        first = stress_sections(answers, words)[0]
        notes = [b.text for b in blocks_of(first, Note)]
        assert any(words.say("t_stress_embargo") in text for text in notes)
        html = page(answers, words, inputs=(), tables=[], today=date(2026, 1, 31))
        assert unescape(html).count(words.say("t_stress_embargo")) >= 2


def test_given_shocks_are_run_told_and_made_again(table, tmp_path):
    shock = Shock(
        (Blow("capacity", regions="B", products="m", share=0.5, days=20),),
        name_en="half of m in B",
        name_zh="B 的 m 减半",
    )
    file = shock.write(tmp_path / "half.toml")
    folder = tmp_path / "brief"
    made = report.brief(table, home="A", currency="USD", folder=folder, shocks=[file])
    assert any("half of m in B" in text for text in made.more)
    kept = Shock.read(folder / "scenario-half.toml")
    assert kept == shock
    text = unescape(made.page.read_text("utf-8"))
    assert "Scenario: Half of m in B" in text
    assert "tables/stress_by_day.half.csv" in text
    outcome = report.replay(folder)
    assert outcome.same
    assert set(outcome.files["outcome"]) <= {"same bytes", "same cells"}
    assert "scenario-half.toml" in set(outcome.files["file"])
    file.write_text(file.read_text("utf-8").replace("0.5", "0.6"), encoding="utf-8")
    with pytest.raises(ChangedInputError):
        report.replay(folder)


def test_a_shock_that_does_not_fit_the_table_leaves_nothing_behind(table, tmp_path):
    shock = Shock((Blow("capacity", nodes=("A:z", "Q:m"), share=0.5, days=20),))
    file = shock.write(tmp_path / "odd.toml")
    with pytest.raises(TableError, match="A:z"):
        report.brief(table, home="A", currency="USD", folder=tmp_path / "b", shocks=[file])
    assert not (tmp_path / "b").exists()


def test_a_report_on_a_maker_takes_no_shocks(tmp_path):
    with pytest.raises(ParameterError, match="shocks"):
        report.brief("demo:maker", folder=tmp_path / "b", shocks=["x.toml"])


def test_figures_are_ranges_only_where_ends_differ(answers):
    assert ranged([0.1, 0.1], EN, percent) == "10.0 %"
    assert ranged([0.3, 0.1], EN, percent) == "10.0 % to 30.0 %"
    assert ranged([0.3, 0.1], ZH, percent) == "10.0 % 至 30.0 %"
    near, far = back(answers.scenarios[1], EN)
    assert near
    assert far == ""


def test_codes_of_nodes_are_said_by_their_names(wiod2011):
    flows = wiod2011.flows
    told = with_names("CHN:c14 first, on day 6 (CYP:c26). See x:y.", EN, flows)
    assert told == (
        "“Electrical and optical equipment, China” first, on day 6 (“Supporting transport "
        "activities; travel agencies, Cyprus”). See x:y."
    )


def test_what_a_blow_hits_is_read_from_products_and_nodes():
    blow = Blow("capacity", products=("m",), nodes=("A:k", "B:k"), share=1.0)
    assert hit_products(blow) == ("m", "k")
    assert hit_products(Blow("capacity", regions="A", share=1.0)) == ()
