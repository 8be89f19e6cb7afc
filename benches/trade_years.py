"""Years of trade made up to time with: 230 places x 5,000 products, as many rows as asked for.

Run as a script it writes years to a folder: ``python benches/trade_years.py FOLDER 2018:2020``.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from chainwright.classes import classification, place, place_codes

PLACES, PRODUCTS, ROWS = 230, 5_000, 10_000_000
GROUP = 2**20
"""Rows of a row group of Parquet, as writers make them by custom."""


def places(count=PLACES):
    """Return codes of countries, sorted."""
    return sorted(c for c in set(place_codes().values()) if place(c).kind == "country")[:count]


def products(count=PRODUCTS):
    """Return six-digit codes of the HS of 2017, sorted."""
    return sorted(c for c in classification("HS2017").codes if len(c) == 6)[:count]


def year_of_trade(year, *, rows=ROWS, n_places=PLACES, n_products=PRODUCTS, seed=7):
    """Return a year as an Arrow table, sorted by exporter, importer and product.

    Places and products have sizes that differ by orders of magnitude, as in trade; the same year
    and seed give the same rows, and years share the sizes, so that they are alike.
    """
    base, rng = np.random.default_rng(seed), np.random.default_rng((seed, year))
    sells, buys = (base.lognormal(0.0, 1.0, n_places) for _ in range(2))
    goods = base.lognormal(0.0, 0.7, n_products)
    cells = np.zeros(0, dtype=np.int64)
    while len(cells) < rows:
        wanted = int(1.2 * (rows - len(cells))) + 1000
        i = _draw(rng, sells, wanted)
        j = _draw(rng, buys, wanted)
        k = _draw(rng, goods, wanted)
        drawn = (i * n_places + j) * n_products + k
        cells = np.unique(np.concatenate([cells, drawn[i != j]]))
    cells = np.sort(rng.choice(cells, rows, replace=False, shuffle=False))
    pair, k = np.divmod(cells, n_products)
    i, j = np.divmod(pair, n_places)
    value = np.round(rng.lognormal(3.0, 2.5, rows) * sells[i] * buys[j] * goods[k], 3) + 0.001
    quantity = np.round(value * rng.lognormal(-1.5, 1.0, rows), 3) + 0.001
    unknown = rng.random(rows) < 0.02
    codes, listed = pa.array(places(n_places)), pa.array(products(n_products))
    return pa.table(
        {
            "year": pa.array(np.full(rows, year, dtype=np.int16)),
            "exporter": pa.DictionaryArray.from_arrays(i.astype(np.int16), codes),
            "importer": pa.DictionaryArray.from_arrays(j.astype(np.int16), codes),
            "product": pa.DictionaryArray.from_arrays(k.astype(np.int16), listed),
            "value": value,
            "quantity": pa.array(quantity, mask=unknown),
        }
    )


def _draw(rng, weights, count):
    """Return positions drawn by weight."""
    steps = np.cumsum(weights) / weights.sum()
    return np.searchsorted(steps, rng.random(count)).astype(np.int64)


def write_year(folder, year, **asked):
    """Write a year to ``FOLDER/YEAR.parquet`` and return its path."""
    path = Path(folder) / f"{year}.parquet"
    pq.write_table(year_of_trade(year, **asked), path, row_group_size=GROUP, compression="zstd")
    return path


if __name__ == "__main__":
    first, _, last = sys.argv[2].partition(":")
    for wanted in range(int(first), int(last or first) + 1):
        write_year(sys.argv[1], wanted)
