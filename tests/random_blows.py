"""Made-up shocks of mixed blows and models with any parameters, for tests; seeded."""

import numpy as np

from chainwright.stress import Blow, Shock
from chainwright.stress.sectors.inventory_model import InventoryModel


def random_shock(system, seed, *, kinds=("capacity", "capital", "supply_cut", "demand_drop")):
    """Return one to four blows on some of a system's regions and sectors."""
    rng = np.random.default_rng(seed)
    some = range(rng.integers(1, 5))
    return Shock(tuple(random_blow(system, rng, rng.choice(kinds)) for _ in some))


def random_blow(system, rng, kind):
    """Return a blow of a kind, not large, which strikes within the first days."""
    nodes = system.flows.nodes
    region, sector = rng.choice(nodes.regions.codes), rng.choice(nodes.sectors.codes)
    told = {"regions": (str(region),), "start_day": float(rng.integers(0, 6))}
    if rng.random() < 0.6:
        told["products"] = (str(sector),)
    told["days"] = float(rng.integers(1, 12))
    told["share"] = float(rng.uniform(0.02, 0.3 if kind == "capital" else 1.0))
    curve = str(rng.choice(["at_once", "linear", "convex", "concave"]))
    if kind == "capital" and rng.random() < 0.6:
        pair = rng.choice(nodes.sectors.codes, 2, replace=False)
        told |= {"rebuilding": ((str(pair[0]), 0.6), (str(pair[1]), 0.4)), "recovery": "rebuild"}
        told |= {"recovery_days": float(rng.integers(5, 60)), "rebuild_factor": 1.1}
    elif curve != "at_once":
        told |= {"recovery": curve, "recovery_days": float(rng.integers(3, 20))}
    if kind == "supply_cut" and system.flows.is_national:
        told |= {"regions": (), "buyers": ()}
        told["nodes"] = (f"X:{sector}",)
        told.pop("products", None)
    if kind == "demand_drop" and rng.random() < 0.5:
        told["buyers"] = (str(rng.choice(nodes.regions.codes)),)
    return Blow(kind, **told)


def random_models(seed, draws, codes):
    """Return models that share their options and differ in all that draws may differ in."""
    rng = np.random.default_rng(seed)
    options = {
        "scarcity": str(rng.choice(["code", "documented"])),
        "orders": str(rng.choice(["alt", "noalt"])),
        "rationing": str(rng.choice(["proportional", "priority"])),
        "inputs": str(rng.choice(["all", "essential"])),
        "rebuild_cap": float(rng.choice([np.inf, 0.05])),
        "cutoff": float(rng.choice([2.7e-8, 0.08])),  # above it some inputs do not limit
    }
    endless = rng.random(len(codes)) < 0.2
    return [
        InventoryModel(
            psi=float(rng.choice([0.0, rng.uniform(0.4, 1.0)], p=[0.1, 0.9])),
            stock_days=tuple(
                (code, np.inf if no_end else float(rng.uniform(2.5, 60.0)))
                for code, no_end in zip(codes, endless, strict=True)
            ),
            restoration_days=float(rng.uniform(10.0, 80.0)),
            overproduction_max=float(rng.uniform(1.0, 1.5)),
            overproduction_days=float(rng.uniform(20.0, 365.0)),
            **options,
        )
        for _ in range(draws)
    ]
