"""What the nodes of a maker's chain have in common: a site, a supplier, a region, a country."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.system import Maker

__all__ = ["GROUPINGS", "Grouping", "NodeGroups", "node_groups"]

Grouping = Literal["site", "supplier", "region", "place"]

GROUPINGS: tuple[Grouping, ...] = ("site", "supplier", "region", "place")
"""What nodes are put together by; a place is a country or territory."""


@dataclass(frozen=True, eq=False)
class NodeGroups:
    """Groups that the nodes of a maker's chain fall into, ``G`` of them for ``N`` nodes.

    Parameters
    ----------
    by : str
        One of `GROUPINGS`.
    codes, names : tuple of str
        Identity and name of each group; a region is ``PLACE:REGION``.
    of_node : ndarray, shape (N,)
        Group of each node; -1 where it is not known.
    known_site : ndarray of bool, shape (N,)
        Whether the site of each node is known, so that it lies in one region and one country,
        whether or not it is known in which.
    """

    by: Grouping
    codes: tuple[str, ...]
    names: tuple[str, ...]
    of_node: npt.NDArray[np.int64]
    known_site: npt.NDArray[np.bool_]


def node_groups(maker: Maker, by: Grouping) -> NodeGroups:
    """Return the groups that the nodes of a maker's chain fall into.

    A site that is known by its supplier alone is no known site: it may be one of several. The
    country of a site is what its own row says; the seat of its supplier says nothing about it.
    The maker itself is a supplier too, with the code ``""``.

    Parameters
    ----------
    maker : Maker
        The chain.
    by : str
        One of `GROUPINGS`.

    Raises
    ------
    ParameterError
        If `by` is another word.
    """
    if by not in GROUPINGS:
        raise ParameterError("by", "a maker's chain", f"one of {', '.join(GROUPINGS)}", by)
    network, sites = maker.network, maker.tables["sites"]
    at = network.node_site.astype(np.int64)
    known = (at >= 0) & (at < len(sites))
    if by == "site":
        axis = network.sites
        kept = len(sites)  # those after them are unknown
        of_node = np.where(known, at, -1)
        return NodeGroups(by, axis.codes[:kept], axis.names_en[:kept], of_node, known)
    if by == "supplier":
        who = network.suppliers
        of_node = np.where(network.own, len(who), network.node_supplier.astype(np.int64))
        return NodeGroups(by, (*who.codes, ""), (*who.names_en, maker.name), of_node, known)
    place = sites["place"].to_numpy(dtype=object)
    label = place
    if by == "region":
        region = sites["region"].to_numpy(dtype=object)
        joined = [f"{p or '?'}:{r}" if r else "" for p, r in zip(place, region, strict=True)]
        label = np.array(joined, dtype=object)
    codes = sorted({str(code) for code in label if code})
    number = {code: i for i, code in enumerate(codes)}
    of_site = np.array([number.get(code, -1) for code in label] or [-1], dtype=np.int64)
    of_node = np.where(known, of_site[np.where(known, at, 0)], -1)
    return NodeGroups(by, tuple(codes), tuple(codes), of_node, known)
