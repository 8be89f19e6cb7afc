"""Concentrations worked by hand, ties, what is not traded, a failing exporter."""

import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose.products.trade_blocs import blocs_among, with_blocs
from chainwright.diagnose.products.trade_concentration import concentration, ratio, squared_shares
from trades import year_of


def of(rows, blocs=()):
    frame = pd.DataFrame(rows, columns=["exporter", "importer", "product", "value"])
    year = year_of(frame)
    return concentration(with_blocs(year, blocs_among(year.places, blocs)))


BY_HAND = [
    ("A", "C", "ore", 60.0),
    ("B", "C", "ore", 20.0),
    ("D", "C", "ore", 20.0),
    ("A", "B", "ore", 30.0),
    ("C", "B", "ore", 10.0),
    ("B", "A", "tin", 5.0),
]


@pytest.fixture
def found():
    return of(BY_HAND)


def test_importers_suppliers_and_the_world_by_hand(found):
    assert found.places.codes == ("A", "B", "C", "D")
    ore, c, b = 0, 2, 1
    assert found.imports[c, ore] == 100.0
    assert found.import_hhi[c, ore] == pytest.approx(0.36 + 0.04 + 0.04)
    assert found.suppliers[c, ore] == 3
    assert found.top_share[c, ore] == pytest.approx(0.6)
    assert found.exports[:, ore].tolist() == [90.0, 20.0, 10.0, 20.0]
    assert found.world_hhi[ore] == pytest.approx((90**2 + 20**2 + 10**2 + 20**2) / 140**2)
    assert found.places.codes[found.top_exporter[ore]] == "A"
    assert found.world_loss[ore] == pytest.approx(90 / 140)
    assert found.loss[c, ore] == pytest.approx(0.6)
    assert found.loss[b, ore] == pytest.approx(0.75)
    assert found.imports_per_exports[c, ore] == pytest.approx(10.0)


def test_what_a_failing_exporter_means_for_importers(found):
    assert found.importers.tolist() == [2, 1]
    assert found.importers_hit().tolist() == [2, 1]
    assert found.importers_hit(0.6).tolist() == [1, 1]


def test_what_is_not_imported_has_no_numbers_and_no_supplier(found):
    d, ore = 3, 0
    assert found.imports[d, ore] == 0.0
    assert found.top_supplier[d, ore] == -1
    for array in (found.import_hhi, found.top_share, found.loss, found.imports_per_exports):
        assert np.isnan(array[d, ore])


def test_without_exports_the_ratio_has_no_bound(found):
    a, tin = 0, 1
    assert found.exports[a, tin] == 0.0
    assert found.imports_per_exports[a, tin] == np.inf


def test_of_equal_suppliers_the_first_place_is_named():
    tied = of([("B", "C", "x", 5.0), ("A", "C", "x", 5.0)])
    assert tied.places.codes[tied.top_supplier[2, 0]] == "A"
    assert tied.places.codes[tied.top_exporter[0]] == "A"
    assert tied.import_hhi[2, 0] == pytest.approx(0.5)


def test_a_bloc_is_summed_before_anything_is_squared():
    rows = [("DEU", "CHN", "x", 3.0), ("FRA", "CHN", "x", 3.0), ("JPN", "CHN", "x", 4.0)]
    alone, joined = of(rows), of(rows, ["EU27"])
    chn = alone.places.place["CHN"]
    assert alone.import_hhi[chn, 0] == pytest.approx(0.34)
    assert alone.places.codes[alone.top_supplier[chn, 0]] == "JPN"
    chn = joined.places.place["CHN"]
    assert joined.import_hhi[chn, 0] == pytest.approx(0.52)
    assert joined.places.codes[joined.top_supplier[chn, 0]] == "EU27"
    assert joined.world_hhi[0] == pytest.approx(0.52)


def test_cdi_of_a_bloc_by_hand():
    found = of(
        [
            ("CHN", "DEU", "x", 6.0),
            ("JPN", "FRA", "x", 2.0),
            ("DEU", "FRA", "x", 1.0),
            ("FRA", "DEU", "x", 1.0),
            ("DEU", "CHN", "x", 2.0),
        ],
        ["EU27"],
    )
    one, two, three = (float(cdi[0]) for cdi in found.cdi(0))
    assert one == pytest.approx((36 + 4) / 64)
    assert two == pytest.approx(8 / 10)
    assert three == pytest.approx(8 / (2 + 2))


def test_cdi2_of_one_country_is_one_and_cdi3_can_have_no_bound():
    found = of([("A", "B", "x", 3.0), ("A", "C", "x", 1.0)], ["B"])
    assert [float(cdi[0]) for cdi in found.cdi(0)] == [1.0, 1.0, np.inf]


def test_rows_without_value_change_nothing():
    more = of([*BY_HAND, ("D", "B", "ore", 0.0)])
    base = of(BY_HAND)
    np.testing.assert_array_equal(more.import_hhi, base.import_hhi)
    np.testing.assert_array_equal(more.suppliers, base.suppliers)
    np.testing.assert_array_equal(more.loss, base.loss)


def test_a_product_that_is_listed_and_not_traded_is_nothing():
    nothing = of([("A", "B", "x", 0.0), ("A", "B", "y", 1.0)])
    assert np.isnan(nothing.world_hhi[0])
    assert nothing.top_exporter.tolist() == [-1, 0]
    assert np.isnan(nothing.loss[:, 0]).all()


def test_squared_shares_go_along_either_axis_and_never_above_one():
    amounts = np.array([[1.0, 0.0], [3.0, 0.0]])
    assert squared_shares(amounts)[0] == pytest.approx(0.625)
    assert np.isnan(squared_shares(amounts)[1])
    assert squared_shares(amounts, axis=1).tolist() == [1.0, 1.0]
    assert squared_shares(np.array([0.1, 1e-18])) <= 1.0


def test_a_ratio_without_a_part_is_not_a_number():
    assert np.isnan(ratio(np.zeros(2), np.array([0.0, 1.0]))).all()


def test_chunks_do_not_show(monkeypatch):
    whole = of(BY_HAND)
    monkeypatch.setattr("chainwright.diagnose.products.trade_blocs.CHUNK", 2)
    parts = of(BY_HAND)
    for name in ("imports", "import_hhi", "top_supplier", "loss", "exports", "suppliers"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
