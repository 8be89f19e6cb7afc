"""Single cells are read as a careful person reads them: a value, no value, or a reason."""

import math

import numpy as np
import pytest

from chainwright.sources.intake.values import values
from intake import cells_by_hand as by_hand


def read_alone(cell, role, kind):
    """Return what one cell in a column of its own is read as, in the words of the tables."""
    column = np.empty(1, dtype=object)
    column[0] = cell
    found = values(column, role, kind, None)
    held = found.held[0]
    if found.faults:
        assert held == "" or math.isnan(held), "a refused cell must hold nothing"
        assert not found.missing[0], "a refused cell is not a missing one"
        return {found.faults[0][0]}
    if found.missing[0]:
        assert held == "" or math.isnan(held)
        return None
    return held


def agrees(found, expected):
    """Return whether a reading is one of those that were written down."""
    if isinstance(expected, set):
        return isinstance(found, set) and found <= expected
    if expected is None or isinstance(expected, str):
        return found == expected
    return isinstance(found, float) and math.isclose(found, expected, rel_tol=1e-12)


KINDS = {
    "stock": ("count", by_hand.COUNTS),
    "margin": ("money", by_hand.MONEY),
    "share": ("share", by_hand.SHARES),
    "lead_time": ("time", by_hand.TIMES),
    "capacity": ("rate", by_hand.RATES),
    "latitude": ("degree", by_hand.DEGREES),
    "date": ("date", by_hand.DATES),
    "item": ("identity", by_hand.IDENTITIES),
    "place": ("place", by_hand.PLACES),
}
ALL = [
    pytest.param(cell, role, kind, expected, id=f"{role}-{cell!r}")
    for role, (kind, table) in KINDS.items()
    for cell, expected in table
]


@pytest.mark.parametrize(("cell", "role", "kind", "expected"), ALL)
def test_a_cell_is_read_as_a_careful_person_reads_it(cell, role, kind, expected):
    found = read_alone(cell, role, kind)
    assert agrees(found, expected), f"read as {found!r}, by hand {expected!r}"


@pytest.mark.parametrize(("cell", "expected"), by_hand.APPROXIMATE)
def test_an_approximate_number_is_used_and_noted(cell, expected):
    column = np.array([cell], dtype=object)
    found = values(column, "stock", "count", None)
    assert found.held[0] == expected
    assert found.notes == {0: ("about", {})}


def test_each_table_has_values_and_refusals_and_enough_of_both():
    sizes = {role: len(table) for role, (_, table) in KINDS.items()}
    refused = sum(isinstance(e, set) for _, table in KINDS.values() for _, e in table)
    assert sum(sizes.values()) >= 380
    assert 120 <= refused <= sum(sizes.values()) - 200
    for role, (_, table) in KINDS.items():
        assert {type(expected) for _, expected in table} >= {set}, role
        assert len({repr(cell) for cell, _ in table}) == len(table), f"{role}: a cell twice"


COLUMNS = [
    # what the neighbours in a column tell of a cell, or leave open
    ("stock", "count", ["1,234", "12,5"], [1.234, 12.5]),
    ("stock", "count", ["1.234", "12,5"], [1234, 12.5]),
    ("stock", "count", ["1,234", "12.5"], [1234, 12.5]),
    ("stock", "count", ["0,125", "0,250"], [0.125, 0.25]),
    ("stock", "count", ["0,125", "1,234"], [0.125, 1.234]),
    ("stock", "count", ["0.125", "12,5"], [0.125, {"ambiguous_number"}]),
    ("price", "money", ["¥5", "7元", "$5"], [5, 7, {"wrong_unit"}]),
    ("price", "money", ["€5", "7", "8 EUR", "£1"], [5, 7, 8, {"wrong_unit"}]),
    ("price", "money", ["$5", "$7.5", "US$ 8"], [5, 7.5, 8]),
    ("share", "share", ["60", "40"], [0.6, 0.4]),
    ("share", "share", ["60", "40", "0"], [0.6, 0.4, 0]),
    ("share", "share", ["60", "1"], [0.6, {"ambiguous_number"}]),
    ("share", "share", ["60%", "0.4"], [0.6, 0.4]),
    ("share", "share", ["0.6", "40%", "1"], [0.6, 0.4, 1]),
    ("date", "date", ["2/3/2026", "13/11/2026"], ["2026-03-02", "2026-11-13"]),
    ("date", "date", ["2/3/2026", "11/13/2026"], ["2026-02-03", "2026-11-13"]),
    (
        "date",
        "date",
        ["2/3/2026", "13/11/2026", "11/13/2026"],
        [{"ambiguous_date"}, {"ambiguous_date"}, {"ambiguous_date"}],
    ),
    ("date", "date", ["26-11-01", "2026-11-02"], [{"ambiguous_date"}, "2026-11-02"]),
    ("lead_time", "time", ["8周", "14天", "1个月"], [8, 2, by_hand.MONTH]),
]


@pytest.mark.parametrize(("role", "kind", "cells", "expected"), COLUMNS)
def test_neighbours_in_a_column_tell_how_a_cell_is_written(role, kind, cells, expected):
    found = values(np.array(cells, dtype=object), role, kind, None)
    read = [{found.faults[i][0]} if i in found.faults else found.held[i] for i in range(len(cells))]
    for cell, got, wanted in zip(cells, read, expected, strict=True):
        assert agrees(got, wanted), f"{cell!r} read as {got!r}, by hand {wanted!r}"


def test_the_order_of_cells_changes_no_reading():
    cells = [cell for cell, _ in by_hand.COUNTS if isinstance(cell, str)]
    forward = values(np.array(cells, dtype=object), "stock", "count", None)
    back = values(np.array(cells[::-1], dtype=object), "stock", "count", None)
    assert np.array_equal(forward.held, back.held[::-1], equal_nan=True)
    assert {cells[i] for i in forward.faults} == {cells[::-1][i] for i in back.faults}


def test_equal_cells_in_several_rows_are_read_alike_each_in_its_row():
    cells = np.array(["5", "x", "", "5", "x", "~5", "~5"], dtype=object)
    found = values(cells, "stock", "count", None)
    assert found.held[[0, 3, 5, 6]].tolist() == [5, 5, 5, 5]
    assert sorted(found.faults) == [1, 4]
    assert sorted(found.notes) == [5, 6]
    assert found.missing.tolist() == [False, False, True, False, False, False, False]
