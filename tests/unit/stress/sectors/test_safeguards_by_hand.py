"""Each kind of safeguard on two nodes, worked out by hand."""

import numpy as np
import pytest

from ario_economies import course, economy_of
from chainwright.stress import Economy, InventoryModel, simulate_by_origin, simulate_pooled
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.shocks.sector_blows import CapacityLoss, SectorBlows, SupplyCut
from chainwright.system import Safeguard

NOBODY = np.zeros(0, np.intp)


@pytest.fixture(scope="module")
def two():
    """Iron of A goes to steel of B, 2 of its 10 a day; steel makes 8 a day, all for households.

    Per day: Z[iron, steel] = 2, so A = 2 / 8 = 0.25. Households take 8 iron and 8 steel.
    """
    matrix = 365.0 * np.array([[0.0, 2.0], [0.0, 0.0]])
    final = 365.0 * np.array([[8.0, 0.0], [0.0, 8.0]])
    return Economy.of(economy_of(matrix, final, [("A", "iron"), ("B", "steel")]))


@pytest.fixture(scope="module")
def three():
    """The same with iron of C, which sells steel 2 a day as A does: A of both is 4 / 8 = 0.5."""
    matrix = 365.0 * np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    final = 365.0 * np.array([[8.0, 0.0, 0.0], [0.0, 8.0, 0.0], [0.0, 0.0, 8.0]])
    pairs = [("A", "iron"), ("B", "steel"), ("C", "iron")]
    return Economy.of(economy_of(matrix, final, pairs))


def model(**more):
    """Return stocks of 5 days that limit below 4 (psi = 0.8), refilled slowly, capacity fixed."""
    return InventoryModel(
        stock_days=5.0, restoration_days=1e6, overproduction_max=1.0, orders="noalt", **more
    )


def cut(steps, days, *, seller=0, share=1.0, users=NOBODY):
    """Return the deliveries of one node to steel cut for some days from day 0."""
    one = SupplyCut(
        0, np.array([seller]), np.array([1]), np.asarray(users, np.intp), share,
        course(steps, 0, days),
    )  # fmt: skip
    return SectorBlows(steps, 1.0, cuts=(one,))


def test_a_reserve_fills_stocks_to_where_they_limit_until_it_is_empty(two):
    # Stock of iron at steel: 5 days x 2 = 10, it limits below 0.8 x 10 = 8. Nothing arrives: in the
    # evening of day 0 it is 8, of day 1 it is 6. The level for 8 steel is 4 days x 2 = 8.
    # A reserve of 3/7 of a week holds 3 days x 2 = 6: it releases 2 in the evenings of days 1, 2
    # and 3 and is empty. Output is whole up to day 4; that evening 6 are left, and day 5 makes
    # 8 x 6 / 8 = 6, which takes 1.5: day 6 makes 8 x 4.5 / 8 = 4.5. Without it day 2 makes 6.
    held = held_safeguards(two, [Safeguard("iron", "reserve", ("B",), 3 / 7, "iron")])
    run = simulate_pooled(two, cut(8, 8), model(), safeguards=held, stocks_on=range(8))
    assert run.production[:7, 1] == pytest.approx([8, 8, 8, 8, 8, 6, 4.5])
    assert run.reserves.held[0] == pytest.approx(6.0)
    assert run.reserves.left[0] == 0.0
    assert (run.reserves.first_step[0], run.reserves.last_step[0]) == (1, 3)
    assert [run.stocks[t][0, 1] for t in range(5)] == pytest.approx([8, 8, 8, 8, 6])
    assert simulate_pooled(two, cut(8, 8), model()).production[:4, 1] == pytest.approx(
        [8, 8, 6, 4.5]
    )
    alone = simulate_by_origin(two, cut(8, 8), model(), elasticity=0.0, safeguards=held)
    assert alone.production == pytest.approx(run.production)


def test_a_reserve_waits_and_keeps_back_its_share(two):
    # Released from the evening of day 3 on, a third of 6 never: 4 are there. Day 2 makes 6 and day
    # 3 makes 4.5, as without; in the evening of day 3 the stock is 6 - 1.5 - 1.125 = 3.375 and
    # steel can be sold for 8 again: the gap is 8 - 3.375 = 4.625, of which 4 are filled.
    # Day 4 makes 8 x 7.375 / 8 = 7.375.
    safeguard = Safeguard("iron", "reserve", ("B:steel",), 3 / 7, "iron", (), 3.0, 1 / 3)
    run = simulate_pooled(two, cut(8, 8), model(), safeguards=held_safeguards(two, [safeguard]))
    assert run.production[:5, 1] == pytest.approx([8, 8, 6, 4.5, 7.375])
    assert run.reserves.left[0] == pytest.approx(2.0)
    assert run.reserves.first_step[0] == run.reserves.last_step[0] == 3


def test_a_second_source_moves_its_share_of_orders_and_of_final_demand(three):
    # Of 4 iron a day 2 come from A and are cut. Nothing is replaceable: steel gets 2 a day and uses
    # 4, so its stock falls from 20 by 2 a day: 18, 16, 14; it limits below 16, so day 2 is whole
    # and day 3 makes 8 x 14 / 16 = 7. A second source of half moves 1 of the 2 to C: the stock
    # falls by 1 a day to 16 in the evening of day 3, and day 5 is the first to fall, to 7.5.
    # Nobody's orders grow: stocks are refilled in a million days.
    none = simulate_pooled(three, cut(8, 8), model(replaceable=0.0))
    assert none.production[:4, 1] == pytest.approx([8, 8, 8, 7], rel=1e-5)
    assert none.intermediate_demand[1] == pytest.approx([0, 0, 2], rel=1e-5)
    half = held_safeguards(three, [Safeguard("s", "second_source", ("B",), 0.5, "iron")])
    run = simulate_pooled(three, cut(8, 8), model(replaceable=0.0), safeguards=half)
    assert run.production[:6, 1] == pytest.approx([8, 8, 8, 8, 8, 7.5], rel=1e-5)
    assert run.intermediate_demand[1] == pytest.approx([0, 0, 3], rel=1e-5)
    whole = simulate_pooled(three, cut(8, 8), model(replaceable=1.0))
    assert whole.intermediate_demand[1] == pytest.approx([0, 0, 4], rel=1e-5)


def test_by_origin_a_second_source_of_half_lets_half_of_a_stock_be_missing(three):
    # Alone, A's stock of 10 falls by 2 a day: 8, 6, and day 2 makes 8 x 6 / 8 = 6. With a second
    # source of half it may fall to half of 8 while both origins together reach 16. C is asked for 1
    # of its own and 2 of the pooled half of 4: its stock is 11, 12 in the first evenings, and day 2
    # is whole: of A 2 x 6 / 8 = 1.5 is used, of C 2.5; 4.5 and 12.5 are left, day 3 is whole, and
    # of A 2 x 4.5 / 8 = 1.125 is used. Then 3.375 are left: day 4 makes 8 x 3.375 / 4 = 6.75.
    alone = simulate_by_origin(three, cut(8, 8), model(), elasticity=0.0)
    assert alone.production[:3, 1] == pytest.approx([8, 8, 6], rel=1e-5)
    half = held_safeguards(three, [Safeguard("s", "second_source", ("B",), 0.5, "iron")])
    run = simulate_by_origin(three, cut(8, 8), model(), elasticity=0.0, safeguards=half)
    assert run.intermediate_demand[1] == pytest.approx([0, 0, 3], rel=1e-5)
    assert run.production[:5, 1] == pytest.approx([8, 8, 8, 8, 6.75], rel=1e-5)


def test_a_second_source_serves_final_users_of_its_region_alone():
    # Households of A and of B buy 1 iron a day each of A and of C. All of A's iron is cut from
    # both: B's can order 0.6 of it from C, A's nothing.
    matrix = 365.0 * np.zeros((3, 3))
    final = 365.0 * np.array([[1.0, 1.0, 0.0], [0.0, 8.0, 0.0], [1.0, 1.0, 0.0]])
    pairs = [("A", "iron"), ("B", "steel"), ("C", "iron")]
    economy = Economy.of(economy_of(matrix, final, pairs))
    blows = SectorBlows(
        3, 1.0, cuts=(SupplyCut(0, np.array([0]), NOBODY, np.array([0, 1]), 1.0, np.ones(3)),)
    )
    held = held_safeguards(economy, [Safeguard("s", "second_source", ("B",), 0.6, "iron", (), 1.0)])
    run = simulate_pooled(
        economy, blows, model(replaceable=0.0), safeguards=held,
        record=("final_demand", "production", "unmet_final", "unmet_by_region"),
    )  # fmt: skip
    # what is wanted of A in vain stays counted there; of C: 2 on day 0, 2 + 0.6 from day 1 on,
    # but it cannot make more than 2
    assert run.final_demand[:2, 2] == pytest.approx([2.0, 2.6])
    assert run.unmet_final[0] == pytest.approx([2.0, 0.0, 0.0])
    assert run.unmet_final[1] == pytest.approx([1.4, 0.0, 0.6])
    assert run.production[:, 2] == pytest.approx([2.0, 2.0, 2.0])


def test_a_backup_replaces_what_is_lost_from_its_day_on_and_draws_no_orders_at_rest(two):
    # Iron loses half of its 10 from day 1 to day 4. A backup of 0.3 comes 2 days after, on day 3:
    # 10, 5, 5, 8, 8, and 10 again on day 5, though it could make 13.
    lost = CapacityLoss(0, np.array([0]), np.array([0.5]), course(7, 1, 4))
    held = held_safeguards(two, [Safeguard("b", "backup_capacity", ("A",), 0.3, after_days=2.0)])
    run = simulate_pooled(two, SectorBlows(7, 1.0, (lost,)), model(), safeguards=held)
    assert run.production[:, 0] == pytest.approx([10, 5, 5, 8, 8, 10, 10])
    assert run.capacity[5, 0] == pytest.approx(13.0)
    # made beyond 5 on days 3 and 4: 3 each; it could have made 3 a day on days 3 to 6
    assert run.backup.made[0] == pytest.approx(6.0)
    assert run.backup.could[0] == pytest.approx(12.0)
    assert (run.backup.first_step[0], run.backup.last_step[0]) == (3, 4)
    plate = held_safeguards(two, [Safeguard("b", "strengthen", ("A:iron",), 0.3)])
    run = simulate_pooled(two, SectorBlows(7, 1.0, (lost,)), model(), safeguards=plate)
    assert run.production[:, 0] == pytest.approx([10, 8, 8, 8, 8, 10, 10])


def test_orders_lean_to_what_a_backup_replaces_but_not_beyond_rest(three):
    # A loses 0.8 of its capacity and has 0.5 beside it: in the eyes of steel it is worth
    # min(1, 0.2 + 0.5) = 0.7, and C 1: of an order of 4 A gets 4 x 2 x 0.7 / (1.4 + 2) = 1.6471.
    lost = CapacityLoss(0, np.array([0]), np.array([0.8]), np.ones(3))
    asked = InventoryModel(stock_days=5.0, overproduction_max=1.0)
    held = held_safeguards(three, [Safeguard("b", "strengthen", ("A", "C"), 0.5)])
    run = simulate_pooled(three, SectorBlows(3, 1.0, (lost,)), asked, safeguards=held)
    assert run.intermediate_demand[1, 0] == pytest.approx(4 * 1.4 / 3.4)
    assert run.intermediate_demand[1, 2] == pytest.approx(4 * 2.0 / 3.4)


def test_nothing_is_ready_before_the_first_blow_and_never_without_one(two):
    # the blow strikes on day 4, so what is ready after 2 days is there from day 6 on
    late = CapacityLoss(0, np.array([0]), np.array([0.5]), course(9, 4, 5))
    held = held_safeguards(two, [Safeguard("b", "backup_capacity", ("A",), 0.5, after_days=2.0)])
    run = simulate_pooled(two, SectorBlows(9, 1.0, (late,)), model(), safeguards=held)
    assert run.capacity[:, 0] == pytest.approx([10, 10, 10, 10, 5, 5, 10, 10, 10])
    calm = simulate_pooled(two, SectorBlows(9, 1.0), model(), safeguards=held)
    assert calm.capacity[:, 0] == pytest.approx(np.full(9, 10.0))


def test_a_week_as_step_releases_in_the_week_after_enough_days():
    # after 10 days of the first blow means two steps of a week later
    matrix = 365.0 * np.array([[0.0, 2.0], [0.0, 0.0]])
    final = 365.0 * np.array([[8.0, 0.0], [0.0, 8.0]])
    two = Economy.of(economy_of(matrix, final, [("A", "iron"), ("B", "steel")]), step_days=7.0)
    held = held_safeguards(two, [Safeguard("b", "backup_capacity", ("A",), 0.5, after_days=10.0)])
    lost = CapacityLoss(0, np.array([0]), np.array([0.5]), course(6, 1, 5))
    asked = InventoryModel(stock_days=35.0, overproduction_max=1.0, step="week")
    run = simulate_pooled(two, SectorBlows(6, 7.0, (lost,)), asked, safeguards=held)
    assert run.capacity[:, 0] == pytest.approx([70, 35, 35, 70, 70, 70])
    reserve = held_safeguards(two, [Safeguard("r", "reserve", ("B",), 2.0, "iron")])
    assert reserve.reserves[0].money == pytest.approx(2 * 14.0)
