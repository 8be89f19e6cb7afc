"""Laws of scans: low rank equals a fresh solve, greedy keeps its promise."""

from itertools import combinations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from chainwright import System
from chainwright.accounts import extraction, region_extraction
from chainwright.errors import TableError
from chainwright.stress.scans.extraction_losses import ExtractionLosses
from chainwright.stress.scans.worst_extraction import worst_extraction
from toys import long_table
from worlds import dense, world

SEEDS = st.integers(0, 2**32 - 1)


def some_world(seed, *shape):
    """Return a world; a draw in which two nodes use more than they make is no table at all."""
    try:
        return world(seed, *shape)
    except TableError:
        assume(False)  # noqa: FBT003 (hypothesis says it so)
        raise


def losses(system, home=None):
    nodes = system.flows.nodes
    counted = np.ones(len(nodes), bool) if home is None else nodes.mask(regions=[home])
    return ExtractionLosses(system.flows, counted)


def lost_without(system, out, counted):
    """Return counted output lost if nodes `out` are removed and the rest is solved afresh."""
    shares, _, x, _ = dense(system)
    kept = np.setdiff1d(np.arange(len(x)), out)
    after = np.zeros(len(x))
    smaller = np.eye(len(kept)) - shares[np.ix_(kept, kept)]
    after[kept] = np.linalg.solve(smaller, system.flows.demand[kept])
    return float((x - after)[counted].sum())


@given(SEEDS, st.sampled_from([None, "R1"]))
def test_any_set_costs_what_a_fresh_solve_without_it_says(seed, home):
    system = some_world(seed, 3, 3)
    found = losses(system, home)
    for out in ([4], [0, 8], [1, 3, 7], list(range(6))):
        told = lost_without(system, out, found.counted)
        np.testing.assert_allclose(found.of_set(np.array(out)), told, rtol=1e-9, atol=1e-9)


@given(SEEDS)
def test_one_node_or_region_costs_what_extraction_says(seed):
    system = some_world(seed, 3, 3)
    found = losses(system)
    np.testing.assert_allclose(found.nodes, extraction(system).output_lost, rtol=1e-12)
    whole = region_extraction(system, "R2").output_lost.sum()
    np.testing.assert_allclose(found.of_set(np.array([6, 7, 8])), whole, rtol=1e-11)


@given(SEEDS, st.sampled_from([None, "R0"]))
def test_pairs_are_exact_complete_and_overlap(seed, home):
    system = some_world(seed, 2, 4)
    found = losses(system, home)
    pairs = found.pairs(np.arange(8), 100)
    assert len(pairs.lost) == 28
    assert (np.diff(pairs.lost) <= 0.0).all()
    for i, j, lost in zip(pairs.first, pairs.second, pairs.lost, strict=True):
        told = lost_without(system, [i, j], found.counted)
        np.testing.assert_allclose(lost, told, rtol=1e-9, atol=1e-9)
    few = found.pairs(np.array([1, 4, 6]), 2)  # by a block of the inverse, not the whole
    assert len(few.lost) == 2
    assert {*few.first, *few.second} <= {1, 4, 6}
    assert (pairs.overlap >= -1e-9).all()
    np.testing.assert_allclose(few.lost[0], found.of_set(np.array([few.first[0], few.second[0]])))


@given(SEEDS, st.floats(0.0, 0.3))
def test_a_link_costs_what_a_fresh_solve_without_it_says(seed, share):
    system = some_world(seed, 3, 3)
    shares, _, x, _ = dense(system)
    supplier, user, flow, lost = losses(system).links(share)
    assert (supplier != user).all()
    assert (flow >= share * x[user]).all()
    wanted = (shares >= share) & (shares > 0.0) & ~np.eye(len(x), dtype=bool)
    assert len(flow) == wanted.sum()
    for i, j, told in zip(supplier, user, lost, strict=True):
        cut = shares.copy()
        cut[i, j] = 0.0
        after = np.linalg.solve(np.eye(len(x)) - cut, system.flows.demand)
        np.testing.assert_allclose(told, (x - after).sum(), rtol=1e-9, atol=1e-10)


@given(SEEDS, st.sampled_from([None, "R1"]))
def test_greedy_is_within_its_bound_of_the_best_set_by_brute_force(seed, home):
    system = some_world(seed, 2, 4)
    found = losses(system, home)
    worst = worst_extraction(found, np.arange(8), 4)
    for size in range(1, 5):
        greedy = worst.lost[size - 1]
        told = lost_without(system, worst.nodes[:size], found.counted)
        np.testing.assert_allclose(greedy, told, rtol=1e-9)
        before = [int(i) for i in worst.nodes[: size - 1]]
        steps = [found.of_set(np.array([*before, j])) for j in range(8) if j not in before]
        np.testing.assert_allclose(greedy, max(steps), rtol=1e-9)  # no step could be better
        best = max(found.of_set(np.array(s)) for s in combinations(range(8), size))
        assert greedy <= best * (1.0 + 1e-12)
        assert best <= worst.bound[size - 1] * (1.0 + 1e-9)
        if (system.flows.demand >= 0.0).all():
            assert greedy >= best * (1.0 - (1.0 - 1.0 / size) ** size) * (1.0 - 1e-9)


def bounds_by_hand(found, worst):
    """Return the least of what is lost after some steps and the largest gains left then."""
    n, k = len(found.nodes), len(worst.nodes)
    told = np.full(k, np.inf)
    for taken in range(k):
        held = [int(i) for i in worst.nodes[:taken]]
        base = found.of_set(np.array(held)) if held else 0.0
        gains = [found.of_set(np.array([*held, j])) - base for j in range(n) if j not in held]
        gains = np.sort([*gains, *np.zeros(k)])[::-1][:k]
        told = np.minimum(told, base + np.cumsum(gains))
    return np.maximum(told, worst.lost)


@given(SEEDS)
def test_the_bound_is_what_is_lost_so_far_and_the_largest_gains_that_are_left(seed):
    found = losses(some_world(seed, 2, 4))
    worst = worst_extraction(found, np.arange(8), 3)
    np.testing.assert_allclose(worst.bound, bounds_by_hand(found, worst), rtol=1e-9)
    assert (worst.bound >= worst.lost).all()


def test_in_a_ring_where_all_hang_together_the_bound_sharpens_with_each_step():
    ring = ["A:a", "A:b", "A:c", "A:d", "A:e"]
    cells = {
        (s, u): 6.0 + i for i, (s, u) in enumerate(zip(ring, ring[1:] + ring[:1], strict=True))
    }
    system = System.from_table(
        long_table(intermediate=cells, final={(s, "A:y"): 2.0 for s in ring})
    )
    found = losses(system)
    worst = worst_extraction(found, np.arange(5), 4)
    np.testing.assert_allclose(worst.bound, bounds_by_hand(found, worst), rtol=1e-9)
    singles = np.cumsum(np.sort(found.nodes)[::-1])[:4]
    assert (worst.bound[1:] < 0.9 * singles[1:]).all()


def test_greedy_takes_the_worst_node_first_and_only_from_those_it_may():
    system = world(5, 3, 3)
    found = losses(system)
    assert worst_extraction(found, np.arange(9), 1).nodes[0] == np.argmax(found.nodes)
    assert set(worst_extraction(found, np.array([2, 5, 7]), 3).nodes) == {2, 5, 7}
