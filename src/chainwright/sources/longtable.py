"""The plain long table: one row a delivery."""

from typing import Any

import numpy as np
import pyarrow as pa

from chainwright.sources.reading import Origin, Reading

__all__ = ["read_table"]


def read_table(data: Any, *, currency: str | None = None, year: int | None = None) -> Reading:
    """Return the reading of a long table held in memory."""
    frame = pa.table(data).to_pandas()
    inter, final = frame[frame.block == "intermediate"], frame[frame.block == "final"]
    nodes: dict[tuple[str, str], int] = {}
    users: dict[tuple[str, str], int] = {}
    for row in frame.itertuples():
        if row.block in ("intermediate", "final"):
            nodes.setdefault((row.from_region, row.from_sector), len(nodes))
        if row.block == "intermediate":
            nodes.setdefault((row.to_region, row.to_sector), len(nodes))
        if row.block == "final":
            users.setdefault((row.to_region, row.to_sector), len(users))
    matrix, fin = np.zeros((len(nodes), len(nodes))), np.zeros((len(nodes), len(users)))
    for row in inter.itertuples():
        matrix[nodes[row.from_region, row.from_sector], nodes[row.to_region, row.to_sector]] = row.value
    for row in final.itertuples():
        fin[nodes[row.from_region, row.from_sector], users[row.to_region, row.to_sector]] = row.value
    return Reading(
        origin=Origin(format="plain long table"), nodes=list(nodes), users=list(users),
        matrix=matrix, final=fin, currency=currency, year=year,
    )
