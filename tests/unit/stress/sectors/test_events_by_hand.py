"""What happens to capital and capacity day by day, when a run rests, when rebuilding crowds out."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ario_economies import NONE, OF_CAPITAL, course, economy_of
from chainwright.errors import ParameterError
from chainwright.stress import Economy, InventoryModel
from chainwright.stress.sectors.crowding import TAKEN, WORTH_A_WORD, Crowding
from chainwright.stress.sectors.lost_capacity import LostCapacity
from chainwright.stress.sectors.rebuilding import Rebuilding
from chainwright.stress.sectors.rest import Rest
from chainwright.stress.shocks.lost_capital import FINISHED
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss, SectorBlows

PAIRS = [("A", "m"), ("A", "k"), ("B", "m"), ("B", "k")]
MATRIX = [[10, 20, 5, 5], [5, 10, 5, 5], [5, 15, 10, 20], [5, 5, 5, 10]]
FINAL = [[50, 10], [60, 15], [10, 40], [5, 70]]
MONEY = False


def places(*of):
    return np.array(of, dtype=np.intp)


@pytest.fixture(scope="module")
def economy():
    return Economy.of(economy_of(MATRIX, FINAL, PAIRS))


def rebuilt(nodes, damage, sectors, shares, *, start=1, since=3, tau=4.0, factor=1.0):
    return CapitalLoss(
        0, places(*nodes), np.array(damage), MONEY, None, start, since,
        places(*sectors), np.array(shares), tau, factor,
    )  # fmt: skip


def fading(node, damage, kept, *, blow=0, of_capital=MONEY):
    return CapitalLoss(
        blow, places(node), np.array([damage]), of_capital, np.array(kept), 0, None, NONE, NONE,
        0.0, 1.0,
    )  # fmt: skip


def test_three_days_of_rebuilding_by_hand(economy):
    # A:k (1) loses 6 and B:k (3) loses 8; m rebuilds 3/4 of it, k 1/4; half more is asked for
    event = Rebuilding(economy, rebuilt([1, 3], [6.0, 8.0], [0, 1], [0.75, 0.25], factor=1.5))
    assert event.rows.tolist() == [0, 2, 1, 3]
    # of m node 1 buys 20 and 15, node 3 buys 5 and 20; of k 10 and 5, 5 and 10
    block = {
        0: (0.75 * 1.5 * 6 * 20 / 35, 0.75 * 1.5 * 8 * 5 / 25),
        2: (0.75 * 1.5 * 6 * 15 / 35, 0.75 * 1.5 * 8 * 20 / 25),
        1: (0.25 * 1.5 * 6 * 10 / 15, 0.25 * 1.5 * 8 * 5 / 15),
        3: (0.25 * 1.5 * 6 * 5 / 15, 0.25 * 1.5 * 8 * 10 / 15),
    }
    served = {0: (1.0, 0.5, 0.0), 2: (0.2, 1.0, 1.0), 1: (0.0, 0.0, 0.6), 3: (1.0, 1.0, 1.0)}
    phi = dict.fromkeys(block, 1.0)
    assert event.destroyed(0).tolist() == [0.0, 0.0]
    assert event.destroyed(1) == pytest.approx([6.0, 8.0])
    assert event.wants(2).tolist() == [0.0] * 4
    event.delivered(2, np.ones(4))  # too early to change anything
    for day in range(3):
        wanted = [phi[g] * sum(block[g]) / 4.0 for g in (0, 2, 1, 3)]
        assert event.wants(3 + day) == pytest.approx(wanted)
        left = [sum(phi[g] * block[g][f] for g in block) / 1.5 for f in (0, 1)]
        assert event.destroyed(3 + day) == pytest.approx(left)
        event.delivered(3 + day, np.array([served[g][day] for g in (0, 2, 1, 3)]))
        phi = {g: phi[g] * (1.0 - served[g][day] / 4.0) for g in block}
    assert not event.over
    assert event.destroyed(6) == pytest.approx(
        [sum(phi[g] * block[g][f] for g in block) / 1.5 for f in (0, 1)]
    )


@given(
    damage=st.floats(0.01, 50.0),
    tau=st.floats(1.0, 30.0),
    factor=st.floats(0.2, 3.0),
    shares=st.lists(st.floats(0.0, 1.0), min_size=30, max_size=30),
)
@settings(max_examples=25, deadline=None)
def test_what_is_delivered_and_what_is_destroyed_add_up_to_the_damage(damage, tau, factor, shares):
    economy = Economy.of(economy_of(MATRIX, FINAL, PAIRS))
    loss = rebuilt([0, 1], [damage, damage / 2], [0, 1], [0.3, 0.7], tau=tau, factor=factor)
    event = Rebuilding(economy, loss)
    arrived = 0.0
    for day, share in enumerate(shares):
        asked = event.wants(3 + day)
        arrived += share * asked.sum()
        before = event.destroyed(3 + day)
        event.delivered(3 + day, np.full(4, share))
        after = event.destroyed(4 + day)
        assert (after <= before + 1e-12).all()
        left = after.sum()
        slack = 2.0 * FINISHED * damage
        assert arrived / factor + left == pytest.approx(1.5 * damage, rel=1e-9, abs=slack)


def test_rebuilding_is_over_when_less_than_a_billionth_is_left(economy):
    event = Rebuilding(economy, rebuilt([1], [1.0], [0], [1.0], tau=2.0))
    for day in range(29):  # halves each day: 2^-29 is above 1e-9, 2^-30 below
        event.delivered(3 + day, np.ones(2))
    assert not event.over
    assert event.destroyed(40)[0] == pytest.approx(0.5**29, rel=1e-9)
    event.delivered(33, np.ones(2))
    assert event.over
    assert event.destroyed(40).tolist() == [0.0]
    assert event.wants(40).tolist() == [0.0, 0.0]


def test_a_time_to_rebuild_below_a_step_is_a_step(economy):
    event = Rebuilding(economy, rebuilt([1], [5.0], [0], [1.0], tau=0.1))
    assert event.wants(3).sum() == pytest.approx(5.0)
    event.delivered(3, np.ones(2))
    assert event.over


def test_damages_add_up_and_losses_of_capacity_take_the_largest(economy):
    K = economy.K
    blows = SectorBlows(
        4, 1.0,
        capacity=(
            CapacityLoss(2, places(0, 1), np.array([0.5, 0.1]), np.array([1.0, 0.5, 0.0, 0.0])),
            CapacityLoss(3, places(0), np.array([0.3]), np.ones(4)),
        ),
        capital=(
            fading(0, 0.2 * K[0], [1.0, 1.0, 0.5, 0.0]),
            fading(0, 0.3, [1.0, 0.5, 0.5, 0.0], blow=1, of_capital=OF_CAPITAL),
        ),
    )  # fmt: skip
    lost = LostCapacity(economy, blows)
    of_capital = [0.5, 0.35, 0.25, 0.0]
    of_capacity = [0.5, 0.3, 0.3, 0.3]
    for step in range(4):
        destroyed = lost.destroyed(step)
        assert destroyed[0] == pytest.approx(of_capital[step] * K[0])
        assert destroyed[1:].tolist() == [0.0, 0.0, 0.0]
        share = lost.share(step, destroyed)
        assert share[0] == pytest.approx(max(of_capital[step], of_capacity[step]))
        assert share[1] == pytest.approx([0.1, 0.05, 0.0, 0.0][step])
        assert share[2:].tolist() == [0.0, 0.0]


def test_damage_of_all_capital_stops_a_node_and_more_is_refused_by_name(economy):
    K = economy.K
    whole = SectorBlows(2, 1.0, capital=(fading(2, K[2], [1.0, 1.0]),))
    lost = LostCapacity(economy, whole)
    assert lost.share(0, lost.destroyed(0)).tolist() == [0.0, 0.0, 1.0, 0.0]
    with pytest.raises(ParameterError) as caught:
        LostCapacity(economy, SectorBlows(2, 1.0, capital=(fading(2, 1.01 * K[2], [1.0, 1.0]),)))
    said = str(caught.value)
    assert "blow 1 of the shock" in said
    assert "at most the capital of B:m on day 0" in said
    half = fading(2, 0.6 * K[2], [0.0, 1.0])
    both = LostCapacity(economy, SectorBlows(2, 1.0, capital=(half, replace(half, blow=1))))
    assert both.destroyed(0).tolist() == [0.0] * 4
    with pytest.raises(ParameterError, match="blow 1, 2 of the shock") as caught:
        both.destroyed(1)
    assert "on day 1" in str(caught.value)


class Stocks:
    """Stocks that are at rest on days of choice."""

    def __init__(self):
        self.rest = True

    def at_rest(self, tolerance):
        assert tolerance == 1e-3
        return self.rest


PATIENT = InventoryModel(early_stop_days=3.0, early_stop_tolerance=1e-3)


def quiet_steps(economy, blows, *, off=(), unrest=(), rebuilding=(), most=40):
    """Return after which step a run may end, if output is off or stocks are on some days."""
    rest, stocks = Rest(economy, blows, PATIENT), Stocks()
    for step in range(most):
        stocks.rest = step not in unrest
        made = economy.x0 * (1.0 - (0.002 if step in off else 0.0005))
        if rest.reached(step, made, stocks, rebuilding):
            return step, rest.why(step + 1, rebuilding)
    return None, rest.why(most, rebuilding)


def capacity(steps, start, days):
    loss = CapacityLoss(0, places(0), np.array([0.5]), course(steps, start, days))
    return SectorBlows(steps, 1.0, capacity=(loss,))


def test_a_run_may_end_after_so_many_days_at_rest_in_a_row(economy):
    blows = capacity(40, 2, 4)  # in force on days 2 to 5
    step, why = quiet_steps(economy, blows)
    assert step == 8
    assert why == (
        "at rest for 3 days: ended on day 9",
        "系统已恢复平稳 3 天，于第 9 天结束",
    )
    assert quiet_steps(economy, blows, off={7})[0] == 10
    assert quiet_steps(economy, blows, unrest={8, 12})[0] == 11
    assert quiet_steps(economy, blows, off=range(6, 40, 3))[0] is None


def test_a_run_does_not_end_while_anything_is_rebuilt_or_yet_to_begin(economy):
    event = SimpleNamespace(over=False)
    blows = SectorBlows(40, 1.0, capital=(rebuilt([1], [1.0], [0], [1.0], start=20),))
    assert quiet_steps(economy, blows, rebuilding=[SimpleNamespace(over=True)])[0] == 22
    step, why = quiet_steps(economy, blows, rebuilding=[event])
    assert step is None
    assert why == (
        "the horizon of 40 days was reached while damage was not all rebuilt",
        "到达 40 天的时间范围，损毁尚未全部重建",
    )


def test_a_horizon_says_whether_a_blow_was_still_in_force(economy):
    assert quiet_steps(economy, capacity(40, 2, 99))[1] == (
        "the horizon of 40 days was reached while a blow was still in force",
        "到达 40 天的时间范围，冲击仍在持续",
    )
    never = Rest(economy, capacity(5, 1, 1), InventoryModel())
    assert not never.reached(4, economy.x0, Stocks(), [])
    assert never.why(5, []) == ("the horizon of 5 days was reached", "到达 5 天的时间范围")


def crowd(economy, *, part, made, short, rationing="proportional", steps=1):
    """Return the notes after steps in which node 1 is asked for twice what it makes."""
    watch = Crowding(economy, InventoryModel(rationing=rationing))
    demand = economy.x0 * 1.0
    rebuilding, wanted = np.zeros(4), economy.x0 * 1.0
    rebuilding[1] = part * demand[1]
    got = economy.x0.copy()
    got[1] = made * demand[1]
    got[2] -= short
    for _ in range(steps):
        watch.see(demand, rebuilding, wanted, got)
    return watch.notes


def test_crowding_is_told_exactly_when_it_takes_much_of_a_node_that_cannot_serve_all(economy):
    day = float(economy.x0.sum())
    lost = 0.9 * WORTH_A_WORD * day  # of node 2, with node 1 short by little
    for part, made, short, told in [
        (TAKEN * 1.01, 0.9999, 2 * lost, True),
        (TAKEN * 0.99, 0.9999, 2 * lost, False),
        (TAKEN * 1.01, 1.0, 2 * lost, False),
        (TAKEN * 1.01, 0.9999, 0.5 * lost, False),
    ]:
        assert bool(crowd(economy, part=part, made=made, short=short)) is told
    assert crowd(economy, part=0.5, made=0.9999, short=0.5 * lost, steps=3)


def test_crowding_names_days_lost_and_what_to_compare_with(economy):
    short = 0.25 * float(economy.x0.sum()) - 0.5 * float(economy.x0[1])
    ((english, chinese),) = crowd(economy, part=0.5, made=0.5, short=short)
    assert english == (
        "Warning: demand for rebuilding crowded out inputs. While it took more than 5 % of the "
        "demand of nodes that could not serve all, short inputs cost 0.25 days of all output. "
        "Compare with rationing='priority' (inputs before rebuilding) or a rebuild_cap."
    )
    assert "相当于全部产出的 0.25 天" in chinese
    assert "rationing='priority'" in chinese
    ((english, chinese),) = crowd(economy, part=0.5, made=0.5, short=short, rationing="priority")
    assert english.endswith("Compare with a rebuild_cap.")
    assert "rationing" not in chinese
