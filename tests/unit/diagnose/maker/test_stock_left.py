"""Which stock goes with an outage."""

import numpy as np
import pytest

from chainwright.diagnose.maker.stock_left import stock_left, stock_lost
from toy_makers import maker


@pytest.fixture(scope="module")
def network():
    """Parts a and b are made at P; a is stocked at P, at W and at home; c, made at Q, at P."""
    return maker(
        products=["item demand_per_week", ("F", 10)],
        bill=[
            "parent component quantity",
            ("F", "a", 1),
            ("F", "b", 1),
            ("F", "c", 1),
        ],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("P", "S"), ("Q", "S"), ("W", "")],
        sourcing=["item supplier site", ("a", "S", "P"), ("b", "S", "P"), ("c", "S", "Q")],
        stocks=["item site quantity", ("a", "P", 1), ("a", "W", 2), ("a", "", 4), ("c", "P", 8)],
    ).maker.network


def down(network, *codes):
    flags = np.zeros(len(network.nodes), dtype=bool)
    flags[network.nodes.index(codes)] = True
    return flags


def test_stock_of_a_node_goes_with_it_and_nothing_else(network):
    lost = stock_lost(network, down(network, "a@P"))
    np.testing.assert_array_equal(lost, [True, False, False, False])


def test_all_stock_at_a_site_goes_when_all_its_nodes_stand_still(network):
    lost = stock_lost(network, down(network, "a@P", "b@P"))
    np.testing.assert_array_equal(lost, [True, False, False, True])


def test_a_store_goes_when_it_is_named_and_the_makers_own_never(network):
    out = np.array([code == "W" for code in network.sites.codes])
    lost = stock_lost(network, down(network, "c@Q"), out)
    np.testing.assert_array_equal(lost, [False, True, False, False])


def test_what_is_left_is_the_rest_or_all(network):
    both = down(network, "a@P", "b@P")
    place = network.items.place
    left = stock_left(network, both, "lost")
    assert (left[place["a"]], left[place["c"]]) == (6.0, 0.0)
    assert stock_left(network, both, "usable") is network.pooled_stock
    assert stock_left(network, down(network, "c@Q"), "lost") is network.pooled_stock
