"""Answers about firms worked out from rows of text, by loops, without the program's arrays."""

import math

import numpy as np


def read_world(firms, links):
    """Return codes, sectors, markets, outputs and the sales (n, n) of rows of text.

    `firms`: (firm, sector, market, output); `links`: (supplier, buyer, value), pairs may repeat.
    """
    codes = [row[0] for row in firms]
    sector = [row[1] for row in firms]
    market = [row[2] or row[1] for row in firms]
    output = [float(row[3]) if row[3] else math.nan for row in firms]
    sales = np.zeros((len(codes), len(codes)))
    for supplier, buyer, value in links:
        sales[codes.index(supplier), codes.index(buyer)] += float(value)
    return codes, sector, market, output, sales


def role_of(essential, supplier, buyer):
    """Return 2, 1 or 0: what the goods of one sector are to a firm of another."""
    if essential == "linear":
        return 1
    words = {"2": 2, "essential": 2, "1": 1, "important": 1, "0": 0, "none": 0}
    return next((words[kind] for a, b, kind in essential if (a, b) == (supplier, buyer)), 0)


def cascade_rounds(world, essential, psi, psi_up, *, market=True, revenue=False, stop=0.01,
                   emptied=1e-10, most=100_000):  # fmt: skip
    """Return the losses (down, up) after each round, the start first, in the form of losses."""
    _, sector, place, output, sales = world
    n = len(sector)
    out, bought = sales.sum(axis=1), sales.sum(axis=0)
    d, u, rounds = list(psi), list(psi_up), []
    rounds.append((np.array(d), np.array(u)))
    while len(rounds) <= most:
        x = []
        for i in range(n):
            left = math.fsum(out[k] * (1 - d[k]) for k in range(n) if place[k] == place[i])
            if left <= emptied:
                left = 1.0 if emptied else 0.0
            sigma = min(1.0, out[i] / left) if market and left > 0 else 1.0
            x.append(sigma * d[i])
        new_d, new_u = [], []
        for j in range(n):
            groups, together = {}, 0.0
            for i in range(n):
                role = role_of(essential, sector[i], sector[j]) if sales[i, j] else 0
                if role == 2:
                    all_of_it = sum(sales[k, j] for k in range(n) if sector[k] == sector[i])
                    lost = sales[i, j] / all_of_it * x[i]
                    groups[sector[i]] = groups.get(sector[i], 0.0) + lost
                elif role == 1:
                    together += sales[i, j] / bought[j] * x[i]
            new_d.append(min(1.0, max([psi[j], together, *groups.values()])))
            earned = output[j] if revenue else out[j]
            fell = sum(sales[j, k] / earned * u[k] for k in range(n)) if out[j] else 0.0
            new_u.append(min(1.0, max(psi_up[j], fell)))
        moved = max(abs(a - b) for a, b in zip(new_d + new_u, d + u, strict=True))
        d, u = new_d, new_u
        rounds.append((np.array(d), np.array(u)))
        if moved <= stop:
            break
    return rounds


def risks(world, d, u):
    """Return the share of all sales lost: by either side, by supplies, by demand."""
    out = world[4].sum(axis=1)
    return tuple((out * side).sum() / out.sum() for side in (np.maximum(d, u), d, u))


def systemic_rows(world, essential, **how):
    """Return by firm its risk, downstream, upstream and rounds when it fails alone."""
    rows = {}
    for k, code in enumerate(world[0]):
        psi = np.zeros(len(world[0]))
        psi[k] = 1.0
        rounds = cascade_rounds(world, essential, psi, psi, **how)
        rows[code] = (*risks(world, *rounds[-1]), len(rounds) - 1)
    return rows


class Inventories:
    """The model with inventories, firms as nodes, every array dense over firms.

    `cuts`: (supplier, buyer, share, from, until); `capacity`: (firm, share, from, days, tau of a
    linear recovery or 0); `drops`: (firm, share, from, until) of final demand.
    """

    def __init__(self, world, *, stock, market, priority=True, step=1.0, tau=60.0, psi=0.8):
        self.codes, self.sector, place, output, self.sales = world
        n = len(self.codes)
        self.n, self.step, self.tau, self.psi, self.priority = n, step, tau, psi, priority
        out, bought = self.sales.sum(axis=1), self.sales.sum(axis=0)
        known = [max(o, s) if not math.isnan(o) else max(s, b)
                 for o, s, b in zip(output, out, bought, strict=True)]  # fmt: skip
        self.yearly = np.array(known)
        self.x0 = self.yearly * step / 365
        idle = self.yearly == 0
        self.final = (self.yearly - out + self.sales[:, idle].sum(axis=1)) * step / 365
        with np.errstate(invalid="ignore", divide="ignore"):
            self.added = np.where(idle, 0.0, np.maximum(0, self.yearly - bought) / self.yearly)
        self.key = [(s, m) if market else (s,) for s, m in zip(self.sector, place, strict=True)]
        self.keys = sorted(set(self.key))
        self.weight = np.zeros((len(self.keys), n, n))  # stock, supplier, buyer
        self.A = np.zeros((len(self.keys), n))
        for k, key in enumerate(self.keys):
            of = np.array([own == key for own in self.key])
            own = np.where(of[:, None], self.sales, 0.0)
            self.A[k] = [own[:, f].sum() / known[f] if known[f] else 0.0 for f in range(n)]
            alike = np.array([key[-1] == own for own in (place if market else self.sector)])
            pooled = np.where(alike, out, 0.0)[:, None] * (self.A[k] > 0)
            self.weight[k] = pooled if market else own
        self.days = np.array([stock[key[0]] for key in self.keys]) / step
        self.of_market = market

    def orders(self, asked, q, is_open):
        """Return what each stock orders from each firm.

        A supplier that is cut keeps the open part of what it would get; what is cut off goes to
        those that are not cut, in proportion, or to nobody.
        """
        weight = self.weight * q[None, :, None]
        part = np.divide(
            weight, weight.sum(axis=1, keepdims=True), out=np.zeros_like(weight),
            where=weight.sum(axis=1, keepdims=True) > 0,
        )  # fmt: skip
        whole = np.where(is_open[None] >= 1.0, part, 0.0)
        off = (part * (1.0 - is_open[None])).sum(axis=1, keepdims=True)
        sure = whole.sum(axis=1, keepdims=True)
        more = np.divide(off, sure, out=np.zeros_like(off), where=sure > 0)
        return asked[:, None] * (part * is_open[None] + whole * more)

    def run(self, steps, *, capacity=(), cuts=(), drops=()):  # noqa: PLR0912, PLR0915
        """Return what is made, unmet final demand, lost capacity, and what first binds whom."""
        n, x0 = self.n, self.x0
        at = {code: i for i, code in enumerate(self.codes)}
        goal = np.where(self.A > 2.7e-8, self.days[:, None] * x0 * self.A, 0.0)
        held = self.days[:, None] * x0 * self.A
        alpha, made = np.ones(n), x0.copy()
        told = {"made": [], "unmet": [], "hit": []}
        short = {}
        asked, q = x0 * self.A, np.ones(n)
        for t in range(steps):
            is_open = np.ones((n, n))
            for supplier, buyer, share, start, until in () if self.of_market else cuts:
                if start <= t * self.step < until:
                    is_open[at[supplier], at[buyer]] = min(
                        is_open[at[supplier], at[buyer]], 1 - share
                    )
            orders = self.orders(asked, q, is_open)
            final = self.final.copy()
            for firm, share, start, until in drops:
                if start <= t * self.step < until:
                    final[at[firm]] *= 1 - share
            lost = np.zeros(n)
            for firm, share, start, days, tau in capacity:
                day = t * self.step
                course = 1.0 if start <= day < start + days else 0.0
                if tau and day >= start + days:  # reckoned in the evening, felt the day after
                    course = min(1.0, max(0.0, 1 - (day - 1 - start - days) / tau))
                lost[at[firm]] = max(lost[at[firm]], share * course)
            ordered = orders.sum(axis=(0, 2))
            wanted = ordered + final
            if t > 1:
                scarce = np.divide(wanted - made, wanted, out=np.zeros(n), where=wanted > 0)
                alpha = alpha + ((1.25 - alpha) * scarce + (scarce == 0) * (1 - alpha)) * (
                    self.step / 365
                )
                alpha = np.maximum(1.0, alpha)
            able = x0 * (1 - lost) * alpha
            aim = np.minimum(wanted, able)
            made = aim.copy()
            for f in range(n):
                limit, why = 1.0, None
                for k in range(len(self.keys)):
                    need = self.psi * self.days[k] * aim[f] * self.A[k, f]
                    if goal[k, f] > 0 and need > 0 and held[k, f] / need < limit:
                        limit, why = held[k, f] / need, self.keys[k][0]
                if limit < 1 - 1e-9 and f not in short:
                    short[f] = (why, t * self.step)
                made[f] = aim[f] * limit
            if self.priority:
                first = np.divide(made, ordered, out=np.ones(n), where=ordered > 0).clip(max=1)
                rest = made - first * ordered
                second = np.divide(rest, final, out=np.ones(n), where=final > 0).clip(max=1)
            else:
                first = np.divide(made, wanted, out=np.zeros(n), where=wanted > 0)
                second = first
            held = held + (orders * first[None, :, None]).sum(axis=1) - made * self.A
            gap = np.maximum(0, self.days[:, None] * aim * self.A - held) * (self.step / self.tau)
            asked = gap + made * self.A
            q = np.divide(able, x0, out=np.ones(n), where=x0 > 0)
            told["made"].append(made)
            told["unmet"].append((1 - second) * final)
            told["hit"].append(lost * x0)
        return {name: np.array(rows) for name, rows in told.items()} | {"short": short}
