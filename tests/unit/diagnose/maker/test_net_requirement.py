"""What has to be made in t weeks, stock first."""

import numpy as np
import pytest

from chainwright.diagnose.maker.net_requirement import NetRequirement
from random_makers import drawn
from toy_makers import maker, two_products


@pytest.fixture
def need():
    return NetRequirement(two_products().maker.network)


def test_what_is_made_is_what_stock_does_not_cover(need):
    made = need.at(np.array([0.0, 0.5, 1.0, 3.0]))
    np.testing.assert_allclose(made[0], [0.0, 0.0, 20.0, 100.0])  # 40 t - 20
    np.testing.assert_allclose(made[1], [0.0, 0.0, 10.0, 90.0])  # 40 t - 30
    np.testing.assert_allclose(made[2], [0.0, 0.0, 0.0, 150.0])  # 80 t - 50 - 40
    np.testing.assert_allclose(made[3], [0.0, 0.0, 0.0, 20.0])  # 40 t - 20 - 80


def test_lines_at_infinity_are_the_requirement_less_all_stock_above(need):
    slope, intercept = need.lines(np.array([np.inf]))
    np.testing.assert_allclose(slope[:, 0], need.network.requirement)
    np.testing.assert_allclose(intercept[:, 0], [20.0, 30.0, 90.0, 100.0])


def test_other_stock_can_be_put_in_place_of_what_is_held(need):
    none = np.zeros(4)
    np.testing.assert_allclose(need.at(np.array([2.0]), none)[:, 0], 2 * need.network.requirement)
    both = np.stack([none, need.network.pooled_stock], axis=1)
    made = need.at(np.array([2.0, 2.0]), both)
    np.testing.assert_allclose(made[:, 1], need.at(np.array([2.0]))[:, 0])
    np.testing.assert_allclose(made[:, 0], 2 * need.network.requirement)


def test_selling_less_needs_less(need):
    sold = np.array([100.0, 50.0, 0.0, 0.0])
    np.testing.assert_allclose(need.of_sales(sold), [80.0, 20.0, 60.0, 0.0])
    np.testing.assert_allclose(need.of_sales(np.zeros(4)), 0.0)


def test_the_first_shortage_is_where_a_line_crosses_its_capacity(need):
    capacity = np.array([[60, 60, 50, 50], [60, 60, 110, 0], [60, 60, 110, 50.0]]).T
    np.testing.assert_allclose(need.first_shortage(capacity), [3.0, 2.5, np.inf])


def test_a_capacity_that_is_just_enough_is_enough():
    network = maker(
        products=["item demand_per_week", ("F", 0.1)],
        bill=["parent component quantity", ("F", "a", 3)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier share capacity_per_week", ("a", "S", 1, 0.3)],
    ).maker.network
    assert network.requirement[1] > 0.3, "3 times 0.1 is a little more in binary numbers"
    need = NetRequirement(network)
    assert need.first_shortage(np.array([[1.0], [0.3]]))[0] == np.inf


def test_items_come_after_all_that_they_go_into():
    for seed in range(5):
        network = drawn(seed).maker.network
        depth = NetRequirement(network).depth
        rows = network.bill.tocoo()
        assert (depth[rows.row] > depth[rows.col]).all()


def test_what_is_made_a_week_never_falls_with_the_length():
    for seed in range(5):
        need = NetRequirement(drawn(seed).maker.network)
        weeks = np.linspace(0.5, 30.0, 40)
        rate = need.at(weeks) / weeks
        assert (np.diff(rate, axis=1) >= -1e-9).all()
        assert (rate <= need.network.requirement[:, None] * (1 + 1e-9)).all()
