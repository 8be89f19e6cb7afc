"""Oracles of repair that are formulas: the brute-force case of the plan, and drawn ones."""

from itertools import chain, combinations

import numpy as np

import toy_repairs


def every_set(measures):
    """Return every set of these measures."""
    held = tuple(measures)
    sets = chain.from_iterable(combinations(held, k) for k in range(len(held) + 1))
    return [frozenset(s) for s in sets]


class ToyOracle:
    """The case of six measures and three scenarios; counts what it is asked."""

    names = toy_repairs.NAMES
    scenarios = ("s1", "s2", "s3")
    probability = toy_repairs.PROBABILITY
    cost = toy_repairs.COST
    relevant = np.array(
        [
            [True, True, False, False, False, True],
            [True, True, True, True, False, True],
            [False, False, True, True, True, True],
        ]
    )

    def __init__(self):
        self.asked = []

    def losses(self, asked):
        self.asked.extend(asked)
        plans = np.array([[i in taken for i in range(6)] for _, taken in asked])
        rows = toy_repairs.scenario_losses(plans)
        return rows[np.arange(len(asked)), [s for s, _ in asked]]


class DrawnOracle:
    """Losses of bottlenecks: the largest of what several parts lack, cut by what protects each.

    Each scenario hits a few parts; each measure protects one part by a factor and an amount, so
    that measures overlap on a part and complement each other across parts.
    """

    def __init__(self, seed, measures=8, scenarios=3, *, parts=3, hit=2, sums=False):
        rng = np.random.default_rng(seed)
        self.names = tuple(f"m{i:02d}" for i in rng.permutation(measures))
        self.scenarios = tuple(f"s{s:02d}" for s in range(scenarios))
        self.probability = rng.dirichlet(np.ones(scenarios))
        self.part = rng.integers(0, parts, measures)
        self.factor = rng.choice([1.0, 0.75, 0.5], measures)
        self.less = rng.integers(0, 5, measures).astype(float)
        self.out = np.zeros((scenarios, parts))
        for s in range(scenarios):
            struck = rng.choice(parts, hit, replace=False)
            self.out[s, struck] = rng.integers(4, 20, hit)
        self.relevant = self.out[:, self.part] > 0.0
        self.cost = rng.integers(1, 12, measures).astype(float)
        self.sums = sums

    def losses(self, asked):
        found = np.empty(len(asked))
        for row, (s, taken) in enumerate(asked):
            net = self.out[s].copy()
            for i in sorted(taken):
                net[self.part[i]] *= self.factor[i]
            for i in sorted(taken):
                net[self.part[i]] -= self.less[i]
            net = np.maximum(net, 0.0)
            found[row] = 100.0 * (net.sum() if self.sums else net.max())
        return found
