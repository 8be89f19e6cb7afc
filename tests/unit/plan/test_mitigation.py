"""Mitigation: the hand-worked cover, delays, locks, gaps that nothing covers, words and tables."""

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import InfeasibleError, ParameterError, TableError, UnknownCodeError
from chainwright.plan import MeasureCosts, mitigate, mitigation_frontier, read_measures
from chainwright.plan.maker.mitigation_rows import _amount
from chainwright.tables import schema
from mitigation_twin import measures, stepwise_loss
from toy_makers import maker, two_products

STOCKS = measures(
    [
        (f"stock:{item}", "stock", item, None, None, None, None, cost, "")
        for item, cost in (("a", 1), ("b", 2), ("F1", 10), ("F2", 6))
    ]
)


def plain(stock=0, **tables):
    """Return a product F of one part p from one source S, 10 a week, out for 8 weeks."""
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 9, 4)],
        parts=["item unit_cost", ("p", 2)],
        bill=["parent component quantity", ("F", "p", 1)],
        suppliers=["supplier place", ("V", "CHN"), ("W", "JPN")],
        sites=[
            "site supplier place region recovery_weeks",
            ("H", "", "CHN", "Anhui", 1),
            ("S", "V", "CHN", "Hubei", 8),
            ("T", "W", "JPN", "Aichi", 3),
        ],
        sourcing=["item supplier site capacity_per_week", ("F", "", "H", 20), ("p", "V", "S", 20)],
        stocks=["item site quantity", ("p", "", stock), ("F", "", 10)],
        **tables,
    )


def test_the_hand_worked_cover_is_90_a_and_60_b_for_210():
    found = mitigate(two_products(), of=["A1", "B"], measures=STOCKS)
    assert found.cost == 210.0
    assert found.proven_gap == 0.0
    steps = found.steps.set_index("measure")
    assert steps["amount"].to_dict() == {"stock:a": 90.0, "stock:b": 60.0}
    assert found.uncovered == ()
    assert found.verified.tolist() == [0.0, 0.0]


def test_break_even_costs_of_the_hand_worked_cover():
    # Without a, 90 of F2 at 6 do it; without b, 60 of F1 at 10, which saves 60 of a: 600 + 30.
    found = mitigate(two_products(), of=["A1", "B"], measures=STOCKS)
    edge = found.steps.set_index("measure")["break_even_cost"]
    assert edge["stock:a"] == pytest.approx(540)
    assert edge["stock:b"] == pytest.approx(600 + 30 - 90)


def test_a_step_leaves_the_plan_above_its_break_even_cost():
    for cost, taken in ((539.0, True), (541.0, False)):
        dearer = STOCKS.astype({"yearly_low": float, "yearly_high": float})
        dearer.loc[dearer["measure"] == "stock:a", ["yearly_low", "yearly_high"]] = cost / 90
        found = mitigate(two_products(), of=["A1", "B"], measures=dearer)
        assert ("stock:a" in set(found.steps["measure"])) is taken


def test_gaps_before_and_after_stand_in_a_table_of_their_own():
    frame = mitigate(two_products(), of=["A1", "B"], measures=STOCKS).tables()[
        "mitigation_scenarios"
    ]
    rows = frame.set_index("scenario")
    assert rows.loc["B", ["loss_before", "time_to_survive_weeks", "gap_weeks"]].tolist() == [
        300.0,
        2.5,
        1.5,
    ]
    assert rows["covered"].all()
    assert rows.loc["A1", "protected_by"] == "stock:a"
    assert rows.loc["A1", "reason_en"] == "Covered by stock:a."
    assert rows.loc["A1", "reason_zh"] == "由 stock:a 覆盖。"


def test_a_delayed_source_needs_stock_for_the_weeks_before_it_comes():
    # 8 weeks out, a source of 20 a week after 5: the 50 before must be there, 10 of F are.
    rows = [
        ("call", "second_source", "p", None, None, 20, 5, 1, ""),
        ("stock", "stock", "p", None, None, None, None, 1, ""),
    ]
    found = mitigate(plain(), of=["S"], measures=measures(rows))
    assert found.steps.set_index("measure")["amount"]["stock"] == pytest.approx(40)
    assert found.cost == pytest.approx(41)
    extra = {"p": 40.0}
    system, down = plain(), np.array([False, True])
    assert stepwise_loss(system, down, 8, extra=extra, sources=[("p", 20, 5)]) == pytest.approx(0)
    assert stepwise_loss(
        system, down, 8, extra={"p": 39.0}, sources=[("p", 20, 5)]
    ) == pytest.approx(4)


def test_an_average_over_the_whole_outage_would_promise_too_much():
    # Three weeks of 30 would be 90 of the 80 that are needed, but the first weeks come before it.
    rows = [("call", "second_source", "p", None, None, 30, 5, 1, "")]
    found = mitigate(plain(), of=["S"], measures=measures(rows))
    assert found.uncovered == ("S",)
    assert found.searched.least_loss == pytest.approx([160])  # 40 of the first 50 at 4
    bought = mitigate(plain(), of=["S"], measures=measures(rows), budget=1)
    assert bought.verified == pytest.approx([160])
    assert bought.appraisal.losses == pytest.approx([160])


def test_a_source_that_comes_after_recovery_does_nothing():
    rows = [("call", "second_source", "p", None, None, 20, 8, 0, "")]
    found = mitigate(plain(), of=["S"], measures=measures(rows))
    assert not len(found.steps)
    reason = found.tables()["mitigation_scenarios"]["reason_en"][0]
    assert reason == "No measure that is allowed does anything for it."


def test_of_measures_that_exclude_each_other_one_is_taken_at_most():
    rows = [
        ("call", "second_source", "p", None, None, 6, 0, 1, "W"),
        ("ready", "prequalified", "p", None, None, 5, 0, 1, "W"),
        ("stock", "stock", "p", None, None, None, None, 1, ""),
    ]
    found = mitigate(plain(), of=["S"], measures=measures(rows))
    assert set(found.steps["measure"]) == {"call", "stock"}
    assert found.cost == pytest.approx(1 + 80 - 10 - 48)


def test_gaps_that_only_measures_that_exclude_each_other_cover_are_not_both_promised():
    system = maker(
        products=["item demand_per_week margin", ("F", 10, 4), ("G", 10, 4)],
        bill=["parent component quantity", ("F", "p", 1), ("G", "q", 1)],
        suppliers=["supplier", ("V",)],
        sites=["site supplier recovery_weeks", ("H", "", 0), ("S", "V", 4), ("T", "V", 4)],
        sourcing=[
            "item supplier site capacity_per_week",
            *[("F", "", "H", 20), ("G", "", "H", 20), ("p", "V", "S", 20), ("q", "V", "T", 20)],
        ],
    )
    rows = [
        ("at p", "backup_line", "p", None, None, 10, 0, 1, "one line"),
        ("at q", "backup_line", "q", None, None, 10, 0, 2, "one line"),
    ]
    found = mitigate(system, of=["S", "T"], measures=measures(rows))
    assert len(found.steps) == 1
    assert len(found.uncovered) == 1
    frame = found.tables()["mitigation_scenarios"].set_index("scenario")
    left = found.uncovered[0]
    assert frame.loc[left, "reason_en"].startswith("The measures that cover it exclude")
    assert frame.loc[left, "loss_verified"] == pytest.approx(160)


def test_stock_in_lots_is_bought_in_lots():
    rows = [("stock", "stock", "p", 25, None, None, None, 1, "")]
    found = mitigate(plain(), of=["S"], measures=measures(rows))
    assert found.steps["amount"].tolist() == [75.0]
    assert found.cost == 75.0


def test_what_can_be_covered_is_covered_and_the_rest_is_named():
    rows = [
        ("stock", "stock", "p", None, 30, None, None, 1, ""),
        ("stock F", "stock", "F", None, 5, None, None, 1, ""),
    ]
    found = mitigate(plain(), measures=measures(rows))
    assert found.uncovered == ("S",)
    frame = found.tables()["mitigation_scenarios"].set_index("scenario")
    # 80 are needed, 10 are there, 35 could be: 35 at 4 are lost even so; for nothing nothing is
    # bought.
    assert (
        frame.loc["S", "reason_en"] == "Even with every measure that is allowed 140 would be lost."
    )
    assert frame.loc["S", "loss_verified"] == pytest.approx(280)
    assert found.cost == 0.0


def test_locked_and_forbidden_measures_are_honoured():
    system = two_products()
    found = mitigate(system, of=["A1"], measures=STOCKS, lock={"stock:F1": 30}, forbid=["stock:a"])
    steps = found.steps.set_index("measure")
    assert steps.loc["stock:F1", "amount"] == pytest.approx(30)
    assert steps.loc["stock:F1", "locked"] == "locked"
    assert steps.loc["stock:F2", "amount"] == pytest.approx(60)
    assert found.table().set_index("measure").loc["stock:a", "locked"] == "forbidden"
    assert found.cost == pytest.approx(30 * 10 + 60 * 6)


def test_every_clash_of_what_is_settled_is_named_at_once():
    rows = [
        ("call", "second_source", "p", None, None, 6, 0, 10, "W"),
        ("ready", "prequalified", "p", None, None, 5, 0, 10, "W"),
        ("stock", "stock", "p", None, 8, None, None, 1, ""),
        ("more", "stock", "F", None, 8, None, None, 1, ""),
    ]
    with pytest.raises(InfeasibleError) as told:
        mitigate(
            plain(),
            measures=measures(rows),
            lock={"call": 1, "ready": 1, "stock": 9, "more": float("nan")},
            forbid=["call"],
            budget=5,
        )
    text = str(told.value)
    for part in (
        "call is both locked and forbidden",
        "only one of call, ready can be taken",
        "stock is locked at 9 units, and 8 is most",
        "more is stock: say how many units, as more=100",
        "what is locked costs 29 a year, above the budget of 5",
    ):
        assert part in text


def test_an_unknown_measure_and_words_that_are_none_are_refused():
    with pytest.raises(UnknownCodeError, match="Did you mean stock:a"):
        mitigate(two_products(), measures=STOCKS, lock=["stock:aa"])
    for wrong in (
        {"cost": "middle"},
        {"remaining": "mean"},
        {"gap": 1.0},
        {"budget": -1.0},
        {"time_limit_seconds": 0.0},
        {"corners": -1},
        {"probability": {"A1": -1.0}},
    ):
        with pytest.raises(ParameterError):
            mitigate(two_products(), measures=STOCKS, **wrong)
    with pytest.raises(UnknownCodeError):
        mitigate(two_products(), measures=STOCKS, probability={"nowhere": 1.0})
    with pytest.raises(ParameterError, match="2 or more"):
        mitigation_frontier(two_products(), points=1)


def test_a_budget_buys_the_least_expected_loss_and_weights_count():
    equal = mitigate(two_products(), of=["A1", "B"], measures=STOCKS, budget=50)
    assert equal.steps["measure"].tolist() == ["stock:b"]  # 5 of margin for 2, against 2 for 1
    assert equal.searched.choice.loss == pytest.approx((180 + 300 - 125) / 2)
    skewed = mitigate(
        two_products(),
        of=["A1", "B"],
        measures=STOCKS,
        budget=50,
        probability={"A1": 0.9, "B": 0.1},
    )
    assert skewed.steps["measure"].tolist() == ["stock:a"]
    worst = mitigate(
        two_products(), of=["A1", "B"], measures=STOCKS, budget=150, remaining="largest"
    )
    assert worst.searched.choice.loss == pytest.approx(worst.verified.max())
    for frame in (equal, skewed, worst):
        np.testing.assert_allclose(frame.appraisal.losses, frame.verified, atol=1e-5)
        assert frame.cost <= 150.0001


def test_the_frontier_falls_and_ends_with_the_cover():
    found = mitigation_frontier(two_products(), of=["A1", "B"], measures=STOCKS, points=8)
    frame = found.table()
    assert frame["cost"].is_monotonic_increasing
    assert frame["loss"].is_monotonic_decreasing
    assert frame["loss"].is_unique
    assert frame.iloc[0][["cost", "loss", "loss_share"]].tolist() == pytest.approx(
        [0.0, 240.0, 1.0]
    )
    assert frame.iloc[-1][["cost", "loss"]].tolist() == pytest.approx([210.0, 0.0])
    np.testing.assert_allclose(frame["loss_verified"], frame["loss"], atol=1e-5)
    assert (frame["loss_bound"] <= frame["loss"]).all()


def test_the_same_question_gives_the_same_plan_whatever_the_order_of_rows():
    first = mitigate(two_products(), measures=STOCKS)
    second = mitigate(two_products(), measures=STOCKS.iloc[::-1])
    for name, frame in first.tables().items():
        pd.testing.assert_frame_equal(frame, second.tables()[name])


def test_ties_go_to_the_measure_whose_name_comes_first():
    rows = [(n, "stock", "p", None, None, None, None, 1, "") for n in ("y", "x", "z")]
    found = mitigate(plain(), of=["S"], measures=measures(rows))
    assert found.steps["measure"].tolist() == ["x"]
    assert found.cost == pytest.approx(70)


def test_an_outage_takes_the_measures_that_are_where_it_is():
    rows = measures([("line", "backup_line", "p", None, None, 20, 0, 1, "")])
    for site, supplier, by, of, open_ in (
        ("", "", "site", "S", False),
        ("S", "V", "site", "S", True),
        ("T", "W", "site", "S", False),
        ("", "V", "supplier", "V", True),
        ("", "W", "supplier", "V", False),
        ("T", "W", "place", "CHN", False),
        ("S", "V", "place", "CHN", True),
        ("S", "V", "region", "CHN:Hubei", True),
        ("S", "V", "node", "p@S", True),
        ("S", "V", "item", "p", False),
    ):
        system = plain()
        system.maker.tables["sites"].loc[0, "place"] = "CHN" if by != "place" else "DEU"
        held = rows.assign(site=site, supplier=supplier)
        found = mitigate(system, by=by, of=[of], measures=held)
        assert bool(found.uncovered) is open_, (site, supplier, by)


def test_stock_that_is_lost_with_its_site_covers_nothing_there():
    rows = measures([("stock", "stock", "p", None, None, None, None, 1, "")])
    for kind, site, open_ in (("usable", "S", False), ("lost", "S", True), ("lost", "", False)):
        found = mitigate(plain(), of=["S"], measures=rows.assign(site=site), stock_at_node=kind)
        assert bool(found.uncovered) is open_, (kind, site)


def test_a_system_without_gaps_needs_nothing():
    found = mitigate(plain(stock=1000), of=["S"])
    assert len(found.table()) == 0
    assert found.cost == 0.0
    assert found.proven_gap == 0.0
    assert list(found.table().columns) == [c.column for c in schema("mitigation")]


def test_what_is_spent_once_is_spread_by_the_annuity():
    frame = measures([("ready", "prequalified", "p", None, None, 20, 0, 5, "")])
    frame["once_low"] = frame["once_high"] = 1000.0
    costs = MeasureCosts(discount_rate=0.08, years_of_life=8)
    held = read_measures(frame, plain().maker, costs=costs)
    yearly = 5 + 1000 * 0.08 / (1 - 1.08**-8)
    assert held.cost("low") == pytest.approx([yearly])
    found = mitigate(plain(), of=["S"], measures=frame, costs=costs)
    assert found.cost == pytest.approx(yearly)
    plainly = MeasureCosts(discount_rate=0.0, years_of_life=4)
    assert read_measures(frame, plain().maker, costs=plainly).cost("mid") == pytest.approx([255])


def test_a_table_of_measures_that_is_out_of_order_names_every_breach():
    columns = "measure kind item most capacity_per_week weeks once_low once_high "
    columns += "yearly_low yearly_high mark"
    rows = [
        ("m1", "magic", "p", None, 5, 0, None, None, 1, 1, ""),
        ("m2", "stock", "q", None, None, None, None, None, 1, 1, ""),
        ("m3", "stock", "p", None, 5, None, 10, 10, None, None, "guess"),
        ("m4", "backup_line", "p", 3, None, -1, None, None, 5, 4, ""),
        ("m5", "backup_line", "p", None, 3, 0, 1, None, None, None, ""),
        ("m6", "stock", "p", None, None, None, None, None, None, None, ""),
    ]
    with pytest.raises(TableError) as told:
        read_measures(pd.DataFrame(rows, columns=columns.split()), plain().maker)
    text = str(told.value)
    for part in (
        "row 2, column 'kind': found 'magic'",
        "row 3, column 'item': found 'q'",
        "row 4, column 'mark': found 'guess'",
        "row 4, column 'capacity_per_week': found 5 for a measure of kind 'stock'",
        "row 4, column 'once_low': found a cost that is paid once, for stock",
        "row 5, column 'most': found 3 for a measure of kind 'backup_line'",
        "row 5, column 'capacity_per_week': found none",
        "row 5, column 'weeks': found -1",
        "row 5, column 'yearly_low': found 5, above the high end 4",
        "row 6, column 'once_high': found nothing, expected both ends",
        "row 7, column 'yearly_low': found no cost at all",
    ):
        assert part in text, part


def test_robust_steps_and_their_trials_are_told():
    wide = STOCKS.copy()
    wide["yearly_low"], wide["yearly_high"] = wide["yearly_low"] * 0.1, wide["yearly_high"] * 20.0
    found = mitigate(two_products(), of=["A1", "B"], measures=wide, corners=64)
    assert found.appraisal.robustness.trials == 16
    assert found.appraisal.robustness.whole
    frame = found.table().set_index("measure")
    # a is beaten where it is dear (20) and F2 is cheap (0.6); b where it is dear and F1 cheap.
    assert frame["verdict"].eq("depends").all()
    sure = mitigate(two_products(), of=["A1", "B"], measures=STOCKS, corners=64)
    assert sure.appraisal.robustness.trials == 1
    assert sure.steps["verdict"].eq("robust").all()
    assert found.origin["parameters"]["trials"] == 16


@pytest.mark.parametrize(
    ("money", "shown"),
    [(3550044.3, "3,550,044"), (259103347.0, "259,103,347"), (35750.0, "35,750"), (12.3, "12.3")],
)
def test_money_in_reasons_is_written_without_exponents(money, shown):
    assert _amount(money) == shown
