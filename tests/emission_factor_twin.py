"""Emission factors once more by hand: guideline, IPCC and grid tables as they are printed."""

import csv
import math

from real import data

CHINA = {
    "无烟煤": "anthracite", "烟煤": "bituminous", "褐煤": "lignite", "洗精煤": "washed_coal",
    "其它洗煤": "other_washed_coal", "型煤": "briquettes", "焦炭": "coke", "原油": "crude_oil",
    "燃料油": "fuel_oil", "汽油": "petrol", "柴油": "diesel", "一般煤油": "kerosene",
    "喷气煤油": "jet_kerosene", "石脑油": "naphtha", "石油焦": "petroleum_coke",
    "其它石油制品": "other_petroleum", "焦油": "coal_tar", "粗苯": "crude_benzol",
    "炼厂干气": "refinery_gas", "液化石油气": "lpg", "液化天然气": "lng", "天然气": "natural_gas",
    "焦炉煤气": "coke_oven_gas", "高炉煤气": "blast_furnace_gas", "转炉煤气": "converter_gas",
    "密闭电石炉炉气": "carbide_furnace_gas", "其它煤气": "other_coal_gas",
}  # fmt: skip

IPCC = {  # GJ/t, kgC/GJ: IPCC 2006 vol. 2, tables 1.2 and 1.3; gases are per 10^4 Nm3 with us
    "anthracite": (26.7, 26.8), "bituminous": (25.8, 25.8), "lignite": (11.9, 27.6),
    "briquettes": (20.7, 26.6), "coke": (28.2, 29.2), "coal_tar": (28.0, 22.0),
    "crude_oil": (42.3, 20.0), "petrol": (44.3, 18.9), "diesel": (43.0, 20.2),
    "fuel_oil": (40.4, 21.1), "lpg": (47.3, 17.2), "lng": (48.0, 15.3),
    "refinery_gas": (49.5, 15.7), "kerosene": (43.8, 19.6), "jet_kerosene": (44.1, 19.5),
    "naphtha": (44.5, 20.0), "petroleum_coke": (32.5, 26.6), "other_petroleum": (40.2, 20.0),
    "natural_gas": (None, 15.3), "coke_oven_gas": (None, 12.1),
    "blast_furnace_gas": (None, 70.8), "converter_gas": (None, 49.6),
    "other_coal_gas": (None, 12.1), "wood": (15.6, 30.5), "straw": (11.6, 27.3),
    "biogenic_waste": (11.6, 27.3), "fossil_waste": (10.0, 25.0),
}  # fmt: skip

CEMENT = {  # GJ per unit, tC/GJ
    "anthracite": (22.867, 0.02749), "bituminous": (23.076, 0.02308), "coke": (28.435, 0.02942),
    "fuel_oil": (41.816, 0.0211), "petrol": (43.070, 0.0189), "diesel": (42.652, 0.0202),
    "lpg": (50.179, 0.0172), "lng": (51.498, 0.0172), "blast_furnace_gas": (33.0, None),
    "converter_gas": (84.0, None), "natural_gas": (389.310, 0.01532),
}  # fmt: skip
IN_A_KILN = {"anthracite": 0.99, "bituminous": 0.99, "coke": 0.99}

STEEL = {
    "limestone": 0.440, "dolomite": 0.471, "electrodes": 3.663, "pig_iron_bought": 0.172,
    "dri_bought": 0.073, "nickel_iron": 0.037, "molybdenum_iron": 0.018, "chromium_iron": 0.275,
}  # fmt: skip
CARBONATES = {
    "limestone": 0.43971, "magnesite": 0.52197, "dolomite": 0.47732, "siderite": 0.37987,
    "soda_ash": 0.41492,
}  # fmt: skip
FIXED = {"pig_iron_sold": 0.172, "crude_steel": 0.0154}

WARMING = {
    "AR5": {"ch4": 28, "ch4_biogenic": 28, "n2o": 265, "cf4": 6630, "c2f6": 11100, "sf6": 23500,
            "nf3": 16100, "hfc_23": 12400, "hfc_32": 677, "hfc_125": 3170, "hfc_134a": 1300},
    "AR6": {"ch4": 29.8, "ch4_biogenic": 27.0, "n2o": 273, "cf4": 7380, "c2f6": 12400,
            "nf3": 17400, "hfc_23": 14600, "hfc_32": 771, "hfc_125": 3740, "hfc_134a": 1530},
}  # fmt: skip

NATION = {2021: 0.5568, 2022: 0.5366, 2023: 0.5306}
RESIDUAL, HEAT = 0.6096, 0.11

SETS = {
    "cn-industry": ("china", 44 / 12, "AR6", (STEEL, CARBONATES)),
    "cn-cement": ("cement", 44 / 12, "AR6", (STEEL, CARBONATES)),
    "ipcc-2006": ("ipcc", 44 / 12, "AR6", (CARBONATES, STEEL)),
    "cbam": ("china", 3.664, "AR5", (CARBONATES, STEEL)),
}


def rows_of(name):
    with (data("emission_factors") / name).open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


class HandFactors:
    """Factors of one set, from the data files and the tables above."""

    def __init__(self, name):
        self.fuels, self.ratio, self.report, self.inputs = SETS[name]
        self.china = {
            CHINA[row["name_zh"]]: (
                float(row["ncv_gj_per_unit"]),
                float(row["carbon_tc_per_gj"]),
                float(row["oxidation_pct"]) / 100,
            )
            for row in rows_of("china_fuel_defaults.csv")
        }
        self.provinces = {}
        for row in rows_of("china_grid_provincial_2021_2023.csv"):
            values = list(row.values())[-3:]
            self.provinces[row["gb2260"]] = dict(
                zip((2021, 2022, 2023), map(float, values), strict=True)
            )

    def properties(self, item):
        """Return heat value, carbon per heat and oxidation of a fuel."""
        china = self.china.get(item, (None, None, None))
        ipcc = (*IPCC.get(item, (None, None)), 1.0 if item in IPCC else None)
        ipcc = ipcc[0], ipcc[1] and ipcc[1] / 1000, ipcc[2]
        cement = (*CEMENT.get(item, (None, None)), IN_A_KILN.get(item))
        order = {"china": (china, ipcc), "ipcc": (ipcc, china), "cement": (cement, china, ipcc)}
        found = []
        for place in range(3):
            held = [one[place] for one in order[self.fuels] if one[place] is not None]
            found.append(held[0])
        return found

    def burnt(self, item, own=(None, None, None)):
        """Return tCO2 per unit of a fuel; what the firm measured comes before all tables."""
        used = [d if o is None else o for o, d in zip(own, self.properties(item), strict=True)]
        return math.prod(used) * self.ratio

    def grid(self, division, year):
        """Return tCO2 per MWh at a place: of the year, else the nearest earlier, else the first."""
        years = NATION if not division else self.provinces.get(division[:2])
        if years is None:
            return math.nan
        return years[max([y for y in years if y <= year], default=min(years))]

    def process(self, item):
        """Return tCO2 per tonne of a process input."""
        return next(series[item] for series in self.inputs if item in series)

    def gas(self, item):
        """Return tCO2e per kilogram of a gas."""
        return WARMING[self.report][item] / 1000
