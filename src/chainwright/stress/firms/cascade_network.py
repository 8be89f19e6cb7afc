"""Links prepared for the cascade: shares by group of inputs, shares of sales, markets."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.network_kernels import (
    counting_order,
    group_links,
    row_starts,
    spread_by,
)

__all__ = ["AmongSellers", "CascadeNetwork", "Pushes"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Starts = npt.NDArray[np.int64]

ESSENTIAL, IMPORTANT = 2, 1


@dataclass(frozen=True, eq=False)
class Pushes:
    """Links by the firm that pushes its loss along them.

    Parameters
    ----------
    starts : ndarray of int64, shape (n + 1,)
        Where each firm's links begin.
    firm : ndarray of int32, shape (links,)
        The other end.
    share : ndarray, shape (links,)
        What of the loss arrives.
    group : ndarray of int32, shape (links,)
        The group of inputs it arrives in; empty upstream, where there are none.
    """

    starts: Starts
    firm: Indices
    share: Floats
    group: Indices


@dataclass(frozen=True, eq=False)
class AmongSellers:
    """Links between firms that sell: the others lose, but pass nothing on. Firms are rows.

    Parameters
    ----------
    groups, links, supplier, share : ndarray
        As `buyer_groups`, `group_links`, `supplier` and `share` of a `CascadeNetwork`.
    sales_starts, buyer, sales_share : ndarray
        As those of a `CascadeNetwork`, of buyers that sell.
    """

    groups: Starts
    links: Starts
    supplier: Indices
    share: Floats
    sales_starts: Starts
    buyer: Indices
    sales_share: Floats


@dataclass(frozen=True, eq=False)
class CascadeNetwork:
    """Firms and links as the cascade takes them: ``n`` firms, ``L`` links, ``G`` groups.

    A group is a buyer and one sector whose goods are essential to it, or a buyer and all its
    important (linear) inputs; ignored inputs are in none, but count among all inputs (stress 5.1).

    Parameters
    ----------
    sales, purchases : ndarray, shape (n,)
        What each firm sells and buys in the links.
    revenue : ndarray, shape (n,)
        By what upstream shares are divided.
    weight : ndarray, shape (n,)
        What a firm weighs in the risk.
    market : ndarray of int32, shape (n,)
        Market of each firm.
    market_sales : ndarray, shape (markets,)
        Sales of each market.
    buyer_groups : ndarray of int64, shape (n + 1,)
        Where each buyer's groups begin.
    group_links : ndarray of int64, shape (G + 1,)
        Where each group's links begin in `supplier` and `share`.
    supplier, share : ndarray, shape (links that count downstream,)
        Supplier and share of the group's input of each, by buyer and group.
    group_kind : ndarray of int32, shape (G,)
        Sector of an essential group; -1 of the linear one.
    sales_starts : ndarray of int64, shape (n + 1,)
        Where each supplier's sales begin in `buyer` and `sales_share`.
    buyer, sales_share : ndarray, shape (L,)
        Buyer and share of the supplier's revenue of each link.
    """

    sales: Floats
    purchases: Floats
    revenue: Floats
    weight: Floats
    market: Indices
    market_sales: Floats
    buyer_groups: Starts
    group_links: Starts
    supplier: Indices
    share: Floats
    group_kind: Indices
    sales_starts: Starts
    buyer: Indices
    sales_share: Floats

    @classmethod
    def of(
        cls,
        supplier: Indices,
        buyer: Indices,
        value: Floats,
        sector: Indices,
        *,
        market: Indices,
        kind: npt.NDArray[np.int8],
        revenue: Floats | None = None,
        costs: Floats | None = None,
        weight: Floats | None = None,
    ) -> "CascadeNetwork":
        """Return the network of links sorted by (supplier, buyer), each pair once.

        Parameters
        ----------
        supplier, buyer : ndarray of int32, shape (L,)
            The ends of each link.
        value : ndarray, shape (L,)
            Sales, above 0.
        sector, market : ndarray of int32, shape (n,)
            What each firm makes, and among whom it can be replaced.
        kind : ndarray of int8, shape (L,)
            2: the input is essential to the buyer; 1: important (linear); 0: ignored.
        revenue : ndarray, shape (n,), optional
            Revenue with sales outside of the links; sales in the links if not given.
        costs : ndarray, shape (n,), optional
            All costs of each firm: its shares of inputs are multiplied by purchases / costs.
        weight : ndarray, shape (n,), optional
            What a firm weighs; its sales in the links if not given.
        """
        n = len(sector)
        sales, purchases = (_summed(ends, value, n) for ends in (supplier, buyer))
        linear = np.int32(sector.max(initial=-1) + 1)
        counted = np.flatnonzero(kind > 0)
        key = np.where(kind == ESSENTIAL, sector[supplier], linear).astype(np.int32)
        by_key = np.empty(len(counted), dtype=np.int64)
        counting_order(key, counted, np.zeros(int(linear) + 2, np.int64), by_key)
        order = np.empty(len(counted), dtype=np.int64)
        counting_order(buyer, by_key, np.zeros(n + 1, np.int64), order)
        group_of, starts = np.empty(len(order), np.int32), np.empty(len(order) + 1, np.int64)
        buyer_groups = np.empty(n + 1, np.int64)
        many = group_links(buyer, key, order, n, group_of, starts, buyer_groups)
        starts = starts[: many + 1].copy()
        bought = value[order]
        of_group = np.empty(many)
        spread_by(starts, bought, of_group)
        first = order[starts[:-1]]
        is_linear = key[first] == linear
        of_group[is_linear] = purchases[buyer[first[is_linear]]]
        share = bought / of_group[group_of]
        if costs is not None:
            own = buyer[order]
            share *= purchases[own] / costs[own]
        earned = sales if revenue is None else revenue
        sales_starts = np.empty(n + 1, np.int64)
        row_starts(supplier, sales_starts)
        return cls(
            sales=sales,
            purchases=purchases,
            revenue=earned,
            weight=sales if weight is None else weight,
            market=market,
            market_sales=_summed(market, sales, int(market.max(initial=-1)) + 1),
            buyer_groups=buyer_groups,
            group_links=starts,
            supplier=supplier[order],
            share=share,
            group_kind=np.where(is_linear, -1, key[first]).astype(np.int32),
            sales_starts=sales_starts,
            buyer=buyer,
            sales_share=value / earned[supplier],
        )

    @property
    def firms(self) -> int:
        """Number of firms."""
        return len(self.sales)

    @property
    def links(self) -> int:
        """Number of links, those of ignored inputs included."""
        return len(self.buyer)

    @cached_property
    def groups_of_links(self) -> Indices:
        """Group of each link of `supplier`."""
        each = np.arange(len(self.group_kind), dtype=np.int32)
        return np.repeat(each, np.diff(self.group_links))

    @cached_property
    def group_buyer(self) -> Indices:
        """Buyer of each group."""
        return np.repeat(np.arange(self.firms, dtype=np.int32), np.diff(self.buyer_groups))

    @cached_property
    def downstream(self) -> Pushes:
        """Links that carry a supplier's loss to its buyers."""
        order, starts = _by(self.supplier, self.firms)
        group = self.groups_of_links[order]
        return Pushes(starts, self.group_buyer[group], self.share[order], group)

    @cached_property
    def upstream(self) -> Pushes:
        """Links that carry a buyer's loss to its suppliers."""
        order, starts = _by(self.buyer, self.firms)
        each = np.arange(self.firms, dtype=np.int32)
        supplier = np.repeat(each, np.diff(self.sales_starts))[order]
        return Pushes(starts, supplier, self.sales_share[order], np.empty(0, np.int32))

    @cached_property
    def sellers(self) -> tuple[Indices, Indices]:
        """The firms that sell, in their order, and the row of each firm among them, or -1."""
        seller = np.flatnonzero(self.sales > 0.0).astype(np.int32)
        row = np.full(self.firms, -1, np.int32)
        row[seller] = np.arange(len(seller), dtype=np.int32)
        return seller, row

    @cached_property
    def among_sellers(self) -> AmongSellers:
        """Links between firms that sell."""
        seller, row = self.sellers
        kept = row[self.group_buyer] >= 0
        sizes = np.diff(self.group_links)
        of_kept = np.repeat(kept, sizes)
        reached = row[self.buyer]
        many = np.bincount(
            np.repeat(np.arange(self.firms), np.diff(self.sales_starts))[reached >= 0],
            minlength=self.firms,
        )
        return AmongSellers(
            groups=_starts(np.diff(self.buyer_groups)[seller]),
            links=_starts(sizes[kept]),
            supplier=row[self.supplier[of_kept]],
            share=self.share[of_kept],
            sales_starts=_starts(many[seller]),
            buyer=reached[reached >= 0],
            sales_share=self.sales_share[reached >= 0],
        )

    @cached_property
    def market_members(self) -> tuple[Starts, Indices]:
        """Where each market's firms begin, and the firms by market."""
        order = np.argsort(self.market, kind="stable").astype(np.int32)
        starts = np.zeros(len(self.market_sales) + 1, np.int64)
        np.cumsum(np.bincount(self.market, minlength=len(self.market_sales)), out=starts[1:])
        return starts, order


def _summed(place: Indices, value: Floats, places: int) -> Floats:
    return np.asarray(np.bincount(place, value, minlength=places), dtype=np.float64)


def _starts(sizes: npt.NDArray[np.integer]) -> Starts:
    """Return where each of several parts begins, and where the last ends."""
    starts = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


def _by(firm: Indices, firms: int) -> tuple[Starts, Starts]:
    """Return the order that sorts links by `firm`, and where each firm's begin."""
    order, starts = np.empty(len(firm), np.int64), np.empty(firms + 1, np.int64)
    counting_order(firm, np.arange(len(firm)), starts.copy(), order)
    row_starts(firm, starts)
    return order, starts
