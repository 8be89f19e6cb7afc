"""What replaces a failing exporter, and what home's exports say about its capability."""

import numpy as np
import pytest

from chainwright.diagnose.product_space.density import density
from chainwright.diagnose.product_space.presence import presence, rca
from chainwright.diagnose.product_space.proximity import proximity
from chainwright.diagnose.products.trade_capability import BLOCK, capability
from chainwright.diagnose.products.trade_failures import YearExports, replaceable, spare
from chainwright.system import Axis


def exports(places, products, rows):
    return YearExports(
        Axis("place", tuple(places)), Axis("product", tuple(products)), np.array(rows, dtype=float)
    )


OLD = exports("ABC", "xy", [[10, 1], [8, 0], [5, 5]])
NOW = exports("ABD", "xz", [[12, 2], [3, 0], [1, 4]])


def test_spare_is_what_was_exported_more_in_the_best_year():
    found = spare([OLD, NOW])
    assert found.spare.tolist() == [[0.0, 0.0], [5.0, 0.0], [0.0, 0.0]]
    assert found.now.tolist() == NOW.quantity.tolist()
    assert found.years == 2


def test_one_year_has_nothing_to_spare():
    assert not spare([NOW]).spare.any()


def test_the_input_years_are_not_changed():
    before = NOW.quantity.copy()
    spare([OLD, NOW])
    np.testing.assert_array_equal(NOW.quantity, before)


def test_what_others_replace_is_bounded_by_what_is_lost_and_by_what_is_spare():
    found = spare([OLD, NOW])
    lost, instead = replaceable(found, np.array([0, 2]))
    assert lost.tolist() == [12.0, 4.0]
    assert instead.tolist() == [5.0, 0.0]
    lost, instead = replaceable(found, np.array([2, 0]))  # one that exports little is replaced
    assert lost.tolist() == [1.0, 2.0]
    assert instead.tolist() == [1.0, 0.0]


def test_the_failing_exporter_replaces_nothing_of_itself():
    lost, instead = replaceable(spare([OLD, NOW]), np.array([1, 1]))
    assert lost[0] == 3.0
    assert instead[0] == 0.0


def test_without_a_known_quantity_nothing_is_said():
    lost, instead = replaceable(spare([OLD, NOW]), np.array([-1, 1]))
    assert np.isnan(lost).all()
    assert np.isnan(instead).all()


@pytest.fixture(params=[(6, 9), (12, BLOCK + 30)], ids=["few", "over a block"])
def trade(request):
    rng = np.random.default_rng(3)
    places, products = request.param
    x = rng.lognormal(0.0, 2.0, (places, products)) * (rng.random((places, products)) < 0.5)
    x[:, 4] = 0.0  # a product that nobody exports
    return x


def test_capability_is_that_of_the_whole_matrices(trade):
    home = 2
    found = capability(trade, home)
    held = presence(rca(trade))
    np.testing.assert_array_equal(found.rca, rca(trade)[home])
    np.testing.assert_allclose(found.density, density(held, diagonal=0.0)[home], rtol=1e-12)
    near = np.nan_to_num(proximity(held, diagonal=0.0))
    near[:, ~held[home]] = 0.0
    best = -np.sort(-near, axis=1)[:, :3]
    np.testing.assert_allclose(np.nan_to_num(found.proximity), best, rtol=1e-15)
    for p in range(trade.shape[1]):
        for q, phi in zip(found.nearest[p], found.proximity[p], strict=True):
            if q >= 0:
                assert held[home, q]
                assert near[p, q] == phi
                assert q != p
    assert found.space == trade.shape[1] - 1


def test_a_product_that_nobody_exports_has_no_capability(trade):
    found = capability(trade, 0)
    assert np.isnan(found.rca[4])
    assert np.isnan(found.density[4])
    assert (found.nearest[4] == -1).all()
    assert np.isnan(found.proximity[4]).all()


def test_a_home_that_exports_nothing_has_no_advantage(trade):
    trade[1] = 0.0
    found = capability(trade, 1)
    assert np.isnan(found.rca).all()
    assert (found.nearest == -1).all()
    assert not np.nan_to_num(found.density).any()


@pytest.mark.parametrize("bar", [0.5, 1.0, 2.0])
def test_the_nearest_products_are_exported_with_the_advantage_asked_for(trade, bar):
    found = capability(trade, 0, advantage=bar)
    near = found.nearest[found.nearest >= 0]
    assert len(near) or not (rca(trade)[0] >= bar).sum() > 1
    assert (rca(trade)[0, near] >= bar).all()


def test_nobody_exports_at_all():
    found = capability(np.zeros((2, 3)), 0)
    assert found.space == 0
    assert np.isnan(found.density).all()
