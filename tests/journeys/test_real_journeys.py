"""Whole journeys on real tables and on the made-up country: command, page, workbook, replay."""

import json
import re

import pandas as pd
import pytest
from openpyxl import load_workbook

from chainwright.cli import main
from real import data


def call(*words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    return stopped.value.code or 0


def tables_of(place):
    return {
        p.stem: pd.read_csv(p, keep_default_na=False, na_values=[""])
        for p in (place / "tables").glob("*.csv")
    }


def told(text):
    """Return the five sentences of a page."""
    return re.findall(r"<li>(.*?)</li>", text[: text.index('<section id="glance"')])


def test_the_made_up_country_by_province(tmp_path):
    place = tmp_path / "b"
    words = ("brief", "demo:country", "--home", "44", "--nation", "CHN", "-o", place)
    assert call(*words, "--lang", "zh") == 0
    text = (place / "brief.html").read_text("utf-8")
    assert "均不代表真实地区" in text[: text.index('<section id="glance"')]
    tables = tables_of(place)
    inputs, abroad = tables["glance"]["inputs"].sum(), tables["glance"]["imported_inputs"].sum()
    assert f"{100 * abroad / inputs:.1f} %" in told(text)[0]
    assert call("brief", "--replay", place) == 0
    assert json.loads((place / "manifest.json").read_text())["inputs"][0]["sha256"] == ""


def test_china_by_its_own_table_in_chinese(tmp_path, capsys):
    place = tmp_path / "b"
    file = data("china_io_nbs") / "china_2018_42.csv.gz"
    assert call("brief", file, "--home", "CHN", "--lang", "zh", "-o", place) == 0
    text = (place / "brief.html").read_text("utf-8")
    sentences = told(text)
    tables = tables_of(place)
    assert tables["stuck_necks"]["top_supplier"].isna().all()
    assert tables["suppliers"]["region"].isna().all()
    flagged = int(tables["stuck_necks"]["flagged"].sum())
    assert flagged > 0
    assert str(flagged) in sentences[1]
    assert "2018" in sentences[0]
    assert not re.search("澳大利亚|美国|韩国|日本", "".join(sentences))
    book = load_workbook(place / "chain-map.xlsx")
    assert all("10" in p["A3"].value or "万元" in p["A3"].value for p in book.worksheets)
    capsys.readouterr()
    assert call("brief", "--replay", place) == 0
    out = capsys.readouterr().out
    assert "same bytes" in out
    assert not re.search("differs|missing|new ", out)


def test_china_by_the_world_table_in_english(tmp_path):
    place = tmp_path / "b"
    source = data("wiod2013")
    assert call("brief", source, "--home", "CHN", "--year", "2011", "-o", place) == 0
    text = (place / "brief.html").read_text("utf-8")
    sentences = told(text)
    tables = tables_of(place)
    named = tables["suppliers"][~tables["suppliers"]["composite"]]
    for share in named["share_of_imports"].head(3):
        assert f"{100 * share:.1f} %" in sentences[0]
    necks = tables["stuck_necks"]
    first = necks[necks["flagged"] & (necks["product_class"] == "goods")].iloc[0]
    assert f"{100 * first['imported_share']:.0f} % of it is imported" in sentences[1]
    assert f"{100 * first['exposure_direct']:.0f} % comes from Australia alone" in sentences[1]
    assert f"{first['output_at_risk'] / 1e3:.1f} bn USD" in sentences[1]
    dropped = tables["dropped_chains"]
    outside = dropped[(dropped["place"] == "abroad") & ~dropped["composite"]]
    assert f"{outside['shortage_first'].max() / 1e3:.1f} bn USD" in sentences[2]
    plates = tables["long_plates"]
    long = plates[plates["long_plate"].fillna(value=False).astype(bool)]
    assert f"makes {100 * long.iloc[0]['world_share_exports']:.0f} % of the world" in sentences[3]
    unknown = tables["suppliers"].loc[tables["suppliers"]["composite"], "share_of_imports"].sum()
    assert f"who delivers {100 * unknown:.0f} % of the inputs" in sentences[4]
    assert "RoW" not in set(necks["top_supplier"])
    note = json.loads((place / "manifest.json").read_text())
    assert len(note["inputs"]) == 4  # the arrays and the three lists of names beside them
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert len(text) < 3_000_000
