"""Readings of any grain as values of months, worked by hand and beside a plain loop."""

import calendar
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from chainwright.carbon.intake.month_sums import OF_MONTH, SERIES, in_months
from chainwright.system.readings import QUALITIES, carbon_kinds

POWER = "grid_electricity"


def month(text):
    return int(np.datetime64(text, "M").astype(np.int64))


def minute(text):
    return int(np.datetime64(text, "m").astype(np.int64))


def whole(period, value, months=1, **more):
    return {"first": month(period), "months": months, "minute": -1, "timed": False, "value": value,
            **more}  # fmt: skip


def moment(text, value, *, timed=True, **more):
    return {"first": month(text[:7]), "months": 0, "minute": minute(text), "timed": timed,
            "value": value, **more}  # fmt: skip


def table(rows):
    plain = {"firm": "A", "meter": "", "kind": POWER, "item": "", "part": "", "quality": 0,
             "source": "", "text": ""}  # fmt: skip
    return pd.DataFrame([plain | row for row in rows])


def run(*rows, least=0.9, at_end=False):
    told = []
    got = in_months(
        table(rows),
        least_coverage=least,
        at_end=at_end,
        tell=lambda places, said: told.append((sorted(map(int, places)), said[0])),
    )
    return got.sort_values([*SERIES, "month"]).reset_index(drop=True), told


def values(got):
    return {str(np.datetime64(int(m), "M")): v for m, v in zip(got["month"], got["value"],
                                                               strict=True)}  # fmt: skip


def test_a_month_stays_as_it_is():
    got, told = run(whole("2025-03", 7.5), whole("2025-04", np.nan, quality=4))
    assert values(got)["2025-03"] == 7.5
    assert np.isnan(values(got)["2025-04"])
    assert got["quality"].tolist() == [0, 4]
    assert got["coverage"].tolist() == [1.0, 1.0]
    assert not got["billing"].any()
    assert told == []


@pytest.mark.parametrize(("months", "value"), [(3, 9.0), (12, 120.0)])
def test_quarters_and_years_are_divided_and_sum_to_themselves(months, value):
    got, told = run(whole("2025-01", value, months))
    assert len(got) == months
    assert got["value"].sum() == pytest.approx(value, rel=1e-15)
    assert got["value"].tolist() == [value / months] * months
    assert set(got["quality"]) == {QUALITIES.index("estimated")}
    assert got["month"].tolist() == list(range(month("2025-01"), month("2025-01") + months))
    assert told == []


def test_a_year_that_is_defaulted_or_missing_is_not_made_better():
    got, _ = run(whole("2025-01", 12.0, 12, quality=3), whole("2026-01", np.nan, 3, quality=4))
    assert got["quality"].tolist() == [3] * 12 + [4] * 3


def test_a_share_of_a_year_holds_in_each_of_its_months_undivided():
    rows = carbon_kinds().items()
    kinds = [k for k, r in rows if r["months"] != "sum" and r["content"] == "number"]
    assert len(kinds) >= 6
    for kind in kinds:
        got, _ = run(whole("2025-01", 0.8, 12, kind=kind))
        assert got["value"].tolist() == [0.8] * 12


@pytest.mark.parametrize(
    ("long", "short"),
    [
        (whole("2025-01", 12.0, 12), whole("2025-01", 3.0, 3)),
        (whole("2025-01", 12.0, 12), whole("2025-12", 1.0)),
        (whole("2025-04", 3.0, 3), whole("2025-06", 1.0)),
        (whole("2025-03", 1.0), moment("2025-03-28", 1.0, timed=False)),
        (whole("2025-01", 3.0, 3), moment("2025-03-28", 1.0, timed=False)),
    ],
)
def test_of_two_periods_that_overlap_the_longer_is_told_and_left_out(long, short):
    for rows in ((long, short), (short, long)):
        got, told = run(*rows)
        assert told == [([rows.index(long)], "yearly_beside_monthly")]
        assert got["value"].sum() == short["value"]  # nothing counts twice


def test_three_periods_that_overlap_leave_the_shortest():
    got, told = run(whole("2025-01", 12.0, 12), whole("2025-01", 3.0, 3), whole("2025-02", 9.0))
    assert told == [([0, 1], "yearly_beside_monthly")]
    assert values(got) == {"2025-02": 9.0}


def test_periods_of_other_series_do_not_overlap():
    rows = [whole("2025-01", 12.0, 12)]
    rows += [whole("2025-03", 1.0, **other) for other in (
        {"firm": "B"}, {"meter": "2"}, {"kind": "heat_bought"}, {"item": "x"}, {"part": "峰"},
    )]  # fmt: skip
    got, told = run(*rows)
    assert told == []
    assert len(got) == 12 + 5
    assert got["value"].sum() == pytest.approx(17.0)


def test_periods_side_by_side_do_not_overlap():
    got, told = run(whole("2025-01", 3.0, 3), whole("2025-04", 6.0, 3), whole("2025-07", 5.0))
    assert told == []
    assert list(values(got).values()) == [1, 1, 1, 2, 2, 2, 5]


def test_a_month_stands_beside_a_few_days_that_are_too_few():
    days = [moment(f"2025-03-{d:02}", 1.0, timed=False) for d in (1, 2, 3)]
    got, told = run(whole("2025-03", 40.0), *days)
    assert told == [([1], "gaps")]
    assert values(got) == {"2025-03": 40.0}


@pytest.mark.parametrize(
    ("year", "number"), [(2024, 2), (2025, 2), (2025, 1), (2025, 4), (2023, 12)]
)
def test_a_month_of_days_is_their_sum_whatever_its_length(year, number):
    length = calendar.monthrange(year, number)[1]
    days = [moment(f"{year}-{number:02}-{d:02}", float(d), timed=False) for d in
            range(1, length + 1)]  # fmt: skip
    got, told = run(*days)
    assert told == []
    assert got["value"].tolist() == [length * (length + 1) / 2]
    assert got["coverage"].tolist() == [1.0]
    assert got["quality"].tolist() == [0]
    assert not got["billing"].any()


@pytest.mark.parametrize("step", [15, 30, 60])
def test_missing_intervals_are_made_up_for_in_proportion(step):
    stamps = pd.date_range("2025-04-01", "2025-04-30 23:59", freq=f"{step}min")
    kept = np.delete(np.arange(len(stamps)), np.arange(100, 100 + len(stamps) // 20))
    got, told = run(*(moment(f"{stamps[i]:%Y-%m-%dT%H:%M}", 2.0) for i in kept))
    assert told == []
    assert got["coverage"].tolist() == [pytest.approx(len(kept) / len(stamps), rel=1e-12)]
    assert got["value"].tolist() == [pytest.approx(2.0 * len(stamps), rel=1e-12)]
    assert got["quality"].tolist() == [QUALITIES.index("estimated")]


def test_the_least_coverage_is_itself_enough():
    days = [moment(f"2025-04-{d:02}", 1.0, timed=False) for d in range(1, 28)]  # 27 of 30: 90 %
    got, told = run(*days, least=0.9)
    assert (len(got), told) == (1, [])
    got, told = run(*days[:-1], least=0.9)
    assert (len(got), told) == (0, [([0], "gaps")])


def test_a_reading_a_month_dated_by_day_is_the_bill_of_that_month():
    rows = [moment(f"2025-0{m}-28", 10.0 * m, timed=False) for m in (1, 2, 3)]
    got, told = run(*rows)
    assert values(got) == {"2025-01": 10.0, "2025-02": 20.0, "2025-03": 30.0}
    assert got["billing"].all()
    assert (got["quality"] == 0).all()
    assert told == []


def test_a_single_reading_with_a_time_of_day_is_no_bill():
    got, told = run(moment("2025-03-28T12:00", 10.0))
    assert told == [([0], "gaps")]
    assert not len(got)


def test_stamps_at_the_end_of_their_interval_belong_to_the_hour_before():
    stamps = pd.date_range("2025-03-01 01:00", "2025-04-01 00:00", freq="h")
    rows = [moment(f"{t:%Y-%m-%dT%H:%M}", 1.0) for t in stamps]
    got, told = run(*rows, at_end=True)
    assert values(got) == {"2025-03": 744.0}
    assert told == []
    got, told = run(*rows, at_end=False)
    assert values(got)["2025-03"] == pytest.approx(744.0)  # 743 scaled up
    assert told == [([743], "gaps")]


def test_days_are_days_at_either_end():
    days = [moment(f"2025-03-{d:02}", 1.0, timed=False) for d in range(1, 32)]
    assert run(*days, at_end=True)[0].equals(run(*days, at_end=False)[0])


def test_the_worst_quality_of_a_month_is_that_of_the_month():
    days = [moment(f"2025-03-{d:02}", 1.0, timed=False, quality=int(d == 9)) for d in range(1, 32)]
    got, _ = run(*days)
    assert got["quality"].tolist() == [1]


def test_text_holds_in_each_month_of_its_period_and_is_no_estimate():
    said = {"kind": "industry_class", "text": "3011", "value": np.nan}
    got, told = run(whole("2025-01", **said, months=12))
    assert (len(got), set(got["text"]), set(got["quality"])) == (12, {"3011"}, {0})
    assert got["value"].isna().all()
    assert not told


def test_no_cell_gives_no_month():
    frame = table([whole("2025-03", 1.0)]).iloc[:0]
    got = in_months(frame, least_coverage=0.9, at_end=False, tell=lambda *_: None)
    assert len(got) == 0
    assert {*SERIES, "month", *OF_MONTH} == set(got.columns)


def plainly(rows, least):
    """Return value and coverage of each series and month by a plain loop, days alone."""
    held = defaultdict(dict)
    for row in rows:
        day = np.datetime64(row["minute"] // 1440, "D")
        held[row["firm"], row["meter"], int(day.astype("datetime64[M]").astype(int))][str(day)] = (
            row["value"]
        )
    found = {}
    for (firm, meter, which), days in held.items():
        first = np.datetime64(which, "M")
        length = int(((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(
            int))  # fmt: skip
        share = len(days) / length
        if share >= least:
            found[firm, meter, which] = (sum(days.values()) / share, share)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_days_of_several_meters_agree_with_a_plain_loop_in_any_order(seed):
    rng = np.random.default_rng(seed)
    rows = []
    for who in (
        {"firm": "A", "meter": "1"},
        {"firm": "A", "meter": "2"},
        {"firm": "B", "meter": "1"},
    ):
        days = pd.date_range("2024-01-01", "2024-03-31", freq="D")
        rows += [
            moment(f"{day:%Y-%m-%d}", float(rng.integers(1, 90)), timed=False, **who)
            for day in days[rng.random(len(days)) < 0.95]
        ]
    expected = plainly(rows, 0.9)
    shuffled = [rows[i] for i in rng.permutation(len(rows))]
    got, told = run(*shuffled, least=0.9)
    found = {(r.firm, r.meter, int(r.month)): (r.value, r.coverage) for r in got.itertuples()}
    assert found.keys() == expected.keys()
    for key, (value, share) in expected.items():
        assert found[key] == (pytest.approx(value, rel=1e-12), pytest.approx(share, rel=1e-12))
    assert sum(code == "gaps" for _, code in told) <= 9 - len(expected)
