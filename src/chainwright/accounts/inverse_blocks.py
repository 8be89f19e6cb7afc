"""Diagonal and diagonal blocks of the Leontief inverse, from two triangles and not the whole."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.linalg import blas, lapack

from chainwright.accounts.factors import Leontief, need_room

__all__ = ["InverseBlocks"]

CHUNK = 128
"""Nodes whose part of the diagonal is taken at a time."""

LEAF = 128
"""Size of a triangle that is inverted without being cut once more."""


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
        both = lu.copy(order="F")  # one array holds both triangles, before and after
        for lower in (False, True):
            _invert_triangle(both, 0, n, lower=lower)
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


def _invert_triangle(both: npt.NDArray[np.floating], begin: int, end: int, *, lower: bool) -> None:
    r"""Invert one triangle of `both` in place; the lower one has ones on its diagonal.

    :math:`\begin{pmatrix} P & Q \\ & R \end{pmatrix}^{-1} =
    \begin{pmatrix} P^{-1} & -P^{-1} Q R^{-1} \\ & R^{-1} \end{pmatrix}`, cut in halves. LAPACK's
    own trtri does the same work, but its threads wait for each other so often that it takes
    several times as long on a machine that has other work.
    """
    letter = "s" if both.dtype == np.float32 else "d"
    if end - begin <= LEAF:
        own = np.asfortranarray(both[begin:end, begin:end])
        solved, _ = getattr(lapack, f"{letter}trtri")(own, lower=lower, unitdiag=lower)
        both[begin:end, begin:end] = solved
        return
    middle = (begin + end) // 2
    first, second = slice(begin, middle), slice(middle, end)
    _invert_triangle(both, begin, middle, lower=lower)
    _invert_triangle(both, middle, end, lower=lower)
    rows, columns = (second, first) if lower else (first, second)
    times = getattr(blas, f"{letter}trmm")
    off = np.asfortranarray(both[rows, columns])
    left, right = np.asfortranarray(both[rows, rows]), np.asfortranarray(both[columns, columns])
    off = times(-1.0, left, off, side=0, lower=lower, diag=lower, overwrite_b=1)
    both[rows, columns] = times(1.0, right, off, side=1, lower=lower, diag=lower, overwrite_b=1)
