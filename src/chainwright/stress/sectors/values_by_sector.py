"""Numbers given once, or by node, sector or region, as one number a node."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Nodes

__all__ = ["BySector", "by_node"]

BySector = float | Mapping[str, float]
"""One number, or one by node (``"CHN:c14"``), sector, region or ``*`` for the others."""


def by_node(nodes: Nodes, given: BySector, parameter: str) -> npt.NDArray[np.float64]:
    """Return one number a node, above zero, shape (n,).

    Parameters
    ----------
    nodes : Nodes
        The nodes.
    given : float or mapping of str to float
        One number, or by node before sector before region before ``*``.
    parameter : str
        What it is called in messages.

    Raises
    ------
    UnknownCodeError
        If a word is no node, sector or region of the table.
    ParameterError
        If a number is not above zero, or a node gets none.

    Examples
    --------
    >>> nodes = Nodes.of([("A", "m"), ("A", "k"), ("B", "m")])
    >>> by_node(nodes, {"m": 3.0, "B:m": 5.0, "*": 1.0}, "recovery_days")
    array([3., 1., 5.])
    """
    if not isinstance(given, Mapping):
        given = {"*": given}
    found = np.full(len(nodes), np.nan)
    exact = np.full(len(nodes), -1)
    for word, number in given.items():
        if not 0.0 < number < np.inf:
            raise ParameterError(parameter, "this question", "above zero and finite", number)
        for rank, hit in _meant(nodes, word):
            better = hit & (exact < rank)
            found[better], exact[better] = number, rank
    if np.isnan(found).any():
        silent = nodes.codes[int(np.flatnonzero(np.isnan(found))[0])]
        expected = f"a number for every node; name the others as * ({silent} has none)"
        raise ParameterError(parameter, "this question", expected, dict(given))
    return found


def _meant(nodes: Nodes, word: str) -> list[tuple[int, npt.NDArray[np.bool_]]]:
    """Return the nodes that a word means, each reading with how exact it is."""
    if word == "*":
        return [(0, np.ones(len(nodes), dtype=np.bool_))]
    if ":" in word:
        return [(3, np.arange(len(nodes)) == nodes.find(word))]
    read = []
    if word in nodes.sectors.place:
        read.append((2, nodes.sector == nodes.sectors.place[word]))
    if word in nodes.regions.place:
        read.append((1, nodes.region == nodes.regions.place[word]))
    if not read:
        raise UnknownCodeError(
            word, "sector or region", [*nodes.sectors.codes, *nodes.regions.codes]
        )
    return read
