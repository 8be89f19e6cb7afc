"""Made-up chain maps with every awkward row: firms, years, blanks, documents that differ, zeros."""

import numpy as np

from toy_chains import made_chain

PLACES = ("CHN", "JPN", "USA", "DEU", "FRA", "AUS")
KINDS = ("material", "part", "equipment", "software")
STAGES = ("resource", "material", "component", "assembly")
ROUTES = ("", "", "Suez Canal", "Suez Canal;Cape of Good Hope", "recycling")


def odd_chain(seed, n=18, *, codes=(), costs=False, loops=True):
    """Return a made-up chain of n nodes; with `codes` some have HS codes of these."""
    rng = np.random.default_rng(seed)
    nodes = {f"n{i:02d}": _node(rng, i, n, codes) for i in range(n)}
    pairs = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(int(1.8 * n))}
    inputs = np.bincount([b for _, b in pairs], minlength=n)
    links = []
    for a, b in sorted(pairs):
        link = {"route": str(rng.choice(ROUTES[: 5 if loops else 4])), "confidence": "documented"}
        if costs and rng.random() < 0.8:
            link["cost_share"] = float(rng.uniform(0.1, 0.95)) / inputs[b]
        need = str(rng.choice(["essential", "replaceable", ""], p=[0.65, 0.15, 0.2]))
        links.append((f"n{a:02d}", f"n{b:02d}", need, link))
    if loops:
        back = {"route": "recycling", "confidence": "ours"}
        links.append((f"n{n - 1:02d}", "n00", "", back))
    supply = [row for node in nodes for row in _supply(rng, node)]
    return made_chain(nodes, links, supply, name=f"odd-{seed}")


def _node(rng, i, n, codes):
    gap = float(rng.random()) if rng.random() < 0.5 else np.nan
    few = [str(c) for c in rng.choice(codes, 2, replace=False)] if codes else []
    return {
        "kind": str(rng.choice(KINDS)),
        "stage": STAGES[i * len(STAGES) // n],
        "hs": ";".join(few[: int(rng.integers(0, 3))]),
        "final": float(i >= n - 3),
        "gap": gap,
        "gap_place": "" if np.isnan(gap) else "CHN",
        "replace_weeks": float(rng.uniform(1, 400)) if rng.random() < 0.5 else np.nan,
        "alternatives": float(rng.integers(0, 4)) if rng.random() < 0.5 else np.nan,
        "confidence": str(rng.choice(["documented", "survey", "ours"])),
    }


def _supply(rng, node):
    """Yield the rows of one node: of one or two bases, of places, of firms, or of both."""
    if rng.random() < 0.15:
        return
    bases = rng.choice(["production", "capacity", "market", "exports"], 2, replace=False)
    for basis in bases[: int(rng.integers(1, 3))]:
        mode = rng.choice(["places", "firms", "both"], p=[0.6, 0.2, 0.2])
        parts = rng.dirichlet(np.full(5, 0.6)) * rng.choice([1.0, 0.85, 0.6, 1.1])
        for place, part in zip(rng.choice(PLACES, 5, replace=False), parts, strict=True):
            yield from _rows(rng, _row(rng, node, str(place), str(basis), float(part)), str(mode))
    if rng.random() < 0.1:
        yield {"node": node, "place": "WLD", "firm": "W", "share": 0.3, "basis": "market"}
    for place in ("CHN", "DEU", "FRA"):
        use = {"node": node, "place": place, "basis": "domestic_use", "year": 2023.0}
        if rng.random() < 0.35:
            share = float(rng.choice([0.0, 0.0, 0.3, 0.7, 1.0]))
            yield use | {"share": share, "confidence": str(rng.choice(["documented", "ours"]))}
        if rng.random() < 0.1:
            yield use | {"share": 0.2, "firm": "D"}


def _row(rng, node, place, basis, part):
    year = float(rng.choice([2018, 2021, 2022, 2024, 2024, 2024]))
    share = rng.choice([round(min(part, 1.0), 4), 0.0, np.nan], p=[0.83, 0.1, 0.07])
    return {
        "node": node,
        "place": place,
        "share": float(share),
        "basis": basis,
        "year": year if rng.random() < 0.9 else np.nan,
        "utilisation": round(float(rng.uniform(0.5, 1)), 2) if rng.random() < 0.2 else np.nan,
        "capacity": round(float(rng.uniform(1, 9)), 1) if rng.random() < 0.5 else np.nan,
        "confidence": str(rng.choice(["documented", "survey"])),
    }


def _rows(rng, row, mode):
    if mode != "firms":
        yield row
    if mode != "places":
        yield row | {"firm": f"{rng.choice(['A', 'B'])}{row['place']}", "share": row["share"] / 2}
        if rng.random() < 0.3:
            yield row | {"firm": f"C{row['place']}", "share": row["share"] / 5}
    if rng.random() < 0.15:  # another document
        yield row | {"share": min(1.0, row["share"] * 1.1 + 0.001)}
