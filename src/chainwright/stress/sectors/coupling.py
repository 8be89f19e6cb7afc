"""How far the inoperability of one sector reaches another: the matrix A* of Haimes and Jiang."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from chainwright.accounts import Leontief, leontief
from chainwright.errors import InfeasibleError, LabelError, ParameterError
from chainwright.sources.reading import Array
from chainwright.system import Flows

__all__ = ["Coupling", "Mode"]

Numbers = npt.NDArray[np.float64]

Mode = Literal["demand", "supply"]
"""demand: users order less, suppliers lose sales; supply: users lack what suppliers send less."""


@dataclass(frozen=True, eq=False)
class Coupling:
    r"""The matrix A* that hands inoperability on, without being formed.

    Of a table with deliveries Z, output x and :math:`A = Z \hat x^{-1}`:

    .. math:: A^*_{ij} = Z_{ij} / x_i \quad\text{(demand)}, \qquad
              A^*_{ij} = A_{ji} = Z_{ji} / x_i \quad\text{(supply)} .

    A sector without output hands on nothing.

    Parameters
    ----------
    matrix : ndarray, shape (n, n)
        Z, or A* itself.
    scale : ndarray, shape (n,)
        What its rows (columns, if transposed) are multiplied with: one over output, or ones.
    mode : str
        ``"demand"`` or ``"supply"``.
    network : Leontief or None
        The factored table; None where A* itself is given.

    References
    ----------
    .. [1] Haimes, Y. Y. and Jiang, P. (2001), Leontief-based model of risk in complex
       interconnected infrastructures, Journal of Infrastructure Systems 7, 1-12.

    Examples
    --------
    >>> pair = Coupling.of_matrix([[0.0, 0.8], [0.2, 0.0]])
    >>> pair.solve(np.array([0.0, 0.6])).round(3)
    array([0.571, 0.714])
    """

    matrix: Array
    scale: Numbers
    mode: Mode = "demand"
    network: Leontief | None = None

    @classmethod
    def of(cls, flows: Flows, mode: Mode = "demand") -> "Coupling":
        """Return the coupling of a table.

        Parameters
        ----------
        flows : Flows
            The table.
        mode : str
            ``"demand"`` or ``"supply"``.

        Raises
        ------
        ParameterError
            If there is no such mode.
        InfeasibleError
            If inoperability would grow without end: the table is not productive.
        """
        if mode not in get_args(Mode):
            raise ParameterError("mode", "an inoperability model", "demand or supply", mode)
        network = leontief(flows)
        # A* is similar to A, so that it is the table's own test that makes the radius less than 1
        _ = network.column_totals
        return cls(flows.matrix, flows.per_output, mode, network)

    @classmethod
    def of_matrix(cls, matrix: npt.ArrayLike) -> "Coupling":
        """Return the coupling of a given A*, as textbooks print it.

        Parameters
        ----------
        matrix : array, shape (n, n)
            Row i holds what sector i takes over from each other sector.

        Raises
        ------
        LabelError
            If it is not square.
        ParameterError
            If a number is missing, infinite or below zero.
        InfeasibleError
            If its spectral radius is 1 or more.
        """
        given = np.array(matrix, dtype=np.float64)
        if given.ndim != 2 or given.shape[0] != given.shape[1]:
            msg = f"A matrix of inoperability is square, one row and column a sector: {given.shape}"
            raise LabelError(msg)
        if not (np.isfinite(given).all() and (given >= 0.0).all()):
            expected = "finite and nowhere below zero"
            raise ParameterError("matrix", "an inoperability model", expected, given.tolist())
        radius = float(np.abs(np.linalg.eigvals(given)).max(initial=0.0))
        if radius >= 1.0:
            msg = (
                f"The spectral radius of this matrix is {radius:.4g}: inoperability would grow "
                "without end. It must be below 1. Check its rows, or take A* = Z / x of a table."
            )
            raise InfeasibleError(msg)
        return cls(given, np.ones(len(given)))

    def __len__(self) -> int:
        return len(self.matrix)

    @property
    def diagonal(self) -> Numbers:
        """What each sector hands on to itself, shape (n,)."""
        return np.asarray(np.diagonal(self.matrix) * self.scale, dtype=np.float64)

    def times(self, q: Numbers) -> Numbers:
        """Return A* q, shape (n,) or (n, k).

        Parameters
        ----------
        q : ndarray, shape (n,) or (n, k)
            Inoperability.
        """
        table = self.matrix.T if self.mode == "supply" else self.matrix
        scale = self.scale if q.ndim == 1 else self.scale[:, None]
        return np.asarray(table @ q * scale, dtype=np.float64)

    def row_times(self, w: Numbers) -> Numbers:
        """Return w' A*, shape (n,): what one unit in each sector adds to the sum weighted by w.

        Parameters
        ----------
        w : ndarray, shape (n,)
            Weights.
        """
        table = self.matrix if self.mode == "supply" else self.matrix.T
        return np.asarray(table @ (w * self.scale), dtype=np.float64)

    def dense(self) -> Numbers:
        """Return A* itself, shape (n, n)."""
        table = self.matrix.T if self.mode == "supply" else self.matrix
        return np.asarray(table * self.scale[:, None], dtype=np.float64)

    def solve(self, c: Numbers) -> Numbers:
        """Return (I - A*)^-1 c, from the factors of the table where there is one.

        Parameters
        ----------
        c : ndarray, shape (n,)
            Direct perturbation.
        """
        if self.network is None:
            return np.asarray(np.linalg.solve(np.eye(len(self)) - self.dense(), c))
        if self.mode == "demand":  # A* = diag(x)^-1 Z is the matrix of Ghosh
            return self.network.ghosh(c)
        return np.asarray(self.network.solve_transposed(c), dtype=np.float64)

    def solve_transposed(self, w: Numbers) -> Numbers:
        """Return the row w' (I - A*)^-1, shape (n,).

        Parameters
        ----------
        w : ndarray, shape (n,)
            Weights.
        """
        if self.network is None:
            return np.asarray(np.linalg.solve(np.eye(len(self)) - self.dense().T, w))
        if self.mode == "demand":
            return self.network.ghosh_transposed(w)
        return np.asarray(self.network.solve(w), dtype=np.float64)
