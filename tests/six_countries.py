"""Made-up trade of six countries, by seed, and the frame of a year of it."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from trades import made

SEEDS = st.integers(0, 2**32 - 1)
PLACES = ["BRA", "CHN", "DEU", "FRA", "JPN", "USA"]


def flows(seed, *, fill=0.5, products=5, quantity=True):
    """Return a made-up year of six countries that has at least one flow."""
    frame = made(seed, fill=fill, products=products, quantity=quantity)
    code = {f"P{i:02d}": place for i, place in enumerate(PLACES)}
    moved = frame.assign(exporter=frame["exporter"].map(code), importer=frame["importer"].map(code))
    return moved if len(moved) else flows(seed + 1, products=products, quantity=quantity)


def as_frame(year):
    """Return the flows of a year by their codes."""
    places, products = np.array(year.places.codes), np.array(year.products.codes)
    frame = pd.DataFrame(
        {
            "exporter": places[year.exporter],
            "importer": places[year.importer],
            "product": products[year.product],
            "value": year.value,
            "quantity": np.nan if year.quantity is None else year.quantity,
        }
    )
    return frame.set_index(["exporter", "importer", "product"]).sort_index()
