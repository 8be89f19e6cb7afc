"""Words of the steps of a repair where a cell is empty, has many names or no cost is known."""

from dataclasses import replace

import pandas as pd
import pytest

from chainwright.report.analysis import Question, analysed
from chainwright.report.repair_words import (
    answered,
    budget_told,
    cost_told,
    done,
    exposed,
    scenario_called,
    step_told,
    verdict_told,
    weeks_told,
)
from chainwright.report.repaired import RepairFound
from chainwright.report.stress_words import scenario_name
from chainwright.report.wording import Words

EN, ZH = Words("en"), Words("zh")
BOTH = pytest.mark.parametrize("words", [EN, ZH], ids=lambda w: w.language)
NAN = float("nan")
KINDS = ("reserve", "second_source", "backup_capacity", "supplement", "strengthen", "stabilise")

ROW = {
    "order": 2, "kind": "reserve", "product": "k", "users": "A", "origins": "", "size": 4.0,
    "cost": 5.0, "cost_low": 5.0, "cost_high": 5.0, "cost_assumed": False, "loss_avoided": 20.0,
    "loss_avoided_per_cost": 4.0, "break_even_cost": 9.0, "verdict": "depends",
    "robust_share": 0.5, "answers": "embargo",
}  # fmt: skip


@pytest.fixture(scope="module")
def analysis(toy):
    question = Question(
        home="A", nation=None, currency=None, fold=False, composite=(), split_imports=False,
        years=(toy.flows.money.year,), language="en",
    )  # fmt: skip
    return analysed({toy.flows.money.year: toy}, question, lambda _: None)


class Tables:
    """An answer that has scenarios alone."""

    def __init__(self, scenarios):
        self.frames = {"repair_scenarios": pd.DataFrame(scenarios)}

    def tables(self):
        return self.frames


def found(scenarios=(), budget=None, notes=()):
    return RepairFound(Tables(list(scenarios)), None, budget, notes=notes)


@BOTH
def test_each_kind_of_measure_has_words_of_its_own(analysis, words):
    said = [done(ROW | {"kind": kind, "size": 0.25}, analysis, words) for kind in KINDS]
    assert len(set(said)) == len(KINDS)
    assert not any("{" in text for text in said)


def test_a_reserve_is_told_in_weeks_and_all_else_as_a_share(analysis):
    assert "4 weeks" in done(ROW, analysis, EN)
    assert "2.25 weeks" in done(ROW | {"size": 2.25}, analysis, EN)
    assert "25.0 %" in done(ROW | {"kind": "backup_capacity", "size": 0.25}, analysis, EN)


@pytest.mark.parametrize("empty", ["", None, NAN, pd.NA, " ; "])
def test_a_cell_that_names_nobody_means_home_and_no_origin(analysis, empty):
    whole = done(ROW, analysis, EN)
    assert done(ROW | {"users": empty}, analysis, EN) == whole  # home is A
    assert done(ROW | {"origins": empty}, analysis, EN) == whole
    assert "from C" in done(ROW | {"origins": "C"}, analysis, EN)


def test_of_many_users_the_first_are_named(analysis):
    said = done(ROW | {"users": "A:k; A:m; B:k; B:m; C:k"}, analysis, EN)
    assert "k, A" in said
    assert "m, A" in said
    assert "k, C" not in said


@pytest.mark.parametrize(("low", "high"), [(NAN, NAN), (NAN, 3.0), (2.0, NAN)])
def test_a_range_with_an_end_that_is_not_known_is_not_known(analysis, low, high):
    assert cost_told(low, high, analysis, EN) == EN.say("not_known")


def test_ends_that_are_written_alike_are_one_number(analysis):
    money = analysis.system.flows.money
    assert cost_told(2.0, 2.0 + 1e-9, analysis, EN) == EN.amount(2.0, money)
    both = cost_told(2.0, 4.0, analysis, EN)
    assert EN.amount(2.0, money) in both
    assert EN.amount(4.0, money) in both


def test_a_budget_is_an_amount_and_none_is_a_dash(analysis):
    money = analysis.system.flows.money
    assert budget_told(found(budget=7.0), analysis, EN) == EN.amount(7.0, money)
    assert budget_told(found(), analysis, EN) == EN.amount(NAN, money)


def test_scenarios_of_the_brief_go_by_their_names_and_others_by_their_own(analysis):
    assert analysis.scenarios
    for one in analysis.scenarios:
        for words in (EN, ZH):
            assert scenario_called(one.choice.key, analysis, words) == scenario_name(one, words)
    assert scenario_called("typhoon", analysis, EN) == "typhoon"


def test_a_step_that_answers_nothing_says_so(analysis):
    assert answered(ROW | {"answers": ""}, analysis, EN) == EN.say("repair_no_scenario")
    assert answered(ROW | {"answers": "one; two"}, analysis, EN) == "one and two"


@BOTH
def test_verdicts_are_four_and_a_word_that_is_none_says_nothing(analysis, words):
    rows = [
        ROW | {"verdict": "robust"},
        ROW | {"verdict": "never"},
        ROW,
        ROW | {"break_even_cost": NAN},
    ]
    said = [verdict_told(row, analysis, words) for row in rows]
    assert len(set(said)) == 4
    assert all(said)
    assert not verdict_told(ROW | {"verdict": "perhaps"}, analysis, words)
    assert "50.0 %" in said[2]
    assert words.amount(9.0, analysis.system.flows.money) in said[2]
    assert words.amount(9.0, analysis.system.flows.money) not in said[3]


def test_a_step_tells_what_each_unit_of_cost_avoids_where_that_is_known(analysis):
    said = step_told(ROW, analysis, EN)
    assert said.startswith("2. ")
    assert "(4 for each unit of cost)" in said
    assert "for each unit" not in step_told(ROW | {"loss_avoided_per_cost": NAN}, analysis, EN)


def test_a_cost_that_is_assumed_is_marked(analysis):
    mark = EN.say("repair_assumed_mark").strip()
    assert mark in step_told(ROW | {"cost_assumed": True}, analysis, EN)
    assert mark not in step_told(ROW, analysis, EN)


@pytest.mark.parametrize("avoided", [0.0, -3.0])
def test_a_step_that_avoids_nothing_tells_no_ratio_and_no_scenario(analysis, avoided):
    said = step_told(ROW | {"loss_avoided": avoided}, analysis, EN)
    assert "for each unit" not in said
    assert "avoids no expected loss" in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (5.0, 3.0, "5.0 to 3.0"),
        (5.0, 5.04, "5.0"),  # written alike: one number
        (5.0, 0.0, "5.0 to 0"),
        (NAN, NAN, "not within the run"),
        (NAN, 2.0, "not within the run to 2.0"),
    ],
)
def test_weeks_to_recover_are_told_without_and_with_the_plan(before, after, said):
    assert weeks_told(before, after, EN) == said


def row(name, node, loss):
    return {"scenario": name, "most_exposed": node, "exposed_loss": loss}


def test_what_stays_exposed_is_told_from_the_largest_loss_on(analysis):
    money = analysis.system.flows.money
    three = [row("one", "A:k", 2.0), row("two", "A:m", 9.0), row("three", "A:m", 0.0)]
    said = exposed(found(three), analysis, EN)
    assert said.index("two") < said.index("one")
    assert "three" not in said
    assert EN.amount(9.0, money) in said
    assert "；" in exposed(found(three), analysis, ZH)


def test_where_nothing_stays_exposed_home_is_named(analysis):
    none = exposed(found([row("one", "", 0.0)]), analysis, EN)
    assert none == EN.say("repair_left_none", home="A")


def test_expected_figures_weigh_scenarios_and_nothing_lost_has_no_share():
    two = [
        {"probability": 0.25, "loss_before": 8.0, "loss_after": 4.0},
        {"probability": 0.75, "loss_before": 0.0, "loss_after": 0.0},
    ]
    plan = found(two)
    assert plan.expected("loss_before") == 2.0
    assert plan.avoided_share == 0.5
    none = found([one | {"loss_before": 0.0} for one in two])
    assert none.avoided_share != none.avoided_share  # NaN


def test_notes_are_told_once_each_in_the_language_asked():
    plan = found(notes=(("a", "甲"), ("b", "乙"), ("a", "甲")))
    assert plan.told("en") == ["a", "b"]
    assert plan.told("zh") == ["甲", "乙"]
    assert replace(plan, notes=()).told("en") == []
