"""The command that places safety stock in a network."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.tables import example


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["reserve", "network", *(str(w) for w in words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture
def tables(tmp_path):
    paths = [tmp_path / "stages.csv", tmp_path / "arcs.csv"]
    for path, name in zip(paths, ("stages", "stage_arcs"), strict=True):
        path.write_text(example(name), encoding="utf-8")
    return paths


def test_a_row_a_stage_and_what_it_costs_in_all(capsys, tables):
    code, out, err = run(capsys, *tables, "--format", "csv", "--holding-rate", 0.2)
    rows = pd.read_csv(io.StringIO(out))
    assert code == 0
    assert rows["stage"].tolist()[:2] == ["engine", "ore"]
    assert rows["holding_cost"].sum() == pytest.approx(462.1087, abs=1e-3)
    assert "Safety stock for 462 (currency not stated) a year" in err
    assert "0.2 (given), within 0.00% of the least" in err


def test_a_row_a_chain_in_both_languages(capsys, tables):
    _, english, told = run(capsys, *tables, "--by-chain", "--currency", "CNY")
    _, chinese, _ = run(capsys, *tables, "--by-chain", "--lang", "zh", "--pooling", "exact")
    assert "Holding cost" in english
    assert "0.2 (assumed)" in told
    assert "年持有" in chinese


def test_the_first_rows_alone_are_shown(capsys, tables):
    code, out, _ = run(capsys, *tables, "--format", "csv", "--top", 1)
    assert code == 0
    assert pd.read_csv(io.StringIO(out))["stage"].tolist() == ["engine"]


def test_answers_are_written_with_a_picture(capsys, tables, tmp_path):
    target, picture = tmp_path / "out", tmp_path / "net.svg"
    code, _, _ = run(capsys, *tables, "-o", target, "--picture", picture)
    assert code == 0
    assert sorted(p.name for p in target.glob("*.csv")) == [
        "safety_stock.csv",
        "safety_stock_chains.csv",
    ]
    note = json.loads((target / "safety_stock.csv.origin.json").read_text("utf-8"))
    assert note["origin"]["system"]["stages"]["sha256"]
    assert note["origin"]["parameters"]["holding_rate_assumed"] is True
    assert picture.read_text("utf-8").count("<svg") == 1


def test_what_is_wrong_is_told_and_nothing_is_written(capsys, tables, tmp_path):
    tables[1].write_text("supplier,customer\nore,alloy\nalloy,ore\nnone,engine\n", "utf-8")
    code, out, err = run(capsys, *tables, "-o", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "the ring ore -> alloy -> ore" in err
    assert "'none'" in err
    assert not (tmp_path / "out").exists()
    code, _, err = run(capsys, tables[0], tmp_path / "no.csv")
    assert code == 2
    assert "There is no file" in err
