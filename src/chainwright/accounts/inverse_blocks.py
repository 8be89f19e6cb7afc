"""Diagonal and diagonal blocks of the Leontief inverse, from two triangles and not the whole."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

from chainwright.accounts.factors import Leontief, need_room

__all__ = ["InverseBlocks"]

CHUNK = 128
"""Nodes whose part of the diagonal is taken at a time."""


class InverseBlocks:
    r"""Parts of :math:`L = (I - A)^{-1}` around its diagonal.

    The factors of :math:`(I - A)' = P T U` are inverted in place, :math:`\frac{2}{3} n^3`
    operations, where the whole inverse would take :math:`\frac{4}{3} n^3`; then
    :math:`L'_{gg} = (U^{-1})_{g \cdot} (T^{-1} P')_{\cdot g}` for any group g of nodes.

    Parameters
    ----------
    leontief : Leontief
        The factored system.
    """

    def __init__(self, leontief: Leontief) -> None:
        n, dtype = len(leontief), leontief.dtype
        need_room(n * n * dtype.itemsize, f"the diagonal of the inverse of {n:,} nodes")
        lu, pivots, *_ = leontief._factors
        letter = "s" if dtype == np.float32 else "d"
        invert = getattr(lapack, f"{letter}trtri")
        both = lu.copy(order="F")  # one array holds both triangles, before and after
        both, _ = invert(both, lower=0, overwrite_c=1)
        both, _ = invert(both, lower=1, unitdiag=1, overwrite_c=1)
        self._triangles: npt.NDArray[np.floating] = both
        rows = np.arange(n, dtype=np.float64)[:, None]
        swapped = lapack.dlaswp(rows, pivots)[:, 0].astype(np.intp)
        self._column = np.argsort(swapped)

    def _around(
        self, places: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
        """Return the rows of U^-1 and the columns of T^-1 P' at `places`, without common zeros."""
        both, columns = self._triangles, self._column[places]
        begin, end = int(places[0]), int(places[-1]) + 1
        if end - begin == len(places) and np.array_equal(columns, places):
            # neighbours whose rows were not swapped: both are zero before `begin`
            upper, lower = both[begin:end, begin:].copy(), both[begin:, begin:end].copy()
            square = slice(0, end - begin)
            upper[:, square] = np.triu(upper[:, square])
            lower[square] = np.tril(lower[square], -1) + np.eye(end - begin)
            return upper, lower
        k = np.arange(len(both))
        upper = np.where(k >= places[:, None], both[places], 0.0)
        lower = np.where(k[:, None] > columns, both[:, columns], 0.0)
        lower[columns, np.arange(len(places))] = 1.0
        return upper, lower

    def block(self, places: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Return the inverse between the nodes at `places`, shape (g, g).

        Parameters
        ----------
        places : ndarray of int, shape (g,)
            Positions of nodes.
        """
        upper, lower = self._around(places)
        return np.asarray((upper @ lower).T, dtype=np.float64)

    def diagonal(self) -> npt.NDArray[np.float64]:
        """Return the diagonal of the inverse, shape (n,)."""

        def parts() -> Iterator[npt.NDArray[np.floating]]:
            for places in np.split(np.arange(n), np.arange(CHUNK, n, CHUNK)):
                upper, lower = self._around(places)
                yield np.einsum("jk,kj->j", upper, lower)

        n = len(self._triangles)
        return np.concatenate(list(parts())).astype(np.float64)
