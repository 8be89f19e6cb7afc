"""How near home's own exports are to a product: advantage, density, the nearest products."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.product_space.presence import presence, rca
from chainwright.diagnose.product_space.proximity import proximity_sums

__all__ = ["Capability", "capability"]

Floats = npt.NDArray[np.float64]

NEAREST = 3
"""Nearest products that are kept of each product."""

BLOCK = 512
"""Products whose proximities are held at once: all of 5,000 would take 100 MB."""


@dataclass(frozen=True, eq=False)
class Capability:
    """What home's exports say about its capability, for P products.

    Parameters
    ----------
    rca : ndarray, shape (P,)
        Home's revealed comparative advantage; NaN where nothing is exported or home exports none.
    density : ndarray, shape (P,)
        Share of the proximities to a product that lies on products home exports with advantage.
    nearest : ndarray of int32, shape (P, 3)
        The products nearest to each that home exports with advantage; -1 where there are fewer.
    proximity : ndarray, shape (P, 3)
        Their proximity; NaN where there are fewer.
    space : int
        Products that are exported at all: what all this rests on.
    """

    rca: Floats
    density: Floats
    nearest: npt.NDArray[np.int32]
    proximity: Floats
    space: int


def capability(exports: Floats, home: int, *, advantage: float = 1.0) -> Capability:
    r"""Return how near the exports of one place are to each product.

    With exports x, :math:`RCA_{cp} = (x_{cp} / x_c) / (x_p / x)`, presence M where
    :math:`RCA \geq 1` and ubiquity u, the proximity of two products is
    :math:`\phi_{pq} = (M'M)_{pq} / \max(u_p, u_q)`, 0 on the diagonal, and density is
    :math:`\sum_q M_{hq} \phi_{qp} / \sum_q \phi_{qp}`.

    Parameters
    ----------
    exports : ndarray, shape (C, P)
        Exports of every place.
    home : int
        Row of home.
    advantage : float
        RCA from which a product counts as present.

    References
    ----------
    Balassa (1965); Hidalgo, Klinger, Barabasi and Hausmann (2007), Science 317, 482-487.
    """
    products = exports.shape[1]
    advantages = rca(exports)
    made = np.flatnonzero(exports.sum(axis=0) > 0.0)
    held = presence(advantages[:, made], threshold=advantage)
    kept = held.any(axis=0)  # with a threshold above 1 a product may be present nowhere
    made, held = made[kept], held[:, kept]
    own = held[home]
    around = np.full(products, np.nan)
    sums = proximity_sums(np.vstack([np.ones(len(made)), own]), held, diagonal=0.0)
    with np.errstate(invalid="ignore"):
        around[made] = np.where(sums[0] > 0.0, np.clip(sums[1] / sums[0], 0.0, 1.0), np.nan)
    nearest, close = _nearest(held, np.flatnonzero(own))
    found = np.full((products, NEAREST), -1, dtype=np.int32)
    found[made] = np.where(nearest >= 0, made[nearest], -1)
    proximity = np.full((products, NEAREST), np.nan)
    proximity[made] = close
    return Capability(
        rca=advantages[home],
        density=around,
        nearest=found,
        proximity=proximity,
        space=int(np.count_nonzero(exports.sum(axis=0) > 0.0)),
    )


def _nearest(
    held: npt.NDArray[np.bool_], mine: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return which of `mine` are nearest to each product, and how near; -1 and NaN for none."""
    products = held.shape[1]
    counted, ubiquity = held.astype(np.float32), held.sum(axis=0, dtype=np.float64)
    nearest = np.full((products, NEAREST), -1, dtype=np.intp)
    proximity = np.full((products, NEAREST), np.nan)
    for first in range(0, products, BLOCK):
        rows = np.arange(first, min(first + BLOCK, products))
        both = (counted[:, rows].T @ counted[:, mine]).astype(np.float64)
        near = both / np.maximum(ubiquity[rows, None], ubiquity[mine])
        near[rows[:, None] == mine] = 0.0
        best = np.argsort(-near, axis=1, kind="stable")[:, :NEAREST]
        close = np.take_along_axis(near, best, axis=1)
        there = close > 0.0
        nearest[rows, : best.shape[1]] = np.where(there, mine[best], -1)
        proximity[rows, : best.shape[1]] = np.where(there, close, np.nan)
    return nearest, proximity
