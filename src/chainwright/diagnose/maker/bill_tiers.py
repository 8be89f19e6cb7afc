"""How many steps of the bill lie between a maker's products and each item."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.graph import Links, layers
from chainwright.system import SupplyNetwork

__all__ = ["bill_tiers"]

Tiers = npt.NDArray[np.float64]


def bill_tiers(network: SupplyNetwork, products: int) -> tuple[Tiers, Tiers]:
    """Return the fewest and the most steps from a product down to each item, ``(I,)`` each.

    Products are 0, their components 1; a product that goes into another one is 0 by the shortest
    way. NaN for items that no product needs.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    products : int
        How many of the first items are products.
    """
    bill = network.bill.tocoo()
    n = len(network.items)
    component, parent = bill.row.astype(np.int32), bill.col.astype(np.int32)
    level = layers(Links(n, parent, component))
    shortest, longest = np.full(n, np.inf), np.full(n, -np.inf)
    shortest[:products] = longest[:products] = 0.0
    order = np.argsort(level[parent], kind="stable")
    ends = np.flatnonzero(np.diff(level[parent[order]], prepend=-1, append=-1))
    for low, high in pairwise(ends.tolist()):  # a parent is done before it gives
        rows = order[low:high]
        np.minimum.at(shortest, component[rows], shortest[parent[rows]] + 1.0)
        np.maximum.at(longest, component[rows], longest[parent[rows]] + 1.0)
    needed = np.isfinite(shortest)
    return np.where(needed, shortest, np.nan), np.where(needed, longest, np.nan)
