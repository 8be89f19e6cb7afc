"""Reach and dominators beside networkx, which is slow and has no loops over all goals at once."""

import networkx as nx
import numpy as np
import pytest

from chainwright.diagnose.chain_maps.graph import Links, dominators, layers, reach

pytestmark = pytest.mark.against


def graph(n, m, seed, *, loops):
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, n, (m, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    if not loops:
        pairs = np.sort(pairs, axis=1)
    pairs = np.unique(pairs, axis=0).astype(np.int32)
    theirs = nx.DiGraph()
    theirs.add_nodes_from(range(n))
    theirs.add_edges_from(map(tuple, pairs.tolist()))
    return Links(n, pairs[:, 0], pairs[:, 1]), theirs


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("loops", [False, True])
def test_reach_is_that_of_networkx(seed, loops):
    links, theirs = graph(60, 90, seed, loops=loops)
    ours = reach(links, np.arange(60, dtype=np.int32))
    for node in range(60):
        assert set(np.flatnonzero(ours[node])) == nx.descendants(theirs, node) | {node}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("loops", [False, True])
def test_dominators_are_those_of_networkx(seed, loops):
    links, theirs = graph(60, 80, seed, loops=loops)
    inner = nx.condensation(theirs)
    for part in inner:
        if inner.in_degree(part) == 0:  # resources, and loops that nothing feeds
            theirs.add_edges_from(("root", node) for node in inner.nodes[part]["members"])
    above = nx.immediate_dominators(theirs, "root")
    ours = dominators(links)
    for node in range(60):
        chain, at = {node}, node
        while above.get(at) not in {None, "root", at}:
            at = above[at]
            chain.add(at)
        assert set(np.flatnonzero(ours[node])) == chain


@pytest.mark.parametrize("seed", range(4))
def test_layers_are_the_longest_paths_of_networkx(seed):
    links, theirs = graph(60, 100, seed, loops=False)
    for layer, nodes in enumerate(nx.topological_generations(theirs)):
        assert (layers(links)[list(nodes)] == layer).all()
