"""Sets that go up a bill of materials: what stops with what, and which products hang on what."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.graph import Links, layers
from chainwright.system import SupplyNetwork

__all__ = ["BillSteps", "bill_steps", "hanging", "stopped"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BillSteps:
    """The rows of a bill in an order in which every item comes after those that it waits for.

    Parameters
    ----------
    giver, taker : ndarray of int32, shape (rows,)
        Items; the takers of one step stand together, those of one taker too.
    starts : tuple of (int, int)
        First and last row, exclusive, of each step.
    """

    giver: npt.NDArray[np.int32]
    taker: npt.NDArray[np.int32]
    starts: tuple[tuple[int, int], ...]

    def swept(self, own: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Return the sets of all items, a row of packed bits each: its own and all its givers'.

        ``R(i) = own(i) | OR of R(g) over givers g``, one step of the bill at a time.

        Parameters
        ----------
        own : ndarray of uint8, shape (I, bytes)
            What each item has by itself.
        """
        bits = own.copy()
        for low, high in self.starts:
            taker = self.taker[low:high]
            first = np.flatnonzero(np.diff(taker, prepend=-1))
            given = np.bitwise_or.reduceat(bits[self.giver[low:high]], first, axis=0)
            bits[taker[first]] |= given
        return bits


def bill_steps(network: SupplyNetwork, *, downward: bool = False) -> BillSteps:
    """Return the rows of the bill in steps, from components to products or the other way round.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    downward : bool
        Whether products give to their components.
    """
    bill = network.bill.tocoo()
    component, parent = bill.row.astype(np.int32), bill.col.astype(np.int32)
    giver, taker = (parent, component) if downward else (component, parent)
    level = layers(Links(len(network.items), giver, taker))
    order = np.lexsort((giver, taker, level[taker]))
    giver, taker = giver[order], taker[order]
    ends = np.flatnonzero(np.diff(level[taker], prepend=-1, append=-1))
    return BillSteps(giver, taker, tuple(pairwise(ends.tolist())))


def stopped(network: SupplyNetwork, sole: Flags) -> Flags:
    """Return which items can never be made again once each scenario holds, ``(I, X)``.

    An item needs all its components; each item one of its sources. With `sole` true where a
    scenario takes all sources of an item, stocks used up::

        stopped(i, x) = sole(i, x)  or  any over components c of i: stopped(c, x)

    This is the fixpoint of the whole graph of ANDs and ORs, as every source of an item needs the
    same components.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    sole : ndarray of bool, shape (I, X)
        Whether each scenario takes all sources of each item.
    """
    packed = bill_steps(network).swept(np.packbits(sole, axis=1))
    return np.unpackbits(packed, axis=1, count=sole.shape[1]).astype(np.bool_)


def hanging(network: SupplyNetwork, products: int) -> Flags:
    """Return which products need each item, ``(I, products)``; a product needs itself.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    products : int
        How many of the first items are products.

    Examples
    --------
    >>> from chainwright.system import Maker
    >>> import pandas as pd
    >>> made = Maker.of_tables(
    ...     "toy",
    ...     products=pd.DataFrame({"item": ["F"], "demand_per_week": [1.0]}),
    ...     bill=pd.DataFrame({"parent": ["F"], "component": ["a"], "quantity": [2.0]}),
    ...     suppliers=pd.DataFrame({"supplier": ["S"]}),
    ...     sourcing=pd.DataFrame({"item": ["a"], "supplier": ["S"]}),
    ... )
    >>> hanging(made.network, 1)[:, 0].tolist()
    [True, True]
    """
    own = np.zeros((len(network.items), products), dtype=np.bool_)
    own[np.arange(products), np.arange(products)] = True
    packed = bill_steps(network, downward=True).swept(np.packbits(own, axis=1))
    return np.unpackbits(packed, axis=1, count=products).astype(np.bool_)
