"""Reserves of minerals from the words alone: every column of all four tables, in plain numpy."""

import numpy as np
import pandas as pd
from scipy.stats import t as student

from mineral_worlds import WEEK, plain_quantile, plain_release

KNOWN = ("consumption", "home_production", "recycling", "stocks", "price", "penalty")


class Outages:
    """Draws: lengths first, then shares, then replacement."""

    def __init__(self, model, draws, seed):
        rng = np.random.default_rng(seed)
        weeks = np.ceil(np.exp(np.log(model.median_weeks) + model.spread * rng.normal(size=draws)))
        self.weeks = np.minimum(weeks, model.longest_weeks).astype(int)
        self.share = rng.uniform(model.least_share, model.most_share, draws)
        self.saved, self.delivered = rng.random(draws), rng.random(draws)
        self.model = model

    def rate(self, country):
        return self.model.rates.get(country, self.model.rate)


class Product:
    """What home buys of a product, whose outages leave how much short, and what to hold."""

    def __init__(self, flows, members, drawn, ramps, *, known=None, blocs=None):
        known, blocs = known or {}, blocs or {}
        self.known = {name: known.get(name) for name in known}
        ends = {side: [blocs.get(c, c) for c in flows[side]] for side in ("exporter", "importer")}
        flows = flows.assign(**ends)
        inside = flows["exporter"].isin(members)
        bought = flows[~inside & flows["importer"].isin(members)]
        counted = bought[bought["quantity"].notna()]
        self.value = bought["value"].sum()
        self.by_value = bought.groupby("exporter")["value"].sum()
        supply = counted.groupby("exporter")["quantity"].sum()
        self.supply = supply[supply > 0].sort_values(ascending=False, kind="stable")
        self.imports = float(self.supply.sum())
        self.quantity_known = counted["value"].sum() / self.value if self.value else np.nan
        out = flows[inside & ~flows["importer"].isin(members)]
        self.exports_per_imports = out["value"].sum() / self.value if self.value else np.nan
        world = flows[~inside & (flows["exporter"] != flows["importer"])]
        world = world.groupby("exporter")["quantity"].sum()
        self.others = {c: 1 - world[c] / world.sum() for c in self.supply.index}
        self.drawn = drawn
        if not self.imports:
            return
        self.week = self.imports / WEEK
        price = counted["value"].sum() / self.imports
        self.price = known["price"] if known.get("price") else price
        self.stocks = known.get("stocks") or 0.0
        self.countries = list(self.supply.index)
        self.rates = np.array([drawn.rate(c) for c in self.countries])
        self.gaps = [self.gap(c, ramps) for c in self.countries]
        self.needs = np.array([g.sum(axis=1) for g in self.gaps])

    def gap(self, country, ramps):
        """Return the gaps of an outage of a country, a row a draw and a column a week."""
        drawn, known = self.drawn, self.known
        use = (known.get("consumption") or self.imports) / WEEK
        home = ((known.get("home_production") or 0) + (known.get("recycling") or 0)) / WEEK
        if not known.get("consumption"):
            home = 0.0
        ends = {}
        for name in ("substitution", "alternates"):
            low, high = known.get(f"{name}_low"), known.get(f"{name}_high")
            if low is None:
                low, high = getattr(ramps, f"{name}_low"), getattr(ramps, f"{name}_high")
            ends[name] = low, high
        low, high = ends["substitution"]
        saved = low + (high - low) * drawn.saved
        low, high = ends["alternates"]
        delivered = low + (high - low) * drawn.delivered
        if ramps.follow_world:
            delivered = delivered * self.others[country]
        fails = self.supply[country] / WEEK * drawn.share
        gaps = np.zeros((len(drawn.weeks), int(drawn.weeks.max())))
        for week in range(gaps.shape[1]):
            first, last = ramps.substitution_from_week, ramps.substitution_to_week
            sub = min(1.0, max(0.0, (week - first) / (last - first))) * saved
            first, last = ramps.alternates_from_week, ramps.alternates_to_week
            alt = min(1.0, max(0.0, (week - first) / (last - first))) * delivered
            gap = (use - home - self.week) + fails - use * sub - use * alt
            gaps[:, week] = np.where(week < drawn.weeks, np.maximum(0.0, gap), 0.0)
        return gaps

    def quantile(self, level):
        """Return the amount that is enough whichever supplier fails, and who it is sized for."""
        each = [
            plain_quantile(n, level) * (r > 0) for n, r in zip(self.needs, self.rates, strict=True)
        ]
        return max(each), self.countries[int(np.argmax(each))] if max(each) else ""

    def economic(self, holding, penalty):
        """Return the least amount at which more would cost more to hold than it saves."""
        for amount in np.concatenate([[0.0], np.sort(self.needs.ravel())]):
            chance = ((self.needs > amount).mean(axis=1) * self.rates).sum()
            if chance <= holding / penalty + 1e-12:
                return amount
        return None

    def short(self, held):
        """Return expected shortage a year by supplier where so much is held."""
        return np.maximum(0.0, self.needs - held).mean(axis=1) * self.rates

    def chance(self, held):
        return 1 - np.prod(1 - self.rates * (self.needs > held).mean(axis=1))


def batches(needs, level):
    """Return the ends of the interval of a quantile, from 20 batches."""
    if len(needs) < 40:
        return np.nan, np.nan
    found = [plain_quantile(part, level) for part in np.array_split(needs, 20)]
    middle = plain_quantile(needs, level)
    half = student.ppf(0.975, 19) * np.std(found, ddof=1) / np.sqrt(20)
    return max(0.0, middle - half), middle + half


def product_row(product, costs, *, rule="quantile", level=0.9):
    """Return the columns of `mineral_reserves` of a product with quantities, and its driver."""
    p, week = product, product.week
    ends = [costs.holding_low, costs.holding_high, costs.penalty_low, costs.penalty_high]
    if p.known.get("penalty"):
        ends[2] = ends[3] = p.known["penalty"] / p.price
    middle = p.economic((ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2)
    enough, driver = p.quantile(level)
    low, high = batches(p.needs[p.countries.index(driver)], level) if driver else (0.0, 0.0)
    before = p.short(p.stocks)
    if rule == "economic":
        enough, driver = middle, p.countries[int(np.argmax(before))]
        low = high = np.nan
    reserve = max(0.0, enough - p.stocks)
    held = max(enough, p.stocks)
    after, driver = p.short(held), driver if before.any() else ""
    use = p.known.get("consumption")
    shares = p.supply / p.imports
    top = p.countries[0]
    return {
        "held": held,
        "reserve_weeks_of_imports": reserve / week,
        "reserve_weeks_of_use": reserve * WEEK / use if use else np.nan,
        "reserve": reserve,
        "sample_low_weeks": np.maximum(0.0, low - p.stocks) / week,
        "sample_high_weeks": np.maximum(0.0, high - p.stocks) / week,
        **{f"need_q{q}_weeks": p.quantile(q / 100)[0] / week for q in (50, 80, 90, 95)},
        "economic_weeks": middle / week,
        "economic_low_weeks": p.economic(ends[1], ends[2]) / week,
        "economic_high_weeks": p.economic(ends[0], ends[3]) / week,
        "value": reserve * p.price,
        "holding_low": reserve * p.price * costs.holding_low,
        "holding_high": reserve * p.price * costs.holding_high,
        "shortage_weeks": before.sum() / week,
        "shortage_weeks_left": after.sum() / week,
        "shortage_value": before.sum() * p.price,
        "chance_of_shortage": p.chance(p.stocks),
        "chance_left": p.chance(held),
        "suppliers": len(p.countries),
        "top_supplier": top,
        "top_share": shares[top],
        "top_share_by_value": p.by_value[top] / p.value,
        "import_hhi": (shares**2).sum(),
        "driver": driver,
        "driver_share": before[p.countries.index(driver)] / before.sum() if driver else np.nan,
        "imports": p.imports,
        "imports_value": p.value,
        "exports_per_imports": p.exports_per_imports,
        "quantity_known": p.quantity_known,
        "use": use or np.nan,
        "stocks": p.stocks,
        "price": p.price,
    }


def supplier_rows(product):
    """Return the columns of `mineral_reserves_suppliers` by supplier."""
    p = product
    short = p.short(p.stocks)
    return {
        c: {
            "share": p.supply[c] / p.imports,
            "share_by_value": p.by_value[c] / p.value,
            "outages_per_year": p.rates[k],
            "need_mean_weeks": p.needs[k].mean() / p.week,
            "need_q90_weeks": plain_quantile(p.needs[k], 0.9) / p.week,
            "shortage_weeks": short[k] / p.week,
            "shortage_share": short[k] / short.sum() if short.any() else np.nan,
        }
        for k, c in enumerate(p.countries)
    }


def country_rows(products, in_all):
    """Return the columns of `mineral_reserves_countries` by country."""
    rows = {}
    for name, p in products.items():
        for k, c in enumerate(p.countries):
            row = rows.setdefault(c, {"products": 0, "imports_value": 0.0})
            row["products"] += 1
            row["imports_value"] += p.by_value[c]
            row["outages_per_year"] = p.rates[k]
            for column, held in (("", p.stocks), ("_left", in_all[name])):
                short = np.maximum(0.0, p.needs[k] - held).mean() * p.price
                row[f"shortage_value{column}"] = row.get(f"shortage_value{column}", 0.0) + short
    for row in rows.values():
        row["shortage_value_per_year"] = row["shortage_value"] * row["outages_per_year"]
    return rows


def release_rows(product, driver, held, release):
    """Return the columns of `mineral_reserves_release` of a product by rule."""
    p, rows = product, {}
    gaps = p.gaps[p.countries.index(driver)]
    kept = (1 - (p.known.get("spoilage_per_year") or 0.0)) ** (1 / WEEK)
    for rule in ("proportional", "priority", "held_back"):
        told = [
            plain_release(g[:w], held, kept, rule, release)
            for g, w in zip(gaps, p.drawn.weeks, strict=True)
        ]
        found = pd.DataFrame(told, columns=["met", "ahead", "short", "left", "spoiled"])
        rows[rule] = {
            "met": found["met"].sum() / gaps.sum(),
            "priority_met": found["ahead"].sum() / (release.priority_share * gaps.sum()),
            "met_in_full": found["short"].isna().mean(),
            "first_week_short": found["short"].astype(float).mean(),
            "left": found["left"].mean() / held,
            "spoiled": found["spoiled"].mean() / held,
        }
    return rows
