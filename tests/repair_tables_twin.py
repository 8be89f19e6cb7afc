"""Every subset of a few measures, run one by one and counted by hand: what tables of repair say.

Runs are those of `repaired_economy_twin`; costs, tails, break-even costs and verdicts are worked
out from the words of the schema, one plan after the other.
"""

from itertools import combinations, product

import numpy as np

from chainwright.system.safeguards import Safeguard
from repaired_economy_twin import Table, lived_through, over, supplemented


class Ran:
    """One scenario on a system with some measures."""

    def __init__(self, system, blows, taken, *, home, days, **model):
        flows = system.flows
        for one in sorted((m for m in taken if m.kind == "supplement"), key=lambda m: m.name):
            flows = supplemented(flows, one)
        held = [
            Safeguard(m.name, m.kind, m.users, m.size, m.product, m.origins, m.after_days,
                      m.hold_back)
            for m in taken if m.kind != "supplement"
        ]  # fmt: skip
        table = Table(flows)
        made, unmet, _ = lived_through(flows, blows, held, days=days, documented=True, **model)
        here = np.array([c.split(":")[0] in home for c in table.codes])
        lost = np.where(here, (table.x0 - made).sum(axis=0), 0.0).clip(0)
        value = lost * over(table.VA, table.x0)
        self.by_node = dict(zip(table.codes, value, strict=True))
        regions = list(dict.fromkeys(table.regions))
        self.losses = {
            "value_added": value.sum(),
            "output": lost.sum(),
            "unmet_final": unmet[:, [regions.index(r) for r in home]].sum(),
        }
        self.share = made[:, here].sum(axis=1) / table.x0[here].sum()
        first = min(b.start_day for b in blows)
        below = np.flatnonzero(self.share < 0.95 - 1e-12)
        after = below.max() + 1 if len(below) else 0
        self.weeks = 0.0 if not len(below) else np.nan if after == days else (after - first) / 7


def tail_mean(losses, probability, alpha):
    """Return the mean of the worst share 1 - alpha, the rest of the year being without loss."""
    cases = sorted([*zip(losses, probability, strict=True), (0.0, 1 - sum(probability))])[::-1]
    left, total = 1 - alpha, 0.0
    for loss, p in cases:
        total += loss * min(p, left)
        left -= min(p, left)
    return total / (1 - alpha)


class Subsets:
    """All subsets of measures under all scenarios."""

    def __init__(self, system, scenarios, measures, **run):
        self.measures = sorted(measures, key=lambda m: m.name)
        self.scenarios, self.ran = list(scenarios), {}
        for k in range(len(measures) + 1):
            for some in combinations(self.measures, k):
                plan = frozenset(m.name for m in some)
                self.ran[plan] = {s: Ran(system, b, some, **run) for s, b in scenarios.items()}

    def count(self, probability, *, loss="value_added", tail=0.0, alpha=0.8, rules=None):
        """Set what each plan is worth: the mean loss, or with its tail; and rules by name."""
        self.value, self.rules = {}, {m.name: m for m in rules or self.measures}
        for plan, ran in self.ran.items():
            losses = [ran[s].losses[loss] for s in self.scenarios]
            mean = float(np.dot(losses, probability))
            self.value[plan] = (1 - tail) * mean
            if tail:
                self.value[plan] += tail * tail_mean(losses, probability, alpha)
        return self

    def allowed(self, plan):
        """Return whether needs, exclusions and groups are kept."""
        by = self.rules
        groups = [by[i].one_of for i in plan if by[i].one_of]
        return (
            len(groups) == len(set(groups))
            and all(set(by[i].needs) <= plan for i in plan)
            and not any(set(by[i].excludes) & plan for i in plan)
        )

    def best(self, cost, budget, *, having=None, without=None):
        """Return the plan of least loss, of these the cheapest."""
        plans = [
            p for p in self.value
            if self.allowed(p) and sum(cost[i] for i in p) <= budget + 1e-9
            and (having is None or having in p) and (without is None or without not in p)
        ]  # fmt: skip
        least = min(self.value[p] for p in plans)
        near = [p for p in plans if self.value[p] <= least + 1e-9 * self.value[frozenset()]]
        return min(near, key=lambda p: (sum(cost[i] for i in p), sorted(p)))

    def breaks_even(self, cost, budget, i, slack):
        """Return what the budget leaves for i in the cheapest plan that it makes better."""
        alone = self.value[self.best(cost, budget, without=i)]
        rooms = [
            budget - sum(cost[j] for j in p if j != i)
            for p in self.value
            if i in p and self.allowed(p) and self.value[p] < alone - slack
        ]
        return max([r for r in rooms if r >= 0], default=0.0)

    def greedy(self, cost, budget):
        """Return the plan of taking next what avoids most a unit of cost, as long as it does."""
        plan = frozenset()
        while True:
            next_ones = [
                (-(self.value[plan] - self.value[plan | {i}]) / cost[i], cost[i], i)
                for i in cost
                if i not in plan and self.allowed(plan | {i})
                and sum(cost[j] for j in plan | {i}) <= budget + 1e-9
                and self.value[plan | {i}] < self.value[plan] - 1e-9
            ]  # fmt: skip
            if not next_ones:
                return plan
            plan |= {min(next_ones)[2]}

    def robust(self, low, high, budget):
        """Return in which share of all corners of the cost ranges the best plan has each."""
        free = [m.name for m in self.measures]
        corners = set(product(*[{low[i], high[i]} for i in free]))
        plans = [self.best(dict(zip(free, c, strict=True)), budget) for c in corners]
        return {i: np.mean([i in p for p in plans]) for i in free}


def yearly(m, end, rate):
    """Return what a measure costs in a year: what is spent once as an annuity, and by the year."""
    pick = {"low": (1, 0), "high": (0, 1), "mid": (0.5, 0.5)}[end]
    once = pick[0] * m.once_low + pick[1] * m.once_high
    each = pick[0] * m.yearly_low + pick[1] * m.yearly_high
    n = m.life_years
    annuity = 0.0 if once == 0 else 1 / n if rate == 0 else rate / (1 - (1 + rate) ** -n)
    return once * annuity, each


def present(m, end, rate, years, start):
    """Return what a start in year `start` (from 1) costs today, all paid at the end of years."""
    once, each = yearly(m, end, rate)
    lead = int(np.ceil(m.lead_years - 1e-9))
    return sum(once / (1 + rate) ** t for t in range(start, years + 1)) + sum(
        each / (1 + rate) ** t for t in range(start + lead, years + 1)
    )
