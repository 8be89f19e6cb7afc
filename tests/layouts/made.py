"""Tables whose rows and columns add up, to be written in the layouts of official files."""

from dataclasses import dataclass

import numpy as np

CATEGORIES = {"HFCE": 0.5, "NPISH": 0.02, "GGFC": 0.2, "GFCF": 0.25, "INVNT": 0.02, "DPABR": 0.01}
"""Share of each category in final demand; inventories change their sign from row to row."""


@dataclass(frozen=True, eq=False)
class Made:
    """A closed table: regions by sectors, one column of final demand a region, no value added."""

    regions: list
    sectors: list
    matrix: np.ndarray
    demand: np.ndarray

    @property
    def nodes(self):
        return [(r, s) for r in self.regions for s in self.sectors]

    @property
    def output(self):
        return self.matrix.sum(axis=1) + self.demand.sum(axis=1)

    @property
    def added(self):
        """Value added: what is left of output."""
        return self.output - self.matrix.sum(axis=0)


def made_up(regions, sectors, *, seed=3):
    """Return a closed table of these labels, with value added in each column."""
    rng = np.random.default_rng(seed)
    n, m = len(regions) * len(sectors), len(regions)
    home = 1.0 + 20.0 * np.kron(np.eye(m), np.ones((len(sectors), len(sectors))))
    matrix = rng.lognormal(0.0, 1.5, (n, n)) * home
    demand = rng.lognormal(2.0, 1.0, (n, m)) * (
        1.0 + 20.0 * np.kron(np.eye(m), np.ones((len(sectors), 1)))
    )
    short = np.maximum(1.3 * matrix.sum(axis=0) - matrix.sum(axis=1) - demand.sum(axis=1), 0.0)
    return Made(list(regions), list(sectors), matrix, demand + (short / m)[:, None])


def of_wiod(folder, year=2011):
    """Return the world of a year, 41 regions by 35 sectors, from the arrays of WIOD."""
    codes = [
        [line.split(",")[1].strip() for line in (folder / name).read_text().splitlines()[1:]]
        for name in ("countries.csv", "industries.csv")
    ]
    with np.load(folder / f"wiot_{year}.npz") as arrays:
        matrix, final = arrays["Z"].astype(float), arrays["F"].astype(float)
    demand = final.reshape(len(final), len(codes[0]), -1).sum(axis=2)
    # Rounded to whole millions, a few sums miss the inputs by a little; the gap is made final.
    short = np.maximum(matrix.sum(axis=0) - matrix.sum(axis=1) - demand.sum(axis=1), 0.0)
    demand[np.arange(len(short)), np.arange(len(short)) // len(codes[1])] += short
    return Made(*codes, matrix, demand)


def split_up(table, regions, sectors, *, seed=5):
    """Return `table` split over other labels; what adds up goes on adding up.

    A region goes to its namesake (ROM is ROU, RoW is ROW), the others share what has none; sectors
    are split in their order. Each new node takes a share of an old one as a seller and as a buyer.
    """
    rng = np.random.default_rng(seed)
    alias = {"ROM": "ROU", "RoW": "ROW"}
    old = [alias.get(r, r) for r in table.regions]
    heirs = [old.index(r) if r in old else None for r in regions]
    orphans = [i for i in range(len(old)) if i not in heirs] or [len(old) - 1]
    spare = [i for i, h in enumerate(heirs) if h is None]
    for k, i in enumerate(spare):
        heirs[i] = orphans[k % len(orphans)]
    if not spare and len(orphans) > 0:
        heirs[-1] = heirs[-1] if heirs[-1] is not None else orphans[0]
    region_share = _shares(heirs, len(old), rng)
    branch = [j * len(table.sectors) // len(sectors) for j in range(len(sectors))]
    shares = np.kron(region_share, _shares(branch, len(table.sectors), rng))
    demand = shares @ table.demand @ region_share.T
    return Made(list(regions), list(sectors), shares @ table.matrix @ shares.T, demand)


def _shares(heirs, old, rng):
    """Return the share that each heir (row) has in each old label (column); columns add up to 1."""
    shares = np.zeros((len(heirs), old))
    shares[np.arange(len(heirs)), heirs] = rng.uniform(0.5, 1.5, len(heirs))
    totals = shares.sum(axis=0)
    return shares / np.where(totals > 0, totals, 1.0)
