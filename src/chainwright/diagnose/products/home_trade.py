"""What home buys, from whom, and what it sells, product by product in one year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.system import Axis, Bloc, Regions, TradeYear, bloc
from chainwright.system.places import joined

__all__ = ["Amounts", "HomeTrade", "home_trade"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Amounts:
    """Home's trade in one measure, for S places and P products.

    Parameters
    ----------
    imports : ndarray, shape (S, P)
        What home buys of each place; home's own row is 0.
    exports : ndarray, shape (P,)
        What home sells abroad.
    world : ndarray, shape (P,)
        All trade of the product between places, home being one.
    """

    imports: Numbers
    exports: Numbers
    world: Numbers


@dataclass(frozen=True, eq=False)
class HomeTrade:
    """Home's trade in one year.

    Parameters
    ----------
    year : int
        The year.
    home : Bloc
        Home; trade between its members is left out.
    places, products : Axis
        S places, blocs joined, and P products.
    value : Amounts
        In money.
    quantity : Amounts, optional
        In the trade's unit of quantity, over rows that know it.
    valued : Amounts, optional
        The value of the rows that know their quantity: what unit values divide.
    """

    year: int
    home: Bloc
    places: Axis
    products: Axis
    value: Amounts
    quantity: Amounts | None
    valued: Amounts | None


def home_trade(
    year: TradeYear,
    home: Regions,
    *,
    blocs: Sequence[Regions] = (),
    own: Mapping[str, Sequence[str]] | None = None,
) -> HomeTrade:
    """Return what home buys and sells in one year.

    Parameters
    ----------
    year : TradeYear
        The flows.
    home : str or sequence of str
        A place, several, or a named group, which count as one.
    blocs : sequence
        Other groups that count as one.
    own : mapping of str to sequence of str, optional
        Groups of the user's.

    Raises
    ------
    UnknownCodeError, LabelError
        If a place is not known, or home shares a member with another bloc.
    """
    at = bloc(year.places, home, own=own)
    others = [bloc(year.places, each, own=own) for each in blocs]
    places, new = joined(year.places, [at, *others])
    here = new[np.flatnonzero(at.mask(year.places))[0]]
    seller, buyer = new[year.exporter], new[year.importer]
    between = seller != buyer
    bought, sold = (buyer == here) & between, (seller == here) & between
    s, p = len(places), len(year.products)

    def amounts(weight: Numbers) -> Amounts:
        cell = seller[bought].astype(np.int64) * p + year.product[bought]
        return Amounts(
            _sums(cell, weight[bought], s * p).reshape(s, p),
            _sums(year.product[sold], weight[sold], p),
            _sums(year.product[between], weight[between], p),
        )

    quantity = valued = None
    if year.quantity is not None:
        known = np.isfinite(year.quantity) & (year.quantity > 0.0)
        quantity = amounts(np.where(known, year.quantity, 0.0))
        valued = amounts(np.where(known, year.value, 0.0))
    return HomeTrade(year.year, at, places, year.products, amounts(year.value), quantity, valued)


def _sums(cell: npt.NDArray[np.signedinteger], weight: Numbers, size: int) -> Numbers:
    return np.bincount(cell, weights=weight, minlength=size).astype(np.float64, copy=False)
