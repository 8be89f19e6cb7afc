"""Shocks as numbers: scaling, shifting and joining commute, and the order of blows says nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chainwright import stress
from chainwright.errors import TableError
from chainwright.stress import Blow, InventoryModel, Shock, UncertainInput, Uncertainty
from chainwright.stress.shocks.courses import course, left_of, step_of
from chainwright.stress.shocks.own_breaches import breaches_of
from chainwright.stress.shocks.sector_hits import sector_blows
from random_blows import random_shock
from stress_twins import course as by_hand
from worlds import world

SYSTEM = world(3)
SEEDS = st.integers(0, 2**32 - 1)
FACTORS = st.sampled_from([0.0, 0.125, 0.5, 1.0, 2.0, 8.0])  # exact in binary
DAYS = st.integers(0, 300).map(float)
MODEL = InventoryModel(stock_days=6.0, restoration_days=9.0)
CURVES = st.sampled_from(["linear", "convex", "convex_scaled", "concave"])


@given(SEEDS, FACTORS, DAYS)
def test_scaling_and_shifting_commute(seed, factor, days):
    shock = random_shock(SYSTEM, seed)
    assert shock.scaled(factor).shifted(days) == shock.shifted(days).scaled(factor)
    assert shock.scaled(1.0) == shock
    assert shock.shifted(0.0) == shock
    assert shock.shifted(days).shifted(-days) == shock


@given(SEEDS, SEEDS, FACTORS, DAYS)
def test_scaling_and_shifting_a_joined_shock_joins_what_is_scaled_and_shifted(
    one, other, factor, days
):
    a, b = random_shock(SYSTEM, one), random_shock(SYSTEM, other)
    assert (a + b).scaled(factor) == a.scaled(factor) + b.scaled(factor)
    assert (a + b).shifted(days) == a.shifted(days) + b.shifted(days)
    assert ((a + b) + a).blows == (a + (b + a)).blows == a.blows + b.blows + a.blows


@given(SEEDS, st.sampled_from([0.125, 0.25, 0.5]), st.sampled_from([0.5, 0.25]))
def test_scaling_twice_below_one_is_scaling_by_the_product(seed, first, second):
    shock = random_shock(SYSTEM, seed)
    assert shock.scaled(first).scaled(second) == shock.scaled(first * second)


@given(SEEDS, st.floats(0.0, 50.0))
def test_no_share_ever_exceeds_all_and_money_grows_as_it_is(seed, factor):
    shock = random_shock(SYSTEM, seed)
    money = Shock((Blow("capital", nodes="R0:s0", money=3.0),)).scaled(factor)
    assert money.blows[0].money == 3.0 * factor
    for before, after in zip(shock.blows, shock.scaled(factor).blows, strict=True):
        assert after.share == min(1.0, before.share * factor)
        assert replace(after, share=before.share) == before


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_names_are_joined_once_and_an_absent_one_leaves_no_mark(name, other, source):
    blow = (Blow("capacity", nodes="a", share=0.5),)
    both = Shock(blow, name, other, source) + Shock(blow, other, name, source)
    assert both.name_en == (" + ".join(dict.fromkeys(n for n in (name, other) if n)))
    assert both.name_zh == (" + ".join(dict.fromkeys(n for n in (other, name) if n)))
    assert both.source == source


def test_a_shock_joins_shocks_alone():
    with pytest.raises(TypeError):
        Shock((Blow("capacity", nodes="a", share=0.5),)) + 1
    assert Shock.__add__(Shock(()), "x") is NotImplemented


@settings(max_examples=12)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_blows_changes_no_run(seed, random):
    shock = random_shock(SYSTEM, seed)
    assume(len(shock.blows) > 1)
    order = list(shock.blows)
    random.shuffle(order)
    try:
        one = stress.run(SYSTEM, shock, days=25, model=MODEL)
    except TableError:  # together they destroy more than there is
        with pytest.raises(TableError):
            stress.run(SYSTEM, Shock(tuple(order)), days=25, model=MODEL)
        return
    other = stress.run(SYSTEM, Shock(tuple(order)), days=25, model=MODEL)
    for end, records in one.runs.items():
        gap = np.abs(records.production - other.runs[end].production)
        assert (gap <= 1e-9 * one.economy.x0).all()


@settings(max_examples=10)
@given(SEEDS, st.integers(1, 12))
def test_a_shock_that_comes_later_does_the_same_later(seed, later):
    shock = random_shock(SYSTEM, seed, kinds=("capacity", "demand_drop"))
    one = stress.run(SYSTEM, shock, days=20, model=MODEL)
    other = stress.run(SYSTEM, shock.shifted(later), days=20 + later, model=MODEL)
    made, moved = one.runs["single"].production, other.runs["single"].production
    x0 = one.economy.x0
    np.testing.assert_allclose(moved[:later] / x0, 1.0, atol=1e-12)
    # the second step is the first in which capacity may stretch, so an early blow may differ
    if min(blow.start_day for blow in shock.blows) >= 2:
        np.testing.assert_allclose(moved[later:] / x0, made / x0, atol=1e-9)


@given(SEEDS)
def test_a_wrong_blow_is_always_named_by_its_place(seed):
    shock = random_shock(SYSTEM, seed)
    rng = np.random.default_rng(seed)
    at = int(rng.integers(0, len(shock.blows)))
    wrong = [
        {"share": 1.0 + float(rng.random()) + 1e-6},
        {"share": None},
        {"start_day": -float(rng.random()) - 1e-6},
        {"days": 0.0},
        {"regions": ("nowhere",)},
        {"regions": ("R0", "R0")},
        {"rebuild_factor": 0.0},
    ]
    change = wrong[int(rng.integers(0, len(wrong)))]
    blows = list(shock.blows)
    blows[at] = replace(blows[at], **change)
    with pytest.raises(TableError) as refused:
        Shock(tuple(blows)).checked(SYSTEM)
    (field,) = change
    places = {breach.where for breach in refused.value.breaches}
    assert {where.partition(",")[0] for where in places} == {f"blow {at + 1}"}
    assert f"blow {at + 1}, '{field}'" in places


@given(CURVES, st.floats(2.5, 200.0), st.floats(0.0, 40.0), st.floats(0.5, 30.0),
       st.sampled_from([1, 7]))  # fmt: skip
def test_a_course_is_the_mean_of_what_holds_on_each_day(curve, tau, start, days, step):
    blow = Blow(
        "capacity", nodes="a", share=1.0, start_day=start, days=days, recovery=curve,
        recovery_days=tau,
    )  # fmt: skip
    assert breaches_of(blow, 0) == []
    np.testing.assert_allclose(course(blow, 12, step), by_hand(blow, 12, step), atol=1e-12)


@given(CURVES, st.floats(2.5, 200.0), st.lists(st.floats(0.0, 900.0), min_size=2, max_size=9))
def test_what_is_left_of_a_blow_falls_from_all_of_it_and_stays_between_0_and_1(curve, tau, days):
    blow = Blow("capacity", nodes="a", share=1.0, days=1, recovery=curve, recovery_days=tau)
    left = left_of(blow, np.sort(days))
    assert ((left >= 0.0) & (left <= 1.0)).all()
    assert (np.diff(left) <= 1e-12).all()
    assert left_of(blow, np.array([-3.0, 0.0])).tolist() == [1.0, 1.0]


@given(st.floats(2.5, 300.0), st.floats(0.05, 0.9))
def test_half_of_a_concave_blow_is_left_after_its_half_recovery_days(tau, part):
    half = max(1.01, part * tau)
    assume(half < tau)
    blow = Blow(
        "capacity", nodes="a", share=1.0, days=1, recovery="concave", recovery_days=tau,
        half_recovery_days=half,
    )  # fmt: skip
    assert left_of(blow, np.array([half])) == pytest.approx(0.5, abs=1e-6)
    usual = replace(blow, half_recovery_days=None)
    assert left_of(usual, np.array([tau / 2.0])) == pytest.approx(0.5, abs=1e-6)


@given(st.floats(0.0, 5000.0), st.sampled_from([0.5, 1.0, 7.0]))
def test_a_day_lies_within_its_step(day, step_days):
    step = step_of(day, step_days)
    assert step * step_days <= day < (step + 1) * step_days


@given(SEEDS, st.floats(0.0, 1.0), st.floats(0.0, 3.0))
def test_a_draw_of_the_size_is_the_shock_scaled_and_of_the_start_shifted(seed, at, later):
    shock = random_shock(SYSTEM, seed)
    size = UncertainInput(input="size_factor", form="range", low=0.0, high=2.0)
    shift = UncertainInput(input="start_shift_days", form="range", low=0.0, high=3.0)
    drawn = Uncertainty((size, shift)).shock(shock, np.array([2.0 * at, later]))
    assert drawn == shock.scaled(2.0 * at).shifted(later)
    two = sector_blows(SYSTEM, Shock.of_toml(drawn.to_toml()), 30)
    for ours, theirs in zip(two.capacity, sector_blows(SYSTEM, drawn, 30).capacity, strict=True):
        np.testing.assert_array_equal(ours.share, theirs.share)
        np.testing.assert_array_equal(ours.course, theirs.course)
