"""Laws of files of readings: one table in any layout, order, encoding and unit is one account."""

import gzip
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.carbon import read_meters
from chainwright.carbon.intake.amounts import amounts
from chainwright.carbon.intake.periods import period_of
from chainwright.system import Readings

TODAY = date(2026, 11, 22)
QUICK = settings(max_examples=6, deadline=None)
KINDS = {
    ("grid_electricity", ""): ("用电量", {"kWh": 0.001, "万千瓦时": 10.0, "MWh": 1.0, "度": 0.001}),
    ("oil", "diesel"): ("柴油", {"t": 1.0, "kg": 0.001, "吨": 1.0, "万吨": 1e4}),
    ("heat_bought", ""): ("外购热力", {"GJ": 1.0, "MJ": 0.001, "百万千焦": 1.0}),
    ("output_value", ""): ("工业总产值", {"万元": 1.0, "元": 1e-4, "亿元": 1e4}),
}
ENCODINGS = ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16")
AMOUNT = st.integers(0, 10**9).map(lambda n: n / 1000)
FIRMS, MONTHS = ("A1", "B2", "丙厂"), ("2024-01", "2025-03", "2025-12", "2026-10")
TABLE = st.dictionaries(
    st.tuples(st.sampled_from(FIRMS), st.sampled_from(sorted(KINDS)), st.sampled_from(MONTHS)),
    AMOUNT,
    min_size=1,
    max_size=12,
)


def read(text, *, encoding="utf-8", packed=False, **said):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("f.csv.gz" if packed else "f.csv")
        raw = text.encode(encoding)
        path.write_bytes(gzip.compress(raw) if packed else raw)
        return read_meters(path, today=TODAY, **said)


def values(got):
    assert not len(got.rejected), got.rejected.to_string()
    return {
        (r["firm"], (r["kind"], r["item"]), r["period"]): r["value"]
        for r in got.accepted.to_dict("records")
    }


def written(amount, style):
    plain = f"{amount:.3f}"
    if style == "thousands":
        return f'"{amount:,.3f}"'
    if style == "full width":
        return plain.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    return f" {plain} " if style == "blanks" else plain


def month(period, style):
    year, number = period.split("-")
    return {
        "iso": period,
        "chinese": f"{year}年{int(number)}月",
        "packed": f"{year}{number}",
        "stroke": f"{year}/{int(number)}",
    }[style]


def long_text(table, units, amounts_as, months_as):
    lines = ["企业,种类,品目,月份,数值,单位"]
    lines += [
        f"{firm},{kind},{item},{month(period, months_as)},{written(value, amounts_as)},"
        f"{units[kind, item]}"
        for (firm, (kind, item), period), value in table.items()
    ]
    return "\n".join(lines) + "\n"


UNITS = st.fixed_dictionaries({key: st.sampled_from(sorted(of)) for key, (_, of) in KINDS.items()})
STYLES = st.sampled_from(["plain", "thousands", "full width", "blanks"])
PERIODS = st.sampled_from(["iso", "chinese", "packed", "stroke"])


def expected(table, units):
    return {
        key: pytest.approx(value * KINDS[key[1]][1][units[key[1]]], rel=1e-12, abs=1e-300)
        for key, value in table.items()
    }


@QUICK
@given(TABLE, UNITS, STYLES, PERIODS, st.sampled_from(ENCODINGS))
def test_a_long_table_reads_back_in_any_writing(table, units, style, periods, encoding):
    text = long_text(table, units, style, periods)
    packed = encoding == "gbk"
    assert values(read(text, encoding=encoding, packed=packed)) == expected(table, units)


@QUICK
@given(TABLE, UNITS, STYLES, st.sampled_from(ENCODINGS))
def test_a_column_a_kind_reads_back(table, units, style, encoding):
    keys = sorted({kind for _, kind, _ in table})
    heads = [f"{KINDS[key][0]}（{units[key]}）" for key in keys]
    lines = [",".join(["企业", "月份", *heads])]
    for firm, period in dict.fromkeys((firm, period) for firm, _, period in table):
        cells = [table.get((firm, key, period)) for key in keys]
        shown = ["" if c is None else written(c, style) for c in cells]
        lines.append(",".join([firm, period, *shown]))
    assert values(read("\n".join(lines) + "\n", encoding=encoding)) == expected(table, units)


@QUICK
@given(TABLE, UNITS, STYLES, PERIODS)
def test_a_column_a_month_reads_back(table, units, style, periods):
    months = sorted({period for *_, period in table})
    lines = [",".join(["企业", "能源品种", "单位", *(month(m, periods) for m in months)])]
    for firm, key in dict.fromkeys((firm, key) for firm, key, _ in table):
        cells = [table.get((firm, key, m)) for m in months]
        shown = ["" if c is None else written(c, style) for c in cells]
        lines.append(",".join([firm, KINDS[key][0], units[key], *shown]))
    assert values(read("\n".join(lines) + "\n")) == expected(table, units)


@QUICK
@given(TABLE, st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(table, random):
    units = {key: next(iter(of)) for key, (_, of) in KINDS.items()}
    one = read(long_text(table, units, "plain", "iso"))
    rows = list(table.items())
    random.shuffle(rows)
    other = read(long_text(dict(rows), units, "plain", "iso"))
    columns = ["firm", "kind", "item", "period", "value", "unit", "quality", "coverage"]
    pd.testing.assert_frame_equal(one.accepted[columns], other.accepted[columns])


@QUICK
@given(TABLE)
def test_what_is_confirmed_is_what_was_shown(table):
    units = {key: next(iter(of)) for key, (_, of) in KINDS.items()}
    got = read(long_text(table, units, "plain", "iso"))
    held = got.confirm()
    assert isinstance(held, Readings)
    back = {(r["firm"], (r["kind"], r["item"]), r["period"]): r["value"] for r in
            held.table().to_dict("records")}  # fmt: skip
    assert back == values(got)


@QUICK
@given(TABLE, st.data())
def test_one_broken_cell_is_named_and_the_others_are_still_shown(table, data):
    units = {key: next(iter(of)) for key, (_, of) in KINDS.items()}
    lines = long_text(table, units, "plain", "iso").splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    cells = lines[at].split(",")
    cells[4] = data.draw(st.sampled_from(["-1", "x", "#REF!", "1e999", "NaN", "5 parsec"]))
    lines[at] = ",".join(cells)
    got = read("\n".join(lines) + "\n")
    assert got.rejected["address"].tolist() == [f"line {at + 1}, column 5"]
    key = list(table)[at - 1]
    rest = {k: v for k, v in expected(table, units).items() if k != key}
    assert {
        (r["firm"], (r["kind"], r["item"]), r["period"]): r["value"]
        for r in got.accepted.to_dict("records")
    } == rest


@QUICK
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_never_breaks(text):
    got = read(text.replace("\x00", ""), encoding="utf-8")
    assert len(got.accepted) == 0 or set(got.accepted["unit"]) > set()
    assert got.rejected["remedy_en"].str.len().gt(0).all()


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read_and_never_break(raw):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("f.csv", "f.xlsx", "f.parquet", "f.csv.gz", "f"):
            (Path(folder) / name).write_bytes(raw)
        got = read_meters(folder, today=TODAY)
        alone = read_meters(Path(folder) / "f", today=TODAY)
    assert {"f.csv", "f.xlsx", "f.parquet", "f.csv.gz"} == set(got.rejected["file"])
    assert set(alone.rejected["file"]) == {"f"}


@given(st.integers(1900, 2099), st.integers(1, 12))
def test_months_written_in_any_way_are_the_same_month(year, number):
    first = (year - 1970) * 12 + number - 1
    text = str(np.datetime64(first, "M"))
    for way in (text, f"{year}年{number}月", f"{year}.{number:02}", f"{year}{number:02}"):
        assert period_of(way).first == first
        assert period_of(way).months == 1


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=20))
def test_numbers_go_through_as_they_are(numbers):
    cells = np.array(numbers, dtype=object)
    units = np.full(len(cells), "MWh", dtype=object)
    got = amounts(cells, "grid_electricity", "", units)
    assert got.value.tolist() == numbers
    assert not got.told
    text = amounts(
        np.array([repr(n) for n in numbers], dtype=object), "grid_electricity", "", units
    )
    assert text.value.tolist() == numbers
