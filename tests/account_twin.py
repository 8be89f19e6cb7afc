"""The account of a firm and month as a plain reckoning over its readings, one after the other."""

import math
from collections import defaultdict

from emission_factor_twin import FIXED, HEAT, RESIDUAL

BURNT = {"coal", "coke", "pipeline_gas", "liquefied_gas", "oil", "byproduct_gas"}
GRID = {"grid_electricity", "own_pv", "own_zero_carbon", "green_power", "electricity_exported"}
PARTS = {
    "grid_electricity": "bought", "own_pv": "own_zero", "own_zero_carbon": "own_zero",
    "green_power": "green", "electricity_exported": "exported", "heat_bought": "heat_in",
    "heat_exported": "heat_out", "process_inputs": "process", "process_gases": "gases",
    "sinks": "sinks", "captured": "captured", "offsets": "offsets",
    **dict.fromkeys(BURNT, "fuel"),
}  # fmt: skip
PLUS = ("fuel", "process", "gases", "bought", "own_zero", "heat_in")
MINUS = ("fixed", "exported", "heat_out")
DEDUCTED = ("own_zero", "green", "sinks", "captured", "offsets")


class PlainAccount:
    """Parts by firm, month and name; ``None`` stands for no reading, NaN for what is missing."""

    def __init__(self, system, rows, factors):
        table = system.firms.table
        self.place = dict(zip(table["firm"], table["division"], strict=True))
        self.industry = dict(zip(table["firm"], table["gbt4754"], strict=True))
        self.factors = factors
        self.firms = list(table["firm"])
        span = sorted({row[3] for row in rows if row[1] != "fuel_properties"})
        self.months = span
        self.values = defaultdict(dict)
        self.quality, self.own = {}, defaultdict(dict)
        for firm, kind, item, month, value, quality in rows:
            if kind == "fuel_properties":
                self.own[firm, *item.split(":")][month] = value
            else:
                self.values[firm, kind, item][month] = value
                self.quality[firm, kind, item, month] = quality

    def part(self, firm, kind, item):
        """Return the part that a stream belongs to."""
        if kind == "biomass":
            return "fuel" if item == "fossil_waste" else "biogenic"
        if kind == "physical_output":
            steel = item in FIXED and self.industry[firm][:2] == "31"
            return "fixed" if steel else None
        return PARTS.get(kind)

    def measured(self, firm, item, month):
        """Return what the firm measured of a fuel up to a month, None where it did not."""
        found = []
        for name in ("ncv", "carbon", "oxidation"):
            known = self.own.get((firm, item, name), {})
            earlier = [m for m in known if m <= month]
            found.append(known[max(earlier)] if earlier else None)
        return found

    def factor(self, firm, kind, item, month):
        """Return tCO2e per unit of a stream."""
        if kind in GRID:
            return self.factors.grid(self.place[firm], int(month[:4]))
        if kind in BURNT or kind == "biomass":
            return self.factors.burnt(item, self.measured(firm, item, month))
        if kind in {"heat_bought", "heat_exported"}:
            return HEAT
        if kind == "process_inputs":
            return self.factors.process(item)
        if kind == "process_gases":
            return self.factors.gas(item)
        return FIXED[item] if kind == "physical_output" else 1.0

    def streams(self, firm):
        """Return the streams of a firm that an account is made of."""
        return [(k, i) for f, k, i in self.values if f == firm and self.part(f, k, i)]

    def amount(self, firm, kind, item, month):
        """Return an amount: 0 without a reading, NaN where one in use has no value."""
        held = self.values[firm, kind, item]
        value = held.get(month, 0.0)
        if not math.isnan(value):
            return value
        return math.nan if any(v > 0 for v in held.values()) else 0.0

    def parts(self, firm, month):
        """Return the parts of a firm and month in tCO2e, without signs; green as contracted."""
        out = defaultdict(float)
        if not any(f == firm and month in held for (f, _, _), held in self.values.items()):
            return defaultdict(lambda: math.nan)
        for kind, item in self.streams(firm):
            amount = self.amount(firm, kind, item, month)
            part = self.part(firm, kind, item)
            if amount:
                out[part] += amount * self.factor(firm, kind, item, month)
                if kind in GRID:
                    out[part + " MWh"] += amount
        if month not in self.values[firm, "grid_electricity", ""]:
            out["bought"] = out["bought MWh"] = math.nan
        return out


def totals(months):
    """Return the totals of parts by month, one month or a window of them."""
    names = {name for parts in months for name in parts}
    one = defaultdict(float, {name: math.fsum(p[name] for p in months) for name in names})
    if any(math.isnan(p["fuel"]) and p.default_factory is not float for p in months):
        return defaultdict(lambda: math.nan)
    bought, green = one["bought MWh"], one["green MWh"]
    share = 1.0 if not green else min(1.0, bought / green)
    if green and math.isnan(bought):
        share = math.nan
    one["green"] *= share
    one["green MWh"] *= share
    one["gross"] = sum(one[p] for p in PLUS) - sum(one[p] for p in MINUS)
    one["neutralised"] = sum(one[p] for p in DEDUCTED)
    one["net"] = one["gross"] - one["neutralised"]
    one["electricity"] = one["bought"] - one["exported"]
    one["heat"] = one["heat_in"] - one["heat_out"]
    rest = one["bought MWh"] - one["exported MWh"] - one["green MWh"]
    one["electricity_market"] = rest * RESIDUAL
    one["scope_1"] = one["fuel"] + one["process"] + one["gases"] - one["fixed"]
    one["scope_2"] = one["electricity"] + one["heat"]
    one["scope_2_market"] = one["electricity_market"] + one["heat"]
    return one
