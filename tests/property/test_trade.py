"""Laws of trade in value added and of reliance."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainwright import System
from chainwright.accounts import export_split, product_origin, reliance, trade_in_value_added
from worlds import competitive, national, world

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(2, 4), st.integers(1, 3))
def test_nine_terms_sum_to_gross_exports_and_agree_with_value_added_exports(seed, regions, sectors):
    system = world(seed, regions, sectors)
    split, trade = export_split(system), trade_in_value_added(system)
    np.testing.assert_allclose(split.terms.sum(axis=0), split.exports, rtol=1e-10)
    np.testing.assert_allclose(split.value_added_exports, trade.used_abroad, rtol=1e-9, atol=1e-10)


@given(SEEDS)
def test_the_origin_of_demand_spends_all_value_added_once(seed):
    system = world(seed, 3, 3)
    found = trade_in_value_added(system).origin_of_demand
    earned = np.bincount(system.flows.nodes.region, system.flows.added)
    np.testing.assert_allclose(found.sum(axis=1), earned, rtol=1e-10)
    spent = np.bincount(system.flows.users.region, system.flows.final.sum(axis=0))
    np.testing.assert_allclose(found.sum(axis=0), spent, rtol=1e-10)


@given(SEEDS, st.integers(2, 4), st.integers(1, 3))
def test_reliance_on_all_suppliers_sums_to_one_and_shares_are_shares(seed, regions, sectors):
    found = reliance(world(seed, regions, sectors))
    for inputs in (found.face, found.look_through):
        said = inputs.sum(axis=1) > 0.0
        parts = sum(found.share(inputs, part) for part in (0, 1, 2))
        np.testing.assert_allclose(parts[said], 1.0, rtol=1e-11)
        abroad = found.share(inputs)[said]
        assert ((abroad >= 0.0) & (abroad <= 1.0)).all()
    np.testing.assert_allclose(found.value_added.sum(axis=1), 1.0, rtol=1e-10)


@given(SEEDS)
def test_a_larger_home_relies_less_on_abroad(seed):
    system = world(seed, 4, 2)
    small, large = reliance(system, home="R0"), reliance(system, home=["R0", "R2"])
    for name in ("face", "look_through"):
        less = large.share(getattr(large, name))[:2]
        more = small.share(getattr(small, name))[:2]
        said = np.isfinite(more)
        assert (less[said] <= more[said] + 1e-12).all()


@given(SEEDS)
def test_value_added_and_imports_make_up_a_nation_s_products(seed):
    system = national(seed)
    found = product_origin(system, "N:s1")
    assert abs(found.value_added.sum() + found.imports.sum() - 1.0) < 1e-11
    row = trade_in_value_added(system).table().iloc[0]
    content = reliance(system).foreign_value_added
    exports = system.flows.final[:, 1]
    assert abs(row["foreign_share"] - content @ exports / exports.sum()) < 1e-11
    assert (reliance(system).table()["hidden"] >= -1e-12).all()


@given(SEEDS)
def test_split_imports_can_be_relied_on_and_shares_stay_shares(seed):
    system = System(competitive(seed).flows.split_imports())
    found = reliance(system)
    shares = found.share(found.look_through)
    assert ((shares >= 0.0) & (shares <= 1.0)).all()
