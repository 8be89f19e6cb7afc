"""Laws of outages: what never shortens survival, how losses grow, where material goes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.diagnose import survival
from chainwright.diagnose.maker.affected import affected
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.weekly_outage import WeeklyOutage
from random_makers import drawn

SEEDS = st.integers(0, 10_000)
SOME = settings(max_examples=8, deadline=None)
FEW = settings(max_examples=3, deadline=None)


def case(seed, **more):
    network = drawn(seed, **more).maker.network
    rng = np.random.default_rng(seed)
    down = np.zeros(len(network.nodes), dtype=bool)
    down[rng.choice(len(network.nodes), size=rng.integers(1, 4), replace=False)] = True
    return network, down, rng


def stocked(network, items, units):
    """Return the network with more stock in the maker's own store."""
    return replace(
        network,
        stock_item=np.append(network.stock_item, items).astype(np.int32),
        stock_site=np.append(network.stock_site, np.full(len(items), -1)).astype(np.int32),
        stock=np.append(network.stock, units),
    )


@SOME
@given(SEEDS)
def test_more_stock_never_shortens_survival_nor_costs_more(seed):
    network, down, rng = case(seed)
    items = rng.integers(0, len(network.items), 3)
    more = stocked(network, items, network.requirement[items] * rng.uniform(0.0, 3.0, 3))
    before, after = OutageProgramme(network), OutageProgramme(more)
    assert after.time_to_survive(down) >= before.time_to_survive(down) * (1 - 1e-9)
    assert after.base_weeks >= before.base_weeks * (1 - 1e-9)
    loss = before.impact(down, 9.0).loss
    assert after.impact(down, 9.0).loss <= loss + 1e-6 * (1.0 + loss)


@SOME
@given(SEEDS)
def test_a_node_more_that_is_down_never_lengthens_survival(seed):
    network, down, rng = case(seed)
    programme = OutageProgramme(network)
    wider = down.copy()
    wider[rng.integers(len(down))] = True
    assert programme.time_to_survive(wider) <= programme.time_to_survive(down) * (1 + 1e-9)
    assert programme.impact(wider, 5.0).loss >= programme.impact(down, 5.0).loss - 1e-6


@FEW
@given(SEEDS)
def test_the_loss_is_convex_in_time_and_begins_where_survival_ends(seed):
    network, down, _ = case(seed)
    programme = OutageProgramme(network, weight="output")
    weeks = np.linspace(0.0, 24.0, 9)
    loss = np.array([programme.impact(down, float(t)).loss for t in weeks])
    scale = 1e-6 * (1.0 + loss.max())
    assert loss[0] == 0.0
    assert (np.diff(loss) >= -scale).all()
    assert (np.diff(loss, 2) >= -scale).all()
    survived = programme.time_to_survive(down)
    low, high = 0.0, 1e6  # the largest t without loss, by bisection
    for _ in range(45):
        middle = (low + high) / 2
        free = programme.impact(down, middle).lost.sum() <= 1e-9 * middle
        low, high = (middle, high) if free else (low, middle)
    assert min(survived, 1e6) == pytest.approx(low, rel=1e-5, abs=1e-5)


@SOME
@given(SEEDS)
def test_material_is_neither_made_from_nothing_nor_lost(seed):
    network, down, rng = case(seed, sharing=0.8)
    programme = OutageProgramme(network)
    weeks = float(rng.uniform(0.5, 15.0))
    found = programme.impact(down, weeks)
    whole = np.bincount(network.node_item, found.made, minlength=len(network.items))
    sold = network.demand * weeks - found.lost
    used = network.bill @ whole
    there = whole + found.stock_used + found.stock_left
    scale = 1e-6 * (1.0 + network.requirement * weeks)
    assert (np.abs(there - (used + sold + found.stock_left)) <= scale).all()
    assert (np.abs(found.stock_used + found.stock_left - network.pooled_stock) <= scale).all()
    able = np.where(down, 0.0, programme.coupling.capacity * weeks)
    assert (found.made <= able + scale[network.node_item]).all()
    assert found.made.min() >= 0.0
    for s in np.flatnonzero(np.isfinite(network.site_capacity)):
        at = found.made[network.node_site == s].sum()
        assert at <= network.site_capacity[s] * weeks * (1 + 1e-6) + 1e-6


@SOME
@given(SEEDS)
def test_a_plan_of_periods_keeps_account_of_every_unit(seed):
    network, down, rng = case(seed, sharing=0.8)
    programme = OutageProgramme(network)
    lengths = rng.uniform(0.5, 6.0, 4)
    working = np.ones((len(network.nodes), 4))
    working[down] = rng.choice([0.0, 0.5, 1.0], (down.sum(), 4))
    plan = programme.plan(lengths, working)
    made = np.zeros(plan.lost.shape)
    np.add.at(made, network.node_item, plan.made)
    before = np.column_stack([network.pooled_stock, plan.held[:, :-1]])
    change = before + made - network.bill @ made - plan.sold - plan.held
    scale = 1e-5 * (1.0 + network.requirement * lengths.sum())
    assert (np.abs(change) <= scale[:, None]).all()
    assert (plan.held >= -scale[:, None]).all()
    np.testing.assert_allclose(plan.sold + plan.lost, network.demand[:, None] * lengths)
    touched = plan.touched[network.node_item]
    able = np.where(working > 0.0, programme.coupling.capacity[:, None], 0.0)
    able = np.where(np.isfinite(able), able * working, np.inf) * lengths
    assert (plan.made[touched] <= (able + scale[network.node_item, None])[touched]).all()


@SOME
@given(SEEDS)
def test_only_what_is_affected_makes_a_difference(seed):
    network, down, _ = case(seed)
    programme = OutageProgramme(network)
    found = affected(network, down, weeks=8.0)
    beside = np.flatnonzero(~found.items & (network.stock_item.size > 0))
    before = programme.impact(down, 8.0)
    assert not before.lost[beside].any()
    more = stocked(network, beside, np.full(len(beside), 1e6))
    after = OutageProgramme(more).impact(down, 8.0)
    assert after.loss == pytest.approx(before.loss, rel=1e-7, abs=1e-6)
    assert not before.stock_value[beside].any()


@SOME
@given(SEEDS)
def test_a_unit_of_stock_saves_no_more_than_its_price_says(seed):
    network, down, _ = case(seed)
    programme = OutageProgramme(network)
    found = programme.impact(down, 10.0)
    item = int(np.argmax(found.stock_value))
    step = 1e-3 * network.requirement[item]
    more = OutageProgramme(stocked(network, [item], [step])).impact(down, 10.0).loss
    saved = found.loss - more
    assert -1e-6 <= saved <= found.stock_value[item] * step + 1e-6 * (1.0 + found.loss)


@SOME
@given(SEEDS)
def test_weeks_with_lead_times_lose_at_least_what_stock_on_its_way_cannot_save(seed):
    network, down, rng = case(seed, far=3)
    weekly = WeeklyOutage(OutageProgramme(network), down)
    weeks = int(rng.integers(1, 6))
    items = np.arange(len(network.items))
    summed = OutageProgramme(stocked(network, items, weekly.under_way))
    least = summed.impact(down, float(weeks)).loss
    assert weekly.impact(weeks).loss.sum() >= least - 1e-5 * (1.0 + least)


@SOME
@given(SEEDS)
def test_weeks_without_lead_times_are_the_sum_over_time(seed):
    network, down, _ = case(seed)
    programme = OutageProgramme(network)
    weekly = WeeklyOutage(programme, down)
    assert weekly.settling == 0
    loss = programme.impact(down, 6.0).loss
    assert weekly.impact(6).loss.sum() == pytest.approx(loss, rel=1e-6, abs=1e-5)
    survived = programme.time_to_survive(down)
    whole = np.inf if survived >= 12 else np.floor(survived + 1e-6)
    assert weekly.time_to_survive(12) == whole


@FEW
@given(SEEDS)
def test_many_outages_at_once_are_the_outages_one_by_one(seed):
    system = drawn(seed, sharing=0.7)
    network = system.maker.network
    for stock_at_node in ("usable", "lost"):
        found = survival(system, by="node", outages=(3, 11), stock_at_node=stock_at_node)
        programme = OutageProgramme(network, stock_at_node=stock_at_node)
        for x, code in enumerate(found.scenarios.codes):
            n = network.nodes.place[code]
            assert found.weeks[x] == pytest.approx(programme.time_to_survive([n]), rel=1e-9)
            for column, weeks in enumerate((found.recovery[x], 3.0, 11.0)):
                one = programme.impact([n], weeks)
                scale = 1e-6 * (1.0 + one.loss)
                assert found.losses.loss[x, column] == pytest.approx(one.loss, abs=scale)
                lost = found.losses.lost[x, column]
                assert programme.weights[found.products] @ lost == pytest.approx(
                    one.loss, abs=scale
                )
