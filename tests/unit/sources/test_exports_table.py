"""Tables of exports: any places, codes as text, nothing left out, every breach with its row."""

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import MissingFileError, TableError
from chainwright.sources.exports_table import is_exports, read_exports

ROWS = pd.DataFrame(
    {
        "place": ["深圳", "NA", "NA", "深圳"],
        "product": ["0011", "0011", "011", "1e3"],
        "value": [1.5, 0.0, 2.0, np.nan],
    }
)


def test_the_matrix_has_sorted_codes_as_they_are_written():
    places, products, value = read_exports(ROWS).years[None]
    assert places == ("NA", "深圳")
    assert products == ("0011", "011", "1e3")
    np.testing.assert_array_equal(value, [[0.0, 2.0, 0.0], [1.5, 0.0, np.nan]])


@pytest.mark.parametrize("name", ["e.csv", "e.csv.gz", "e.parquet"])
def test_a_file_is_read_as_the_table_is_and_its_hash_is_kept(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".parquet":
        ROWS.assign(note="x").to_parquet(path, index=False)
    else:
        ROWS.assign(note="x").to_csv(path, index=False)
    assert is_exports(path)
    reading = read_exports(path)
    expected = read_exports(ROWS).years[None]
    assert reading.years[None][:2] == expected[:2]
    np.testing.assert_array_equal(reading.years[None][2], expected[2])
    assert reading.origin.file == name
    assert len(reading.origin.sha256) == 64
    assert reading.origin.notes == ("column 'note' left out",)


def test_years_have_their_own_places_and_products():
    rows = ROWS.assign(year=[2020, 2021, 2021, 2020])
    years = read_exports(rows).years
    assert list(years) == [2020, 2021]
    assert years[2020][:2] == (("深圳",), ("0011", "1e3"))
    assert years[2021][:2] == (("NA",), ("0011", "011"))


def test_all_breaches_come_at_once_with_their_rows():
    rows = ROWS.assign(
        place=["A", "", "C", "D"],
        value=["-1", "2,5", "3", "inf"],
        year=["2020", "20", "2020", "2020"],
    )
    with pytest.raises(TableError) as refused:
        read_exports(rows)
    where = [breach.where for breach in refused.value.breaches]
    assert sorted(where) == [
        "row 2, column 'value'",
        "row 3, column 'place'",
        "row 3, column 'value'",
        "row 3, column 'year'",
        "row 5, column 'value'",
    ]


def test_codes_that_are_numbers_are_refused_since_their_zeros_are_lost():
    with pytest.raises(TableError, match="text, since '010121' as a number is 10121"):
        read_exports(ROWS.assign(product=[11, 11, 11, 1000]))


def test_a_table_of_bilateral_flows_is_none_of_exports(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text("exporter,importer,product,value\nCHN,DEU,0101,1\n", "utf-8")
    assert not is_exports(path)
    with pytest.raises(TableError, match="no column 'place'"):
        read_exports(path)
    with pytest.raises(MissingFileError, match="no file"):
        read_exports(tmp_path / "none.csv")
