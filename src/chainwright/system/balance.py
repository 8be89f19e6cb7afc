"""Balancing: GRAS, and the repair of a table whose margins disagree."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import InfeasibleError, MissingPartError
from chainwright.sources.reading import Array
from chainwright.system.flows import Flows

__all__ = ["Repair", "gras", "repair"]

Vector = npt.NDArray[np.float64]
Repaired = TypeVar("Repaired")


@dataclass(frozen=True, eq=False)
class Repair(Generic[Repaired]):
    """A repaired system, and what was moved to repair it.

    Parameters
    ----------
    system : System
        The new system; its deliveries add up to the output that the file states.
    moved : DataFrame
        One row a changed cell, largest change first: from_region, from_sector, to_region,
        to_sector, before, after, moved [money].
    gap : float
        Largest relative gap between a margin and its target that remains.
    """

    system: Repaired
    moved: pd.DataFrame
    gap: float


def gras(
    given: npt.NDArray[np.floating],
    rows: Vector,
    columns: Vector,
    *,
    tolerance: float = 1e-9,
    steps: int = 2000,
) -> tuple[npt.NDArray[np.float64], float, int]:
    r"""Return the matrix nearest to `given` with other row and column sums, negatives allowed.

    With :math:`Z^0 = P - N` split by sign, GRAS finds :math:`Z_{ij} = r_i P_{ij} s_j -
    N_{ij} / (r_i s_j)`, solving a quadratic for each :math:`r_i` and :math:`s_j` in turn. Zeros
    stay zero and signs stay as they are.

    Parameters
    ----------
    given : ndarray, shape (n, m)
        The matrix to balance.
    rows, columns : ndarray, shapes (n,) and (m,)
        Sums wanted; both must add up to the same total.
    tolerance : float
        Largest gap of a margin that may remain, relative to the largest target.
    steps : int
        Most iterations.

    Returns
    -------
    balanced : ndarray, shape (n, m)
    gap : float
        Largest gap that remains, relative to the largest target.
    steps : int
        Iterations made.

    Raises
    ------
    InfeasibleError
        If the totals differ, a row or column cannot reach its sum, or the steps are used up.

    References
    ----------
    .. [1] Junius, T., Oosterhaven, J. (2003), The solution of updating or regionalizing a matrix
       with both positive and negative entries, Economic Systems Research 15, 87-96.

    Examples
    --------
    >>> balanced, gap, _ = gras(np.array([[7.0, 3.0], [2.0, 9.0]]), np.array([12.0, 12.0]),
    ...                         np.array([10.0, 14.0]))
    >>> balanced.sum(axis=0).round(6), balanced.sum(axis=1).round(6)
    (array([10., 14.]), array([12., 12.]))
    """
    positive, negative = np.maximum(given, 0.0), np.maximum(-given, 0.0)
    scale = max(
        float(np.abs(rows).max(initial=0.0)), float(np.abs(columns).max(initial=0.0)), 1e-300
    )
    if abs(rows.sum() - columns.sum()) > 1e-9 * scale * max(len(rows), len(columns)):
        msg = f"Rows must add up to {rows.sum():,.6g} and columns to {columns.sum():,.6g}."
        raise InfeasibleError(f"{msg} The two totals must be equal.")
    _refuse_unreachable("row", positive.sum(axis=1), negative.sum(axis=1), rows, scale)
    _refuse_unreachable("column", positive.sum(axis=0), negative.sum(axis=0), columns, scale)
    r, s = np.ones(len(rows)), np.ones(len(columns))
    gap, step = np.inf, 0
    for step in range(1, steps + 1):  # noqa: B007 - the number of steps is an answer
        r = _multiplier(rows, positive @ s, negative @ (1.0 / s))
        p, n = positive.T @ r, negative.T @ (1.0 / r)
        gap = float(np.abs(p * s - n / s - columns).max(initial=0.0)) / scale
        s = _multiplier(columns, p, n)
        if gap <= tolerance:
            break
    balanced = r[:, None] * positive * s - (negative / r[:, None]) / s
    gap = float(np.abs(balanced.sum(axis=1) - rows).max(initial=0.0)) / scale
    if gap > 10 * tolerance:
        worst = int(np.abs(balanced.sum(axis=1) - rows).argmax())
        msg = (
            f"GRAS did not converge in {steps} steps: row {worst} is still off by {gap:.2g} of the "
            "largest sum. Its zeros do not allow these margins; allow more steps or other margins."
        )
        raise InfeasibleError(msg)
    return balanced, gap, step


def _multiplier(target: Vector, p: Vector, n: Vector) -> Vector:
    """Positive root of ``p t^2 - target t - n = 0``; 1 where a row or column is empty."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(target * target + 4.0 * p * n)
        # the form that does not subtract two near numbers
        by_p = np.where(target >= 0.0, (target + root) / (2.0 * p), 2.0 * n / (root - target))
        only_n = np.where(target < 0.0, -n / target, 1.0)
    found: Vector = np.where(p > 0.0, by_p, np.where(n > 0.0, only_n, 1.0))
    tiny = float(np.finfo(np.float64).tiny)
    return np.nan_to_num(found, nan=1.0).clip(tiny**0.5, tiny**-0.5)


def _refuse_unreachable(what: str, p: Vector, n: Vector, target: Vector, scale: float) -> None:
    far = np.abs(target) > 1e-12 * scale
    stuck = ((p == 0.0) & (n == 0.0) & far) | ((p == 0.0) & (target > 0.0) & far)
    stuck |= (n == 0.0) & (target < 0.0) & far
    if stuck.any():
        listed = ", ".join(f"{what} {i} ({target[i]:,.6g})" for i in np.flatnonzero(stuck)[:10])
        msg = (
            f"No balancing reaches the sums of {listed}: their cells have no number of that sign. "
            "Correct these sums, or fill in their cells."
        )
        raise InfeasibleError(msg)


def repair(flows: Flows, *, tolerance: float, steps: int) -> tuple[Flows, pd.DataFrame, float]:
    """Return flows whose deliveries add up to the stated output, what was moved, and the gap.

    Rows of intermediate and final deliveries are brought to the stated output. Columns of
    producers are brought to stated output less value added and imports, where the file has rows of
    value added; all other columns keep their sums. Where the two totals then differ, the columns
    of final users are scaled together.

    Parameters
    ----------
    flows : Flows
        A table that states its output.
    tolerance : float
        Largest gap that may remain, relative to the largest margin.
    steps : int
        Most iterations.
    """
    if flows.stated_output is None:
        raise MissingPartError(
            "the output that the file states", "Without it there is nothing to balance against."
        )
    n = len(flows.nodes)
    rows = np.maximum(flows.stated_output.astype(np.float64), 0.0)
    cells = np.hstack([flows.matrix, flows.final]).astype(np.float64)
    dead = rows == 0.0
    cells[dead] = 0.0  # a row that must add up to zero has no answer with positive cells
    columns = cells.sum(axis=0)
    if len(flows.value_added_kinds):
        columns[:n] = rows - flows.added
        if flows.imports is not None:
            columns[:n] -= flows.imports.matrix.sum(axis=0)
    short = rows.sum() - columns.sum()
    use = np.maximum(columns[n:], 0.0)
    if use.sum() <= 0.0:
        msg = "There are no final deliveries that could take up the difference."
        raise InfeasibleError(msg)
    columns[n:] += short * use / use.sum()
    balanced, gap, done = gras(cells, rows, columns, tolerance=tolerance, steps=steps)
    moved = _moved(flows, np.hstack([flows.matrix, flows.final]), balanced)
    total = moved["moved"].abs().sum()
    note = f"balanced by GRAS to the stated output in {done} steps; {total:,.6g} moved in all"
    fixed = replace(
        flows, matrix=balanced[:, :n], final=balanced[:, n:], origin=flows.origin.noted(note)
    )
    return fixed, moved, gap


def _moved(flows: Flows, before: Array, after: Array) -> pd.DataFrame:
    i, j = np.nonzero(after - before)
    suppliers = flows.nodes.frame().iloc[i].reset_index(drop=True)
    takers = pd.concat([flows.nodes.frame(), flows.users.frame()], ignore_index=True).iloc[j]
    table = pd.DataFrame(
        {
            "from_region": suppliers["region"],
            "from_sector": suppliers["sector"],
            "to_region": takers["region"].to_numpy(),
            "to_sector": takers["sector"].to_numpy(),
            "before": before[i, j],
            "after": after[i, j],
            "moved": after[i, j] - before[i, j],
        }
    )
    return table.sort_values("moved", key=np.abs, ascending=False, ignore_index=True, kind="stable")
