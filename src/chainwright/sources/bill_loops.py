"""Bills of materials that come back to where they began."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from chainwright.errors import Breach
from chainwright.sources.typed_rows import Rows

__all__ = ["loop_breaches", "loops"]


def loop_breaches(rows: Rows) -> Iterator[Breach]:
    """Yield one loop, item by item, for each set of items that go into one another.

    Parameters
    ----------
    rows : Rows
        A bill: ``parent``, ``component``.
    """
    parents, components = rows.frame["parent"].tolist(), rows.frame["component"].tolist()
    for i in (i for i, (a, b) in enumerate(zip(parents, components, strict=True)) if a and a == b):
        found = f"{parents[i]!r} as part of itself"
        yield Breach(f"row {rows.numbers[i]}", found, "two items", "Leave the row out.")
    for steps, _ in loops(parents, components):
        at = ", ".join(str(rows.numbers[i]) for i in steps)
        names = " needs ".join([*(parents[i] for i in steps), parents[steps[0]]])
        yield Breach(
            f"rows {at}",
            f"the loop {names}",
            "no item that needs itself to be made",
            "Take out the row that is wrong; scrap that comes back is no row of a bill.",
        )


def loops(
    parents: Sequence[str] | npt.NDArray[np.object_],
    components: Sequence[str] | npt.NDArray[np.object_],
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield one loop for each set of items that go into one another, as places of rows.

    Items that are parts of themselves alone are none.

    Parameters
    ----------
    parents, components : sequence of str
        A bill, a row a pair; rows with an empty end are passed over.

    Returns
    -------
    iterator of (list of int, list of int)
        Rows of a shortest loop in order, each row's component the parent of the next, and all
        rows whose two ends are in the same set.

    Examples
    --------
    >>> list(loops(["a", "b", "c"], ["b", "a", "a"]))
    [([0, 1], [0, 1])]
    """
    n = len(parents)
    ends = np.concatenate([np.asarray(parents, dtype=object), np.asarray(components, dtype=object)])
    codes, items = pd.factorize(ends)
    pairs = codes.reshape(2, n).T
    size = len(items)
    filled = (ends.reshape(2, n) != "").all(axis=0)
    kept = np.flatnonzero(filled & (pairs[:, 0] != pairs[:, 1]))
    if not len(kept):
        return
    inside = pairs[kept]
    graph = csr_array((np.ones(len(kept)), (inside[:, 0], inside[:, 1])), shape=(size, size))
    number, member = connected_components(graph, directed=True, connection="strong")
    often = np.bincount(member, minlength=number)
    if not (often > 1).any():
        return
    tied = (member[inside[:, 0]] == member[inside[:, 1]]) & (often[member[inside[:, 0]]] > 1)
    tied_rows, tied_in = kept[tied], member[inside[tied, 0]]
    first: dict[tuple[int, int], int] = {}
    for row in map(int, tied_rows):
        first.setdefault((int(pairs[row, 0]), int(pairs[row, 1])), row)
    for component in map(int, np.flatnonzero(often > 1)):
        nodes = np.flatnonzero(member == component)
        walk = _walk(graph, nodes)
        rows = [first[step] for step in pairwise(walk)]
        yield rows, [int(row) for row in tied_rows[tied_in == component]]


def _walk(graph: csr_array, kept: npt.NDArray[np.intp]) -> list[int]:
    """Return the shortest walk from the first of some nodes back to itself that stays inside."""
    within = csr_array(graph[kept][:, kept])
    order, before = breadth_first_order(within, 0)
    coo = within.tocoo()
    last = set(map(int, coo.row[coo.col == 0]))
    end = next(int(i) for i in order if int(i) in last)
    walk = [end]
    while walk[-1] != 0:
        walk.append(int(before[walk[-1]]))
    return [*(int(kept[i]) for i in reversed(walk)), int(kept[0])]
