"""Product systems to test with: power, iron and steel, worked by hand, and random ones."""

from dataclasses import replace

import numpy as np

from chainwright.carbon import ProductSystem
from chainwright.carbon.lifecycle.uncertainties import LOGNORMAL, Uncertainty

RECIPES = np.array([[0.05, 0.10, 0.30], [0.0, 0.0, 1.05], [0.01, 0.0, 0.0]])
DIRECT = np.array([0.5, 1.5, 0.1])


def steelworks(**primary):
    """Return power, iron and steel; `primary` holds the primary share of direct data by name."""
    found = ProductSystem.of_arrays(RECIPES, DIRECT, ["power", "iron", "steel"])
    frame = found.frame.copy()
    for name, share in primary.items():
        frame.loc[frame["process"] == name, "primary_share"] = share
    frame["country"] = ["CHN", "AUS", "CHN"]
    frame["unit"] = ["kWh", "kg", "kg"]
    return replace(found, frame=frame)


def random_chain(rng, n=30, *, share=0.9, credit=False):
    """Return T and q of a random productive system; units are spread over four orders."""
    recipes = rng.random((n, n)) * (rng.random((n, n)) < 0.2)
    np.fill_diagonal(recipes, 0.0)
    total = np.maximum(recipes.sum(axis=0), 1e-9)
    recipes *= rng.uniform(0.1, share, n) / total
    unit = 10.0 ** rng.uniform(-2, 2, n)
    recipes *= unit[:, None] / unit[None, :]
    if credit:
        recipes[1, 2] = -0.3 * unit[1] / unit[2]
    return recipes, rng.lognormal(0.0, 1.0, n) / unit * (rng.random(n) < 0.7)


def solved(recipes, direct):
    """Return the footprints by a dense solve."""
    return np.linalg.solve(np.eye(len(direct)) - recipes.T, direct)


def spread(products, inputs=0.1, emissions=0.2):
    """Return a system whose amounts are lognormal around the given ones."""

    def around(amount, scale):
        empty = np.full(len(amount), np.nan)
        return Uncertainty(
            np.full(len(amount), LOGNORMAL, dtype=np.int8),
            np.log(np.abs(amount)),
            np.full(len(amount), scale),
            empty,
            empty,
            np.sign(amount),
        )

    return replace(
        products,
        input_uncertainty=around(products.amount, inputs),
        emission_uncertainty=around(products.emission, emissions),
    )
