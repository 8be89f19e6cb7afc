"""What home buys of minerals and from whom, in quantities, with what is known of its use."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.home_trade import HomeTrade, home_trade
from chainwright.errors import MissingPartError, UnknownCodeError
from chainwright.params import table
from chainwright.plan.minerals.mineral_uses import read_mineral_uses
from chainwright.system import Regions, System, TradeYear, bloc
from chainwright.system.places import joined
from chainwright.tables import schema

__all__ = ["WEEKS", "MineralSupplies", "mineral_supplies"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEEKS = 52.0
"""Weeks of a year."""


@dataclass(frozen=True, eq=False)
class MineralSupplies:
    """Home's supply of P products from S places in one year.

    Parameters
    ----------
    trade : HomeTrade
        Home's trade, in money and in quantities that are known.
    place : ndarray of int, shape (P,)
        Places of the products on the trade's axis.
    uses : DataFrame
        What a user knows of each; NaN where nothing is known.
    bought : ndarray, shape (S, P)
        Quantity that home buys of each place a year.
    valued : ndarray, shape (P,)
        Value of the imports whose quantity is known.
    sold : ndarray, shape (S, P)
        Quantity that each place but home exports a year, also to home.
    blocs : tuple of str
        Suppliers that are groups.
    """

    trade: HomeTrade
    place: Ints
    uses: pd.DataFrame
    bought: Floats
    valued: Floats
    sold: Floats
    blocs: tuple[str, ...] = ()

    @property
    def given(self) -> dict[str, dict[str, float]]:
        """What the user gave of each product, by column."""
        found: dict[str, dict[str, float]] = {}
        for code, row in self.uses.select_dtypes("number").iterrows():
            if known := {str(c): float(v) for c, v in row.items() if not np.isnan(v)}:
                found[str(code)] = known
        return found

    @property
    def products(self) -> tuple[str, ...]:
        """Codes of the products."""
        return tuple(self.uses.index)

    @property
    def places(self) -> tuple[str, ...]:
        """Codes of all places, blocs as one."""
        return tuple(self.trade.places.codes)

    @cached_property
    def shares(self) -> Floats:
        """Share of each supplier in home's quantity, ``(S, P)``; NaN where none is known."""
        return _over(self.bought, self.imports)

    @cached_property
    def value_shares(self) -> Floats:
        """Share of each supplier in home's imports in money, ``(S, P)``."""
        value = self.trade.value.imports[:, self.place]
        return _over(value, value.sum(axis=0))

    @cached_property
    def imports(self) -> Floats:
        """Quantity a year, ``(P,)``."""
        return np.asarray(self.bought.sum(axis=0))

    @cached_property
    def value(self) -> Floats:
        """Imports in money a year, ``(P,)``."""
        return np.asarray(self.trade.value.imports[:, self.place].sum(axis=0))

    @cached_property
    def known(self) -> Floats:
        """Share of the imports' value whose quantity is known, ``(P,)``."""
        return _over(self.valued, self.value)

    @cached_property
    def price(self) -> Floats:
        """Money a unit: the user's, else the unit value of the imports, ``(P,)``."""
        unit_value = _over(self.valued, self.imports)
        given = self.uses["price"].to_numpy(dtype=np.float64)
        return np.where(np.isnan(given), unit_value, given)

    @cached_property
    def exports_per_imports(self) -> Floats:
        """Home's exports over its imports, in money, ``(P,)``; NaN without imports."""
        return _over(self.trade.value.exports[self.place], self.value)

    @cached_property
    def world_shares(self) -> Floats:
        """Share of each place in the exports of all but home, in quantity, ``(S, P)``."""
        return _over(self.sold, self.sold.sum(axis=0))

    def weekly(self, column: str) -> Floats:
        """Return a column of the user's table by week, 0 where it is not known, ``(P,)``.

        Parameters
        ----------
        column : str
            Of `uses`.
        """
        return np.asarray(np.nan_to_num(self.uses[column].to_numpy(dtype=np.float64)) / WEEKS)

    @cached_property
    def use(self) -> Floats:
        """Use a week: the user's consumption, else the imports, ``(P,)``."""
        given = self.uses["consumption"].to_numpy(dtype=np.float64)
        return np.where(np.isnan(given), self.imports, given) / WEEKS

    @cached_property
    def rest(self) -> Floats:
        """Use less all supply before an outage, a week; 0 where the balance closes, ``(P,)``."""
        at_home = self.weekly("home_production") + self.weekly("recycling")
        return np.asarray(self.use - at_home - self.imports / WEEKS)

    @cached_property
    def use_known(self) -> npt.NDArray[np.bool_]:
        """Whether the user gave the consumption, ``(P,)``."""
        return np.asarray(~self.uses["consumption"].isna().to_numpy(), dtype=np.bool_)


def mineral_supplies(
    system: System,
    home: Regions,
    *,
    year: int | None,
    products: Sequence[str] | None,
    blocs: Sequence[Regions],
    consumption: object | None,
) -> MineralSupplies:
    """Return what home buys of minerals, in quantities, with what is known of its use.

    Parameters
    ----------
    system : System
        With trade that has quantities.
    home : str or sequence of str
        A place, several, or a named group, which count as one.
    year : int, optional
        Which year; the last if none.
    products : sequence of str, optional
        Codes to look at; the critical materials of ``params.table("mineral_codes")`` that the
        trade has if none, and all its products if it has none of these.
    blocs : sequence
        Groups that count as one supplier, and fail as one.
    consumption : path or Arrow stream, optional
        A table as ``chainwright schema mineral_use`` has it.

    Raises
    ------
    MissingPartError
        If the system has no trade, or the trade no quantities.
    UnknownCodeError
        If a product or place is not in the trade.
    """
    flows = system.trade.year(year)
    found = home_trade(flows, home, blocs=blocs)
    if found.quantity is None or found.valued is None:
        raise MissingPartError("quantities", "Read a file that has them, such as BACI.")
    chosen = _chosen(found.products.codes, products)
    place = found.products.index(chosen).astype(np.int64)
    if consumption is None:
        columns = [c.column for c in schema("mineral_use") if c.type == "float"]
        uses = pd.DataFrame(np.nan, index=list(chosen), columns=columns)
    else:
        uses = read_mineral_uses(consumption, chosen, system.trade.quantity_unit)
    return MineralSupplies(
        trade=found,
        place=place,
        uses=uses,
        bought=found.quantity.imports[:, place],
        valued=found.valued.imports[:, place].sum(axis=0),
        sold=_sold(flows, found, blocs)[:, place],
        blocs=tuple(bloc(flows.places, each).name for each in blocs),
    )


def _sold(flows: TradeYear, found: HomeTrade, blocs: Sequence[Regions]) -> Floats:
    """Return the quantity that each place but home exports, ``(S, all products)``; 0 for home."""
    others = [bloc(flows.places, each) for each in blocs]
    places, new = joined(flows.places, [found.home, *others])
    s, p = len(places), len(flows.products)
    here = new[np.flatnonzero(found.home.mask(flows.places))[0]]
    seller, buyer = new[flows.exporter], new[flows.importer]
    amount = flows.quantity if flows.quantity is not None else np.zeros(len(flows))
    counts = (seller != buyer) & (seller != here) & np.isfinite(amount)
    cell = seller[counts].astype(np.int64) * p + flows.product[counts]
    sums = np.bincount(cell, weights=amount[counts], minlength=s * p)
    return np.asarray(sums, dtype=np.float64).reshape(s, p)


def _chosen(at_hand: Sequence[str], wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the products to look at."""
    if wanted is not None:
        for code in wanted:
            if code not in at_hand:
                raise UnknownCodeError(code, "product", at_hand)
        return tuple(dict.fromkeys(wanted))
    listed = {row["code"] for row in table("mineral_codes")}
    return tuple(code for code in at_hand if code in listed) or tuple(at_hand)


def _over(amount: Floats, whole: Floats) -> Floats:
    """Return a share; NaN where there is no whole."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0.0, amount / whole, np.nan)
