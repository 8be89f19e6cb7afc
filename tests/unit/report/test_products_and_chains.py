"""A brief with trade in products and chain maps: sections, tables, pictures, replay."""

import json
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from chainwright.errors import ChangedInputError, UnknownCodeError
from chainwright.report import brief, replay
from chainwright.tables import example
from trades import made

CHAIN = "photovoltaics"


def trade_file(folder):
    """Three years of made-up trade in which CHN buys ore of AUS alone, and nobody else sells it."""
    rows = []
    for year in (2021, 2022, 2023):
        flows = made(year, places=4, products=4).replace(
            {"P00": "CHN", "P01": "AUS", "P02": "JPN", "P03": "DEU"}
        )
        flows = flows[flows["product"] != "000003"]
        ore = pd.DataFrame(
            {
                "exporter": ["AUS", "AUS"],
                "importer": ["CHN", "JPN"],
                "product": ["ore", "ore"],
                "value": [900.0, 100.0],
                "quantity": [90.0, 10.0],
            }
        )
        rows.append(pd.concat([flows, ore]).assign(year=year))
    path = folder / "trade.csv"
    table = pd.concat(rows)
    table["product"] = "p" + table["product"]
    table.to_csv(path, index=False)
    return path


def table_file(folder):
    """The example of a table of flows, with its regions as countries."""
    text = example("flows").replace(",A,", ",CHN,").replace(",B,", ",AUS,").replace(",C,", ",JPN,")
    path = folder / "flows.csv"
    path.write_text(text)
    return path


@pytest.fixture(scope="module", params=["en", "zh"])
def written(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("brief")
    path = trade_file(folder)
    found = brief(
        table_file(folder),
        home="CHN",
        folder=folder / "made",
        lang=request.param,
        trade=path,
        chains=[CHAIN],
    )
    return found, path, request.param


def test_the_page_says_which_products_home_depends_on(written):
    found, _, lang = written
    page = found.page.read_text(encoding="utf-8")
    frame = found.analysis.frames["dependence"]
    ore = frame.set_index("product").loc["pore"]
    assert bool(ore["lasting"])
    assert ore["top_supplier"] == "AUS"
    assert ore[f"reason_{lang}"] not in page  # the table has it; the page says it in short
    short = "Suppliers: Australia (100.0%)" if lang == "en" else "主要来源：澳大利亚（100.0%）"
    assert short in page
    assert ("that China imports" if lang == "en" else "中国进口的产品有") in page
    assert ("lasting dependences" if lang == "en" else "持续依赖") in page


def test_the_picture_of_the_chain_stands_in_the_page_and_beside_it(written):
    found, _, _ = written
    alone = (found.folder / f"chain-{CHAIN}.svg").read_text(encoding="utf-8")
    assert alone in found.page.read_text(encoding="utf-8")
    names = {text.text for text in ET.fromstring(alone).iter() if text.text}  # noqa: S314
    assert len(names) > 40


def test_every_table_is_written_under_the_name_of_its_chain(written):
    found, _, _ = written
    made_here = {p.name for p in (found.folder / "tables").glob("*.csv")}
    for name in ("dependence.csv", f"chain_diagnosis.{CHAIN}.csv", f"chain_losses.{CHAIN}.csv"):
        assert name in made_here
    frame = pd.read_csv(found.folder / "tables" / f"chain_diagnosis.{CHAIN}.csv")
    assert len(frame) == len(found.analysis.maps[0].chain.nodes)


def test_the_manifest_names_the_trade_file_and_the_tables_come_again(written):
    found, path, _ = written
    manifest = json.loads((found.folder / "manifest.json").read_text(encoding="utf-8"))
    assert str(path) in {row["path"] for row in manifest["inputs"]}
    assert manifest["question"]["chains"] == [CHAIN]
    assert manifest["parameters"]["dependence"]["home"] == "CHN"
    again = replay(found.folder)
    assert again.same, str(again)
    assert set(again.files["outcome"]) <= {"same bytes", "same cells"}


def test_changed_trade_is_refused(tmp_path):
    path = trade_file(tmp_path)
    brief(table_file(tmp_path), home="CHN", folder=tmp_path / "made", trade=path)
    path.write_text(path.read_text() + "\n")
    with pytest.raises(ChangedInputError, match=r"trade\.csv"):
        replay(tmp_path / "made")


def test_a_province_stands_in_the_trade_of_its_nation(tmp_path):
    path = trade_file(tmp_path)
    found = brief(
        "demo:country",
        home="44",
        nation="CHN",
        folder=tmp_path / "made",
        trade=path,
        chains=[CHAIN],
    )
    assert found.analysis.products.found.home.name == "CHN"
    assert [m.home.name for m in found.analysis.maps] == ["CHN"]


def test_trade_that_does_not_know_home_is_said_and_a_chain_that_is_not_there_refused(tmp_path):
    table, path = table_file(tmp_path), trade_file(tmp_path)
    path.write_text(path.read_text().replace("AUS", "NZL"))
    found = brief(table, home="AUS", folder=tmp_path / "made", trade=path)
    assert found.analysis.products is None
    assert found.analysis.left_out["dependence"] == "cannot_home_trade"
    assert "neither home nor the nation" in found.page.read_text(encoding="utf-8")
    with pytest.raises(UnknownCodeError, match="photovoltaics"):
        brief(table, home="AUS", folder=tmp_path / "other", chains=["photovoltaic"])
    assert not (tmp_path / "other").exists()


def test_without_trade_and_chains_the_brief_is_as_it_was(tmp_path):
    found = brief(table_file(tmp_path), home="CHN", folder=tmp_path / "made")
    page = found.page.read_text(encoding="utf-8")
    assert 'id="products"' not in page
    assert not list((tmp_path / "made").glob("chain-*.svg"))
