"""The partially binding model against loops over sectors, one region and several kinds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from binding_twin import binding_twin
from chainwright.stress.sectors.partially_binding_model import BindingModel
from chainwright.stress.sectors.partially_binding_run import (
    BindingCourses,
    BindingStart,
    run_binding,
)

SEEDS = st.integers(0, 2**32 - 1)
KINDS = st.sampled_from(["leontief", "strong", "half", "weak", "linear"])
DAYS = 25


def economy(rng, n):
    """Return deliveries, output, labour, consumption, other demand of an economy at rest."""
    flows = rng.random((n, n)) * (rng.random((n, n)) < 0.7)
    consumption, other = 0.2 + rng.random(n) * n, rng.random(n) * n
    x0 = flows.sum(axis=1) + consumption + other
    return flows, x0, 0.1 + rng.random(n), consumption, other


def courses(rng, n):
    on = (np.arange(DAYS) >= 3) & (np.arange(DAYS) < 15)
    lost = np.outer(on, rng.random(n) * (rng.random(n) < 0.6))
    fear = np.outer(on, 0.5 * rng.random(n) * (rng.random(n) < 0.4))
    return lost, fear


def start(parts, stock_days, scores):
    flows, x0, labour, consumption, other = parts
    n = len(x0)
    return BindingStart(
        np.ascontiguousarray(flows),
        np.arange(n, dtype=np.int32),
        np.zeros((n, n)),
        x0,
        labour,
        consumption,
        other,
        np.tile(stock_days, (n, 1)),
        scores,
    )


@given(SEEDS, KINDS, st.booleans())
def test_the_run_equals_the_loops(seed, kind, orders_first):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    parts = economy(rng, n)
    stock_days, scores = 1.0 + 6.0 * rng.random(n), rng.choice([0.0, 0.5, 1.0], (n, n))
    lost, fear = courses(rng, n)
    other_lost = fear * parts[4]
    told = binding_twin(
        parts,
        stock_days,
        scores,
        kind,
        lost,
        tau=7.0,
        hiring=0.1,
        firing=0.2,
        autonomous=0.5,
        quarterly=0.3,
        expected=0.9,
        fear=fear,
        other_lost=other_lost,
        orders_first=orders_first,
    )
    model = BindingModel(
        kind=kind,
        rationing="orders_first" if orders_first else "proportional",
        restoration_days=7.0,
        hiring_days=10.0,
        firing_days=5.0,
        autonomous=0.5,
        persistence=0.3,
        expected_income=0.9,
    )
    found = run_binding(
        start(parts, stock_days, scores), BindingCourses(lost, fear, other_lost), model
    )
    np.testing.assert_allclose(found.production, told, rtol=1e-10, atol=1e-11)


@given(SEEDS, KINDS)
def test_laws_of_each_day(seed, kind):
    rng = np.random.default_rng(seed)
    n = 4
    parts = economy(rng, n)
    stock_days, scores = 1.0 + 6.0 * rng.random(n), rng.choice([0.0, 0.5, 1.0], (n, n))
    lost, fear = courses(rng, n)
    begin = start(parts, stock_days, scores)
    none = np.zeros_like(lost)
    found = run_binding(begin, BindingCourses(lost, fear, none), BindingModel(kind=kind))
    x = found.production
    least = np.minimum(np.minimum(found.capacity, found.allowed), found.demand)
    np.testing.assert_array_equal(x, least)
    assert (x >= 0.0).all()
    assert found.lowest_stock >= 0.0
    assert (found.labour <= 1.0 - lost + 1e-15).all()
    for values in (found.production, found.capacity, found.demand, found.purchases):
        assert np.isfinite(values).all()
    assert (found.final >= 0.0).all()
    assert (found.unmet_consumption >= -1e-12).all()
    # what is made is delivered: to producers, whose stocks take it in, and to final users
    delivered = found.purchases.sum(axis=1) + found.final.sum(axis=1)
    np.testing.assert_allclose(x.sum(axis=1), delivered, rtol=1e-11)


@given(SEEDS, KINDS)
def test_money_and_order_of_sectors_change_nothing(seed, kind):
    rng = np.random.default_rng(seed)
    n = 4
    parts = economy(rng, n)
    stock_days, scores = 1.0 + 6.0 * rng.random(n), rng.choice([0.0, 0.5, 1.0], (n, n))
    lost, fear = courses(rng, n)
    none = np.zeros_like(lost)
    model = BindingModel(kind=kind)
    usual = run_binding(start(parts, stock_days, scores), BindingCourses(lost, fear, none), model)
    dear = run_binding(
        start(tuple(1000.0 * p for p in parts), stock_days, scores),
        BindingCourses(lost, fear, none),
        model,
    )
    np.testing.assert_allclose(dear.production, 1000.0 * usual.production, rtol=1e-11)
    turn = rng.permutation(n)
    turned = run_binding(
        start(
            (parts[0][np.ix_(turn, turn)], *(p[turn] for p in parts[1:])),
            stock_days[turn],
            scores[np.ix_(turn, turn)],
        ),
        BindingCourses(lost[:, turn], fear[:, turn], none),
        model,
    )
    np.testing.assert_allclose(turned.production, usual.production[:, turn], rtol=1e-11)


@given(SEEDS)
def test_more_inputs_that_bind_never_help_on_the_day_they_first_bind(seed):
    rng = np.random.default_rng(seed)
    parts = economy(rng, 4)
    stock_days, scores = 1.0 + 4.0 * rng.random(4), rng.choice([0.0, 0.5, 1.0], (4, 4))
    lost, _ = courses(rng, 4)
    none = np.zeros_like(lost)
    begin = start(parts, stock_days, scores)
    order = ["weak", "half", "strong", "leontief"]
    first = []
    for kind in order:
        found = run_binding(begin, BindingCourses(lost, none, none), BindingModel(kind=kind))
        first.append(np.where(found.short_day < 0, DAYS, found.short_day).min())
    assert first == sorted(first, reverse=True)


def test_a_lasting_fall_of_final_demand_ends_at_leontief_s_solution():
    rng = np.random.default_rng(3)
    parts = economy(rng, 4)
    flows, x0, _, _, other = parts
    days = 3000
    gone = np.zeros((days, 4))
    gone[:, 1] = 0.3 * other[1]
    none = np.zeros_like(gone)
    model = BindingModel(autonomous=1.0, kind="leontief")  # consumption does not follow labour
    begin = start(parts, np.full(4, 10.0), np.ones((4, 4)))
    found = run_binding(begin, BindingCourses(none, none, gone), model)
    wanted = parts[3] + other - gone[0]
    told = np.linalg.solve(np.eye(4) - flows / x0, wanted)
    assert found.production[-1] == pytest.approx(told, rel=1e-9)
