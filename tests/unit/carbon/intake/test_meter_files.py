"""Files of readings opened: packed, damaged, misnamed, flat, nested; folders."""

import gzip
import io

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chainwright.carbon import read_meters
from chainwright.carbon.intake import meter_files
from chainwright.carbon.intake.findings import Findings
from chainwright.carbon.intake.meter_files import OpenedFile, opened
from chainwright.errors import MissingFileError
from chainwright.sources.intake.safe_archives import unzipped

TEXT = "企业,月份,用电量（kWh）\nA,2025-03,1234.5\n"


def book(*rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(list(row))
    raw = io.BytesIO()
    made.save(raw)
    return raw.getvalue()


def put(folder, name, raw):
    path = folder / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return path


def fault(path):
    file = OpenedFile(path)
    assert (file.fault is None) == bool(len(file.grids))
    return None if file.fault is None else file.fault[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("name", ["a.csv.gz", "A.CSV.GZ", "a.tsv.gz", "a.txt.gz", "a.gz"])
def test_a_gzip_of_text_reads_as_the_text(tmp_path, encoding, name):
    text = TEXT.replace(",", "\t") if "tsv" in name else TEXT
    got = read_meters(put(tmp_path, name, gzip.compress(text.encode(encoding))))
    assert got.accepted["value"].tolist() == [1.2345]
    assert got.accepted[["file", "source"]].to_numpy().tolist() == [[name, name]]
    assert not len(got.rejected)


def test_the_hash_is_that_of_the_file_as_it_lies_there(tmp_path):
    import hashlib  # noqa: PLC0415

    path = put(tmp_path, "a.csv.gz", gzip.compress(TEXT.encode()))
    assert OpenedFile(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_uneven_rows_are_found_inside_a_gzip(tmp_path):
    raw = gzip.compress(f"{TEXT}B,2025-03,1,7\nC,2025-03\n".encode())
    got = read_meters(put(tmp_path, "a.csv.gz", raw))
    assert got.rejected[["code", "address", "found"]].to_numpy().tolist() == [
        ["ragged", "line 3", "4 cells"], ["ragged", "line 4", "2 cells"],
    ]  # fmt: skip
    assert got.accepted["firm"].tolist() == ["A"]


@pytest.mark.parametrize("cut", [3, 12, 20, -9, -1])
def test_a_gzip_that_is_cut_off_is_refused_whole(tmp_path, cut):
    got = read_meters(put(tmp_path, "a.csv.gz", gzip.compress(TEXT.encode())[:cut]))
    assert not len(got.accepted)
    assert got.rejected["code"].tolist() == ["unreadable"]
    assert "cut off" in got.rejected["remedy_en"].iloc[0]


def test_a_gzip_with_a_flipped_byte_is_refused(tmp_path):
    raw = bytearray(gzip.compress(TEXT.encode() * 50))
    raw[-6] ^= 1  # its checksum
    assert fault(put(tmp_path, "a.csv.gz", bytes(raw))) == "unreadable"


def test_a_bomb_of_gzip_is_refused_before_it_is_unpacked_whole(tmp_path):
    raw = gzip.compress(b"0" * (40 * 2**20))
    got = read_meters(put(tmp_path, "a.csv.gz", raw))
    assert got.rejected["code"].tolist() == ["zip_bomb"]
    assert "17 or more MB" in got.rejected["remedy_en"].iloc[0]
    assert unzipped(raw, most_megabytes=1)[1][1]["size"] == "2 or more"
    noise = np.random.default_rng(1).bytes(3 * 2**20)
    packed = gzip.compress(noise, 1)
    assert unzipped(packed) == (noise, None)  # large, but no bomb
    assert unzipped(packed, most_megabytes=2)[1][0] == "zip_bomb"


@pytest.mark.parametrize(
    "inner",
    [book(("a", "b")), gzip.compress(b"a,b"), b"PAR1xxxx", b"PK\x03\x04xxxx"],
    ids=["workbook", "gzip", "Parquet", "zip"],
)
def test_a_packed_file_in_a_packed_file_is_refused(tmp_path, inner):
    got = read_meters(put(tmp_path, "a.csv.gz", gzip.compress(inner)))
    assert got.rejected["code"].tolist() == ["wrong_ending"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a"])
def test_a_gzip_under_another_name_is_refused_by_name(tmp_path, name):
    got = read_meters(put(tmp_path, name, gzip.compress(TEXT.encode())))
    assert got.rejected["code"].tolist() == ["wrong_ending"]
    assert got.rejected["remedy_en"].iloc[0] == "It is a packed file: give it its own ending."


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("a.csv", book(("a", "b")), "wrong_ending"),
        ("a.txt", b"PK\x03\x04rest", "wrong_ending"),
        ("a.xlsx", TEXT.encode(), "wrong_ending"),
        ("a.xls", TEXT.encode(), "wrong_ending"),
        ("a.parquet", TEXT.encode(), "unreadable"),
        ("a.parquet", b"PAR1", "unreadable"),
        ("a.parquet", b"PAR1" + b"\0" * 40 + b"PAR1", "unreadable"),
        ("a.xlsm", book(("a", "b")), "macro"),
        ("a.xlsx", b"PK\x03\x04rest", "unreadable"),
        ("a.csv", TEXT.encode(), None),
        ("a.dat", TEXT.encode(), None),
        ("a.xlsx", book(("a", "b")), None),
    ],
)
def test_what_a_file_is_and_what_its_name_says_are_one(tmp_path, name, raw, code):
    assert fault(put(tmp_path, name, raw)) == code


def test_a_flat_parquet_of_each_type_is_read_with_its_row_numbers(tmp_path):
    from datetime import date  # noqa: PLC0415

    path = tmp_path / "a.parquet"
    columns = {
        "firm": pa.array(["A", "B", None]).dictionary_encode(),
        "month": pa.array([date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)]),
        "用电量（kWh）": pa.array([1000.0, float("nan"), 3.0]),
    }
    pq.write_table(pa.table(columns), path)
    got = read_meters(path)
    assert got.accepted[["firm", "period", "value"]].to_numpy().tolist() == [["A", "2025-03", 1.0]]
    assert got.rejected[["code", "address"]].to_numpy().tolist() == [
        ["no_firm", "line 4, column 3"]
    ]


@pytest.mark.parametrize(
    ("kind", "value"), [("list", [1.0]), ("struct", {"a": 1}), ("map", [("a", 1)])]
)
def test_a_nested_column_is_named(tmp_path, kind, value):
    of = {"list": pa.list_(pa.float64()), "struct": pa.struct([("a", pa.int64())]),
          "map": pa.map_(pa.string(), pa.int64())}[kind]  # fmt: skip
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"firm": ["A"], "odd": pa.array([value], type=of)}), path)
    file = OpenedFile(path)
    assert file.fault == ("nested", {"column": "odd"})


def test_a_table_too_large_for_a_preview_says_how_large(tmp_path, monkeypatch):
    monkeypatch.setattr(meter_files, "LARGEST", 5)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"firm": ["A"] * 3, "value": [1.0] * 3}), path)
    code, words = OpenedFile(path).fault
    assert code == "unreadable"
    assert words["why"] == "3 rows of 2 columns are too many for a preview."


def test_files_come_in_the_order_given_and_those_of_a_folder_by_name(tmp_path):
    for name in ("b.csv", "a.csv", "c.TSV", "d.csv.gz", "e.gz", "f.json", ".x.csv", "~$a.xlsx"):
        put(tmp_path, name, gzip.compress(b"x") if name.endswith("gz") else TEXT)
    assert [f.name for f in opened(tmp_path)] == ["a.csv", "b.csv", "c.TSV", "d.csv.gz"]
    given = [tmp_path / "b.csv", str(tmp_path / "a.csv")]
    assert [f.name for f in opened(given)] == ["b.csv", "a.csv"]
    assert [f.name for f in opened(str(tmp_path / "a.csv"))] == ["a.csv"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"none\.csv"):
        list(opened(tmp_path / "none.csv"))
    (tmp_path / "empty").mkdir()
    assert list(opened(tmp_path / "empty")) == []
    got = read_meters(tmp_path / "empty")
    assert [len(frame) for frame in got.tables().values()] == [0] * 5


def test_findings_fill_their_words_in_both_languages_and_cut_what_is_long():
    found = Findings()
    found.reject("f", "B2", "x" * 200, ("unknown_unit", {"held": "MWh"}), cells=3)
    row = found.rejected.iloc[0]
    assert row["expected_en"] == "MWh, or a unit that converts to it"
    assert row["expected_zh"] == "MWh 或可换算的单位"
    assert row["found"] == "x" * 80 + "..."
    assert (row["cells"], row["address"], row["code"]) == (3, "B2", "unknown_unit")


def test_equal_remarks_of_a_file_are_one_with_their_cells_summed():
    found = Findings()
    for file, code, cells in (("f", "total", 1), ("g", "total", 1), ("f", "note", 1),
                              ("f", "total", 4)):  # fmt: skip
        found.remark(file, f"at {cells}", code, cells=cells)
    assert found.warnings[["file", "code", "cells", "address"]].to_numpy().tolist() == [
        ["f", "total", 5, "at 1"], ["g", "total", 1, "at 1"], ["f", "note", 1, "at 1"],
    ]  # fmt: skip
    assert Findings().warnings.columns.tolist() == found.warnings.columns.tolist()


def test_why_a_text_cannot_be_read_is_said_in_both_languages(tmp_path):
    wide = tmp_path / "wide.csv"
    wide.write_text("x," * 20_000 + "x\n", encoding="utf-8")
    row = read_meters(wide, firm="A").rejected.iloc[0]
    assert "more than 20000000 cells" in row["remedy_en"]
    assert "请删除空行和空列" in row["remedy_zh"]
    assert "delete" not in row["remedy_zh"]
