"""Plans of repair against every plan of few measures, for drawn losses, costs and rules."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.plan.choosing.choices import Limits
from chainwright.plan.choosing.enumerated_plans import EnumeratedPlans
from chainwright.plan.repairs.budget_frontier import budget_frontier, even_budgets
from chainwright.plan.repairs.learned_runs import pairs_to_run
from chainwright.plan.repairs.loss_model import LossModel
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.repair_programme import RepairProgramme
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_search import search, search_plan
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.tail_risk import TailRisk
from repair_oracles import DrawnOracle

FEW = settings(max_examples=8, deadline=None, derandomize=True)
FEWER = settings(max_examples=3, deadline=None, derandomize=True)


def model_of(oracle, *, most_sets, around=()):
    """Return a model of singles, pairs and a few more sets, or of every set."""
    table = LossTable(oracle)
    first = LossModel.learned(table, most_sets=most_sets)
    table.fill(pairs_to_run(first, (), most=6))
    for plan in around:
        table.losses([plan])
    return LossModel.learned(table, most_sets=most_sets)


def priced(programme):
    def loss(plans):
        held = programme.model.losses(np.flatnonzero(plan).tolist() for plan in plans)
        return programme.risk.value(held)

    return EnumeratedPlans.of(programme.names, loss)


@given(
    seed=st.integers(0, 10_000),
    measures=st.integers(2, 9),
    tail=st.sampled_from([0.0, 0.4, 1.0]),
    alpha=st.sampled_from([0.0, 0.5, 0.8, 1.0]),
    most_sets=st.sampled_from([1, 8, 512]),
    share=st.floats(0.0, 1.0),
)
@FEW
def test_the_programme_is_the_best_of_all_plans_of_the_same_model(  # noqa: PLR0917
    seed, measures, tail, alpha, most_sets, share
):
    oracle = DrawnOracle(seed, measures, 3, sums=bool(seed % 2))
    rng = np.random.default_rng(seed)
    around = [np.flatnonzero(rng.random(measures) < 0.5).tolist() for _ in range(6)]
    programme = RepairProgramme(
        model_of(oracle, most_sets=most_sets, around=around),
        TailRisk(oracle.probability, tail, alpha),
        Candidates.plain(oracle.names),
        RepairRules(),
        Timetable.one_year(measures),
    )
    every = priced(programme)
    limits = Limits.of(np.ones(measures))
    budget = share * float(oracle.cost.sum())
    mine = programme.least_loss(oracle.cost, budget, limits)
    best = every.least_loss(oracle.cost, budget, limits)
    assert mine.loss == pytest.approx(best.loss, rel=1e-6, abs=1e-6)
    assert mine.cost == pytest.approx(best.cost, abs=1e-6)
    assert mine.bound <= mine.loss
    assert mine.bound == pytest.approx(best.loss, rel=1e-6, abs=1e-6)
    cheapest = programme.least_cost(oracle.cost, best.loss + 1.0, limits)
    assert cheapest.cost == pytest.approx(
        every.least_cost(oracle.cost, best.loss + 1.0, limits).cost, abs=1e-6
    )
    both = every.least_sum(oracle.cost * 9, limits)
    summed = programme.least_sum(oracle.cost * 9, limits)
    assert summed.loss + summed.cost == pytest.approx(both.loss + both.cost, rel=1e-6)


@given(seed=st.integers(0, 10_000), share=st.floats(0.1, 0.8))
@FEW
def test_rules_hold_and_cost_nothing_but_what_they_must(seed, share):
    rng = np.random.default_rng(seed)
    oracle = DrawnOracle(seed, 7, 3)
    facts = Candidates(
        oracle.names,
        tuple(rng.choice(["CHN", "JPN"], 7).tolist()),
        ("p",) * 7,
        rng.random(7) < 0.5,
        rng.integers(0, 5, 7).astype(float),
        needs=((0, 1),),
        excludes=((2, 3),),
        groups=((4, 5, 6),),
    )
    rules = RepairRules(least_share={"JPN": 0.4} if "JPN" in facts.region else {}, carbon_cap_t=8.0)
    question = RepairQuestion(
        LossTable(oracle),
        oracle.cost,
        facts,
        rules,
        share * float(oracle.cost.sum()),
        Timetable.one_year(7),
        TailRisk(oracle.probability),
        gap=0.0,
    )
    found = search_plan(question)
    plans = (np.arange(2**7)[:, None] >> np.arange(7) & 1).astype(bool)
    may = [p for p in plans if question.room.done(np.where(p, 0, -1))]
    lost = question.table.losses([np.flatnonzero(p) for p in may]) @ oracle.probability
    taken = found.start >= 0
    assert taken[1] or not taken[0]
    assert taken[[2, 3]].sum() <= 1
    assert taken[[4, 5, 6]].sum() <= 1
    assert facts.carbon_t_per_year @ taken <= 8.0
    assert oracle.cost @ taken <= question.budget + 1e-9
    here = np.array([r == "JPN" for r in facts.region])
    if rules.least_share:
        assert oracle.cost @ (taken & here) >= 0.4 * (oracle.cost @ taken) - 1e-9
    avoidable = found.before - lost.min()
    assert lost.min() - 1e-6 <= found.loss <= lost.min() + 0.05 * avoidable + 1e-6


@given(seed=st.integers(0, 10_000), tail=st.sampled_from([0.0, 1.0]))
@FEW
def test_what_is_found_is_verified_no_worse_than_greedy_and_near_the_best_of_the_engine(seed, tail):
    oracle = DrawnOracle(seed, 9, 4, parts=4, hit=2, sums=bool(seed % 2))
    budget = 0.4 * float(oracle.cost.sum())
    found = search(oracle, oracle.cost, budget=budget, tail=tail, gap=0.0, most_sets=16)
    table = LossTable(oracle)
    plans = (np.arange(2**9)[:, None] >> np.arange(9) & 1).astype(bool)
    within = plans[plans @ oracle.cost <= budget + 1e-9]
    risk = TailRisk(oracle.probability, tail)
    best = risk.value(table.losses([np.flatnonzero(p) for p in within])).min()
    run = float(risk.value(table.losses([found.taken]))[0])
    assert found.loss == pytest.approx(run, abs=1e-9)
    assert found.loss <= min(found.greedy.ratio.loss, found.greedy.gain.loss) + 1e-9
    assert best - 1e-6 <= found.loss <= best + 0.05 * (found.before - best) + 1e-6
    assert found.cost <= budget + 1e-9
    assert found.bound <= found.loss
    assert found.rises == ()


@given(seed=st.integers(0, 10_000))
@FEWER
def test_a_larger_budget_never_worsens_the_bound_of_the_same_model(seed):
    oracle = DrawnOracle(seed, 8, 3)
    programme = RepairProgramme(
        model_of(oracle, most_sets=1),
        TailRisk(oracle.probability, 0.5, 0.6),
        Candidates.plain(oracle.names),
        RepairRules(),
        Timetable.one_year(8),
    )
    limits = Limits.of(np.ones(8))
    budgets = np.linspace(0.0, float(oracle.cost.sum()), 6)
    found = [programme.least_loss(oracle.cost, float(b), limits) for b in budgets]
    bound = np.array([f.bound for f in found])
    assert (np.diff(bound) <= 1e-6).all()
    assert all(f.cost <= b + 1e-6 for f, b in zip(found, budgets, strict=True))
    assert found[0].loss == pytest.approx(programme.value(programme.losses(np.full(8, -1))))


@given(seed=st.integers(0, 10_000))
@FEWER
def test_frontiers_fall_and_their_points_are_run(seed):
    oracle = DrawnOracle(seed, 8, 3, hit=3)
    question = RepairQuestion(
        LossTable(oracle),
        oracle.cost,
        replace(Candidates.plain(oracle.names), groups=((0, 1),)),
        RepairRules(),
        None,
        Timetable.one_year(8),
        TailRisk(oracle.probability),
        most_sets=8,
    )
    budgets = even_budgets(question, 5)
    points = budget_frontier(question, budgets)
    dearest = float(oracle.cost.sum() - oracle.cost[:2].min())
    assert budgets[-1] == pytest.approx(dearest)
    loss = np.array([p.loss for p in points])
    assert (np.diff(loss) <= 1e-9).all()
    assert (np.diff([p.bound for p in points]) <= 1e-9).all()
    assert all(p.loss == pytest.approx(question.worth([p.start])[0]) for p in points)
    assert all(p.cost <= p.budget + 1e-9 for p in points)
    kept = [p for p in points if not p.dominated]
    assert (np.diff([p.cost for p in kept]) > 0).all()
    assert (np.diff([p.loss for p in kept]) < 0).all()
    assert all(p.loss <= p.greedy_loss + 1e-9 for p in points)


@given(seed=st.integers(0, 10_000), scenarios=st.integers(1, 6))
@FEW
def test_the_tail_is_the_mean_at_0_the_largest_at_1_and_a_programme_in_between(seed, scenarios):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(scenarios)) * float(rng.choice([1.0, 0.7]))
    losses = rng.normal(50.0, 40.0, (3, scenarios))
    assert np.allclose(TailRisk(p, 1.0, 0.0).worst_mean(losses), losses @ p)
    most = losses.max(axis=1) if p.sum() > 0.9 else np.maximum(0.0, losses.max(axis=1))
    assert np.allclose(TailRisk(p, 1.0, 1.0).worst_mean(losses), most)
    near = TailRisk(p, 1.0, 1.0 - 1e-9).worst_mean(losses)
    assert np.allclose(near, most, rtol=1e-6)
    alpha = float(rng.uniform(0.0, 0.95))
    # the mean of the worst share of cases, counted case by case in thousandths of a thousandth
    all_p = np.append(p, max(0.0, 1.0 - p.sum()))
    for row, value in zip(losses, TailRisk(p, 1.0, alpha).worst_mean(losses), strict=True):
        held = np.append(row, 0.0)
        order = np.argsort(-held)
        left = np.clip(1.0 - alpha - np.cumsum(all_p[order]) + all_p[order], 0.0, all_p[order])
        assert value == pytest.approx(left @ held[order] / (1.0 - alpha))
