"""Laws from file to folder: no line is lost on the way, and what is stored is what was written."""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.sources.intake import understood
from chainwright.system import Maker, intake, read_maker

CELL = st.sampled_from(
    [
        "",
        "A-1",
        "a 1",
        "7",
        "1,5",
        "-2",
        "60%",
        "合计",
        "N/A",
        "8周",
        "#REF!",
        "ca. 3",
        "2026-11-01",
    ]
)
HEADS = [
    ["料号", "库存"],
    ["料号", "库存", "盘点日期"],
    ["父件", "子件", "用量"],
    ["料号", "供应商", "份额", "交货期"],
    ["产品", "周需求", "毛利"],
    ["供应商编码", "供应商名称", "国家"],
]
NO_DATA = {"title", "total", "note", "units_row", "second_header", "repeated_header", "outside"}


@st.composite
def sheets(draw):
    """Return a header that is known and rows of cells below it, some of them blank."""
    head = draw(st.sampled_from(HEADS))
    row = st.lists(CELL, min_size=len(head), max_size=len(head))
    return head, draw(st.lists(row, max_size=9))


def written(head, rows):
    held = io.StringIO()
    csv.writer(held, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([head, *rows])
    return held.getvalue()


@given(sheets())
@settings(max_examples=15, deadline=None)
def test_every_line_of_a_file_is_read_or_set_aside(sheet):
    head, rows = sheet
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text(written(head, rows), "utf-8")
        found = understood(path)
        preview = intake(path)
    blank = sum(not any(row) for row in rows)
    remarks = found.remarks
    aside = remarks[(remarks["outcome"] == "set aside") & remarks["code"].isin(NO_DATA)]
    assert found.files["read"].sum() + len(aside) == len(rows) - blank
    assert aside["row"].is_unique
    counts = preview.counts
    assert counts["read"] == sum(
        counts[part] for part in ("matched", "possible", "rejected", "left_out")
    )
    for table in found.tables.values():
        assert len(table.frame) <= found.files["read"].sum()


@given(sheets())
@settings(max_examples=15, deadline=None)
def test_no_value_stands_in_a_table_that_its_cell_does_not_say(sheet):
    head, rows = sheet
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text(written(head, rows), "utf-8")
        found = understood(path)
    refused = set(zip(found.refused["row"], found.refused["cell"], strict=True))
    lines = [head, *rows]
    for table in found.tables.values():
        for field in table.frame:
            values = table.frame[field]
            for position in np.flatnonzero((values.notna() & (values != "")).to_numpy()):
                row, column = table.row[field][position], table.column[field][position]
                assert lines[row][column] not in {"", "N/A", "#REF!"}
                assert column or lines[row][column] != "合计"  # beside a code it is a name
                assert (row + 1, table.address(field, position)) not in refused


NAME = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cn")
    ),
    min_size=1,
    max_size=8,
)
AMOUNT = st.floats(min_value=0.001, max_value=1e9, allow_nan=False)


@st.composite
def chains(draw):
    """Return a small chain with codes far from one another, and any names and amounts."""
    n = draw(st.integers(1, 4))
    parts = [f"Part{letter * 5}" for letter in "KLMN"[:n]]
    amounts = [draw(AMOUNT) for _ in range(3 * n + 1)]
    names = [f"{letter * 6} {draw(NAME)} {letter * 6}" for letter in "wxyz"[:n]]
    return {
        "products": pd.DataFrame({"item": ["Goods"], "demand_per_week": amounts[:1]}),
        "parts": pd.DataFrame({"item": parts, "name": names}),
        "bill": pd.DataFrame(
            {"parent": "Goods", "component": parts, "quantity": amounts[1 : n + 1]}
        ),
        "suppliers": pd.DataFrame({"supplier": ["V-1"], "name": ["Vendor"]}),
        "sites": pd.DataFrame(),
        "sourcing": pd.DataFrame({"item": ["Goods", *parts], "supplier": "V-1", "share": 1.0}),
        "stocks": pd.DataFrame({"item": parts, "quantity": amounts[n + 1 : 2 * n + 1]}),
    }


@given(chains())
@settings(max_examples=8, deadline=None)
def test_a_chain_written_taken_in_stored_and_read_back_is_the_same(tables):
    tables = {name: frame for name, frame in tables.items() if len(frame)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, frame in tables.items():
            frame.to_csv(place / f"{name}.csv", index=False)
        found = intake(sorted(place.glob("*.csv")), name="law", currency="CNY", year=2026)
        assert found.open == ()
        found.store(place / "out")
        stored = read_maker(place / "out")
    meant = Maker.of_tables("law", currency="CNY", year=2026, **tables)
    for name, frame in meant.tables.items():
        got = stored.tables[name]
        for column in frame:
            if frame[column].dtype.kind == "f":
                assert np.array_equal(frame[column], got[column], equal_nan=True)
            elif column != "name":  # names are tidied: width, blanks
                assert frame[column].tolist() == got[column].tolist()
    assert str(stored.money) == "CNY of 2026"
