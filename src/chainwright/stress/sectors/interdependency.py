"""Indices of interdependency: who depends on the others, who matters to them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.inverse_blocks import InverseBlocks
from chainwright.errors import ParameterError
from chainwright.stress.sectors.coupling import Coupling, Mode
from chainwright.stress.shocks.refusals import refuse_safeguards
from chainwright.system import Result, System

__all__ = ["Interdependency", "interdependency"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Interdependency(Result):
    """How far each node depends on the others and they on it, by the coupling A* of a table.

    Parameters
    ----------
    system : System
        The system that was asked about.
    mode : str
        ``"demand"`` or ``"supply"``.
    coupling : Coupling
        A*.
    dependency, influence : ndarray, shape (n,)
        Mean of a node's row, and of its column, of A* without the diagonal.
    overall_dependency, overall_influence : ndarray, shape (n,)
        The same of ``S = (I - A*)^-1``: all orders together.
    """

    name: ClassVar[str] = "interdependency"
    charted: ClassVar[str] = "overall_influence"

    mode: Mode
    coupling: Coupling
    dependency: Numbers
    influence: Numbers
    overall_dependency: Numbers
    overall_influence: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"mode": self.mode}

    def table(self) -> pd.DataFrame:
        """Return one row a node, the most influential first."""
        flows = self.system.flows
        frame = flows.nodes.frame()
        frame["output"] = flows.output
        frame["dependency"] = self.dependency
        frame["influence"] = self.influence
        frame["overall_dependency"] = self.overall_dependency
        frame["overall_influence"] = self.overall_influence
        return frame.sort_values(
            "overall_influence", ascending=False, kind="stable", ignore_index=True
        )

    def of_order(self, order: int, node: str) -> pd.DataFrame:
        """Return what `node` takes over from each other node through chains of `order` links.

        Row ``(A*^order)_i.`` by as many products of A* with a vector: the power is not formed.

        Parameters
        ----------
        order : int
            Links of a chain, 1 or more.
        node : str
            Such as ``"CHN:c14"``.

        Raises
        ------
        ParameterError
            If `order` is below 1.
        UnknownCodeError
            If there is no such node.
        """
        if order < 1:
            raise ParameterError("order", "interdependency", "1 or more", order)
        nodes = self.system.flows.nodes
        row = np.zeros(len(nodes))
        row[nodes.find(node)] = 1.0
        for _ in range(order):
            row = self.coupling.row_times(row)
        frame = nodes.frame()
        frame["interdependency"] = row
        return frame.sort_values(
            "interdependency", ascending=False, kind="stable", ignore_index=True
        )


def interdependency(system: System, *, mode: Mode = "demand") -> Interdependency:
    r"""Return how far each node depends on the others, and they on it.

    With :math:`S = (I - A^*)^{-1}`, n nodes:

    .. math:: \gamma_i = \frac{1}{n-1} \sum_{j \ne i} a^*_{ij}, \quad
              \delta_j = \frac{1}{n-1} \sum_{i \ne j} a^*_{ij}

    are dependency and influence, and the same of S their overall versions. S is not formed: its
    sums are two solves, and its diagonal is that of the Leontief inverse.

    Parameters
    ----------
    system : System
        With flows.
    mode : str
        ``"demand"``: a node takes over the loss of its users, which order less. ``"supply"``: it
        takes over the loss of its suppliers.

    Raises
    ------
    ParameterError
        If there is no such mode, or one node alone.
    InfeasibleError
        If the table is not productive.

    References
    ----------
    .. [1] Setola, R., De Porcellinis, S. and Sforna, M. (2009), Critical infrastructure dependency
       assessment using the input-output inoperability model, International Journal of Critical
       Infrastructure Protection 2, 170-178.

    Examples
    --------
    >>> from chainwright import System
    >>> found = interdependency(System.demo("country")).table()
    >>> bool((found["overall_influence"] >= found["influence"]).all())
    True
    """
    refuse_safeguards("interdependency", system)
    coupling = Coupling.of(system.flows, mode)
    n = len(coupling)
    if n < 2:
        raise ParameterError("system", "interdependency", "a table of two nodes or more", n)
    ones, others = np.ones(n), float(n - 1)
    own = coupling.diagonal
    # S is similar to L (or to L'), so that both have one diagonal
    assert coupling.network is not None  # noqa: S101 - a table's coupling always has one
    held = InverseBlocks(coupling.network).diagonal()
    return Interdependency(
        system,
        mode,
        coupling,
        (coupling.times(ones) - own) / others,
        (coupling.row_times(ones) - own) / others,
        (coupling.solve(ones) - held) / others,
        (coupling.solve_transposed(ones) - held) / others,
    )
