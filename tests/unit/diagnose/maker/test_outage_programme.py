"""Outages with the odd things of real chains: gaps, shared sites, lost stock, plans that fail."""

import numpy as np
import pytest

from chainwright.diagnose import OutageProgramme
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.outage_programme import weights
from chainwright.errors import MissingPartError, ParameterError
from toy_makers import maker, two_products


def rivals(site_capacity=30.0, stock=0.0):
    """Return parts a and b of one site P; b may come from Q too. Margins 3 (F of a) and 1 (G)."""
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 9, 3), ("G", 20, 4, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "b", 1)],
        suppliers=["supplier", ("S",), ("T",)],
        sites=["site supplier capacity_per_week", ("P", "S", site_capacity), ("Q", "T", None)],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("a", "S", "P", 1, None),
            ("b", "S", "P", 0.5, None),
            ("b", "T", "Q", 0.5, 15),
        ],
        stocks=["item site quantity", ("b", "", stock)],
    ).maker.network


def test_a_site_that_is_shared_serves_the_dearer_product_first():
    network = rivals(site_capacity=18.0, stock=9.0)
    programme = OutageProgramme(network)
    down = network.nodes.index(["b@Q"])
    assert len(programme.groups) == 1
    # 18 a week at P for 10 of a and 20 of b, 9 of b in stock: 30 t - 9 <= 18 t
    assert programme.time_to_survive(down) == pytest.approx(0.75)
    found = programme.impact(down, 2.0)
    np.testing.assert_allclose(found.lost[:2], [0.0, 15.0], atol=1e-9)
    assert found.loss == pytest.approx(15.0)
    site = network.sites.place["P"]
    assert found.site_value[site] == pytest.approx(2.0)  # one more unit a week, for two weeks
    np.testing.assert_allclose(found.capacity_value[down], 2.0)
    assert found.made[network.nodes.index(["a@P"])][0] == pytest.approx(20.0)


def test_a_group_of_items_that_is_not_pressed_divides_its_site():
    network = rivals(site_capacity=22.0)
    found = OutageProgramme(network).impact([], 4.0)
    at = network.node_site == network.sites.place["P"]
    assert found.loss == 0.0
    assert found.made[at].sum() <= 22.0 * 4 * (1 + 1e-9)
    made = np.bincount(network.node_item, found.made, minlength=4)
    np.testing.assert_allclose(made, [40, 80, 40, 80], rtol=1e-6)


def test_the_plan_itself_may_fall_short():
    network = rivals(site_capacity=12.0, stock=6.0)
    programme = OutageProgramme(network)
    # 12 at P and 15 at Q for 30 a week, 6 in stock
    assert programme.base_weeks == pytest.approx(2.0)
    assert programme.impact([], 5.0).loss == pytest.approx(9.0)
    assert programme.time_to_survive(network.nodes.index(["F@?"])) == 0.0
    np.testing.assert_array_equal(programme.short, [False, False, True, True])


def test_an_item_without_a_source_is_no_limit_until_it_is_down():
    network = two_products().maker.network
    gap = maker(
        products=["item demand_per_week margin", ("F", 10, 2)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier share", ("F", "S", 1)],
        stocks=["item site quantity", ("a", "", 5)],
    ).maker.network
    programme = OutageProgramme(gap)
    assert programme.base_weeks == np.inf
    assert programme.time_to_survive(gap.nodes.index(["a@?"])) == pytest.approx(0.5)
    assert programme.impact(gap.nodes.index(["a@?"]), 2.0).loss == pytest.approx(30.0)
    assert OutageProgramme(network).base_weeks == np.inf


def test_capacity_that_is_not_given_is_the_plan_and_a_tenth():
    network = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",), ("T",)],
        sites=["site supplier", ("P", "S"), ("Q", "T")],
        sourcing=["item supplier site share", ("a", "S", "P", 0.5), ("a", "T", "Q", 0.5)],
        stocks=["item site quantity", ("a", "", 9)],
    ).maker.network
    tenth = OutageProgramme(network, weight="output")
    assert tenth.time_to_survive(network.nodes.index(["a@P"])) == pytest.approx(9 / 4.5)
    double = OutageProgramme(network, weight="output", assumptions=MakerAssumptions(spare_share=1))
    assert double.time_to_survive(network.nodes.index(["a@P"])) == np.inf


def test_stock_at_a_node_that_is_down_may_be_lost():
    network = two_products().maker.network
    lost = OutageProgramme(network, stock_at_node="lost")
    assert lost.time_to_survive([2]) == pytest.approx(50 / 30)  # 80 t - 50 <= 50 t
    assert lost.time_to_survive([4]) == pytest.approx(0.5)  # 40 t - 20 <= 0
    assert lost.time_to_survive([0]) == 0.0
    assert lost.impact([2], 4.0).loss == pytest.approx(2 * 70.0)
    assert lost.base_weeks == np.inf


def test_a_store_goes_with_its_site_even_if_it_makes_nothing():
    network = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("P", "S"), ("W", "")],
        sourcing=["item supplier site share", ("a", "S", "P", 1)],
        stocks=["item site quantity", ("a", "W", 20)],
    ).maker.network
    programme = OutageProgramme(network, weight="output", stock_at_node="lost")
    down = network.nodes.index(["a@P"])
    assert programme.time_to_survive(down) == pytest.approx(2.0)
    out = np.array([code == "W" for code in network.sites.codes])
    assert programme.time_to_survive(down, sites=out) == 0.0
    assert programme.impact(down, 3.0, sites=out).loss == pytest.approx(30.0)


def test_products_that_lose_money_are_neither_stopped_for_it_nor_saved_first():
    network = maker(
        products=["item demand_per_week margin", ("F", 10, -2), ("G", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "a", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier share capacity_per_week", ("a", "S", 1, 15)],
    ).maker.network
    programme = OutageProgramme(network)
    found = programme.impact([], 2.0)
    assert programme.base_weeks == 0.0
    assert found.loss == 0.0
    np.testing.assert_allclose(found.lost[:2], [10.0, 0.0], atol=1e-9)


def test_of_equal_products_the_one_that_stands_first_is_kept():
    network = maker(
        products=["item demand_per_week margin", ("F", 10, 1), ("G", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "a", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier share capacity_per_week", ("a", "S", 1, 12)],
    ).maker.network
    found = OutageProgramme(network).impact([], 1.0)
    np.testing.assert_allclose(found.lost[:2], [0.0, 8.0], atol=1e-9)


def test_what_a_loss_weighs_is_profit_revenue_or_a_unit():
    network = two_products().maker.network
    np.testing.assert_allclose(weights(network, "margin"), [5, 2, 0, 0])
    np.testing.assert_allclose(weights(network, "price"), [12, 6, 0, 0])
    np.testing.assert_allclose(weights(network, "output"), [1, 1, 0, 0])
    for weight, loss in (("margin", 180.0), ("price", 540.0), ("output", 90.0)):
        assert OutageProgramme(network, weight=weight).impact([2], 6.0).loss == pytest.approx(loss)


def test_a_product_without_a_margin_is_named():
    network = maker(
        products=["item demand_per_week price", ("F", 10, 3)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier share", ("a", "S", 1)],
    ).maker.network
    with pytest.raises(MissingPartError, match=r"a margin of each product.*Give it for F"):
        OutageProgramme(network)
    assert OutageProgramme(network, weight="price").base_weeks == np.inf


@pytest.mark.parametrize("weeks", [-1.0, np.inf, np.nan])
def test_a_length_that_is_none_is_refused(weeks):
    with pytest.raises(ParameterError, match="a finite number of weeks"):
        OutageProgramme(two_products().maker.network).impact([2], weeks)


@pytest.mark.parametrize("wrong", [{"weight": "profit"}, {"stock_at_node": "gone"}])
def test_a_word_that_is_none_is_refused(wrong):
    with pytest.raises(ParameterError, match="must be one of"):
        OutageProgramme(two_products().maker.network, **wrong)


def test_an_outage_of_no_weeks_makes_and_loses_nothing():
    found = OutageProgramme(two_products().maker.network).impact([2, 4], 0.0)
    assert found.loss == 0.0
    assert not found.made.any()
    np.testing.assert_allclose(found.stock_left, [20, 30, 40, 80])


def test_the_same_question_has_the_same_answer_whatever_was_asked_before():
    network = two_products().maker.network
    first = OutageProgramme(network).impact([2, 3], 5.0)
    asked = OutageProgramme(network)
    for down in ([0], [4], [2], [1, 4]):
        asked.impact(down, 7.0)
        asked.time_to_survive(down)
    again = asked.impact([2, 3], 5.0)
    for name in ("lost", "made", "stock_value", "capacity_value", "site_value"):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name), err_msg=name)


def test_stock_that_is_lost_above_makes_a_site_below_run_short():
    network = maker(
        products=["item demand_per_week margin", ("F", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "b", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier capacity_per_week", ("P", "", None), ("Q", "", None), ("W", "S", 15)],
        sourcing=[
            "item supplier site capacity_per_week",
            ("F", "", "P", 10),
            ("F", "", "Q", 10),
            ("a", "S", "W", None),
            ("b", "S", "W", None),
        ],
        stocks=["item site quantity", ("F", "P", 20)],
    ).maker.network
    down = network.nodes.index(["F@P"])
    # of a and b 20 t - 40 are made, 15 t can be
    assert OutageProgramme(network).time_to_survive(down) == pytest.approx(8.0)
    lost = OutageProgramme(network, stock_at_node="lost")
    assert lost.base_weeks == pytest.approx(8.0)
    assert lost.time_to_survive(down) == 0.0
    assert lost.impact(down, 4.0).loss == pytest.approx(10.0)
