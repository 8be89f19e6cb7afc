"""The commands systemic-risk and cascade: files, sinks, remarks, errors."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main, systemic
from chainwright.stress import Blow, Shock

FIRMS = "firm,sector,market,region,output\n1,10,m,,\n2,24,,,3\n03,25,,,4\nx=y,46,,,\n"
LINKS = "supplier,buyer,value\n2,03,1\n03,1,3\n03,x=y,1\n"
COLUMNS = ["firm", "risk", "risk_downstream", "risk_upstream", "iterations"]


@pytest.fixture
def files(tmp_path):
    """Return paths of links and firms."""
    for name, text in (("links.csv", LINKS), ("firms.csv", FIRMS)):
        (tmp_path / name).write_text(text, "utf-8")
    return [tmp_path / "links.csv", "--firms", tmp_path / "firms.csv"]


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_every_firm_has_a_row_with_exactly_the_columns(capsys, files, tmp_path):
    target = tmp_path / "risk.csv"
    code, out, err = run(capsys, "systemic-risk", *files, "-o", target)
    assert (code, out) == (0, "")
    frame = pd.read_csv(target, dtype={"firm": str})
    assert list(frame.columns) == COLUMNS
    assert sorted(frame["firm"]) == ["03", "1", "2", "x=y"]
    assert "mode reference" in err
    note = json.loads((tmp_path / "risk.csv.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"]["mode"] == "reference"


@pytest.mark.parametrize("suffix", ["csv.gz", "parquet"])
def test_packed_and_parquet_files_give_the_same_numbers(capsys, files, tmp_path, suffix):
    _, plain, _ = run(capsys, "systemic-risk", *files, "--format", "csv")
    for name in ("links", "firms"):
        frame = pd.read_csv(tmp_path / f"{name}.csv", dtype=str, keep_default_na=False)
        if suffix == "parquet":
            for column in {"value", "output"} & set(frame.columns):
                frame[column] = pd.to_numeric(frame[column])
            frame.to_parquet(tmp_path / f"{name}.{suffix}")
        else:
            frame.to_csv(tmp_path / f"{name}.{suffix}", index=False)
    words = [tmp_path / f"links.{suffix}", "--firms", tmp_path / f"firms.{suffix}"]
    assert run(capsys, "systemic-risk", *words, "--format", "csv")[1] == plain


def test_a_tolerance_prints_its_largest_difference_from_none(capsys, files):
    code, _, err = run(capsys, "systemic-risk", *files, "--tolerance", "1e-5", "--seed", "2")
    assert code == 0
    assert "tolerance 1e-05: largest difference from tolerance 0 on 4 random firms: " in err


def test_options_reach_the_question(capsys, files, tmp_path):
    (tmp_path / "e.csv").write_text("input_sector,user_sector,kind\n24,25,2\n", "utf-8")
    words = ["--mode", "fixpoint", "--revenue", "output", "--substitution", "none"]
    words += ["--essential", tmp_path / "e.csv"]
    target = tmp_path / "risk.json"
    code, _, err = run(capsys, "systemic-risk", *files, *words, "-o", target, "--format", "json")
    assert code == 0
    asked = json.loads((tmp_path / "risk.json.origin.json").read_text("utf-8"))["origin"]
    assert asked["parameters"]["mode"] == "fixpoint"
    assert asked["parameters"]["substitution"] == "none"
    assert asked["parameters"]["revenue"] == "output"
    assert "e.csv" in err


def test_a_fixed_point_without_revenue_is_no_answer_and_nothing_is_written(capsys, files, tmp_path):
    target = tmp_path / "risk.csv"
    code, _, err = run(capsys, "systemic-risk", *files, "--mode", "fixpoint", "-o", target)
    assert code == 3
    assert "or insist" in err
    assert not target.exists()
    assert run(capsys, "systemic-risk", *files, "--mode", "fixpoint", "--insist")[0] == 0


def test_links_need_firms_and_a_demo_has_its_own(capsys, files):
    code, _, err = run(capsys, "systemic-risk", files[0])
    assert code == 2
    assert "--firms" in err
    code, _, err = run(capsys, "systemic-risk", "demo:firms", "--firms", files[2])
    assert code == 2
    assert "a demo" in err


def test_bad_links_are_all_named_and_nothing_is_written(capsys, files, tmp_path):
    files[0].write_text("supplier,buyer,value\n2,2,1\n2,9,1\n2,1,-4\n", "utf-8")
    code, out, err = run(capsys, "systemic-risk", *files, "-o", tmp_path / "risk.csv")
    assert (code, out) == (2, "")
    assert "3 places" in err
    assert not (tmp_path / "risk.csv").exists()


def test_unknown_sectors_say_what_to_give(capsys, files, tmp_path):
    (tmp_path / "firms.csv").write_text(FIRMS.replace(",24,", ",steel,"), "utf-8")
    code, _, err = run(capsys, "systemic-risk", *files)
    assert code == 2
    assert "--essential FILE" in err
    assert run(capsys, "systemic-risk", *files, "--essential", "linear")[0] == 0


def test_a_cascade_shows_what_each_firm_loses(capsys, files):
    code, out, err = run(capsys, "cascade", *files, "--fail", "2=0.5", "--format", "csv")
    frame = pd.read_csv(io.StringIO(out), dtype={"firm": str}).set_index("firm")
    assert code == 0
    assert frame.loc["2", "shock"] == 0.5
    assert frame.loc["03", "loss"] == 0.5
    assert "lost: " in err


def test_a_firm_with_an_equals_sign_in_its_code_can_fail(capsys, files):
    _, out, _ = run(capsys, "cascade", *files, "--fail", "x=y", "--fail", "1", "--format", "csv")
    frame = pd.read_csv(io.StringIO(out), dtype={"firm": str}).set_index("firm")
    assert frame.loc[["x=y", "1"], "shock"].tolist() == [1.0, 1.0]


def test_a_cascade_of_a_file_writes_all_its_tables(capsys, files, tmp_path):
    Shock((Blow("capacity", firms=("03",), share=1.0),)).write(tmp_path / "shock.toml")
    assert "03" in (tmp_path / "shock.toml").read_text("utf-8")
    words = [*files, "--shock", tmp_path / "shock.toml", "-o", tmp_path / "out"]
    assert run(capsys, "cascade", *words)[0] == 0
    names = {path.name for path in (tmp_path / "out").glob("*.csv")}
    assert names == {
        "cascade.csv", "cascade_rounds.csv", "cascade_sectors.csv", "cascade_links.csv",
    }  # fmt: skip


def test_a_cascade_needs_either_firms_or_a_file(capsys, files, tmp_path):
    code, _, err = run(capsys, "cascade", *files)
    assert code == 2
    assert "--fail FIRM" in err
    assert run(capsys, "cascade", *files, "--fail", "2", "--shock", tmp_path / "s.toml")[0] == 2


def test_the_demo_of_firms_answers(capsys):
    code, out, err = run(capsys, "cascade", "demo:firms", "--fail", "F00001", "--lang", "zh")
    assert code == 0
    assert "demo:firms" in out
    assert "ISIC4" in err  # divisions are those of both


def test_a_scan_of_many_firms_says_so_and_how_far_it_is(capsys, files, monkeypatch):
    monkeypatch.setattr(systemic, "MANY", 3)
    _, out, err = run(capsys, "systemic-risk", *files, "--format", "csv")
    lines = err.splitlines()
    assert lines[0].startswith("failing each of 4 firms alone")
    assert "4 of 4 firms" in lines
    assert out.startswith("firm,")


def test_a_file_is_told_each_tenth_once_and_a_screen_each_step(capsys, monkeypatch):
    monkeypatch.setattr(systemic, "MANY", 1000)
    told = systemic._counting()
    for done in range(20, 2001, 20):
        told(done, 2000)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{n:,} of 2,000 firms" for n in range(200, 2001, 200)]
    told = systemic._counting()
    told(4, 4)
    assert not capsys.readouterr().err
    monkeypatch.setattr(systemic.sys.stderr, "isatty", lambda: True)
    told = systemic._counting()
    told(2, 4)
    told(4, 4)
    assert capsys.readouterr().err == "\r2 of 4 firms\r4 of 4 firms\n"
