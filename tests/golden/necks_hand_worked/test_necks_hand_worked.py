from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.diagnose import dropped_chains, stuck_necks

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def economy():
    return System.read(HERE / "flows.csv")


def expect(got, name):
    """Compare columns with a file worked by hand: text exactly, numbers to rounding."""
    expected = pd.read_csv(HERE / f"{name}.csv", dtype={"top_user": object})
    assert len(got) == len(expected)
    for column in expected:
        want = expected[column]
        if pd.api.types.is_float_dtype(want) or pd.api.types.is_integer_dtype(want):
            numbers = got[column].to_numpy(dtype=float)
            np.testing.assert_allclose(
                numbers, want.to_numpy(dtype=float), rtol=1e-9, atol=1e-9, err_msg=column
            )
        else:
            assert got[column].tolist() == want.fillna("").tolist(), column


def test_each_column_of_stuck_necks_is_as_worked_by_hand(economy):
    found = stuck_necks(economy, home="H", essential=HERE / "essential.csv")
    expect(found.table(), "necks")


def test_each_column_of_dropped_chains_is_as_worked_by_hand(economy):
    found = dropped_chains(economy, essential=HERE / "essential.csv")
    expect(found.table(), "chains")


def test_the_case_says_where_its_numbers_come_from():
    assert len((HERE / "SOURCE.md").read_text(encoding="utf-8").split()) > 100
