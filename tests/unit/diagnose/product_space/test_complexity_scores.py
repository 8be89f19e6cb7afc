"""Second eigenvectors, reflections and fitness; parts that share nothing; conventions."""

import numpy as np
import pytest

from chainwright.diagnose.product_space.complexity_conventions import (
    COMPLEXITY_CONVENTIONS,
    OUTPUTS,
    convention_named,
)
from chainwright.diagnose.product_space.complexity_scores import given_scores, scores
from chainwright.diagnose.product_space.fitness import fitness
from chainwright.diagnose.product_space.presence import presence, rca
from chainwright.diagnose.product_space.reflections import reflections
from chainwright.diagnose.product_space.second_eigenvectors import second_eigenvectors
from chainwright.errors import ParameterError
from made_exports import made_exports

LAB, STATA, R = (convention_named(name) for name in ("growthlab", "stata", "r"))


@pytest.fixture(name="M", scope="module")
def pattern():
    return presence(rca(made_exports()))


def z(numbers, ddof=0):
    return (numbers - numbers.mean()) / numbers.std(ddof=ddof)


def test_both_vectors_are_second_eigenvectors_of_the_dense_matrices(M):
    found = second_eigenvectors(M)
    X, d, u = M.astype(float), M.sum(axis=1), M.sum(axis=0)
    places = (X / d[:, None]) @ (X / u).T
    products = (X / u).T @ (X / d[:, None])
    np.testing.assert_allclose(places @ found.places, found.second * found.places, atol=1e-12)
    np.testing.assert_allclose(products @ found.products, found.second * found.products, atol=1e-12)
    values = np.sort(np.linalg.eigvals(places).real)
    assert (found.third, found.second) == pytest.approx(tuple(values[-3:-1]), abs=1e-12)
    assert np.corrcoef(d, found.places)[0, 1] > 0.0
    mean = [found.products[row].mean() for row in M]
    np.testing.assert_allclose(found.places, mean, atol=1e-14)


def test_more_places_than_products_is_the_same_problem_on_the_other_side(M):
    tall, wide = second_eigenvectors(M.T), second_eigenvectors(M)
    assert tall.second == pytest.approx(wide.second, abs=1e-12)
    assert tall.third == pytest.approx(wide.third, abs=1e-12)
    assert abs(np.corrcoef(tall.places, wide.products)[0, 1]) == pytest.approx(1.0, abs=1e-9)
    mean = [tall.products[row].mean() for row in M.T]
    np.testing.assert_allclose(tall.places, mean, atol=1e-14)


@pytest.mark.parametrize("many", [2, 4, 20])
def test_reflections_are_those_of_the_formula(M, many):
    X, d, u = M.astype(np.longdouble), M.sum(axis=1), M.sum(axis=0)
    k_c, k_p = [d], [u]
    for _ in range(many - 1):
        k_c, k_p = [*k_c, X @ k_p[-1] / d], [*k_p, X.T @ k_c[-1] / u]
    places, products = reflections(M, iterations=many)
    np.testing.assert_allclose(z(places), z(k_c[many - 2]).astype(float), atol=1e-9)
    np.testing.assert_allclose(z(products), z(k_p[many - 1]).astype(float), atol=1e-9)
    expected = (k_p[many - 1] - k_c[many - 2].mean()) / k_c[many - 2].std()
    ours = (products - places.mean()) / places.std()
    np.testing.assert_allclose(ours, expected.astype(float), atol=1e-9)


def test_reflections_never_drown_in_rounding(M):
    eigen = second_eigenvectors(M)
    for many in (400, 2000):
        places, products = reflections(M, iterations=many)
        np.testing.assert_allclose(z(places), z(eigen.places), atol=1e-9)
        np.testing.assert_allclose(z(products), z(eigen.products), atol=1e-9)


@pytest.mark.parametrize("bad", [0, 1, 7, -2])
def test_reflections_take_an_even_number(M, bad):
    with pytest.raises(ParameterError, match="an even number from 2"):
        reflections(M, iterations=bad)


def test_fitness_is_synchronous_and_starts_from_ones(M):
    F, Q = np.ones(len(M)), np.ones(M.shape[1])
    for _ in range(19):
        F, Q = (
            np.array([sum(Q[p] for p in np.flatnonzero(row)) for row in M]),
            np.array([1.0 / sum(1.0 / F[c] for c in np.flatnonzero(column)) for column in M.T]),
        )
        F, Q = F / F.mean(), Q / Q.mean()
    places, products, done = fitness(M)
    assert done == 19
    np.testing.assert_allclose(places, F, rtol=1e-12)
    np.testing.assert_allclose(products, Q, rtol=1e-12)
    assert fitness(M, updates=0)[0].tolist() == [1.0] * len(M)
    with pytest.raises(ParameterError, match="0 or more"):
        fitness(M, updates=-1)


def test_fitness_of_what_is_nowhere_is_nan_and_counts_in_no_mean(M):
    wider = np.zeros((len(M) + 1, M.shape[1] + 2), dtype=bool)
    wider[:-1, :-2] = M
    places, products, _ = fitness(wider)
    np.testing.assert_array_equal(places[:-1], fitness(M)[0])
    np.testing.assert_array_equal(products[:-2], fitness(M)[1])
    assert np.isnan(places[-1])
    assert np.isnan(products[-2:]).all()


def test_fitness_that_runs_away_ends_within_the_range_of_numbers():
    chain = np.tril(np.ones((60, 60), dtype=bool))[:, ::-1][:, :60]
    chain[:, 0] = True
    places, products, done = fitness(chain & (np.arange(60) != 1), updates=10**5)
    assert np.isfinite(places).all()
    assert np.isfinite(products[np.arange(60) != 1]).all()
    assert done <= 10**5


def test_growthlab_uses_one_mean_and_deviation_and_eci_is_the_mean_pci(M):
    found = scores(M, LAB)
    assert found.eci.mean() == pytest.approx(0.0, abs=1e-12)
    assert found.eci.std() == pytest.approx(1.0, abs=1e-12)
    mean = [found.pci[row].mean() for row in M]
    np.testing.assert_allclose(found.eci, mean, atol=1e-12)


def test_stata_takes_the_deviation_over_the_panel(M):
    ours, panel = scores(M, STATA), np.repeat(scores(M, LAB).eci, M.shape[1])
    np.testing.assert_allclose(ours.eci, scores(M, LAB).eci / panel.std(ddof=1), rtol=1e-12)
    assert ours.spread[0] / scores(M, LAB).spread[0] == pytest.approx(panel.std(ddof=1), rel=1e-12)


def test_r_takes_each_by_itself_with_one_degree_off(M):
    ours, raw = scores(M, R), scores(M, LAB)
    np.testing.assert_allclose(ours.eci, z(raw.eci, ddof=1), atol=1e-12)
    np.testing.assert_allclose(ours.pci, z(raw.pci, ddof=1), atol=1e-12)
    np.testing.assert_array_equal(ours.spread, raw.spread)  # what it lacks is growthlab's


def test_method_is_independent_of_the_convention(M):
    k_c, k_p = reflections(M)
    lab = scores(M, LAB, method="reflections")
    np.testing.assert_allclose(lab.eci, z(k_c), atol=1e-12)
    np.testing.assert_allclose(lab.pci, (k_p - k_c.mean()) / k_c.std(), atol=1e-12)
    np.testing.assert_array_equal(lab.raw, scores(M, LAB).raw)  # COI and COG: the eigenvector's
    np.testing.assert_allclose(scores(M, R, method="reflections").pci, z(k_p, 1), atol=1e-12)


def test_the_sign_is_that_of_diversity_or_of_reflections_as_the_convention_has_it():
    M = np.array(
        [[0, 1, 0, 0, 0], [1, 1, 0, 1, 1], [0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [1, 0, 1, 1, 0],
         [1, 0, 0, 0, 1]], dtype=bool
    )  # fmt: skip
    d, (k_c, _) = M.sum(axis=1), reflections(M)
    assert np.corrcoef(d, k_c)[0, 1] < -0.2  # on this pattern the two point opposite ways
    for method in ("eigen", "reflections"):
        lab, r = scores(M, LAB, method=method), scores(M, R, method=method)
        assert np.corrcoef(d, lab.eci)[0, 1] > 0.2
        assert np.corrcoef(k_c, r.eci)[0, 1] > 0.9
        assert np.corrcoef(lab.pci, r.pci)[0, 1] < -0.9


def parted(M):
    """Return M, a second part of three places, and one place with a product of its own."""
    second = np.array([[1, 1, 1, 0], [0, 1, 1, 0], [0, 0, 1, 1]], dtype=bool)
    whole = np.zeros((len(M) + 4, M.shape[1] + 5), dtype=bool)
    whole[: len(M), : M.shape[1]] = M
    whole[len(M) : -1, M.shape[1] : -1] = second
    whole[-1, -1] = True
    return whole, second


def test_parts_that_share_nothing_are_problems_of_their_own(M):
    whole, second = parted(M)
    found, main, other = scores(whole, LAB), scores(M, LAB), scores(second, LAB)
    np.testing.assert_allclose(found.eci[: len(M)], main.eci, atol=1e-12)
    np.testing.assert_allclose(found.eci[len(M) : -1], other.eci, atol=1e-12)
    np.testing.assert_allclose(found.pci[: M.shape[1]], main.pci, atol=1e-12)
    assert np.isnan([found.eci[-1], found.pci[-1]]).all()
    assert set(found.place_reasons[: len(M)]) == {""}
    assert set(found.place_reasons[len(M) : -1]) == {"apart"}
    assert found.place_reasons[-1] == "alone"
    assert found.product_reasons[-1] == "alone product"
    assert found.part.max() == 2
    assert len(found.eigenvalues) == 2


def test_places_that_are_all_alike_have_no_complexity():
    found = scores(np.ones((4, 5), dtype=bool), LAB)
    assert np.isnan(found.eci).all()
    assert set(found.place_reasons) == {"flat"}


def test_equal_second_and_third_eigenvalues_are_told():
    ring = np.eye(6, dtype=bool) | np.roll(np.eye(6, dtype=bool), 1, axis=1)
    found = scores(ring, LAB)
    assert found.eigenvalues[0][0] == pytest.approx(found.eigenvalues[0][1], abs=1e-12)
    assert set(found.place_reasons) == {"undetermined"}


def test_nothing_has_no_part():
    found = scores(np.zeros((2, 3), dtype=bool), LAB)
    assert found.eigenvalues == ()
    assert np.isnan(found.eci).all()
    assert (found.part == -1).all()


def test_given_complexity_is_standardised_on_itself_and_averaged():
    M = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 0]], dtype=bool)
    found = given_scores(M, LAB, np.array([1.0, 2.0, 6.0]))
    pci = z(np.array([1.0, 2.0, 6.0]))
    np.testing.assert_allclose(found.pci, pci)
    np.testing.assert_allclose(found.eci[:2], [pci[:2].mean(), pci[1:].mean()])
    assert np.isnan(found.eci[2])
    part = given_scores(M, LAB, np.array([1.0, 2.0, np.nan]))
    assert part.eci[1] == part.pci[1]
    assert np.isnan(part.pci[2])
    assert part.product_reasons[2] == "no given complexity"


def test_each_convention_says_whose_formula_an_output_follows():
    assert set(COMPLEXITY_CONVENTIONS) == {"growthlab", "stata", "r"}
    assert "not checked against Stata" in STATA.formula_of("cog")
    assert R.formula_of("coi").startswith("growthlab, as economiccomplexity")
    assert LAB.formula_of("fitness").startswith("Tacchella")
    assert R.formula_of("fitness").startswith("r: ")
    for rules in COMPLEXITY_CONVENTIONS.values():
        assert rules.outputs <= set(OUTPUTS)
        assert all(rules.formula_of(output) for output in OUTPUTS)
    assert (LAB.strict, STATA.strict, R.strict) == (False, True, False)
    assert (LAB.diagonal, STATA.diagonal, R.diagonal) == (1.0, 0.0, 1.0)
    assert (LAB.updates(20), STATA.updates(20), R.updates(20)) == (19, 50, 19)


def test_an_unknown_convention_names_those_that_there_are():
    with pytest.raises(ParameterError, match="one of growthlab, stata, r"):
        convention_named("Sttata")
