"""Of plans that lose the same the cheapest is taken, and no step stays that avoids nothing."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from chainwright import plan
from chainwright.plan import RepairRules
from chainwright.plan.repairs.leaner_plans import cheaper_sizes, leaner_plan, plan_rank
from chainwright.plan.repairs.learned_runs import Rise
from chainwright.plan.repairs.repair_appraisal import appraised_repair, corners_of
from chainwright.plan.repairs.repair_rules import Candidates
from chainwright.plan.repairs.repair_search import search
from one_neck import BACKED, MODEL, SHUT, country, measures
from repair_oracles import DrawnOracle


class GivenOracle:
    """Losses by a formula of one scenario: what each measure avoids, the best of a group."""

    scenarios = ("s",)
    probability = np.ones(1)

    def __init__(self, names, avoided, cost, base=100.0):
        self.names, self.avoided = names, np.array(avoided)
        self.cost, self.base = np.array(cost), base
        self.relevant = np.ones((1, len(names)), dtype=bool)

    def losses(self, asked):
        return np.array([self.base - sum(self.avoided[list(s)]) for _, s in asked])


def sized(oracle, *groups):
    return replace(Candidates.plain(oracle.names), groups=groups)


SIZES = GivenOracle(("quarter", "half", "most", "other"), [30.0, 30.0, 31.0, 20.0], [1, 2, 5, 3])


@pytest.mark.parametrize("gap", [0.0, 0.01, 0.2])
@pytest.mark.parametrize("most_sets", [0, 64])
def test_of_sizes_that_avoid_the_same_the_cheapest_is_taken(gap, most_sets):
    same = GivenOracle(SIZES.names, [30.0, 30.0, 29.0, 20.0], [1.0, 2.0, 5.0, 3.0])
    group = sized(same, (0, 1, 2))
    found = search(same, same.cost, candidates=group, budget=50.0, gap=gap, most_sets=most_sets)
    assert found.names == ("quarter", "other")
    assert (found.cost, found.loss) == (4.0, 50.0)


@pytest.mark.parametrize("gap", [0.0, 0.01])
def test_a_step_that_avoids_nothing_or_raises_the_loss_is_left_out_whatever_the_budget(gap):
    oracle = GivenOracle(("good", "idle", "bad", "slight"), [40.0, 0.0, -8.0, 0.5], [5, 1, 1, 1])
    found = search(oracle, oracle.cost, budget=100.0, gap=gap, most_sets=0)
    assert found.names == ("good", "slight")
    assert {one.measure for one in found.rises} == {"bad"}
    locked = search(oracle, oracle.cost, rules=RepairRules(locked=("idle", "bad")), budget=100.0)
    assert set(locked.names) == {"good", "idle", "bad", "slight"}


def test_of_plans_alike_in_loss_and_cost_the_fewest_steps_then_the_first_names_win():
    twins = GivenOracle(("b", "a", "c", "d"), [10.0, 10.0, 20.0, 20.0], [1.0, 1.0, 2.0, 2.0])
    found = search(twins, twins.cost, budget=2.0, gap=0.0)
    assert found.names == ("c",)
    first = search(twins, twins.cost, budget=1.0, gap=0.0)
    assert first.names == ("a",)
    start = np.array([0, 0, -1, -1])
    assert plan_rank(found.question, start) == (2.0, 2, ("a", "b"))


@pytest.mark.parametrize("seed", range(4))
def test_no_cheaper_set_loses_as_little_as_the_plan_and_no_step_can_be_spared(seed):
    oracle = DrawnOracle(seed, 8, 3)
    found = search(oracle, oracle.cost, budget=0.6 * oracle.cost.sum(), gap=0.0)
    sets = [s for k in range(9) for s in combinations(range(8), k)]
    losses = found.question.table.losses(sets) @ oracle.probability
    as_good = losses <= found.loss * (1.0 + 1e-9)
    least = min(oracle.cost[list(s)].sum() for s, ok in zip(sets, as_good, strict=True) if ok)
    assert found.cost == pytest.approx(least)
    assert leaner_plan(found.question, found.start) is None


def test_a_cheaper_size_that_does_nearly_as_much_is_found():
    found = search(SIZES, SIZES.cost, candidates=sized(SIZES, (0, 1, 2)), budget=50.0, gap=0.0)
    assert found.names == ("most", "other")
    cheaper, avoided = cheaper_sizes(found.question, 2)
    assert SIZES.names[cheaper] == "quarter"
    assert avoided.tolist() == [30.0, 31.0]
    assert cheaper_sizes(found.question, 0) is None
    assert cheaper_sizes(found.question, 3) is None


def test_the_cheaper_size_is_named_beside_the_step():
    most = {"size": 0.5, "one_of": "cover"}
    less = {"kind": "stabilise", "name": "less cover", "size": 0.48, "one_of": "cover"}
    found = plan.repair(
        country(),
        SHUT,
        budget=4.0,
        measures=measures(cover=most, other={**less, "users": ("H:a",)}),
        model=MODEL,
        days=30,
        corners=2,
    )
    row = found.table().set_index("measure").loc["cover of a"]
    assert "less cover, cost 1, 2.4 of 2.5 alone" in row["reason_en"]
    assert "单独避免 2.5 中的 2.4" in row["reason_zh"]


def test_a_rule_of_home_suppliers_counts_lines_by_what_they_make():
    lines = measures(line={"home_supplier": True}, other={"home_supplier": True})
    given = {"measures": lines, "model": MODEL, "days": 30, "corners": 2}
    rules = RepairRules(home_suppliers={"b": 1})
    found = plan.repair(country(), SHUT, budget=2.0, rules=rules, **given)
    assert set(found.steps) == {"line of a", "line of b"}
    assert found.loss_after == pytest.approx(BACKED)


def test_measures_that_raise_the_loss_are_named_those_of_the_plan_first():
    given = {"measures": measures(), "model": MODEL, "days": 30, "corners": 2}
    found = plan.repair(country(), SHUT, budget=4.0, **given)
    assert found.raising == ()
    rises = (
        Rise("half of a", "line of b", (), 5.0, 9.0),
        Rise("half of a", "line of b", ("cover of a",), 5.0, 6.0),
        Rise("half of a", "line of a", ("cover of a",), 2.0, 2.5),
    )
    shown = replace(found, found=replace(found.found, rises=rises))
    assert shown.raising == ("line of b", "line of a")
    assert shown.parameters["raise_the_loss"] == ["line of b", "line of a"]
    english = [en for en, _ in shown.notes if "can raise the loss" in en]
    assert "line of a (in the plan) in half of a with cover of a, from 2 to 2.5" in english[0]
    assert "line of b (not in it) in half of a with nothing else, from 5 to 9" in english[1]
    assert "line of b（不在方案中），单独使用时由 5 升至 9" in shown.reading("zh")


def test_what_was_promised_first_is_told_beside_what_is_promised_last():
    given = {"measures": measures(), "model": MODEL, "days": 30, "corners": 2}
    found = plan.repair(country(), SHUT, budget=4.0, **given)
    assert found.loss_first_promised == found.found.first_promised
    shown = replace(found, found=replace(found.found, first_promised=0.25))
    assert "Before it was run the model promised a loss of 0.25" in shown.reading("en")
    assert "the promise is 1.3, and the engine says 1.3" in shown.reading("en")
    assert "承诺该方案下的损失为 0.25" in shown.reading("zh")
    assert shown.parameters["loss_first_promised"] == 0.25


def test_how_many_corners_are_drawn_depends_on_the_size_of_the_question_alone():
    small = DrawnOracle(1, 8, 3)
    found = search(small, small.cost, budget=0.3 * small.cost.sum())
    assert corners_of(found.question) == 64
    for scenarios, number in ((20, 16), (10, 32), (40, 16)):
        large = DrawnOracle(1, 60, scenarios)
        table = replace(found.question.table, oracle=large)
        asked = replace_quietly(found.question, table)
        assert corners_of(asked) == number
    worth = appraised_repair(found, cost_low=0.5 * small.cost, cost_high=2.0 * small.cost)
    assert 0 < worth.robustness.trials <= 67


def replace_quietly(question, table):
    """Return what `corners_of` reads of a question of other measures."""

    class Sized:
        names = table.oracle.names

    sized_ = Sized()
    sized_.table = table
    return sized_
