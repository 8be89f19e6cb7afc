"""What a shock takes of nodes: sizes, work and days of several blows, worked by hand."""

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan.restarting.stopped_nodes import stopped_shares
from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss

K = np.array([50.0, 200.0, 0.0, 80.0])
ALL = np.ones(3)
CAPACITY, CAPITAL = "capacity", "capital"
MENDED = {"recovery": "linear", "recovery_days": 40.0}


def blow(kind=CAPACITY, **more):
    return Blow(kind, nodes="A:S", share=0.5, **more)


def lost(number, nodes, share):
    return CapacityLoss(number, np.array(nodes), np.array(share, dtype=float), ALL)


def damaged(number, nodes, damage, *, of_capital=False):
    none = np.zeros(0)
    return CapitalLoss(
        number, np.array(nodes), np.array(damage, dtype=float), of_capital, ALL, 0, None,
        none.astype(int), none, 1.0, 1.0,
    )  # fmt: skip


def taken(blows, capacity=(), capital=()):
    return stopped_shares(Shock(tuple(blows)), capacity, capital, K, 30.0)


def test_losses_of_capacity_count_by_the_largest_and_damage_to_capital_adds_up():
    blows = [blow(days=10), blow(days=4), blow(CAPITAL, days=10), blow(CAPITAL, days=10)]
    found = taken(
        blows,
        [lost(0, [0, 1], [0.2, 0.6]), lost(1, [0], [0.5])],
        [damaged(2, [0, 3], [10.0, 60.0]), damaged(3, [3], [40.0])],
    )
    # node 0: max(10/50, max(.2, .5)) = .5; node 1: .6; node 3: 60/80 + 40/80 > 1, all of it
    assert found.places.tolist() == [0, 1, 3]
    assert found.share.tolist() == [0.5, 0.6, 1.0]
    # work: node 0: max(.2 x 10 capital, max(.2 x 10, .5 x 4) capacity) = 2; 1: 6; 3: (.75+.5) x 10
    assert found.work.tolist() == pytest.approx([2.0, 6.0, 12.5])


def test_damage_told_as_a_share_of_capital_is_not_divided_again():
    found = taken([blow(CAPITAL, days=8)], capital=[damaged(0, [1], [0.25], of_capital=True)])
    assert found.share.tolist() == [0.25]
    assert found.work.tolist() == [2.0]


def test_what_has_no_capital_loses_none():
    found = taken(
        [blow(CAPITAL, days=8), blow(days=3)], [lost(1, [1], [0.1])], [damaged(0, [2], [5.0])]
    )
    assert found.places.tolist() == [1]


def test_a_node_is_down_since_the_first_of_its_blows_and_crews_come_after_the_last_of_all():
    blows = [blow(start_day=5.0, days=9), blow(start_day=2.0, days=1), blow(start_day=7.0, days=1)]
    found = taken(blows, [lost(0, [0], [0.1]), lost(1, [0, 1], [0.1, 0.2]), lost(2, [3], [0.3])])
    assert found.strike.tolist() == [2.0, 2.0, 7.0]
    assert found.ready == 7.0


@pytest.mark.parametrize(
    ("more", "work", "assumed", "ready"),
    [
        ({"days": 12.0}, 6.0, False, 1.0),  # held 12 days, then gone at once: what it held
        ({}, 15.0, True, 1.0),  # for ever: 30 days assumed
        ({"days": 12.0, **MENDED}, 20.0, False, 13.0),  # recovers in 40, from day 1 + 12 on
        (MENDED, 20.0, False, 1.0),  # recovers in 40 once it is let: crews need not wait for ever
    ],
)
def test_work_is_share_times_the_days_that_the_blow_takes(more, work, assumed, ready):
    found = taken([blow(start_day=1.0, **more)], [lost(0, [3], [0.5])])
    assert found.work.tolist() == [work]
    assert found.assumed.tolist() == [assumed]
    assert found.ready == ready


def test_one_assumed_blow_of_several_marks_the_node():
    found = taken([blow(days=90), blow()], [lost(0, [0, 1], [0.9, 0.9]), lost(1, [0], [0.1])])
    assert found.assumed.tolist() == [True, False]


def test_a_blow_of_size_nought_hits_nobody_and_keeps_no_crew_waiting():
    blows = [blow(days=3), blow(start_day=50.0, days=3)]
    found = taken(blows, [lost(0, [0], [0.5]), lost(1, [0, 1], [0.0, 0.0])])
    assert found.places.tolist() == [0]
    assert found.ready == 0.0


def test_a_shock_that_takes_no_capacity_is_refused_by_its_name():
    with pytest.raises(ParameterError, match="nothing stands still") as caught:
        stopped_shares(Shock((blow(days=3),), "Flood"), [lost(0, [0], [0.0])], [], K, 30.0)
    assert "Flood" in str(caught.value)
    with pytest.raises(ParameterError, match="a shock"):
        taken([blow(days=3)])
