"""A scan of embargoes: each node in turn stops delivering abroad, or to one home."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.extractions import DEMAND_SIDE
from chainwright.accounts.factors import Leontief, leontief
from chainwright.accounts.inverse_blocks import InverseBlocks
from chainwright.errors import MissingPartError
from chainwright.system import Flows, Home, Regions, Result, System

__all__ = ["EmbargoScan", "embargo_scan"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class EmbargoScan(Result):
    """What each supplier's embargo would take, one supplier at a time.

    Read it as `DEMAND_SIDE` says. All arrays are NaN for nodes that deliver nothing to the users.

    Parameters
    ----------
    system : System
        The system that was asked about.
    home : Home or None
        The users that are cut off; all foreign users if None.
    flow_cut : ndarray, shape (n,) [money]
        Deliveries to producers that end.
    output_lost : ndarray, shape (n,) [money]
        Output lost everywhere.
    output_lost_by_supplier : ndarray, shape (n,) [money]
        Of it, in the supplier's own region.
    home_output_lost : ndarray, shape (n,) [money]
        Of it, at home; NaN without `home`.
    value_added_lost : ndarray, shape (n,) [money]
        Value added lost everywhere.
    """

    name: ClassVar[str] = "embargo_scan"
    charted: ClassVar[str] = "output_lost"

    home: Home | None
    flow_cut: Numbers
    output_lost: Numbers
    output_lost_by_supplier: Numbers
    home_output_lost: Numbers
    value_added_lost: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"home": self.home.name if self.home else None}

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how to read it."""
        return {**super().origin, "reading": DEMAND_SIDE}

    def table(self) -> pd.DataFrame:
        """Return one row a node that delivers to the users, the largest loss first."""
        flows = self.system.flows
        frame = flows.nodes.frame()
        frame["output"] = flows.output
        frame["flow_cut"] = self.flow_cut
        frame["output_lost"] = self.output_lost
        frame["output_lost_by_supplier"] = self.output_lost_by_supplier
        frame["home_output_lost"] = self.home_output_lost
        frame["value_added_lost"] = self.value_added_lost
        frame = frame[np.isfinite(self.output_lost)]
        return frame.sort_values("output_lost", ascending=False, kind="stable", ignore_index=True)


def embargo_scan(system: System, *, home: Regions | None = None) -> EmbargoScan:
    r"""Return what is lost if a node stops delivering to foreign producers, for each in turn.

    With :math:`\bar A_{jk} = A_{jk}` where k is a user that j no longer serves, else 0, supplier
    j costs (Sherman and Morrison)

    .. math:: (1' L)_j \, \frac{(\bar A x)_j}{1 + (\bar A L)_{jj}}

    of output. Without `home` the users are all producers outside the supplier's region, and only
    blocks of L around its diagonal are formed; with `home` they are those of home, the suppliers
    all others, and only the rows of L at home are formed. Deliveries to final users go on.

    Users that buy less are taken to go on producing: see `DEMAND_SIDE`.

    Parameters
    ----------
    system : System
        With flows of several regions.
    home : str or sequence of str, optional
        A region, several, or a named group.

    Raises
    ------
    MissingPartError
        If the table holds one region, so that it has no foreign producers.
    UnknownCodeError
        If the table has no such region.

    References
    ----------
    .. [1] Sherman, J. and Morrison, W. J. (1950), Adjustment of an inverse matrix corresponding
       to a change in one element of a given matrix, Annals of Mathematical Statistics 21, 124-127.

    Examples
    --------
    >>> from chainwright import System
    >>> found = embargo_scan(System.demo("country")).table()
    >>> bool((found["output_lost"] >= found["flow_cut"]).all())
    True
    """
    flows = system.flows
    if flows.is_national:
        raise MissingPartError(
            part="foreign producers",
            remedy="The table holds one region. Take a sector out instead: extraction(system).",
        )
    chosen = None if home is None else Home.of(flows, home)
    network = leontief(flows)
    flow, grown = _abroad(flows, network) if chosen is None else _at(flows, network, chosen)
    serves = flow != 0.0
    step = np.divide(flow, 1.0 + grown, out=np.full(len(flow), np.nan), where=serves)
    regions = flows.nodes.region[:, None] == np.arange(len(flows.nodes.regions))
    at_home = chosen.mask(flows) if chosen else np.zeros(len(flow))
    added = flows.added * flows.per_output
    per_unit = network.solve_transposed(np.column_stack([added, at_home, regions]))
    own = per_unit[np.arange(len(flow)), 2 + flows.nodes.region]
    return EmbargoScan(
        system,
        chosen,
        np.where(serves, flow, np.nan),
        step * network.column_totals,
        step * own,
        step * per_unit[:, 1] if chosen else np.full(len(flow), np.nan),
        step * per_unit[:, 0],
    )


def _abroad(flows: Flows, network: Leontief) -> tuple[Numbers, Numbers]:
    """Return each node's deliveries to all foreign producers, and (A L)_jj over them."""
    parts = InverseBlocks(network)
    flow, grown = np.zeros(len(flows.nodes)), np.zeros(len(flows.nodes))
    works = flows.output > 0.0
    for region in range(len(flows.nodes.regions)):
        own = np.flatnonzero(flows.nodes.region == region)
        home = flows.matrix[np.ix_(own, own)]
        inverse = parts.block(own)
        kept = np.einsum("jk,kj->j", home * flows.per_output[own], inverse)
        # (A L)_jj = L_jj - 1 over all users; those at home are taken off
        grown[own] = np.diagonal(inverse) - 1.0 - kept
        abroad = flows.matrix[np.ix_(own, works & (flows.nodes.region != region))]
        flow[own] = abroad.sum(axis=1, dtype=np.float64)
    return flow, grown


def _at(flows: Flows, network: Leontief, home: Home) -> tuple[Numbers, Numbers]:
    """Return each outside node's deliveries to producers at home, and (A L)_jj over them."""
    inside = home.mask(flows)
    users = np.flatnonzero(inside)
    unit = np.zeros((len(inside), len(users)))
    unit[users, np.arange(len(users))] = 1.0
    rows = network.solve_transposed(unit)  # column u holds row u of L
    shares = flows.matrix[:, users] * flows.per_output[users]
    flow = shares @ flows.output[users]
    grown = np.einsum("ju,ju->j", shares, rows)
    return np.where(inside, 0.0, flow), np.where(inside, 0.0, grown)
