"""What needs what: groups that need each other against plain reachability, and days by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.errors import ParameterError
from chainwright.plan.restarting.need_loops import NeedLoops
from restart_worlds import plain_days

NODES = 6
pair = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1))
pairs = st.lists(pair, max_size=12)


def of(needs, n=NODES):
    """Return the loops of nodes whose work is 1, 2, 3, ... and whose value is 10, 20, 30, ..."""
    return NeedLoops.of(np.arange(1.0, n + 1), 10.0 * np.arange(1.0, n + 1), needs)


def reached(needs, n=NODES):
    """Return whether i is needed by j through any number of steps, itself included: plainly."""
    found = np.eye(n, dtype=bool)
    for j, i in needs:
        found[j, i] = True
    for k in range(n):
        found |= found[:, [k]] & found[[k], :]
    return found


@settings(max_examples=80, deadline=None)
@given(pairs)
def test_two_nodes_are_in_one_group_if_and_only_if_each_needs_the_other(needs):
    loops, through = of(needs), reached(needs)
    together = loops.group[:, None] == loops.group[None, :]
    assert np.array_equal(together, through & through.T)


@settings(max_examples=80, deadline=None)
@given(pairs)
def test_a_group_needs_only_groups_before_it_and_names_each_once(needs):
    loops = of(needs)
    for g in range(len(loops)):
        inputs = loops.inputs[loops.starts[g] : loops.starts[g + 1]].tolist()
        assert all(i < g for i in inputs)
        assert len(set(inputs)) == len(inputs)
    assert loops.users.tolist() == [
        g for g in range(len(loops)) for _ in range(loops.starts[g + 1] - loops.starts[g])
    ]


@settings(max_examples=80, deadline=None)
@given(pairs)
def test_masks_hold_all_that_a_group_needs_through_all_steps(needs):
    loops, through = of(needs), reached(needs)
    for j in range(NODES):
        wanted = {int(loops.group[i]) for i in range(NODES) if through[j, i]}
        mask = loops.masks[loops.group[j]]
        assert {g for g in range(len(loops)) if mask >> g & 1} == wanted


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_sums_over_groups_keep_all_work_and_value(needs):
    loops = of(needs)
    members = loops.members()
    assert sorted(j for group in members for j in group) == list(range(NODES))
    assert loops.work.tolist() == [sum(j + 1.0 for j in group) for group in members]
    assert loops.worth.tolist() == [sum(10.0 * (j + 1) for j in group) for group in members]
    assert loops.longest.tolist() == [max(j + 1.0 for j in group) for group in members]


@settings(max_examples=60, deadline=None)
@given(needs=pairs, order=st.permutations(range(NODES)), crews=st.integers(1, 8))
def test_days_with_loops_are_those_of_a_plain_schedule(needs, order, crews):
    done, runs = of(needs).days(order, crews)
    plain = plain_days(order, {j: j + 1.0 for j in range(NODES)}, needs, crews)
    assert runs.tolist() == [plain[j] for j in range(NODES)]
    assert (done <= runs).all()


def test_who_needs_is_in_a_loop_or_needs_another_group():
    # 0 and 1 need each other, 2 needs 1; 3 is needed by 2 alone and needs none, as do 4 and 5
    loops = of([(0, 1), (1, 0), (2, 1), (2, 3), (4, 4)])
    assert loops.needing.tolist() == [0, 1, 2]
    assert sorted(map(tuple, loops.members())) == [(0, 1), (2,), (3,), (4,), (5,)]


def test_a_loop_runs_when_the_last_of_it_is_restarted():
    # work 1 and 2, one crew: restarted on days 1 and 3; both run on day 3
    loops = of([(0, 1), (1, 0)], n=2)
    done, runs = loops.days([0, 1], 1)
    assert done.tolist() == [1.0, 3.0]
    assert runs.tolist() == [3.0, 3.0]


def test_pairs_as_an_array_or_as_any_iterable_are_the_same():
    needs = [(2, 1), (1, 0), (2, 1)]
    listed, held, drawn = (of(each, n=3) for each in (needs, np.array(needs), iter(needs)))
    for other in (held, drawn):
        assert other.group.tolist() == listed.group.tolist()
        assert other.inputs.tolist() == listed.inputs.tolist() == [0, 1]  # told twice, needed once


def test_of_no_nodes_there_are_no_groups():
    none = of([], n=0)
    assert len(none) == 0
    assert none.members() == []
    assert none.masks == ()
    assert [days.tolist() for days in none.days([], 3)] == [[], []]


@pytest.mark.parametrize("wrong", [(0, NODES), (-1, 0), (NODES + 3, 1)])
def test_a_pair_that_names_no_node_is_refused_with_the_pair(wrong):
    with pytest.raises(ParameterError, match="pairs of nodes from 0 to 5") as caught:
        of([(0, 1), wrong])
    assert str(wrong) in str(caught.value)
