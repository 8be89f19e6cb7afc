"""A maker's chain once more, from its tables alone: dictionaries, loops, one plain programme."""

from dataclasses import dataclass, replace
from itertools import count
from math import inf, isfinite, isnan, nan

import numpy as np
from scipy.optimize import linprog

SPARE, RECOVERY = 0.1, 12.0
ALMOST = 1e-6


@dataclass(frozen=True)
class Source:
    """One row of sourcing, or the unknown source of an item that has none."""

    item: str
    supplier: str
    site: str
    own: bool
    given: bool
    known_site: bool
    place: str = ""
    region: str = ""
    share: float = nan
    capacity: float = nan
    site_capacity: float = nan
    recovery: float = nan
    price: float = nan

    @property
    def code(self):
        return f"{self.item}@{self.site}"

    @property
    def area(self):
        return f"{self.place or '?'}:{self.region}" if self.region else ""

    @property
    def home(self):
        """The supplier as a group: the maker itself is one too."""
        return "" if self.own else self.supplier


@dataclass
class Outage:
    code: str
    down: set
    out: set


class Programme:
    """Unknowns: what each source makes, and either t or what customers of each product lack."""

    def __init__(self, plain, weeks):
        self.plain, self.weeks = plain, weeks
        number = count()
        self.make = {s: next(number) for s in plain.sources}
        self.sold = [p for p, r in plain.products.items() if plain.sold(r)]
        self.lack = {} if weeks is None else {p: next(number) for p in self.sold}
        self.time = next(number) if weeks is None else None
        self.size = next(number)
        self.rows, self.tops, self.bounds = [], [], [(0, None)] * self.size
        for p, place in self.lack.items():
            self.bounds[place] = (0, plain.demand(p) * weeks)

    def row(self, entries, top):
        line = np.zeros(self.size)
        for place, value in entries:
            line[place] += value
        self.rows.append(line)
        self.tops.append(top)

    def rate(self, places, units):
        """Write that no more than so many units a week go through."""
        entries = [(place, 1.0) for place in places]
        if self.weeks is None:
            self.row([*entries, (self.time, -units)], 0.0)
        else:
            self.row(entries, units * self.weeks)

    def item(self, code, entries, stock):
        """Write that what is used and sold of an item is there."""
        demand = self.plain.demand(code)
        if code not in self.sold:
            self.row(entries, stock)
        elif self.weeks is None:
            self.row([*entries, (self.time, demand)], stock)
        else:
            self.row([*entries, (self.lack[code], -1.0)], stock - demand * self.weeks)

    def least(self, costs):
        """Return the least cost and the unknowns; infinite and nothing if there is no least."""
        cost = np.zeros(self.size)
        for place, value in costs.items():
            cost[place] = value
        found = linprog(
            cost, A_ub=np.array(self.rows), b_ub=self.tops, bounds=self.bounds, method="highs-ds"
        )
        if found.status == 3:
            return -inf, None
        assert found.status == 0, found.message
        return found.fun, found.x

    def longest(self):
        return -self.least({self.time: -1.0})[0]

    def least_of(self, weight):
        return self.least({place: weight[p] for p, place in self.lack.items()})[0]

    def least_loss(self, weight):
        """Return the least loss; then least shares lost, then products that stand first kept."""
        cost = {place: weight[p] for p, place in self.lack.items()}
        loss, _ = self.least(cost)
        self.row(cost.items(), loss + 1e-9 * max(1.0, abs(loss)))
        whole = {p: self.plain.demand(p) * self.weeks for p in self.lack}
        even = {place: 1.0 / whole[p] if whole[p] else 0.0 for p, place in self.lack.items()}
        parts, x = self.least(even)
        self.row(even.items(), parts + 1e-9)
        for place in self.lack.values():
            _, x = self.least({place: 1.0})
            self.bounds[place] = (0, x[place] + 1e-9 * max(1.0, x[place]))
        return loss, {p: x[place] for p, place in self.lack.items()}


class PlainMaker:
    """What the tables of a maker say, row by row."""

    def __init__(self, maker):
        rows = {name: frame.to_dict("records") for name, frame in maker.tables.items()}
        self.products = {r["item"]: r for r in rows["products"]}
        self.parts = {r["item"]: r for r in rows["parts"]}
        self.bill = [(r["parent"], r["component"], r["quantity"]) for r in rows["bill"]]
        named = [end for parent, component, _ in self.bill for end in (parent, component)]
        self.items = list(dict.fromkeys([*self.products, *self.parts, *named]))
        self.suppliers = {r["supplier"]: r for r in rows["suppliers"]}
        self.sites = {r["site"]: r for r in rows["sites"]}
        self.stocks = [(r["item"], r["site"], r["quantity"]) for r in rows["stocks"]]
        self.alternates = rows["alternates"]
        self.sources = [self._source(r) for r in rows["sourcing"]]
        sourced = {s.item for s in self.sources}
        self.sources += [
            Source(item, "", "?", own=False, given=False, known_site=False)
            for item in self.items
            if item not in sourced
        ]

    def _source(self, row):
        site = self.sites.get(row["site"]) if row["site"] else None
        if site is None:
            return Source(
                row["item"], row["supplier"], f"{row['supplier']}/?", own=False, given=True,
                known_site=False, share=row["share"], capacity=row["capacity_per_week"],
                recovery=row["recovery_weeks"], price=row["price"],
            )  # fmt: skip
        own_recovery = row["recovery_weeks"]
        return Source(
            row["item"], site["supplier"], row["site"], own=not site["supplier"], given=True,
            known_site=True, place=site["place"], region=site["region"], share=row["share"],
            capacity=row["capacity_per_week"], site_capacity=site["capacity_per_week"],
            recovery=site["recovery_weeks"] if isnan(own_recovery) else own_recovery,
            price=row["price"],
        )  # fmt: skip

    def demand(self, item):
        return self.products[item]["demand_per_week"] if item in self.products else 0.0

    def of(self, item):
        return [s for s in self.sources if s.item == item]

    def known(self, item):
        return [s for s in self.of(item) if s.given]

    def components(self, item):
        return [component for parent, component, _ in self.bill if parent == item]

    def users(self, item):
        return [(parent, q) for parent, component, q in self.bill if component == item]

    def requirement(self, item):
        return self.demand(item) + sum(q * self.requirement(p) for p, q in self.users(item))

    def fraction(self, source):
        """Return the part of its item that a source makes in the plan."""
        if not isnan(source.share):
            return source.share
        others = [s.share for s in self.of(source.item)]
        rest = max(0.0, 1.0 - sum(s for s in others if not isnan(s)))
        return rest / sum(isnan(s) for s in others)

    def planned(self, source):
        return self.fraction(source) * self.requirement(source.item)

    def held(self, item):
        return sum(q for held, _, q in self.stocks if held == item)

    def assumed(self, source):
        return source.given and isnan(source.capacity) and isnan(source.site_capacity)

    def able(self, source, spare=SPARE):
        if not isnan(source.capacity):
            return source.capacity
        return self.planned(source) * (1 + spare) if self.assumed(source) else inf

    def needs(self, product):
        """Return all that goes into a product, itself too."""
        found = {product}
        while more := {c for p, c, _ in self.bill if p in found} - found:
            found |= more
        return found

    def hanging(self, item):
        return [p for p in self.products if item in self.needs(p)]

    def revenue(self, products):
        """Return the revenue a week of some products, those without a price left out."""
        rows = [self.products[p] for p in products]
        priced = [r["demand_per_week"] * r["price"] for r in rows if not isnan(r["price"])]
        return sum(priced) if priced or not rows else nan

    def weigh(self, weight):
        """Return what a unit of each product that is sold weighs."""
        if weight is None:
            usual = all(not isnan(r["margin"]) for r in self.products.values() if self.sold(r))
            weight = "margin" if usual else "output"
        return {
            p: 1.0 if weight == "output" else max(0.0, r[weight])
            for p, r in self.products.items()
            if self.sold(r)
        }

    @staticmethod
    def sold(row):
        return row["demand_per_week"] > 0

    # -- outages ------------------------------------------------------------------------------

    def outages(self, by):
        """Return every outage there is, in no order."""
        real = [s for s in self.sources if s.given]
        if by == "node":
            return [Outage(s.code, {s}, set()) for s in real]
        if by == "item":
            return [Outage(k, set(self.known(k)), set()) for k in self.items if self.known(k)]
        key = {
            "site": lambda s: s.site,
            "supplier": lambda s: s.supplier,
            "region": lambda s: s.area,
            "place": lambda s: s.place,
        }[by]
        found = {}
        for s in real:
            if key(s):
                found.setdefault(key(s), Outage(key(s), set(), set())).down.add(s)
        for code, row in self.sites.items():
            area = f"{row['place'] or '?'}:{row['region']}" if row["region"] else ""
            group = {"site": code, "region": area}.get(by, row.get(by, ""))
            if group:
                found.setdefault(group, Outage(group, set(), set())).out.add(code)
        return [o for o in found.values() if o.down or self._stored(o.out)]

    def _stored(self, out):
        return any(site in out for _, site, _ in self.stocks)

    def lost_stock(self, outage):
        """Return which rows of stock an outage takes."""
        taken = []
        for item, site, _ in self.stocks:
            there = [s for s in self.sources if s.known_site and s.site == site]
            taken.append(
                bool(site)
                and (
                    site in outage.out
                    or any(s.item == item and s in outage.down for s in there)
                    or (bool(there) and all(s in outage.down for s in there))
                )
            )
        return taken

    def left(self, outage, stock_at_node):
        """Return the units of each item that can be used in an outage."""
        units = dict.fromkeys(self.items, 0.0)
        for (item, _, q), gone in zip(self.stocks, self.lost_stock(outage), strict=True):
            units[item] += 0.0 if gone and stock_at_node == "lost" else q
        return units

    def recovery(self, outage, default=RECOVERY):
        """Return the longest time to recover of an outage, and whether some is assumed."""
        times = [s.recovery for s in outage.down]
        longest = max((default if isnan(w) else w for w in times), default=None)
        if longest is None:
            times = [self.sites[site]["recovery_weeks"] for site in outage.out]
            longest = max(default if isnan(w) else w for w in times)
        decisive = [w for w in times if w >= longest]
        return longest, not decisive

    def capacity_assumed(self, outage):
        hit = {s.item for s in outage.down}
        return any(s.item in hit and s not in outage.down and self.assumed(s) for s in self.sources)

    # -- the programme ------------------------------------------------------------------------

    def solve(self, down, stock, *, weeks=None, weight=None, spare=SPARE, spread=True):
        """Return weeks survived, or the least loss and, to `spread`, the units lost of each."""
        asked = Programme(self, weeks)
        for k in self.items:
            used = [(asked.make[s], q) for parent, q in self.users(k) for s in self.of(parent)]
            asked.item(k, [*used, *((asked.make[s], -1.0) for s in self.of(k))], stock[k])
        for s in self.sources:
            if s in down:
                asked.bounds[asked.make[s]] = (0, 0)
            elif isfinite(self.able(s, spare)):
                asked.rate([asked.make[s]], self.able(s, spare))
        for code, site in self.sites.items():
            here = [asked.make[s] for s in self.sources if s.known_site and s.site == code]
            if here and not isnan(site["capacity_per_week"]):
                asked.rate(here, site["capacity_per_week"])
        if weeks is None:
            return asked.longest()
        return asked.least_loss(weight) if spread else asked.least_of(weight)

    def survives(self, outage, stock_at_node="usable", spare=SPARE):
        return self.solve(outage.down, self.left(outage, stock_at_node), spare=spare)

    def loses(self, outage, weeks, weight, stock_at_node="usable", spare=SPARE):
        stock = self.left(outage, stock_at_node)
        return self.solve(outage.down, stock, weeks=weeks, weight=self.weigh(weight), spare=spare)

    def plan_loses(self, weeks, weight, spare=SPARE):
        held = {k: self.held(k) for k in self.items}
        told = self.weigh(weight)
        return self.solve(set(), held, weeks=weeks, weight=told, spare=spare, spread=False)

    def lost_revenue(self, lost):
        """Return the revenue of units that are lost; NaN if one of them has no price."""
        return sum(u * self.products[p]["price"] for p, u in lost.items() if u > ALMOST)

    # -- purchases ----------------------------------------------------------------------------

    def price(self, source):
        if not isnan(source.price):
            return source.price
        return self.parts.get(source.item, {}).get("unit_cost", nan)

    def made_at_home(self, item):
        """Return the units a week of an item that the maker itself makes."""
        if not self.known(item):
            return self.requirement(item) if self.components(item) else 0.0
        return sum(self.planned(s) for s in self.known(item) if s.own)

    def bought(self, source):
        """Return the units a week of a source that the maker buys, and that suppliers buy."""
        whole = self.requirement(source.item)
        direct = self.demand(source.item) + sum(
            q * self.made_at_home(p) for p, q in self.users(source.item)
        )
        if source.own or (not source.given and self.components(source.item)):
            return 0.0, 0.0
        part = self.fraction(source)
        rest = whole - direct
        return part * direct, part * rest if rest > 1e-9 * whole else 0.0

    def paid(self, source):
        """Return what is paid to a source a week, by the maker and by its suppliers."""
        price = self.price(source)
        return tuple(units * price if units > 0 else 0.0 for units in self.bought(source))

    def changed(self, source, **cells):
        """Return the same maker with other numbers at a source."""
        other = object.__new__(PlainMaker)
        other.__dict__.update(self.__dict__)
        new = replace(source, **cells)
        other.sources = [new if s is source else s for s in self.sources]
        return other
