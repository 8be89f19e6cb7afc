"""The worked case of steel: each printed number, and each route beside plain arithmetic."""

import numpy as np
import pytest

from chainwright import carbon

HYDROGEN = 580 * 0.09 * 1.2 / 1000
POWER = 1.062 * (HYDROGEN * (55 + 4.02) + 1.36 * 0.27267 + 0.01924) + 0.51626
OTHER = 1.36 * 1.062 * 0.19 + 1.062 * 0.0327 + 0.18


def footprint_of(found, route):
    """Return the row of a route."""
    return found.table().set_index("route").loc[route]


def test_power_the_rest_and_the_break_even_are_the_printed_ones():
    found = carbon.steel_routes()
    assert pytest.approx(0.06264, abs=5e-6) == HYDROGEN
    assert found.power == pytest.approx(POWER, rel=1e-12)
    assert found.other == pytest.approx(OTHER, rel=1e-12)
    assert found.break_even == pytest.approx((2.3 - OTHER) / POWER, rel=1e-12)
    assert [f"{found.power:.4f}", f"{found.other:.4f}"] == ["4.8567", "0.4891"]
    assert f"{found.break_even:.3f}" == "0.373"
    assert abs(found.power - 4.9) < 0.05  # an independent figure


@pytest.mark.parametrize(
    ("grid", "factor", "printed"),
    [("13", 0.6516, "3.65"), ("CN", 0.5306, "3.07"), ("51", 0.1564, "1.25")],
)
def test_hydrogen_steel_on_the_grids_of_2023(grid, factor, printed):
    row = footprint_of(carbon.steel_routes(grid), "hydrogen_dri_eaf")
    assert row["grid_factor"] == factor
    assert row["footprint"] == pytest.approx(OTHER + POWER * factor, rel=1e-12)
    assert f"{row['footprint']:.2f}" == printed
    assert row["against_blast_furnace"] == pytest.approx((OTHER + POWER * factor) / 2.3 - 1.0)


def test_with_zero_carbon_power_what_is_left_is_the_rest():
    for found in (carbon.steel_routes("13"), carbon.steel_routes(0.0)):
        clean = footprint_of(found, "hydrogen_dri_eaf_clean")
        assert f"{clean['footprint']:.3f}" == "0.489"
        assert clean["grid_factor"] == 0.0
    assert footprint_of(carbon.steel_routes(0.0), "hydrogen_dri_eaf")["footprint"] == (
        pytest.approx(OTHER, rel=1e-12)
    )


@pytest.mark.parametrize("grid", [0.0, 0.1564, 0.5306, 0.6516])
def test_steel_by_gas_is_plain_arithmetic(grid):
    found = carbon.steel_routes(grid)
    gas = 1.062 * (0.5071 + 1.375 * 0.19 + 0.12 * grid) + 0.18 + 0.51626 * grid
    assert footprint_of(found, "gas_dri_eaf")["footprint"] == pytest.approx(gas, rel=1e-12)
    coke = footprint_of(found, "coke_gas_dri_eaf")
    expected = 1.062 * (0.25 + 1.375 * 0.19 + 0.12 * grid) + 0.18 + 0.51626 * grid
    assert coke["footprint"] == pytest.approx(expected, rel=1e-12)
    low = 1.062 * (0.125 + 1.36 * 0.19 + 0.1 * grid) + 0.18 + 0.51626 * grid
    high = 1.062 * (0.5071 + 1.4 * 0.19 + 0.2 * grid) + 0.18 + 0.51626 * grid
    assert coke["low"] == pytest.approx(low, rel=1e-12)
    assert coke["high"] == pytest.approx(high, rel=1e-12)
    assert coke["verified"] == "unverified"


def test_cuts_by_mass_balance_are_the_printed_shares():
    table = carbon.steel_routes(cuts=(0.1, 0.2, 0.3, 0.95)).mass_balance().set_index("cut")
    shares = table["hydrogen_share"]
    assert [f"{shares[c]:.1%}" for c in (0.1, 0.3)] == ["12.7%", "38.1%"]
    for cut in (0.1, 0.2, 0.3):
        assert shares[cut] == pytest.approx(cut * 2.3 / (2.3 - OTHER), rel=1e-12)
        mixed = shares[cut] * OTHER + (1.0 - shares[cut]) * 2.3
        assert table.loc[cut, "footprint"] == pytest.approx(mixed, rel=1e-12)
        scrap = table.loc[cut, "scrap_share"]
        assert scrap * 0.68 + (1.0 - scrap) * 2.3 == pytest.approx(mixed, rel=1e-12)
    assert np.isnan(shares[0.95])  # no share of a steel with 0.489 makes a cut of 95 %


def test_world_and_route_averages_are_the_quoted_ones():
    numbers = carbon.steel_routes().numbers().set_index("code")
    quoted = {
        "bf_bof_china": 2.3, "bf_bof_world": 2.33, "scrap_eaf_world": 0.68, "world_2019": 1.85,
        "world_2020": 1.89, "world_2021": 1.91, "electrolysis": 55.0, "gas_volume": 0.2154,
    }  # fmt: skip
    for code, value in quoted.items():
        assert numbers.loc[code, "value"] == value
    assert tuple(numbers.loc["dri_eaf_world", ["low", "high"]]) == (1.37, 1.43)
    assert numbers.loc["electrolysis", "verified"] == "unverified"
