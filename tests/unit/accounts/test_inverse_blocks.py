"""Parts of the Leontief inverse around its diagonal, without the whole."""

import numpy as np
import pytest
from scipy.linalg import lapack

from chainwright.accounts import Leontief
from chainwright.accounts.inverse_blocks import CHUNK, InverseBlocks
from worlds import dense, world


def test_diagonal_and_blocks_are_those_of_the_inverse():
    system = world(11, regions=4, sectors=5)
    _, inverse, _, _ = dense(system)
    parts = InverseBlocks(Leontief(system.flows))
    np.testing.assert_allclose(parts.diagonal(), np.diagonal(inverse), rtol=1e-12)
    places = np.array([3, 11, 4, 19])
    np.testing.assert_allclose(parts.block(places), inverse[np.ix_(places, places)], rtol=1e-11)


def test_rows_that_were_swapped_in_the_factors_are_put_back():
    system = world(5, regions=3, sectors=3)
    network = Leontief(system.flows)
    shares, _, _, _ = dense(system)
    swapped = shares.copy()
    swapped[0, 1] = 40.0  # larger than the diagonal: the factors swap rows
    lu, pivots, _ = lapack.dgetrf((np.eye(9) - swapped).T)
    assert (pivots != np.arange(9)).any()
    network.__dict__["_factors"] = (lu, pivots, None, 0.0)
    expected = np.linalg.inv(np.eye(9) - swapped)
    parts = InverseBlocks(network)
    np.testing.assert_allclose(parts.diagonal(), np.diagonal(expected), rtol=1e-10)
    places = np.array([0, 1, 5])
    np.testing.assert_allclose(parts.block(places), expected[np.ix_(places, places)], rtol=1e-10)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_many_nodes_are_taken_in_pieces(dtype):
    system = world(6, regions=20, sectors=15)
    assert len(system.flows.nodes) > CHUNK
    _, inverse, _, _ = dense(system)
    found = InverseBlocks(Leontief(system.flows, dtype)).diagonal()
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(found, np.diagonal(inverse), rtol=tolerance)
