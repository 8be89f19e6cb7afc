"""Outages as they are drawn, and the ranges that they are drawn from."""

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan import OutageModel, Replacement, ReserveCosts
from chainwright.plan.minerals.outage_models import drawn_outages, ramp


def test_lengths_are_drawn_first_then_shares():
    rng = np.random.default_rng(2026)
    length = np.minimum(np.ceil(rng.lognormal(np.log(13), 0.8, 50)), 104)
    share = rng.uniform(0.3, 0.9, 50)
    found = drawn_outages(OutageModel(), 50, 2026)
    assert found.weeks.tolist() == length.tolist()
    assert found.share.tolist() == share.tolist()


def test_the_same_seed_gives_the_same_outages_and_another_others():
    one, again, other = (drawn_outages(OutageModel(), 30, seed) for seed in (4, 4, 5))
    for name in ("weeks", "share", "substitution", "alternates"):
        assert np.array_equal(getattr(one, name), getattr(again, name))
        assert not np.array_equal(getattr(one, name), getattr(other, name))


def test_longer_medians_lengthen_every_outage_of_a_seed():
    short = drawn_outages(OutageModel(median_weeks=5), 500, 1).weeks
    long = drawn_outages(OutageModel(median_weeks=20), 500, 1).weeks
    assert (long >= short).all()
    assert long.max() == 104


def test_half_of_the_outages_are_longer_than_the_median():
    weeks = drawn_outages(OutageModel(median_weeks=30, longest_weeks=520), 20_000, 3).weeks
    assert abs((weeks > 30).mean() - 0.5) < 0.02


def test_without_spread_every_outage_has_the_median_length():
    found = drawn_outages(OutageModel(median_weeks=7, spread=0), 4, 0)
    assert found.weeks.tolist() == [7, 7, 7, 7]


def test_a_ramp_rises_from_its_first_to_its_last_week():
    assert ramp(np.arange(5.0), 1, 3).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert ramp(np.arange(3.0), 1, 1).tolist() == [0.0, 1.0, 1.0]
    both = Replacement().ramps(30)
    assert both.shape == (2, 30)
    assert (np.diff(both, axis=1) >= 0.0).all()
    assert both[:, [6, 8, 16, 26]].tolist() == [[0.0, 0.1, 0.5, 1.0], [0.0, 0.0, 1.0, 1.0]]


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (OutageModel, {"least_share": 0.8, "most_share": 0.5}),
        (OutageModel, {"rate": 1.5}),
        (OutageModel, {"rates": {"CHL": -0.1}}),
        (OutageModel, {"longest_weeks": 0}),
        (Replacement, {"substitution_low": 0.5}),
        (Replacement, {"alternates_from_week": 20}),
        (ReserveCosts, {"holding_low": 0.2}),
        (ReserveCosts, {"penalty_high": 1.0}),
    ],
)
def test_a_range_that_falls_or_a_number_outside_is_refused(make, wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        make(**wrong)


def test_no_draw_is_no_question():
    with pytest.raises(ParameterError, match="draws"):
        drawn_outages(OutageModel(), 0, 0)
