"""Time to survive and impact against a plain formulation that is solved by another route."""

import numpy as np
import pytest

from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.stock_left import stock_left
from chainwright.diagnose.maker.weekly_outage import WeeklyOutage
from outage_twin import plain, plain_weekly
from random_makers import drawn

SEEDS = range(16)


def outages(network, seed, count=3):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        down = np.zeros(len(network.nodes), dtype=bool)
        down[rng.choice(len(network.nodes), size=rng.integers(0, 4), replace=False)] = True
        yield down, float(rng.choice([1.0, 3.0, 7.5, 20.0]))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("stock_at_node", ["usable", "lost"])
def test_time_to_survive_and_impact_are_those_of_the_plain_programme(seed, stock_at_node):
    network = drawn(seed).maker.network
    programme = OutageProgramme(network, stock_at_node=stock_at_node)
    for down, weeks in outages(network, seed):
        places = set(np.flatnonzero(down))
        stock = stock_left(network, down, stock_at_node)
        found = programme.time_to_survive(down)
        theirs = plain(network, places, stock=stock)
        assert found == pytest.approx(theirs, rel=1e-6, abs=1e-6)
        least = plain(network, places, weeks=weeks, weight=programme.weights, stock=stock)
        impact = programme.impact(down, weeks)
        assert impact.loss == pytest.approx(least, rel=1e-6, abs=1e-5)
        assert programme.weights @ impact.lost == pytest.approx(least, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_of_periods_without_a_change_loses_what_the_sum_over_time_does(seed):
    network = drawn(seed, sharing=0.8).maker.network
    programme = OutageProgramme(network, weight="price")
    for down, weeks in outages(network, seed, count=2):
        working = np.repeat(~down[:, None], 3, axis=1).astype(float)
        plan = programme.plan([0.2 * weeks, 0.5 * weeks, 0.3 * weeks], working)
        least = plain(network, set(np.flatnonzero(down)), weeks=weeks, weight=programme.weights)
        assert plan.loss.sum() == pytest.approx(least, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_week_by_week_is_the_plain_programme_of_weeks(seed):
    network = drawn(seed, far=seed % 4).maker.network
    programme = OutageProgramme(network)
    for down, weeks in outages(network, seed, count=1):
        outage, length = WeeklyOutage(programme, down), int(np.ceil(weeks / 4))
        least = plain_weekly(
            network,
            set(np.flatnonzero(down)),
            length,
            length + outage.settling,
            weight=programme.weights,
        )
        assert outage.impact(length).loss.sum() == pytest.approx(least, rel=1e-6, abs=1e-5)
