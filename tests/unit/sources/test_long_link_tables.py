"""Sixty thousand links with faults planted in them: each is named by its row, in its words."""

import csv
import gzip
import io

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from chainwright.errors import FormatError, TableError
from chainwright.sources.large_rows import LARGE, numbered_rows
from chainwright.sources.link_tables import in_order, link_tables
from chainwright.stress.firms.essential_kinds import essential_kinds
from chainwright.system import Axis, Links, read_links

ROWS = 60_000
FIRMS = 400
NEEDED = ("supplier", "buyer", "value")

FAULTS = {  # place of the row below the header: what stands there, and what is said of it
    17: ("ghost", "f0001", "1", "row 19, column 'supplier': found 'ghost'"),
    2_500: ("f0002", "", "1", "row 2502, column 'buyer': found nothing"),
    9_999: ("f0003", "f0003", "1", "row 10001: found f0003 as its own buyer"),
    20_000: ("f0004", "f0005", "0", "row 20002, column 'value': found 0"),
    30_303: ("f0004", "f0005", "-7.25", "row 30305, column 'value': found -7.25"),
    41_000: ("f0006", "f0007", "1,000", "row 41002, column 'value': found '1,000'"),
    50_123: ("f0006", "f0008", "", "row 50125, column 'value': found nothing"),
    59_999: ("f0009", "nobody", "inf", "row 60001, column 'buyer': found 'nobody'"),
}


def good_rows(seed=0):
    """Return so many rows of text, none of which is at fault."""
    rng = np.random.default_rng(seed)
    supplier = rng.integers(0, FIRMS, ROWS)
    buyer = (supplier + rng.integers(1, FIRMS, ROWS)) % FIRMS
    value = rng.lognormal(3.0, 1.0, ROWS).round(3) + 0.001
    rows = zip(supplier, buyer, value, strict=True)
    return [[f"f{s:04}", f"f{b:04}", repr(float(v))] for s, b, v in rows]


def text_of(rows, *, end="\n"):
    told = io.StringIO()
    writer = csv.writer(told, lineterminator=end)
    writer.writerow(NEEDED)
    writer.writerows(rows)
    return told.getvalue()


@pytest.fixture(scope="module")
def firms():
    codes = [f"f{i:04}" for i in range(FIRMS)]
    return pd.DataFrame({"firm": codes, "sector": [f"{1 + i % 3:02}" for i in range(FIRMS)]})


@pytest.fixture(scope="module")
def rows():
    return good_rows()


@pytest.fixture(scope="module")
def sums(rows):
    """Sales by supplier and buyer, added up one by one."""
    told = {}
    for supplier, buyer, value in rows:
        told[supplier, buyer] = told.get((supplier, buyer), 0.0) + float(value)
    return told


def planted(rows):
    changed = [list(row) for row in rows]
    for place, (supplier, buyer, value, _) in FAULTS.items():
        changed[place] = [supplier, buyer, value]
    return changed


def furthest(links, sums):
    """Return the largest difference of a link from its sum, if they are of the same pairs."""
    codes = links.axis.codes
    found = {
        (codes[s], codes[b]): v
        for s, b, v in zip(links.supplier, links.buyer, links.value, strict=True)
    }
    assert found.keys() == sums.keys()
    return max(abs(found[k] - sums[k]) / sums[k] for k in sums)


def test_every_planted_fault_is_named_by_row_and_words_and_nothing_else(tmp_path, rows, firms):
    path = tmp_path / "links.csv"
    path.write_text(text_of(planted(rows)), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        link_tables(path, firms)
    told = [str(breach) for breach in caught.value.breaches]
    wanted = {said for *_, said in FAULTS.values()} | {
        "row 60001, column 'value': found 'inf'",
    }
    assert len(told) == len(wanted)
    for said in wanted:
        assert sum(one.startswith(f"links.csv, {said}") for one in told) == 1, said


def test_read_in_columns_and_cell_by_cell_the_planted_faults_are_the_same(tmp_path, rows):
    path = tmp_path / "links.csv"
    path.write_text(text_of(planted(rows)), encoding="utf-8")
    fast = numbered_rows(path, "links", required=NEEDED)
    slow = numbered_rows(path, "links", required=NEEDED, large=10 * ROWS)
    assert len(fast.frame) == ROWS > LARGE
    pd.testing.assert_frame_equal(fast.frame, slow.frame)
    assert sorted(map(str, fast.breaches)) == sorted(map(str, slow.breaches))
    assert len(fast.breaches) == 4
    assert list(fast.numbers) == list(slow.numbers)
    assert fast.origin == slow.origin


def test_rows_keep_their_numbers_behind_blank_lines_and_quoted_line_ends(tmp_path, rows):
    lines = text_of(rows).splitlines()
    lines.insert(100, "")  # line 101 of the file is blank
    lines.insert(20_000, "")
    lines[40_000] = '"f0001","f0002","x\ny"'
    lines[-1] = "f0001,f0002,two"
    path = tmp_path / "links.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = numbered_rows(path, "links", required=NEEDED)
    slow = numbered_rows(path, "links", required=NEEDED, large=10 * ROWS)
    assert [b.where for b in told.breaches] == [
        "row 40001, column 'value'",
        f"row {ROWS + 4}, column 'value'",
    ]
    assert list(told.numbers) == list(slow.numbers)
    assert told.numbers[0] == 2
    assert told.numbers[99] == 102


def test_every_way_to_hand_over_the_rows_gives_the_same_links(tmp_path, rows, firms, sums):
    frame = pd.DataFrame(rows, columns=NEEDED).astype({"value": "float64"})
    text = text_of(rows)
    (tmp_path / "unix.csv").write_text(text, encoding="utf-8")
    (tmp_path / "windows.csv").write_bytes(b"\xef\xbb\xbf" + text_of(rows, end="\r\n").encode())
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(text.encode(), 1))
    frame.to_parquet(tmp_path / "links.parquet")
    frame.astype(str).to_parquet(tmp_path / "text.parquet")
    given = [
        *(tmp_path / n for n in ("unix.csv", "windows.csv", "packed.csv.gz", "links.parquet")),
        tmp_path / "text.parquet",
        frame,
        frame.astype({"supplier": "category", "buyer": "category"}),
        pl.from_pandas(frame),
        pl.from_pandas(frame).with_columns(pl.col("supplier").cast(pl.Categorical)),
        duckdb.from_df(frame),
        pa.Table.from_pandas(frame.iloc[::-1], preserve_index=False),
    ]
    for data in given:
        assert furthest(Links.of_table(data, firms), sums) < 1e-12


def test_the_origin_counts_the_pairs_that_stood_twice(tmp_path, rows, firms, sums):
    (tmp_path / "links.csv").write_text(text_of(rows), encoding="utf-8")
    firms.to_csv(tmp_path / "firms.csv", index=False)
    links = read_links(tmp_path / "links.csv", tmp_path / "firms.csv")
    counts = {}
    for supplier, buyer, _ in rows:
        counts[supplier, buyer] = counts.get((supplier, buyer), 0) + 1
    twice = sum(count > 1 for count in counts.values())
    note = f"{twice:,} pairs of firms stood more than once and were added up"
    assert links.origin.notes == (note,)
    assert len(links.origin.sha256) == 64
    assert len(links) == len(sums)
    assert repr(links) == f"<Links: {len(sums):,} links between 400 firms of 3 sectors>"


def test_starts_sales_and_purchases_are_sums_over_links(rows, firms, sums):
    links = Links.of_table(pd.DataFrame(rows, columns=NEEDED), firms)
    sales, purchases = dict.fromkeys(links.axis.codes, 0.0), dict.fromkeys(links.axis.codes, 0.0)
    for (supplier, buyer), value in sums.items():
        sales[supplier] += value
        purchases[buyer] += value
    assert links.sales == pytest.approx(list(sales.values()), rel=1e-12)
    assert links.purchases == pytest.approx(list(purchases.values()), rel=1e-12)
    for i in (0, 7, FIRMS - 1):
        mine = links.buyer[links.starts[i] : links.starts[i + 1]]
        code = links.axis.codes[i]
        assert [links.axis.codes[b] for b in mine] == sorted(b for s, b in sums if s == code)
    for name in ("supplier", "buyer", "value", "sector", "starts", "sales"):
        assert not getattr(links, name).flags.writeable


def test_columns_that_are_not_in_the_schema_are_left_out_and_named(tmp_path, rows, firms):
    frame = pd.DataFrame(rows, columns=NEEDED).assign(year="2023", note="x, y")
    frame.to_csv(tmp_path / "links.csv", index=False)
    links = read_links(tmp_path / "links.csv", firms_file(tmp_path, firms))
    assert links.origin.notes[0] == "columns left out: year, note"


def firms_file(folder, firms):
    firms.to_csv(folder / "firms.csv", index=False)
    return folder / "firms.csv"


BROKEN = {"a cell too many": "f0001,f0002,1,2", "a cell too few": "f0001,f0002"}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_uneven_row_of_a_long_file_is_named(tmp_path, rows, kind):
    lines = text_of(rows).splitlines()
    lines[50_000] = BROKEN[kind]
    path = tmp_path / "links.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        numbered_rows(path, "links", required=NEEDED)
    assert [b.where for b in caught.value.breaches] == ["row 50001"]


def test_a_long_file_that_is_no_text_says_so(tmp_path, rows):
    raw = text_of(rows).encode()
    path = tmp_path / "links.csv"
    path.write_bytes(raw[:-3] + "甲".encode("gbk") + b"\n")
    with pytest.raises(FormatError, match="links") as caught:
        numbered_rows(path, "links", required=NEEDED)
    assert "UTF-8" in str(caught.value)


def test_more_than_a_hundred_faults_of_a_kind_are_counted_by_kind(rows, firms):
    changed = pd.DataFrame(rows, columns=NEEDED).astype({"value": "float64"})
    changed.loc[:249, "value"] = -1.0
    changed.loc[1000:1119, "buyer"] = changed.loc[1000:1119, "supplier"]
    with pytest.raises(TableError) as caught:
        link_tables(changed, firms)
    told = caught.value.breaches
    assert len(told) == 202
    rest = {(b.where, b.found) for b in told if "more rows" in b.where}
    assert rest == {
        ("the table 'links', 20 more rows", "firms that sell to themselves"),
        ("the table 'links', 150 more rows", "amounts that are not above 0"),
    }


@pytest.mark.parametrize("seed", range(4))
def test_links_are_put_in_order_and_added_up_as_by_a_dictionary(seed):
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(2, 30)), int(rng.integers(1, 200))
    supplier, buyer = rng.integers(0, n, (2, k))
    value = rng.random(k)
    told, count = {}, {}
    for s, b, v in zip(supplier.tolist(), buyer.tolist(), value.tolist(), strict=True):
        told[s, b] = told.get((s, b), 0.0) + v
        count[s, b] = count.get((s, b), 0) + 1
    out = in_order(supplier, buyer, value, n)
    assert list(zip(out[0].tolist(), out[1].tolist(), strict=True)) == sorted(told)
    assert out[2] == pytest.approx([told[key] for key in sorted(told)], rel=1e-12)
    assert out[3] == sum(c > 1 for c in count.values())


def test_a_long_table_of_essential_inputs_is_read_as_a_dictionary(tmp_path):
    rng = np.random.default_rng(1)
    codes = tuple(f"{i:03}" for i in range(260))
    pairs = [(a, b) for a in codes for b in codes if rng.random() < 0.8]
    words = rng.choice(["essential", "Important", "none", "2", "1", "0", "2.0", "1.0"], len(pairs))
    rows = [(*pair, word) for pair, word in zip(pairs, words, strict=True)]
    assert len(rows) > LARGE
    frame = pd.DataFrame(rows, columns=["input_sector", "user_sector", "kind"])
    frame.to_csv(tmp_path / "e.csv.gz", index=False)
    axis = Axis("sector", codes)
    number = {"e": 2, "I": 1, "n": 0, "2": 2, "1": 1, "0": 0}
    wanted = {(a, b): number[word[0]] for a, b, word in rows}
    inputs, users = (
        part.ravel().astype(np.int32) for part in np.meshgrid(range(260), range(260), indexing="ij")
    )
    for given in (frame, tmp_path / "e.csv.gz", pl.from_pandas(frame)):
        found = essential_kinds(axis, given).of(inputs, users)
        told = [
            wanted.get((codes[a], codes[b]), 0)
            for a, b in zip(inputs.tolist(), users.tolist(), strict=True)
        ]
        assert found.tolist() == told
