"""Rebuilding and lost capital that sectors and firms share, by hand."""

import numpy as np
import pytest

from ario_economies import NONE, OF_CAPITAL
from chainwright.errors import ParameterError
from chainwright.stress.shocks.lost_capital import (
    FINISHED,
    LostCapital,
    RebuildingCourse,
    damage_in_money,
)
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss

CAPITAL = np.array([100.0, 50.0, 0.0])


def blow(nodes, damage, *, number=0, start=0, since=None, course=None, share=False):
    return CapitalLoss(
        number, np.array(nodes), np.array(damage), share, course, start, since,
        NONE, NONE, 4.0, 1.5,
    )  # fmt: skip


class OneSupplier(RebuildingCourse):
    """One supplier is asked for all of it; damage falls as it delivers."""

    def __init__(self, loss):
        super().__init__(loss, CAPITAL)
        self._ask(np.array([loss.factor * self.initial.sum()]))

    def _still_destroyed(self):
        return self._phi[0] * self.initial


class Owners(LostCapital):
    """Three nodes a, b, c."""

    def __init__(self, capacity=(), losses=()):
        super().__init__(CAPITAL, capacity, losses)
        self.rebuilding = [OneSupplier(loss) for loss in losses if loss.course is None]

    def _named(self, node, step):
        return f"{'abc'[node]} in step {step}", " yuan", "owners"


def test_damage_is_money_or_a_share_of_capital():
    assert damage_in_money(CAPITAL, blow([0, 1], [0.5, 0.1], share=OF_CAPITAL)).tolist() == [50, 5]
    assert damage_in_money(CAPITAL, blow([1], [7.0])).tolist() == [7.0]


def test_a_quarter_of_what_is_left_is_asked_and_what_comes_is_rebuilt():
    event = OneSupplier(blow([0], [40.0], start=1, since=2))
    assert event.destroyed(0).tolist() == [0.0]
    assert event.destroyed(1).tolist() == [40.0]
    assert event.wants(1).tolist() == [0.0]
    assert event.wants(2).tolist() == [15.0]  # 40 x 1.5 / 4
    event.delivered(1, np.array([1.0]))  # too early: nothing happens
    assert event.destroyed(2).tolist() == [40.0]
    event.delivered(2, np.array([0.5]))
    assert event.destroyed(3).tolist() == [35.0]
    assert event.wants(3).tolist() == [13.125]
    assert not event.over


def test_rebuilding_is_over_when_next_to_nothing_is_left():
    event = OneSupplier(blow([0], [40.0]))
    for step in range(200):
        event.delivered(step, np.ones(1))
        if event.over:
            break
    assert event.destroyed(step).tolist() == [0.0]
    assert step + 1 == int(np.ceil(np.log(FINISHED) / np.log(0.75)))


def test_a_rebuilding_from_the_first_day_begins_on_it():
    assert OneSupplier(blow([0], [4.0], start=3, since=0)).since == 0
    assert OneSupplier(blow([0], [4.0], start=3)).since == 3


def test_damages_add_up_and_lost_capacity_takes_the_largest():
    fading = blow([0, 1], [30.0, 5.0], course=np.array([1.0, 0.5]))
    shut = CapacityLoss(1, np.array([1]), np.array([0.4]), np.array([1.0, 0.0]))
    owners = Owners([shut], [fading, blow([0], [20.0], number=2)])
    assert owners.destroyed(0).tolist() == [50.0, 5.0, 0.0]
    assert owners.share(0, owners.destroyed(0)).tolist() == [0.5, 0.4, 0.0]
    assert owners.destroyed(1).tolist() == [35.0, 2.5, 0.0]
    assert owners.share(1, owners.destroyed(1)).tolist() == [0.35, 0.05, 0.0]


def test_more_damage_than_capital_is_refused_with_blow_owner_and_step():
    with pytest.raises(ParameterError, match="blow 3 of the shock") as alone:
        Owners(losses=[blow([0, 1], [101.0, 51.0], number=2, start=5)])
    assert "at most the capital of a in step 5, 100 yuan (and 1 more owners)" in str(alone.value)
    half = [blow([1], [26.0], number=k, course=np.ones(2)) for k in range(2)]
    both = Owners(losses=half)
    with pytest.raises(ParameterError, match="blow 1, 2 of the shock") as together:
        both.destroyed(0)
    assert "of b in step 0, 50 yuan" in str(together.value)
