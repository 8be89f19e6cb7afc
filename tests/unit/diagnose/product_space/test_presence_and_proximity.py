"""Advantages, presence, proximity, density and outlook: small cases worked by hand, and shapes."""

import numpy as np
import pytest

from chainwright.diagnose.product_space.density import density, relative_relatedness
from chainwright.diagnose.product_space.outlook import outlook_gain, outlook_index
from chainwright.diagnose.product_space.presence import location_quotient, presence, rca, rpop
from chainwright.diagnose.product_space.proximity import place_proximity, proximity, proximity_sums
from chainwright.errors import LabelError, ParameterError

T, F = True, False
M = np.array([[T, T, T, F], [T, T, F, F], [T, F, F, T]])
PHI = np.array(
    [[1.0, 2 / 3, 1 / 3, 1 / 3], [2 / 3, 1.0, 1 / 2, 0.0], [1 / 3, 1 / 2, 1.0, 0.0],
     [1 / 3, 0.0, 0.0, 1.0]]
)  # fmt: skip


def pattern(places, products, seed=1, fill=0.3):
    held = np.random.default_rng(seed).random((places, products)) < fill
    held[np.arange(places), np.arange(places) % products] = True
    held[np.arange(products) % places, np.arange(products)] = True
    return held


def test_advantage_of_two_places_by_hand():
    expected = [[6 / 10 / (8 / 20), 4 / 10 / (12 / 20)], [2 / 10 / (8 / 20), 8 / 10 / (12 / 20)]]
    np.testing.assert_allclose(rca([[6.0, 4.0], [2.0, 8.0]]), expected)
    np.testing.assert_array_equal(location_quotient([[6.0, 4.0]]), [[1.0, 1.0]])


def test_empty_rows_and_columns_are_nan_alone():
    amounts = np.array([[6.0, 4.0, 0.0], [0.0, 0.0, 0.0], [2.0, 8.0, 0.0]])
    found = rca(amounts)
    np.testing.assert_array_equal(found[[0, 2], :2], rca(amounts[[0, 2], :2]))
    assert np.isnan(found[1]).all()
    assert np.isnan(found[:, 2]).all()
    assert np.isnan(rca(np.zeros((2, 2)))).all()


def test_an_amount_that_is_not_known_counts_in_no_sum_and_is_nan_alone():
    found = rca([[6.0, 4.0], [2.0, np.nan]])
    np.testing.assert_allclose(found[0], [0.6 / (8 / 12), 0.4 / (4 / 12)])
    assert np.isnan(found[1, 1])
    assert found[1, 0] == pytest.approx(1.0 / (8 / 12))


@pytest.mark.parametrize("bad", [-1.0, np.inf])
def test_amounts_below_zero_and_endless_ones_are_refused(bad):
    with pytest.raises(ParameterError, match="amounts of 0 and more"):
        rca([[1.0, bad]])
    with pytest.raises(LabelError, match="a row a place"):
        rca([1.0, 2.0])


def test_advantage_per_head_leaves_out_places_of_unknown_population():
    amounts = [[6.0, 4.0], [2.0, 8.0], [5.0, 5.0]]
    found = rpop(amounts, [1.0, 3.0, np.nan])
    np.testing.assert_allclose(found[:2], rpop(amounts[:2], [1.0, 3.0]))
    assert np.isnan(found[2]).all()
    with pytest.raises(ParameterError, match="more than 0"):
        rpop(amounts, [1.0, 0.0, 1.0])
    with pytest.raises(LabelError, match="3 places need as many"):
        rpop(amounts, [1.0, 2.0])


def test_presence_reaches_or_passes_the_threshold():
    given = [0.5, 1.0, 2.0, np.nan]
    assert presence(given).tolist() == [F, T, T, F]
    assert presence(given, strict=True).tolist() == [F, F, T, F]
    assert presence(given, threshold=2.0).tolist() == [F, F, T, F]


def test_proximity_by_hand_with_either_diagonal():
    np.testing.assert_allclose(proximity(M), PHI)
    off = PHI - np.eye(4)
    np.testing.assert_allclose(proximity(M, diagonal=0.0), off, atol=1e-15)
    np.testing.assert_allclose(place_proximity(M)[0], [1.0, 2 / 3, 1 / 3])


def test_a_product_without_places_has_no_proximity():
    held = np.hstack([M, np.zeros((3, 1), dtype=bool)])
    found = proximity(held)
    np.testing.assert_allclose(found[:4, :4], PHI)
    assert np.isnan(found[4]).all()
    assert np.isnan(found[:, 4]).all()


def test_proximity_of_many_products_is_made_in_blocks():
    held = pattern(9, 1300)
    counted = held.T.astype(float) @ held
    u = held.sum(axis=0)
    np.testing.assert_array_equal(proximity(held), counted / np.maximum(u[:, None], u))


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (30, 20), (8, 70), (5, 300), (1, 9), (9, 1)])
@pytest.mark.parametrize("diagonal", [0.0, 0.4, 1.0])
def test_sums_of_proximity_are_those_of_the_whole_matrix(shape, diagonal):
    held = pattern(*shape)
    weights = np.random.default_rng(2).normal(size=(5, shape[1]))
    expected = weights @ proximity(held, diagonal=diagonal)
    found = proximity_sums(weights, held, diagonal=diagonal)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_density_by_hand():
    phi = PHI - np.eye(4)
    expected = M @ phi / phi.sum(axis=0)
    np.testing.assert_allclose(density(M, diagonal=0.0), expected)
    assert density(M, diagonal=0.0)[2, 1] == pytest.approx((2 / 3) / (7 / 6))


def test_density_is_nan_for_what_is_nowhere_and_for_what_has_no_neighbour():
    held = np.zeros((4, 6), dtype=bool)
    held[:3, :4] = M
    held[0, :] = [F, F, F, F, F, T]
    found = density(held, diagonal=0.0)
    assert np.isnan(found[3]).all()
    assert np.isnan(found[:, [4, 5]]).all()  # nobody's, and made where nothing else is made
    assert density(held, diagonal=1.0)[:3, 5].tolist() == [1.0, 0.0, 0.0]
    assert np.isfinite(found[:3, :4]).sum() == 9  # the third product was the first place's alone


def test_nearest_neighbours_are_other_products_and_ties_count_all():
    one = density(M, neighbours=1)
    # nearest to 1 is 0 (2/3); to 2 is 1 (1/2); to 3 is 0 (1/3)
    np.testing.assert_array_equal(one[:, 1], M[:, 0])
    np.testing.assert_array_equal(one[:, 2], M[:, 1])
    np.testing.assert_array_equal(one[:, 3], M[:, 0])
    tied = density(M, neighbours=2)[:, 0]  # 2/3, then twice 1/3
    np.testing.assert_allclose(tied, M[:, 1:] @ [1 / 2, 1 / 4, 1 / 4])
    np.testing.assert_allclose(density(M, neighbours=99), density(M, diagonal=0.0))
    with pytest.raises(ParameterError, match="1 or more"):
        density(M, neighbours=0)


def test_relative_relatedness_is_among_what_a_place_has_not():
    near = np.array([[0.1, 0.2, 0.6, 0.9], [0.5, 0.5, 0.5, 0.5]])
    present = np.array([[F, F, F, T], [F, F, T, T]])
    found = relative_relatedness(near, present)
    np.testing.assert_allclose(found[0, :3], (near[0, :3] - 0.3) / near[0, :3].std())
    assert np.isnan(found[0, 3])
    assert np.isnan(found[1]).all()  # all are as near


def test_outlook_takes_raw_complexity_and_products_that_are_absent():
    K = np.array([1.0, -2.0, 3.0, 0.5])
    w = density(M)
    np.testing.assert_allclose(outlook_index(w, M, K), ((1 - M) * w) @ K)
    none = np.vstack([M, np.zeros((1, 4), dtype=bool)])
    assert np.isnan(outlook_index(density(none), none, K)[3])


@pytest.mark.parametrize("diagonal", [0.0, 1.0])
def test_outlook_gain_divides_by_the_source(diagonal):
    K, N = np.array([1.0, -2.0, 3.0, 0.5]), 1 - M
    phi = proximity(M, diagonal=diagonal)
    expected = N * (N @ (phi * (K / phi.sum(axis=1))[:, None]))
    np.testing.assert_allclose(outlook_gain(M, K, diagonal=diagonal), expected, atol=1e-15)
    unknown = outlook_gain(M, np.array([1.0, np.nan, 3.0, 0.5]), diagonal=diagonal)
    assert np.isfinite(unknown).all()


def test_nothing_at_all_gives_nothing():
    none = np.zeros((2, 3), dtype=bool)
    assert np.isnan(density(none)).all()
    assert np.isnan(proximity(none)).all()
    assert np.isnan(outlook_gain(none, np.ones(3))).all()
    assert np.isnan(outlook_index(density(none), none, np.ones(3))).all()
