"""Service times of random networks: the search equals enumeration and obeys the model's laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.plan.safety_stocks.service_search import search
from chainwright.plan.safety_stocks.step_grid import StepGrid
from stage_twins import enumerated, priced, random_programme, random_tree

SEEDS = st.integers(0, 10**6)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(2, 8))
def test_the_search_equals_enumeration(seed, stages):
    rng = np.random.default_rng(seed)
    days = {2: 6, 3: 5, 4: 4, 5: 3, 6: 2, 7: 2, 8: 1}[stages]
    programme = random_programme(rng, stages, most_days=days)
    found = search(programme, gap=0.0)
    least = enumerated(programme)[0][0]
    assert found.cost == pytest.approx(least, rel=1e-9, abs=1e-9)
    assert found.bound <= least * (1 + 1e-9) + 1e-12
    assert found.gap <= 1e-8
    assert priced(programme, found.quoted.tolist()) == pytest.approx(found.cost, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(2, 6))
def test_messages_are_never_above_the_least_cost(seed, stages):
    programme = random_programme(np.random.default_rng(seed), stages, most_days=2)
    least = enumerated(programme)[0][0]
    grid = StepGrid(programme, 1.0)
    messages = grid.silent()
    bounds = [grid.passed(grid.whole, messages) for _ in range(12)]
    assert max(bounds) <= least * (1 + 1e-9) + 1e-12
    assert min(np.diff(bounds)) >= -1e-9 * max(1.0, least)  # each pass raises the bound


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(2, 7))
def test_a_tree_has_no_gap(seed, stages):
    programme = random_tree(np.random.default_rng(seed), stages, most_days=3)
    found = search(programme)
    assert found.method == "tree"
    assert found.cost == pytest.approx(enumerated(programme)[0][0], rel=1e-9, abs=1e-9)
    assert found.bound == pytest.approx(found.cost, rel=1e-9, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_costs_scale_with_weights_and_times(seed):
    programme = random_programme(np.random.default_rng(seed), 12)
    cost = search(programme, gap=0.0).cost
    heavier = search(replace(programme, weight=3.0 * programme.weight), gap=0.0).cost
    assert heavier == pytest.approx(3.0 * cost, rel=1e-9, abs=1e-9)
    longer = replace(
        programme,
        time=4.0 * programme.time,
        outside=4.0 * programme.outside,
        longest=4.0 * programme.longest,
    )
    assert search(longer, gap=0.0).cost == pytest.approx(2.0 * cost, rel=1e-9, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_what_is_allowed_more_never_costs_more(seed):
    rng = np.random.default_rng(seed)
    programme = random_programme(rng, 10)
    cost = search(programme, gap=0.0).cost
    patient = replace(programme, longest=programme.longest + rng.integers(0, 3, 10))
    assert search(patient, gap=0.0).cost <= cost * (1 + 1e-9) + 1e-12
    kept = rng.random(len(programme.tail)) > 0.3
    looser = replace(programme, tail=programme.tail[kept], head=programme.head[kept])
    assert search(looser, gap=0.0).cost <= cost * (1 + 1e-9) + 1e-12
    faster = replace(programme, time=np.maximum(0.0, programme.time - 1.0))
    assert search(faster, gap=0.0).cost <= cost * (1 + 1e-9) + 1e-12


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_times_between_steps_are_bracketed(seed):
    rng = np.random.default_rng(seed)
    whole = random_programme(rng, 6)
    programme = replace(whole, time=whole.time * 0.731 + 0.0007)
    found = search(programme, gap=0.02, time_limit_seconds=1.0)
    assert found.bound <= found.cost
    assert priced(programme, found.quoted.tolist()) == pytest.approx(found.cost, rel=1e-6, abs=1e-6)
    up = replace(programme, time=np.ceil(programme.time))
    assert found.bound <= search(up, gap=0.0).cost * (1 + 1e-9)
    exact = replace(whole, time=whole.time * 0.5)
    ours = search(exact, gap=0.0)
    twice = replace(whole, longest=2.0 * whole.longest, outside=2.0 * whole.outside)
    assert ours.step <= 0.5 or (exact.time == np.rint(exact.time)).all()
    assert ours.cost * np.sqrt(2.0) == pytest.approx(
        search(twice, gap=0.0).cost, rel=1e-9, abs=1e-9
    )


def test_an_order_of_stages_changes_nothing():
    rng = np.random.default_rng(3)
    programme = random_programme(rng, 30)
    found = search(programme, gap=0.0)
    level = programme.level
    order = np.lexsort((rng.random(30), level))
    place = np.argsort(order)
    arcs = np.column_stack([place[programme.tail], place[programme.head]])
    arcs = arcs[np.lexsort((arcs[:, 1], arcs[:, 0]))]
    other = replace(
        programme,
        time=programme.time[order],
        weight=programme.weight[order],
        outside=programme.outside[order],
        longest=programme.longest[order],
        tail=arcs[:, 0].copy(),
        head=arcs[:, 1].copy(),
    )
    assert search(other, gap=0.0).cost == pytest.approx(found.cost, rel=1e-9)


def test_parts_that_nothing_joins_are_solved_one_by_one():
    rng = np.random.default_rng(5)
    one, two = random_programme(rng, 7), random_tree(rng, 6)
    both = type(one)(
        np.concatenate([one.time, two.time]),
        np.concatenate([one.weight, two.weight]),
        np.concatenate([one.outside, two.outside]),
        np.concatenate([one.longest, two.longest]),
        np.concatenate([one.tail, two.tail + 7]),
        np.concatenate([one.head, two.head + 7]),
    )
    found = search(both, gap=0.0)
    apart = [search(each, gap=0.0) for each in (one, two)]
    assert len(both.parts) == 2
    assert found.cost == pytest.approx(sum(each.cost for each in apart), rel=1e-12)
    assert found.quoted.tolist() == [*apart[0].quoted, *apart[1].quoted]


def test_the_time_limit_ends_a_search_with_what_is_proven():
    programme = random_programme(np.random.default_rng(11), 60, most_days=9, density=0.2)
    found = search(programme, gap=0.0, time_limit_seconds=1e-9)
    assert 0.0 < found.bound <= found.cost < np.inf
    assert priced(programme, found.quoted.tolist()) == pytest.approx(found.cost)
