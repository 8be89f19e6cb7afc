"""The command scan, by each engine."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.tables import example


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture
def flows(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text(example("flows"), encoding="utf-8")
    return path


@pytest.fixture
def network(tmp_path):
    links, firms = tmp_path / "links.csv", tmp_path / "firms.csv"
    links.write_text("supplier,buyer,value\na,b,2\nb,c,1\nc,a,1\n", encoding="utf-8")
    firms.write_text("firm,sector\na,10\nb,24\nc,25\n", encoding="utf-8")
    return links, firms


def table(out):
    return pd.read_csv(io.StringIO(out), keep_default_na=False)


@pytest.mark.parametrize("of", ["nodes", "regions", "links", "pairs", "worst"])
def test_a_table_is_scanned_by_extraction(capsys, flows, of):
    more = ["--k", "2"] if of == "worst" else []
    code, out, err = run(capsys, "scan", flows, "--of", of, "--format", "csv", *more)
    assert (code, err) == (0, "")
    found = table(out)
    assert set(found["method"]) == {"greedy" if of == "worst" else "exact"}
    assert found["rank"].tolist() == list(range(1, len(found) + 1))


def test_people_read_names_in_both_languages(capsys, flows):
    out = run(capsys, "scan", flows, "--top", "2")[1]
    assert "What fails" in out
    assert "A:steel" in out
    out = run(capsys, "scan", flows, "--top", "2", "--lang", "zh")[1]
    assert "失效对象" in out
    assert "名次" in out


def test_inventories_take_stocks_and_days(capsys, flows):
    words = ["--engine", "inventories", "--horizon", 30, "--days", 7, "--stock-days", 5]
    short = table(run(capsys, "scan", flows, *words, "--format", "csv")[1])
    words[-1] = 60
    long = table(run(capsys, "scan", flows, *words, "--format", "csv")[1])
    assert short["lost"].max() > long["lost"].max()
    assert sorted(short["direct"]) == sorted(long["direct"])


def test_firms_are_scanned_by_the_cascade(capsys, network):
    links, firms = network
    words = ["--engine", "cascade", "--firms", firms, "--format", "csv"]
    found = table(run(capsys, "scan", links, *words)[1])
    assert set(found["hit"]) == {"a", "b", "c"}
    only = table(run(capsys, "scan", links, *words, "--among", "b", "--share", "0.5")[1])
    assert only["hit"].tolist() == ["b"]


def test_the_answer_is_kept_with_its_question(capsys, flows, tmp_path):
    target = tmp_path / "scan.json"
    code, out, _ = run(capsys, "scan", flows, "--among", "A", "-o", target, "--format", "json")
    assert (code, out) == (0, "")
    assert {row["hit"] for row in json.loads(target.read_text("utf-8"))} == {"A:ore", "A:steel"}
    asked = json.loads(target.with_name("scan.json.origin.json").read_text("utf-8"))
    assert asked["origin"]["parameters"]["among"] == ["A"]
    assert asked["origin"]["parameters"]["engine"] == "extraction"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--stock-days", "5"], "--stock-days"),
        (["--mode", "fixpoint"], "--mode"),
        (["--engine", "cascade"], "--firms"),
        (["--share", "0.5"], "scan by extraction"),
        (["--among", "A:stele"], "A:steel"),
    ],
)
def test_options_of_another_engine_are_refused(capsys, flows, words, told):
    code, out, err = run(capsys, "scan", flows, *words)
    assert (code, out) == (2, "")
    assert told in err
