"""A folder that appears whole or not at all."""

import json

import pytest

from chainwright.errors import MissingFileError, ParameterError
from chainwright.report.staging import MANIFEST, staged


def lay(folder, files):
    """Fill a folder as a brief does: files, and a manifest that lists them."""
    with staged(folder) as place:
        for name, text in files.items():
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(text)
        rows = [{"file": name} for name in files]
        (place / MANIFEST).write_text(json.dumps({"files": rows}))


def fill_half(folder, error):
    """Begin to fill a folder, and fail."""
    with staged(folder) as place:
        (place / "x.csv").write_text("half")
        raise error


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_the_folder_and_those_above_it_are_made(tmp_path):
    lay(tmp_path / "a" / "b", {"x.csv": "1", "tables/y.csv": "2"})
    assert names(tmp_path) == ["a/b/manifest.json", "a/b/tables/y.csv", "a/b/x.csv"]


def test_nothing_is_left_when_something_fails(tmp_path):
    target = tmp_path / "a" / "b"
    with pytest.raises(ZeroDivisionError):
        fill_half(target, ZeroDivisionError)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_earlier_brief_as_it_was(tmp_path):
    lay(tmp_path / "b", {"x.csv": "old"})
    with pytest.raises(KeyboardInterrupt):
        fill_half(tmp_path / "b", KeyboardInterrupt)
    assert (tmp_path / "b" / "x.csv").read_text() == "old"
    assert names(tmp_path) == ["b/manifest.json", "b/x.csv"]


def test_an_earlier_brief_is_replaced_and_the_users_own_files_stay(tmp_path):
    lay(tmp_path / "b", {"x.csv": "old", "gone.csv": "old"})
    (tmp_path / "b" / "my notes.txt").write_text("mine")
    lay(tmp_path / "b", {"x.csv": "new"})
    assert names(tmp_path / "b") == ["manifest.json", "my notes.txt", "x.csv"]
    assert (tmp_path / "b" / "x.csv").read_text() == "new"


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(ParameterError, match="a new folder, an empty one"), staged(tmp_path):
        pass
    assert names(tmp_path) == ["thesis.doc"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "b").mkdir()
    lay(tmp_path / "b", {"x.csv": "1"})
    assert names(tmp_path / "b") == ["manifest.json", "x.csv"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "b").write_text("mine")
    with pytest.raises(MissingFileError, match="is a file"), staged(tmp_path / "b"):
        pass
    assert (tmp_path / "b").read_text() == "mine"


def test_a_manifest_that_names_files_elsewhere_cannot_remove_them(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    lay(tmp_path / "b", {"x.csv": "1"})
    rows = [{"file": "../precious.txt"}]
    (tmp_path / "b" / MANIFEST).write_text(json.dumps({"files": rows}))
    lay(tmp_path / "b", {"x.csv": "2"})
    assert (tmp_path / "precious.txt").read_text() == "mine"
