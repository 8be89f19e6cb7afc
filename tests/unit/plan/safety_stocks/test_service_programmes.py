"""Programmes of service times: what can be kept, what it costs, and the steps of a grid."""

import numpy as np
import pytest

from chainwright.plan.safety_stocks.service_programme import ServiceProgramme
from chainwright.plan.safety_stocks.service_search import search
from chainwright.plan.safety_stocks.slope_iteration import flattened
from chainwright.plan.safety_stocks.step_grid import Ranges, StepGrid, fitting_step
from stage_twins import enumerated, priced, random_programme, random_tree

SEEDS = range(8)


def whole(*values):
    return np.array(values, dtype=np.int64)


def line(time=(4.0, 2.0, 1.0), weight=(20.0, 36.0, 80.0), longest=0.0, outside=0.0):
    """Return P -> M -> R."""
    n = len(time)
    return ServiceProgramme(
        np.array(time),
        np.array(weight),
        np.array([outside] + [0.0] * (n - 1)),
        np.array([np.inf] * (n - 1) + [longest]),
        np.arange(n - 1),
        np.arange(1, n),
    )


def two_lines():
    """Return P -> M and, apart from it, Q -> R -> T."""
    return ServiceProgramme(
        np.array([3.0, 1.0, 2.0, 2.0, 1.0]),
        np.array([1.0, 2.0, 1.0, 3.0, 5.0]),
        np.zeros(5),
        np.array([np.inf, 0.0, np.inf, np.inf, 1.0]),
        whole(0, 2, 3),
        whole(1, 3, 4),
    )


def test_arcs_are_found_from_both_ends():
    programme = ServiceProgramme(
        np.ones(4),
        np.ones(4),
        np.zeros(4),
        np.full(4, np.inf),
        whole(0, 0, 1, 2),
        whole(1, 3, 3, 3),
    )  # fmt: skip
    assert programme.out_first.tolist() == [0, 2, 3, 4, 4]
    assert programme.in_first.tolist() == [0, 0, 1, 1, 4]
    assert programme.head[programme.in_arc].tolist() == [1, 3, 3, 3]
    assert programme.level.tolist() == [0, 1, 0, 2]
    assert not programme.is_tree  # 0 > 1 > 3 and 0 > 3 are a ring


def test_waits_are_the_longest_of_what_inputs_quote_and_of_outside():
    programme = line(outside=3.0)
    assert programme.waited(np.array([5.0, 1.0, 0.0])).tolist() == [3.0, 5.0, 1.0]
    assert programme.covered(np.array([5.0, 1.0, 0.0])).tolist() == [2.0, 6.0, 2.0]
    assert programme.replenished.tolist() == [7.0, 9.0, 10.0]
    limited = line(longest=0.0)
    limited = ServiceProgramme(
        limited.time, limited.weight, limited.outside, np.array([1.0, np.inf, 0.0]),
        limited.tail, limited.head,
    )  # fmt: skip
    assert limited.replenished.tolist() == [4.0, 3.0, 4.0]  # nobody waits longer than is quoted


@pytest.mark.parametrize(
    ("quoted", "why"),
    [
        ([5.0, 0.0, 0.0], "more than it waits and works"),
        ([0.0, 0.0, 1.0], "more than customers accept"),
        ([-1.0, 0.0, 0.0], "less than nothing"),
    ],
)
def test_a_plan_that_cannot_be_kept_costs_infinitely_much(quoted, why):
    programme = line()
    assert programme.cost(np.array(quoted)) == np.inf, why
    assert priced(programme, quoted) is None
    mended = programme.mended(np.array(quoted))
    assert np.isfinite(programme.cost(mended))


@pytest.mark.parametrize("seed", SEEDS)
def test_mending_keeps_what_can_be_kept_and_lowers_the_rest(seed):
    rng = np.random.default_rng(seed)
    programme = random_programme(rng, 7)
    asked = rng.integers(0, 9, 7).astype(float)
    kept = programme.mended(asked)
    assert (kept <= asked).all()
    assert programme.cost(kept) == pytest.approx(priced(programme, kept.tolist()), rel=1e-12)
    np.testing.assert_array_equal(programme.mended(kept), kept)
    whole_plan = enumerated(programme)[len(asked)][1]
    np.testing.assert_array_equal(programme.mended(np.array(whole_plan, float)), whole_plan)


def test_parts_are_solved_apart_and_add_up():
    programme = two_lines()
    assert [part.tolist() for part in programme.parts] == [[0, 1], [2, 3, 4]]
    parts = [programme.part(stages) for stages in programme.parts]
    assert [len(part) for part in parts] == [2, 3]
    assert parts[1].tail.tolist() == [0, 1]
    assert all(part.is_tree for part in parts)
    assert not programme.is_tree
    alone = [search(part) for part in parts]
    both = search(programme)
    assert both.cost == pytest.approx(sum(one.cost for one in alone), rel=1e-12)
    assert both.method == "tree"
    assert both.quoted.tolist() == [*alone[0].quoted, *alone[1].quoted]
    assert both.cost == pytest.approx(enumerated(programme)[0][0], rel=1e-12)


def test_parts_of_two_methods_are_named_parts():
    ring = ServiceProgramme(
        np.array([2.0, 1.0, 1.0, 3.0]),
        np.array([1.0, 2.0, 4.0, 1.0]),
        np.zeros(4),
        np.array([np.inf, np.inf, 0.0, 0.0]),
        whole(0, 0, 1),
        whole(1, 2, 2),
    )
    found = search(ring)
    assert found.method == "parts"
    assert found.cost == pytest.approx(enumerated(ring)[0][0], rel=1e-12)
    assert found.gap <= 1e-4


def test_a_network_without_stages_costs_nothing():
    nobody = ServiceProgramme(*(np.zeros(0) for _ in range(4)), whole(), whole())
    found = search(nobody)
    assert (found.cost, found.bound, found.gap) == (0.0, 0.0, 0.0)
    assert nobody.parts == []


@pytest.mark.parametrize(
    ("times", "limit", "step", "exact"),
    [
        ((4.0, 2.0, 1.0), 0.0, 1.0, True),
        ((4.5, 2.0, 1.0), 0.0, 0.5, True),
        ((4.0, 2.0, 1.0), 0.25, 0.25, True),
        ((4.2, 2.0, 1.0), 0.0, 0.2, True),
        ((4.03, 2.0, 1.0), 0.0, 0.01, True),
        ((np.pi, 2.0, 1.0), 0.0, 0.01, False),
    ],
)
def test_the_step_is_the_longest_that_fits_all_times(times, limit, step, exact):
    assert fitting_step(line(times, longest=limit)) == (step, exact)


def test_times_of_years_are_not_cut_into_hundredths():
    step, exact = fitting_step(line((4000.01, 2000.0, 1000.0)))
    assert not exact
    assert step > 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grid_that_does_not_fit_still_bounds_from_below(seed):
    rng = np.random.default_rng(seed)
    whole_days = random_tree(rng, 6)
    odd = ServiceProgramme(
        whole_days.time + rng.random(6) * 0.9, whole_days.weight, whole_days.outside,
        whole_days.longest, whole_days.tail, whole_days.head,
    )  # fmt: skip
    coarse, fine = (StepGrid(odd, step).tree_optimum()[1] for step in (1.0, 0.05))
    found = search(odd)
    assert coarse <= fine * (1 + 1e-12)
    assert fine <= found.cost * (1 + 1e-12)
    assert found.bound <= found.cost
    # a root close to nothing makes much of the solver's last digits
    assert found.cost == pytest.approx(priced(odd, found.quoted.tolist()), rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_tree_programme_finds_the_cheapest_of_all_plans(seed):
    tree = random_tree(np.random.default_rng(seed), 7, most_days=4)
    grid = StepGrid(tree, 1.0)
    steps, least = grid.tree_optimum()
    plans = enumerated(tree)
    assert least == pytest.approx(plans[0][0], rel=1e-12, abs=1e-12)
    assert grid.cost(steps) == pytest.approx(least, rel=1e-12, abs=1e-12)
    assert priced(tree, steps.tolist()) == pytest.approx(least, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_messages_never_promise_more_than_the_cheapest_plan(seed):
    programme = random_programme(np.random.default_rng(seed), 6)
    grid = StepGrid(programme, 1.0)
    messages = grid.silent()
    bounds = [grid.passed(grid.whole, messages) for _ in range(12)]
    best = enumerated(programme)[0][0]
    assert max(bounds) <= best * (1 + 1e-9) + 1e-9
    assert bounds[-1] >= bounds[0] - 1e-9  # passes raise the bound
    decoded = grid.decoded(grid.whole, messages)
    assert priced(programme, decoded.tolist()) == pytest.approx(grid.cost(decoded), rel=1e-12)
    assert grid.cost(decoded) >= best * (1 - 1e-9) - 1e-9


def test_halves_of_a_range_hold_all_plans_between_them():
    programme = random_programme(np.random.default_rng(3), 6)
    grid = StepGrid(programme, 1.0)
    j = int(np.argmax(grid.whole.high_out))
    at = int(grid.whole.high_out[j]) // 2
    lower, upper = (Ranges(*(ends.copy() for ends in grid.whole.all)) for _ in range(2))
    lower.high_out[j], upper.low_out[j] = at, at + 1
    plans = enumerated(programme)
    for half, inside in ((lower, lambda s: s <= at), (upper, lambda s: s > at)):
        assert grid.narrowed(half)
        left = [cost for cost, times in plans if inside(times[j])]
        messages = grid.silent()
        bound = max(grid.passed(half, messages) for _ in range(8))
        assert bound <= min(left) * (1 + 1e-9)


def test_a_stage_that_costs_nothing_holds_everything():
    programme = line(weight=(0.0, 36.0, 80.0))
    grid = StepGrid(programme, 1.0)
    assert grid.whole.high_out.tolist() == [0, 2, 0]
    assert search(programme).quoted[0] == 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_lead_to_a_plan_that_costs_no_more(seed):
    rng = np.random.default_rng(seed)
    programme = random_programme(rng, 7)
    plans = enumerated(programme)
    first = np.array(plans[-1][1], float)
    found = flattened(programme, first)
    cost = programme.cost(found)
    assert cost <= plans[-1][0] * (1 + 1e-12)
    assert cost >= plans[0][0] * (1 - 1e-9)
    assert cost == pytest.approx(priced(programme, found.tolist()), rel=1e-9, abs=1e-12)
    # a corner of the question is whole where all times are
    np.testing.assert_allclose(found, np.rint(found), atol=1e-6)


def test_slopes_mend_a_plan_that_cannot_be_kept_first():
    programme = line()
    found = flattened(programme, np.array([99.0, 99.0, 99.0]))
    assert np.isfinite(programme.cost(found))
    assert programme.cost(found) <= programme.cost(programme.mended(np.full(3, 99.0)))


@pytest.mark.parametrize("gap", [0.2, 0.0])
def test_the_search_ends_at_the_gap_that_is_asked_for(gap):
    programme = random_programme(np.random.default_rng(11), 8, density=0.6)
    found = search(programme, gap=gap)
    best = enumerated(programme)[0][0]
    assert found.bound <= best * (1 + 1e-9)
    assert found.cost >= best * (1 - 1e-9)
    assert found.gap <= gap + 1e-9


def test_a_search_without_time_still_has_a_plan_and_a_bound():
    programme = random_programme(np.random.default_rng(12), 8, density=0.6)
    found = search(programme, time_limit_seconds=0.0)
    assert found.cost == pytest.approx(priced(programme, found.quoted.tolist()), rel=1e-12)
    assert 0.0 <= found.bound <= enumerated(programme)[0][0] * (1 + 1e-9)
