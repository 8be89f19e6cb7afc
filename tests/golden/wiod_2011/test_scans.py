"""WIOD 2011: pairs and the worst set by low rank against fresh solves; what moves the world."""

import numpy as np
import pytest

from chainwright.stress import Blow, Shock, inoperability, partially_binding, scan

TOP = ["CHN:c18", "USA:c31", "CHN:c14", "RoW:c18", "RoW:c2"]


def solved(shares, demand):
    return np.linalg.solve(np.eye(len(shares)) - shares, demand).sum()


def lost_without(flows, codes):
    """Return output lost if nodes are removed and the rest is solved afresh.

    Of two solves: a node whose deliveries add up to -2 M$ has output 0, so that all output is
    not what one solve gives.
    """
    out = [flows.nodes.find(code) for code in codes]
    kept = np.setdiff1d(np.arange(len(flows.nodes)), out)
    shares = flows.coefficients()
    left = solved(shares[np.ix_(kept, kept)], flows.demand[kept])
    return solved(shares, flows.demand) - left


def test_the_weightiest_nodes_pair_and_set_are_those_of_fresh_solves(wiod2011):
    flows = wiod2011.flows
    nodes = scan(wiod2011).table()
    assert nodes["hit"].head(5).tolist() == TOP
    pair = scan(wiod2011, of="pairs", top=10).table().iloc[0]
    assert (pair["hit"], pair["partner"]) == ("CHN:c18", "USA:c31")
    assert pair["lost"] == pytest.approx(lost_without(flows, ["CHN:c18", "USA:c31"]), rel=1e-8)
    worst = scan(wiod2011, of="worst", k=5).table()
    assert worst["lost"].iloc[-1] == pytest.approx(lost_without(flows, worst["hit"]), rel=1e-8)
    assert worst["lost"].iloc[-1] > 0.9 * worst["bound"].iloc[-1]


def test_the_largest_link_is_that_of_a_fresh_solve(wiod2011):
    flows = wiod2011.flows
    link = scan(wiod2011, of="links").table().iloc[0]
    shares = flows.coefficients()
    before = solved(shares, flows.demand)
    shares[flows.nodes.find(link["hit"]), flows.nodes.find(link["partner"])] = 0.0
    assert link["lost"] == pytest.approx(before - solved(shares, flows.demand), rel=1e-8)


def test_a_chinese_shutdown_holds_within_bounds_by_both_models(wiod2011):
    shut = Shock((Blow("capacity", nodes="CHN:c14", share=0.5, days=56),))
    found = inoperability(wiod2011, shut, days=120, recovery_days=60.0)
    first = found.table().iloc[0]
    assert (first["region"], first["sector"]) == ("CHN", "c14")
    assert (found.levels <= found.levels[55].max()).all()
    binding = partially_binding(wiod2011, shut, days=120)
    table = binding.table()
    x = wiod2011.flows.output[wiod2011.flows.nodes.find("CHN:c14")]
    assert table["output_lost"].iloc[0] >= 0.5 * x * 56 / 365 * (1 - 1e-9)
    assert binding.records.lowest_stock >= 0.0
    made = binding.records
    made_to = made.purchases.sum(axis=1) + made.final.sum(axis=1)
    np.testing.assert_allclose(made.production.sum(axis=1), made_to, rtol=1e-9)
