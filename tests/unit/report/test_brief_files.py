"""The files of a brief: what is read and hashed, what a manifest holds, how replays compare."""

import hashlib
import io
import json

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from chainwright.errors import (
    ChangedInputError,
    FormatError,
    MissingFileError,
    ParameterError,
    UnknownCodeError,
)
from chainwright.report.inputs import hashed, read_inputs, refuse_changed, years_of
from chainwright.report.manifest import read_manifest
from chainwright.report.replaying import Replay, _compared, _difference, _outcome
from chainwright.report.staging import staged
from chainwright.report.wording import Words
from chainwright.report.workbook import cells
from chainwright.tables import as_text, example, schema, schemas, write, write_bytes


def digest(data):
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("given", "found"),
    [(None, (None,)), (2011, (2011,)), ([2011, 2009, 2011], (2009, 2011)), (range(3), (0, 1, 2))],
)
def test_years_are_told_once_and_rising(given, found):
    assert years_of(given) == found


@pytest.mark.parametrize("given", [[], "2011", [True], [2011.0], [None]])
def test_what_are_no_years_is_refused(given):
    with pytest.raises(ParameterError, match="a year or several"):
        years_of(given)


def test_a_file_is_named_as_it_was_given_with_size_and_hash(tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(b"ab" * 700_000)  # more than one block
    found = hashed(path, given="x.bin")
    assert (found.path, found.bytes) == ("x.bin", 1_400_000)
    assert found.sha256 == digest(b"ab" * 700_000)
    assert hashed(path).as_dict() == {"path": str(path), "bytes": 1_400_000,
                                      "sha256": found.sha256}  # fmt: skip


def test_all_changed_inputs_are_named_at_once(tmp_path):
    (tmp_path / "a").write_bytes(b"now")
    rows = [
        {"path": str(tmp_path / "a"), "bytes": 4, "sha256": digest(b"then")},
        {"path": str(tmp_path / "b"), "bytes": 1_234, "sha256": "0" * 64},
        {"path": "demo:country", "bytes": 0, "sha256": ""},
    ]
    with pytest.raises(ChangedInputError) as caught:
        refuse_changed(rows, tmp_path)
    text = str(caught.value)
    assert "2 of 3 input(s)" in text
    for word in (digest(b"now"), digest(b"then"), "1,234 bytes", "is gone"):
        assert word in text
    rows[0]["sha256"] = digest(b"now")
    refuse_changed([rows[0], rows[2]], tmp_path)


@pytest.mark.parametrize("path", ["flows.csv", "demo:country"])
def test_one_table_is_not_read_as_several_years(tmp_path, path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows.csv").write_text(example("flows"))
    with pytest.raises(ParameterError, match="2010, 2011") as caught:
        read_inputs(path, (2010, 2011), currency=None, fold=False, composite=(),
                    progress=lambda _: None)  # fmt: skip
    assert "one year" in str(caught.value)


NAN = float("nan")


@pytest.mark.parametrize(
    ("pairs", "outcome", "worst"),
    [
        ([], "same", 0.0),
        ([(1.0, 1.0), ("a", "a"), (None, None), (NAN, NAN), (pd.NA, None)], "same", 0.0),
        ([(1.0, 1.0 + 5e-10)], "within tolerance", 5e-10),
        ([(1.0, 1.0 + 5e-9)], "differs", 5e-9),
        ([(0.0, 1e-300)], "differs", 1.0),
        ([(1.0, NAN)], "differs", float("inf")),
        ([(-1.0, 1.0)], "differs", 2.0),
        ([(True, True), (3, 3)], "same", 0.0),
    ],
)
def test_cells_are_compared_as_numbers_to_a_billionth(pairs, outcome, worst):
    found, gap = _outcome(pairs, exact="same")
    assert found == outcome
    assert gap == pytest.approx(worst, rel=1e-3)


@pytest.mark.parametrize("pair", [("a", "b"), ("a", None), (1.0, "1.0"), (None, 2.0)])
def test_other_texts_differ(pair):
    found, gap = _outcome([(1.0, 1.0), pair], exact="same")
    assert found == "differs"
    assert np.isnan(gap)


def book(value):
    made = Workbook()
    made.active["B2"] = value
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (1.0, 1.0, "same cells"),
        (1.0, 1.0 + 1e-12, "within tolerance"),
        (1.0, 1.1, "differs"),
        ("a", "b", "differs"),
        (1.0, None, "differs"),
    ],
)
def test_workbooks_are_compared_by_their_cells(tmp_path, old, new, outcome):
    for name, value in (("old", old), ("new", new)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "chain-map.xlsx").write_bytes(book(value))
    found, _ = _difference(*(tmp_path / n / "chain-map.xlsx" for n in ("old", "new")))
    assert found == outcome
    assert cells(book(7)) == {("Sheet", 2, 2): 7}


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda f: f.assign(v=f["v"] * (1 + 1e-12)), "within tolerance"),
        (lambda f: f.assign(v=f["v"] * 2), "differs"),
        (lambda f: f.rename(columns={"v": "w"}), "differs"),
        (lambda f: f.head(1), "differs"),
    ],
)
def test_tables_are_compared_in_each_format(tmp_path, ending, change, outcome):
    frame = pd.DataFrame({"k": ["a", "b"], "v": [1.5, 2.5]})
    paths = []
    for name, one in (("old", frame), ("new", change(frame))):
        path = tmp_path / name / "tables" / f"t.{ending}"
        path.parent.mkdir(parents=True)
        write(one, path, units={}, origin={})
        paths.append(path)
    assert _difference(*paths)[0] == outcome


def test_files_that_are_missing_new_or_of_no_table_are_told(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for place, names in ((old, ("gone.csv", "note.origin.json")), (new, ("more.csv",))):
        (place / "tables").mkdir(parents=True)
        for name in names:
            (place / "tables" / name).write_text("a\n1\n")
    (new / "tables" / "note.origin.json").write_text("{}")
    rows = [{"file": f"tables/{n}", "sha256": digest(b"a\n1\n")}
            for n in ("gone.csv", "note.origin.json")]  # fmt: skip
    manifest = type("Told", (), {"files": [*rows, {"file": "brief.html", "sha256": ""}]})()
    found = _compared(manifest, old, new).set_index("file")["outcome"]
    assert found.to_dict() == {
        "tables/gone.csv": "missing",
        "tables/more.csv": "new",
        "tables/note.origin.json": "differs",
    }
    told = Replay(_compared(manifest, old, new), ("numpy was 1, is 2",), None)
    assert not told.same
    assert "not as it was then: numpy was 1, is 2" in str(told)
    assert "tables/more.csv: new" in str(told)


def test_a_manifest_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "manifest.json"
    for data in (b"\xff\xfe\x00", b"{", b"7", b'"text"', b"null"):
        path.write_bytes(data)
        with pytest.raises(FormatError, match="no manifest of a brief"):
            read_manifest(path)
    with pytest.raises(MissingFileError, match="There is no manifest"):
        read_manifest(tmp_path / "other.json")


def test_a_stage_never_takes_files_outside_its_folder(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    target = tmp_path / "b"
    target.mkdir()
    note = {"files": [{"file": "../mine.txt"}, {"file": "old.csv"}]}
    (target / "manifest.json").write_text(json.dumps(note))
    (target / "old.csv").write_text("old")
    with staged(target) as place:
        (place / "new.csv").write_text("new")
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert {p.name for p in target.iterdir()} == {"new.csv"}


@pytest.mark.parametrize("deep", ["b", "x/y/b"])
def test_a_failed_stage_takes_its_folders_away(tmp_path, deep):
    def fill():
        with staged(tmp_path / deep) as place:
            (place / "half.csv").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("before")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("chainwright.tables.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"after")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"t.csv": "before"}
    monkeypatch.undo()
    write_bytes(path, b"after")
    assert path.read_text() == "after"
    with pytest.raises(MissingFileError, match="is a folder"):
        write_bytes(tmp_path, b"x")
    with pytest.raises(MissingFileError, match="Make it first"):
        write_bytes(tmp_path / "no" / "t.csv", b"x")


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_text_tables_keep_every_digit_and_leave_missing_cells_empty(ending):
    frame = pd.DataFrame(
        {
            "region": ["中", 'a,"b"', ""],
            "value": [0.1 + 0.2, np.nan, 1.7976931348623157e308],
            "rank": pd.array([1, pd.NA, 3], dtype="Int64"),
            "flag": [True, False, True],
        }
    )
    text = as_text(frame, ending)
    if ending == "csv":
        back = pd.read_csv(io.StringIO(text), keep_default_na=False, na_values={"value": [""]})
        assert back["value"].tolist()[::2] == frame["value"].tolist()[::2]
        assert text.splitlines()[2] == '"a,""b""",,,False'
        assert "\r" not in text
    else:
        rows = json.loads(text)
        assert rows[0] == {"region": "中", "value": 0.1 + 0.2, "rank": 1, "flag": True}
        assert rows[1]["value"] is None
        assert rows[1]["rank"] is None


def test_formats_and_tables_that_are_not_there_are_refused(tmp_path):
    frame = pd.DataFrame({"a": [1.0]})
    with pytest.raises(ParameterError, match="csv or json"):
        as_text(frame, "xlsx")
    with pytest.raises(ParameterError, match="csv, json or parquet"):
        write(frame, tmp_path / "t.xlsx", units={}, origin={})
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UnknownCodeError, match="stuck_necks"):
        schema("stuck_neck")
    with pytest.raises(ParameterError, match="one of the input tables"):
        example("stuck_necks")
    with pytest.raises(UnknownCodeError, match="column of glance"):
        Words("en").column("glance", "outptu")


@pytest.mark.parametrize("table", schemas())
def test_every_column_has_a_heading_and_a_meaning_in_both_languages(table):
    for column in schema(table):
        for words in (Words("en"), Words("zh")):
            if table != "flows":
                assert words.heading(table, column.column).strip()
                assert words.meaning(table, column.column).strip()
        assert column.type in {"string", "float", "integer", "boolean"}
