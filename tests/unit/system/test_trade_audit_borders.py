"""The audit of trade at and beside each border: jumps, unknown quantities, odd unit values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright.sources.reading import Origin
from chainwright.system import Axis, Exports, Trade
from chainwright.system.trade_audit import check, odd_units
from chainwright.units import Money
from trades import year_of

COLUMNS = ["exporter", "importer", "product", "value", "quantity"]


def year(*rows, of=2022):
    return year_of(pd.DataFrame(rows, columns=COLUMNS), of)


def audit(*years, **more):
    held = {each.year: each for each in years}
    return check(Trade.of_years(held, **more))


def rows_of(table, test):
    """Return (status, place, found) of each row of one test."""
    mine = table[table["test"] == test]
    return list(zip(mine["status"], mine["place"], mine["found"], strict=True))


def totals(first, second):
    """Return the audit of two years with these totals."""
    return audit(
        year(("A", "B", "x", first, 1.0), of=2021), year(("A", "B", "x", second, 1.0), of=2022)
    )


@pytest.mark.parametrize(
    ("first", "second", "status", "times"),
    [
        (1.0, 2.0, "PASS", "2"),
        (1.0, 2.01, "WARNING", "2.01"),
        (2.0, 1.0, "PASS", "0.5"),
        (2.01, 1.0, "WARNING", "0.498"),
        (5.0, 5.0, "PASS", "1"),
        (1.0, 1000.0, "WARNING", "1e+03"),
    ],
)
def test_a_total_more_than_twice_or_less_than_half_that_of_before_is_warned(
    first, second, status, times
):
    odd = ": another coverage or unit?" if status == "WARNING" else ""
    assert rows_of(totals(first, second), "total against the year before") == [
        (status, "2022", f"{times} times that of 2021{odd}")
    ]


@pytest.mark.parametrize(("first", "second"), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
def test_a_year_without_value_is_no_jump_but_a_failure(first, second):
    table = totals(first, second)
    assert rows_of(table, "total against the year before") == []
    status = [s for s, _, _ in rows_of(table, "size")]
    assert status == ["PASS" if total > 0.0 else "FAIL" for total in (first, second)]
    zero = rows_of(table, "flows of value 0")
    assert [(s, f) for s, _, f in zero] == [("WARNING", "1 flows")] * (2 - status.count("PASS"))


def test_a_year_is_held_against_the_one_before_it_and_not_against_the_first():
    held = [year(("A", "B", "x", value, 1.0), of=of) for of, value in
            ((2019, 1.0), (2020, 1.5), (2022, 2.4))]  # fmt: skip
    table = audit(*held)
    found = rows_of(table, "total against the year before")
    assert found == [
        ("PASS", "2020", "1.5 times that of 2019"),
        ("PASS", "2022", "1.6 times that of 2020"),
    ]
    assert rows_of(table, "years") == [("WARNING", "table", "3 years, 2019 to 2022; missing: 2021")]


def test_years_without_a_gap_pass():
    table = totals(1.0, 1.0)
    assert rows_of(table, "years") == [("PASS", "table", "2 years, 2021 to 2022")]
    several = audit(year(("A", "B", "x", 1.0, 1.0), of=2015), year(("A", "B", "x", 1.0, 1.0)))
    missing = "; missing: 2016, 2017, 2018, 2019, 2020, 2021"
    assert rows_of(several, "years") == [("WARNING", "table", f"2 years, 2015 to 2022{missing}")]


def test_money_and_list_of_codes_that_are_not_stated_are_warned():
    bare = totals(1.0, 1.0)
    assert rows_of(bare, "currency")[0][0] == "WARNING"
    assert rows_of(bare, "classification")[0][0] == "WARNING"
    known = audit(
        year(("A", "B", "x", 1.0, 1.0)),
        money=Money("USD", unit="thousand"),
        classification="HS2017",
    )
    assert rows_of(known, "currency") == [("PASS", "table", "thousand USD")]
    assert rows_of(known, "classification") == [("PASS", "table", "HS2017")]


def test_only_notes_of_what_was_left_out_are_repeated():
    origin = Origin(notes=("3 rows left out: totals", "each year is read when it is asked for"))
    table = audit(year(("A", "B", "x", 1.0, 1.0)), origin=origin)
    assert rows_of(table, "left out on reading") == [("PASS", "table", "3 rows left out: totals")]


@pytest.mark.parametrize(
    ("unknown", "status", "share"), [(10.0, "PASS", "10.00%"), (10.1, "WARNING", "10.09%")]
)
def test_more_than_a_tenth_of_the_value_without_a_quantity_is_warned(unknown, status, share):
    table = audit(year(("A", "B", "x", 90.0, 1.0), ("A", "C", "x", unknown, np.nan)))
    assert rows_of(table, "quantities that are not known") == [
        (status, "2022", f"1 flows, {share} of the value")
    ]


def test_a_year_of_no_value_has_no_share_of_unknown_quantities():
    table = audit(year(("A", "B", "x", 0.0, np.nan)))
    assert rows_of(table, "quantities that are not known") == [
        ("PASS", "2022", "1 flows, 0.00% of the value")
    ]
    assert rows_of(table, "unit values")[0][2].startswith("0 flows (0.00% of the value)")


def test_trade_without_quantities_is_not_looked_through_for_odd_ones():
    plain = replace(year(("A", "B", "x", 1.0, 1.0)), quantity=None)
    table = audit(plain)
    assert rows_of(table, "quantities") == [("SKIPPED", "2022", "the table has none")]
    assert rows_of(table, "unit values") == []
    rows, times = odd_units(plain)
    assert (len(rows), len(times)) == (0, 0)


@pytest.mark.parametrize(("times", "odd"), [(100.0, False), (100.5, True), (0.01, False),
                                            (0.0099, True), (1.0, False)])  # fmt: skip
def test_a_unit_value_is_odd_beyond_a_hundred_times_or_below_a_hundredth_of_the_median(times, odd):
    held = year(
        ("A", "B", "x", 4.0, 4.0), ("A", "C", "x", 7.0, 7.0), ("B", "C", "x", times, 1.0),
        ("C", "A", "x", 2.0, 2.0), ("C", "B", "x", 5.0, 5.0),
    )  # fmt: skip
    rows, found = odd_units(held)
    assert rows.tolist() == ([2] if odd else [])
    assert found.tolist() == ([pytest.approx(times)] if odd else [])
    status = rows_of(audit(held), "unit values")[0][0]
    assert status == ("WARNING" if odd else "PASS")


def test_flows_without_value_or_quantity_have_no_unit_value():
    held = year(
        ("A", "B", "x", 1.0, 1.0), ("A", "C", "x", 1.0, 1.0), ("B", "A", "x", 0.0, 1.0),
        ("B", "C", "x", 1.0, 0.0), ("C", "A", "x", 1.0, np.nan), ("C", "B", "x", 500.0, 1.0),
    )  # fmt: skip
    rows, times = odd_units(held)
    assert rows.tolist() == [5]
    assert times.tolist() == [500.0]  # against the median of 1, 1 and 500
    assert len(odd_units(year(("A", "B", "x", 0.0, 1.0), ("A", "C", "x", 1.0, 0.0)))[0]) == 0


def test_small_amounts_count_as_amounts():
    held = year(
        ("A", "B", "x", 1e-4, 1e-4), ("A", "C", "x", 2e-4, 2e-4), ("B", "C", "x", 9e-4, 1e-6)
    )
    rows, times = odd_units(held)
    assert rows.tolist() == [2]
    assert times.tolist() == [pytest.approx(900.0)]


def test_each_product_has_its_own_median():
    held = year(
        ("A", "B", "x", 1.0, 1.0), ("A", "C", "x", 1.0, 1.0), ("A", "D", "x", 300.0, 1.0),
        ("A", "B", "y", 300.0, 1.0), ("A", "C", "y", 300.0, 1.0), ("A", "D", "y", 1.0, 1.0),
    )  # fmt: skip
    rows, times = odd_units(held)
    assert sorted(rows.tolist()) == [2, 5]
    assert sorted(times.tolist()) == [pytest.approx(1 / 300), 300.0]


def test_the_largest_ten_odd_flows_are_listed_and_all_are_counted():
    usual = [("A", f"b{i:02d}", "x", 1.0, 1.0) for i in range(30)]
    odd = [("B", f"b{i:02d}", "x", 200.0 + i, 1.0) for i in range(12)]
    table = audit(year(*usual, *odd), quantity_unit="t", money=Money("USD"))
    listed = rows_of(table, "unit value")
    assert [place for _, place, _ in listed] == [
        f"2022: B to b{i:02d}, x" for i in range(11, 1, -1)
    ]
    assert listed[0] == (
        "WARNING", "2022: B to b11, x", "211 times the median of the product; value 211",
    )  # fmt: skip
    worth = sum(200.0 + i for i in range(12)) / (30.0 + sum(200.0 + i for i in range(12)))
    ((status, _, found),) = rows_of(table, "unit values")
    assert status == "WARNING"
    assert found == (
        f"12 flows ({worth:.2%} of the value) are 100 times off the median value per t of their "
        "product"
    )


def test_exports_alone_are_audited_by_their_pairs():
    axes = Axis("place", ("A", "B")), Axis("product", ("x", "y"))
    one = Exports(*axes, np.array([[1.0, 0.0], [2.0, 4.0]]), 2021)
    two = Exports(*axes, np.array([[9.0, np.nan], [2.0, 4.0]]), 2022)
    table = check(Trade.of_exports({2022: two, 2021: one}, money=Money("USD")))
    size = rows_of(table, "size")
    assert size[0] == (
        "PASS", "2021", "3 pairs of place and product, 2 places, 2 products; total 7 USD",
    )  # fmt: skip
    assert size[1][2].endswith("total 15 USD")
    assert rows_of(table, "total against the year before") == [
        ("WARNING", "2022", "2.14 times that of 2021: another coverage or unit?")
    ]
    assert rows_of(table, "flows of value 0") == []
    assert rows_of(table, "quantities") == []
