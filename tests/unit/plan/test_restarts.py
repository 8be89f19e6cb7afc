"""Orders to restart in: the worked case, every order tried, bounds."""

from itertools import permutations

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan import restart_loss, restart_order
from chainwright.plan.restarting.closed_sets import closed_sets, needs_first
from chainwright.plan.restarting.need_loops import NeedLoops

NAMES = "MSPTK"
CASE = ([3, 2, 4, 1, 2], [0, 10, 6, 30, 8], [(1, 0), (4, 0), (3, 1), (3, 2)])


def places(word):
    return [NAMES.index(letter) for letter in word]


def test_the_worked_case_loses_500_and_the_next_best_506():
    found = restart_order(*CASE)
    assert found.loss == 500.0
    assert found.exact
    assert found.bound == 500.0
    assert "".join(NAMES[j] for j in found.order) in {"MSPTK", "SMPTK"}
    every = sorted(restart_loss(o, *CASE) for o in permutations(range(5)))
    assert len(every) == 120
    assert [restart_loss(places(w), *CASE) for w in ("MSPTK", "SMPTK")] == [500.0, 500.0]
    assert every[0] == 500.0
    assert next(loss for loss in every if loss > 500.0) == 506.0


def test_value_per_day_without_what_is_needed_is_the_worst_of_all_orders():
    assert restart_loss(places("TSKPM"), *CASE) == 630.0
    assert max(restart_loss(o, *CASE) for o in permutations(range(5))) == 630.0


def test_the_densest_closed_set_of_the_case_is_all_but_k():
    p, v = np.array(CASE[0], dtype=float), np.array(CASE[1], dtype=float)
    loops = NeedLoops.of(p, v, CASE[2])
    found = closed_sets(loops)
    members = loops.members()
    assert [sorted(j for g in s for j in members[g]) for s in found.sets] == [[0, 1, 2, 3], [4]]
    assert (found.worth / found.work).tolist() == [4.6, 4.0]
    assert restart_loss(needs_first(loops, found).tolist(), *CASE) == 500.0


def drawn(seed, n):
    rng = np.random.default_rng(seed)
    days = rng.integers(0, 6, n)
    values = rng.integers(0, 9, n) * (rng.random(n) < 0.7)
    pairs = [(j, i) for j in range(n) for i in range(n) if i != j and rng.random() < 0.2]
    if seed % 3:  # without loops
        pairs = [(j, i) for j, i in pairs if i < j]
    return days, values, pairs


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("crews", [1, 2])
def test_the_order_is_the_best_of_all_orders(seed, crews):
    case = drawn(seed, 3 + seed % 4)
    found = restart_order(*case, crews=crews)
    best = min(restart_loss(o, *case, crews=crews) for o in permutations(range(len(case[0]))))
    assert found.loss == best
    assert restart_loss(found.order, *case, crews=crews) == best


@pytest.mark.parametrize("seed", range(6))
def test_more_nodes_than_can_be_tried_stay_between_the_bound_and_any_order(seed):
    case = drawn(seed, 30)
    rng = np.random.default_rng(seed)
    for crews in (1, 3):
        found = restart_order(*case, crews=crews)
        assert sorted(found.order) == list(range(30))
        assert 0.0 <= found.bound <= found.loss
        # loops count as one node: with one crew few groups are solved exactly
        groups = len(NeedLoops.of(*map(np.asarray, case[:2]), case[2]))
        assert found.exact == (crews == 1 and groups <= 20)
        for _ in range(50):
            tried = restart_loss(rng.permutation(30).tolist(), *case, crews=crews)
            assert found.bound <= tried + 1e-9
            assert found.loss <= tried + 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_the_search_is_near_the_least_where_that_is_known(seed, monkeypatch):
    case = drawn(3 * seed + 1, 12)
    exact = restart_order(*case)
    monkeypatch.setattr("chainwright.plan.restarting.restarts.EXACT_ONE_CREW", 5)
    found = restart_order(*case)
    assert exact.exact
    assert not found.exact
    assert found.bound <= exact.loss <= found.loss <= exact.loss * 1.05 + 1e-9


def test_more_crews_never_lose_more():
    case = drawn(5, 7)
    losses = [restart_order(*case, crews=m).loss for m in (1, 2, 3, 7)]
    assert losses == sorted(losses, reverse=True)


def test_a_node_runs_when_the_last_that_it_needs_does():
    found = restart_order(*CASE)
    running = dict(zip(NAMES, found.running.tolist(), strict=True))
    assert running == {"M": 3.0, "S": 5.0, "P": 9.0, "T": 10.0, "K": 12.0}


def test_twenty_nodes_are_solved_exactly():
    found = restart_order(*drawn(7, 18))
    assert found.exact
    assert found.bound == found.loss


def test_nothing_to_restart_is_an_empty_order():
    found = restart_order([], [])
    assert (found.order, found.loss, found.exact) == ((), 0.0, True)


@pytest.mark.parametrize(
    ("case", "crews", "said"),
    [
        (([1, -1], [1, 1], []), 1, "days"),
        (([1, 1], [1], []), 1, "one number a node"),
        (([1, 1], [1, np.inf], []), 1, "values"),
        (([1, 1], [1, 1], [(0, 2)]), 1, "pairs of nodes"),
        (([1, 1], [1, 1], []), 0, "crews"),
        (([1, 1], [1, 1], []), True, "crews"),
    ],
)
def test_bad_input_is_refused(case, crews, said):
    with pytest.raises(ParameterError, match=said):
        restart_order(*case, crews=crews)


def test_an_order_that_forgets_a_node_is_refused():
    with pytest.raises(ParameterError, match="each of 0 to 4 once"):
        restart_loss([0, 1, 2, 3, 3], *CASE)
