"""A second source whose makers have no room takes from others, worked out by hand.

Iron of A goes to steel alone, 2 a day; C makes 6 a day, 2 for steel and 4 for glass, and no more.
Steel makes 8 a day of its 4 iron, glass 80 of as much. Stocks are 5 days of use and limit output
below 0.8 of it; gaps are refilled in 5 days; nobody's capacity stretches.
"""

import numpy as np
import pytest

from ario_economies import economy_of
from chainwright.stress import Economy, InventoryModel, simulate_pooled
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.shocks.sector_blows import SectorBlows, SupplyCut
from chainwright.system import Safeguard

DAYS = 300


@pytest.fixture(scope="module")
def economy():
    matrix = np.zeros((4, 4))
    matrix[0, 1] = matrix[2, 1] = 2.0
    matrix[2, 3] = 4.0
    final = np.diag([8.0, 8.0, 0.0, 80.0])
    pairs = [("A", "iron"), ("B", "steel"), ("C", "iron"), ("D", "glass")]
    return Economy.of(economy_of(365.0 * matrix, 365.0 * final, pairs))


def settled(economy, size):
    """Return what steel and glass make in the end while A delivers no iron to steel."""
    nobody = np.zeros(0, np.intp)
    cut = SupplyCut(0, np.array([0]), np.array([1]), nobody, 1.0, np.ones(DAYS))
    model = InventoryModel(
        stock_days=5.0, restoration_days=5.0, overproduction_max=1.0, orders="noalt",
        replaceable=0.0,
    )  # fmt: skip
    held = held_safeguards(economy, [Safeguard("s", "second_source", ("B",), size, "iron")])
    run = simulate_pooled(economy, SectorBlows(DAYS, 1.0, cuts=(cut,)), model, safeguards=held)
    return run.production[-1, [1, 3]]


def test_without_a_second_source_steel_makes_half_and_glass_all(economy):
    assert settled(economy, 0.0) == pytest.approx([4.0, 80.0], rel=1e-6)


def test_with_a_whole_one_both_have_the_same_claim_to_what_there_is(economy):
    # each asks C for 4 of iron and gets half of 6, three quarters: steel gains 2, glass loses 20
    assert settled(economy, 1.0) == pytest.approx([6.0, 60.0], rel=1e-6)


def test_the_larger_it_is_the_more_glass_loses(economy):
    found = [settled(economy, size) for size in (0.0, 0.25, 0.5, 0.75, 1.0)]
    steel, glass = zip(*found, strict=True)
    assert list(steel) == sorted(steel)
    assert list(glass) == sorted(glass, reverse=True)
    # all iron of C is used at every size, 0.5 a unit of steel and 0.05 a unit of glass
    for made in found:
        assert made @ [0.5, 0.05] == pytest.approx(6.0, rel=1e-6)
