"""Laws of mitigation on random small makers: the twin agrees, and no better plan is there."""

import numpy as np
import pytest

from chainwright.diagnose.maker.survival import survival
from chainwright.plan import measures_for, mitigate, mitigation_frontier
from chainwright.plan.choosing.choices import Goal, Limits
from chainwright.plan.choosing.enumerated_plans import EnumeratedPlans
from chainwright.plan.maker.cover_search import programme_of
from chainwright.plan.maker.mitigation_question import posed
from mitigation_twin import every_plan, measures, random_maker, stepwise_loss

SEEDS = range(6)
ASKED = {
    "by": "site",
    "of": None,
    "lock": (),
    "forbid": (),
    "budget": None,
    "remaining": "expected",
    "probability": None,
    "cost": "mid",
    "costs": None,
    "gap": 0.0,
    "time_limit_seconds": 60.0,
    "weight": None,
    "stock_at_node": "usable",
    "assumptions": None,
    "progress": None,
}


def options(system, rng, count=8):
    """Return measures that are taken or not: lots of stock that is one lot, sources, lines."""
    need = dict(
        zip(system.maker.network.items.codes, system.maker.network.requirement, strict=True)
    )
    rows = []
    for i in range(count):
        item = str(rng.choice(list(need)))
        cost = float(rng.integers(1, 40))
        if rng.random() < 0.5:
            lot = need[item] * float(rng.integers(1, 5))
            rows.append((f"m{i}", "stock", item, lot, lot, None, None, cost / lot, ""))
        else:
            capacity = need[item] * rng.uniform(0.3, 1.5)
            group = "x" if rng.random() < 0.3 else ""
            week = float(rng.integers(0, 4))
            rows.append((f"m{i}", "backup_line", item, None, None, capacity, week, cost, group))
    return measures(rows)


def twin_losses(system, question, plan):
    """Return what each gap loses with a plan, step by step in time."""
    found, held = question.search.gaps, question.search.measures
    codes = system.maker.network.items.codes
    extra, sources = {}, []
    for i in np.flatnonzero(plan > 0):
        item = codes[held.item[i]]
        if held.stock[i]:
            extra[item] = extra.get(item, 0.0) + plan[i]
        else:
            sources.append((item, held.capacity[i], held.weeks[i]))
    return np.array(
        [
            stepwise_loss(
                system, found.down[g], found.weeks[g], extra=extra, sources=sources, step=1
            )
            for g in range(len(found))
        ]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_keeps_week_by_week_what_it_promises(seed):
    system, rng = random_maker(seed)
    table = options(system, rng)
    for budget in (None, 40.0):
        found = mitigate(system, measures=table, budget=budget, corners=0, gap=0.0)
        loss = twin_losses(system, found.posed, found.amount)
        np.testing.assert_allclose(found.appraisal.losses, loss, atol=1e-4)
        np.testing.assert_allclose(found.verified, loss, atol=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_of_all_is_cheaper_or_loses_less(seed):
    system, rng = random_maker(seed)
    question = posed(system, measures=options(system, rng, 6), **ASKED)
    held = question.search.measures
    unit = np.where(held.lot > 0, held.lot, 1.0)
    table = {}
    for plan in every_plan(len(held)):
        clash = any(plan[group].sum() > 1 for group in held.groups)
        loss = np.inf if clash else twin_losses(system, question, plan * unit).mean()
        table[tuple(plan)] = 0.0 if loss < 1e-6 else loss
    plans = EnumeratedPlans.of(
        held.names, lambda x: np.array([table[tuple(map(float, row))] for row in x])
    )
    chooser = programme_of(question.search)
    cost = question.search.cost
    free, whole = Limits.of(unit), Limits.of(np.ones(len(held)))
    for budget in (0.0, 15.0, 40.0, 80.0):
        ours = Goal("budget", budget).best(chooser, cost, free)
        best = Goal("budget", budget).best(plans, cost * unit, whole)
        assert ours.loss == pytest.approx(best.loss, abs=1e-4)
        assert ours.cost == pytest.approx(best.cost, abs=1e-4)
    together = Goal("sum").best(chooser, cost, free)
    best = Goal("sum").best(plans, cost * unit, whole)
    assert together.loss + together.cost == pytest.approx(best.loss + best.cost, abs=1e-4)
    level = plans.loss[np.isfinite(plans.loss)].min() + 5.0
    ours = chooser.least_cost(cost, level, free)
    assert ours.cost == pytest.approx(plans.least_cost(cost * unit, level, whole).cost, abs=1e-4)
    assert ours.loss <= level + 1e-4


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_a_larger_budget_is_never_worse_and_the_cover_costs_no_less_than_its_bound(seed):
    system, _ = random_maker(seed)
    found = mitigate(system, corners=0)
    assert found.uncovered == ()
    assert found.searched.choice.bound <= found.cost * (1 + 1e-9)
    frame = mitigation_frontier(system, points=6).table()
    assert frame["loss"].is_monotonic_decreasing
    assert frame["loss"].iloc[-1] == pytest.approx(0.0, abs=1e-3)
    assert frame["cost"].iloc[-1] == pytest.approx(found.cost, rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_more_stock_to_begin_with_never_makes_the_cover_dearer(seed):
    system, _ = random_maker(seed)
    table = measures_for(survival(system, outages=())).frame
    before = mitigate(system, measures=table, corners=0).cost
    system.maker.tables["stocks"]["quantity"] *= 1.5
    richer = type(system)(maker=type(system.maker).of_tables("toy", **system.maker.tables))
    assert mitigate(richer, measures=table, corners=0).cost <= before + 1e-6


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_doubled_costs_double_the_plan_and_change_nothing_in_it(seed):
    system, rng = random_maker(seed)
    table = options(system, rng)
    dear = table.assign(yearly_low=table["yearly_low"] * 2, yearly_high=table["yearly_high"] * 2)
    first, second = (mitigate(system, measures=t, corners=0) for t in (table, dear))
    np.testing.assert_allclose(first.amount, second.amount)
    assert second.cost == pytest.approx(2 * first.cost)
