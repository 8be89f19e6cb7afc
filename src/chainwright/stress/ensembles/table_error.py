"""A table with an error of measurement in every cell, at rest again."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from chainwright.system import Flows

__all__ = ["with_error"]

Table = npt.NDArray[np.floating]


def with_error(flows: Flows, cv: float, stream: np.random.Generator) -> Flows:
    r"""Return the table with each delivery multiplied by a lognormal number of mean 1.

    :math:`Z_{gf} \leftarrow Z_{gf} \exp(\sigma u_{gf} - \sigma^2 / 2)`,
    :math:`\sigma^2 = \ln(1 + cv^2)`, u standard normal, independent by cell; final deliveries and
    those from abroad alike. A cell of nothing stays nothing and none changes its sign. Output is
    what the deliveries of a row now add up to, so the table is at rest, and value added is what
    then is left of it, not below zero: rows stay balanced, value added takes the difference.
    What the file states of value added and output is left out.

    Parameters
    ----------
    flows : Flows
        The table.
    cv : float [share]
        Standard deviation of the error over its mean.
    stream : numpy.random.Generator
        Random numbers; cells are drawn by rows: producers, final users, then both from abroad.

    Examples
    --------
    >>> from chainwright import System
    >>> flows = System.demo("country").flows
    >>> odd = with_error(flows, 0.1, np.random.default_rng(1))
    >>> bool((odd.matrix[flows.matrix == 0.0] == 0.0).all()), odd.money == flows.money
    (True, True)
    """
    sigma = sqrt(log(1.0 + cv * cv))

    def moved(cells: Table) -> Table:
        factor = stream.standard_normal(cells.shape)
        factor *= sigma
        factor -= 0.5 * sigma * sigma
        np.exp(factor, out=factor)
        found: Table = (cells * factor).astype(cells.dtype, copy=False)
        return found

    matrix, final = moved(flows.matrix), moved(flows.final)
    imports = flows.imports
    if imports is not None:
        imports = replace(imports, matrix=moved(imports.matrix), final=moved(imports.final))
    nothing = flows.value_added_kinds.take(np.zeros(0, np.int32))
    return replace(
        flows,
        matrix=matrix,
        final=final,
        imports=imports,
        value_added_kinds=nothing,
        value_added=np.zeros((0, len(flows.nodes)), flows.value_added.dtype),
        stated_output=None,
        origin=flows.origin.noted(f"error of measurement drawn, cv {cv:g} by cell"),
    )
