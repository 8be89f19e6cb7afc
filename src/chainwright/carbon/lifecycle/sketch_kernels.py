"""Kernels that count draws of many products in narrow classes, and read quantiles from them."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["count", "quantile"]

Floats = npt.NDArray[np.float64]


@jit
def count(value: Floats, start: Floats, width: Floats, counts: npt.NDArray[np.int32]) -> None:
    """Add one draw of all products to their counts.

    Parameters
    ----------
    value : ndarray, shape (n,)
        The draw.
    start, width : ndarray, shape (n,)
        Where the classes of a product begin, and how wide each is.
    counts : ndarray, shape (n, b)
        Draws in each class; the first and the last also hold what is beyond.
    """
    n, b = counts.shape
    for i in range(n):
        place = 0
        if width[i] > 0.0:
            step = (value[i] - start[i]) / width[i]
            place = 0 if step < 0.0 else (b - 1 if step >= b else int(step))
        counts[i, place] += 1


@jit
def quantile(
    share: float,
    start: Floats,
    width: Floats,
    counts: npt.NDArray[np.int32],
    least: Floats,
    largest: Floats,
    out: Floats,
) -> None:
    """Fill `out` with a quantile of each product, interpolated within its class.

    Parameters
    ----------
    share : float
        Which quantile.
    start, width, counts
        As for `count`.
    least, largest : ndarray, shape (n,)
        Extremes of the draws.
    out : ndarray, shape (n,)
        Filled.
    """
    n, b = counts.shape
    for i in range(n):
        draws = 0
        for c in range(b):
            draws += counts[i, c]
        wanted = share * (draws - 1) + 0.5
        below, found = 0.0, largest[i]
        for c in range(b):
            held = counts[i, c]
            if held > 0 and below + held >= wanted:
                low = start[i] + c * width[i] if c > 0 else least[i]
                high = start[i] + (c + 1) * width[i] if c < b - 1 else largest[i]
                low, high = max(low, least[i]), min(high, largest[i])
                found = low + (wanted - below) / held * (high - low)
                break
            below += held
        out[i] = min(max(found, least[i]), largest[i])
