"""All footprints at once: the adjoint series with certified bounds, or a direct solve."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, identity
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import SuperLU, splu

from chainwright.carbon.lifecycle.series_kernels import carried, series, series_block
from chainwright.errors import InfeasibleError, ParameterError

__all__ = ["MOST_TERMS", "Adjoint", "AdjointChain", "Method"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]

Method = Literal["auto", "series", "direct"]
"""How footprints are solved for."""

MOST_TERMS = 300
"""Terms of the series after which a direct solve is taken."""

ROUND = float(np.finfo(np.float64).eps)

LOOSE = 0.5
"""How far the weights of the bound are summed: they need not be exact."""

REASONS = {
    "": ("", ""),
    "credits": (
        "inputs below nought (credits): solved directly",
        "存在负的投入（替代抵扣），改用直接求解",
    ),
    "slow": (
        f"the series had not ended after {MOST_TERMS} terms: solved directly",
        f"级数在 {MOST_TERMS} 项内未收敛，改用直接求解",
    ),
    "loop": (
        "the weights of the bound did not shrink: solved directly",
        "误差界的权重未收缩，改用直接求解",
    ),
    "asked": ("a direct solve was asked for", "按要求直接求解"),
}
"""Why a direct solve was taken, in words."""


@dataclass(frozen=True, eq=False)
class Adjoint:
    """What one unit of each product carries, within bounds.

    Parameters
    ----------
    value : ndarray, shape (n,)
        Solution of ``y = q + T' y``.
    lower, upper : ndarray, shape (n,)
        Certified bounds; NaN where none can be certified.
    terms : int
        Terms of the series after the first; 0 for a direct solve.
    method : str
        ``"series"`` or ``"direct"``.
    reason : str
        A key of `REASONS`.
    """

    value: Floats
    lower: Floats
    upper: Floats
    terms: int
    method: str
    reason: str


@dataclass(frozen=True, eq=False)
class AdjointChain:
    r"""Inputs by user, to solve :math:`y = q + T^\top y` with.

    The series :math:`y = \sum_k (T^\top)^k q` is ended where each term is within the tolerance of
    its own product, never by a norm. For T and q of nought or more every partial sum is a lower
    bound. With weights w > 0 and :math:`|T|^\top w \le \theta w`, :math:`\theta < 1`, and the
    residual :math:`\rho = q + T^\top y - y`,

    .. math:: |y^* - y| \le \max_i \frac{|\rho_i|}{w_i} \frac{1}{1 - \theta} \, w.

    The weights are a partial sum of :math:`w = y + |T|^\top w`; rounding is added to the residual.

    Parameters
    ----------
    starts : ndarray, shape (n + 1,)
        First input of each product.
    supplier : ndarray, shape (m,)
        Places of the inputs.
    amount : ndarray, shape (m,)
        Units of each in one unit of the product.
    """

    starts: npt.NDArray[np.int64]
    supplier: Places
    amount: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def credits(self) -> bool:
        """Whether any input is below nought."""
        return bool(len(self.amount) and self.amount.min() < 0.0)

    def needed(self, value: Floats) -> Floats:
        """Return what the inputs of each product carry, ``T' value``.

        Parameters
        ----------
        value : ndarray, shape (n,)
            What each product carries.
        """
        out = np.empty(len(self))
        carried(self.starts, self.supplier, self.amount, value, out)
        return out

    def solved(self, q: Floats, *, tolerance: float = 1e-9, method: Method = "auto") -> Adjoint:
        """Return the footprints of direct emissions `q`.

        Parameters
        ----------
        q : ndarray, shape (n,)
            Direct emissions.
        tolerance : float
            Largest last term of the series, as a share of each footprint.
        method : str
            ``"auto"``, ``"series"`` or ``"direct"``.

        Raises
        ------
        ParameterError
            If the tolerance is none, or a series of credits or a loop is asked for that has none.
        InfeasibleError
            If products need as much of themselves as they make.
        """
        if not ROUND < tolerance < 1.0:
            raise ParameterError("tolerance", "footprints", "above 2.2e-16 and below 1", tolerance)
        if method == "direct" or (method == "auto" and self.credits):
            return self._direct(q, "asked" if method == "direct" else "credits")
        found = self._series(q, tolerance)
        if isinstance(found, Adjoint):
            return found
        if method == "series":
            expected = "'auto' or 'direct' where the series does not end"
            raise ParameterError("method", "footprints", expected, method)
        return self._direct(q, found)

    def solved_parts(self, parts: Floats, scale: Floats, tolerance: float = 1e-9) -> Floats:
        """Return the footprints of several parts of the direct emissions, ``(n, p)``.

        Parameters
        ----------
        parts : ndarray, shape (n, p)
            Direct emissions by part.
        scale : ndarray, shape (n,)
            What terms are measured by: the footprints in all.
        tolerance : float
            Largest last term, as a share of it.
        """
        if not self.credits:
            term, out = np.ascontiguousarray(parts, dtype=np.float64), parts.astype(np.float64)
            args = (self.starts, self.supplier, self.amount, tolerance, MOST_TERMS, np.abs(scale))
            if series_block(*args, term.copy(), np.empty_like(term), out) >= 0:
                return out
        right = np.asarray(parts, dtype=np.float64)
        found = np.asarray(self._factor().solve(right))
        for part in range(right.shape[1]):
            found[~self._reached(right[:, part]), part] = 0.0
        return found

    def _series(self, q: Floats, tolerance: float) -> Adjoint | str:
        """Return the sum of the series, or why it has none."""
        if not self.credits and len(q) and q.min() < 0.0:
            return self._signed(q, tolerance)
        value, terms = self._sum(q, tolerance, np.empty(0))
        if terms < 0:
            return "slow"
        error = self._error(q, value)
        if error is None:
            return "loop"
        sure = not self.credits
        lower = np.maximum(value * (1.0 - self._rounding(terms)), 0.0) if sure else value - error
        return Adjoint(value, lower, value + error, terms, "series", "")

    def _signed(self, q: Floats, tolerance: float) -> Adjoint | str:
        """Return the sum for direct emissions of both signs: that of each sign by itself."""
        up = self._series(np.maximum(q, 0.0), tolerance)
        down = self._series(np.maximum(-q, 0.0), tolerance)
        if isinstance(up, str) or isinstance(down, str):
            return up if isinstance(up, str) else str(down)
        return Adjoint(
            up.value - down.value,
            up.lower - down.upper,
            up.upper - down.lower,
            max(up.terms, down.terms),
            "series",
            "",
        )

    def _sum(
        self, q: Floats, tolerance: float, scale: Floats, amount: Floats | None = None
    ) -> tuple[Floats, int]:
        term, out = q.copy(), q.copy()
        held = self.amount if amount is None else amount
        args = (self.starts, self.supplier, held, tolerance, MOST_TERMS, scale)
        return out, series(*args, term, np.empty(len(q)), out)

    def _rounding(self, terms: int) -> float:
        """Return by which share rounding may have lifted a sum of so many terms."""
        widest = int(np.diff(self.starts).max(initial=0))
        return (widest + 2) * (terms + 1) * ROUND

    def _error(self, q: Floats, value: Floats) -> Floats | None:
        """Return how far each footprint may be off, or None if no weights shrink."""
        size = np.abs(self.amount)
        reached = np.abs(value)
        gross = np.abs(q) + self._needed_by(size, reached)
        reached = np.maximum(reached, gross)
        weight, _ = self._sum(reached, LOOSE, reached, size)
        held = weight > 0.0
        theta = np.divide(self._needed_by(size, weight), weight, out=np.zeros(len(q)), where=held)
        worst = float(theta.max(initial=0.0)) * (1.0 + self._rounding(1))
        if not worst < 1.0:
            return None
        left = np.abs(q + self.needed(value) - value) + self._rounding(1) * gross
        ratio = np.divide(left, weight, out=np.zeros(len(q)), where=held)
        return np.asarray(ratio.max(initial=0.0) / (1.0 - worst) * weight)

    def _needed_by(self, amount: Floats, value: Floats) -> Floats:
        out = np.empty(len(self))
        carried(self.starts, self.supplier, amount, value, out)
        return out

    def _credited(self) -> npt.NDArray[np.bool_]:
        """Return which products a credit is behind."""
        users = np.repeat(np.arange(len(self)), np.diff(self.starts))
        below = np.bincount(users[self.amount < 0.0], minlength=len(self))
        return self._reached(below.astype(np.float64))

    def _reached(self, q: Floats) -> npt.NDArray[np.bool_]:
        """Return which products any emission is behind: for others a solve leaves rounding only."""
        n, some = len(self), np.flatnonzero(self.amount != 0.0)
        users = np.repeat(np.arange(n), np.diff(self.starts))[some]
        emitters = np.flatnonzero(q != 0.0)
        rows = np.concatenate([self.supplier[some], np.full(len(emitters), n)])
        columns = np.concatenate([users, emitters])
        graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(n + 1, n + 1))
        reached = np.zeros(n + 1, dtype=bool)
        reached[breadth_first_order(graph, n, return_predecessors=False)] = True
        return reached[:n]

    def _factor(self) -> SuperLU:
        n = len(self)
        users = np.repeat(np.arange(n), np.diff(self.starts))
        matrix = csc_array((self.amount, (users, self.supplier)), shape=(n, n))  # T transposed
        try:
            return splu((csc_array(identity(n)) - matrix).tocsc())
        except RuntimeError as error:
            msg = "Products of this system need as much of themselves as they make: no footprint."
            raise InfeasibleError(msg) from error

    def _direct(self, q: Floats, reason: str) -> Adjoint:
        factor = self._factor()
        value = np.asarray(factor.solve(q))
        value[~self._reached(q)] = 0.0
        made = factor.solve(np.ones(len(q)))
        # 1 and what the inputs hold, always, where no credit is behind a product
        short = np.flatnonzero(~(made >= 1.0 - 1e-9) & ~self._credited())
        if len(short):
            msg = (
                f"{len(short):,} products of this system need more of themselves than they "
                f"make, such as that in row {int(short[0]) + 1}: no footprint is defined."
            )
            raise InfeasibleError(msg)
        error = self._error(q, value)
        unknown = np.full(len(q), np.nan)
        if error is None:
            return Adjoint(value, unknown, unknown, 0, "direct", reason)
        return Adjoint(value, value - error, value + error, 0, "direct", reason)
