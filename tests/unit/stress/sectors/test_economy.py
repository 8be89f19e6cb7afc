"""The economy of a table: at rest whatever the table holds."""

from dataclasses import replace

import numpy as np
import pytest

import chainwright as cw
from ario_economies import economy_of, random_system
from chainwright.errors import LabelError, MissingPartError, ParameterError
from chainwright.stress import Economy
from chainwright.system import Axis, Nodes

PAIRS = [("A", "m"), ("A", "k"), ("B", "m")]
MATRIX = [[2.0, 4.0, 1.0], [3.0, 1.0, 2.0], [1.0, 1.0, 5.0]]
FINAL = [[5.0, 1.0], [2.0, 2.0], [1.0, 6.0]]


def words(economy):
    return " ".join(en for en, _ in economy.notes)


def test_flows_a_step_are_yearly_flows_over_the_steps_of_a_year():
    day = Economy.of(economy_of(MATRIX, FINAL, PAIRS))
    week = Economy.of(economy_of(MATRIX, FINAL, PAIRS), step_days=7.0)
    assert day.x0 * 365 == pytest.approx([13.0, 10.0, 14.0])
    assert pytest.approx([6.0, 4.0, 7.0]) == day.Y * 365
    assert np.allclose(week.x0, 7 * day.x0, rtol=1e-15)
    assert np.allclose(week.A_C, day.A_C, rtol=1e-15)
    assert day.notes == ()


def test_inputs_are_summed_over_the_origins_of_a_product():
    economy = Economy.of(economy_of(MATRIX, FINAL, PAIRS))
    assert economy.products.codes == ("m", "k")
    assert pytest.approx(np.array([[3 / 13, 0.5, 6 / 14], [3 / 13, 0.1, 2 / 14]])) == economy.A_C
    assert economy.rows.tolist() == [0, 2, 1]
    assert economy.rows_start.tolist() == [0, 2, 3]


def test_capital_is_four_years_of_value_added_unless_given():
    system = economy_of(MATRIX, FINAL, PAIRS)
    assert pytest.approx(4 * np.array([7.0, 4.0, 6.0])) == Economy.of(system).K
    assert pytest.approx([14.0, 8.0, 12.0]) == Economy.of(system, capital=2.0).K
    assert Economy.of(system, capital=np.array([1.0, 2.0, 3.0])).K.tolist() == [1.0, 2.0, 3.0]


def test_capital_that_fits_no_node_or_is_negative_is_refused():
    system = economy_of(MATRIX, FINAL, PAIRS)
    with pytest.raises(LabelError, match="one number a node"):
        Economy.of(system, capital=np.ones(2))
    with pytest.raises(ParameterError, match="not below zero"):
        Economy.of(system, capital=np.array([1.0, -2.0, 3.0]))


def test_the_table_is_not_copied_where_its_rows_lie_together():
    system = economy_of(MATRIX, FINAL, PAIRS)
    assert np.shares_memory(Economy.of(system).Z, system.flows.matrix)
    assert not np.shares_memory(Economy.of(system, dtype=np.float32).Z, system.flows.matrix)
    assert Economy.of(system, dtype=np.float32).A_C.dtype == np.float32


def test_a_table_kept_by_columns_gives_the_same_economy():
    by_columns = economy_of(np.asfortranarray(MATRIX), FINAL, PAIRS)
    one, other = Economy.of(economy_of(MATRIX, FINAL, PAIRS)), Economy.of(by_columns)
    assert other.Z.flags.c_contiguous
    assert np.array_equal(one.A_C, other.A_C)


def test_stocks_drawn_down_raise_output_to_what_producers_use_and_say_so():
    drawn = [[-6.0, 1.0], [2.0, 2.0], [1.0, 6.0]]
    economy = Economy.of(economy_of(MATRIX, drawn, PAIRS))
    assert economy.x0[0] * 365 == pytest.approx(7.0)  # what producers use; sales are 2
    assert economy.Y.min() == 0.0
    assert economy.raised == pytest.approx(5.0)
    assert "5 " in words(economy)
    assert np.allclose(economy.Y, economy.x0 - economy.Z.sum(axis=1) / 365)


def test_negative_deliveries_count_as_zero_and_are_told():
    wrong = [[2.0, -4.0, 1.0], *MATRIX[1:]]
    economy = Economy.of(economy_of(wrong, FINAL, PAIRS))
    assert economy.Z.min() == 0.0
    assert "Negative deliveries" in words(economy)


def test_inputs_of_a_node_without_output_count_as_final_demand():
    matrix = [[2.0, 4.0, 1.0], [3.0, 1.0, 2.0], [0.0, 0.0, 0.0]]
    economy = Economy.of(economy_of(matrix, [[5.0, 1.0], [2.0, 2.0], [0.0, 0.0]], PAIRS))
    assert economy.x0[2] == 0.0
    assert economy.A_C[:, 2].tolist() == [0.0, 0.0]
    assert pytest.approx([7.0, 6.0, 0.0]) == economy.Y * 365
    assert "without output" in words(economy)
    assert economy.K[2] == 0.0


def test_final_demand_by_user_adds_up_to_that_of_the_row():
    mixed = [[-1.0, 4.0], [2.0, 2.0], [1.0, 6.0]]
    economy = Economy.of(economy_of(MATRIX, mixed, PAIRS))
    assert economy.final.min() == 0.0
    assert np.allclose(economy.final.sum(axis=1), economy.Y)
    assert economy.final[0].tolist() == [0.0, pytest.approx(3 / 365)]


def test_rows_from_abroad_come_after_the_nodes_with_products_of_their_own():
    economy = Economy.of(random_system(4))
    assert (economy.r, economy.products.codes[-1]) == (4, "only abroad")
    assert economy.codes[economy.n :] == ("X:s0", "Y:s0", "X:s1", "Y:only abroad")
    assert np.array_equal(economy.row(economy.n), economy.M[0])
    assert np.array_equal(economy.row(1), economy.Z[1])
    home, of = economy.Z.sum(axis=0) / 365, economy.M.sum(axis=0) / 365
    assert np.allclose((economy.A_C * economy.x0).sum(axis=0), home + of)
    assert economy.product_sums.sum(axis=1).tolist() == np.diff(economy.rows_start).tolist()


def competitive(regions):
    """Return two nodes whose second final category is imports, to be subtracted."""
    final = Axis("category", ("final", "imports"))
    pairs = [(regions[0], "m"), (regions[-1], "k")]
    home = list(dict.fromkeys(regions))
    users = Nodes.on(Axis("region", tuple(home)), final, [(home[0], c) for c in final.codes])
    return cw.System(
        replace(
            economy_of([[2.0, 4.0], [3.0, 1.0]], [[9.0], [4.0]], [("A", "m"), ("A", "k")]).flows,
            nodes=Nodes.of(pairs),
            users=users,
            roles=("household", "imports"),
            final=np.array([[9.0, -3.0], [4.0, -1.0]]),
        )
    )


def test_a_competitive_table_of_one_region_is_taken_with_its_imports_split_off():
    economy = Economy.of(competitive(["A"]))
    assert economy.r == economy.n == 2
    assert "split off" in words(economy)
    assert economy.x0 * 365 == pytest.approx([12.0, 7.0])


def test_a_competitive_table_of_several_regions_is_taken_as_it_is_and_says_so():
    economy = Economy.of(competitive(["A", "B"]))
    assert economy.r == 0
    assert "cannot be cut" in words(economy)


def test_a_step_that_is_no_time_and_odd_types_are_refused():
    system = economy_of(MATRIX, FINAL, PAIRS)
    with pytest.raises(ParameterError, match="above zero"):
        Economy.of(system, step_days=0.0)
    with pytest.raises(ParameterError, match="float64 or float32"):
        Economy.of(system, dtype=np.int32)


def test_a_table_that_delivers_nothing_is_refused():
    with pytest.raises(MissingPartError, match="delivers nothing"):
        Economy.of(economy_of(np.zeros((3, 3)), np.zeros((3, 2)), PAIRS))


def test_a_system_without_flows_is_refused():
    with pytest.raises(MissingPartError):
        Economy.of(cw.System.demo("maker"))
