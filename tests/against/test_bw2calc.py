"""Footprints beside those of bw2calc: one LCA each, and draws; the bench has its adjoint solve."""

import numpy as np
import pytest

from chainwright import carbon
from peers import bw2calc_scores
from product_chains import spread, steelworks
from technospheres import technosphere


@pytest.mark.against
def test_power_iron_and_steel_carry_what_bw2calc_says(tmp_path):
    products = steelworks()
    theirs = bw2calc_scores(products, "scores", asked=range(3), folder=tmp_path)
    ours = carbon.footprints(products, tolerance=1e-13).footprint
    np.testing.assert_allclose(ours, theirs["scores"], rtol=1e-12)
    assert theirs["version"] == "3.1.0"


@pytest.mark.against
def test_400_products_carry_what_bw2calc_says_and_lie_within_our_bounds(tmp_path):
    products = carbon.ProductSystem.of_arrays(*technosphere(400))
    theirs = bw2calc_scores(products, "scores", asked=range(400), folder=tmp_path)
    found = carbon.footprints(products)
    scores = np.array(theirs["scores"])
    np.testing.assert_allclose(found.footprint, scores, rtol=1e-8)
    assert (found.solved.lower <= scores * (1 + 1e-12)).all()
    assert (found.solved.upper >= scores * (1 - 1e-12)).all()


@pytest.mark.against
def test_draws_are_spread_as_bw2calc_spreads_them(tmp_path):
    products = spread(carbon.ProductSystem.of_arrays(*technosphere(500)), 0.3, 0.3)
    given = {"asked": [7], "draws": 400, "spread": 0.3}
    theirs = np.array(bw2calc_scores(products, "draws", folder=tmp_path, **given)["scores"])
    found = carbon.footprint_draws(products, 2000)
    error = theirs.std() / np.sqrt(400)
    assert abs(theirs.mean() - found.mean[7]) < 4 * error
    assert theirs.std() == pytest.approx(found.sd[7], rel=0.2)
