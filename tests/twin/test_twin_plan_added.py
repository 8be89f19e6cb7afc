"""Plans of periods with added sources against one plain linear programme of all items."""

import numpy as np
import pytest

from chainwright.diagnose import OutageProgramme
from chainwright.diagnose.maker.outage_plan import AddedSources
from outage_twin import Plain, capacities
from random_makers import drawn

SEEDS = range(14)


def plainly(network, weight, lengths, working, added):
    """Return the least loss in all, with every node, item and period written out."""
    held, able = Plain(), capacities(network)
    bill = network.bill.toarray()
    count, periods = len(network.items), len(lengths)
    placed = network.node_site
    for p in range(periods):
        for n, most in enumerate(able):
            share = working[n, p]
            if share == 0.0 or np.isfinite(most):
                held.row({held.var("u", n, p): 1.0}, high=most * share * lengths[p] if share else 0)
            else:
                held.var("u", n, p)
        for m in range(len(added.item)):
            held.row({held.var("v", m, p): 1.0}, high=added.capacity[m, p] * lengths[p])
        for a in range(len(network.sites)):
            here = np.flatnonzero(placed == a)
            if len(here) and np.isfinite(network.site_capacity[a]):
                open_share = working[here, p].max()
                used = {held.var("u", n, p): 1.0 for n in here}
                held.row(used, high=network.site_capacity[a] * open_share * lengths[p])
        for k in range(count):
            held.row({held.var("l", k, p): 1.0}, high=network.demand[k] * lengths[p])
            balance = {}

            def put(entry, number, balance=balance):
                balance[entry] = balance.get(entry, 0.0) + number

            for until in range(p + 1):  # all that is used so far is there by now
                for n in range(len(able)):
                    item = network.node_item[n]
                    put(held.var("u", n, until), bill[k, item] - (item == k))
                for m, item in enumerate(added.item):
                    put(held.var("v", m, until), bill[k, item] - (item == k))
                put(held.var("l", k, until), -1.0)
            wanted = network.demand[k] * sum(lengths[: p + 1])
            held.row(balance, high=network.pooled_stock[k] - wanted)
    return held.least(lambda kind, *rest: weight[rest[0]] if kind == "l" else 0.0)


def case(seed):
    rng = np.random.default_rng(1000 + seed)
    network = drawn(seed).maker.network
    periods = int(rng.integers(1, 4))
    lengths = rng.integers(1, 9, periods).astype(float)
    working = rng.choice([0.0, 0.5, 1.0], (len(network.nodes), periods), p=[0.3, 0.1, 0.6])
    count = int(rng.integers(1, 4))
    item = rng.choice(len(network.items), count, replace=False)
    need = np.maximum(network.requirement[item], 1.0)[:, None]
    capacity = need * rng.uniform(0.2, 1.5, (count, periods))
    late = rng.integers(0, periods + 1, count)
    capacity[np.arange(periods)[None, :] < late[:, None]] = 0.0
    return network, lengths, working, AddedSources(item, capacity)


@pytest.fixture(scope="module", params=SEEDS)
def solved(request):
    network, lengths, working, added = case(request.param)
    programme = OutageProgramme(network, weight="output")
    return (
        network,
        added,
        programme,
        lengths,
        working,
        programme.plan(lengths, working, added=added),
    )


def test_the_least_loss_is_that_of_the_plain_programme(solved):
    network, added, programme, lengths, working, plan = solved
    wanted = plainly(network, programme.weights, lengths, working, added)
    assert plan.loss.sum() == pytest.approx(wanted, rel=1e-6, abs=1e-5)


def test_without_the_added_sources_no_less_is_lost(solved):
    network, added, programme, lengths, working, plan = solved
    none = AddedSources(added.item, np.zeros(added.capacity.shape))
    bare = programme.plan(lengths, working)
    assert bare.loss.sum() >= plan.loss.sum() - 1e-6
    idle = programme.plan(lengths, working, added=none)
    assert idle.loss.sum() == pytest.approx(bare.loss.sum(), rel=1e-7, abs=1e-6)
    assert not idle.added.any()
    wanted = plainly(network, programme.weights, lengths, working, none)
    assert bare.loss.sum() == pytest.approx(wanted, rel=1e-6, abs=1e-5)


def test_the_plan_itself_can_be_carried_out(solved):
    network, added, _, lengths, working, plan = solved
    tiny = 1e-6 * (1.0 + network.requirement.max() * lengths.sum())
    assert (plan.added <= added.capacity * lengths + tiny).all()
    assert (plan.made[working == 0.0] <= tiny).all()
    made = np.zeros(plan.lost.shape)
    np.add.at(made, network.node_item, plan.made)
    np.add.at(made, added.item, plan.added)
    held = network.pooled_stock[:, None] + np.cumsum(made - network.bill @ made - plan.sold, axis=1)
    np.testing.assert_allclose(plan.held, held, atol=tiny)
    assert (held >= -tiny).all()
    np.testing.assert_allclose(plan.sold + plan.lost, network.demand[:, None] * lengths, atol=tiny)
    assert (plan.lost >= -tiny).all()


def test_one_more_unit_a_week_of_an_added_source_avoids_what_its_value_says(solved):
    _, added, programme, lengths, working, plan = solved
    more = AddedSources(added.item, added.capacity + 0.01 * (added.capacity > 0.0))
    less = programme.plan(lengths, working, added=more).loss.sum()
    gained = plan.loss.sum() - less
    promised = 0.01 * (plan.added_value * (added.capacity > 0.0)).sum()
    assert gained <= promised + 1e-5  # losses are convex in capacity
    assert gained >= -1e-6
    assert (plan.added_value >= -1e-9).all()
