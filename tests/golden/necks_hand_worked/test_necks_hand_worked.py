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


def differing(got, name):
    """Return the columns that differ from a file worked by hand: text at all, numbers by more
    than rounding."""
    expected = pd.read_csv(HERE / f"{name}.csv", dtype={"top_user": object})
    wrong = []
    for column in expected:
        want = expected[column]
        if pd.api.types.is_numeric_dtype(want) and not pd.api.types.is_bool_dtype(want):
            numbers = got[column].to_numpy(dtype=float)
            same = np.allclose(numbers, want.to_numpy(dtype=float), 1e-9, 1e-9, equal_nan=True)
        else:
            same = got[column].tolist() == want.fillna("").tolist()
        if not same:
            wrong.append(column)
    return wrong


def test_each_column_of_stuck_necks_is_as_worked_by_hand(economy):
    table = stuck_necks(economy, home="H", essential=HERE / "essential.csv").table()
    assert len(table) == 3
    assert differing(table, "necks") == []


def test_each_column_of_dropped_chains_is_as_worked_by_hand(economy):
    table = dropped_chains(economy, essential=HERE / "essential.csv").table()
    assert len(table) == 8
    assert differing(table, "chains") == []


def test_the_case_says_where_its_numbers_come_from():
    assert len((HERE / "SOURCE.md").read_text(encoding="utf-8").split()) > 100
