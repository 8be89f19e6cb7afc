"""Orders to restart in: the worked case, every order tried, bounds."""

from itertools import permutations

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan import restart_loss, restart_order
from chainwright.plan.restarting import restarts
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


@pytest.mark.parametrize("seed", range(20))
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


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("crews", [1, 2, 3])
def test_bounds_are_below_the_best_of_all_orders_whole_and_in_part(seed, crews, monkeypatch):
    case = drawn(seed, 5)
    monkeypatch.setattr("chainwright.plan.restarting.restarts.EXACT_ONE_CREW", -1)
    monkeypatch.setattr("chainwright.plan.restarting.restarts.EXACT_CREWS", -1)
    found = restart_order(*case, crews=crews)
    least = min(restart_loss(o, *case, crews=crews) for o in permutations(range(5)))
    assert not found.exact
    assert found.bound <= least * (1 + 1e-12)
    assert found.bound_in_part <= found.bound * (1 + 1e-12)
    assert found.loss >= least


def test_without_needs_the_bound_of_one_crew_is_met_and_of_several_near():
    rng = np.random.default_rng(2)
    days, values = rng.uniform(1, 9, 200), rng.uniform(0, 5, 200)
    alone = restart_order(days, values)
    smith = np.argsort(-values / days, kind="stable").tolist()
    assert alone.loss == pytest.approx(restart_loss(smith, days, values))
    assert alone.bound == pytest.approx(alone.loss)
    crews = restart_order(days, values, crews=5)
    assert crews.bound <= crews.loss <= 1.01 * crews.bound


@pytest.mark.parametrize("seed", range(6))
def test_names_and_the_order_of_nodes_change_no_loss(seed):
    days, values, pairs = drawn(seed, 7)
    turned = np.random.default_rng(seed).permutation(7)
    place = np.argsort(turned)
    other = (days[turned], values[turned], [(int(place[j]), int(place[i])) for j, i in pairs])
    for crews in (1, 2):
        here, there = (restart_order(*c, crews=crews) for c in ((days, values, pairs), other))
        assert there.loss == here.loss
        assert there.bound == pytest.approx(here.bound)
        assert there.bound_in_part == pytest.approx(here.bound_in_part)


def test_closed_sets_are_those_that_trying_every_closed_set_finds():
    for seed in range(30):
        days, values, pairs = drawn(seed, 8)
        days = days + 1.0
        loops = NeedLoops.of(days.astype(float), values.astype(float), pairs)
        found = closed_sets(loops)
        below = [
            {i for i in range(len(loops)) if loops.masks[g] >> i & 1} for g in range(len(loops))
        ]
        left = set(range(len(loops)))
        taken, plain = set(), []
        while left:
            sets = [
                s
                for k in range(1, 1 << len(loops))
                if (s := {g for g in range(len(loops)) if k >> g & 1}) <= left
                and all(below[g] <= s | taken for g in s)
            ]
            density = max(loops.worth[list(s)].sum() / loops.work[list(s)].sum() for s in sets)
            plain.append(density)
            # of equally dense sets the largest, which is the sum of them
            best = max(
                (s for s in sets
                 if loops.worth[list(s)].sum() >= (density - 1e-9) * loops.work[list(s)].sum()),
                key=len,
            )  # fmt: skip
            taken, left = taken | best, left - best
        ours = sorted(set(np.round(found.worth / found.work, 9)), reverse=True)
        assert ours == pytest.approx(plain)


def test_a_thousand_nodes_in_a_chain_and_in_a_loop_are_ordered():
    n = 1000
    chain = np.stack([np.arange(1, n), np.arange(n - 1)], axis=1)
    found = restart_order(np.ones(n), np.ones(n), chain, crews=1)
    assert found.order == tuple(range(n))
    assert found.loss == n * (n + 1) / 2
    assert found.bound == pytest.approx(found.loss)
    loop = np.concatenate([chain, [[0, n - 1]]])
    together = restart_order(np.ones(n), np.ones(n), loop, crews=1)
    assert together.exact
    assert together.loss == n * n


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("crews", [1, 2, 3])
def test_a_bound_by_itself_is_below_the_best_order_before_it_is_cut_off_there(seed, crews):
    days, values, pairs = drawn(seed, 5)
    loops = NeedLoops.of(days.astype(float), values.astype(float), pairs)
    least = min(restart_loss(o, days, values, pairs, crews=crews) for o in permutations(range(5)))
    whole, in_part = restarts._bounds(loops, closed_sets(loops), crews)
    assert in_part <= whole <= least * (1 + 1e-12)
