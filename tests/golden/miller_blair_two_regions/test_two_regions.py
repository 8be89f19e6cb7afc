"""Miller and Blair's two regions, which do not have the same sectors."""

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright.accounts import footprint, node_accounts
from chainwright.accounts.factors import leontief

NODES = [("L", "1"), ("L", "2"), ("L", "3"), ("M", "1"), ("M", "2")]
MATRIX = [
    [150, 500, 50, 25, 75],
    [200, 100, 400, 200, 100],
    [300, 500, 50, 60, 40],
    [75, 100, 60, 200, 250],
    [50, 25, 25, 150, 100],
]
FINAL = [200, 1000, 50, 515, 450]
INVERSE = [
    [1.4234, 0.4652, 0.2909, 0.1917, 0.3041],
    [0.6346, 1.4237, 0.6707, 0.4092, 0.4558],
    [0.6383, 0.5369, 1.3363, 0.2501, 0.3108],
    [0.2672, 0.2000, 0.1973, 1.3406, 0.5473],
    [0.1468, 0.0908, 0.0926, 0.2155, 1.2538],
]
COLUMNS = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]


@pytest.fixture(scope="module")
def system():
    rows = [
        ("intermediate", *NODES[i], *NODES[j], float(MATRIX[i][j]))
        for i in range(5)
        for j in range(5)
    ]
    rows += [("final", *NODES[i], NODES[i][0], "household", float(FINAL[i])) for i in range(5)]
    return cw.System.from_table(pd.DataFrame(rows, columns=COLUMNS))


def test_the_table_is_no_grid_and_its_outputs_are_the_books(system):
    assert not system.flows.nodes.is_grid
    assert system.flows.output.tolist() == [1000.0, 2000.0, 1000.0, 1200.0, 800.0]


def test_the_inverse_is_the_books(system):
    assert leontief(system.flows).inverse() == pytest.approx(np.array(INVERSE), abs=5e-5)


def test_a_hundred_more_from_l1_needs_the_books_outputs_in_both_regions(system):
    more = leontief(system.flows).solve([100.0, 0.0, 0.0, 0.0, 0.0])
    assert more.round(2).tolist() == [142.34, 63.46, 63.83, 26.72, 14.68]


def test_l_alone_lacks_the_feedback_through_m(system):
    alone = system.between(["L"])
    more = leontief(alone.flows).solve([100.0, 0.0, 0.0])
    assert more.round(2).tolist() == [136.51, 52.73, 56.98]


def test_the_parts_of_the_multipliers_in_the_own_region_are_sums_over_its_rows(system):
    accounts, inverse = node_accounts(system), np.array(INVERSE)
    own = [*inverse[:3, :3].sum(axis=0), *inverse[3:, 3:].sum(axis=0)]
    assert accounts.output_multiplier == pytest.approx(inverse.sum(axis=0), abs=2.5e-4)
    assert accounts.output_multiplier_own == pytest.approx(own, abs=1.5e-4)
    assert accounts.own_inputs.tolist() == [650.0, 1100.0, 500.0, 350.0, 350.0]
    assert accounts.other_inputs.tolist() == [125.0, 125.0, 85.0, 285.0, 215.0]


def test_the_footprints_of_both_regions_hold_all_value_added(system):
    answer = footprint(system)
    added = np.array([225.0, 775.0, 415.0, 565.0, 235.0])
    assert system.flows.added == pytest.approx(added)
    assert answer.embodied.sum(axis=1) == pytest.approx(added, rel=1e-13)
    assert answer.by_region.sum(axis=0) == pytest.approx([1250.0, 965.0], rel=1e-13)
