"""Laws of the position in the chain."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainwright.accounts import position
from worlds import competitive, national, world

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(1, 4), st.integers(1, 4))
def test_means_weighted_by_output_are_equal_and_no_stage_is_below_one(seed, regions, sectors):
    system = world(seed, regions + 1, sectors)
    found, x = position(system), system.flows.output
    np.testing.assert_allclose(
        (found.upstreamness * x).sum(), (found.downstreamness * x).sum(), rtol=1e-11
    )
    assert (found.upstreamness >= 1.0 - 1e-12).all()
    assert (found.downstreamness >= 1.0 - 1e-12).all()


@given(SEEDS)
def test_the_corrected_means_are_equal_too(seed):
    system = world(seed, 3, 3)
    found, x = position(system), system.flows.output
    np.testing.assert_allclose(
        (found.upstreamness_corrected * x).sum(),
        (found.downstreamness_corrected * x).sum(),
        rtol=1e-10,
    )


@given(SEEDS)
def test_a_node_that_sells_to_final_users_alone_is_one_stage_away(seed):
    for system in (world(seed, 2, 2), national(seed), competitive(seed)):
        found = position(system)
        alone = system.flows.matrix.sum(axis=1) == 0.0
        np.testing.assert_allclose(found.upstreamness[alone], 1.0, rtol=1e-12)
        assert (found.upstreamness[~alone] > 1.0).all()


@given(SEEDS)
def test_upstreamness_is_one_plus_that_of_its_users(seed):
    system = world(seed, 3, 2)
    found, flows = position(system), system.flows
    sold = flows.matrix / flows.output[:, None]
    np.testing.assert_allclose(found.upstreamness, 1.0 + sold @ found.upstreamness, rtol=1e-11)
