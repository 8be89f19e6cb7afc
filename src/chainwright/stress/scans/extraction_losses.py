"""What is lost if nodes, regions, links or pairs are taken out of the network: exact, no solves."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.accounts import Leontief, leontief
from chainwright.accounts.factors import need_room
from chainwright.accounts.inverse_blocks import InverseBlocks
from chainwright.system import Flows

__all__ = ["ExtractionLosses", "Pairs"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

BLOCK = 256
"""Columns of the inverse, or rows of pairs, that are looked at together."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of nodes, and what is lost without both.

    Parameters
    ----------
    first, second : ndarray of int, shape (p,)
        Nodes.
    lost : ndarray, shape (p,) [money]
        Output lost without both.
    overlap : ndarray, shape (p,) [money]
        What the two losses one by one count twice: their sum less `lost`.
    """

    first: Places
    second: Places
    lost: Numbers
    overlap: Numbers


@dataclass(frozen=True, eq=False)
class ExtractionLosses:
    r"""Output lost by hypothetical extraction, of any set of nodes.

    With :math:`L = (I - A)^{-1}`, output x, and h marking whose output counts, a set G costs

    .. math:: f(G) = (h' L)_G \, (L_{GG})^{-1} x_G ,

    and a link i to j whose deliveries end :math:`(h' L)_i \, a_{ij} x_j / (1 + a_{ij} L_{ji})`.

    Parameters
    ----------
    flows : Flows
        The table.
    counted : ndarray of bool, shape (n,)
        Nodes whose output counts.

    References
    ----------
    .. [1] Dietzenbacher, E., van der Linden, J. A. and Steenge, A. E. (1993), The regional
       extraction method: EC input-output comparisons, Economic Systems Research 5, 185-206.
    """

    flows: Flows
    counted: npt.NDArray[np.bool_]

    @cached_property
    def network(self) -> Leontief:
        """The factored table."""
        return leontief(self.flows)

    @cached_property
    def per_unit(self) -> Numbers:
        """Counted output in a unit of each node's final deliveries, h' L, shape (n,)."""
        h = self.counted.astype(np.float64)
        return np.asarray(self.network.solve_transposed(h), dtype=np.float64)

    @cached_property
    def blocks(self) -> InverseBlocks:
        """Blocks of L around its diagonal."""
        return InverseBlocks(self.network)

    @cached_property
    def diagonal(self) -> Numbers:
        """Diagonal of L, shape (n,)."""
        return self.blocks.diagonal()

    @cached_property
    def nodes(self) -> Numbers:
        """Output lost without each node, shape (n,) [money]."""
        return np.asarray(self.per_unit * self.flows.output / self.diagonal)

    def of_set(self, places: Places) -> float:
        """Return the output lost without a set of nodes [money].

        Parameters
        ----------
        places : ndarray of int, shape (g,)
            The nodes.
        """
        places = np.sort(places)
        through = np.linalg.solve(self.blocks.block(places), self.flows.output[places])
        return float(self.per_unit[places] @ through)

    def links(self, share_above: float) -> tuple[Places, Places, Numbers, Numbers]:
        """Return supplier, user, delivery and output lost of each link, shape (l,) each.

        Parameters
        ----------
        share_above : float [share]
            Links of at least this share of their user's output; those of a node to itself are
            none.
        """
        z, x = self.flows.matrix, self.flows.output
        supplier, user = np.nonzero((z >= share_above * x) & (z > 0.0) & (x > 0.0))
        apart = supplier != user
        supplier, user = supplier[apart], user[apart]
        flow = z[supplier, user].astype(np.float64)
        back = np.empty(len(flow))  # L_ji: what a unit of the supplier's product takes of the user
        every = np.unique(supplier)
        for start in range(0, len(every), BLOCK):
            columns = every[start : start + BLOCK]
            unit = np.zeros((len(x), len(columns)))
            unit[columns, np.arange(len(columns))] = 1.0
            part = self.network.solve(unit)
            mine = np.flatnonzero((supplier >= columns[0]) & (supplier <= columns[-1]))
            back[mine] = part[user[mine], np.searchsorted(columns, supplier[mine])]
        return supplier, user, flow, self.per_unit[supplier] * flow / (1.0 + flow / x[user] * back)

    def pairs(
        self, among: Places, top: int, progress: Callable[[str], None] | None = None
    ) -> Pairs:
        r"""Return the pairs whose loss is largest, the largest first: exact, by rank two.

        .. math:: f(i, j) = \frac{w_i (L_{jj} x_i - L_{ij} x_j) + w_j (L_{ii} x_j - L_{ji} x_i)}
                  {L_{ii} L_{jj} - L_{ij} L_{ji}}, \quad w = h' L

        Parameters
        ----------
        among : ndarray of int, shape (g,)
            Nodes to pair, rising.
        top : int
            Pairs to keep.
        progress : callable, optional
            Is told in words how far it is.
        """
        g, n = len(among), len(self.flows.nodes)
        need_room(8.0 * (g * g + 12.0 * BLOCK * g), f"the pairs of {g:,} nodes")
        if 2 * g > n:
            L = np.asarray(self.network.inverse())[np.ix_(among, among)]
        else:
            L = self.blocks.block(among)
        w, x = self.per_unit[among], self.flows.output[among]
        own, alone = np.diagonal(L), self.nodes[among]
        best: list[tuple[Places, Places, Numbers]] = []
        for start in range(0, g, BLOCK):
            rows = slice(start, min(start + BLOCK, g))
            i, j = np.arange(g)[rows][:, None], np.arange(g)[None, :]
            both = (
                w[rows, None] * (own * x[rows, None] - L[rows] * x)
                + w * (own[rows, None] * x - L[:, rows].T * x[rows, None])
            ) / (own[rows, None] * own - L[rows] * L[:, rows].T + (i == j))
            both[j <= i] = -np.inf
            kept = np.argpartition(both, -min(top, both.size), axis=None)[-min(top, both.size) :]
            kept = kept[np.isfinite(both.ravel()[kept])]
            first, second = np.unravel_index(kept, both.shape)
            best.append((first + start, second, both[first, second]))
            if progress is not None:
                progress(f"pairs of {min(start + BLOCK, g):,} of {g:,} nodes")
        first, second, lost = (np.concatenate(parts) for parts in zip(*best, strict=True))
        order = np.lexsort((second, first, -lost))[:top]
        first, second, lost = first[order], second[order], lost[order]
        return Pairs(among[first], among[second], lost, alone[first] + alone[second] - lost)
