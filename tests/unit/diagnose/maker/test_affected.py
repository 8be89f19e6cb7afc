"""Which items an outage touches, and which share a site that can run short."""

import numpy as np
import pytest

from chainwright.diagnose.maker.affected import affected, coupling, flags_of
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from toy_makers import maker, two_products


def shared(capacity, *, own=None):
    """Return two parts of one site that can make so much, each for a product of its own."""
    return maker(
        products=["item demand_per_week", ("F", 10), ("G", 10)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "b", 2), ("G", "c", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier capacity_per_week", ("P", "S", capacity), ("Q", "S", None)],
        sourcing=[
            "item supplier site capacity_per_week",
            ("a", "S", "P", own),
            ("b", "S", "P", None),
            ("c", "S", "Q", None),
        ],
    ).maker.network


def codes(network, flags):
    return [network.items.codes[k] for k in np.flatnonzero(flags)]


def test_an_item_that_is_down_is_pressed_and_what_needs_it_is_above():
    network = two_products().maker.network
    found = affected(network, [4])
    assert codes(network, found.pressed) == ["b"]
    assert codes(network, found.above) == ["F1"]
    assert codes(network, found.items) == ["F1", "b"]


def test_places_and_flags_say_the_same():
    network = two_products().maker.network
    flags = flags_of(network, [2, 3])
    np.testing.assert_array_equal(flags, [False, False, True, True, False])
    assert flags_of(network, flags) is flags
    by_flags = affected(network, flags)
    np.testing.assert_array_equal(by_flags.items, affected(network, [2, 3]).items)


def test_items_of_a_site_that_can_run_short_are_pressed_together():
    network = shared(29.0)  # 10 of a and 20 of b
    found = affected(network, network.nodes.index(["a@P"]))
    assert codes(network, found.pressed) == ["a", "b"]
    assert codes(network, found.above) == ["F", "G"]


@pytest.mark.parametrize(("capacity", "own"), [(30.0, None), (31.0, 99.0), (25.0, 5.0)])
def test_a_site_with_room_for_all_that_can_be_asked_of_it_ties_nothing(capacity, own):
    network = shared(capacity, own=own)
    tied = coupling(network, MakerAssumptions().capacity(network))
    assert not tied.binding.any()
    assert tied.alone.all()
    found = affected(network, network.nodes.index(["a@P"]), weeks=0.5)
    assert codes(network, found.pressed) == ["a"]


def test_the_capacity_of_a_site_with_one_node_is_that_of_the_node():
    network = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier capacity_per_week", ("P", "S", 4)],
        sourcing=["item supplier site", ("a", "S", "P")],
    ).maker.network
    tied = coupling(network, MakerAssumptions().capacity(network))
    assert tied.capacity[network.nodes.place["a@P"]] == 4.0
    assert tied.by_site[network.nodes.place["a@P"]]
    assert not tied.binding.any()


def test_items_that_fall_short_in_the_plan_itself_are_pressed_too():
    network = shared(30.0, own=5.0)  # 5 of a, where 10 are needed
    found = affected(network, network.nodes.index(["c@Q"]))
    assert codes(network, found.pressed) == ["a", "c"]
    assert not affected(network, [], weeks=0.0).items.any()


def test_what_is_left_of_an_item_is_what_its_live_nodes_make():
    network = two_products().maker.network
    tied = coupling(network, MakerAssumptions().capacity(network))
    np.testing.assert_allclose(tied.of_items, [60, 60, 110, 50])
    np.testing.assert_allclose(tied.live(flags_of(network, [3])), [60, 60, 60, 50])


def test_below_an_item_lies_all_that_goes_into_it():
    network = two_products().maker.network
    tied = coupling(network, MakerAssumptions().capacity(network))
    assert codes(network, tied.below(np.array([True, False, False, False]))) == ["F1", "a", "b"]
    assert codes(network, tied.below(np.array([False, False, True, False]))) == ["a"]
