"""The order of outages: what loses most first."""

import numpy as np
import numpy.typing as npt

__all__ = ["exposure_order", "places_of"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

ROUNDING = 1e-9
"""Share of the largest loss below which two losses are the same."""


def exposure_order(loss: Floats, gap: Floats, codes: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return the order of outages: by loss, then gap, then code, the worst first.

    Losses that differ by rounding alone count as equal, so that names decide and not the solver.

    Parameters
    ----------
    loss : ndarray, shape (X,)
        Loss at recovery.
    gap : ndarray, shape (X,)
        Weeks to recover less weeks survived; -inf where it is survived for ever.
    codes : array_like of str, shape (X,)
        Identities.

    Examples
    --------
    >>> loss, gap = np.array([0.0, 5.0, 5.0]), np.array([-1.0, 2.0, 3.0])
    >>> exposure_order(loss, gap, ["a", "b", "c"]).tolist()
    [2, 1, 0]
    """
    grain = ROUNDING * float(loss.max(initial=0.0)) or 1.0
    rounded = np.round(loss / grain)
    return np.lexsort((np.asarray(codes), -np.round(gap, 6), -rounded))


def places_of(order: npt.NDArray[np.intp]) -> Places:
    """Return the place of each outage in an order, 1 the worst.

    Parameters
    ----------
    order : ndarray, shape (X,)
        What `exposure_order` returns.
    """
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places
