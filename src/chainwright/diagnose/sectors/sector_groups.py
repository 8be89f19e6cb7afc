"""Goods apart from services: the groups that home's sectors are ranked in."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.system import Axis, sector_class

__all__ = ["GROUPS", "groups_of", "ranks_within"]

GROUPS = ("goods", "services", "unclassified")
"""Goods; construction, trade, transport and services together; sections that are not known."""


def groups_of(sectors: Axis) -> npt.NDArray[np.str_]:
    """Return the group of each sector, shape (s,).

    Parameters
    ----------
    sectors : Axis, s
        With their ISIC Rev.4 sections as parents.
    """
    classes = [sector_class(section) for section in sectors.parents or [""] * len(sectors)]
    return np.array([c if c in GROUPS else "services" for c in classes], dtype=np.str_)


def ranks_within(
    groups: npt.NDArray[np.str_], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return each value's rank within its group, 1 for the largest; equal values share the best.

    Parameters
    ----------
    groups : ndarray of str, shape (s,)
        The groups.
    values : ndarray, shape (..., s)
        What to rank by; NaN has no rank.

    Examples
    --------
    >>> ranks_within(np.array(["goods", "goods", "services"]), np.array([1.0, 2.0, 5.0])).tolist()
    [2.0, 1.0, 1.0]
    """
    flat = values.reshape(-1, values.shape[-1])
    ranks = np.full(flat.shape, np.nan)
    for group in np.unique(groups):
        inside = groups == group
        frame = pd.DataFrame(flat[:, inside])
        ranks[:, inside] = frame.rank(axis=1, method="min", ascending=False).to_numpy()
    return ranks.reshape(values.shape)
