"""What if the cells of the table are off: cells drawn anew, the margins kept."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.errors import InfeasibleError
from chainwright.system import Flows
from chainwright.system.balance import gras

__all__ = ["redrawn"]

Numbers = npt.NDArray[np.float64]

TOLERANCE = 1e-9
"""Largest gap of a margin that may remain, relative to the largest margin."""

STEPS = 2000
"""Most iterations of balancing."""


def redrawn(flows: Flows, cell_error: float, rng: np.random.Generator) -> Flows:
    r"""Return `flows` with every intermediate cell off by chance, and all margins as they were.

    Each cell is multiplied by :math:`\exp(\sigma z - \sigma^2 / 2)`, z standard normal, which is 1
    in the mean; then GRAS brings all row and column sums back, so output, value added and final
    demand stay. Rows of imports are drawn and balanced with the home rows: a user's total inputs
    stay, what of them is imported may move. Zeros stay zero and signs stay. Errors are taken as
    independent of each other and of equal relative size; true ones are larger in small cells.

    Parameters
    ----------
    flows : Flows
        The table.
    cell_error : float
        Standard deviation :math:`\sigma` of the logarithm of a cell.
    rng : Generator
        Where chance comes from.

    Raises
    ------
    InfeasibleError
        If the margins cannot be reached again.
    """
    n = len(flows.nodes)
    cells = flows.matrix.astype(np.float64, copy=False)
    if flows.imports is not None:
        cells = np.concatenate([cells, flows.imports.matrix.astype(np.float64)])
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    drawn = csr_array(cells)
    drawn.data *= np.exp(cell_error * rng.standard_normal(len(drawn.data)) - cell_error**2 / 2)
    if drawn.data.min(initial=0.0) < 0.0:
        balanced, _, _ = gras(drawn.toarray(), rows, columns, tolerance=TOLERANCE, steps=STEPS)
    else:
        balanced = _scaled(drawn, rows, columns)
    balanced = balanced.astype(flows.matrix.dtype, copy=False)
    imports = flows.imports and replace(flows.imports, matrix=balanced[n:])
    return replace(flows, matrix=balanced[:n], imports=imports)


def _scaled(cells: "csr_array", rows: Numbers, columns: Numbers) -> Numbers:
    """Return what GRAS gives where no cell is negative, from the cells that are not zero.

    Tables of the world are mostly zeros, and this loop is most of the time of a draw.
    """
    scale = max(float(rows.max(initial=0.0)), 1e-300)
    by_column = cells.T.tocsr()
    r, s, gap = np.ones(len(rows)), np.ones(len(columns)), np.inf
    for _ in range(STEPS):
        sums = cells @ s
        r = np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0.0)
        sums = by_column @ r
        gap = float(np.abs(sums * s - columns).max(initial=0.0)) / scale
        s = np.divide(columns, sums, out=np.zeros_like(columns), where=sums > 0.0)
        if gap <= TOLERANCE:
            break
    else:
        msg = (
            f"Cells drawn anew could not be balanced in {STEPS} steps: a margin is still off by "
            f"{gap:.2g} of the largest. Ask for a smaller cell_error."
        )
        raise InfeasibleError(msg)
    balanced = cells.copy()
    balanced.data *= np.repeat(r, np.diff(cells.indptr)) * s[cells.indices]
    return np.asarray(balanced.toarray())
