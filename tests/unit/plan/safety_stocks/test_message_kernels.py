"""What stages tell each other, against sums and minima taken in plain Python."""

import numpy as np
import pytest

from chainwright.plan.safety_stocks.message_kernels import (
    down_an_arc,
    normed,
    to_quoted,
    to_waited,
    up_an_arc,
)
from chainwright.plan.safety_stocks.plan_kernels import favoured, ranged
from chainwright.plan.safety_stocks.tree_kernels import from_customers, from_suppliers

SEEDS = range(6)


def room(size=9):
    return np.full(size, -7.0)


def roots(size=40):
    return np.sqrt(np.arange(size, dtype=float))


def steps(*values):
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_cost_by_time_quoted_is_that_over_all_waits(seed):
    rng = np.random.default_rng(seed)
    low_in, high_in, low_out, high_out = 1, 6, 0, 5
    least, time, weight = rng.random(9), int(rng.integers(0, 5)), float(rng.random())
    found = room()
    to_quoted(least, low_in, high_in, low_out, high_out, time, weight, roots(), found)
    for s in range(low_out, high_out + 1):
        costs = [least[t] + weight * max(t + time - s, 0) ** 0.5 for t in range(1, 7)]
        assert found[s] == pytest.approx(min(costs), abs=1e-12)
    assert found[6:].tolist() == [-7.0, -7.0, -7.0]  # what lies beyond the range is not touched


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_cost_by_time_waited_is_that_over_all_quotes(seed):
    rng = np.random.default_rng(seed)
    low_in, high_in, low_out, high_out = 2, 7, 1, 4
    least, time, weight = rng.random(9), int(rng.integers(0, 5)), float(rng.random())
    found = room()
    to_waited(least, low_in, high_in, low_out, high_out, time, weight, roots(), found)
    for t in range(low_in, high_in + 1):
        costs = [least[s] + weight * max(t + time - s, 0) ** 0.5 for s in range(1, 5)]
        assert found[t] == pytest.approx(min(costs), abs=1e-12)
    assert found[:2].tolist() == [-7.0, -7.0]
    assert found[8] == -7.0


@pytest.mark.parametrize("share", [1.0, 0.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_customer_waits_at_least_what_its_supplier_quotes(seed, share):
    rng = np.random.default_rng(seed)
    here, told, found = rng.random(9), rng.random(9), room()
    down_an_arc(here, share, told, 1, 5, 1, 8, found)
    for t in range(1, 9):
        expected = min(share * here[s] - told[s] for s in range(1, min(t, 5) + 1))
        assert found[t] == pytest.approx(expected, abs=1e-12)


def test_a_wait_below_every_quote_is_impossible():
    found = room()
    down_an_arc(np.zeros(9), 1.0, np.zeros(9), 3, 5, 1, 6, found)
    assert found[1:7].tolist() == [np.inf, np.inf, 0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("share", [1.0, 0.25])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_supplier_quotes_at_most_what_its_customer_waits(seed, share):
    rng = np.random.default_rng(seed)
    here, told, found = rng.random(9), rng.random(9), room()
    least = up_an_arc(here, share, told, 2, 7, 0, 6, found)
    plain = [min(share * here[t] - told[t] for t in range(max(s, 2), 8)) for s in range(7)]
    assert least == pytest.approx(min(plain), abs=1e-12)
    np.testing.assert_allclose(found[:7], np.array(plain) - min(plain), atol=1e-12)
    assert found[:7].min() == 0.0
    assert (np.diff(found[:7]) >= 0.0).all()  # fewer waits are left for a longer quote


def test_what_is_taken_off_is_the_least_of_the_range():
    values = np.array([9.0, 4.0, 3.0, 5.0, 1.0])
    assert normed(1, 3, values) == 3.0
    assert values.tolist() == [9.0, 1.0, 0.0, 2.0, 1.0]


def test_messages_of_all_neighbours_but_one_are_added_up():
    # stages 0 and 1 supply 2; arc 0 is 0 > 2, arc 1 is 1 > 2
    held = np.arange(10.0).reshape(2, 5)
    here = room(5)
    from_suppliers(2, -1, 1, 3, steps(0, 0, 0, 2), steps(0, 1), held, here)
    assert here.tolist() == [-7.0, 1 + 6, 2 + 7, 3 + 8, -7.0]
    from_suppliers(2, 1, 1, 3, steps(0, 0, 0, 2), steps(0, 1), held, here)
    assert here[1:4].tolist() == [1.0, 2.0, 3.0]
    from_customers(0, -1, 0, 2, steps(0, 2, 2, 2), held, here)
    assert here[:3].tolist() == [5.0, 7.0, 9.0]
    from_customers(0, 0, 0, 2, steps(0, 2, 2, 2), held, here)
    assert here[:3].tolist() == [5.0, 6.0, 7.0]
    from_customers(1, -1, 0, 2, steps(0, 2, 2, 2), held, here)
    assert here[:3].tolist() == [0.0, 0.0, 0.0]


def test_ranges_follow_the_suppliers_down_the_chain():
    # 0 and 1 supply 2; stage times 4, 1, 2; 0 quotes 1 to 4, 1 quotes 0 to 1
    low_in, high_in = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
    low_out, high_out = steps(1, 0, 0), steps(9, 1, 9)
    arcs = (steps(0, 0, 0, 2), steps(0, 1), steps(0, 1))
    left = ranged(steps(4, 1, 2), steps(0, 0, 0), *arcs, low_in, high_in, low_out, high_out)
    assert left
    assert high_out.tolist() == [4, 1, 6]
    assert low_in.tolist() == [0, 0, 1]
    assert high_in.tolist() == [0, 0, 4]


def test_ranges_without_a_plan_are_told():
    low_in, high_in = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    arcs = (steps(0, 0), steps(), steps())
    assert not ranged(steps(2), steps(0), *arcs, low_in, high_in, steps(3), steps(9))
    assert ranged(steps(2), steps(1), *arcs, low_in, high_in, steps(3), steps(9))


def test_the_favoured_quote_is_that_of_all_messages_together():
    stage = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 5.0]])
    along = np.array([[0.0, 4.0, 0.5]])
    best = np.full(2, -1, dtype=np.int64)
    favoured(steps(0, 1, 1), steps(0, 0), steps(2, 2), stage, along, best)
    assert best.tolist() == [2, 0]  # 3, 5 and 2.5 at the first; 0 at the second
    favoured(steps(0, 1, 1), steps(0, 1), steps(1, 2), stage, along, best)
    assert best.tolist() == [0, 1]  # of equals the shorter one
