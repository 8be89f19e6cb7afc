"""Monte Carlo over a catalogue beside closed forms: what is known of each spread is what is drawn.

A draw of n values misses a quantile p of density f by ``sqrt(p (1 - p) / n) / f``; six of these are
allowed.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import lognorm, norm, triang, truncnorm, uniform

from chainwright import carbon

N = 4000
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
COLUMNS = ["process", "kind", "item", "amount", "uncertainty", "location", "scale", "low", "high"]
NO = np.nan


def drawn(rows, outputs, draws=N):
    """Return the draws of an inventory whose exchanges are written as rows."""
    made = pd.DataFrame({"process": list(outputs), "unit": "kg", "output": list(outputs.values())})
    products = carbon.read_processes(made, pd.DataFrame(rows, columns=COLUMNS))
    return carbon.footprint_draws(products, draws, seed=11, tolerance=1e-10, keep=True)


def draws_of(found):
    """Return all draws, a column a product."""
    return np.asarray(vars(found)["values"])


def holds(found, product, law):
    """Assert that the draws of a product follow a law, within six standard errors each."""
    place = found.whole.products.place[product]
    values = draws_of(found)[:, place]
    sure = law.ppf(LEVELS)
    error = np.sqrt(LEVELS * (1.0 - LEVELS) / N) / law.pdf(sure)
    assert (np.abs(np.quantile(values, LEVELS) - sure) <= 6.0 * error).all()
    width = np.maximum(error, 12.0 / 256.0 * law.std())
    assert (np.abs(found.quantiles[:, place] - sure) <= 6.0 * width).all()
    assert abs(values.mean() - law.mean()) <= 6.0 * law.std() / np.sqrt(N)
    assert found.sd[place] == pytest.approx(law.std(), rel=0.12)


def test_a_chain_of_lognormal_amounts_is_lognormal():
    rows = [
        ("steel", "input", "iron", 2.1, "lognormal", NO, 0.1, NO, NO),
        ("iron", "input", "power", 6.0, "lognormal", np.log(6.0), 0.2, NO, NO),
        ("power", "emission", "co2", 3.0, "lognormal", NO, 0.15, NO, NO),
    ]
    found = drawn(rows, {"power": 5.0, "iron": 4.0, "steel": 2.0})
    middle = (2.1 / 2.0) * (6.0 / 4.0) * (3.0 / 5.0)
    assert found.whole.footprint[2] == pytest.approx(middle, rel=1e-12)
    for product, scale, spread in (
        ("power", 0.6, 0.15),
        ("iron", 0.9, np.hypot(0.2, 0.15)),
        ("steel", middle, np.sqrt(0.01 + 0.04 + 0.0225)),
    ):
        holds(found, product, lognorm(spread, scale=scale))


def test_the_median_of_a_lognormal_amount_is_its_location_not_its_amount():
    rows = [("a", "emission", "co2", 1.0, "lognormal", np.log(8.0), 0.3, NO, NO)]
    found = drawn(rows, {"a": 4.0})
    assert found.whole.footprint[0] == 0.25
    holds(found, "a", lognorm(0.3, scale=2.0))


def test_normal_uniform_and_triangular_amounts_are_drawn_by_their_laws():
    rows = [
        ("n", "emission", "co2", 10.0, "normal", NO, 1.0, NO, NO),
        ("u", "emission", "co2", 10.0, "uniform", NO, NO, 8.0, 16.0),
        ("t", "emission", "co2", 10.0, "triangular", NO, NO, 8.0, 16.0),
        ("b", "emission", "co2", 10.0, "normal", NO, 2.0, 9.0, 13.0),
    ]
    found = drawn(rows, {"n": 2.0, "u": 4.0, "t": 0.5, "b": 2.0})
    assert found.whole.footprint.tolist() == [5.0, 2.5, 20.0, 5.0]
    holds(found, "n", norm(5.0, 0.5))
    holds(found, "u", uniform(2.0, 2.0))
    holds(found, "t", triang(0.25, 16.0, 16.0))
    holds(found, "b", truncnorm(-0.5, 1.5, 5.0, 1.0))


def test_a_loop_with_an_uncertain_share_has_a_known_law():
    # y = q / (1 - a) with a uniform: P(y <= v) = P(a <= 1 - q / v)
    rows = [
        ("loop", "input", "loop", 0.5, "uniform", NO, NO, 0.2, 0.8),
        ("loop", "emission", "co2", 1.0, "", NO, NO, NO, NO),
    ]
    found = drawn(rows, {"loop": 1.0})
    values = draws_of(found)[:, 0]
    for level in LEVELS:
        true = 1.0 / (1.0 - (0.2 + 0.6 * level))
        share = np.mean(values <= true)
        assert abs(share - level) <= 6.0 * np.sqrt(level * (1.0 - level) / N)
    assert values.min() >= 1.25
    assert values.max() <= 5.0
    assert values.mean() == pytest.approx(np.log(4.0) / 0.6, rel=0.03)


def test_a_credit_is_drawn_below_nought_and_its_size_is_lognormal():
    rows = [
        ("a", "input", "b", -2.0, "lognormal", NO, 0.25, NO, NO),
        ("b", "emission", "co2", 3.0, "", NO, NO, NO, NO),
    ]
    found = drawn(rows, {"a": 1.0, "b": 1.0}, draws=400)
    size = -draws_of(found)[:, found.whole.products.place["a"]]
    assert found.whole.footprint[0] == -6.0
    law = lognorm(0.25, scale=6.0)
    sure = law.ppf(LEVELS)
    error = np.sqrt(LEVELS * (1.0 - LEVELS) / 400) / law.pdf(sure)
    assert (np.abs(np.quantile(size, LEVELS) - sure) <= 6.0 * error).all()
    assert found.negative == 0


def test_amounts_are_independent_and_what_is_certain_stays():
    rows = [
        ("a", "emission", "co2", 1.0, "normal", NO, 0.1, NO, NO),
        ("b", "emission", "co2", 1.0, "normal", NO, 0.1, NO, NO),
        ("c", "input", "a", 1.0, "", NO, NO, NO, NO),
        ("c", "input", "b", 1.0, "none", NO, NO, NO, NO),
        ("d", "emission", "co2", 7.0, "", NO, NO, NO, NO),
    ]
    found = drawn(rows, dict.fromkeys("abcd", 1.0))
    a, b, c, d = draws_of(found).T
    assert abs(np.corrcoef(a, b)[0, 1]) <= 6.0 / np.sqrt(N)
    np.testing.assert_allclose(c, a + b, rtol=1e-12)
    assert (d == 7.0).all()
    assert found.sd[3] == 0.0
    holds(found, "c", norm(2.0, 0.1 * np.sqrt(2.0)))


def test_an_emission_whose_factor_is_nought_stays_nought():
    rows = [
        ("a", "emission", "co2", 1.0, "lognormal", NO, 0.1, NO, NO, NO),
        ("a", "emission", "biogenic", 5.0, "lognormal", NO, 0.1, NO, NO, 0.0),
        ("b", "emission", "biogenic", 5.0, "normal", NO, 0.1, 4.0, 6.0, 0.0),
    ]
    made = pd.DataFrame({"process": ["a", "b"], "unit": "kg"})
    products = carbon.read_processes(made, pd.DataFrame(rows, columns=[*COLUMNS, "factor"]))
    found = carbon.footprint_draws(products, 500, keep=True)
    assert (draws_of(found)[:, 1] == 0.0).all()
    assert found.mean[0] == pytest.approx(1.0, rel=0.03)
