"""How deep and how long: lowest output, days until it is back."""

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.run_losses import RECOVERED, ROUNDING

__all__ = ["days_to_recover", "lowest_output", "triangle_days"]

Floats = npt.NDArray[np.float64]


def days_to_recover(lost_share: Floats, step_days: float, first_day: Floats) -> Floats:
    """Return the days from the first blow until output stays at 95 % of rest or more.

    Parameters
    ----------
    lost_share : ndarray, shape (D, T)
        Output lost in each step as a share of output at rest.
    step_days : float [day]
        Length of a step.
    first_day : ndarray, shape (D,) [day]
        Day on which the first blow strikes.

    Returns
    -------
    ndarray, shape (D,) [day]
        0 if output is never below; infinite if it is below in the last step.

    Examples
    --------
    >>> lost = np.array([[0.0, 0.1, 0.0, 0.2, 0.0], [0.0, 0.0, 0.0, 0.0, 0.3]])
    >>> days_to_recover(lost, 1.0, np.array([1.0, 4.0]))
    array([ 3., inf])
    """
    below = 1.0 - lost_share < RECOVERED * (1.0 - ROUNDING)
    last = below.shape[-1] - 1 - np.argmax(below[:, ::-1], axis=1)
    days = np.maximum((last + 1) * step_days - first_day, 0.0)
    days = np.where(below.any(axis=1), days, 0.0)
    return np.where(below[:, -1], np.inf, days)


def triangle_days(lost_share: Floats, step_days: float) -> Floats:
    """Return the area of output below rest, in days of output at rest, shape (...,).

    Parameters
    ----------
    lost_share : ndarray, shape (..., T)
        Output lost in each step as a share of output at rest; a gain does not make up for a loss.
    step_days : float [day]
        Length of a step.

    Examples
    --------
    >>> triangle_days(np.array([0.5, -0.2, 0.25]), 7.0)
    array(5.25)
    """
    gap = np.where(lost_share > ROUNDING, lost_share, 0.0)
    return np.asarray(gap.sum(axis=-1) * step_days, dtype=np.float64)


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
