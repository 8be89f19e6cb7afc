"""The search of supply paths, against every path written out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.accounts import paths
from chainwright.errors import InfeasibleError, ParameterError, UnknownCodeError
from chainwright.tables import schema
from worlds import dense, world


def all_paths(system, root, s, longest):
    """Return the contribution of every path up to a length, by its nodes from the root."""
    shares, _, _, _ = dense(system)
    start = system.flows.nodes.find(root)
    tier = {(start,): float(system.flows.demand[start])}
    found = dict(tier)
    for _ in range(longest - 1):
        tier = {
            (*path, i): shares[i, path[-1]] * w
            for path, w in tier.items()
            for i in np.flatnonzero(shares[:, path[-1]])
        }
        found |= tier
    return {path: s[path[-1]] * w for path, w in found.items()}


def nodes_of(found, path):
    """Return the nodes of a visited path from the root to its first supplier."""
    nodes = []
    while path >= 0:
        nodes.append(int(found.node[path]))
        path = found.parent[path]
    return tuple(reversed(nodes))


@pytest.mark.parametrize("threshold", [0.05, 0.01, 0.002])
def test_every_path_that_carries_the_threshold_is_found_and_no_other(threshold):
    system = world(1, regions=2, sectors=3)
    _, _, _, value = dense(system)
    found = paths(system, root="R0:s1", threshold=threshold, longest=5)
    every = all_paths(system, "R0:s1", value, 5)
    wanted = {p: c for p, c in every.items() if c >= threshold * found.gross}
    shown = {nodes_of(found, i): found.contribution[i] for i in np.flatnonzero(found.large)}
    assert shown.keys() == wanted.keys()
    for path, carried in wanted.items():
        assert shown[path] == pytest.approx(carried, rel=1e-12)


@pytest.mark.parametrize("of", ["value_added", "CO2", "output"])
def test_visited_and_cut_paths_make_the_total(of):
    system = world(2, regions=3, sectors=3)
    _, inverse, x, value = dense(system)
    s = {
        "value_added": value,
        "CO2": system.flows.stressors.matrix[0] / x if of == "CO2" else None,
        "output": np.ones(len(x)),
    }[of]
    found = paths(system, root="R1:s0", of=of, threshold=1e-3)
    demand = system.flows.demand[3]
    assert found.total == pytest.approx(s @ inverse[:, 3] * demand, rel=1e-12)
    assert found.contribution.sum() + found.cut == pytest.approx(found.total, rel=1e-12)
    below = found.subtree[0] - found.contribution[0]
    branches = found.subtree[found.parent == 0].sum()
    assert branches <= below + 1e-12
    assert found.covered == pytest.approx(1.0 - found.cut / found.total)


def test_the_search_is_exact_where_many_paths_are_looked_at_in_pieces(monkeypatch):
    system = world(3, regions=3, sectors=3)
    whole = paths(system, root="R2:s2", threshold=1e-4)
    monkeypatch.setattr("chainwright.accounts.structural_paths.CHUNK", 20)
    pieces = paths(system, root="R2:s2", threshold=1e-4)
    np.testing.assert_array_equal(pieces.node, whole.node)
    np.testing.assert_array_equal(pieces.parent, whole.parent)
    np.testing.assert_allclose(pieces.contribution, whole.contribution, rtol=1e-14)


def test_only_what_arises_abroad_is_counted_when_asked():
    system = world(4)
    found = paths(system, root="R0:s0", abroad_of="R0", threshold=1e-3)
    _, inverse, _, value = dense(system)
    value[:3] = 0.0
    expected = value @ inverse[:, 0] * system.flows.demand[0]
    assert found.total == pytest.approx(expected, rel=1e-12)
    assert "R0" not in set(found.table()["region"])


def test_amounts_below_zero_are_bounded_by_their_size():
    system = world(5, regions=2, sectors=2)
    flows = system.flows
    matrix = flows.stressors.matrix.copy()
    matrix[0, 1] *= -3.0
    signed = System(replace(flows, stressors=replace(flows.stressors, matrix=matrix)))
    found = paths(signed, root="R0:s0", of="CO2", threshold=0.01, longest=6)
    every = all_paths(signed, "R0:s0", matrix[0] * flows.per_output, 6)
    assert found.gross > found.total
    wanted = {p for p, c in every.items() if abs(c) >= 0.01 * found.gross}
    assert wanted == {nodes_of(found, i) for i in np.flatnonzero(found.large)}
    assert found.contribution.sum() + found.cut == pytest.approx(found.total, rel=1e-11)


def test_one_node_is_the_shortest_path_and_demand_scales_it():
    system = world(6)
    found = paths(system, root="R0:s0", longest=1, demand=2.0)
    _, inverse, _, value = dense(system)
    assert len(found.node) == 1
    assert found.contribution[0] == pytest.approx(2.0 * value[0])
    assert found.cut == pytest.approx(2.0 * (value @ inverse[:, 0] - value[0]))


def test_the_table_reads_from_the_supplier_to_the_product():
    found = paths(world(7), root="R1:s1", of="CO2", threshold=0.01)
    table = found.table()
    assert list(table.columns) == [c.column for c in schema("paths")]
    assert table["contribution"].is_monotonic_decreasing
    assert (table["share"] >= 0.01).all()
    assert table["path"].str.endswith("R1:s1").all()
    first = table["path"].str.split(" > ").str[0]
    assert (first == table["region"] + ":" + table["sector"]).all()
    assert (table["path"].str.count(">") == table["tier"]).all()
    assert (table["subtree_share"] >= table["share"] - 1e-15).all()
    assert found.units["contribution"] == "t"
    assert found.units["flow"] == "million USD of 2020"
    assert found.origin["visited"] == len(found.node)


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ({"threshold": 0.0}, "above 0"),
        ({"threshold": 1.5}, "above 0"),
        ({"longest": 0}, "at least 1"),
        ({"demand": -1.0}, "above zero"),
        ({"demand": float("nan")}, "above zero"),
    ],
)
def test_parameters_out_of_range_are_refused(words, match):
    with pytest.raises(ParameterError, match=match):
        paths(world(0), root="R0:s0", **words)


def test_unknown_roots_and_stressors_are_refused_with_near_names():
    with pytest.raises(UnknownCodeError, match="R0:s0"):
        paths(world(0), root="R0:S0")
    with pytest.raises(UnknownCodeError, match="CO2"):
        paths(world(0), root="R0:s0", of="CO3")


def test_deliveries_below_zero_leave_a_tree_without_bound():
    rows = [
        ("intermediate", "A", "a", "A", "b", 2.0),
        ("intermediate", "A", "b", "A", "a", -1.0),
        ("final", "A", "a", "A", "household", 5.0),
        ("final", "A", "b", "A", "household", 5.0),
    ]
    columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    with pytest.raises(InfeasibleError, match="below zero"):
        paths(System.from_table(pd.DataFrame(rows, columns=columns)), root="A:a")
