"""WIOD 2011: of a second source more is not always better, where those who stay open have no room.

China loses the ores, oil and coal (c2) of RoW and Australia for 91 days, 27 % of all that it uses.
Half of what its refineries and smelters use they buy from Chinese mines, which run at capacity at
rest. A second source moves orders to where its users buy already, so mostly there: beyond about two
thirds it takes coal from power stations, and a whole one avoids less than half of one does.
"""

import numpy as np
import pytest

from chainwright.stress import Economy, InventoryModel, Shock, simulate_pooled
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import Safeguard

ORES = Shock.named("embargo", ["RoW:c2", "AUS:c2"], to="CHN", days=91)
SIZES = (0.0, 0.25, 0.65, 1.0)
RECORD = ("production", "intermediate_demand")


@pytest.fixture(scope="module")
def economy(wiod2011):
    return Economy.of(wiod2011)


@pytest.fixture(scope="module")
def runs(wiod2011, economy):
    blows = sector_blows(wiod2011, ORES, 182, capital=economy.K)
    model = InventoryModel(replaceable=0.0)
    found = {}
    for size in SIZES:
        source = Safeguard("other ores", "second_source", ("CHN",), size, product="c2")
        held = held_safeguards(economy, [source])
        found[size] = simulate_pooled(economy, blows, model, safeguards=held, record=RECORD)
    return found


def at(economy, code):
    return economy.flows.nodes.codes.index(code)


def lost_in_china(economy, run):
    """Return value added lost by nodes of China that lose any [million USD]."""
    per_output = economy.VA / (365.0 * np.maximum(economy.x0, 1e-300))
    lost = per_output * (economy.x0 - run.production).sum(axis=0)
    home = economy.flows.nodes.mask(regions=["CHN"])
    return float(np.maximum(lost, 0.0)[home].sum())


def test_two_thirds_avoid_half_of_the_loss_and_all_of_it_a_quarter(economy, runs):
    lost = {size: lost_in_china(economy, run) for size, run in runs.items()}
    assert lost[0.0] == pytest.approx(534_409, rel=1e-3)
    avoided = {size: 1.0 - lost[size] / lost[0.0] for size in SIZES}
    assert avoided[0.25] == pytest.approx(0.351, abs=2e-3)
    assert avoided[0.65] == pytest.approx(0.519, abs=2e-3)
    assert avoided[1.0] == pytest.approx(0.283, abs=2e-3)


def test_chinese_mines_are_asked_for_more_than_they_can_make_and_power_goes_short(economy, runs):
    mines, power, metals = (at(economy, f"CHN:{code}") for code in ("c2", "c17", "c12"))
    asked = [runs[s].intermediate_demand[30, mines] / economy.x0[mines] for s in SIZES]
    assert asked == pytest.approx([0.955, 1.070, 1.340, 1.573], abs=2e-3)
    # on day 60 metals gain by each step, power stations, which buy 15 % of their coal from those
    # who are cut off, gain by the first alone
    made = [runs[s].production[60, metals] / economy.x0[metals] for s in SIZES]
    assert made == sorted(made)
    lit = [runs[s].production[60, power] / economy.x0[power] for s in SIZES]
    assert lit == pytest.approx([0.715, 0.815, 0.787, 0.735], abs=2e-3)
