"""Inoperability at rest, over time and in recovery, of any matrix A*."""

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import expm_multiply

from chainwright.accounts.factors import need_room
from chainwright.errors import LabelError, ParameterError
from chainwright.stress.sectors.coupling import Coupling

__all__ = [
    "LARGEST_STEP",
    "dynamic_inoperability",
    "recovering_inoperability",
    "resilience",
    "static_inoperability",
]

Numbers = npt.NDArray[np.float64]

LARGEST_STEP = 0.9999
"""Largest coefficient of resilience: what a sector makes up for in one step."""


def static_inoperability(coupling: Coupling, direct: npt.ArrayLike) -> Numbers:
    """Return where inoperability comes to rest under a lasting perturbation, not clipped, (n,).

    ``q = (I - A*)^-1 c*``. A number above 1 says that more is asked of a sector than it has: clip
    it to [0, 1], as the callers here do, and say so.

    Parameters
    ----------
    coupling : Coupling
        A*.
    direct : array, shape (n,)
        Direct perturbation c*, shares from 0 to 1.

    Examples
    --------
    >>> two = Coupling.of_matrix([[0.15, 0.5], [0.1, 0.05]])
    >>> static_inoperability(two, [0.0, 0.1]).round(7)
    array([0.0660066, 0.1122112])
    """
    return coupling.solve(_shares(direct, (len(coupling),), "direct"))


def resilience(
    coupling: Coupling, recovery_steps: npt.ArrayLike | None, left: float = 0.01
) -> Numbers:
    r"""Return the coefficients of resilience k, shape (n,).

    .. math:: k_i = \frac{-\ln \lambda / \tau_i}{1 - a^*_{ii}}, \qquad 0 \le k_i \le 0.9999

    With no time to recover k is 1: a sector is at once where its suppliers and users put it.

    Parameters
    ----------
    coupling : Coupling
        A*.
    recovery_steps : float or array, shape (n,), optional
        Steps until a sector that recovers alone is back at `left` of its inoperability (tau).
    left : float
        That share (lambda).

    Raises
    ------
    ParameterError
        If a time is not above zero, or `left` does not lie between 0 and 1.

    References
    ----------
    .. [1] Lian, C. and Haimes, Y. Y. (2006), Managing the risk of terrorism to interdependent
       infrastructure systems through the dynamic inoperability input-output model, Systems
       Engineering 9, 241-258.
    """
    if recovery_steps is None:
        return np.ones(len(coupling))
    if not 0.0 < left < 1.0:
        raise ParameterError("left", "resilience", "a share between 0 and 1", left)
    tau = np.broadcast_to(np.asarray(recovery_steps, dtype=np.float64), (len(coupling),))
    if not (tau > 0.0).all():
        raise ParameterError("recovery_steps", "resilience", "above zero", tau[~(tau > 0.0)][0])
    k = -np.log(left) / tau / (1.0 - coupling.diagonal)
    return np.asarray(np.clip(k, 0.0, LARGEST_STEP), dtype=np.float64)


def dynamic_inoperability(
    coupling: Coupling, direct: npt.ArrayLike, k: npt.ArrayLike, start: npt.ArrayLike | None = None
) -> Numbers:
    """Return inoperability step by step, shape (T + 1, n): the start, then each step.

    ``q(t) = q(t-1) + K [A* q(t-1) + c*(t) - q(t-1)]``, clipped to [0, 1]: the perturbation of a
    step acts in that step.

    Parameters
    ----------
    coupling : Coupling
        A*.
    direct : array, shape (T, n)
        Direct perturbation c* of each step, shares from 0 to 1.
    k : array, shape (n,)
        Coefficients of resilience.
    start : array, shape (n,), optional
        Inoperability before the first step; none if not given.
    """
    given = np.asarray(direct, dtype=np.float64)
    c = _shares(given, (len(given), len(coupling)), "direct")
    quick = np.asarray(k, dtype=np.float64)
    courses = np.zeros((len(c) + 1, len(coupling)))
    if start is not None:
        courses[0] = _shares(start, (len(coupling),), "start")
    for t, perturbed in enumerate(c):
        q = courses[t]
        courses[t + 1] = np.clip(q + quick * (coupling.times(q) + perturbed - q), 0.0, 1.0)
    return courses


def recovering_inoperability(
    coupling: Coupling, k: npt.ArrayLike, start: npt.ArrayLike, steps: int
) -> Numbers:
    """Return inoperability at the steps 0, 1, ... of a recovery left alone, shape (steps, n).

    ``q(t) = expm(-K (I - A*) t) q0``, clipped to [0, 1].

    Parameters
    ----------
    coupling : Coupling
        A*.
    k : array, shape (n,)
        Coefficients of resilience.
    start : array, shape (n,)
        Inoperability at step 0.
    steps : int
        How many.
    """
    q0 = _shares(start, (len(coupling),), "start")
    n = len(coupling)
    if steps == 1:
        return q0[None, :]
    need_room(2.0 * 8.0 * n * n, f"the recovery of {n:,} sectors")
    pull = coupling.dense()
    pull[np.diag_indices(n)] -= 1.0
    pull *= np.asarray(k, dtype=np.float64)[:, None]
    found = expm_multiply(pull, q0, start=0.0, stop=float(steps - 1), num=steps, endpoint=True)
    return np.clip(np.asarray(found, dtype=np.float64), 0.0, 1.0)


def _shares(given: npt.ArrayLike, shape: tuple[int, ...], parameter: str) -> Numbers:
    """Return shares from 0 to 1 in the shape that they must have."""
    array = np.asarray(given, dtype=np.float64)
    if array.shape != shape:
        msg = f"'{parameter}' is {array.shape} and must be {shape}, one number a sector."
        raise LabelError(msg)
    if not ((array >= 0.0) & (array <= 1.0)).all():
        odd = array[~((array >= 0.0) & (array <= 1.0))][0]
        raise ParameterError(parameter, "inoperability", "shares from 0 to 1", float(odd))
    return array
