import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.stress.sectors.direct_losses import capacity_lost, demand_lost, refuse
from chainwright.stress.shocks.sector_blows import CapacityLoss, DemandDrop, SectorBlows

FINAL = np.array([[4.0, 2.0], [1.0, -3.0], [5.0, 5.0]])


def places(*numbers):
    return np.array(numbers, dtype=np.intp)


def test_capacity_takes_the_largest_blow_of_each_day():
    one = CapacityLoss(0, places(0, 2), np.array([0.5, 0.2]), np.array([1.0, 0.5, 0.0]))
    other = CapacityLoss(1, places(2), np.array([0.4]), np.array([0.0, 1.0, 1.0]))
    lost = capacity_lost(SectorBlows(3, 1.0, capacity=(one, other)), 3)
    assert lost.tolist() == [[0.5, 0, 0.2], [0.25, 0, 0.4], [0, 0, 0.4]]


def test_demand_takes_the_largest_blow_of_each_seller_and_user():
    one = DemandDrop(0, places(0, 1), places(0, 1), 0.5, np.array([1.0, 1.0, 0.0]))
    other = DemandDrop(1, places(0, 2), places(1), 0.8, np.array([0.0, 1.0, 1.0]))
    lost = demand_lost(SectorBlows(3, 1.0, demand=(one, other)), FINAL)
    # seller 1 sells -3 to user 1: a stock drawn down is no demand
    expected = [[3.0, 0.5, 0.0], [2.0 + 1.6, 0.5, 4.0], [1.6, 0.0, 4.0]]
    np.testing.assert_allclose(lost, expected)


def test_without_a_drop_no_demand_is_lost():
    assert not demand_lost(SectorBlows(4, 1.0), FINAL).any()
    assert capacity_lost(SectorBlows(4, 1.0), 3).shape == (4, 3)


def test_kinds_are_refused_by_name_and_others_pass():
    blow = DemandDrop(0, places(0), places(0), 0.5, np.ones(2))
    blows = SectorBlows(2, 1.0, demand=(blow,))
    with pytest.raises(ParameterError, match=r"toy engine.*must be that.*demand_drop"):
        refuse(blows, "toy", ("capital", "demand_drop"), "that")
    assert refuse(blows, "toy", ("capital", "supply_cut"), "that") is None
