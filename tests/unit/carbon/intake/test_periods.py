"""Months, quarters, years, days and moments as people write them."""

from datetime import date, datetime

import numpy as np
import pytest

from chainwright.carbon.intake.periods import Period, moments, period_of


def months(year, month=1):
    return (year - 1970) * 12 + month - 1


def read(*cells, years=None):
    return moments(np.array(cells, dtype=object), years or [None] * len(cells))


def day(text, minute=0):
    return int(np.datetime64(text, "D").astype(np.int64)) * 1440 + minute


@pytest.mark.parametrize(
    "written",
    [
        "2025-03", "2025-3", "2025/03", "2025.03", "2025.3", "2025_03", "2025 03", "2025m3",
        "2025M03", "202503", "202503.0", "2025年3月", "2025年03月份", "２０２５年３月", " 2025-03 ",
        "Mar 2025", "March 2025", "Mar-25", "mar. 2025", "March, 2025", "Mar'25", "2025 Mar",
        "2025-March", "2025/mar", "MAR2025",
    ],
)  # fmt: skip
def test_one_month_in_many_hands(written):
    assert period_of(written) == Period(months(2025, 3))


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_is_found_by_number_and_by_name(month):
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    expected = Period(months(2026, month))
    assert period_of(f"2026-{month:02}") == expected
    assert period_of(f"{names[month - 1]} 2026") == expected
    assert period_of(f"2026年{month}月") == expected
    assert period_of(f"{month}月") == Period(month - 1, dated=False)
    assert period_of(names[month - 1].upper()) == Period(month - 1, dated=False)


@pytest.mark.parametrize(
    ("written", "month"),
    [("2025Q1", 1), ("2025-q2", 4), ("2025 Q3", 7), ("2025年第四季度", 10), ("2025年一季度", 1),
     ("2025年2季", 4), ("2025第3季度", 7), ("2025/Q4", 10)],
)  # fmt: skip
def test_a_quarter_is_three_months_from_its_first(written, month):
    assert period_of(written) == Period(months(2025, month), 3)


@pytest.mark.parametrize("written", ["2025", "2025年", "2025年度", "2025.0", " 2025 "])
def test_a_year_is_twelve_months(written):
    assert period_of(written) == Period(months(2025), 12)


@pytest.mark.parametrize(
    "written",
    [
        "", "2025-13", "2025-00", "202513", "2025Q5", "2025Q0", "2025年第五季度", "0月", "13月",
        "2025-03-01", "03/2025x", "1899", "2100", "25", "spring", "Mon 2025", "foo-25",
        "2025-3-1", "12025-03", "2025--03x",
    ],
)  # fmt: skip
def test_what_is_no_month_is_none(written):
    assert period_of(written) is None


def test_a_short_year_is_of_this_century():
    assert period_of("Dec-99") == Period(months(2099, 12))
    assert period_of("Jan-00") == Period(months(2000, 1))


def test_months_before_1970_are_below_zero():
    assert period_of("1969-12").first == -1
    assert period_of("1949-10") == Period(months(1949, 10))


def test_moments_of_months_days_and_nothing_stand_in_the_order_of_the_cells():
    got = read("2025-03", "2025-03-04", "", "2025-03", "2025Q2")
    assert got.first.tolist() == [months(2025, 3)] * 2 + [-1, months(2025, 3), months(2025, 4)]
    assert got.months.tolist() == [1, 0, 0, 1, 3]
    assert got.minute.tolist() == [-1, day("2025-03-04"), -1, -1, -1]
    assert got.fault.tolist() == ["", "", "no_period", "", ""]
    assert not got.timed.any()


@pytest.mark.parametrize(
    ("cell", "minute", "timed"),
    [
        ("2025-03-04 05:06", 306, True),
        ("2025-03-04T05:06:30", 306, True),
        ("2025/3/4 0:00", 0, True),
        ("2025-03-04 23:59:59.9", 1439, True),
        ("2025-03-04 24:00", 1440, True),
        ("2025年3月4日 13:30", 810, True),
        (datetime(2025, 3, 4, 5, 6), 306, True),  # noqa: DTZ001 - cells have no zone
        (datetime(2025, 3, 4), 0, False),  # noqa: DTZ001
        (date(2025, 3, 4), 0, False),
        (45720.0, 0, False),
        (45720.25, 360, True),
        ("45720.5", 720, True),
        ("20250304", 0, False),
    ],
)
def test_a_moment_is_its_minute(cell, minute, timed):
    got = read(cell)
    assert got.fault.tolist() == [""], cell
    assert got.minute.tolist() == [day("2025-03-04", minute)]
    assert got.first.tolist() == [months(2025, 3)]
    assert got.months.tolist() == [0]
    assert got.timed.tolist() == [timed]


@pytest.mark.parametrize("cell", ["2025-03-04 25:00", "2025-03-04 12:61", "2025-03-04 99:99"])
def test_a_time_that_no_clock_shows_is_no_period(cell):
    assert read(cell).fault.tolist() == ["no_period"]


@pytest.mark.parametrize("cell", ["2025-02-30", "2025-04-31", "2023-02-29", "tomorrow", "3.14"])
def test_a_day_that_no_calendar_has_is_no_period(cell):
    got = read(cell)
    assert got.fault.tolist() == ["no_period"]
    assert got.first.tolist() == [-1]


def test_the_leap_day_is_a_day_in_leap_years_alone():
    got = read("2024-02-29", "2025-02-29", "2000-02-29", "1900-02-29")
    assert (got.fault == "").tolist() == [True, False, True, False]


def test_the_order_of_day_and_month_is_told_by_the_other_cells_of_the_column():
    assert read("03/04/2025").fault.tolist() == ["unclear_date"]
    got = read("03/04/2025", "13/04/2025")
    assert got.fault.tolist() == ["", ""]
    assert got.minute.tolist() == [day("2025-04-03"), day("2025-04-13")]
    other = read("03/04/2025", "04/13/2025")
    assert other.minute.tolist() == [day("2025-03-04"), day("2025-04-13")]


def test_a_bare_month_takes_the_year_of_its_own_row():
    got = read("3月", "3月", "Dec", "2020-01", years=[2024, 2025, 2026, 1999])
    assert got.first.tolist() == [
        months(2024, 3), months(2025, 3), months(2026, 12), months(2020, 1),
    ]  # fmt: skip
    assert not any(got.fault)
    assert read("3月", "Dec").fault.tolist() == ["no_year", "no_year"]


def test_a_number_that_may_be_january_or_october_is_no_month():
    assert read(2025.1).fault.tolist() == ["no_period"]
    assert read("2025.1").first.tolist() == [months(2025, 1)]  # as text it has no lost zero
    assert read(2025.11).first.tolist() == [months(2025, 11)]
    assert read(202510).first.tolist() == [months(2025, 10)]
    assert read(2025).months.tolist() == [12]


def test_an_empty_column_has_no_period_anywhere():
    got = read(None, "", None)
    assert got.first.tolist() == [-1, -1, -1]
    assert got.fault.tolist() == ["no_period"] * 3
    assert len(read().first) == 0
