"""Files of finished batches: whole or not there, and of one question."""

import numpy as np
import pytest

from chainwright.errors import MissingFileError, TableError
from chainwright.stress.ensembles.batch_files import BatchFiles
from chainwright.stress.ensembles.shipped import open_shipped, ship


def test_what_is_kept_is_read_back_bit_by_bit(tmp_path):
    files = BatchFiles(tmp_path / "a" / "b", {"draws": 3})
    found = {"x": np.array([0.1, np.inf, -0.0]), "n": np.arange(3)}
    assert not files.has(0)
    files.keep(0, found)
    assert files.has(0)
    back = BatchFiles(tmp_path / "a" / "b", {"draws": 3}).read(0)
    assert {name: rows.tobytes() for name, rows in back.items()} == {
        name: rows.tobytes() for name, rows in found.items()
    }
    assert sorted(p.name for p in (tmp_path / "a" / "b").iterdir()) == [
        "batch-000000.npz",
        "question.json",
    ]


def test_a_write_that_breaks_off_leaves_no_batch(tmp_path):
    files = BatchFiles(tmp_path, {})

    class Broken:
        def __array__(self, dtype=None, copy=None):
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        files.keep(0, {"x": Broken()})
    assert not files.has(0)


def test_a_folder_of_another_question_or_of_none_is_refused(tmp_path):
    BatchFiles(tmp_path, {"draws": 3, "shock": "x" * 100})
    with pytest.raises(TableError, match=r"draws: found 3, expected null") as refused:
        BatchFiles(tmp_path, {"seed": 1})
    assert [breach.where for breach in refused.value.breaches] == ["draws", "seed", "shock"]
    assert "..." in str(refused.value)
    (tmp_path / "question.json").write_text("{", encoding="utf-8")
    with pytest.raises(TableError, match="no JSON"):
        BatchFiles(tmp_path, {})
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MissingFileError, match="is a file"):
        BatchFiles(tmp_path / "file", {})


def test_a_job_on_disk_opens_with_arrays_that_nobody_can_change(tmp_path):
    job = {"a": np.arange(5.0), "b": np.arange(6, dtype=np.int32).reshape(2, 3), "c": "text"}
    ship(job, tmp_path)
    back = open_shipped(tmp_path)
    assert back["c"] == "text"
    assert (back["a"] == job["a"]).all()
    assert (back["b"] == job["b"]).all()
    assert not back["a"].flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        back["a"][0] = 1.0


def test_a_job_without_arrays_opens_too(tmp_path):
    ship(("only", "words"), tmp_path)
    assert open_shipped(tmp_path) == ("only", "words")


@pytest.mark.parametrize("tail", ["", "z" * 100])
def test_long_parts_are_shown_from_where_they_differ(tmp_path, tail):
    same = "x" * 100
    BatchFiles(tmp_path, {"shock": f"{same} days = 7 {tail}"})
    with pytest.raises(TableError, match="shock") as refused:
        BatchFiles(tmp_path, {"shock": f"{same} days = 14 {tail}"})
    (breach,) = refused.value.breaches
    assert breach.found.startswith("...xxxxxxx days = 7 ")
    assert breach.expected.startswith("...xxxxxxx days = 14 ")
    assert max(len(breach.found), len(breach.expected)) <= 60


def test_parts_that_differ_early_are_shown_from_their_start(tmp_path):
    BatchFiles(tmp_path, {"shock": "a" + "x" * 100, "model": "short"})
    with pytest.raises(TableError, match="shock") as refused:
        BatchFiles(tmp_path, {"shock": "b" + "x" * 100, "model": "short, too"})
    model, shock = refused.value.breaches
    assert (model.found, model.expected) == ('"short"', '"short, too"')
    assert (shock.found[:4], shock.expected[:4]) == ('"axx', '"bxx')
    assert shock.found.endswith("x...")
