"""A maker's chain as arrays: items, the nodes where they are made, and who needs how much."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, identity

from chainwright.system.axis import Axis, Remade

__all__ = ["SupplyNetwork"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class SupplyNetwork(Remade):
    """Items, and the nodes where each is made; one item may be made at several nodes.

    ``I`` items (products first), ``N`` nodes, ``S`` sites, ``V`` suppliers, ``K`` rows of stock.
    A node is one item at one site. An item of which no source is given has one node of its own,
    whose site and supplier are not known (-1) and which `given` marks: a gap, shown as such.

    Parameters
    ----------
    items, nodes, sites, suppliers : Axis
        Labels. A site that is known by its supplier alone is ``SUPPLIER/?``.
    bill : csr_array
        ``(I, I)`` units of the component (row) in one unit of the parent (column).
    demand, price, margin : ndarray
        ``(I,)`` units a week that customers take (0 for what is not sold), money a unit (NaN
        where not known).
    node_item, node_site, node_supplier : ndarray
        ``(N,)`` places on the axes; -1 where not known, supplier -1 also for the maker itself.
    own : ndarray
        ``(N,)`` whether the maker itself makes it there.
    given : ndarray
        ``(N,)`` whether the node is in the data.
    share, capacity, recovery, node_price, lead_time : ndarray
        ``(N,)`` share of the item, units a week, weeks, money a unit, weeks; NaN where not known.
    site_supplier : ndarray
        ``(S,)`` place of the supplier; -1 for the maker's own.
    site_capacity : ndarray
        ``(S,)`` units a week of all items together; NaN where not known or not shared.
    stock_item, stock_site, stock : ndarray
        ``(K,)`` what is held where, -1 for the maker's own store, and units.
    """

    items: Axis
    nodes: Axis
    sites: Axis
    suppliers: Axis
    bill: csr_array
    demand: Floats
    price: Floats
    margin: Floats
    node_item: Indices
    node_site: Indices
    node_supplier: Indices
    own: npt.NDArray[np.bool_]
    given: npt.NDArray[np.bool_]
    share: Floats
    capacity: Floats
    recovery: Floats
    node_price: Floats
    lead_time: Floats
    site_supplier: Indices
    site_capacity: Floats
    stock_item: Indices
    stock_site: Indices
    stock: Floats

    @cached_property
    def requirement(self) -> Floats:
        """Units a week of each item that the plan makes, ``(I,)``: x = d + R x, stock untouched."""
        step = self.bill.tocsr()
        total = level = self.demand
        while level.any():  # ends: a bill has no loop
            level = np.asarray(step @ level)
            total = total + level
        return total

    @cached_property
    def planned(self) -> Floats:
        """Units a week that each node makes in the plan, ``(N,)``: its share of the requirement.

        Shares that are not known divide what the known ones leave, equally.
        """
        n = len(self.items.codes)
        known = np.isfinite(self.share)
        held = np.where(known, self.share, 0.0)
        left = np.maximum(0.0, 1.0 - np.bincount(self.node_item, held, minlength=n))
        unknown = np.bincount(self.node_item, ~known, minlength=n)
        each = np.divide(left, unknown, out=np.zeros(n), where=unknown > 0)
        return np.where(known, held, each[self.node_item]) * self.requirement[self.node_item]

    @cached_property
    def sources_of(self) -> Indices:
        """Number of nodes of each item, ``(I,)``; 0 where its source is not known."""
        n = len(self.items.codes)
        return np.bincount(self.node_item, self.given, minlength=n).astype(np.int32)

    @cached_property
    def pooled_stock(self) -> Floats:
        """Units of each item that are held anywhere, ``(I,)``."""
        held = np.bincount(self.stock_item, self.stock, minlength=len(self.items.codes))
        return held.astype(np.float64)

    @cached_property
    def reach(self) -> csr_array:
        """Units of each item (row) in one unit of each item (column) that is made, itself 1."""
        n = len(self.items.codes)
        step = self.bill.tocsr()
        total = csr_array(identity(n, format="csr"))
        level = total
        while level.nnz:
            level = csr_array(step @ level)
            level.eliminate_zeros()
            total = csr_array(total + level)
        return total

    @classmethod
    def of_tables(cls, tables: dict[str, pd.DataFrame]) -> "SupplyNetwork":
        """Return the network that the checked tables of a maker hold.

        Parameters
        ----------
        tables : dict of str to DataFrame
            All of `chainwright.sources.maker_tables.MAKER_TABLES`.
        """
        items = _items(tables)
        suppliers = Axis(
            "supplier",
            tuple(tables["suppliers"]["supplier"]),
            tuple(tables["suppliers"]["name"]),
            tuple(tables["suppliers"]["name"]),
        )
        sourcing = tables["sourcing"]
        sites, site_supplier, where = _sites(tables, suppliers)
        bill = tables["bill"]
        n = len(items.codes)
        places = (items.index(bill["component"]), items.index(bill["parent"]))
        products = tables["products"]
        sold = items.index(products["item"])

        item = items.index(sourcing["item"])
        gaps = np.setdiff1d(np.arange(n, dtype=np.int32), item)
        node_item = np.concatenate([item, gaps]).astype(np.int32)
        node_site = np.concatenate([where, np.full(len(gaps), -1)]).astype(np.int32)
        who = np.where(where >= 0, site_supplier[where], -1) if len(where) else where
        given = np.arange(len(node_item)) < len(item)
        shops = ["?" if s < 0 else sites.codes[s] for s in node_site]
        names = [f"{items.codes[i]}@{s}" for i, s in zip(node_item, shops, strict=True)]
        called = [items.names_en[i] or items.codes[i] for i in node_item]
        own = given & (np.concatenate([who, np.zeros(len(gaps))]) < 0)
        stocks = tables["stocks"]
        held_at = _index(sites, stocks["site"])

        def of_nodes(column: str) -> Floats:
            values = sourcing[column].to_numpy(dtype=np.float64)
            return np.concatenate([values, np.full(len(gaps), np.nan)])

        site_rows = tables["sites"]
        at = site_rows["recovery_weeks"].to_numpy(dtype=np.float64)
        at = np.concatenate([at, np.full(len(sites.codes) - len(at), np.nan)])
        own_weeks = of_nodes("recovery_weeks")
        of_site = np.where(node_site >= 0, at[node_site], np.nan) if len(at) else own_weeks
        capacity = site_rows["capacity_per_week"].to_numpy(dtype=np.float64)
        return cls(
            items=items,
            nodes=Axis("node", tuple(names), tuple(called), tuple(called)),
            sites=sites,
            suppliers=suppliers,
            bill=csr_array((bill["quantity"].to_numpy(), places), shape=(n, n)),
            demand=_spread(products["demand_per_week"], sold, n, 0.0),
            price=_spread(products["price"], sold, n, np.nan),
            margin=_spread(products["margin"], sold, n, np.nan),
            node_item=node_item,
            node_site=node_site,
            node_supplier=np.concatenate([who, np.full(len(gaps), -1)]).astype(np.int32),
            own=own,
            given=given,
            share=of_nodes("share"),
            capacity=of_nodes("capacity_per_week"),
            recovery=np.where(np.isfinite(own_weeks), own_weeks, of_site),
            node_price=of_nodes("price"),
            lead_time=of_nodes("lead_time_weeks"),
            site_supplier=site_supplier,
            site_capacity=np.concatenate(
                [capacity, np.full(len(sites.codes) - len(capacity), np.nan)]
            ),
            stock_item=items.index(stocks["item"]),
            stock_site=held_at,
            stock=stocks["quantity"].to_numpy(dtype=np.float64),
        )


def _items(tables: dict[str, pd.DataFrame]) -> Axis:
    """Return products, then parts in the order of their table, then what the bill alone names."""
    names: dict[str, str] = {}
    for table in ("products", "parts"):
        names |= dict(zip(tables[table]["item"], tables[table]["name"], strict=True))
    for column in ("parent", "component"):
        names |= {item: "" for item in tables["bill"][column] if item not in names}
    called = tuple(names.values())
    return Axis("item", tuple(names), called, called)


def _sites(tables: dict[str, pd.DataFrame], suppliers: Axis) -> tuple[Axis, Indices, Indices]:
    """Return the sites, with one more for each supplier whose site is not known; whose; where."""
    frame, sourcing = tables["sites"], tables["sourcing"]
    codes, names = list(frame["site"]), list(frame["name"])
    owner = list(_index(suppliers, frame["supplier"]))
    where = [
        site or f"{supplier}/?"
        for site, supplier in zip(sourcing["site"], sourcing["supplier"], strict=True)
    ]
    known = set(codes)
    for code, supplier in zip(where, sourcing["supplier"], strict=True):
        if code not in known:
            known.add(code)
            codes.append(code)
            names.append("")
            owner.append(int(suppliers.index([supplier])[0]))
    sites = Axis("site", tuple(codes), tuple(names), tuple(names))
    return sites, np.array(owner, dtype=np.int32), sites.index(where)


def _index(axis: Axis, codes: "pd.Series[str]") -> Indices:
    """Return places on an axis, -1 where the cell is empty."""
    filled = codes.to_numpy() != ""
    places = np.full(len(codes), -1, dtype=np.int32)
    places[filled] = axis.index(codes[filled])
    return places


def _spread(values: "pd.Series[float]", places: Indices, n: int, rest: float) -> Floats:
    spread = np.full(n, rest)
    spread[places] = values.to_numpy(dtype=np.float64)
    return spread
