"""Links as the cascade takes them: groups, shares, orders of links, columns of the batch."""

import numpy as np
import pytest

from chainwright.stress.firms.batch_kernels import COLUMNS
from chainwright.stress.firms.cascade_network import CascadeNetwork
from chainwright.stress.firms.cascade_runs import CascadeRule, run_cascades
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
