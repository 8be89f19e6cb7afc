"""The command reserve minerals: tables on the screen and in files, refusals by name."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from mineral_worlds import COLUMNS

ROWS = [
    ("BRA", "JPN", "720293", 900.0, 90.0),
    ("CAN", "JPN", "720293", 100.0, 10.0),
    ("CHN", "JPN", "811292", 50.0, 5.0),
    ("CHL", "KOR", "283691", 50.0, 5.0),
]


@pytest.fixture
def trade(tmp_path):
    path = tmp_path / "trade.csv"
    frame = pd.DataFrame(ROWS, columns=COLUMNS).assign(year=2024, unit="t")
    frame.to_csv(path, index=False)
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["reserve", "minerals", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def frame_of(capsys, *words):
    code, out, _ = run(capsys, *words, "--format", "csv")
    assert code == 0
    return pd.read_csv(io.StringIO(out), dtype={"product": str}).set_index("product")


def common(trade):
    return [trade, "--home", "JPN", "--draws", "60", "--currency", "USD"]


def test_the_most_weeks_of_imports_come_first_and_what_is_assumed_is_said(capsys, trade):
    code, out, err = run(capsys, *common(trade))
    assert code == 0
    assert "weeks of" in out
    assert "Brazil" in out or "BRA" in out
    assert "Assumed: 0.08 outages a year of each country, half of them longer than 13 weeks" in err


def test_headings_and_reasons_are_told_in_chinese(capsys, trade):
    code, out, _ = run(capsys, *common(trade), "--lang", "zh")
    assert code == 0
    assert "储备（进口周数）" in out.replace("\n", "") or "储备" in out
    assert "巴西" in out
    assert "正常排序" in out
    assert "ranked" not in out


def test_csv_on_the_screen_has_a_row_a_product(capsys, trade):
    frame = frame_of(capsys, *common(trade))
    assert sorted(frame.index) == ["283691", "720293", "811292"]
    assert frame.loc["720293", "top_share"] == pytest.approx(0.9)
    assert frame.loc["283691", "standing"] == "not_imported"


def test_the_first_rows_alone_are_shown(capsys, trade):
    whole = frame_of(capsys, *common(trade))
    assert frame_of(capsys, *common(trade), "--top", "2").index.tolist() == list(whole.index[:2])


def test_rates_lengths_rules_and_products_are_taken_from_the_words(capsys, trade):
    base = frame_of(capsys, *common(trade))
    one = frame_of(capsys, *common(trade), "--products", "720293", "--rates", "BRA=0,CAN=0.5")
    assert list(one.index) == ["720293"]
    assert one.loc["720293", "driver"] == "CAN"
    longer = frame_of(capsys, *common(trade), "--median-weeks", "30", "--level", "0.95")
    column = "reserve_weeks_of_imports"
    assert longer.loc["720293", column] > base.loc["720293", column]
    cheap = frame_of(capsys, *common(trade), "--rule", "economic", "--rate", "0.001")
    assert cheap.loc["720293", column] == 0.0


def test_use_at_home_gives_weeks_of_use(capsys, trade, tmp_path):
    use = tmp_path / "use.csv"
    use.write_text("product,consumption,unit\n720293,200,t\n", encoding="utf-8")
    frame = frame_of(capsys, *common(trade), "--use", use)
    told = frame["reserve_weeks_of_use"]
    assert told.notna().tolist() == [index == "720293" for index in frame.index]


def test_an_answer_is_a_folder_of_tables_with_their_origin(capsys, trade, tmp_path):
    target = tmp_path / "answer"
    code, out, _ = run(capsys, *common(trade), "-o", target, "--format", "json")
    assert (code, out) == (0, "")
    names = {file.name.split(".")[0] for file in target.iterdir()}
    assert names == {
        "mineral_reserves",
        "mineral_reserves_countries",
        "mineral_reserves_release",
        "mineral_reserves_suppliers",
    }
    note = json.loads((target / "mineral_reserves.json.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"]["seed"] == 0
    assert note["origin"]["parameters"]["outages"]["rate"] == 0.08


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rates", "BRA"], "CHL=0.02"),
        (["--rates", "BRA=often"], "CHL=0.02"),
        (["--rates", "BRX=0.1"], "BRX"),
        (["--level", "2"], "level"),
        (["--products", "72029"], "72029"),
    ],
)
def test_what_cannot_be_asked_is_said_without_a_traceback(capsys, trade, words, said):
    code, out, err = run(capsys, *common(trade), *words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
