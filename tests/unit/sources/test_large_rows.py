"""Long tables: read a column at a time, and told of in the same words as short ones."""

import gzip

import numpy as np
import pandas as pd
import polars as pl
import pytest

from chainwright.errors import FormatError, MissingFileError, TableError
from chainwright.sources.large_rows import LARGE, numbered_rows
from chainwright.sources.typed_rows import checked_rows

NEEDED = ("supplier", "buyer", "value")
GOOD = 'supplier,buyer,value,colour\n007, a b ,2.5,red\n"x,1",007,+1e3,\n'


def both(data, table="links", required=NEEDED, keys=()):
    """The rows as they are read a column at a time, and as they are read cell by cell."""
    fast = numbered_rows(data, table, required=required, keys=keys, large=0)
    return fast, checked_rows(data, table, required=required, keys=keys)


def same(data, **options):
    fast, slow = both(data, **options)
    pd.testing.assert_frame_equal(fast.frame, slow.frame)
    assert list(fast.numbers) == list(slow.numbers)
    assert sorted(map(str, fast.breaches)) == sorted(map(str, slow.breaches))
    assert fast.origin == slow.origin
    assert list(fast.header) == list(slow.header)
    return fast


def test_a_file_is_read_alike_in_columns_and_in_cells(tmp_path):
    (tmp_path / "links.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "links.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    for name in ("links.csv", "links.csv.gz"):
        frame = same(tmp_path / name).frame
        assert frame["supplier"].tolist() == ["007", "x,1"]
        assert frame["buyer"].tolist() == ["a b", "007"]
        assert frame["value"].tolist() == [2.5, 1000.0]


def test_tables_in_memory_are_read_alike_whatever_they_hold(tmp_path):
    frame = pd.DataFrame({"supplier": [7, 12], "buyer": ["a", None], "value": [2, 3]})
    for data in (frame, pl.from_pandas(frame)):
        assert same(data).frame["supplier"].tolist() == ["7", "12"]
    frame["supplier"] = frame["supplier"].astype("category")
    frame["value"] = ["1.5", " 2 "]
    frame.to_parquet(tmp_path / "links.parquet")
    read = numbered_rows(tmp_path / "links.parquet", "links", required=NEEDED, large=0)
    assert read.frame["value"].tolist() == [1.5, 2.0]
    assert read.frame["supplier"].tolist() == ["7", "12"]


@pytest.mark.parametrize("value", ["abc", "1,000", "", "inf", "nan", "1e400", "0x10", "1_0", "--1"])
def test_a_cell_that_is_no_number_is_named_in_the_same_words(tmp_path, value):
    text = f'supplier,buyer,value\na,b,1\n\nc,d,"{value}"\n'
    (tmp_path / "links.csv").write_text(text, encoding="utf-8")
    fast, slow = both(tmp_path / "links.csv")
    (breach,) = fast.breaches
    assert breach.where == slow.breaches[0].where == "row 4, column 'value'"
    assert breach.found == slow.breaches[0].found
    assert np.isnan(fast.frame["value"][1])


def test_rows_keep_their_numbers_behind_blank_lines_and_line_ends_in_quotes(tmp_path):
    text = 'firm,sector\n"a\nb",1\n\n\nc,\nc,2\n'
    (tmp_path / "firms.csv").write_text(text, encoding="utf-8")
    rows = same(tmp_path / "firms.csv", table="firms", required=("firm", "sector"), keys=("firm",))
    assert list(rows.numbers) == [2, 6, 7]
    assert [b.where for b in rows.breaches] == ["row 6, column 'sector'", "row 7"]
    assert rows.breaches[1].found == "c again, as in row 6"


def test_columns_that_lack_or_stand_twice_are_refused_by_both_ways(tmp_path):
    for header in ("supplier,value", "supplier,buyer,value,value"):
        cells = ",".join("1" for _ in header.split(","))
        (tmp_path / "links.csv").write_text(f"{header}\n{cells}\n", encoding="utf-8")
        told = []
        for large in (0, LARGE):
            with pytest.raises(TableError) as caught:
                numbered_rows(tmp_path / "links.csv", "links", required=NEEDED, large=large)
            told.append(str(caught.value))
        assert told[0] == told[1]


def test_rows_with_too_many_cells_are_all_named(tmp_path):
    text = "supplier,buyer,value\na,b,1\na,b,1,2\nc,d,1\nc,d\n"
    (tmp_path / "links.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        numbered_rows(tmp_path / "links.csv", "links", required=NEEDED, large=0)
    assert [b.where for b in caught.value.breaches] == ["row 3", "row 5"]


def test_what_is_no_text_or_no_file_is_refused(tmp_path):
    with pytest.raises(MissingFileError):
        numbered_rows(tmp_path / "none.csv", "links", required=NEEDED, large=0)
    bad = {
        "gbk.csv": "supplier,buyer,value\n甲,乙,1\n".encode("gbk"),
        "header.csv": "甲,乙\n1,1\n".encode("gbk"),
        "cut.csv.gz": gzip.compress(GOOD.encode())[:-9],
    }
    for name, raw in bad.items():
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(FormatError, match=name):
            numbered_rows(tmp_path / name, "links", required=NEEDED, large=0)
    with pytest.raises(FormatError, match="Arrow stream"):
        numbered_rows(3, "links", required=NEEDED)


def test_of_many_breaches_of_a_kind_a_hundred_are_spelt_out_and_the_rest_counted():
    rows = pd.DataFrame({"supplier": ["a"] * LARGE, "buyer": [""] * LARGE, "value": 1.0})
    breaches = numbered_rows(rows, "links", required=NEEDED).breaches
    assert len(breaches) == 101
    assert breaches[-1].where == f"{LARGE - 100:,} more rows"
