"""The gap of one outage: the figures that were worked by hand."""

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan import Replacement, reserve_gap

CASE = {"use": 100.0, "imports": 90.0, "out": 0.6, "home_production": 5.0, "recycling": 5.0}
SAVING = {"substitution": 0.2, "alternates": 0.1}


@pytest.mark.parametrize(
    ("weeks", "reserve", "cover", "plain"),
    [(13, 668.5, 6.7, 702.0), (26, 1079.0, 10.8, 1404.0), (52, 1703.0, 17.0, 2808.0)],
)
def test_the_reserve_of_the_case_is_the_one_worked_by_hand(weeks, reserve, cover, plain):
    found = reserve_gap(**CASE, **SAVING, weeks=weeks)
    assert found.gap[0] == pytest.approx(54.0)
    assert found.reserve == pytest.approx(reserve)
    assert round(found.weeks_of_use, 1) == cover
    assert found.weeks_of_imports == pytest.approx(reserve / 90.0)
    assert reserve_gap(**CASE, weeks=weeks).reserve == pytest.approx(plain)


def test_the_steady_gap_of_the_case_is_24():
    assert reserve_gap(**CASE, **SAVING, weeks=52).gap[26:] == pytest.approx(24.0)


def test_the_reserve_is_the_largest_cumulated_need_less_supply():
    found = reserve_gap(**CASE, substitution=0.9, weeks=52)
    week = np.arange(52)
    needed = 100 * (1 - 0.9 * np.clip((week - 6) / 20, 0, 1))
    supplied = 5 + 5 + 90 * 0.4
    assert found.gap[-1] == 0.0
    assert found.reserve == pytest.approx(np.cumsum(needed - supplied).max())


def test_ramps_of_ones_own_begin_and_end_when_they_say():
    ramps = Replacement(substitution_from_week=2, substitution_to_week=2)
    found = reserve_gap(**CASE, substitution=0.2, weeks=4, ramps=ramps)
    assert found.gap.tolist() == pytest.approx([54.0, 54.0, 34.0, 34.0])


def test_without_imports_nothing_fails():
    found = reserve_gap(10.0, 0.0, out=1.0, weeks=5, home_production=10.0)
    assert found.reserve == 0.0
    assert np.isnan(found.weeks_of_imports)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"use": 0.0}, "use"),
        ({"imports": -1.0}, "imports"),
        ({"imports": np.inf}, "imports"),
        ({"recycling": -1.0}, "recycling"),
        ({"out": 1.5}, "out"),
        ({"substitution": -0.1}, "substitution"),
        ({"alternates": 2.0}, "alternates"),
        ({"weeks": 0}, "weeks"),
    ],
)
def test_what_is_no_amount_share_or_week_is_refused_by_name(wrong, word):
    with pytest.raises(ParameterError, match=f"'{word}'"):
        reserve_gap(**{**CASE, "weeks": 3, **wrong})
