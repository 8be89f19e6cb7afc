"""The table as the batch reads it: deliveries a step in order of product, one block a product."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from chainwright.stress.sectors.economy import Economy

__all__ = ["BatchTable"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False, repr=False)
class BatchTable:
    """An economy laid out for matrix products by product.

    Parameters
    ----------
    economy : Economy
        ``n`` home nodes, ``r`` rows from abroad, ``S`` products.
    counted : ndarray of bool, shape (S, n)
        Whether a stock of the product limits the node.
    """

    economy: "Economy"
    counted: npt.NDArray[np.bool_]

    @cached_property
    def deliveries(self) -> Floats:
        """Deliveries in the order of ``economy.rows``, shape (n + r, n) [money / step]."""
        economy = self.economy
        found = np.empty((economy.n + economy.r, economy.n))
        for place, row in enumerate(economy.rows):
            np.divide(economy.row(int(row)), economy.steps_per_year, out=found[place])
        return found

    @cached_property
    def spans(self) -> list[tuple[int, int, int]]:
        """Of each product: first row, first row from abroad, end, in the order of `deliveries`."""
        economy = self.economy
        found = []
        for p in range(economy.S):
            a, b = (int(at) for at in economy.rows_start[p : p + 2])
            abroad = int(np.count_nonzero(economy.rows[a:b] >= economy.n))
            found.append((a, b - abroad, b))
        return found

    @cached_property
    def coefficients(self) -> Floats:
        """Inputs by product a unit of output, shape (S, n)."""
        return np.ascontiguousarray(self.economy.A_C, dtype=np.float64)

    @cached_property
    def per_input(self) -> Floats:
        """One over `coefficients` where a stock limits, 0 elsewhere, shape (S, n)."""
        A_C = self.coefficients
        return np.divide(1.0, A_C, out=np.zeros_like(A_C), where=self.counted)

    @cached_property
    def orders(self) -> Floats:
        """H at rest, shape (S, n): 1 where a product is used at all."""
        return np.asarray(self.coefficients > 0.0, dtype=np.float64)

    @cached_property
    def asked(self) -> Floats:
        """Orders of producers at rest, by home node, shape (n,) [money / step]."""
        economy = self.economy
        return np.asarray(
            economy.Z.sum(axis=1, dtype=np.float64) / economy.steps_per_year, dtype=np.float64
        )

    @cached_property
    def final_by_region(self) -> Floats:
        """Final demand by row and region of use, shape (n + r, regions) [money / step]."""
        economy = self.economy
        users = economy.flows.users
        found = np.zeros((economy.n + economy.r, len(users.regions)))
        np.add.at(found.T, users.region, economy.final.T)
        return found
