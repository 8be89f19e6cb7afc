"""Tiers of a maker's chain: deliveries between an item or a site and the maker."""

import numpy as np
import pytest

from chainwright.report.maker.chain_tiers import item_tiers, site_tiers
from toy_makers import maker, random_maker, two_products


def tiers(system):
    network = system.maker.network
    return dict(zip(network.items.codes, item_tiers(network).tolist(), strict=True))


def made_in_house():
    """Return F from the maker's own body B; part a goes into B, part b into a, c nowhere."""
    return maker(
        products=["item demand_per_week", ("F", 10)],
        parts=["item", "B", "a", "b", "c"],
        bill=["parent component quantity", ("F", "B", 1), ("B", "a", 2), ("a", "b", 1)],
        suppliers=["supplier name", ("S", "Sigma")],
        sites=["site supplier", ("own", ""), ("near", "S"), ("far", "S"), ("idle", "S")],
        sourcing=[
            "item supplier site",
            ("F", "", "own"),
            ("B", "", "own"),
            ("a", "S", "near"),
            ("b", "S", "far"),
            ("c", "S", "idle"),
        ],
    )


def test_what_the_maker_makes_itself_adds_no_tier():
    assert tiers(made_in_house()) == {"F": 0, "B": 0, "a": 1, "b": 2, "c": -1}


def test_a_site_stands_at_the_nearest_of_its_items():
    network = made_in_house().maker.network
    found = dict(zip(network.sites.codes, site_tiers(network).tolist(), strict=True))
    assert found == {"own": 0, "near": 1, "far": 2, "idle": -1}


def test_a_part_used_at_two_depths_counts_at_the_nearer():
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        parts=["item", "a", "b"],
        bill=["parent component quantity", ("F", "a", 1), ("a", "b", 1), ("F", "b", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", ("a", "S"), ("b", "S")],
    )
    assert tiers(system) == {"F": 0, "a": 1, "b": 1}


def test_an_item_without_a_source_is_bought_from_somebody():
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "x", 1)],
        sites=["site", ("P",)],
        sourcing=["item site", ("F", "P")],
    )
    assert tiers(system)["x"] == 1


def test_the_hand_worked_case_has_one_tier():
    assert tiers(two_products()) == {"F1": 0, "F2": 0, "a": 1, "b": 1}


def walked(network):
    """Return the tiers by walking down from each product, one step at a time."""
    own = set(network.node_item[network.own].tolist())
    bill = network.bill.toarray()
    best = dict.fromkeys(np.flatnonzero(network.demand > 0.0).tolist(), 0)
    queue = list(best)
    while queue:
        parent = queue.pop(0)
        for child in np.flatnonzero(bill[:, parent]).tolist():
            tier = best[parent] + (child not in own)
            if tier < best.get(child, 10**6):
                best[child] = tier
                queue.append(child)
    return [best.get(i, -1) for i in range(len(network.items))]


@pytest.mark.parametrize("seed", range(25))
def test_tiers_are_those_of_a_walk_down_the_bill(seed):
    network = random_maker(seed).maker.network
    assert item_tiers(network).tolist() == walked(network)
    of_site = site_tiers(network)
    for s in range(len(network.sites)):
        nodes = np.flatnonzero(network.node_site == s)
        near = [t for t in item_tiers(network)[network.node_item[nodes]] if t >= 0]
        assert of_site[s] == (min(near) if near else -1)
