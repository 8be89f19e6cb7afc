"""The search: what it runs, learns, promises and returns, with odd oracles and odd questions."""

from dataclasses import replace

import numpy as np
import pytest

import toy_repairs
from chainwright.errors import InfeasibleError, ParameterError
from chainwright.plan.repairs.learned_runs import growing_gains, pairs_to_run, plan_runs, rises
from chainwright.plan.repairs.loss_model import LossModel, ScenarioLoss, sets_of
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.nearby_plans import better_nearby, without_each
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_search import off_promise, search, search_plan
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.tail_risk import TailRisk
from repair_oracles import DrawnOracle, ToyOracle, every_set

COST = toy_repairs.COST


class Formula:
    """One scenario whose loss is any function of the set of measures taken."""

    scenarios = ("s",)
    probability = np.array([1.0])

    def __init__(self, names, loss, relevant=None):
        self.names = tuple(names)
        self.loss = loss
        self.relevant = np.ones((1, len(self.names)), bool) if relevant is None else relevant

    def losses(self, asked):
        return np.array([float(self.loss(taken)) for _, taken in asked])


def question_of(oracle, budget, **words):
    asked = {
        "cost": np.asarray(getattr(oracle, "cost", np.ones(len(oracle.names)))),
        "candidates": Candidates.plain(oracle.names),
        "rules": RepairRules(),
        "timetable": Timetable.one_year(len(oracle.names)),
        "risk": TailRisk(oracle.probability),
        "gap": 0.0,
    } | words
    return RepairQuestion(table=LossTable(oracle), budget=budget, **asked)


def test_a_search_of_the_case_runs_each_set_that_matters_once():
    oracle = ToyOracle()
    found = search(oracle, COST, budget=60.0)
    assert found.runs == len(oracle.asked) == len(set(oracle.asked)) == 56
    assert found.losses_before.tolist() == [[1000.0, 800.0, 1200.0]]
    assert found.losses.tolist() == [[100.0, 800.0, 1200.0]]
    assert (found.before, found.avoided, found.off) == pytest.approx((980.0, 450.0, 0.0))
    assert found.rounds[-1].agreed
    assert found.greedy_gap == pytest.approx(0.0)


@pytest.mark.parametrize("budget", [20.0, 35.0, 60.0, 75.0, 90.0, 100.0, 165.0])
def test_pairs_and_learnt_sets_lead_to_the_same_plans_as_every_set(budget):
    whole = search(ToyOracle(), COST, budget=budget, gap=0.0)
    learnt = search(ToyOracle(), COST, budget=budget, gap=0.0, most_sets=4)
    assert learnt.names == whole.names
    assert learnt.loss == pytest.approx(whole.loss)
    assert learnt.runs < whole.runs
    assert learnt.promised == pytest.approx(learnt.loss)


def test_a_promise_that_fails_is_kept_in_the_rounds_and_mended():
    # three measures that each halve the loss: pairs say 3 * .5 - 3 * .25, so .25 is left; run: .125
    oracle = Formula("abcd", lambda taken: 800.0 * 0.5 ** len(taken))
    found = search(oracle, np.ones(4), budget=3.0, most_sets=1, gap=0.0)
    assert found.names == ("a", "b", "c")
    assert (found.loss, found.promised) == (100.0, 100.0)
    assert found.first_promised == pytest.approx(200.0)
    assert off_promise(800.0, found.first_promised, found.loss) == pytest.approx(100 / 600)


def test_measures_that_raise_the_loss_are_told_and_not_taken():
    # b alone helps, on top of a it hurts
    lost = {"": 100, "a": 60, "b": 90, "ab": 70}
    oracle = Formula("ab", lambda taken: lost["".join("ab"[i] for i in sorted(taken))])
    found = search(oracle, np.array([1.0, 1.0]), budget=2.0, gap=0.0)
    assert found.names == ("a",)
    assert found.loss == 60.0
    rise = found.rises[0]
    assert (rise.scenario, rise.measure, rise.others) == ("s", "b", ("a",))
    assert (rise.before, rise.after) == (60.0, 70.0)
    forced = search(oracle, np.ones(2), budget=2.0, rules=RepairRules(locked=("b",)), gap=0.0)
    assert forced.names == ("a", "b")


def test_complements_that_are_worth_nothing_alone_are_found():
    # only both together keep the line going
    oracle = Formula("abcd", lambda taken: 100.0 - 80.0 * ({0, 1} <= taken) - 10.0 * (2 in taken))
    for most_sets in (1, 64):
        found = search(oracle, np.ones(4), budget=2.0, most_sets=most_sets, gap=0.0)
        assert found.names == ("a", "b")
        assert found.growing[0] > 0
    assert found.greedy.ratio.loss == 90.0
    assert found.greedy_gap == pytest.approx(70 / 80)


def test_a_blow_that_brings_gains_is_left_as_it_is():
    oracle = Formula("ab", lambda taken: -50.0 + 30.0 * (0 in taken) - 5.0 * (1 in taken))
    found = search(oracle, np.ones(2), budget=2.0, gap=0.0)
    assert (found.before, found.loss, found.names) == (-50.0, -55.0, ("b",))
    both = search(oracle, np.ones(2), budget=2.0, gap=0.0, tail=1.0, alpha=0.5)
    assert both.names == ("b",)


def test_measures_that_matter_nowhere_are_never_taken_nor_run():
    oracle = Formula("ab", lambda taken: 10.0 - 4.0 * (0 in taken), np.array([[True, False]]))
    found = search(oracle, np.array([1.0, 0.0]), gap=0.0)
    assert found.names == ("a",)
    assert found.runs == 2


def test_without_a_budget_all_that_helps_is_taken():
    found = search(ToyOracle(), COST, gap=0.0)
    assert found.names == toy_repairs.NAMES
    assert found.loss == pytest.approx(80.0)


def test_weeks_of_cover_take_the_place_of_cost_where_none_is_known():
    # 6 weeks: stock of A (4) and goods (2); without any cost the limit is on weeks alone
    weeks = np.array([0.0, 4.0, 0.0, 4.0, 0.0, 2.0])
    only = RepairRules(forbidden=("A2", "B2", "L2"))
    found = search(ToyOracle(), weeks, budget=6.0, rules=only, gap=0.0)
    # A lacks 10 - 4 weeks, less 2 of goods: .5 * 400 + .3 * 600 + .2 * 1000
    assert (found.names, found.loss) == (("Astk", "FG"), pytest.approx(580.0))
    assert found.avoided / found.cost == pytest.approx(400.0 / 6.0)


def test_nothing_is_chosen_from_nothing():
    oracle = Formula("", lambda taken: 7.0)
    found = search(oracle, np.zeros(0), budget=1.0)
    assert (found.names, found.loss, found.before) == ((), 7.0, 7.0)


def test_a_budget_of_nothing_still_takes_what_is_free():
    oracle = Formula("ab", lambda taken: 10.0 - len(taken))
    found = search(oracle, np.array([0.0, 1.0]), budget=0.0)
    assert (found.names, found.cost) == (("a",), 0.0)


@pytest.mark.parametrize("locked", [("FG",), ("B2", "L2"), ("Bstk",)])
def test_what_is_locked_is_in_every_plan(locked):
    found = search(ToyOracle(), COST, budget=90.0, rules=RepairRules(locked=locked), gap=0.0)
    taken = [{found.question.names[i] for i in np.flatnonzero(r.start >= 0)} for r in found.rounds]
    assert all(set(locked) <= names for names in [*taken, set(found.names)])
    every = [s for s in every_set(range(6)) if COST[list(s)].sum() <= 90.0]
    forced = {toy_repairs.NAMES.index(name) for name in locked}
    plans = np.array([[i in s for i in range(6)] for s in every if forced <= s])
    assert found.loss == pytest.approx(toy_repairs.expected_loss(plans).min())


def test_the_same_question_gives_the_same_answer():
    oracle = DrawnOracle(5, 12, 4)
    one, other = (search(oracle, oracle.cost, budget=30.0) for _ in range(2))
    assert (one.start == other.start).all()
    assert (one.loss, one.bound, one.runs) == (other.loss, other.bound, other.runs)


def test_a_plan_within_a_gap_is_proven_to_be():
    oracle = DrawnOracle(8, 14, 5, parts=5)
    for gap in (0.0, 0.01, 0.2):
        found = search(oracle, oracle.cost, budget=0.3 * oracle.cost.sum(), gap=gap)
        least = found.programme.least_loss(
            oracle.cost, found.question.total_budget, found.question.limits
        )
        assert found.gap <= gap + 1e-9
        assert least.bound <= least.loss
        assert (least.loss - least.bound) <= gap * abs(least.loss) + 1e-6


def test_words_of_progress_tell_each_round():
    told = []
    found = search(ToyOracle(), COST, budget=60.0, progress=told.append)
    assert sum(words.startswith("round") for words in told) == len(found.rounds)


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ({"tolerance": -0.1}, "tolerance"),
        ({"most_rounds": 0}, "most_rounds"),
        ({"gap": 1.0}, "gap"),
        ({"tail": 2.0}, "tail"),
        ({"alpha": -0.1}, "alpha"),
        ({"candidates": Candidates.plain("abc")}, "candidates"),
        ({"budget": -1.0}, "budget"),
    ],
)
def test_questions_outside_their_range_are_refused(words, parameter):
    with pytest.raises(ParameterError, match=parameter):
        search(ToyOracle(), COST, **words)


@pytest.mark.parametrize("cost", [np.ones(5), -COST, COST * np.nan])
def test_costs_that_are_none_are_refused(cost):
    with pytest.raises(ParameterError, match="cost"):
        search(ToyOracle(), cost, budget=60.0)


@pytest.mark.parametrize("probability", [[0.5, 0.6, 0.2], [-0.1, 0.5, 0.5], [np.nan, 0.1, 0.1]])
def test_probabilities_that_make_no_tail_are_refused(probability):
    with pytest.raises(ParameterError, match="probability"):
        TailRisk(np.array(probability), 0.5)


def test_events_may_happen_more_than_once_a_year_where_only_the_mean_counts():
    risk = TailRisk(np.array([0.9, 0.9]))
    assert risk.value(np.array([[10.0, 20.0]]))[0] == pytest.approx(27.0)


def test_what_is_left_out_of_the_probabilities_loses_nothing():
    risk = TailRisk(np.array([0.1, 0.1]), 1.0, 0.5)
    # the worst half: .1 of 100, .1 of 50, .3 of nothing
    assert risk.worst_mean(np.array([[100.0, 50.0]]))[0] == pytest.approx(15.0 / 0.5)


def test_a_search_that_finds_no_plan_in_time_says_so():
    facts = replace(
        Candidates.plain(toy_repairs.NAMES),
        product=("p",) * 6,
        home_supplier=np.array([True] * 6),
    )
    rules = RepairRules(home_suppliers={"p": 3})
    asked = question_of(ToyOracle(), 75.0, candidates=facts, rules=rules, seconds=0.0)
    with pytest.raises(InfeasibleError, match="time"):
        search_plan(asked)


def test_all_sets_of_measures_leave_out_what_excludes_each_other():
    sets = sets_of(range(4), [(0, 1), (1, 2, 3)], 16)
    want = [s for s in every_set(range(4)) if not {0, 1} <= s and len(s & {1, 2, 3}) <= 1]
    assert sorted(map(sorted, sets)) == sorted(map(sorted, want))
    assert sets_of(range(4), [], 15) is None
    assert sets_of([], [], 1) == [frozenset()]


def test_a_model_is_exact_at_every_set_that_it_has_learnt():
    oracle = DrawnOracle(2, 7, 3, sums=True)
    table = LossTable(oracle)
    rng = np.random.default_rng(2)
    plans = [np.flatnonzero(rng.random(7) < 0.5).tolist() for _ in range(20)]
    run = table.losses(plans)
    model = LossModel.learned(table, most_sets=1)
    assert np.allclose(model.losses(plans), run)
    assert not model.whole
    assert LossModel.learned(table, most_sets=128).whole


def test_sets_that_are_not_kept_still_never_promise_too_much():
    known = {frozenset(s): v for s, v in [((), 10.0), ((0,), 6.0), ((1,), 7.0), ((2,), 9.0)]}
    known |= {frozenset((0, 1)): 5.0, frozenset((0, 1, 2)): 4.5, frozenset((0, 2)): 4.0}
    part = ScenarioLoss.learned(known, (0, 1, 2), frozenset((0, 1, 2)), kept=())
    assert part.overlap == {(0, 1): 2.0, (0, 2): -1.0}
    assert part.floor == 4.0
    # 10 - 4 - 3 - 1 + 2 - 1 = 3, at least 4; run 4.5, which is more and so is kept
    assert part.at((0, 1, 2)) == 4.5
    assert part.rest == {frozenset((0, 1, 2)): 1.5}


def test_pairs_are_run_among_the_best_and_between_the_best_and_the_idle():
    gain = {i: float(12 - i) for i in range(10)} | {10: 0.0, 11: 0.0}
    part = ScenarioLoss(tuple(range(12)), 100.0, 0.0, gain, {}, {})
    model = LossModel(tuple("abcdefghijkl"), ("s",), (part,))
    pairs = [pair for _, pair in pairs_to_run(model, [(0, 1)], most=40)]
    assert frozenset({0, 1}) not in pairs
    assert pairs[0] == frozenset({0, 2})
    assert len(pairs) == 27 + 2
    assert {frozenset({0, 10}), frozenset({0, 11})} <= set(pairs)
    assert len(pairs_to_run(model, [], most=5)) == 5
    around = plan_runs(model, [2, 3, 11], most=2)
    assert around[0] == (0, frozenset({2, 3, 11}))
    assert len(around) == 1 + 3 + 2


def test_growing_gains_and_rises_are_counted_on_what_was_run():
    table = LossTable(ToyOracle())
    table.losses(every_set(range(6)))
    # s1 has 3 pairs in 2 sets, s2 10 in 8, s3 6 in 4
    failed, tested = growing_gains(table)
    assert tested == 6 + 80 + 24
    assert failed > 0
    assert rises(table) == ()


def test_plans_beside_a_plan_are_better_or_none():
    asked = question_of(ToyOracle(), 60.0, cost=COST)
    poor = np.array([-1, -1, 0, 0, -1, -1])
    better = better_nearby(asked, poor)
    assert asked.worth([better])[0] < asked.worth([poor])[0]
    best = search_plan(asked).start
    assert better_nearby(asked, best) is None
    useless = np.array([0, 0, -1, -1, -1, -1])
    assert np.isnan(without_each(asked, useless)[2:]).all()
    assert without_each(asked, useless)[:2].tolist() == pytest.approx([780.0, 730.0])


def test_a_useless_step_is_dropped_as_it_costs():
    only = RepairRules(forbidden=("A2", "Astk", "Bstk", "L2", "FG"))
    asked = question_of(ToyOracle(), 90.0, cost=COST, rules=only)
    # B2 alone avoids nothing: the expected loss stays at 980
    wasteful = np.array([-1, -1, 0, -1, -1, -1])
    assert asked.worth([wasteful])[0] == pytest.approx(980.0)
    assert better_nearby(asked, wasteful).tolist() == [-1] * 6
