"""What trade says of the nodes of a chain, joined through their HS codes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from chainwright.classes import bridge
from chainwright.diagnose.chain_maps.supply import COLUMNS, EVIDENCE
from chainwright.diagnose.product_space.density import density
from chainwright.diagnose.product_space.presence import presence, rca
from chainwright.system import Axis, Bloc, Chain, Trade

__all__ = ["Joined", "codes_of", "joined_trade", "nearness"]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BRIDGED = ("HS2022", "HS1992")
"""Revisions to which codes of HS 2017 are translated."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Trade of one year in the products of n nodes.

    Parameters
    ----------
    year : int
        The year.
    places : tuple of str
        C places, the members of home joined to the last, which has the name of home.
    exports : ndarray, shape (C, n)
        Exports of each place in the codes of each node [money]; 0 for a node without codes.
    traded : ndarray of bool, shape (n,)
        Whether any code of the node is traded.
    gap : ndarray, shape (n,)
        ``clamp(1 - UV_export / UV_import, 0, 1)`` with home's unit values; NaN where unknown.
    """

    year: int
    places: tuple[str, ...]
    exports: Numbers
    traded: Flags
    gap: Numbers

    @property
    def world(self) -> Numbers:
        """World trade in the codes of each node [money], shape (n,); NaN where none is traded."""
        return np.where(self.traded, self.exports.sum(axis=0), np.nan)

    def rows(self) -> pd.DataFrame:
        """Return shares of world exports as `chain_supply.shares` returns documented ones.

        Home has a row a traded node, of 0 too; other places where they export.
        """
        total = self.exports.sum(axis=0)
        part = np.divide(self.exports, total, out=np.zeros_like(self.exports), where=total > 0.0)
        part[:, ~self.traded] = np.nan
        shown = part > 0.0
        shown[-1] = self.traded
        place, node = np.nonzero(shown)
        found = pd.DataFrame(
            {
                "node": node,
                "place": np.array(self.places, dtype=object)[place],
                "low": part[place, node],
                "high": part[place, node],
                "basis": "trade",
                "year": float(self.year),
                "evidence": np.int8(EVIDENCE.index("trade")),
            }
        )
        return found[COLUMNS].sort_values(
            ["node", "low"], ascending=[True, False], ignore_index=True
        )


def codes_of(chain: Chain, revision: str = "HS2017") -> pd.DataFrame:
    """Return the HS codes of nodes, a row a code: ``node`` (position), ``code``, ``shared``.

    ``shared`` is whether other nodes of the chain have the code too, so that it is wider than
    either. Codes of another revision are all those that the code of 2017 has a part in.

    Parameters
    ----------
    chain : Chain
        The chain, with codes of HS 2017.
    revision : str
        ``"HS2022"`` or ``"HS1992"``, to which there are bridges; codes stand as they are for
        every other word.
    """
    listed = chain.nodes["hs"].astype("object").str.split(";").reset_index(drop=True)
    rows = listed.explode().str.strip()
    rows = rows[rows.notna() & (rows != "")]
    found = pd.DataFrame({"node": rows.index.to_numpy(), "code": rows.to_numpy()})
    if revision in BRIDGED:
        pairs = bridge("HS2017", revision)
        later = pairs.groupby("from_code")["to_code"].agg(list)
        found["code"] = found["code"].map(later)
        found = found.dropna(subset="code").explode("code")
    found = found.drop_duplicates(ignore_index=True)
    return found.assign(shared=found["code"].duplicated(keep=False))


def joined_trade(trade: Trade, chain: Chain, home: Bloc, year: int | None) -> Joined:
    """Return one year's trade in the products of a chain, trade inside home left out.

    Codes of HS 2017 are translated to HS 2022 and HS 1992 where trade is in those; to trade of any
    other classification they are joined as they stand, so those that it lacks find nothing. The
    codes of a node are added up; they may be wider than the node. Where only exports are known,
    not who buys, trade inside a bloc cannot be left out and counts as exports of home.

    Parameters
    ----------
    trade : Trade
        The trade.
    chain : Chain
        The chain.
    home : Bloc
        Home.
    year : int, optional
        Which year; the last if not given.
    """
    codes, n = codes_of(chain, trade.classification), len(chain.axis)
    if trade.bilateral:
        flows = trade.year(year)
        inside = home.mask(flows.places)
        node_of = _incidence(codes, flows.products, n)
        kept = np.asarray(node_of.sum(axis=1) > 0)[flows.product]
        kept &= ~(inside[flows.exporter] & inside[flows.importer])
        exporter, product = flows.exporter[kept].astype(np.int64), flows.product[kept]
        size = (len(flows.places), len(flows.products))
        value = flows.value[kept]
        sold = csr_array((value, (exporter, product)), shape=size) @ node_of
        exports, when = sold.toarray(), flows.year
        gap = np.full(n, np.nan)
        if flows.quantity is not None:
            quantity = flows.quantity[kept]
            sells, buys = inside[exporter], inside[flows.importer[kept]]
            gap = _gap(node_of, product, (value, quantity), (sells, buys))
        places = flows.places
    else:
        sums = trade.exports(year)
        places, inside = sums.places, home.mask(sums.places)
        node_of = _incidence(codes, sums.products, n)
        exports = np.nan_to_num(sums.value) @ node_of
        gap = np.full(n, np.nan)
        when = sums.year if sums.year is not None else (year or trade.years[-1])
    merged = np.vstack([exports[~inside], exports[inside].sum(axis=0)])
    names = (*np.array(places.codes, dtype=object)[~inside].tolist(), home.name)
    return Joined(when, names, merged, merged.sum(axis=0) > 0.0, gap)


def _incidence(codes: pd.DataFrame, products: Axis, n: int) -> csr_array:
    """Return which product is one of which node, shape (products, n)."""
    place = codes["code"].map(products.place)
    known = place.notna()
    rows, columns = place[known].to_numpy(dtype=np.int64), codes["node"][known].to_numpy()
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(products), n))


def _gap(
    node_of: csr_array,
    product: npt.NDArray[np.int32],
    amounts: tuple[Numbers, Numbers],
    trades: tuple[Flags, Flags],
) -> Numbers:
    """Return clamp(1 - UV_export / UV_import, 0, 1) of each node, over rows of known quantity.

    `amounts` are values and quantities, `trades` whether home sells and whether it buys.
    """
    quantity = amounts[1]
    measured = np.isfinite(quantity) & (quantity > 0.0)

    def unit_value(who: Flags) -> Numbers:
        mine = who & measured
        size = node_of.shape[0]
        sums = [
            np.bincount(product[mine], weights=w[mine], minlength=size) @ node_of for w in amounts
        ]
        found: Numbers = np.divide(
            sums[0], sums[1], out=np.full(len(sums[0]), np.nan), where=sums[1] > 0.0
        )
        return found

    sold, bought = (unit_value(who) for who in trades)
    ratio = np.divide(sold, bought, out=np.full(len(bought), np.nan), where=bought > 0.0)
    return np.asarray(np.clip(1.0 - ratio, 0.0, 1.0), dtype=np.float64)


def nearness(trade: Trade, chain: Chain, home: Bloc, year: int | None, *, least: int) -> Numbers:
    """Return w, the density of home around the products of each node, shape (n,).

    The mean over the codes of a node, found as for `dependence`: no product is its own neighbour,
    RCA of at least 1 is presence, and the members of home count
    as one place. NaN for nodes without a code that is traded, and everywhere if the trade has
    fewer than `least` products: density among a few products says nothing.

    Parameters
    ----------
    trade : Trade
        The trade.
    chain : Chain
        The chain.
    home : Bloc
        Home.
    year : int, optional
        Which year; the last if not given.
    least : int
        Fewest products.
    """
    sums = trade.exports(year)
    codes, n = codes_of(chain, trade.classification), len(chain.axis)
    inside = home.mask(sums.places)
    codes = codes[codes["code"].isin(sums.products.place)]
    if len(sums.products) < least or codes.empty or not inside.any():
        return np.full(n, np.nan)
    own = np.nansum(sums.value[inside], axis=0)
    if trade.bilateral and np.count_nonzero(inside) > 1:
        flows = trade.year(year)
        members = home.mask(flows.places)
        within = members[flows.exporter] & members[flows.importer]
        at = sums.products.index(flows.products.codes)[flows.product[within]]
        own = np.maximum(own - np.bincount(at, flows.value[within], len(own)), 0.0)
    value = np.vstack([sums.value[~inside], own])
    near = density(presence(rca(value)), diagonal=0.0)[-1]
    each = pd.Series(near[sums.products.index(codes["code"])], index=codes["node"].to_numpy())
    found: Numbers = each.groupby(level=0).mean().reindex(range(n)).to_numpy(dtype=np.float64)
    return found
