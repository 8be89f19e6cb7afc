"""What a maker spends on each source, and what its suppliers spend further down."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

from chainwright.system import Maker

__all__ = ["Purchases", "purchases"]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Purchases:
    """Value a week that comes from each of ``N`` nodes in the plan.

    Parameters
    ----------
    direct : ndarray, shape (N,)
        Bought by the maker itself [money/week]; NaN where no price is known, 0 where it buys none.
    deeper : ndarray, shape (N,)
        Bought by its suppliers, for what they make for it [money/week].
    bought : ndarray of bool, shape (N,)
        Whether anything is bought from the node at all, by either.
    assumed : ndarray of bool, shape (N,)
        Whether the share of the node is not known, so that an equal part of the rest is taken.
    """

    direct: Numbers
    deeper: Numbers
    bought: Flags
    assumed: Flags


def purchases(maker: Maker) -> Purchases:
    """Return what is spent a week on each node in the plan.

    With U_j the units of item j that the maker makes itself and r_kj units of k in one j, it needs
    ``x_k = d_k + sum over j of r_kj U_j`` of item k, d_k being sold. Of them each node gives what
    it gives of all of k; ``value = price * x_k * share``. A price is that of the source, else the
    unit cost of the part. What the maker makes itself is not bought. Items without any source
    that have components are taken to be made by the maker itself; others to be bought.

    Parameters
    ----------
    maker : Maker
        The chain.
    """
    network, parts = maker.network, maker.tables["parts"]
    n = len(network.items)
    planned, need = network.planned, network.requirement
    bill = network.bill.tocsc()
    made_of = np.diff(bill.indptr) > 0
    own = network.own | (~network.given & made_of[network.node_item])
    made = np.bincount(network.node_item, np.where(own, planned, 0.0), minlength=n)
    taken = network.demand + csr_array(network.bill @ diags_array(made)).sum(axis=1)
    part = np.divide(taken, need, out=np.zeros(n), where=need > 0.0)
    cost = np.full(n, np.nan)
    cost[network.items.index(parts["item"])] = parts["unit_cost"].to_numpy(dtype=np.float64)
    price = np.where(np.isnan(network.node_price), cost[network.node_item], network.node_price)
    bought = ~own

    def value(units: Numbers) -> Numbers:
        return np.where(units > 0.0, price * units, 0.0)

    first = np.where(bought, planned * np.minimum(part, 1.0)[network.node_item], 0.0)
    rest = np.where(bought, planned, 0.0) - first
    rest = np.where(rest > 1e-9 * planned, rest, 0.0)  # what rounding leaves is nothing
    several = network.sources_of[network.node_item] > 1
    assumed = np.isnan(network.share) & several & network.given
    return Purchases(value(first), value(rest), bought & (planned > 0.0), assumed)
