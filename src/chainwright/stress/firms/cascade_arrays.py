"""Bundles of arrays that the kernels of the cascade take."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "BatchLinks",
    "BatchState",
    "Found",
    "FrontierLinks",
    "FrontierState",
    "Ruling",
    "Struck",
]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Starts = npt.NDArray[np.int64]


class Struck(NamedTuple):
    """What is hit: shock s hits the firms from ``starts[s]`` to ``starts[s + 1]``.

    Parameters
    ----------
    starts : ndarray of int64, shape (k + 1,)
        Where each shock's firms begin.
    firm : ndarray of int64
        Places of the firms that are hit.
    down, up : ndarray
        Share lost by each: of what it supplies, of what it demands.
    """

    starts: Starts
    firm: Starts
    down: Floats
    up: Floats


class Ruling(NamedTuple):
    """How a cascade runs: see `chainwright.stress.firms.cascade_runs.CascadeRule`.

    Parameters
    ----------
    reference, substitute : bool
        The published treatment of an emptied market; whether market shares count.
    stop, tolerance : float
        Largest change that ends it; largest change of a firm that is not passed on.
    rounds, most_pushes : int
        Most lockstep updates; links walked before it is handed over.
    """

    reference: bool
    substitute: bool
    stop: float
    tolerance: float
    rounds: int
    most_pushes: int


class Found(NamedTuple):
    """What is filled.

    Parameters
    ----------
    figures : ndarray, shape (k, 5)
        Of each shock: risk, downstream, upstream, rounds (-1: handed over; -2: the rounds were not
        enough), last change.
    loss : ndarray, shape (k, 2, n) or (0, 2, 0)
        Losses of every firm downstream and upstream, where they are asked for.
    since : ndarray of int32, shape (2, n) or (2, 0)
        Of shock 0: the round in which each firm first lost, downstream and upstream.
    trace : ndarray, shape (rounds, 4)
        Of shock 0 after each round: risk, downstream, upstream, change; as many rows as it has.
    """

    figures: Floats
    loss: Floats
    since: Indices
    trace: Floats


class FrontierLinks(NamedTuple):
    """Links by the firm that pushes along them; markets.

    Parameters
    ----------
    push_starts, push_buyer, push_group, push_share
        To buyers: where each firm's links begin, buyer, group of inputs, share of the group.
    buyer_groups
        Where each buyer's groups begin.
    supply_starts, supply_firm, supply_share
        To suppliers: where each firm's links begin, supplier, share of the supplier's revenue.
    sales, weight, market
        Of each firm.
    market_starts, market_firm, market_sales
        Where each market's firms begin, the firms, sales of each market.
    """

    push_starts: Starts
    push_buyer: Indices
    push_group: Indices
    push_share: Floats
    buyer_groups: Starts
    supply_starts: Starts
    supply_firm: Indices
    supply_share: Floats
    sales: Floats
    weight: Floats
    market: Indices
    market_starts: Starts
    market_firm: Indices
    market_sales: Floats


class FrontierState(NamedTuple):
    """Working arrays of one thread; a kernel leaves them as it found them.

    Parameters
    ----------
    sums : ndarray, shape (G,)
        Loss that arrived in each group.
    down : ndarray, shape (n, 4)
        Largest group sum or psi; round last touched, -1 for never; h; x last pushed.
    up : ndarray, shape (n, 4)
        Sum; round last touched, -1 for never; h; u last pushed.
    psi_down, psi_up : ndarray, shape (n,)
        The shock.
    held, fresh : ndarray, shape (markets,)
        What each market still delivers; the round in which that was last summed afresh.
    list_down, list_up, new_down, new_up : ndarray of int32, shape (n,)
        Firms touched so far, and in this round.
    counts : ndarray of int64, shape (4,)
        Lengths of the four lists.
    """

    sums: Floats
    down: Floats
    up: Floats
    psi_down: Floats
    psi_up: Floats
    held: Floats
    fresh: Floats
    list_down: Indices
    list_up: Indices
    new_down: Indices
    new_up: Indices
    counts: Starts


class BatchLinks(NamedTuple):
    """Links by the firm that gathers along them; rows are the firms that sell, in their order.

    Parameters
    ----------
    seller, row
        Firm of each row; row of each firm, -1 if it sells nothing.
    groups, links, supplier, share
        Of each row as a buyer: where its groups begin, where each group's links begin, row of the
        supplier and share of each.
    sales_starts, buyer, sales_share
        Of each row: where its links to buyers that sell begin, row of the buyer and share of
        revenue of each.
    sales, market
        Of each row.
    weight
        Of each firm.
    others_count : bool
        Whether a firm that sells nothing weighs anything.
    all_groups, all_links, all_supplier, all_share
        Groups and links of every buyer, suppliers as firms.
    push_starts, push_buyer
        Where each supplier's links begin, buyer of each.
    supply_starts, supply_firm, supply_share
        Where each buyer's links begin, supplier and share of the supplier's revenue of each.
    """

    seller: Indices
    row: Indices
    groups: Starts
    links: Starts
    supplier: Indices
    share: Floats
    sales_starts: Starts
    buyer: Indices
    sales_share: Floats
    sales: Floats
    market: Indices
    weight: Floats
    others_count: bool
    all_groups: Starts
    all_links: Starts
    all_supplier: Indices
    all_share: Floats
    push_starts: Starts
    push_buyer: Indices
    supply_starts: Starts
    supply_firm: Indices
    supply_share: Floats


class BatchState(NamedTuple):
    """Working arrays of one batch, one column a shock; losses of this round and the two before.

    Parameters
    ----------
    down, up, x : ndarray, shape (3, rows, columns)
        Loss downstream and upstream, and what is passed on downstream; without substitution `x`
        is `down`.
    psi_down, psi_up : ndarray, shape (n, columns)
        The shock.
    fixed : ndarray, shape (rows, columns)
        Loss upstream through buyers that are hit and sell nothing: it stays.
    marks : ndarray of int32, shape (rows,)
        In how many ways a row is hit, by the three above; 0: they need not be read.
    held : ndarray, shape (markets, columns)
        What each market still delivers.
    change : ndarray, shape (1, columns)
        Largest change of the rows.
    tally : ndarray, shape (3, columns)
        What was lost by either side, downstream, upstream.
    finished : ndarray, shape (columns,)
        1 where the shock has stopped in this round.
    """

    down: Floats
    up: Floats
    x: Floats
    psi_down: Floats
    psi_up: Floats
    fixed: Floats
    marks: Indices
    held: Floats
    change: Floats
    tally: Floats
    finished: Floats
