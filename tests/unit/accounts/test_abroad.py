"""Who is at home and who is abroad, split countries included."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.accounts import embargo, export_split, reliance, trade_in_value_added
from chainwright.accounts.abroad import origins, own_users, users_in
from chainwright.accounts.named_nodes import places_of, regions_named
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from worlds import national, world


@pytest.fixture(scope="module")
def split():
    """China in two parts that produce, CN1 and CN2, and one that only uses, CHN; and Japan."""
    rng = np.random.default_rng(3)
    nodes = [(r, s) for r in ("CN1", "CN2", "JPN") for s in ("m", "k")]
    rows = [
        ("intermediate", *seller, *buyer, float(rng.random()))
        for seller in nodes
        for buyer in nodes
    ]
    rows += [
        ("final", *seller, region, "household", float(6.0 * rng.random()))
        for seller in nodes
        for region in ("CHN", "JPN")
    ]
    columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    return System.from_table(pd.DataFrame(rows, columns=columns))


def test_a_region_that_only_uses_is_home_to_the_parts_of_its_country(split):
    marks = own_users(split.flows)
    assert split.flows.users.regions.codes == ("CHN", "JPN")
    np.testing.assert_array_equal(marks, [[True, False], [True, False], [False, True]])
    np.testing.assert_array_equal(users_in(split.flows, ["CN2"]), [True, False])


def test_the_parts_of_a_country_sell_to_its_users_at_home(split):
    exports = trade_in_value_added(split).table().set_index("region")["exports"]
    flows = split.flows
    abroad = flows.matrix[:2, 2:].sum() + flows.final[:2, 1].sum()
    assert exports["CN1"] == pytest.approx(abroad)
    found = reliance(split, home="CHN")
    assert set(found.table()["region"]) == {"CN1", "CN2"}
    used = np.linalg.inv(np.eye(6) - flows.matrix * flows.per_output) @ flows.final
    np.testing.assert_allclose(
        found.final_use_abroad[:4], (used[:, 1] / flows.output)[:4], rtol=1e-11
    )


def test_an_embargo_reaches_the_users_of_a_split_country(split):
    without = embargo(split, "JPN:m", users="CHN")
    with_final = embargo(split, "JPN:m", users="CHN", final=True)
    delivered = split.flows.final[split.flows.nodes.find("JPN:m"), 0]
    assert with_final.flow_cut - without.flow_cut == pytest.approx(delivered)


def test_nine_terms_need_each_region_s_own_users(split):
    with pytest.raises(MissingPartError, match="fold=True"):
        export_split(split)


def test_nodes_are_named_by_code_by_region_and_by_group():
    flows = world(1).flows
    np.testing.assert_array_equal(places_of(flows, "R1"), [3, 4, 5])
    np.testing.assert_array_equal(places_of(flows, ["R2:s1", "R0:s0", "R2:s1"]), [0, 7])
    assert regions_named(flows, ["R2:s1", "R1"]) == ("R1",)
    assert regions_named(flows, "R2:s1") == ()
    with pytest.raises(UnknownCodeError, match="R1"):
        places_of(flows, "r1")
    with pytest.raises(ParameterError, match="at least one"):
        places_of(flows, [])


def test_imports_of_no_named_origin_are_shown_as_abroad():
    assert origins(national(0).flows) == ("X", "Y", "abroad")
    assert origins(world(0).flows) == ()


def test_exports_are_no_final_use_of_the_region_that_books_them():
    flows = national(0).flows
    np.testing.assert_array_equal(users_in(flows, ["N"]), [True, False])
    cut = world(0).between(["R0", "R1"])
    only = embargo(cut, "R0:s0", users="R1", final=True).flow_cut
    some = cut.flows.matrix[0, 3:6].sum()
    chosen = (cut.flows.users.region == 1) & ~cut.flows.final_of("exports")
    assert only == pytest.approx(some + cut.flows.final[0, chosen].sum())
    to_all = embargo(cut, "R0:s0", final=True).flow_cut
    assert to_all > only  # what leaves the table is abroad too
