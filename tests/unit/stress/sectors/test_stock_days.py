"""Stock days by input: every number has a range, a kind and a source, and reaches every product."""

import numpy as np
import pytest

from chainwright import stress
from chainwright.params import table
from chainwright.stress import Economy, InventoryModel
from chainwright.stress.sectors.stock_days import KINDS, days_by_input
from chainwright.system import Axis
from worlds import world

ROWS = table("stock_days")
A_MONTH = 30.4


@pytest.mark.parametrize("row", ROWS, ids=[row["input"] for row in ROWS])
def test_every_row_has_a_range_a_kind_and_a_source(row):
    assert 0.0 < float(row["low"]) <= float(row["days"]) <= float(row["high"])
    assert row["kind"] in KINDS
    assert row["source"].startswith("assumption") == (row["kind"] == "assumption")
    assert (row["unit"], row["date"]) == ("day", "2026-11-22")
    assert row["reason_en"]
    assert row["reason_zh"]


def test_every_section_of_isic_has_one_row():
    sections = [row["section"] for row in ROWS if row["section"]]
    assert sorted(sections) == list("ABCDEFGHIJKLMNOPQRSTU")


@pytest.mark.parametrize(
    ("name", "months"),
    [("manufactures", 1.38), ("durable goods", 427.1 / 253.9), ("nondurable goods", 269.4 / 250.1),
     ("chemicals", 1.22), ("refined fuels", 0.35)],
)  # fmt: skip
def test_measured_days_are_months_of_stock_over_sales_as_published(name, months):
    row = next(row for row in ROWS if row["input"] == name)
    assert float(row["days"]) == round(A_MONTH * months)


def test_every_sector_that_is_named_is_in_its_list_and_has_a_row():
    known = {(row["list"], row["code"]) for row in table("sectors") if row["section"] == "C"}
    named = {(row["list"], row["code"]) for row in table("stock_days_sectors")}
    assert named <= known
    assert {row["input"] for row in table("stock_days_sectors")} <= {row["input"] for row in ROWS}
    lists = {name for name, _ in named}
    assert {pair for pair in known if pair[0] in lists} == named


def wiod():
    rows = [row for row in table("sectors") if row["list"] == "wiod2013"]
    return Axis("sector", tuple(r["code"] for r in rows), parents=tuple(r["section"] for r in rows))


def test_a_known_list_is_read_by_kind_of_goods_and_the_rest_by_section():
    found = stress.stock_days(wiod())
    days = dict(zip(found.products.codes, found.days, strict=True))
    assert (days["c14"], days["c8"], days["c9"], days["c3"]) == (51.0, 11.0, 37.0, 33.0)
    assert (days["c17"], days["c23"], days["c28"]) == (3.0, 3.0, 90.0)
    assert "15 products from statistics" in found.note[0]
    assert "15 种产品" in found.note[1]
    days_alone, note = days_by_input(wiod())
    assert np.array_equal(days_alone, found.days)
    assert note == found.note


def test_codes_of_another_list_are_not_taken_for_it():
    found = stress.stock_days(Axis("sector", ("c14", "x"), parents=("C", "")))
    assert found.inputs == ("manufactures", "other")
    assert found.kinds == ("measured", "assumption")


def test_a_stock_of_few_days_is_refilled_in_as_many_and_that_is_said():
    economy = Economy.of(world(3))
    short = InventoryModel().stock_targets(economy)  # sectors without a section: 42 days
    assert np.array_equal(short.restoration, np.full(3, 42.0))
    assert any("refilled in as many days" in english for english, _ in short.notes)
    given = InventoryModel(stock_days=42.0).stock_targets(economy)
    assert np.array_equal(given.restoration, np.full(3, 60.0))
    assert given.notes == ()
