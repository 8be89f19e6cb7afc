"""Plans of repair over years against plain loops over every plan: rules, money, worth of steps."""

from itertools import product

import numpy as np
import pytest

from chainwright.errors import InfeasibleError
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.repair_appraisal import appraised_repair
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_search import search, search_plan
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.tail_risk import TailRisk
from repair_oracles import DrawnOracle


class Case:
    """A drawn question in plain numbers, and what a plan loses and spends, by loops."""

    def __init__(self, seed, measures=4, years=2):
        rng = np.random.default_rng(seed)
        self.oracle = DrawnOracle(seed, measures, 3, sums=bool(seed % 2))
        self.years, self.rate = years, float(rng.choice([0.0, 0.1]))
        self.once = rng.integers(0, 9, measures).tolist()
        self.yearly = rng.integers(0, 4, measures).tolist()
        self.lead = rng.integers(0, years, measures).tolist()
        self.tail, self.alpha = float(rng.choice([0.0, 0.5, 1.0])), 0.7
        self.region = rng.choice(["CHN", "JPN"], measures).tolist()
        self.home = (rng.random(measures) < 0.6).tolist()
        self.carbon = rng.integers(0, 4, measures).tolist()
        self.needs = ((0, 1),) if rng.random() < 0.5 else ()
        self.excludes = ((1, 2),) if rng.random() < 0.5 else ()
        self.groups = ((2, 3),) if rng.random() < 0.5 else ()
        locked = (self.oracle.names[3],) if rng.random() < 0.3 else ()
        least = {"JPN": 0.5} if "JPN" in self.region and rng.random() < 0.4 else {}
        suppliers = {"p": int(rng.integers(0, 2))} if rng.random() < 0.5 else {}
        cap = float(rng.integers(2, 9)) if rng.random() < 0.5 else None
        self.rules = RepairRules(locked, (), least, suppliers, cap)
        money = float(sum(self.once) + sum(self.yearly) * years)
        share = rng.uniform(0.2, 0.7)
        self.by_year = bool(rng.random() < 0.5)
        self.budget = [share * money / years] * years if self.by_year else share * money

    def spent(self, start):
        """Return what a plan spends in each year."""
        money = [0.0] * self.years
        for i, first in enumerate(start):
            for year in range(self.years):
                if first >= 0 and year == first:
                    money[year] += self.once[i]
                if first >= 0 and year >= first + self.lead[i] * (self.years > 1):
                    money[year] += self.yearly[i]
        return money

    def present(self, start):
        return sum(m / (1.0 + self.rate) ** t for t, m in enumerate(self.spent(start)))

    def loss(self, start):
        """Return what is made small: each year the mean and the tail, discounted."""
        whole = 0.0
        for year in range(self.years):
            held = frozenset(
                i
                for i, first in enumerate(start)
                if first >= 0 and year >= first + self.lead[i] * (self.years > 1)
            )
            losses = [self.oracle.losses([(s, held)])[0] for s in range(3)]
            p = self.oracle.probability
            mean = sum(a * b for a, b in zip(p, losses, strict=True))
            # the worst cases one by one, until their share is full
            left, worst = 1.0 - self.alpha, 0.0
            for loss, chance in sorted(zip(losses, p, strict=True), reverse=True):
                part = min(left, chance)
                worst, left = worst + part * loss, left - part
            worst /= 1.0 - self.alpha
            mixed = (1.0 - self.tail) * mean + self.tail * worst
            whole += mixed / (1.0 + self.rate) ** year
        return whole

    def goes_together(self, start):
        """Return whether a plan keeps what needs, excludes or caps measures."""
        taken = [first >= 0 for first in start]
        cap = np.inf if self.rules.carbon_cap_t is None else self.rules.carbon_cap_t
        at_home = sum(t and h for t, h in zip(taken, self.home, strict=True))
        return (
            all(taken[self.oracle.names.index(name)] for name in self.rules.locked)
            and all(taken[j] and start[j] <= start[i] for i, j in self.needs if taken[i])
            and not any(taken[i] and taken[j] for i, j in self.excludes)
            and not any(sum(taken[i] for i in group) > 1 for group in self.groups)
            and at_home >= self.rules.home_suppliers.get("p", 0)
            and sum(c for c, t in zip(self.carbon, taken, strict=True) if t) <= cap
        )

    def allowed(self, start):
        """Return whether a plan keeps every rule."""
        if not self.goes_together(start):
            return False
        for region, share in self.rules.least_share.items():
            here = [f if r == region else -1 for f, r in zip(start, self.region, strict=True)]
            if self.present(here) < share * self.present(start) - 1e-9:
                return False
        if self.by_year:
            pairs = zip(self.spent(start), self.budget, strict=True)
            return all(money <= most + 1e-9 for money, most in pairs)
        return self.present(start) <= self.budget + 1e-9

    def plans(self):
        every = product(range(-1, self.years), repeat=len(self.once))
        return [start for start in every if self.allowed(start)]

    def question(self):
        """Return the same, asked of the program."""
        names = self.oracle.names
        cost, timetable = Timetable.of(
            np.array(self.once, dtype=float),
            np.array(self.yearly, dtype=float),
            years=self.years,
            lead_years=np.array(self.lead),
            discount_rate=self.rate,
        )
        facts = Candidates(
            names,
            tuple(self.region),
            ("p",) * len(names),
            np.array(self.home),
            np.array(self.carbon, dtype=float),
            self.needs,
            self.excludes,
            self.groups,
        )
        return RepairQuestion(
            LossTable(self.oracle),
            cost,
            facts,
            self.rules,
            np.array(self.budget) if self.by_year else self.budget,
            timetable,
            TailRisk(self.oracle.probability, self.tail, self.alpha),
            gap=0.0,
        )


@pytest.mark.parametrize("seed", range(14))
def test_a_plan_over_years_is_the_best_of_all_that_keep_the_rules_or_there_is_none(seed):
    case = Case(seed, years=2 if seed % 3 else 3)
    plans = case.plans()
    if not plans:
        with pytest.raises(InfeasibleError):
            search_plan(case.question())
        return
    asked = case.question()
    found = search_plan(asked)
    start = tuple(found.start.tolist())
    least = min(map(case.loss, plans))
    assert case.allowed(start)
    assert found.loss == pytest.approx(least, rel=1e-9, abs=1e-9)
    assert found.loss == pytest.approx(case.loss(start), rel=1e-9, abs=1e-9)
    assert found.cost == pytest.approx(case.present(start), abs=1e-9)
    assert found.before == pytest.approx(case.loss((-1,) * 4))
    # of plans that lose the same, none costs less
    equal = [p for p in plans if case.loss(p) <= least + 1e-9 * max(1.0, least)]
    assert found.cost <= min(map(case.present, equal)) + 1e-4 * max(1.0, found.cost)
    assert asked.timetable.spent(asked.cost, found.start) == pytest.approx(case.spent(start))


@pytest.mark.parametrize("seed", range(6))
def test_every_start_has_room_if_and_only_if_it_keeps_the_rules(seed):
    case = Case(100 + seed)
    try:
        room = case.question().room
    except InfeasibleError:
        assert case.plans() == []
        return
    every = list(product(range(-1, 2), repeat=4))
    # needs, exclusions and groups are kept by the programme and on the way; so is all else
    assert [room.done(np.array(s)) for s in every] == [case.allowed(s) for s in every]


def break_even(losses, cost, budget, i):
    """Return the most that a measure may cost, by looking at every plan; NaN if none is better."""
    plans = [s for s in losses if sum(cost[j] for j in s) <= budget + 1e-9]
    without = min(losses[s] for s in plans if i not in s)
    few = 1e-6 * max(1.0, abs(without))
    rest = [
        sum(cost[j] for j in s if j != i) for s in losses if i in s and losses[s] <= without - few
    ]
    rest = [money for money in rest if money <= budget + 1e-9]
    return budget - min(rest) if rest else np.nan


@pytest.mark.parametrize("seed", range(3))
def test_what_steps_are_worth_is_what_loops_over_every_plan_say(seed):
    oracle = DrawnOracle(200 + seed, 5, 3, sums=bool(seed % 2))
    budget = 0.5 * float(oracle.cost.sum())
    sets = [frozenset(i for i in range(5) if bits >> i & 1) for bits in range(32)]
    p = oracle.probability
    losses = {held: sum(p[s] * oracle.losses([(s, held)])[0] for s in range(3)) for held in sets}
    found = search(oracle, oracle.cost, budget=budget, gap=0.0)
    low, high = 0.8 * oracle.cost, 1.25 * oracle.cost
    worth = appraised_repair(found, cost_low=low, cost_high=high, workers=1)
    mine = [break_even(losses, oracle.cost.tolist(), budget, i) for i in range(5)]
    assert worth.break_even == pytest.approx(mine, nan_ok=True, abs=1e-4)
    plan = frozenset(found.taken)
    for i in plan:
        assert worth.marginal[i] == pytest.approx(losses[plan - {i}] - losses[plan])
    assert np.nansum(worth.increment) == pytest.approx(losses[frozenset()] - losses[plan])
    # in how many of all 32 corners each is in the plan that loses least: one alone does, each time
    counts, sure = np.zeros(5), True
    for ends in product((0, 1), repeat=5):
        cost = [float((low, high)[end][i]) for i, end in enumerate(ends)]
        money = {s: sum(cost[j] for j in s) for s in sets}
        within = [s for s in sets if money[s] <= budget + 1e-9]
        least = min(losses[s] for s in within)
        best = [s for s in within if losses[s] <= least + 1e-6]
        cheapest = min(money[s] for s in best)
        first = [s for s in best if money[s] <= cheapest + 1e-6]
        sure = sure and len(first) == 1
        counts[list(first[0])] += 1.0 / 32.0
    assert worth.robustness.trials == 32
    assert worth.robustness.whole
    assert sure
    assert worth.robustness.share == pytest.approx(counts)
