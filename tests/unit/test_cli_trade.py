"""The command about trade in products: one command from a file to the list of dependences."""

import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.diagnose import dependence
from chainwright.system import System

YEARS = (2021, 2022, 2023)


@pytest.fixture
def folder(tmp_path):
    """A folder as BACI comes: one file a year, numbers of countries, thousand USD and t."""
    rows = [  # Brazil 76, China 156, Germany 276, France 251 (a number of BACI's own), Namibia 516
        (76, 156, "720293", 90.0, 9.0),
        (516, 156, "720293", 10.0, 1.0),
        (76, 276, "720293", 50.0, ""),
        (276, 251, "720293", 5.0, 0.5),
        (156, 276, "850511", 40.0, 2.0),
        (251, 156, "850511", 4.0, 0.1),
    ]
    for k, year in enumerate(YEARS):
        frame = pd.DataFrame(rows, columns=["i", "j", "k", "v", "q"])
        frame["v"] *= 1 + k
        frame.insert(0, "t", year)
        frame.to_csv(tmp_path / f"BACI_HS17_Y{year}_V202601.csv", index=False)
    return tmp_path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_one_command_from_a_folder_of_baci_to_the_ranked_list(capsys, folder):
    code, out, err = run(capsys, "dependence", folder, "--home", "CHN")
    assert (code, err) == (0, "")
    first = next(line for line in out.splitlines() if line.startswith("CHN"))
    assert "720293 Ferro-alloys" in first
    assert "lasting dependence" in first
    assert "BRA Brazil" in first
    assert "Amounts: thousand USD" in out


def test_in_chinese_findings_and_places_have_their_names(capsys, folder):
    code, out, _ = run(capsys, "dependence", folder, "--home", "CHN", "--lang", "zh")
    assert code == 0
    assert "持续依赖" in out
    assert "BRA 巴西" in out


def test_the_table_is_that_of_the_library_with_places_as_text(capsys, folder, tmp_path):
    out = tmp_path / "answer"
    words = ["--home", "CHN", "--year", "2022:2023", "--floor", "30", "-o", out]
    code, _, err = run(capsys, "dependence", folder, *words, "--format", "csv")
    assert (code, err) == (0, "")
    back = pd.read_csv(out / "dependence.csv", dtype={"product": str}, keep_default_na=False)
    found = dependence(System.read(folder), home="CHN", years=[2022, 2023], floor=30.0)
    table = found.table()
    assert list(back["product"]) == list(table["product"]) == ["720293", "850511"]
    assert list(back["finding"]) == ["dependence", "below floor"]
    suppliers = pd.read_csv(out / "dependence_suppliers.csv", keep_default_na=False)
    assert "NAM" in set(suppliers["supplier"])
    note = json.loads((out / "dependence.csv.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"]["years"] == [2022, 2023]
    assert note["units"]["lost_quantity"] == "t"
    assert note["units"]["imports"] == "thousand USD"


def test_blocs_are_named_or_none(capsys, folder):
    def top(*words):
        code, out, _ = run(
            capsys, "dependence", folder, "--home", "CHN", *words, "--format", "json"
        )
        assert code == 0
        return {row["product"]: row["top_supplier"] for row in json.loads(out)}

    assert top()["850511"] == "EU27"
    assert top("--blocs", "none")["850511"] == "FRA"
    assert top("--blocs", "FRA+NAM")["850511"] == "FRA+NAM"
    assert top("--blocs", "EU27,BRA+NAM")["720293"] == "BRA+NAM"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--home", "CHM"], "'CHM' is no known place of this trade. Did you mean CHN?"),
        (["--home", "CHN", "--year", "2019"], "must be of 2021, 2022, 2023. Got [2019]"),
        (["--home", "CHN", "--blocs", "EU72"], "'EU72' is no known place of this trade."),
        (["--home", "CHN", "--year", "x"], "a year or a span such as 2009:2011"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(capsys, folder, words, message):
    code, out, err = run(capsys, "dependence", folder, *words)
    assert (code, out) == (2, "")
    assert message in err


def test_an_input_output_table_has_no_trade(capsys):
    code, _, err = run(capsys, "dependence", "demo:country", "--home", "44")
    assert code == 2
    assert "This question needs trade" in err


def test_production_and_governance_add_their_tables(tmp_path, capsys):
    rows = [
        ("BRA", "CHN", "720293", 2022, 300.0, 30.0),
        ("CAN", "CHN", "720293", 2022, 20.0, 2.0),
        ("CHN", "JPN", "720293", 2022, 5.0, 0.5),
    ]
    columns = ["exporter", "importer", "product", "year", "value", "quantity"]
    made = {"place": ["CHN", "BRA"], "product": "720293", "year": 2022, "quantity": [8.5, 90.0]}
    scores = {"place": ["CHN", "BRA", "CAN"], "score": [5.0, 5.5, 2.0]}
    files = {"trade": pd.DataFrame(rows, columns=columns)}
    files |= {"made": pd.DataFrame(made), "scores": pd.DataFrame(scores)}
    for name, frame in files.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    asked = f"dependence {tmp_path}/trade.csv --home CHN --blocs none"
    asked += f" --production {tmp_path}/made.csv"
    with pytest.raises(SystemExit, match="0"):
        main(f"{asked} --governance {tmp_path}/scores.csv -o {tmp_path}/out".split())
    exposure = pd.read_csv(tmp_path / "out" / "import_exposure.csv")
    assert exposure["apparent_use"].tolist() == [40.0]
    assert exposure["net_import_reliance"].tolist() == [31.5 / 40.0]
    risk = pd.read_csv(tmp_path / "out" / "supply_risk.csv")
    assert risk["supply_risk"].iloc[0] > 0.0
    with pytest.raises(SystemExit, match="0"):
        main(f"{asked} --format json".split())
    assert "net import reliance is 79%" in capsys.readouterr().out
