"""`chainwright resume`: the order of restarts from a file or a template, on tables and firms."""

import json

import pandas as pd
import pytest

from chainwright import System
from chainwright.cli import main
from chainwright.plan import resume
from chainwright.stress import Blow, Shock
from toys import toy_table

BLOW = Shock((Blow("capacity", nodes=("A:m", "A:k", "B:k"), share=0.5, days=14),), "Flood", "洪水")


@pytest.fixture
def toy(tmp_path):
    path = tmp_path / "toy.csv"
    toy_table().to_csv(path, index=False)
    return path


@pytest.fixture
def flood(tmp_path):
    return BLOW.write(tmp_path / "flood.toml")


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in ("resume", *words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_the_order_is_printed_and_what_it_says_beside_it(capsys, toy, flood):
    code, out, err = run(capsys, toy, "--shock", flood, "--crews", 2, "--days", 60)
    assert code == 0
    assert "A:m" in out
    assert "Source: toy.csv" in out
    assert "this order loses" in err
    assert "Every order was looked at in the engine" in err


def test_the_words_are_chinese_if_asked(capsys, toy, flood):
    code, out, err = run(capsys, toy, "--shock", flood, "--crews", 1, "--days", 60, "--lang", "zh")
    assert code == 0
    assert "次序" in out
    assert "按比例复产为" in err


def test_the_tables_are_those_of_the_library(capsys, toy, flood, tmp_path):
    target = tmp_path / "answer"
    words = ("--crews", 1, "--days", 60, "--home", "A", "--home", "B", "--whole", "--step", "week")
    code, _, _ = run(capsys, toy, "--shock", flood, *words, "--format", "json", "-o", target)
    assert code == 0
    from chainwright.stress import InventoryModel  # noqa: PLC0415

    found = resume(
        System.read(toy), BLOW, capacity=1, days=60, home=("A", "B"), in_part=False,
        model=InventoryModel(step="week"),
    )  # fmt: skip
    for name, frame in found.tables().items():
        rows = json.loads((target / f"{name}.json").read_text("utf-8"))
        assert list(rows[0]) == list(frame.columns)
        assert len(rows) == len(frame)
    compared = pd.DataFrame(json.loads((target / "resume_compared.json").read_text("utf-8")))
    assert compared["loss_engine"].tolist() == pytest.approx(found.compared()["loss_engine"])


def test_work_and_a_template_are_taken(capsys, toy, tmp_path):
    work = tmp_path / "work.csv"
    work.write_text("node,days\nA:m,3\n", encoding="utf-8")
    kept = tmp_path / "kept.toml"
    code, out, err = run(
        capsys, toy, "--strike", "A", "--weeks", 1, "--per-day", 0.2, "--days", 40,
        "--save-shock", kept, "--need-share", 0.3, "--engine-runs", 0, "--format", "csv",
    )  # fmt: skip
    assert code == 0
    assert "lost output" in out
    assert "30 % or more" in err
    assert Shock.read(kept).blows[0].regions == ("A",)
    code, out, _ = run(
        capsys, toy, "--shock", kept, "--crews", 1, "--work", work, "--days", 40, "--format", "csv"
    )
    assert code == 0
    assert "given" in out


def test_firms_of_a_demo_are_restarted_as_a_whole(capsys, tmp_path):
    shut = Shock((Blow("capacity", firms=("F00001", "F00002"), share=1.0, days=9),))
    path = shut.write(tmp_path / "shut.toml")
    code, out, err = run(
        capsys, "demo:firms", "--shock", path, "--crews", 1, "--days", 15, "--engine-runs", 0
    )
    assert code == 0
    assert "F00001" in out
    assert "suppliers" in err
    assert "nothing is made before a restart is done" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--crews", 1, "--per-day", 0.1), "per_day instead"),
        ((), "per_day instead"),
        (("--crews", 0), "whole number of crews"),
        (("--crews", 1, "--home", "X"), "X"),
        (("--crews", 1, "--work", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_asked_is_an_error_and_nothing_is_written(capsys, toy, flood, words, said):
    target = toy.with_name("answer")
    code, out, err = run(capsys, toy, "--shock", flood, *words, "-o", target)
    assert code != 0
    assert said in err
    assert out == ""
    assert "Traceback" not in err
    assert not target.exists()
