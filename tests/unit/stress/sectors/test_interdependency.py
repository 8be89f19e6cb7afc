import numpy as np
import pytest

from chainwright import System
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress import interdependency
from toys import long_table
from worlds import world

SYSTEM = world(8, 2, 3)


@pytest.mark.parametrize("mode", ["demand", "supply"])
@pytest.mark.parametrize("idle", [False, True])
def test_indices_are_the_means_of_rows_and_columns_without_the_diagonal(mode, idle):
    found = interdependency(world(8, 2, 3, idle=idle), mode=mode)
    star = found.coupling.dense()
    inverse = np.linalg.inv(np.eye(6) - star)
    for matrix, row, column in (
        (star, found.dependency, found.influence),
        (inverse, found.overall_dependency, found.overall_influence),
    ):
        off = matrix - np.diag(np.diagonal(matrix))
        np.testing.assert_allclose(row, off.sum(axis=1) / 5, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(column, off.sum(axis=0) / 5, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("mode", ["demand", "supply"])
def test_an_order_is_a_row_of_the_power_of_the_matrix(mode):
    found = interdependency(SYSTEM, mode=mode)
    power = np.linalg.matrix_power(found.coupling.dense(), 3)
    table = found.of_order(3, "R0:s1")
    assert table["interdependency"].is_monotonic_decreasing
    by = table.set_index(["region", "sector"])["interdependency"]
    frame = SYSTEM.flows.nodes.frame()
    for j, row in frame.iterrows():
        assert by.loc[(row["region"], row["sector"])] == pytest.approx(power[1, j])


def test_the_most_influential_stand_first():
    table = interdependency(SYSTEM).table()
    assert table["overall_influence"].is_monotonic_decreasing
    assert len(table) == 6


def test_odd_questions_are_refused():
    found = interdependency(SYSTEM)
    with pytest.raises(ParameterError, match="1 or more"):
        found.of_order(0, "R0:s1")
    with pytest.raises(UnknownCodeError):
        found.of_order(1, "R9:s1")
    alone = System.from_table(
        long_table(intermediate={("A:a", "A:a"): 1.0}, final={("A:a", "A:y"): 1.0})
    )
    with pytest.raises(ParameterError, match="two nodes"):
        interdependency(alone)
