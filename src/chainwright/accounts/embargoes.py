"""Embargoes: some deliveries of some suppliers end, with or without replacement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.abroad import users_in
from chainwright.accounts.extractions import DEMAND_SIDE
from chainwright.accounts.factors import leontief
from chainwright.accounts.named_nodes import places_of, regions_named
from chainwright.errors import LabelError, ParameterError
from chainwright.system import Flows, Result, System

__all__ = ["Embargo", "Named", "embargo"]

Numbers = npt.NDArray[np.float64]
Named = str | Sequence[str]
"""Codes of nodes (``"CHN:c14"``) or of regions, or names of groups of regions."""


@dataclass(frozen=True, eq=False, repr=False)
class Embargo(Result):
    """What an embargo takes from each node.

    Read it as `DEMAND_SIDE` says.

    Parameters
    ----------
    system : System
        The system that was asked about.
    suppliers : tuple of str
        Codes of the nodes that deliver no longer.
    users : tuple of str
        Nodes, regions or groups that get no longer; empty if all outside the suppliers' regions.
    share : float [share]
        Part of each delivery that is cut.
    replaced_by : dict of str to dict of str to float
        For a supplier, the nodes that take its place and their shares of what is cut.
    final : bool
        Whether deliveries to final users are cut too.
    flow_cut : float [money]
        Deliveries cut, at what they were.
    output_lost : ndarray, shape (n,) [money]
        Output lost by each node; below zero where a node gains.
    value_added_lost : ndarray, shape (n,) [money]
        Value added lost by each node.
    """

    name: ClassVar[str] = "embargo"
    charted: ClassVar[str] = "output_lost"

    suppliers: tuple[str, ...]
    users: tuple[str, ...]
    share: float
    replaced_by: dict[str, dict[str, float]]
    final: bool
    flow_cut: float
    output_lost: Numbers
    value_added_lost: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "suppliers": list(self.suppliers),
            "users": list(self.users) or None,
            "share": self.share,
            "replaced_by": self.replaced_by,
            "final": self.final,
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how to read it."""
        return {**super().origin, "flow_cut": self.flow_cut, "reading": DEMAND_SIDE}

    @property
    def total_output_lost(self) -> float:
        """Output lost by all nodes together [money]."""
        return float(self.output_lost.sum())

    @property
    def total_value_added_lost(self) -> float:
        """Value added lost by all nodes together [money]."""
        return float(self.value_added_lost.sum())

    def table(self) -> pd.DataFrame:
        """Return one row a node, the largest loss first and the largest gain last."""
        flows = self.system.flows
        frame = flows.nodes.frame()
        frame["output"] = flows.output
        frame["output_lost"] = self.output_lost
        frame["output_lost_share"] = self.output_lost * flows.per_output
        frame["value_added_lost"] = self.value_added_lost
        return frame.sort_values("output_lost", ascending=False, kind="stable", ignore_index=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the losses by node, and by region."""
        nodes = self.system.flows.nodes
        size = len(nodes.regions)
        x, lost, added = (
            np.bincount(nodes.region, numbers, size)
            for numbers in (self.system.flows.output, self.output_lost, self.value_added_lost)
        )
        regions = pd.DataFrame(
            {
                "region": nodes.regions.codes,
                "output": x,
                "output_lost": lost,
                "output_lost_share": np.divide(lost, x, out=np.full(size, np.nan), where=x > 0.0),
                "value_added_lost": added,
            }
        ).sort_values("output_lost", ascending=False, kind="stable", ignore_index=True)
        return {self.name: self.table(), "embargo_by_region": regions}


def embargo(
    system: System,
    suppliers: Named,
    *,
    users: Named | None = None,
    share: float = 1.0,
    replaced_by: Mapping[str, Mapping[str, float]] | None = None,
    final: bool = False,
) -> Embargo:
    r"""Return what all nodes lose if some suppliers deliver no longer to some users.

    The coefficients W (a row a supplier) are cut, and bought instead as P says, so with
    :math:`U = E - P`, E the unit columns of the suppliers,

    .. math:: A' = A - U W, \qquad
              x' = x - L U \, (I + W L U)^{-1} W x .

    As many solves as there are suppliers, and no new factorisation. With ``final=True`` the final
    deliveries :math:`d` of the suppliers end too, and :math:`(I - A')^{-1} U d` is lost besides.

    Users that buy less are taken to go on producing: see `DEMAND_SIDE`.

    Parameters
    ----------
    system : System
        With flows.
    suppliers : str or sequence of str
        Nodes (``"CHN:c14"``), regions or groups of regions that end deliveries, all at once.
    users : str or sequence of str, optional
        Nodes, regions or groups that get no more; all outside the suppliers' regions if not given.
    share : float
        Part of each delivery that is cut, 0 to 1.
    replaced_by : mapping, optional
        For a supplier's code, the codes of the nodes that deliver in its place, each with its
        share of what is cut; what the shares leave to 1 is not replaced.
    final : bool
        Whether deliveries to final users of the regions named in `users` are cut too (to all
        outside the suppliers' regions if `users` is not given).

    Raises
    ------
    UnknownCodeError
        If a node, region or group is not of this table.
    ParameterError
        If a share is outside 0 to 1, shares of replacement add up to more than 1, or a
        replacement is named for a node that is no supplier or for itself.
    LabelError
        If there is nobody to cut off: all users are in the suppliers' regions.

    References
    ----------
    .. [1] Woodbury, M. A. (1950), Inverting modified matrices, Princeton.

    Examples
    --------
    >>> from chainwright import System
    >>> china = System.demo("country")
    >>> supplier = china.flows.nodes.codes[0]
    >>> half = embargo(china, supplier, share=0.5).total_output_lost
    >>> 0.0 < half < embargo(china, supplier).total_output_lost
    True
    """
    flows = system.flows
    if not 0.0 <= share <= 1.0:
        raise _refused(parameter="share", expected="a number from 0 to 1", got=share)
    cut = places_of(flows, suppliers, "suppliers")
    regions = np.unique(flows.nodes.region[cut])
    if users is None:
        hit = np.flatnonzero(~np.isin(flows.nodes.region, regions))
    else:
        hit = places_of(flows, users, "users")
    codes = [flows.nodes.codes[i] for i in cut]
    instead = {k: dict(v) for k, v in (replaced_by or {}).items()}
    moved = -_replacements(flows, codes, instead)
    moved[cut, np.arange(len(cut))] += 1.0
    x = flows.output
    rows = np.zeros((len(cut), len(x)))
    rows[:, hit] = share * flows.matrix[np.ix_(cut, hit)] * flows.per_output[hit]
    wanted = np.zeros(len(cut))
    if final:
        wanted = share * _final(flows, cut, regions, users)
    if not len(hit) and not wanted.any():
        msg = (
            "There is nobody to cut off: all users are in the suppliers' own regions. "
            "Name the users: embargo(system, suppliers, users=...)."
        )
        raise LabelError(msg)
    spread = leontief(flows).solve(moved)
    flow = rows @ x
    # the final deliveries that end lose L U d, and hand on less of what is still delivered
    small = np.eye(len(cut)) + rows @ spread
    lost = np.asarray(
        spread @ (wanted + np.linalg.solve(small, flow - rows @ (spread @ wanted))), np.float64
    )
    return Embargo(
        system,
        tuple(codes),
        () if users is None else ((users,) if isinstance(users, str) else tuple(users)),
        float(share),
        instead,
        final,
        float(flow.sum() + wanted.sum()),
        lost,
        lost * flows.added * flows.per_output,
    )


def _refused(parameter: str, expected: str, got: object) -> ParameterError:
    return ParameterError(parameter=parameter, owner="an embargo", expected=expected, got=got)


def _replacements(
    flows: Flows, suppliers: list[str], instead: Mapping[str, Mapping[str, float]]
) -> Numbers:
    """Return where each supplier's cut deliveries are bought instead, shape (n, k)."""
    taken = np.zeros((len(flows.nodes), len(suppliers)))
    for supplier, shares in instead.items():
        flows.nodes.find(supplier)
        if supplier not in suppliers:
            expected = f"for suppliers that are cut ({', '.join(suppliers[:8])})"
            raise _refused(parameter="replaced_by", expected=expected, got=supplier)
        column = suppliers.index(supplier)
        for node, part in shares.items():
            if not 0.0 <= part <= 1.0 or node in suppliers:
                expected = "shares from 0 to 1 of nodes that are not cut themselves"
                raise _refused(parameter="replaced_by", expected=expected, got={node: part})
            taken[flows.nodes.find(node), column] = part
        if taken[:, column].sum() > 1.0 + 1e-12:
            expected = f"shares that add up to at most 1 for {supplier}"
            raise _refused(parameter="replaced_by", expected=expected, got=dict(shares))
    return taken


def _final(
    flows: Flows, cut: npt.NDArray[np.intp], regions: npt.NDArray[np.int32], users: Named | None
) -> Numbers:
    """Return what each supplier delivers to the final users that are cut off, shape (k,)."""
    if users is None:  # a column of exports is abroad whatever region it is booked under
        mask = ~users_in(flows, [flows.nodes.regions.codes[r] for r in regions])
    else:
        mask = users_in(flows, regions_named(flows, users))
    out: Numbers = flows.final[np.ix_(cut, np.flatnonzero(mask))].sum(axis=1, dtype=np.float64)
    return out
