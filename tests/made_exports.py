"""Made-up exports: places of different size and skill, products of different difficulty."""

import numpy as np
import pandas as pd


def made_exports(places=40, products=60, *, seed=3, nested=True):
    """Return amounts by place (rows) and product (columns); about half of the cells are 0.

    In a nested world the skilled make many things, and hard things are made by few; else the
    skilled make hard things and the others make easy ones, as many.
    """
    rng = np.random.default_rng(seed)
    size, skill = rng.lognormal(0.0, 1.5, places), rng.normal(0.0, 1.0, places)
    common, hard = rng.lognormal(0.0, 1.0, products), rng.normal(0.0, 1.0, products)
    amounts = size[:, None] * common * np.exp(skill[:, None] * hard)
    amounts *= rng.lognormal(0.0, 1.2, amounts.shape)
    able = skill[:, None] - hard if nested else np.zeros(amounts.shape)
    amounts[rng.random(amounts.shape) > 1.0 / (1.0 + np.exp(-1.5 * able))] = 0.0
    amounts[np.arange(places), rng.integers(0, products, places)] += size  # no place is empty
    amounts[rng.integers(0, places, products), np.arange(products)] += common
    return amounts


def as_rows(amounts, *, year=None, zeros=False):
    """Return a long table; codes sort in the order of rows and columns."""
    rows, columns = np.indices(amounts.shape).reshape(2, -1) if zeros else np.nonzero(amounts)
    frame = pd.DataFrame(
        {
            "place": np.array([f"p{i:04d}" for i in range(amounts.shape[0])], dtype=object)[rows],
            "product": np.array([f"{j:06d}" for j in range(amounts.shape[1])], dtype=object)[
                columns
            ],
            "value": amounts[rows, columns],
        }
    )
    if year is not None:
        frame.insert(0, "year", year)
    return frame
