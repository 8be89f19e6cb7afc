"""Bills of materials that come back to where they began."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from chainwright.errors import Breach
from chainwright.sources.typed_rows import Rows

__all__ = ["loop_breaches"]


def loop_breaches(rows: Rows) -> Iterator[Breach]:
    """Yield one loop, item by item, for each set of items that go into one another.

    Parameters
    ----------
    rows : Rows
        A bill: ``parent``, ``component``.
    """
    ends = rows.frame[["parent", "component"]]
    codes, items = pd.factorize(ends.to_numpy().ravel())
    pairs = codes.reshape(-1, 2)
    n = len(items)
    if n == 0:
        return
    graph = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    number, member = connected_components(graph, directed=True, connection="strong")
    size = np.bincount(member, minlength=number)
    selves = pairs[pairs[:, 0] == pairs[:, 1], 0]
    first = {(int(a), int(b)): row for row, (a, b) in zip(rows.numbers, pairs, strict=True)}
    for item in map(int, np.unique(selves)):
        found, remedy = f"{items[item]!r} as part of itself", "Leave the row out."
        yield Breach(f"row {first[item, item]}", found, "two items", remedy)
    for component in map(int, np.flatnonzero(size > 1)):
        walk = _walk(graph, member == component, int(np.flatnonzero(member == component)[0]))
        steps = list(pairwise(walk))
        at = ", ".join(str(first[step]) for step in steps)
        names = " needs ".join(str(items[i]) for i in walk)
        yield Breach(
            f"rows {at}",
            f"the loop {names}",
            "no item that needs itself to be made",
            "Take out the row that is wrong; scrap that comes back is no row of a bill.",
        )


def _walk(graph: csr_array, inside: np.ndarray, start: int) -> list[int]:
    """Return the shortest walk from `start` back to itself that stays inside."""
    kept = np.flatnonzero(inside)
    place = {int(node): i for i, node in enumerate(kept)}
    within = csr_array(graph[kept][:, kept])
    order, before = breadth_first_order(within, place[start])
    coo = within.tocoo()
    last = set(map(int, coo.row[coo.col == place[start]]))
    end = next(int(i) for i in order if int(i) in last)
    walk = [end]
    while walk[-1] != place[start]:
        walk.append(int(before[walk[-1]]))
    return [*(int(kept[i]) for i in reversed(walk)), start]
