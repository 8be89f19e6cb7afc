"""How much of a blow holds in each step: from nothing to all of it, and back by a curve."""

from math import isfinite, log

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from chainwright.stress.shocks.blow import Blow

__all__ = ["course", "left_of", "step_of"]

Numbers = npt.NDArray[np.float64]

CONCAVE = 1e-6
"""The constant c of the concave curve."""


def step_of(day: float, step_days: float) -> int:
    """Return the step that holds a day; a day on the border of two steps is of the later one.

    Parameters
    ----------
    day : float [day]
        Counted from 0.
    step_days : float [day]
        Length of a step.

    Examples
    --------
    >>> step_of(13.0, 7.0), step_of(14.0, 7.0)
    (1, 2)
    """
    return int(day // step_days)


def left_of(blow: Blow, days_after: Numbers) -> Numbers:
    r"""Return the share of a blow that is left, `days_after` its days at full size are over.

    With e the days and :math:`\tau` the recovery time: linear :math:`\max(0, 1 - e/\tau)`;
    convex :math:`(1 - 1/\tau)^e`; convex scaled :math:`(1 - 1/\tau)^{4e}`; concave
    :math:`\tau / (\tau + c\,e^E)`, :math:`E = (\ln\tau - \ln c) / (\ln\tau - \ln\tau_h)`,
    :math:`\tau_h` = :math:`\tau` / half-recovery time with 2 for a half at :math:`\tau/2`.

    Parameters
    ----------
    blow : Blow
        With a curve, or at once.
    days_after : ndarray
        Days since the end; below zero is taken as zero.

    Examples
    --------
    >>> half = Blow("capacity", share=1.0, days=5, recovery="linear", recovery_days=10)
    >>> left_of(half, np.array([0.0, 5.0, 12.0]))
    array([1. , 0.5, 0. ])
    """
    e, tau = np.maximum(days_after, 0.0), blow.recovery_days
    if blow.recovery == "linear":
        return np.maximum(0.0, 1.0 - e / tau)
    if blow.recovery == "convex":
        return np.asarray((1.0 - 1.0 / tau) ** e)
    if blow.recovery == "convex_scaled":
        return np.asarray((1.0 - 1.0 / tau) ** (4.0 * e))
    if blow.recovery == "concave":
        half = tau / 2.0 if blow.half_recovery_days is None else blow.half_recovery_days
        power = (log(tau) - log(CONCAVE)) / log(half)
        # tau / (tau + c e^E) by its logarithm, since e^E can be beyond all numbers
        much = np.log(e, out=np.full_like(e, -np.inf), where=e > 0.0)
        return np.asarray(expit(log(tau) - log(CONCAVE) - power * much))
    return np.zeros_like(e)


def course(blow: Blow, steps: int, step_days: float = 1.0) -> Numbers:
    """Return how much of a blow holds in each step, 0 to 1, shape (steps,).

    All kinds act in the step that holds `start_day`, none a step late. A blow that ends at once
    holds for exactly `days`; where a step is longer than what is left of it, or it strikes within
    a step, the step has the share of its days that are hit (4 days of a week: 4/7).

    A curve counts its days as the reference model does: what is left is reckoned at the end of a
    day and holds from the next one, so on day d it is `left_of` with
    ``e = d - 1 - (start_day + days)``, and the day after the last full one is full still. Days are
    counted as days whatever the step, and a step has the mean over its days. A step that is no
    whole number of days is taken as one piece. Rebuilding has no course of its own: it is 1 from
    the start on, and the engine takes it from there.

    Parameters
    ----------
    blow : Blow
        Checked.
    steps : int
        How many steps.
    step_days : float [day]
        Length of a step: 1 or 7.

    Examples
    --------
    >>> course(Blow("capacity", share=1.0, start_day=1, days=2), 5)
    array([0., 1., 1., 0., 0.])
    >>> course(Blow("capacity", share=1.0, start_day=10, days=7), 3, 7.0).round(3)
    array([0.   , 0.571, 0.429])
    """
    whole = step_days >= 1.0 and float(step_days).is_integer()
    pieces = int(step_days) if whole else 1
    piece = step_days / pieces
    begins: Numbers = np.arange(steps * pieces, dtype=np.float64) * piece
    begun: Numbers = np.clip((begins + piece - blow.start_day) / piece, 0.0, 1.0)
    if blow.recovery == "rebuild" or not isfinite(blow.days):
        held = begun
    elif blow.recovery == "at_once":
        gone: Numbers = np.clip((begins + piece - blow.end_day) / piece, 0.0, 1.0)
        held = begun - gone
    else:
        held = begun * left_of(blow, begins - piece - blow.end_day)
    return np.asarray(held.reshape(steps, pieces).mean(axis=1), dtype=np.float64)
