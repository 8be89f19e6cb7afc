"""What nodes decide within a day, by hand; final demand, open deliveries and rebuilding."""

import numpy as np
import pytest

from ario_economies import course, economy_of, random_system
from chainwright.errors import ParameterError
from chainwright.stress import Economy, InventoryModel, simulate_pooled
from chainwright.stress.sectors.ario_day import (
    Response,
    divided,
    order_weights,
    overproduced,
    served,
)
from chainwright.stress.sectors.final_use import FinalUse
from chainwright.stress.sectors.lost_capacity import LostCapacity
from chainwright.stress.sectors.open_deliveries import OpenDeliveries
from chainwright.stress.sectors.rebuilding import Rebuilding
from chainwright.stress.sectors.run_records import record_names
from chainwright.stress.shocks.sector_blows import (
    CapitalLoss,
    DemandDrop,
    SectorBlows,
    SupplyCut,
)

CODE = Response(1.0, 1.25, 100.0, documented=False)
TEXT = Response(1.0, 1.25, 100.0, documented=True)
NONE = np.zeros(0, np.intp)
MONEY = False


@pytest.fixture(scope="module")
def economy():
    return Economy.of(random_system(8, regions=3, sectors=3, imports=False, grid=True))


def one(*numbers):
    return np.array(numbers, dtype=float)


def test_capacity_rises_with_scarcity_alike_in_both_forms():
    # a fifth of demand is not met: 1.1 + 0.15 * 0.2 / 100
    for response in (CODE, TEXT):
        assert overproduced(one(1.1), one(10.0), one(8.0), response) == pytest.approx(1.1003)


def test_with_demand_below_output_the_code_falls_by_the_same_rule_and_the_text_relaxes():
    # scarcity is -1: 1.1 - 0.15 / 100 against 1.1 - 0.1 / 100
    assert overproduced(one(1.1), one(5.0), one(10.0), CODE) == pytest.approx(1.0985)
    assert overproduced(one(1.1), one(5.0), one(10.0), TEXT) == pytest.approx(1.099)


def test_with_no_scarcity_at_all_both_forms_relax_to_the_base():
    for response in (CODE, TEXT):
        assert overproduced(one(1.1), one(5.0), one(5.0), response) == pytest.approx(1.099)


def test_overproduction_never_falls_below_capacity_at_rest():
    assert overproduced(one(1.0), one(1.0), one(9.0), CODE).tolist() == [1.0]


def test_a_node_that_nobody_asks_has_no_scarcity():
    assert overproduced(one(1.2), one(0.0), one(3.0), CODE) == pytest.approx(1.198)


def test_proportional_rationing_serves_every_class_alike():
    shares = served(one(6.0, 0.0), one(4.0, 0.0), one(6.0, 0.0), one(2.0, 0.0), priority=False)
    assert [share.tolist() for share in shares] == [[0.5, 0.0]] * 3


@pytest.mark.parametrize(
    ("made", "expected"),
    [(2.0, (0.5, 0.0, 0.0)), (7.0, (1.0, 0.5, 0.0)), (11.0, (1.0, 1.0, 0.5)), (12.0, (1, 1, 1))],
)
def test_priority_serves_orders_then_final_demand_then_rebuilding(made, expected):
    shares = served(one(made), one(4.0), one(6.0), one(2.0), priority=True)
    assert tuple(float(share[0]) for share in shares) == expected


def test_order_weights_are_capacity_left_or_all_alike():
    capacity, x0 = one(1.0, 3.0, 0.0), one(2.0, 2.0, 0.0)
    assert order_weights(capacity, x0, alternative=True).tolist() == [0.5, 1.5, 1.0]
    assert order_weights(capacity, x0, alternative=False).tolist() == [1.0, 1.0, 1.0]


def test_vectors_and_columns_of_scenarios_give_the_same_numbers():
    a, b = np.arange(6.0).reshape(3, 2), np.array([[2.0], [0.0], [4.0]])
    assert divided(a, b, 7.0).tolist() == [[0.0, 0.5], [7.0, 7.0], [1.0, 1.25]]
    demand = np.array([[10.0, 5.0], [4.0, 4.0]])
    columns = overproduced(np.full((2, 2), 1.1), demand, np.full((2, 2), 4.0), CODE)
    singles = [overproduced(one(1.1, 1.1), demand[:, k], one(4.0, 4.0), CODE) for k in range(2)]
    assert np.array_equal(columns, np.array(singles).T)


def test_an_input_up_to_the_cutoff_does_not_limit():
    pairs, final = [("A", "m"), ("A", "k")], [[50.0], [40.0]]
    small = Economy.of(economy_of([[0.0, 1e-6], [0.0, 0.0]], final, pairs))
    shut = SupplyCut(0, np.array([0]), np.array([1]), NONE, 1.0, np.ones(60))
    blows = SectorBlows(60, 1.0, cuts=(shut,))
    run = simulate_pooled(small, blows, InventoryModel(stock_days=3.0), stocks_on=(59,))
    strict = simulate_pooled(small, blows, InventoryModel(stock_days=3.0, cutoff=0.0))
    assert run.production[-1, 1] == pytest.approx(small.x0[1])
    assert run.stocks[59].min() == 0.0
    assert strict.production[-1, 1] < 0.01 * small.x0[1]


def test_final_demand_is_the_same_object_while_nothing_changes(economy):
    drop = DemandDrop(0, np.array([0]), np.array([1]), 0.5, course(9, 3, 2))
    use = FinalUse(economy, SectorBlows(9, 1.0, demand=(drop,)))
    assert use.at(0) is use.at(2)
    assert use.at(3) is use.at(4)
    assert use.at(0).asked[0] - use.at(3).asked[0] == pytest.approx(0.5 * economy.final[0, 1])
    assert np.array_equal(use.at(8).asked, economy.Y)


def test_final_demand_that_does_not_move_is_stuck_in_the_share_stated(economy):
    users = np.arange(3)
    cut = SupplyCut(0, np.array([4]), NONE, users, 1.0, np.ones(2))
    blows = SectorBlows(2, 1.0, cuts=(cut,))
    for moving in (0.0, 0.25, 1.0):
        found = FinalUse(economy, blows, moving=moving).at(0)
        assert found.stuck[4] == pytest.approx((1 - moving) * economy.Y[4])
        assert found.asked.sum() + found.stuck.sum() == pytest.approx(economy.Y.sum())
        assert found.asked[4] == 0.0


def test_of_two_cuts_of_one_delivery_the_larger_holds(economy):
    cuts = tuple(
        SupplyCut(i, np.array([2]), np.array(buyers), NONE, share, np.ones(3))
        for i, (buyers, share) in enumerate([([0, 1], 0.3), ([1, 2], 0.8)])
    )
    left = OpenDeliveries(economy, SectorBlows(3, 1.0, cuts=cuts))
    assert left.rows.tolist() == [2]
    assert left.at(0)[0, :4] == pytest.approx(np.array([0.7, 0.2, 0.2, 1.0]))


def test_only_rows_that_are_cut_are_copied_and_anew_only_on_a_change(economy):
    cut = SupplyCut(0, np.array([1, 5]), np.array([0]), NONE, 1.0, course(9, 3, 2))
    left = OpenDeliveries(economy, SectorBlows(9, 1.0, cuts=(cut,)))
    assert left.at(0) is left.at(2)
    assert left.at(0).shape == (2, economy.n)
    assert left.at(3)[:, 0].tolist() == [0.0, 0.0]
    assert left.at(100).min() == 1.0
    assert np.array_equal(left.sells, economy.Z[[1, 5]])
    assert left.slot.tolist() == [-1, 0, -1, -1, -1, 1, -1, -1, -1]
    assert left.products.tolist() == [1, 2]


def rebuilt(economy, factor=1.0, products=(0, 1), shares=(0.75, 0.25)):
    return CapitalLoss(
        3, np.array([4]), np.array([6.0]), MONEY, None, 2, 5, np.array(products), np.array(shares),
        10.0, factor,
    )  # fmt: skip


def test_rebuilding_asks_by_share_and_origin_from_its_first_step(economy):
    event = Rebuilding(economy, rebuilt(economy, factor=2.0))
    assert event.wants(4).sum() == 0.0
    assert event.wants(5).sum() == pytest.approx(6.0 * 2.0 / 10.0)
    by_product = economy.product_sums[:, event.rows] @ event.wants(5)
    assert by_product[:2] == pytest.approx([0.9, 0.3])
    assert [event.destroyed(t)[0] for t in (1, 2)] == [0.0, pytest.approx(6.0)]


def test_what_is_delivered_is_no_longer_destroyed_and_what_is_left_of_nothing_is_over(economy):
    event = Rebuilding(economy, rebuilt(economy))
    event.delivered(4, np.ones(len(event.rows)))
    assert event.destroyed(5)[0] == pytest.approx(6.0)
    event.delivered(5, np.full(len(event.rows), 0.5))
    assert event.destroyed(6)[0] == pytest.approx(6.0 * 0.95)
    for step in range(6, 400):
        event.delivered(step, np.ones(len(event.rows)))
    assert event.over
    assert event.destroyed(400)[0] == 0.0


def test_damage_of_a_node_that_buys_no_rebuilding_product_is_rebuilt_by_all_its_sellers():
    pairs = [("A", "m"), ("A", "b"), ("B", "b")]
    system = economy_of([[5, 1, 1], [0, 1, 1], [0, 1, 1]], [[9.0, 1], [5, 5], [20, 10]], pairs)
    economy = Economy.of(system)
    loss = CapitalLoss(
        0, np.array([0]), np.array([1.0]), MONEY, None, 0, 0, np.array([1]), np.ones(1), 1.0, 1.0
    )
    event = Rebuilding(economy, loss)
    assert event.wants(0) == pytest.approx(np.array([12.0, 32.0]) / 44.0)
    assert event.destroyed(0)[0] == pytest.approx(1.0)


def test_damage_above_capital_is_refused_before_the_run(economy):
    loss = CapitalLoss(
        0, np.array([0]), np.array([2.0 * economy.K[0]]), MONEY, np.ones(4), 0, None, NONE, NONE,
        0.0, 1.0,
    )  # fmt: skip
    with pytest.raises(ParameterError, match=f"capital of {economy.codes[0]}"):
        LostCapacity(economy, SectorBlows(4, 1.0, capital=(loss,)))


def test_a_node_without_capital_cannot_lose_any_and_keeps_its_capacity():
    pairs = [("A", "m"), ("A", "k")]
    economy = Economy.of(economy_of([[1, 30], [1, 1]], [[5.0], [8.0]], pairs))
    assert economy.K[1] == 0.0
    lost = LostCapacity(economy, SectorBlows(3, 1.0))
    assert lost.share(0, lost.destroyed(0)).tolist() == [0.0, 0.0]


def test_records_are_named_in_one_order_and_one_name_needs_no_list():
    assert record_names("alpha") == ("alpha",)
    assert record_names(["imports", "capacity"]) == ("capacity", "imports")
    assert len(record_names(None)) == 9
