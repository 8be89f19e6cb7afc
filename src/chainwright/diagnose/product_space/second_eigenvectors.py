"""The second eigenvectors of places and products, from one small symmetric problem."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

__all__ = ["SecondEigenvectors", "second_eigenvectors"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SecondEigenvectors:
    """What tells places and products of one connected pattern apart, raw.

    Parameters
    ----------
    places : ndarray, shape (C,)
        :math:`k_c`, the mean of `products` over what a place has.
    products : ndarray, shape (P,)
        :math:`k_p`.
    second, third : float
        Eigenvalues; 0 where there is none.
    """

    places: Floats
    products: Floats
    second: float
    third: float


def second_eigenvectors(present: Bools) -> SecondEigenvectors:
    r"""Return the raw second eigenvectors, with the sign by which diverse places come out high.

    Of :math:`D^{-1} M U^{-1} M'` (places) and :math:`U^{-1} M' D^{-1} M` (products), by

    .. math:: S = D^{-1/2} M U^{-1/2}, \quad S S' y = \lambda_2 y, \quad
              k_p = U^{-1/2} S' y, \quad k_c = D^{-1} M k_p,

    on the shorter side (:math:`S' S` where there are fewer products than places). Both are
    multiplied by the sign of the correlation of d and :math:`k_c`. All 0 where nothing tells the
    places apart.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present; connected, no row and no column empty.

    References
    ----------
    .. [1] C. A. Hidalgo, R. Hausmann, "The building blocks of economic complexity", PNAS, 106(26),
       2009.
    .. [2] R. Hausmann and others, The Atlas of Economic Complexity, MIT Press, 2014.

    Examples
    --------
    >>> found = second_eigenvectors(np.array([[True, True], [False, True]]))
    >>> round(found.second, 12), bool(found.places[0] > found.places[1])
    (0.25, True)
    """
    M = present.astype(np.float64)
    d, u = M.sum(axis=1), M.sum(axis=0)
    S = M / np.sqrt(d)[:, None] / np.sqrt(u)
    tall = M.shape[0] > M.shape[1]
    square = S.T @ S if tall else S @ S.T
    n = len(square)
    if n < 2:
        return SecondEigenvectors(np.zeros(M.shape[0]), np.zeros(M.shape[1]), 0.0, 0.0)
    values, vectors = eigh(square, subset_by_index=[max(n - 3, 0), n - 1])
    y = vectors[:, -2]
    k_p = (y if tall else S.T @ y) / np.sqrt(u)
    k_c = (M @ k_p) / d
    sign = 1.0 if (d - d.mean()) @ k_c >= 0.0 else -1.0
    third = float(values[-3]) if n > 2 else 0.0
    return SecondEigenvectors(sign * k_c, sign * k_p, float(values[-2]), third)
