"""At which tier each item and each site of a maker's chain stands: deliveries between it and us."""

import numpy as np
import numpy.typing as npt

from chainwright.system import SupplyNetwork

__all__ = ["item_tiers", "site_tiers"]

Tiers = npt.NDArray[np.int64]

NOWHERE = -1
"""Tier of what nothing needs."""


def item_tiers(network: SupplyNetwork) -> Tiers:
    """Return the tier of each item, ``(I,)``: the fewest deliveries between it and the maker.

    What is sold, and what the maker itself makes of it, is tier 0; what a supplier delivers for it
    tier 1; what that supplier needs tier 2. -1 for an item that no product needs.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.

    Examples
    --------
    >>> import pandas as pd
    >>> from chainwright.system import Maker
    >>> rows = pd.DataFrame({"parent": ["F", "a"], "component": ["a", "b"], "quantity": [1.0, 2.0]})
    >>> made = Maker.of_tables(
    ...     "toy",
    ...     products=pd.DataFrame({"item": ["F"], "demand_per_week": [1.0]}),
    ...     bill=rows,
    ...     suppliers=pd.DataFrame({"supplier": ["S"]}),
    ...     sourcing=pd.DataFrame({"item": ["a", "b"], "supplier": ["S", "S"]}),
    ... )
    >>> item_tiers(made.network).tolist()
    [0, 1, 2]
    """
    n = len(network.items)
    at_home = np.zeros(n, dtype=np.bool_)
    at_home[network.node_item[network.own]] = True
    bill = network.bill.tocoo()
    far = np.iinfo(np.int64).max // 2
    tier = np.where(network.demand > 0.0, 0, far)
    step = np.where(at_home, 0, 1)
    for _ in range(n):
        reached = tier.copy()
        np.minimum.at(reached, bill.row, tier[bill.col] + step[bill.row])
        if np.array_equal(reached, tier):
            break
        tier = reached
    return np.where(tier < far, tier, NOWHERE).astype(np.int64)


def site_tiers(network: SupplyNetwork) -> Tiers:
    """Return the tier of each site, ``(S,)``: the nearest of what is made there; -1 for none.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    """
    tier = item_tiers(network)[network.node_item]
    at = network.node_site
    told = (at >= 0) & (tier >= 0)
    far = np.iinfo(np.int64).max
    nearest = np.full(len(network.sites), far, dtype=np.int64)
    np.minimum.at(nearest, at[told], tier[told])
    return np.where(nearest < far, nearest, NOWHERE)
