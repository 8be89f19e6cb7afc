"""The programme of events against the general one of periods, and against plain enumeration."""

import numpy as np
import pytest

from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.plan.events.event_periods import EventPeriods
from random_makers import drawn


def an_event(seed, **kind):
    """Return a random maker, its programme, and sites that come back one after another."""
    network = drawn(seed, **kind).maker.network
    rng = np.random.default_rng(1000 + seed)
    ends = np.cumsum(rng.integers(1, 4, size=rng.integers(1, 5))).astype(float)
    sites = np.ones((len(ends), len(network.sites)))
    for s in range(len(network.sites)):
        if rng.random() < 0.6:
            back = rng.integers(0, len(ends))
            sites[: back + 1, s] = rng.choice([0.0, 0.0, 0.5, 0.9])
    at = network.node_site
    working = np.where(at >= 0, sites[:, at], 1.0)
    programme = OutageProgramme(network, weight="price")
    return programme, ends, working, sites


@pytest.mark.parametrize("seed", [*range(12), 122, 132])
def test_the_least_loss_is_that_of_the_general_programme_of_periods(seed):
    programme, ends, working, sites = an_event(seed)
    stock = programme.network.pooled_stock
    found = EventPeriods(programme, ends, working, sites, stock)
    whole = programme.plan(np.diff(ends, prepend=0.0), working.T)
    scale = programme.weights @ programme.network.demand * ends[-1]
    assert found.loss() == pytest.approx(whole.loss.sum(), abs=1e-7 * scale)
    assert found.plan().loss == pytest.approx(whole.loss.sum(), abs=1e-6 * scale)


@pytest.mark.parametrize("seed", range(6))
def test_chains_without_shared_sites_agree_as_well(seed):
    programme, ends, working, sites = an_event(seed, sharing=0.0, parts=14, products=3)
    found = EventPeriods(programme, ends, working, sites, programme.network.pooled_stock)
    whole = programme.plan(np.diff(ends, prepend=0.0), working.T)
    scale = programme.weights @ programme.network.demand * ends[-1]
    assert found.loss() == pytest.approx(whole.loss.sum(), abs=1e-7 * scale)


@pytest.mark.parametrize("seed", range(10))
def test_the_time_without_loss_is_the_longest_event_that_loses_nothing(seed):
    programme, ends, working, sites = an_event(seed)
    stock = programme.network.pooled_stock
    weeks = EventPeriods(programme, ends, working, sites, stock).weeks_without_loss()
    scale = programme.weights @ programme.network.demand

    def lost_until(end):
        count = int(np.searchsorted(ends, end)) + 1
        cut = np.append(ends[: count - 1], end)
        return programme.plan(np.diff(cut, prepend=0.0), working[:count].T).loss.sum()

    if np.isfinite(weeks):
        assert weeks < ends[-1] or lost_until(ends[-1]) <= 1e-6 * scale
        assert weeks <= 1e-9 or lost_until(weeks * (1 - 1e-6)) <= 1e-6 * scale * ends[-1]
        later = min(weeks + 0.05 * ends[-1], ends[-1])
        assert lost_until(later) > 0.0 or later == ends[-1]
    else:
        assert lost_until(ends[-1]) <= 1e-6 * scale * ends[-1]


@pytest.mark.parametrize("seed", range(14))
def test_no_plan_uses_more_than_there_is(seed):
    programme, ends, working, sites = an_event(seed)
    network = programme.network
    periods = EventPeriods(programme, ends, working, sites, network.pooled_stock)
    plan = periods.plan()
    lengths = np.diff(ends, prepend=0.0)
    sold = network.demand * lengths[:, None] - plan.lost
    assert (plan.lost >= 0.0).all()
    assert (plan.lost <= network.demand * lengths[:, None] * (1 + 1e-9)).all()
    kept = plan.found.items & (network.requirement > 0.0)
    used = (network.bill @ plan.made_items.T).T + sold
    left = network.pooled_stock + (plan.made_items - used).cumsum(axis=0)
    unit = network.requirement * ends[-1] + 1e-9
    assert (left[:, kept] >= -1e-6 * unit[kept]).all()
    can = np.where(np.isfinite(periods.capacity), periods.capacity, np.inf)
    assert (plan.made <= can * (1 + 1e-7) + 1e-7).all()
    at = network.node_site
    limits = np.where(np.isnan(network.site_capacity), np.inf, network.site_capacity)
    for t, length in enumerate(lengths):
        there = np.bincount(at[at >= 0], plan.made[t][at >= 0], minlength=len(limits))
        given = np.isfinite(limits)
        room = limits[given] * sites[t][given] * length
        assert (there[given] <= room * (1 + 1e-6) + 1e-6).all()
    of_nodes = np.array([np.bincount(network.node_item, r, minlength=len(unit)) for r in plan.made])
    short = plan.found.pressed
    np.testing.assert_allclose(
        of_nodes[:, short], plan.made_items[:, short], atol=1e-6 * unit.max(), rtol=1e-6
    )


def test_shares_that_fall_and_ends_that_do_not_rise_are_refused():
    programme, _, working, sites = an_event(3)
    stock = programme.network.pooled_stock
    falling = np.vstack([np.ones(working.shape[1]), np.zeros(working.shape[1])])
    both = np.ones((2, sites.shape[1]))
    with pytest.raises(ValueError, match="shares that never fall"):
        EventPeriods(programme, np.array([1.0, 2.0]), falling, both, stock)
    with pytest.raises(ValueError, match="rising weeks above 0"):
        EventPeriods(programme, np.array([2.0, 2.0]), np.ones_like(falling), both, stock)
