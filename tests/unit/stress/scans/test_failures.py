from itertools import combinations

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.stress.scans.failures import (
    Costs,
    Failures,
    each_failure,
    greedy_pairs,
    greedy_worst,
)

ALONE = np.array([3.0, 5.0, 1.0, 4.0])
TOGETHER = {(0, 3): 12.0, (0, 1): 6.0}  # the worst pair has not the worst single in it


def cost(one):
    """Return what a set costs: the largest known pair in it, or the sum of singles."""
    pairs = [TOGETHER[p] for p in combinations(sorted(one), 2) if p in TOGETHER]
    return max([float(ALONE[list(one)].sum()) if not pairs else 0.0, *pairs])


@pytest.fixture
def failures():
    calls = []

    def losses(sets):
        calls.append([tuple(sorted(int(c) for c in one)) for one in sets])
        found = np.array([cost(one) for one in calls[-1]])
        return Costs(found, found / 10.0, np.full(len(found), 0.9))

    made = Failures(("a", "b", "c", "d"), (), ALONE / 2.0, 100.0, losses)
    return made, calls


def test_each_failure_is_run_by_itself_and_ranked(failures):
    rows = each_failure(failures[0])
    assert rows.hit == ("b", "d", "a", "c")
    assert rows.costs.lost.tolist() == [5, 4, 3, 1]
    assert rows.costs.unmet.tolist() == [0.5, 0.4, 0.3, 0.1]
    assert rows.direct.tolist() == [2.5, 2.0, 1.5, 0.5]
    assert rows.exact
    assert not rows.notes


def test_greedy_pairs_the_worst_with_each_of_the_short_list_and_says_so(failures):
    made, calls = failures
    rows = greedy_pairs(made, 3)
    assert calls[1] == [(1, 3), (0, 1)]
    assert list(zip(rows.hit, rows.partner, strict=True)) == [("b", "d"), ("b", "a")]
    assert rows.costs.lost.tolist() == [9.0, 6.0]
    assert rows.overlap.tolist() == [0.0, 2.0]
    assert not rows.exact
    assert "Greedy" in rows.notes[0][0]


def test_greedy_can_miss_the_worst_set_and_is_labelled(failures):
    rows = greedy_worst(failures[0], 2, 4)
    assert rows.hit == ("b", "d")
    assert rows.costs.lost.tolist() == [5.0, 9.0]
    assert rows.gain.tolist() == [5.0, 4.0]
    best = max(cost(p) for p in combinations(range(4), 2))
    assert best == 12.0 > rows.costs.lost[-1]  # the gap of greedy, here by brute force
    assert not rows.exact


def test_greedy_tries_the_short_list_alone(failures):
    made, calls = failures
    greedy_worst(made, 4, 2)
    assert calls[1:] == [[(1, 3)]]


def test_a_pair_needs_two(failures):
    with pytest.raises(ParameterError, match="two candidates"):
        greedy_pairs(failures[0], 1)
