"""The cascade written plainly from its definition, firm by firm, in dense arrays."""

import itertools

import numpy as np
import pandas as pd

from chainwright.system import Links, System
from real import data


def plain_shares(sales, sector, roles, revenue, costs):
    """Return the shares Ld (n, n) of inputs and Lu (n, n) of revenue."""
    n = len(sector)
    out, bought = sales.sum(axis=1), sales.sum(axis=0)
    earned = out if revenue is None else revenue
    down, up = np.zeros((n, n)), np.zeros((n, n))
    for i, j in zip(*np.nonzero(sales), strict=True):
        role = roles.get((sector[i], sector[j]), 0)
        alike = sum(sales[k, j] for k in range(n) if sector[k] == sector[i])
        down[i, j] = {2: sales[i, j] / alike, 1: sales[i, j] / bought[j], 0: 0.0}[role]
        if costs is not None:
            down[i, j] *= bought[j] / costs[j]
        up[i, j] = sales[i, j] / earned[i]
    return down, up


def plain_sigma(out, market, h_d, reference):
    """Return how little each firm can be replaced, by what its market still delivers."""
    sigma = np.ones(len(out))
    for i in range(len(out)):
        left = sum(out[k] * h_d[k] for k in range(len(out)) if market[k] == market[i])
        if reference and left <= 1e-10:
            left = 1.0
        if left > 0.0:
            sigma[i] = min(1.0, out[i] / left)
    return sigma


def plain_cascade(
    sales, sector, market, roles, psi, *, substitute=True, revenue=None, costs=None, stop=0.01,
    reference=True, psi_up=None, weight=None, most=10_000,
):  # fmt: skip
    """Return h_d, h_u, risk, downstream, upstream, rounds of one shock.

    `sales` (n, n) of supplier to buyer; `roles` maps (input sector, user sector) to 0, 1, 2.
    """
    n = len(sector)
    out = sales.sum(axis=1)
    down, up = plain_shares(sales, sector, roles, revenue, costs)
    psi_up = psi if psi_up is None else psi_up
    h_d, h_u = 1.0 - psi, 1.0 - psi_up
    rounds, change = 0, np.inf
    while change > stop and rounds < most:
        rounds += 1
        sigma = plain_sigma(out, market, h_d, reference) if substitute else np.ones(n)
        new_d, new_u = np.empty(n), np.empty(n)
        for j in range(n):
            least, linear = 1.0, 0.0
            for k in set(sector):
                lost = sum(down[i, j] * sigma[i] * (1 - h_d[i]) for i in range(n) if sector[i] == k)
                role = roles.get((k, sector[j]), 0)
                if role == 2:
                    least = min(least, 1.0 - lost)
                elif role == 1:
                    linear += lost
            new_d[j] = max(0.0, min(least, 1.0 - linear, 1.0 - psi[j]))
            lost = sum(up[j, i] * (1 - h_u[i]) for i in range(n))
            new_u[j] = max(0.0, min(1.0 - lost, 1.0 - psi_up[j]))
        change = max(np.abs(new_d - h_d).max(), np.abs(new_u - h_u).max())
        h_d, h_u = new_d, new_u
    w = out if weight is None else weight
    risk = (w * (1 - np.minimum(h_d, h_u))).sum() / w.sum()
    return h_d, h_u, risk, (w * (1 - h_d)).sum() / w.sum(), (w * (1 - h_u)).sum() / w.sum(), rounds


GOLDEN = ("links", "firms", "essential", "expected")


def golden_tables():
    """Return the golden tables of the cascade by name."""
    folder = data("stress_golden")
    text = {"net": str, "matrix": str}
    return {name: pd.read_csv(folder / f"esri_{name}.csv", dtype=text) for name in GOLDEN}


CASES = [
    (net, matrix, substitution, use_revenue, eps)
    for net, matrices, revenues in (
        ("toy11", ("linear", "essential", "mixed"), (0,)),
        ("loop3", ("linear",), (0,)),
        ("net8", ("mixed",), (0, 1)),
    )
    for matrix in matrices
    for substitution in ((0,) if net == "loop3" else (0, 1))
    for use_revenue in revenues
    for eps in (0.01, 1e-12)
]
"""Net, essential inputs, substitution, revenue and stop of the 22 golden cases."""


def golden_case(tables, net, matrix):
    """Return the input tables of a golden case: links, firms, essential inputs, codes as text."""
    links, firms, roles = (tables[n][tables[n]["net"] == net] for n in GOLDEN[:3])
    roles = roles[roles["matrix"] == matrix]
    return (
        pd.DataFrame(
            {
                "supplier": links["supplier"].astype(str),
                "buyer": links["buyer"].astype(str),
                "value": links["weight"].astype(float),
            }
        ).reset_index(drop=True),
        pd.DataFrame(
            {
                "firm": firms["firm"].astype(str),
                "sector": firms["sector"].astype(str),
                "output": firms["revenue"].astype(float),
            }
        ).reset_index(drop=True),
        pd.DataFrame(
            {
                "input_sector": roles["input_sector"].astype(str),
                "user_sector": roles["buyer_sector"].astype(str),
                "kind": roles["value"].astype(int).astype(str),
            }
        ).reset_index(drop=True),
    )


def network_system(links, firms):
    """Return the system of tables of links and firms."""
    return System(links=Links.of_table(links, firms))


def random_network(rng, n, links, sectors=4, markets=3):
    """Return sales (n, n), sectors, markets, roles and revenue of a random network."""
    sales = np.zeros((n, n))
    sales[0, 1] = 1.0
    for _ in range(links):
        i, j = rng.integers(0, n, 2)
        if i != j:
            sales[i, j] = rng.choice([0.3, 1.0, 2.5, rng.uniform(0.1, 9.0)])
    sector = rng.integers(0, sectors, n)
    market = sector if markets == 0 else rng.integers(0, markets, n)
    pairs = itertools.product(range(sectors), repeat=2)
    roles = {pair: int(rng.integers(0, 3)) for pair in pairs}
    revenue = sales.sum(axis=1) * rng.choice([1.0, 1.3, 2.0], n) + 0.01
    return sales, sector, market, roles, revenue


def system_of(sales, sector, market, roles, revenue=None):
    """Return the system and the table of essential inputs of arrays."""
    i, j = np.nonzero(sales)
    firms = pd.DataFrame(
        {
            "firm": [f"f{k:03d}" for k in range(len(sector))],
            "sector": [f"s{k}" for k in sector],
            "market": [f"m{k}" for k in market],
            "output": np.full(len(sector), np.nan) if revenue is None else revenue,
        }
    )
    codes = firms["firm"].to_numpy()
    links = pd.DataFrame({"supplier": codes[i], "buyer": codes[j], "value": sales[i, j]})
    table = pd.DataFrame(
        [(f"s{k}", f"s{user}", str(kind)) for (k, user), kind in roles.items()],
        columns=["input_sector", "user_sector", "kind"],
    )
    return network_system(links, firms), table
