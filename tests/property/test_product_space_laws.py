"""Laws of the product space: twins, bounds, small formulas written out, and what copies change."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chainwright.diagnose import complexity
from chainwright.diagnose.product_space.complexity_conventions import (
    COMPLEXITY_CONVENTIONS,
    convention_named,
)
from chainwright.diagnose.product_space.complexity_scores import given_scores, scores
from chainwright.diagnose.product_space.density import density, relative_relatedness
from chainwright.diagnose.product_space.fitness import fitness
from chainwright.diagnose.product_space.outlook import outlook_gain, outlook_index
from chainwright.diagnose.product_space.presence import rca, rpop
from chainwright.diagnose.product_space.proximity import place_proximity, proximity
from chainwright.diagnose.product_space.reflections import reflections
from chainwright.diagnose.product_space.second_eigenvectors import second_eigenvectors
from chainwright.system import Axis, Exports

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.tuples(st.integers(2, 9), st.integers(2, 11))
PATTERNS = SIZES.flatmap(lambda shape: arrays(np.bool_, shape))
NAMES = st.sampled_from(sorted(COMPLEXITY_CONVENTIONS))


def linked(present):
    """Return the pattern with one place that has all and one product that all have."""
    held = present.copy()
    held[0], held[:, 0] = True, True
    return held


def exports(amounts):
    places, products = (
        tuple(f"{k}{i:03d}" for i in range(n)) for k, n in zip("cp", amounts.shape, strict=True)
    )
    return Exports(Axis("place", places), Axis("product", products), amounts)


@given(PATTERNS)
def test_places_with_equal_rows_have_equal_complexity_and_fitness(present):
    held = linked(present)
    held = np.vstack([held, held[-1]])
    rules = convention_named("growthlab")
    found = scores(held, rules)
    assume(np.isfinite(found.eci).all())
    assume(found.eigenvalues[0][0] - found.eigenvalues[0][1] > 1e-6)
    assert found.eci[-1] == pytest.approx(found.eci[-2], abs=1e-9)
    assert fitness(held)[0][-1] == pytest.approx(fitness(held)[0][-2], rel=1e-12)
    near = density(held)
    np.testing.assert_array_equal(near[-1], near[-2])


@given(PATTERNS)
def test_all_products_twice_change_no_order_of_places(present):
    held = linked(present)
    one, two = (second_eigenvectors(m) for m in (held, np.hstack([held, held])))
    assert two.second == pytest.approx(one.second, abs=1e-10)
    assert two.third == pytest.approx(one.third, abs=1e-10)
    rules = convention_named("growthlab")
    a, b = scores(held, rules), scores(np.hstack([held, held]), rules)
    assume(np.isfinite(a.eci).all() and one.second - one.third > 1e-6)
    d = held.sum(axis=1)
    assume(d.std() > 0 and abs(np.corrcoef(d, a.eci)[0, 1]) > 1e-6)
    np.testing.assert_allclose(b.eci, a.eci, atol=1e-7)
    np.testing.assert_allclose(b.pci, np.tile(a.pci, 2), atol=1e-7)
    np.testing.assert_allclose(density(np.hstack([held, held])), np.tile(density(held), 2))
    np.testing.assert_allclose(
        fitness(np.hstack([held, held]))[0], fitness(held)[0], rtol=1e-9, atol=1e-200
    )


@given(PATTERNS)
def test_eigenvalues_are_those_of_the_matrix_of_places(present):
    held = linked(present)
    M = held.astype(float)
    d, u = M.sum(axis=1), M.sum(axis=0)
    full = np.sort(np.linalg.eigvals((M / d[:, None]) @ (M / u).T).real)[::-1]
    full = np.concatenate([full, np.zeros(3)])
    found = second_eigenvectors(held)
    assert found.second == pytest.approx(full[1], abs=1e-9)
    assert found.third == pytest.approx(full[2] if min(held.shape) > 2 else 0.0, abs=1e-9)
    # k_c is the mean of k_p, and k_p times the eigenvalue the mean of k_c
    np.testing.assert_allclose(found.places, M @ found.products / d, atol=1e-12)
    np.testing.assert_allclose(M.T @ found.places / u, found.second * found.products, atol=1e-9)
    assert (d - d.mean()) @ found.places >= -1e-9


@given(PATTERNS, st.sampled_from([2, 4, 6, 8]))
def test_reflections_are_the_plain_recursion_up_to_a_constant_and_a_factor(present, iterations):
    held = linked(present)
    M = held.astype(float)
    d, u = M.sum(axis=1), M.sum(axis=0)
    k_c, k_p = [d], [u]
    for n in range(1, iterations):
        k_c.append(M @ k_p[n - 1] / d)
        k_p.append(M.T @ k_c[n - 1] / u)
    places, products = reflections(held, iterations=iterations)
    for mine, plain in ((places, k_c[iterations - 2]), (products, k_p[iterations - 1])):
        spread = plain.std()
        if spread > 1e-9 * np.abs(plain).max():
            z = (plain - plain.mean()) / spread
            assume(mine.std() > 1e-12)
            np.testing.assert_allclose((mine - mine.mean()) / mine.std(), z, atol=1e-5)


@given(PATTERNS, st.integers(0, 12))
def test_fitness_is_the_map_written_out(present, updates):
    held = linked(present)
    F, Q = [1.0] * held.shape[0], [1.0] * held.shape[1]
    for _ in range(updates):
        f = [sum(Q[p] for p in range(len(Q)) if held[c, p]) for c in range(len(F))]
        q = [1 / sum(1 / F[c] for c in range(len(F)) if held[c, p]) for p in range(len(Q))]
        F = [v * len(f) / sum(f) for v in f]
        Q = [v * len(q) / sum(q) for v in q]
    places, products, done = fitness(held, updates=updates)
    assert done == updates
    np.testing.assert_allclose(places, F, rtol=1e-9)
    np.testing.assert_allclose(products, Q, rtol=1e-9)
    assert (places > 0.0).all()
    assert (products > 0.0).all()


@given(PATTERNS, st.sampled_from([0.0, 0.25, 1.0]))
def test_proximity_is_the_smaller_of_two_conditional_probabilities(present, diagonal):
    phi, count = proximity(present, diagonal=diagonal), present.shape[1]
    for p in range(count):
        for q in range(count):
            both = (present[:, p] & present[:, q]).sum()
            one, other = present[:, p].sum(), present[:, q].sum()
            if not (one and other):
                assert np.isnan(phi[p, q])
            elif p == q:
                assert phi[p, q] == diagonal
            else:
                assert phi[p, q] == pytest.approx(min(both / one, both / other))
    np.testing.assert_array_equal(place_proximity(present.T, diagonal=diagonal), phi)


@given(PATTERNS, st.integers(1, 12))
def test_density_among_the_nearest_counts_all_that_are_as_near_as_the_last(present, neighbours):
    held = linked(present)
    phi = proximity(held, diagonal=0.0)
    found, count = density(held, neighbours=neighbours), held.shape[1]
    for p in range(count):
        others = sorted((phi[q, p] for q in range(count) if q != p), reverse=True)
        least = others[min(neighbours, count - 1) - 1]
        near = [q for q in range(count) if q != p and phi[q, p] >= least]
        whole = sum(phi[q, p] for q in near)
        for c in range(held.shape[0]):
            expected = sum(phi[q, p] for q in near if held[c, q]) / whole
            assert found[c, p] == pytest.approx(expected, abs=1e-6)


@given(PATTERNS, SEEDS, st.sampled_from([0.0, 1.0]))
def test_outlook_and_its_gain_are_the_sums_written_out(present, seed, diagonal):
    held = linked(present)
    worth = np.random.default_rng(seed).normal(size=held.shape[1])
    phi, near = proximity(held, diagonal=diagonal), density(held, diagonal=diagonal)
    coi, cog = outlook_index(near, held, worth), outlook_gain(held, worth, diagonal=diagonal)
    for c in range(held.shape[0]):
        absent = np.flatnonzero(~held[c])
        assert coi[c] == pytest.approx(sum(near[c, p] * worth[p] for p in absent), abs=1e-9)
        for p in range(held.shape[1]):
            total = sum(phi[q, p] * worth[q] / phi[q].sum() for q in absent if phi[q].sum())
            assert cog[c, p] == pytest.approx(0.0 if held[c, p] else total, abs=1e-9)


@given(PATTERNS)
def test_relatedness_has_mean_nought_and_deviation_one_over_what_is_absent(present):
    held = linked(present)
    found = relative_relatedness(density(held), held)
    for c in range(held.shape[0]):
        assert np.isnan(found[c, held[c]]).all()
        known = found[c, ~held[c]]
        known = known[np.isfinite(known)]
        if known.size:
            assert known.mean() == pytest.approx(0.0, abs=1e-7)
            assert known.std() == pytest.approx(1.0, abs=1e-7)


@given(SEEDS, st.integers(2, 6), st.integers(2, 6))
def test_advantage_is_the_share_over_the_share_cell_by_cell(seed, places, products):
    rng = np.random.default_rng(seed)
    value = rng.random((places, products)) + 0.01
    people = rng.integers(1, 9, places).astype(float)
    found, heads = rca(value), rpop(value, people)
    for c in range(places):
        for p in range(products):
            share = value[c, p] / value[c].sum()
            assert found[c, p] == pytest.approx(share / (value[:, p].sum() / value.sum()))
            mean = value[:, p].sum() / people.sum()
            assert heads[c, p] == pytest.approx(value[c, p] / people[c] / mean)
    np.testing.assert_allclose(rpop(value, people * 7.0), heads)


@given(SEEDS)
def test_places_of_equal_people_have_the_advantage_per_head_of_their_share_of_the_market(seed):
    value = np.random.default_rng(seed).random((5, 4)) + 0.1
    per_head = rpop(value, np.full(5, 3.0))
    np.testing.assert_allclose(per_head, 5.0 * value / value.sum(axis=0))


@given(PATTERNS, SEEDS, NAMES)
def test_given_complexity_of_products_makes_means_over_what_a_place_has(present, seed, name):
    rules = convention_named(name)
    worth = np.random.default_rng(seed).normal(size=present.shape[1])
    worth[0] = np.nan
    known = np.isfinite(worth)
    assume(known.sum() > 1)
    found = given_scores(present, rules, worth)
    z = (worth - worth[known].mean()) / worth[known].std(ddof=rules.ddof)
    np.testing.assert_allclose(found.pci, z)
    for c in range(present.shape[0]):
        has = present[c] & known
        if has.any():
            assert found.eci[c] == pytest.approx(z[has].mean(), abs=1e-12)
            assert (found.part[c], found.place_reasons[c]) == (0, "")
        else:
            assert np.isnan(found.eci[c])
            assert (found.part[c], found.place_reasons[c]) == (-1, "none of its products given")
    assert found.product_reasons[0] == "no given complexity"
    np.testing.assert_array_equal(found.raw, worth)


@given(SEEDS, NAMES)
def test_standard_scores_have_the_mean_and_deviation_that_the_convention_says(seed, name):
    rng, rules = np.random.default_rng(seed), convention_named(name)
    places, products = rng.normal(size=7), rng.normal(size=9)
    eci, pci, spread = rules.normalised(places, products)
    assert eci.mean() == pytest.approx(0.0, abs=1e-12)
    rows = 63 if rules.normalisation == "panel" else 7
    own = np.sqrt(rows / (rows - rules.ddof))
    assert places.std() * own == pytest.approx(rules.spread(places, 9))
    assert eci.std() == pytest.approx(1.0 / own)
    if rules.normalisation == "each":
        assert pci.mean() == pytest.approx(0.0, abs=1e-12)
        assert pci.std(ddof=rules.ddof) == pytest.approx(1.0)
        assert spread == pytest.approx(places.std())
    else:
        np.testing.assert_allclose(pci, (products - places.mean()) / spread)
        assert spread == pytest.approx(places.std() * own)
    outlook = rules.outlook_normalised(places, 9)
    assert outlook.mean() == pytest.approx(0.0, abs=1e-12)
    expected = 1.0 / own if rules.normalisation == "panel" else 1.0
    assert outlook.std() == pytest.approx(expected)
    np.testing.assert_array_equal(rules.normalised(np.ones(7), products)[0], np.full(7, np.nan))


@given(SEEDS, NAMES)
def test_every_answer_lies_where_it_must(seed, name):
    rng = np.random.default_rng(seed)
    amounts = rng.lognormal(size=(7, 12)) * (rng.random((7, 12)) < 0.7)
    found = complexity(exports(amounts), convention=name)
    near = found.density[np.isfinite(found.density)]
    assert ((near >= 0.0) & (near <= 1.0)).all()
    for numbers in (found.fitness, found.complexity_fitness):
        assert (numbers[np.isfinite(numbers)] > 0.0).all()
    made = np.isfinite(found.diversity)
    np.testing.assert_array_equal(found.diversity[made], found.present.sum(axis=1)[made])
    assert (found.cog[found.present & np.isfinite(found.cog)] == 0.0).all()
    assert np.nansum(found.diversity) == np.nansum(found.ubiquity)
