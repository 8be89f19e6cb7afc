"""Which stock an outage leaves: all of it, or only what is not held where nothing works."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.system import SupplyNetwork

__all__ = ["StockAtNode", "stock_left", "stock_lost"]

StockAtNode = Literal["usable", "lost"]
"""What becomes of stock at a node that is down."""

Flags = npt.NDArray[np.bool_]


def stock_lost(network: SupplyNetwork, down: Flags, sites: Flags | None = None) -> Flags:
    """Return which rows of stock an outage takes where it takes any, ``(K,)``.

    Stock of an item at a site goes with the node of that item at that site, and all stock at a
    site goes when all its nodes stand still or the site itself is named. Stock with no site is
    the maker's own and is never lost.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    down : ndarray of bool, shape (N,)
        Nodes that stand still.
    sites : ndarray of bool, shape (S,), optional
        Sites that are out as a whole, which matters for stores that make nothing.
    """
    at, count = network.node_site, len(network.sites)
    placed = at >= 0
    up = np.bincount(at[placed], ~down[placed], minlength=count)
    out = (up == 0) & (np.bincount(at[placed], minlength=count) > 0)
    if sites is not None:
        out |= sites
    key = network.node_item[placed & down].astype(np.int64) * count + at[placed & down]
    row = network.stock_item.astype(np.int64) * count + network.stock_site
    held = network.stock_site >= 0
    lost = held & np.isin(row, key)
    lost[held] |= out[network.stock_site[held]]
    return np.asarray(lost, dtype=np.bool_)


def stock_left(
    network: SupplyNetwork,
    down: Flags,
    stock_at_node: StockAtNode,
    sites: Flags | None = None,
) -> npt.NDArray[np.float64]:
    """Return the units of each item that can be used in an outage, ``(I,)``.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    down : ndarray of bool, shape (N,)
        Nodes that stand still.
    stock_at_node : str
        ``"usable"`` or ``"lost"``.
    sites : ndarray of bool, shape (S,), optional
        Sites that are out as a whole.
    """
    if stock_at_node == "usable":
        return network.pooled_stock
    lost = stock_lost(network, down, sites)
    if not network.stock[lost].any():
        return network.pooled_stock
    kept = np.where(lost, 0.0, network.stock)
    held = np.bincount(network.stock_item, kept, minlength=len(network.items))
    return held.astype(np.float64)
