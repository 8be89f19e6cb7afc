"""What one unit of each item is worth to the maker, so that stock and lines can be priced."""

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.net_requirement import NetRequirement
from chainwright.system import Maker

__all__ = ["item_values"]


def item_values(maker: Maker) -> npt.NDArray[np.float64]:
    """Return money a unit of each item, ``(I,)``; NaN where nothing tells it.

    The unit cost of a part; else the mean price of its sources; of a product price less margin;
    else what its components are worth together, where all of them are known (no work added).

    Parameters
    ----------
    maker : Maker
        The chain.
    """
    network = maker.network
    count = len(network.items)
    value = np.full(count, np.nan)
    parts = maker.tables["parts"]
    value[network.items.index(parts["item"])] = parts["unit_cost"].to_numpy(dtype=np.float64)
    priced = np.isfinite(network.node_price)
    total = np.bincount(network.node_item[priced], network.node_price[priced], minlength=count)
    number = np.bincount(network.node_item[priced], minlength=count)
    mean = np.divide(total, number, out=np.full(count, np.nan), where=number > 0)
    value = np.where(np.isnan(value), mean, value)
    value = np.where(np.isnan(value), network.price - network.margin, value)
    depth = NetRequirement(network).depth
    uses = network.bill.tocsc()
    for level in range(int(depth.max(initial=-1)), -1, -1):  # components come before their users
        here = np.flatnonzero((depth == level) & np.isnan(value) & (np.diff(uses.indptr) > 0))
        value[here] = uses[:, here].T @ np.nan_to_num(value)
        silent = uses[:, here].T @ np.isnan(value).astype(np.float64) > 0.0
        value[here[silent]] = np.nan
    return value
