"""Our complexity against econcomplex (Python): the same where formulas agree, not its faults."""

import econcomplex as ec
import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose import complexity
from chainwright.diagnose.product_space.density import density, relative_relatedness
from chainwright.diagnose.product_space.fitness import fitness
from chainwright.diagnose.product_space.presence import rca, rpop
from chainwright.diagnose.product_space.proximity import place_proximity, proximity
from made_exports import as_rows, made_exports

pytestmark = [
    pytest.mark.against,
    pytest.mark.filterwarnings("ignore"),  # what the package warns of is not ours to mend
]


@pytest.fixture(scope="module")
def amounts():
    return made_exports()


@pytest.fixture(scope="module")
def ours(amounts):
    return complexity(as_rows(amounts), diagonal=0.0)


def z(numbers, ddof=0):
    return (numbers - numbers.mean()) / numbers.std(ddof=ddof)


def test_advantages_are_theirs(amounts):
    people = np.arange(1.0, 1.0 + len(amounts))
    np.testing.assert_allclose(rca(amounts), ec.rca(amounts), rtol=1e-12)
    np.testing.assert_allclose(rpop(amounts, people), ec.rpop(amounts, people), rtol=1e-12)


def test_eci_and_pci_are_theirs_once_each_is_standardised(amounts, ours):
    eci, pci = ec.eci_pci(amounts)
    np.testing.assert_allclose(z(ours.eci), eci, rtol=0, atol=1e-9)
    np.testing.assert_allclose(z(ours.pci), pci, rtol=0, atol=1e-9)


def test_their_eci_and_pci_can_point_opposite_ways_and_ours_never_do():
    amounts = made_exports(nested=False, seed=7)
    eci, pci = (np.asarray(a) for a in ec.eci_pci(amounts))
    found = complexity(as_rows(amounts))
    for ours, theirs in ((found.eci, eci), (found.pci, pci)):
        np.testing.assert_allclose(np.abs(z(ours)), np.abs(theirs), rtol=0, atol=1e-9)

    def mean(of):
        return np.array([of[row].mean() for row in found.present])

    assert np.corrcoef(eci, mean(pci))[0, 1] < -0.9
    assert np.corrcoef(found.eci, mean(found.pci))[0, 1] > 0.9


def test_proximities_are_theirs(amounts, ours):
    theirs = ec.proximity(amounts, compute="both")
    np.testing.assert_allclose(proximity(ours.present, diagonal=0.0), theirs["product"], atol=1e-12)
    places = next(value for key, value in theirs.items() if key != "product")
    np.testing.assert_allclose(place_proximity(ours.present, diagonal=0.0), places, atol=1e-12)


def test_density_is_a_share_in_ours_and_percent_in_theirs(amounts, ours):
    theirs = ec.relatedness_density(amounts)
    assert theirs.max() > 1.0
    np.testing.assert_allclose(100.0 * ours.density, theirs, rtol=0, atol=1e-10)


def test_relative_relatedness_is_theirs(amounts, ours):
    theirs = ec.relative_relatedness(amounts)
    near = density(ours.present, diagonal=0.0)
    np.testing.assert_allclose(relative_relatedness(near, ours.present), theirs, atol=1e-9)


def test_reflections_are_theirs(amounts):
    ours = complexity(as_rows(amounts), convention="r", method="reflections")
    theirs, _ = ec.method_of_reflections(amounts, iterations=18)
    np.testing.assert_allclose(z(ours.eci), z(np.asarray(theirs)), rtol=0, atol=1e-6)


def test_fitness_of_a_finite_number_of_updates_is_not_theirs_which_mixes_old_and_new(ours):
    M = ours.present.astype(float)
    theirs, _ = ec.fitness_complexity(M, use_rca=False, threshold=0.5, iterations=6, tol=0.0)
    synchronous, _, _ = fitness(ours.present, updates=6)
    assert np.abs(synchronous - theirs).max() > 1e-6
    F, Q = np.ones(len(M)), np.ones(M.shape[1])
    for _ in range(6):  # the fresh F goes into Q
        F = M @ Q / np.mean(M @ Q)
        Q = 1.0 / (M.T @ (1.0 / F))
        Q /= Q.mean()
    np.testing.assert_allclose(theirs, F, rtol=1e-9)


def test_their_eci_is_not_the_mean_pci_of_what_a_place_has_and_ours_is(amounts, ours):
    eci, pci = (np.asarray(a) for a in ec.eci_pci(amounts))
    gap = [abs(e - pci[row].mean()) for e, row in zip(eci, ours.present, strict=True)]
    assert max(gap) > 0.1
    gap = [abs(e - ours.pci[row].mean()) for e, row in zip(ours.eci, ours.present, strict=True)]
    assert max(gap) < 1e-12


def test_their_outlook_gain_divides_by_the_target_and_ours_by_the_source(amounts, ours):
    _, pci = ec.eci_pci(amounts)
    theirs = np.asarray(ec.complexity_outlook_gain(amounts, np.asarray(pci)))
    phi, absent, pci = ours.proximity, ~ours.present, np.asarray(pci)
    by_target = absent * (absent @ (phi * pci[:, None]) / phi.sum(axis=0))
    by_source = absent * (absent @ (phi * (pci / phi.sum(axis=1))[:, None]))
    np.testing.assert_allclose(theirs, by_target, rtol=0, atol=1e-10)
    assert np.abs(theirs - by_source).max() > 1e-3
    assert 0.8 < np.corrcoef(theirs[absent], ours.cog[absent])[0, 1] < 0.999


def test_their_core_can_raise_on_nothing_left_and_ours_says_so(amounts):
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever error it stumbles into
        ec.eci_pci(amounts, dmin=10**6)
    found = complexity(as_rows(amounts), filter={"min_diversity": 10**6, "core": True})
    assert np.isnan(found.eci).all()
    assert found.table()["reason"].str.startswith("Left out: it has fewer products").all()
    assert np.isnan(found.tables()["pairs"]["density"]).all()


def test_the_core_is_theirs(amounts):
    theirs = ec.trim_core(pd.DataFrame(amounts), dmin=9, umin=5)
    found = complexity(
        as_rows(amounts), filter={"min_diversity": 9, "min_ubiquity": 5, "core": True}
    )
    assert 5 < len(theirs) < len(amounts)
    np.testing.assert_array_equal(np.flatnonzero(~np.isnan(found.diversity)), theirs.index)
    np.testing.assert_array_equal(np.flatnonzero(~np.isnan(found.ubiquity)), theirs.columns)


def test_places_by_given_complexity_are_theirs_once_standardised(amounts, ours):
    given = dict(zip(ours.products.codes, ours.pci.tolist(), strict=True))
    provinces = made_exports(12, 60, seed=5)
    theirs, _ = ec.subnational_eci(provinces, ours.pci, standardize=True)
    found = complexity(as_rows(provinces), given_pci=given)
    np.testing.assert_allclose(z(found.eci), theirs, rtol=0, atol=1e-10)
