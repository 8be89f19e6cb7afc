"""The command mitigate."""

import io

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.system import Maker, write_maker
from mitigation_twin import measures
from toy_makers import two_products


@pytest.fixture
def folder(tmp_path):
    write_maker(two_products().maker, tmp_path / "toy")
    return tmp_path / "toy"


@pytest.fixture
def stocks(tmp_path):
    rows = [
        (f"stock:{item}", "stock", item, None, None, None, None, cost, "")
        for item, cost in (("a", 1), ("b", 2), ("F1", 10), ("F2", 6))
    ]
    measures(rows).to_csv(tmp_path / "measures.csv", index=False)
    return tmp_path / "measures.csv"


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["mitigate", *[str(w) for w in words]])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_it_prints_the_steps_and_says_what_they_cost(capsys, folder, stocks):
    code, out, err = run(capsys, folder, "--of", "A1,B", "--measures", stocks)
    assert code == 0
    lines = [line for line in out.splitlines() if line.startswith("stock:")]
    assert [line.split()[0] for line in lines] == ["stock:b", "stock:a"]
    assert (
        "Gaps: 2, still open: 0. Steps: 2, for 210 (CNY) a year, within 0.00% of the best." in err
    )
    assert "稳健" in run(capsys, folder, "--of", "A1,B", "--measures", stocks, "--lang", "zh")[1]


def test_a_folder_takes_the_steps_and_the_gaps(capsys, folder, stocks, tmp_path):
    code, _, _ = run(capsys, folder, "--measures", stocks, "-o", tmp_path / "out")
    assert code == 0
    assert len(pd.read_csv(tmp_path / "out" / "mitigation_scenarios.csv")) == 5
    assert "break_even_cost" in pd.read_csv(tmp_path / "out" / "mitigation.csv")


def test_locks_and_bans_reach_the_plan(capsys, folder, stocks):
    words = [folder, "--of", "A1,B", "--measures", stocks, "--format", "csv"]
    code, out, _ = run(capsys, *words, "--lock", "stock:F1=30", "--forbid", "stock:a")
    assert code == 0
    frame = pd.read_csv(io.StringIO(out)).set_index("measure")
    assert frame.loc["stock:F1", "locked"] == "locked"
    assert frame.loc["stock:a", "locked"] == "forbidden"
    code, out, err = run(capsys, *words, "--lock", "stock:a")
    assert (code, out) == (3, "")
    assert "say how many units, as stock:a=100" in err
    code, _, err = run(capsys, *words, "--lock", "stock:a=many")
    assert code == 2
    assert "NAME=100" in err


def test_the_frontier_and_a_budget_are_two_questions(capsys, folder, stocks):
    words = [folder, "--of", "A1,B", "--measures", stocks, "--frontier"]
    code, out, _ = run(capsys, *words, "--points", "4", "--format", "csv")
    assert code == 0
    frame = pd.read_csv(io.StringIO(out))
    assert frame["cost"].tolist() == pytest.approx([0, 70, 140, 210])
    assert run(capsys, *words, "--budget", "5")[0] == 2


def test_proposed_measures_can_be_written_and_given_back(capsys, folder, tmp_path):
    code, out, err = run(capsys, folder, "--write-measures", tmp_path / "m.csv")
    assert (code, out) == (0, "")
    assert "measures against 5 gaps written" in err
    frame = pd.read_csv(tmp_path / "m.csv")
    assert set(frame["kind"]) == {"stock", "backup_line"}
    code, _, err = run(capsys, folder, "--measures", tmp_path / "m.csv", "--corners", "0")
    assert code == 0
    assert "still open: 0" in err


def test_prices_without_a_currency_are_given_one(capsys, tmp_path, stocks):
    write_maker(Maker.of_tables("toy", **two_products().maker.tables), tmp_path / "toy")
    words = (tmp_path / "toy", "--of", "A1,B", "--measures", stocks)
    code, _, err = run(capsys, *words, "--currency", "EUR")
    assert code == 0
    assert "for 210 (EUR) a year" in err
    assert "EUR" not in "".join(run(capsys, *words)[1:])
