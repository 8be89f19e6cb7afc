"""The structure of a maker's chain beside plain recursion and brute force."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.diagnose import common_suppliers, single_sources
from chainwright.diagnose.maker.bill_sweeps import hanging
from chainwright.diagnose.maker.bill_tiers import bill_tiers
from chainwright.diagnose.maker.node_groups import GROUPINGS, node_groups
from chainwright.diagnose.maker.share_bounds import concentration_bounds
from chainwright.diagnose.maker.sole_sources import stops
from toy_makers import random_maker

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=25)


def components(network):
    dense = network.bill.toarray() > 0
    return [np.flatnonzero(dense[:, item]).tolist() for item in range(len(network.items))]


def cannot_be_made(network, down):
    """Return the items that a fixpoint over nodes says cannot be made, `down` being gone."""
    needs = components(network)
    nodes = range(len(network.node_item))
    made = set(range(len(network.items)))
    while True:
        works = {
            int(network.node_item[node])
            for node in nodes
            if node not in down and all(c in made for c in needs[network.node_item[node]])
        }
        if works == made:
            return set(range(len(network.items))) - made
        made &= works


@FEW
@given(SEEDS, st.sampled_from(GROUPINGS))
def test_what_stops_with_each_group_is_the_fixpoint_over_nodes(seed, by):
    system = random_maker(seed)
    network = system.maker.network
    groups = node_groups(system.maker, by)
    found = stops(network, groups)
    for group in range(len(groups.codes)):
        down = set(np.flatnonzero(groups.of_node == group).tolist())
        truth = cannot_be_made(network, down)
        column = np.flatnonzero(found.columns == group)
        ours = set(np.flatnonzero(found.stopped[:, column].any(axis=1)).tolist())
        assert ours == truth
        unknown = set(np.flatnonzero((groups.of_node < 0) & network.given).tolist())
        most = set(np.flatnonzero(found.at_most[:, column].any(axis=1)).tolist())
        assert truth <= most <= cannot_be_made(network, down | unknown)


@FEW
@given(SEEDS)
def test_a_hidden_source_is_proved_by_its_path(seed):
    system = random_maker(seed)
    network = system.maker.network
    needs = components(network)
    answer = common_suppliers(system)
    place = {code: i for i, code in enumerate(network.items.codes)}
    table = answer.hidden_table()
    for row in table.itertuples():
        way = [place[code] for code in row.path.split(" < ")]
        assert way[0] == place[row.hidden_item]
        assert all(low in needs[high] for high, low in pairwise(way))
        who = network.suppliers.place[row.group]
        last = (network.node_item == way[-1]) & network.given
        assert (network.node_supplier[last] == who).all()
        assert not network.own[last].any()
        first = (network.node_item == way[0]) & network.given
        assert len(set(network.node_supplier[first].tolist())) >= 2
        assert row.steps == len(way) - 1 >= 1
    pairs = set(zip(table["hidden_item"], table["group"], strict=True))
    for code, who in network.suppliers.place.items():
        lost = cannot_be_made(network, set(np.flatnonzero(network.node_supplier == who).tolist()))
        for item in lost:
            of = (network.node_item == item) & network.given
            if len(set(network.node_supplier[of].tolist())) >= 2:
                assert (network.items.codes[item], code) in pairs


@FEW
@given(SEEDS)
def test_products_that_hang_on_an_item_and_its_tiers_are_those_of_plain_recursion(seed):
    system = random_maker(seed)
    network = system.maker.network
    products = len(system.maker.tables["products"])
    needs = components(network)
    depths = {item: set() for item in range(len(network.items))}

    def walk(item, steps):
        depths[item].add(steps)
        for component in needs[item]:
            walk(component, steps + 1)

    truth = np.zeros((len(network.items), products), dtype=bool)
    for one in range(products):
        before = {item: set(d) for item, d in depths.items()}
        depths.update({item: set() for item in depths})
        walk(one, 0)
        for item, steps in depths.items():
            truth[item, one] = bool(steps)
            steps.update(before[item])
    np.testing.assert_array_equal(hanging(network, products), truth)
    low, high = bill_tiers(network, products)
    for item, found in depths.items():
        assert (low[item], high[item]) == (min(found), max(found)) if found else np.isnan(low[item])


def index_of(groups, shares):
    sums = {}
    for group, share in zip(groups, shares, strict=True):
        sums[group] = sums.get(group, 0.0) + share
    return sum(s**2 for s in sums.values())


def corners(network, groups, item):
    """Return the index of every corner: unknown groups anywhere, all of the rest at one node."""
    nodes = np.flatnonzero((network.node_item == item) & network.given)
    share = network.share[nodes]
    known = np.isfinite(share)
    rest = max(0.0, 1.0 - share[known].sum())
    held = np.where(known, share, 0.0) / (1.0 if (~known).any() else share.sum())
    named = groups.of_node[nodes]
    choices = [
        [g] if g >= 0 else [*range(len(groups.codes)), *(1000 + k for k in range(len(nodes)))]
        for g in named.tolist()
    ]
    for where in product(*choices):
        for target in np.flatnonzero(~known) if (~known).any() else [0]:
            yield index_of(
                where, held + (np.arange(len(nodes)) == target) * (rest * (~known).any())
            )


@FEW
@given(SEEDS, st.sampled_from(["supplier", "place"]))
def test_the_most_that_concentration_can_be_is_a_corner_and_the_least_is_below_all(seed, by):
    system = random_maker(seed, items=7, sources=3)
    network, groups = system.maker.network, node_groups(system.maker, by)
    bounds = concentration_bounds(network, groups)
    for item in range(len(network.items)):
        if not network.sources_of[item]:
            assert np.isnan(bounds.high[item])
            continue
        tried = list(corners(network, groups, item))
        assert bounds.high[item] == pytest.approx(min(max(tried), 1.0), abs=1e-9)
        assert bounds.low[item] <= min(tried) + 1e-9
        assert 0.0 <= bounds.low[item] <= bounds.high[item] <= 1.0


@FEW
@given(SEEDS, st.integers(0, 10**6))
def test_the_least_that_concentration_can_be_is_reached_by_no_draw_and_nearly_by_some(seed, draw):
    system = random_maker(seed, items=7)
    network, groups = system.maker.network, node_groups(system.maker, "supplier")
    bounds = concentration_bounds(network, groups)
    rng = np.random.default_rng(draw)
    for item in range(len(network.items)):
        nodes = np.flatnonzero((network.node_item == item) & network.given)
        unknown = np.flatnonzero(~np.isfinite(network.share[nodes]))
        if not len(unknown):
            continue
        held = np.nan_to_num(network.share[nodes])
        rest = max(0.0, 1.0 - held.sum())
        best = np.inf
        for _ in range(200):
            parts = held.copy()
            parts[unknown] = rng.dirichlet(np.ones(len(unknown))) * rest
            best = min(best, index_of(groups.of_node[nodes].tolist(), parts))
        assert bounds.low[item] <= best + 1e-12
        assert bounds.low[item] >= best - 0.15


@FEW
@given(SEEDS)
def test_flags_of_single_sources_are_those_of_counting_by_hand(seed):
    system = random_maker(seed)
    network, maker = system.maker.network, system.maker
    table = single_sources(system).table().set_index("item")
    places = dict(zip(maker.tables["sites"]["site"], maker.tables["sites"]["place"], strict=True))
    for item, rows in maker.tables["sourcing"].groupby("item"):
        whose = {s or "home" for s in rows["supplier"]}
        assert table.loc[item, "single_supplier"] == (len(whose) == 1)
        known = {places[s] for s in rows["site"] if s} - {""}
        silent = [s for s in rows["site"] if not s or not places[s]]
        flag = table.loc[item, "single_place"]
        if len(known) > 1:
            assert flag == False  # noqa: E712 - not missing
        elif not silent or (len(rows) == 1 and rows["site"].iloc[0]):
            assert flag == True  # noqa: E712
        else:
            assert flag is not True
            assert np.isnan(flag) if isinstance(flag, float) else str(flag) == "<NA>"
    without = set(network.items.codes) - set(maker.tables["sourcing"]["item"])
    assert (table.loc[sorted(without), "finding"] == "no source known").all()
