"""What has to be made of each item in t weeks, stock first: convex and piecewise linear in t."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.system import SupplyNetwork

__all__ = ["SLACK", "NetRequirement"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

SLACK = 1e-9
"""Share of a capacity that counts as rounding: a plan that needs all of it is met by it."""


@dataclass(frozen=True, eq=False)
class NetRequirement:
    """Units of each item that have to be made in t weeks, if customers get all they want.

    With stock s, demand d a week and R[k, j] units of k in one of j, products first::

        g_k(t) = sum_j R[k, j] x_j(t) + d_k t          what is used and sold
        x_k(t) = max(0, g_k(t) - s_k)                  what is made

    Each x_k is the largest of straight lines a t - b with a, b >= 0, so it is convex, x_k(0) = 0,
    and x_k(t) / t never falls. Making less than x_k of any item is impossible, and making x_k of
    all is enough: stock that is not used first would only have to be made up elsewhere.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    """

    network: SupplyNetwork

    @cached_property
    def depth(self) -> Indices:
        """Most steps of the bill from each item up to something that goes into nothing, ``(I,)``.

        An item comes after all that it goes into.
        """
        rows = self.network.bill.tocoo()
        component, parent = rows.row, rows.col
        depth = np.zeros(len(self.network.items), dtype=np.intp)
        while True:
            deeper = depth.copy()
            np.maximum.at(deeper, component, depth[parent] + 1)
            if np.array_equal(deeper, depth):
                return depth
            depth = deeper

    @cached_property
    def _steps(self) -> tuple[tuple[Indices, csr_array], ...]:
        """Items of each depth, with their rows of the bill."""
        bill = self.network.bill.tocsr()
        levels = range(int(self.depth.max(initial=-1)) + 1)
        items = [np.flatnonzero(self.depth == level) for level in levels]
        return tuple((held, csr_array(bill[held])) for held in items)

    def lines(self, weeks: Floats, stock: Floats | None = None) -> tuple[Floats, Floats]:
        """Return slope a and intercept b of each x_k where t is `weeks`: ``x = a t - b``.

        At a kink the line to its left is meant. The lines at infinity are the last ones.

        Parameters
        ----------
        weeks : ndarray, shape (P,)
            Lengths to look at; may be infinite.
        stock : ndarray, shape (I,) or (I, P), optional
            Units that can be used; all that is held anywhere if not given.

        Returns
        -------
        a, b : ndarray, shape (I, P)
            Units a week, and units.
        """
        held = self.network.pooled_stock if stock is None else stock
        held = np.broadcast_to(
            held[:, None] if held.ndim == 1 else held, (held.shape[0], len(weeks))
        )
        slope, intercept = np.zeros(held.shape), np.zeros(held.shape)
        for items, bill in self._steps:
            used = bill @ slope + self.network.demand[items, None]
            spared = bill @ intercept + held[items]
            with np.errstate(invalid="ignore"):  # no use for ever: 0 times infinity
                made = (used > 0.0) & (used * weeks > spared)
            slope[items] = np.where(made, used, 0.0)
            intercept[items] = np.where(made, spared, 0.0)
        return slope, intercept

    def at(self, weeks: Floats, stock: Floats | None = None) -> Floats:
        """Return the units of each item that have to be made, ``(I, P)``.

        Parameters
        ----------
        weeks : ndarray, shape (P,)
            Finite lengths.
        stock : ndarray, shape (I,) or (I, P), optional
            Units that can be used; all that is held anywhere if not given.
        """
        slope, intercept = self.lines(weeks, stock)
        return slope * weeks - intercept

    def of_sales(self, sold: Floats, stock: Floats | None = None) -> Floats:
        """Return the units of each item that have to be made to sell so much, ``(I,)``.

        Parameters
        ----------
        sold : ndarray, shape (I,)
            Units of each item that customers get in all.
        stock : ndarray, shape (I,), optional
            Units that can be used; all that is held anywhere if not given.
        """
        held = self.network.pooled_stock if stock is None else stock
        made = np.zeros(len(held))
        for items, bill in self._steps:
            made[items] = np.maximum(0.0, bill @ made + sold[items] - held[items])
        return made

    def first_shortage(self, capacity: Floats, stock: Floats | None = None) -> Floats:
        """Return the weeks until some x_k first exceeds what can be made of it, ``(P,)``.

        The largest t with ``x_k(t) <= c_k t`` for all k, by Newton's method from the right: the
        lines at infinity cross their capacities no earlier than the curves do, the lines there
        again no earlier, and there are finitely many lines. Infinite where it never happens.

        Parameters
        ----------
        capacity : ndarray, shape (I, P)
            Units a week that can be made of each item; may be infinite.
        stock : ndarray, shape (I,) or (I, P), optional
            Units that can be used; all that is held anywhere if not given.
        """
        weeks = np.full(capacity.shape[1], np.inf)
        open_ = np.arange(len(weeks))
        while len(open_):
            held = stock if stock is None or stock.ndim == 1 else stock[:, open_]
            slope, intercept = self.lines(weeks[open_], held)
            short = slope > capacity[:, open_] * (1.0 + SLACK)
            over = np.where(short, slope - capacity[:, open_], 1.0)
            crossing = np.where(short, intercept / over, np.inf).min(axis=0, initial=np.inf)
            earlier = crossing < weeks[open_] * (1.0 - 1e-12)
            open_ = open_[earlier]
            weeks[open_] = crossing[earlier]
        return weeks
