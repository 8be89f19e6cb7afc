"""Which of the nodes that stand still need which others: by deliveries, or as somebody says."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.firm_stocks import limiting_stocks
from chainwright.stress.sectors.essential_limits import limiting_inputs

if TYPE_CHECKING:
    from chainwright.stress.firms.firm_economy import FirmEconomy
    from chainwright.stress.sectors.economy import Economy
    from chainwright.stress.sectors.inventory_model import InventoryModel

__all__ = ["needs_of_firms", "needs_of_nodes"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def needs_of_nodes(
    economy: "Economy", model: "InventoryModel", places: Ints, need_share: float
) -> Ints:
    """Return pairs (j, i) of stopped nodes: i delivers much of what j buys, shape (e, 2).

    Parameters
    ----------
    economy : Economy
        The table.
    model : InventoryModel
        Says which products limit a node at all.
    places : ndarray of int64, shape (k,)
        Nodes that stand still.
    need_share : float [share]
        Of all inputs that j buys, from which on it needs i.
    """
    bought = np.stack([economy.Z[g, places] for g in places]).astype(np.float64)
    inputs = economy.Z[:, places].sum(axis=0, dtype=np.float64)
    if economy.M is not None:
        inputs = inputs + economy.M[:, places].sum(axis=0, dtype=np.float64)
    share = np.divide(bought, inputs, out=np.zeros_like(bought), where=inputs > 0.0)
    limits = limiting_inputs(economy, model)[economy.product[places]][:, places]
    needed = (share >= need_share) & (share > 0.0) & limits
    np.fill_diagonal(needed, val=False)
    used, user = np.nonzero(needed)
    return np.stack([user, used], axis=1).astype(np.int64)


def needs_of_firms(
    economy: "FirmEconomy", model: "InventoryModel", places: Ints, need_share: float
) -> Ints:
    """Return pairs (j, i) of stopped firms: i sells much of what j buys, shape (e, 2).

    Parameters
    ----------
    economy : FirmEconomy
        The network, with suppliers that deliver.
    model : InventoryModel
        Says which inputs limit a firm at all.
    places : ndarray of int64, shape (k,)
        Firms that stand still.
    need_share : float [share]
        Of all that j buys, from which on it needs i.
    """
    links = economy.links
    place = np.full(economy.n, -1, np.int64)
    place[places] = np.arange(len(places))
    user, used = place[links.buyer], place[links.supplier]
    purchases = links.purchases[links.buyer]
    share = np.divide(links.value, purchases, out=np.zeros(len(links)), where=purchases > 0.0)
    limits = limiting_stocks(economy, model)[economy.stock_of_link]
    kept = (user >= 0) & (used >= 0) & (user != used) & limits
    kept &= (share >= need_share) & (share > 0.0)
    return np.stack([user[kept], used[kept]], axis=1).astype(np.int64)
