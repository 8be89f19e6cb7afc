"""Choices among measures on random functions of sets, against plain loops over every set."""

from itertools import chain, combinations, product

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan.choosing.break_even import break_even_costs
from chainwright.plan.choosing.choices import Choice, Goal, Limits
from chainwright.plan.choosing.cost_frontier import cost_frontier, undominated
from chainwright.plan.choosing.enumerated_plans import MOST, EnumeratedPlans
from chainwright.plan.choosing.robust_steps import cost_corners, robust_steps

SEEDS = range(12)


def every_set(measures):
    """Return every set of so many measures."""
    return list(chain.from_iterable(combinations(range(measures), k) for k in range(measures + 1)))


class Drawn:
    """A loss for each set of measures that falls as sets grow, with what a few sets lose at once.

    Whole numbers, so that ties are exact and happen often; some sets are not allowed.
    """

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.count = int(rng.integers(2, 6))
        self.cost = rng.integers(1, 9, self.count).astype(float)
        hits = [
            (
                set(
                    rng.choice(self.count, rng.integers(1, self.count + 1), replace=False).tolist()
                ),
                w,
            )
            for w in rng.integers(1, 20, 6).tolist()
        ]
        together = [(set(rng.choice(self.count, 2, replace=False).tolist()), 7.0)]
        self.barred = set(rng.choice(self.count, 2, replace=False).tolist())
        self.forbids = bool(rng.random() < 0.3)
        self.lost = {s: self.of(set(s), hits, together) for s in every_set(self.count)}
        self.names = [f"m{i}" for i in rng.permutation(self.count)]
        self.plans = EnumeratedPlans.of(self.names, self.priced)
        self.free = Limits.of(np.ones(self.count))

    def of(self, taken, hits, together):
        if self.forbids and self.barred <= taken:
            return np.inf
        lost = sum(weight for by, weight in hits if not by & taken)
        return lost + sum(weight for both, weight in together if not both <= taken)

    def priced(self, plans):
        return np.array([self.lost[tuple(np.flatnonzero(row).tolist())] for row in plans])

    def spent(self, taken):
        return sum(self.cost[list(taken)])

    def order(self, taken):
        """Return what settles a tie: fewer measures, then those whose names come first."""
        return len(taken), sorted(self.names[i] for i in taken)

    def allowed(self, least=(), never=()):
        return [
            s
            for s in self.lost
            if np.isfinite(self.lost[s]) and set(least) <= set(s) and not set(never) & set(s)
        ]

    def set_of(self, choice):
        return None if choice is None else tuple(np.flatnonzero(choice.amount).tolist())


@pytest.fixture(scope="module", params=SEEDS)
def drawn(request):
    return Drawn(request.param)


def best(drawn, sets, key):
    return min(sets, key=lambda s: (*key(s), *drawn.order(s))) if sets else None


@pytest.mark.parametrize("budget", [0, 3, 6, 10, 15, 40])
def test_the_least_loss_within_a_budget_is_that_of_every_set(drawn, budget):
    sets = [s for s in drawn.allowed() if drawn.spent(s) <= budget]
    wanted = best(drawn, sets, lambda s: (drawn.lost[s], drawn.spent(s)))
    found = drawn.plans.least_loss(drawn.cost, budget, drawn.free)
    assert drawn.set_of(found) == wanted
    assert (found.loss, found.cost) == (drawn.lost[wanted], drawn.spent(wanted))
    assert found.bound == found.loss


@pytest.mark.parametrize("loss", [0, 5, 12, 25, 100])
def test_the_least_cost_at_a_loss_is_that_of_every_set(drawn, loss):
    sets = [s for s in drawn.allowed() if drawn.lost[s] <= loss]
    wanted = best(drawn, sets, lambda s: (drawn.spent(s),))
    found = drawn.plans.least_cost(drawn.cost, loss, drawn.free)
    assert drawn.set_of(found) == wanted
    if wanted is not None:
        assert found.bound == found.cost == drawn.spent(wanted)
        assert found.loss <= loss


def test_the_least_sum_is_that_of_every_set(drawn):
    wanted = best(
        drawn, drawn.allowed(), lambda s: (drawn.lost[s] + drawn.spent(s), drawn.spent(s))
    )
    found = drawn.plans.least_sum(drawn.cost, drawn.free)
    assert drawn.set_of(found) == wanted
    assert found.bound == drawn.lost[wanted] + drawn.spent(wanted)


def test_what_is_locked_is_taken_and_what_is_forbidden_is_not(drawn):
    for lock, bar in product(range(drawn.count), repeat=2):
        if lock == bar:
            continue
        limits = drawn.free.with_(lock).without(bar)
        sets = drawn.allowed([lock], [bar])
        wanted = best(drawn, sets, lambda s: (drawn.lost[s] + drawn.spent(s), drawn.spent(s)))
        assert drawn.set_of(drawn.plans.least_sum(drawn.cost, limits)) == wanted


def test_a_measure_that_is_locked_and_forbidden_leaves_no_plan(drawn):
    limits = drawn.free.with_(0).without(1).with_(1, 1.0)
    limits = Limits(limits.least, np.array([1.0, 0.0, *np.ones(drawn.count - 2)]))
    for found in (
        drawn.plans.least_sum(drawn.cost, limits),
        drawn.plans.least_cost(drawn.cost, 1e9, limits),
        drawn.plans.least_loss(drawn.cost, 1e9, limits),
    ):
        assert found is None


def efficient(drawn):
    """Return cost and loss of every set that no other equals or beats in both."""
    pairs = {(drawn.spent(s), drawn.lost[s]) for s in drawn.allowed()}
    return sorted(
        p for p in pairs if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in pairs)
    )


def test_the_frontier_is_every_set_that_no_other_beats(drawn):
    points = cost_frontier(drawn.plans, drawn.cost, drawn.free)
    assert [(p.cost, p.loss) for p in points] == efficient(drawn)


def test_the_frontier_of_budgets_has_the_best_of_each(drawn):
    budgets = [12, 0, 5, 30]
    points = cost_frontier(drawn.plans, drawn.cost, drawn.free, budgets=budgets)
    wanted = {max(p for p in efficient(drawn) if p[0] <= b) for b in budgets}
    assert [(p.cost, p.loss) for p in points] == sorted(wanted)


def test_undominated_plans_do_not_depend_on_their_order(drawn):
    choices = [Choice(np.zeros(1), drawn.spent(s), drawn.lost[s], 0.0) for s in drawn.allowed()]
    told = [(c.cost, c.loss) for c in undominated(choices)]
    assert told == [(c.cost, c.loss) for c in undominated(reversed(choices))] == efficient(drawn)


@pytest.mark.parametrize("goal", [Goal("sum"), Goal("budget", 10.0), Goal("cover", 12.0)])
def test_a_measure_is_robust_by_how_many_corners_take_it(drawn, goal):
    high = drawn.cost * np.linspace(1.0, 2.0, drawn.count)
    plan = drawn.plans.least_sum(drawn.cost, drawn.free)
    found = robust_steps(
        drawn.plans, drawn.cost, high, goal, drawn.free, plan=plan, corners=64, seed=1
    )
    free = np.flatnonzero(high > drawn.cost)
    taken = []
    for ends in product([0, 1], repeat=len(free)):
        cost = drawn.cost.copy()
        cost[free] = np.where(ends, high[free], drawn.cost[free])
        choice = goal.best(drawn.plans, cost, drawn.free)
        if choice is not None:
            taken.append(choice.amount)
    assert found.whole
    assert found.trials == len(taken)
    if taken:
        np.testing.assert_allclose(found.share, np.mean(taken, axis=0))
        for share, word in zip(np.mean(taken, axis=0), found.verdict, strict=True):
            assert word == {0.0: "never", 1.0: "robust"}.get(float(share), "depends")


@pytest.mark.parametrize("corners", [1, 3, 5, 31])
def test_drawn_corners_are_ends_and_each_is_there_once(drawn, corners):
    high = drawn.cost + 1.0
    taken = np.zeros(drawn.count, bool)
    taken[0] = True
    found, whole = cost_corners(drawn.cost, high, taken=taken, corners=corners, seed=4)
    assert whole == (2**drawn.count <= corners)
    assert len(np.unique(found, axis=0)) == len(found)
    assert ((found == drawn.cost) | (found == high)).all()
    rows = {tuple(row) for row in found.tolist()}
    assert {tuple(drawn.cost), tuple(high), tuple(np.where(taken, high, drawn.cost))} <= rows
    assert len(found) <= (2**drawn.count if whole else corners + 3)


def test_a_break_even_cost_is_where_the_best_plan_lets_go(drawn):
    plan = drawn.plans.least_sum(drawn.cost, drawn.free)
    steps = drawn.set_of(plan)
    edges = break_even_costs(drawn.plans, drawn.cost, Goal("sum"), drawn.free, of=steps)
    assert np.flatnonzero(~np.isnan(edges)).tolist() == list(steps)
    for i in np.flatnonzero(np.isfinite(edges)):
        for off, stays in ((-0.01, True), (0.01, False)):
            cost = drawn.cost.copy()
            cost[i] = edges[i] + off
            assert bool(drawn.plans.least_sum(cost, drawn.free).amount[i]) is stays


def test_seventeen_measures_are_too_many_to_try():
    with pytest.raises(ParameterError, match="at most 16 measures"):
        EnumeratedPlans.of([str(i) for i in range(MOST + 1)], lambda plans: plans.sum(axis=1))
