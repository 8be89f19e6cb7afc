"""A made-up maker of cars: no fact about any firm, but a bill and prices that add up."""

from dataclasses import replace

import numpy as np
import pandas as pd

from chainwright.sources.demo_maker_bill import DemoBill, demo_bill, log_uniform
from chainwright.sources.demo_maker_sites import DemoSources, demo_sources
from chainwright.sources.maker_tables import MakerTables, checked_maker

__all__ = ["DEMO_MAKER", "demo_maker"]

DEMO_MAKER = "demo:maker"
"""How the made-up maker is named where a path is asked for."""

COUNTED = "2026-06-30"
"""Day of the made-up stock count."""


def demo_maker(*, seed: int = 7) -> MakerTables:
    """Return the tables of a made-up maker of cars: none of its numbers is a fact.

    6 models, 2,300 parts in four tiers, 900 suppliers with more than 1,000 sites in real cities.
    Families of parts, what goes into what, and the ranges of costs, stocks and times to recover
    are assumptions of ours; all else is drawn at random. The price of a part is that of its
    components and what is added to them. Some cells are empty on purpose: capacities, times to
    recover, places, stocks, and the source of some deep parts. A few suppliers of tier 3 alone
    make what parts need that look as if they had two sources. No name is that of a firm.

    Parameters
    ----------
    seed : int
        The same seed gives the same maker.

    Examples
    --------
    >>> made = demo_maker()
    >>> [len(made.tables[table]) for table in ("products", "parts", "suppliers")]
    [6, 2300, 900]
    """
    rng = np.random.default_rng(seed)
    bill = demo_bill(rng)
    sources = demo_sources(rng, bill)
    cars = len(bill.models)
    codes = np.array(bill.codes)
    tables = {
        "products": pd.DataFrame(
            {
                "item": codes[:cars],
                "name": bill.names[:cars],
                "demand_per_week": bill.requirement[:cars],
                "price": bill.price,
                "margin": bill.margin,
            }
        ),
        "parts": pd.DataFrame(
            {
                "item": codes[cars:],
                "name": bill.names[cars:],
                "unit": bill.words("unit")[cars:],
                "unit_cost": bill.cost[cars:],
                "gbt4754": bill.words("gbt4754")[cars:],
                "hs": bill.words("hs")[cars:],
                "chain_node": bill.words("chain_node")[cars:],
            }
        ),
        "bill": pd.DataFrame(
            {
                "parent": codes[bill.parent],
                "component": codes[bill.component],
                "quantity": bill.quantity,
            }
        ),
        "suppliers": sources.suppliers,
        "sites": sources.sites,
        "sourcing": sources.sourcing,
        "stocks": _stocks(rng, bill, sources),
        "alternates": sources.alternates,
    }
    made = checked_maker(tables, name=DEMO_MAKER)
    note = "made up: no number is a fact about any firm, part or place; drawn at random"
    return replace(made, origin=replace(made.origin, version=f"seed {seed}", notes=(note,)))


def _stocks(rng: np.random.Generator, bill: DemoBill, sources: DemoSources) -> pd.DataFrame:
    """Return what is held: cars at plants, near parts in the own store, deep ones at suppliers."""
    weeks = log_uniform(rng, bill.numbers("stock_low"), bill.numbers("stock_high"))
    weeks = np.where(bill.family < 0, rng.uniform(1.0, 2.0, len(weeks)), weeks)
    units = np.maximum(1.0, np.ceil(weeks * bill.requirement))
    in_store = (bill.tier == 1) & (rng.random(len(units)) < 0.7)
    counted = (rng.random(len(units)) >= 0.06) | (bill.family < 0)
    held = counted & (in_store | (sources.first_site != ""))
    return pd.DataFrame(
        {
            "item": np.array(bill.codes)[held],
            "site": np.where(in_store, "", sources.first_site)[held],
            "quantity": units[held],
            "date": COUNTED,
        }
    )
