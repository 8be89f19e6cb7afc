"""Upstream risk at rest in closed form: a check on the cascade, and bounds that need no cascade."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import splu

from chainwright.errors import InfeasibleError
from chainwright.stress.firms.cascade_network import CascadeNetwork

__all__ = ["upstream_at_rest"]

Floats = npt.NDArray[np.float64]

BLOCK = 256
"""Firms whose columns of the inverse are solved for at a time."""


def upstream_at_rest(network: CascadeNetwork, firms: npt.NDArray[np.int64] | None = None) -> Floats:
    """Return the upstream risk of each firm's whole failure at the fixed point, shape (k,).

    The loss of firm i is the probability that a walk along its customers reaches the failing firm
    k: ``ESRI_u,k = (w' G)_k / G_kk / sum w``, ``G = (I - Lu)^-1``. It holds for the whole failure
    of one firm. One factorisation and a solve a firm: for a check or a few thousand firms.

    Parameters
    ----------
    network : CascadeNetwork
        Firms and links.
    firms : ndarray of int64, shape (k,), optional
        Places of the failing firms; all if not given.

    Raises
    ------
    InfeasibleError
        If some firms sell to each other alone, so that the walk never ends and G does not exist.
    """
    n = network.firms
    shares = csc_array(
        (
            network.sales_share,
            (np.repeat(np.arange(n), np.diff(network.sales_starts)), network.buyer),
        ),
        shape=(n, n),
    )
    kept = csc_array((eye_array(n) - shares).T)  # G' and G have the same diagonal
    try:
        solved = splu(kept)
    except RuntimeError as error:
        raise InfeasibleError(_trapped()) from error
    if np.abs(solved.U.diagonal()).min(initial=1.0) < n * np.finfo(np.float64).eps:
        raise InfeasibleError(_trapped())
    reached = solved.solve(network.weight)
    chosen = np.arange(n, dtype=np.int64) if firms is None else firms
    found = np.empty(len(chosen))
    for first in range(0, len(chosen), BLOCK):
        part = chosen[first : first + BLOCK]
        column = np.arange(len(part))
        unit = np.zeros((n, len(part)))
        unit[part, column] = 1.0
        returns = solved.solve(unit)[part, column]
        found[first : first + BLOCK] = reached[part] / returns
    return np.asarray(found / network.weight.sum(), dtype=np.float64)


def _trapped() -> str:
    return (
        "The closed form does not exist: some firms sell to each other alone, with nothing sold "
        "outside. Give output above sales (revenue='output')."
    )
