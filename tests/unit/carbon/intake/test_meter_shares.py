"""Meters that several firms share: dated shares, checked, applied."""

import numpy as np
import pandas as pd
import pytest

from chainwright.carbon import read_meter_shares
from chainwright.carbon.intake.meter_shares import shared
from chainwright.errors import TableError
from chainwright.sources.carbon_kinds import carbon_kinds


def shares(*rows):
    return pd.DataFrame(rows, columns=["meter", "firm", "share", "start", "end"])


def months(*rows):
    columns = ["meter", "firm", "kind", "month", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(place=np.arange(len(frame)))


def month(text):
    return int(np.datetime64(text, "M").astype(np.int64))


def faults(*rows):
    with pytest.raises(TableError) as wrong:
        read_meter_shares(shares(*rows))
    return [(b.where, b.found) for b in wrong.value.breaches]


def apply(values, *rows):
    told = []
    got = shared(
        values, read_meter_shares(shares(*rows)),
        lambda places, said: told.append((list(map(int, places)), said[0])),
    )  # fmt: skip
    found = {(r.firm, r.month): r.value for r in got.itertuples()}
    return found, told


def test_shares_need_no_dates_and_sum_to_one():
    got = read_meter_shares(shares(["m", "a", 0.7, "", ""], ["m", "b", 0.3, "", ""]))
    assert got["share"].tolist() == [0.7, 0.3]
    assert got["firm"].tolist() == ["a", "b"]


@pytest.mark.parametrize("parts", [3, 7, 10, 13])
def test_thirds_and_sevenths_written_as_decimals_are_whole_enough(parts):
    rows = [["m", f"f{i}", round(1 / parts, 7), "", ""] for i in range(parts)]
    assert len(read_meter_shares(shares(*rows))) == parts
    worse = [[*row[:2], row[2] + 1e-6, *row[3:]] for row in rows]
    assert faults(*worse)[0][0] == "meter 'm' from the beginning on"


@pytest.mark.parametrize("share", [0.0, -0.1, 1.0001, 30.0])
def test_a_share_is_above_zero_and_at_most_one(share):
    assert faults(["m", "a", share, "", ""])[0] == ("row 2, column 'share'", f"{share:g}")


@pytest.mark.parametrize("word", ["2025", "2025Q1", "3月", "spring", "2025-03-01"])
def test_a_share_begins_and_ends_with_a_month(word):
    assert faults(["m", "a", 1.0, word, ""]) == [("row 2, column 'start'", repr(word))]
    assert faults(["m", "a", 1.0, "", word]) == [("row 2, column 'end'", repr(word))]


def test_a_month_in_which_shares_overlap_or_lack_is_named():
    assert faults(["m", "a", 1.0, "", "2025-03"], ["m", "b", 1.0, "2025-03", ""]) == [
        ("meter 'm' from 2025-03 on", "shares of 2")
    ]
    assert faults(
        ["m", "a", 0.5, "2025-01", ""], ["m", "b", 0.5, "2025-02", "2025-04"]
    ) == [
        ("meter 'm' from 2025-01 on", "shares of 0.5"),
        ("meter 'm' from 2025-05 on", "shares of 0.5"),
    ]  # fmt: skip


def test_a_gap_in_which_a_meter_is_nobodys_may_be():
    rows = [["m", "a", 1.0, "2025-01", "2025-03"], ["m", "b", 1.0, "2025-06", ""]]
    assert len(read_meter_shares(shares(*rows))) == 2
    found, told = apply(
        months(*(["m", "", "grid_electricity", month("2025-01") + i, 10.0] for i in range(7))),
        *rows,
    )
    assert {m for _, m in found} == {month("2025-01") + i for i in (0, 1, 2, 5, 6)}
    assert told == [([3, 4], "no_share")]


def test_every_fault_of_a_table_is_listed_at_once():
    found = faults(["m", "a", 2.0, "", ""], ["m", "b", 0.5, "x", "y"])
    assert [where for where, _ in found] == [
        "row 2, column 'share'", "row 3, column 'start'", "row 3, column 'end'",
    ]  # fmt: skip


def test_the_first_and_the_last_month_of_a_share_are_in_it():
    rows = [["m", "a", 1.0, "", "2025-03"], ["m", "b", 1.0, "2025-04", ""]]
    values = months(*(["m", "", "grid_electricity", month(f"2025-0{i}"), 1.0] for i in (3, 4)))
    found, told = apply(values, *rows)
    assert found == {("a", month("2025-03")): 1.0, ("b", month("2025-04")): 1.0}
    assert told == []


def test_a_meter_belongs_to_those_of_the_table_whatever_the_file_says():
    values = months(["m", "z", "grid_electricity", 660, 10.0], ["", "z", "taxes", 660, 3.0])
    found, told = apply(values, ["m", "a", 0.4, "", ""], ["m", "b", 0.6, "", ""])
    assert found == {("z", 660): 3.0, ("a", 660): 4.0, ("b", 660): 6.0}
    assert told == []


def test_a_meter_that_is_not_in_the_table_stays_with_the_firm_of_its_row():
    values = months(["n", "z", "grid_electricity", 660, 10.0], ["n", "", "taxes", 660, 3.0])
    found, told = apply(values, ["m", "a", 1.0, "", ""])
    assert found == {("z", 660): 10.0}
    assert told == [([1], "no_share")]


@pytest.mark.parametrize("kind", sorted(k for k, r in carbon_kinds().items()
                                        if r["content"] == "number"))  # fmt: skip
def test_amounts_are_divided_and_properties_are_not(kind):
    found, _ = apply(
        months(["m", "", kind, 660, 40.0]), ["m", "a", 0.7, "", ""], ["m", "b", 0.3, "", ""]
    )
    if carbon_kinds()[kind]["months"] == "sum":
        assert found == {("a", 660): pytest.approx(28.0), ("b", 660): pytest.approx(12.0)}
    else:  # the calorific value of a fuel is that of every firm that burns it
        assert found == {("a", 660): 40.0, ("b", 660): 40.0}


@pytest.mark.parametrize("seed", range(4))
def test_what_firms_get_is_what_the_meters_gave(seed):
    rng = np.random.default_rng(seed)
    rows, values = [], []
    for meter in range(5):
        weights = rng.dirichlet(np.ones(4))
        rows += [[str(meter), f"f{i}", float(w), "", ""] for i, w in enumerate(weights)]
        values += [[str(meter), "", "grid_electricity", 660 + i, float(rng.random())] for i in
                   range(6)]  # fmt: skip
    frame = months(*values)
    got = shared(frame, read_meter_shares(shares(*rows)), lambda *_: pytest.fail("a share lacks"))
    assert got["value"].sum() == pytest.approx(frame["value"].sum(), rel=1e-12)
    by_month = got.groupby("month")["value"].sum()
    pd.testing.assert_series_equal(by_month, frame.groupby("month")["value"].sum())
