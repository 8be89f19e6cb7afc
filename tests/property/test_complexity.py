"""Laws of economic complexity, on any pattern of exports."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chainwright.diagnose import complexity
from chainwright.diagnose.product_space.density import density
from chainwright.diagnose.product_space.fitness import fitness
from chainwright.diagnose.product_space.presence import presence, rca
from chainwright.diagnose.product_space.proximity import proximity, proximity_sums
from chainwright.system import Axis, Exports
from made_exports import made_exports

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.tuples(st.integers(2, 14), st.integers(2, 18))
PATTERNS = SIZES.flatmap(lambda shape: arrays(np.bool_, shape))
CONVENTIONS = st.sampled_from(["growthlab", "stata", "r"])
METHODS = st.sampled_from(["eigen", "reflections"])
PLACES = ("eci", "fitness", "coi", "diversity")
PRODUCTS = ("pci", "complexity_fitness", "ubiquity")
PAIRS = ("rca", "density", "cog")


def exports(amounts):
    places, products = (
        tuple(f"{k}{i:03d}" for i in range(n)) for k, n in zip("cp", amounts.shape, strict=True)
    )
    return Exports(Axis("place", places), Axis("product", products), amounts)


def world(seed, shape=None):
    rng = np.random.default_rng(seed)
    places, products = shape or (int(rng.integers(4, 16)), int(rng.integers(4, 30)))
    return made_exports(places, products, seed=seed, nested=bool(rng.integers(2)))


def determined(found):
    """Whether no direction is arbitrary: eigenvalues apart, and a sign that is not a toss-up."""
    apart = all(second - third > 1e-6 and second > 1e-9 for second, third in found.eigenvalues)
    known = np.isfinite(found.eci)
    if not apart or known.sum() < 3 or len(found.eigenvalues) != 1:
        return False
    d = found.diversity[known]
    return d.std() > 0 and abs(np.corrcoef(d, found.eci[known])[0, 1]) > 1e-3


@given(SEEDS)
def test_weighted_means_of_advantage_are_one(seed):
    amounts = world(seed)
    found, total = rca(amounts), amounts.sum()
    np.testing.assert_allclose(amounts.sum(axis=1) / total @ found, 1.0, rtol=1e-12)
    np.testing.assert_allclose(found @ (amounts.sum(axis=0) / total), 1.0, rtol=1e-12)


@given(SEEDS, CONVENTIONS, METHODS, st.sampled_from([1e-6, 0.125, 8.0, 2.0**40]))
def test_scaling_all_amounts_changes_nothing(seed, convention, method, factor):
    amounts = world(seed)
    one = complexity(exports(amounts), convention=convention, method=method)
    assume(np.nanmin(np.abs(one.rca - 1.0)) > 1e-9)
    other = complexity(exports(amounts * factor), convention=convention, method=method)
    np.testing.assert_array_equal(one.present, other.present)
    for name in (*PLACES, *PRODUCTS, "density", "cog"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_allclose(one.rca, other.rca, rtol=1e-12)


@given(SEEDS, CONVENTIONS, METHODS)
def test_permuting_places_and_products_permutes_the_answer(seed, convention, method):
    amounts, rng = world(seed), np.random.default_rng(seed + 1)
    c, p = (rng.permutation(n) for n in amounts.shape)
    one = complexity(exports(amounts), convention=convention, method=method)
    assume(determined(one) and np.nanmin(np.abs(one.rca - 1.0)) > 1e-9)
    other = complexity(exports(amounts[np.ix_(c, p)]), convention=convention, method=method)
    for name in PLACES:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name)[c], atol=1e-7)
    for name in PRODUCTS:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name)[p], atol=1e-7)
    for name in PAIRS:
        np.testing.assert_allclose(
            getattr(other, name), getattr(one, name)[np.ix_(c, p)], atol=1e-7
        )


@given(SEEDS)
def test_under_growthlab_eci_is_the_mean_pci_of_what_a_place_has(seed):
    found = complexity(exports(world(seed)))
    for c in np.flatnonzero(np.isfinite(found.eci)):
        mean = found.pci[found.present[c]].mean()
        assert found.eci[c] == pytest.approx(mean, abs=1e-9)


@given(SEEDS, CONVENTIONS, st.integers(1, 3), st.integers(0, 3))
def test_empty_rows_and_columns_change_nothing_and_come_back_as_nan(seed, convention, c, p):
    amounts = world(seed)
    wider = np.zeros((amounts.shape[0] + c, amounts.shape[1] + p))
    wider[: amounts.shape[0], : amounts.shape[1]] = amounts
    one = complexity(exports(amounts), convention=convention)
    other = complexity(exports(wider), convention=convention)
    for name in (*PLACES, *PRODUCTS, *PAIRS):
        before, after = getattr(one, name), getattr(other, name)
        inside = after[tuple(slice(n) for n in before.shape)]
        np.testing.assert_allclose(inside, before, atol=1e-12, err_msg=name)
    assert np.isnan(other.eci[-c:]).all()
    assert np.isnan(other.fitness[-c:]).all()
    assert np.isnan(other.coi[-c:]).all()
    assert np.isnan(other.density[-c:]).all()
    if p:
        assert np.isnan(other.pci[-p:]).all()
        assert np.isnan(other.cog[:, -p:]).all()


@given(PATTERNS, st.sampled_from([0.0, 0.3, 1.0]), st.integers(1, 20))
def test_density_is_a_share_whatever_the_pattern(present, diagonal, neighbours):
    for found in (density(present, diagonal=diagonal), density(present, neighbours=neighbours)):
        known = found[np.isfinite(found)]
        assert ((known >= 0.0) & (known <= 1.0)).all()
        assert np.isnan(found[~present.any(axis=1)]).all()
        assert np.isnan(found[:, ~present.any(axis=0)]).all()


@given(PATTERNS, SEEDS, st.sampled_from([0.0, 1.0]))
def test_sums_of_proximity_by_levels_are_those_of_the_matrix(present, seed, diagonal):
    held = present[:, present.any(axis=0)]
    assume(held.size)
    wide = np.hstack([held] * 5)  # more products than places, so that levels are taken
    weights = np.random.default_rng(seed).normal(size=(3, wide.shape[1]))
    expected = weights @ proximity(wide, diagonal=diagonal)
    found = proximity_sums(weights, wide, diagonal=diagonal)
    np.testing.assert_allclose(found, expected, atol=1e-11)


@given(PATTERNS, st.integers(0, 60))
def test_fitness_and_complexity_have_mean_one_and_are_positive(present, updates):
    for numbers in fitness(present, updates=updates)[:2]:
        known = numbers[np.isfinite(numbers)]
        if known.size:
            assert known.mean() == pytest.approx(1.0)
            assert (known >= 0.0).all()


@given(PATTERNS, CONVENTIONS, METHODS)
def test_a_number_is_missing_only_with_a_reason_and_never_endless(pattern, convention, method):
    amounts = pattern * np.random.default_rng(5).lognormal(size=pattern.shape)
    found = complexity(exports(amounts), convention=convention, method=method)
    tables = found.tables()
    for name, number in (("places", "eci"), ("products", "pci")):
        missing = tables[name][number].isna()
        assert tables[name].loc[missing, "reason"].ne("").all()
        assert tables[name].loc[missing, "reason_zh"].ne("").all()
    for table in tables.values():
        assert not np.isinf(table.select_dtypes("number").to_numpy(dtype=float)).any()
    known = presence(found.rca, strict=convention == "stata")
    np.testing.assert_array_equal(known, found.present)
