"""The command exposure, on the hand-worked case and on the made-up maker."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.system.maker import write_maker
from toy_makers import two_products


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture
def folder(tmp_path):
    write_maker(two_products().maker, tmp_path / "toy")
    return tmp_path / "toy"


def test_it_prints_the_worst_outage_first(capsys, folder):
    code, out, err = run(capsys, "exposure", folder)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    first = next(k for k, line in enumerate(lines) if line.split()[:1] == ["1"])
    ranked = [line.split() for line in lines[first:] if line.startswith("   ") and line[4:5] == " "]
    ranked = [words[1] for words in ranked if words[0].isdigit()]
    assert ranked[:5] == ["P1", "P2", "A2", "B", "A1"]
    assert "2,300" in lines[first]
    assert "Amounts: CNY" in out


def test_it_speaks_chinese(capsys, folder):
    out = run(capsys, "exposure", folder, "--lang", "zh")[1]
    assert "恢复前损失" in out
    assert "生存时间" in out


def test_csv_holds_every_column_and_reason(capsys, folder):
    out = run(capsys, "exposure", folder, "--format", "csv")[1]
    frame = pd.read_csv(io.StringIO(out)).set_index("scenario")
    assert frame.loc["B", "time_to_survive_weeks"] == pytest.approx(2.5)
    assert frame.loc["B", "reason_en"].startswith("Only source of b.")


def test_a_folder_gets_losses_at_the_lengths_asked_for(capsys, folder, tmp_path):
    target = tmp_path / "answer"
    code, _, _ = run(capsys, "exposure", folder, "--outages", "2,4,6", "-o", target)
    assert code == 0
    losses = pd.read_csv(target / "maker_exposure_losses.csv")
    by = losses.set_index(["scenario", "weeks"])["loss"]
    assert by.loc["B"].tolist() == pytest.approx([0, 300, 700])
    assert {f.name for f in target.iterdir() if f.suffix == ".csv"} == {
        "maker_exposure.csv",
        "maker_exposure_losses.csv",
        "maker_exposure_products.csv",
    }


def test_options_change_what_is_asked(capsys, folder):
    def loss(*words):
        out = run(capsys, "exposure", folder, "--format", "csv", *words)[1]
        return pd.read_csv(io.StringIO(out)).set_index("scenario")["loss_at_recovery"]

    assert loss("--weight", "output")["P2"] == pytest.approx(450)
    assert loss("--recovery", "2")["P1"] == pytest.approx(300)
    assert loss("--stock-at-node", "lost")["P1"] == pytest.approx(2400)
    assert loss("--by", "place").index.tolist() == ["CHN", "JPN"]
    assert len(loss("--top", "2")) == 2


def test_missing_gives_what_data_would_change_the_ranking(capsys, folder):
    code, out, err = run(capsys, "exposure", folder, "--missing", "--format", "csv")
    assert (code, err) == (0, "")
    frame = pd.read_csv(io.StringIO(out))
    assert frame["kind"].tolist() == ["recovery"] * 3
    assert frame["change"].iloc[0] == pytest.approx(4800)
    first = run(capsys, "exposure", folder, "--missing", "--top", "2", "--format", "csv")[1]
    assert len(pd.read_csv(io.StringIO(first))) == 2
    shown = run(capsys, "exposure", folder, "--missing", "--lang", "zh")[1]
    assert "恢复时间" in shown
    assert "所缺数据" in shown


def test_the_made_up_maker_can_be_named(capsys, tmp_path):
    target = tmp_path / "demo.json"
    words = ("exposure", "demo:maker", "--by", "place", "--top", "5")
    code, out, _ = run(capsys, *words, "--format", "json")
    assert code == 0
    rows = json.loads(out)
    assert len(rows) == 5
    assert all(row["reason_zh"] for row in rows)
    assert not target.exists()


@pytest.mark.parametrize("text", ["two", "2,,4", "", "-1", "inf", "2;4"])
def test_lengths_that_are_none_are_refused(capsys, folder, text):
    code, out, err = run(capsys, "exposure", folder, f"--outages={text}")
    assert (code, out) == (2, "")
    assert "weeks such as 2,4,8" in err


def test_what_is_no_maker_is_refused_with_a_remedy(capsys):
    code, out, err = run(capsys, "exposure", "demo:country")
    assert (code, out) == (2, "")
    assert "chainwright bom" in err
