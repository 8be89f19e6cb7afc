"""Draws of the whole catalogue: what they tell is what the draws are."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.lifecycle.catalogue_draws import QUANTILES
from chainwright.carbon.lifecycle.uncertainties import NORMAL, TRIANGULAR, UNIFORM, Uncertainty
from chainwright.errors import MissingPartError, ParameterError
from product_chains import random_chain, solved, spread, steelworks


@pytest.fixture(scope="module")
def drawn():
    return carbon.footprint_draws(spread(steelworks()), 600, seed=3, keep=True)


def test_moments_and_extremes_are_those_of_the_draws(drawn):
    np.testing.assert_allclose(drawn.mean, drawn.values.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(drawn.sd, drawn.values.std(axis=0, ddof=1), rtol=1e-10)
    np.testing.assert_array_equal(drawn.least, drawn.values.min(axis=0))
    np.testing.assert_array_equal(drawn.largest, drawn.values.max(axis=0))


def test_quantiles_read_from_classes_are_near_those_of_the_draws(drawn):
    exact = np.quantile(drawn.values, QUANTILES, axis=0)
    assert (np.abs(drawn.quantiles - exact) <= 0.06 * drawn.sd).all()


def test_few_draws_have_exact_quantiles():
    few = carbon.footprint_draws(spread(steelworks()), 40, keep=True)
    np.testing.assert_array_equal(few.quantiles, np.quantile(few.values, QUANTILES, axis=0))


def test_the_spread_is_that_of_a_product_of_lognormals():
    # one product with its own emission alone: the quantiles are known
    products = spread(carbon.ProductSystem.of_arrays([[0.0]], [2.0]), emissions=0.3)
    found = carbon.footprint_draws(products, 4000)
    assert found.quantiles[2, 0] == pytest.approx(2.0, rel=0.02)
    assert found.quantiles[-1, 0] == pytest.approx(2.0 * np.exp(1.645 * 0.3), rel=0.03)
    assert found.mean[0] == pytest.approx(2.0 * np.exp(0.045), rel=0.02)


def test_draws_do_not_depend_on_their_number_or_on_threads(drawn):
    products = spread(steelworks())
    for draws, threads in ((7, 1), (7, 2), (7, 3)):
        other = carbon.footprint_draws(products, draws, seed=3, threads=threads, keep=True)
        np.testing.assert_array_equal(other.values, drawn.values[:draws])
    assert (carbon.footprint_draws(products, 7, seed=4).mean != other.mean).all()


def test_each_draw_solves_the_system_that_was_drawn():
    recipes, direct = random_chain(np.random.default_rng(1), n=12)
    products = spread(carbon.ProductSystem.of_arrays(recipes, direct))
    found = carbon.footprint_draws(products, 4, seed=9, tolerance=1e-12, keep=True)
    rng = np.random.default_rng([9, 0])
    amount = products.input_uncertainty.drawn(products.amount, rng, 4)
    emission = products.emission_uncertainty.drawn(products.emission, rng, 4)
    for k in range(4):
        held = np.zeros_like(recipes)
        held[products.supplier, products.user] = amount[:, k]
        emitted = np.zeros(len(direct))
        emitted[products.emitter] = emission[:, k]
        np.testing.assert_allclose(found.values[k], solved(held, emitted), rtol=1e-10)


def test_declared_footprints_are_not_drawn():
    found = carbon.footprint_draws(spread(steelworks()), 20, declared={"iron": 1.0}, keep=True)
    assert (found.values[:, 1] == 1.0).all()
    assert found.sd[2] > 0.0
    assert found.table()["q05"].notna().all()


def test_credits_are_drawn_and_solved_directly():
    recipes, direct = random_chain(np.random.default_rng(5), n=8, credit=True)
    products = spread(
        carbon.ProductSystem.of_arrays(recipes, direct), inputs=1e-12, emissions=1e-12
    )
    found = carbon.footprint_draws(products, 5)
    np.testing.assert_allclose(found.mean, solved(recipes, direct), rtol=1e-9)
    assert found.negative == 0


def kind_of(number, m, **given):
    """Return an uncertainty of m amounts of one kind."""
    empty = {name: np.full(m, np.nan) for name in ("location", "scale", "low", "high")}
    held = {**empty, **{name: np.full(m, value) for name, value in given.items()}}
    return Uncertainty(np.full(m, number, dtype=np.int8), **held, sign=np.ones(m))


@pytest.mark.parametrize(
    ("uncertainty", "mean", "sd"),
    [
        (kind_of(NORMAL, 1, location=3.0, scale=0.5), 3.0, 0.5),
        (kind_of(UNIFORM, 1, low=1.0, high=4.0), 2.5, 3.0 / np.sqrt(12.0)),
        (kind_of(TRIANGULAR, 1, location=2.0, low=1.0, high=4.0), 7.0 / 3.0, np.sqrt(7.0 / 18.0)),
    ],
)
def test_each_kind_has_its_mean_and_its_spread(uncertainty, mean, sd):
    drawn = uncertainty.drawn(np.ones(1), np.random.default_rng(1), 40_000)[0]
    assert drawn.mean() == pytest.approx(mean, rel=0.01)
    assert drawn.std() == pytest.approx(sd, rel=0.02)


def test_a_normal_amount_keeps_to_its_bounds_and_certain_ones_stay():
    bounded = kind_of(NORMAL, 2, location=1.0, scale=5.0, low=0.0, high=2.0)
    bounded.kind[1] = 0
    drawn = bounded.drawn(np.array([1.0, 7.0]), np.random.default_rng(1), 500)
    assert 0.0 <= drawn[0].min() < drawn[0].max() <= 2.0
    assert ((drawn[0] > 0.0) & (drawn[0] < 2.0)).all()  # cut off there, not heaped up on them
    assert (drawn[1] == 7.0).all()
    assert bounded.spread == 1


def test_inputs_drawn_below_nought_are_counted_and_said():
    products = steelworks()
    wide = kind_of(NORMAL, len(products.amount), location=0.01, scale=0.02)
    found = carbon.footprint_draws(replace(products, input_uncertainty=wide), 30)
    assert found.negative > 10
    assert found.origin["inputs_drawn_below_nought"] == found.negative


def test_a_system_without_uncertainty_or_draws_is_refused():
    with pytest.raises(MissingPartError, match="uncertain"):
        carbon.footprint_draws(steelworks(), 10)
    with pytest.raises(ParameterError):
        carbon.footprint_draws(spread(steelworks()), 1)
    with pytest.raises(ParameterError):
        carbon.footprint_draws(spread(steelworks()), 10, threads=0)


def test_progress_is_told():
    told = []
    carbon.footprint_draws(spread(steelworks()), 200, progress=told.append)
    assert told == ["100 of 200 draws", "200 of 200 draws"]
