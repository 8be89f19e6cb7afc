"""How concentrated the suppliers of each node of a chain are, and home's share, in bounds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.supply import BASES, EVIDENCE
from chainwright.system import Bloc

__all__ = ["NEAR", "Concentration", "Range", "concentration"]

NEAR = 1e-9
"""Shares that differ by less are equal: they were added up."""

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Range:
    """A number of each node, and the bounds that what is not known leaves it, shape (n,) each.

    Parameters
    ----------
    value : ndarray
        The number; NaN where it is not known.
    low, high : ndarray
        Closed bounds, never NaN; equal to the value where nothing is unknown.
    """

    value: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def of(cls, value: Numbers) -> "Range":
        """Return `value` with bounds 0 and 1 where it is NaN."""
        unknown = np.isnan(value)
        return cls(value, np.where(unknown, 0.0, value), np.where(unknown, 1.0, value))

    def __mul__(self, other: "Range") -> "Range":
        return Range(self.value * other.value, self.low * other.low, self.high * other.high)


@dataclass(frozen=True, eq=False)
class Concentration:
    """Suppliers of n nodes.

    Parameters
    ----------
    named : ndarray, shape (n,)
        Share of world supply whose place is named.
    home : Range
        Home's share of world supply; its value is NaN where home is not named.
    foreign : Range
        HHI of the suppliers abroad, weighted by governance.
    top : ndarray of object, shape (n,)
        Largest supplier, home included; empty where none is named.
    top_share : ndarray, shape (n,)
        Its share; NaN where none is named.
    top_foreign : ndarray of object, shape (n,)
        Largest supplier abroad.
    top_foreign_share : ndarray, shape (n,)
        Its share.
    basis : ndarray of object, shape (n,)
        What the shares are of: one of `BASES`, ``trade``, or empty.
    year : ndarray, shape (n,)
        Of the newest row; NaN where not stated.
    evidence : ndarray of int8, shape (n,)
        Place in `EVIDENCE` of the weakest row; that of ``ours`` where there is none.
    """

    named: Numbers
    home: Range
    foreign: Range
    top: npt.NDArray[np.object_]
    top_share: Numbers
    top_foreign: npt.NDArray[np.object_]
    top_foreign_share: Numbers
    basis: npt.NDArray[np.object_]
    year: Numbers
    evidence: npt.NDArray[np.int8]

    @property
    def of_output(self) -> Flags:
        """Whether the shares are of production or capacity, shape (n,)."""
        return np.isin(self.basis.astype(str), BASES[:2])


def concentration(
    rows: pd.DataFrame, n: int, home: Bloc, governance: Mapping[str, float] | None = None
) -> Concentration:
    """Return the concentration of suppliers from shares of world supply.

    With the share s_i of each named place (the lower bound of its row), home's share h and the
    rest r = 1 - sum s_i, which nobody names, the HHI of the suppliers abroad with weights g_i::

        low    sum s_i^2 g_i / (1 - h)^2          the rest spread over many
        value  sum s_i^2 g_i / (sum s_i)^2        the rest as those that are named
        high   the same with all of the rest at the supplier (named, or a new one of g = 1) or, if
               it may be home's, at home, where that gives most

    The rest may be home's too, unless a row says what all of home has, or a row of each member
    does: a bloc of which one member is named may have more. Shares that come to more than 1 are
    scaled to it.

    Parameters
    ----------
    rows : DataFrame
        As `chain_supply.shares` returns them, sorted by node and share.
    n : int
        How many nodes.
    home : Bloc
        Home.
    governance : mapping of str to float, optional
        Weight g of a place, 0 (best) to 1; 1 where not given.
    """
    node = rows["node"].to_numpy(dtype=np.int64)
    place = rows["place"].to_numpy(dtype=object)
    inside = rows["place"].isin([home.name, *home.members]).to_numpy(dtype=np.bool_)
    low = rows["low"].to_numpy(dtype=np.float64)
    most = np.fmax(rows["high"].to_numpy(dtype=np.float64), low)
    exact = ~np.isnan(rows["high"].to_numpy(dtype=np.float64))
    total = np.bincount(node, weights=low, minlength=n)
    share = low / np.maximum(total, 1.0)[node]
    named = np.minimum(total, 1.0)
    rest = 1.0 - named
    weight = rows["place"].map(dict(governance or {})).fillna(1.0).to_numpy(dtype=np.float64)

    def summed(values: Numbers, which: Flags) -> Numbers:
        found = np.bincount(node[which], weights=values[which], minlength=n)
        return found.astype(np.float64)

    own = summed(share, inside)
    own_high = np.minimum(summed(np.where(exact, most, low), inside), 1.0)
    told = np.bincount(node[inside & exact], minlength=n)
    whole = told >= len(home.members) + len(home.missing)
    whole |= np.bincount(node[exact & (place == home.name)], minlength=n) > 0
    most_own = np.where(whole, own_high, np.maximum(own + rest, own_high))
    most_own = np.minimum(most_own, 1.0)
    known = (told > 0) | (most_own - own < NEAR)
    of_home = Range(np.where(known, own, np.nan), own, most_own)
    abroad = ~inside
    squares = summed(share**2 * weight, abroad)
    other = summed(share, abroad)
    gain = np.zeros(n)
    np.maximum.at(
        gain,
        node[abroad],
        (weight * ((share + rest[node]) ** 2 - share**2))[abroad],
    )
    gain = np.maximum(gain, rest**2)
    foreign = Range(
        _over(squares, other, np.nan),
        _over(squares, 1.0 - own, 0.0),
        np.minimum(
            np.maximum(
                _over(squares + gain, 1.0 - own, 1.0),
                np.where(whole, 0.0, _over(squares, other, 1.0)),
            ),
            1.0,
        ),
    )
    top, top_share = _largest(node, place, share, np.ones_like(inside), n)
    top_foreign, top_foreign_share = _largest(node, place, share, abroad, n)
    basis, year = np.full(n, "", dtype=object), np.full(n, np.nan)
    basis[node] = rows["basis"].to_numpy(dtype=object)
    years = rows["year"].replace(0.0, np.nan).groupby(rows["node"]).max()
    year[years.index] = years
    weakest = np.full(n, -1, dtype=np.int8)
    np.maximum.at(weakest, node, rows["evidence"].to_numpy(dtype=np.int8))
    evidence = np.where(weakest < 0, EVIDENCE.index("ours"), weakest).astype(np.int8)
    return Concentration(
        named,
        of_home,
        foreign,
        top,
        top_share,
        top_foreign,
        top_foreign_share,
        basis,
        year,
        evidence,
    )


def _over(part: Numbers, whole: Numbers, otherwise: float) -> Numbers:
    """Return part / whole^2, and another number where there is no whole to speak of."""
    found: Numbers = np.divide(
        part, whole**2, out=np.full(len(part), otherwise), where=whole > NEAR
    )
    return found


def _largest(
    node: npt.NDArray[np.int64],
    place: npt.NDArray[np.object_],
    share: Numbers,
    which: Flags,
    n: int,
) -> tuple[npt.NDArray[np.object_], Numbers]:
    """Return the largest supplier of each node and its share; ties go to the later code."""
    kept = np.flatnonzero(which & (share > 0.0))
    order = kept[np.lexsort((place[kept].astype(str), share[kept], node[kept]))]
    names, values = np.full(n, "", dtype=object), np.full(n, np.nan)
    names[node[order]], values[node[order]] = place[order], share[order]  # the last one stays
    return names, values
