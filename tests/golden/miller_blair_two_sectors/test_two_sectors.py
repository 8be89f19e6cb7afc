"""Miller and Blair's example of two sectors, to the digits that can be had by hand."""

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright.accounts import ghosh, node_accounts, prices
from chainwright.accounts.factors import leontief

MATRIX = [[150.0, 500.0], [200.0, 100.0]]
FINAL = [350.0, 1700.0]
INVERSE = np.array([[0.95, 0.25], [0.20, 0.85]]) / 0.7575
COLUMNS = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]


@pytest.fixture(scope="module")
def system():
    rows = [
        ("intermediate", "A", f"s{i}", "A", f"s{j}", MATRIX[i][j])
        for i in range(2)
        for j in range(2)
    ]
    rows += [("final", "A", f"s{i}", "A", "household", FINAL[i]) for i in range(2)]
    return cw.System.from_table(pd.DataFrame(rows, columns=COLUMNS))


def test_the_inverse_is_the_books(system):
    assert leontief(system.flows).inverse() == pytest.approx(INVERSE, abs=1e-14)
    printed = [[1.2541, 0.3300], [0.2640, 1.1221]]
    assert leontief(system.flows).inverse() == pytest.approx(np.array(printed), abs=5e-5)


def test_new_final_deliveries_need_the_books_outputs(system):
    outputs = leontief(system.flows).solve([600.0, 1500.0])
    assert outputs == pytest.approx([945.0 / 0.7575, 1395.0 / 0.7575], rel=1e-14)
    assert outputs.round(2).tolist() == [1247.52, 1841.58]


def test_output_multipliers_are_the_books(system):
    accounts = node_accounts(system)
    assert accounts.output_multiplier == pytest.approx([1.15 / 0.7575, 1.10 / 0.7575], abs=1e-14)
    assert accounts.output_multiplier.round(4).tolist() == [1.5182, 1.4521]
    assert accounts.value_added_multiplier == pytest.approx([1.0, 1.0], abs=1e-14)


def test_the_ghosh_inverse_is_the_books(system):
    found = leontief(system.flows).ghosh(np.eye(2))
    assert found == pytest.approx(np.array([[1.2541, 0.6601], [0.1320, 1.1221]]), abs=5e-5)


def test_ten_percent_more_wages_in_the_first_sector_raise_both_prices(system):
    # v = (0.65, 0.70): dp = 0.065 (L11, L12)
    change = prices(system, {"s0": 0.1})
    assert change.price_change == pytest.approx(0.065 * INVERSE[0], abs=1e-15)


def test_ten_percent_more_primary_inputs_push_both_outputs(system):
    # dw = 65: dx = 65 (G11, G12), G12 = L12 x2 / x1
    change = ghosh(system, {"A:s0": 0.1})
    expected = [65.0 * 0.95 / 0.7575, 65.0 * 0.25 / 0.7575 * 2.0]
    assert change.output_change == pytest.approx(expected, rel=1e-14)
