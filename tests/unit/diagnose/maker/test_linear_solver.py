"""Small linear programmes, solved one after another."""

import numpy as np
import pytest
from scipy.sparse import csc_array

from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.errors import InfeasibleError


def programme(**changed):
    """Return: least 2 x + 3 y with x + y >= 4, x <= 3."""
    held = {
        "cost": np.array([2.0, 3.0]),
        "low": np.zeros(2),
        "high": np.array([3.0, np.inf]),
        "matrix": csc_array(np.array([[1.0, 1.0]])),
        "row_low": np.array([4.0]),
        "row_high": np.array([np.inf]),
    }
    return Programme(**(held | changed))


@pytest.fixture(params=[False, True], ids=["as it is", "shrunk first"])
def solver(request):
    return LinearSolver(presolve=request.param)


def test_the_least_cost_its_unknowns_and_its_prices(solver):
    solver.load(programme())
    assert solver.solve()
    assert solver.least == pytest.approx(9.0)
    np.testing.assert_allclose(solver.values(), [3.0, 1.0])
    of_rows, of_columns = solver.duals()
    np.testing.assert_allclose(of_rows, [3.0])  # one more that is asked for costs 3
    np.testing.assert_allclose(of_columns, [-1.0, 0.0])  # one more of x saves 1


def test_bounds_of_rows_are_changed_in_place(solver):
    solver.load(programme())
    solver.solve()
    solver.change_rows(np.array([2.0]), np.array([np.inf]))
    assert solver.solve()
    np.testing.assert_allclose(solver.values(), [2.0, 0.0])


def test_costs_and_bounds_of_unknowns_are_changed_in_place(solver):
    solver.load(programme())
    solver.solve()
    solver.change_columns(np.array([5.0, 3.0]), np.zeros(2), np.array([3.0, 3.5]))
    assert solver.solve()
    np.testing.assert_allclose(solver.values(), [0.5, 3.5])


def test_a_new_programme_forgets_the_one_before(solver):
    solver.load(programme())
    solver.solve()
    solver.load(programme(cost=np.array([4.0, 3.0])))
    solver.solve()
    np.testing.assert_allclose(solver.values(), [0.0, 4.0])


def test_what_cannot_be_met_is_no_solution(solver):
    solver.load(programme(high=np.ones(2)))
    assert not solver.solve()


def test_an_empty_programme_has_a_solution(solver):
    none = np.zeros(0)
    solver.load(Programme(none, none, none, csc_array((0, 0)), none, none))
    assert solver.solve()
    assert solver.values().size == 0


def test_a_cost_without_end_is_an_error(solver):
    solver.load(programme(cost=np.array([0.0, -1.0])))
    with pytest.raises(InfeasibleError, match="was not solved"):
        solver.solve()
