"""The method of reflections, with the constant taken off in each step so that it cannot drown."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError

__all__ = ["reflections"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def reflections(present: Bools, *, iterations: int = 20) -> tuple[Floats, Floats]:
    r"""Return the reflections of places and products, up to a common constant and factor.

    :math:`k_{c,N-2}`, shape (C,), and :math:`k_{p,N-1}`, shape (P,), with n = 0 .. N-1:

    .. math:: k_{c,0} = d, \quad k_{p,0} = u, \quad k_{c,n} = (M k_{p,n-1}) / d, \quad
              k_{p,n} = (M' k_{c,n-1}) / u

    ``iterations=20`` means n = 0 .. 19: places from n = 18, products from n = 19. Both belong to
    the one chain that begins with d; it tends to a constant (its mean weighted by d), beside which
    what tells places apart drowns in rounding: plain z-scores of n = 48 are garbage. The constant
    is an exact eigenvector, so it is taken off in every step, and the rest is scaled: z-scores are
    those of the formula, at any number of iterations.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present; no row and no column is empty.
    iterations : int
        N, an even number from 2: places take even n (averages of diversity), products odd n.

    Raises
    ------
    ParameterError
        If `iterations` is odd or less than 2.

    References
    ----------
    .. [1] C. A. Hidalgo, R. Hausmann, "The building blocks of economic complexity", PNAS, 106(26),
       2009.

    Examples
    --------
    >>> places, products = reflections(np.array([[True, True], [False, True]]), iterations=2)
    >>> float(places[0] - places[1]), float(products[0] - products[1])
    (1.0, 0.5)
    """
    if iterations < 2 or iterations % 2:
        raise ParameterError("iterations", "reflections", "an even number from 2", iterations)
    M = present.astype(np.float64)
    d, u = M.sum(axis=1), M.sum(axis=0)
    places = d - (d @ d) / d.sum()
    for _ in range((iterations - 2) // 2):
        places = (M @ ((places @ M) / u)) / d
        places -= (d @ places) / d.sum()
        largest = np.abs(places).max(initial=0.0)
        if largest > 0.0:
            places /= largest
    return places, (places @ M) / u
