"""Every table of a cascade worked out from the definition: loops over firms and links, no arrays
of the program."""

import math

import numpy as np

from cascade_twin import plain_shares, plain_sigma
from cascade_twin import random_network as network_of


def random_world(seed, most=9):
    """Return what draws, arrays of a random network, and shocks of both sides of its firms."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, most))
    sales, sector, market, roles, revenue = network_of(rng, n, int(rng.integers(2, 4 * n)))
    # no two links alike, no ties; and no firm below 1, where an emptied market would go in rounds
    sales = 100.0 * sales * rng.uniform(0.5, 1.5, sales.shape)
    revenue = sales.sum(axis=1) * rng.uniform(1.0, 1.6, n) + 0.01
    psi = rng.choice([0.0, 0.0, 0.35, 1.0], n)
    psi[int(rng.integers(n))] = float(rng.uniform(0.2, 1.0))
    return rng, (sales, sector, market, roles, revenue), psi


class Cascaded:
    """A cascade in the form of losses, round by round, and what its tables must say.

    `how`: substitute, revenue (or None), stop, reference.
    """

    def __init__(self, arrays, psi, psi_up, *, substitute, revenue, stop, reference):
        self.sales, self.sector, self.market, self.roles, _ = arrays
        self.psi, self.psi_up = list(psi), list(psi_up)
        self.n = len(self.psi)
        self.out = self.sales.sum(axis=1)
        self.substitute, self.reference = substitute, reference
        self.down_share, self.up_share = plain_shares(
            self.sales, self.sector, self.roles, revenue, None
        )
        d, u = list(self.psi), list(self.psi_up)
        self.rounds, change = [], math.inf
        while change > stop and len(self.rounds) < 10_000:
            new_d, new_u = self.after(d, u)
            change = max(abs(a - b) for a, b in zip(new_d + new_u, d + u, strict=True))
            d, u = new_d, new_u
            self.rounds.append((d, u, change))
        self.d, self.u = d, u
        self.loss = [max(a, b) for a, b in zip(d, u, strict=True)]

    def passed_on(self, d):
        """Return what each firm hands to its buyers: its loss by how little it is replaced."""
        if not self.substitute:
            return list(d)
        left = [1.0 - x for x in d]
        sigma = plain_sigma(self.out, self.market, left, self.reference)
        return [s * x for s, x in zip(sigma, d, strict=True)]

    def groups(self, j, x):
        """Return by group of inputs of a firm (a sector, or None) what is lost through whom."""
        found = {}
        for i in range(self.n):
            role = self.roles.get((self.sector[i], self.sector[j]), 0)
            if self.sales[i, j] > 0 and role:
                group = int(self.sector[i]) if role == 2 else None
                found.setdefault(group, {})[i] = self.down_share[i, j] * x[i]
        return found

    def after(self, d, u):
        """Return the losses one round later."""
        x = self.passed_on(d)
        new_d, new_u = [], []
        for j in range(self.n):
            lost = [sum(through.values()) for through in self.groups(j, x).values()]
            new_d.append(min(1.0, max([self.psi[j], *lost])))
            fell = sum(self.up_share[j, k] * u[k] for k in range(self.n))
            new_u.append(min(1.0, max(self.psi_up[j], fell)))
        return new_d, new_u

    def shock(self, i):
        """Return the share of a firm that stops at once."""
        return max(self.psi[i], self.psi_up[i])

    def round_of(self, i):
        """Return the round in which a firm first loses more than the shock took on a side."""
        for number, (d, u, _) in enumerate(self.rounds, 1):
            if d[i] > self.psi[i] + 1e-12 or u[i] > self.psi_up[i] + 1e-12:
                return number
        return 0

    def risk(self, losses):
        """Return the share of all sales that is lost."""
        return sum(o * x for o, x in zip(self.out, losses, strict=True)) / self.out.sum()

    def reasons(self, i, code, sector):
        """Return the sentences that may stand for a firm, in English and Chinese, as pairs."""
        d, u = self.d[i], self.u[i]
        if max(d, u) <= self.shock(i) + 1e-12:
            return {("hit by the shock itself", "直接受冲击")}
        if u > d:
            taken = {k: self.up_share[i, k] * self.u[k] for k in range(self.n)}
            worst = max(taken, key=taken.get)
            return {
                (
                    f"lacks demand, most of all from {code(worst)}",
                    f"需求减少，主要来自 {code(worst)}",
                )
            }
        groups = self.groups(i, self.passed_on(self.d))
        said = set()
        most = max(sum(t.values()) for t in groups.values())
        for group, through in groups.items():
            if sum(through.values()) < most - 1e-12:
                continue
            worst = code(max(through, key=through.get))
            if group is None:
                said.add(
                    (
                        f"lacks important inputs, most of all from {worst}",
                        f"重要投入减少，主要来自 {worst}",
                    )
                )
            else:
                said.add(
                    (
                        f"lacks the essential input {sector(group)}, most of all from {worst}",
                        f"关键投入 {sector(group)} 短缺，主要来自 {worst}",
                    )
                )
        return said
