"""What is timed: subjects (systems) by name, each with a small stand-in for the smoke run."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

import chainwright as cw
from real import data
from toys import toy_table


@dataclass(frozen=True)
class Subject:
    """A system to time with, and one that stands in for it when only the running is tested."""

    full: Callable[[], cw.System]
    small: Callable[[], cw.System]


def toy():
    """Return three countries with two sectors each."""
    return cw.System.from_table(toy_table())


def wiod2011():
    """Return the world of 2011: 1,435 nodes."""
    return cw.System.read(data("wiod2013"), year=2011)


def synthetic(regions, sectors=35, *, stressors=0, seed=7):
    """Return a made-up world of ``regions * sectors`` nodes, dense, productive, with stressors."""
    rng = np.random.default_rng(seed)
    n = regions * sectors
    region = np.repeat([f"R{i:03d}" for i in range(regions)], sectors)
    sector = np.tile([f"s{i:02d}" for i in range(sectors)], regions)
    output = rng.lognormal(8.0, 1.5, n)
    shares = rng.lognormal(0.0, 2.0, (n, n))
    shares *= rng.uniform(0.3, 0.7, n) / shares.sum(axis=0)
    matrix = shares * output
    final = np.maximum(output - matrix.sum(axis=1), 0.05 * output)
    pairs = {
        "block": "intermediate",
        "from_region": np.repeat(region, n),
        "from_sector": np.repeat(sector, n),
        "to_region": np.tile(region, n),
        "to_sector": np.tile(sector, n),
        "value": matrix.ravel(),
    }
    used = {
        "block": "final",
        "from_region": region,
        "from_sector": sector,
        "to_region": region,
        "to_sector": "final",
        "value": final,
    }
    loads = {
        "block": "stressor",
        "from_region": "",
        "from_sector": np.repeat([f"e{i}" for i in range(stressors)], n),
        "to_region": np.tile(region, stressors),
        "to_sector": np.tile(sector, stressors),
        "value": rng.lognormal(0.0, 1.0, n * stressors),
        "unit": "kt",
    }
    parts = [pairs, used, *([loads] if stressors else [])]
    return cw.System.from_table(pd.concat([pd.DataFrame(p) for p in parts], ignore_index=True))


SUBJECTS = {
    "toy": Subject(toy, toy),
    "wiod2011": Subject(wiod2011, lambda: synthetic(4, 35)),
    "synthetic1400": Subject(lambda: synthetic(40), lambda: synthetic(3, 5)),
}
"""By name. Subjects of 3,465 nodes and more are built from arrays by the benches that need them."""
