"""Laws that accounts obey on any closed table: nothing is lost, nothing is counted twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainwright.accounts import (
    Leontief,
    footprint,
    ghosh,
    leontief,
    node_accounts,
    prices,
    stressor_accounts,
)
from chainwright.sources.reading import Origin, Reading
from chainwright.system import System
from chainwright.system.assemble import assemble


@st.composite
def loaded(draw):
    """Return a closed world that makes more of everything than it uses, with three stressors."""
    regions, sectors = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, names = regions * sectors, [f"R{r}" for r in range(regions)]
    final = rng.uniform(1.5, 2.5, (n, 2 * regions)) * n
    final[:, 1::2] = rng.uniform(-0.1, 0.2, (n, regions))  # stocks go up and down
    reading = Reading(
        origin=Origin(),
        nodes=[(r, f"s{s}") for r in names for s in range(sectors)],
        users=[(r, c) for r in names for c in ("household", "inventories")],
        matrix=rng.random((n, n)) * (rng.random((n, n)) < 0.7),
        final=final,
        stressors=[("CO2", "t"), ("water", "m3"), ("jobs", "persons")],
        stressors_matrix=rng.random((3, n)),
        stressors_final=rng.random((3, 2 * regions)),
    )
    return System(assemble(reading))


@given(loaded())
def test_footprints_of_value_added_are_all_final_demand(system):
    found = footprint(system)
    assert found.embodied.sum(axis=1) == pytest.approx(system.flows.added, rel=1e-10)
    assert found.embodied.sum() == pytest.approx(system.flows.demand.sum(), rel=1e-10)


@given(loaded())
def test_consumption_accounts_add_up_to_production_accounts(system):
    found, stressors = stressor_accounts(system), system.flows.stressors
    produced = stressors.matrix.sum(axis=1)
    assert found.consumption.sum(axis=(1, 2)) == pytest.approx(produced, rel=1e-10)
    whole = produced + stressors.final.sum(axis=1)
    assert found.consumption_by_region.sum(axis=1) == pytest.approx(whole, rel=1e-10)
    assert found.production_by_region.sum(axis=1) == pytest.approx(whole, rel=1e-10)
    traded = found.exports_by_region.sum(axis=1)
    scale = produced.max()
    assert found.imports_by_region.sum(axis=1) == pytest.approx(traded, abs=1e-10 * scale)


@given(loaded())
def test_footprints_are_the_consumption_accounts(system):
    accounts = stressor_accounts(system)
    for row, stressor in enumerate(accounts.stressors.axis.codes):
        totals = footprint(system, of=stressor).totals
        assert totals == pytest.approx(accounts.consumption_by_region[row], rel=1e-10)


@given(loaded())
def test_value_added_is_all_of_a_product_and_mean_distances_are_equal(system):
    found, x = node_accounts(system), system.flows.output
    assert found.value_added_multiplier == pytest.approx(np.ones(len(x)), rel=1e-10)
    up, down = found.upstreamness @ x, found.output_multiplier @ x
    assert up == pytest.approx(down, rel=1e-10)
    assert (found.upstreamness >= 1.0 - 1e-12).all()
    assert (found.output_multiplier >= found.output_multiplier_own - 1e-12).all()
    assert (found.output_multiplier_own >= 1.0 - 1e-12).all()


@given(loaded())
def test_float32_is_as_near_as_its_stated_error_says(system):
    exact, single = stressor_accounts(system), stressor_accounts(system, dtype="float32")
    bound = 100.0 * max(single.error, 2.0**-23)
    assert single.error < 1e-4
    for name in ("multipliers", "consumption", "imports", "exports"):
        reference = getattr(exact, name)
        scale = np.abs(exact.consumption if name == "imports" else reference).max()
        scale = max(scale, np.abs(exact.production).max()) if name == "exports" else scale
        assert np.abs(getattr(single, name) - reference).max() <= bound * scale, name


@given(loaded())
def test_joining_sectors_keeps_the_totals_of_the_accounts(system):
    sectors = system.flows.nodes.sectors.codes
    joined = system.aggregated(dict.fromkeys(sectors, "all")) if len(sectors) > 1 else system
    before, after = stressor_accounts(system), stressor_accounts(joined)
    # who pays for what moves with the sectors; what there is in all, and its makers, does not
    assert after.production_by_region == pytest.approx(before.production_by_region, rel=1e-10)
    assert after.final_users == pytest.approx(before.final_users, rel=1e-10)
    assert after.consumption.sum(axis=(1, 2)) == pytest.approx(
        before.consumption.sum(axis=(1, 2)), rel=1e-10
    )
    assert footprint(joined).totals == pytest.approx(footprint(system).totals, rel=1e-10)


@given(loaded())
def test_joining_all_regions_leaves_no_trade_to_embody(system):
    regions = system.flows.nodes.regions.codes
    one = system.aggregated(dict.fromkeys(regions, "world")) if len(regions) > 1 else system
    found = stressor_accounts(one)
    scale = found.production.max()
    assert np.abs(found.imports).max() <= 1e-10 * scale
    assert np.abs(found.exports).max() <= 1e-10 * scale


@given(loaded(), st.floats(-0.9, 10.0))
def test_prices_and_pushes_are_linear_and_an_equal_rise_is_handed_on_whole(system, rise):
    regions = system.flows.nodes.regions.codes
    rise = 0.5 if abs(rise) < 1e-3 else rise
    found = prices(system, dict.fromkeys(regions, rise))
    assert found.price_change == pytest.approx(np.full(len(system.flows.nodes), rise), rel=1e-9)
    push = ghosh(system, dict.fromkeys(regions, rise))
    assert push.output_change == pytest.approx(rise * system.flows.output, rel=1e-9)


@given(loaded())
def test_the_series_and_the_factors_agree(system):
    flows = system.flows
    direct = leontief(flows).solve(flows.demand)
    series = Leontief(flows).iterate(flows.demand, 1e-13)
    assert series == pytest.approx(direct, rel=1e-9, abs=1e-9 * direct.max())
    assert direct == pytest.approx(flows.output, rel=1e-9, abs=1e-9 * direct.max())
