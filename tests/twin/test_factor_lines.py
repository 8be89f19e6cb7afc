"""Factors of lines against a plain reading of the tables, one line after the other."""

import csv
import math
from functools import cache
from importlib.resources import files

import numpy as np
import pytest

from chainwright.carbon import FactorSet
from chainwright.system import carbon_items, carbon_kinds

NUMBERS = {kind: int(row["number"]) for kind, row in carbon_kinds().items()}
BURN = ("coal", "coke", "pipeline_gas", "liquefied_gas", "oil", "byproduct_gas", "biomass")
SETS = {
    "industry": FactorSet.named("cn-industry"),
    "kiln": FactorSet.named("cn-cement"),
    "boiler": FactorSet.named("cn-cement").with_(equipment="industrial-boiler"),
    "rounded": FactorSet.named("cn-rounded"),
    "ipcc": FactorSet.named("ipcc-2006"),
    "cbam": FactorSet.named("cbam"),
}


@cache
def rows(name):
    text = files("chainwright").joinpath(f"carbon/factors/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def plain_fuel(item, unit, chosen):
    """Return heat value, carbon per heat, oxidation, and the factor of a fuel."""
    found = []
    for parameter in ("ncv", "carbon", "oxidation"):
        for series in (chosen.fuels, "industry-other", "ipcc-2006"):
            wanted = [parameter]
            if parameter == "oxidation" and chosen.equipment:
                wanted = [f"oxidation:{chosen.equipment}", "oxidation"]
            held = [
                row
                for name in wanted
                for row in rows("fuel_factors")
                if (row["series"], row["item"], row["parameter"]) == (series, item, name)
                and (parameter != "ncv" or row["unit"] == f"GJ/{unit}")
            ]
            if held:
                found.append(float(held[0]["value"]))
                break
    return found, math.prod(found) * chosen.carbon_to_co2


@pytest.mark.parametrize("name", SETS)
def test_every_fuel_of_every_set_is_the_product_of_what_the_table_says(name):
    chosen = SETS[name]
    fuels = [(k, i, row["unit"]) for (k, i), row in carbon_items().items() if k in BURN]
    found = chosen.for_lines(
        [NUMBERS[kind] for kind, _, _ in fuels],
        [item for _, item, _ in fuels],
        [""] * len(fuels),
        [2024] * len(fuels),
    )
    for i, (_, item, unit) in enumerate(fuels):
        properties, factor = plain_fuel(item, unit, chosen)
        assert found.properties[i].tolist() == properties, item
        assert found.value[i] == pytest.approx(factor, rel=1e-14), item
        assert found.low[i] <= found.value[i] <= found.high[i]


def plain_grid(division, year, level):
    """Return the factor of the grid, NaN where there is none."""
    if not division or level == "nation":
        series, region = "grid-nation", "CN"
        if division[:2] in {"71", "81", "82"}:
            return math.nan
    elif level == "province":
        series, region = "grid-province", division[:2]
    else:
        places = {row["division"]: row["region"] for row in rows("grid_regions")}
        series = "grid-region"
        region = places.get(division[:4], places.get(division[:2], ""))
    years = {
        int(row["valid_from"][:4]): float(row["value"])
        for row in rows("electricity_factors")
        if row["series"] == series and row["region"] == region
    }
    earlier = [y for y in years if y <= year]
    return years[max(earlier)] if earlier else years[min(years)] if years else math.nan


@pytest.mark.parametrize("level", ["province", "region", "nation"])
def test_every_place_in_every_year_has_the_grid_that_the_table_says(level):
    divisions = [row["division"].ljust(6, "0") for row in rows("grid_regions")] + [""]
    lines = [(d, y) for d in divisions for y in range(2019, 2028)]
    found = (
        SETS["industry"]
        .with_(grid=level)
        .for_lines(
            [5] * len(lines), [""] * len(lines), [d for d, _ in lines], [y for _, y in lines]
        )
    )
    expected = [plain_grid(d, y, level) for d, y in lines]
    np.testing.assert_array_equal(found.value, expected)
    assert ((found.record == -1) == np.isnan(found.value)).all()


def test_measured_properties_take_the_place_of_defaults_one_by_one():
    rng = np.random.default_rng(7)
    n = 200
    own = np.stack([rng.uniform(10, 50, n), rng.uniform(0.01, 0.03, n), rng.uniform(0.8, 1, n)], 1)
    own[rng.random((n, 3)) < 0.5] = np.nan
    fuels = [(k, i) for k, i in carbon_items() if k in BURN]
    pick = rng.integers(0, len(fuels), n)
    kinds, items = [NUMBERS[fuels[p][0]] for p in pick], [fuels[p][1] for p in pick]
    for chosen in SETS.values():
        base = chosen.for_lines(kinds, items, [""] * n, [2023] * n)
        found = chosen.for_lines(kinds, items, [""] * n, [2023] * n, measured=own)
        used = np.where(np.isnan(own), base.properties, own)
        np.testing.assert_array_equal(found.properties, used)
        np.testing.assert_allclose(
            found.value, used.prod(axis=1) * chosen.carbon_to_co2, rtol=1e-13
        )
        whole = ~np.isnan(own).any(axis=1)
        np.testing.assert_array_equal(found.low[whole], found.high[whole])
        codes = [found.rules[r][0] for r in found.rule]
        some = ~np.isnan(own).all(axis=1)
        for i in range(n):
            said = {"measured"} if whole[i] else {"measured_part"}
            assert (codes[i] in said) == bool(some[i]), (codes[i], own[i])
