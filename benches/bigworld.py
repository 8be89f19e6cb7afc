"""A made-up world built from arrays: dense, productive, with stressors, as large as one likes."""

from dataclasses import dataclass

import numpy as np

from chainwright.sources.reading import Origin
from chainwright.system import Axis, Flows, Nodes, Stressors, System
from chainwright.units import Money


@dataclass(frozen=True)
class Size:
    """Regions, sectors, stressors and categories of final demand."""

    regions: int
    sectors: int
    stressors: int = 10
    categories: int = 6

    @property
    def nodes(self):
        return self.regions * self.sectors


def labels(size):
    """Return the pairs of the nodes and of the final users, and the names of the stressors."""
    regions = [f"R{i:03d}" for i in range(size.regions)]
    return (
        [(r, f"s{i:03d}") for r in regions for i in range(size.sectors)],
        [(r, f"c{i}") for r in regions for i in range(size.categories)],
        [f"e{i:02d}" for i in range(size.stressors)],
    )


def arrays(size, dtype="float64", seed=7):
    """Return Z, Y, F and F_Y; intermediate inputs are 30 to 70 % of output."""
    rng, n, m = np.random.default_rng(seed), size.nodes, size.regions * size.categories
    output = rng.lognormal(8.0, 1.5, n)
    z = np.empty((n, n), dtype=dtype)
    for row in z:  # row by row, so that float32 needs no float64 copy of it all
        row[:] = rng.lognormal(0.0, 2.0, n)
    z *= (rng.uniform(0.3, 0.7, n) / z.sum(axis=0, dtype=np.float64) * output).astype(dtype)
    y = rng.lognormal(0.0, 1.5, (n, m)).astype(dtype)
    sold = np.maximum(output - z.sum(axis=1, dtype=np.float64), 0.05 * output)
    y *= (sold / y.sum(axis=1, dtype=np.float64)).astype(dtype)[:, None]
    return (
        z,
        y,
        rng.lognormal(0.0, 1.0, (size.stressors, n)),
        rng.lognormal(0.0, 1.0, (size.stressors, m)),
    )


def ours(size, dtype="float64"):
    """Return the world as a System, its output summed as reading a file does."""
    nodes, users, stressors = labels(size)
    z, y, f, f_y = arrays(size, dtype)
    flows = Flows(
        nodes=Nodes.of(nodes),
        users=Nodes.of(users, second="final category"),
        roles=("other",) * size.categories,
        matrix=z,
        final=y,
        value_added_kinds=Axis("kind of value added", ()),
        value_added=np.zeros((0, size.nodes)),
        money=Money(),
        origin=Origin(format="made up"),
        stressors=Stressors(Axis("stressor", tuple(stressors)), ("kt",) * size.stressors, f, f_y),
    )
    assert flows.output.min() > 0.0
    return System(flows)


def pymrios(size):
    """Return the same world as a system of pymrio."""
    import pandas as pd  # noqa: PLC0415 - our own process is measured without it
    import pymrio  # noqa: PLC0415

    nodes, users, stressors = labels(size)
    z, y, f, f_y = arrays(size)
    rows = pd.MultiIndex.from_tuples(nodes, names=["region", "sector"])
    columns = pd.MultiIndex.from_tuples(users, names=["region", "category"])
    io = pymrio.IOSystem(Z=pd.DataFrame(z, rows, rows), Y=pd.DataFrame(y, rows, columns))
    io.loads = pymrio.Extension(
        "loads",
        F=pd.DataFrame(f, stressors, rows),
        F_Y=pd.DataFrame(f_y, stressors, columns),
        unit=pd.DataFrame({"unit": ["kt"] * size.stressors}, index=stressors),
    )
    return io
