"""What if the cells of the table are off: cells drawn anew, the margins kept."""

from dataclasses import replace

import numpy as np

from chainwright.system import Flows
from chainwright.system.balance import gras

__all__ = ["redrawn"]

TOLERANCE = 1e-9
"""Largest gap of a margin that may remain, relative to the largest margin."""


def redrawn(flows: Flows, cell_error: float, rng: np.random.Generator) -> Flows:
    r"""Return `flows` with every intermediate cell off by chance, and all margins as they were.

    Each cell is multiplied by :math:`\exp(\sigma z - \sigma^2 / 2)`, z standard normal, which is 1
    in the mean; then GRAS brings all row and column sums back, so output, value added and final
    demand stay. Rows of imports are drawn and balanced with the home rows: a user's total inputs
    stay, what of them is imported may move. Zeros stay zero. Errors are taken as independent of
    each other and of equal relative size; true ones are larger in small cells.

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
    cells = flows.matrix.astype(np.float64)
    if flows.imports is not None:
        cells = np.concatenate([cells, flows.imports.matrix.astype(np.float64)])
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    factor = rng.standard_normal(cells.shape)
    factor *= cell_error
    factor -= cell_error**2 / 2
    np.exp(factor, out=factor)
    factor *= cells
    balanced, _, _ = gras(factor, rows, columns, tolerance=TOLERANCE)
    balanced = balanced.astype(flows.matrix.dtype, copy=False)
    imports = flows.imports and replace(flows.imports, matrix=balanced[n:])
    return replace(flows, matrix=balanced[:n], imports=imports)
