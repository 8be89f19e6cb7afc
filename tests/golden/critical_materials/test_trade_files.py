"""BACI's figures for critical materials: totals, concentration of exporters, rows, Namibia."""

import numpy as np
import pytest

from chainwright import System
from chainwright.errors import MissingFileError
from real import data

HHI_2024 = {
    "811212": 0.7993,  # beryllium
    "720293": 0.5902,  # ferro-niobium
    "283691": 0.5866,  # lithium carbonate
    "260600": 0.5477,  # bauxite
    "810411": 0.5372,  # magnesium
    "850511": 0.4098,  # permanent magnets
}


@pytest.fixture(scope="module")
def baci2024():
    path = data("critical_materials") / "baci_2024_32materials_value_qty.csv.gz"
    return System.read(path, classification="HS2017").trade


def test_the_totals_are_those_that_were_published(baci2024):
    year = baci2024.year()
    assert len(year) == 21_723
    assert str(baci2024.money) == "thousand USD"
    assert year.value.sum() / 1e6 == pytest.approx(297.628, abs=5e-4)
    old = System.read(data("critical_materials") / "baci_2022_value.csv.gz").trade
    assert old.years == (2022,)
    assert len(old.year()) == 23_167
    assert old.year().value.sum() / 1e9 == pytest.approx(388.462, abs=5e-4)


@pytest.mark.parametrize(("product", "printed"), HHI_2024.items())
def test_exporters_are_as_concentrated_as_was_published(baci2024, product, printed):
    exports = baci2024.exports()
    sold = exports.value[:, exports.products.place[product]]
    assert np.square(sold / sold.sum()).sum() == pytest.approx(printed, abs=5e-5)


def test_quantities_that_are_not_known_are_not_nought(baci2024):
    year = baci2024.year()
    assert baci2024.quantity_unit == "t"
    assert np.isnan(year.quantity).sum() == 1_030
    assert np.nanmin(year.quantity) > 0.0


def test_the_files_know_namibia():
    folder = data("critical_materials")
    for name in ("baci_2022_value.csv.gz", "flows_2018_2024.csv.gz"):
        trade = System.read(folder / name).trade
        year = trade.year()
        namibia = year.places.place["NAM"]
        assert year.value[year.exporter == namibia].sum() > 0.0
        assert "" not in year.places.codes


def test_seven_years_of_materials_are_read_row_by_row():
    trade = System.read(data("critical_materials") / "flows_2018_2024.csv.gz").trade
    assert trade.years == tuple(range(2018, 2025))
    assert sum(len(trade.year(y)) for y in trade.years) == 115_401
    assert trade.classification == "given"
    assert len(trade.year().products) == 32


def test_three_materials_of_one_code_are_the_same_flows():
    """Gallium, germanium and hafnium share HS 811292: adding materials up counts it three times."""
    year = System.read(data("critical_materials") / "flows_2018_2024.csv.gz").trade.year(2024)
    shared = [year.value[year.product == year.products.place[m]] for m in (
        "gallium", "germanium", "hafnium"
    )]  # fmt: skip
    assert np.array_equal(np.sort(shared[0]), np.sort(shared[1]))
    assert np.array_equal(np.sort(shared[0]), np.sort(shared[2]))


def test_a_year_of_the_two_files_is_one_year_but_for_small_flows(baci2024):
    """The list of links leaves out small flows, and counts shared codes once a material."""
    links = System.read(data("critical_materials") / "flows_2018_2024.csv.gz").trade.year(2024)
    magnets = links.value[links.product == links.products.place["magnets"]].sum()
    year = baci2024.year()
    whole = 1e3 * year.value[year.product == year.products.place["850511"]].sum()
    assert 0.98 * whole < magnets <= 1.0001 * whole


def test_the_folder_is_refused_since_its_files_overlap():
    with pytest.raises(MissingFileError, match="3 layouts"):
        System.read(data("critical_materials"))
