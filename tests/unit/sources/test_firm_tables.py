"""Tables of firms and sites: what is read, and what is refused."""

import duckdb
import pandas as pd
import polars as pl
import pytest

from chainwright.errors import FormatError, MissingFileError, TableError
from chainwright.sources.firm_tables import firm_tables
from chainwright.tables import example, schema

CODE = "91440300708461136T"
FIRM = {"firm": "a", "name_en": "Alpha", "place": "JPN"}
SITE = {"site": "s", "firm": "a", "latitude_deg": "35.0", "longitude_deg": "139.0"}


def told(firm=None, site=None, more=()):
    sites = None if site is None else pd.DataFrame([SITE | site])
    with pytest.raises(TableError) as caught:
        firm_tables(pd.DataFrame([FIRM | (firm or {}), *more]).fillna(""), sites)
    return [str(breach) for breach in caught.value.breaches]


def test_the_example_is_read_from_files(tmp_path):
    for name in ("firms", "sites"):
        (tmp_path / f"{name}.csv").write_text(example(name), encoding="utf-8")
    firms, sites, origin = firm_tables(tmp_path / "firms.csv", tmp_path / "sites.csv")
    assert list(firms["firm"]) == ["91440300MA5XAMPE0H", "example-coaters"]
    assert firms["division"][0] == "440300"
    assert sites["longitude_deg"][0] == 114.1
    assert origin.file == "firms.csv"
    assert origin.notes[0].startswith("sites from sites.csv")


def test_the_same_firms_come_from_every_kind_of_table(tmp_path):
    frame = pd.DataFrame([FIRM, {"firm": CODE, "name_en": "Beta", "place": "CHN"}])
    expected = firm_tables(frame)[0]
    frame.to_parquet(tmp_path / "f.parquet")
    frame.to_csv(tmp_path / "f.csv", index=False)
    given = (
        pl.from_pandas(frame),
        duckdb.from_df(frame),
        tmp_path / "f.parquet",
        tmp_path / "f.csv",
    )
    for data in given:
        pd.testing.assert_frame_equal(firm_tables(data)[0], expected)
    assert list(expected) == [c.column for c in schema("firms")]


def test_an_identity_that_is_a_credit_code_is_checked_and_written_to_its_column():
    frame = pd.DataFrame([{"firm": CODE, "name_zh": "甲"}, FIRM])
    assert list(firm_tables(frame)[0]["credit_code"]) == [CODE, ""]
    (said,) = told({"firm": "91440300708461136X"})
    assert "row 2, column 'credit_code': found '91440300708461136X'" in said
    assert "a last character 'T'" in said


def test_without_sites_there_is_a_table_without_rows():
    sites = firm_tables(pd.DataFrame([FIRM]))[1]
    assert list(sites) == [c.column for c in schema("sites")]
    assert sites.empty


BAD_FIRMS = {
    "no identity": ({"firm": ""}, "column 'firm'", "Fill it in"),
    "no name": ({"name_en": ""}, "found no name", "name_en or name_zh"),
    "a code with a slip": ({"credit_code": "91440300708461137T"}, "column 'credit_code'", "'X'"),
    "a short code": ({"credit_code": "914403007"}, "column 'credit_code'", "It has 9"),
    "a class that is none": ({"gbt4754": "9999"}, "column 'gbt4754'", "There is no such code"),
    "a division that is none": ({"division": "999999"}, "column 'division'", "no such code"),
    "a division of four digits": ({"division": "4403"}, "column 'division'", "six digits"),
    "a size of no kind": ({"size": "big"}, "column 'size'", "large, medium, small, micro"),
    "a place of two letters": ({"place": "JP"}, "column 'place'", "Write JPN."),
    "a division abroad": ({"division": "440300"}, "column 'place': found JPN beside 440300", "CHN"),
    "a date that is none": ({"date": "2024-13-01"}, "column 'date'", "no such day"),
}


@pytest.mark.parametrize("kind", BAD_FIRMS)
def test_a_bad_firm_is_named_with_row_column_and_remedy(kind):
    cells, *said = BAD_FIRMS[kind]
    found = told(cells)
    assert any("row 2" in t and all(s in t for s in said) for t in found), found


def test_a_firm_and_a_code_stand_once():
    assert "a again, as in row 2" in told(more=[FIRM])[0]
    other = {"firm": "b", "name_en": "Beta", "place": "CHN", "credit_code": CODE}
    (said,) = told({"credit_code": CODE, "place": "CHN"}, more=[other])
    assert f"row 3, column 'credit_code': found {CODE} again, as in row 2" in said


BAD_SITES = {
    "a firm of no table": ({"firm": "b"}, "column 'firm'", "Add it there"),
    "a latitude beyond the pole": (
        {"latitude_deg": "139"},
        "column 'latitude_deg'",
        "interchanged",
    ),
    "a longitude beyond the line": ({"longitude_deg": "-181"}, "column 'longitude_deg'", "-180 to"),
    "one coordinate": ({"latitude_deg": ""}, "column 'latitude_deg': found nothing", "both"),
    "no identity": ({"site": ""}, "column 'site'", "Fill it in"),
    "degrees in words": ({"latitude_deg": "35 N"}, "column 'latitude_deg'", "[deg]"),
}


@pytest.mark.parametrize("kind", BAD_SITES)
def test_a_bad_site_is_named_with_its_table_row_and_column(kind):
    cells, *said = BAD_SITES[kind]
    found = told(site=cells)
    assert any("the table 'sites', row 2" in t and all(s in t for s in said) for t in found), found


def test_breaches_of_firms_and_sites_are_told_together():
    found = told({"size": "big"}, site={"firm": "b"})
    assert len(found) == 2


@pytest.mark.parametrize("code", ["330502", "330521", "110105", "310115", "500236", "429004"])
def test_districts_and_counties_of_known_cities_pass(code):
    frame = pd.DataFrame([FIRM | {"place": "CHN", "division": code}])
    assert firm_tables(frame)[0]["division"][0] == code


@pytest.mark.parametrize("code", ["339902", "110305", "990101"])
def test_districts_of_no_city_do_not(code):
    with pytest.raises(TableError, match="no such code"):
        firm_tables(pd.DataFrame([FIRM | {"place": "CHN", "division": code}]))


def test_places_of_their_own_in_iso_keep_their_divisions():
    frame = pd.DataFrame([FIRM | {"place": "HKG", "division": "810000"}])
    assert firm_tables(frame)[0]["division"][0] == "810000"


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(MissingFileError):
        firm_tables(tmp_path / "nothing.csv")
    (tmp_path / "gbk.csv").write_bytes("firm,name_zh\na,甲公司\n".encode("gbk"))
    with pytest.raises(FormatError, match="GBK"):
        firm_tables(tmp_path / "gbk.csv")
