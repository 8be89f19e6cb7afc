"""China's tables with imports apart: value added and imports in exports and in products."""

import numpy as np
import pytest

from chainwright import System
from chainwright.accounts import position, product_origin, reliance, trade_in_value_added
from real import data

PRINTED = 5e-5

YEARS = {  # domestic share of exports; import content of electronics and of petroleum refining
    2017: (0.7896, 0.4300, 0.3391),
    2018: (0.7875, 0.4337, 0.3966),
    2020: (0.8046, 0.4295, 0.3337),
}


@pytest.fixture(scope="module")
def china():
    folder = data("china_io_nbs")
    return {year: System.read(folder / f"china_{year}_42.csv.gz") for year in YEARS}


@pytest.mark.parametrize("year", YEARS)
def test_exports_hold_domestic_value_added_and_imports(china, year):
    row = trade_in_value_added(china[year]).table().iloc[0]
    assert row["domestic_share"] == pytest.approx(YEARS[year][0], abs=PRINTED)
    content = reliance(china[year]).foreign_value_added
    exports = china[year].flows.final[:, china[year].flows.final_of("exports")].sum(axis=1)
    found = content @ exports / exports.sum()
    assert row["foreign_share"] == pytest.approx(found, rel=1e-10)


@pytest.mark.parametrize("year", YEARS)
def test_import_content_of_electronics_and_of_refining(china, year):
    _, electronics, refining = YEARS[year]
    found = dict(
        zip(china[year].flows.nodes.codes, reliance(china[year]).foreign_value_added, strict=True)
    )
    assert found["CHN:20"] == pytest.approx(electronics, abs=PRINTED)
    assert found["CHN:11"] == pytest.approx(refining, abs=PRINTED)
    of_product = product_origin(china[year], "CHN:20")
    assert of_product.imports.sum() == pytest.approx(electronics, abs=PRINTED)
    assert of_product.domestic_share == pytest.approx(1.0 - electronics, abs=PRINTED)


@pytest.mark.parametrize("year", YEARS)
def test_value_added_and_imports_make_up_every_product_and_nothing_hidden_is_below_zero(
    china, year
):
    found = reliance(china[year])
    np.testing.assert_allclose(found.value_added.sum(axis=1), 1.0, rtol=0, atol=1e-13)
    assert (found.table()["hidden"] >= 0.0).all()


def test_the_mixed_table_of_2018_puts_construction_next_to_final_use():
    system = System.read(data("china_io_nbs") / "china_2018_153.csv.gz")
    table = position(system).table().set_index("sector")
    assert table["output"].idxmax() == "103"
    assert table.loc["103", "upstreamness_corrected"] == pytest.approx(1.0, abs=0.05)
    assert (table["upstreamness_corrected"].dropna() >= 1.0 - 1e-9).all()
