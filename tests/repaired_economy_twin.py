"""A table under blows with safeguards, from the words of the manual: plain, dense and slow.

Every order of every day is laid out as a matrix. Blows hold at full size and end at once, tables
are closed, a step is a day. Nothing of the program is used but its table, `Blow` and `Safeguard`.
"""

import math
from types import SimpleNamespace

import numpy as np

CUTOFF = 2.7e-8


def over(a, b, otherwise=0.0):
    """Return a / b, and `otherwise` where b is not above zero."""
    return np.divide(a, b, out=np.full(np.broadcast(a, b).shape, otherwise), where=b > 0)


def worded(codes, words):
    """Return which codes ``region:sector`` some words name; all if there are none."""
    if isinstance(words, str):
        words = (words,)
    if not words:
        return np.ones(len(codes), bool)
    return np.array([c in words or c.split(":")[0] in words for c in codes])


class Table:
    """Flows a day of a closed table; `regions` are those of its final users, one by one."""

    def __init__(self, flows):
        self.codes = [f"{r}:{s}" for r, s in zip(*self._labels(flows.nodes), strict=True)]
        self.sectors = list(dict.fromkeys(c.split(":")[1] for c in self.codes))
        self.p = np.array([self.sectors.index(c.split(":")[1]) for c in self.codes])
        self.regions = self._labels(flows.users)[0]
        self.Z = np.maximum(0.0, np.asarray(flows.matrix, float)) / 365
        signed = np.asarray(flows.final, float)
        net = np.maximum(0.0, signed.sum(axis=1))
        self.Y = signed.clip(0) * over(net, signed.clip(0).sum(axis=1))[:, None] / 365
        self.x0 = self.Z.sum(axis=1) + self.Y.sum(axis=1)
        self.VA = np.maximum(0.0, self.x0 - self.Z.sum(axis=0))
        self.A = np.array([
            over(self.Z[self.p == s].sum(axis=0), self.x0) for s in range(len(self.sectors))
        ])  # fmt: skip

    @staticmethod
    def _labels(nodes):
        codes = list(nodes.codes)
        return [c.split(":")[0] for c in codes], [c.split(":", 1)[1] for c in codes]


def hit_nodes(table, blow):
    """Return which nodes a blow names by region and product."""
    return worded(table.codes, blow.regions) & worded(
        [c.split(":")[1] for c in table.codes], blow.products
    )


def kept_open(table, held, blow):
    """Return what of a loss of capacity stays lost at each node, (n,)."""
    lost = np.where(hit_nodes(table, blow), blow.share, 0.0)
    for one in held:
        if one.kind == "stabilise" and not one.product and not one.origins:
            lost = np.where(worded(table.codes, one.users), lost * (1 - one.size), lost)
    return lost


def closed(table, held, blow):
    """Return what a cut closes of deliveries to nodes, (n, n), and to users, (n, m)."""
    seller = hit_nodes(table, blow)[:, None]
    home = np.array([c.split(":")[0] for c in table.codes])
    if blow.buyers:
        nodes = worded(table.codes, blow.buyers)[None, :]
        users = np.array([r in blow.buyers for r in table.regions])[None, :]
    if not (blow.buyers and blow.regions):
        outside = home[:, None] != home[None, :], home[:, None] != np.array(table.regions)[None, :]
        nodes, users = (outside[0] & nodes, outside[1] & users) if blow.buyers else outside
    to_nodes, to_users = blow.share * (seller & nodes), blow.share * (seller & users)
    for one in held:
        if one.kind == "stabilise" and (one.product or one.origins):
            of = worded(table.codes, one.origins)
            if one.product:
                of &= np.array([c.split(":")[1] == one.product for c in table.codes])
            whom = worded(table.codes, one.users)
            whose = np.array([r in one.users for r in table.regions])
            to_nodes = np.where(of[:, None] & whom[None], to_nodes * (1 - one.size), to_nodes)
            to_users = np.where(of[:, None] & whose[None], to_users * (1 - one.size), to_users)
    return to_nodes, to_users


class Held:
    """One reserve that its users share."""

    def __init__(self, table, one, word, first):
        codes = table.codes
        self.p = table.sectors.index(one.product)
        self.rows = (table.p == self.p) & worded(codes, one.origins)
        use = table.Z[self.rows].sum(axis=0)
        self.nodes = worded(codes, (word,)) & (use > 0)
        self.left = 7 * one.size * use[self.nodes].sum()
        self.floor = one.hold_back * self.left
        self.start = first + math.ceil(one.after_days - 1e-9)

    def release(self, t, needed, stock):
        """Fill `stock` of the evening in place."""
        if t < self.start:
            return
        gap = np.where(self.nodes, np.maximum(0.0, needed[self.p] - stock[self.p]), 0.0)
        if gap.sum() > 0:
            r = gap * min(1.0, max(0.0, self.left - self.floor) / gap.sum())
            stock[self.p] += r
            self.left -= r.sum()


def moving_shares(table, held, t, first, replaceable):
    """Return phi of producers, (S, n), and of final users, (S, m), on a day."""
    phi = np.full((len(table.sectors), len(table.codes)), replaceable)
    final = np.full((len(table.sectors), len(table.regions)), replaceable)
    for one in held:
        if one.kind == "second_source" and t >= first + math.ceil(one.after_days - 1e-9):
            s = table.sectors.index(one.product)
            whom = worded(table.codes, one.users)
            phi[s, whom] = np.maximum(phi[s, whom], one.size)
            whose = np.array([r in one.users for r in table.regions])
            final[s, whose] = np.maximum(final[s, whose], one.size)
    return phi, final


def ordered(table, q, closed_to, phi):
    """Return what one unit ordered asks of each row, and of nobody: (n, n) and (S, n)."""
    share, nobody = np.zeros_like(table.Z), np.zeros((len(table.sectors), table.Z.shape[1]))
    for s in range(len(table.sectors)):
        rows = table.p == s
        w, c = table.Z[rows] * q[rows, None], closed_to[rows]
        W, U, D = w.sum(axis=0), (w * (c == 0)).sum(axis=0), (w * c).sum(axis=0)
        more = np.where(U > 0, phi[s] * over(D, U), 0.0)
        share[rows] = over(np.where(c == 0, w * (1 + more), w * (1 - c)), W[None])
        nobody[s] = over((1 - phi[s]) * D, W)
    return share, nobody


def final_asked(table, closed_to, phi):
    """Return final demand asked of each row, and what is stuck, both (n, m)."""
    asked, stuck = table.Y * (1 - closed_to), table.Y * closed_to
    for s in range(len(table.sectors)):
        rows = table.p == s
        free = np.where(rows[:, None] & (closed_to == 0), table.Y, 0.0)
        U = free.sum(axis=0)
        part = np.where(U > 0, phi[s], 0.0)
        shut = np.where(rows[:, None], stuck, 0.0)
        asked = asked + free * over(part * shut.sum(axis=0), U)[None]
        stuck = np.where(rows[:, None], stuck * (1 - part)[None], stuck)
    return asked, stuck


def lived_through(  # noqa: PLR0915
    flows, blows, held=(), *, days, stock, tau, replaceable=0.0, psi=0.8, ceiling=1.25,
    response=365.0, documented=False,
):  # fmt: skip
    """Return output (T, n), unmet final demand (T, regions, S), and what reserves
    have left.

    `stock` and `tau` are days, one number or by sector in the order of the table.
    """
    table = Table(flows)
    regions = list(dict.fromkeys(table.regions))
    held = sorted(held, key=lambda one: one.name)
    A, x0, S = table.A, table.x0, len(table.sectors)
    target, tau = np.broadcast_to(stock, S)[:, None], np.broadcast_to(tau, S)[:, None]
    counted = A > CUTOFF
    first = min((math.floor(b.start_day) for b in blows), default=10**9)
    reserves = [
        Held(table, one, word, first)
        for one in held if one.kind == "reserve" for word in one.users
    ]  # fmt: skip
    lost_by = [(b, kept_open(table, held, b)) for b in blows if b.kind == "capacity"]
    cut_by = [(b, *closed(table, held, b)) for b in blows if b.kind == "supply_cut"]
    on = lambda b, t: b.start_day <= t < b.start_day + b.days  # noqa: E731

    def cuts(t):
        to_nodes, to_users = np.zeros_like(table.Z), np.zeros_like(table.Y)
        for b, nodes, users in cut_by:
            if on(b, t):
                to_nodes, to_users = np.maximum(to_nodes, nodes), np.maximum(to_users, users)
        return to_nodes, to_users

    def orders(t, q, Om, x, xo):
        """Return the orders for day t, and change the hole."""
        nonlocal hole
        phi, _ = moving_shares(table, held, t, first, replaceable)
        share, nobody = ordered(table, q, cuts(t)[0], phi)
        G = np.maximum(0.0, target * xo * A - Om)
        stuck = (nobody > 0) & (phi < 1)
        hole = np.where(stuck, np.minimum(hole, G), 0.0)
        Os = G / tau + x * A
        Os = np.where(stuck, np.minimum(Os, xo * A + (G - hole) / tau), Os)
        hole = hole + np.where(stuck, Os * nobody, 0.0)
        return share * Os[table.p]

    hole, alpha, Om, x = np.zeros_like(A), np.ones(len(x0)), target * x0 * A, x0
    asks = orders(0, np.ones(len(x0)), Om, x0, x0)
    made, unmet = [], []
    for t in range(days):
        lost = np.zeros(len(x0))
        for b, share in lost_by:
            if on(b, t):
                lost = np.maximum(lost, share)
        more = np.zeros(len(x0))
        for one in held:
            if one.kind in {"backup_capacity", "strengthen"}:
                ready = first + math.ceil(one.after_days - 1e-9)
                more += np.where(worded(table.codes, one.users) & (t >= ready), one.size, 0.0)
        asked, stuck = final_asked(
            table, cuts(t)[1], moving_shares(table, held, t, first, replaceable)[1]
        )
        D = asks.sum(axis=1) + asked.sum(axis=1)
        if t > 1:
            zeta = over(D - x, D)
            idle = zeta <= 0 if documented else zeta == 0
            rise = np.maximum(zeta, 0.0) if documented else zeta
            alpha = alpha + ((ceiling - alpha) * rise + idle * (1.0 - alpha)) / response
            alpha = np.maximum(1.0, alpha)
        cap = x0 * alpha * (1 - lost) + more * x0
        xo = np.minimum(D, cap)
        need = psi * target * xo * A
        x = xo * np.minimum(1.0, np.where(counted, over(Om, need, np.inf), np.inf).min(axis=0))
        to_firms = np.minimum(1.0, over(x, asks.sum(axis=1)))
        left = x - to_firms * asks.sum(axis=1)
        to_final = np.minimum(1.0, over(left, asked.sum(axis=1)))
        Om = Om - x * A
        for s in range(S):
            Om[s] += (to_firms[:, None] * asks)[table.p == s].sum(axis=0)
        q = np.minimum(alpha, over(cap, x0, 1.0))
        asks = orders(t + 1, q, Om, x, xo)
        for one in reserves:
            one.release(t, np.where(counted, np.maximum(psi * target, 1.0) * xo * A, 0.0), Om)
        made.append(x)
        short = (1 - to_final)[:, None] * asked + stuck
        short = np.array([short[table.p == s].sum(axis=0) for s in range(S)]).T
        unmet.append([short[[r == u for u in table.regions]].sum(axis=0) for r in regions])
    return np.array(made), np.array(unmet), np.array([one.left for one in reserves])


def supplemented(flows, one):
    """Return a table with deliveries moved to another maker and outputs solved anew."""
    codes, users = list(flows.nodes.codes), [c.split(":")[0] for c in flows.users.codes]
    Z, Y = np.array(flows.matrix, float), np.array(flows.final, float)
    x = Z.sum(axis=1) + Y.sum(axis=1)
    A, maker = over(Z, x[None]), codes.index(one.maker)
    for g, code in enumerate(codes):
        region, sector = code.split(":")
        named = not one.origins or code in one.origins or region in one.origins
        if sector != one.product or g == maker or not named:
            continue
        for f, user in enumerate(codes):
            if user in one.users or user.split(":")[0] in one.users:
                moved = one.size * max(A[g, f], 0.0)
                A[g, f], A[maker, f] = A[g, f] - moved, A[maker, f] + moved
        for u, user in enumerate(users):
            if user in one.users:
                moved = one.size * max(Y[g, u], 0.0)
                Y[g, u], Y[maker, u] = Y[g, u] - moved, Y[maker, u] + moved
    made = np.linalg.solve(np.eye(len(x)) - A, Y.sum(axis=1))
    return SimpleNamespace(
        nodes=flows.nodes, users=flows.users, matrix=A * made, final=Y, output=made,
        factor=over(made, x, 1.0),
    )  # fmt: skip
