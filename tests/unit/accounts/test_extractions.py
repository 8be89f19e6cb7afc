"""Extraction: every node in one pass, whole regions, against taking them out by hand."""

import numpy as np
import pytest

from chainwright.accounts import extraction, region_extraction
from chainwright.errors import LabelError, UnknownCodeError
from chainwright.tables import schema
from worlds import competitive, dense, national, world


def without(system, gone):
    """Return output when rows, columns and final demand of some nodes are struck out."""
    shares, _, _, _ = dense(system)
    kept = np.setdiff1d(np.arange(len(shares)), gone)
    output = np.zeros(len(shares))
    small = np.eye(len(kept)) - shares[np.ix_(kept, kept)]
    output[kept] = np.linalg.solve(small, system.flows.demand[kept])
    return output


@pytest.mark.parametrize("seed", range(5))
def test_one_pass_equals_striking_out_each_node_by_hand(seed):
    system = world(seed, regions=3, sectors=4)
    _, _, x, value = dense(system)
    found = extraction(system, home="R1")
    home = system.flows.nodes.mask(regions=["R1"])
    for j in range(len(x)):
        lost = x - without(system, [j])
        assert found.output_lost[j] == pytest.approx(lost.sum(), rel=1e-11)
        assert found.value_added_lost[j] == pytest.approx(lost @ value, rel=1e-11)
        assert found.home_output_lost[j] == pytest.approx(lost[home].sum(), rel=1e-11)


def test_the_table_ranks_by_the_loss_at_home_where_home_is_given():
    system = world(1)
    everywhere, at_home = extraction(system).table(), extraction(system, home="R2").table()
    assert everywhere["output_lost"].is_monotonic_decreasing
    assert everywhere["home_output_lost"].isna().all()
    assert at_home["home_output_lost"].is_monotonic_decreasing
    assert list(at_home.columns) == [c.column for c in schema("extraction")]
    elsewhere = at_home["output_lost"] - at_home["output"]
    np.testing.assert_allclose(at_home["output_lost_elsewhere"], elsewhere)
    total = system.flows.output.sum()
    np.testing.assert_allclose(at_home["output_lost_share"], at_home["output_lost"] / total)
    own = system.flows.output[system.flows.nodes.mask(regions=["R2"])].sum()
    np.testing.assert_allclose(at_home["home_output_lost_share"], at_home["home_output_lost"] / own)


def test_a_node_that_makes_nothing_costs_nothing():
    found = extraction(world(2, idle=True))
    assert found.output_lost[-1] == 0.0
    assert found.value_added_lost[-1] == 0.0


def test_the_answer_says_how_to_read_it():
    found = extraction(world(0), home="R0")
    assert "not the damage" in found.origin["reading"]
    assert found.parameters == {"home": "R0"}


def test_a_national_table_is_asked_in_the_same_way():
    system = national(3)
    found = extraction(system, home="N")
    np.testing.assert_allclose(found.home_output_lost, found.output_lost, rtol=1e-12)
    assert (found.output_lost > system.flows.output).all()


def test_mixed_imports_make_the_losses_an_upper_bound():
    mixed = competitive(4)
    split = type(mixed)(mixed.flows.split_imports())
    assert (extraction(mixed).output_lost >= extraction(split).output_lost - 1e-9).all()


def test_a_region_taken_out_equals_striking_it_out_by_hand():
    system = world(7, regions=4, sectors=3)
    _, _, x, value = dense(system)
    found = region_extraction(system, ["R0", "R2"])
    gone = np.flatnonzero(system.flows.nodes.mask(regions=["R0", "R2"]))
    lost = x - without(system, gone)
    np.testing.assert_allclose(found.output_lost, lost, rtol=1e-11)
    np.testing.assert_allclose(found.value_added_lost, lost * value, rtol=1e-11)
    stays = np.setdiff1d(np.arange(len(x)), gone)
    assert found.lost_elsewhere == pytest.approx(lost[stays].sum(), rel=1e-11)
    table = found.table()
    assert set(table["region"]) == {"R1", "R3"}
    assert table["output_lost"].is_monotonic_decreasing
    assert list(table.columns) == [c.column for c in schema("region_extraction")]
    assert found.parameters == {"regions": ["R0", "R2"]}


def test_the_only_region_or_all_of_them_cannot_be_taken_out():
    with pytest.raises(LabelError, match="one region"):
        region_extraction(national(0), "N")
    with pytest.raises(LabelError):
        region_extraction(world(0), ["R0", "R1", "R2"])


def test_an_unknown_home_is_refused_with_near_names():
    with pytest.raises(UnknownCodeError, match="R0"):
        extraction(world(0), home="r0")
