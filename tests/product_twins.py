"""Plain twins of exposure, supply risk, prices, surges and mutual dependence: loops over rows."""

import math


class HomeTwin:
    """What home buys and sells, from rows (exporter, importer, product, value, quantity)."""

    def __init__(self, flows, home, name=None):
        self.name = name or home[0]
        one = dict.fromkeys(home, self.name)
        moved = [(one.get(e, e), one.get(i, i), *rest) for e, i, *rest in flows]
        self.flows = [flow for flow in moved if flow[0] != flow[1]]

    def rows(self, product, *, exporter=None, importer=None, known=False):
        return [
            f
            for f in self.flows
            if f[2] == product
            and (exporter is None or f[0] == exporter)
            and (importer is None or f[1] == importer)
            and (not known or not math.isnan(f[4]))
        ]

    def bought(self, product, column):
        """Return {supplier: imports}, in value (3) or in quantity (4) where it is known."""
        found = {}
        for row in self.rows(product, importer=self.name, known=column == 4):
            found[row[0]] = found.get(row[0], 0.0) + row[column]
        return found

    def sold(self, product, column):
        rows = self.rows(product, exporter=self.name, known=column == 4)
        return sum(row[column] for row in rows)

    def unit_value(self, rows, least=0.0):
        """Return value over quantity of rows that know it, if they are enough of the value."""
        known = [row for row in rows if not math.isnan(row[4])]
        quantity, value = (sum(row[k] for row in known) for k in (4, 3))
        if not quantity or value < least * sum(row[3] for row in rows):
            return math.nan
        return value / quantity

    def exposure(self, product, made, *, drawn=0.0, stocks=math.nan, column=4, top=0.5, days=180.0):
        """Return apparent use, reliance and exposure to the largest supplier."""
        bought = self.bought(product, column)
        m, e = sum(bought.values()), self.sold(product, column)
        a = made + m - e + drawn
        use = a if a > 0.0 else math.nan
        squares = sum((v / m) ** 2 for v in bought.values()) if m else math.nan
        most = max(bought.values(), default=math.nan)
        cover = stocks / (use / 365.0)
        gap = max(0.0, days - cover) if not math.isnan(cover) else math.nan
        share = most / use if m else 0.0 * use
        return {
            "production": made,
            "imports": m,
            "exports": e,
            "stock_draw": drawn,
            "apparent_use": use,
            "net_import_reliance": min(1.0, max(0.0, (m - e) / use)) if a > 0.0 else math.nan,
            "import_penetration": m / use,
            "self_sufficiency": made / use,
            "import_hhi": squares,
            "effective_hhi": (m / use) ** 2 * squares if m else 0.0 * use,
            "exposure_to_top": share,
            "cover": cover,
            "gap": gap,
        }

    def quality(self, product, known=0.5):
        """Return unit values and the gap between them."""
        sold = self.rows(product, exporter=self.name)
        bought = self.rows(product, importer=self.name)
        x, m, w = (self.unit_value(r, known) for r in (sold, bought, self.rows(product)))
        return {
            "imports": sum(r[3] for r in bought),
            "exports": sum(r[3] for r in sold),
            "import_unit_value": m,
            "export_unit_value": x,
            "world_unit_value": w,
            "export_to_world": x / w,
            "gap": math.nan if math.isnan(x / m) else min(1.0, max(0.0, 1.0 - x / m)),
        }

    def risk(self, product, made, scores, weights, *, recycled=0.0, substitution=1.0):
        """Return the supply risk of one product, all places scored."""
        bought = self.bought(product, 4)
        world = sum(made.values())
        home = {p: q for p, q in made.items() if p == self.name}
        sourcing = {p: bought.get(p, 0.0) + home.get(p, 0.0) for p in {*bought, *home}}

        def risky(amounts):
            total = sum(amounts.values())
            return sum(
                (q / total) ** 2 * scores[p] * weights.get(p, 1.0) for p, q in amounts.items()
            )

        net = sum(bought.values()) - self.sold(product, 4)
        own = sum(home.values())
        ir = min(1.0, max(0.0, net / (own + net))) if own + net > 0.0 else math.nan
        gs, eu = risky(made) if world else math.nan, risky(sourcing)
        return {
            "risk_world": gs,
            "risk_sourcing": eu,
            "import_reliance": ir,
            "supply_risk": (gs * ir / 2 + eu * (1 - ir / 2)) * (1 - recycled) * substitution,
        }


def mutual_twin(flows, home):
    """Return {partner: products and imports in which one side depends on the other}."""
    imports = {}
    for exporter, importer, product, value, _ in flows:
        mine = imports.setdefault((importer, product), {})
        mine[exporter] = mine.get(exporter, 0.0) + value
    totals, leans = {}, {}
    for (importer, _), bought in imports.items():
        total = sum(bought.values())
        totals[importer] = totals.get(importer, 0.0) + total
        top = max(bought, key=bought.get)
        if sum((v / total) ** 2 for v in bought.values()) > 0.4 and bought[top] / total > 0.5:
            leans.setdefault((importer, top), []).append(total)
    found = {}
    for partner in {e for e, *_ in flows} | {i for _, i, *_ in flows}:
        on, of = leans.get((partner, home), []), leans.get((home, partner), [])
        found[partner] = {
            "products_on_home": len(on),
            "products_of_home": len(of),
            "net": len(on) - len(of),
            "imports_on_home": sum(on),
            "imports_of_home": sum(of),
            "share_on_home": sum(on) / totals[partner] if totals.get(partner) else math.nan,
            "share_of_home": sum(of) / totals[home],
        }
    return found


def surge_twin(years, home, product):
    """Return the change of quantity and of unit value against the years before, up to three."""
    *before, now = (HomeTwin(flows, [home]) for flows in years[-4:])
    rows = now.rows(product, importer=home)
    quantity = sum(now.bought(product, 4).values()) or math.nan
    old = [sum(y.bought(product, 4).values()) for y in before]
    past = [r for y in before for r in y.rows(product, importer=home)]
    base, price = sum(old) / len(old) or math.nan, now.unit_value(rows)
    return {
        "imports": sum(r[3] for r in rows),
        "quantity": quantity,
        "quantity_change": quantity / base - 1.0,
        "unit_value": price,
        "unit_value_change": price / now.unit_value(past) - 1.0,
    }
