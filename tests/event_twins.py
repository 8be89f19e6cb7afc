"""The event room once more, plainly: lines folded by hand, weeks one by one, orders tried."""

import json
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise, permutations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from event_logs import START, event_log
from outage_twin import Plain, capacities

CASES = ("low", "likely", "high")
LATER = START + timedelta(weeks=200)


def told_lines(log):
    """Return the lines of a log as JSON says them."""
    return [json.loads(line) for line in log.path.read_bytes().splitlines()]


def when(line):
    return datetime.fromisoformat(line["at"])


def in_force(lines):
    """Return the lines with corrections carried out, the corrections themselves left out."""
    held = {line["seq"]: dict(line) for line in lines if line["kind"] != "correction"}
    for line in lines:
        if line["kind"] == "correction":
            if line["withdrawn"]:
                held.pop(line["of"], None)
            elif line["of"] in held:
                held[line["of"]].update(line["instead"])
    return [held[seq] for seq in sorted(held)]


def said_by(lines, as_of):
    """Return the lines known at a moment: the first so many, or those said by a time."""
    if as_of is None:
        return lines
    if isinstance(as_of, int):
        return lines[:as_of]
    return [line for line in lines if when(line) <= as_of]


def fold(lines, as_of=None):
    """Return site -> (status, since, by, weeks, lost) by walking through the lines."""
    found = {}
    for line in in_force(said_by(lines, as_of)):
        kind, at = line["kind"], when(line)
        if kind == "potential":
            for site in line["sites"]:
                found[site] = ("potential", at, line["by"], None, None)
        elif kind == "confirmed":
            weeks = tuple(line[f"weeks_{case}"] for case in CASES)
            found[line["site"]] = (kind, at, line["by"], weeks, line["capacity_lost"])
        elif kind in {"no_impact", "restored"}:
            found[line["site"]] = (kind, at, line["by"], None, None)
    return found


def moment_told(lines, as_of=None):
    """Return the time from which weeks count: that asked for, or the last thing said by then."""
    if as_of is not None and not isinstance(as_of, int):
        return as_of
    return max(when(line) for line in said_by(lines, as_of))


def concerned(network, area):
    """Return the nodes that an event is about.

    Of a material those that make it, and all nodes of a site that makes none of it: who names
    such a site means the site.
    """
    nodes = set(range(len(network.nodes)))
    if area["kind"] != "material":
        return nodes
    items = {network.items.codes.index(code) for code in area["codes"]}
    makers = {int(network.node_site[n]) for n in nodes if network.node_item[n] in items}
    return {n for n in nodes if network.node_item[n] in items or network.node_site[n] not in makers}


def outages(network, lines, case, as_of=None, assumed=12.0):
    """Return site -> (weeks left, share lost) of what is out in a case."""
    now, area = moment_told(lines, as_of), lines[0]["area"]
    about, out = concerned(network, area), {}
    for code, (status, since, _, weeks, lost) in fold(lines, as_of).items():
        s = network.sites.codes.index(code)
        here = [n for n in about if network.node_site[n] == s]
        if status == "confirmed":
            past = (now - since) / timedelta(weeks=1)
            left = weeks[CASES.index(case)] - past
            if left > 0:
                out[s] = (left, lost)
        elif status == "potential" and case == "high":
            told = [network.recovery[n] for n in here]
            left = max([assumed if np.isnan(w) else w for w in told], default=assumed)
            if left > 0:
                out[s] = (left, 1.0)
    return out


def usable(network, lines, out, stock_at_node):
    """Return units of each item that can be used, and of each row of stock."""
    rows = np.array(network.stock, dtype=float)
    if stock_at_node == "lost":
        about = concerned(network, lines[0]["area"])
        still = {s for s, (_, lost) in out.items() if lost >= 1.0}
        for k, (s, item) in enumerate(zip(network.stock_site, network.stock_item, strict=True)):
            here = [n for n in range(len(network.nodes)) if network.node_site[n] == s]
            whole = all(n in about for n in here)
            own = any(n in about and network.node_item[n] == item for n in here)
            if s in still and (whole or own):
                rows[k] = 0.0
    pooled = np.zeros(len(network.items))
    for k, units in enumerate(rows):
        pooled[network.stock_item[k]] += units
    return pooled, rows


def ends_of(out, step=1.0):
    """Return ends of weeks up to the last return, with every return among them."""
    returns = sorted({weeks for weeks, _ in out.values()})
    if not returns:
        return []
    whole = [step * i for i in range(1, int(returns[-1] / step) + 2) if step * i < returns[-1]]
    ends = sorted({*returns, *whole})
    return [end for i, end in enumerate(ends) if not i or end - ends[i - 1] > 1e-9]


class Sparse(Plain):
    """The same programme written sparsely, as it has many weeks."""

    def least(self, cost_of):
        i = [row for row, entries in enumerate(self.rows) for _ in entries]
        j = [place for entries in self.rows for place in entries]
        numbers = [number for entries in self.rows for number in entries.values()]
        matrix = coo_array((numbers, (i, j)), shape=(len(self.rows), len(self.names))).tocsr()
        low, high = np.array(self.low), np.array(self.high)
        same = low == high
        above, below = np.isfinite(high) & ~same, np.isfinite(low) & ~same
        found = linprog(
            [cost_of(*key) for key in self.names],
            A_ub=vstack([matrix[above], -matrix[below]]),
            b_ub=np.concatenate([high[above], -low[below]]),
            A_eq=matrix[same],
            b_eq=low[same],
            method="highs",
        )
        assert found.status == 0, found.message
        return found.fun


class Weeks:
    """An event week by week; unknowns made, held, lost and given of every item and week."""

    def __init__(self, network, lines, out, stock):
        self.network, self.out, self.stock = network, out, stock
        self.about = concerned(network, lines[0]["area"])
        self.material = lines[0]["area"]["kind"] == "material"
        self.able = capacities(network)
        for n, s in enumerate(network.node_site):
            if s >= 0 and np.isfinite(network.site_capacity[s]):
                self.able[n] = min(self.able[n], network.site_capacity[s])
        self.bill = network.bill.toarray()

    def share(self, n, start):
        """Return what node n has of its capacity from a moment on."""
        s = int(self.network.node_site[n])
        weeks, lost = self.out.get(s, (0.0, 0.0))
        return 1.0 - lost if n in self.about and start < weeks - 1e-9 else 1.0

    def site_share(self, s, start):
        weeks, lost = self.out.get(s, (0.0, 0.0))
        return 1.0 - lost if not self.material and start < weeks - 1e-9 else 1.0

    def programme(self, ends, last=None):
        """Return the rows; with `last` the final period is a length to be found, from there."""
        held, network = Sparse(), self.network
        spans = [(p, a, b) for p, (a, b) in enumerate(zip([0.0, *ends], ends, strict=False))]
        if last is not None:
            held.var("t")
            spans.append((len(spans), last, None))
        for p, start, end in spans:
            length = None if end is None else end - start

            def rate(entries, most, length=length):
                if length is None:
                    held.row(entries | {held.var("t"): -most}, high=0.0)
                else:
                    held.row(entries, high=most * length)

            for n, able in enumerate(self.able):
                if self.share(n, start) == 0.0:
                    held.row({held.var("u", n, p): 1.0}, high=0.0)
                elif np.isfinite(able):
                    rate({held.var("u", n, p): 1.0}, able * self.share(n, start))
            for s, able in enumerate(network.site_capacity):
                here = {held.var("u", n, p): 1.0 for n in np.flatnonzero(network.node_site == s)}
                if np.isfinite(able) and here:
                    rate(here, able * self.site_share(s, start))
            for k in range(len(network.items)):
                self.balance(held, k, p, length)
        return held

    def balance(self, held, k, p, length):
        """Write that an item held after a period is what was, and was made, less what went."""
        network, given = self.network, 0.0
        there = {held.var("h", k, p): 1.0}
        if p:
            there[held.var("h", k, p - 1)] = -1.0
        else:
            given += self.stock[k]
        for n in np.flatnonzero(network.node_item == k):
            there[held.var("u", n, p)] = -1.0
        for n in np.flatnonzero(self.bill[k, network.node_item]):
            there[held.var("u", n, p)] = self.bill[k, network.node_item[n]]
        want = network.demand[k]
        if want > 0.0 and length is None:
            there[held.var("t")] = want
        elif want > 0.0:
            there[held.var("l", k, p)] = -1.0
            given -= want * length
            held.row({held.var("l", k, p): 1.0}, high=want * length)
        held.row(there, low=given, high=given)

    def loss(self, ends, weight):
        """Return the least loss through all periods."""
        return self.programme(ends).least(lambda kind, *k: weight[k[0]] if kind == "l" else 0.0)

    def loss_with(self, ends, weight, lost):
        """Return the least loss if no period loses more of an item than `lost[p][k]`."""
        held = self.programme(ends)
        for p, row in enumerate(lost):
            for k, units in row.items():
                held.row({held.var("l", k, p): 1.0}, high=units)
        return held.least(lambda kind, *k: weight[k[0]] if kind == "l" else 0.0)

    def survival(self, ends, weight, atol):
        """Return weeks until a sale is lost if each is served as long as it can be."""
        if self.loss(ends, weight) <= atol:
            return np.inf
        good, bad = 0, len(ends)  # the first so many periods lose nothing, something
        while bad - good > 1:
            half = (good + bad) // 2
            good, bad = (half, bad) if self.loss(ends[:half], weight) <= atol else (good, half)
        start = ends[good - 1] if good else 0.0
        held = self.programme(ends[:good], last=start)
        prices = {"t": -1.0, "l": 1e6}  # losing before the last period is never worth it
        return min(start - held.least(lambda kind, *_: prices.get(kind, 0.0)), ends[bad - 1])

    def shortage(self, end, ends):
        """Return units short of each item by a moment if all products went on, and what is made.

        Stock is used first; each node makes what it can on its own.
        """
        network, needed, short = self.network, {}, {}

        def need(k):
            if k not in needed:
                users = np.flatnonzero(self.bill[k])
                gross = network.demand[k] * end
                gross += sum(self.bill[k, j] * need(j) for j in users)
                needed[k] = max(0.0, gross - self.stock[k])
            return needed[k]

        edges = [e for e in ends if e < end] + [end]
        for k in range(len(network.items)):
            can = 0.0
            for a, b in zip([0.0, *edges], edges, strict=False):
                for n in np.flatnonzero(network.node_item == k):
                    share = self.share(n, a)
                    can += 0.0 if share == 0.0 else share * self.able[n] * (b - a)
            short[k] = max(0.0, need(k) - can)
        return short


def weights(network, kind):
    """Return what a unit lost of each item weighs."""
    given = {"margin": network.margin, "price": network.price}.get(kind)
    return np.ones(len(network.items)) if given is None else np.nan_to_num(given)


def recovering(system, seed):
    """Give the sites of a maker times to recover, some of them none."""
    rng = np.random.default_rng(seed)
    tables = {name: frame.copy() for name, frame in system.maker.tables.items()}
    count = len(tables["sites"])
    weeks = rng.integers(1, 9, size=count).astype(float)
    tables["sites"]["recovery_weeks"] = np.where(rng.random(count) < 0.3, np.nan, weeks)
    return type(system)(maker=type(system.maker).of_tables("drawn", currency="CNY", **tables))


def random_log(network, seed, *, entries=14, area=None):
    """Return a log of a made-up event, in which everything that may be said is said."""
    rng = np.random.default_rng(seed)
    codes = [code for code in network.sites.codes if not code.endswith("/?")]
    first = [code for code in codes if rng.random() < 0.6] or codes[:1]
    log = event_log(*first, area=area, clock=lambda: LATER)
    hours, status = 0.0, dict.fromkeys(first, "potential")
    may = {
        None: ["suspect"],
        "potential": ["confirm", "confirm", "clear"],
        "confirmed": ["confirm", "restore"],
        "no_impact": ["suspect"],
        "restored": ["confirm", "suspect"],
    }
    for _ in range(entries):
        hours += float(rng.integers(0, 90))
        at = START + timedelta(hours=hours)
        site = codes[rng.integers(len(codes))]
        if rng.random() < 0.1:
            log.note("asked again", by="Zhao", at=at)
            continue
        if rng.random() < 0.15 and correction(log, rng, at):
            status = {s: held.status for s, held in log.statuses().items()}
            continue
        act = rng.choice(may[status.get(site)])
        if act == "suspect":
            log.suspect([site], by="Li", at=at)
        elif act == "confirm":
            weeks = tuple(np.sort(rng.integers(1, 13, size=3) / 2.0))
            lost = float(rng.choice([1.0, 1.0, 0.5, 0.3]))
            log.confirm(site, weeks=weeks, capacity_lost=lost, by="Wang", at=at)
        elif act == "clear":
            log.clear(site, by="Zhao", at=at)
        else:
            log.restore(site, by="Wang", at=at)
        status = {s: held.status for s, held in log.statuses().items()}
    return log


def correction(log, rng, at):
    """Correct the weeks of a confirmation, or withdraw one of a site's last words."""
    told = [entry for entry in log.in_force if entry.kind == "confirmed"]
    if not told:
        return False
    entry = told[rng.integers(len(told))]
    last = log.statuses()[entry.content["site"]].seq == entry.seq
    if last and rng.random() < 0.4:
        log.correct(entry.seq, by="Wang", at=at, text="another site")
    else:
        log.correct(entry.seq, by="Wang", at=at, instead={"weeks_high": 9.0, "capacity_lost": 0.8})
    return True


def in_polygon(polygons, x, y):
    """Return whether a point lies in polygons, by the angles that their rings turn about it."""
    for rings in polygons:
        turned = []
        for ring in rings:
            total = 0.0
            for (x1, y1), (x2, y2) in pairwise(ring):
                cross = (x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)
                dot = (x1 - x) * (x2 - x) + (y1 - y) * (y2 - y)
                if cross == 0.0 and dot <= 0.0:
                    return True
                total += np.arctan2(cross, dot)
            turned.append(round(total / (2.0 * np.pi)))
        if sum(abs(turn) % 2 for turn in turned) % 2:
            return True
    return False


def best_restart(days, values, needs, crews):
    """Return the least loss of all orders of restarts, crews taking the next one when free."""
    orders = permutations(range(len(days)))
    return min(order_loss(order, days, values, needs, crews) for order in orders)


def order_loss(order, days, values, needs, crews):
    """Return what an order loses: value a day until a node and all that it needs are done."""
    free, done = [0.0] * crews, {}
    for j in order:
        crew = free.index(min(free))
        free[crew] += days[j]
        done[j] = free[crew]

    @cache
    def runs(j):
        return max([done[j], *[runs(i) for k, i in needs if k == j]])

    return sum(values[j] * runs(j) for j in order)
