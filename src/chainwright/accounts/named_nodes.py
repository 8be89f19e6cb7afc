"""Nodes as users name them: by code, by region, or by a named group of regions."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.system import Flows, Home

__all__ = ["places_of", "regions_named"]


def _words(given: str | Sequence[str], parameter: str) -> list[str]:
    words = [given] if isinstance(given, str) else list(given)
    if not words:
        raise ParameterError(parameter, "this question", "at least one node or region", given)
    return words


def places_of(
    flows: Flows, given: str | Sequence[str], parameter: str = "nodes"
) -> npt.NDArray[np.intp]:
    """Return the positions of the nodes that are named, each once, in the table's order.

    Parameters
    ----------
    flows : Flows
        The table.
    given : str or sequence of str
        Codes of nodes (``"CHN:c14"``), of regions, or names of groups of regions.
    parameter : str
        The argument that holds them, as messages call it.

    Raises
    ------
    UnknownCodeError
        If there is no such node, region or group.
    ParameterError
        If nothing is named.
    """
    chosen = np.zeros(len(flows.nodes), dtype=np.bool_)
    for word in _words(given, parameter):
        if ":" in word:
            chosen[flows.nodes.find(word)] = True
        else:
            chosen |= Home.of(flows, word).mask(flows)
    return np.flatnonzero(chosen)


def regions_named(flows: Flows, given: str | Sequence[str]) -> tuple[str, ...]:
    """Return the regions among what is named, as codes of this table; single nodes name none.

    Parameters
    ----------
    flows : Flows
        The table.
    given : str or sequence of str
        As for `places_of`.
    """
    regions = [w for w in _words(given, "nodes") if ":" not in w]
    return Home.of(flows, regions).regions if regions else ()
