"""The economy of a table as every sector engine takes it: flows a step, at rest at the start."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.errors import LabelError, MissingPartError, ParameterError
from chainwright.system import Axis, Flows, System
from chainwright.system.axis import read_only

__all__ = ["DAYS_PER_YEAR", "Economy", "Notes"]

DAYS_PER_YEAR = 365.0

Numbers = npt.NDArray[np.float64]
Table = npt.NDArray[np.floating]
Notes = tuple[tuple[str, str], ...]
"""Sentences in English and Chinese."""


@dataclass(frozen=True, eq=False, repr=False)
class Economy:
    """The flows of a table in equilibrium: ``n`` home nodes, ``r`` rows of deliveries from abroad.

    Rows are numbered together: home nodes ``0..n-1``, then the rows from abroad ``n..n+r-1``, which
    never run short unless they are cut. ``S`` products are the sectors of both. Made by `of`.

    Parameters
    ----------
    flows : Flows
        The table; a competitive one of one region with its imports split off.
    step_days : float
        Length of a step [day].
    Z : ndarray, shape (n, n) [money / year]
        Deliveries between home nodes, rows contiguous: the table's own array where that is so.
    M : ndarray, shape (r, n), or None [money / year]
        Deliveries from abroad; None if the table has none apart.
    products : Axis, S
        Sectors of the home nodes, then products that only come from abroad.
    row_product : ndarray of int32, shape (n + r,)
        Product of each row.
    rows : ndarray of int32, shape (n + r,)
        Rows in order of product; those of product p are ``rows[rows_start[p]:rows_start[p + 1]]``.
    rows_start : ndarray of int64, shape (S + 1,)
        Where the rows of each product begin.
    x0 : ndarray, shape (n,) [money / step]
        Output at rest; raised to the deliveries to producers where a negative final demand
        (stocks drawn down) left less.
    A_C : ndarray, shape (S, n)
        Input of product p, of all origins, a unit of output of f.
    Y : ndarray, shape (n + r,) [money / step]
        Final demand by supplying row, never below zero.
    VA, K : ndarray, shape (n,) [money / year], [money]
        Value added (output less all inputs, not below zero) and productive capital.
    raised : float [money / year]
        By how much output was raised over all nodes.
    notes : tuple of (str, str)
        What was changed so that the start is a steady state, in English and Chinese.
    """

    flows: Flows
    step_days: float
    Z: Table
    M: Table | None
    products: Axis
    row_product: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    rows_start: npt.NDArray[np.int64]
    x0: Numbers
    A_C: Table
    Y: Numbers
    VA: Numbers
    K: Numbers
    raised: float
    notes: Notes

    @classmethod
    def of(
        cls,
        system: System,
        step_days: float = 1.0,
        dtype: npt.DTypeLike = np.float64,
        capital: float | Numbers = 4.0,
    ) -> "Economy":
        """Return the economy of a system's flows, a year being 365 days.

        Parameters
        ----------
        system : System
            With flows.
        step_days : float
            Length of a step [day].
        dtype : dtype
            Of the large arrays, float64 or float32. Z is copied only if the table's array is of
            another type, is kept by columns or holds numbers below zero.
        capital : float or ndarray, shape (n,)
            Capital over yearly value added (BoARIO 0.7.2 takes 4), or capital itself [money].

        Raises
        ------
        MissingPartError
            If the system has no flows, or nothing in it is produced.
        ParameterError
            If the step is not above zero, the type no floating type of 32 or 64 bits, or capital
            is negative or not finite.
        LabelError
            If capital is not one number a node.

        Examples
        --------
        >>> economy = Economy.of(System.demo("country"))
        >>> economy.n, economy.r, economy.S, len(economy.regions)
        (1302, 294, 42, 31)
        >>> bool(economy.Y.min() >= 0.0)
        True
        """
        if not 0.0 < step_days < np.inf:
            raise ParameterError("step_days", "an economy", "days above zero", step_days)
        kind: np.dtype[np.floating] = np.dtype(dtype)  # type: ignore[assignment]
        if kind not in (np.dtype(np.float64), np.dtype(np.float32)):
            raise ParameterError("dtype", "an economy", "float64 or float32", dtype)
        flows, notes = system.flows, []
        if flows.is_competitive and flows.is_national:
            flows = flows.split_imports()
            notes.append(SPLIT)
        elif flows.is_competitive:
            notes.append(MIXED)
        Z, below = _rows_in_order(flows.matrix, kind)
        M, M_below = (
            (None, 0.0) if flows.imports is None else _rows_in_order(flows.imports.matrix, kind)
        )
        if below or M_below:
            notes.append(_negative_cells(below + M_below, str(flows.money)))
        sums = Z.sum(axis=1, dtype=np.float64)
        x = np.maximum(flows.output, sums)
        raised = float((x - flows.output).sum())
        if not x.any():
            raise MissingPartError("output", "Every node of the table delivers nothing.")
        if raised > ROUNDING * x.sum():
            notes.append(_raised(raised, float(x.sum()), str(flows.money)))
        live = x > 0.0
        to_idle = Z[:, ~live].sum(axis=1, dtype=np.float64)
        final = np.maximum(x - sums, 0.0) + to_idle
        if M is not None and flows.imports is not None:
            abroad = flows.imports.final.sum(axis=1, dtype=np.float64)
            M_idle = M[:, ~live].sum(axis=1, dtype=np.float64)
            final = np.concatenate([final, np.maximum(abroad, 0.0) + M_idle])
            to_idle = np.concatenate([to_idle, M_idle])
        if to_idle.any():
            notes.append(_idle(float(to_idle.sum()), str(flows.money)))
        products, row_product = _products(flows)
        rows = np.argsort(row_product, kind="stable").astype(np.int32)
        sizes = np.bincount(row_product, minlength=len(products))
        rows_start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        A_C = _by_product(Z, M, rows, rows_start, np.where(live, x, np.inf))
        inputs = Z.sum(axis=0, dtype=np.float64)
        if M is not None:
            inputs = inputs + M.sum(axis=0, dtype=np.float64)
        added = np.where(live, np.maximum(x - inputs, 0.0), 0.0)
        steps_per_year = DAYS_PER_YEAR / step_days
        return cls(
            flows, float(step_days), Z, M, products, row_product, rows, rows_start,
            read_only(x / steps_per_year), read_only(A_C), read_only(final / steps_per_year),
            read_only(added), read_only(_capital(capital, added)), raised, tuple(notes),
        )  # fmt: skip

    @property
    def n(self) -> int:
        """Number of home nodes."""
        return len(self.x0)

    @property
    def r(self) -> int:
        """Number of rows of deliveries from abroad."""
        return 0 if self.M is None else len(self.M)

    @property
    def S(self) -> int:  # noqa: N802 (the letter of the equations)
        """Number of products."""
        return len(self.products)

    @property
    def regions(self) -> Axis:
        """Regions of the home nodes."""
        return self.flows.nodes.regions

    @property
    def product(self) -> npt.NDArray[np.int32]:
        """Product that each home node makes, shape (n,)."""
        return self.row_product[: self.n]

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """Type of the large arrays."""
        return self.Z.dtype

    @property
    def steps_per_year(self) -> float:
        """Steps in a year of 365 days."""
        return DAYS_PER_YEAR / self.step_days

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Code of each row, ``region:sector``, home nodes first, shape (n + r,)."""
        abroad = self.flows.imports
        return self.flows.nodes.codes + (() if abroad is None else abroad.rows.codes)

    def row(self, place: int) -> Table:
        """Return the yearly deliveries of a row to the home nodes, shape (n,) [money / year].

        Parameters
        ----------
        place : int
            Number of the row, 0 to n + r - 1.
        """
        deliveries: Table = (
            self.Z[place] if self.M is None or place < self.n else self.M[place - self.n]
        )
        return deliveries

    @cached_property
    def product_sums(self) -> csr_array:
        """Sparse matrix that sums rows by product, shape (S, n + r)."""
        entries = np.ones(len(self.rows))
        return csr_array((entries, self.rows, self.rows_start), shape=(self.S, len(self.rows)))

    @cached_property
    def final(self) -> Numbers:
        """Final demand by supplying row and final user, shape (n + r, m) [money / step].

        Cells below zero count as nothing and the others are scaled so that a row adds up to `Y`;
        what goes to no final user (inputs of nodes without output) is spread in the same way.
        """
        cells = np.maximum(np.asarray(self.flows.final, np.float64), 0.0)
        if self.flows.imports is not None:
            abroad = np.maximum(np.asarray(self.flows.imports.final, np.float64), 0.0)
            cells = np.concatenate([cells, abroad])
        sums = cells.sum(axis=1)
        scale = np.divide(self.Y, sums, out=np.zeros_like(sums), where=sums > 0.0)
        return read_only(cells * scale[:, None])


ROUNDING = 1e-9
"""Share of world output up to which a raise is rounding and not worth a word."""

SPLIT = (
    "Imports were split off in proportion to use (an assumption): the table mixes them with home "
    "deliveries, so deliveries from one country cannot be cut.",
    "该表将进口与国内交付混合列示，已按使用比例拆分（假设）；因此不能切断来自某一国家的交付。",
)

MIXED = (
    "The table mixes imports with home deliveries and subtracts them in one column: here home "
    "nodes deliver them too, so deliveries from one country cannot be cut.",
    "该表将进口与国内交付混合列示，仅在一列中扣减：此处视同由国内节点交付，"
    "因此不能切断来自某一国家的交付。",
)


def _negative_cells(below: float, money: str) -> tuple[str, str]:
    return (
        f"Negative deliveries to producers, {below:,.6g} {money} a year in all, count as zero.",
        f"对生产者的负交付（全年合计 {below:,.6g} {money}）按零计。",
    )


def _raised(raised: float, output: float, money: str) -> tuple[str, str]:
    share = 100.0 * raised / output
    return (
        "Where a negative final demand (stocks drawn down) left less output than producers use, "
        f"output is taken as what they use: {raised:,.6g} {money} a year more in all "
        f"({share:.3g} % of output).",
        "若负的最终需求（动用库存）使产出少于生产者的使用量，则以其使用量作为产出："
        f"全年合计增加 {raised:,.6g} {money}（占产出的 {share:.3g}%）。",
    )


def _idle(money_to_idle: float, money: str) -> tuple[str, str]:
    return (
        f"Inputs of nodes without output, {money_to_idle:,.6g} {money} a year in all, count as "
        "final demand.",
        f"无产出节点的投入（全年合计 {money_to_idle:,.6g} {money}）计入最终需求。",
    )


def _rows_in_order(matrix: Table, kind: np.dtype[np.floating]) -> tuple[Table, float]:
    """Return a matrix by rows, of type `kind`, without negative cells, and what those summed to."""
    by_rows = np.ascontiguousarray(matrix, dtype=kind)
    if not by_rows.size or float(by_rows.min()) >= 0.0:
        return read_only(by_rows), 0.0
    kept = np.maximum(by_rows, 0.0)
    below = float(by_rows.sum(dtype=np.float64) - kept.sum(dtype=np.float64))
    return read_only(kept), below


def _products(flows: Flows) -> tuple[Axis, npt.NDArray[np.int32]]:
    """Return the axis of products, home sectors first, and the product of each row."""
    home = flows.nodes.sectors
    if flows.imports is None:
        return home, flows.nodes.sector
    abroad = flows.imports.rows
    others = tuple(c for c in abroad.sectors.codes if c not in home.place)
    axis = home
    if others:
        at = abroad.sectors.index(others)
        more = abroad.sectors.take(at)
        blank = ("",) * len(home)
        axis = Axis(
            home.kind,
            home.codes + others,
            (home.names_en or blank) + (more.names_en or ("",) * len(more)),
            (home.names_zh or blank) + (more.names_zh or ("",) * len(more)),
            (home.parents or blank) + (more.parents or ("",) * len(more)),
        )
    of_abroad = axis.index(abroad.sectors.codes)[abroad.sector]
    return axis, np.concatenate([flows.nodes.sector, of_abroad])


def _by_product(
    Z: Table,
    M: Table | None,
    rows: npt.NDArray[np.int32],
    rows_start: npt.NDArray[np.int64],
    x: Numbers,
) -> Table:
    """Return A_C[p, f] = sum over the rows g of product p of Z[g, f] / x_f, shape (S, n)."""
    n, S = Z.shape[1], len(rows_start) - 1
    A_C = np.empty((S, n), dtype=Z.dtype)
    for p in range(S):
        mine = rows[rows_start[p] : rows_start[p + 1]]
        total = np.zeros(n)
        for g in mine:  # a row at a time: no copy of a product's block
            total += Z[g] if g < n or M is None else M[g - n]
        A_C[p] = total / x
    return A_C


def _capital(given: float | Numbers, added: Numbers) -> Numbers:
    capital = np.asarray(given, dtype=np.float64)
    if capital.ndim == 0:
        capital = float(capital) * added
    if capital.shape != added.shape:
        msg = f"capital is {capital.shape} and must be ({len(added)},), one number a node."
        raise LabelError(msg)
    if not np.isfinite(capital).all() or capital.min() < 0.0:
        raise ParameterError("capital", "an economy", "finite and not below zero", given)
    return capital
