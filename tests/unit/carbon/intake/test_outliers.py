"""Readings far from what is usual: scores by hand, limits, peers, zeros, order."""

import numpy as np
import pandas as pd
import pytest

from chainwright.carbon.intake.outliers import FEWEST, LEAST_SPREAD, LIMIT, outliers
from chainwright.system import Readings


def months(values, firm="A", kind="grid_electricity", first="2024-01", **more):
    periods = [str(np.datetime64(first, "M") + i) for i in range(len(values))]
    rows = {"firm": firm, "kind": kind, "item": "", "period": periods, "value": values}
    return pd.DataFrame(rows | more).assign(unit="MWh")


def known(*frames):
    table = pd.concat(frames).drop(columns="unit").assign(quality="measured")
    return Readings.of_table(table)


def by_hand(values, value):
    logs = np.log([v for v in values if v > 0])
    middle = np.median(logs)
    spread = max(np.median(np.abs(logs - middle)), LEAST_SPREAD)
    return 0.6745 * (np.log(value) - middle) / spread


def test_the_limits_are_those_that_the_text_names():
    assert (LIMIT, FEWEST, LEAST_SPREAD) == (3.5, 6, 0.1)


@pytest.mark.parametrize("factor", [0.1, 0.5, 0.58, 0.61, 1.0, 1.5, 1.65, 1.7, 2.0, 10.0, 1000.0])
def test_a_steady_meter_may_move_by_two_thirds(factor):
    values = [100.0] * 7 + [100.0 * factor]
    got = outliers(months(values))
    score = by_hand(values, values[-1])
    assert len(got) == (abs(score) > 3.5)
    assert (len(got) == 1) == (factor > np.exp(0.35 / 0.6745) or factor < np.exp(-0.35 / 0.6745))
    if len(got):
        row = got.iloc[0]
        assert row["score"] == pytest.approx(score, rel=1e-12)
        assert row["usual"] == pytest.approx(100.0)
        assert row["low"] == pytest.approx(100 * np.exp(-3.5 * 0.1 / 0.6745))
        assert row["high"] == pytest.approx(100 * np.exp(3.5 * 0.1 / 0.6745))


def test_a_lively_meter_is_measured_by_its_own_spread():
    values = [10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0]
    assert not len(outliers(months(values)))
    wild = [*values, 1e6]
    got = outliers(months(wild))
    assert got["value"].tolist() == [1e6]
    assert got["score"].tolist() == [pytest.approx(by_hand(wild, 1e6), rel=1e-12)]


def test_limits_contain_what_is_not_shown_and_no_more():
    rng = np.random.default_rng(5)
    values = [*np.exp(rng.normal(3, 0.3, 40)).tolist(), 900.0, 0.1]
    got = outliers(months(values))
    low, high = got[["low", "high"]].iloc[0]
    assert (got["low"] == low).all()
    assert sorted(got["value"]) == sorted(v for v in values if not low <= v <= high)


@pytest.mark.parametrize("count", range(1, 9))
def test_fewer_than_six_months_tell_nothing(count):
    got = outliers(months([5.0] * (count - 1) + [5000.0]))
    assert len(got) == (count >= 6)


def test_earlier_months_that_are_held_count_and_are_not_shown_themselves():
    earlier = known(months([10.0, 10, 10, 9000, 10, 10, 10]))
    got = outliers(months([10_000.0], first="2025-01"), earlier)
    assert got[["period", "value", "compared"]].to_numpy().tolist() == [
        ["2025-01", 10_000.0, "8 months"]
    ]


def test_a_month_that_is_sent_again_stands_for_the_one_that_is_held():
    earlier = known(months([10.0] * 7))
    got = outliers(months([5000.0], first="2024-03"), earlier)
    assert got["value"].tolist() == [5000.0]
    assert got["compared"].tolist() == ["7 months"]


def test_zeros_are_shown_first_and_never_enter_the_logarithms():
    got = outliers(months([5.0, 0, 6, 5, 0, 6, 5, 700]))
    assert got["value"].tolist() == [0.0, 0.0, 700.0]
    assert got["score"].tolist()[:2] == [-np.inf, -np.inf]
    assert got["low"].iloc[:2].isna().all()
    assert got["usual"].tolist()[0] == 5.5
    assert "6 months is 5.5." in got["reason_en"].iloc[0]
    assert not len(outliers(months([0.0] * 8)))


def test_the_farthest_stands_first_whichever_way_it_is_off():
    got = outliers(months([100.0] * 8 + [300.0, 1.0, 10_000.0]))
    assert sorted(got["value"].tolist()[:2]) == [1.0, 10_000.0]  # ln 100 off, either of them
    assert got["value"].tolist()[2] == 300.0
    assert got["score"].abs().tolist()[2] == pytest.approx(0.6745 * np.log(3) / 0.1)


def test_series_are_not_compared_with_each_other():
    frames = [months([10.0] * 8), months([10_000.0] * 8, firm="B"),
              months([1.0] * 8, kind="heat_bought"), months([7e6] * 8, kind="oil", item="diesel"),
              months([3.0] * 8, kind="oil", item="petrol")]  # fmt: skip
    assert not len(outliers(pd.concat(frames)))


@pytest.mark.parametrize("bad", [np.nan, -5.0])
def test_missing_and_negative_values_are_left_alone(bad):
    got = outliers(months([10.0] * 7 + [bad], kind="value_added"))
    assert not len(got)


@pytest.mark.parametrize(
    ("value", "far"), [(13.0, False), (60.0, True), (2.0, True), (14.0, False)]
)
def test_a_young_firm_is_held_against_its_peers_by_value_added(value, far):
    peers = [
        pd.concat([months([10.0 + i], f"p{i}"), months([5.0], f"p{i}", "value_added")])
        for i in range(8)
    ]
    own = pd.concat([months([2 * value]), months([10.0], kind="value_added")])  # twice as large
    got = outliers(own, known(*peers))
    assert (len(got) == 1) == far
    if far:
        assert got["usual"].tolist() == [pytest.approx(2 * np.sqrt(13 * 14))]
        assert got["compared"].tolist() == ["8 firms"]
        assert "8 家企业" in got["reason_zh"].iloc[0]


def test_five_peers_are_too_few_and_a_firm_without_value_added_has_none():
    peers = [
        pd.concat([months([10.0], f"p{i}"), months([5.0], f"p{i}", "value_added")])
        for i in range(5)
    ]
    own = pd.concat([months([1e6]), months([5.0], kind="value_added")])
    assert not len(outliers(own, known(*peers)))
    more = pd.concat([months([10.0], "p9"), months([5.0], "p9", "value_added")])
    assert len(outliers(own, known(*peers, more))) == 1
    assert not len(outliers(months([1e6]), known(*peers, more)))


def test_nothing_usual_nothing_told():
    empty = outliers(months([]).astype({"value": float}))
    assert len(empty) == 0
    assert {"firm", "score", "reason_en", "reason_zh"} <= set(empty.columns)
