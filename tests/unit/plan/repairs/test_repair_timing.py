"""Start, effect and spending by year, worked by hand."""

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan.choosing.choices import Limits
from chainwright.plan.repairs.loss_model import LossModel
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.repair_programme import RepairProgramme
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_search import search
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.tail_risk import TailRisk
from repair_oracles import ToyOracle


def test_lead_times_delay_effect_and_running_costs():
    # 10 once and 2 a year from effect on; started in year 1 with a lead of one year: in effect
    # in years 2 and 3, so 10 + 2 + 2; started in year 3: never in effect, 10.
    cost, plan = Timetable.of(
        np.array([10.0, 6.0]), np.array([2.0, 1.0]), years=3, lead_years=np.array([1, 0])
    )
    assert cost.tolist() == [14.0, 9.0]
    assert (plan.spending[0] * 14.0).round(12).tolist() == [[10, 2, 2], [0, 10, 2], [0, 0, 10]]
    assert (plan.spending[1] * 9.0).round(12).tolist() == [[7, 1, 1], [0, 7, 1], [0, 0, 7]]
    assert plan.in_effect(np.array([0, 1])).tolist() == [[False, False], [True, True], [True, True]]
    assert plan.spent(cost, np.array([0, -1])).round(12).tolist() == [10, 2, 2]


def test_later_starts_are_discounted():
    # 10 % a year: a start in year 2 of 11 costs 10 today
    cost, plan = Timetable.of(
        np.array([11.0]), np.array([0.0]), years=2, lead_years=np.array([0]), discount_rate=0.1
    )
    assert cost[0] * plan.value[0] == pytest.approx([11.0, 10.0])


def test_what_wears_out_is_paid_again():
    # life of 2 years, in effect from year 2: paid in year 1, and again in year 4 (after 2 years)
    _, plan = Timetable.of(
        np.array([8.0]),
        np.array([0.0]),
        years=6,
        lead_years=np.array([1]),
        life_years=np.array([2.0]),
    )
    share = plan.spending[0, 0] / plan.spending[0, 0, 0]
    assert share.tolist() == [1, 0, 0, 1, 0, 1]


def test_one_year_leaves_lead_times_out():
    _, plan = Timetable.of(np.ones(1), np.zeros(1), years=1, lead_years=np.array([7]))
    assert plan.effect.all()
    assert Timetable.one_year(4).in_effect(np.array([0, -1, 0, -1])).tolist() == [
        [True, False, True, False]
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"years": 0},
        {"lead_years": np.array([-1])},
        {"life_years": np.array([0.0])},
        {"discount_rate": -1.0},
    ],
)
def test_timetables_that_make_no_sense_are_refused(wrong):
    asked = {"years": 2, "lead_years": np.array([0])} | wrong
    with pytest.raises(ParameterError):
        Timetable.of(np.ones(1), np.zeros(1), **asked)


def test_with_a_slow_source_the_stock_goes_first_and_the_source_is_started_at_once():
    # s1 of the case: weeks 10, A2 halves (30, lead 2 years), Astk less 4 (20); three years.
    # Budget 60 in all: both from year 1. Losses by year: 600 (Astk), 600, then 100 (both).
    oracle = ToyOracle()
    oracle.probability = np.array([1.0, 0.0, 0.0])
    cost, plan = Timetable.of(
        oracle.cost, np.zeros(6), years=3, lead_years=np.array([2, 0, 0, 0, 0, 0])
    )
    allowed = RepairRules(forbidden=("FG",))
    found = search(oracle, cost, budget=60.0, timetable=plan, rules=allowed, gap=0.0)
    assert found.names == ("A2", "Astk")
    assert found.start.tolist() == [0, 0, -1, -1, -1, -1]
    assert found.losses[:, 0].tolist() == [600.0, 600.0, 100.0]
    assert (found.loss, found.before, found.promised) == pytest.approx((1300.0, 3000.0, 1300.0))


def test_a_budget_by_year_makes_the_plan_wait():
    # 20 a year: Astk now (600), nothing else fits in a year but Bstk, which s1 does not need
    oracle = ToyOracle()
    oracle.probability = np.array([1.0, 0.0, 0.0])
    cost, plan = Timetable.of(oracle.cost, np.zeros(6), years=2, lead_years=np.zeros(6, np.int64))
    found = search(oracle, cost, budget=np.array([20.0, 30.0]), timetable=plan, gap=0.0)
    assert found.names == ("A2", "Astk")
    assert found.start[:2].tolist() == [1, 0]
    assert found.losses[:, 0].tolist() == [600.0, 100.0]
    poor = search(oracle, cost, budget=np.array([20.0, 29.0]), timetable=plan, gap=0.0)
    assert poor.names == ("Astk",)


def test_what_needs_another_is_not_started_before_it():
    oracle = ToyOracle()
    facts = Candidates(
        oracle.names, ("",) * 6, ("",) * 6, np.zeros(6, bool), np.zeros(6), needs=((1, 4),)
    )
    cost, plan = Timetable.of(oracle.cost, np.zeros(6), years=2, lead_years=np.zeros(6, np.int64))
    found = search(
        oracle,
        cost,
        candidates=facts,
        rules=RepairRules(locked=("Astk",)),
        budget=np.array([20.0, 60.0]),
        timetable=plan,
        gap=0.0,
    )
    assert found.start[[1, 4]].tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(4))
def test_years_agree_with_every_timing_of_three_measures(seed):
    rng = np.random.default_rng(seed)
    oracle = ToyOracle()
    cost, plan = Timetable.of(
        oracle.cost,
        rng.uniform(0.0, 4.0, 6),
        years=3,
        lead_years=rng.integers(0, 2, 6),
        discount_rate=0.07,
    )
    risk = TailRisk(oracle.probability, float(rng.choice([0.0, 0.5])), 0.7)
    model = LossModel.learned(LossTable(oracle))
    chooser = RepairProgramme(model, risk, Candidates.plain(oracle.names), RepairRules(), plan)
    limits = Limits(np.zeros(6), np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.0]))
    budget = float(rng.uniform(40.0, 70.0))
    found = chooser.least_loss(cost, budget, limits)
    every = np.full((4**3, 6), -1)
    every[:, [0, 1, 3]] = np.array(np.meshgrid(*[[-1, 0, 1, 2]] * 3)).reshape(3, -1).T
    spent = [float(plan.discount @ plan.spent(cost, start)) for start in every]
    lost = [chooser.value(chooser.losses(start)) for start in every]
    least = min(v for v, c in zip(lost, spent, strict=True) if c <= budget + 1e-9)
    assert found.loss == pytest.approx(least, rel=1e-9)
    assert found.bound == pytest.approx(found.loss)
    assert found.cost <= budget + 1e-6
