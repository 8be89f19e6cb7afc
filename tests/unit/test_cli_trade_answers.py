"""Commands on trade beside dependence: toy files whose answers are worked out by hand."""

import io
import json

import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.cli import main
from chainwright.system import System

COLUMNS = ["exporter", "importer", "product", "year", "value", "quantity"]


@pytest.fixture
def trade(tmp_path):
    """Germany buys carbon electrodes of China, dearer ones of Japan, and sells a few to France."""
    rows = []
    for year, pieces, unit_value in ((2022, 10.0, 2.0), (2023, 10.0, 2.0), (2024, 30.0, 1.0)):
        rows += [
            ("CHN", "DEU", "854511", year, pieces * unit_value, pieces),
            ("JPN", "DEU", "854511", year, 10.0, 5.0),
            ("DEU", "FRA", "854511", year, 15.0, 5.0),
            ("DEU", "CHN", "846120", year, 60.0, 6.0),
            ("FRA", "CHN", "846120", year, 20.0, 2.0),
        ]
    path = tmp_path / "trade.csv"
    pd.DataFrame(rows, columns=COLUMNS).assign(unit="t", currency="USD").to_csv(path, index=False)
    return path


@pytest.fixture
def made(tmp_path):
    """Germany makes 20 t in each year, China 100 t."""
    rows = [(p, "854511", y, q) for y in (2022, 2023, 2024) for p, q in (("DEU", 20), ("CHN", 100))]
    path = tmp_path / "made.csv"
    frame = pd.DataFrame(rows, columns=["place", "product", "year", "quantity"])
    frame.assign(unit="t").to_csv(path, index=False)
    return path


def ask(capsys, *words):
    """Return the first table that a command prints as CSV."""
    with pytest.raises(SystemExit) as stopped:
        main([*(str(w) for w in words), "--format", "csv"])
    printed = capsys.readouterr()
    assert (stopped.value.code or 0, printed.err) == (0, "")
    return pd.read_csv(io.StringIO(printed.out), dtype={"product": str}, keep_default_na=False)


def test_import_exposure_counts_what_home_makes(capsys, trade, made):
    row = ask(capsys, "import-exposure", trade, "--home", "DEU", "--production", made).iloc[0]
    assert row["apparent_use"] == 20.0 + 35.0 - 5.0
    assert row["net_import_reliance"] == pytest.approx(30.0 / 50.0)
    assert (row["top_supplier"], row["exposure_to_top"]) == ("CHN", pytest.approx(30.0 / 50.0))


def test_import_exposure_needs_production(capsys, trade):
    with pytest.raises(SystemExit) as stopped:
        main(["import-exposure", str(trade), "--home", "DEU"])
    assert stopped.value.code != 0
    assert "--production" in capsys.readouterr().err


def test_import_exposure_takes_the_production_of_the_year_alone(capsys, trade, made):
    words = ["import-exposure", trade, "--home", "DEU", "--production", made, "--year", "2023"]
    row = ask(capsys, *words).iloc[0]
    assert row["apparent_use"] == 20.0 + 15.0 - 5.0


def test_quality_gap_sets_the_price_sold_against_the_price_bought(capsys, trade):
    table = ask(capsys, "quality-gap", trade, "--home", "DEU").set_index("product")
    row = table.loc["854511"]
    assert float(row["export_unit_value"]) == pytest.approx(3.0)
    assert float(row["import_unit_value"]) == pytest.approx(40.0 / 35.0)
    assert float(row["gap"]) == 0.0  # home sells dearer than it buys


def test_import_surge_is_a_watch_without_production_and_a_surge_with_it(capsys, trade, made):
    bare = ask(capsys, "import-surge", trade, "--home", "DEU").set_index("product")
    assert bare.loc["854511", "level"] == "watch"
    assert float(bare.loc["854511", "quantity_change"]) == pytest.approx(35.0 / 15.0 - 1.0)
    full = ask(capsys, "import-surge", trade, "--home", "DEU", "--production", made)
    assert full.set_index("product").loc["854511", "level"] == "surge"


def test_mutual_dependence_nets_products_partner_by_partner(capsys, trade):
    words = ["mutual-dependence", trade, "--home", "DEU", "--blocs", "none"]
    table = ask(capsys, *words).set_index("partner")
    china, france = table.loc["CHN"], table.loc["FRA"]
    assert (china["products_on_home"], china["products_of_home"], china["net"]) == (1, 1, 0)
    assert (china["imports_on_home"], float(china["share_on_home"])) == (80.0, 1.0)
    assert (china["imports_of_home"], float(china["share_of_home"])) == (40.0, 1.0)
    assert (france["products_on_home"], france["products_of_home"]) == (1, 0)


def test_a_bloc_that_home_is_part_of_is_left_out_and_others_are_kept(capsys, trade, made):
    words = ["--home", "DEU", "--production", made, "--blocs", "EU27,CHN+JPN"]
    row = ask(capsys, "import-exposure", trade, *words).iloc[0]
    assert (row["top_supplier"], row["import_hhi"]) == ("CHN+JPN", 1.0)


def test_supply_risk_weights_world_and_home_supply_by_governance(capsys, trade, made, tmp_path):
    scores = tmp_path / "scores.csv"
    places = {"place": ["CHN", "DEU", "JPN"], "score": [5.0, 2.0, 2.0]}
    pd.DataFrame(places).to_csv(scores, index=False)
    words = ["--home", "DEU", "--production", made, "--governance", scores, "--year", "2024"]
    row = ask(capsys, "supply-risk", trade, *words).iloc[0]
    found = diagnose.supply_risk(System.read(trade), made, scores, home="DEU", years=[2024])
    assert row["supply_risk"] == pytest.approx(found.table()["supply_risk"].iloc[0])
    world = (100 / 120) ** 2 * 5.0 + (20 / 120) ** 2 * 2.0
    home = (20 / 55) ** 2 * 2.0 + (30 / 55) ** 2 * 5.0 + (5 / 55) ** 2 * 2.0
    reliance = (35.0 - 5.0) / (20.0 + 35.0 - 5.0)
    wanted = world * reliance / 2 + home * (1 - reliance / 2)
    assert row["supply_risk"] == pytest.approx(wanted)


@pytest.mark.parametrize("command", ["quality-gap", "import-surge", "mutual-dependence"])
def test_an_answer_on_trade_is_written_with_its_origin_and_in_chinese(
    capsys, trade, tmp_path, command
):
    target = tmp_path / "answer.csv"
    with pytest.raises(SystemExit, match="0"):
        main([command, str(trade), "--home", "DEU", "-o", str(target), "--format", "csv"])
    capsys.readouterr()
    files = [target] if target.is_file() else sorted(target.glob("*.csv"))
    assert files
    note = json.loads(files[0].with_name(f"{files[0].name}.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"]["home"] == "DEU"
    with pytest.raises(SystemExit, match="0"):
        main([command, str(trade), "--home", "DEU", "--lang", "zh"])
    assert "来源：" in capsys.readouterr().out
