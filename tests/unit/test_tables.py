import io
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from chainwright import tables
from chainwright.errors import MissingFileError, ParameterError, UnknownCodeError

FRAME = pd.DataFrame(
    {"region": ["NA", "CHN"], "sector": ["01", "卡脖子"], "output": [0.1 + 0.2, np.nan]}
)
UNITS, ORIGIN = (
    {"output": "million USD of 2011"},
    {"chainwright": "0.1.0", "parameters": {"cut": 0.1}},
)


@pytest.mark.parametrize("table", tables.schemas())
def test_each_schema_names_and_describes_its_columns_in_two_languages(table):
    columns = tables.schema(table)
    assert len({c.column for c in columns}) == len(columns) > 1
    for c in columns:
        assert c.type in {"string", "float", "integer", "boolean"}, c
        assert c.name_en, c
        assert c.description_en, c
        assert c.source, c
        assert any("\u4e00" <= letter <= "\u9fff" for letter in c.name_zh + c.description_zh), c


def test_an_unknown_schema_is_refused_with_near_names():
    with pytest.raises(UnknownCodeError, match="Did you mean flows"):
        tables.schema("flow")


def test_csv_has_full_precision_and_empty_cells_for_missing_values():
    assert tables.as_text(FRAME, "csv") == (
        "region,sector,output\nNA,01,0.30000000000000004\nCHN,卡脖子,\n"
    )


def test_json_is_a_list_of_rows_with_null_for_missing_values():
    rows = json.loads(tables.as_text(FRAME, "json"))
    assert rows[0] == {"region": "NA", "sector": "01", "output": pytest.approx(0.3, rel=1e-14)}
    assert rows[1]["output"] is None


@pytest.mark.parametrize("format", ["csv", "json", "parquet"])
def test_a_file_is_written_with_its_origin_beside_it(tmp_path, format):
    path = tmp_path / "answer.bin"  # the suffix decides nothing where a format is given
    tables.write(FRAME, path, format=format, units=UNITS, origin=ORIGIN)
    assert tables.read_origin(path) == {
        "origin": ORIGIN,
        "units": UNITS,
        "columns": ["region", "sector", "output"],
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["answer.bin", "answer.bin.origin.json"]


def test_parquet_keeps_units_with_the_columns(tmp_path):
    tables.write(FRAME, tmp_path / "a.parquet", units=UNITS, origin=ORIGIN)
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert schema.field("output").metadata == {b"unit": b"million USD of 2011"}
    assert json.loads(schema.metadata[b"chainwright"])["origin"] == ORIGIN
    back = pd.read_parquet(tmp_path / "a.parquet")
    assert list(back["sector"]) == ["01", "卡脖子"]


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for format in ("csv", "json", "parquet"):
        for name in ("one", "two"):
            tables.write(FRAME, tmp_path / name, format=format, units=UNITS, origin=ORIGIN)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_an_unknown_format_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ParameterError, match=r"csv, json or parquet\. Got 'xls'"):
        tables.write(FRAME, tmp_path / "a.xls", units=UNITS, origin=ORIGIN)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match="There is no folder"):
        tables.write_bytes(tmp_path / "no" / "a.csv", b"1")


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_bytes(b"old")

    def fails(*_):
        raise OSError

    monkeypatch.setattr("pathlib.Path.replace", fails)
    with pytest.raises(OSError):  # noqa: PT011 - any
        tables.write_bytes(tmp_path / "a.csv", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"old"


def test_a_file_without_origin_says_so(tmp_path):
    with pytest.raises(MissingFileError, match="was not written by chainwright"):
        tables.read_origin(tmp_path / "a.csv")


def test_the_example_of_the_long_table_has_its_columns():
    frame = pd.read_csv(io.StringIO(tables.example("flows")), keep_default_na=False)
    assert list(frame.columns) == [c.column for c in tables.schema("flows")]
    assert set(frame["block"]) == {"intermediate", "final", "value_added", "stressor"}


def test_there_is_no_example_of_an_answer():
    with pytest.raises(ParameterError, match="one of the input tables"):
        tables.example("check")


@pytest.mark.parametrize("units_of", [None, lambda name: {"value": f"of {name}"}])
def test_a_folder_of_tables_has_each_with_its_units_and_origin(tmp_path, units_of):
    frame = pd.DataFrame({"firm": ["A"], "coverage": [0.5], "value": [1.0]})
    asked = {"format": "csv", "origin": {"answer": "x"}, "units_of": units_of}
    tables.write_folder({"meter_readings": frame}, tmp_path / "p", **asked)
    path = tmp_path / "p" / "meter_readings.csv"
    assert path.read_text(encoding="utf-8").splitlines() == ["firm,coverage,value", "A,0.5,1.0"]
    note = tables.read_origin(path)
    assert note["origin"] == {"answer": "x"}
    told = {"value": "column unit", "coverage": "share"}
    assert note["units"] == (told if units_of is None else {"value": "of meter_readings"})
    with pytest.raises(MissingFileError, match="give a folder"):
        tables.write_folder({"meter_readings": frame}, path, **asked)
