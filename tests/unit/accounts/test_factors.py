"""One LU, solved both ways, for Leontief and Ghosh, with its error and its refusals."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import psutil
import pytest

from chainwright import System
from chainwright.accounts import Leontief, factors, leontief
from chainwright.accounts.factors import is_factored, need_room
from chainwright.errors import CapacityError, InfeasibleError, LabelError, ParameterError
from worlds import national, world


@pytest.fixture
def flows():
    return world(3, regions=4, sectors=3).flows


@pytest.fixture
def inverse(flows):
    return np.linalg.inv(np.eye(len(flows.nodes)) - flows.coefficients())


def with_deliveries(system, matrix):
    return replace(system.flows, matrix=np.asarray(matrix, dtype=float))


def test_solves_are_products_with_the_inverse(flows, inverse):
    solver = Leontief(flows)
    rhs = np.random.default_rng(1).normal(size=(len(flows.nodes), 5))
    np.testing.assert_allclose(solver.solve(rhs), inverse @ rhs, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(solver.solve(rhs[:, 0]), inverse @ rhs[:, 0], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        solver.solve_transposed(rhs), inverse.T @ rhs, rtol=1e-12, atol=1e-13
    )
    np.testing.assert_allclose(solver.inverse(), inverse, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(solver.column_totals, inverse.sum(axis=0), rtol=1e-13)


def test_a_right_hand_side_is_left_as_it_is(flows):
    rhs = np.asfortranarray(np.ones((len(flows.nodes), 2)))
    Leontief(flows).solve(rhs)
    Leontief(flows).solve_transposed(rhs)
    assert (rhs == 1.0).all()


def test_final_demand_needs_output(flows):
    np.testing.assert_allclose(leontief(flows).solve(flows.demand), flows.output, rtol=1e-13)


def test_the_inverse_is_in_c_order_and_kept_only_if_asked(flows):
    solver = Leontief(flows)
    assert solver.inverse().flags.c_contiguous
    assert solver.inverse() is not solver.inverse()
    assert solver.inverse(keep=True) is solver.inverse()


def test_float32_halves_the_memory_and_says_its_error(flows, inverse):
    solver = Leontief(flows, np.float32)
    found = solver.solve(np.eye(len(flows.nodes)))
    assert found.dtype == np.float32
    assert 0.0 < np.abs(found - inverse).max() < 1e-5
    assert 1e-9 < solver.error < 1e-5
    assert Leontief(flows).error < 1e-13


def test_a_table_of_float32_can_be_solved_in_float64(flows):
    single = replace(flows, matrix=flows.matrix.astype(np.float32))
    double = replace(single, matrix=single.matrix.astype(np.float64))
    np.testing.assert_array_equal(
        Leontief(single).solve(flows.demand), Leontief(double).solve(flows.demand)
    )
    for transposed in (False, True):
        np.testing.assert_allclose(
            Leontief(single).iterate(flows.demand, transposed=transposed),
            Leontief(double).iterate(flows.demand, transposed=transposed),
            rtol=1e-13,
        )


def test_the_series_gives_what_the_factors_give_and_makes_none(flows):
    solver = Leontief(flows)
    rhs = np.random.default_rng(2).normal(size=(len(flows.nodes), 3))
    for transposed in (False, True):
        series = solver.iterate(rhs, 1e-13, transposed=transposed)
        assert not solver.is_factored
        exact = (Leontief(flows).solve_transposed if transposed else Leontief(flows).solve)(rhs)
        assert np.abs(series - exact).max() <= 1e-11 * np.abs(exact).max()
    assert (solver.iterate(np.zeros(len(flows.nodes))) == 0.0).all()


def test_the_series_of_a_chain_ends_when_the_chain_does():
    chain = np.diag([1.0, 1.0, 1.0], k=1)
    flows = with_deliveries(world(1, regions=2, sectors=2), chain)
    unit = np.array([0.0, 0.0, 0.0, 1.0])
    np.testing.assert_allclose(
        Leontief(flows).iterate(unit), Leontief(flows).solve(unit), rtol=1e-14
    )


def test_ghosh_is_the_inverse_of_the_output_coefficients(flows):
    shares = flows.matrix * flows.per_output[:, None]
    inverse = np.linalg.inv(np.eye(len(flows.nodes)) - shares)
    rhs = np.random.default_rng(4).random((len(flows.nodes), 3))
    solver = leontief(flows)
    np.testing.assert_allclose(solver.ghosh(rhs), inverse @ rhs, rtol=1e-12)
    np.testing.assert_allclose(solver.ghosh_transposed(rhs), inverse.T @ rhs, rtol=1e-12)
    np.testing.assert_allclose(solver.ghosh_transposed(flows.added), flows.output, rtol=1e-12)


def test_a_node_without_output_has_a_unit_column_and_keeps_its_own_ghosh():
    flows = world(5, idle=True).flows
    assert flows.output[-1] == 0.0
    solver = leontief(flows)
    unit = np.eye(len(flows.nodes))[-1]
    assert solver.solve(unit).tolist() == unit.tolist()
    assert solver.column_totals[-1] == 1.0
    assert solver.ghosh(unit).tolist() == unit.tolist()
    assert solver.ghosh_transposed(unit).tolist() == unit.tolist()
    assert np.isfinite(solver.ghosh(np.ones(len(unit)))).all()


def test_imports_lie_outside_the_coefficients():
    flows = national(2).flows
    shares = leontief(flows).input_shares
    np.testing.assert_allclose(shares, flows.matrix.sum(axis=0) / flows.output, rtol=1e-14)


def test_there_is_one_system_a_table_and_dtype_and_it_goes_with_the_table():
    flows = world(8).flows
    assert not is_factored(flows)
    solver = leontief(flows)
    assert solver is leontief(flows, np.float64)
    assert leontief(flows, np.float32) is not solver
    assert leontief(replace(flows)) is not solver
    solver.solve(flows.demand)
    assert is_factored(flows)
    assert not is_factored(flows, np.float32)
    gone = weakref.ref(solver)
    del flows, solver
    gc.collect()
    assert gone() is None


def test_an_economy_that_eats_itself_is_refused_and_the_eaters_are_named():
    # final deliveries below zero leave less output than inputs: 1.2 units of itself a unit
    system = world(1, regions=2, sectors=2)
    matrix, final = system.flows.matrix.copy(), system.flows.final.copy()
    matrix[2] = matrix[:, 2] = 0.0
    matrix[2, 2], final[2] = 12.0, 0.0
    final[2, 0] = -2.0
    flows = replace(system.flows, matrix=matrix, final=final)
    with pytest.raises(InfeasibleError, match=r"R1:s0 \(1\.2 of output\)"):
        Leontief(flows).solve(flows.demand)
    with pytest.raises(InfeasibleError, match="not productive"):
        Leontief(flows).iterate(np.ones(4))


def test_a_singular_economy_is_refused():
    flows = world(1, regions=1, sectors=2).flows
    closed = replace(flows, matrix=np.full((2, 2), 5.0), final=np.zeros_like(flows.final))
    with pytest.raises(InfeasibleError, match="The inputs reach or exceed the output of R0:s"):
        Leontief(closed).solve(np.ones(2))


def test_inputs_above_output_in_one_sector_are_no_harm_if_the_economy_is_productive():
    flows = world(1, regions=1, sectors=2).flows
    # s0 buys more than it sells, as a subsidised sector does; the loop through s1 is weak
    fed = replace(
        flows,
        matrix=np.array([[0.0, 0.1], [1.5, 0.0]]),
        final=np.array([[0.9, 0.0], [8.5, 0.0]]),
    )
    solver = Leontief(fed)
    assert solver.input_shares[0] == 1.5
    np.testing.assert_allclose(solver.solve(fed.demand), fed.output, rtol=1e-14)


def swapping():
    """Return a table whose factors swap rows: a small node buys more of another than it makes."""
    flows = world(1, regions=1, sectors=2).flows
    return replace(
        flows,
        matrix=np.array([[0.0, 1.5], [0.1, 0.0]]),
        final=np.array([[8.5, 0.0], [0.9, 0.0]]),
    )


def test_a_table_that_makes_the_factors_swap_rows_is_solved_all_the_same():
    flows = swapping()
    solver, whole = Leontief(flows), np.eye(2) - flows.coefficients()
    assert solver._factors.pivots.tolist() == [1, 1]
    rhs = np.array([[1.0, 0.0], [2.0, 3.0]])
    np.testing.assert_allclose(solver.solve(rhs), np.linalg.solve(whole, rhs), rtol=1e-14)
    np.testing.assert_allclose(solver.inverse(), np.linalg.inv(whole), rtol=1e-14)
    transposed = np.linalg.solve(whole.T, rhs)
    np.testing.assert_allclose(solver.solve_transposed(rhs), transposed, rtol=1e-14)
    staggered = solver.solve_staggered(np.asfortranarray(rhs), np.array([0, 1]))
    np.testing.assert_allclose(staggered, transposed, rtol=1e-14)


def test_shapes_and_dtypes_that_do_not_fit_are_refused(flows):
    with pytest.raises(LabelError, match=r"\(3,\) and the table has 12 nodes"):
        Leontief(flows).solve(np.ones(3))
    with pytest.raises(LabelError):
        Leontief(flows).iterate(np.ones((12, 1, 1)))
    with pytest.raises(ParameterError, match="float64 or float32"):
        Leontief(flows, np.int64)


def test_work_that_does_not_fit_in_memory_is_refused_before_it_begins(flows, monkeypatch):
    with pytest.raises(CapacityError, match=r"the moon: it takes .* GiB and .* float32"):
        need_room(2.0**60, "the moon")
    free = type("Memory", (), {"available": 100})()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(CapacityError, match="factoring 12 nodes in float64"):
        Leontief(flows).solve(flows.demand)
    assert System(flows).flows.output.sum() > 0.0
    assert Leontief(flows).iterate(flows.demand).shape == (12,)


@pytest.mark.parametrize("stagger", [2, 192])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_right_hand_sides_that_begin_with_zeros_are_solved_alike(
    flows, monkeypatch, stagger, dtype
):
    monkeypatch.setattr(factors, "STAGGER", stagger)
    starts = np.array([0, 2, 2, 7, 11])
    rhs = np.random.default_rng(6).normal(size=(12, 5)).astype(dtype)
    rhs[np.arange(12)[:, None] < starts] = 0.0
    solver = Leontief(flows, dtype)
    assert (solver._factors.pivots == np.arange(12)).all()
    found = solver.solve_staggered(np.asfortranarray(rhs), starts)
    close = 1e-13 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(found, solver.solve_transposed(rhs), rtol=close, atol=close)
