"""Survival of outages by site, node, supplier, region, country and item."""

import numpy as np
import pytest

from chainwright import System
from chainwright.diagnose import survival
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from toy_makers import maker, two_products


@pytest.fixture(scope="module")
def system():
    return two_products()


@pytest.fixture(scope="module")
def found(system):
    return survival(system, outages=(2, 4, 6))


def row(found, code):
    return found.table().set_index("scenario").loc[code]


def test_each_site_has_its_time_to_recover_and_to_survive_and_the_gap(found):
    a1, b = row(found, "A1"), row(found, "B")
    told = ["time_to_recover_weeks", "time_to_survive_weeks", "gap_weeks"]
    assert a1[told].tolist() == pytest.approx([6.0, 3.0, 3.0])
    assert b[told].tolist() == pytest.approx([4.0, 2.5, 1.5])
    assert a1["exposed"]
    assert not a1["recovery_assumed"]
    assert a1["loss_at_recovery"] == pytest.approx(180.0)
    assert a1["lost_revenue_at_recovery"] == pytest.approx(540.0)
    assert a1["lost_units_at_recovery"] == pytest.approx(90.0)
    assert a1["products_short"] == "F2"


def test_a_time_to_recover_that_is_assumed_is_marked(found):
    p1 = row(found, "P1")
    assert p1["recovery_assumed"]
    assert p1["time_to_recover_weeks"] == 12.0
    assert "The time to recover is assumed." in p1["reason_en"]
    assert "恢复时间为假设值" in p1["reason_zh"]


def test_the_worst_outage_comes_first(found):
    losses = found.table()["loss_at_recovery"]
    assert losses.is_monotonic_decreasing
    assert found.table()["scenario"].iloc[0] == "P1"


def test_losses_by_length_are_those_worked_by_hand(found):
    by_length = found.tables()["survival_losses"].set_index(["scenario", "weeks"])["loss"]
    for code, losses in {
        "A1": (0, 60, 180),
        "A2": (0, 0, 60),
        "B": (0, 300, 700),
        "P1": (300, 700, 1100),
        "P2": (100, 260, 420),
    }.items():
        np.testing.assert_allclose([by_length[code, t] for t in (2, 4, 6)], losses, atol=1e-9)


@pytest.mark.parametrize(
    "asked",
    [
        ("site", "A1", 1, 1, 3.0),
        ("node", "a@A2", 1, 1, 4.5),
        ("supplier", "SA", 2, 1, 1.125),
        ("region", "CHN:Anhui", 2, 2, 0.5),
        ("place", "CHN", 4, 3, 0.5),
        ("place", "JPN", 1, 1, 2.5),
        ("item", "a", 2, 1, 1.125),
    ],
)
def test_what_goes_down_as_one_is_what_was_asked_for(system, asked):
    by, code, nodes, items, weeks = asked
    found = survival(system, by=by, of=[code])
    only = row(found, code)
    assert len(found.scenarios) == 1
    assert (only["by"], only["nodes"], only["items"]) == (by, nodes, items)
    assert only["time_to_survive_weeks"] == pytest.approx(weeks)


def test_places_are_called_by_name(system):
    found = survival(system, by="place")
    assert found.names("scenario")["JPN"] == "Japan"
    assert found.names("scenario", "zh")["JPN"] == "日本"
    assert row(found, "JPN")["scenario_name"] == "Japan"
    assert found.names("item")["a"] == "a"


def test_the_recovery_of_several_nodes_is_the_longest(system):
    found = survival(system, by="supplier", of=["SA"])
    assert found.recovery.tolist() == [12.0]  # a2's is assumed, and longer than a1's 6
    assert found.recovery_assumed.tolist() == [True]


def test_an_outage_that_is_survived_for_ever_has_no_number_of_weeks():
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 1)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",), ("T",)],
        sites=["site supplier recovery_weeks", ("P", "S", 8), ("Q", "T", 8)],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("a", "S", "P", 0.5, 10),
            ("a", "T", "Q", 0.5, None),
        ],
    )
    found = survival(system)
    q, p = row(found, "Q"), row(found, "P")
    assert q["survives_for_ever"]
    assert np.isnan(q["time_to_survive_weeks"])
    assert (q["gap_weeks"], q["loss_at_recovery"], q["products_short"]) == (0.0, 0.0, "")
    assert not q["exposed"]
    assert not q["capacity_assumed"]
    assert p["time_to_survive_weeks"] == 0.0
    assert p["capacity_assumed"], "what Q can make is the plan and a tenth"
    assert p["loss_at_recovery"] == pytest.approx(8 * 4.5)


def test_stock_values_are_what_a_unit_would_have_saved(found):
    x = found.scenarios.codes.index("A1")
    np.testing.assert_allclose(found.losses.stock_value.toarray()[x], [2, 2, 2, 0], atol=1e-9)


def test_without_margins_units_are_counted():
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 5, None), ("G", 10, None, 2)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "b", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("P", "S"), ("Q", "S")],
        sourcing=["item supplier site share", ("a", "S", "P", 1), ("b", "S", "Q", 1)],
    )
    found = survival(system, outages=[1])
    assert found.weight == "output"
    assert found.units["loss_at_recovery"] == "units"
    p, q = row(found, "P"), row(found, "Q")
    assert p["lost_revenue_at_recovery"] == pytest.approx(5 * 120.0)
    assert np.isnan(q["lost_revenue_at_recovery"])
    assert "no price" in q["reason_en"]
    with pytest.raises(MissingPartError, match="a margin of each product"):
        survival(system, weight="margin")


def test_a_plan_that_falls_short_by_itself_is_said_and_stands_beside():
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "b", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier recovery_weeks", ("P", "S", 4), ("Q", "S", 4)],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("a", "S", "P", 1, 8),
            ("b", "S", "Q", 1, 20),
        ],
        stocks=["item site quantity", ("a", "", 2), ("b", "", 15)],
    )
    found = survival(system, outages=[3])
    q = row(found, "Q")
    assert found.base_weeks == pytest.approx(1.0)
    assert q["time_to_survive_weeks"] == pytest.approx(1.0)
    assert q["base_loss_at_recovery"] == pytest.approx(40 - 32 - 2)
    assert q["loss_at_recovery"] == pytest.approx(25.0)
    assert "falls short after 1 week with nothing down" in q["reason_en"]


def test_weeks_and_lead_times_are_taken_if_asked_for(system):
    found = survival(system, of=["A1", "B"], outages=(2, 4), lead_times="weekly")
    assert found.parameters["lead_times"] == "weekly"
    assert dict(zip(found.scenarios.codes, found.weeks, strict=True)) == {"A1": 3.0, "B": 2.0}
    np.testing.assert_allclose(found.losses.loss, [[180, 0, 60], [300, 0, 300]], atol=1e-6)


def test_progress_is_told():
    told = []
    survival(two_products(), lead_times="weekly", of=["A1", "B"], progress=told.append)
    assert told == ["0 of 2 outages", "1 of 2 outages"]


def test_what_is_not_there_is_refused_by_name(system):
    with pytest.raises(UnknownCodeError, match="'A9' is no known site"):
        survival(system, of=["A9"])
    with pytest.raises(ParameterError, match="'by'"):
        survival(system, by="town")
    with pytest.raises(ParameterError, match="'lead_times'"):
        survival(system, lead_times="daily")
    with pytest.raises(ParameterError, match="'weeks'"):
        survival(system, outages=(2, -1))
    with pytest.raises(MissingPartError, match="maker's chain"):
        survival(System())


def test_nodes_without_a_known_source_go_down_only_if_named():
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier share", ("F", "S", 1)],
    )
    assert survival(system, by="node").scenarios.codes == ("F@S/?",)
    assert survival(system, by="node", of=["a@?"]).weeks.tolist() == [0.0]
    assert survival(system, by="item").scenarios.codes == ("F",)
    assert survival(system).scenarios.codes == ("S/?",)


def test_a_longest_time_to_recover_that_is_given_is_no_assumption():
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "b", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier recovery_weeks", ("P", "S", 12), ("Q", "S", None)],
        sourcing=["item supplier site", ("a", "S", "P"), ("b", "S", "Q")],
    )
    found = survival(system, by="supplier")
    assert found.recovery.tolist() == [12.0]
    assert not found.recovery_assumed.any()
    assert survival(system, of=["Q"]).recovery_assumed.all()
