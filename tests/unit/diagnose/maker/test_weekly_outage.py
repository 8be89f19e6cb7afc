"""Week by week: goods under way arrive, far sources help late, gaps reach customers later."""

import numpy as np
import pytest

from chainwright.diagnose import OutageProgramme
from chainwright.diagnose.maker.weekly_outage import WeeklyOutage
from toy_makers import maker


def chain(*, near=0, far=0, stock=0.0, spare=10.0):
    """Return F of part a, 10 a week, half from N and half from R, which are so many weeks away."""
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 2, 1)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("N", "S"), ("R", "S")],
        sourcing=[
            "item supplier site share capacity_per_week lead_time_weeks",
            ("a", "S", "N", 0.5, spare, near),
            ("a", "S", "R", 0.5, spare, far),
        ],
        stocks=["item site quantity", ("a", "", stock)],
    ).maker.network


def outage(network, code):
    down = np.zeros(len(network.nodes), dtype=bool)
    down[network.nodes.index([code])] = True
    return WeeklyOutage(OutageProgramme(network), down)


def test_a_source_that_is_far_away_helps_late():
    network = chain(far=3)
    found = outage(network, "a@N")
    assert OutageProgramme(network).time_to_survive(network.nodes.index(["a@N"])) == np.inf
    # 5 a week are under way from R; the 5 more that R can make are three weeks away
    assert found.impact(5).loss.sum() == pytest.approx(15.0)
    np.testing.assert_allclose(found.impact(5).loss[:5], [5, 5, 5, 0, 0], atol=1e-6)
    assert found.time_to_survive() == 0.0


def test_what_is_under_way_arrives_and_gives_warning():
    found = outage(chain(near=2, far=0, spare=8.0), "a@N")
    # two weeks of 5 arrive and 3 more can be made ahead in each, then 2 a week are missing
    assert found.settling == 2
    assert found.time_to_survive() == 3.0
    assert found.impact(4).loss.sum() == pytest.approx(2.0)
    assert found.under_way[1] == pytest.approx(10.0)


def test_a_gap_reaches_customers_after_the_outage_has_ended():
    network = chain(near=2, far=2, spare=5.0)
    loss = outage(network, "a@N").impact(1).loss
    np.testing.assert_allclose(loss, [0.0, 0.0, 5.0], atol=1e-6)


def test_stock_bridges_the_weeks_until_help_comes():
    assert outage(chain(far=3, stock=15.0), "a@N").time_to_survive() == np.inf
    assert outage(chain(far=3, stock=14.0), "a@N").time_to_survive() == 2.0


def test_parts_of_a_week_are_rounded_up():
    network = chain(near=1.2, far=0.0)
    np.testing.assert_array_equal(outage(network, "a@N").lead, [2, 0, 0])


def test_no_weeks_lose_nothing():
    assert outage(chain(), "a@N").impact(0).loss.size == 0


def test_the_way_through_the_bill_is_the_sum_of_its_lead_times():
    network = maker(
        products=["item demand_per_week margin", ("F", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("a", "b", 1), ("F", "b", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=[
            "item supplier share lead_time_weeks",
            ("F", "S", 1, 1),
            ("a", "S", 1, 2),
            ("b", "S", 1, 4),
        ],
    ).maker.network
    assert outage(network, "b@S/?").settling == 7
