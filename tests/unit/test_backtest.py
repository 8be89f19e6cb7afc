"""The backtest counts what it says: the area under the curve, its interval, each loss by hand."""

import numpy as np
import pandas as pd
import pytest

from backtest_dependence import AFTER, BEFORE, auc, backtest, interval, losses, scores
from trades import trade_of


def by_pairs(score, lost):
    """Return the share of pairs in which what was lost has the higher score, ties a half."""
    wins = [
        1.0 if a > b else 0.5 if a == b else 0.0
        for a, x in zip(score, lost, strict=True)
        for b, y in zip(score, lost, strict=True)
        if x and not y
    ]
    return sum(wins) / len(wins)


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_the_share_of_pairs_in_the_right_order(seed):
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 5, 40).astype(float)  # with many ties
    lost = rng.random(40) < 0.3
    assert auc(score, lost) == pytest.approx(by_pairs(score, lost), abs=1e-12)


def test_the_area_of_a_perfect_a_wrong_and_an_empty_score():
    lost = np.array([False, False, True, True])
    assert auc(np.array([1.0, 2.0, 3.0, 4.0]), lost) == 1.0
    assert auc(np.array([4.0, 3.0, 2.0, 1.0]), lost) == 0.0
    assert auc(np.ones(4), lost) == 0.5
    assert np.isnan(auc(np.ones(4), np.zeros(4, dtype=bool)))


def test_the_interval_draws_whole_products_and_repeats():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(20), 10)
    of_product = rng.random(20) < 0.5
    lost = of_product[group] & (rng.random(200) < 0.9)  # a product's pairs share its fate
    score = of_product[group] + rng.normal(0.0, 1.0, 200)
    low, high = interval(score, lost, group, draws=400)
    assert low < auc(score, lost) < high
    assert (low, high) == interval(score, lost, group, draws=400)
    alone = interval(score, lost, np.arange(200), draws=400)
    assert high - low > alone[1] - alone[0]


PAIR = ("I", "x")


def flows(before, after):
    """Return flows of the years before and after, {supplier: value} each, beside a large buyer."""
    rows = [
        (year, supplier, "I", "x", value)
        for years, values in ((BEFORE, before), (AFTER, after))
        for year in years
        for supplier, value in (values(year) if callable(values) else values).items()
    ]
    rows += [(year, "A", "J", "x", 1000.0) for year in (*BEFORE, *AFTER)]
    return pd.DataFrame(rows, columns=["year", "exporter", "importer", "product", "value"])


LOST = {  # before, after: which losses the pair has
    "nothing changes": ({"A": 60, "B": 40}, {"A": 60, "B": 40}, []),
    "a third less": (
        {"A": 60, "B": 40},
        {"A": 40, "B": 26},
        ["imports fall", "imports fall in a year", "share falls"],
    ),
    "one bad year": (
        {"A": 60, "B": 40},
        lambda year: {"A": 30, "B": 20} if year == 2023 else {"A": 60, "B": 40},
        ["imports fall in a year", "share falls"],
    ),
    "a supplier gone": ({"A": 60, "B": 40}, {"A": 100}, ["fewer suppliers"]),
    "the top one halved": (
        {"A": 60, "B": 40},
        {"A": 25, "B": 75},
        ["top supplier falls", "top supplier changes"],
    ),
    "another on top": ({"A": 60, "B": 40}, {"A": 45, "B": 55}, ["top supplier changes"]),
    "a small one gone": ({"A": 60, "B": 37, "C": 3}, {"A": 60, "B": 40}, []),
}


@pytest.mark.parametrize("name", LOST)
def test_each_loss_is_counted_as_it_is_defined(name):
    before, after, wanted = LOST[name]
    found = losses(flows(before, after)).loc[PAIR]
    found = found.drop("shock")
    assert sorted(found.index[found.astype(bool)]) == sorted(wanted)


def test_a_shock_is_a_fall_of_the_top_supplier_in_the_world_s_exports():
    calm = losses(flows({"A": 60, "B": 40}, {"A": 60, "B": 40})).loc[PAIR]
    frame = flows({"B": 60, "C": 40}, {"B": 20, "C": 80})
    assert not calm["shock"]
    assert losses(frame).loc[PAIR, "shock"]
    elsewhere = [(year, "B", "K", "x", 40.0) for year in AFTER]
    more = pd.concat([frame, pd.DataFrame(elsewhere, columns=frame.columns)])
    assert not losses(more).loc[PAIR, "shock"]


def test_what_happens_to_all_is_no_fall_of_a_share():
    frame = flows({"A": 60, "B": 40}, {"A": 30, "B": 20})
    frame.loc[(frame["importer"] == "J") & frame["year"].isin(AFTER), "value"] *= 0.5
    found = losses(frame).loc[PAIR]
    assert found["imports fall"]
    assert not found["share falls"]


def test_scores_need_imports_in_every_year_before_and_see_nothing_after():
    frame = flows({"A": 90, "B": 10}, {"A": 90, "B": 10})
    frame = frame[(frame["importer"] != "J") | (frame["year"] != 2020)]
    system = trade_of({y: frame[frame["year"] == y] for y in (*BEFORE, *AFTER)})
    found = scores(system)
    assert list(found.index) == [PAIR]
    row = found.loc[PAIR]
    assert row["import HHI"] == pytest.approx(0.82)
    assert (row["C4"], row["years flagged"]) == (1.0, 4.0)
    assert row["size"] == -100.0
    other = frame.assign(value=np.where(frame["year"].isin(AFTER), 1.0, frame["value"]))
    again = scores(trade_of({y: other[other["year"] == y] for y in (*BEFORE, *AFTER)}))
    pd.testing.assert_frame_equal(again, found)


def test_every_score_is_set_against_every_loss():
    rng = np.random.default_rng(5)
    rows = [
        (year, f"S{s}", f"I{i}", f"x{p}", float(rng.lognormal(3.0, 1.5)))
        for year in (*BEFORE, *AFTER)
        for s in range(4)
        for i in range(6)
        for p in range(5)
        if rng.random() < 0.7
    ]
    frame = pd.DataFrame(rows, columns=["year", "exporter", "importer", "product", "value"])
    system = trade_of({y: frame[frame["year"] == y] for y in (*BEFORE, *AFTER)})
    table = backtest(system, floors=[1.0, 20.0], draws=20)
    assert len(table) == 2 * 2 * 6 * 6
    counts = table.pivot_table(index="floor", columns="sample", values="pairs")
    assert (counts["shock"] < counts["all"]).all()
    some = table["auc"].notna()
    assert some.any()
    assert table.loc[table["sample"] == "all", "auc"].notna().any()
    assert table.loc[some, ["auc", "low", "high"]].to_numpy().min() >= 0.0
    assert (table.loc[some, "low"] <= table.loc[some, "high"]).all()
    assert list(table["floor"].drop_duplicates()) == [1.0, 20.0]
