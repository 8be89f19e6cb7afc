"""Safety stock by guaranteed service in plain Python: every column of both tables, from words."""

from itertools import product
from math import ceil, inf, isnan, sqrt
from statistics import NormalDist

import pandas as pd

WILLEMS = {
    "stageName": "stage",
    "stageClassification": "kind",
    "stageCost": "stage_cost",
    "stageTime": "stage_time_days",
    "stDevStageTime": "stage_time_sd",
    "avgDemand": "demand_per_day",
    "stDevDemand": "demand_sd",
    "maxServiceTime": "max_service_days",
    "serviceLevel": "service_level",
}


def of_willems(stages, arcs):
    """Return the rows of stages and the arcs of a chain of Willems 2008."""
    named = {f"StageTime_{k}_p": f"time_{k}_share" for k in range(1, 7)}
    named |= {f"StageTime_{k}_v": f"time_{k}_days" for k in range(1, 7)}
    rows = stages.rename(columns=WILLEMS | named).to_dict("records")
    return rows, [(i, j, 1.0) for i, j in zip(arcs["from"], arcs["to"], strict=True)]


def number(row, column, missing=0.0):
    found = row.get(column)
    return missing if found is None or isnan(found) else float(found)


class Chain:
    """One chain: what is asked of each stage, what a unit costs, how long a stage takes."""

    def __init__(self, rows, arcs, *, pooling="recursive", times="up", quantile=0.95):
        self.times = times
        self.rows = {row["stage"]: row for row in rows}
        self.inputs = {name: {} for name in self.rows}
        self.users = {name: {} for name in self.rows}
        for i, j, quantity in arcs:
            self.inputs[j][i] = quantity
            self.users[i][j] = quantity
        self.names = []
        while len(self.names) < len(self.rows):
            ready = [n for n in self.rows if n not in self.names]
            self.names += [n for n in ready if all(i in self.names for i in self.inputs[n])]
        self.unit_cost = {}
        for n in self.names:
            below = sum(q * self.unit_cost[i] for i, q in self.inputs[n].items())
            self.unit_cost[n] = number(self.rows[n], "stage_cost") + below
        self.mean, self.variance, self.bound_squared = {}, {}, {}
        self.ask(pooling)
        self.given = {n: number(self.rows[n], "stage_time_days") for n in self.names}
        self.time = {n: self.planned(n, times, quantile) for n in self.names}
        self.outside = {n: number(self.rows[n], "inbound_days") for n in self.names}
        self.longest = {n: number(self.rows[n], "max_service_days", inf) for n in self.names}

    def own(self, n):
        """Return mean, variance and squared bound of what is asked of a stage from outside."""
        row = self.rows[n]
        sd = number(row, "demand_sd")
        level = number(row, "service_level", 0.5)
        factor = NormalDist().inv_cdf(level) if sd else 0.0
        return number(row, "demand_per_day"), sd**2, (factor * sd) ** 2

    def ask(self, pooling):
        if pooling == "recursive":
            for n in reversed(self.names):
                mean, variance, squared = self.own(n)
                for k, q in self.users[n].items():
                    mean += q * self.mean[k]
                    variance += q**2 * self.variance[k]
                    squared += q**2 * self.bound_squared[k]
                self.mean[n], self.variance[n], self.bound_squared[n] = mean, variance, squared
            return
        for n in self.names:
            sums = [0.0, 0.0, 0.0]
            for end in self.names:
                usage = self.usage(n, end)
                mean, variance, squared = self.own(end)
                sums[0] += usage * mean
                sums[1] += usage**2 * variance
                sums[2] += usage**2 * squared
            self.mean[n], self.variance[n], self.bound_squared[n] = sums

    def usage(self, n, end):
        """Return units of a stage in one unit of another, over all routes."""
        if n == end:
            return 1.0
        return sum(q * self.usage(k, end) for k, q in self.users[n].items())

    def possible(self, n):
        """Return the possible stage times (share, days) as given; none if none are."""
        row = self.rows[n]
        pairs = [(number(row, f"time_{k}_share"), row.get(f"time_{k}_days")) for k in range(1, 7)]
        return [(p, float(v)) for p, v in pairs if p > 0]

    def planned(self, n, times, quantile):
        if times == "up":
            return float(ceil(self.given[n]))
        if times == "mean":
            return self.given[n]
        possible = sorted(self.possible(n), key=lambda pair: pair[1])
        if times == "max" and possible:
            return possible[-1][1]
        total = 0.0
        for p, v in possible:
            total += p
            if total >= quantile - 1e-12:
                return v
        sd = number(self.rows[n], "stage_time_sd")
        return self.given[n] + NormalDist().inv_cdf(quantile) * sd if sd else self.given[n]

    def basis(self, n):
        if self.times in ("up", "mean"):
            return "rounded_up" if self.time[n] != self.given[n] else "mean"
        if self.possible(n):
            return "largest" if self.times == "max" else "quantile"
        return "normal_quantile" if self.sd(n) else "mean"

    def rounded(self, n):
        return self.time[n] - self.given[n] if self.times == "up" else 0.0

    def sd(self, n):
        """Return the standard deviation of a stage time."""
        given = number(self.rows[n], "stage_time_sd")
        return given or self.spread(self.possible(n))

    def spread(self, pairs):
        mean = sum(p * v for p, v in pairs)
        return sqrt(sum(p * (v - mean) ** 2 for p, v in pairs))

    def waits(self, quoted):
        """Return service times in."""
        return {n: max([self.outside[n], *(quoted[i] for i in self.inputs[n])]) for n in self.names}

    def covered(self, quoted, time=None):
        waited, time = self.waits(quoted), time or self.time
        return {n: waited[n] + time[n] - quoted[n] for n in self.names}

    def cost(self, quoted, rate, time=None):
        """Return cost by stage."""
        days = self.covered(quoted, time)
        return {
            n: rate * self.unit_cost[n] * sqrt(self.bound_squared[n] * max(0.0, days[n]))
            for n in self.names
        }

    def allowed(self, quoted):
        days = self.covered(quoted)
        return all(
            days[n] >= -1e-9 and -1e-9 <= quoted[n] <= self.longest[n] + 1e-9 for n in self.names
        )

    def best(self, rate):
        """Return the least cost over all plans in whole days."""
        reach = {}
        for n in self.names:
            before = [reach[i] for i in self.inputs[n]]
            reach[n] = max([self.outside[n], *before]) + self.time[n]
        spans = [range(int(min(reach[n], self.longest[n])) + 1) for n in self.names]
        found = inf
        for times in product(*spans):
            quoted = dict(zip(self.names, times, strict=True))
            if self.allowed(quoted):
                found = min(found, sum(self.cost(quoted, rate).values()))
        return found

    def kept(self, quoted):
        """Return the times that are promised still where stages take their mean times."""
        kept = {}
        for n in self.names:
            waited = max([self.outside[n], *(kept[i] for i in self.inputs[n])])
            kept[n] = min(quoted[n], waited + self.given[n])
        return kept

    def at_mean_times(self, quoted, rate):
        return sum(self.cost(self.kept(quoted), rate, self.given).values())

    def by_variance(self, quoted, rate, n):
        days, z2 = self.covered(quoted, self.given), self.factor(n) ** 2
        random = z2 * (self.mean[n] * self.sd(n)) ** 2
        stock = sqrt(self.bound_squared[n] * max(0.0, days[n]) + random)
        return rate * self.unit_cost[n] * stock

    def by_distribution(self, quoted, rate, n):
        if not self.possible(n):
            return self.by_variance(quoted, rate, n)
        waited, z, pairs = self.waits(quoted)[n], self.factor(n), self.possible(n)
        late = [(p, max(0.0, waited + v - quoted[n])) for p, v in pairs]
        early = sum(p * max(0.0, quoted[n] - waited - v) for p, v in pairs)
        mean = sum(p * v for p, v in late)
        stock = sqrt(self.bound_squared[n] * mean + (z * self.mean[n] * self.spread(late)) ** 2)
        return rate * self.unit_cost[n] * (stock + self.mean[n] * early)

    def factor(self, n):
        return sqrt(self.bound_squared[n] / self.variance[n]) if self.variance[n] else 0.0


def stage_rows(chain, quoted, rate):
    """Return a row of plain figures for every stage by the columns of `safety_stock`."""
    cost, days, waited = chain.cost(quoted, rate), chain.covered(quoted), chain.waits(quoted)
    total = sum(cost.values())
    rows = {}
    for n in chain.names:
        stock = sqrt(chain.bound_squared[n] * max(0.0, days[n]))
        rows[n] = {
            "kind": chain.rows[n].get("kind"),
            "holds": stock > 0,
            "safety_stock": stock,
            "holding_cost": cost[n],
            "cost_share": cost[n] / total if total else 0.0,
            "service_time_in_days": waited[n],
            "stage_time_days": chain.time[n],
            "service_time_out_days": quoted[n],
            "net_replenishment_days": days[n],
            "base_stock": chain.mean[n] * days[n] + stock,
            "pipeline_stock": chain.mean[n] * chain.time[n],
            "demand_per_day": chain.mean[n],
            "demand_sd": sqrt(chain.variance[n]),
            "safety_factor": chain.factor(n),
            "time_basis": chain.basis(n),
            "unit_cost": chain.unit_cost[n],
            "stage_time_mean": chain.given[n],
            "stage_time_sd": chain.sd(n),
            "cost_by_variance": chain.by_variance(quoted, rate, n),
            "cost_by_distribution": chain.by_distribution(quoted, rate, n),
        }
    return rows


def chain_row(chain, quoted, rate, ends):
    """Return the plain figures of a chain by the columns of `safety_stock_chains`."""
    stages = stage_rows(chain, quoted, rate)
    cost = sum(row["holding_cost"] for row in stages.values())
    held = sum(chain.cost(dict.fromkeys(chain.names, 0.0), rate).values())
    added = [chain.rounded(n) for n in chain.names]
    spreads = [chain.sd(n) for n in chain.names]
    return {
        "stages": len(chain.names),
        "arcs": sum(len(users) for users in chain.users.values()),
        "stages_holding": sum(row["holds"] for row in stages.values()),
        "holding_cost": cost,
        "all_hold_cost": held,
        "saving": held - cost,
        "saving_share": (held - cost) / held if held else None,
        "holding_rate": rate,
        "cost_at_low_rate": cost * ends[0] / rate,
        "cost_at_high_rate": cost * ends[1] / rate,
        "pipeline_cost": rate
        * sum(chain.unit_cost[n] * chain.mean[n] * chain.time[n] for n in chain.names),
        "rounded_stages": sum(days > 0 for days in added),
        "rounding_days": max(added),
        "cost_at_mean_times": chain.at_mean_times(quoted, rate),
        "random_stages": sum(sd > 0 for sd in spreads),
        "largest_time_sd": max(spreads),
        "cost_by_variance": sum(row["cost_by_variance"] for row in stages.values()),
        "cost_by_distribution": sum(row["cost_by_distribution"] for row in stages.values()),
    }


def random_chain(rng, stages):
    """Return rows and arcs of a random chain of few days, with every column in use."""
    arcs = {(int(rng.integers(j)), j) for j in range(1, stages)}
    arcs |= {(i, j) for j in range(stages) for i in range(j) if rng.random() < 0.3}
    rows = []
    for j in range(stages):
        sold = not any(i == j for i, _ in arcs) or rng.random() < 0.15
        row = {
            "stage": f"s{j}",
            "kind": "Part",
            "stage_cost": float(rng.integers(1, 20)),
            "stage_time_days": float(rng.choice([0, 0.5, 1, 2, 1.2])),
            "stage_time_sd": float(rng.choice([0.0, 0.4])),
            "demand_per_day": float(rng.integers(5, 30)) if sold else None,
            "demand_sd": float(rng.integers(1, 5)) if sold else None,
            "max_service_days": float(rng.integers(0, 3)) if sold else None,
            "service_level": float(rng.choice([0.5, 0.9, 0.95, 0.99])) if sold else None,
            "inbound_days": float(rng.choice([0, 1])),
        }
        if rng.random() < 0.5:
            low, high = 0.25 + row["stage_time_days"], 1.75 + row["stage_time_days"]
            row |= {"time_1_share": 0.75, "time_1_days": low, "time_2_share": 0.25}
            row |= {"time_2_days": high, "stage_time_days": 0.75 * low + 0.25 * high}
            row["stage_time_sd"] = sqrt(0.1875) * 1.5
        rows.append(row)
    return rows, [(f"s{i}", f"s{j}", float(rng.choice([1, 2, 0.5]))) for i, j in sorted(arcs)]


def as_tables(rows, arcs):
    return pd.DataFrame(rows), pd.DataFrame(arcs, columns=["supplier", "customer", "quantity"])
