"""Structural paths: the chains of suppliers that carry most of what is in a product."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.factors import leontief
from chainwright.accounts.intensities import amounts_of, unit_of
from chainwright.errors import InfeasibleError, ParameterError
from chainwright.system import Flows, Home, Regions, Result, System

__all__ = ["Paths", "paths"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

ARROW = " > "
"""Between the nodes of a path: the supplier stands before its customer."""

CHUNK = 2_000_000
"""Cells of a table of candidates that are looked at together."""


@dataclass(frozen=True, eq=False, repr=False)
class Paths(Result):
    """The supply tree of a product, cut where nothing large can follow.

    Paths are numbered from the root, which is path 0, tier by tier; P were visited.

    Parameters
    ----------
    system : System
        The system that was asked about.
    root : str
        Code of the node whose product it is.
    of : str
        What is followed: ``"value_added"``, ``"output"`` or a stressor.
    abroad_of : str or tuple of str or None
        Only what arises outside these regions is counted.
    threshold : float [share]
        Every path that carries at least this share of the gross total is found.
    longest : int
        Most nodes on a path.
    demand : float [money]
        Final deliveries of the product.
    total, gross : float
        What all of them carry, in the unit of `of`; gross counts amounts below zero as above it.
    cut : float
        What the paths carry that were not visited; with the visited ones it makes the total.
    node, parent : ndarray of int, shape (P,)
        Node where the path begins, and the path that it feeds (-1 for the root).
    tier : ndarray of int, shape (P,)
        Number of deliveries from that node to the product.
    flow : ndarray, shape (P,) [money]
        What that node delivers along the path.
    contribution, subtree : ndarray, shape (P,)
        What arises at that node along the path, and with all paths that feed it.
    """

    name: ClassVar[str] = "paths"
    charted: ClassVar[str] = "contribution"

    root: str
    of: str
    abroad_of: str | tuple[str, ...] | None
    threshold: float
    longest: int
    demand: float
    total: float
    gross: float
    cut: float
    node: Places
    parent: Places
    tier: Places
    flow: Numbers
    contribution: Numbers
    subtree: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        abroad = self.abroad_of
        return {
            "root": self.root,
            "of": self.of,
            "abroad_of": list(abroad) if isinstance(abroad, tuple) else abroad,
            "threshold": self.threshold,
            "longest": self.longest,
            "demand": self.demand,
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how much the paths cover."""
        told = {"total": self.total, "visited": len(self.node), "covered_share": self.covered}
        return {**super().origin, **told}

    @property
    def covered(self) -> float:
        """Share of the total that the visited paths carry; NaN if there is none to carry."""
        return float(self.contribution.sum() / self.total) if self.total else float("nan")

    @property
    def large(self) -> npt.NDArray[np.bool_]:
        """Which visited paths carry at least the threshold, shape (P,); none such is missing."""
        return np.asarray(np.abs(self.contribution) >= self.threshold * self.gross)

    def units_of(self, table: str) -> dict[str, str]:
        """Return the unit of each column that has one; of the contribution that of `of`.

        Parameters
        ----------
        table : str
            A key of `tables`.
        """
        return {**super().units_of(table), "contribution": unit_of(self.system.flows, self.of)}

    def words(self, chosen: Places) -> list[str]:
        """Return the nodes on some paths in words, from the first supplier to the product.

        Parameters
        ----------
        chosen : ndarray of int
            Numbers of paths.
        """
        codes = np.array([*self.system.flows.nodes.codes, ""], dtype=object)
        said, step = codes[self.node[chosen]], self.parent[chosen]
        while (step >= 0).any():
            after = np.where(step >= 0, self.node[step], -1)
            said = np.where(step >= 0, said + ARROW + codes[after], said)
            step = np.where(step >= 0, self.parent[step], -1)
        return [str(words) for words in said]

    def table(self) -> pd.DataFrame:
        """Return one row a path that carries at least the threshold, the largest first."""
        chosen = np.flatnonzero(self.large)
        chosen = chosen[np.argsort(-np.abs(self.contribution[chosen]), kind="stable")]
        nodes, total = self.system.flows.nodes.frame(), self.total or np.nan
        frame = pd.DataFrame({"path": self.words(chosen)}, dtype=object)
        frame["region"] = nodes["region"].to_numpy()[self.node[chosen]]
        frame["sector"] = nodes["sector"].to_numpy()[self.node[chosen]]
        frame["tier"] = self.tier[chosen]
        frame["contribution"] = self.contribution[chosen]
        frame["share"] = self.contribution[chosen] / total
        frame["flow"] = self.flow[chosen]
        frame["subtree_share"] = self.subtree[chosen] / total
        return frame


def paths(
    system: System,
    *,
    root: str,
    of: str = "value_added",
    abroad_of: Regions | None = None,
    threshold: float = 1e-4,
    longest: int = 9,
    demand: float | None = None,
) -> Paths:
    r"""Return the chains of suppliers that carry most of what is in a product.

    The total :math:`s L f` of the final deliveries f of product :math:`j_0` is the sum over all
    chains of :math:`s_i A_{i j_k} \cdots A_{j_1 j_0} f`. A chain that brings the flow w from node
    i carries :math:`s_i w`; with all chains that feed it exactly :math:`m_i w`, where
    :math:`m = s L`. So a branch is followed just if its whole subtree is at least the threshold,
    and every chain that carries the threshold is found. Where some s are below zero, branches are
    bounded by :math:`|s| (I - A)^{-1}`.

    Parameters
    ----------
    system : System
        With flows.
    root : str
        Code of the node whose product it is, such as ``"DEU:c15"``.
    of : str
        What is followed: ``"value_added"``, ``"output"`` or the name of a stressor.
    abroad_of : str or sequence of str, optional
        Count only what arises outside these regions.
    threshold : float
        Share of the total, above 0 and at most 1; where some amounts are below zero, of their
        total without sign.
    longest : int
        Most nodes on a path, the product's own included.
    demand : float, optional
        Final deliveries f in the system's money; those of the table if not given.

    Raises
    ------
    UnknownCodeError
        If there is no such node, stressor or region.
    ParameterError
        If the threshold or the longest path is out of range, or the demand is not above zero.
    InfeasibleError
        If some deliveries between producers are below zero, so that no bound holds.

    References
    ----------
    .. [1] Defourny, J. and Thorbecke, E. (1984), Structural path analysis and multiplier
       decomposition within a social accounting matrix framework, Economic Journal 94, 111-136.

    Examples
    --------
    >>> from chainwright import System
    >>> china = System.demo("country")
    >>> found = paths(china, root=china.flows.nodes.codes[0], threshold=1e-3)
    >>> bool(abs(found.contribution.sum() + found.cut - found.total) < 1e-9 * found.total)
    True
    """
    flows = system.flows
    start = flows.nodes.find(root)
    f = _checked(flows, start, threshold, longest, demand)
    s = amounts_of(flows, of) * flows.per_output
    if abroad_of is not None:
        s = np.where(Home.of(flows, abroad_of).mask(flows), 0.0, s)
    if float(flows.matrix.min(initial=0.0)) < 0.0:
        msg = (
            "Some deliveries between producers are below zero, so a branch of the supply tree has "
            "no bound. system.check() lists them; correct them or join the sectors."
        )
        raise InfeasibleError(msg)
    both = leontief(flows).solve_transposed(np.stack([s, np.abs(s)], axis=1)).astype(np.float64)
    m, bound = both[:, 0], both[:, 1]
    least = threshold * bound[start] * f
    tree = _Tree(flows, bound)
    node, flow = np.array([start], dtype=np.intp), np.array([f])
    parent, first, cut = np.array([-1], dtype=np.intp), 0, 0.0
    tiers = []
    for tier in range(longest):
        tiers.append((node, parent, np.full(len(node), tier, dtype=np.intp), flow))
        below = flow * (m[node] - s[node])
        if tier == longest - 1 or least <= 0.0:
            cut += float(below.sum())
            break
        from_, child, w = tree.branches(node, flow, least)
        cut += float(below.sum() - (w * m[child]).sum())
        if not len(child):
            break
        parent, first = from_ + first, first + len(node)
        node, flow = child, w
    node, parent, depth, flow = (np.concatenate(column) for column in zip(*tiers, strict=True))
    return Paths(
        system,
        root,
        of,
        abroad_of if abroad_of is None or isinstance(abroad_of, str) else tuple(abroad_of),
        threshold,
        longest,
        f,
        float(m[start] * f),
        float(bound[start] * f),
        cut,
        node,
        parent,
        depth,
        flow,
        s[node] * flow,
        m[node] * flow,
    )


def _checked(
    flows: Flows, start: int, threshold: float, longest: int, demand: float | None
) -> float:
    """Return the final deliveries of the product; refuse what is out of range."""

    def refused(parameter: str, expected: str, got: object) -> ParameterError:
        owner = "a search of paths"
        return ParameterError(parameter=parameter, owner=owner, expected=expected, got=got)

    if not 0.0 < threshold <= 1.0:
        raise refused(parameter="threshold", expected="a share above 0, at most 1", got=threshold)
    if longest < 1:
        raise refused(parameter="longest", expected="at least 1 node", got=longest)
    f = float(flows.demand[start]) if demand is None else float(demand)
    if not (np.isfinite(f) and f > 0.0):
        code = flows.nodes.codes[start]
        expected = f"above zero (the final deliveries of {code} are {flows.demand[start]:,.6g})"
        raise refused(parameter="demand", expected=expected, got=f)
    return f


class _Tree:
    """Branches of nodes: their suppliers, the one with the largest subtree first."""

    def __init__(self, flows: Flows, bound: Numbers) -> None:
        self._flows, self._bound = flows, bound

    def branches(self, node: Places, flow: Numbers, least: float) -> tuple[Places, Places, Numbers]:
        """Return which of the paths branch, to which nodes, and with what flow."""
        size = max(1, CHUNK // len(self._bound))
        kinds, kind = np.unique(node, return_inverse=True)
        found = []
        for begin in range(0, len(kinds), size):
            some = kinds[begin : begin + size]
            # rows: the nodes that buy; columns: their suppliers
            inputs = self._flows.matrix[:, some].T * self._flows.per_output[some, None]
            weight = inputs * self._bound
            order = np.argsort(-weight, axis=1, kind="stable")
            ranked = np.take_along_axis(weight, order, axis=1)
            which = np.flatnonzero((kind >= begin) & (kind < begin + len(some)))
            which = which[np.argsort(kind[which], kind="stable")]
            for rows in np.array_split(which, max(1, len(which) // size)):
                at = kind[rows] - begin
                many = (ranked[at] * flow[rows, None] >= least).sum(axis=1)
                from_ = np.repeat(rows, many)
                rank = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
                child = order[np.repeat(at, many), rank]
                found.append((from_, child, inputs[np.repeat(at, many), child] * flow[from_]))
        from_, child, w = (np.concatenate(column) for column in zip(*found, strict=True))
        back = np.argsort(from_, kind="stable")  # tier by tier in the order of the paths
        return from_[back], child[back], w[back]
