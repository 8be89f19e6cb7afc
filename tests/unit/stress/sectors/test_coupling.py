import numpy as np
import pytest

from chainwright.errors import InfeasibleError, LabelError, ParameterError
from chainwright.stress import Coupling
from worlds import dense, world


@pytest.mark.parametrize("mode", ["demand", "supply"])
@pytest.mark.parametrize("idle", [False, True])
def test_a_table_is_coupled_as_its_dense_matrix(mode, idle):
    flows = world(3, idle=idle).flows
    coupling = Coupling.of(flows, mode)
    shares = flows.coefficients()
    star = flows.matrix * flows.per_output[:, None] if mode == "demand" else shares.T
    inverse = np.linalg.inv(np.eye(len(star)) - star)
    c = np.random.default_rng(1).random(len(star))
    np.testing.assert_allclose(coupling.dense(), star, rtol=1e-14)
    np.testing.assert_allclose(coupling.diagonal, np.diagonal(star), rtol=1e-14)
    np.testing.assert_allclose(coupling.times(c), star @ c, rtol=1e-13)
    np.testing.assert_allclose(
        coupling.times(np.stack([c, 2 * c], 1))[:, 1], 2 * star @ c, rtol=1e-13
    )
    np.testing.assert_allclose(coupling.row_times(c), c @ star, rtol=1e-13)
    np.testing.assert_allclose(coupling.solve(c), inverse @ c, rtol=1e-11)
    np.testing.assert_allclose(coupling.solve_transposed(c), c @ inverse, rtol=1e-11)
    assert len(coupling) == len(star)


def test_a_given_matrix_is_solved_in_both_directions():
    star = np.array([[0.1, 0.4], [0.3, 0.2]])
    coupling = Coupling.of_matrix(star)
    inverse = np.linalg.inv(np.eye(2) - star)
    assert coupling.solve(np.array([1.0, 2.0])) == pytest.approx(inverse @ [1.0, 2.0])
    assert coupling.solve_transposed(np.array([1.0, 2.0])) == pytest.approx([1.0, 2.0] @ inverse)


@pytest.mark.parametrize(
    ("matrix", "error", "words"),
    [
        ([[0.1, 0.2]], LabelError, "square"),
        ([[0.0, -0.1], [0.2, 0.0]], ParameterError, "nowhere below zero"),
        ([[0.0, np.nan], [0.2, 0.0]], ParameterError, "finite"),
        ([[0.0, 2.0], [0.5, 0.0]], InfeasibleError, "spectral radius of this matrix is 1"),
        ([[1.2, 0.0], [0.0, 0.1]], InfeasibleError, "grow without end"),
    ],
)
def test_a_matrix_that_has_no_answer_is_refused(matrix, error, words):
    with pytest.raises(error, match=words):
        Coupling.of_matrix(matrix)


def test_a_table_that_eats_more_than_it_makes_is_refused():
    flows = world(3).flows
    greedy = flows.__class__(
        **{
            **{f: getattr(flows, f) for f in flows.__dataclass_fields__},
            "final": -0.9 * flows.matrix.sum(axis=1)[:, None] * np.eye(1, len(flows.users)),
            "stated_output": None,
        }
    )
    with pytest.raises(InfeasibleError, match="not productive"):
        Coupling.of(greedy)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ParameterError, match="demand or supply"):
        Coupling.of(world(3).flows, "both")


def test_both_modes_share_one_spectrum():
    system = world(4)
    shares, *_ = dense(system)
    radius = np.abs(np.linalg.eigvals(shares)).max()
    for mode in ("demand", "supply"):
        star = Coupling.of(system.flows, mode).dense()
        assert np.abs(np.linalg.eigvals(star)).max() == pytest.approx(radius)
