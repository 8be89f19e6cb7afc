"""The 39 kinds of a month: worst quality, what lasts, how to give the rest, both languages."""

import itertools

import numpy as np
import pandas as pd
import pytest

from chainwright.carbon import coverage
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import QUALITIES, Readings, carbon_items, carbon_kinds


def held(*rows):
    table = [
        {"firm": "A", "kind": kind, "item": item, "period": period, "quality": quality,
         "value": np.nan if quality == "missing" or text else 1.0, "text": text}
        for kind, item, period, quality, text in rows
    ]  # fmt: skip
    return Readings.of_table(pd.DataFrame(table))


def row(kind, quality="measured", item="", period="2025-03", text=""):
    return kind, item, period, quality, text


def counts(readings, month="2025-03"):
    got = coverage(readings, "A", month)
    return got.measured, got.estimated, got.missing


@pytest.mark.parametrize(
    ("quality", "expected"),
    [("measured", (1, 0, 38)), ("billed", (1, 0, 38)), ("estimated", (0, 1, 38)),
     ("defaulted", (0, 1, 38)), ("missing", (0, 0, 39))],
)  # fmt: skip
def test_a_bill_counts_as_measured_and_a_default_as_estimated(quality, expected):
    assert counts(held(row("grid_electricity", quality))) == expected


@pytest.mark.parametrize(
    ("one", "other"), list(itertools.combinations_with_replacement(QUALITIES, 2))
)
def test_a_kind_is_as_good_as_its_worst_item(one, other):
    readings = held(row("oil", one, "diesel"), row("oil", other, "petrol"))
    worst = QUALITIES[max(QUALITIES.index(one), QUALITIES.index(other))]
    got = coverage(readings, "A", "2025-03").kinds.set_index("kind")["quality"]
    assert got["oil"] == worst
    turned = held(row("oil", other, "diesel"), row("oil", one, "petrol"))
    assert coverage(turned, "A", "2025-03").kinds.set_index("kind")["quality"]["oil"] == worst


def test_a_full_month_misses_nothing():
    rows = []
    for kind, of in carbon_kinds().items():
        if int(of["number"]) > 39:
            continue
        item = next((i for k, i in carbon_items() if k == kind), "")
        rows.append(row(kind, item=item, text="x" if of["content"] == "text" else ""))
    assert counts(held(*rows)) == (39, 0, 0)
    got = coverage(held(*rows), "A", "2025-03")
    assert not len(got.lacking)
    assert got.line_en == "39 kinds: 39 measured, 0 estimated, 0 missing"
    for left in range(0, 39, 6):
        assert counts(held(*rows[:left], *rows[left + 1 :])) == (38, 0, 1)


def test_kinds_stand_in_the_order_of_their_numbers_with_both_names():
    got = coverage(held(row("taxes")), "A", "2025-03").kinds
    assert got["number"].tolist() == list(range(1, 40))
    for one in got.to_dict("records"):
        assert one["name_en"] == carbon_kinds()[one["kind"]]["name_en"]
        assert one["name_zh"] == carbon_kinds()[one["kind"]]["name_zh"]


def test_what_is_missing_says_who_can_give_it():
    got = coverage(held(row("taxes")), "A", "2025-03").lacking.set_index("kind")
    for kind, one in got.iterrows():
        layer = carbon_kinds()[kind]["layer"]
        assert ("template" in one["how_en"]) == (layer == "enterprise")
        assert ("industry's statistics" in one["how_en"]) == (layer == "industry")
        assert ("区域公布数据" in one["how_zh"]) == (layer == "region")
        if layer == "enterprise":
            assert carbon_kinds()[kind]["name_zh"] in one["how_zh"]
            assert carbon_kinds()[kind]["name_en"].lower() in one["how_en"]


def test_other_months_and_other_firms_do_not_count():
    table = held(row("taxes"), row("output_value", period="2025-04")).table()
    both = Readings.of_table(pd.concat([table, table.assign(firm="B", kind="water_bought")
                                        if "water_bought" in carbon_kinds()
                                        else table.assign(firm="B")]))  # fmt: skip
    assert counts(both) == (1, 0, 38)
    assert counts(both, "2025-04") == (1, 0, 38)
    assert counts(both, "2025-05") == (0, 0, 39)


def test_what_lasts_is_said_once_and_what_is_of_a_year_holds_in_that_year_alone():
    always = held(row("identity", text="x", period="2024-05"), row("taxes", period="2025-03"))
    assert counts(always, "2024-04") == (0, 0, 39)  # not before it was said
    assert counts(always, "2024-05") == (1, 0, 38)
    assert counts(always, "2026-10") == (1, 0, 38)
    assert counts(always, "2025-03") == (2, 0, 37)
    yearly = held(row("sinks"))
    within = [counts(yearly, month) for month in ("2025-03", "2025-12", "2026-01", "2024-12")]
    assert within == [(1, 0, 38), (1, 0, 38), (0, 0, 39), (0, 0, 39)]


@pytest.mark.parametrize("month", ["", "2025-13", "March", "2025/03x"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(ParameterError):
        coverage(held(row("taxes")), "A", month)


def test_a_firm_that_reports_nothing_is_named_with_those_near():
    with pytest.raises(UnknownCodeError, match="firm with readings"):
        coverage(held(row("taxes")), "AA", "2025-03")
