"""Folders of finished batches: damaged, half written, of another question, without one."""

import json
from pathlib import Path

import numpy as np
import pytest

from chainwright import stress
from chainwright.errors import TableError
from chainwright.stress import Blow, InventoryModel, Shock, UncertainInput, Uncertainty
from chainwright.stress.ensembles.batch_files import BatchFiles, keep, spoilt
from worlds import world

SYSTEM = world(3)
SHOCK = Shock((Blow("capacity", regions="R0", share=0.5, days=4),), name_en="Half")
SIZE = UncertainInput(input="size_factor", form="range", low=0.2, high=1.0, source="a survey")
PSI = UncertainInput(input="psi", form="range", low=0.6, high=0.9)
QUESTION = {
    "draws": 7, "days": 8, "batch": 2, "seed": 4, "uncertain": Uncertainty((SIZE, PSI)),
    "model": InventoryModel(stock_days=5.0),
}  # fmt: skip
REMEDY = "Delete this file: its draws are then worked out again."


def asked(shock=SHOCK, **more):
    return stress.ensemble(SYSTEM, shock, **{**QUESTION, **more})


WHOLE = asked()


@pytest.fixture
def kept(tmp_path):
    """Return a folder of all four batches."""
    asked(checkpoint=tmp_path)
    return tmp_path


def batches(folder):
    return sorted(path.name for path in Path(folder).glob("batch-*.npz"))


def half(data):
    return data[: len(data) // 2]


def one_bit(data):
    return data[:300] + bytes([data[300] ^ 1]) + data[301:]


DAMAGE = {
    "half a file": half,
    "an empty file": lambda _: b"",
    "a text": lambda _: b"hello",
    "one bit": one_bit,
}


@pytest.mark.parametrize("which", DAMAGE)
def test_a_damaged_batch_is_named_and_once_it_is_deleted_worked_out_again(kept, which):
    path = kept / "batch-000001.npz"
    good = path.read_bytes()
    path.write_bytes(DAMAGE[which](good))
    with pytest.raises(TableError, match="batch-000001") as refused:
        asked(checkpoint=kept)
    (breach,) = refused.value.breaches
    assert (breach.expected, breach.remedy) == ("a finished batch, whole", REMEDY)
    assert str(refused.value).startswith(f"The checkpoint '{kept}'")
    path.unlink()
    again = asked(checkpoint=kept)
    assert path.read_bytes() == good
    for name, rows in WHOLE.found.items():
        np.testing.assert_array_equal(again.found[name], rows)


def test_all_damaged_batches_are_named_at_once(kept):
    for number in (0, 3):
        (kept / f"batch-00000{number}.npz").write_bytes(b"")
    np.save(kept / "array.npy", np.arange(2))
    (kept / "array.npy").replace(kept / "batch-000002.npz")
    with pytest.raises(TableError, match="in 3 places") as refused:
        asked(checkpoint=kept)
    assert [b.where for b in refused.value.breaches] == [
        "batch-000000.npz", "batch-000002.npz", "batch-000003.npz",
    ]  # fmt: skip


def test_a_batch_under_the_name_of_another_is_not_taken_for_it(kept):
    first = kept / "batch-000000.npz"
    (kept / "batch-000002.npz").write_bytes(first.read_bytes())
    with pytest.raises(TableError) as refused:
        asked(checkpoint=kept)
    named = spoilt(kept / "batch-000002.npz", "the draws [0, 1]")
    assert list(refused.value.breaches) == [named]
    keep(first, {"values": np.zeros(2)})
    with pytest.raises(TableError, match=r"batch-000000.npz: found the draws \[\]"):
        asked(checkpoint=kept)


def test_batches_whose_question_is_gone_are_not_taken_for_those_of_another(kept):
    (kept / "question.json").unlink()
    with pytest.raises(TableError, match="not there, beside 4 batches") as refused:
        asked(checkpoint=kept, days=9)
    assert refused.value.breaches[0].remedy == "Name another folder."
    assert not (kept / "question.json").exists()


def test_what_a_killed_write_leaves_is_no_batch(tmp_path):
    (tmp_path / "batch-000000.npz.part-123").write_bytes(b"half")
    told = []
    found = asked(checkpoint=tmp_path, progress=lambda *done: told.append(done))
    assert told == [(2, 7), (4, 7), (6, 7), (7, 7)]
    assert (found.lost_days == WHOLE.lost_days).all()
    assert len(batches(tmp_path)) == 4


def test_any_batch_may_be_missing_and_the_bits_are_the_same(kept):
    for gone in ([0], [3], [1, 2], [0, 1, 2, 3]):
        for number in gone:
            (kept / f"batch-00000{number}.npz").unlink()
        told = []
        found = asked(checkpoint=kept, progress=lambda done, _, to=told: to.append(done))
        there = 7 - sum(1 if number == 3 else 2 for number in gone)
        assert told[0] == there if there else told[0] == 2
        assert told[-1] == 7
        assert all((found.found[n] == rows).all() for n, rows in WHOLE.found.items())


OTHER = {
    "draws": ({"draws": 8}, ["draws"]),
    "seed": ({"seed": 5}, ["seed"]),
    "days": ({"days": 9}, ["days"]),
    "batch": ({"batch": 3}, ["batch"]),
    "end": ({"end": "by_origin"}, ["end"]),
    "model": ({"model": InventoryModel(stock_days=6.0)}, ["model"]),
    "uncertain": ({"uncertain": Uncertainty((SIZE,))}, ["uncertain"]),
    "source of an input": (
        {"uncertain": Uncertainty((SIZE, UncertainInput(**{**PSI.to_dict(), "source": "me"})))},
        ["uncertain"],
    ),
    "size": ({"shock": SHOCK.scaled(0.5)}, ["shock"]),
    "name of the shock": ({"shock": Shock(SHOCK.blows, "Other")}, ["shock"]),
    "several": ({"seed": 6, "draws": 3}, ["draws", "seed"]),
}


@pytest.mark.parametrize("which", OTHER)
def test_each_part_of_a_question_that_differs_is_named(tmp_path, which):
    more, parts = OTHER[which]
    job_of = tmp_path / "folder"
    asked(checkpoint=job_of, draws=2)
    before = {p.name: p.read_bytes() for p in job_of.iterdir()}
    with pytest.raises(TableError, match="answers another question") as refused:
        asked(**{"draws": 2, **more}, checkpoint=job_of)
    assert [b.where for b in refused.value.breaches] == parts
    assert {b.remedy for b in refused.value.breaches} == {"Name another folder."}
    assert {p.name: p.read_bytes() for p in job_of.iterdir()} == before


def test_the_question_is_kept_as_json_that_a_person_can_read(kept):
    told = json.loads((kept / "question.json").read_text("utf-8"))
    assert Shock.of_toml(told["shock"]) == SHOCK
    assert Uncertainty.of_dict(told["uncertain"]) == QUESTION["uncertain"]
    assert (told["draws"], told["seed"], told["batch"], told["days"]) == (7, 4, 2, 8.0)
    assert (told["end"], told["shares"]) == ("pooled", "drawn by seed")
    assert (told["model"]["stock_days"], told["model"]["rebuild_cap"]) == (5.0, "inf")
    assert len(told["table"]) == 64
    other = stress.ensemble(world(4), SHOCK, **QUESTION, checkpoint=kept / "other")
    assert (
        json.loads((kept / "other" / "question.json").read_text("utf-8"))["table"]
        != (told["table"])
    )
    assert other.parameters == {k: told[k] for k in other.parameters}


def test_a_batch_of_no_draws_at_all_is_read_as_it_was_kept(tmp_path):
    files = BatchFiles(tmp_path, {"a": 1})
    files.keep(5, {"draw": np.zeros(0, np.int64), "x": np.zeros((0, 3))})
    assert files.read(5)["x"].shape == (0, 3)
    assert batches(tmp_path) == ["batch-000005.npz"]
    with pytest.raises(FileNotFoundError):
        files.read(4)
