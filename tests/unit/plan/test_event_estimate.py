"""What an event costs: worked by hand, by status, over time, against one outage."""

import numpy as np
import pytest

from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.plan import event, event_timeline
from event_logs import START, after, event_log
from toy_makers import maker, two_products


def confirmed(site, weeks, **more):
    log = event_log(site)
    log.confirm(site, weeks=weeks, by="Wang", at=START, **more)
    return log


@pytest.mark.parametrize(
    ("site", "weeks", "loss", "survival"),
    [
        ("B", 4.0, 300.0, 2.5),
        ("B", 2.0, 0.0, None),
        ("B", 6.0, 700.0, 2.5),
        ("A1", 6.0, 180.0, 3.0),
        ("A1", 4.0, 60.0, 3.0),
        ("A2", 6.0, 60.0, 4.5),
        ("P1", 2.0, 300.0, 0.5),
        ("P2", 6.0, 420.0, 0.75),
    ],
)
def test_one_confirmed_site_costs_what_the_worked_case_says(site, weeks, loss, survival):
    found = event(two_products(), confirmed(site, weeks))
    rows = found.table().set_index("case")
    assert rows["loss"].tolist() == pytest.approx([loss] * 3, abs=1e-9)
    for told in rows["survival_weeks"]:
        assert np.isnan(told) if survival is None else told == pytest.approx(survival)
    assert rows["sites_out"].tolist() == [1, 1, 1]


def test_nothing_out_loses_nothing_and_says_so():
    log = event_log()
    rows = event(two_products(), log).table()
    assert rows["loss"].tolist() == [0.0, 0.0, 0.0]
    assert rows["first_product"].tolist() == ["", "", ""]
    assert rows["survival_weeks"].isna().all()
    assert set(rows["reason_en"]) == {"No site is out."}
    assert set(rows["reason_zh"]) == {"没有停产场所。"}


def test_potential_sites_count_in_the_high_case_alone_and_cleared_ones_in_none():
    system, log = two_products(), event_log("A1", "B")
    low, likely, high = event(system, log).table()["loss"]
    assert (low, likely) == (0.0, 0.0)
    assert high > 300.0
    log.confirm("B", weeks=4.0, by="W", at=START)
    assert event(system, log).loss == pytest.approx((300.0, high))
    log.clear("A1", by="W", at=START)
    assert event(system, log).loss == pytest.approx((300.0, 300.0))
    log.restore("B", by="W", at=START)
    assert event(system, log).loss == (0.0, 0.0)
    assert event(system, log, as_of=3).loss == pytest.approx((300.0, high))


def test_all_confirmed_is_the_impact_of_one_outage():
    system, log = two_products(), event_log("A1", "A2")
    for site in ("A1", "A2"):
        log.confirm(site, weeks=6.0, by="W", at=START)
    programme = OutageProgramme(system.maker.network)
    whole = programme.impact([2, 3], 6.0)
    found = event(system, log)
    assert found.loss == pytest.approx((whole.loss, 1320.0))
    assert found.shown.survival_weeks == pytest.approx(1.125)
    assert event(system, log, programme=programme).loss == pytest.approx(found.loss)


def test_sites_that_come_back_one_after_another_lose_less_than_all_until_the_last():
    system, log = two_products(), event_log("A1", "A2")
    log.confirm("A1", weeks=4.0, by="W", at=START)
    log.confirm("A2", weeks=2.0, by="W", at=START)
    found = event(system, log)
    # 2 weeks: 40 a for 160 - 50 wanted; then 100 a for 160: F2 gives way, worth 2 each
    assert found.loss == pytest.approx((320.0, 320.0))


def test_weeks_that_have_passed_are_taken_off():
    system, log = two_products(), confirmed("B", 6.0)
    assert event(system, log, as_of=after(2.0)).loss == pytest.approx((300.0, 300.0))
    rows = event(system, log, as_of=after(7.0)).tables()["event_sites"]
    assert rows["remaining_weeks"].tolist() == [0.0]
    assert rows["reason_en"].tolist() == ["The weeks that were confirmed have passed."]


def test_low_likely_and_high_weeks_are_three_cases():
    rows = event(two_products(), confirmed("B", (2.0, 4.0, 6.0))).table()
    assert rows["loss"].tolist() == pytest.approx([0.0, 300.0, 700.0])
    assert rows["lost_units"].tolist() == pytest.approx([0.0, 60.0, 140.0])
    assert rows["lost_revenue"].tolist() == pytest.approx([0.0, 720.0, 1680.0])
    assert rows["first_product"].tolist() == ["", "F1", "F1"]


def test_half_of_a_site_lost_costs_less():
    # b: 25 a week, 80 in stock, F1 wants 40 less 20 in stock: short by 160 - 20 - 80 - 100 < 0
    assert event(two_products(), confirmed("B", 4.0, capacity_lost=0.5)).loss == (0.0, 0.0)
    # 8 weeks: 320 - 20 - 80 - 200 = 20 lost, 5 each
    found = event(two_products(), confirmed("B", 8.0, capacity_lost=0.5))
    assert found.loss == pytest.approx((100.0, 100.0))


def test_stock_where_nothing_works_may_be_lost():
    usable = event(two_products(), confirmed("B", 4.0)).loss[0]
    lost = event(two_products(), confirmed("B", 4.0), stock_at_node="lost").loss[0]
    assert (usable, lost) == pytest.approx((300.0, 700.0))


def test_what_stops_first_and_when_is_told_week_by_week():
    found = event(two_products(), confirmed("B", 4.0))
    tables = found.tables()
    products = tables["event_products"]
    assert products["product"].tolist() == ["F1", "F2"]
    assert products["first_loss_week"].tolist()[0] == pytest.approx(2.5)
    assert products["lost_share"].tolist() == pytest.approx([0.375, 0.0])
    weeks = tables["event_weeks"]
    assert weeks.loc[weeks["product"] == "F1", "lost"].tolist() == pytest.approx([0, 0, 20, 40])
    assert weeks["loss"].sum() == pytest.approx(300.0)
    items = tables["event_items"]
    assert items["item"].tolist() == ["b", "b"]
    assert items["runs_out_week"].tolist() == pytest.approx([2.5, 2.5])
    assert items["short"].tolist() == pytest.approx([20.0, 60.0])
    assert items["share_out"].tolist() == [1.0, 1.0]


def test_weights_and_scenarios_are_words_that_are_known():
    system, log = two_products(), confirmed("B", 4.0)
    assert event(system, log, weight="output").loss == pytest.approx((60.0, 60.0))
    assert event(system, log, weight="price").loss == pytest.approx((720.0, 720.0))
    assert event(system, log, weight="output").counted_in["loss"] == "units"
    with pytest.raises(ParameterError, match="confirmed, potential"):
        event(system, log, scenario="bad")
    with pytest.raises(ParameterError, match="before the event"):
        event(system, log, as_of=after(-1.0))


def test_a_site_that_the_maker_lacks_is_named():
    with pytest.raises(UnknownCodeError, match="A9"):
        event(two_products(), event_log("A9"))


def test_assumptions_are_told():
    system = two_products(recovery=False)
    rows = event(system, event_log("A1", "B")).table().set_index("case")
    assert "assumption (12 weeks)" in rows.loc["high", "reason_en"]
    assert "假设" in rows.loc["high", "reason_zh"]
    other = event_log("A1", maker_sha256="0" * 64)
    assert "not those in which" in event(system, other).table()["reason_en"][0]


def test_a_material_event_leaves_the_other_items_of_a_site_alone():
    system = maker(
        products=["item demand_per_week margin", ("F", 10, 1), ("G", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "b", 1)],
        suppliers=["supplier", ("V",)],
        sites=["site supplier recovery_weeks", ("X", "V", 5)],
        sourcing=["item supplier site", ("a", "V", "X"), ("b", "V", "X")],
    )
    area = {"kind": "material", "codes": ["a"]}
    assert event(system, event_log("X", area=area)).loss == pytest.approx((0.0, 50.0))
    assert event(system, event_log("X")).loss == pytest.approx((0.0, 100.0))


def test_the_timeline_tells_the_estimate_after_each_entry():
    system, log = two_products(), event_log("A1", "B")
    log.confirm("B", weeks=4.0, by="Wang", at=START, text="roof fell in")
    log.clear("A1", by="Zhao", at=START)
    log.correct(3, by="Wang", instead={"weeks_high": 6.0}, at=START)
    log.note("called", by="Li", at=START)
    found = event_timeline(system, log)
    rows = found.table()
    assert rows["kind"].tolist()[2:] == ["confirmed", "no_impact", "correction", "note"]
    assert rows["loss_low"].tolist() == pytest.approx([0.0, 0.0, 300.0, 300.0, 300.0, 300.0])
    assert rows["loss_high"].tolist()[3:] == pytest.approx([300.0, 700.0, 700.0])
    assert rows[["potential", "confirmed", "no_impact"]].to_numpy().tolist()[2:4] == [
        [1, 1, 0],
        [0, 1, 1],
    ]
    assert rows["what_en"][2] == "B is out for 4 weeks."
    assert rows["what_zh"][3] == "A1不受影响。"
    history = found.site_history()
    assert history["site"].tolist() == ["A1", "A1", "B", "B"]
    assert history["status"].tolist() == ["potential", "no_impact", "potential", "confirmed"]
    assert history["to"].tolist()[0] == START.isoformat()


def test_a_withdrawn_entry_stays_in_the_timeline_and_is_marked():
    log = confirmed("B", 4.0)
    log.correct(3, by="Wang", at=START)
    rows = event_timeline(two_products(), log).table()
    assert rows["withdrawn"].tolist() == [False, False, True, False]
    assert rows["loss_low"].tolist()[2:] == pytest.approx([300.0, 0.0])


def test_of_parts_used_in_the_same_proportion_the_scarcest_counts():
    system = maker(
        products=["item demand_per_week margin", ("F", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "b", 2), ("F", "c", 1)],
        suppliers=["supplier", ("V",)],
        sites=["site supplier recovery_weeks", ("X", "V", 5), ("Y", "V", 5)],
        sourcing=["item supplier site", ("a", "V", "X"), ("b", "V", "X"), ("c", "V", "Y")],
        stocks=["item site quantity", ("a", "", 40), ("b", "", 20), ("c", "", 30)],
    )
    log = event_log("X", "Y")
    for site in ("X", "Y"):
        log.confirm(site, weeks=5.0, by="W", at=START)
    found = event(system, log)
    assert found.loss == pytest.approx((40.0, 40.0))  # 20 b are enough for 10 F of 50
    assert found.shown.survival_weeks == pytest.approx(1.0)
