"""The factor of each line with its value, unit and rule, as the published tables have it."""

import numpy as np
import pytest

from chainwright.carbon import FactorSet, GridFactor
from chainwright.errors import BoundaryError, LabelError, ParameterError, UnknownCodeError

OURS = FactorSet.named("cn-industry")
NONE = float("nan")

LINES = [  # kind, item, division, year; value, unit, rule, boundary
    (5, "", "330500", 2023, 0.4974, "tCO2/MWh", "province_year", "grid"),
    (5, "", "330500", 2025, 0.4974, "tCO2/MWh", "province_earlier", "grid"),
    (5, "", "330500", 2019, 0.5422, "tCO2/MWh", "province_later", "grid"),
    (5, "", "", 2022, 0.5366, "tCO2/MWh", "place_unknown_year", "grid"),
    (5, "", "540100", 2023, NONE, "", "no_grid", ""),
    (5, "", "zz", 2023, NONE, "", "place_not_known", ""),
    (6, "", "130100", 2023, 0.6516, "tCO2/MWh", "province_year", "grid"),
    (9, "", "510100", 2021, 0.1255, "tCO2/MWh", "province_year", "grid"),
    (10, "anthracite", "", 2023, 2.3228, "tCO2/t", "fuel_set", "combustion"),
    (10, "", "", 2023, NONE, "", "item_needed", ""),
    (10, "diesel", "", 2023, NONE, "", "item_unknown", ""),
    (11, "coke", "", 2023, 2.8518, "tCO2/t", "fuel_set", "combustion"),
    (12, "", "", 2023, 21.6219, "tCO2/10^4 Nm3", "only_item", "combustion"),
    (12, "natural_gas", "", 2023, 21.6219, "tCO2/10^4 Nm3", "fuel_set", "combustion"),
    (13, "lpg", "", 2023, 2.9538, "tCO2/t", "fuel_set", "combustion"),
    (14, "petrol", "", 2023, 3.0425, "tCO2/t", "fuel_set", "combustion"),
    (15, "converter_gas", "", 2023, 14.3210, "tCO2/10^4 Nm3", "fuel_set", "combustion"),
    (16, "", "", 2023, 0.11, "tCO2/GJ", "heat_default", "heat"),
    (17, "", "", 2023, 0.11, "tCO2/GJ", "heat_default", "heat"),
    (18, "wood", "", 2023, 1.7446, "tCO2/t", "biomass", "biogenic"),
    (18, "fossil_waste", "", 2023, 0.9167, "tCO2/t", "waste_fossil", "combustion"),
    (19, "limestone", "", 2023, 0.44, "tCO2/t", "process_set", "process"),
    (19, "soda_ash", "", 2023, 0.4149, "tCO2/t", "process_other_set", "process"),
    (19, "", "", 2023, NONE, "", "item_needed", ""),
    (19, "gold", "", 2023, NONE, "", "item_unknown", ""),
    (21, "n2o", "", 2023, 0.273, "tCO2e/kg", "potential", "gwp"),
    (21, "ch4", "", 2023, 0.0298, "tCO2e/kg", "potential", "gwp"),
    (21, "xenon", "", 2023, NONE, "", "item_unknown", ""),
    (25, "crude_steel", "", 2023, 0.0154, "tCO2/t", "fixed", "fixed"),
    (25, "bolts", "", 2023, NONE, "", "no_factor", ""),
    (36, "", "330500", 2023, 0.6096, "tCO2/MWh", "residual_year", "residual"),
    (22, "", "", 2023, NONE, "", "no_factor", ""),
    (23, "", "", 2023, NONE, "", "no_factor", ""),
    (27, "", "", 2023, NONE, "", "no_factor", ""),
    (101, "", "", 2023, NONE, "", "no_factor", ""),
    (999, "", "", 2023, NONE, "", "no_factor", ""),
]


@pytest.fixture(scope="module")
def together():
    """Return the factors of all lines, asked for at once."""
    kinds, items, divisions, years = (list(column) for column in list(zip(*LINES, strict=True))[:4])
    return OURS.for_lines(kinds, items, divisions, years)


@pytest.mark.parametrize("n", range(len(LINES)))
def test_a_line_has_the_factor_the_unit_and_the_rule_of_the_tables(together, n):
    kind, item, division, year, value, unit, rule, boundary = LINES[n]
    alone = OURS.for_lines([kind], [item], [division], [year])
    for found, place in ((together, n), (alone, 0)):
        assert float(found.value[place]) == pytest.approx(value, abs=5.1e-5, nan_ok=True)
        record = found.of(place)
        assert ("" if record is None else record.unit) == unit
        assert found.rules[found.rule[place]][0] == rule
        assert found.boundaries[place] == boundary
        assert all(found.why(place))
        if record is not None:
            assert found.low[place] <= found.value[place] <= found.high[place]
            assert record.value == found.value[place]


def test_each_record_and_rule_is_held_once_however_many_lines_use_it(together):
    assert len(set(together.records)) == len(together.records)
    assert len({rule[0] for rule in together.rules}) == len(together.rules)
    assert len(together) == len(LINES)
    assert (together.record == -1).sum() == sum(np.isnan(line[4]) for line in LINES)


CHANGED = [  # what is changed, kind, item, division, year, value, rule
    ({"grid": "region"}, 5, "", "330500", 2023, 0.55, "region_year"),
    ({"grid": "region"}, 5, "", "210200", 2023, 0.5564, "region_earlier"),
    ({"grid": "nation"}, 5, "", "330500", 2022, 0.5366, "nation_year"),
    ({"grid_year": 2021}, 5, "", "330500", 2023, 0.5422, "province_year"),
    ({"grid_year": 2021}, 36, "", "330500", 2023, 0.6096, "residual_later"),
    ({"grid": GridFactor(0.321)}, 5, "", "540100", 2023, 0.321, "grid_given"),
    ({"grid": GridFactor(0.0)}, 6, "", "330500", 2023, 0.0, "grid_given"),
    ({"heat": 0.09}, 16, "", "", 2023, 0.09, "heat_given"),
    ({"heat": 0.0}, 17, "", "", 2023, 0.0, "heat_given"),
    ({"gwp": "AR5"}, 21, "n2o", "", 2023, 0.265, "potential"),
    ({"gwp": "AR4"}, 21, "ch4", "", 2023, 0.025, "potential"),
    ({"process": "process-ipcc"}, 19, "limestone", "", 2023, 0.43971, "process_set"),
    ({"process": "process-ipcc"}, 19, "electrodes", "", 2023, 3.663, "process_other_set"),
    ({"carbon_to_co2": 3.664}, 14, "diesel", "", 2023, 3.1451225 * 3.664 * 3 / 11, "fuel_set"),
    ({"fuels": "cement-gb"}, 14, "diesel", "", 2023, 3.0959096, "fuel_mixed"),
    ({"fuels": "ipcc-2006"}, 14, "diesel", "", 2023, 43 * 0.0202 * 44 / 12, "fuel_set"),
    (
        {"fuels": "cement-gb", "equipment": "kiln"},
        11,
        "coke",
        "",
        2023,
        3.0367045,
        "fuel_equipment",
    ),
]


@pytest.mark.parametrize(("change", "kind", "item", "division", "year", "value", "rule"), CHANGED)
def test_a_changed_set_changes_the_line_and_its_name_says_so(  # noqa: PLR0917 - a row of the table
    change, kind, item, division, year, value, rule
):
    chosen = OURS.with_(**change)
    found = chosen.for_lines([kind], [item], [division], [year])
    assert float(found.value[0]) == pytest.approx(value, rel=2e-6)
    assert found.rules[0][0] == rule
    assert chosen.name.startswith(f"cn-industry; {next(iter(change))}=")
    assert chosen.digest != OURS.digest
    assert OURS.with_(**change).digest == chosen.digest


IMPOSSIBLE = [
    ({"fuels": "none"}, UnknownCodeError),
    ({"equipment": "oven"}, UnknownCodeError),
    ({"gwp": "AR7"}, UnknownCodeError),
    ({"process": "steel"}, UnknownCodeError),
    ({"name": "mine"}, UnknownCodeError),
    ({"colour": 1}, UnknownCodeError),
    ({"grid": "city"}, ParameterError),
    ({"carbon_to_co2": 3.5}, ParameterError),
    ({"carbon_to_co2": 44.0}, ParameterError),
    ({"heat": -0.01}, ParameterError),
    ({"heat": 1.01}, ParameterError),
    ({"heat": NONE}, ParameterError),
]


@pytest.mark.parametrize(("change", "error"), IMPOSSIBLE)
def test_a_set_that_cannot_be_is_refused(change, error):
    with pytest.raises(error):
        OURS.with_(**change)


def test_life_cycle_power_is_no_grid_of_an_account():
    from chainwright.carbon import footprint_electricity  # noqa: PLC0415 - beside its one use

    with pytest.raises(BoundaryError, match="A GridFactor is needed here"):
        OURS.with_(grid=footprint_electricity(2024))


MEASURED = [  # heat value, carbon, oxidation that the firm measured of diesel; value, rule
    ((42.652, 0.0202, 0.98), 3.0959096, "measured"),
    ((42.652, NONE, NONE), 3.0959096, "measured_part"),
    ((NONE, 0.02, NONE), 43.33 * 0.02 * 0.98 * 44 / 12, "measured_part"),
    ((NONE, NONE, 1.0), 43.33 * 0.0202 * 44 / 12, "measured_part"),
    ((40.0, 0.02, 1.0), 40 * 0.02 * 44 / 12, "measured"),
    ((0.0, 0.02, 1.0), 0.0, "measured"),
    ((NONE, NONE, NONE), 3.1451225, "fuel_set"),
]


@pytest.mark.parametrize(("own", "value", "rule"), MEASURED)
def test_what_was_measured_takes_the_place_of_its_default_alone(own, value, rule):
    found = OURS.for_lines([14], ["diesel"], [""], [2023], measured=[own])
    assert float(found.value[0]) == pytest.approx(value, rel=1e-7)
    assert found.rules[0][0] == rule
    used = np.where(np.isnan(own), (43.33, 0.0202, 0.98), own)
    assert found.properties[0].tolist() == used.tolist()


BAD = [(-1.0, NONE, NONE), (501.0, NONE, NONE), (NONE, 0.21, NONE), (NONE, NONE, 1.01)]


@pytest.mark.parametrize("own", BAD)
def test_a_measured_property_that_cannot_be_is_refused(own):
    with pytest.raises(ParameterError, match="oxidation 0 to 1"):
        OURS.for_lines([14], ["diesel"], [""], [2023], measured=[own])


SHAPES = [
    ([14, 14], ["diesel"], [""], [2023]),
    ([14], ["diesel", ""], [""], [2023]),
    ([14], ["diesel"], [], [2023]),
    ([14], ["diesel"], [""], [2023, 2024]),
]


@pytest.mark.parametrize("columns", SHAPES)
def test_lines_of_different_lengths_are_refused(columns):
    with pytest.raises(LabelError, match="one kind, item, division and year each"):
        OURS.for_lines(*columns)
