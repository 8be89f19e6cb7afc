"""The Leontief system (I - A) x = y: factored once, solved for what is asked, never inverted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import psutil
from scipy.linalg import lapack

from chainwright.errors import CapacityError, InfeasibleError, LabelError, ParameterError
from chainwright.sources.reading import Array
from chainwright.system import Flows
from chainwright.system.axis import read_only

__all__ = ["Dtype", "Leontief", "by_rows", "is_factored", "leontief", "need_room"]

Dtype = Literal["float64", "float32"]
"""Numbers to count with: 15 digits, or 6 at half the memory and about half the time."""

WINDOW = 50
"""Terms of a power series after which its terms must have become smaller."""

BLOCK = 512
"""Rows that are made float64 at a time where a table is kept as float32."""


STAGGER = 192
"""Columns of a staggered right-hand side that go through the first triangle together."""


class _Factors(NamedTuple):
    lu: Array
    pivots: npt.NDArray[np.intp]
    column_totals: npt.NDArray[np.float64]
    error: float
    memory: Array  # of the LU, column by column, and one column more: see `_corner`


class Leontief:
    r"""The system :math:`(I - A) x = y` of a table, with :math:`A = Z \hat x^{-1}`.

    One LU factorisation (:math:`\frac{2}{3} n^3` operations), made when it is first needed, then
    :math:`2 n^2` operations a right-hand side. The inverse would take four times as long and is
    hardly ever needed. A node without output has a column of zeros in A.

    Parameters
    ----------
    flows : Flows
        The table; A is of its intermediate deliveries alone, deliveries from abroad lie outside.
    dtype : dtype
        float64, or float32 for half the memory; `error` tells what that costs.

    Attributes
    ----------
    nodes : Nodes
        The producers.
    output : ndarray, shape (n,) [money]
        Their output x.

    Notes
    -----
    W. Leontief (1936), Quantitative input and output relations in the economic systems of the
    United States; R. E. Miller and P. D. Blair (2009), Input-output analysis, chapters 2 and 12.

    Examples
    --------
    >>> import pandas as pd
    >>> from chainwright import System
    >>> rows = [("intermediate", "A", "ore", "A", "steel", 2.0),
    ...         ("intermediate", "A", "steel", "A", "ore", 1.0),
    ...         ("final", "A", "ore", "A", "household", 2.0),
    ...         ("final", "A", "steel", "A", "household", 3.0)]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    >>> flows = System.from_table(pd.DataFrame(rows, columns=columns)).flows
    >>> leontief(flows).solve(flows.demand)
    array([4., 4.])
    """

    def __init__(self, flows: Flows, dtype: npt.DTypeLike = np.float64) -> None:
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        if self.dtype not in (np.dtype(np.float64), np.dtype(np.float32)):
            expected = "float64 or float32"
            raise ParameterError(parameter="dtype", owner="Leontief", expected=expected, got=dtype)
        # The arrays, not the Flows: `leontief` keeps one of us for as long as the Flows live.
        self.nodes, self.output = flows.nodes, flows.output
        self._deliveries, self._per_output = flows.matrix, flows.per_output
        self._inverse: Array | None = None

    def __len__(self) -> int:
        return len(self.nodes)

    def __repr__(self) -> str:
        return f"<Leontief: {len(self):,} nodes, {self.dtype.name}>"

    @cached_property
    def input_shares(self) -> npt.NDArray[np.float64]:
        """Column sums of A: intermediate inputs of the table's own nodes per output, shape (n,)."""
        return read_only(self._deliveries.sum(axis=0, dtype=np.float64) * self._per_output)

    @property
    def column_totals(self) -> npt.NDArray[np.float64]:
        """Column sums of the inverse, ``1' (I - A)^-1``, shape (n,): the output multipliers."""
        return self._factors.column_totals

    @property
    def error(self) -> float:
        """Largest error of a solve whose solution is known to be 1 everywhere."""
        return self._factors.error

    @property
    def is_factored(self) -> bool:
        """Whether the LU has been made."""
        return "_factors" in self.__dict__

    @cached_property
    def _factors(self) -> _Factors:
        r"""LU of :math:`(I - A)'` in place: A is written in C order, which LAPACK sees turned."""
        n = len(self)
        need_room(n * n * self.dtype.itemsize, f"factoring {n:,} nodes in {self.dtype.name}")
        memory = np.zeros(n * n + n, dtype=self.dtype)
        system = memory[: n * n].reshape(n, n)
        by_rows(n, lambda rows: self._fill(system, rows))
        getrf = _lapack("getrf", self.dtype)
        lu, pivots, info = getrf(system.T, overwrite_a=1)
        if info > 0:
            raise self._unproductive()
        known = np.stack([np.ones(n), 1.0 - self.input_shares], axis=1).astype(self.dtype)
        totals, ones = self._solved(lu, pivots, known, transposed=True).T.astype(np.float64)
        # With A >= 0 an economy is productive just if 1'(I - A)^-1 is nowhere negative
        # (I - A is then an M-matrix: A. Berman and R. J. Plemmons (1994), theorem 6.2.3).
        if not (totals > 0.0).all():
            raise self._unproductive()
        error = float(np.abs(ones - 1.0).max())
        return _Factors(lu, pivots, read_only(totals), error, memory)

    def _fill(self, system: Array, rows: slice) -> None:
        """Write some rows of I - A."""
        np.multiply(
            self._deliveries[rows], -self._per_output, out=system[rows], casting="same_kind"
        )
        places = np.arange(len(self))[rows]
        system[places, places] += 1.0

    def _unproductive(self) -> InfeasibleError:
        shares = self.input_shares
        greedy = [i for i in np.argsort(-shares, kind="stable") if shares[i] >= 1.0]
        named = ", ".join(f"{self.nodes.codes[i]} ({shares[i]:.3g} of output)" for i in greedy[:8])
        more = f" and {len(greedy) - 8} more" if len(greedy) > 8 else ""
        who = f"The inputs reach or exceed the output of {named}{more}. " if greedy else ""
        return InfeasibleError(
            "The economy of this table is not productive: making one unit more of something would "
            f"use up at least as much of it again, so no chain of inputs comes to an end. {who}"
            "Look for inputs in the wrong unit, missing final deliveries, or join those nodes "
            "with others: system.aggregated(...)."
        )

    def _solved(
        self, lu: Array, pivots: npt.NDArray[np.intp], rhs: Array, *, transposed: bool
    ) -> Array:
        getrs = _lapack("getrs", self.dtype)
        # the factors are of the turned system, so the plain solve is LAPACK's transposed one
        solution, _ = getrs(lu, pivots, rhs, trans=0 if transposed else 1)
        return np.asarray(solution)

    def _need_rows(self, rhs: npt.NDArray[np.floating]) -> None:
        if rhs.ndim not in (1, 2) or len(rhs) != len(self):
            msg = (
                f"A right-hand side is {rhs.shape} and the table has {len(self):,} nodes. "
                "Give an array of shape (n,) or (n, k)."
            )
            raise LabelError(msg)

    def solve(self, rhs: npt.ArrayLike) -> Array:
        """Return ``(I - A)^-1 rhs``: the output that final deliveries `rhs` need.

        Parameters
        ----------
        rhs : ndarray, shape (n,) or (n, k)
            Final deliveries; several columns at once are much faster than one by one.
        """
        given = np.asarray(rhs, dtype=self.dtype)
        self._need_rows(given)
        return self._solved(self._factors.lu, self._factors.pivots, given, transposed=False)

    def solve_transposed(self, rhs: npt.ArrayLike) -> Array:
        """Return ``((I - A)')^-1 rhs``: what a unit of each final delivery embodies.

        Parameters
        ----------
        rhs : ndarray, shape (n,) or (n, k)
            Amounts per unit of output, such as value added or CO2.
        """
        given = np.asarray(rhs, dtype=self.dtype)
        self._need_rows(given)
        return self._solved(self._factors.lu, self._factors.pivots, given, transposed=True)

    def solve_staggered(self, rhs: Array, starts: npt.NDArray[np.integer]) -> Array:
        r"""Return what `solve_transposed` returns, faster where right-hand sides begin with zeros.

        The first of the two triangles has nothing to do above the first number of a column, which
        saves up to a third of the work when columns begin all over the table.

        Parameters
        ----------
        rhs : ndarray, shape (n, k)
            Right-hand sides in Fortran order; they are overwritten.
        starts : ndarray of int, shape (k,)
            Rows before these are zero in each column; best in rising order.
        """
        self._need_rows(rhs)
        lu, pivots, *_ = self._factors
        if rhs.dtype != self.dtype or (pivots != np.arange(len(self))).any():
            return self.solve_transposed(rhs)  # rows were swapped, so zeros are not where they were
        trtrs = _lapack("trtrs", self.dtype)
        for first in range(0, rhs.shape[1], STAGGER):
            columns = slice(first, first + STAGGER)
            top = int(starts[columns].min())
            part = np.asfortranarray(rhs[top:, columns])
            part, _ = trtrs(self._corner(top), part, lower=1, unitdiag=1, overwrite_b=1)
            rhs[top:, columns] = part
        solution, _ = trtrs(lu, rhs, lower=0, overwrite_b=1)
        return np.asarray(solution)

    def _corner(self, top: int) -> Array:
        """Return the LU from row and column `top` on, in place.

        The array has n rows, as LAPACK is told by its leading dimension; those below the corner
        belong to the next column, which is why there is one column more in memory.
        """
        n = len(self)
        begin = top * (n + 1)
        end = begin + n * (n - top)
        return self._factors.memory[begin:end].reshape((n, n - top), order="F")

    def inverse(self, *, keep: bool = False) -> Array:
        r"""Return :math:`L = (I - A)^{-1}` itself, shape (n, n), in C order.

        From the factors by :math:`\frac{4}{3} n^3` more operations and as much memory as they
        take. Ask for it only where all of L is needed; for a few of its rows or columns `solve`.

        Parameters
        ----------
        keep : bool
            Whether to keep it for the next call.
        """
        if self._inverse is not None:
            return self._inverse
        n = len(self)
        need_room(n * n * self.dtype.itemsize, f"the inverse of {n:,} nodes in {self.dtype.name}")
        getri = _lapack("getri", self.dtype)
        size, _ = _lapack("getri_lwork", self.dtype)(n)
        copy = self._factors.lu.copy(order="F")
        turned, _ = getri(copy, self._factors.pivots, lwork=int(size.real), overwrite_lu=1)
        inverse = read_only(np.asarray(turned).T)
        if keep:
            self._inverse = inverse
        return inverse

    def ghosh(self, rhs: npt.ArrayLike) -> npt.NDArray[np.float64]:
        r"""Return :math:`(I - B)^{-1} b` with :math:`B = \hat x^{-1} Z`, from the same factors.

        As :math:`I - B = \hat x^{-1} (I - A) \hat x`, it is one plain solve. A node without output
        delivers nothing, so it keeps its own b and hands on none.

        Parameters
        ----------
        rhs : ndarray, shape (n,) or (n, k)
            The column b.
        """
        given = np.asarray(rhs, dtype=np.float64)
        self._need_rows(given)
        x, per = _beside(self.output, given), _beside(self._per_output, given)
        return np.where(x > 0.0, self.solve(x * given) * per, given)

    def ghosh_transposed(self, rhs: npt.ArrayLike) -> npt.NDArray[np.float64]:
        r"""Return :math:`((I - B)')^{-1} c`, that is the row :math:`c' (I - B)^{-1}`.

        With primary inputs as c it gives output. A node without output keeps its own c.

        Parameters
        ----------
        rhs : ndarray, shape (n,) or (n, k)
            The row c as a column.
        """
        given = np.asarray(rhs, dtype=np.float64)
        self._need_rows(given)
        x, per = _beside(self.output, given), _beside(self._per_output, given)
        return np.where(x > 0.0, self.solve_transposed(given * per) * x, given)

    def iterate(
        self,
        rhs: npt.ArrayLike,
        tol: float = 1e-12,
        *,
        transposed: bool = False,
        terms: int = 10_000,
    ) -> npt.NDArray[np.float64]:
        r"""Return what `solve` returns as the series :math:`y + A y + A^2 y + \dots`, without LU.

        For one or a few right-hand sides, and where the factors do not fit in memory: it needs no
        array but the table, and gains a constant factor a term, the spectral radius of A.

        Parameters
        ----------
        rhs : ndarray, shape (n,) or (n, k)
            The right-hand side.
        tol : float
            Stop when what is left, estimated as a geometric series, is below this share of the
            largest number of the solution.
        transposed : bool
            Whether to solve with :math:`(I - A)'`.
        terms : int
            Give up after this many.

        Raises
        ------
        InfeasibleError
            If the terms do not become smaller: then the economy is not productive.
        """
        given = np.asarray(rhs, dtype=np.float64)
        self._need_rows(given)
        per = _beside(self._per_output, given)
        term, total = given, given.copy()
        sizes = [float(np.abs(given).sum())]
        if sizes[0] == 0.0:
            return total
        for k in range(1, terms + 1):
            term = self._fed(term, transposed=True) * per if transposed else self._fed(term * per)
            total += term
            sizes.append(float(np.abs(term).sum()))
            if not np.isfinite(sizes[-1]) or (k > WINDOW and sizes[-1] >= sizes[-1 - WINDOW] > 0.0):
                raise self._unproductive()
            # the slowest of the last steps, since terms may shrink by turns
            last = sizes[-6:]
            rate = max(after / before for before, after in pairwise(last) if before > 0.0)
            if sizes[-1] * rate <= tol * (1.0 - rate) * float(np.abs(total).max()):
                return total
        raise self._unproductive()

    def _fed(
        self, column: npt.NDArray[np.float64], *, transposed: bool = False
    ) -> npt.NDArray[np.float64]:
        """Return ``Z column`` (or ``Z' column``) in float64, whatever the table is kept as."""
        table = self._deliveries
        if table.dtype == np.float64:
            return np.asarray(table.T @ column if transposed else table @ column)
        fed = np.zeros(column.shape)
        for start in range(0, len(self), BLOCK):
            rows = slice(start, start + BLOCK)
            part = table[rows].astype(np.float64)
            if transposed:
                fed += part.T @ column[rows]
            else:
                fed[rows] = part @ column
        return fed


def _lapack(name: str, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Return the LAPACK routine `name` for numbers of `dtype`."""
    routine: Callable[..., Any] = getattr(lapack, ("s" if dtype == np.float32 else "d") + name)
    return routine


def by_rows(n: int, work: Callable[[slice], None]) -> None:
    """Do elementwise `work` on `n` rows in two threads: it waits for memory, not the processor."""
    middle = n // 2
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (slice(0, middle), slice(middle, n))))


def _beside(
    per_node: npt.NDArray[np.float64], given: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return a number a node so that it multiplies the rows of (n,) or (n, k)."""
    return per_node if given.ndim == 1 else per_node[:, None]


_made: "WeakKeyDictionary[Flows, dict[str, Leontief]]" = WeakKeyDictionary()


def leontief(flows: Flows, dtype: npt.DTypeLike = np.float64) -> Leontief:
    """Return the Leontief system of `flows`: one a table and dtype, kept while the table lives.

    Parameters
    ----------
    flows : Flows
        The table.
    dtype : dtype
        float64 or float32.
    """
    of_this = _made.setdefault(flows, {})
    name = np.dtype(dtype).name
    if name not in of_this:
        of_this[name] = Leontief(flows, dtype)
    return of_this[name]


def is_factored(flows: Flows, dtype: npt.DTypeLike = np.float64) -> bool:
    """Return whether the LU of `flows` in `dtype` has been made and is kept."""
    made = _made.get(flows, {}).get(np.dtype(dtype).name)
    return made is not None and made.is_factored


def need_room(size: float, what: str) -> None:
    """Refuse work that the free memory of this machine cannot hold.

    Parameters
    ----------
    size : float
        Bytes that the work adds.
    what : str
        What the work is, as the message names it.

    Raises
    ------
    CapacityError
        If more is needed than is free.
    """
    free = psutil.virtual_memory().available
    if size > free:
        msg = (
            f"There is no room for {what}: it takes {size / 2**30:,.2f} GiB and "
            f"{free / 2**30:,.2f} GiB are free. Count in float32, which takes half, join sectors "
            "or regions by system.aggregated(...), or ask plan(system, question) beforehand."
        )
        raise CapacityError(msg)
