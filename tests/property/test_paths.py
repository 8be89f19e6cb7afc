"""Laws of the path search and of the decomposition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainwright.accounts import decomposition, paths
from worlds import world

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.floats(1e-4, 0.2), st.integers(1, 12), st.sampled_from(["value_added", "CO2"]))
def test_visited_and_cut_paths_make_the_total(seed, threshold, longest, of):
    system = world(seed, 3, 2)
    found = paths(system, root="R1:s1", of=of, threshold=threshold, longest=longest)
    total = found.contribution.sum() + found.cut
    np.testing.assert_allclose(total, found.total, rtol=1e-12)
    assert found.cut >= -1e-12 * found.total
    assert found.tier.max() < longest


@given(SEEDS)
def test_a_lower_threshold_keeps_every_path_and_its_numbers(seed):
    system = world(seed, 2, 3)
    few = paths(system, root="R0:s0", threshold=0.02).table().set_index("path")
    many = paths(system, root="R0:s0", threshold=0.004).table().set_index("path")
    assert set(few.index) <= set(many.index)
    np.testing.assert_allclose(many.loc[few.index, "flow"], few["flow"], rtol=1e-13)
    assert len(many) >= len(few)


@given(SEEDS)
def test_a_path_never_carries_more_than_the_tree_that_it_ends(seed):
    found = paths(world(seed, 3, 3), root="R2:s0", threshold=0.003)
    assert (found.contribution <= found.subtree * (1.0 + 1e-12)).all()
    branch = np.bincount(found.parent[1:], found.subtree[1:], minlength=len(found.node))
    below = found.subtree - found.contribution
    assert (branch <= below * (1.0 + 1e-11) + 1e-12 * found.total).all()


@given(SEEDS, SEEDS, st.sampled_from(["value_added", "CO2", "output"]))
def test_the_decomposition_leaves_no_rest_anywhere(one, other, of):
    before, after = world(one, 3, 2), world(other, 3, 2, year=2021)
    found = decomposition(before, after, of=of)
    scale = max(found.before.max(), found.after.max())
    rest = found.effects.sum(axis=0) - (found.after - found.before)
    assert np.abs(rest).max() <= 1e-12 * scale
    back = decomposition(after, before, of=of)
    np.testing.assert_allclose(back.effects, -found.effects, rtol=1e-8, atol=1e-12 * scale)
