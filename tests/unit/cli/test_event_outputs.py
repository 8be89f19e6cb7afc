"""The answers on an event as files: each format holds what the notebook holds."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from chainwright import plan
from chainwright.cli import main
from chainwright.records import IncidentLog
from chainwright.system import System, write_maker
from toy_makers import two_products


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["event", *map(str, words)])
    printed = capsys.readouterr()
    assert not stopped.value.code, printed.err
    return printed.out


@pytest.fixture
def held(tmp_path, capsys):
    folder, log = tmp_path / "maker", tmp_path / "fire.jsonl"
    write_maker(two_products().maker, folder)
    run(capsys, "open", log, folder, "--sites", "A1,B", "--title", "Fire", "--by", "Li")
    run(capsys, "confirm", log, "B", "--weeks", "4", "--by", "Wang")
    return folder, log


ASKED = {
    "show": (["--as-of", "3"], lambda s, log: plan.event(s, log, as_of=3)),
    "dispatch": (["--as-of", "3"], lambda s, log: plan.dispatch(s, log, as_of=3)),
}


def answered(command, held):
    folder, log = held
    return ASKED[command][1](System.read(folder), IncidentLog.open(log))


def same(told, wanted):
    assert list(told) == list(wanted)
    assert len(told) == len(wanted) > 0
    for column in wanted:
        one, other = told[column], wanted[column]
        if pd.api.types.is_numeric_dtype(other) and not pd.api.types.is_bool_dtype(other):
            np.testing.assert_allclose(
                one.astype(float), other.astype(float), rtol=1e-9, atol=1e-9, err_msg=column
            )
        else:
            left = ["" if pd.isna(x) else str(x) for x in one]
            assert left == ["" if pd.isna(x) else str(x) for x in other], column
    return True


@pytest.mark.parametrize("command", ASKED)
def test_csv_on_the_screen_is_the_table_of_the_notebook(capsys, held, command):
    out = run(capsys, command, held[1], held[0], *ASKED[command][0], "--format", "csv")
    assert same(pd.read_csv(io.StringIO(out)), answered(command, held).table())


@pytest.mark.parametrize("command", ASKED)
def test_json_on_the_screen_is_the_table_of_the_notebook(capsys, held, command):
    out = run(capsys, command, held[1], held[0], *ASKED[command][0], "--format", "json")
    wanted = answered(command, held).table()
    assert same(pd.DataFrame(json.loads(out), columns=list(wanted)), wanted)


READ = {"csv": pd.read_csv, "parquet": pd.read_parquet, "json": pd.read_json}


@pytest.mark.parametrize("command", ASKED)
@pytest.mark.parametrize("form", READ)
def test_a_folder_holds_every_table_in_each_format(capsys, held, tmp_path, command, form):
    target = tmp_path / f"answer-{form}"
    words = [*ASKED[command][0], "--format", form, "-o", target]
    assert run(capsys, command, held[1], held[0], *words) == ""
    found = answered(command, held)
    tables = found.tables()
    files = {path.name for path in target.iterdir() if not path.name.endswith(".origin.json")}
    assert files == {f"{name}.{form}" for name in tables}
    for name, wanted in tables.items():
        if len(wanted) and form != "json":
            assert same(READ[form](target / f"{name}.{form}"), wanted)
        origin = json.loads((target / f"{name}.{form}.origin.json").read_text("utf-8"))
        assert origin["columns"] == list(wanted)


@pytest.mark.parametrize("command", ASKED)
def test_the_same_question_gives_the_same_bytes(capsys, held, command):
    words = [command, held[1], held[0], *ASKED[command][0], "--format", "csv"]
    assert run(capsys, *words) == run(capsys, *words)
