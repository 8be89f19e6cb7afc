"""Classes of sectors that are ranked apart: goods, construction, trade, transport, services."""

import numpy as np
import numpy.typing as npt

from chainwright.system import Axis, sector_class

__all__ = ["SECTOR_CLASSES", "class_places"]

SECTOR_CLASSES = {
    "goods": "货物",
    "construction": "建筑",
    "trade": "商贸",
    "transport": "运输",
    "services": "服务",
    "unclassified": "未分类",
}
"""Classes in the order of their listing, each with its Chinese name.

Goods are ISIC Rev.4 sections A to E: what can run short. Trade and transport are mostly margins on
goods, so that importing them says little about who could cut off whom.
"""


def class_places(axis: Axis) -> npt.NDArray[np.intp]:
    """Return the class of each sector of `axis`, as its place in `SECTOR_CLASSES`, shape (s,).

    Parameters
    ----------
    axis : Axis
        Sectors with their ISIC Rev.4 sections as parents.

    Examples
    --------
    >>> class_places(Axis("sector", ("steel", "shop", "?"), parents=("C", "G", "")))
    array([0, 2, 5])
    """
    order = list(SECTOR_CLASSES)
    parents = axis.parents or ("",) * len(axis)
    return np.array([order.index(sector_class(s)) for s in parents], dtype=np.intp)
