"""Who supplies each node of a chain, how much of it home makes, and what of that is documented."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.system import Bloc, Chain

__all__ = ["BASES", "EVIDENCE", "HomeUse", "Made", "home_use", "makers", "shares", "utilisation"]

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

BASES = ("production", "capacity", "market", "exports")
"""What a share of world supply can be a share of, the best first."""

EVIDENCE = ("documented", "survey", "trade", "ours")
"""What a number rests on, the firmest first."""

SPAN = 3
"""Years before the newest row of a node that still count beside it."""

WORLD = "WLD"

COLUMNS = ["node", "place", "low", "high", "basis", "year", "evidence"]


def shares(chain: Chain, year: int | None) -> pd.DataFrame:
    """Return who supplies each node, a row a node and place, as far as rows of supply say.

    One basis a node: the first of `BASES` that has rows of whole places, else the first that has
    rows of firms. Of a place the newest row counts, if no more than `SPAN` years older than the
    newest of the node; where the shares of several years come to more than all, the newest year
    alone. A row without a year may be as new as any. Rows of firms come to at least their sum;
    firms whose place is not known (``WLD``) name no place. Where documents differ on a place and
    year, the firmest evidence counts, as a range.

    Parameters
    ----------
    chain : Chain
        The chain.
    year : int, optional
        Rows of later years are left out.

    Returns
    -------
    DataFrame
        ``node`` (position), ``place``, ``low``, ``high`` (share of world supply; NaN where only
        firms are known), ``basis``, ``year`` (NaN if not stated), ``evidence`` (place in
        `EVIDENCE`).
    """
    rows = _until(chain, year)
    rows = rows[rows["basis"].isin(BASES) & rows["share"].notna() & (rows["place"] != WORLD)]
    rows = rows.assign(
        by_firm=rows["firm"] != "",
        order=pd.Categorical(rows["basis"], BASES, ordered=True).codes,
    )
    rows["choice"] = rows["order"] + len(BASES) * rows["by_firm"]
    best = rows.groupby("node")["choice"].transform("min") % len(BASES)
    rows = _newest(rows[rows["order"] == best], ["node", "place", "firm"])
    firmest = rows["evidence"] == rows.groupby(["node", "place", "firm"])["evidence"].transform(
        "min"
    )
    rows = rows[firmest]
    # two documents on one place name it once
    least = rows.groupby(["node", "place", "firm"])["share"].transform("min")
    once = ~rows.duplicated(["node", "place", "firm"])
    named = least.where(once, 0.0).groupby([rows["node"], rows["by_firm"]]).transform("sum")
    latest = rows["when"] == rows.groupby("node")["when"].transform("max")
    rows = rows[(named <= 1.005) | latest]
    each = rows.groupby(["node", "place", "firm", "by_firm"], as_index=False)
    told = each.agg(
        low=("share", "min"),
        high=("share", "max"),
        basis=("basis", "first"),
        year=("year", "max"),
        evidence=("evidence", "max"),
    )
    whole = told[~told["by_firm"]].set_index(["node", "place"])
    firms = told[told["by_firm"]].groupby(["node", "place"])
    summed = firms.agg(
        low=("low", "sum"),
        basis=("basis", "first"),
        year=("year", "max"),
        evidence=("evidence", "max"),
    )
    extra = summed[~summed.index.isin(whole.index)].assign(high=np.nan)
    found = pd.concat([whole.reset_index(), extra.reset_index()], ignore_index=True)
    return found[COLUMNS].sort_values(["node", "low"], ascending=[True, False], ignore_index=True)


def _until(chain: Chain, year: int | None) -> pd.DataFrame:
    """Return the rows of supply up to a year, with positions of nodes and ranks of evidence."""
    rows = chain.supply
    rows = rows.assign(
        node=chain.axis.index(rows["node"]),
        evidence=_evidence(rows["confidence"]),
        when=rows["year"].astype("float64").fillna(0.0),
    )
    return rows if year is None else rows[rows["when"] <= year]


def _evidence(words: "pd.Series[str]") -> Codes:
    """Return the place of each word in `EVIDENCE`; what is not said counts as ours."""
    codes = pd.Categorical(words, EVIDENCE).codes
    return np.where(codes < 0, EVIDENCE.index("ours"), codes).astype(np.int8)


def _newest(rows: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return the newest rows of each key that are not too old for their node."""
    last = rows.groupby("node")["when"].transform("max")
    fresh = rows[(rows["when"] >= last - SPAN) | (rows["when"] == 0.0)]
    own = fresh.groupby(list(key))["when"].transform("max")
    return fresh[fresh["when"] == own]


@dataclass(frozen=True, eq=False)
class HomeUse:
    """The share of home's own use of each node that home makes, for n nodes.

    Parameters
    ----------
    low, high : ndarray, shape (n,)
        Bounds; 0 and 1 where nothing is said.
    said : ndarray of bool, shape (n,)
        Whether a row says it.
    evidence : ndarray of int8, shape (n,)
        Place in `EVIDENCE`.
    year : ndarray, shape (n,)
        Of the row; NaN where not stated.
    """

    low: Numbers
    high: Numbers
    said: npt.NDArray[np.bool_]
    evidence: Codes
    year: Numbers


def home_use(chain: Chain, home: Bloc, year: int | None) -> HomeUse:
    """Return how much of its own use home makes, from rows of basis ``domestic_use``.

    A row of home itself counts. Of a bloc without a row of its own the rows of its members do, if
    all members have one: the least and the most among them, as their weights are not known. Rows
    of firms are a lower bound.

    Parameters
    ----------
    chain : Chain
        The chain.
    home : Bloc
        Home.
    year : int, optional
        Rows of later years are left out.
    """
    n = len(chain.axis)
    rows = _until(chain, year)
    rows = rows[(rows["basis"] == "domestic_use") & rows["share"].notna()]
    own = rows["place"] == home.name
    whole = rows[rows["firm"] == ""]
    mine = whole[own.loc[whole.index]]
    if len(home.members) + len(home.missing) > 1:
        inside = _newest(whole[whole["place"].isin(home.members)], ["node", "place"])
        complete = inside.groupby("node")["place"].transform("nunique") == len(home.members)
        inside = inside[complete & (not home.missing) & ~inside["node"].isin(mine["node"])]
        mine = pd.concat([_newest(mine, ["node"]), inside])
    else:
        mine = _newest(whole[whole["place"].isin([home.name, *home.members])], ["node"])
    each = mine.groupby("node").agg(
        low=("share", "min"),
        high=("share", "max"),
        evidence=("evidence", "max"),
        year=("year", "max"),
    )
    firms = rows[(rows["firm"] != "") & rows["place"].isin([home.name])]
    least = _newest(firms, ["node", "firm"]).groupby("node")["share"].sum()
    low, high = np.zeros(n), np.ones(n)
    low[least.index] = np.minimum(least, 1.0)
    low[each.index], high[each.index] = each["low"], each["high"]
    said = np.zeros(n, dtype=np.bool_)
    said[each.index] = True
    evidence = np.full(n, EVIDENCE.index("ours"), dtype=np.int8)
    evidence[least.index] = firms.groupby("node")["evidence"].max()
    evidence[each.index] = each["evidence"]
    when = np.full(n, np.nan)
    when[each.index] = each["year"]
    return HomeUse(low, high, said, evidence, when)


@dataclass(frozen=True, eq=False)
class Made:
    """Whether home makes each node, for n nodes.

    Parameters
    ----------
    yes, no : ndarray of bool, shape (n,)
        Whether a row names a maker at home, and whether one says that there is none; neither
        where no row says it.
    evidence : ndarray of int8, shape (n,)
        Place in `EVIDENCE` of the rows that say it.
    """

    yes: npt.NDArray[np.bool_]
    no: npt.NDArray[np.bool_]
    evidence: Codes


def makers(chain: Chain, home: Bloc, year: int | None) -> Made:
    """Return whether home makes each node, as far as rows of supply say so.

    There is a maker where a row of a place of home has a share or a capacity, or names it as a
    supplier without a number. There is none where home's share of production, of capacity or of
    its own use is documented as 0 and no row names a maker: an empty cell is not evidence of
    absence, and our own judgement is none of presence. Of a bloc each member must be 0.

    Parameters
    ----------
    chain : Chain
        The chain.
    home : Bloc
        Home.
    year : int, optional
        Rows of later years are left out.
    """
    n = len(chain.axis)
    rows = _until(chain, year)
    rows = rows[rows["place"].isin([home.name, *home.members])]
    rows = rows[rows["evidence"] < EVIDENCE.index("ours")]
    unsaid = rows["share"].isna() & rows["capacity"].isna()
    named = unsaid & (rows["basis"] != "domestic_use")
    maker = (rows["share"] > 0.0) | (rows["capacity"] > 0.0) | named
    zero = (rows["firm"] == "") & (rows["share"] == 0.0)
    zero &= rows["basis"].isin(["production", "capacity", "domestic_use"])
    # of the newest rows on the node: a maker that has closed, or opened, since is no contradiction
    newest = rows["when"] == rows.groupby(["node", "place", "basis"])["when"].transform("max")
    yes = np.bincount(rows["node"][maker & newest], minlength=n) > 0
    absent = rows[zero & newest]
    whole = np.bincount(absent["node"][absent["place"] == home.name], minlength=n) > 0
    each = absent.groupby("node")["place"].nunique().reindex(range(n), fill_value=0).to_numpy()
    no = (whole | ((each == len(home.members)) & (not home.missing))) & ~yes
    evidence = np.full(n, -1, dtype=np.int8)
    used = rows[(maker | zero) & newest]
    np.maximum.at(evidence, used["node"].to_numpy(), used["evidence"].to_numpy(dtype=np.int8))
    return Made(yes, no, np.where(evidence < 0, EVIDENCE.index("ours"), evidence).astype(np.int8))


def utilisation(
    chain: Chain, home: Bloc, year: int | None
) -> tuple[Numbers, npt.NDArray[np.bool_], Codes]:
    """Return how far capacity is used, whether that is home's, and the evidence, shape (n,) each.

    The mean over the newest rows of home, weighted by capacity where all of them have one; rows of
    firms count where there is none of a whole place. Where home has none the same over all places.

    Parameters
    ----------
    chain : Chain
        The chain.
    home : Bloc
        Home.
    year : int, optional
        Rows of later years are left out.
    """
    n = len(chain.axis)
    rows = _until(chain, year)
    rows = rows[rows["utilisation"].notna()]
    inside = rows["place"].isin([home.name, *home.members])
    told = inside.groupby(rows["node"]).transform("any")
    rows = _newest(rows[inside | ~told], ["node", "place", "firm"])
    whole = (rows["firm"] == "").groupby(rows["node"]).transform("any")
    rows = rows[(rows["firm"] == "") | ~whole]
    full = rows["capacity"].notna().groupby(rows["node"]).transform("all")
    weight = rows["capacity"].where(full, 1.0)
    sums = (rows["utilisation"] * weight).groupby(rows["node"]).sum()
    mean = np.full(n, np.nan)
    mean[sums.index] = sums / weight.groupby(rows["node"]).sum()
    own = np.zeros(n, dtype=np.bool_)
    own[rows["node"][inside.loc[rows.index]]] = True
    evidence = np.zeros(n, dtype=np.int8)
    np.maximum.at(evidence, rows["node"].to_numpy(), rows["evidence"].to_numpy(dtype=np.int8))
    return mean, own, evidence
