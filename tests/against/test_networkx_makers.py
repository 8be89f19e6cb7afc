"""Dominators of a maker's products beside networkx, where its graph says the same as ours.

networkx knows one kind of step: a node is reached by any of its edges. So it says the same where
every item has at most one component (only ORs, among sources), and where every item has one source
(only ANDs: all that a product reaches dominates it).
"""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from chainwright.diagnose import common_suppliers
from toy_makers import maker, random_maker

pytestmark = pytest.mark.against


def straight(seed):
    """Return a maker whose product is a line of items, each from several sites."""
    rng = np.random.default_rng(seed)
    items = [f"i{k}" for k in range(8)]
    sourcing = [(item, f"{item}s{k}") for item in items for k in range(int(rng.integers(1, 4)))]
    return maker(
        products=["item demand_per_week", (items[0], 1)],
        bill=["parent component quantity", *((a, b, 1) for a, b in pairwise(items))],
        sites=["site", *((site,) for _, site in sourcing)],
        sourcing=["item site", *sourcing],
    )


@pytest.mark.parametrize("seed", range(8))
def test_sites_that_stop_a_line_are_its_dominators(seed):
    system = straight(seed)
    network = system.maker.network
    graph = nx.DiGraph()
    items, sites = network.items.codes, network.sites.codes
    below = {items[j]: items[i] for i, j in zip(*network.bill.nonzero(), strict=True)}
    for item, site in zip(network.node_item.tolist(), network.node_site.tolist(), strict=True):
        graph.add_edge(below.get(items[item], "root"), sites[site])
        graph.add_edge(sites[site], items[item])
    parent = dict(nx.immediate_dominators(graph, "root"))
    at, theirs = items[0], set()
    while at != "root":
        theirs.add(at)
        at = parent[at]
    answer = common_suppliers(system, by="site")
    ours = {code for code, row in zip(answer.groups.codes, answer.products, strict=True) if row[0]}
    assert ours == theirs & set(sites)


@pytest.mark.parametrize("seed", range(8))
def test_where_every_item_has_one_source_all_that_a_product_reaches_stops_it(seed):
    system = random_maker(seed, gaps=False, sources=1, items=20)
    network = system.maker.network
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(network.items)))
    graph.add_edges_from(zip(*(k.tolist() for k in network.bill.nonzero()), strict=True))
    answer = common_suppliers(system, by="site")
    for product in range(answer.products.shape[1]):
        below = nx.ancestors(graph, product) | {product}
        theirs = {
            network.sites.codes[site]
            for item, site in zip(network.node_item, network.node_site, strict=True)
            if int(item) in below
        }
        rows = zip(answer.groups.codes, answer.products, strict=True)
        assert {code for code, row in rows if row[product]} == theirs
