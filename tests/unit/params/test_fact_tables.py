"""The fact tables: counted, unique, sourced, and covering every code of the real files."""

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from chainwright.params import fact_tables, table
from real import data

HAN = re.compile(r"[\u4e00-\u9fff]")
SECTIONS = set("ABCDEFGHIJKLMNOPQRSTU")
SECTOR_LISTS = {
    "wiod2013": 35,
    "nbs42_2018": 42,
    "nbs42_2015": 42,
    "nbs42_2005": 42,
    "nbs41_2010": 41,
    "nbs122_2002": 122,
    "nbs135_2007": 135,
    "nbs139_2012": 139,
    "nbs149_2017": 149,
    "nbs153_2018": 153,
    "icio50": 50,
    "icio45": 45,
    "icio45_2021": 45,
    "ceads42": 42,
}
NBS_FILES = {
    "china_2002_122": "nbs122_2002",
    "china_2005_42": "nbs42_2005",
    "china_2007_135": "nbs135_2007",
    "china_2010_41": "nbs41_2010",
    "china_2012_139": "nbs139_2012",
    "china_2015_42": "nbs42_2015",
    "china_2017_42": "nbs42_2018",
    "china_2017_149": "nbs149_2017",
    "china_2018_42": "nbs42_2018",
    "china_2018_153": "nbs153_2018",
    "china_2020_42": "nbs42_2018",
    "china_2020_153": "nbs153_2018",
}
GROUPS = {
    "EU27": 27,
    "EU28": 28,
    "EU15": 15,
    "EA20": 20,
    "G7": 7,
    "BRICS": 5,
    "ASEAN": 10,
    "USMCA": 3,
    "RCEP": 15,
    "OECD38": 38,
}
KEYS = {
    "stock_days": ("input",),
    "stock_days_sectors": ("list", "code"),
    "sectors": ("list", "code"),
    "regions": ("code",),
    "currencies": ("code",),
    "region_groups": ("group", "code"),
    "final_categories": ("list", "code"),
    "value_added": ("list", "code"),
    "essential_inputs": ("user_section", "input_section"),
    "essential_exceptions": ("list", "input_code"),
    "essential_rule": ("code",),
    "demo_country": ("code",),
    "demo_provinces": ("code",),
    "demo_maker_families": ("family",),
    "demo_maker_models": ("item",),
    "demo_maker_cities": ("city",),
    "demo_maker_words": ("kind", "key"),
    "glossary": ("term_en",),
    "trade_formats": ("format",),
    "trade_columns": ("format", "column", "role"),
    "places": ("code",),
    "hs_chapters": ("code",),
    "references": ("key",),
    "classifications": ("list",),
    "class_words": ("term_en",),
    "chain_words": ("list", "word"),
    "chains": ("name",),
    "legal_forms": ("word",),
    "country_words": ("word",),
    "own_words": ("word",),
    "matching_reasons": ("code",),
    "shock_templates": ("template", "parameter"),
    "workability": ("section", "measure"),
}


def listed(name, of):
    """Return the rows of one list of a fact table by code."""
    return {row["code"]: row for row in table(name) if row["list"] == of}


def nbs(name):
    """Return one of the national tables of China as text."""
    return pd.read_csv(data("china_io_nbs") / f"{name}.csv.gz", dtype=str)


@pytest.mark.parametrize("name", KEYS)
def test_a_fact_table_is_rectangular_utf8_in_normal_form(name):
    raw = files("chainwright").joinpath(f"params/{name}.csv").read_bytes()
    text = raw.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    header, *rows = csv.reader(text.splitlines())
    assert len(set(header)) == len(header)
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    assert all(cell == cell.strip() for row in rows for cell in row)


@pytest.mark.parametrize("name", KEYS)
def test_a_fact_table_never_says_a_thing_twice(name):
    counts = Counter(tuple(row[key] for key in KEYS[name]) for row in table(name))
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", KEYS)
def test_every_fact_has_a_source_and_a_date(name):
    for row in table(name):
        assert row["source"], row
        assert date.fromisoformat(row["date"]).isoformat() == row["date"], row


@pytest.mark.parametrize(
    "name", ["sectors", "regions", "region_groups", "final_categories", "value_added"]
)
def test_every_code_has_an_english_name_and_a_chinese_name_in_han_characters(name):
    for row in table(name):
        assert row["name_en"].strip(), row
        assert not HAN.search(row["name_en"]), row
        assert HAN.search(row["name_zh"]), row


def test_every_fact_table_is_known_to_these_tests():
    assert set(KEYS) <= set(fact_tables())


def test_each_list_of_sectors_is_complete():
    assert Counter(row["list"] for row in table("sectors")) == SECTOR_LISTS


def test_every_sector_has_a_section_of_isic_rev_4():
    assert {row["section"] for row in table("sectors")} <= SECTIONS


def test_two_sectors_of_one_list_never_share_a_name():
    for field in ("name_en", "name_zh"):
        counts = Counter((row["list"], row[field]) for row in table("sectors"))
        assert [key for key, count in counts.items() if count > 1] == []


def test_sections_follow_the_letter_of_an_oecd_code():
    for of in ("icio50", "icio45"):
        rows = listed("sectors", of)
        assert {code: row["section"] for code, row in rows.items()} == {c: c[0] for c in rows}


def test_the_oecd_editions_list_the_same_industries_at_different_detail():
    fine, coarse = listed("sectors", "icio50"), listed("sectors", "icio45")
    assert set(fine) - set(coarse) == {
        "A01", "A02", "B05", "B06", "B07", "B08", "C24A", "C24B", "C301", "C302T309"
    }  # fmt: skip
    assert set(coarse) - set(fine) == {"A01_02", "B05_06", "B07_08", "C24", "C30"}
    older = listed("sectors", "icio45_2021")
    assert [r["name_en"] for r in older.values()] == [r["name_en"] for r in coarse.values()]
    assert [r["section"] for r in older.values()] == [r["section"] for r in coarse.values()]


def test_wiod_sectors_fall_into_the_sections_that_were_agreed():
    runs = [("A", 1), ("B", 1), ("C", 14), ("D", 1), ("F", 1), ("G", 3), ("I", 1), ("H", 4)]
    agreed = "".join(letter * count for letter, count in runs) + "JKLMOPQST"
    rows = listed("sectors", "wiod2013")
    assert list(rows) == [f"c{i}" for i in range(1, 36)]
    assert "".join(row["section"] for row in rows.values()) == agreed


def test_wiod_sectors_and_categories_are_those_of_the_real_files():
    folder = data("wiod2013")
    industries = pd.read_csv(folder / "industries.csv", dtype=str)
    assert list(listed("sectors", "wiod2013")) == list(industries["code"])
    categories = pd.read_csv(folder / "final_demand.csv", dtype=str)
    assert list(listed("final_categories", "wiod2013")) == list(categories["code"])


def test_wiod_countries_are_known_as_regions():
    countries = set(pd.read_csv(data("wiod2013") / "countries.csv", dtype=str)["iso3"])
    of = {row["code"] for row in table("regions") if "wiod2013" in row["lists"].split(";")}
    assert of == countries


@pytest.mark.parametrize(("name", "of"), NBS_FILES.items())
def test_the_sectors_of_a_chinese_table_have_the_codes_and_chinese_names_of_the_file(name, of):
    file = nbs(name).drop_duplicates("Code").set_index("Code")["DescriptionInChinese"]
    sectors = file[file.index.str.isdigit()]
    assert {c: r["name_zh"] for c, r in listed("sectors", of).items()} == sectors.to_dict()


@pytest.mark.parametrize("name", NBS_FILES)
def test_every_other_row_and_column_of_a_chinese_table_is_known(name):
    file = nbs(name)
    labels = {"Code", "Description", "DescriptionInChinese", "Origin"}
    columns = {c for c in file.columns if not c.isdigit()} - labels
    assert columns <= set(listed("final_categories", "nbs"))
    rows = {c for c in file["Code"] if not c.isdigit()}
    assert rows <= set(listed("value_added", "nbs"))


def test_a_chinese_subtotal_is_the_sum_of_its_parts():
    file = nbs("china_2018_153")
    sectors = file["Code"].str.isdigit()
    rows = listed("final_categories", "nbs")
    for code in ("THC", "TC", "GCF", "TFU"):
        parts = rows[code]["parts"].split(";")
        stated = file.loc[sectors, code].astype(float)
        found = file.loc[sectors, parts].astype(float).sum(axis=1)
        np.testing.assert_allclose(found, stated, rtol=1e-9, atol=1e-3)


def test_signed_chinese_categories_add_up_to_output():
    file = nbs("china_2012_139")
    sectors = file["Code"].str.isdigit()
    rows = listed("final_categories", "nbs")
    kept = [
        c for c in file.columns if c in rows and not rows[c]["parts"] and c not in {"TIU", "GO"}
    ]
    signs = np.array([float(rows[c]["sign"]) for c in kept])
    final = file.loc[sectors, kept].astype(float).to_numpy() @ signs
    use = file.loc[sectors, "TIU"].astype(float).to_numpy()
    stated = file.loc[sectors, "GO"].astype(float).to_numpy()
    np.testing.assert_allclose(use + final, stated, rtol=1e-9)


def test_signed_oecd_categories_add_up_to_output():
    path = data("china_io_nbs") / "oecd2021" / "OECD21ed_CHN_1995to2018.csv.gz"
    file = pd.read_csv(path, dtype={"Code": str}).query("year == 2018").set_index("Code")
    rows = listed("final_categories", "oecd_iot")
    sectors = [c for c in file.columns if c.isdigit()]
    assert set(file.columns) - set(sectors) - {"year", "Description"} == set(rows)
    signs = np.array([float(row["sign"]) for row in rows.values()])
    made = file.loc[sectors, sectors].sum(axis=1) + file.loc[sectors, list(rows)] @ signs
    np.testing.assert_allclose(made, file.loc["OUTPUT", sectors].astype(float), atol=1.0)
    assert set(file.index) - set(sectors) == set(listed("value_added", "oecd_iot"))


def test_roles_are_of_the_agreed_words_and_signs_are_one_or_minus_one():
    roles = {"household", "npish", "government", "consumption", "investment", "inventories"}
    roles |= {"exports", "imports", "error", "total", "other"}
    rows = table("final_categories")
    assert {row["role"] for row in rows} == roles
    assert {row["sign"] for row in rows} == {"1", "-1"}
    kinds = {"compensation", "taxes", "depreciation", "surplus"}
    kinds |= {"total", "margins", "imports", "other"}
    assert {row["role"] for row in table("value_added")} == kinds


def test_a_category_means_the_same_in_every_list_that_has_it():
    roles = {}
    for row in table("final_categories"):
        roles.setdefault(row["code"].casefold(), set()).add(row["role"])
    assert {code: found for code, found in roles.items() if len(found) > 1} == {}


def test_the_parts_of_a_subtotal_are_categories_of_the_same_list():
    for row in table("final_categories"):
        parts = set(row["parts"].split(";")) - {""}
        assert parts <= set(listed("final_categories", row["list"]))


def test_the_tables_of_the_oecd_have_as_many_regions_as_published():
    rows = [row for row in table("regions") if "icio" in row["lists"].split(";")]
    regular = {"2021": 67, "2023": 77, "2025": 81}
    for edition, count in regular.items():
        of = [row for row in rows if edition in row["editions"].split(";")]
        assert sum(row["kind"] != "part" for row in of) == count
        assert len(of) == count + 4
    parts = {row["code"]: row["part_of"] for row in rows if row["kind"] == "part"}
    assert parts == {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}


def test_exiobase_has_44_countries_and_five_composite_regions():
    rows = [row for row in table("regions") if "exiobase" in row["lists"].split(";")]
    assert Counter(row["kind"] for row in rows) == {"country": 44, "composite": 5}
    named = {row["code"] for row in rows if row["kind"] == "composite"}
    assert named == {"WA", "WE", "WF", "WL", "WM"}


def test_a_region_has_iso_codes_unless_it_stands_for_many_countries():
    for row in table("regions"):
        composite = row["kind"] == "composite"
        assert bool(re.fullmatch("[A-Z]{3}", row["iso3"])) != composite, row
        assert bool(re.fullmatch("[A-Z]{2}", row["iso2"])) != composite, row
    pairs = {(row["iso3"], row["iso2"]) for row in table("regions")}
    assert len(pairs) == len({iso3 for iso3, _ in pairs}) == len({iso2 for _, iso2 in pairs})
    assert {row["kind"] for row in table("regions")} == {"country", "composite", "part", "province"}


def test_romania_of_wiod_is_romania():
    codes = {row["code"]: row["iso3"] for row in table("regions")}
    assert codes["ROM"] == codes["ROU"] == codes["RO"] == "ROU"


def test_iso_codes_are_those_of_the_standard():
    path = data("classifications") / "bonsai_tree_iso_3166_1_alpha3.csv.gz"
    known = set(pd.read_csv(path, dtype=str, keep_default_na=False)["code"])
    assert {row["iso3"] for row in table("regions")} - {""} <= known


def test_the_provinces_are_those_of_the_standard_and_spelt_as_in_the_emissions_data():
    provinces = {row["code"]: row for row in table("regions") if row["kind"] == "province"}
    assert len(provinces) == 31
    path = data("classifications") / "gbt2260_province.csv.gz"
    standard = pd.read_csv(path, dtype=str).set_index("province")["name"]
    assert all(standard[code] in row["aliases"].split(";") for code, row in provinces.items())
    spelt = {n for r in provinces.values() for n in (r["name_en"], *r["aliases"].split(";"))}
    emissions = pd.read_parquet(data("ceads_china_co2") / "province_sector_fuel.parquet")
    assert set(emissions["province"].unique()) <= spelt


def test_no_alias_stands_for_two_regions_of_one_list():
    owners = {}
    for row in table("regions"):
        for alias in filter(None, row["aliases"].split(";")):
            owners.setdefault(alias, set()).add(row["iso3"] + row["part_of"] + row["name_en"])
    assert {alias for alias, found in owners.items() if len(found) > 1} == set()


def test_groups_have_as_many_members_as_their_treaties_and_members_are_iso_codes():
    assert Counter(row["group"] for row in table("region_groups")) == GROUPS
    iso = {row["iso3"] for row in table("regions")}
    assert {row["code"] for row in table("region_groups")} <= iso


def test_the_members_of_the_groups_are_those_of_their_treaties():
    members = {}
    for row in table("region_groups"):
        members.setdefault(row["group"], []).append(row["code"])
    written = {
        "BRICS": "BRA CHN IND RUS ZAF",
        "G7": "CAN DEU FRA GBR ITA JPN USA",
        "USMCA": "CAN MEX USA",
        "ASEAN": "BRN IDN KHM LAO MMR MYS PHL SGP THA VNM",
        "EU27": (
            "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN "
            "IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK SVN SWE"
        ),
    }
    assert {name: " ".join(sorted(members[name])) for name in written} == written
    elsewhere = [
        "AUS",
        "CAN",
        "CHE",
        "CHL",
        "COL",
        "CRI",
        "GBR",
        "ISL",
        "ISR",
        "JPN",
        "KOR",
        "MEX",
        "NOR",
        "NZL",
        "TUR",
        "USA",
    ]
    outside_oecd = {"BGR", "CYP", "HRV", "MLT", "ROU"}
    assert set(members["OECD38"]) == set(members["EU27"]) - outside_oecd | set(elsewhere)


def test_the_union_of_28_is_that_of_27_and_the_united_kingdom():
    members = {}
    for row in table("region_groups"):
        members.setdefault(row["group"], set()).add(row["code"])
    assert members["EU28"] - members["EU27"] == {"GBR"}
    assert members["EU15"] <= members["EU28"]
    assert members["EA20"] < members["EU27"]
    assert members["G7"] <= members["OECD38"]
    assert members["ASEAN"] < members["RCEP"]


def test_essential_inputs_answer_for_every_pair_of_sections():
    rows = table("essential_inputs")
    letters = SECTIONS - {"U"}
    pairs = {(row["user_section"], row["input_section"]) for row in rows}
    assert pairs == {(user, given) for user in letters for given in letters}
    assert {row["essential"] for row in rows} == {"0", "1"}
    assert all(row["reason"] for row in rows)
    assert all(row["source"].startswith("assumption") for row in rows)


def test_goods_are_essential_to_makers_and_trade_margins_to_nobody():
    essential = {
        (row["user_section"], row["input_section"]): row["essential"] == "1"
        for row in table("essential_inputs")
    }
    assert all(essential["C", given] for given in "ABCDE")
    assert not any(essential["C", given] for given in "FGHIJKLMNOPQRST")
    assert not any(essential[user, "G"] for user in SECTIONS - {"U"})
    assert not any(essential["L", given] for given in SECTIONS - {"U"})


def test_exceptions_to_essential_inputs_name_known_products_and_users():
    for row in table("essential_exceptions"):
        assert row["input_code"] in listed("sectors", row["list"]), row
        assert set(row["user_sections"].split(";")) <= SECTIONS, row
        assert row["essential"] in {"0", "1"}, row
        assert "C" not in row["user_sections"].split(";"), row


def test_the_demo_country_balances_within_its_rounding():
    rows = pd.DataFrame(table("demo_country")).set_index("code")
    assert list(rows.index) == list(listed("sectors", "nbs42_2018"))
    texts = ["name_en", "name_zh", "unit", "source", "date"]
    figures = rows.drop(columns=texts).astype(float)
    uses = ["intermediate_use", "final_consumption", "investment", "inventories", "exports"]
    supply = figures["output"] + figures["imports"]
    assert (abs(figures[uses].sum(axis=1) - supply) / supply).max() < 1e-3
    kinds = ["compensation", "taxes", "depreciation", "surplus"]
    gap = figures[kinds].sum(axis=1) - figures["value_added"]
    assert (abs(gap) / figures["value_added"]).max() < 1e-3
    made = figures["intermediate_input"] + figures["value_added"]
    assert (abs(made - figures["output"]) / figures["output"]).max() < 1e-3
    assert (figures["imports_intermediate"] <= figures["imports"]).all()
    assert set(rows["unit"]) == {"10^8 yuan"}


def test_the_demo_country_is_the_published_table_rounded():
    file = nbs("china_2018_42")
    rows = pd.DataFrame(table("demo_country")).set_index("code")
    origin = {o: f.set_index("Code") for o, f in file.groupby("Origin")}
    stated = {
        "output": origin["Domestic"]["GO"],
        "imports": origin["Imports"]["GO"],
        "imports_intermediate": origin["Imports"]["TIU"],
        "value_added": origin["TOT"].loc["TVA", list(rows.index)],
    }
    for column, found in stated.items():
        exact = found.loc[rows.index].astype(float) / 1e4
        gap = abs(rows[column].astype(float) - exact)
        assert (gap <= 5.0e-4 * exact + 1e-3).all(), column


def test_the_gross_products_of_the_provinces_have_the_published_moments():
    rows = table("demo_provinces")
    provinces = [row["code"] for row in table("regions") if row["kind"] == "province"]
    assert [row["code"] for row in rows] == provinces
    values = np.array([float(row["gdp"]) for row in rows])
    assert values.sum() == pytest.approx(914_117.5, abs=0.05)
    assert values.std(ddof=1) == pytest.approx(24_136.181387, abs=1e-5)
    assert np.quantile(values, [0.25, 0.5, 0.75]) == pytest.approx([13104.7, 22716.5, 37508.75])


def test_the_glossary_explains_every_term_in_both_languages():
    for row in table("glossary"):
        assert HAN.search(row["term_zh"]), row
        assert HAN.search(row["meaning_zh"]), row
        assert row["meaning_en"].endswith("."), row
        assert row["meaning_zh"].endswith("。"), row
