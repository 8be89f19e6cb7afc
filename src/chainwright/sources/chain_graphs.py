"""Chain maps as a graph: ends that are no node, loops, orphans, no finished good."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from chainwright.errors import Breach, near
from chainwright.sources.chain_rows import RECYCLING
from chainwright.sources.coded_cells import codes_in
from chainwright.sources.typed_rows import Rows

__all__ = ["graph_breaches"]


def graph_breaches(tables: Mapping[str, Rows]) -> dict[str, list[Breach]]:
    """Return what is wrong with nodes and links taken together, by table.

    A loop is refused unless one of its links has the route ``recycling``; such a link may not be
    essential, so what is essential never forms a loop.

    Parameters
    ----------
    tables : mapping of str to Rows
        The tables ``nodes``, ``links`` and ``supply``.
    """
    nodes = list(dict.fromkeys(tables["nodes"].frame["node"]))
    return {
        "nodes": [*_orphans(tables), *_finals(tables["nodes"])],
        "links": [
            *_ends(tables["links"], "from_node", nodes),
            *_ends(tables["links"], "to_node", nodes),
            *_selves(tables["links"]),
            *_recycled(tables["links"]),
            *_loops(tables["links"], nodes),
        ],
        "supply": [*_ends(tables["supply"], "node", nodes)],
    }


def _ends(rows: Rows, column: str, nodes: list[str]) -> Iterator[Breach]:
    known = set(nodes)
    for number, node in zip(rows.numbers, rows.frame[column], strict=True):
        if node and node not in known:
            remedy = f"Correct it, or add the node to nodes.csv.{near(node, nodes)}"
            yield Breach(
                f"row {number}, column '{column}'", repr(node), "a node of the map", remedy
            )


def _selves(rows: Rows) -> Iterator[Breach]:
    frame = rows.frame
    same = frame["from_node"] == frame["to_node"]
    for i in map(int, np.flatnonzero(same & (frame["to_node"] != ""))):
        found, remedy = f"{frame.at[i, 'to_node']!r} as input of itself", "Leave the link out."
        yield Breach(f"row {rows.numbers[i]}", found, "two nodes", remedy)


def _recycled(rows: Rows) -> Iterator[Breach]:
    essential = rows.frame["necessity"] == "essential"
    recycled = rows.frame["route"].map(_is_recycling).astype(bool)
    for i in map(int, np.flatnonzero(essential & recycled)):
        expected = "replaceable, or empty, for what comes back by recycling"
        remedy = "Nothing could be made for the first time otherwise."
        yield Breach(f"row {rows.numbers[i]}, column 'necessity'", "essential", expected, remedy)


def _is_recycling(route: str) -> bool:
    return RECYCLING in codes_in(route)


def _loops(rows: Rows, nodes: list[str]) -> Iterator[Breach]:
    """Name one loop, node by node, in each set of nodes that feed one another."""
    place = {node: i for i, node in enumerate(nodes)}
    links = {
        (place[a], place[b]): number
        for number, a, b, route in zip(
            rows.numbers,
            rows.frame["from_node"],
            rows.frame["to_node"],
            rows.frame["route"],
            strict=True,
        )
        if a in place and b in place and a != b and not _is_recycling(route)
    }
    if not links:
        return
    ends = np.array(list(links))
    graph = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(nodes),) * 2)
    _, part = connected_components(graph, directed=True, connection="strong")
    size = np.bincount(part)
    for looped in np.flatnonzero(size > 1):
        inside = np.flatnonzero(part == looped)
        loop = _loop(graph[inside][:, inside])
        walk = [int(inside[i]) for i in loop]
        steps = list(pairwise(walk))
        where = ", ".join(str(links[step]) for step in steps)
        yield Breach(
            f"rows {where}",
            " -> ".join(nodes[i] for i in walk),
            "no loop",
            f"Leave a link out, or write the route '{RECYCLING}' if it brings back used goods.",
        )


def _loop(graph: csr_array) -> list[int]:
    """Return a shortest way from the first node of a strong component back to it."""
    _, before = breadth_first_order(graph, 0, directed=True)
    into = graph.tocsc()[:, [0]].indices
    ways = []
    for last in into:
        way = [int(last)]
        while way[-1] != 0:
            way.append(int(before[way[-1]]))
        ways.append(way[::-1])
    return [*min(ways, key=lambda way: (len(way), way)), 0]


def _orphans(tables: Mapping[str, Rows]) -> Iterator[Breach]:
    rows, links = tables["nodes"], tables["links"].frame
    linked = {*links["from_node"], *links["to_node"]}
    for number, node in zip(rows.numbers, rows.frame["node"], strict=True):
        if node and node not in linked:
            where = f"row {number}, column 'node'"
            remedy = "Link it in links.csv, or leave it out."
            yield Breach(where, f"{node!r} without a link", "a link to or from it", remedy)


def _finals(rows: Rows) -> Iterator[Breach]:
    if not rows.frame["final"].any():
        remedy = "Write 1 for the finished goods that the chain is about."
        yield Breach("the column 'final'", "no 1", "at least one finished good", remedy)
