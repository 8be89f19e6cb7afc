"""Lanes: the same numbers compiled and as rows of numpy arrays."""

import numpy as np
import pytest

from chainwright._jit import jit
from chainwright.stress.firms.lanes import COLUMNS, larger, put_row, row, same


def worked(one, other, out):
    """Fill rows of `out` with what lanes can do."""
    a, b = row(one, 1), row(other, 0)
    put_row(out, 0, a + b)
    put_row(out, 1, a - b)
    put_row(out, 2, a * same(3.0))
    put_row(out, 3, a / b)
    put_row(out, 4, larger(a, b))


compiled = jit(worked)


@pytest.mark.parametrize("shift", [0, 1, 3])
@pytest.mark.parametrize("way", [worked, compiled], ids=["plain", "compiled"])
def test_lanes_work_number_by_number_wherever_a_table_begins(way, shift):
    rng = np.random.default_rng(shift)
    room = rng.normal(size=3 * COLUMNS + shift)[shift:].reshape(3, COLUMNS)
    other = 1.0 + rng.random((1, COLUMNS))
    out = np.zeros((5, COLUMNS))
    way(room, other, out)
    a, b = room[1], other[0]
    assert np.array_equal(out, [a + b, a - b, a * 3.0, a / b, np.maximum(a, b)])
