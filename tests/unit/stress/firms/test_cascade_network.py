"""Links as the cascade takes them: groups, shares, orders of links, columns of the batch."""

import numpy as np
import pytest

from chainwright.stress.firms.batch_kernels import COLUMNS
from chainwright.stress.firms.cascade_network import CascadeNetwork
from chainwright.stress.firms.cascade_runs import BATCH, CascadeRule, run_cascades
from chainwright.stress.firms.firm_shocks import Shocks
from chainwright.stress.firms.network_kernels import counting_order, row_starts


def small():
    """Return suppliers 0, 1 (sector 0) and 2, 4 (sector 1), 5 (sector 2) of buyer 3."""
    supplier = np.array([0, 1, 2, 4, 5], np.int32)
    kind = np.array([2, 2, 1, 1, 0], np.int8)
    return CascadeNetwork.of(
        supplier,
        np.full(5, 3, np.int32),
        np.array([1.0, 3.0, 2.0, 2.0, 8.0]),
        np.array([0, 0, 1, 3, 1, 2], np.int32),
        market=np.array([0, 0, 1, 3, 1, 2], np.int32),
        kind=kind,
    )


def test_essential_inputs_share_their_sector_and_important_ones_all_purchases():
    network = small()
    assert network.group_kind.tolist() == [0, -1]
    assert network.buyer_groups.tolist() == [0, 0, 0, 0, 2, 2, 2]
    assert network.share.tolist() == [0.25, 0.75, 2 / 16, 2 / 16]
    assert network.supplier.tolist() == [0, 1, 2, 4]  # 5 is ignored, but counts as a purchase
    assert (network.links, network.firms) == (5, 6)


def test_links_by_supplier_carry_the_same_shares():
    down = small().downstream
    assert np.diff(down.starts).tolist() == [1, 1, 1, 0, 1, 0]
    assert down.firm.tolist() == [3, 3, 3, 3]
    assert down.share.tolist() == [0.25, 0.75, 0.125, 0.125]
    assert down.group.tolist() == [0, 0, 1, 1]


def test_upstream_every_link_counts():
    up = small().upstream
    assert np.diff(up.starts).tolist() == [0, 0, 0, 5, 0, 0]
    assert up.firm.tolist() == [0, 1, 2, 4, 5]
    assert up.share.tolist() == [1.0] * 5


def test_a_counting_sort_keeps_the_order_of_equal_keys():
    key = np.array([2, 0, 2, 1, 0], np.int32)
    order = np.empty(4, np.int64)
    counting_order(key, np.array([0, 1, 2, 4]), np.zeros(4, np.int64), order)
    assert order.tolist() == [1, 4, 0, 2]
    starts = np.empty(4, np.int64)
    row_starts(key, starts)
    assert starts.tolist() == [0, 2, 3, 5]


def test_columns_take_the_next_shock_and_leave_each_other_alone():
    network = small()
    many = np.tile(np.arange(6), 3 * COLUMNS)
    runs = run_cascades(network, Shocks.single(many), CascadeRule(), handover=0.0)
    once = run_cascades(network, Shocks.single(np.arange(6)), CascadeRule(), handover=np.inf)
    assert runs.risk == pytest.approx(np.tile(once.risk, 3 * COLUMNS), abs=1e-14)
    assert runs.rounds.tolist() == once.rounds.tolist() * (3 * COLUMNS)


def ring(firms):
    """Return firms that each buy all from the next, and a last one that only buys."""
    each = np.arange(firms, dtype=np.int32)
    supplier = np.append(each, np.int32(0))
    buyer = np.append(np.roll(each, 1), np.int32(firms))
    order = np.lexsort((buyer, supplier))
    return CascadeNetwork.of(
        supplier[order],
        buyer[order],
        np.append(np.ones(firms), 3.0)[order],
        np.zeros(firms + 1, np.int32),
        market=np.arange(firms + 1, dtype=np.int32),
        kind=np.full(firms + 1, 2, np.int8),
        weight=np.ones(firms + 1),
    )


@pytest.mark.parametrize("substitute", [False, True])
def test_a_batch_leaves_nothing_behind_for_the_next(substitute):
    network, many = ring(5), np.tile([5, 0, 3], BATCH)  # five batches, the last begins anew
    rule = CascadeRule(substitute=substitute)
    shocks, once = Shocks.single(many), Shocks.single(many[:3])
    runs = run_cascades(network, shocks, rule, handover=0.0, threads=1, keep_loss=True)
    alone = run_cascades(network, once, rule, handover=np.inf, keep_loss=True)
    assert runs.rounds.tolist() == alone.rounds.tolist() * BATCH
    assert runs.risk == pytest.approx(np.tile(alone.risk, BATCH), abs=1e-14)
    assert np.abs(runs.loss - np.tile(alone.loss, (BATCH, 1, 1))).max() < 1e-14
    assert alone.down.max() == pytest.approx(1.0)


def test_firms_that_sell_nothing_have_no_row_but_weigh_and_move():
    network = ring(2)
    assert network.sellers[1].tolist() == [0, 1, -1]
    assert np.diff(network.among_sellers.groups).tolist() == [1, 1]
    assert network.among_sellers.buyer.tolist() == [1, 0]
    rule = CascadeRule(substitute=False, stop=0.5)
    runs = run_cascades(network, Shocks.of(np.array([[0.6, 0.0, 0.0]])), rule, handover=0.0)
    assert runs.rounds.tolist() == [2]  # in round 2 all that sell have stopped, the third one too
    assert runs.down == pytest.approx([0.6])
    assert runs.up == pytest.approx([(0.6 + 0.6 * 1.0) / 3.0])


def test_shocks_of_rows_keep_supply_and_demand_apart():
    shocks = Shocks.of(np.array([[0.0, 0.5], [0.0, 0.0]]), np.array([[0.2, 0.0], [0.0, 0.0]]))
    assert shocks.starts.tolist() == [0, 2, 2]
    assert shocks.down.tolist() == [0.0, 0.5]
    assert shocks.up.tolist() == [0.2, 0.0]
    assert len(shocks) == 2


def test_no_shock_loses_nothing():
    runs = run_cascades(small(), Shocks.of(np.zeros((1, 6))), CascadeRule(), keep_loss=True)
    assert runs.risk.tolist() == [0.0]
    assert runs.rounds.tolist() == [1]
    assert not runs.loss.any()
