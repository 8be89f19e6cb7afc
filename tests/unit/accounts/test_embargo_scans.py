"""The scan of embargoes: the same numbers as one embargo at a time."""

import numpy as np
import pytest

from chainwright.accounts import embargo, embargo_scan
from chainwright.errors import MissingPartError
from chainwright.tables import schema
from worlds import national, world


@pytest.mark.parametrize("home", [None, "R1"])
def test_the_scan_equals_one_embargo_after_another(home):
    system = world(8, regions=3, sectors=4)
    nodes = system.flows.nodes
    found = embargo_scan(system, home=home)
    for j, code in enumerate(nodes.codes):
        if home and code.startswith(home):
            assert np.isnan(found.output_lost[j])
            continue
        single = embargo(system, code, users=home)
        assert found.flow_cut[j] == pytest.approx(single.flow_cut, rel=1e-12)
        assert found.output_lost[j] == pytest.approx(single.total_output_lost, rel=1e-10)
        assert found.value_added_lost[j] == pytest.approx(single.total_value_added_lost, rel=1e-10)
        own = single.output_lost[nodes.region == nodes.region[j]].sum()
        assert found.output_lost_by_supplier[j] == pytest.approx(own, rel=1e-10)
        if home:
            at_home = single.output_lost[nodes.mask(regions=[home])].sum()
            assert found.home_output_lost[j] == pytest.approx(at_home, rel=1e-9)


def test_the_table_leaves_out_who_delivers_nothing_and_ranks_the_rest():
    system = world(9, idle=True)
    table = embargo_scan(system).table()
    assert list(table.columns) == [c.column for c in schema("embargo_scan")]
    assert table["output_lost"].is_monotonic_decreasing
    assert ("R2", "s2") not in set(zip(table["region"], table["sector"], strict=True))
    assert len(embargo_scan(system, home="R0").table()) <= 6


def test_the_scan_says_what_it_is_not():
    found = embargo_scan(world(0), home="R2")
    assert "must not be added" in found.origin["reading"]
    assert found.parameters == {"home": "R2"}


def test_a_table_of_one_region_has_no_foreign_producers():
    with pytest.raises(MissingPartError, match="one region"):
        embargo_scan(national(1))
