"""What steps are worth, greedy and stingy plans, duals, frontiers: hand-worked and enumerated."""

from dataclasses import replace

import numpy as np
import pytest

import toy_repairs
from chainwright.errors import ParameterError
from chainwright.plan.choosing.robust_steps import solved_at_once
from chainwright.plan.repairs.budget_frontier import budget_frontier, even_budgets
from chainwright.plan.repairs.greedy_repair import Room, greedy_plan, stingy_plan, submodularity
from chainwright.plan.repairs.local_duals import local_duals
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.repair_appraisal import appraised_repair, step_order
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_search import search
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.tail_risk import TailRisk
from repair_oracles import DrawnOracle, ToyOracle

COST = toy_repairs.COST
NAMES = toy_repairs.NAMES


@pytest.fixture(scope="module")
def found():
    return search(ToyOracle(), COST, budget=60.0, gap=0.0)


@pytest.fixture(scope="module")
def worth(found):
    return appraised_repair(found, cost_low=0.7 * COST, cost_high=1.3 * COST)


def question(budget=60.0, **words):
    oracle = ToyOracle()
    asked = {
        "candidates": Candidates.plain(NAMES),
        "rules": RepairRules(),
        "timetable": Timetable.one_year(6),
        "risk": TailRisk(oracle.probability),
        "gap": 0.0,
    } | words
    return RepairQuestion(table=LossTable(oracle), cost=COST, budget=budget, **asked)


def test_steps_come_by_what_they_avoid_a_unit_of_cost_and_add_up(found, worth):
    # Astk 200 / 20 = 10 before A2 250 / 30 = 8.3
    assert [NAMES[i] for i in worth.order] == ["Astk", "A2"]
    assert worth.increment[[1, 0]].tolist() == pytest.approx([200.0, 250.0])
    assert np.isnan(worth.increment[2:]).all()
    assert np.nansum(worth.increment) == pytest.approx(found.avoided)


def test_marginal_losses_are_those_of_the_plan_without_each_step(worth):
    # without A2: 780 - 530; without Astk: 730 - 530; all of it in s1, whose probability is .5
    assert worth.marginal[:2].tolist() == pytest.approx([250.0, 200.0])
    assert worth.marginal_by_scenario[0, :2].tolist() == pytest.approx([500.0, 400.0])
    assert (worth.marginal_by_scenario[1:, :2] == 0.0).all()
    assert np.isnan(worth.marginal[2:]).all()


def test_break_even_costs_and_shares_are_those_of_the_case(worth):
    assert worth.break_even.tolist() == pytest.approx([40, 30, 10, 10, 15, 25])
    assert worth.robustness.share[[0, 1, 5]].tolist() == [0.75, 0.75, 0.5]
    assert worth.robustness.verdict[4] == "never"
    assert "robust" not in worth.robustness.verdict


def test_the_answer_does_not_depend_on_how_many_programmes_are_solved_at_once(found):
    one, two = (appraised_repair(found, cost_high=1.2 * COST, workers=w) for w in (1, 2))
    assert np.array_equal(one.break_even, two.break_even)
    assert np.array_equal(one.robustness.share, two.robustness.share)
    assert solved_at_once(lambda k: k * k, range(5), 3) == [0, 1, 4, 9, 16]


def test_costs_without_ranges_make_every_step_robust(found):
    worth = appraised_repair(found, appraise="taken")
    assert worth.robustness.trials == 1
    assert [w for w in worth.robustness.verdict if w == "robust"] == ["robust"] * 2
    assert np.isnan(worth.break_even[2:]).all()
    assert worth.break_even[:2].tolist() == pytest.approx([40, 30])


def test_without_a_budget_in_all_no_cost_is_too_large_and_none_is_told():
    worth = appraised_repair(search(ToyOracle(), COST, gap=0.0))
    assert np.isnan(worth.break_even).all()
    assert worth.robustness.verdict == ("robust",) * 6


def test_ranges_that_do_not_hold_their_cost_are_refused(found):
    with pytest.raises(ParameterError, match="low <= cost <= high"):
        appraised_repair(found, cost_low=1.1 * COST)
    with pytest.raises(ParameterError, match="low <= cost <= high"):
        appraised_repair(found, cost_high=0.9 * COST)


def test_a_step_is_told_after_what_it_needs_and_after_earlier_years():
    facts = replace(Candidates.plain(NAMES), needs=((1, 0),))
    found = search(ToyOracle(), COST, budget=60.0, candidates=facts, gap=0.0)
    assert [NAMES[i] for i in step_order(found)] == ["A2", "Astk"]
    cost, plan = Timetable.of(COST, np.zeros(6), years=2, lead_years=np.zeros(6, np.int64))
    later = search(ToyOracle(), cost, budget=np.array([30.0, 20.0]), timetable=plan, gap=0.0)
    order = step_order(later)
    assert later.start[list(order)].tolist() == sorted(later.start[list(order)].tolist())


def test_duals_weigh_scenarios_by_probability_or_in_the_tail(found, worth):
    assert worth.duals.weight.tolist() == pytest.approx(np.array([[0.5, 0.3, 0.2]]))
    tail = search(ToyOracle(), COST, budget=35.0, tail=1.0, gap=0.0)
    # only s3 is in the worst fifth, and its loss alone counts
    duals = local_duals(tail.programme, COST, tail.question.limits, tail.start)
    assert duals.weight.sum() == pytest.approx(1.0)
    assert (tail.names, tail.loss) == (("FG",), 1000.0)


def test_the_price_of_the_budget_is_what_the_best_open_step_avoids_for_its_cost():
    # additive: one scenario; taken a (60 for 10), open b (20 for 10) and c (5 for 1)
    class Added:
        names, scenarios = ("a", "b", "c"), ("s",)
        probability = np.array([1.0])
        relevant = np.ones((1, 3), bool)

        def losses(self, asked):
            return np.array([100.0 - sum((60.0, 20.0, 5.0)[i] for i in t) for _, t in asked])

    cost = np.array([10.0, 10.0, 1.0])
    rules = RepairRules(forbidden=("c",))
    found = search(Added(), cost, budget=10.0, rules=rules, gap=0.0, most_sets=1)
    duals = local_duals(found.programme, cost, found.question.limits, found.start)
    assert found.names == ("a",)
    assert duals.worth[:2].tolist() == pytest.approx([60.0, 20.0])
    assert duals.price == pytest.approx(2.0)
    english, chinese = duals.told()
    assert "about 2 of loss" in english
    assert "约可避免 2 的损失" in chinese


def test_a_gift_of_budget_to_a_plan_of_everything_avoids_nothing():
    found = search(ToyOracle(), COST, budget=165.0, gap=0.0)
    duals = local_duals(found.programme, COST, found.question.limits, found.start)
    assert duals.price == 0.0
    assert duals.told()[1] == "在此方案下，模型中再增加一单位预算不会再避免任何损失。"


def test_greedy_takes_what_is_locked_first_and_after_what_it_needs():
    facts = replace(Candidates.plain(NAMES), needs=((3, 4),))
    asked = question(80.0, candidates=facts, rules=RepairRules(locked=("Bstk", "L2")))
    plan = greedy_plan(asked.worth, COST[:, None], asked.room, NAMES, locked=(3, 4))
    assert plan.order[:2] == (4, 3)
    assert plan.kept
    alone = greedy_plan(asked.worth, COST[:, None], asked.room, NAMES, locked=(3,))
    assert 3 not in alone.order[:1] or not alone.kept


def test_greedy_that_cannot_keep_a_least_share_says_so():
    facts = replace(Candidates.plain(NAMES), region=("CHN",) * 5 + ("JPN",))
    asked = question(60.0, candidates=facts, rules=RepairRules(least_share={"JPN": 0.9}))
    plan = greedy_plan(asked.worth, COST[:, None], asked.room, NAMES)
    assert not plan.kept
    found = search(ToyOracle(), COST, budget=60.0, candidates=facts, rules=asked.rules, gap=0.0)
    assert found.names == ("FG",)
    assert found.greedy.best.order == (5,)


def test_greedy_never_takes_what_raises_the_loss():
    room = Room((np.ones((1, 2)), np.array([2.0])), (np.empty((0, 2)), np.empty(0)), 1)

    def worth(plans):
        return np.array([10.0 + 3.0 * (p[0] >= 0) - 1.0 * (p[1] >= 0) for p in plans])

    plan = greedy_plan(worth, np.ones((2, 1)), room, ("up", "down"))
    assert (plan.order, plan.loss) == ((1,), 9.0)


@pytest.mark.parametrize("by", ["ratio", "gain"])
@pytest.mark.parametrize("seed", range(4))
def test_lazy_greedy_is_eager_greedy_where_gains_never_grow(seed, by):
    rng = np.random.default_rng(seed)
    covers = rng.random((8, 20)) < 0.3
    weight = rng.uniform(1.0, 9.0, 20)
    cost = rng.uniform(1.0, 5.0, 8)
    room = Room((cost[None, :], np.array([11.0])), (np.empty((0, 8)), np.empty(0)), 1)
    names = tuple(f"m{i}" for i in range(8))

    def worth(plans):
        return np.array([weight[~covers[p >= 0].any(axis=0)].sum() for p in plans])

    lazy, eager = (greedy_plan(worth, cost[:, None], room, names, by=by, width=w) for w in (1, 8))
    assert lazy.order == eager.order
    assert lazy.asked <= eager.asked
    assert (lazy.grew, eager.grew) == (0, 0)
    tests = submodularity(lambda s: weight[~covers[list(s)].any(axis=0)].sum(), 8, most=300)
    assert tests == (0, 300)


def test_a_stingy_plan_keeps_complements_that_a_greedy_one_does_not_see():
    room = Room((np.ones((1, 3)), np.array([2.0])), (np.empty((0, 3)), np.empty(0)), 1)
    names = ("a", "b", "c")

    def worth(plans):
        return np.array([100.0 - 80.0 * (p[:2] >= 0).all() - 10.0 * (p[2] >= 0) for p in plans])

    all_ = np.zeros(3, np.int64)
    stingy = stingy_plan(worth, np.ones((3, 1)), room, names, all_)
    assert (np.flatnonzero(stingy.start >= 0).tolist(), stingy.loss) == ([0, 1], 20.0)
    held = stingy_plan(worth, np.ones((3, 1)), room, names, all_, locked=(2,))
    assert 2 in np.flatnonzero(held.start >= 0)
    tight = Room((np.ones((1, 3)), np.array([0.0])), room.at_end, 1)
    assert not stingy_plan(worth, np.ones((3, 1)), tight, names, all_, locked=(0, 1, 2)).kept


def test_a_frontier_over_the_budgets_of_the_case_has_its_points():
    asked = question(None)
    budgets = [165.0, 20.0, 35.0, 40.0, 60.0, 0.0]
    points = budget_frontier(asked, budgets)
    assert [p.budget for p in points] == sorted(budgets)
    assert [p.loss for p in points] == pytest.approx([980, 780, 660, 660, 530, 80])
    assert [p.cost for p in points] == pytest.approx([0, 20, 35, 35, 50, 165])
    assert [p.dominated for p in points] == [False, False, False, True, False, False]
    assert all(p.bound == pytest.approx(p.loss) for p in points)
    assert asked.table.runs == 56
    assert even_budgets(asked, 3).tolist() == pytest.approx([55, 110, 165])


@pytest.mark.parametrize("budgets", [[-1.0], [np.nan, 3.0]])
def test_budgets_that_are_no_amounts_make_no_frontier(budgets):
    with pytest.raises(ParameterError, match="budgets"):
        budget_frontier(question(None), budgets)
    with pytest.raises(ParameterError, match="budgets"):
        even_budgets(question(None), 0)


def test_a_frontier_never_rises_where_searches_stop_early():
    oracle = DrawnOracle(11, 12, 4, parts=4, hit=3)
    asked = RepairQuestion(
        table=LossTable(oracle),
        cost=oracle.cost,
        candidates=Candidates.plain(oracle.names),
        rules=RepairRules(),
        budget=None,
        timetable=Timetable.one_year(12),
        risk=TailRisk(oracle.probability),
        gap=0.05,
        most_sets=1,
    )
    points = budget_frontier(asked, even_budgets(asked, 6), most_rounds=1)
    assert (np.diff([p.loss for p in points]) <= 1e-9).all()
    assert (np.diff([p.bound for p in points]) <= 1e-9).all()
    assert all(p.bound <= p.loss for p in points)
