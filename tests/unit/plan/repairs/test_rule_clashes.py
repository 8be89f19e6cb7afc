"""Rules that clash are named, none too many: against every plan of few measures."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from chainwright.errors import InfeasibleError, ParameterError, UnknownCodeError
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_search import search
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.rule_clashes import clash_error, clashing_rules
from chainwright.plan.repairs.rule_rows import (
    budget_rules,
    choice_rules,
    cost_rules,
    locked_rules,
)
from repair_oracles import ToyOracle

NAMES = ("a", "b", "c", "d", "e")
FACTS = Candidates(
    NAMES,
    ("CHN", "CHN", "JPN", "DEU", ""),
    ("p", "p", "p", "q", "q"),
    np.array([True, True, False, True, False]),
    np.array([1.0, 2.0, 3.0, 4.0, 0.0]),
)
COST = np.array([10.0, 20.0, 30.0, 40.0, 5.0])


def all_rules(facts, rules, budget, years=1):
    timetable = Timetable.one_year(len(facts.names))
    if years > 1:
        timetable = Timetable.of(
            COST, 0.0 * COST, years=years, lead_years=np.zeros(len(COST), np.int64)
        )[1]
    return [
        *locked_rules(facts, rules, years),
        *choice_rules(facts, rules, years),
        *cost_rules(facts, rules, timetable, COST),
        *budget_rules(timetable, COST, budget),
    ]


def kept(rules, measures, years=1):
    """Return whether any plan keeps these, by trying all."""
    for start in product(range(-1, years), repeat=measures):
        x = (np.array(start)[:, None] == np.arange(years)[None, :]).ravel()
        if all((rule.weight @ x <= rule.limit + 1e-9).all() for rule in rules):
            return True
    return False


def words(facts, rules, budget, years=1):
    found = clashing_rules(all_rules(facts, rules, budget, years), len(facts.names), years)
    return [rule.words for rule in found]


def test_a_lock_and_its_ban_clash_and_the_budget_is_not_blamed():
    rules = RepairRules(locked=("a", "b"), forbidden=("b",))
    assert words(FACTS, rules, 30.0) == ["'b' is locked", "'b' is forbidden"]


def test_locked_measures_that_cost_too_much_clash_with_the_budget():
    rules = RepairRules(locked=("a", "c", "d"))
    assert words(FACTS, rules, 60.0) == ["'c' is locked", "'d' is locked", "the budget of 60"]


def test_a_need_carries_a_lock_on():
    facts = replace(FACTS, needs=((0, 2), (2, 3)))
    found = words(facts, RepairRules(locked=("a",), forbidden=("d",)), None)
    assert found == ["'a' is locked", "'d' is forbidden", "'a' needs 'c'", "'c' needs 'd'"]


def test_two_home_suppliers_of_one_group_clash_with_the_group():
    facts = replace(FACTS, groups=((0, 1),))
    found = words(facts, RepairRules(home_suppliers={"p": 2}), 1000.0)
    assert found == ["at most one of 'a', 'b' is taken", "at least 2 home suppliers of 'p'"]


def test_more_home_suppliers_than_there_are_cannot_be_kept_at_all():
    found = words(FACTS, RepairRules(home_suppliers={"p": 3}), 1000.0)
    assert found == ["at least 3 home suppliers of 'p'"]


def test_a_carbon_cap_clashes_with_what_emits():
    found = words(FACTS, RepairRules(locked=("c", "d"), carbon_cap_t=6.0), None)
    assert found == ["'c' is locked", "'d' is locked", "at most 6 t of CO2 a year"]


def test_a_share_of_a_region_clashes_with_a_ban_on_all_its_measures():
    rules = RepairRules(locked=("a",), forbidden=("d",), least_share={"DEU": 0.1})
    found = words(FACTS, rules, None)
    assert found == [
        "'a' is locked",
        "'d' is forbidden",
        "at least 0.1 of the spending in 'DEU'",
    ]


def test_budgets_by_year_clash_in_the_years_that_are_too_poor():
    found = words(FACTS, RepairRules(locked=("d",)), np.array([39.0, 39.0]), years=2)
    assert found == ["'d' is locked", "the budget of 39 in year 1", "the budget of 39 in year 2"]
    assert words(FACTS, RepairRules(locked=("d",)), np.array([39.0, 40.0]), years=2) == []


@pytest.mark.parametrize("seed", range(25))
def test_drawn_rules_are_named_if_and_only_if_no_plan_keeps_them_and_none_is_named_in_vain(seed):
    rng = np.random.default_rng(seed)
    facts = replace(
        FACTS,
        needs=tuple({tuple(rng.choice(5, 2, replace=False).tolist()) for _ in range(2)}),
        excludes=(tuple(rng.choice(5, 2, replace=False).tolist()),),
        groups=(tuple(rng.choice(5, 3, replace=False).tolist()),),
    )
    drawn = rng.permutation(NAMES).tolist()
    rules = RepairRules(
        locked=drawn[: rng.integers(0, 3)],
        forbidden=drawn[3 : 3 + rng.integers(0, 3)],
        least_share={"JPN": float(rng.choice([0.0, 0.3, 0.6]))},
        home_suppliers={"p": int(rng.integers(0, 3))},
        carbon_cap_t=float(rng.integers(2, 10)),
    )
    years = int(rng.integers(1, 3))
    budget = float(rng.integers(10, 80)) if years == 1 else rng.integers(5, 50, 2).astype(float)
    every = all_rules(facts, rules, budget, years)
    clash = clashing_rules(every, 5, years)
    assert (not clash) == kept(every, 5, years)
    if clash:
        assert not kept(clash, 5, years)
        assert all(kept([r for r in clash if r is not one], 5, years) for one in clash)
        assert clash == clashing_rules(every, 5, years)


def test_the_error_names_the_rules_in_words():
    rules = all_rules(FACTS, RepairRules(locked=("a",), forbidden=("a",)), None)
    two = str(clash_error(clashing_rules(rules, 5, 1)))
    one = str(clash_error(rules[:1]))
    assert "These clash: 'a' is locked; 'a' is forbidden." in two
    assert "This one cannot be kept at all: 'a' is locked." in one


def test_a_search_whose_rules_clash_runs_nothing():
    oracle = ToyOracle()
    with pytest.raises(InfeasibleError, match=r"'A2' is locked; 'FG' is locked; the budget of 60"):
        search(oracle, oracle.cost, budget=60.0, rules=RepairRules(locked=("A2", "FG")))
    assert oracle.asked == []


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        ({"locked": ("A",)}, "repair measure"),
        ({"forbidden": ("Z",)}, "repair measure"),
        ({"least_share": {"USA": 0.1}}, "region of a repair measure"),
        ({"home_suppliers": {"r": 1}}, "product of a repair measure"),
    ],
)
def test_names_that_no_measure_has_are_refused(words, unknown):
    with pytest.raises(UnknownCodeError, match=f"is no known {unknown}"):
        RepairRules(**words).checked(FACTS)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("locked", "a"),
        ("forbidden", "a"),
        ("least_share", {"CHN": 0.6, "JPN": 0.5}),
        ("least_share", {"CHN": -0.1}),
        ("home_suppliers", {"p": 1.5}),
        ("home_suppliers", {"p": -1}),
        ("carbon_cap_t", -1.0),
        ("carbon_cap_t", np.nan),
    ],
)
def test_rules_outside_their_range_cannot_be_made(parameter, value):
    with pytest.raises(ParameterError, match=parameter):
        RepairRules(**{parameter: value})


@pytest.mark.parametrize("budget", [-1.0, np.nan, [1.0, 2.0], [[1.0]]])
def test_budgets_that_are_no_amount_are_refused(budget):
    with pytest.raises(ParameterError, match="budget"):
        budget_rules(Timetable.one_year(5), COST, budget)
