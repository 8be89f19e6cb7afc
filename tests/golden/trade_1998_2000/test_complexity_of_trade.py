"""Complexity of 226 places and 785 products: the R package's stored output, and known figures."""

import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose import complexity
from real import data

ECI = {
    "sgs": 2.3399,
    "jpn": 2.2626,
    "hmd": 1.9896,
    "gbr": 1.9242,
    "deu": 1.8844,
    "smr": 1.8286,
    "usa": 1.8250,
    "chn": 0.6018,
    "nga": -2.5444,
}
PCI = {"7284": 5.6383, "8939": 5.6041, "8983": 5.5818, "7849": 5.5748, "3330": -5.9822}
COI = {
    1.0: {"ind": 2.1698, "chn": 0.2458, "usa": -4.5644},
    0.0: {"ind": 2.1624, "chn": 0.2374, "usa": -4.5725},
}
FITNESS = {
    "deu": 3.812896,
    "esp": 3.359721,
    "ita": 3.234117,
    "fra": 3.121510,
    "cze": 3.109008,
    "usa": 3.105877,
}
FILTERED = {  # share: places, ones, second eigenvalue, first eight, rank of China
    0.0: (226, 31_951, 0.1791, "sgs jpn hmd gbr deu smr usa esh", 70),
    1e-5: (223, 31_887, 0.1787, "jpn gbr deu usa smr esh myt che", 68),
    1e-4: (200, 29_963, 0.1789, "jpn gbr deu usa swe che fra aut", 46),
    5e-4: (158, 26_230, 0.1946, "jpn gbr deu usa swe che fra sgp", 33),
}
FILTERED_ECI = {
    1e-4: {"jpn": 2.7158, "gbr": 2.4027, "deu": 2.3547, "usa": 2.2673, "chn": 0.7299},
    5e-4: {"jpn": 2.6963, "gbr": 2.3853, "deu": 2.3294, "usa": 2.2561, "chn": 0.7899},
}


@pytest.fixture(scope="module")
def exports():
    path = data("trade_sitc4_1998_2000") / "world_trade_avg_1998_2000_sitc4.parquet"
    return pd.read_parquet(path).rename(columns={"country": "place"})


@pytest.fixture(scope="module")
def found(exports):
    return complexity(exports)


@pytest.fixture(scope="module")
def in_r():
    folder = data("trade_sitc4_1998_2000") / "reference_output_R"

    def read(name):
        if name.startswith("out.complexity"):
            return pd.read_csv(folder / f"{name}.csv", dtype={"dim_0": str}).set_index("dim_0")["0"]
        return pd.read_parquet(folder / f"{name}.parquet")

    return read


def of(array, axis, codes):
    return {code: array[axis.place[code]] for code in codes}


def test_presence_is_that_of_the_r_package_cell_by_cell(found, in_r):
    theirs = in_r("out.balassa_index").loc[list(found.places.codes), list(found.products.codes)]
    np.testing.assert_array_equal(found.present, theirs.to_numpy() == 1.0)
    assert found.present.sum() == 31_951
    assert np.nanmin(np.abs(found.rca - 1.0)) == pytest.approx(1.9e-5, rel=0.05)
    assert np.nanmin(found.diversity) == 5
    assert np.nanmin(found.ubiquity) == 2


def test_fitness_is_that_of_the_r_package(found, in_r):
    places = in_r("out.complexity_measures.complexity_index_country")[list(found.places.codes)]
    products = in_r("out.complexity_measures.complexity_index_product")[list(found.products.codes)]
    np.testing.assert_allclose(found.fitness, places, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.complexity_fitness, products, rtol=0, atol=1e-12)
    assert of(found.fitness, found.places, FITNESS) == pytest.approx(FITNESS, abs=5e-7)
    assert found.fitness.min() == pytest.approx(0.013792, abs=5e-7)


def test_proximity_is_that_of_the_r_package_to_its_stored_precision(exports, in_r):
    found = complexity(exports, convention="r")
    products = in_r("out.proximity.proximity_product")
    places = in_r("out.proximity.proximity_country")
    codes = list(found.products.codes)
    np.testing.assert_allclose(found.proximity, products.loc[codes, codes], rtol=0, atol=1e-7)
    codes = list(found.places.codes)
    np.testing.assert_allclose(found.place_proximity, places.loc[codes, codes], rtol=0, atol=1e-7)


def test_eigenvalues_eci_and_pci_are_the_known_ones(found):
    assert found.eigenvalues[0] == pytest.approx((0.17913392, 0.12094886), abs=1e-8)
    assert of(found.eci, found.places, ECI) == pytest.approx(ECI, abs=1e-4)
    assert of(found.pci, found.products, PCI) == pytest.approx(PCI, abs=1e-4)
    ranked = found.table()["place"].tolist()
    assert ranked[:7] == list(ECI)[:7]
    assert ranked.index("chn") + 1 == 70


@pytest.mark.parametrize("diagonal", COI)
def test_outlook_is_the_known_one_for_either_diagonal(exports, diagonal):
    found = complexity(exports, diagonal=diagonal)
    assert of(found.coi, found.places, COI[diagonal]) == pytest.approx(COI[diagonal], abs=1e-4)


def test_eci_is_the_mean_pci_of_what_a_place_has(found):
    mean = [found.pci[row].mean() for row in found.present]
    np.testing.assert_allclose(found.eci, mean, rtol=0, atol=1e-12)


@pytest.mark.parametrize("share", FILTERED)
def test_a_filter_by_share_changes_the_ranking_as_known(exports, share):
    places, ones, second, first, china = FILTERED[share]
    found = complexity(exports, filter={"min_share": share} if share else None)
    ranked = found.table().dropna(subset="eci")
    assert len(ranked) == places
    assert found.present.sum() == ones
    assert found.eigenvalues[0][0] == pytest.approx(second, abs=5e-5)
    assert ranked["place"].tolist()[:8] == first.split()
    assert ranked["place"].tolist().index("chn") + 1 == china
    known = FILTERED_ECI.get(share, {})
    assert of(found.eci, found.places, known) == pytest.approx(known, abs=5e-5)
    left = found.table()[found.table()["eci"].isna()]
    assert len(left) == 226 - places
    assert left["reason"].str.startswith("Left out: its share").all()


def test_twenty_reflections_are_within_a_twentieth_of_the_eigenvector(exports):
    eigen = complexity(exports, convention="r")
    reflected = complexity(exports, convention="r", method="reflections")
    gaps = [np.abs(reflected.eci - eigen.eci).max(), np.abs(reflected.pci - eigen.pci).max()]
    assert gaps == pytest.approx([0.042, 0.032], abs=1e-3)


def test_fifty_reflections_come_nearer_and_are_no_rounding(exports):
    eigen = complexity(exports, convention="r")
    for many in (50, 200):
        reflected = complexity(exports, convention="r", method="reflections", iterations=many)
        assert np.abs(reflected.eci - eigen.eci).max() < 2e-4
        assert np.abs(reflected.pci - eigen.pci).max() < 2e-4


def test_plain_reflections_of_n_20_in_extended_precision_are_ours(exports):
    found = complexity(exports, convention="r", method="reflections")
    M = found.present.astype(np.longdouble)  # in double the plain formula itself is off by 2e-8
    d, u = M.sum(axis=1), M.sum(axis=0)
    k_c, k_p = [d], [u]
    for _ in range(19):
        k_c, k_p = [*k_c, M @ k_p[-1] / d], [*k_p, M.T @ k_c[-1] / u]
    for ours, theirs in ((found.eci, k_c[18]), (found.pci, k_p[19])):
        scores = (theirs - theirs.mean()) / theirs.std(ddof=1)
        np.testing.assert_allclose(ours, scores.astype(float), rtol=0, atol=1e-10)


def test_the_r_convention_takes_z_scores_with_one_degree_of_freedom_off(exports, found):
    for method in ("eigen", "reflections"):
        in_r = complexity(exports, convention="r", method=method)
        for numbers in (in_r.eci, in_r.pci):
            assert numbers.mean() == pytest.approx(0.0, abs=1e-12)
            assert numbers.std(ddof=1) == pytest.approx(1.0, abs=1e-12)
    in_r = complexity(exports, convention="r")
    mean = np.array([in_r.pci[row].mean() for row in in_r.present])
    slope, at_zero = np.polyfit(in_r.eci, mean, 1)
    assert (slope, at_zero) == pytest.approx((0.4329, -0.2036), abs=2e-3)
    for name in ("density", "coi", "cog"):  # what the package lacks is growthlab's
        np.testing.assert_array_equal(getattr(in_r, name), getattr(found, name))


def test_the_stata_convention_differs_by_its_diagonal_and_the_panel(exports, found):
    stata = complexity(exports, convention="stata")
    np.testing.assert_array_equal(stata.present, found.present)  # no advantage is exactly 1 here
    rows = found.present.size
    np.testing.assert_allclose(stata.eci, found.eci * np.sqrt((rows - 1) / rows), rtol=1e-12)
    assert of(stata.coi, stata.places, COI[0.0]) == pytest.approx(COI[0.0], abs=1e-4)
    assert np.diagonal(stata.proximity).max() == 0.0
    assert stata.asked["fitness_updates"] == 50
    assert stata.fitness[stata.places.place["deu"]] != pytest.approx(3.812896, abs=1e-6)
