"""Small made-up economies for ARIO: any set of nodes, imports apart, zeros, any mix of blows."""

import numpy as np

import chainwright as cw
from chainwright.sources.reading import Origin
from chainwright.stress.shocks.sector_blows import (
    CapacityLoss,
    CapitalLoss,
    DemandDrop,
    SectorBlows,
    SupplyCut,
)
from chainwright.system import Axis, Flows, Imports, Nodes
from chainwright.units import Money

NONE = np.zeros(0, np.intp)
OF_CAPITAL = True


def economy_of(matrix, final, pairs, *, abroad=None, abroad_final=None, abroad_pairs=()):
    """Return the system of arrays: final users are one category in each region."""
    nodes = Nodes.of(pairs)
    users = Nodes.of([(r, "final") for r in nodes.regions.codes], second="category")
    imports = None
    if abroad_pairs:
        imports = Imports(Nodes.of(abroad_pairs), np.array(abroad), np.array(abroad_final))
    flows = Flows(
        nodes, users, ("household",), np.array(matrix, float), np.array(final, float),
        Axis("value added", ()), np.zeros((0, len(nodes))), Money(), Origin(), imports,
    )  # fmt: skip
    return cw.System(flows)


def random_system(seed, *, regions=3, sectors=3, imports=True, holes=True, grid=False):
    """Return an economy with regions that lack sectors, empty cells and deliveries from abroad."""
    rng = np.random.default_rng(seed)
    pairs = [(f"R{r}", f"s{s}") for r in range(regions) for s in range(sectors)]
    if not grid:
        kept = rng.random(len(pairs)) < 0.8
        kept[:2] = True
        pairs = [p for p, k in zip(pairs, kept, strict=True) if k]
    n, m = len(pairs), len({r for r, _ in pairs})
    output = rng.lognormal(3.0, 1.0, n)
    shares = rng.lognormal(0.0, 1.5, (n, n)) * (rng.random((n, n)) < (0.7 if holes else 1.0))
    shares *= rng.uniform(0.2, 0.6, n) / np.maximum(shares.sum(axis=0), 1e-12)
    matrix = shares * output
    left = np.maximum(output - matrix.sum(axis=1), 0.05 * output)
    split = rng.dirichlet(np.ones(m), n)
    abroad = abroad_final = None
    abroad_pairs = []
    if imports:
        abroad_pairs = [("X", "s0"), ("Y", "s0"), ("X", "s1"), ("Y", "only abroad")]
        abroad = rng.uniform(0.0, 0.05, (4, n)) * output * (rng.random((4, n)) < 0.8)
        abroad_final = rng.uniform(0.0, 2.0, (4, m))
    return economy_of(
        matrix, left[:, None] * split, pairs,
        abroad=abroad, abroad_final=abroad_final, abroad_pairs=abroad_pairs,
    )  # fmt: skip


def home_biased(seed=1, *, regions=6, sectors=5, home=0.75):
    """Return an economy as tables of the world are: every node is large and buys mostly at home."""
    rng = np.random.default_rng(seed)
    n, size = regions * sectors, rng.lognormal(0.0, 0.6, regions)
    output = (size[:, None] * rng.uniform(0.5, 2.0, sectors)).ravel()

    def split(weights, region, at_home):
        weights[region] = 0.0
        weights *= (1.0 - at_home) / weights.sum()
        weights[region] = at_home
        return weights

    matrix = np.zeros((n, n))
    for f in range(n):
        recipe = rng.dirichlet(np.ones(sectors)) * rng.uniform(0.3, 0.6) * output[f]
        for p in range(sectors):
            origins = split(size * rng.uniform(0.3, 1.7, regions), f // sectors, home)
            matrix[p::sectors, f] = recipe[p] * origins
    final = np.maximum(output - matrix.sum(axis=1), 0.1 * output)
    users = np.array([split(size.copy(), g // sectors, 0.85) for g in range(n)])
    pairs = [(f"R{r}", f"s{p}") for r in range(regions) for p in range(sectors)]
    return economy_of(365.0 * matrix, 365.0 * final[:, None] * users, pairs)


def course(steps, start, days, fading=0):
    """Return 1 in `days` steps from `start`, then falling to 0 over `fading` steps."""
    t = np.arange(steps, dtype=float)
    down = np.clip(1.0 - (t - start - days + 1) / max(fading, 1), 0.0, 1.0)
    return np.where(t < start, 0.0, np.where(t < start + days, 1.0, down if fading else 0.0))


def random_blows(economy, seed, steps, kinds):
    """Return a blow of each kind named, on random nodes, users and rows.

    However many there are, no node loses more than its capital: that would be refused.
    """
    rng = np.random.default_rng(seed)
    n, rows, users = economy.n, economy.n + economy.r, len(economy.flows.users)

    def some(of, most=None):
        return np.sort(rng.choice(of, size=rng.integers(1, (most or of) + 1), replace=False))

    def when():
        first = int(rng.integers(0, steps // 2))
        return course(steps, first, int(rng.integers(1, 9)), int(rng.integers(0, 12)))

    capacity, capital, cuts, demand = [], [], [], []
    of_capital = sum(kind in {"recovery", "rebuild"} for kind in kinds)
    most = min(0.4, 0.95 / max(of_capital, 1))
    for blow, kind in enumerate(kinds):
        if kind == "capacity":
            nodes = some(n)
            capacity.append(CapacityLoss(blow, nodes, rng.uniform(0, 1, len(nodes)), when()))
        elif kind in {"recovery", "rebuild"}:
            nodes = some(n, 3)
            damage = rng.uniform(0.0, most, len(nodes))
            start = int(rng.integers(0, steps // 3))
            if kind == "recovery":
                kept = course(steps, start, 3, 20)
                capital.append(
                    CapitalLoss(
                        blow, nodes, damage, OF_CAPITAL, kept, start, None, NONE, NONE, 0.0, 1.0
                    )
                )
            else:
                made = np.unique(economy.product)[:2]
                shares = np.array([0.6, 0.4]) if len(made) == 2 else np.ones(1)
                capital.append(
                    CapitalLoss(
                        blow, nodes, damage, OF_CAPITAL, None, start, start + 4, made, shares, 20.0,
                        float(rng.choice([1.0, 1.5])),
                    )
                )  # fmt: skip
        elif kind == "cut":
            size = float(rng.choice([0.3, 1.0]))
            cuts.append(SupplyCut(blow, some(rows, 3), some(n), some(users), size, when()))
        else:
            demand.append(DemandDrop(blow, some(n), some(users), float(rng.random()), when()))
    return SectorBlows(
        steps, economy.step_days, tuple(capacity), tuple(capital), tuple(cuts), tuple(demand)
    )
