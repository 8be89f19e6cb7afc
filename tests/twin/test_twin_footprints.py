"""Footprints beside plain loops that follow the equations word by word."""

import numpy as np
import pytest

from chainwright import carbon
from product_chains import random_chain


def plain_series(recipes, direct, tolerance):
    """Return y and the number of terms: dense, one product after the other, as it is written."""
    n = len(direct)
    term, total, terms = list(direct), list(direct), 0
    while True:
        term = [sum(recipes[i][j] * term[i] for i in range(n)) for j in range(n)]
        total = [total[j] + term[j] for j in range(n)]
        terms += 1
        if all(abs(term[j]) <= tolerance * abs(total[j]) for j in range(n)):
            return total, terms


def plain_made(recipes, final):
    """Return x = f + T x by repeating it until nothing moves."""
    n = len(final)
    made = list(final)
    for _ in range(5000):
        again = [final[i] + sum(recipes[i][j] * made[j] for j in range(n)) for i in range(n)]
        if again == made:
            break
        made = again
    return made


def plain_sources(recipes, direct, row):
    """Return what each maker emits for one unit of a product."""
    final = [float(i == row) for i in range(len(direct))]
    return [q * x for q, x in zip(direct, plain_made(recipes, final), strict=True)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tolerance", [1e-4, 1e-9])
def test_the_series_ends_where_the_plain_one_ends(seed, tolerance):
    recipes, direct = random_chain(np.random.default_rng(seed), n=9)
    plain, terms = plain_series(recipes.tolist(), direct.tolist(), tolerance)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct), tolerance=tolerance)
    assert found.solved.terms == terms
    np.testing.assert_allclose(found.footprint, plain, rtol=1e-13)


@pytest.mark.parametrize("seed", range(6))
def test_sources_edges_and_inputs_are_those_of_plain_loops(seed):
    recipes, direct = random_chain(np.random.default_rng(seed + 20), n=8)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct), tolerance=1e-13)
    row = int(np.argmax(found.footprint))
    one = found.of(found.products.codes[row], threshold=1e-9)
    plain = plain_sources(recipes.tolist(), direct.tolist(), row)
    table = one.sources().set_index("source")["footprint"]
    for i, name in enumerate(found.products.codes):
        assert table.get(name, 0.0) == pytest.approx(plain[i], rel=1e-9, abs=1e-9 * sum(plain))
    made = plain_made(recipes.tolist(), [float(i == row) for i in range(len(direct))])
    edges = one.edges().set_index(["from_product", "to_product"])["footprint"]
    for (supplier, user), carried in edges.items():
        i, k = found.products.place[supplier], found.products.place[user]
        assert carried == pytest.approx(recipes[i, k] * made[k] * found.footprint[i], rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_primary_shares_are_those_of_a_plain_series(seed):
    rng = np.random.default_rng(seed + 40)
    recipes, direct = random_chain(rng, n=8)
    share = rng.random(8)
    products = carbon.ProductSystem.of_arrays(recipes, direct)
    products.frame["primary_share"] = share
    found = carbon.footprints(products, tolerance=1e-12)
    whole, _ = plain_series(recipes.tolist(), direct.tolist(), 1e-14)
    known, _ = plain_series(recipes.tolist(), (share * direct).tolist(), 1e-14)
    some = np.array(whole) > 0
    expected = np.array(known)[some] / np.array(whole)[some]
    np.testing.assert_allclose(found.primary_share[some], expected, rtol=1e-9)
