"""A chain made up to be checked by hand, and chains made of a few words or at random."""

import numpy as np
import pandas as pd

from chainwright.sources.reading import Origin
from chainwright.system import Chain, Chains, System
from chainwright.tables import schema

TYPES = {"string": "object", "float": "float64", "integer": "float64", "boolean": "float64"}


def frame(table, rows):
    """Return rows of a chain's table with all its columns, blank where nothing is given."""
    columns = schema(table)
    made = pd.DataFrame(list(rows), columns=[c.column for c in columns])
    for column in columns:
        held = made[column.column]
        blank = "" if column.type == "string" else np.nan
        made[column.column] = held.astype("object").where(held.notna(), blank)
        made[column.column] = made[column.column].astype(TYPES[column.type])
    return made


def made_chain(nodes, links, supply=(), name="toy"):
    """Return a chain of nodes {name: cells}, links (from, to, necessity, cells), rows of supply.

    What is not given is documented; stages default to component. Gaps are China's.
    """
    rows = [
        {"node": node, "name_en": node.title(), "name_zh": f"环节{node}", "kind": "part",
         "stage": "component", "final": 0.0, "confidence": "documented",
         "gap_place": "CHN" if cells.get("gap", np.nan) >= 0.0 else "", **cells}
        for node, cells in nodes.items()
    ]  # fmt: skip
    ties = [
        {"from_node": a, "to_node": b, "necessity": need, "confidence": "documented",
         **(more[0] if more else {})}
        for a, b, need, *more in links
    ]  # fmt: skip
    held = [{"confidence": "documented", "year": 2024, **row} for row in supply]
    return Chain(
        name,
        "Toy chain",
        "玩具链",
        frame("chain_nodes", rows),
        frame("chain_links", ties),
        frame("chain_supply", held),
        Origin(),
    )


def share(node, place, value, basis="production", **more):
    """Return a row of supply."""
    return {"node": node, "place": place, "share": value, "basis": basis, **more}


NODES = {
    "ore": {"stage": "resource", "kind": "material"},
    "gas": {"stage": "refining", "kind": "material"},
    "resist": {"stage": "material", "kind": "material", "replace_weeks": 300.0, "gap": 0.8},
    "laser": {"stage": "equipment", "kind": "equipment"},
    "mask": {"gap": 0.2},
    "wafer": {"alternatives": 1.0, "replace_weeks": 52.0},
    "chip": {"stage": "assembly", "kind": "product", "final": 1.0, "gap": 0.5},
}

LINKS = [
    ("ore", "wafer", "essential", {"cost_share": 0.3}),
    ("wafer", "chip", "essential", {"cost_share": 0.4}),
    ("resist", "chip", "essential", {"cost_share": 0.2}),
    ("laser", "chip", "essential", {"cost_share": 0.1, "route": "Suez Canal"}),
    ("mask", "chip", "essential", {"cost_share": 0.1, "confidence": "ours"}),
    ("gas", "resist", ""),
]

SUPPLY = [
    share("ore", "CHN", 0.6),
    share("ore", "AUS", 0.2),
    share("resist", "JPN", 0.9),
    share("resist", "KOR", 0.1),
    share("resist", "CHN", 0.1, "domestic_use"),
    share("laser", "DEU", 0.5),
    share("laser", "USA", 0.5),
    share("laser", "CHN", 0.0),
    share("mask", "CHN", 0.2, "capacity", utilisation=0.95),
    share("mask", "CHN", 0.8, "domestic_use"),
    share("wafer", "JPN", 0.6, "market"),
    share("wafer", "CHN", 0.9, "domestic_use"),
    share("chip", "TWN", 0.7),
    share("chip", "CHN", 0.1),
]

STATUS = {
    "ore": "long plate",
    "gas": "unknown",
    "resist": "stuck",
    "laser": "broken",
    "mask": "blocked",
    "wafer": "fine",
    "chip": "unknown",
}
"""For China, by hand; the arithmetic stands in tests/unit/diagnose/test_chain.py."""


def toy_chain(**changed):
    """Return the toy, with other tables where they are given."""
    return made_chain(**{"nodes": NODES, "links": LINKS, "supply": SUPPLY, **changed})


def system_of(chain, trade=None):
    """Return a system of one chain."""
    return System(chains=Chains(chain), trade=trade)


PLACES = ("CHN", "JPN", "USA", "DEU", "KOR", "AUS", "BRA", "IND")


def random_chain(n, *, seed=7, links=2.5, finals=10):
    """Return a made-up chain of n nodes without loops, with shares, gaps and blanks."""
    rng = np.random.default_rng(seed)
    stages = ("resource", "refining", "material", "component", "assembly", "application")
    layer = np.sort(rng.integers(0, len(stages), n))
    target = rng.integers(1, n, int(links * n))
    source = (target * rng.random(len(target)) ** 0.3).astype(int)
    pairs = sorted({(int(a), int(b)) for a, b in zip(source, target, strict=True) if a < b})
    need = rng.choice(["essential", "replaceable", ""], len(pairs), p=[0.6, 0.2, 0.2])
    sure = rng.choice(["ours", "documented"], len(pairs))
    nodes = {
        f"n{i:04d}": {
            "name_en": f"Part number {i} of the made-up chain",
            "name_zh": f"虚构链条第{i}号零件",
            "stage": stages[layer[i]],
            "final": float(i >= n - finals),
            "gap": rng.random() if rng.random() < 0.5 else np.nan,
            "replace_weeks": rng.uniform(1, 400) if rng.random() < 0.5 else np.nan,
            "alternatives": float(rng.integers(0, 4)) if rng.random() < 0.5 else np.nan,
        }
        for i in range(n)
    }
    ties = [
        (f"n{a:04d}", f"n{b:04d}", str(word), {"confidence": str(how)})
        for (a, b), word, how in zip(pairs, need, sure, strict=True)
    ]
    supply = []
    for i in np.flatnonzero(rng.random(n) < 0.7):
        parts = rng.dirichlet(np.full(4, 0.6)) * rng.choice([1.0, 0.8])
        places = rng.choice(PLACES, 4, replace=False)
        supply += [share(f"n{i:04d}", str(p), float(v)) for p, v in zip(places, parts, strict=True)]
        if rng.random() < 0.5:
            supply.append(share(f"n{i:04d}", "CHN", float(rng.random()), "domestic_use"))
    return made_chain(nodes, ties, supply, name=f"made-up-{n}")
