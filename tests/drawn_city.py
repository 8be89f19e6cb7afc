"""Small cities whose readings are drawn, odd on purpose: gaps, exports, places without a grid."""

import numpy as np
import pandas as pd

from chainwright.system import Firms, Readings, System

FUELS = [
    ("coal", "bituminous"), ("coal", "anthracite"), ("coke", "coke"), ("oil", "diesel"),
    ("oil", "fuel_oil"), ("pipeline_gas", "natural_gas"), ("liquefied_gas", "lpg"),
    ("byproduct_gas", "blast_furnace_gas"), ("byproduct_gas", "converter_gas"),
]  # fmt: skip
OTHERS = [
    ("own_pv", ""), ("own_zero_carbon", ""), ("green_power", ""), ("electricity_exported", ""),
    ("heat_bought", ""), ("heat_exported", ""), ("biomass", "wood"), ("biomass", "fossil_waste"),
    ("process_inputs", "limestone"), ("process_inputs", "soda_ash"),
    ("process_inputs", "electrodes"), ("process_gases", "hfc_134a"), ("process_gases", "n2o"),
    ("process_gases", "ch4"), ("physical_output", "crude_steel"),
    ("physical_output", "pig_iron_sold"), ("sinks", ""), ("captured", ""), ("offsets", ""),
]  # fmt: skip
CLASSES = ["1711", "1712", "1713", "1751", "3110", "3120", "3130", "2511", "2614", "4411", ""]
PLACES = ["330502", "330523", "130200", "510100", "150400", "150100", "540100", "440300", ""]
QUALITIES = ["measured", "billed", "estimated", "defaulted"]
MEASURED = {"diesel:ncv": (41, 44), "diesel:carbon": (0.019, 0.021), "coke:oxidation": (0.9, 1.0),
            "bituminous:ncv": (19, 25), "bituminous:carbon": (0.024, 0.028),
            "bituminous:oxidation": (0.88, 0.99), "natural_gas:ncv": (370, 395)}  # fmt: skip


def city_of(rows, firms, classes, places):
    """Return a system of rows of (firm, kind, item, month, value, quality)."""
    columns = ["firm", "kind", "item", "period", "value", "quality"]
    who = {
        "firm": firms,
        "name_en": [f"Firm {f}" for f in firms],
        "gbt4754": classes,
        "division": places,
    }
    readings = Readings.of_table(pd.DataFrame(rows, columns=columns))
    return System(firms=Firms.of_table(pd.DataFrame(who)), readings=readings)


def drawn_rows(rng, firm, months, gaps):
    """Return the readings of one firm: each stream with zeros, gaps and what is missing."""
    rows = []
    streams = [("grid_electricity", ""), ("output_value", ""), ("value_added", ""), ("taxes", "")]
    streams += [s for s in FUELS + OTHERS if rng.random() < 0.45]
    silent = {m for m in months if rng.random() < gaps / 4}
    for kind, item in streams:
        size = rng.lognormal(3, 1)
        for month in [m for m in months if m not in silent]:
            if rng.random() < gaps:
                continue
            value = 0.0 if rng.random() < 0.1 else float(size * rng.lognormal(0, 0.4))
            quality = str(rng.choice(QUALITIES))
            if rng.random() < gaps:
                value, quality = np.nan, "missing"
            if kind == "value_added" and rng.random() < 0.03:
                value = -value
            rows.append((firm, kind, item, month, value, quality))
    for item, (low, high) in MEASURED.items():
        for month in months:
            if rng.random() < 0.06 and month not in silent:
                value = float(rng.uniform(low, high))
                rows.append((firm, "fuel_properties", item, month, value, "measured"))
    return rows


def drawn_city(seed, firms=8, months=15, gaps=0.02, places=PLACES):
    """Return a system and its rows; the first month lies between 2020 and 2025."""
    rng = np.random.default_rng(seed)
    first = np.datetime64("2020-03", "M") + int(rng.integers(0, 60))
    span = [str(m) for m in first + np.arange(months)]
    names = [f"f{i}" for i in range(firms)]
    classes = [str(rng.choice(CLASSES)) for _ in names]
    where = [str(rng.choice(places)) for _ in names]
    rows = [row for name in names for row in drawn_rows(rng, name, span, gaps)]
    return city_of(rows, names, classes, where), rows
