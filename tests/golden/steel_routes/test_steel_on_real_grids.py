"""Steel by hydrogen on every published grid, beside the public tables and plain arithmetic."""

import csv

import pytest

from chainwright import carbon
from real import data


def published():
    """Return the grid factors of the public table by province and year."""
    path = data("emission_factors") / "china_grid_provincial_2021_2023.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {2021: "tco2_per_mwh_2021", 2022: "2022", 2023: "2023"}
    return {
        (row["gb2260"], year): float(row[column])
        for row in rows
        for year, column in columns.items()
    }


def by_hand(grid):
    """Return tCO2 per t of steel by hydrogen, as the reference works it out."""
    hydrogen = 580 * 0.09 * 1.2 / 1000
    shaft = hydrogen * (55 + 4.02) + 1.36 * 0.27267 + 0.01924
    power = 1.062 * shaft + 0.51626
    other = 1.36 * 1.062 * 0.19 + 1.062 * 0.0327 + 0.18
    return other + power * grid


def test_each_province_and_year_is_worked_out_from_its_published_factor():
    known = published()
    table = carbon.steel_routes().provinces()
    ours = table[table["region"] != "CN"].set_index(["region", "year"])
    assert set(ours.index) == set(known)
    assert len(known) == 90
    for place, grid in known.items():
        assert ours.loc[place, "grid_factor"] == grid
        assert ours.loc[place, "footprint"] == pytest.approx(by_hand(grid), rel=1e-12)
        assert ours.loc[place, "below_blast_furnace"] == (by_hand(grid) < 2.3)


def test_the_blast_furnace_is_that_of_the_public_table():
    path = data("steel_plants") / "steel_emission_factors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {(row["technology"], row["country"]): row for row in csv.DictReader(file)}
    row = rows["bf_bof", "China"]
    assert float(row["emission_factor_tco2_per_t"]) == carbon.steel_routes().blast_furnace
    assert row["source"] == "Koolen & Vidovic 2022"


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_hydrogen_pays_where_the_grid_is_below_the_break_even(year):
    found = carbon.steel_routes(year=year)
    below = {place for (place, y), grid in published().items() if y == year and grid < 0.3729}
    table = found.provinces()
    some = table[(table["year"] == year) & (table["region"] != "CN")]
    assert set(some.loc[some["below_blast_furnace"], "region"]) == below
    assert "13" not in below
    assert {"51", "53"} <= below
