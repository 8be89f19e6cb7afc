"""Quantiles of needs and their intervals."""

import numpy as np
import pytest
from scipy.stats import t

from chainwright.plan.minerals.mineral_needs import economic_level
from chainwright.plan.minerals.need_quantiles import batch_interval, need_quantiles
from mineral_worlds import plain_quantile

RNG = np.random.default_rng(8)


@pytest.mark.parametrize("level", [0.01, 0.3, 0.5, 0.9, 1.0])
def test_of_one_supplier_it_is_the_plain_quantile(level):
    needs = RNG.gamma(2.0, 3.0, (1, 37))
    found = need_quantiles(needs, np.array([0.3]), np.array([level]))[0]
    assert found == plain_quantile(needs[0].tolist(), level)


def test_a_supplier_that_fails_more_often_counts_more():
    needs = np.array([[1.0, 1.0], [5.0, 5.0]])
    levels = np.array([0.7])
    assert need_quantiles(needs, np.array([3.0, 1.0]), levels)[0] == 1.0
    assert need_quantiles(needs, np.array([1.0, 3.0]), levels)[0] == 5.0


def test_the_least_amount_covers_the_share_and_nothing_less_does():
    needs, weights = RNG.exponential(1.0, (4, 50)), RNG.random(4)
    each = np.repeat(weights / weights.sum() / 50, 50)
    for level in (0.2, 0.77, 0.95):
        found = need_quantiles(needs, weights, np.array([level]))[0]
        assert each[(needs <= found).ravel()].sum() >= level - 1e-9
        assert each[(needs < found).ravel()].sum() < level


def test_nothing_is_held_where_nothing_fails_or_nothing_is_to_be_covered():
    needs = np.ones((2, 3))
    assert need_quantiles(needs, np.zeros(2), np.array([0.9])).tolist() == [0.0]
    assert need_quantiles(needs, np.ones(2), np.array([0.0, -2.0])).tolist() == [0.0, 0.0]
    assert need_quantiles(np.zeros((0, 3)), np.zeros(0), np.array([0.9])).tolist() == [0.0]


def test_the_interval_is_that_of_batch_means():
    needs = RNG.exponential(1.0, 1000)
    each = [plain_quantile(part, 0.9) for part in needs.reshape(20, 50).tolist()]
    half = t.ppf(0.975, 19) * np.std(each, ddof=1) / np.sqrt(20)
    middle = plain_quantile(needs.tolist(), 0.9)
    assert batch_interval(needs, 0.9) == pytest.approx((middle - half, middle + half))


def test_an_interval_narrows_with_draws_and_is_told_only_with_enough():
    needs = RNG.exponential(1.0, 40_000)
    wide, narrow = batch_interval(needs[:400], 0.8), batch_interval(needs, 0.8)
    assert narrow[1] - narrow[0] < 0.3 * (wide[1] - wide[0])
    assert narrow[0] < -np.log(0.2) < narrow[1]
    assert np.isnan(batch_interval(needs[:39], 0.8)).all()


def test_the_economic_level_rises_with_rate_and_penalty_and_is_never_negative():
    assert economic_level(0.08, 0.06, 5.0) == pytest.approx(0.85)
    assert economic_level(0.0, 0.06, 5.0) == 0.0
    assert economic_level(0.001, 0.06, 5.0) == 0.0
    levels = [economic_level(rate, 0.06, 5.0) for rate in (0.02, 0.05, 0.2, 1.0)]
    assert levels == sorted(levels)
