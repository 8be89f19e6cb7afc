"""Networks of stages in plain Python: priced, enumerated, drawn at random; and the hand-worked."""

from itertools import product
from math import sqrt

import numpy as np
import pandas as pd

from chainwright import plan
from chainwright.plan.safety_stocks.service_programme import ServiceProgramme

SEVEN = 0.9772498680518208
"""The service level whose safety factor is 2."""


def stages_of(rows):
    """Return a table of stages from rows (name, cost, days, demand, deviation, limit, level)."""
    columns = ["stage", "stage_cost", "stage_time_days", "demand_per_day", "demand_sd"]
    return pd.DataFrame(rows, columns=[*columns, "max_service_days", "service_level"])


def arcs_of(*pairs):
    return pd.DataFrame([p.split(">") for p in pairs], columns=["supplier", "customer"])


NONE = (None, None, None, None)


def serial(stage_costs):
    """Return case A: P -> M -> R, with the costs that the stages add."""
    p, m, r = stage_costs
    rows = [("P", p, 4, *NONE), ("M", m, 2, *NONE), ("R", r, 1, 20, 10, 0, SEVEN)]
    return plan.read_stages(stages_of(rows), arcs_of("P>M", "M>R"))


def tree():
    """Return case B."""
    rows = [
        ("P", 8, 6, *NONE),
        ("Q", 4, 3, *NONE),
        ("A", 8, 2, 9, 3, 0, SEVEN),
        ("B", 4, 1, 12, 4, 1, SEVEN),
    ]
    return plan.read_stages(stages_of(rows), arcs_of("P>A", "Q>A", "P>B"))


def diamond():
    """Return case C, with the safety factor 1.645."""
    level = 0.9500150944608786
    rows = [
        ("P", 10, 6, *NONE),
        ("A", 6, 3, *NONE),
        ("B", 4, 5, *NONE),
        ("F", 10, 2, 40, 10, 0, level),
    ]
    return plan.read_stages(stages_of(rows), arcs_of("P>A", "P>B", "A>F", "B>F"))


def priced(programme, quoted):
    """Return what a plan costs, stage by stage in plain Python; None if it cannot be kept."""
    total = 0.0
    for j in range(len(programme)):
        inputs = [quoted[i] for i, k in zip(programme.tail, programme.head, strict=True) if k == j]
        waited = max([programme.outside[j], *inputs])
        days = waited + programme.time[j] - quoted[j]
        if days < -1e-9 or quoted[j] < 0.0 or quoted[j] > programme.longest[j] + 1e-9:
            return None
        total += programme.weight[j] * sqrt(max(0.0, days))
    return total


def enumerated(programme):
    """Return all plans in whole days that can be kept, as (cost, times), the cheapest first."""
    n = len(programme)
    found = []

    def extend(quoted, cost):
        j = len(quoted)
        if j == n:
            found.append((cost, tuple(quoted)))
            return
        arcs = zip(programme.tail, programme.head, strict=True)
        inputs = [quoted[i] for i, k in arcs if k == j]
        top = max([int(programme.outside[j]), *inputs]) + int(programme.time[j])
        for s in range(int(min(top, programme.longest[j])) + 1):
            extend([*quoted, s], cost + programme.weight[j] * sqrt(top - s))

    extend([], 0.0)
    return sorted(found)


def random_programme(rng, stages, *, most_days=4, density=0.4, tree=False):
    """Return a programme of whole days whose arcs join all stages."""
    pairs = set()
    for j in range(1, stages):
        other = int(rng.integers(j))
        pairs.add((other, j))
    if not tree:
        wide = product(range(stages), range(stages))
        pairs |= {(i, j) for i, j in wide if i < j and rng.random() < density}
    arcs = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    last = ~np.isin(np.arange(stages), arcs[:, 0])
    longest = np.where(last | (rng.random(stages) < 0.1), rng.integers(0, 3, stages), np.inf)
    weight = rng.lognormal(0.0, 1.0, stages) * (rng.random(stages) > 0.1)
    time = rng.integers(0, most_days + 1, stages).astype(float)
    outside = np.where(np.isin(np.arange(stages), arcs[:, 1]), 0, rng.integers(0, 2, stages))
    return ServiceProgramme(
        time, weight, outside.astype(float), longest.astype(float), arcs[:, 0], arcs[:, 1]
    )


def random_tree(rng, stages, *, most_days=6):
    """Return a tree whose arcs point either way between random neighbours, in whole days."""
    return random_programme(rng, stages, most_days=most_days, tree=True)
