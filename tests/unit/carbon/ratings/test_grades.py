"""Grades at their edges, and how probable each is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainwright.carbon.ratings.grades import grade_probability, graded

BOUNDS = (0.6, 0.8, 1.2, 2.0)
LEVELS = (0.6, 2.0)


def phi(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@pytest.mark.parametrize(
    ("ratio", "grade"),
    [(0.6, 1), (0.8, 2), (1.2, 3), (2.0, 4), (2.0001, 5), (0.0, 1), (-3.0, 1), (1.0, 3), (9e9, 5)],
)
def test_the_upper_bound_belongs_to_the_better_grade(ratio, grade):
    assert graded(np.array([ratio]), BOUNDS).tolist() == [grade]


@pytest.mark.parametrize("bound", BOUNDS)
def test_the_next_number_above_a_bound_has_the_next_grade(bound):
    at, above = graded(np.array([bound, bound * (1.0 + 1e-9)]), BOUNDS)
    assert above == at + 1


@pytest.mark.parametrize(("intensity", "level"), [(0.6, 1), (0.61, 2), (2.0, 2), (2.01, 3)])
def test_levels_have_edges_of_their_own(intensity, level):
    assert graded(np.array([intensity]), LEVELS).tolist() == [level]


def test_what_is_not_defined_has_no_grade():
    assert graded(np.array([[np.nan, 1.0]]), BOUNDS).tolist() == [[0, 3]]


def test_the_worked_case_has_its_probabilities():
    found = grade_probability(np.array([0.842]), np.array([0.07]), BOUNDS)[0]
    assert 100 * found[1] == pytest.approx(7.6, abs=0.05)
    assert 100 * found[2] == pytest.approx(92.4, abs=0.05)
    assert found.sum() == pytest.approx(1.0, abs=1e-15)


@given(st.floats(0.01, 50), st.floats(0.001, 2.0))
def test_probabilities_are_those_of_the_log_normal_and_sum_to_one(ratio, half_width):
    found = grade_probability(np.array([ratio]), np.array([half_width]), BOUNDS)[0]
    s = half_width / 1.96
    upper = [phi(math.log(b / ratio) / s) for b in BOUNDS]
    expected = np.diff([0.0, *upper, 1.0])
    assert found == pytest.approx(expected, abs=1e-12)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1.0, abs=1e-12)


@given(st.floats(0.01, 50))
def test_the_grade_itself_is_the_most_probable_when_errors_are_small(ratio):
    if min(abs(ratio / b - 1) for b in BOUNDS) < 0.01:
        return
    found = grade_probability(np.array([ratio]), np.array([0.001]), BOUNDS)[0]
    assert found.argmax() + 1 == graded(np.array([ratio]), BOUNDS)[0]


@pytest.mark.parametrize("ratio", [0.6, 0.842, 2.0, 7.0])
def test_without_an_error_the_grade_is_certain_at_an_edge_too(ratio):
    found = grade_probability(np.array([ratio]), np.array([0.0]), BOUNDS)[0]
    assert found[graded(np.array([ratio]), BOUNDS)[0] - 1] == 1.0
    assert found.sum() == 1.0


@pytest.mark.parametrize(("ratio", "half"), [(np.nan, 0.1), (1.0, np.nan), (0.0, 0.1), (-1, 0.0)])
def test_of_what_is_not_known_nothing_is_said(ratio, half):
    found = grade_probability(np.array([[ratio]]), np.array([[half]]), BOUNDS)
    assert found.shape == (1, 1, 5)
    assert np.isnan(found).all()


def test_sums_of_twelve_months_that_are_exactly_on_a_bound_stand_on_it():
    carbon_t = np.full(12, 60.0 / 12.0) + np.linspace(-1.0, 1.0, 12)
    for bound in BOUNDS:
        found = (carbon_t * bound / 0.6).sum() / np.full(12, 100.0 / 12.0).sum()
        assert abs(found / bound - 1.0) < 1e-12
        assert graded(np.array([found, bound * (1.0 + 1e-15)]), BOUNDS)[0] == graded(
            np.array([bound]), BOUNDS
        )
