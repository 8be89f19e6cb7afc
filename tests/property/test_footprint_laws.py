"""Laws of footprints: whatever the chain, they close, add up, and stay within their bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import carbon
from product_chains import random_chain, solved

CHAINS = st.builds(
    lambda seed, n, share: random_chain(np.random.default_rng(seed), n, share=share),
    st.integers(0, 10_000),
    st.integers(1, 12),
    st.floats(0.2, 0.97),
)
settings.register_profile("footprints", max_examples=15, deadline=None)
FEW = settings.get_profile("footprints")


def system(chain):
    return carbon.ProductSystem.of_arrays(*chain)


@FEW
@given(CHAINS, st.sampled_from([1e-3, 1e-6, 1e-9, 1e-12]))
def test_the_truth_lies_within_the_bounds_at_every_tolerance(chain, tolerance):
    found = carbon.footprints(system(chain), tolerance=tolerance).solved
    truth = solved(*chain)
    room = 1e-12 * truth.max(initial=0.0) * 1e-3 + 1e-12 * truth
    assert (found.lower <= truth + room).all()
    assert (found.upper >= truth - room).all()


@FEW
@given(CHAINS)
def test_a_finer_tolerance_never_widens_the_bounds_from_below(chain):
    coarse = carbon.footprints(system(chain), tolerance=1e-3).footprint
    fine = carbon.footprints(system(chain), tolerance=1e-9).footprint
    assert (fine >= coarse * (1 - 1e-14)).all()


@FEW
@given(CHAINS, st.integers(0, 1000))
def test_what_is_emitted_for_any_demand_is_what_the_demand_carries(chain, seed):
    found = carbon.footprints(system(chain), tolerance=1e-13)
    final = np.random.default_rng(seed).random(len(chain[1]))
    emitted, carried = found.closure(final)
    assert carried == pytest.approx(emitted, rel=1e-9, abs=1e-300)


@FEW
@given(CHAINS)
def test_declaring_what_is_worked_out_changes_nothing(chain):
    found = carbon.footprints(system(chain), tolerance=1e-13)
    names = found.products.codes
    again = carbon.footprints(
        found.products, tolerance=1e-13, declared={names[0]: float(found.footprint[0])}
    )
    np.testing.assert_allclose(again.footprint, found.footprint, rtol=1e-10)
    assert again.cut.declared.sum() == 1


@FEW
@given(CHAINS)
def test_primary_shares_lie_between_none_and_all(chain):
    products = system(chain)
    products.frame["primary_share"] = np.linspace(0.0, 1.0, len(products))
    share = carbon.footprints(products).primary_share
    known = share[np.isfinite(share)]
    assert (known >= 0.0).all()
    assert (known <= 1.0 + 1e-9).all()
    products.frame["primary_share"] = 1.0
    whole = carbon.footprints(products, tolerance=1e-12).primary_share
    np.testing.assert_allclose(whole[np.isfinite(whole)], 1.0, rtol=1e-9)


@FEW
@given(CHAINS, st.floats(0.5, 2.0))
def test_twice_the_emissions_are_twice_the_footprints(chain, factor):
    recipes, direct = chain
    once = carbon.footprints(system(chain)).footprint
    scaled = carbon.footprints(system((recipes, factor * direct))).footprint
    np.testing.assert_allclose(scaled, factor * once, rtol=1e-8)


@FEW
@given(CHAINS, st.integers(0, 11), st.floats(0.01, 100.0))
def test_another_unit_of_one_product_leaves_the_others_as_they_are(chain, which, factor):
    recipes, direct = chain
    which %= len(direct)
    other, emitted = recipes.copy(), direct.copy()
    other[which] *= factor  # a unit that is smaller by the factor
    other[:, which] /= factor
    emitted[which] /= factor
    once = carbon.footprints(system(chain), tolerance=1e-12).footprint.copy()
    again = carbon.footprints(system((other, emitted)), tolerance=1e-12).footprint
    once[which] /= factor
    np.testing.assert_allclose(again, once, rtol=1e-9)
