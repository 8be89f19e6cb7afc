"""The chapter on repair: it says what the tables of the plan say, in both languages, on paper."""

import re
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from itertools import combinations
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright import report
from chainwright.cli import main
from chainwright.errors import ParameterError
from chainwright.report import repair_runs
from chainwright.report.analysis import Question, analysed
from chainwright.report.blocks import Grid, Note, Picture, Text, Tiles
from chainwright.report.charts.frontier import frontier_chart
from chainwright.report.findings import more_sentences
from chainwright.report.page import page
from chainwright.report.repair_words import cost_told, step_told, verdict_told, weeks_told
from chainwright.report.repaired import RepairFound
from chainwright.report.sections.appendix import methods
from chainwright.report.sections.repair import repair_sections
from chainwright.report.stress_words import scenario_name
from chainwright.report.table_files import write_answers
from chainwright.report.wording import Words
from chainwright.system import Result, System
from chainwright.tables import schema
from toys import toy_table

HAN = re.compile(r"[\u4e00-\u9fff]")
EN, ZH = Words("en"), Words("zh")
BOTH = pytest.mark.parametrize("words", [EN, ZH], ids=lambda w: w.language)
NAN = float("nan")
METHOD = {"en": "Break-even cost of a step", "zh": "措施的盈亏平衡成本"}

STEP = {
    "taken": True, "order": 1, "kind": "reserve", "product": "k", "users": "A", "origins": "",
    "size": 8.0, "size_unit": "week", "start_year": 1, "effective_year": 1, "cost": 4.0,
    "cost_low": 3.0, "cost_high": 5.0, "cost_assumed": True, "loss_avoided": 20.0,
    "marginal_loss": 18.0, "loss_avoided_per_cost": 5.0, "break_even_cost": 9.0,
    "verdict": "robust", "robust_share": 1.0, "answers": "embargo", "locked": "",
    "reason_en": "it binds first", "reason_zh": "最先短缺", "source": "assumption",
}  # fmt: skip
STEPS = [
    STEP | {"measure": "stock of k"},
    STEP | {"measure": "another k", "order": 2, "kind": "second_source", "users": "A:m",
            "origins": "C", "size": 0.5, "cost": 6.0, "cost_low": 6.0, "cost_high": 6.0,
            "cost_assumed": False, "loss_avoided": 6.0, "loss_avoided_per_cost": 1.0,
            "verdict": "depends", "robust_share": 0.75, "answers": "embargo; closure"},
    STEP | {"measure": "spare line", "order": 3, "kind": "backup_capacity", "product": "",
            "users": "A:k; A:m", "size": 0.25, "loss_avoided": 0.0, "break_even_cost": NAN,
            "loss_avoided_per_cost": 0.0, "verdict": "depends", "robust_share": 0.5,
            "answers": ""},
    STEP | {"measure": "kept on", "taken": False, "order": pd.NA, "kind": "stabilise",
            "users": "A", "product": "", "size": 0.9, "verdict": "depends", "robust_share": 0.25},
    STEP | {"measure": "own k", "taken": False, "order": pd.NA, "kind": "supplement",
            "size": 1.0, "verdict": "never", "robust_share": 0.0},
    STEP | {"measure": "more m", "taken": False, "order": pd.NA, "kind": "strengthen",
            "users": "A:m", "product": "", "size": 0.1, "verdict": "never", "robust_share": 0.0},
]  # fmt: skip
SCENARIOS = [
    ("embargo", 0.5, 60.0, 14.0, 15.0, 0.75, NAN, 6.0, "A:m", 9.0),
    ("closure", 0.5, 20.0, 14.0, 13.0, 0.35, 5.0, 5.0, "A:k", 13.0),
]
BUDGETS = [
    (0.0, 0.0, 40.0, 40.0, 0.0, 0.0, "", 40.0),
    (5.0, 4.0, 20.0, 20.0, 20.0, 0.0, "stock of k", 20.0),
    (15.0, 14.0, 14.0, 14.0, 26.0, 0.004, "stock of k; another k; spare line", 17.0),
]


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Result):
    """An answer of fixed tables."""

    name: ClassVar[str] = "repair"
    held: dict

    def table(self):
        return self.tables()[next(iter(self.held))]

    def tables(self):
        return {
            name: pd.DataFrame(rows).reindex(columns=[c.column for c in schema(name)])
            for name, rows in self.held.items()
        }


SCENARIO = (
    "scenario", "probability", "loss_before", "loss_promised", "loss_after", "avoided_share",
    "weeks_to_recover_before", "weeks_to_recover_after", "most_exposed", "exposed_loss",
)  # fmt: skip


def rows_of(name, rows):
    columns = SCENARIO if name == "repair_scenarios" else [c.column for c in schema(name)]
    return [dict(zip(columns, row, strict=False)) for row in rows]


def days(before=0.5, after=0.2, length=182):
    down = np.where(np.arange(length) < 60, 1.0, 0.0)
    return [
        {"scenario": name, "day": float(d), "output_before": 1.0 - before * down[d],
         "output_after": 1.0 - after * down[d]}
        for name in ("embargo", "closure")
        for d in range(length)
    ]  # fmt: skip


def plan(system, *, steps=STEPS, scenarios=SCENARIOS, budget=15.0, budgets=BUDGETS, by_day=None):
    held = {
        "repair": steps,
        "repair_scenarios": rows_of("repair_scenarios", scenarios),
        "repair_by_day": days() if by_day is None else by_day,
    }
    frontier = Plan(system, {"repair_frontier": rows_of("repair_frontier", budgets)})
    notes = (("Nobody replaces what is cut off.", "被切断者无人替代。"),) * 2
    return RepairFound(Plan(system, held), frontier, budget, notes=notes)


@pytest.fixture(scope="module")
def before(toy):
    question = Question(
        home="A", nation=None, currency=None, fold=False, composite=(), split_imports=False,
        years=(toy.flows.money.year,), language="en",
    )  # fmt: skip
    return analysed({toy.flows.money.year: toy}, question, lambda _: None)


@pytest.fixture(scope="module")
def answers(before):
    return replace(before, repair=plan(before.system))


def blocks_of(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def told(section):
    return "\n".join(block.text for block in section.blocks if isinstance(block, Text | Note))


def test_without_a_plan_there_is_no_chapter_and_no_sentence(before):
    assert repair_sections(before, EN) == []
    assert not [text for text in more_sentences(before, EN) if text.startswith("Repair")]


def test_expected_losses_are_weighed_by_probability_and_the_engine_counts(answers):
    found = answers.repair
    assert found.expected("loss_before") == pytest.approx(40.0)
    assert found.expected("loss_promised") == pytest.approx(14.0)
    assert found.expected("loss_after") == pytest.approx(14.0)
    assert found.avoided_share == pytest.approx(0.65)
    assert found.told("en") == ["Nobody replaces what is cut off."]
    assert list(found.steps["measure"]) == ["stock of k", "another k", "spare line"]
    assert list(found.others["measure"]) == ["kept on"]
    assert list(found.budgets["cost"]) == [0.0, 4.0, 14.0]


def test_the_lead_and_the_tiles_are_the_sums_of_the_tables(answers):
    (section,) = repair_sections(answers, EN)
    money = answers.system.flows.money
    lead = section.blocks[0].text
    for amount in (15.0, 14.0, 12.0, 16.0, 40.0):  # budget, cost, low, high, before
        assert EN.amount(amount, money) in lead
    assert "3 steps" in lead
    assert "2 scenarios of this brief within 182 days" in lead
    (tiles,) = blocks_of(section, Tiles)
    values = [value for value, _ in tiles.figures]
    assert values[0] == "65.0 %"
    assert values[2:] == ["1.86", "2 / 3", "1 / 3"]


def test_each_of_the_first_steps_says_cost_mark_worth_and_shocks(answers):
    (section,) = repair_sections(answers, EN)
    money = answers.system.flows.money
    steps = [b.text for b in blocks_of(section, Text) if re.match(r"\d\. ", b.text)]
    assert len(steps) == 3
    embargo, closure = (scenario_name(s, EN) for s in answers.scenarios[:2])
    first, second, third = steps
    assert first.startswith("1. Hold 8 weeks of use of “k” in reserve for A.")
    assert f"Cost: {EN.amount(3.0, money)} to {EN.amount(5.0, money)} (assumed)." in first
    assert f"against {embargo}." in first
    assert "at every cost within the ranges" in first
    assert "(5 for each unit of cost)" in first
    assert "Qualify a second source of “k” for “m, A”, good for 50.0 %" in second
    assert "cut off, from C." in second
    assert f"Cost: {EN.amount(6.0, money)}." in second
    assert "assumed" not in second
    assert f"{embargo} and {closure}" in second
    assert (
        "best plan of 75.0 % of the trials; within this budget it stays up to a cost of" in second
    )
    assert f"a cost of {EN.amount(9.0, money)}." in second
    assert "avoids no expected loss" in third
    assert "50.0 % of the trials." in third


@BOTH
def test_every_text_of_the_chapter_is_in_its_language(answers, words):
    (section,) = repair_sections(answers, words)
    for block in blocks_of(section, Text) + blocks_of(section, Note):
        assert bool(HAN.search(block.text)) == (words.language == "zh"), block.text
    for grid in blocks_of(section, Grid):
        for column in grid.columns:
            assert not column.heading or bool(HAN.search(column.heading)) == (
                words.language == "zh"
            )
    sentence = more_sentences(answers, words)[-1]
    assert bool(HAN.search(sentence)) == (words.language == "zh")
    assert sentence.startswith("修复" if words.language == "zh" else "Repair")


def test_the_table_of_steps_has_all_of_the_plan_and_says_where_the_rest_lies(answers):
    (section,) = repair_sections(answers, EN)
    steps, scenarios = blocks_of(section, Grid)
    assert [row[0] for row in steps.rows] == ["1", "2", "3"]
    assert [row[3] for row in steps.rows] == ["assumed", "quoted", "assumed"]
    assert [row[6] for row in steps.rows][2] == "–"  # break-even not known
    assert [row[7] for row in steps.rows] == ["robust", "depends (75.0 %)", "depends (50.0 %)"]
    assert "3" in steps.where
    assert "6" in steps.where
    assert "tables/repair.csv" in steps.where
    assert [row[5] for row in scenarios.rows] == ["75.0 %", "35.0 %"]
    assert [row[6] for row in scenarios.rows] == ["not within the run to 6.0", "5.0"]
    assert {len(row) for row in steps.rows} == {len(steps.columns)}
    assert {len(row) for row in scenarios.rows} == {len(scenarios.columns)}


def test_what_remains_exposed_what_is_assumed_and_what_cannot_be_said_are_there(answers):
    (section,) = repair_sections(answers, EN)
    money, text = answers.system.flows.money, told(section)
    closure = scenario_name(answers.scenarios[1], EN)
    exposed = f"What remains exposed: {closure}: “k, A” still loses {EN.amount(13.0, money)}"
    assert exposed in text
    assert "The cost of 2 steps out of 3 is an assumption" in text
    assert "Nobody replaces what is cut off." in text
    assert text.count("Nobody replaces") == 1
    assert "What the method cannot say" in text
    assert "at other costs within the ranges: Cover A against the blow" in text


@BOTH
def test_pictures_show_the_frontier_and_each_scenario_and_no_label_lies_on_another(answers, words):
    (section,) = repair_sections(answers, words)
    pictures = blocks_of(section, Picture)
    assert len(pictures) == 3
    for picture in pictures:
        labels = [label for label in picture.chart.labels if label.text.strip()]
        assert not [(a.text, b.text) for a, b in combinations(labels, 2) if a.overlaps(b)]
        assert picture.chart.description
        assert picture.chart.svg() == picture.chart.svg()
    assert "50.0 %" in pictures[1].chart.description
    assert "20.0 %" in pictures[1].chart.description


def test_what_the_greedy_way_misses_is_said_under_the_frontier(answers, before):
    money = before.system.flows.money
    (section,) = repair_sections(answers, EN)
    caption = blocks_of(section, Picture)[0].caption
    assert f"one after the other, avoids up to {EN.amount(3.0, money)} less" in caption
    same = [(*row[:-1], row[3]) for row in BUDGETS]
    answers = replace(before, repair=plan(before.system, budgets=same))
    (section,) = repair_sections(answers, EN)
    assert "does as well" in blocks_of(section, Picture)[0].caption


@BOTH
def test_a_plan_without_steps_says_so_and_shows_no_curves(before, words):
    empty = [row | {"taken": False, "order": pd.NA, "verdict": "never"} for row in STEPS]
    flat = [(*row[:-2], "", 0.0) for row in SCENARIOS]
    found = plan(before.system, steps=empty, scenarios=flat, budgets=BUDGETS[:1])
    answers = replace(before, repair=found)
    (section,) = repair_sections(answers, words)
    money = answers.system.flows.money
    assert words.amount(40.0, money) in section.blocks[0].text
    assert not blocks_of(section, Picture)
    assert not blocks_of(section, Tiles)
    said = more_sentences(answers, words)[-1]
    assert words.amount(40.0, money) in said
    assert words.say("repair_left_none", home="A") in told(section)


def test_nothing_lost_is_nothing_to_repair_and_never_called_safe(before):
    flat = [(name, 0.5, 0.0, 0.0, 0.0, NAN, 0.0, 0.0, "", 0.0) for name, *_ in SCENARIOS]
    answers = replace(before, repair=plan(before.system, scenarios=flat, by_day=days(0.0, 0.0)))
    (section,) = repair_sections(answers, EN)
    assert "does not mean safe" in section.blocks[0].text
    assert "does not mean safe" in more_sentences(answers, EN)[-1]


def test_without_a_budget_no_budget_is_named(before):
    answers = replace(before, repair=plan(before.system, budget=None))
    (section,) = repair_sections(answers, EN)
    assert section.blocks[0].text.startswith("Without a budget, A would take 3 steps")
    assert "without a limit on what it costs" in more_sentences(answers, EN)[-1]


@BOTH
def test_the_page_has_the_chapter_its_files_and_a_sentence_on_page_one(answers, words, tmp_path):
    counted = write_answers(answers.tables, tmp_path)
    names = {name for name, _ in counted}
    assert {"repair", "repair_scenarios", "repair_by_day", "repair_frontier"} <= names
    html = unescape(page(answers, words, inputs=(), tables=counted, today=date(2026, 1, 31)))
    assert words.say("repair_head") in html
    assert words.say("t_repair_frontier") in html
    assert words.say("more_head_repair") in html
    assert METHOD[words.language] in html
    assert more_sentences(answers, words)[-1] in html
    assert (tmp_path / "tables" / "repair_by_day.csv").is_file()


def test_costs_weeks_and_verdicts_in_words(answers):
    money = answers.system.flows.money
    assert cost_told(NAN, NAN, answers, EN) == "not known"
    assert cost_told(2.0, 2.0, answers, EN) == EN.amount(2.0, money)
    assert weeks_told(0.0, 0.0, EN) == "0"
    assert weeks_told(3.0, NAN, ZH) == "3.0 至 期内未恢复"
    assert verdict_told(STEP | {"verdict": "never"}, answers, EN) == EN.say("repair_never")
    assert not verdict_told(STEP | {"verdict": ""}, answers, EN)


def test_a_frontier_of_one_point_or_of_nothing_is_still_a_chart():
    names = ("best", "here")
    for points, here in (([(0.0, 0.0)], None), ([(0.0, 0.0), (2.0, 5.0)], (2.0, 5.0))):
        chart = frontier_chart(
            points, here=here, names=names, title="t", description="d", axes=("cost", "avoided"),
            number=lambda v: f"{v:g}",
        )  # fmt: skip
        texts = {label.text for label in chart.labels}
        assert {"best", "cost", "avoided", "0"} <= texts
        assert ("here" in texts) == (here is not None)


def test_the_system_of_the_fakes_is_the_toy(answers, toy):
    assert isinstance(answers.system, System)
    assert answers.repair.answer.system is toy


def test_a_step_that_avoids_less_than_it_costs_says_so(answers):
    row = STEP | {"loss_avoided": 2.0, "loss_avoided_per_cost": 0.5}
    said = step_told(row, answers, EN)
    assert "less than it costs even if one of the scenarios strikes (0.5 for each" in said
    assert "less than it costs" not in step_told(STEP, answers, EN)
    assert "少于其费用" in step_told(row, answers, ZH)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a brief of a budget, planned and run in earnest, and what was asked of the plan.

    It has few budgets, few trials of costs and half the days of a plan: the same way, sooner.
    """
    place = tmp_path_factory.mktemp("repair")
    toy_table().assign(unit="million").to_csv(place / "toy.csv", index=False)
    asked = []

    def planned(system, against, **given):
        found = cw.plan.repair(system, against, corners=2, days=91, **given)
        asked.append((system, against, given, found))
        return found

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(repair_runs, "BUDGETS", 3)
        changed.setattr(repair_runs, "plan", SimpleNamespace(repair=planned))
        made = report.brief(
            place / "toy.csv", home="A", currency="USD", folder=place / "brief", budget=2.0
        )
        outcome = report.replay(place / "brief")
    return made, outcome, asked


def test_a_brief_of_a_budget_is_planned_run_again_and_can_be_made_again(whole):
    made, outcome, _ = whole
    found = made.analysis.repair
    assert found.budget == 2.0
    assert 0.0 < found.steps["cost"].sum() <= 2.0
    assert found.expected("loss_after") < found.expected("loss_before")
    assert made.more[-1].startswith("Repair: within 2.00 m USD, ")
    text = unescape(made.page.read_text("utf-8"))
    assert EN.say("repair_head") in text
    assert "What each budget buys" in text
    assert outcome.same
    assert "tables/repair_frontier.csv" in set(outcome.files["file"])


def test_the_repair_of_a_brief_is_what_a_user_gets_of_its_shocks(whole):
    made, _, asked = whole
    analysis = made.analysis
    assert len(asked) == 2  # the brief, and the one that was made again
    system, against, given, found = asked[0]
    assert system is analysis.system
    assert against == {one.choice.key: one.choice.shock for one in analysis.scenarios}
    assert callable(given.pop("progress"))
    assert given == {"budget": 2.0, "home": ["A"], "model": repair_runs.REPAIR_MODEL}
    pd.testing.assert_frame_equal(found.table(), analysis.frames["repair"])
    assert repair_runs.REPAIR_MODEL.replaceable == 0.0
    said = analysis.repair.told("en")
    assert said[:2] == [EN.say("repair_weights"), EN.say("repair_replaceable")]
    assert {one for one, _ in found.notes} <= set(said)


@pytest.mark.parametrize("budget", [-1.0, float("inf"), NAN])
def test_a_budget_is_an_amount_of_money(toy, tmp_path, budget):
    with pytest.raises(ParameterError, match="an amount of money, 0 or more"):
        report.brief(toy, home="A", folder=tmp_path / "b", budget=budget)
    assert not (tmp_path / "b").exists()


def test_a_report_on_a_maker_takes_no_budget(tmp_path):
    with pytest.raises(ParameterError, match="budget"):
        report.brief("demo:maker", folder=tmp_path / "b", budget=1.0)


def test_the_command_hands_the_budget_on(monkeypatch, capsys):
    asked = {}
    monkeypatch.setattr(report, "brief", lambda path, **given: asked.update(given, path=path))
    with pytest.raises(SystemExit) as stopped:
        main(["brief", "t.csv", "--home", "A", "--budget", "2.5", "-o", "x"])
    assert not stopped.value.code
    assert (asked["budget"], asked["path"]) == (2.5, "t.csv")
    assert capsys.readouterr().out == "None\n"


@BOTH
def test_the_method_of_the_plan_stands_on_the_last_pages_only_with_a_plan(words):
    assert METHOD[words.language] in {one.figure for one in methods(words, ["repair", "output"])}
    assert METHOD[words.language] not in {one.figure for one in methods(words, ["output"])}
