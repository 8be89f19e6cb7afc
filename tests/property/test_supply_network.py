"""Laws of a maker's chain as arrays, beside plain recursion over the bill."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from toy_makers import random_maker

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=25)


def parents_of(network):
    dense = network.bill.toarray()
    return {
        item: [(int(j), dense[item, j]) for j in np.flatnonzero(dense[item])]
        for item in range(len(network.items))
    }


@FEW
@given(SEEDS)
def test_the_requirement_is_demand_and_what_all_parents_need(seed):
    network = random_maker(seed).maker.network
    parents, known = parents_of(network), {}

    def need(item):
        if item not in known:
            known[item] = network.demand[item] + sum(q * need(j) for j, q in parents[item])
        return known[item]

    truth = [need(item) for item in range(len(network.items))]
    np.testing.assert_allclose(network.requirement, truth, rtol=1e-9, atol=1e-12)


@FEW
@given(SEEDS)
def test_reach_is_the_sum_over_all_ways_up_of_the_product_of_quantities(seed):
    network = random_maker(seed).maker.network
    parents, n = parents_of(network), len(network.items)

    def ways(item, goal):
        return float(item == goal) + sum(q * ways(j, goal) for j, q in parents[item])

    truth = [[ways(i, j) for j in range(n)] for i in range(n)]
    np.testing.assert_allclose(network.reach.toarray(), truth, rtol=1e-12)
    np.testing.assert_allclose(network.reach @ network.demand, network.requirement, rtol=1e-9)


@FEW
@given(SEEDS)
def test_the_plan_of_all_nodes_of_an_item_makes_its_requirement(seed):
    network = random_maker(seed).maker.network
    made = np.bincount(network.node_item, network.planned, minlength=len(network.items))
    known = np.isfinite(network.share)
    n = len(network.items)
    shares = np.bincount(network.node_item, np.where(known, network.share, 0.0), minlength=n)
    full = np.bincount(network.node_item, ~known, minlength=n) > 0
    expected = network.requirement * np.where(full, 1.0, shares)
    np.testing.assert_allclose(made, expected, rtol=1e-9, atol=1e-12)
    assert (network.planned >= -1e-12).all()


@FEW
@given(SEEDS)
def test_shares_that_are_not_known_divide_the_rest_equally(seed):
    network = random_maker(seed).maker.network
    for item in range(len(network.items)):
        nodes = np.flatnonzero(network.node_item == item)
        silent = nodes[~np.isfinite(network.share[nodes])]
        if len(silent):
            rest = 1.0 - np.nansum(network.share[nodes])
            each = rest / len(silent) * network.requirement[item]
            np.testing.assert_allclose(network.planned[silent], each, rtol=1e-9, atol=1e-12)


@FEW
@given(SEEDS)
def test_every_item_has_a_node_and_items_without_a_source_have_one_that_is_a_gap(seed):
    network = random_maker(seed).maker.network
    n = len(network.items)
    assert (np.bincount(network.node_item, minlength=n) >= 1).all()
    gaps = np.flatnonzero(network.sources_of == 0)
    assert sorted(network.node_item[~network.given].tolist()) == gaps.tolist()
    assert (network.node_site[~network.given] == -1).all()
    assert not network.own[~network.given].any()
    assert len(set(network.nodes.codes)) == len(network.nodes.codes)
