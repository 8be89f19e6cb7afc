"""Position in the chain: how far output is from final use, and from primary inputs."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import lu_factor, lu_solve

from chainwright.accounts.factors import leontief, need_room
from chainwright.system import Flows, Result, System

__all__ = ["Position", "position"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Position(Result):
    """Where each node stands between primary inputs and final use.

    All arrays are of shape (n,) and NaN for a node without output. The corrected ones are NaN too
    for a node all of whose output went to stocks, as it shows no use.

    Parameters
    ----------
    system : System
        The system that was asked about.
    inventories : ndarray [money]
        Output that went to stocks (below zero: that came from them) and, in a table whose imports
        are mixed with home deliveries, to net exports.
    upstreamness, upstreamness_corrected : ndarray [1]
        Average number of stages from output to final use, at least 1.
    downstreamness, downstreamness_corrected : ndarray [1]
        Average number of stages from primary inputs to output, at least 1.
    final_use_share, final_use_share_corrected : ndarray [share]
        Share of output that goes to final use at once.
    value_added_share, value_added_share_corrected : ndarray [share]
        Share of output that is value added.
    """

    name: ClassVar[str] = "position"
    charted: ClassVar[str] = "upstreamness_corrected"

    inventories: Numbers
    upstreamness: Numbers
    upstreamness_corrected: Numbers
    downstreamness: Numbers
    downstreamness_corrected: Numbers
    final_use_share: Numbers
    final_use_share_corrected: Numbers
    value_added_share: Numbers
    value_added_share_corrected: Numbers

    def table(self) -> pd.DataFrame:
        """Return one row a node, the largest output first."""
        frame = self.system.flows.nodes.frame()
        frame["output"] = self.system.flows.output
        for column in ("inventories", *MEASURES):
            frame[column] = getattr(self, column)
        return frame.sort_values("output", ascending=False, kind="stable", ignore_index=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the measures by node, and their means by region, weighted by output."""
        flows = self.system.flows
        regions = flows.nodes.regions
        frame = pd.DataFrame({"region": regions.codes})
        x = flows.output
        frame["output"] = np.bincount(flows.nodes.region, x, len(regions))
        for column in MEASURES:
            numbers = getattr(self, column)
            said = np.isfinite(numbers)
            weight = np.bincount(flows.nodes.region[said], x[said], len(regions))
            total = np.bincount(flows.nodes.region[said], (x * numbers)[said], len(regions))
            empty = np.full(len(regions), np.nan)
            frame[column] = np.divide(total, weight, out=empty, where=weight > 0.0)
        frame = frame.sort_values("output", ascending=False, kind="stable", ignore_index=True)
        return {self.name: self.table(), "position_by_region": frame}


MEASURES = (
    "upstreamness_corrected",
    "downstreamness_corrected",
    "final_use_share_corrected",
    "value_added_share_corrected",
    "upstreamness",
    "downstreamness",
    "final_use_share",
    "value_added_share",
)


def position(system: System) -> Position:
    r"""Return how far each node's output is from final use and from primary inputs.

    Upstreamness is :math:`U = (I - B)^{-1} 1 = (L x) / x` and downstreamness :math:`D = 1' L`, so
    both have the same mean weighted by output. They count stages inside the table: in a national
    table exports are final use and imports primary inputs.

    Output that goes to stocks has no destination yet. The corrected measures spread it as the
    rest of the row: with N the change of stocks of a product, all regions together,

    .. math:: \tilde Z = \widehat{x / (x - N)} \, Z, \quad
              U = (I - \hat x^{-1} \tilde Z)^{-1} 1, \quad
              D = 1' (I - \tilde Z \hat x^{-1})^{-1}, \quad
              \frac{y - N}{x - N}, \quad 1 - \frac{1' \tilde Z + m}{x},

    m the inputs imported as rows of their own.

    In a table whose imports are mixed with home deliveries, net exports are taken off with N (the
    open-economy form of [1]_). The row of a node whose output all went to stocks (x <= N) cannot
    be scaled and stays as it is. Output is recomputed as the row sum.

    Parameters
    ----------
    system : System
        With flows.

    Raises
    ------
    MissingPartError
        If the system has no flows.

    References
    ----------
    .. [1] Antràs, P., Chor, D., Fally, T. and Hillberry, R. (2012), Measuring the upstreamness of
       production and trade flows, American Economic Review 102(3), 412-416.
    .. [2] Antràs, P. and Chor, D. (2019), On the measurement of upstreamness and downstreamness in
       global value chains, in World Trade Evolution, Routledge.

    Examples
    --------
    >>> from chainwright import System
    >>> found = position(System.demo("country"))
    >>> x = found.system.flows.output
    >>> bool(np.isclose((found.upstreamness * x).sum(), (found.downstreamness * x).sum()))
    True
    """
    flows = system.flows
    network, x = leontief(flows), flows.output
    empty = np.full(len(x), np.nan)
    made = x > 0.0
    shelved = _without_use(flows)
    used = x - shelved
    scaled = made & (used > 0.0)
    factor = np.divide(x, used, out=np.ones_like(x), where=scaled)
    corrected = _corrected(flows, factor)
    inputs = flows.matrix.sum(axis=0, dtype=np.float64)
    added = flows.added
    return Position(
        system,
        shelved,
        np.divide(network.solve(x), x, out=empty.copy(), where=made),
        np.where(scaled, corrected[0], np.nan),
        np.where(made, network.column_totals, np.nan),
        np.where(scaled, corrected[1], np.nan),
        np.divide(flows.demand, x, out=empty.copy(), where=made),
        np.divide(flows.demand - shelved, used, out=empty.copy(), where=scaled),
        np.divide(added, x, out=empty.copy(), where=made),
        np.divide(added + inputs - factor @ flows.matrix, x, out=empty.copy(), where=scaled),
    )


def _without_use(flows: Flows) -> Numbers:
    """Return the output whose use the table does not show, shape (n,) [money]."""
    roles: tuple[str, ...] = ("inventories",)
    if flows.is_competitive:  # imports are a column of negative numbers
        roles = ("inventories", "exports", "imports", "error")
    columns = np.flatnonzero(flows.final_of(*roles))
    out: Numbers = flows.final[:, columns].sum(axis=1, dtype=np.float64)
    return out


def _corrected(flows: Flows, factor: Numbers) -> tuple[Numbers, Numbers]:
    """Return upstreamness and downstreamness with the rows of Z scaled, NaN if they have none."""
    n, x = len(factor), flows.output
    need_room(2 * n * n * 8, f"the corrected position of {n:,} nodes")
    system = flows.matrix * (-factor[:, None] * flows.per_output)
    system.ravel()[:: n + 1] += 1.0
    factors = lu_factor(system, overwrite_a=True, check_finite=False)
    up = np.divide(lu_solve(factors, x), x, out=np.full(n, np.nan), where=x > 0.0)
    down = lu_solve(factors, np.ones(n), trans=1)
    if not (np.isfinite(down).all() and (down > 0.0).all()):
        # scaled rows can ask for more than there is: then no corrected position exists
        return np.full(n, np.nan), np.full(n, np.nan)
    return up, down
