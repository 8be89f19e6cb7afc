"""Why a total changed: the additive logarithmic mean Divisia index (LMDI-I).

With ``E = sum_i prod_x x_i`` the effect of factor x is::

    dE_x = sum_i Lg(E_i1, E_i0) * ln(x_i1 / x_i0)
    Lg(a, b) = (a - b) / (ln a - ln b),  Lg(a, a) = a

and the effects sum to ``E_1 - E_0`` (Ang 2005, doi:10.1016/j.enpol.2003.10.010).
"""

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, ParameterError

__all__ = ["lmdi", "log_mean"]

Floats = npt.NDArray[np.float64]

CLOSE = 1e-3
"""Relative distance below which a logarithmic mean is taken from its series."""


def log_mean(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """Return the logarithmic mean of numbers above 0: (a - b) / (ln a - ln b), a where a = b.

    Parameters
    ----------
    first, second : array of float
        Of one shape; 0 gives 0, which is the limit.

    Examples
    --------
    >>> log_mean([2.0, 1.0, 0.0], [2.0, np.e, 3.0]).round(6).tolist()
    [2.0, 1.718282, 0.0]
    """
    a, b = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    found = np.zeros(a.shape)
    both = (a > 0.0) & (b > 0.0)
    x, y = a[both], b[both]
    z = (x - y) / (x + y)  # ln(x / y) = 2 artanh(z); the mean is (x + y) / 2 * z / artanh(z)
    near = np.abs(z) < CLOSE
    ratio = np.empty(len(z))
    ratio[near] = 1.0 - z[near] ** 2 / 3.0 - 4.0 * z[near] ** 4 / 45.0
    ratio[~near] = 2.0 * z[~near] / (np.log(x[~near]) - np.log(y[~near]))
    found[both] = 0.5 * (x + y) * ratio
    return found


def lmdi(before: npt.ArrayLike, after: npt.ArrayLike) -> Floats:
    """Return the effect of each factor on the product of all, unit by unit, ``(k, n)``.

    A factor that is 0 on one side only takes the whole change, several in equal parts: the limit
    of the usual small value in its place. The effects of a unit sum to its change.

    Parameters
    ----------
    before, after : array of float, shape (k, n)
        Factors of ``n`` units, 0 or above.

    Raises
    ------
    LabelError
        If the shapes differ.
    ParameterError
        If a factor is below 0 or not known.

    Examples
    --------
    >>> lmdi([[100.0], [2.0]], [[110.0], [1.8]]).sum().round(9)
    np.float64(-2.0)
    """
    old, new = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if old.shape != new.shape or old.ndim != 2:
        msg = f"Factors need one shape (k, n) before and after. Got {old.shape} and {new.shape}."
        raise LabelError(msg)
    if not ((old >= 0.0) & (new >= 0.0)).all():
        raise ParameterError("factors", "a decomposition", "0 or above", "a number that is not")
    first, last = old.prod(axis=0), new.prod(axis=0)
    found = np.zeros(old.shape)
    whole = (first > 0.0) & (last > 0.0)
    ratio = np.log(new[:, whole] / old[:, whole])
    found[:, whole] = log_mean(last[whole], first[whole]) * ratio
    turning = (old == 0.0) != (new == 0.0)
    edge = ~whole & turning.any(axis=0)
    found[:, edge] = (turning / np.maximum(1, turning.sum(axis=0)) * (last - first))[:, edge]
    return found
