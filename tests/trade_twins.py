"""Plain twins of the questions about trade: dictionaries and loops, written from the definitions.

A twin takes rows (exporter, importer, product, value, quantity) and shares no line with
`chainwright`.
"""

import math
from collections import defaultdict

EU27 = [
    *("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV"),
    *("HUN", "IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN"),
    "SWE",
]


def rows(frame):
    """Return the flows of a frame as tuples; a quantity that is not there is NaN."""
    quantity = frame["quantity"] if "quantity" in frame else [math.nan] * len(frame)
    columns = [frame[c] for c in ("exporter", "importer", "product", "value")]
    return list(zip(*columns, quantity, strict=True))


def share_squares(amounts):
    total = sum(amounts)
    return sum((a / total) ** 2 for a in amounts) if total > 0 else math.nan


def largest(amounts, blocs=()):
    """Return who has the most, of equals the first by code, blocs after countries."""
    return min(amounts, key=lambda who: (-amounts[who], who in blocs, who))


class Market:
    """One year with each bloc as one place: {name: members}."""

    def __init__(self, flows, blocs):
        of = {member: name for name, members in blocs.items() for member in members}
        self.imports = defaultdict(lambda: defaultdict(float))  # (importer, product) -> supplier
        self.quantity = defaultdict(lambda: defaultdict(list))
        self.exports = defaultdict(lambda: defaultdict(float))  # product -> exporter
        self.exported = defaultdict(lambda: defaultdict(float))  # the same in quantity
        self.inner = defaultdict(float)  # (bloc, product)
        self.buyers = defaultdict(set)  # product -> importers
        self.blocs = blocs
        for exporter, importer, product, value, quantity in flows:
            source, target = of.get(exporter, exporter), of.get(importer, importer)
            if source == target:
                if exporter != importer:
                    self.inner[source, product] += value
                continue
            self.imports[target, product][source] += value
            self.buyers[product].add(target)
            self.exports[product][source] += value
            if not math.isnan(quantity):
                self.quantity[target, product][source].append(quantity)
                self.exported[product][source] += quantity

    def pair(self, importer, product):
        """Return every indicator of what an importer buys of a product."""
        bought = self.imports[importer, product]
        sold = self.exports[product]
        total, top, failing = (
            sum(bought.values()),
            largest(bought, self.blocs),
            largest(sold, self.blocs),
        )
        exports = sold.get(importer, 0.0)
        hhi = share_squares(list(bought.values()))
        world = share_squares(list(sold.values()))
        ratio = total / exports if exports else math.inf
        row = {
            "imports": total,
            "exports": exports,
            "suppliers": len(bought),
            "import_hhi": hhi,
            "top_supplier": top,
            "top_share": bought[top] / total,
            "world_export_hhi": world,
            "imports_per_exports": ratio if exports else math.nan,
            "c1": hhi > 0.4,
            "c2": world > 0.4,
            "c3": ratio > 1.0,
            "dependent": hhi > 0.4 and world > 0.4 and ratio > 1.0,
            "top_exporter": failing,
            "loss_if_top_exporter_fails": bought.get(failing, 0.0) / total,
            "cdi1": math.nan,
            "cdi2": math.nan,
            "cdi3": math.nan,
            "cdi_dependent": None,
        }
        if importer in self.blocs:
            inner = self.inner[importer, product]
            made = exports + inner
            three = total / made if made else math.inf
            row |= {
                "cdi1": hhi,
                "cdi2": total / (total + inner),
                "cdi3": three if made else math.nan,
                "cdi_dependent": hhi > 0.4 and total / (total + inner) > 0.5 and three > 1.0,
            }
        return row

    def product(self, product):
        """Return what is known of a product in the world."""
        sold = self.exports[product]
        failing, world = largest(sold, self.blocs), sum(sold.values())
        buyers = self.buyers[product]
        lost = {
            i: self.imports[i, product].get(failing, 0.0) / sum(self.imports[i, product].values())
            for i in buyers
        }
        return {
            "world_trade": world,
            "exporters": len(sold),
            "world_export_hhi": share_squares(list(sold.values())),
            "top_exporter": failing,
            "world_loss": sold[failing] / world,
            "importers_hit": sum(share > 0.5 for share in lost.values()),
            "importers": len(buyers),
            "dependent_importers": sum(self.pair(i, product)["dependent"] for i in buyers),
        }


def slope(points):
    """Return the least-squares slope of points (x, y), NaN with fewer than three."""
    if len(points) < 3:
        return math.nan
    x = sum(p[0] for p in points) / len(points)
    y = sum(p[1] for p in points) / len(points)
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def spare(markets, product, years):
    """Return {place: what it exported more in the best year than in the last}, in quantity."""
    last = markets[years[-1]]
    places = {i for i, _ in last.imports} | {e for sold in last.exports.values() for e in sold}
    return {
        e: max(markets[y].exported[product].get(e, 0.0) for y in years)
        - last.exported[product].get(e, 0.0)
        for e in places
    }


def capability(flows, home):
    """Return (RCA, density, {product: proximity}) of home by product, home being one exporter."""
    x = defaultdict(float)
    for exporter, importer, product, value, _ in flows:
        if exporter in home and importer in home:
            continue
        x["home" if exporter in home else exporter, product] += value
    places, products = sorted({c for c, _ in x}), sorted({p for _, p in x})
    of_place = {c: sum(x.get((c, p), 0.0) for p in products) for c in places}
    of_product = {p: sum(x.get((c, p), 0.0) for c in places) for p in products}
    world = sum(of_product.values())
    rca = {
        (c, p): x.get((c, p), 0.0) / of_place[c] / (of_product[p] / world)
        for c in places
        for p in products
    }
    has = {p: {c for c in places if rca[c, p] >= 1.0} for p in products}
    near = {
        (p, q): 0.0 if p == q else len(has[p] & has[q]) / max(len(has[p]), len(has[q]))
        for p in products
        for q in products
    }
    found = {}
    for p in products:
        total = sum(near[p, q] for q in products)
        own = {q: near[p, q] for q in products if "home" in has[q] and near[p, q] > 0.0}
        found[p] = (
            rca.get(("home", p), math.nan),
            sum(own.values()) / total if total else math.nan,
            own,
        )
    return found
