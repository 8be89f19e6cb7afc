"""Every one of our records against the files that it was read from."""

import csv
import io
import json
import re
import zipfile
from functools import cache

import numpy as np
import pytest

from chainwright.carbon import FactorSet, gwp
from chainwright.carbon.factors.factor_records import factor_records, series_records
from chainwright.carbon.factors.fuels import resolved_fuel
from chainwright.system import carbon_items
from real import data

ITEMS = {
    "无烟煤": "anthracite",
    "烟煤": "bituminous",
    "褐煤": "lignite",
    "洗精煤": "washed_coal",
    "其它洗煤": "other_washed_coal",
    "型煤": "briquettes",
    "焦炭": "coke",
    "原油": "crude_oil",
    "燃料油": "fuel_oil",
    "汽油": "petrol",
    "柴油": "diesel",
    "一般煤油": "kerosene",
    "喷气煤油": "jet_kerosene",
    "石脑油": "naphtha",
    "石油焦": "petroleum_coke",
    "其它石油制品": "other_petroleum",
    "焦油": "coal_tar",
    "粗苯": "crude_benzol",
    "炼厂干气": "refinery_gas",
    "液化石油气": "lpg",
    "液化天然气": "lng",
    "天然气": "natural_gas",
    "焦炉煤气": "coke_oven_gas",
    "高炉煤气": "blast_furnace_gas",
    "转炉煤气": "converter_gas",
    "密闭电石炉炉气": "carbide_furnace_gas",
    "其它煤气": "other_coal_gas",
}
OF_IPCC = {
    "anthracite": "anthracite",
    "bituminous": "other_bituminous_coal",
    "lignite": "lignite",
    "briquettes": "patent_fuel",
    "coke": "coke",
    "coal_tar": "coal_tar",
    "natural_gas": "natural_gas",
    "lng": "natural_gas",
    "lpg": "liquefied_petroleum_gases",
    "refinery_gas": "refinery_gas",
    "diesel": "gas_diesel_oil",
    "petrol": "motor_gasoline",
    "fuel_oil": "residual_fuel_oil",
    "crude_oil": "oil",
    "kerosene": "other_kerosene",
    "jet_kerosene": "jet_kerosene",
    "naphtha": "naphtha",
    "petroleum_coke": "petroleum_coke",
    "other_petroleum": "other_petro_products",
    "coke_oven_gas": "coke_oven_gas",
    "blast_furnace_gas": "blast_furnace_gas",
    "converter_gas": "oxygen_steel_furnace_gas",
    "other_coal_gas": "gas_works_gas",
    "wood": "msw_wood",
    "straw": "other_prim_solid_biomass",
    "biogenic_waste": "msw_biomass",
    "fossil_waste": "msw",
}
NOT_IN_THE_COPY = {("straw", "ncv"), ("fossil_waste", "ncv")}
METALS = {
    "par_ef_co2_steel:bof": "steel_bof",
    "par_ef_co2_steel:eaf": "steel_eaf",
    "par_ef_co2_steel:ohf": "steel_open_hearth",
    "par_ef_co2_pigiron": "pig_iron",
    "par_ef_co2_dri": "dri",
    "par_ef_co2_sinter": "sinter",
    "par_ef_co2_pellet": "pellet",
    "par_ef_co2_coke:by-product_recovery": "coke_recovery",
    "par_ef_co2_coke:no_by-product_recovery": "coke_without_recovery",
    "par_ef_co2_alu:prebake": "aluminium_prebake",
    "par_ef_co2_alu:soderberg": "aluminium_soderberg",
}
CARBONATES = {
    "calcite": "limestone",
    "magnesite": "magnesite",
    "dolomite": "dolomite",
    "siderite": "siderite",
    "sodium_carbonate": "soda_ash",
    "ankerite": "ankerite",
    "rhodochrosite": "rhodochrosite",
}


def rows(name):
    path = data("emission_factors") / name
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


@cache
def zipped(name):
    path = data("emission_factors") / "ipcc_ippu_parameters_bonsai_ipcc.zip"
    with zipfile.ZipFile(path) as held:
        return list(csv.DictReader(io.StringIO(held.read(name).decode())))


@cache
def parameter(name):
    """Return values by product or activity and by def, min or max."""
    keys = ("product", "activity", "carbonate_type")
    return {
        (next((row[k] for k in keys if k in row), ""), row["property"]): float(row["value"])
        for row in zipped(name)
    }


def properties(series):
    return {(f.item, f.parameter): f for f in series_records()[series]}


def test_all_27_fuels_are_those_of_both_files_and_of_the_list_of_items():
    first, second = rows("china_fuel_defaults.csv"), rows("china_fuels_other_industry.csv")
    ours = properties("industry-other")
    kinds = {item: kind for kind, item in carbon_items()}
    assert {item for item, _ in ours} == set(ITEMS.values())
    assert len(first) == len(second) == 27
    for a, b in zip(first, second, strict=True):
        item = ITEMS[a["name_zh"]]
        assert ITEMS[b["name_zh"]] == item
        assert ours[item, "ncv"].value == float(a["ncv_gj_per_unit"])
        assert ours[item, "ncv"].value == float(b["ncv_gj_per_t_or_1e4m3"])
        assert ours[item, "ncv"].unit == f"GJ/{a['unit']}"
        assert ours[item, "carbon"].value == float(a["carbon_tc_per_gj"])
        assert ours[item, "oxidation"].value == float(b["oxidation"])
        assert ours[item, "ncv"].kind == kinds[item]


def test_the_factor_of_each_fuel_is_the_printed_one():
    for row in rows("china_fuel_defaults.csv"):
        record = resolved_fuel(ITEMS[row["name_zh"]], "industry-other").record
        assert record.value == pytest.approx(float(row["tco2_per_unit"]), abs=5.001e-5)
        assert record.unit == f"tCO2/{row['unit']}"
        assert record.low < record.value < record.high


def test_the_grid_of_30_provinces_in_three_years_is_that_of_the_file():
    ours = {(f.region, f.year): f.value for f in series_records()["grid-province"]}
    given = rows("china_grid_provincial_2021_2023.csv")
    columns = {2021: "tco2_per_mwh_2021", 2022: "2022", 2023: "2023"}
    assert len(given) == 30
    assert ours == {
        (row["gb2260"], year): float(row[column])
        for row in given
        for year, column in columns.items()
    }


def test_2023_is_also_what_the_other_copy_says_in_grams():
    ours = sorted(f.value for f in series_records()["grid-province"] if f.year == 2023)
    other = sorted(float(row["ef"]) / 1000 for row in rows("china_grid_provincial_2023.csv"))
    np.testing.assert_allclose(ours, other, rtol=1e-12)


def test_fuels_of_the_ipcc_are_those_of_the_copy_with_their_ranges():
    ours = properties("ipcc-2006")
    heat = parameter("generic/par_energy_content_per_mass.csv")
    carbon = parameter("generic/par_carbon_content_per_energy.csv")
    checked = 0
    for item, product in OF_IPCC.items():
        for name, copy, scale in (("ncv", heat, 1.0), ("carbon", carbon, 1e-3)):
            if (item, name) in NOT_IN_THE_COPY:
                continue
            found = ours[item, name]
            triple = [copy[product, p] * scale for p in ("def", "min", "max")]
            np.testing.assert_allclose((found.value, found.low, found.high), triple, rtol=1e-9)
            checked += 1
    assert checked == 2 * len(OF_IPCC) - len(NOT_IN_THE_COPY) == 52
    assert {item for item, _ in ours} == set(OF_IPCC)


def test_what_is_not_in_the_copy_is_not_said_to_be_verified():
    ours = properties("ipcc-2006")
    assert not any(ours[pair].verified for pair in NOT_IN_THE_COPY)
    assert ours["straw", "ncv"].value == 11.6  # the copy repeats sulphite lyes: 11.8


PUBLISHED = {
    "crude_oil": 73_300,
    "natural_gas": 56_100,
    "bituminous": 94_600,
    "lignite": 101_000,
    "anthracite": 98_300,
    "coke": 107_000,
    "fuel_oil": 77_400,
    "petrol": 69_300,
    "diesel": 74_100,
    "lpg": 63_100,
    "blast_furnace_gas": 260_000,
    "coke_oven_gas": 44_400,
}


@pytest.mark.parametrize("item", PUBLISHED)
def test_carbon_times_44_over_12_is_the_published_factor_within_2_per_mille(item):
    carbon = properties("ipcc-2006")[item, "carbon"]
    assert carbon.value * 44 / 12 * 1e6 == pytest.approx(PUBLISHED[item], rel=2e-3)


def test_carbonates_and_metals_are_those_of_the_copy():
    process = {f.item: f.value for f in series_records()["process-ipcc"]}
    copy = parameter("industry/mineral/par_ef_c.csv")
    assert process == {ours: copy[theirs, "def"] for theirs, ours in CARBONATES.items()}
    metals = {f.item: f for f in series_records()["ipcc-metals"]}
    for place, item in METALS.items():
        name, _, activity = place.partition(":")
        copy = parameter(f"industry/metal/{name}.csv")
        triple = [copy[activity, p] for p in ("def", "min", "max")]
        assert [metals[item].value, metals[item].low, metals[item].high] == triple
    alloys = parameter("industry/metal/par_ef_co2_ferroalloy.csv")
    named = {item: value for (item, p), value in alloys.items() if p == "def"}
    assert {item: metals[item].value for item in named} == named
    assert set(metals) == {*METALS.values(), *named}


@cache
def hub():
    text = (data("emission_factors") / "epa_ghg_hub_2025.json").read_text("utf-8")
    return json.loads(text)


def test_58_fuels_of_the_epa_multiply_up_to_the_printed_digits():
    ours = properties("epa-hub-2025")
    both = [item for item, name in ours if name == "co2_per_unit"]
    assert len(both) == 58
    for item in both:
        heat, energy, unit = (
            ours[item, name].value for name in ("heat_content", "co2_per_energy", "co2_per_unit")
        )
        digits = len(f"{unit:.10f}".rstrip("0").rpartition(".")[2])
        half = 0.5 * 10.0**-digits
        assert heat * energy == pytest.approx(unit, abs=max(half * 1.02, unit * 1.2e-3))


@pytest.mark.parametrize(
    ("item", "factor"),
    [
        ("anthracite", 2602),
        ("bituminous", 2325),
        ("coal_coke", 2819),
        ("petroleum_coke_solid", 3072),
        ("tires", 2407),
        ("natural_gas", 0.05444),
    ],
)
def test_the_products_that_the_epa_prints_come_out(item, factor):
    ours = properties("epa-hub-2025")
    product = ours[item, "heat_content"].value * ours[item, "co2_per_energy"].value
    assert product == pytest.approx(factor, rel=2.5e-4)
    assert ours[item, "co2_per_unit"].value == factor


def test_all_numbers_of_the_epa_are_those_of_the_file_and_its_wrong_unit_is_not():
    held = hub()["STATIONARY_COMBUSTION"]
    assert {row["fuel_unit"] for row in held.values()} == {"short_ton"}  # the trap
    ours = properties("epa-hub-2025")
    numbers = {(item, name): f.value for (item, name), f in ours.items()}
    columns = {
        "heat_content": "heat_content",
        "co2_per_energy": "co2_per_mmbtu",
        "co2_per_unit": "co2_per_unit",
    }
    in_order = list(dict.fromkeys(item for item, _ in ours))
    theirs = {
        (item, ours_name): row[their_name]
        for item, row in zip(in_order, held.values(), strict=True)
        for ours_name, their_name in columns.items()
        if row[their_name] is not None
    }
    assert numbers == theirs
    for (item, name), found in ours.items():
        if name != "heat_content":
            continue
        solid, liquid, gas = 5.0, 0.2, 0.01  # mmBtu a short ton, a gallon, a cubic foot
        unit = found.unit.removeprefix("mmBtu/")
        assert unit == (
            "short ton" if found.value > solid else "gallon" if found.value > 0.05 else "scf"
        ), item
        assert (found.value < gas) == (unit == "scf")
        assert (found.value < liquid) == (unit in {"scf", "gallon"})


def test_potentials_of_the_fifth_report_are_those_of_the_epa():
    theirs = {
        re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"): row["gwp_100yr"]
        for name, row in hub()["GWP"].items()
    }
    names = {
        "carbon_dioxide": "co2",
        "methane": "ch4",
        "nitrous_oxide": "n2o",
        "sulfur_hexafluoride": "sf6",
        "nitrogen_trifluoride": "nf3",
        "hfc_43_10mee": "hfc_43_10mee",
        "pfc_14": "cf4",
        "pfc_116": "c2f6",
        "pfc_218": "c3f8",
        "pfc_318": "c_c4f8",
        "pfc_3_1_10": "c4f10",
    }
    shared = {names.get(name, name): value for name, value in theirs.items()}
    ours = {f.item: f.value for f in series_records()["gwp-ar5"]}
    both = set(ours) & set(shared)
    assert len(both) >= 15
    assert {gas: ours[gas] for gas in both} == {gas: shared[gas] for gas in both}
    assert gwp("AR5", "cf4").value == 6630


def test_no_record_is_twice_and_each_says_who_and_where():
    every = [
        f
        for table in ("fuel", "electricity", "process", "gwp", "epa")
        for f in factor_records(table)
    ]
    assert len({f.code for f in every}) == len(every)
    for f in every:
        said = (f.publisher, f.announcement, f.source, f.date, f.boundary)
        assert all(said), f.code
        assert f.low <= f.value <= f.high, f.code
        assert f.verified_by, f.code
    assert data("emission_factors").exists()


def test_the_worked_account_of_a_firm_in_zhejiang_is_3_004_tonnes():
    nothing = [np.nan] * 3
    found = FactorSet.named("cn-industry").for_lines(
        [5, 12, 14],
        ["", "natural_gas", "diesel"],
        ["330500"] * 3,
        [2023] * 3,
        measured=[nothing, nothing, [42.652, np.nan, np.nan]],
    )
    zhejiang = next(r for r in rows("china_grid_provincial_2021_2023.csv") if r["gb2260"] == "33")
    assert found.value[0] == float(zhejiang["2023"])
    assert float(found.value @ [2500, 80, 10]) == pytest.approx(3004.21, abs=0.005)
