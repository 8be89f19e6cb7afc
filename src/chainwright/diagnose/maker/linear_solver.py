"""Solves small linear programmes with HiGHS, one after another, the same input the same answer."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from chainwright.errors import InfeasibleError

__all__ = ["LinearSolver", "Programme"]

Floats = npt.NDArray[np.float64]

OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "solver": "simplex",
    "parallel": "off",
    "threads": 1,
    "random_seed": 0,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


@dataclass(frozen=True, eq=False)
class Programme:
    """Minimise ``cost @ x`` where ``row_low <= matrix @ x <= row_high``, ``low <= x <= high``.

    Parameters
    ----------
    cost, low, high : ndarray, shape (n,)
        Of each unknown.
    matrix : csc_array, shape (m, n)
        Rows are constraints.
    row_low, row_high : ndarray, shape (m,)
        Bounds of the rows.
    """

    cost: Floats
    low: Floats
    high: Floats
    matrix: csc_array
    row_low: Floats
    row_high: Floats


class LinearSolver:
    """A simplex solver that holds one programme at a time; bounds and costs can be changed.

    A changed programme is solved on from the last basis, so it costs little.

    Parameters
    ----------
    presolve : bool
        Whether to shrink a programme first: worth it for thousands of rows, not for dozens.
    """

    def __init__(self, *, presolve: bool = False) -> None:
        # its stubs lack methods that it has (1.15)
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (OPTIONS | {"presolve": "choose" if presolve else "off"}).items():
            self._highs.setOptionValue(name, value)

    def load(self, programme: Programme) -> None:
        """Take a programme, and forget the one before with its basis.

        Parameters
        ----------
        programme : Programme
            What to solve.
        """
        held = highspy.HighsLp()
        held.num_row_, held.num_col_ = programme.matrix.shape
        held.col_cost_ = programme.cost
        held.col_lower_, held.col_upper_ = programme.low, programme.high
        held.row_lower_, held.row_upper_ = programme.row_low, programme.row_high
        held.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        held.a_matrix_.start_ = programme.matrix.indptr
        held.a_matrix_.index_ = programme.matrix.indices
        held.a_matrix_.value_ = programme.matrix.data
        self._highs.passModel(held)

    def change_rows(self, low: Floats, high: Floats) -> None:
        """Change the bounds of all rows.

        Parameters
        ----------
        low, high : ndarray, shape (m,)
            New bounds.
        """
        rows = np.arange(len(low), dtype=np.int32)
        self._highs.changeRowsBounds(len(rows), rows, low, high)

    def change_columns(self, cost: Floats, low: Floats, high: Floats) -> None:
        """Change cost and bounds of all unknowns.

        Parameters
        ----------
        cost, low, high : ndarray, shape (n,)
            New costs and bounds.
        """
        columns = np.arange(len(cost), dtype=np.int32)
        self._highs.changeColsCost(len(columns), columns, cost)
        self._highs.changeColsBounds(len(columns), columns, low, high)

    def solve(self) -> bool:
        """Solve, and return whether there is a solution at all.

        Raises
        ------
        InfeasibleError
            If the solver gives up: the numbers span too many orders of magnitude.
        """
        self._highs.run()
        status = self._highs.getModelStatus()
        if status in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty}:
            return True
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        word = self._highs.modelStatusToString(status)
        msg = (
            f"The linear programme was not solved: {word}. Look for quantities, capacities or "
            "stocks in the tables that are out by many orders of magnitude."
        )
        raise InfeasibleError(msg)

    @property
    def least(self) -> float:
        """The least cost that was found."""
        return float(self._highs.getInfo().objective_function_value)

    def values(self) -> Floats:
        """Return the unknowns of the solution, ``(n,)``."""
        return np.array(self._highs.getSolution().col_value, dtype=np.float64)

    def duals(self) -> tuple[Floats, Floats]:
        """Return cost per unit of each row's bound, ``(m,)``, and of each unknown's, ``(n,)``."""
        found = self._highs.getSolution()
        return (
            np.array(found.row_dual, dtype=np.float64),
            np.array(found.col_dual, dtype=np.float64),
        )
