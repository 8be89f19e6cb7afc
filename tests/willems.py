"""The 38 chains of Willems 2008 as makers: stages are items, sinks are products."""

from functools import cache

import pandas as pd

from chainwright import System
from chainwright.system import Maker
from real import data

CHAINS = tuple(range(1, 39))

DAYS = 5.0
"""Working days of a week: stage times and demands are by day."""


@cache
def all_tables():
    """Return the stages and arcs of all chains."""
    folder = data("willems2008_supply_chains")
    stages = pd.read_csv(folder / "stages.csv.gz", dtype={"stageName": str})
    return stages, pd.read_csv(folder / "arcs.csv.gz", dtype={"from": str, "to": str})


def chain_tables(chain):
    """Return the stages and arcs of one of the chains."""
    stages, arcs = all_tables()
    return stages[stages["chain"] == chain], arcs[arcs["chain"] == chain]


@cache
def willems_maker(chain, *, cover_weeks=2.0):
    """Return one of the chains: each stage an item of one node, one unit of each in each customer.

    Sinks are products with their average demand; price is the cost of all stages before, margin a
    fifth of it. Each item has stock for `cover_weeks`; the time to recover is 4 weeks and the
    stage's own time. Stages of one class are at sites of their own.
    """
    stages, arcs = chain_tables(chain)
    names = stages["stageName"]
    sinks = stages[~names.isin(arcs["from"])]
    assert set(sinks["stageName"]) == set(stages[stages["avgDemand"].notna()]["stageName"])
    demand = sinks["avgDemand"] * DAYS
    parts = stages[names.isin(arcs["from"])]
    bill = pd.DataFrame({"parent": arcs["to"], "component": arcs["from"], "quantity": 1.0})
    cost = dict(zip(names, stages["stageCost"], strict=True))
    tables = {
        "products": pd.DataFrame(
            {
                "item": sinks["stageName"],
                "demand_per_week": demand,
                "price": [max(1.0, 10.0 * cost[s]) for s in sinks["stageName"]],
                "margin": [max(0.2, 2.0 * cost[s]) for s in sinks["stageName"]],
            }
        ),
        "parts": pd.DataFrame({"item": parts["stageName"], "unit_cost": parts["stageCost"]}),
        "bill": bill,
        "suppliers": pd.DataFrame({"supplier": stages["stageClassification"].unique()}),
        "sites": pd.DataFrame(
            {
                "site": "at " + names,
                "supplier": stages["stageClassification"],
                "recovery_weeks": 4.0 + stages["stageTime"] / DAYS,
            }
        ),
        "sourcing": pd.DataFrame(
            {
                "item": names,
                "supplier": stages["stageClassification"],
                "site": "at " + names,
                "share": 1.0,
                "lead_time_weeks": stages["stageTime"] / DAYS,
            }
        ),
    }
    bare = Maker.of_tables(f"chain {chain}", currency="USD", **tables)
    held = cover_weeks * bare.network.requirement
    tables["stocks"] = pd.DataFrame({"item": bare.network.items.codes, "quantity": held})
    return System(maker=Maker.of_tables(f"chain {chain}", currency="USD", **tables))
