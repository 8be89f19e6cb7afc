"""A maker's chain as arrays: the hand-worked case of two products, and its edges."""

import numpy as np
import pytest

from toy_makers import maker, two_products


@pytest.fixture
def network():
    return two_products().maker.network


def test_products_come_first_and_nodes_are_item_at_site(network):
    assert network.items.codes == ("F1", "F2", "a", "b")
    assert network.nodes.codes == ("F1@P1", "F2@P2", "a@A1", "a@A2", "b@B")
    assert list(network.own) == [True, True, False, False, False]
    assert network.given.all()


def test_the_requirement_is_what_the_plan_makes(network):
    np.testing.assert_allclose(network.requirement, [40, 40, 80, 40])
    np.testing.assert_allclose(network.planned, [40, 40, 40, 40, 40])


def test_what_reaches_what(network):
    expected = [[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0], [1, 0, 0, 1]]
    np.testing.assert_allclose(network.reach.toarray(), expected)


def test_requirements_multiply_down_the_levels():
    deep = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 2), ("a", "b", 3), ("F", "b", 1)],
        suppliers=["supplier", ("V",)],
        sourcing=["item supplier share", ("b", "V", 1)],
    ).maker.network
    np.testing.assert_allclose(deep.requirement, [10, 20, 70])
    assert deep.reach.toarray()[2, 0] == 7.0


def test_an_item_without_source_is_a_gap_and_a_supplier_alone_a_site_of_its_own():
    toy = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 2)],
        suppliers=["supplier", ("V",)],
        sourcing=["item supplier", ("a", "V")],
    ).maker.network
    assert toy.nodes.codes == ("a@V/?", "F@?")
    assert list(toy.given) == [True, False]
    assert list(toy.node_site) == [0, -1]
    assert not toy.own.any()
    assert list(toy.sources_of) == [0, 1]
    assert np.isnan(toy.recovery).all()


def test_a_chain_without_any_site_or_stock_is_one():
    toy = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 2)],
        suppliers=["supplier", ("V",)],
        sourcing=["item supplier share", ("F", "V", 1)],
    ).maker.network
    assert toy.pooled_stock.tolist() == [0.0, 0.0]
    assert toy.site_capacity.shape == (1,)


def test_shares_that_are_not_known_divide_what_is_left():
    toy = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("U",), ("V",), ("W",)],
        sourcing=["item supplier share", ("a", "U", 0.5), ("a", "V", None), ("a", "W", None)],
    ).maker.network
    np.testing.assert_allclose(toy.planned, [5.0, 2.5, 2.5, 10.0 * 1.0])


def test_the_recovery_of_a_row_comes_before_that_of_its_site():
    toy = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("V",)],
        sites=["site supplier recovery_weeks", ("S", "V", 6)],
        sourcing=["item supplier site recovery_weeks", ("a", "V", "S", 9), ("F", "V", "S", None)],
    ).maker.network
    assert toy.recovery[:2].tolist() == [9.0, 6.0]


def test_stock_is_summed_over_sites_and_the_makers_own_store(network):
    assert network.pooled_stock.tolist() == [20.0, 30.0, 40.0, 80.0]
    assert (network.stock_site >= 0).all()
