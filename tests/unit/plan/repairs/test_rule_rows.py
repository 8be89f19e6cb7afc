"""Rules as rows over the starts of measures, the tail of losses, timetables: worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_timing import NEVER, Timetable
from chainwright.plan.repairs.rule_clashes import clash_error, clashing_rules
from chainwright.plan.repairs.rule_rows import (
    Rule,
    budget_rules,
    choice_rules,
    cost_rules,
    locked_rules,
    rows_of,
)
from chainwright.plan.repairs.tail_risk import TailRisk

NAMES = ("a", "b", "c")
FACTS = Candidates(
    NAMES,
    ("CHN", "JPN", ""),
    ("p", "p", "q"),
    np.array([True, False, True]),
    np.array([1.0, 2.0, 4.0]),
)
COST = np.array([10.0, 20.0, 40.0])
TWO = Timetable.of(COST, np.zeros(3), years=2, lead_years=np.zeros(3, np.int64), discount_rate=1.0)[
    1
]
"""Two years; an amount in the second counts half."""


def told(rule):
    """Return the words, the weights by measure and year, and the limits of a rule."""
    return rule.words, rule.weight.tolist(), rule.limit.tolist()


def test_a_lock_asks_for_a_start_in_some_year_and_a_ban_for_none():
    lock, ban = locked_rules(FACTS, RepairRules(locked=("a",), forbidden=("c",)), 2)
    assert told(lock) == ("'a' is locked", [[-1.0, -1.0, 0.0, 0.0, 0.0, 0.0]], [-1.0])
    assert told(ban) == ("'c' is forbidden", [[0.0, 0.0, 0.0, 0.0, 1.0, 1.0]], [0.0])


def test_a_need_is_a_row_a_year_over_the_starts_so_far():
    (rule,) = choice_rules(replace(FACTS, needs=((0, 1),)), RepairRules(), 2)
    assert rule.words == "'a' needs 'b'"
    # in the first year: a started then only if b is; in the second: by then
    assert rule.weight.tolist() == [[1, 0, -1, 0, 0, 0], [1, 1, -1, -1, 0, 0]]
    assert rule.limit.tolist() == [0.0, 0.0]


def test_what_excludes_each_other_and_groups_leave_room_for_one():
    facts = replace(FACTS, excludes=((0, 2),), groups=((0, 1, 2),))
    pair, group = choice_rules(facts, RepairRules(), 1)
    assert told(pair) == ("'a' and 'c' exclude each other", [[1.0, 0.0, 1.0]], [1.0])
    assert told(group) == ("at most one of 'a', 'b', 'c' is taken", [[1.0, 1.0, 1.0]], [1.0])
    assert facts.alternatives == ((0, 1, 2), (0, 2))


def test_home_suppliers_are_counted_among_those_of_the_product_at_home():
    rules = RepairRules(home_suppliers={"p": 1, "q": 0})
    one, other = choice_rules(FACTS, rules, 1)
    assert told(one) == ("at least 1 home suppliers of 'p'", [[-1.0, 0.0, 0.0]], [-1.0])
    assert told(other) == ("at least 0 home suppliers of 'q'", [[0.0, 0.0, -1.0]], [0.0])


def test_a_cap_counts_the_tonnes_of_whatever_is_ever_started():
    (rule,) = choice_rules(FACTS, RepairRules(carbon_cap_t=4.5), 2)
    assert told(rule) == ("at most 4.5 t of CO2 a year", [[1.0, 1.0, 2.0, 2.0, 4.0, 4.0]], [4.5])


def test_a_least_share_weighs_what_is_spent_there_against_all_in_present_value():
    (rule,) = cost_rules(FACTS, RepairRules(least_share={"JPN": 0.25}), TWO, COST)
    assert rule.words == "at least 0.25 of the spending in 'JPN'"
    # a quarter of all, less all of b; a start in the second year counts half
    assert rule.weight.tolist() == [[2.5, 1.25, -15.0, -7.5, 10.0, 5.0]]
    assert rule.limit.tolist() == [0.0]


def test_one_budget_is_one_row_of_present_value_and_budgets_by_year_are_rows_of_amounts():
    (whole,) = budget_rules(TWO, COST, 30.0)
    assert told(whole) == ("the budget of 30", [[10.0, 5.0, 20.0, 10.0, 40.0, 20.0]], [30.0])
    first, second = budget_rules(TWO, COST, np.array([12.0, 25.0]))
    assert told(first) == ("the budget of 12 in year 1", [[10, 0, 20, 0, 40, 0]], [12.0])
    assert told(second) == ("the budget of 25 in year 2", [[0, 10, 0, 20, 0, 40]], [25.0])


def test_no_limit_is_no_row():
    assert budget_rules(TWO, COST, None) == []
    assert budget_rules(TWO, COST, np.inf) == []
    (only,) = budget_rules(TWO, COST, np.array([np.inf, 25.0]))
    assert only.words == "the budget of 25 in year 2"


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (-1.0, "0 or more"),
        (np.nan, "0 or more"),
        (np.array([1.0, -1.0]), "0 or more"),
        (np.array([1.0]), "each of the 2 years"),
        (np.ones((2, 2)), "each of the 2 years"),
    ],
)
def test_budgets_that_are_no_amounts_are_refused(budget, expected):
    with pytest.raises(ParameterError, match=expected):
        budget_rules(TWO, COST, budget)


def test_rows_are_stacked_in_order_with_their_words():
    rules = [
        Rule("two rows", np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 2.0])),
        Rule.one("one row", np.array([[3.0], [4.0]]), 5.0),
    ]
    weight, limit, words = rows_of(rules, 2)
    assert weight.tolist() == [[1.0, 0.0], [0.0, 1.0], [3.0, 4.0]]
    assert limit.tolist() == [1.0, 2.0, 5.0]
    assert words == ["two rows", "two rows", "one row"]
    nothing = rows_of([], 2)
    assert (nothing[0].shape, nothing[1].shape, nothing[2]) == ((0, 2), (0,), [])


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        (RepairRules(locked=("d",)), "'d'"),
        (RepairRules(forbidden=("A",)), "'A'"),
        (RepairRules(least_share={"CHI": 0.1}), "CHN"),
        (RepairRules(home_suppliers={"r": 1}), "'r'"),
    ],
)
def test_what_no_measure_has_is_refused_with_what_is_near(rules, word):
    with pytest.raises(UnknownCodeError, match=word):
        rules.checked(FACTS)


def test_rules_that_name_what_is_there_are_handed_back():
    rules = RepairRules(locked=["a"], least_share={"JPN": 0.5}, home_suppliers={"q": 1})
    assert rules.locked == ("a",)
    assert rules.checked(FACTS) is rules


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ({"locked": "a"}, "locked"),
        ({"forbidden": "a"}, "forbidden"),
        ({"least_share": {"CHN": np.nan}}, "least_share"),
        ({"least_share": {"CHN": -0.1}}, "least_share"),
        ({"least_share": {"CHN": 0.6, "JPN": 0.5}}, "least_share"),
        ({"home_suppliers": {"p": 1.5}}, "home_suppliers"),
        ({"home_suppliers": {"p": -1}}, "home_suppliers"),
        ({"home_suppliers": {"p": np.inf}}, "home_suppliers"),
        ({"home_suppliers": {"p": np.nan}}, "home_suppliers"),
        ({"carbon_cap_t": np.nan}, "carbon_cap_t"),
        ({"carbon_cap_t": np.inf}, "carbon_cap_t"),
    ],
)
def test_rules_that_make_no_sense_cannot_be_made(words, parameter):
    with pytest.raises(ParameterError, match=parameter):
        RepairRules(**words)


def test_candidates_of_whom_only_the_names_are_known_ask_for_nothing():
    plain = Candidates.plain(iter("xy"))
    assert plain.names == ("x", "y")
    assert choice_rules(plain, RepairRules(), 3) == []
    assert plain.alternatives == ()


def test_a_clash_of_one_rule_is_said_to_be_impossible_in_itself():
    rule = Rule.one("less than nothing", np.ones((2, 1)), -1.0)
    clash = clashing_rules([Rule.one("fine", np.ones((2, 1)), 1.0), rule], 2, 1)
    assert clash == (rule,)
    assert "This one cannot be kept at all: less than nothing." in str(clash_error(clash))


def test_of_rows_of_very_different_size_those_that_clash_are_found():
    # money in billions beside a count: two of a and b, but one of them alone is affordable
    money = Rule.one("money", np.array([[3e9], [4e9], [1.0]]), 4.5e9)
    both = Rule.one("both", np.array([[-1.0], [-1.0], [0.0]]), -2.0)
    cheap = Rule.one("cheap", np.array([[0.0], [0.0], [-1.0]]), -1.0)
    assert {rule.words for rule in clashing_rules([money, both, cheap], 3, 1)} == {"money", "both"}
    assert clashing_rules([money, cheap], 3, 1) == ()


@pytest.mark.parametrize(
    ("alpha", "worst"),
    [
        (0.0, 980.0),  # the mean
        (0.2, (0.2 * 1200 + 0.5 * 1000 + 0.1 * 800) / 0.8),
        (0.7, (0.2 * 1200 + 0.1 * 1000) / 0.3),
        (0.8, 1200.0),
        (0.9, 1200.0),
        (1.0, 1200.0),
    ],
)
def test_the_tail_of_the_case_is_the_mean_of_its_worst_share(alpha, worst):
    risk = TailRisk(np.array([0.5, 0.3, 0.2]), 1.0, alpha)
    losses = np.array([[1000.0, 800.0, 1200.0]])
    assert risk.worst_mean(losses) == pytest.approx([worst])
    assert risk.value(losses) == pytest.approx([worst])
    half = replace(risk, tail=0.5)
    assert half.value(losses) == pytest.approx([0.5 * 980.0 + 0.5 * worst])


def test_a_scenario_without_probability_is_in_no_tail():
    risk = TailRisk(np.array([0.0, 1.0]), 1.0, 1.0)
    assert risk.worst_mean(np.array([[1e9, 3.0]])).tolist() == [3.0]
    none = TailRisk(np.zeros(2), 1.0, 0.5)
    assert none.worst_mean(np.array([[5.0, 6.0]])).tolist() == [0.0]


def test_what_is_left_of_probability_one_is_counted_unless_it_is_rounding():
    assert TailRisk(np.array([0.1] * 10)).rest == 0.0
    assert TailRisk(np.array([0.25, 0.25])).rest == 0.5
    assert TailRisk(np.array([0.8, 0.8])).rest == 0.0  # events a year: no rest at all


def test_a_gain_in_every_scenario_is_no_worst_case_where_something_else_may_happen():
    losses = np.array([[-10.0, -20.0]])
    assert TailRisk(np.array([0.5, 0.5]), 1.0, 1.0).worst_mean(losses).tolist() == [-10.0]
    assert TailRisk(np.array([0.4, 0.4]), 1.0, 1.0).worst_mean(losses).tolist() == [0.0]


@given(
    losses=st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3),
    more=st.floats(0.0, 1e6),
    alpha=st.floats(0.0, 1.0),
    shift=st.floats(-1e3, 1e3),
    scale=st.floats(0.0, 1e3),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_tail_is_coherent(losses, more, alpha, shift, scale):
    risk = TailRisk(np.array([0.2, 0.3, 0.5]), 1.0, alpha)
    row = np.array([losses])
    tail = risk.worst_mean(row)[0]
    size = 1e-7 * (1.0 + np.abs(row).max() * max(1.0, scale) + abs(shift))
    assert tail >= risk.expected(row)[0] - size
    assert tail <= row.max() + size
    worse = row + np.array([[more, 0.0, 0.0]])
    assert risk.worst_mean(worse)[0] >= tail - size
    assert risk.worst_mean(row + shift)[0] == pytest.approx(tail + shift, abs=10 * size)
    assert risk.worst_mean(scale * row)[0] == pytest.approx(scale * tail, abs=10 * size)
    other = row[:, ::-1]
    both = risk.worst_mean(row + other)[0]
    assert both <= tail + risk.worst_mean(other)[0] + 10 * size


@given(alphas=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)), seed=st.integers(0, 999))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_the_smaller_the_worst_share_the_larger_its_mean(alphas, seed):
    rng = np.random.default_rng(seed)
    p, losses = rng.dirichlet(np.ones(5)), rng.normal(0.0, 100.0, (4, 5))
    low, high = (TailRisk(p, 1.0, alpha).worst_mean(losses) for alpha in sorted(alphas))
    assert (high >= low - 1e-6).all()


@given(
    seed=st.integers(0, 10_000),
    years=st.integers(1, 5),
    rate=st.sampled_from([0.0, 0.05, 0.5]),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_what_is_spent_in_the_years_is_worth_what_a_start_costs(seed, years, rate):
    rng = np.random.default_rng(seed)
    once, yearly = rng.integers(0, 9, 4).astype(float), rng.integers(0, 3, 4).astype(float)
    lead = rng.integers(0, 3, 4)
    cost, plan = Timetable.of(
        once,
        yearly,
        years=years,
        lead_years=lead,
        life_years=rng.choice([1.0, 2.5, np.nan, np.inf], 4),
        discount_rate=rate,
    )
    first = np.zeros(4, dtype=np.int64)
    assert plan.discount @ plan.spent(cost, first) == pytest.approx(cost.sum())
    assert plan.spent(cost, np.full(4, NEVER)).tolist() == [0.0] * years
    start = rng.integers(-1, years, 4)
    held = plan.in_effect(start)
    for i in range(4):
        begins = start[i] + (lead[i] if years > 1 else 0)
        want = [bool(start[i] >= 0 and year >= begins) for year in range(years)]
        assert held[:, i].tolist() == want
    # a later start is paid for a shorter time and later: never dearer in present value
    assert (np.diff(plan.value * cost[:, None], axis=1) <= 1e-9).all()


def test_measures_wear_out_each_after_its_own_life():
    cost, plan = Timetable.of(
        np.array([10.0, 12.0, 7.0]),
        np.zeros(3),
        years=5,
        lead_years=np.array([0, 0, 1]),
        life_years=np.array([2.0, np.nan, 3.0]),
    )
    # a: in the first, third and fifth year; b: once; c: in the first and, in effect for three
    # years from the second on, again in the fifth
    assert cost.tolist() == [30.0, 12.0, 14.0]
    spent = cost[:, None] * plan.spending[:, 0, :]
    assert spent.tolist() == [[10, 0, 10, 0, 10], [12, 0, 0, 0, 0], [7, 0, 0, 0, 7]]
