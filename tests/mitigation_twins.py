"""Plain twin of mitigation: every choice of measures, week by week, stock by a linear programme.

Written from the documentation alone. Whole weeks only: times to recover and delays are whole.
"""

from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog

NONE = 1e-6
"""Loss that counts as none."""


def annuity(rate, years):
    """Return what one unit of money, lent for some years, costs in each: the sum of a series."""
    return 1.0 / sum((1.0 + rate) ** -k for k in range(1, years + 1))


def yearly(row, end, rate=0.08, years=8):
    """Return what a measure costs a year at one end of its range."""
    once = [0.0 if pd.isna(row[f"once_{e}"]) else row[f"once_{e}"] for e in ("low", "high")]
    each = [0.0 if pd.isna(row[f"yearly_{e}"]) else row[f"yearly_{e}"] for e in ("low", "high")]
    low, high = (e + annuity(rate, years) * o for o, e in zip(once, each, strict=True))
    return {"low": low, "mid": (low + high) / 2, "high": high}[end]


class Twin:
    """A maker, outages by site and a table of measures sorted by name.

    `whole` are the places of measures that are taken or not; the others are stock in any amount.
    """

    def __init__(self, system, table, *, end="mid", forbid=(), lock=()):
        self.net = system.maker.network
        self.table = table.sort_values("measure").reset_index(drop=True)
        self.names = list(self.table["measure"])
        rows = self.table.to_dict("records")
        self.rows = rows
        self.cost = np.array([yearly(row, end) for row in rows])
        self.stock = np.array([row["kind"] == "stock" for row in rows])
        most = np.array([row["most"] if row["most"] == row["most"] else np.inf for row in rows])
        self.most = np.where(self.stock, most, 1.0)
        self.least = np.zeros(len(rows))
        for name in forbid:
            self.most[self.names.index(name)] = 0.0
        for name, units in dict(lock).items():
            self.least[self.names.index(name)] = units
        self.weeks = {
            site: int(self.net.recovery[self.net.node_site == s].max())
            for s, site in enumerate(self.net.sites.codes)
            if (self.net.node_site == s).any()
        }
        before = {site: self.losses(np.zeros(len(rows)), [site])[0] for site in self.weeks}
        self.before = {site: loss for site, loss in before.items() if loss > NONE}
        self.gaps = list(self.before)

    def choices(self):
        """Yield every choice of what is taken or not, as ``{place: 0 or 1}``."""
        whole = np.flatnonzero(~self.stock)
        words = self.table["one_of"].fillna("").to_numpy()
        for taken in product((0.0, 1.0), repeat=len(whole)):
            held = dict(zip(whole.tolist(), taken, strict=True))
            named = [words[i] for i, t in held.items() if t and words[i]]
            if len(named) == len(set(named)) and all(
                self.least[i] <= t <= self.most[i] for i, t in held.items()
            ):
                yield held

    def parts(self, sites, held):
        """Return rows, limits, bounds and loss of each outage; stock measures stand first."""
        net, stocks = self.net, np.flatnonzero(self.stock)
        items, nodes = len(net.items), len(net.nodes)
        weight = np.nan_to_num(net.margin)
        rows, limits, bounds, losses, starts = [], [], [], [], []
        for site in sites:
            weeks = self.weeks[site]
            on = [i for i, t in held.items() if t and (self.rows[i]["site"] or "") != site]
            width = nodes + len(on) + items
            use = np.zeros((items, width))
            bill = net.bill.toarray()
            made = list(net.node_item) + [net.items.place[self.rows[i]["item"]] for i in on]
            for j, k in enumerate(made):
                use[:, j] = bill[:, k]
                use[k, j] -= 1.0
            use[np.arange(items), nodes + len(on) + np.arange(items)] = -1.0
            extra = np.zeros((items, len(stocks)))
            for j, m in enumerate(stocks):
                extra[net.items.place[self.rows[m]["item"]], j] = -1.0
            block, limit = [], []
            for t in range(1, weeks + 1):
                line = np.zeros((items, weeks * width))
                for past in range(t):
                    line[:, past * width : (past + 1) * width] = use
                block.append(np.hstack([extra, line]))
                limit.append(net.pooled_stock - net.demand * t)
            for s, most in enumerate(net.site_capacity):
                if np.isfinite(most):
                    for t in range(weeks):
                        line = np.zeros(len(stocks) + weeks * width)
                        first = len(stocks) + t * width
                        line[first : first + nodes] = net.node_site == s
                        block.append(line[None, :])
                        limit.append(np.array([most]))
            for t in range(weeks):
                out = net.node_site == net.sites.place[site]
                bounds += [(0, 0 if o else c) for o, c in zip(out, net.capacity, strict=True)]
                for i in on:
                    delay = self.rows[i]["weeks"]
                    works = t >= np.nan_to_num(delay)
                    bounds.append((0, self.rows[i]["capacity_per_week"] if works else 0))
                bounds += [(0, d) for d in net.demand]
            starts.append(weeks * width)
            rows.append(np.vstack(block))
            limits.append(np.concatenate(limit))
            losses.append(np.tile(np.concatenate([np.zeros(nodes + len(on)), weight]), weeks))
        total = len(stocks) + sum(starts)
        matrix = np.zeros((sum(len(r) for r in rows), total))
        loss = np.zeros((len(sites), total))
        top, left = 0, len(stocks)
        for b, (block, width) in enumerate(zip(rows, starts, strict=True)):
            matrix[top : top + len(block), : len(stocks)] = block[:, : len(stocks)]
            matrix[top : top + len(block), left : left + width] = block[:, len(stocks) :]
            loss[b, left : left + width] = losses[b]
            top, left = top + len(block), left + width
        return matrix, np.concatenate([np.empty(0), *limits]), bounds, loss

    def stock_bounds(self):
        return [(self.least[m], self.most[m]) for m in np.flatnonzero(self.stock)]

    def losses(self, amount, sites):
        """Return what each outage loses with amounts of all measures."""
        held = {i: amount[i] for i in np.flatnonzero(~self.stock)}
        found = []
        for site in sites:
            matrix, limit, bounds, loss = self.parts([site], held)
            fixed = [(amount[m], amount[m]) for m in np.flatnonzero(self.stock)]
            solved = linprog(loss[0], A_ub=matrix, b_ub=limit, bounds=[*fixed, *bounds])
            assert solved.status == 0, solved.message
            found.append(max(0.0, solved.fun))
        return np.array(found)

    def coverable(self):
        """Return the gaps that some choice covers, with all the stock there may be."""
        best = dict.fromkeys(self.gaps, np.inf)
        amount = np.where(np.isinf(self.most), 1e6, self.most)
        for held in self.choices():
            for i, taken in held.items():
                amount[i] = taken
            for site, lost in zip(self.gaps, self.losses(amount, self.gaps), strict=True):
                best[site] = min(best[site], lost)
        return [site for site, lost in best.items() if lost <= NONE]

    def cover(self, sites, cost=None, *, most=None, probability=None, largest=False):
        """Return (cost, amounts) of the cheapest plan that loses nothing, or at most so much."""
        cost = self.cost if cost is None else cost
        stocks, best = np.flatnonzero(self.stock), (np.inf, None)
        for held in self.choices():
            matrix, limit, bounds, loss = self.parts(sites, held)
            if most is None:
                bounds = [(0, 0 if x else b[1]) for x, b in self._flat(loss, bounds, stocks)]
            else:
                caps = loss if largest else (probability @ loss)[None, :]
                matrix = np.vstack([matrix, caps])
                limit = np.append(limit, np.full(len(caps), most))
            aim = np.zeros(matrix.shape[1])
            aim[: len(stocks)] = cost[stocks]
            solved = linprog(aim, A_ub=matrix, b_ub=limit, bounds=[*self.stock_bounds(), *bounds])
            if solved.status == 2:
                continue
            assert solved.status == 0, solved.message
            spent = solved.fun + sum(cost[i] * t for i, t in held.items())
            if spent < best[0] - 1e-9:
                amount = np.zeros(len(cost))
                amount[stocks] = solved.x[: len(stocks)]
                amount[list(held)] = list(held.values())
                best = (spent, amount)
        return best

    @staticmethod
    def _flat(loss, bounds, stocks):
        return zip(loss.sum(axis=0)[len(stocks) :] > 0, bounds, strict=True)

    def least_loss(self, sites, budget, *, probability=None, largest=False):
        """Return the least loss within a budget, in the mean or in the worst outage."""
        stocks, best = np.flatnonzero(self.stock), np.inf
        for held in self.choices():
            spent = sum(self.cost[i] * t for i, t in held.items())
            if spent > budget:
                continue
            matrix, limit, bounds, loss = self.parts(sites, held)
            money = np.zeros((1, matrix.shape[1] + 1))
            money[0, : len(stocks)] = self.cost[stocks]
            matrix = np.hstack([matrix, np.zeros((len(matrix), 1))])
            worst = np.hstack([loss, -np.ones((len(loss), 1))])
            aim = np.append(np.zeros(loss.shape[1]), 1.0)
            if not largest:
                worst, aim = np.zeros((0, len(aim))), np.append(probability @ loss, 0.0)
            rows = np.vstack([matrix, money, worst])
            limits = np.concatenate([limit, [budget - spent], np.zeros(len(worst))])
            held_bounds = [*self.stock_bounds(), *bounds, (0, None)]
            solved = linprog(aim, A_ub=rows, b_ub=limits, bounds=held_bounds)
            if solved.status == 2:
                continue
            assert solved.status == 0, solved.message
            best = min(best, solved.fun)
        return best

    def variant(self, *, cost=None, forbid=(), fixed=()):
        """Return the same with other costs, more that is forbidden, or amounts that are fixed."""
        other = object.__new__(Twin)
        other.__dict__ = dict(self.__dict__)
        other.cost = self.cost if cost is None else np.asarray(cost, dtype=float)
        other.most, other.least = self.most.copy(), self.least.copy()
        for i in forbid:
            other.most[i] = 0.0
        for i, units in fixed:
            other.least[i] = other.most[i] = units
        return other


def random_measures(rng, system):
    """Return up to seven measures of a small maker, costs as ranges or quoted."""
    net = system.maker.network
    need = dict(zip(net.items.codes, net.requirement, strict=True))
    items = list(net.items.codes)
    rows = []

    def cost(low):
        high = low * float(rng.uniform(1.0, 3.0)) if rng.random() < 0.5 else low
        return (low, high)

    for item in rng.permutation(items)[:3]:
        low, high = cost(float(rng.uniform(0.5, 4.0)))
        most = float(need[item] * rng.integers(1, 9)) if rng.random() < 0.4 else np.nan
        rows.append(
            (
                f"stock:{item}",
                "stock",
                item,
                "",
                most,
                np.nan,
                np.nan,
                *([np.nan] * 2),
                low,
                high,
                "",
            )
        )
    for n in range(int(rng.integers(2, 5))):
        item = str(rng.choice(items))
        kind = ("second_source", "prequalified", "backup_line")[int(rng.integers(3))]
        site = str(rng.choice(["", *net.sites.codes]))
        once = cost(float(rng.uniform(5.0, 120.0)))
        each = cost(float(rng.uniform(1.0, 40.0)))
        rows.append(
            (
                f"m{n}",
                kind,
                item,
                site,
                np.nan,
                need[item] * float(rng.uniform(0.3, 1.2)),
                float(rng.integers(0, 4)),
                *once,
                *each,
                "g" if rng.random() < 0.4 else "",
            )
        )
    columns = ["measure", "kind", "item", "site", "most", "capacity_per_week", "weeks"]
    columns += ["once_low", "once_high", "yearly_low", "yearly_high", "one_of"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sample(frac=1.0, random_state=int(rng.integers(1 << 30))).reset_index(drop=True)
