"""Two kinds of electricity that never meet; potentials of three reports."""

import pytest

from chainwright import errors
from chainwright.carbon import FootprintElectricity, GridFactor, footprint_electricity, gwp
from chainwright.carbon.factors.factor_records import series_records
from chainwright.carbon.factors.potentials import REPORTS, potential_of
from chainwright.errors import BoundaryError, UnknownCodeError
from chainwright.system import carbon_items

GRID, FOOTPRINT = GridFactor(0.5306, year=2023), FootprintElectricity(0.6205, year=2023)


@pytest.mark.parametrize(
    "mix",
    [
        lambda: GRID - FOOTPRINT,
        lambda: FOOTPRINT - GRID,
        lambda: GRID / FOOTPRINT,
        lambda: FOOTPRINT > GRID,
        lambda: GRID < FOOTPRINT,
        lambda: GridFactor.of(FOOTPRINT),
        lambda: FootprintElectricity.of(GRID),
        lambda: GridFactor.of(0.5306),
        lambda: GRID - 0.1,
    ],
)
def test_the_two_kinds_never_meet(mix):
    with pytest.raises(BoundaryError, match="is needed here"):
        mix()


def test_the_error_is_a_type_error_of_ours():
    assert issubclass(BoundaryError, TypeError)
    assert issubclass(BoundaryError, errors.ChainwrightError)


def test_of_one_kind_they_compare_and_count():
    other = GridFactor(0.6096, year=2023)
    assert other > GRID
    assert other > GRID
    assert other - GRID == pytest.approx(0.079)
    assert GRID / other == pytest.approx(0.8704, abs=1e-4)
    assert GridFactor.of(GRID) is GRID
    assert GRID.tonnes(1000) == pytest.approx(530.6)
    assert FootprintElectricity(0.5306, year=2023) != GRID


@pytest.mark.parametrize(
    ("year", "part", "value"),
    [
        (2023, "generation", 0.6205),
        (2024, "generation", 0.5777),
        (2024, "transmission_with_losses", 0.0327),
        (2024, "transmission_without_losses", 0.0046),
        (2023, "transmission_without_losses", 0.0036),
    ],
)
def test_the_footprint_of_power_is_the_published_one(year, part, value):
    found = footprint_electricity(year, part)
    assert (found.value, found.year) == (value, year)
    assert type(found) is FootprintElectricity


def test_a_footprint_that_is_not_published_is_not_guessed():
    with pytest.raises(UnknownCodeError, match="transmission_with_losses of 2023"):
        footprint_electricity(2023, "transmission_with_losses")


REPORTED = {
    "ch4": (25, 28, 27.9),
    "n2o": (298, 265, 273),
    "sf6": (22_800, 23_500, 25_200),
    "nf3": (17_200, 16_100, 17_400),
    "cf4": (7_390, 6_630, 7_380),
    "c2f6": (12_200, 11_100, 12_400),
    "hfc_23": (14_800, 12_400, 14_600),
    "hfc_32": (675, 677, 771),
    "hfc_125": (3_500, 3_170, 3_740),
    "hfc_134a": (1_430, 1_300, 1_530),
    "hfc_143a": (4_470, 4_800, 5_810),
    "hfc_152a": (124, 138, 164),
}


@pytest.mark.parametrize("gas", REPORTED)
def test_each_report_has_its_own_potentials(gas):
    assert tuple(gwp(report, gas).value for report in REPORTS) == REPORTED[gas]
    assert all(report in gwp(report, gas).announcement for report in REPORTS)


def test_fossil_and_biogenic_methane_are_apart_where_the_report_tells_them_apart():
    assert [gwp(r, "ch4_fossil").value for r in REPORTS] == [25, 30, 29.8]
    assert [gwp(r, "ch4_biogenic").value for r in REPORTS] == [25, 28, 27.0]


def test_lines_count_fossil_methane_as_inventories_do():
    assert [potential_of(r, "ch4").value for r in REPORTS] == [25, 28, 29.8]
    assert [potential_of(r, "ch4_biogenic").value for r in REPORTS] == [25, 28, 27.0]


def test_every_gas_of_the_list_of_items_is_in_every_report():
    gases = [item for kind, item in carbon_items() if kind == "process_gases"]
    assert len(gases) >= 10
    for report in REPORTS:
        for gas in gases:
            assert potential_of(report, gas).value > 1


def test_reports_have_the_same_gases_but_for_methane():
    kept = [
        {f.item for f in series_records()[f"gwp-{r.lower()}"]} - {"ch4_fossil", "ch4_biogenic"}
        for r in REPORTS
    ]
    assert kept[0] == kept[1] == kept[2]


def test_an_unknown_report_or_gas_names_near_ones():
    with pytest.raises(UnknownCodeError, match="AR6"):
        gwp("AR66", "n2o")
    with pytest.raises(UnknownCodeError, match="hfc_134a"):
        gwp("AR6", "hfc_134")
