"""The brute-force case of repair: every figure of its tables, by the programme."""

import numpy as np
import pytest

import toy_repairs
from chainwright.plan.choosing.break_even import break_even_costs
from chainwright.plan.choosing.choices import Goal, Limits
from chainwright.plan.choosing.cost_frontier import cost_frontier
from chainwright.plan.choosing.robust_steps import robust_steps
from chainwright.plan.repairs.greedy_repair import best_single, greedy_plan, submodularity
from chainwright.plan.repairs.loss_model import LossModel, ScenarioLoss
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.repair_programme import RepairProgramme
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_search import search
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.tail_risk import TailRisk
from repair_oracles import ToyOracle, every_set

COST = toy_repairs.COST
FREE = Limits.of(np.ones(6))


def programme_of(model, tail=0.0, alpha=0.8):
    risk = TailRisk(toy_repairs.PROBABILITY, tail, alpha)
    names = toy_repairs.NAMES
    return RepairProgramme(
        model, risk, Candidates.plain(names), RepairRules(), Timetable.one_year(6)
    )


@pytest.fixture(scope="module")
def table():
    table = LossTable(ToyOracle())
    table.losses(every_set(range(6)))
    return table


@pytest.fixture(scope="module")
def exact(table):
    return LossModel.learned(table)


@pytest.fixture(scope="module")
def additive(table):
    """Singles alone; the figures of the case are those without a floor."""
    parts = []
    for s in range(3):
        known = table.of_scenario(s)
        few = {taken: loss for taken, loss in known.items() if len(taken) < 2}
        everything = table.key(s, range(6))[1]
        few[everything] = known[everything]
        part = ScenarioLoss.learned(few, sorted(everything), everything, kept=())
        parts.append(ScenarioLoss(part.measures, part.base, -np.inf, part.gain, {}, {}))
    return LossModel(toy_repairs.NAMES, ("s1", "s2", "s3"), tuple(parts))


def named(choice):
    return [toy_repairs.NAMES[i] for i in np.flatnonzero(choice.amount)]


@pytest.mark.parametrize(
    ("budget", "plan", "loss"),
    [
        (20, "Astk", 780),
        (35, "Astk Bstk", 660),
        (60, "A2 Astk", 530),
        (75, "A2 Astk Bstk", 410),
        (90, "A2 Astk B2 Bstk", 290),
        (100, "A2 Astk Bstk FG", 260),
        (165, "A2 Astk B2 Bstk L2 FG", 80),
    ],
)
def test_the_best_plan_of_each_budget(exact, budget, plan, loss):
    found = programme_of(exact).least_loss(COST, budget, FREE)
    assert named(found) == plan.split()
    assert found.loss == pytest.approx(loss, abs=1e-9)
    assert found.bound == found.loss
    searched = search(ToyOracle(), COST, budget=float(budget), gap=0.0)
    assert searched.names == tuple(plan.split())
    assert (searched.loss, searched.promised, searched.bound) == pytest.approx((loss,) * 3)
    assert searched.agreed
    assert searched.gap == 0.0


@pytest.mark.parametrize(
    ("budget", "plan", "loss"),
    [
        (20, "", 1200),
        (35, "FG", 1000),
        (60, "Astk L2", 800),
        (75, "Astk Bstk L2", 600),
        (90, "Astk Bstk L2", 600),
        (100, "Astk Bstk L2", 600),
        (165, "Astk Bstk L2 FG", 400),
    ],
)
def test_the_best_tail_of_each_budget(exact, budget, plan, loss):
    found = programme_of(exact, tail=1.0, alpha=0.8).least_loss(COST, budget, FREE)
    assert found.loss == pytest.approx(loss, abs=1e-6)
    assert named(found) == plan.split()


@pytest.mark.parametrize(
    ("budget", "ratio", "gain"),
    [
        (20, 780, 780),
        (35, 660, 730),
        (60, 530, 530),
        (75, 410, 410),
        (90, 290, 380),
        (100, 290, 260),
        (165, 80, 80),
    ],
)
def test_both_greedy_plans_of_each_budget(budget, ratio, gain):
    greedy = search(ToyOracle(), COST, budget=float(budget), gap=0.0).greedy
    assert (greedy.ratio.loss, greedy.gain.loss) == pytest.approx((ratio, gain))


def test_single_gains_are_250_200_0_0_120_and_200(table):
    held = table.losses([(), *((i,) for i in range(6))]) @ toy_repairs.PROBABILITY
    assert held[0] == pytest.approx(980)
    assert (held[0] - held[1:]).tolist() == pytest.approx([250, 200, 0, 0, 120, 200])


def test_the_tail_without_measures_is_1200_at_8_and_1133_at_7_tenths(table):
    held = table.losses([()])
    tails = [
        TailRisk(toy_repairs.PROBABILITY, 1.0, a).worst_mean(held)[0] for a in (0, 0.7, 0.8, 1)
    ]
    assert tails == pytest.approx([980, 1133 + 1 / 3, 1200, 1200])


@pytest.mark.parametrize(
    ("budget", "plan", "promise", "true"),
    [
        (20, "Astk", 780, 780),
        (35, "A2", 730, 730),
        (60, "A2 Astk", 530, 530),
        (75, "A2 Astk", 530, 530),
        (90, "A2 Astk FG", 330, 380),
        (100, "A2 Astk FG", 330, 380),
        (165, "A2 Astk L2 FG", 210, 260),
    ],
)
def test_the_additive_model_promises_too_much(  # noqa: PLR0917
    additive, table, budget, plan, promise, true
):
    found = programme_of(additive).least_loss(COST, budget, FREE)
    run = table.losses([np.flatnonzero(found.amount)]) @ toy_repairs.PROBABILITY
    assert named(found) == plan.split()
    assert (found.loss, run[0]) == pytest.approx((promise, true))


def test_a_floor_at_the_loss_with_all_measures_mends_that_promise(additive, exact):
    parts = tuple(
        ScenarioLoss(part.measures, part.base, known.floor, part.gain, {}, {})
        for part, known in zip(additive.parts, exact.parts, strict=True)
    )
    floored = LossModel(additive.names, additive.scenarios, parts)
    found = programme_of(floored).least_loss(COST, 90, FREE)
    assert [part.floor for part in parts] == [0.0, 0.0, 400.0]
    assert (named(found), found.loss) == (["A2", "Astk", "FG"], pytest.approx(380))


def test_the_frontier_has_these_14_points(exact):
    found = cost_frontier(programme_of(exact), COST, FREE)
    cost = [0, 20, 30, 35, 45, 50, 65, 85, 90, 100, 125, 130, 140, 165]
    loss = [980, 780, 730, 660, 610, 530, 410, 380, 290, 260, 200, 170, 140, 80]
    assert [c.cost for c in found] == pytest.approx(cost)
    assert [c.loss for c in found] == pytest.approx(loss)


def test_32_of_240_pair_tests_fail_and_no_step_raises_the_loss(table):
    def loss(taken):
        return float((table.losses([taken]) @ toy_repairs.PROBABILITY)[0])

    assert submodularity(loss, 6) == (32, 240)
    assert all(
        loss(taken | {i}) <= loss(taken) + 1e-9
        for taken in every_set(range(6))
        for i in set(range(6)) - taken
    )


def test_break_even_costs_under_a_budget_of_60_and_of_loss_and_cost_together(exact):
    chooser = programme_of(exact)
    under = break_even_costs(chooser, COST, Goal("budget", 60.0), FREE, of=range(6))
    summed = break_even_costs(chooser, COST, Goal("sum"), FREE, of=range(6))
    assert under.tolist() == pytest.approx([40, 30, 10, 10, 15, 25], abs=1e-6)
    assert summed.tolist() == pytest.approx([235, 185, 60, 60, 120, 90], abs=1e-3)
    best = chooser.least_sum(COST, FREE)
    assert (best.loss, best.cost, best.bound) == pytest.approx((80, 165, 245))
    assert len(named(best)) == 6


@pytest.mark.parametrize(
    ("wide", "shares"),
    [
        (0.05, {"A2": 1.0, "Astk": 1.0}),
        (0.10, {"A2": 1.0, "Astk": 1.0}),
        (0.15, {"A2": 0.94, "Astk": 1.0}),
        (0.30, {"A2": 0.75, "Astk": 0.75, "FG": 0.50, "Bstk": 0.41}),
    ],
)
def test_shares_of_the_64_corners(exact, wide, shares):
    chooser = programme_of(exact)
    goal = Goal("budget", 60.0)
    plan = goal.best(chooser, COST, FREE)
    found = robust_steps(chooser, COST * (1 - wide), COST * (1 + wide), goal, FREE, plan=plan)
    assert (found.trials, found.whole) == (64, True)
    share = dict(zip(toy_repairs.NAMES, found.share.round(2).tolist(), strict=True))
    assert {name: share[name] for name in shares} == pytest.approx(shares, abs=0.005)
    assert ("robust" in found.verdict) == (wide < 0.30)


def test_greedy_with_old_gains_only_passes_over_complements_and_says_so():
    oracle = ToyOracle()
    question = RepairQuestion(
        LossTable(oracle),
        COST,
        Candidates.plain(oracle.names),
        RepairRules(),
        75.0,
        Timetable.one_year(6),
        TailRisk(oracle.probability),
    )
    lazy = greedy_plan(question.worth, COST[:, None], question.room, oracle.names, width=1)
    eager = greedy_plan(question.worth, COST[:, None], question.room, oracle.names, width=6)
    assert eager.grew > 0
    assert eager.loss <= lazy.loss
    assert lazy.asked < eager.asked
    single = best_single(question.worth, COST[:, None], question.room, oracle.names)
    assert (single.order, single.loss) == ((0,), pytest.approx(730))
