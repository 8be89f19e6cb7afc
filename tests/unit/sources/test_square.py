import numpy as np
import pytest

from chainwright.errors import TableError
from chainwright.sources import square
from chainwright.sources.labels import Label, Plan
from chainwright.sources.matrix import Matrix
from chainwright.sources.square import cut

PLAN = Plan("the edition", ("A", "B"), ("m", "k"), ("use",))
NODES = [Label("node", f"{r}{s}", r, s) for r in "AB" for s in "mk"]
DOWN = [*NODES, Label("value added", "VA", "", "VA"), Label("output", "OUT", "", "OUT")]
USERS = [Label("final", f"{r}use", r, "use") for r in "AB"]
ACROSS = [*NODES, *USERS, Label("output", "OUT", "", "OUT")]


def cells():
    """A table that adds up: deliveries, final demand, output; value added and output below."""
    matrix = np.array([[20.0, 10, 5, 2], [8, 15, 3, 4], [15, 6, 30, 12], [4, 9, 10, 20]])
    final = np.array([[40.0, 6], [50, 4], [5, 60], [4, 55]])
    output = matrix.sum(1) + final.sum(1)
    below = np.array([output - matrix.sum(0), output])
    return np.vstack(
        [np.column_stack([matrix, final, output]), np.hstack([below, np.full((2, 3), np.nan)])]
    )


def table(values, down=DOWN, across=ACROSS):
    names = [label.text for label in down], [label.text for label in across]
    return Matrix(*names, values, np.argwhere(np.isnan(values)))


def test_blocks_are_cut_out_by_what_labels_stand_for():
    values = cells()
    found = cut("t", table(values.copy()), DOWN, ACROSS, PLAN)
    assert found.nodes == [("A", "m"), ("A", "k"), ("B", "m"), ("B", "k")]
    assert np.array_equal(found.matrix, values[:4, :4])
    assert np.array_equal(found.final, values[:4, 4:6])
    assert np.array_equal(found.value_added, values[4:5, :4])
    assert np.array_equal(found.stated_output, values[5, :4])
    assert found.notes == ()


@pytest.mark.parametrize("moved", [1, 2, 3, 64])
def test_the_deliveries_are_whole_however_many_rows_move_at_a_time(monkeypatch, moved):
    monkeypatch.setattr(square, "MOVED", moved)
    values = cells()
    found = cut("t", table(values.copy()), DOWN, ACROSS, PLAN)
    assert np.array_equal(found.matrix, values[:4, :4])
    assert np.array_equal(found.final, values[:4, 4:6])
    assert found.matrix.flags.c_contiguous


@pytest.mark.parametrize("seed", range(5))
def test_rows_and_columns_in_any_order_give_the_same_table(seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(6), rng.permutation(7)
    down, across = [DOWN[i] for i in rows], [ACROSS[j] for j in columns]
    values = cells()
    found = cut("t", table(values[np.ix_(rows, columns)], down, across), down, across, PLAN)
    order = [NODES.index(label) for label in down if label.role == "node"]
    users = [USERS.index(label) for label in across if label.role == "final"]
    assert found.nodes == [NODES[i].pair for i in order]
    assert np.array_equal(found.matrix, values[np.ix_(order, order)])
    assert np.array_equal(found.final, values[:4, 4:6][np.ix_(order, users)])
    assert np.array_equal(found.value_added[0], values[4, order])
    assert np.array_equal(found.stated_output, values[5, order])


def test_the_output_column_is_taken_where_there_is_no_output_row():
    plan = Plan("the edition", ("A", "B"), ("m", "k"), ("use",), required=())
    values = cells()
    found = cut("t", table(values[:5].copy(), DOWN[:5]), DOWN[:5], ACROSS, plan)
    assert np.array_equal(found.stated_output, values[:4, 6])


def test_an_empty_cell_is_0_if_its_row_or_its_column_adds_up_without_it():
    values = cells()
    values[0, 6] -= values[0, 3]
    values[0, 3] = np.nan
    values[2, 5] = np.nan
    with pytest.raises(TableError) as caught:
        cut("t", table(values.copy()), DOWN, ACROSS, PLAN)
    assert [b.where for b in caught.value.breaches] == ["row 'Bm', column 'Buse'"]
    values[2, 5] = 60.0
    found = cut("t", table(values.copy()), DOWN, ACROSS, PLAN)
    assert found.matrix[0, 3] == 0.0
    assert found.notes[0].startswith("1 empty cells taken for 0")


def test_an_empty_output_is_refused():
    values = cells()
    values[5, 1] = np.nan
    with pytest.raises(TableError, match="row 'OUT', column 'Ak'"):
        cut("t", table(values), DOWN, ACROSS, PLAN)


def test_deliveries_whose_columns_add_up_to_output_are_turned_round():
    values = cells()
    values[:4, :4] = values[:4, :4].T.copy()
    with pytest.raises(TableError, match="turned round"):
        cut("t", table(values), DOWN, ACROSS, PLAN)


def test_taxes_on_final_demand_are_told_and_left_out():
    values = cells()
    values[4, 4:6] = 3.0, 4.0
    found = cut("t", table(values), DOWN, ACROSS, PLAN)
    assert "on final demand, 7 in all, left out" in found.notes[0]


def test_less_than_the_edition_is_read_only_if_it_is_closed():
    plan = Plan("the edition", ("A", "B", "C"), ("m", "k"), ("use",))
    found = cut("t", table(cells()), DOWN, ACROSS, plan)
    assert "without the regions C" in found.notes[0]
    values = cells()
    values[:4, 6] += 1.0
    values[5, :4] += 1.0
    with pytest.raises(TableError, match=r"without C, whose deliveries miss .* stated output"):
        cut("t", table(values), DOWN, ACROSS, plan)
