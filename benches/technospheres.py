"""Made-up technospheres of the size of inventory databases: hubs, local chains, random links."""

import numpy as np
from scipy.sparse import coo_array, csc_array

INPUTS, HUBS, NEAR = 14, 400, 60
"""Inputs of each product (those of the same supplier become one: 225,000 and more are left of
20,000 products), products that everybody uses, and how far local suppliers are away."""


def technosphere(n, *, random_share=0.01, seed=1):
    """Return T and direct emissions of `n` products.

    The suppliers of each product are hubs (55 %, by a Zipf law of exponent 1.3), neighbours, or
    anyone; amounts are lognormal(-3, 2), each column scaled to U(0.2, 0.95); then units of the
    products are spread over four orders of magnitude.
    """
    rng = np.random.default_rng(seed)
    m = n * INPUTS
    user = np.repeat(np.arange(n), INPUTS)
    kind = rng.random(m)
    odds = 1.0 / np.arange(1, min(HUBS, n) + 1) ** 1.3
    hub = rng.permutation(n)[:HUBS][rng.choice(len(odds), size=m, p=odds / odds.sum())]
    near = (user + rng.integers(-NEAR, NEAR + 1, m)) % n
    supplier = np.where(kind < 0.55, hub, near)
    anyone = kind >= 1.0 - random_share
    supplier[anyone] = rng.integers(0, n, int(anyone.sum()))
    value = rng.lognormal(-3.0, 2.0, m)
    kept = supplier != user
    shares = csc_array(coo_array((value[kept], (supplier[kept], user[kept])), shape=(n, n)))
    shares.sum_duplicates()
    users = np.repeat(np.arange(n), np.diff(shares.indptr))
    total = np.bincount(users, shares.data, minlength=n)
    shares.data *= (rng.uniform(0.2, 0.95, n) / total)[users]
    unit = 10.0 ** rng.uniform(-2.0, 2.0, n)
    shares.data *= unit[shares.indices] / unit[users]
    return shares, rng.lognormal(-1.0, 1.0, n) / unit
