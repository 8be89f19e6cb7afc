"""Budget, break-even, robustness and frontier on the case of 64 plans, each figure enumerated."""

from itertools import pairwise

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan.choosing.break_even import break_even_costs
from chainwright.plan.choosing.choices import Choice, Goal, Limits
from chainwright.plan.choosing.cost_frontier import cost_frontier, undominated
from chainwright.plan.choosing.enumerated_plans import EnumeratedPlans
from chainwright.plan.choosing.robust_steps import cost_corners, robust_steps
from toy_repairs import COST, NAMES, expected_loss, scenario_losses

PLANS = EnumeratedPlans.of(NAMES, expected_loss)
FREE = Limits.of(np.ones(6))


def taken(choice):
    return [name for name, x in zip(NAMES, choice.amount, strict=True) if x]


def test_losses_without_a_measure_are_those_of_the_case():
    assert scenario_losses(np.zeros((1, 6), bool)).tolist() == [[1000, 800, 1200]]
    assert PLANS.loss[0] == pytest.approx(980)


@pytest.mark.parametrize(
    ("budget", "steps", "loss"),
    [
        (20, ["Astk"], 780),
        (35, ["Astk", "Bstk"], 660),
        (60, ["A2", "Astk"], 530),
        (75, ["A2", "Astk", "Bstk"], 410),
        (90, ["A2", "Astk", "B2", "Bstk"], 290),
        (100, ["A2", "Astk", "Bstk", "FG"], 260),
        (165, list(NAMES), 80),
    ],
)
def test_each_budget_buys_the_plan_that_enumeration_found(budget, steps, loss):
    best = PLANS.least_loss(COST, budget, FREE)
    assert taken(best) == steps
    assert best.loss == pytest.approx(loss)
    assert best.cost <= budget


def test_the_frontier_has_the_fourteen_points_of_the_case():
    points = cost_frontier(PLANS, COST, FREE)
    assert [(p.cost, round(p.loss, 6)) for p in points] == [
        (0, 980),
        (20, 780),
        (30, 730),
        (35, 660),
        (45, 610),
        (50, 530),
        (65, 410),
        (85, 380),
        (90, 290),
        (100, 260),
        (125, 200),
        (130, 170),
        (140, 140),
        (165, 80),
    ]


def test_a_frontier_of_budgets_is_part_of_the_whole_one():
    whole = {p.cost for p in cost_frontier(PLANS, COST, FREE)}
    some = cost_frontier(PLANS, COST, FREE, budgets=np.linspace(0, 165, 20))
    assert {p.cost for p in some} <= whole
    assert all(a.loss > b.loss for a, b in pairwise(some))


def test_break_even_costs_under_a_budget_of_60():
    found = break_even_costs(PLANS, COST, Goal("budget", 60), FREE, of=range(6))
    assert found == pytest.approx([40, 30, 10, 10, 15, 25], abs=1e-9)


def test_break_even_costs_of_loss_and_cost_together():
    goal = Goal("sum")
    best = goal.best(PLANS, COST, FREE)
    assert (best.cost, best.loss) == (165, pytest.approx(80))
    found = break_even_costs(PLANS, COST, goal, FREE, of=range(6), plan=best)
    assert found == pytest.approx([235, 185, 60, 60, 120, 90])


def test_break_even_costs_are_the_same_whether_or_not_the_plan_is_given():
    goal = Goal("sum")
    given = break_even_costs(PLANS, COST, goal, FREE, of=range(6))
    assert given == pytest.approx([235, 185, 60, 60, 120, 90])


def test_a_step_stays_up_to_its_break_even_cost_and_no_further():
    for i, edge in enumerate([40, 30, 10, 10, 15, 25]):
        for cost, stays in ((edge - 0.01, True), (edge + 0.01, False)):
            moved = COST.copy()
            moved[i] = cost
            assert bool(PLANS.least_loss(moved, 60, FREE).amount[i]) is stays, (NAMES[i], cost)


def test_a_measure_without_which_there_is_no_cover_has_no_break_even_cost():
    found = break_even_costs(PLANS, COST, Goal("cover", 80), FREE, of=[0])
    assert np.isinf(found[0])
    assert np.isnan(found[1:]).all()


def test_a_measure_that_a_budget_cannot_make_pay_has_none_either():
    found = break_even_costs(PLANS, COST, Goal("budget", 0), FREE.without(0), of=[0])
    assert np.isnan(found[0])


@pytest.mark.parametrize(
    ("ends", "shares"),
    [
        (0.05, {"A2": 100, "Astk": 100}),
        (0.10, {"A2": 100, "Astk": 100}),
        (0.15, {"A2": 94, "Astk": 100}),
        (0.30, {"A2": 75, "Astk": 75, "FG": 50, "Bstk": 41}),
    ],
)
def test_shares_of_the_64_corners(ends, shares):
    goal = Goal("budget", 60)
    plan = goal.best(PLANS, COST, FREE)
    found = robust_steps(PLANS, COST * (1 - ends), COST * (1 + ends), goal, FREE, plan=plan)
    assert (found.trials, found.whole) == (64, True)
    percent = dict(zip(NAMES, np.round(100 * found.share), strict=True))
    assert {name: percent[name] for name in shares} == shares
    words = dict(zip(NAMES, found.verdict, strict=True))
    assert all((words[name] == "robust") == (share == 100) for name, share in shares.items())
    if ends == 0.30:
        assert "robust" not in found.verdict


def test_corners_that_are_too_many_are_drawn_after_the_three_named_ones():
    low, high = np.zeros(12), np.ones(12)
    taken_ = np.arange(12) < 3
    found, whole = cost_corners(low, high, taken=taken_, corners=16, seed=3)
    assert not whole
    assert found[0].tolist() == [0.0] * 12
    assert found[1].tolist() == [1.0] * 12
    assert found[2].tolist() == [1.0] * 3 + [0.0] * 9
    assert len(np.unique(found, axis=0)) == len(found)
    again, _ = cost_corners(low, high, taken=taken_, corners=16, seed=3)
    np.testing.assert_array_equal(found, again)
    other, _ = cost_corners(low, high, taken=taken_, corners=16, seed=4)
    assert len(found) != len(other) or (found != other).any()


def test_costs_that_are_known_are_not_moved():
    found, whole = cost_corners(COST, COST, taken=np.zeros(6, bool), corners=4, seed=0)
    assert whole
    np.testing.assert_array_equal(found, [COST])


def test_locked_and_forbidden_measures_are_honoured():
    limits = FREE.with_(4).without(0)
    best = PLANS.least_loss(COST, 75, limits)
    assert best.amount[4] == 1
    assert best.amount[0] == 0
    assert PLANS.least_loss(COST, 30, limits) is None


def test_ties_go_to_the_cheaper_plan_then_to_fewer_steps_then_to_the_first_names():
    names = ("c", "b", "a")
    flat = EnumeratedPlans.of(names, lambda x: 10.0 - 5.0 * x.any(axis=1))
    free = Limits.of(np.ones(3))
    assert flat.least_loss(np.array([1.0, 2.0, 2.0]), 9, free).amount.tolist() == [1, 0, 0]
    assert flat.least_loss(np.array([2.0, 2.0, 2.0]), 9, free).amount.tolist() == [0, 0, 1]
    assert flat.least_loss(np.zeros(3), 9, free).amount.tolist() == [0, 0, 1]


def test_a_plan_that_is_not_allowed_is_never_taken():
    def clash(x):
        return np.where(x.all(axis=1), np.inf, 5.0 - x.sum(axis=1))

    plans = EnumeratedPlans.of(("a", "b"), clash)
    assert plans.least_loss(np.ones(2), 9, Limits.of(np.ones(2))).amount.tolist() == [1, 0]
    assert plans.least_cost(np.ones(2), 3.0, Limits.of(np.ones(2))) is None


def test_a_larger_budget_is_never_worse():
    losses = [PLANS.least_loss(COST, b, FREE).loss for b in range(170)]
    assert all(a >= b for a, b in pairwise(losses))


def test_points_that_another_beats_are_left_out():
    points = [(5, 1), (0, 9), (3, 1), (4, 2), (3, 4)]
    kept = undominated([Choice(np.zeros(1), c, v, v) for c, v in points])
    assert [(k.cost, k.loss) for k in kept] == [(0, 9), (3, 1)]


def test_too_many_measures_and_wrong_goals_are_refused():
    with pytest.raises(ParameterError, match="at most 16 measures"):
        EnumeratedPlans.of([str(i) for i in range(17)], expected_loss)
    with pytest.raises(ParameterError, match="cover, budget or sum"):
        Goal("least")
    with pytest.raises(ParameterError, match="0 or more"):
        Goal("budget", -1.0)
