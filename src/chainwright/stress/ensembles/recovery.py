"""How deep and how long: lowest output, days until it is back."""

import numpy as np
import numpy.typing as npt

__all__ = ["RECOVERED", "days_to_recover", "lowest_output"]

Floats = npt.NDArray[np.float64]

RECOVERED = 0.95
"""Share of output at rest that counts as recovered."""


def days_to_recover(lost_share: Floats, step_days: float) -> Floats:
    """Return the days from the first step below 95 % of output at rest until it is back for good.

    Parameters
    ----------
    lost_share : ndarray, shape (..., T)
        Output lost in each step as a share of output at rest.
    step_days : float [day]
        Length of a step.

    Returns
    -------
    ndarray, shape (...,) [day]
        0 if output is never below; infinite if it is below in the last step.

    Examples
    --------
    >>> days_to_recover(np.array([[0.0, 0.1, 0.0, 0.2, 0.0], [0.0, 0.0, 0.0, 0.0, 0.3]]), 1.0)
    array([ 3., inf])
    """
    below = lost_share > 1.0 - RECOVERED
    steps = below.shape[-1]
    first = np.argmax(below, axis=-1)
    after = steps - np.argmax(below[..., ::-1], axis=-1)
    days = np.where(below.any(axis=-1), (after - first) * step_days, 0.0)
    return np.where(below[..., -1], np.inf, days)


def lowest_output(lost_share: Floats) -> Floats:
    """Return the lowest output as a share of output at rest, shape (...,).

    Parameters
    ----------
    lost_share : ndarray, shape (..., T)
        Output lost in each step as a share of output at rest.

    Examples
    --------
    >>> lowest_output(np.array([0.0, 0.25, 0.1]))
    array(0.75)
    """
    return np.asarray(1.0 - lost_share.max(axis=-1), dtype=np.float64)
