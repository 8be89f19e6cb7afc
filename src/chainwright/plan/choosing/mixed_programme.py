"""A programme in which some unknowns are whole numbers: solved by HiGHS, shown as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import current_thread, main_thread

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.errors import InfeasibleError

__all__ = ["MixedProgramme", "MixedSolution"]

Floats = npt.NDArray[np.float64]

SMALLEST = 1e-9
"""Difference of cost and bound at which a search ends in any case."""

OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "parallel": "off",
    "threads": 1,
    "random_seed": 0,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    # The rows of measures are tight: cuts at the root all but close the gap, and these searches
    # for a first plan took four fifths of the time for nothing.
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}


@dataclass(frozen=True, eq=False)
class MixedSolution:
    """What was found.

    Parameters
    ----------
    values : ndarray
        ``(n,)`` the unknowns.
    least : float
        Cost of these.
    bound : float
        Proven: no solution costs less.
    """

    values: Floats
    least: float
    bound: float


@dataclass(frozen=True, eq=False)
class MixedProgramme:
    """Minimise ``cost @ x`` where ``matrix @ x <= limit``, ``low <= x <= high``, some x whole.

    Parameters
    ----------
    cost, low, high : ndarray
        ``(n,)`` of each unknown.
    whole : ndarray of bool
        ``(n,)`` whether it is a whole number.
    matrix : csr_array
        ``(m, n)``, a row a constraint.
    limit : ndarray
        ``(m,)`` what the row is at most.
    """

    cost: Floats
    low: Floats
    high: Floats
    whole: npt.NDArray[np.bool_]
    matrix: csr_array
    limit: Floats

    def solved(
        self,
        *,
        gap: float = 0.0,
        seconds: float = np.inf,
        start: Floats | None = None,
        slack: float = 0.0,
    ) -> MixedSolution | None:
        """Return the best solution, or None where there is none at all.

        Parameters
        ----------
        gap : float
            Stop once (cost - bound) / cost is at most this.
        seconds : float
            Stop after this time with the best that was found, and its bound.
        start : ndarray, optional
            The first unknowns of a solution to begin with; the whole ones of them are used.
        slack : float
            Stop also once cost - bound is at most this.

        Raises
        ------
        InfeasibleError
            If the time was over before any solution was found, or the solver gives up.
        """
        if not len(self.cost):
            return MixedSolution(np.zeros(0), 0.0, 0.0)
        highs = self._held(gap, seconds, slack)
        if start is not None and self.whole.any():
            first = np.flatnonzero(self.whole[: len(start)]).astype(np.int32)
            highs.setSolution(len(first), first, np.round(start[first]))
        _run(highs, stoppable=bool(self.whole.any()))
        status = highs.getModelStatus()
        states = highspy.HighsModelStatus
        if status in {states.kInfeasible, states.kUnboundedOrInfeasible}:
            return None
        info = highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status not in {states.kOptimal, states.kTimeLimit} or not found:
            msg = (
                "The plan was not found: the solver stopped with "
                f"'{highs.modelStatusToString(status)}'. Give it more time, a wider gap, or fewer "
                "measures."
            )
            raise InfeasibleError(msg)
        values = np.array(highs.getSolution().col_value, dtype=np.float64)
        least = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if self.whole.any() else least
        return MixedSolution(values, least, min(bound, least))

    def _held(self, gap: float, seconds: float, slack: float) -> highspy.Highs:
        matrix = self.matrix.tocsc()
        held = highspy.HighsLp()
        held.num_row_, held.num_col_ = matrix.shape
        held.col_cost_, held.col_lower_, held.col_upper_ = self.cost, self.low, self.high
        held.row_lower_ = np.full(len(self.limit), -np.inf)
        held.row_upper_ = self.limit
        held.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        held.a_matrix_.start_, held.a_matrix_.index_ = matrix.indptr, matrix.indices
        held.a_matrix_.value_ = matrix.data
        if self.whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            held.integrality_ = [kinds[int(w)] for w in self.whole]
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        limits: dict[str, bool | int | float | str] = {
            "mip_rel_gap": gap,
            "mip_abs_gap": max(slack, SMALLEST),
        }
        if np.isfinite(seconds):
            limits["time_limit"] = seconds
        for name, value in (OPTIONS | limits).items():
            highs.setOptionValue(name, value)
        highs.passModel(held)
        return highs

    def text(self, unknowns: Sequence[str], rows: Sequence[str]) -> str:
        """Return the programme in words and numbers, a line a constraint, the same each time.

        Parameters
        ----------
        unknowns : sequence of str
            ``n`` names.
        rows : sequence of str
            ``m`` names.
        """
        lines = ["minimise", f"  {_sum(self.cost, range(len(self.cost)), unknowns)}", "where"]
        held = self.matrix.tocsr()
        for i, name in enumerate(rows):
            some = slice(held.indptr[i], held.indptr[i + 1])
            terms = _sum(held.data[some], held.indices[some], unknowns)
            lines.append(f"  {name}: {terms} <= {self.limit[i]:.10g}")
        lines.append("between")
        kinds = ("", " whole")
        lines += [
            f"  {self.low[i]:.10g} <= {name} <= {self.high[i]:.10g}{kinds[int(self.whole[i])]}"
            for i, name in enumerate(unknowns)
        ]
        return "\n".join(lines) + "\n"


def _run(highs: highspy.Highs, *, stoppable: bool) -> None:
    """Solve; where that may take long, Ctrl-C ends the search at once, and not after its time."""
    # Ctrl-C comes to the main thread alone; and highspy holds one lock for all its solvers, so that
    # no two may be started this way at once
    if not stoppable or current_thread() is not main_thread():
        highs.run()
        return
    highs.HandleUserInterrupt = True
    highs.startSolve()
    try:
        while not highs.wait(0.1)[0]:
            pass
    except KeyboardInterrupt:
        highs.cancelSolve()  # type: ignore[no-untyped-call]
        highs.wait()
        raise


def _sum(
    values: Floats, places: Sequence[int] | npt.NDArray[np.int32], names: Sequence[str]
) -> str:
    order = sorted(range(len(values)), key=lambda i: places[i])
    terms = [f"{values[i]:+.10g} {names[places[i]]}" for i in order if values[i] != 0.0]
    return " ".join(terms) or "0"
