"""Readings as a table of Arrow: the same rows, words once, back from a file as they were."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chainwright import System
from chainwright.errors import MissingFileError
from chainwright.system import Readings, arrow_readings, read_readings, write_readings
from chainwright.tables import schema

PLACES = ("firm", "kind", "item", "month", "value", "text", "quality", "source")


@pytest.fixture(scope="module")
def readings():
    return System.demo("city", firms=30, months=13, seed=5).readings


def same(one, other):
    """Return whether two sets of readings say the same in each row."""
    words = {"item": "items", "text": "texts", "source": "sources"}
    for name in PLACES:
        a, b = getattr(one, name), getattr(other, name)
        if name in words:
            a = np.array(getattr(one, words[name]), dtype=object)[a]
            b = np.array(getattr(other, words[name]), dtype=object)[b]
        if not (a == b).all() and not (name == "value" and np.array_equal(a, b, equal_nan=True)):
            return False
    return one.firms == other.firms


def test_it_says_what_the_plain_table_says(readings):
    plain, arrow = readings.table(), arrow_readings(readings).to_pandas()
    assert list(arrow.columns) == [c.column for c in schema("readings")]
    for name in arrow.columns:
        if name == "value":
            assert np.array_equal(arrow[name], plain[name], equal_nan=True)
        else:
            assert (arrow[name].astype(str) == plain[name].astype(str)).all(), name


def test_words_stand_once_and_rows_refer_to_them(readings):
    table = arrow_readings(readings)
    for name in table.column_names:
        if name == "value":
            continue
        kind = table.schema.field(name).type
        assert pa.types.is_dictionary(kind), name
        words = table.column(name).chunk(0).dictionary.to_pylist()
        assert len(words) == len(set(words)), name


def test_missing_values_are_null_and_not_nan(readings):
    column = arrow_readings(readings).column("value")
    assert column.null_count == np.isnan(readings.value).sum() > 0
    assert not pa.compute.any(pa.compute.is_nan(column)).as_py()


def test_a_file_gives_the_same_readings_back(readings, tmp_path):
    write_readings(readings, tmp_path / "readings.parquet")
    assert same(read_readings(tmp_path / "readings.parquet"), readings)


def test_the_table_itself_is_taken_too(readings):
    assert same(Readings.of_table(arrow_readings(readings)), readings)


def test_no_rows_are_a_table_without_rows(readings):
    table = arrow_readings(readings.taken(np.zeros(0, dtype=np.int64)))
    assert table.num_rows == 0
    assert table.column_names == [c.column for c in schema("readings")]


def test_some_firms_alone_keep_their_rows(readings):
    one = readings.of_firm(readings.firms[3])
    frame = arrow_readings(one).to_pandas()
    assert set(frame["firm"]) == {readings.firms[3]}
    assert len(frame) == 13 * 39


def test_optional_kinds_and_units_of_items_are_named(readings):
    kind, item = readings.kind.copy(), readings.item.copy()
    kind[-1] = 101
    item[-1] = 0
    frame = arrow_readings(replace(readings, kind=kind, item=item)).to_pandas()
    assert frame["kind"].iloc[-1] == "energy_use"
    assert frame["unit"].iloc[-1] == "tce"
    gas = frame[frame["kind"] == "pipeline_gas"]
    assert set(gas["unit"]) == {"10^4 Nm3"}


def test_a_file_is_written_whole_or_not_at_all(readings, tmp_path):
    with pytest.raises(MissingFileError, match="no folder"):
        write_readings(readings, tmp_path / "gone" / "readings.parquet")
    write_readings(readings, tmp_path / "readings.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["readings.parquet"]
    assert pq.read_metadata(tmp_path / "readings.parquet").num_rows == len(readings)
    assert isinstance(pd.read_parquet(tmp_path / "readings.parquet"), pd.DataFrame)
