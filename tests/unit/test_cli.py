import io
import json
import subprocess
import sys

import pandas as pd
import pytest

from chainwright.cli import app, main
from chainwright.tables import example, schemas

COMMANDS = {
    "accounts": [],
    "stuck-necks": ["--home", "A"],
    "dropped-chains": ["--home", "A"],
    "long-plates": ["--home", "A"],
    "assessment": ["--home", "A"],
    "extraction": ["--home", "A"],
    "footprint": ["--of", "CO2"],
    "paths": ["--root", "A:steel", "--of", "CO2"],
    "check": [],
}
"""Each command that answers with tables, and what it must be told besides the path."""


@pytest.fixture
def flows(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text(example("flows"), encoding="utf-8")
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_each_command_that_answers_is_tried_here():
    own = {name for name in app if not name.startswith("-")}
    elsewhere = {  # tests/unit/test_cli_<subject>.py and tests/unit/cli/
        "bom",
        "brief",
        "carbon",
        "cascade",
        "chain",
        "classes",
        "common-suppliers",
        "complexity",
        "concentration",
        "dependence",
        "event",
        "exposure",
        "import-exposure",
        "import-surge",
        "mitigate",
        "mutual-dependence",
        "opportunities",
        "projects",
        "quality-gap",
        "repair",
        "reserve",
        "resume",
        "scan",
        "schema",
        "serve",
        "single-sources",
        "store",
        "stress",
        "supplier-tiers",
        "supply-risk",
        "survey",
        "systemic-risk",
    }
    assert own == {*COMMANDS, *elsewhere}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_a_table_for_people(capsys, flows, command):
    code, out, err = run(capsys, command, flows, *COMMANDS[command])
    assert (code, err) == (0, "")
    assert "Source: flows.csv" in out
    assert "flows.csv" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_headings_in_chinese(capsys, flows, command):
    code, out, _ = run(capsys, command, flows, *COMMANDS[command], "--lang", "zh")
    assert code == 0
    assert "来源：flows.csv" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_csv_on_the_screen_is_a_header_and_rows(capsys, flows, command):
    code, out, err = run(capsys, command, flows, *COMMANDS[command], "--format", "csv")
    assert (code, err) == (0, "")
    frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert len(frame.columns) > 2
    assert not out.startswith("#")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_answer_is_written_with_its_origin(capsys, flows, tmp_path, command):
    target = tmp_path / "answer"
    code, out, _ = run(capsys, command, flows, *COMMANDS[command], "-o", target, "--format", "json")
    assert (code, out) == (0, "")
    files = sorted(target.iterdir()) if target.is_dir() else [target]
    tables = [f for f in files if not f.name.endswith(".origin.json")]
    for file in tables:
        assert isinstance(json.loads(file.read_text("utf-8")), list)
        note = json.loads(file.with_name(f"{file.name}.origin.json").read_text("utf-8"))
        assert note["origin"]["system"]["flows"]["sha256"]
        assert note["origin"]["chainwright"]
        if target.is_dir():
            assert file.stem in schemas()


def test_accounts_has_one_row_a_node_with_the_codes_of_the_file(capsys, flows):
    _, out, _ = run(capsys, "accounts", flows, "--format", "csv")
    frame = pd.read_csv(io.StringIO(out))
    nodes = [("A", "ore"), ("A", "steel"), ("B", "ore"), ("B", "steel")]
    assert list(zip(frame["region"], frame["sector"], strict=True)) == nodes
    assert frame["output"].tolist() == [135, 216, 110, 210]
    assert (frame["output_multiplier"] > 1).all()


def test_the_format_is_what_is_asked_for_whatever_the_suffix(capsys, flows, tmp_path):
    run(capsys, "accounts", flows, "--format", "parquet", "-o", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes()[:4] == b"PAR1"
    run(capsys, "accounts", flows, "-o", tmp_path / "b.parquet")
    assert (tmp_path / "b.parquet").read_text("utf-8").startswith("region,sector,")


def test_parquet_is_not_for_the_screen(capsys, flows):
    code, out, err = run(capsys, "accounts", flows, "--format", "parquet")
    assert (code, out) == (2, "")
    assert "a table on the screen" in err


def test_schema_lists_tables_prints_columns_and_writes_an_example_that_can_be_read(
    capsys, tmp_path
):
    _, out, _ = run(capsys, "schema")
    assert out.split() == list(schemas())
    _, out, _ = run(capsys, "schema", "flows")
    assert [line.split()[0] for line in out.splitlines()][:2] == ["block", "from_region"]
    code, _, _ = run(capsys, "schema", "flows", "--example", tmp_path / "e.csv")
    assert code == 0
    assert run(capsys, "check", tmp_path / "e.csv")[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["schema", "flow"], "'flow' is no known table. Did you mean flows"),
        (["accounts", "no.csv"], "There is no file or folder 'no.csv'"),
        (["stuck-necks", "FLOWS", "--home", "X"], "'X' is no known region of this table"),
        (["accounts", "FLOWS", "--year", "20x1"], "a year or a span such as 2009:2011"),
        (["accounts", "FLOWS", "--currency", "EUR"], "EUR"),
        (["footprint", "FLOWS", "--of", "CO"], "CO2"),
        (["paths", "FLOWS", "--root", "A:stel"], "Did you mean A:steel"),
        (["dropped-chains", "FLOWS", "--cut", "2"], "cut"),
        (["brief", "FLOWS"], "--home, -o"),
        (["schema", "check", "--example", "e.csv"], "one of the input tables"),
    ],
)
def test_an_error_is_a_message_and_not_a_traceback(  # noqa: PLR0917 - fixtures
    capsys, flows, tmp_path, monkeypatch, words, message
):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    code, out, err = run(capsys, *[str(flows) if w == "FLOWS" else w for w in words])
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert sorted(tmp_path.iterdir()) == before


def test_help_and_version_load_no_numbers():
    for word, shown in (("--help", b"stuck-necks"), ("--version", b"0.1.0")):
        code = (
            "import contextlib, sys\n"
            "from chainwright.cli import main\n"
            "with contextlib.suppress(SystemExit):\n"
            f"    main(['{word}'])\n"
            "sys.exit('numpy' in sys.modules or 'pandas' in sys.modules)\n"
        )
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", code], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert shown in done.stdout


def test_a_cancelled_command_says_that_nothing_was_written(capsys, flows, monkeypatch):
    def cancelled(*_args, **_keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr("chainwright.system.System.read", cancelled)
    assert run(capsys, "accounts", flows) == (130, "", "Cancelled; nothing was written.\n")
