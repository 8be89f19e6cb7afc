"""Which nodes stand still together: by site, node, supplier, region, country or item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.maker.node_groups import node_groups
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Maker, SupplyNetwork

__all__ = ["OutageBy", "OutageScenarios", "outage_scenarios"]

OutageBy = Literal["site", "node", "supplier", "region", "place", "item"]
"""What goes down as one."""

Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class OutageScenarios:
    """Outages to look at, ``X`` of them.

    Parameters
    ----------
    by : str
        What goes down as one.
    codes, names : tuple of str
        Identity and name of each.
    nodes : csr_array of float, shape (X, N)
        1 for each node that stands still.
    sites : csr_array of float, shape (X, S)
        1 for each site that is out as a whole.
    """

    by: OutageBy
    codes: tuple[str, ...]
    names: tuple[str, ...]
    nodes: csr_array
    sites: csr_array

    def __len__(self) -> int:
        return len(self.codes)

    def down(self, scenario: int) -> Flags:
        """Return which nodes stand still in a `scenario`, ``(N,)``."""
        return _row(self.nodes, scenario)

    def out(self, scenario: int) -> Flags:
        """Return which sites are out as a whole in a `scenario`, ``(S,)``."""
        return _row(self.sites, scenario)

    def take(self, places: Indices) -> "OutageScenarios":
        """Return some of them, in the order of `places`.

        Parameters
        ----------
        places : ndarray of int
            Which ones.
        """
        return OutageScenarios(
            self.by,
            tuple(self.codes[x] for x in places),
            tuple(self.names[x] for x in places),
            csr_array(self.nodes[places]),
            csr_array(self.sites[places]),
        )


def outage_scenarios(
    maker: Maker, by: OutageBy, of: Sequence[str] | None = None
) -> OutageScenarios:
    """Return the outages of each site, node, supplier, region, country or item.

    Nodes of which no source is known are in no outage unless `of` names them. The sites of a
    supplier whose sites are not known go down as one, ``SUPPLIER/?``. The maker itself is no
    supplier here. Sites that make nothing count where stock is lost with them.

    Parameters
    ----------
    maker : Maker
        The chain.
    by : str
        ``"site"``, ``"node"`` (one item at one site), ``"supplier"``, ``"region"``
        (``PLACE:REGION``), ``"place"`` (country) or ``"item"`` (all its sources).
    of : sequence of str, optional
        Codes of those to look at; all if not given.

    Raises
    ------
    ParameterError
        If `by` is another word.
    UnknownCodeError
        If there is no such site, node, and so on.
    """
    if by not in get_args(OutageBy):
        expected = f"one of {', '.join(get_args(OutageBy))}"
        raise ParameterError("by", "an outage", expected, by)
    codes, names, of_node, of_site = _groups(maker, by)
    network = maker.network
    nodes = _members(of_node, len(codes))
    known = nodes @ network.given.astype(np.float64)
    sites = _members(of_site, len(codes))
    stores = np.bincount(network.stock_site[network.stock_site >= 0], minlength=len(network.sites))
    held = sites @ (stores > 0).astype(np.float64)
    if of is None:
        kept = np.flatnonzero((known + held > 0.0) & (np.array(codes, dtype=object) != ""))
    else:
        place = {code: x for x, code in enumerate(codes) if code}
        for code in of:
            if code not in place:
                raise UnknownCodeError(code, by, place)
        kept = np.array([place[code] for code in dict.fromkeys(of)], dtype=np.intp)
    return OutageScenarios(by, codes, names, nodes, sites).take(kept)


def _groups(
    maker: Maker, by: OutageBy
) -> tuple[tuple[str, ...], tuple[str, ...], Indices, Indices]:
    """Return codes, names, and the group of each node and of each site."""
    network = maker.network
    nowhere = np.full(len(network.sites), -1, dtype=np.intp)
    if by == "site":
        every = np.arange(len(network.sites))
        return network.sites.codes, network.sites.names_en, network.node_site.astype(np.intp), every
    if by == "node":
        return _of_nodes(network, nowhere)
    if by == "item":
        of_node = network.node_item.astype(np.intp)
        return network.items.codes, network.items.names_en, of_node, nowhere
    found = node_groups(maker, by)
    of_node = found.of_node.astype(np.intp)
    of_site = nowhere
    if by == "supplier":
        of_site = network.site_supplier.astype(np.intp)
    else:
        number = {code: x for x, code in enumerate(found.codes)}
        rows = maker.tables["sites"]
        for s, (place, region) in enumerate(zip(rows["place"], rows["region"], strict=True)):
            code = f"{place or '?'}:{region}" if by == "region" else place
            of_site[s] = number.get(code, -1) if by == "place" or region else -1
    return found.codes, found.names, of_node, of_site


def _of_nodes(
    network: SupplyNetwork, nowhere: Indices
) -> tuple[tuple[str, ...], tuple[str, ...], Indices, Indices]:
    every = np.arange(len(network.nodes))
    return network.nodes.codes, network.nodes.names_en, every, nowhere


def _members(group: Indices, count: int) -> csr_array:
    """Return which places belong to each group, ``(groups, places)``."""
    placed = np.flatnonzero(group >= 0)
    ones = np.ones(len(placed))
    return csr_array((ones, (group[placed], placed)), shape=(count, len(group)))


def _row(matrix: csr_array, row: int) -> Flags:
    flags = np.zeros(matrix.shape[1], dtype=np.bool_)
    flags[matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]] = True
    return flags
