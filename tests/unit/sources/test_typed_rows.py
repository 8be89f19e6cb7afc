"""Small tables of users: what is read, and what is refused with its place."""

import gzip

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from chainwright.errors import FormatError, MissingFileError, TableError
from chainwright.sources.typed_rows import checked_rows, typed_rows

NEEDED = ("place", "product", "year")


def production(data, **options):
    return typed_rows(data, "production", required=NEEDED, keys=NEEDED, **options)


def written(folder, text, name="made.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


GOOD = "place,product,year,quantity,stocks,farm\nNA,010121,2024,60,,x\nCHN,260600,2024,1.5e3,7,y\n"


def test_codes_stay_text_and_missing_numbers_are_nan(tmp_path):
    frame, origin = production(written(tmp_path, GOOD))
    assert list(frame["place"]) == ["NA", "CHN"]
    assert list(frame["product"]) == ["010121", "260600"]
    assert list(frame["quantity"]) == [60.0, 1500.0]
    assert np.isnan(frame["stocks"][0])
    assert frame["value"].isna().all()
    assert list(frame["unit"]) == ["", ""]
    assert origin.file == "made.csv"
    assert origin.notes == ("columns left out: farm",)


def test_the_same_rows_come_from_every_kind_of_table(tmp_path):
    path = written(tmp_path, GOOD)
    expected, _ = production(path)
    frame = pd.read_csv(path, dtype={"place": str, "product": str}, keep_default_na=False)
    frame["stocks"] = pd.to_numeric(frame["stocks"])
    parquet = tmp_path / "made.parquet"
    frame.to_parquet(parquet)
    packed = tmp_path / "made.csv.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + GOOD.encode()))
    relation = duckdb.from_df(frame)
    for data in (frame, pl.from_pandas(frame), parquet, packed, relation):
        pd.testing.assert_frame_equal(production(data)[0], expected)


def test_all_breaches_are_told_at_once_with_row_and_column(tmp_path):
    text = (
        'place,product,year,quantity\nCHN,260600,2024,"1,234.5"\nCHN,260600,2024,inf\n'
        "\n,260700,20x4,3\nJPN,260700,2024.5,4\n"
    )
    with pytest.raises(TableError) as caught:
        production(written(tmp_path, text))
    told = [(b.where, b.found) for b in caught.value.breaches]
    assert told == [
        ("row 5, column 'place'", "nothing"),
        ("row 5, column 'year'", "'20x4'"),
        ("row 6, column 'year'", "'2024.5'"),
        ("row 2, column 'quantity'", "'1,234.5'"),
        ("row 3, column 'quantity'", "'inf'"),
        ("row 3", "CHN, 260600, 2024 again, as in row 2"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("place,product,yaer\nCHN,260600,2024\n", "no column 'year'"),
        ("place,product,year,year\nCHN,260600,2024,2024\n", "the column 'year' twice"),
        ("place,product,year\nCHN,260600\n", "2 cells"),
        ("place,product,year\n", "a header and no row"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path, text, found):
    with pytest.raises(TableError, match=found):
        production(written(tmp_path, text))


def test_a_misspelt_column_is_offered(tmp_path):
    with pytest.raises(TableError, match="Did you mean yaer"):
        production(written(tmp_path, "place,product,yaer\nCHN,260600,2024\n"))


def test_what_is_no_table_is_refused_in_words(tmp_path):
    with pytest.raises(FormatError, match="no text in UTF-8"):
        production(written(tmp_path, "place,product,year\n中国,260600,2024\n", encoding="gbk"))
    with pytest.raises(MissingFileError, match="There is no file"):
        production(tmp_path / "nothing.csv")
    with pytest.raises(FormatError, match="Arrow stream"):
        production([1, 2])


def test_a_word_among_numbers_is_refused_with_the_unit(tmp_path):
    text = "block,from_region,from_sector,to_region,to_sector,value,unit\nfinal,A,ore,A,hh,x,\n"
    with pytest.raises(TableError, match=r"column 'value'.*a number \[money\]"):
        typed_rows(written(tmp_path, text), "flows", required=("block",))


def test_rows_are_numbered_by_their_first_line(tmp_path):
    text = 'place,product,year,source\nCHN,260600,2024,"two\nlines"\nCHN,x,y,z\n'
    with pytest.raises(TableError, match=r"row 4, column 'year': found 'y'"):
        production(written(tmp_path, text))


def test_breaches_stand_beside_the_rows_for_further_checks(tmp_path):
    path = written(tmp_path, "place,product,year,quantity\nCHN,260600,2024,x\nJPN,1,2024,5\n")
    rows = checked_rows(path, "production", required=NEEDED, keys=NEEDED)
    assert [b.where for b in rows.breaches] == ["row 2, column 'quantity'"]
    assert np.isnan(rows.frame["quantity"][0])
    assert rows.frame["quantity"][1] == 5.0
    assert rows.numbers == [2, 3]
    assert rows.header == ["place", "product", "year", "quantity"]
    assert rows.name == "made.csv"


def test_a_table_without_rows_is_one_where_that_is_said(tmp_path):
    path = written(tmp_path, "place,product,year\n")
    assert checked_rows(path, "production", required=NEEDED, empty=True).breaches == []
    assert len(checked_rows(path, "production", required=NEEDED).breaches) == 1


def test_text_in_gbk_is_told_as_such_and_a_quote_that_never_closes_too(tmp_path):
    with pytest.raises(FormatError, match="seems to be in GBK"):
        production(written(tmp_path, "place,product,year\n中国,260600,2024\n", encoding="gbk"))
    endless = 'place,product,year\n"' + "x" * 200_000
    with pytest.raises(FormatError, match="Close every quote"):
        production(written(tmp_path, endless))
