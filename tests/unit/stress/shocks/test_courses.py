"""How much of a blow holds in each step, by hand."""

from math import inf

import numpy as np
import pytest

from chainwright.stress import Blow
from chainwright.stress.shocks.courses import course, left_of, step_of


def lost(steps, step_days=1.0, **fields):
    """Return the course of a loss of capacity with these fields."""
    return course(Blow("capacity", nodes="A:m", share=1.0, **fields), steps, step_days)


def test_a_blow_acts_on_the_day_stated_and_for_its_days():
    assert lost(6, start_day=2, days=3).tolist() == [0, 0, 1, 1, 1, 0]
    assert lost(3, days=inf).tolist() == [1, 1, 1]
    assert lost(3, start_day=5).tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", ["capacity", "capital", "supply_cut", "demand_drop"])
def test_all_kinds_act_alike(kind):
    blow = Blow(kind, nodes="A:m", share=0.3, start_day=10, days=2)
    assert np.flatnonzero(course(blow, 30)).tolist() == [10, 11]


def test_parts_of_a_day_count_as_such():
    assert lost(3, start_day=0.75, days=0.5) == pytest.approx([0.25, 0.25, 0.0])
    assert lost(2, start_day=0.25, days=0.5) == pytest.approx([0.5, 0.0])


def test_a_week_has_the_share_of_its_days_that_are_hit():
    assert lost(3, 7.0, start_day=3, days=2) == pytest.approx([2 / 7, 0, 0])
    assert lost(3, 7.0, start_day=5, days=7) == pytest.approx([2 / 7, 5 / 7, 0])
    assert lost(3, 7.0, days=14).tolist() == [1, 1, 0]


@pytest.mark.parametrize("recovery", ["at_once", "linear", "convex", "convex_scaled", "concave"])
def test_a_week_is_the_mean_of_its_days(recovery):
    fields = {"start_day": 4, "days": 11, "recovery": recovery}
    fields["recovery_days"] = 0 if recovery == "at_once" else 30
    days = lost(70, **fields)
    assert lost(10, 7.0, **fields) == pytest.approx(days.reshape(10, 7).mean(axis=1))


def test_what_is_left_is_reckoned_at_the_end_of_a_day_and_holds_from_the_next():
    # the reference: damage_f(0) fn(e), e = t - (occurrence + duration), at the end of day t
    held = lost(8, start_day=1, days=2, recovery="linear", recovery_days=4)
    assert held.tolist() == [0, 1, 1, 1, 1, 0.75, 0.5, 0.25]


@pytest.mark.parametrize(
    ("recovery", "expected"),
    [
        ("linear", [1, 0.9, 0.5, 0, 0]),
        ("convex", [1, 0.9, 0.9**5, 0.9**10, 0.9**20]),
        ("convex_scaled", [1, 0.9**4, 0.9**20, 0.9**40, 0.9**80]),
    ],
)
def test_the_curves_are_those_of_the_reference(recovery, expected):
    blow = Blow("capacity", share=1.0, days=1, recovery=recovery, recovery_days=10)
    assert left_of(blow, np.array([0.0, 1, 5, 10, 20])) == pytest.approx(expected)


def test_a_concave_recovery_has_half_back_when_it_says():
    concave = {"days": 1, "recovery": "concave", "recovery_days": 40}
    for half in (5.0, 20.0, None):
        blow = Blow("capacity", share=1.0, half_recovery_days=half, **concave)
        start, middle, end = left_of(blow, np.array([0.0, half or 20.0, 40.0]))
        assert (start, middle) == (1.0, pytest.approx(0.5))
        assert end < 0.5


def test_no_curve_rises_and_none_leaves_0_to_1():
    for recovery in ("linear", "convex", "convex_scaled", "concave"):
        held = lost(400, days=10, recovery=recovery, recovery_days=60)
        assert held[0] == 1.0
        assert (np.diff(held) <= 0.0).all()
        assert 0.0 <= held[-1] < 0.01 + 0.01 * (recovery == "concave")


def test_rebuilding_is_the_engine_s():
    blow = Blow("capital", share=0.1, start_day=2, days=1, recovery="rebuild", recovery_days=9)
    assert course(blow, 5).tolist() == [0, 0, 1, 1, 1]


def test_a_step_that_is_no_whole_number_of_days_is_one_piece():
    assert lost(4, 0.5, start_day=0.5, days=1).tolist() == [0, 1, 1, 0]
    assert lost(3, 1.5, start_day=1, days=1) == pytest.approx([1 / 3, 1 / 3, 0])


def test_a_day_on_the_border_is_of_the_later_step():
    assert [step_of(day, 7.0) for day in (0, 6.9, 7, 13, 14)] == [0, 0, 1, 1, 2]
