"""Footprints worked out by dense algebra from inventories as tables: A, D, B, one solve each.

Written from the equations alone, without a look at the program: A holds outputs on its diagonal and
inputs below nought, ``y A = c B``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

COUNTRIES = ("CHN", "DEU", "BRA", None)


@dataclass(frozen=True)
class Inventory:
    """Two tables, and what they say as arrays."""

    processes: pd.DataFrame
    exchanges: pd.DataFrame

    @property
    def names(self):
        """Return the products, in the order of the table."""
        return list(self.processes["process"])

    def technosphere(self):
        """Return A: what an activity makes above nought, what it uses below."""
        names = {name: i for i, name in enumerate(self.names)}
        made = np.diag(self.processes["output"].to_numpy(dtype=float))
        rows = self.exchanges[self.exchanges["kind"] == "input"]
        for row in rows.itertuples():
            made[names[row.item], names[row.process]] -= row.amount
        return made

    def emitted(self, keep=lambda row: True):
        """Return c'B: kgCO2e of each activity, of those rows that are kept."""
        names = {name: i for i, name in enumerate(self.names)}
        found = np.zeros(len(names))
        for row in self.exchanges[self.exchanges["kind"] == "emission"].itertuples():
            if keep(row):
                found[names[row.process]] += row.amount * row.factor
        return found

    def declared(self):
        """Return the declared footprints of the table, NaN where there is none."""
        return self.processes["declared"].to_numpy(dtype=float)

    def solved(self, emitted, declared=None, at_declared=None):
        """Return y with y A = c B; a declared product counts as `at_declared` says, else as it is.

        Its column of A becomes one of the identity: nothing is behind it.
        """
        said = self.declared().copy()
        for name, value in (declared or {}).items():
            said[self.names.index(name)] = value
        made, cut = self.technosphere(), ~np.isnan(said)
        made[:, cut] = np.eye(len(said))[:, cut]
        right = np.where(cut, said if at_declared is None else at_declared, emitted)
        return np.linalg.solve(made.T, right)


def drawn_inventory(rng, n=14, *, load=0.85, credits=0, declared=0, loop=None):
    """Return a productive inventory: outputs of many sizes, pairs in two rows, zero rows, own use.

    `load` is the largest share of a product's making that its inputs take in a common unit; `loop`
    the gain of a loop between the first two products.
    """
    names = [f"p{i:02d}" for i in range(n)]
    size = 10.0 ** rng.uniform(-2, 3, n)
    shares = rng.random((n, n)) * (rng.random((n, n)) < 0.25)
    shares *= rng.uniform(0.1, load, n) / np.maximum(shares.sum(axis=0), 1e-12)
    if loop is not None:
        shares[:, :2] = 0.0
        shares[0, 1] = shares[1, 0] = np.sqrt(loop)
    output = 10.0 ** rng.uniform(-1, 2, n)
    rows = []
    for i, j in zip(*np.nonzero(shares), strict=True):
        amount = shares[i, j] * size[i] / size[j] * output[j]
        parts = (0.25, 0.75) if rng.random() < 0.3 else (1.0,)
        rows += [{"process": names[j], "item": names[i], "amount": p * amount} for p in parts]
    for i in range(credits):
        amount = -0.2 * size[i] / size[n - 1 - i] * output[n - 1 - i]
        rows.append({"process": names[n - 1 - i], "item": names[i], "amount": amount})
    rows.append({"process": names[3], "item": names[4], "amount": 0.0})
    inputs = pd.DataFrame(rows).assign(kind="input", factor=np.nan, scope=None)
    emissions = [
        {
            "process": names[j],
            "item": str(rng.choice(["co2", "ch4", "dust"])),
            "amount": float(rng.lognormal() / size[j] * output[j]),
            "factor": float(rng.choice([1.0, 27.9, 0.0])),
            "scope": rng.choice(["1", "2", "3", None]),
        }
        for j in range(n)
        for _ in range(int(rng.integers(0, 4)))
    ]
    exchanges = pd.concat([inputs, pd.DataFrame(emissions).assign(kind="emission")])
    frame = pd.DataFrame(
        {
            "process": names,
            "unit": "kg",
            "country": rng.choice(np.array(COUNTRIES, dtype=object), n),
            "output": output,
            "primary_share": np.where(rng.random(n) < 0.3, np.nan, rng.random(n)),
            "declared": np.nan,
        }
    )
    for i in rng.choice(n, declared, replace=False):
        frame.loc[i, "declared"] = float(rng.lognormal() / size[i])
    return Inventory(frame, exchanges.sample(frac=1.0, random_state=int(rng.integers(1 << 30))))
