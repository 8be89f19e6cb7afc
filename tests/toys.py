"""A small economy made up to be checked by hand: three countries A, B, C, two sectors m and k."""

import pandas as pd

NODES = [("A", "m"), ("A", "k"), ("B", "m"), ("B", "k"), ("C", "m"), ("C", "k")]

MATRIX = [
    [20, 10, 5, 2, 8, 3],
    [8, 15, 3, 4, 5, 6],
    [15, 6, 30, 12, 5, 2],
    [4, 9, 10, 20, 2, 5],
    [30, 12, 6, 3, 40, 10],
    [5, 7, 2, 4, 12, 25],
]

FINAL = [[40, 6, 6], [50, 4, 5], [5, 60, 5], [4, 55, 6], [10, 8, 90], [6, 5, 70]]
"""One final category a country, A, B, C."""

COLUMNS = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]


def toy_table():
    """Return the economy as a long table; the row sums are the outputs 100 100 140 115 209 136."""
    rows = [
        ("intermediate", *seller, *buyer, float(value))
        for seller, deliveries in zip(NODES, MATRIX, strict=True)
        for buyer, value in zip(NODES, deliveries, strict=True)
    ]
    rows += [
        ("final", *seller, region, "final", float(value))
        for seller, deliveries in zip(NODES, FINAL, strict=True)
        for region, value in zip("ABC", deliveries, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def long_table(**blocks):
    """Return a long table of blocks such as ``intermediate={("A:m", "A:k"): 1.0}``.

    Labels without a colon, such as a kind of value added, have no region.
    """
    rows = [
        (block, *split(seller), *split(buyer), float(value))
        for block, deliveries in blocks.items()
        for (seller, buyer), value in deliveries.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def split(label):
    """Return region and sector of a label."""
    region, _, sector = label.rpartition(":")
    return region, sector
