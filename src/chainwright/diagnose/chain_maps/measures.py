"""The parts of a chain's score from its own tables and one year of trade, or a mean of years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.parts import Parts, difficulty, exposure, value_behind
from chainwright.diagnose.chain_maps.shares import Concentration, Range, concentration
from chainwright.diagnose.chain_maps.supply import (
    EVIDENCE,
    HomeUse,
    Made,
    home_use,
    makers,
    shares,
    utilisation,
)
from chainwright.diagnose.chain_maps.trade import Joined, joined_trade, nearness
from chainwright.system import Bloc, Chain, Trade

__all__ = ["Documented", "Measured", "Seen", "documented", "mean_of", "measured", "seen"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Documented:
    """What the tables of a chain say of home, for n nodes.

    Parameters
    ----------
    rows : DataFrame
        Shares of suppliers, as `chain_supply.shares` returns them.
    use : HomeUse
        Home's share of its own use.
    made : Made
        Whether home makes it.
    used, used_home, used_evidence : ndarray, shape (n,)
        Utilisation of capacity, whether it is home's, and its evidence.
    evidence : ndarray of int8, shape (n,)
        Of the numbers in the table of nodes, as a place in `EVIDENCE`.
    gap : ndarray, shape (n,)
        Share of the high-grade use that home cannot make; NaN where the table does not tell.
    gap_elsewhere : ndarray of str, shape (n,)
        Place whose gap the table has instead of home's; empty where it has none or home's.
    """

    rows: pd.DataFrame
    use: HomeUse
    made: Made
    used: Numbers
    used_home: npt.NDArray[np.bool_]
    used_evidence: npt.NDArray[np.int8]
    evidence: npt.NDArray[np.int8]
    gap: Numbers
    gap_elsewhere: npt.NDArray[np.object_]


def documented(chain: Chain, home: Bloc, year: int | None) -> Documented:
    """Return what the tables of a chain say of home, up to a year.

    A gap is of one place: it is home's where home is that place alone. What a member cannot make
    another may, so the gap of a bloc is not told by that of a member.

    Parameters
    ----------
    chain : Chain
        The chain.
    home : Bloc
        Home.
    year : int, optional
        Rows of later years are left out.
    """
    nodes = chain.nodes
    codes = pd.Categorical(nodes["confidence"], EVIDENCE).codes
    gap, place = nodes["gap"].to_numpy(dtype=np.float64), nodes["gap_place"].to_numpy(dtype=object)
    alone = home.members if len(home.members) + len(home.missing) == 1 else ()
    own = np.isin(place, alone)
    return Documented(
        shares(chain, year),
        home_use(chain, home, year),
        makers(chain, home, year),
        *utilisation(chain, home, year),
        np.where(codes < 0, EVIDENCE.index("ours"), codes).astype(np.int8),
        np.where(own, gap, np.nan),
        np.where(own | np.isnan(gap), "", place),
    )


@dataclass(frozen=True, eq=False)
class Seen:
    """What trade shows of n nodes.

    Parameters
    ----------
    joined : Joined
        Exports in their codes and unit values.
    density : ndarray, shape (n,)
        Density of home around their products.
    """

    joined: Joined
    density: Numbers


def seen(trade: Trade, chain: Chain, home: Bloc, year: int | None, *, least: int) -> Seen:
    """Return what one year of trade shows of the nodes of a chain.

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
        Fewest products with which density says something.
    """
    return Seen(
        joined_trade(trade, chain, home, year), nearness(trade, chain, home, year, least=least)
    )


def mean_of(years: Sequence[Seen], weights: Numbers) -> Seen:
    """Return the weighted mean of what several years show; what is NaN in a year is left out.

    Parameters
    ----------
    years : sequence of Seen
        One a year.
    weights : ndarray, shape (years,)
        How often each year counts.
    """
    places = sorted({p for each in years for p in each.joined.places[:-1]})
    home = years[0].joined.places[-1]
    names = (*places, home)
    at = {place: i for i, place in enumerate(names)}
    exports = np.zeros((len(names), years[0].joined.exports.shape[1]))
    for each, weight in zip(years, weights, strict=True):
        exports[[at[p] for p in each.joined.places]] += weight * each.joined.exports
    return Seen(
        Joined(
            max(each.joined.year for each in years),
            names,
            exports,
            exports.sum(axis=0) > 0.0,
            _mean([each.joined.gap for each in years], weights),
        ),
        _mean([each.density for each in years], weights),
    )


def _mean(values: Sequence[Numbers], weights: Numbers) -> Numbers:
    held = np.stack(values)
    weight = np.where(np.isnan(held), 0.0, weights[:, None])
    total = weight.sum(axis=0)
    found: Numbers = np.divide(
        (np.nan_to_num(held) * weight).sum(axis=0),
        total,
        out=np.full(held.shape[1], np.nan),
        where=total > 0.0,
    )
    return found


@dataclass(frozen=True, eq=False)
class Measured:
    """The suppliers and the parts of the score of n nodes.

    Parameters
    ----------
    rows : DataFrame
        Shares of suppliers, those of trade included.
    found : Concentration
        How concentrated they are.
    parts : Parts
        V, G, K, T and e.
    gap_seen : ndarray of bool, shape (n,)
        Whether G is from unit values.
    density : ndarray, shape (n,)
        Density of home around the products.
    """

    rows: pd.DataFrame
    found: Concentration
    parts: Parts
    gap_seen: npt.NDArray[np.bool_]
    density: Numbers


def measured(
    chain: Chain,
    home: Bloc,
    said: Documented,
    finals: npt.NDArray[np.int64],
    *,
    trade: Seen | None = None,
    governance: Mapping[str, float] | None = None,
) -> Measured:
    """Return the suppliers and the parts of the score: documents first, trade where they lack.

    Parameters
    ----------
    chain : Chain
        The chain.
    home : Bloc
        Home.
    said : Documented
        What the tables say.
    finals : ndarray of int, shape (n,)
        Finished goods that each node leads to.
    trade : Seen, optional
        What trade shows.
    governance : mapping of str to float, optional
        Weight of places in K.
    """
    n = len(chain.axis)
    rows, gap = said.rows, said.gap
    density, world = np.full(n, np.nan), None
    gap_seen = np.zeros(n, dtype=np.bool_)
    if trade is not None:
        known = np.bincount(rows["node"], minlength=n) > 0
        extra = trade.joined.rows()
        rows = pd.concat([rows, extra[~known[extra["node"]]]], ignore_index=True)
        gap_seen = np.isnan(gap) & ~np.isnan(trade.joined.gap)
        gap = np.where(gap_seen, trade.joined.gap, gap)
        density, world = trade.density, trade.joined.world
    found = concentration(rows, n, home, governance)
    e = exposure(said.use, said.made, found)
    parts = Parts(
        value_behind(finals, world),
        Range.of(gap),
        found.foreign * e,
        difficulty(chain, density),
        e,
        said.use.said,
    )
    return Measured(rows, found, parts, gap_seen, density)
