"""Embargoes as low-rank updates, against solving the cut table anew."""

import numpy as np
import pytest

from chainwright.accounts import embargo
from chainwright.errors import LabelError, ParameterError, UnknownCodeError
from chainwright.tables import schema
from worlds import dense, national, world


def anew(system, cut, users, share, *, instead=None, final_users=()):
    """Return the loss by building the cut table and solving it: no low-rank update."""
    shares, _, x, _ = dense(system)
    nodes, users = system.flows.nodes, np.asarray(users)
    after, demand = shares.copy(), system.flows.final.copy()
    for code in cut:
        i = nodes.find(code)
        moved = share * shares[i, users]
        moved_final = share * system.flows.final[i, list(final_users)]
        after[i, users] -= moved
        demand[i, list(final_users)] -= moved_final
        for other, part in (instead or {}).get(code, {}).items():
            after[nodes.find(other), users] += part * moved
            demand[nodes.find(other), list(final_users)] += part * moved_final
    return x - np.linalg.solve(np.eye(len(x)) - after, demand.sum(axis=1))


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_one_supplier_against_all_foreign_users(share):
    system = world(3, regions=3, sectors=4)
    foreign = np.flatnonzero(system.flows.nodes.region != 1)
    found = embargo(system, "R1:s2", share=share)
    np.testing.assert_allclose(found.output_lost, anew(system, ["R1:s2"], foreign, share), 1e-9)
    cut = share * system.flows.matrix[system.flows.nodes.find("R1:s2"), foreign].sum()
    assert found.flow_cut == pytest.approx(cut, rel=1e-12)
    _, _, _, value = dense(system)
    assert found.total_value_added_lost == pytest.approx(value @ found.output_lost, rel=1e-12)


def test_several_suppliers_with_replacement_against_named_users():
    system = world(4, regions=4, sectors=3)
    instead = {"R0:s0": {"R2:s0": 0.5, "R3:s0": 0.25}, "R0:s1": {"R2:s1": 1.0}}
    users = np.flatnonzero(system.flows.nodes.mask(regions=["R1"]))
    users = np.append(users, system.flows.nodes.find("R3:s2"))
    found = embargo(system, ["R0:s0", "R0:s1"], users=["R1", "R3:s2"], replaced_by=instead)
    expected = anew(system, ["R0:s0", "R0:s1"], users, 1.0, instead=instead)
    np.testing.assert_allclose(found.output_lost, expected, rtol=1e-9, atol=1e-12)
    assert found.output_lost[system.flows.nodes.find("R2:s1")] < 0.0  # it gains


@pytest.mark.parametrize("users", [None, "R0"])
def test_final_deliveries_are_cut_too_when_asked(users):
    system = world(5, regions=3, sectors=3)
    flows = system.flows
    instead = {"R2:s1": {"R1:s1": 0.4}}
    hit = [0, 1] if users is None else [0]
    nodes = np.flatnonzero(np.isin(flows.nodes.region, hit))
    finals = np.flatnonzero(np.isin(flows.users.region, hit))
    found = embargo(system, "R2:s1", users=users, share=0.7, replaced_by=instead, final=True)
    expected = anew(system, ["R2:s1"], nodes, 0.7, instead=instead, final_users=finals)
    np.testing.assert_allclose(found.output_lost, expected, rtol=1e-9, atol=1e-12)


def test_a_bloc_does_not_cut_off_its_own_members():
    system = world(6, regions=3, sectors=2)
    found = embargo(system, ["R0", "R1"])
    outside = np.flatnonzero(system.flows.nodes.region == 2)
    codes = [c for c in system.flows.nodes.codes if c[:2] in ("R0", "R1")]
    np.testing.assert_allclose(found.output_lost, anew(system, codes, outside, 1.0), rtol=1e-9)


def test_nothing_cut_costs_nothing():
    assert np.abs(embargo(world(1), "R0", share=0.0).output_lost).max() < 1e-12


def test_the_tables_are_by_node_and_by_region_and_say_how_to_read_them():
    system = world(2)
    found = embargo(system, "R0", users="R1")
    tables = found.tables()
    assert list(tables) == ["embargo", "embargo_by_region"]
    for name, frame in tables.items():
        assert list(frame.columns) == [c.column for c in schema(name)]
        assert frame["output_lost"].is_monotonic_decreasing
        assert frame["output_lost"].sum() == pytest.approx(found.total_output_lost, rel=1e-12)
    by_region = tables["embargo_by_region"].set_index("region")
    one = found.output_lost[system.flows.nodes.region == 1].sum()
    assert by_region.loc["R1", "output_lost"] == pytest.approx(one)
    assert "go on producing" in found.origin["reading"]
    assert found.parameters["suppliers"] == ["R0:s0", "R0:s1", "R0:s2"]
    assert found.parameters["users"] == ["R1"]


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ({"share": 1.5}, "from 0 to 1"),
        ({"replaced_by": {"R1:s0": {"R2:s0": 0.5}}}, "suppliers that are cut"),
        ({"replaced_by": {"R0:s0": {"R1:s0": 0.7, "R2:s0": 0.7}}}, "at most 1"),
        ({"replaced_by": {"R0:s0": {"R1:s0": -0.1}}}, "from 0 to 1"),
        ({"replaced_by": {"R0:s0": {"R0:s0": 0.5}}}, "not cut themselves"),
    ],
)
def test_shares_out_of_range_are_refused(words, match):
    with pytest.raises(ParameterError, match=match):
        embargo(world(0), "R0:s0", **words)


def test_unknown_nodes_and_embargoes_on_nobody_are_refused():
    with pytest.raises(UnknownCodeError, match="R0:s0"):
        embargo(world(0), "R0:s9")
    with pytest.raises(UnknownCodeError):
        embargo(world(0), "R0:s0", replaced_by={"R0:s0": {"R9:s0": 0.5}})
    with pytest.raises(ParameterError, match="at least one"):
        embargo(world(0), [])
    with pytest.raises(LabelError, match="nobody"):
        embargo(national(0), "N:s0")
