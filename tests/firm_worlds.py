"""Tables of sectors as networks of firms, one firm a region and sector."""

import numpy as np
import pandas as pd

from chainwright import System
from chainwright.sources import Origin
from chainwright.system import Axis, Links


def random_flows(rng, regions=3, sectors=4, density=0.8):
    """A table without imports whose nodes all make something."""
    codes = [(f"r{r}", f"s{s}") for r in range(regions) for s in range(sectors)]
    n = len(codes)
    rows = []
    Z = rng.lognormal(0.0, 1.0, (n, n)) * (rng.random((n, n)) < density)
    for i, (region, sector) in enumerate(codes):
        for j, (to_region, to_sector) in enumerate(codes):
            if Z[i, j] > 0:
                rows.append(("intermediate", region, sector, to_region, to_sector, Z[i, j]))
        need = max(0.0, Z[:, i].sum() * 1.3 - Z[i].sum())
        rows.append(("final", region, sector, region, "household", need + rng.random() * n))
    columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    return System.from_table(pd.DataFrame(rows, columns=columns))


def as_firms(system):
    """Links of a table: each node a firm, deliveries of a node to itself a link to itself.

    Tables of links refuse such links; the model can take them, and only so both are the same.
    """
    flows = system.flows
    nodes = flows.nodes
    Z = np.asarray(flows.matrix, dtype=np.float64)
    supplier, buyer = (part.astype(np.int32) for part in np.nonzero(Z))
    sectors = Axis("sector of the firms", nodes.sectors.codes, parents=nodes.sectors.parents)
    return Links(
        axis=Axis("firm of this system", nodes.codes),
        supplier=supplier,
        buyer=buyer,
        value=Z[supplier, buyer],
        sector=np.asarray(nodes.sector, dtype=np.int32),
        sectors=sectors,
        market=np.asarray(nodes.sector, dtype=np.int32),
        markets=sectors,
        region=np.asarray(nodes.region, dtype=np.int32),
        regions=Axis("region of the firms", nodes.regions.codes),
        output=np.asarray(flows.output, dtype=np.float64),
        origin=Origin(),
    )
