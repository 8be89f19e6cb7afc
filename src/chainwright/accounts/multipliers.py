"""One row a node: what it makes, whom it feeds, and what a unit more of it would need."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.factors import Leontief, leontief
from chainwright.system import Flows, Result, System
from chainwright.tables import schema

__all__ = ["NodeAccounts", "node_accounts"]

Floats = npt.NDArray[np.float64]

TOGETHER = 256
"""Right-hand sides that are solved together."""


@dataclass(frozen=True, eq=False, repr=False)
class NodeAccounts(Result):
    r"""Accounts and multipliers of every node, in the order of the file.

    With :math:`A = Z \hat x^{-1}` of the table's own intermediate deliveries and
    :math:`L = (I - A)^{-1}`:

    - output multiplier of j: :math:`\sum_i L_{ij}` over all nodes of the table; its part in j's
      own region: the sum over i in that region;
    - value-added multiplier: :math:`v L` with :math:`v = VA / x`, and its part in j's own region;
    - import multiplier: :math:`m L` with m the deliveries from abroad per output. Where value
      added is the rest of output, :math:`v L + m L = 1`;
    - upstreamness: :math:`U_i = (L x)_i / x_i`, which is also the row sum of the Ghosh inverse.

    A node without output has a column of zeros in A, hence an output multiplier of 1, no value
    added or imports to hand on, and no upstreamness.

    Parameters
    ----------
    output, intermediate_sales, final_demand : ndarray, shape (n,) [money]
        What the node makes, and how it is used.
    own_inputs, other_inputs, imported_inputs : ndarray, shape (n,) [money]
        Inputs from its own region, from other regions of the table, and from outside the table.
    value_added : ndarray, shape (n,) [money]
        Value added.
    output_multiplier, output_multiplier_own : ndarray, shape (n,)
        Output that a unit of final delivery needs: in all regions, in its own.
    value_added_multiplier, value_added_multiplier_own : ndarray, shape (n,)
        Value added that a unit of final delivery holds: of all regions, of its own.
    import_multiplier : ndarray, shape (n,)
        Imports from outside the table that it holds; NaN if the table has none.
    upstreamness : ndarray, shape (n,)
        Distance of output from final use; NaN without output.
    error : float
        Largest error of a solve whose solution is known to be 1 everywhere.

    Notes
    -----
    R. E. Miller and P. D. Blair (2009), Input-output analysis, chapter 6; Eurostat manual of
    supply, use and input-output tables (2008), chapter 15; P. Antras, D. Chor, T. Fally and
    R. Hillberry (2012), American Economic Review 102(3), 412-416.
    """

    name: ClassVar[str] = "node_accounts"
    charted: ClassVar[str] = "output_multiplier"

    output: Floats
    intermediate_sales: Floats
    final_demand: Floats
    own_inputs: Floats
    other_inputs: Floats
    imported_inputs: Floats
    value_added: Floats
    output_multiplier: Floats
    output_multiplier_own: Floats
    value_added_multiplier: Floats
    value_added_multiplier_own: Floats
    import_multiplier: Floats
    upstreamness: Floats
    error: float

    @property
    def parameters(self) -> dict[str, object]:
        """Nothing was asked besides the system; what the solves cost in accuracy."""
        return {"error": self.error}

    def table(self) -> pd.DataFrame:
        """Return a row a node, in the order of the file and with its own codes."""
        frame = self.system.flows.nodes.frame()
        for column in schema(self.name)[2:]:
            frame[column.column] = getattr(self, column.column)
        return frame


def node_accounts(system: System) -> NodeAccounts:
    """Return output, inputs, value added and multipliers of every node.

    Parameters
    ----------
    system : System
        With flows.

    Raises
    ------
    InfeasibleError
        If the economy of the table is not productive.

    Examples
    --------
    >>> rows = [("intermediate", "A", "ore", "A", "ore", 150.0),
    ...         ("intermediate", "A", "ore", "A", "steel", 500.0),
    ...         ("intermediate", "A", "steel", "A", "ore", 200.0),
    ...         ("intermediate", "A", "steel", "A", "steel", 100.0),
    ...         ("final", "A", "ore", "A", "household", 350.0),
    ...         ("final", "A", "steel", "A", "household", 1700.0)]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    >>> table = pd.DataFrame(rows, columns=columns)
    >>> node_accounts(System.from_table(table)).output_multiplier.round(4)
    array([1.5182, 1.4521])
    """
    flows = system.flows
    solver, x, per = leontief(flows), flows.output, flows.per_output
    own, other = _inputs(flows)
    imported = np.zeros(len(x))
    if flows.imports is not None:
        imported = flows.imports.matrix.sum(axis=0, dtype=np.float64)
    per_unit = np.stack([flows.added * per, imported * per], axis=1)
    added, outside = solver.solve_transposed(per_unit).T
    made_at_home, added_at_home = _own_parts(flows, solver, per_unit[:, 0])
    upstream = np.full(len(x), np.nan)
    np.divide(solver.solve(x), x, out=upstream, where=x > 0.0)
    return NodeAccounts(
        system=system,
        output=x,
        intermediate_sales=flows.matrix.sum(axis=1, dtype=np.float64),
        final_demand=flows.demand,
        own_inputs=own,
        other_inputs=other,
        imported_inputs=imported,
        value_added=flows.added,
        output_multiplier=solver.column_totals,
        output_multiplier_own=made_at_home,
        value_added_multiplier=added,
        value_added_multiplier_own=added_at_home,
        import_multiplier=outside if flows.imports is not None else np.full(len(x), np.nan),
        upstreamness=upstream,
        error=solver.error,
    )


def _inputs(flows: Flows) -> tuple[Floats, Floats]:
    """Return inputs of each node from its own region and from other regions of the table."""
    own = np.zeros(len(flows.nodes))
    for region in range(len(flows.nodes.regions)):
        inside = np.flatnonzero(flows.nodes.region == region)
        own[inside] = flows.matrix[np.ix_(inside, inside)].sum(axis=0, dtype=np.float64)
    if len(flows.nodes.regions) == 1:
        return own, np.zeros_like(own)
    return own, flows.matrix.sum(axis=0, dtype=np.float64) - own


def _own_parts(flows: Flows, solver: Leontief, added: Floats) -> tuple[Floats, Floats]:
    """Return column sums of L, plain and weighted by `added`, over rows of the own region."""
    n, regions = len(flows.nodes), len(flows.nodes.regions)
    made, held = np.zeros(n), np.zeros(n)
    for first in range(0, regions, TOGETHER // 2):
        batch = np.arange(first, min(first + TOGETHER // 2, regions))
        inside = (flows.nodes.region == batch[:, None]).astype(np.float64)
        parts = solver.solve_transposed(np.concatenate([inside, inside * added]).T).T
        for place, region in enumerate(batch):
            own = np.flatnonzero(flows.nodes.region == region)
            made[own], held[own] = parts[place, own], parts[len(batch) + place, own]
    return made, held
