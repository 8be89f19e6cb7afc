"""Budgets of a frontier: which, how many, and what is refused."""

import pytest

from chainwright import plan
from chainwright.errors import ParameterError
from one_neck import BEFORE, BOTH, MODEL, SHUT, country, measures

HAND = {"measures": measures(), "model": MODEL, "days": 30}


def test_without_a_largest_budget_it_goes_up_to_the_cost_of_everything():
    front = plan.repair_frontier(country(), SHUT, budgets=6, **HAND)
    assert front.budgets == pytest.approx((0.0, 1.0, 2.0, 3.0, 4.0, 5.0))
    table = front.table()
    assert table["loss_avoided"].iloc[-1] == pytest.approx(BEFORE - BOTH)
    assert table["cost"].iloc[-1] == pytest.approx(4.0)  # the useless line is left out
    assert table["gap"].max() <= 0.01
    assert (table["greedy_loss"] >= table["loss_after"] - 1e-9).all()


def test_what_is_locked_is_where_it_begins():
    rules = plan.RepairRules(locked=("cover of a",))
    front = plan.repair_frontier(country(), SHUT, budgets=2, budget=4.0, rules=rules, **HAND)
    assert front.budgets == pytest.approx((3.0, 4.0))
    assert front.table()["steps"].str.contains("cover of a").all()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"budgets": 1}, "2 or more"),
        ({"budgets": [3.0]}, "two or more"),
        ({"budgets": [-1.0, 3.0]}, "0 or more"),
        ({"budgets": 3, "budget": [1.0, 2.0], "years": 2}, "one number over the horizon"),
    ],
)
def test_budgets_that_make_no_frontier_are_refused(more, told):
    with pytest.raises(ParameterError, match=told):
        plan.repair_frontier(country(), SHUT, **{**HAND, **more})
