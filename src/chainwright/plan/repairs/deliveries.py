"""The deliveries that a measure is about: of a product, from origins, to users."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.stress.shocks.sector_words import SectorWords
from chainwright.system import Flows

__all__ = ["Deliveries"]

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Deliveries:
    """Deliveries of a table by the words of measures.

    Rows are the ``n`` home nodes, then the ``r`` rows of imports, as in the words of a shock.

    Parameters
    ----------
    flows : Flows
        The table.
    """

    flows: Flows

    @cached_property
    def words(self) -> SectorWords:
        """Codes of the table."""
        return SectorWords(self.flows)

    def sellers(self, product: str, origins: Sequence[str] = ()) -> Places:
        """Return the rows that deliver a product, rising.

        Parameters
        ----------
        product : str
            A sector of the table.
        origins : sequence of str
            Regions, groups or nodes; all if none are named.

        Raises
        ------
        UnknownCodeError
            If the table lacks one of them.
        """
        rows = self.words.of_product(product)
        if origins:
            named = [
                self.words.of_nodes([word])
                if word in self.words.rows
                else self.words.of_region(word)
                for word in origins
            ]
            rows = rows & np.logical_or.reduce(named)
        return np.flatnonzero(rows)

    def buyers(self, users: Sequence[str]) -> tuple[Places, Places]:
        """Return the nodes and the final users that users are, both rising.

        Parameters
        ----------
        users : sequence of str
            Regions or groups, with their final users; nodes, without any.

        Raises
        ------
        UnknownCodeError
            If the table lacks one of them.
        """
        nodes = np.zeros(self.words.n, dtype=np.bool_)
        final = np.zeros(len(self.flows.users), dtype=np.bool_)
        for word in users:
            mine, theirs = self.words.buying(word)
            nodes |= mine
            final |= theirs
        return np.flatnonzero(nodes), np.flatnonzero(final)

    def cells(self, rows: Places, nodes: Places, final: Places) -> tuple[Floats, Floats]:
        """Return the deliveries of rows to nodes and to final users; below zero counts nothing.

        Parameters
        ----------
        rows : ndarray of int, shape (k,)
            Home nodes and rows of imports.
        nodes, final : ndarray of int, shapes (b,) and (u,)
            Who buys.

        Returns
        -------
        tuple of ndarray, shapes (k, b) and (k, u) [money/year]
        """
        n, imports = self.words.n, self.flows.imports
        to_nodes = np.zeros((len(rows), len(nodes)))
        to_final = np.zeros((len(rows), len(final)))
        home = rows < n
        to_nodes[home] = self.flows.matrix[np.ix_(rows[home], nodes)]
        to_final[home] = self.flows.final[np.ix_(rows[home], final)]
        if imports is not None:
            to_nodes[~home] = imports.matrix[np.ix_(rows[~home] - n, nodes)]
            to_final[~home] = imports.final[np.ix_(rows[~home] - n, final)]
        return np.maximum(to_nodes, 0.0), np.maximum(to_final, 0.0)

    def value(
        self, product: str, users: Sequence[str], origins: Sequence[str] = ()
    ) -> tuple[float, float]:
        """Return what is delivered in a year to producers and to final users [money/year].

        Parameters
        ----------
        product : str
            A sector of the table.
        users, origins : sequence of str
            Who buys and who delivers, as for `buyers` and `sellers`.

        Examples
        --------
        >>> from chainwright import System
        >>> china = Deliveries(System.demo("country").flows)
        >>> used, final = china.value(china.flows.nodes.sectors.codes[5], ["11"])
        >>> bool(used > 0.0 and final >= 0.0)
        True
        """
        to_nodes, to_final = self.cells(self.sellers(product, origins), *self.buyers(users))
        return float(to_nodes.sum()), float(to_final.sum())

    @cached_property
    def added(self) -> Floats:
        """Output less all inputs of each node, not below zero, shape (n,) [money/year].

        The value added that the engines take capital from.
        """
        return np.maximum(np.asarray(self.flows.residual, dtype=np.float64), 0.0)

    def section(self, product: str) -> str:
        """Return the section of ISIC Rev.4 that a product belongs to; empty if not known.

        Parameters
        ----------
        product : str
            A sector of the table, or of its imports.
        """
        axes = [self.flows.nodes.sectors]
        if self.flows.imports is not None:
            axes.append(self.flows.imports.rows.sectors)
        for axis in axes:
            if product in axis.place and axis.parents:
                return axis.parents[axis.place[product]]
        return ""
