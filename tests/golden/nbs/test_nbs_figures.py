"""Published figures of China's tables that the readers must reproduce."""

import numpy as np
import pytest

import chainwright as cw
from real import data

YEARS = (2017, 2018, 2020)
OUTPUT = {2017: 22_577_335_292, 2018: 24_954_982_693, 2020: 26_990_278_045}
GDP = {2017: 8_232_157_064, 2018: 9_220_571_722, 2020: 10_164_220_013}
IMPORTED = {2017: 1_135_764_849, 2018: 1_272_999_325, 2020: 1_200_978_430}
SHARE = {2017: 7.917, 2018: 8.091, 2020: 7.138}
IMPORTS = {2017: 1_492_683_828, 2018: 1_686_342_176, 2020: 1_626_591_529}
BY_PRODUCT = {
    2017: {"03": 50.0, "04": 43.6, "20": 36.5, "21": 29.0},
    2018: {"03": 58.8, "04": 45.1, "20": 37.4, "21": 33.5},
    2020: {"03": 55.1, "04": 53.7, "20": 35.9, "21": 28.6},
}
COMPETITIVE = {2002: 122, 2005: 42, 2007: 135, 2010: 41, 2012: 139, 2015: 42, 2017: 149}
COMPETITIVE |= {2018: 153, 2020: 153}


@pytest.fixture(scope="module")
def tables():
    folder = data("china_io_nbs")
    return {y: cw.System.read(folder / f"china_{y}_42.csv.gz").flows for y in YEARS}


@pytest.mark.parametrize("year", YEARS)
def test_output_gdp_and_imports_are_the_published_ones(tables, year):
    flows = tables[year]
    imports = flows.imports.matrix.sum() + flows.imports.final.sum()
    assert flows.output.sum() == pytest.approx(OUTPUT[year], abs=1.0)
    assert flows.added.sum() == pytest.approx(GDP[year], abs=1.0)
    assert flows.imports.matrix.sum() == pytest.approx(IMPORTED[year], abs=1.0)
    assert imports == pytest.approx(IMPORTS[year], abs=1.0)


@pytest.mark.parametrize("year", YEARS)
def test_the_imported_share_of_intermediate_inputs_is_the_published_one(tables, year):
    flows = tables[year]
    foreign, home = flows.imports.matrix.sum(), flows.matrix.sum()
    assert 100 * foreign / (foreign + home) == pytest.approx(SHARE[year], abs=5e-4)


@pytest.mark.parametrize("year", YEARS)
def test_the_products_with_most_imported_use_have_the_published_shares(tables, year):
    flows = tables[year]
    for sector, share in BY_PRODUCT[year].items():
        i = flows.nodes.find(f"CHN:{sector}")
        foreign, home = flows.imports.matrix[i].sum(), flows.matrix[i].sum()
        assert 100 * foreign / (foreign + home) == pytest.approx(share, abs=0.051)


@pytest.mark.parametrize("year", YEARS)
def test_row_sums_are_column_sums_in_the_separate_tables(tables, year):
    flows = tables[year]
    columns = flows.matrix.sum(axis=0) + flows.imports.matrix.sum(axis=0) + flows.added
    assert np.abs(columns / flows.output - 1).max() < 7.2e-9
    assert np.abs(flows.stated_output / flows.output - 1).max() < 7.2e-9


@pytest.mark.parametrize("year", COMPETITIVE)
def test_row_sums_are_column_sums_in_the_competitive_tables(year):
    flows = cw.System.read(data("china_io_nbs") / f"china_{year}_{COMPETITIVE[year]}.csv.gz").flows
    columns = flows.matrix.sum(axis=0) + flows.added
    x = np.where(flows.output > 0, flows.output, 1.0)
    assert np.abs((columns - flows.output) / x).max() < 7.2e-9
    assert np.abs((flows.stated_output - flows.output) / x).max() < 7.2e-9
    assert flows.added.sum() == pytest.approx(flows.final.sum(), rel=1e-8)  # use less imports


@pytest.mark.parametrize("year", YEARS)
def test_the_mean_domestic_multiplier_and_the_unit_identity_hold(tables, year):
    flows = tables[year]
    mean = {2017: 2.3457, 2018: 2.3152, 2020: 2.3376}[year]
    inverse = np.linalg.inv(np.eye(42) - flows.coefficients())
    assert inverse.sum(axis=0).mean() == pytest.approx(mean, abs=5e-5)
    assert inverse.sum(axis=0).argmax() == flows.nodes.find("CHN:08")
    home = (flows.added * flows.per_output) @ inverse
    abroad = (flows.imports.matrix.sum(axis=0) * flows.per_output) @ inverse
    assert np.abs(home + abroad - 1).max() < 1e-7
    assert abroad[flows.nodes.find("CHN:20")] == pytest.approx(
        {2017: 0.4300, 2018: 0.4337, 2020: 0.4295}[year], abs=5e-5
    )
