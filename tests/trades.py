"""Trade for tests: the raw materials of 2018 to 2024 as the files have them, and made-up years."""

from functools import cache

import numpy as np
import pandas as pd

import chainwright as cw
from chainwright.classes import place_code
from chainwright.system import Axis, Trade, TradeYear
from chainwright.units import Money
from real import data

SHARED = {"gallium", "germanium", "hafnium"}
"""Materials that share HS 811292, so that the file of links has them three times."""


def year_of(frame, year=2022, *, places=None):
    """Return a `TradeYear` of rows (exporter, importer, product, value, quantity optional)."""
    seen = sorted({*frame["exporter"], *frame["importer"]}) if places is None else places
    axis, goods = Axis("place", tuple(seen)), Axis("product", tuple(sorted({*frame["product"]})))
    return TradeYear(
        year,
        axis,
        goods,
        axis.index(frame["exporter"]).astype(np.int16),
        axis.index(frame["importer"]).astype(np.int16),
        goods.index(frame["product"]),
        frame["value"].to_numpy(dtype=float),
        frame["quantity"].to_numpy(dtype=float) if "quantity" in frame else None,
    )


def trade_of(frames, **more):
    """Return a system of trade held in memory: one frame a year."""
    years = {year: year_of(frame, year) for year, frame in frames.items()}
    return cw.System(trade=Trade.of_years(years, **more))


def rows_of_2022():
    """Return the flows of 2022 in USD; no quantity is known."""
    file = data("critical_materials") / "baci_2022_value.csv.gz"
    frame = pd.read_csv(file, dtype={"hs6": str}, keep_default_na=False)
    return frame.rename(columns={"hs6": "product", "value_usd": "value"})


def rows_of_2024():
    """Return the flows of 2024 in thousand USD and t."""
    file = data("critical_materials") / "baci_2024_32materials_value_qty.csv.gz"
    frame = pd.read_csv(file, dtype={"hs6": str}, keep_default_na=False, na_values={"qty_t": [""]})
    return frame.rename(columns={"hs6": "product", "value_kusd": "value", "qty_t": "quantity"})


def rows_of_links():
    """Return the links of 2018 to 2024 by material in USD, each HS code once."""
    file = data("critical_materials") / "flows_2018_2024.csv.gz"
    frame = pd.read_csv(file, keep_default_na=False)
    frame = frame[~frame["material"].isin(SHARED - {"gallium"})]
    code = {c: place_code(c) for c in {*frame["from_iso2"], *frame["to_iso2"]}}
    return frame.assign(
        exporter=frame["from_iso2"].map(code), importer=frame["to_iso2"].map(code)
    ).rename(columns={"material": "product", "value_usd": "value"})


@cache
def materials(*years):
    """Return the links of raw materials as a system."""
    frame = rows_of_links()
    picked = {y: frame[frame["year"] == y] for y in (years or sorted({*frame["year"]}))}
    return trade_of(picked, money=Money("USD"))


@cache
def baci(year):
    """Return the raw materials of 2022 (USD) or 2024 (thousand USD and t) as a system."""
    if year == 2022:
        return trade_of({2022: rows_of_2022()}, money=Money("USD"), classification="HS2017")
    money = Money("USD", unit="thousand")
    return trade_of({2024: rows_of_2024()}, money=money, classification="HS2017", quantity_unit="t")


def made(seed, *, places=6, products=5, fill=0.4, quantity=True):
    """Return a frame of made-up flows: each pair at most once a product, no flow to itself."""
    rng = np.random.default_rng(seed)
    exporter, importer, product = np.nonzero(
        (rng.random((places, places, products)) < fill) & ~np.eye(places, dtype=bool)[:, :, None]
    )
    value = rng.lognormal(3.0, 2.0, len(product))
    frame = pd.DataFrame(
        {
            "exporter": np.array([f"P{i:02d}" for i in range(places)])[exporter],
            "importer": np.array([f"P{i:02d}" for i in range(places)])[importer],
            "product": np.array([f"{i:06d}" for i in range(products)])[product],
            "value": value,
        }
    )
    if quantity:
        amount = value * rng.lognormal(0.0, 0.5, len(product))
        frame["quantity"] = np.where(rng.random(len(product)) < 0.1, np.nan, amount)
    return frame


def traded(seed, years=(2019, 2020, 2021, 2022), **more):
    """Return made-up trade of several years with quantities, as a system."""
    frames = {year: made(seed + k, **more) for k, year in enumerate(years)}
    return trade_of(frames, money=Money("USD", unit="thousand"), quantity_unit="t")
