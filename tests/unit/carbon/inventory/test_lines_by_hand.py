"""Each kind of reading through the account, against numbers that were worked out on paper."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.params import table
from firm_reports import one_month, reported

POWER = ("grid_electricity", 100.0)
BASE = 49.74  # 100 MWh on the grid of Zhejiang in 2023, tCO2

FUELS = [  # kind:item, GJ per unit, tC/GJ, share oxidised, tCO2 per unit, tce per unit
    ("coal:anthracite", 24.515, 0.02749, 0.94, 2.3228, 0.9428),
    ("coal:bituminous", 23.204, 0.02618, 0.93, 2.0715, 0.7143),
    ("coal:lignite", 14.449, 0.028, 0.96, 1.4241, 0.4286),
    ("coal:washed_coal", 26.344, 0.0254, 0.93, 2.2818, 0.9),
    ("coal:other_washed_coal", 15.373, 0.0254, 0.90, 1.2886, 0.2857),
    ("coal:briquettes", 17.46, 0.0336, 0.90, 1.936, 0.5),
    ("coke:coke", 28.446, 0.0294, 0.93, 2.8518, 0.9714),
    ("coke:coal_tar", 33.453, 0.022, 0.98, 2.6446, 1.1429),
    ("coke:crude_benzol", 41.816, 0.0227, 0.98, 3.4109, 1.4286),
    ("pipeline_gas:natural_gas", 389.31, 0.0153, 0.99, 21.6219, 13.3),
    ("liquefied_gas:lng", 41.868, 0.0153, 0.99, 2.3253, 1.7572),
    ("liquefied_gas:lpg", 47.31, 0.0172, 0.99, 2.9538, 1.7143),
    ("liquefied_gas:refinery_gas", 46.05, 0.0182, 0.99, 3.0423, 1.5714),
    ("oil:diesel", 43.33, 0.0202, 0.98, 3.1451, 1.4571),
    ("oil:petrol", 44.8, 0.0189, 0.98, 3.0425, 1.4714),
    ("oil:fuel_oil", 40.19, 0.0211, 0.98, 3.0472, 1.4286),
    ("oil:crude_oil", 42.62, 0.0201, 0.98, 3.0783, 1.4286),
    ("oil:kerosene", 44.75, 0.0196, 0.98, 3.1517, 1.4714),
    ("oil:jet_kerosene", 44.75, 0.0196, 0.98, 3.1517, 1.4714),
    ("oil:naphtha", 41.031, 0.02, 0.98, 2.9488, 1.5),
    ("oil:petroleum_coke", 31.0, 0.0275, 0.98, 3.0633, 1.0918),
    ("oil:other_petroleum", 40.19, 0.02, 0.98, 2.8883, 1.4),
    ("byproduct_gas:coke_oven_gas", 173.854, 0.0136, 0.99, 8.5828, 5.714),
    ("byproduct_gas:blast_furnace_gas", 37.69, 0.0708, 0.99, 9.6865, 1.286),
    ("byproduct_gas:converter_gas", 79.54, 0.0496, 0.99, 14.321, 2.714),
    ("byproduct_gas:carbide_furnace_gas", 111.19, 0.03951, 0.99, 15.947, 3.7939),
    ("byproduct_gas:other_coal_gas", 52.34, 0.0122, 0.99, 2.3179, 1.7859),
]


@pytest.fixture(scope="module")
def all_fuels():
    """Return the account of 27 firms, of which each burns 40 units of one fuel and buys power."""
    rows = []
    for n, fuel in enumerate(FUELS):
        firm = f"F{n:02d}"
        rows += [(firm, "grid_electricity", "2023-06", 100.0), (firm, fuel[0], "2023-06", 40.0)]
    return carbon.account(reported(*rows))


@pytest.mark.parametrize("n", range(len(FUELS)), ids=[fuel[0] for fuel in FUELS])
def test_forty_units_of_a_fuel_are_forty_times_its_printed_factor(all_fuels, n):
    what, ncv, cc, oxidised, tonnes, coal = FUELS[n]
    place = all_fuels.place_of(f"F{n:02d}")
    exact = 40 * ncv * cc * oxidised * 44 / 12
    assert all_fuels.fuel[place, 0] == pytest.approx(exact, rel=1e-12)
    assert all_fuels.fuel[place, 0] == pytest.approx(40 * tonnes, abs=40 * 5.01e-5)
    assert all_fuels.gross[place, 0] == pytest.approx(BASE + exact, rel=1e-12)
    assert all_fuels.scope_1[place, 0] == all_fuels.fuel[place, 0]
    assert all_fuels.energy_tce[place, 0] == pytest.approx(100 * 0.1229 + 40 * coal, rel=1e-12)
    lines = all_fuels.lines(f"F{n:02d}", "2023-06").table()
    row = lines[lines["part"] == "fuel"].iloc[0]
    assert f"{row['kind']}:{row['item']}" == what
    assert row["activity"] == 40.0
    assert row["factor"] * row["activity"] == pytest.approx(exact, rel=1e-12)
    assert row["factor_code"] == f"industry-other/{row['item']}"
    assert row["factor_unit"] == f"tCO2/{row['unit']}"


def test_no_other_fuel_has_a_coefficient_of_coal_than_those_of_the_list():
    burnt = {row["kind"] for row in table("energy_coefficients")} - {
        "grid_electricity",
        "heat_bought",
        "biomass",
    }
    held = {
        f"{row['kind']}:{row['item']}"
        for row in table("energy_coefficients")
        if row["kind"] in burnt
    }
    assert held == {fuel[0] for fuel in FUELS}


POWER_CASES = [  # MWh bought, own PV, other own, green, exported; GJ bought, exported
    # location, market, heat, gross, neutralised, net: tCO2 at 0.4974, 0.6096 and 0.11
    ((1000, 0, 0, 0, 0, 0, 0), (497.4, 609.6, 0.0, 497.4, 0.0, 497.4)),
    ((1000, 200, 0, 0, 0, 0, 0), (497.4, 609.6, 0.0, 596.88, 99.48, 497.4)),
    ((1000, 0, 300, 0, 0, 0, 0), (497.4, 609.6, 0.0, 646.62, 149.22, 497.4)),
    ((1000, 200, 300, 400, 0, 0, 0), (497.4, 365.76, 0.0, 746.1, 447.66, 298.44)),
    ((1000, 0, 0, 1000, 0, 0, 0), (497.4, 0.0, 0.0, 497.4, 497.4, 0.0)),
    ((1000, 0, 0, 1500, 0, 0, 0), (497.4, 0.0, 0.0, 497.4, 497.4, 0.0)),
    ((1000, 0, 0, 0, 250, 0, 0), (373.05, 457.2, 0.0, 373.05, 0.0, 373.05)),
    ((1000, 500, 0, 100, 250, 2000, 0), (373.05, 396.24, 220.0, 841.75, 298.44, 543.31)),
    ((0, 800, 0, 0, 0, 0, 0), (0.0, 0.0, 0.0, 397.92, 397.92, 0.0)),
    ((0, 0, 0, 50, 0, 0, 0), (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
    ((400, 0, 0, 0, 900, 0, 0), (-248.7, -304.8, 0.0, -248.7, 0.0, -248.7)),
    ((500, 0, 0, 0, 0, 3000, 1200), (248.7, 304.8, 198.0, 446.7, 0.0, 446.7)),
    ((500, 0, 0, 0, 0, 100, 4000), (248.7, 304.8, -429.0, -180.3, 0.0, -180.3)),
    ((2500, 120, 80, 600, 40, 900, 150), (1223.604, 1133.856, 82.5, 1405.584, 397.92, 1007.664)),
]
POWER_KINDS = (
    "grid_electricity",
    "own_pv",
    "own_zero_carbon",
    "green_power",
    "electricity_exported",
    "heat_bought",
    "heat_exported",
)
TOTALS = ("electricity", "electricity_market", "heat", "gross", "neutralised", "net")


@pytest.mark.parametrize(("amounts", "tonnes"), POWER_CASES)
def test_power_and_heat_come_to_what_was_worked_out_on_paper(amounts, tonnes):
    rows = list(zip(POWER_KINDS, map(float, amounts), strict=True))
    found = carbon.account(one_month(*rows))
    for name, expected in zip(TOTALS, tonnes, strict=True):
        assert getattr(found, name)[0, 0] == pytest.approx(expected, abs=1e-9), name
    bought, own, other, _, exported, heat, given = (
        amounts  # green power is a part of what is bought
    )
    coal = 0.1229 * (bought + own + other - exported) + 0.03412 * (heat - given)
    assert found.energy_tce[0, 0] == pytest.approx(coal, abs=1e-9)
    assert found.scope_2[0, 0] == pytest.approx(tonnes[0] + tonnes[2], abs=1e-9)
    assert found.scope_2_market[0, 0] == pytest.approx(tonnes[1] + tonnes[2], abs=1e-9)


@pytest.mark.parametrize(("amounts", "tonnes"), POWER_CASES)
def test_lines_sum_to_each_total_of_power_and_heat(amounts, tonnes):
    rows = list(zip(POWER_KINDS, map(float, amounts), strict=True))
    lines = carbon.account(one_month(*rows)).lines("A").table()
    assert lines["in_gross"].sum() == pytest.approx(tonnes[3], abs=1e-9)
    assert lines["in_neutralised"].sum() == pytest.approx(tonnes[4], abs=1e-9)
    assert lines["in_market"].sum() == pytest.approx(tonnes[1], abs=1e-9)
    bought = lines[lines["scope"] == "2"]
    assert set(bought["part"]) <= {"bought", "exported", "own_zero", "heat", "heat_exported"}


OTHERS = [  # kind:item, amount, tCO2e, part, scope
    ("process_inputs:limestone", 1000.0, 440.0, "process", "1"),
    ("process_inputs:magnesite", 1000.0, 521.97, "process", "1"),
    ("process_inputs:siderite", 1000.0, 379.87, "process", "1"),
    ("process_inputs:soda_ash", 1000.0, 414.92, "process", "1"),
    ("process_inputs:electrodes", 3.0, 10.989, "process", "1"),
    ("process_gases:ch4", 1000.0, 29.8, "gases", "1"),
    ("process_gases:ch4_biogenic", 1000.0, 27.0, "gases", "1"),
    ("process_gases:n2o", 1000.0, 273.0, "gases", "1"),
    ("process_gases:sf6", 10.0, 252.0, "gases", "1"),
    ("process_gases:nf3", 10.0, 174.0, "gases", "1"),
    ("process_gases:cf4", 10.0, 73.8, "gases", "1"),
    ("process_gases:c2f6", 10.0, 124.0, "gases", "1"),
    ("process_gases:hfc_134a", 100.0, 153.0, "gases", "1"),
    ("process_gases:hfc_23", 1.0, 14.6, "gases", "1"),
    ("sinks", 12.5, 12.5, "sinks", "deduction"),
    ("captured", 30.0, 30.0, "captured", "deduction"),
    ("offsets", 7.25, 7.25, "offsets", "deduction"),
]
DEDUCTED = {"sinks", "captured", "offsets"}


@pytest.mark.parametrize(("what", "amount", "tonnes", "part", "scope"), OTHERS)
def test_what_is_no_energy_counts_in_its_part_and_no_other(what, amount, tonnes, part, scope):
    found = carbon.account(one_month(POWER, (what, amount)))
    assert getattr(found, part)[0, 0] == pytest.approx(tonnes, rel=1e-12)
    deducted = tonnes if part in DEDUCTED else 0.0
    assert found.gross[0, 0] == pytest.approx(BASE + tonnes - deducted, rel=1e-12)
    assert found.neutralised[0, 0] == pytest.approx(deducted, rel=1e-12)
    assert found.net[0, 0] == pytest.approx(BASE + tonnes - 2 * deducted, rel=1e-12)
    assert found.energy_tce[0, 0] == pytest.approx(12.29)
    line = found.lines("A").table().query("part == @part").iloc[0]
    assert line["scope"] == scope
    product = line["activity"] * line["factor"] * line["gwp"] * line["conversion"]
    assert product == pytest.approx(tonnes, rel=1e-12)
    others = {"process", "gases", "sinks", "captured", "offsets", "fuel"}
    assert all(getattr(found, name)[0, 0] == 0.0 for name in others - {part})


BIOMASS = [  # item, tCO2 per t (IPCC 2006: NCV x CC x 44/12), part
    ("wood", 15.6 * 0.0305 * 44 / 12, "biogenic"),
    ("straw", 11.6 * 0.0273 * 44 / 12, "biogenic"),
    ("biogenic_waste", 11.6 * 0.0273 * 44 / 12, "biogenic"),
    ("fossil_waste", 10.0 * 0.0250 * 44 / 12, "fuel"),
]


@pytest.mark.parametrize(("item", "tonnes", "part"), BIOMASS)
def test_biomass_is_a_memo_and_fossil_waste_is_a_fuel(item, tonnes, part):
    found = carbon.account(one_month(POWER, (f"biomass:{item}", 50.0)))
    assert getattr(found, part)[0, 0] == pytest.approx(50 * tonnes, rel=0.005)
    counted = found.fuel[0, 0]
    assert (counted > 0) == (item == "fossil_waste")
    assert found.gross[0, 0] == pytest.approx(BASE + counted, rel=1e-12)
    assert found.energy_tce[0, 0] > 12.29  # as energy it counts all the same


SETS = [  # factor set, 10 t diesel, 1 10^4 Nm3 gas, 10 t anthracite: tCO2
    ("cn-industry", 43.33 * 0.202 * 0.98, 389.31 * 0.0153 * 0.99, 24.515 * 0.2749 * 0.94),
    ("cn-cement", 42.652 * 0.202 * 0.98, 389.31 * 0.01532 * 0.99, 22.867 * 0.2749 * 0.99),
    ("ipcc-2006", 43.0 * 0.202, 389.31 * 0.0153, 26.7 * 0.268),
]


@pytest.mark.parametrize(("name", "diesel", "gas", "coal"), SETS)
def test_each_set_of_factors_gives_the_account_that_its_own_numbers_give(name, diesel, gas, coal):
    rows = (
        ("oil:diesel", 10.0, diesel),
        ("pipeline_gas:natural_gas", 1.0, gas),
        ("coal:anthracite", 10.0, coal),
    )
    for what, amount, carbon_t in rows:
        found = carbon.account(one_month(POWER, (what, amount)), factors=name)
        assert found.fuel[0, 0] == pytest.approx(carbon_t * 44 / 12, rel=1e-9), what
        assert found.table()["factor_set"].tolist() == [name]


YEARS = [  # month, division, grid factor of the place and year
    ("2021-03", "330500", 0.5422),
    ("2022-12", "330500", 0.5153),
    ("2023-01", "330500", 0.4974),
    ("2026-10", "330500", 0.4974),
    ("2021-01", "130100", 0.7901),
    ("2023-07", "130100", 0.6516),
    ("2022-07", "320500", 0.5978),
    ("2023-07", "440300", 0.4419),
    ("2023-07", "510100", 0.1564),
    ("2022-07", "530100", 0.1073),
    ("2023-07", "", 0.5306),
    ("2021-07", "", 0.5568),
]


@pytest.mark.parametrize(("month", "division", "factor"), YEARS)
def test_power_takes_the_grid_of_its_place_and_year(month, division, factor):
    rows = [("grid_electricity", 10_000.0), ("own_pv", 1000.0)]
    found = carbon.account(one_month(*rows, month=month, divisions={"A": division}))
    assert found.electricity[0, 0] == pytest.approx(10_000 * factor, rel=1e-12)
    assert found.own_zero[0, 0] == pytest.approx(1000 * factor, rel=1e-12)
    assert found.electricity_market[0, 0] == pytest.approx(10_000 * 0.6096, rel=1e-12)


STEEL_WORKS = [  # what goes in or out of a steel works, amount, tCO2
    ("coke:coke", 500.0, 500 * 28.446 * 0.0294 * 0.93 * 44 / 12),
    ("process_inputs:limestone", 200.0, 88.0),
    ("process_inputs:dolomite", 100.0, 47.1),
    ("process_inputs:electrodes", 4.0, 14.652),
    ("process_inputs:pig_iron_bought", 50.0, 8.6),
    ("process_inputs:dri_bought", 40.0, 2.92),
    ("process_inputs:nickel_iron", 30.0, 1.11),
    ("process_inputs:molybdenum_iron", 20.0, 0.36),
    ("process_inputs:chromium_iron", 10.0, 2.75),
    ("physical_output:crude_steel", 1200.0, -18.48),
    ("physical_output:pig_iron_sold", 25.0, -4.3),
]


def test_a_steel_works_on_paper_line_by_line():
    rows = [(what, amount) for what, amount, _ in STEEL_WORKS]
    found = carbon.account(one_month(POWER, *rows, classes={"A": "3120"}))
    lines = found.lines("A").table()
    for what, _, tonnes in STEEL_WORKS:
        kind, item = what.split(":")
        row = lines[(lines["kind"] == kind) & (lines["item"] == item)].iloc[0]
        assert row["in_gross"] == pytest.approx(tonnes, rel=1e-9), what
        assert row["emission"] == pytest.approx(abs(tonnes), rel=1e-9), what
    total = sum(tonnes for *_, tonnes in STEEL_WORKS)
    assert found.scope_1[0, 0] == pytest.approx(total, rel=1e-12)
    assert found.process[0, 0] == pytest.approx(165.492, rel=1e-12)
    assert found.fixed[0, 0] == pytest.approx(22.78, rel=1e-12)
    assert found.gross[0, 0] == pytest.approx(BASE + total, rel=1e-12)


def test_parts_of_an_account_are_told_with_scope_and_sign():
    rows = [(what, amount) for what, amount, _ in STEEL_WORKS]
    found = carbon.account(
        one_month(POWER, ("own_pv", 10.0), ("sinks", 2.0), *rows, classes={"A": "3120"})
    )
    parts = found.tables()["account_parts"].set_index("part")
    expected = {  # emission, in gross, in neutralised, scope
        "process": (165.492, 165.492, 0.0, "1"),
        "fixed": (22.78, -22.78, 0.0, "1"),
        "bought": (49.74, 49.74, 0.0, "2"),
        "own_zero": (4.974, 4.974, 4.974, "2"),
        "sinks": (2.0, 0.0, 2.0, ""),
        "exported": (0.0, 0.0, 0.0, "2"),
    }
    for part, (emission, gross, neutralised, scope) in expected.items():
        row = parts.loc[part]
        assert row["emission"] == pytest.approx(emission, rel=1e-12), part
        assert row["in_gross"] == pytest.approx(gross, rel=1e-12), part
        assert row["in_neutralised"] == pytest.approx(neutralised, rel=1e-12), part
        assert row["scope"] == scope, part
    assert parts["in_gross"].sum() == pytest.approx(found.gross[0, 0], rel=1e-12)
    assert parts["in_neutralised"].sum() == pytest.approx(found.neutralised[0, 0], rel=1e-12)
    assert not np.signbit(parts["in_gross"].to_numpy()[parts["emission"] == 0.0]).any()
