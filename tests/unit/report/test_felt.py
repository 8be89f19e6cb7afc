"""What home feels of a run: losses by day, in all, by cell, and when it is back."""

import numpy as np
import pytest

from chainwright.report.felt import felt_by
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.run_records import Records
from chainwright.system import Home

AT_REST = np.array([100.0, 100.0, 140.0, 115.0, 209.0, 136.0]) / 365.0


def run_of(toy, shares, *, step_days=1.0):
    """Return a run that makes these shares of output at rest: a row a step, a column a node."""
    economy = Economy.of(toy, step_days)
    shares = np.asarray(shares, dtype=np.float64)
    nobody = np.full(economy.n, -1, dtype=np.int32)
    return Records(economy, {"production": shares * economy.x0}, nobody, nobody, "end", "完")


def felt(toy, shares, home="A", **more):
    return felt_by(Home.of(toy.flows, home), run_of(toy, shares, **more), "pooled")


def test_the_loss_of_a_day_is_what_home_does_not_make_of_its_output_at_rest(toy):
    found = felt(toy, [[1, 1, 0, 0, 0, 0], [0.5, 1, 1, 1, 1, 1], [1.2, 1.2, 1, 1, 1, 1]])
    np.testing.assert_allclose(found.loss, [0.0, 0.25, -0.2], atol=1e-12)
    assert found.worst == pytest.approx((0.25, 1.0))
    assert found.lost_at_home == pytest.approx(AT_REST[0] * 0.5 - 0.2 * AT_REST[:2].sum())
    assert found.lost_elsewhere == pytest.approx(AT_REST[2:].sum())
    assert found.share_of_year == pytest.approx(0.05 / 365.0)


def test_losses_in_weeks_and_in_days_are_the_same_share_of_a_year(toy):
    days = felt(toy, [[0.8] * 6] * 14)
    weeks = felt(toy, [[0.8] * 6] * 2, step_days=7.0)
    assert weeks.share_of_year == pytest.approx(days.share_of_year)
    assert weeks.lost_at_home == pytest.approx(days.lost_at_home)
    np.testing.assert_array_equal(weeks.days, [0.0, 7.0])


@pytest.mark.parametrize(
    ("made", "back"),
    [
        ([1.0, 0.96, 0.951, 1.0], 0.0),
        ([1.0, 0.5, 0.97, 1.0], 2.0),
        ([0.5, 0.96, 0.90, 0.96], 3.0),
        ([1.0, 0.9, 0.9, 0.9], float("nan")),
    ],
)
def test_home_is_back_from_the_day_on_which_it_stays_at_95_per_cent(toy, made, back):
    found = felt(toy, [[share] * 6 for share in made])
    assert found.below_until == pytest.approx(back, nan_ok=True)


def test_rounding_is_not_felt_and_a_gain_is(toy):
    assert not felt(toy, np.full((3, 6), 1.0 - 1e-12)).is_felt
    assert felt(toy, [[1.01] * 6]).is_felt
    elsewhere = felt(toy, [[1, 1, 0.2, 1, 1, 1]])
    assert not elsewhere.is_felt
    assert elsewhere.lost_elsewhere > 0.0


def test_losses_by_region_and_sector_are_of_output_at_rest_in_that_time(toy):
    shares = np.ones((10, 6))
    shares[:5, 4] = 0.0
    found = felt(toy, shares)
    cells = found.by_region_and_sector(0.0, 365.0)
    assert list(cells.index) == ["A", "B", "C"]
    assert list(cells.columns) == ["m", "k"]
    assert cells.loc["C", "m"] == pytest.approx(0.5)
    early = found.by_region_and_sector(0.0, 5.0)
    assert early.loc["C", "m"] == pytest.approx(1.0)
    assert found.lost_between(5.0, 10.0) == pytest.approx(np.zeros(6))
    assert cells.drop(index="C").to_numpy() == pytest.approx(np.zeros((2, 2)))


def test_a_home_of_several_regions_is_one(toy):
    found = felt(toy, [[1, 1, 0.5, 1, 1, 1]], home="A+B")
    assert found.loss == pytest.approx([70.0 / 455.0])
