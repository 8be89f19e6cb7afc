"""Ranks, weights and draws behind the assessment, against counts made the slow way."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainwright.diagnose.sectors import cell_errors
from chainwright.diagnose.sectors.cell_errors import _scaled
from chainwright.diagnose.sectors.composites import (
    FIRST,
    agreement,
    composite,
    parts_of,
    quantiles,
    reweighted,
)
from chainwright.diagnose.sectors.sector_groups import ranks_within
from chainwright.errors import InfeasibleError
from chainwright.system.balance import gras
from worlds import national, world

GOODS = np.array(["goods"] * 4)


def test_quantiles_are_numbers_that_were_drawn_and_leave_a_twentieth_at_each_end():
    low, high = quantiles(np.arange(1.0, 101.0)[:, None])
    assert (low[0], high[0]) == (5.0, 95.0)
    low, high = quantiles(np.arange(1.0, 21.0)[::-1, None])
    assert (low[0], high[0]) == (1.0, 19.0)


def test_a_draw_that_says_nothing_makes_the_interval_say_nothing():
    low, high = quantiles(np.array([[1.0, 2.0], [np.nan, 3.0]]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert (low[1], high[1]) == (2.0, 3.0)


def test_rankings_agree_less_the_more_they_differ():
    same = agreement(np.array([[1.0, 2, 3, 4]] * 3))
    near = agreement(np.array([[1.0, 2, 3, 4], [1, 2, 4, 3], [1, 2, 3, 4]]))
    far = agreement(np.array([[1.0, 2, 3, 4], [4, 3, 2, 1], [2, 4, 1, 3]]))
    assert same == 1.0
    assert same > near > far >= 0.0


def test_agreement_with_ties_is_one_where_all_rankings_tie_alike():
    tied = np.array([[1.0, 1.0, 2.0, 3.0]] * 4)
    assert agreement(tied) == pytest.approx(1.0, abs=1e-15)


def test_agreement_by_hand_with_ties():
    """Ranks 1.5 1.5 3 and 1 2 3: sums 2.5 3.5 6, about 4: S = 2.25 + 0.25 + 4 = 6.5."""
    found = agreement(np.array([[1.0, 1.0, 2.0], [1.0, 2.0, 3.0]]))
    assert found == pytest.approx(12 * 6.5 / (4 * 24 - 2 * 6))


@pytest.mark.parametrize(
    "values", [np.ones((1, 4)), np.ones((3, 1)), np.ones((3, 4)), np.full((2, 3), np.nan)]
)
def test_agreement_of_nothing_is_not_said(values):
    assert np.isnan(agreement(values))


def test_agreement_is_over_items_that_all_rankings_have():
    holes = np.array([[1.0, 9.0, 2.0, 3.0], [1.0, np.nan, 2.0, 3.0]])
    assert agreement(holes) == 1.0


def test_the_mean_agreement_of_all_pairs_of_rankings_is_a_half():
    orders = [np.array([[1.0, 2, 3], p]) for p in permutations((1.0, 2.0, 3.0))]
    assert np.mean([agreement(pair) for pair in orders]) == pytest.approx(0.5)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0.1, 9.0))
def test_places_in_a_group_depend_on_order_alone(values, factor):
    given_values = np.array([values])
    one = parts_of(given_values, GOODS)
    order = np.unique(given_values, return_inverse=True)[1].reshape(1, -1) * factor
    np.testing.assert_allclose(parts_of(order, GOODS), one)
    assert one.min() >= 0.0
    assert one.max() <= 1.0
    assert one.mean() == pytest.approx(0.5)


def test_places_are_taken_within_each_group_and_alone_means_the_middle():
    groups = np.array(["goods", "services", "goods", "trade"])
    found = parts_of(np.array([[5.0, 1.0, 7.0, np.nan]]), groups)
    np.testing.assert_array_equal(found, [[0.0, 0.5, 1.0, np.nan]])


def test_a_composite_leaves_out_what_is_not_said_with_its_weight():
    parts = np.array([[0.0, 1.0, np.nan], [1.0, np.nan, np.nan]])
    found = composite(parts, np.array([3.0, 1.0]))
    np.testing.assert_array_equal(found, [0.25, 1.0, np.nan])


def test_without_parts_other_weights_say_nothing():
    found = reweighted(np.zeros((0, 4)), GOODS, 10, np.random.default_rng(1))
    for numbers in (found.first_share, found.rank_low, found.rank_high):
        assert np.isnan(numbers).all()
        assert numbers.shape == (4,)


def test_one_part_has_one_ranking_under_any_weights():
    parts = np.linspace(0.0, 1.0, 14)[None, :]
    groups = np.array(["goods"] * 14)
    found = reweighted(parts, groups, 50, np.random.default_rng(1))
    ranks = ranks_within(groups, parts[0])
    np.testing.assert_array_equal(found.rank_low, ranks)
    np.testing.assert_array_equal(found.rank_high, ranks)
    np.testing.assert_array_equal(found.first_share, ranks <= FIRST)


def test_opposite_parts_leave_every_place_open():
    parts = np.array([[0.0, 0.3, 0.7, 1.0], [1.0, 0.7, 0.3, 0.0]])
    found = reweighted(parts, GOODS, 400, np.random.default_rng(2))
    assert found.rank_low[0] == found.rank_low[3] == 1.0
    assert found.rank_high[0] == found.rank_high[3] == 4.0


@pytest.mark.parametrize("seed", range(5))
def test_balancing_of_sparse_cells_is_gras_without_negative_cells(seed):
    from scipy.sparse import csr_array  # noqa: PLC0415

    rng = np.random.default_rng(seed)
    before = rng.random((6, 5)) * (rng.random((6, 5)) < 0.8) + np.eye(6, 5)
    drawn = before * np.exp(0.3 * rng.standard_normal(before.shape))
    rows, columns = before.sum(axis=1), before.sum(axis=0)
    # a row without a cell in the diagonal may be empty, which both leave as it is
    kept = rows > 0.0
    found = _scaled(csr_array(drawn[kept]), rows[kept], columns)
    expected, _, _ = gras(drawn[kept], rows[kept], columns, tolerance=1e-12)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-8)
    assert ((found == 0.0) == (drawn[kept] == 0.0)).all()


def test_cells_that_cannot_be_balanced_again_say_what_to_do(monkeypatch):
    from scipy.sparse import csr_array  # noqa: PLC0415

    monkeypatch.setattr(cell_errors, "STEPS", 5)
    stuck = csr_array(np.eye(2))
    with pytest.raises(InfeasibleError, match=r"in 5 steps.*Ask for a smaller cell_error"):
        _scaled(stuck, np.array([1.0, 3.0]), np.array([3.0, 1.0]))


@pytest.mark.parametrize("system", [world(1), national(2)], ids=["world", "nation"])
def test_a_drawn_table_has_the_sums_signs_and_zeros_of_the_given_one(system):
    flows = system.flows
    found = cell_errors.redrawn(flows, 0.2, np.random.default_rng(3))
    both = [
        [f.matrix] + ([f.imports.matrix] if f.imports is not None else []) for f in (flows, found)
    ]
    one, other = (np.concatenate(parts) for parts in both)
    scale = one.sum(axis=0).max()
    np.testing.assert_allclose(other.sum(axis=0), one.sum(axis=0), atol=1e-5 * scale)
    np.testing.assert_allclose(other.sum(axis=1), one.sum(axis=1), atol=1e-5 * scale)
    assert (np.sign(other) == np.sign(one)).all()
    assert np.abs(other - one).max() > 0.01
    np.testing.assert_array_equal(found.final, flows.final)
    np.testing.assert_allclose(found.output, flows.output, rtol=1e-4)
