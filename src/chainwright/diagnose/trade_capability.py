"""How near home's own exports are to a product: advantage, density, the nearest products."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    p = exports.shape[1]
    sold, made = exports.sum(axis=0), exports.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rca = (exports / made[:, None]) / (sold / sold.sum())
    present = np.nan_to_num(rca) >= advantage
    own = present[home]
    held = present.astype(np.float32)
    ubiquity = present.sum(axis=0, dtype=np.float64)
    density = np.full(p, np.nan)
    nearest = np.full((p, NEAREST), -1, dtype=np.int32)
    proximity = np.full((p, NEAREST), np.nan)
    mine = np.flatnonzero(own)
    for first in range(0, p, BLOCK):
        part = slice(first, min(first + BLOCK, p))
        rows = np.arange(part.start, part.stop)
        with np.errstate(divide="ignore", invalid="ignore"):
            both = (held[:, part].T @ held).astype(np.float64)  # whole numbers: exact in float32
            near = np.nan_to_num(both / np.maximum(ubiquity[part, None], ubiquity))
            near[np.arange(len(rows)), rows] = 0.0
            density[part] = near[:, own].sum(axis=1) / near.sum(axis=1)
        ours = near[:, mine]
        best = np.argsort(-ours, axis=1, kind="stable")[:, :NEAREST]
        close = np.take_along_axis(ours, best, axis=1)
        k = best.shape[1]
        nearest[part, :k] = np.where(close > 0.0, mine[best], -1)
        proximity[part, :k] = np.where(close > 0.0, close, np.nan)
    return Capability(
        rca=rca[home],
        density=density,
        nearest=nearest,
        proximity=proximity,
        space=int(np.count_nonzero(sold > 0.0)),
    )
