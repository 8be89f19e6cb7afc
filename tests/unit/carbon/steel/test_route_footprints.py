"""Steel by route: the worked case, the break-even, shares of a mass balance, and the provinces."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.steel.numbers_of_steel import steel_numbers
from chainwright.carbon.steel.steel_chains import footprint_of_steel, power_of_steel, steel_chain
from chainwright.errors import BoundaryError, ParameterError, UnknownCodeError


def test_power_and_the_rest_of_steel_by_hydrogen_are_those_worked_by_hand():
    found = carbon.steel_routes()
    by_hand = 1.062 * (0.06264 * (55 + 4.02) + 1.36 * 0.27267 + 0.01924) + 0.51626
    assert found.power == pytest.approx(by_hand, rel=1e-12)
    assert round(found.power, 3) == 4.857
    assert found.other == pytest.approx(1.36 * 1.062 * 0.19 + 1.062 * 0.0327 + 0.18, rel=1e-12)
    assert round(found.other, 3) == 0.489
    assert found.power == pytest.approx(4.9, rel=0.01)  # Suer 2022, by another way


@pytest.mark.parametrize(
    ("place", "grid", "footprint"),
    [("13", 0.6516, 3.65), ("CN", 0.5306, 3.07), ("51", 0.1564, 1.25)],
)
def test_steel_by_hydrogen_on_grids_of_2023(place, grid, footprint):
    row = carbon.steel_routes(place).table().set_index("route").loc["hydrogen_dri_eaf"]
    assert row["grid_factor"] == grid
    assert round(row["footprint"], 2) == footprint
    assert (row["against_blast_furnace"] > 0) == (place != "51")


def test_break_even_and_shares_of_a_mass_balance():
    found = carbon.steel_routes(cuts=(0.1, 0.3, 0.9))
    assert round(found.break_even, 3) == 0.373
    shares = found.mass_balance().set_index("cut")["hydrogen_share"]
    assert (round(100 * shares[0.1], 1), round(100 * shares[0.3], 1)) == (12.7, 38.1)
    assert np.isnan(shares[0.9])  # more than all of it would be needed
    made = shares[0.3] * found.other + (1 - shares[0.3]) * found.blast_furnace
    assert made == pytest.approx(0.7 * 2.3, rel=1e-12)


def test_at_the_break_even_hydrogen_and_the_blast_furnace_are_equal():
    found = carbon.steel_routes()
    assert footprint_of_steel("hydrogen", found.break_even) == pytest.approx(2.3, rel=1e-12)


def test_thirty_provinces_in_three_years_and_the_nation():
    table = carbon.steel_routes().provinces()
    assert len(table) == 31 * 3
    latest = table[table["year"] == 2023]
    assert latest["name_en"].iloc[0] == "Yunnan"
    below = set(latest.loc[latest["below_blast_furnace"], "region"])
    assert below == {"53", "51", "63", "46"}
    worst = table[(table["region"] == "13") & (table["year"] == 2021)]["footprint"].iloc[0]
    assert worst == pytest.approx(0.4891482 + 4.856743208 * 0.7901, rel=1e-9)
    assert table["announcement"].str.contains("公告").all()


def test_each_route_has_its_mark_and_what_must_be_said():
    table = carbon.steel_routes().table().set_index("route")
    assert {"bf_bof", "bf_bof_cut_10", "bf_bof_cut_30", "scrap_eaf"} <= set(table.index)
    coke = table.loc["coke_gas_dri_eaf"]
    assert (coke["verified"], coke["verified_zh"]) == ("unverified", "未核实")
    assert coke["low"] < coke["footprint"] < coke["high"]
    assert coke["high"] == pytest.approx(
        1.062 * (1.4 * 0.19 + 0.2 * 0.5306 + 0.5071) + 0.18 + 0.51626 * 0.5306, rel=1e-12
    )
    assert table.loc["gas_dri_eaf", "footprint"] == pytest.approx(
        1.062 * (1.375 * 0.19 + 0.5071) + 0.18 + power_of_steel("gas") * 0.5306, rel=1e-12
    )
    assert "life-cycle factor" in table.loc["hydrogen_dri_eaf", "note_en"]
    assert "全生命周期" in table.loc["hydrogen_dri_eaf", "note_zh"]
    assert table.loc["hydrogen_dri_eaf_clean", "footprint"] == pytest.approx(0.48914820)
    assert table.loc["bf_bof_cut_30", "footprint"] == pytest.approx(1.61)
    assert np.isnan(table.loc["bf_bof", "grid_factor"])


def test_a_life_cycle_factor_is_taken_and_said():
    found = carbon.steel_routes(carbon.footprint_electricity(2024))
    row = found.table().set_index("route").loc["hydrogen_dri_eaf"]
    assert found.parameters["grid"]["boundary"] == "footprint"
    assert row["footprint"] == pytest.approx(0.4891482 + 4.856743208 * 0.5777, rel=1e-9)
    assert "Life-cycle factor" in row["note_en"]


def test_every_number_has_a_source_and_a_mark():
    numbers = carbon.steel_routes().numbers()
    assert set(numbers["verified"]) == {"verified", "unverified", "assumption"}
    assert (numbers["source"] != "").all()
    assert (numbers["low"] <= numbers["value"]).all()
    assert (numbers["value"] <= numbers["high"]).all()
    assert steel_numbers()["electrolysis"].verified == "no"


def test_the_chain_of_steel_is_a_product_system_like_any_other():
    found = carbon.footprints(steel_chain("hydrogen", 0.5306))
    steel = found.of("steel")
    assert steel.made[0] == pytest.approx(4.856743208, rel=1e-9)
    assert steel.sources()["source"].iloc[0] == "power"
    assert found.units["footprint"] == "tCO2 per unit"


def test_what_is_no_factor_of_power_is_refused():
    with pytest.raises(UnknownCodeError, match="54 of 2023"):
        carbon.steel_routes("54")
    with pytest.raises(UnknownCodeError):
        carbon.steel_routes("13", year=2019)
    with pytest.raises(ParameterError):
        carbon.steel_routes(-0.1)
    with pytest.raises(ParameterError):
        carbon.steel_routes(cuts=(1.0,))
    with pytest.raises(BoundaryError):
        carbon.steel_routes(None)
