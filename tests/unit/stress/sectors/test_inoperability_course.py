import numpy as np
import pytest
from scipy.linalg import expm

from chainwright.errors import LabelError, ParameterError
from chainwright.stress import Coupling
from chainwright.stress.sectors.inoperability_course import (
    LARGEST_STEP,
    dynamic_inoperability,
    recovering_inoperability,
    resilience,
    static_inoperability,
)

PAIR = Coupling.of_matrix([[0.15, 0.5], [0.1, 0.05]])


def test_resilience_follows_recovery_time_and_what_is_left():
    k = resilience(PAIR, [10.0, 20.0], 0.01)
    assert k == pytest.approx([np.log(100) / 10 / 0.85, np.log(100) / 20 / 0.95])
    assert resilience(PAIR, 10.0, 0.1)[0] == pytest.approx(np.log(10) / 10 / 0.85)
    assert resilience(PAIR, 0.5).tolist() == [LARGEST_STEP, LARGEST_STEP]
    assert resilience(PAIR, None).tolist() == [1.0, 1.0]


def test_a_sector_alone_is_back_at_what_is_left_after_its_recovery_time():
    alone = Coupling.of_matrix([[0.2]])
    k = resilience(alone, 12.0, 0.01)
    course = recovering_inoperability(alone, k, [1.0], 13)
    assert course[12, 0] == pytest.approx(0.01)


def test_recovery_equals_the_exponential_of_the_dense_matrix():
    k = np.array([0.3, 0.1])
    found = recovering_inoperability(PAIR, k, [0.4, 0.2], 8)
    pull = -k[:, None] * (np.eye(2) - PAIR.dense())
    told = [expm(pull * t) @ [0.4, 0.2] for t in range(8)]
    np.testing.assert_allclose(found, told, rtol=1e-12)
    assert recovering_inoperability(PAIR, k, [0.4, 0.2], 1).tolist() == [[0.4, 0.2]]


def test_a_course_starts_where_it_is_told_and_is_held_within_one():
    course = dynamic_inoperability(PAIR, np.ones((30, 2)), np.ones(2), start=[0.5, 0.0])
    assert course[0].tolist() == [0.5, 0.0]
    assert course.max() == 1.0
    assert static_inoperability(PAIR, [1.0, 1.0]).min() > 1.0


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda: static_inoperability(PAIR, [0.1]), LabelError),
        (lambda: static_inoperability(PAIR, [0.1, 1.1]), ParameterError),
        (lambda: static_inoperability(PAIR, [0.1, np.nan]), ParameterError),
        (lambda: dynamic_inoperability(PAIR, [[0.1, -0.1]], [1, 1]), ParameterError),
        (lambda: dynamic_inoperability(PAIR, [[0.1]], [1, 1]), LabelError),
        (lambda: recovering_inoperability(PAIR, [1, 1], [0.1, 2.0], 3), ParameterError),
        (lambda: resilience(PAIR, 0.0), ParameterError),
        (lambda: resilience(PAIR, np.nan), ParameterError),
        (lambda: resilience(PAIR, 3.0, 1.0), ParameterError),
    ],
)
def test_shares_and_times_out_of_range_are_refused(ask, error):
    with pytest.raises(error):
        ask()
