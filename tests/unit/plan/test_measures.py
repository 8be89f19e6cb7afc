"""Measures proposed from the data: which, at what cost, from which source; gaps that hide."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from chainwright import System
from chainwright.diagnose.maker.survival import survival
from chainwright.params import table
from chainwright.plan import MeasureCosts, measures_for, mitigate
from chainwright.plan.choosing.mixed_programme import MixedProgramme
from chainwright.plan.maker.cover_search import programme_of
from chainwright.plan.maker.gaps import Gaps
from chainwright.plan.maker.item_values import item_values
from chainwright.plan.maker.measures import read_measures
from chainwright.plan.maker.mitigation_question import gaps_of
from chainwright.tables import example
from toy_makers import maker, two_products


def with_alternates():
    """Return F of 2 p and 1 q; p has two alternates, one of them qualified and quoted."""
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 100, 40)],
        parts=["item unit_cost", ("p", 5), ("q", None)],
        bill=["parent component quantity", ("F", "p", 2), ("F", "q", 1), ("q", "r", 3)],
        suppliers=["supplier", ("V",), ("W",), ("X",)],
        sites=["site supplier recovery_weeks", ("H", "", 0), ("S", "V", 8), ("T", "W", 8)],
        sourcing=[
            "item supplier site price capacity_per_week",
            ("F", "", "H", None, 30),
            ("p", "V", "S", 6, 40),
            ("q", "V", "S", None, 20),
            ("r", "W", "", 4, 60),
        ],
        stocks=["item site quantity", ("r", "", 1000)],
        alternates=[
            "item supplier site qualify_weeks capacity_per_week fixed_cost_low fixed_cost_high",
            ("p", "W", "T", 6, 15, 900, 1500),
            ("p", "X", "", None, None, None, None),
            ("q", "X", "", 0, 9, None, None),
        ],
    )


def test_values_come_from_cost_then_price_then_what_is_inside():
    system = with_alternates()
    found = dict(
        zip(system.maker.network.items.codes, item_values(system.maker).tolist(), strict=True)
    )
    assert found == {"F": 60.0, "p": 5.0, "q": 12.0, "r": 4.0}


def test_what_is_worth_nothing_known_is_not_priced():
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "p", 2), ("F", "q", 1)],
        suppliers=["supplier", ("V",)],
        sourcing=["item supplier price", ("F", "V", None), ("p", "V", 3), ("q", "V", None)],
    )
    assert np.isnan(item_values(system.maker)[[0, 2]]).all()
    frame = measures_for(survival(system, outages=())).frame
    assert set(frame["item"]) == {"p"}


def test_stock_sources_and_lines_are_proposed_for_what_a_gap_touches():
    frame = measures_for(survival(with_alternates(), of=["S"], outages=())).frame
    assert set(frame["measure"]) == {
        "stock:F",
        "stock:p",
        "stock:q",
        "call:p:W:T",
        "ready:p:W:T",
        "call:p:X",
        "ready:p:X",
        "call:q:X",
        "line:p",
        "line:q",
    }
    rows = frame.set_index("measure")
    assert frame["measure"].is_monotonic_increasing
    # r is at a supplier that stays up, with stock; q is qualified, so it need not be made ready
    assert rows.loc[["call:p:W:T", "ready:p:W:T"], "weeks"].tolist() == [6.0, 0.0]
    assert rows.loc["call:p:W:T", "one_of"] == rows.loc["ready:p:W:T", "one_of"]
    assert rows.loc["line:p", ["capacity_per_week", "weeks"]].tolist() == [20.0, 4.0]


def test_proposed_costs_are_ranges_of_the_fact_table_and_say_so():
    frame = measures_for(survival(with_alternates(), of=["S"], outages=())).frame
    rows = frame.set_index("measure")
    ends = ["yearly_low", "yearly_high"]
    assert rows.loc["stock:p", ends].tolist() == pytest.approx([0.2 * 5, 0.4 * 5])
    assert rows.loc["ready:p:W:T", ["once_low", "once_high"]].tolist() == [900.0, 1500.0]
    assert rows.loc["ready:p:W:T", "mark"] == "quoted"
    assert rows.loc["ready:p:W:T", "source"] == "alternates.csv"
    assert np.isnan(rows.loc["ready:p:W:T", "yearly_low"])
    assert rows.loc["call:p:W:T", ends].tolist() == pytest.approx([0.02 * 900, 0.1 * 1500])
    bought = 20 * 5 * 52
    assert rows.loc["ready:p:X", "once_low"] == pytest.approx(0.02 * bought)
    assert rows.loc["ready:p:X", "yearly_high"] == pytest.approx(0.2 * 0.2 * bought)
    assert rows.loc["line:q", "once_high"] == pytest.approx(10 * 12 * 52)
    assert (rows.drop("ready:p:W:T")["mark"] == "assumption").all()
    assert rows["source"].str.len().min() > 10
    stock = rows[rows["kind"] == "stock"]
    assert stock[["once_low", "once_high"]].isna().all(axis=None)  # the holding rate has it


def test_what_the_data_leave_open_is_taken_from_the_costs():
    costs = MeasureCosts(qualify_weeks=11, switch_weeks=3, backup_share=0.5)
    found = survival(with_alternates(), of=["S"], outages=())
    rows = measures_for(found, costs=costs).frame.set_index("measure")
    assert rows.loc["call:p:X", ["weeks", "capacity_per_week"]].tolist() == [11.0, 10.0]
    assert rows.loc["line:p", ["weeks", "capacity_per_week"]].tolist() == [3.0, 10.0]


def test_every_range_of_costs_has_a_source_a_unit_and_two_languages():
    rows = table("measure_costs")
    assert {r["key"] for r in rows} >= {"holding", "qualifying", "keeping", "calling"}
    for row in rows:
        assert float(row["low"]) < float(row["high"])
        assert row["mark"] == "assumption"
        assert row["source"]
        assert row["unit"]
        assert row["of_zh"] != row["of_en"]


def test_proposals_can_be_written_edited_and_given_back(tmp_path):
    system = two_products()
    frame = measures_for(survival(system, outages=())).frame
    frame.to_csv(tmp_path / "m.csv", index=False)
    first = mitigate(system, corners=0)
    second = mitigate(system, measures=tmp_path / "m.csv", corners=0)
    assert second.cost == pytest.approx(first.cost)
    pd.testing.assert_frame_equal(first.measures.frame, second.measures.frame)


def test_the_example_of_the_schema_is_in_order():
    system = maker(
        products=["item demand_per_week", ("SUV-1", 40)],
        bill=["parent component quantity", ("SUV-1", "MCU-32", 6)],
        sites=["site", ("P",)],
        sourcing=["item site", ("SUV-1", "P")],
    )
    lines = [line.split(",") for line in example("maker_measures").splitlines()]
    frame = pd.DataFrame(lines[1:], columns=lines[0])
    held = read_measures(frame, system.maker)
    assert set(held.frame["kind"]) == {"stock", "second_source", "prequalified", "backup_line"}
    assert len(held.groups) == 1
    assert (held.cost("low") < held.cost("mid")).all()


def outages(taken, weeks):
    """Return gaps that take so much of five things, and what they take."""
    codes = tuple(f"g{g}" for g in range(len(taken)))
    none, flags = np.zeros(len(taken)), np.zeros((len(taken), 1), bool)
    return Gaps(codes, codes, flags, flags, np.array(weeks), none, none), csr_array(
        np.array(taken, dtype=float)
    )


def test_a_gap_hides_behind_one_that_takes_no_less_for_no_less_time():
    found, taken = outages(
        [
            [5, 0, 0, 0, 0],
            [6, 2, 0, 0, 0],
            [6, 2, 0, 0, 0],  # the same again
            [0, 0, 3, 0, 0],
            [0, 0, 3, 1, 0],  # takes more, not as long
            [0, 0, 0, 0, 1],
            [0, 0, 0, 0, 2],
            [0, 0, 0, 0, 3],  # behind it two, one behind the other
        ],
        [4.0, 5.0, 5.0, 9.0, 3.0, 1.0, 1.0, 1.0],
    )
    assert found.behind(taken).tolist() == [1, 1, 1, 3, 4, 7, 7, 7]
    assert len(found.only(np.zeros(8, bool)).behind(taken[:0])) == 0


def test_the_outage_of_the_smaller_of_two_sources_is_covered_along_with_the_larger():
    system = two_products()
    sites = system.maker.tables["sites"].assign(recovery_weeks=[1.0, 1.0, 6.0, 6.0, 1.0])
    system = System(
        maker=type(system.maker).of_tables("t", **{**system.maker.tables, "sites": sites})
    )
    found = mitigate(system, of=["A1", "A2"], corners=0)
    rows = found.tables()["mitigation_scenarios"].set_index("scenario")
    assert rows["behind"].to_dict() == {"A1": "", "A2": "A1"}  # 60 a week go, or 50
    assert rows["covered"].all()
    assert rows.loc["A2", "reason_en"].startswith("Covered with A1, which takes no less down")
    assert len(found.searched.chooser.blocks) == 1
    alone = mitigate(system, of=["A1"], corners=0)
    assert alone.cost == found.cost


def test_the_programme_as_text_has_a_line_for_each_constraint():
    system = two_products()
    found = mitigate(system, of=["A1", "B"], corners=0)
    search = found.posed.search
    text = programme_of(search).text(
        search.cost, search.limits, search.gaps.codes, system.maker.network.items.codes
    )
    lines = text.splitlines()
    start, end = lines.index("where"), lines.index("between")
    rows = [line.strip().partition(":")[0] for line in lines[start + 1 : end]]
    assert rows[:3] == [
        "balance(F1, A1 to week 4)",
        "balance(F2, A1 to week 4)",
        "balance(a, A1 to week 4)",
    ]
    assert any(row.startswith("capacity(A1") for row in rows)
    assert "  0 <= line:a <= 1 whole" in lines
    again = programme_of(search).text(
        search.cost, search.limits, search.gaps.codes, system.maker.network.items.codes
    )
    assert text == again


def test_a_programme_of_whole_numbers_is_solved_and_none_is_none():
    def one(limit):

        matrix = csr_array(np.array([[-2.0, -1.0]]))
        ends = np.zeros(2), np.array([3.0, 0.5])
        return MixedProgramme(
            np.array([3.0, 2.0]), *ends, np.array([True, False]), matrix, np.array([limit])
        )

    found = one(-3.3).solved()
    np.testing.assert_allclose(found.values, [2.0, 0.0], atol=1e-9)
    assert found.least == found.bound == pytest.approx(6.0)
    assert one(-8.0).solved() is None


def test_gaps_are_the_outages_that_last_longer_than_they_are_survived():
    found = survival(two_products(), outages=())
    scenarios, gaps = gaps_of(found)
    assert set(gaps.codes) == {"P1", "P2", "A1", "A2", "B"}
    assert scenarios.codes == gaps.codes
    np.testing.assert_allclose(sorted(gaps.survives), [0.5, 0.75, 2.5, 3.0, 4.5])
    assert len(gaps.only(gaps.weeks > 5.0)) == 4
