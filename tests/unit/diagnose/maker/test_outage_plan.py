"""Plans of consecutive periods: sites come back, alternates come in, stock is carried on."""

import numpy as np
import pytest

from chainwright.diagnose import OutageProgramme
from chainwright.diagnose.maker.outage_plan import AddedSources
from chainwright.errors import ParameterError
from toy_makers import maker, two_products


@pytest.fixture(scope="module")
def programme():
    return OutageProgramme(two_products().maker.network)


def working(*shares_of):
    """Return shares of the five nodes a period; each pair is a node and its shares."""
    periods = len(shares_of[0][1])
    shares = np.ones((5, periods))
    for node, row in shares_of:
        shares[node] = row
    return shares


def test_with_all_at_work_everything_goes_on_as_planned(programme):
    plan = programme.plan([2.0, 3.0], np.ones((5, 2)))
    assert not plan.loss.any()
    assert not plan.touched.any()
    np.testing.assert_allclose(plan.sold[:2], [[80, 120], [80, 120]])
    np.testing.assert_allclose(plan.made[:, 0], 2.0 * programme.network.planned)
    np.testing.assert_allclose(plan.held[:, 1], programme.network.pooled_stock)


def test_a_node_that_comes_back_ends_the_loss(programme):
    plan = programme.plan([6.0, 4.0], working((2, [0, 1])))
    np.testing.assert_allclose(plan.loss, [180.0, 0.0], atol=1e-7)
    np.testing.assert_allclose(plan.lost[1], [90.0, 0.0], atol=1e-7)
    np.testing.assert_allclose(plan.stock_value, [2, 2, 2, 0], atol=1e-9)
    np.testing.assert_allclose(plan.capacity_value[[2, 3], 0], 12.0)


def test_a_node_at_half_work_makes_half(programme):
    plan = programme.plan([6.0], working((2, [0.5]), (3, [0.0])))
    # 30 a week of a and 90 in stock for 80 a week: 480 - 90 - 180 are lost
    assert plan.loss.sum() == pytest.approx(2 * 210.0)
    assert plan.made[2, 0] == pytest.approx(180.0)


def test_stock_is_built_up_before_a_node_goes_down(programme):
    warned = programme.plan([4.0, 6.0], working((2, [1, 0])))
    # with 30 a week to spare for 4 weeks, and 30 a week too few for 6 weeks
    assert warned.loss.sum() == pytest.approx(0.0, abs=1e-7)
    assert warned.held[:3, 0].sum() >= 90.0 - 1e-6
    sudden = programme.plan([6.0], working((2, [0])))
    assert sudden.loss.sum() == pytest.approx(180.0)


def test_an_added_source_helps_from_when_it_is_qualified(programme):
    late = AddedSources(np.array([2]), np.array([[0.0, 40.0]]))
    plan = programme.plan([4.0, 2.0], working((2, [0, 0])), added=late)
    # 4 weeks lose 30, and after them 10 a week more come in than are needed
    np.testing.assert_allclose(plan.loss, [60.0, 0.0], atol=1e-7)
    np.testing.assert_allclose(plan.added, [[0.0, 60.0]], atol=1e-6)
    assert plan.added_value[0, 0] == pytest.approx(2 * 4.0)
    assert plan.added_value[0, 1] == pytest.approx(0.0)


def test_stock_may_be_given_or_lost(programme):
    plan = programme.plan([1.0], working((4, [0])), stock=np.array([0, 0, 0, 10.0]))
    assert plan.loss.sum() == pytest.approx(5 * 30.0)
    lost = OutageProgramme(programme.network, stock_at_node="lost")
    assert lost.plan([1.0], working((4, [0]))).loss.sum() == pytest.approx(5 * 20.0)


def test_the_capacity_of_a_site_goes_with_its_nodes():
    network = maker(
        products=["item demand_per_week", ("F", 10), ("G", 10)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "b", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier capacity_per_week", ("P", "S", 24)],
        sourcing=["item supplier site share", ("a", "S", "P", 1), ("b", "S", "P", 1)],
    ).maker.network
    programme = OutageProgramme(network, weight="output")
    at_p = network.node_site >= 0
    half = np.where(at_p, 0.5, 1.0)[:, None]
    assert programme.plan([1.0], half).loss.sum() == pytest.approx(8.0)  # 12 for 20
    one = np.ones((len(at_p), 1))
    one[network.nodes.index(["a@P"])] = 0.5
    assert programme.plan([1.0], one).loss.sum() == pytest.approx(0.0, abs=1e-9)


def test_a_component_that_cannot_follow_joins_the_programme():
    network = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1), ("a", "b", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("P", "S"), ("Q", "S")],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("a", "S", "P", 1, 100),
            ("b", "S", "Q", 1, 12),
        ],
    ).maker.network
    programme = OutageProgramme(network, weight="output")
    shares = np.ones((3, 2))
    shares[network.nodes.index(["a@P"])] = [1.0, 0.0]
    plan = programme.plan([5.0, 2.0], shares)
    assert plan.touched.all(), "a is made ahead, and b must be too"
    assert plan.loss.sum() == pytest.approx(10.0)  # 2 a week for 5 weeks of 20
    slow = shares.copy()
    assert programme.plan([10.0, 2.0], slow).loss.sum() == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize(
    ("lengths", "shares", "word"),
    [
        ([0.0], np.ones((5, 1)), "lengths"),
        ([], np.ones((5, 0)), "lengths"),
        ([1.0], np.ones((4, 1)), "working"),
        ([1.0], np.full((5, 1), 1.5), "working"),
    ],
)
def test_periods_that_do_not_fit_are_refused(programme, lengths, shares, word):
    with pytest.raises(ParameterError, match=word):
        programme.plan(lengths, shares)


def test_added_sources_that_do_not_fit_are_refused(programme):
    wrong = AddedSources(np.array([2]), np.array([[1.0, 2.0]]))
    with pytest.raises(ParameterError, match="added"):
        programme.plan([1.0], np.ones((5, 1)), added=wrong)
