import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.sources.intake.bill_lines import joined_lines
from chainwright.sources.intake.levels import levels_of, tiers_of, tree
from chainwright.sources.intake.segments import Segment


def cells(*held):
    return np.array(held, dtype=object)


@pytest.mark.parametrize(
    ("held", "levels"),
    [
        ((0.0, 1.0, 2.0), [0, 1, 2]),
        (("0", ".1", "..2", "...3"), [0, 1, 2, 3]),
        (("L0", "L1", "Level 2"), [0, 1, 2]),
        (("第0层", "第1层", "2级"), [0, 1, 2]),
        (("1", "1.1", "1.1.1", "1.2"), [1, 2, 3, 2]),
        ((1.0, 1.1, "1.1.1"), [1, 2, 3]),
        (("1", "x", ""), [1, np.nan, np.nan]),
        (("- 1", "-- 2", "+3"), [1, 2, 3]),
    ],
)
def test_levels_are_read_as_people_write_them(held, levels):
    np.testing.assert_array_equal(levels_of(cells(*held)), levels)


def stack_twin(levels):
    """Return parents by a stack of open lines, None for a line that cannot be placed."""
    open_lines, parents = [], []
    first = min(levels)
    for i, level in enumerate(levels):
        while open_lines and open_lines[-1][1] >= level:
            open_lines.pop()
        if level == first:
            parents.append(-1)
        elif (
            open_lines and open_lines[-1][1] == level - 1 and parents[open_lines[-1][0]] is not None
        ):
            parents.append(open_lines[-1][0])
        else:
            parents.append(None)
        open_lines.append((i, level))
    return parents


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_the_tree_is_that_of_a_stack_of_open_lines(levels):
    found = tree(levels, np.arange(len(levels)))
    twin = stack_twin(levels)
    assert {i for i, parent in enumerate(twin) if parent is None} == set(found.faults)
    assert found.parent.tolist() == [-1 if parent is None else parent for parent in twin]


def test_a_jump_names_both_levels_and_takes_its_own_parts_along():
    found = tree([0, 1, 3, 4, 2], np.array([10, 11, 12, 13, 14]))
    assert found.faults[2] == ("level_jump", {"before": "1", "level": "3"})
    assert found.faults[3] == ("parent_refused", {"row": 12})
    assert found.parent.tolist() == [-1, 0, -1, -1, 1]


def test_levels_that_are_none_leave_no_tree():
    found = tree([np.nan, np.nan], np.arange(2))
    assert set(found.faults) == {0, 1}
    assert not found.top.any()


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_columns_of_levels_give_the_tree_of_their_numbers(levels):
    start = min(levels)
    levels = [level - start for level in levels]
    full = np.zeros((len(levels), max(levels) + 1), dtype=bool)
    full[np.arange(len(levels)), levels] = True
    level, found = tiers_of(full, np.arange(len(levels)))
    numbers = tree(levels, np.arange(len(levels)))
    assert level.tolist() == levels
    assert found.parent.tolist() == numbers.parent.tolist()
    assert set(found.faults) == set(numbers.faults)


def bill(*lines):
    """Return a bill of (parent, component, quantity), each in its own row, and its row numbers."""
    at = np.arange(len(lines), dtype=np.int32)
    parent, component, quantity = zip(*lines, strict=True)
    fields = {
        "parent": cells(*parent),
        "component": cells(*component),
        "quantity": np.array(quantity, dtype=np.float64),
    }
    places = dict.fromkeys(fields, at)
    return Segment("bill", fields, places, places), at + 2


def kept(found):
    return [
        tuple(line) for line in zip(*(found.fields[f].tolist() for f in found.fields), strict=True)
    ]


def said(found):
    return [(r.outcome, r.row, r.told[0]) for r in found.remarks]


def test_lines_of_different_positions_are_summed():
    found = joined_lines(*bill(("P", "R", 1), ("P", "R", 2)), cells("R1", "R2"))
    assert kept(found) == [("P", "R", 3.0)]
    assert said(found) == [("noted", 0, "summed"), ("set aside", 1, "summed")]
    assert found.remarks[0].told[1] == {"rows": "2, 3"}


def test_a_line_that_repeats_one_is_set_aside():
    found = joined_lines(*bill(("P", "R", 2), ("P", "S", 1), ("P", "R", 2)), None)
    assert kept(found) == [("P", "R", 2.0), ("P", "S", 1.0)]
    assert found.remarks[0].told == ("same_line", {"row": 2})


def test_lines_that_contradict_one_another_are_all_refused():
    found = joined_lines(*bill(("P", "R", 2), ("P", "R", 3)), cells("R1", ""))
    assert kept(found) == []
    assert said(found) == [("refused", 0, "conflict"), ("refused", 1, "conflict")]


def test_a_part_of_itself_is_refused():
    found = joined_lines(*bill(("P", "P", 2), ("P", "R", 3)), None)
    assert kept(found) == [("P", "R", 3.0)]
    assert said(found) == [("refused", 0, "own_part")]


def test_a_sub_assembly_under_two_parents_counts_once():
    lines = bill(("A", "M", 3), ("A", "M", 3), ("A", "N", 1), ("A", "N", 2))
    found = joined_lines(*lines, None, np.array([0, 5, 0, 5], dtype=np.int32))
    assert kept(found) == [("A", "M", 3.0)]
    assert said(found) == [
        ("set aside", 1, "same_line"),
        ("refused", 2, "conflict"),
        ("refused", 3, "conflict"),
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("PQ"), st.sampled_from("abc"), st.integers(1, 3)),
        min_size=1,
        max_size=12,
    )
)
def test_each_line_is_kept_or_accounted_for_and_each_pair_stands_once(lines):
    found = joined_lines(*bill(*lines), None)
    pairs = [line[:2] for line in kept(found)]
    assert len(pairs) == len(set(pairs))
    gone = {r.row for r in found.remarks if r.outcome != "noted"}
    assert len(pairs) + len(gone) == len(lines)
