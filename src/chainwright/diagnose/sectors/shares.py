"""Shares of a whole that may be nothing."""

import numpy as np
import numpy.typing as npt

__all__ = ["ratio"]


def ratio(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return `part` / `whole`, NaN where the whole is nothing.

    Parameters
    ----------
    part : ndarray
        Amounts.
    whole : ndarray
        What they are parts of; its shape is stretched to that of `part`.

    Examples
    --------
    >>> ratio(np.array([1.0, 0.0]), np.array([4.0, 0.0]))
    array([0.25,  nan])
    """
    stretched = np.broadcast_to(whole, part.shape)
    share = np.full(part.shape, np.nan)
    np.divide(part, stretched, out=share, where=stretched > 0.0)
    return share
