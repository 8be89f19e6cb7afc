"""Made-up closed worlds for tests: balanced by construction, seeded, with a stressor."""

import numpy as np

from chainwright import System
from chainwright.sources.reading import Origin, Reading
from chainwright.system.assemble import assemble


def world(seed, regions=3, sectors=3, *, year=2020, idle=False):
    """Return a world in which every node makes more than it uses; `idle`: one makes nothing."""
    rng = np.random.default_rng(seed)
    n = regions * sectors
    matrix = rng.random((n, n)) * (rng.random((n, n)) < 0.7)
    final = rng.random((n, 2 * regions)) * n
    final[:, 1::2] = rng.uniform(-0.1, 0.2, (n, regions))  # stocks go up and down
    if idle:
        matrix[-1], matrix[:, -1], final[-1] = 0.0, 0.0, 0.0
    names = [f"R{r}" for r in range(regions)]
    return System(
        assemble(
            Reading(
                origin=Origin(),
                nodes=[(r, f"s{s}") for r in names for s in range(sectors)],
                users=[(r, c) for r in names for c in ("household", "inventories")],
                matrix=matrix,
                final=final,
                stressors=[("CO2", "t")],
                stressors_matrix=rng.random((1, n)),
                currency="USD",
                year=year,
                unit="million",
            )
        )
    )


def national(seed, sectors=4):
    """Return a nation whose imports are rows of their own, from two origins and one unnamed."""
    rng = np.random.default_rng(seed)
    codes = [f"s{s}" for s in range(sectors)]
    rows = [(origin, code) for origin in ("X", "Y", "") for code in codes]
    matrix = rng.random((sectors, sectors))
    final = rng.random((sectors, 2)) * 4 * sectors
    imports = 0.2 * rng.random((len(rows), sectors))
    output = matrix.sum(axis=1) + final.sum(axis=1)
    return System(
        assemble(
            Reading(
                origin=Origin(),
                nodes=[("N", code) for code in codes],
                users=[("N", "household"), ("N", "exports")],
                matrix=matrix,
                final=final,
                value_added_kinds=["wages"],
                value_added=(output - matrix.sum(axis=0) - imports.sum(axis=0))[None, :],
                imports=rows,
                imports_matrix=imports,
                imports_final=np.column_stack([rng.random(len(rows)), np.zeros(len(rows))]),
            )
        )
    )


def competitive(seed, sectors=4):
    """Return a nation whose imports are mixed with home deliveries and subtracted in a column."""
    rng = np.random.default_rng(seed)
    codes = [f"s{s}" for s in range(sectors)]
    users = [("N", c) for c in ("household", "inventories", "exports", "imports")]
    matrix = rng.random((sectors, sectors))
    final = rng.random((sectors, 4)) * 4 * sectors
    final[:, 0] += 2.0 * sectors  # enough that value added stays above zero
    final[:, 1], final[:, 3] = 0.1 * final[:, 1], -0.2 * final[:, 0]
    return System(
        assemble(
            Reading(
                origin=Origin(),
                nodes=[("N", code) for code in codes],
                users=users,
                matrix=matrix,
                final=final,
            )
        )
    )


def dense(system):
    """Return A, the inverse (I - A)^-1, output and value added per output of a small system."""
    flows = system.flows
    shares = flows.matrix * flows.per_output
    inverse = np.linalg.inv(np.eye(len(flows.nodes)) - shares)
    return shares, inverse, flows.output, flows.added * flows.per_output
