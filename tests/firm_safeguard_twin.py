"""Firms with inventories that hold something ready: loops in plain Python, all told columns."""

import numpy as np

PSI, TAU = 0.8, 60.0


class PlainFirms:
    """Run firms whose capacity is hit: `lost` is a share by (step, firm), before what is kept off.

    Stocks by (buyer, sector); orders by stock and firm, of the market or of the suppliers one has.
    """

    def __init__(self, links, safeguards, *, stock, market):
        self.links, self.n, self.stock, self.market = links, links.n, stock, market
        self.codes, sectors = list(links.axis.codes), list(links.sectors.codes)
        self.sector = [sectors[k] for k in links.sector]
        regions = list(links.regions.codes) if links.regions is not None else []
        self.region = [regions[k] for k in links.region] if regions else [""] * self.n
        self.x = [max(o, s) / 365 for o, s in zip(links.output, links.sales, strict=True)]
        rows = zip(links.supplier.tolist(), links.buyer.tolist(), links.value, strict=True)
        self.bought, self.pairs, self.sold = {}, {}, [0.0] * self.n
        for g, f, v in rows:
            key = f, self.sector[g]
            self.bought[key] = self.bought.get(key, 0.0) + v
            self.pairs[g, key] = self.pairs.get((g, key), 0.0) + v
            self.sold[g] += v
        self.safeguards = sorted(safeguards, key=lambda one: one.name)

    def named(self, word):
        """Return the firms of a word: a firm, else of a region, of a node, or of a sector."""
        nodes = [f"{r}:{s}" for r, s in zip(self.region, self.sector, strict=True)]
        for names in (self.codes, self.region, nodes, self.sector):
            if word in names:
                return [f for f in range(self.n) if names[f] == word]
        return []

    def weight(self, g, key):
        if self.market:
            return self.sold[g] if self.sector[g] == key[1] else 0.0
        return self.pairs.get((g, key), 0.0)

    def shared(self, asked, q):
        orders = {}
        for key, amount in asked.items():
            some = {g: self.weight(g, key) * q[g] for g in range(self.n)}
            total = sum(some.values())
            for g, w in some.items():
                if w > 0:
                    orders[g, key] = amount * w / total
        return orders

    def run(self, lost, first):  # noqa: PLR0912, PLR0915
        """Fill `made`, `unmet`, `direct`, `short` and `used`; blows begin on day `first`."""
        n, x, s = self.n, self.x, self.stock
        lost = lost.copy()
        for one in self.safeguards:
            if one.kind == "stabilise":
                hit = sorted({f for word in one.users for f in self.named(word)})
                lost[:, hit] *= 1 - one.size
        A = {k: v / (x[k[0]] * 365) for k, v in self.bought.items()}
        final = [x[g] - self.sold[g] / 365 for g in range(n)]
        held = {k: s * x[k[0]] * a for k, a in A.items()}
        stores = []
        for one in self.safeguards:
            for word in one.users if one.kind == "reserve" else ():
                keys = [(f, one.product) for f in self.named(word) if (f, one.product) in A]
                money = sum(self.bought[k] for k in keys) / 365 * 7 * one.size
                stores.append([one, word, keys, money, money])
        self.used = {
            (o.name, w): {"held": money, "days": [], "released": 0.0}
            for o, w, _, _, money in stores
        }
        for one in self.safeguards:
            if one.kind in {"backup_capacity", "strengthen"}:
                self.used[one.name, None] = {"held": 0.0, "days": [], "released": 0.0}
        orders = self.shared({k: x[k[0]] * a for k, a in A.items()}, [1.0] * n)
        alpha, made = [1.0] * n, list(x)
        self.made, self.unmet, self.short = [], [], {}
        self.direct = (lost * np.array(x)).sum(axis=0)
        for t in range(len(lost)):
            demand = [
                final[g] + sum(o for (g2, _), o in orders.items() if g2 == g) for g in range(n)
            ]
            if t > 1:
                for g in range(n):
                    zeta = (demand[g] - made[g]) / demand[g] if demand[g] > 0 else 0.0
                    change = (1.25 - alpha[g]) * zeta + (1.0 - alpha[g] if zeta == 0 else 0.0)
                    alpha[g] = max(1.0, alpha[g] + change / 365)
            plain = [x[g] * (1 - lost[t, g]) * alpha[g] for g in range(n)]
            able, more = list(plain), {}
            for one in self.safeguards:
                if one.kind in {"backup_capacity", "strengthen"} and t >= first + one.after_days:
                    for f in sorted({f for word in one.users for f in self.named(word)}):
                        able[f] += one.size * x[f]
                        more.setdefault(f, []).append(one)
            wanted = [min(d, c) for d, c in zip(demand, able, strict=True)]
            made = []
            for f in range(n):
                share, input_ = 1.0, None
                for (buyer, p), a in A.items():
                    if buyer == f and wanted[f] > 0 and a > 2.7e-8:
                        ratio = held[f, p] / (PSI * s * wanted[f] * a)
                        if ratio < share - 1e-12:
                            share, input_ = ratio, p
                made.append(wanted[f] * share)
                if input_ is not None and f not in self.short:
                    self.short[f] = t, input_
            for f, some in more.items():
                beyond = max(0.0, made[f] - plain[f])
                whole = sum(one.size for one in some)
                for one in some:
                    row = self.used[one.name, None]
                    row["held"] += one.size * x[f]
                    row["released"] += beyond * one.size / whole
                    if beyond > 1e-9 * x[f]:
                        row["days"].append(t)
            rho = [m / d if d > 0 else 0.0 for m, d in zip(made, demand, strict=True)]
            self.unmet.append([final[g] * (1 - rho[g]) for g in range(n)])
            for (g, key), amount in orders.items():
                held[key] += rho[g] * amount
            asked = {}
            for (f, p), a in A.items():
                held[f, p] -= made[f] * a
                gap = max(0.0, s * wanted[f] * a - held[f, p])
                asked[f, p] = gap / TAU + made[f] * a
            q = []
            for g in range(n):
                whole = alpha[g] * (1 - lost[t, g]) + (able[g] - plain[g]) / x[g] if x[g] else 1.0
                q.append(min(alpha[g], whole))
            orders = self.shared(asked, q)
            for row in stores:
                self.release(row, held, wanted, A, t, first)
            self.made.append(made)
        self.made, self.unmet = np.array(self.made), np.array(self.unmet)

    def release(self, row, held, wanted, A, t, first):  # noqa: PLR0917
        one, word, keys, left, money = row
        if t < first + one.after_days:
            return
        level = max(PSI * self.stock, 1.0)
        gaps = {k: max(0.0, level * A[k] * wanted[k[0]] - held[k]) for k in keys}
        if not sum(gaps.values()) > 0:
            return
        part = min(1.0, max(0.0, left - one.hold_back * money) / sum(gaps.values()))
        for k, gap in gaps.items():
            held[k] += part * gap
        row[3] -= part * sum(gaps.values())
        told = self.used[one.name, word]
        told["released"] += part * sum(gaps.values())
        if part * sum(gaps.values()) > 1e-12 * money:
            told["days"].append(t)

    def rows(self):
        """Return the columns of `firm_run` by firm."""
        x, lost = np.array(self.x), (np.array(self.x) - self.made).sum(axis=0)
        steps = len(self.made)
        bought = np.zeros(self.n)
        for (f, _), v in self.bought.items():
            bought[f] += v
        found = {}
        for f, code in enumerate(self.codes):
            day, input_ = self.short.get(f, (np.nan, ""))
            found[code] = {
                "sector": self.sector[f],
                "region": self.region[f],
                "output_lost": lost[f],
                "output_lost_share": lost[f] / (x[f] * steps),
                "output_lost_days": lost[f] / x[f],
                "direct_lost": self.direct[f],
                "value_added_lost": lost[f] * (1 - bought[f] / (x[f] * 365)),
                "unmet_final": self.unmet[:, f].sum(),
                "lowest_share": (self.made[:, f] / x[f]).min(),
                "short_input": input_,
                "short_day": day,
            }
        return found
