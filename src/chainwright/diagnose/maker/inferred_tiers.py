"""Tiers that a maker's tables do not give, inferred from chain maps and trade, with confidence."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.supply import EVIDENCE, shares
from chainwright.diagnose.maker.chain_matches import chain_matches
from chainwright.diagnose.maker.import_origins import import_origins
from chainwright.diagnose.maker.node_groups import node_groups
from chainwright.diagnose.maker.tier_confidence import TierConfidence
from chainwright.diagnose.maker.tier_rows import filled
from chainwright.diagnose.maker.upstream_nodes import upstream_nodes
from chainwright.system import Chain, Maker, Trade

__all__ = ["Inferred", "inferred_tiers"]

KEY = ["number", "chain", "node"]


@dataclass(frozen=True, eq=False)
class Inferred:
    """Rows that were inferred, and the items of which something was.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `tier_rows.TIER_COLUMNS`.
    matched : Index of int
        Items of which a chain map says the next tier.
    ended : Index of int
        Items that are where a chain map begins, so that there is no next tier.
    placed : Index of int
        Items that are a node of a chain map, whether or not the next tier was inferred.
    """

    rows: pd.DataFrame
    matched: pd.Index
    ended: pd.Index
    placed: pd.Index


def inferred_tiers(
    maker: Maker,
    chains: Mapping[str, Chain],
    trade: Trade | None,
    *,
    home: str,
    depth: int,
    least_share: float,
    year: int | None,
    confidence: TierConfidence,
) -> Inferred:
    """Return what chain maps and trade say of tiers that the maker's tables do not give.

    Of an item without components each node upstream of the node that it matches, `depth` steps at
    most; of an item whose source or country is not known the item itself.

    Parameters
    ----------
    maker : Maker
        The chain.
    chains : mapping of str to Chain
        Chain maps by name.
    trade : Trade, optional
        Bilateral trade.
    home : str
        Country of buying sites whose own is not known; empty text for none.
    depth : int
        Most steps up a chain map.
    least_share : float
        Smaller shares are left out.
    year : int, optional
        Year of trade; rows of supply of later years are left out.
    confidence : TierConfidence
        Confidence of the steps.
    """
    network = maker.network
    leaf = np.diff(network.bill.tocsc().indptr) == 0
    matches = chain_matches(maker, chains, confidence).rename(columns={"item": "number"})
    lacking = _lacking(maker)
    above = _upstream(
        matches[leaf[matches["number"].to_numpy(np.int64)]], chains, depth, confidence
    )
    # that a part is of the class of a node says nothing of where the part comes from
    itself = matches[matches["number"].isin(lacking) & (matches["rule"] != "gbt4754")]
    itself = itself.assign(depth=0, trust=1.0, path="")
    wanted = pd.concat([itself, above], ignore_index=True)
    wanted = wanted.assign(worth=wanted["confidence"].astype("float64") * wanted["trust"])
    wanted = wanted.sort_values([*KEY, "worth"], ascending=[True, True, True, False], kind="stable")
    wanted = wanted.drop_duplicates(KEY, ignore_index=True)
    wanted["code"] = [
        f"{name}:{chains[name].axis.codes[node]}"
        for name, node in zip(wanted["chain"], wanted["node"], strict=True)
    ]
    named = [_supplied(wanted, chains, year, confidence)]
    if trade is not None:
        named += _traded(maker, wanted, chains, (trade, year), home=home, confidence=confidence)
    places = pd.concat(named, ignore_index=True)
    said = wanted.merge(places, on=KEY, how="left")
    kept = said[said["place"].isna() | ~(said["share"] < least_share)]
    bare = wanted.merge(kept[KEY].drop_duplicates().assign(held=1), on=KEY, how="left")
    rest = wanted[bare["held"].isna().to_numpy()]
    said = pd.concat([kept, rest], ignore_index=True)
    said = said[(said["depth"] > 0) | said["place"].notna()]
    rows = _rows(said, maker)
    rows = rows[rows["confidence"] >= confidence.least]
    direct = _own_codes(maker, lacking, trade, year, home=home, confidence=confidence)
    have = pd.Index(rows["number"][rows["below"] > 0].unique())
    last = matches[~matches["number"].isin(above["number"])]["number"]
    return Inferred(
        pd.concat([frame for frame in (rows, direct) if len(frame)] or [rows], ignore_index=True),
        have,
        pd.Index(_beginnings(matches, chains, last)),
        pd.Index(matches["number"].unique()),
    )


def _lacking(maker: Maker) -> npt.NDArray[np.int64]:
    """Return items of which the country of a source is not known."""
    unknown = node_groups(maker, "place").of_node < 0
    return np.unique(maker.network.node_item[unknown]).astype(np.int64)


def _beginnings(
    matches: pd.DataFrame, chains: Mapping[str, Chain], items: "pd.Series[int]"
) -> npt.NDArray[np.int64]:
    """Return which of the items match nodes that have no input in their map."""
    fed = {name: set(chain.axis.index(chain.links["to_node"])) for name, chain in chains.items()}
    rows = matches[matches["number"].isin(items)]
    begins = [n not in fed[c] for c, n in zip(rows["chain"], rows["node"], strict=True)]
    found: npt.NDArray[np.int64] = rows["number"].to_numpy(dtype=np.int64)
    return found[np.array(begins, dtype=np.bool_)]


def _upstream(
    matches: pd.DataFrame, chains: Mapping[str, Chain], depth: int, confidence: TierConfidence
) -> pd.DataFrame:
    """Return the nodes upstream of each match, a row an item and node."""
    frames = [
        matches[matches["chain"] == name]
        .rename(columns={"node": "start"})
        .merge(
            upstream_nodes(
                chain,
                np.unique(matches.loc[matches["chain"] == name, "node"].to_numpy(np.int64)),
                depth,
                confidence,
            ),
            on="start",
        )
        for name, chain in chains.items()
        if (matches["chain"] == name).any()
    ]
    columns = [*KEY, "rule", "confidence", "depth", "trust", "path"]
    if not frames:
        return pd.DataFrame({c: pd.Series(dtype="object") for c in columns}).astype(
            {"number": "int64", "node": "int64", "depth": "int64", "trust": "float64"}
        )
    return pd.concat(frames, ignore_index=True)[columns]


def _supplied(
    wanted: pd.DataFrame, chains: Mapping[str, Chain], year: int | None, trust: TierConfidence
) -> pd.DataFrame:
    """Return who supplies the wanted nodes in the world, by rows of supply of the maps."""
    levels = [getattr(trust, f"place_{word}") for word in EVIDENCE]
    frames = []
    for name, chain in chains.items():
        if not (wanted["chain"] == name).any():
            continue
        rows = shares(chain, year)
        frames.append(
            rows.assign(
                chain=name,
                share=rows["low"],
                share_high=rows["high"],
                place_trust=np.array(levels)[rows["evidence"].to_numpy(dtype=np.int64)],
                basis="chain map: " + rows["basis"].astype("object"),
            )
        )
    columns = ["chain", "node", "place", "share", "share_high", "basis", "year", "place_trust"]
    if not frames:
        return pd.DataFrame({c: pd.Series(dtype="object") for c in [*KEY, *columns[2:]]}).astype(
            {"number": "int64", "node": "int64", "share": "float64"}
        )
    found = pd.concat(frames, ignore_index=True)[columns]
    return wanted[KEY].merge(found, on=["chain", "node"])


def _traded(
    maker: Maker,
    wanted: pd.DataFrame,
    chains: Mapping[str, Chain],
    asked: tuple[Trade, int | None],
    *,
    home: str,
    confidence: TierConfidence,
) -> list[pd.DataFrame]:
    """Return shares of imports of nodes, for items themselves and their next tier.

    Further up it is not known which country buys. The own HS code of an item comes before those
    of its node.
    """
    parts = maker.tables["parts"]
    coded = maker.network.items.index(parts["item"][parts["hs"].fillna("") != ""])
    near = wanted[(wanted["depth"] == 1) | ((wanted["depth"] == 0) & ~wanted["number"].isin(coded))]
    if near.empty:
        return []
    listed = [
        str(chains[name].nodes["hs"].iloc[node] or "")
        for name, node in zip(near["chain"], near["node"], strict=True)
    ]
    codes = near.assign(hs=pd.Series(listed, index=near.index).str.split(";")).explode("hs")
    codes = codes.assign(hs=codes["hs"].str.strip())
    codes = codes[codes["hs"] != ""]
    makers, users = _buyers(maker, home)
    made = codes[codes["depth"] == 1].merge(makers, on="number")
    used = codes[codes["depth"] == 0].merge(users, on="number")
    pairs = pd.concat([made, used], ignore_index=True)
    number = pairs.groupby(KEY, sort=False).ngroup()
    rows = pd.DataFrame({"key": number, "code": pairs["hs"], "buyer": pairs["buyer"]})
    found = import_origins(asked[0], rows, asked[1])
    names = pairs[KEY].drop_duplicates(ignore_index=True)
    back = names.iloc[found["key"].to_numpy(dtype=np.int64)].reset_index(drop=True)
    return [
        found.drop(columns="key").assign(
            number=back["number"],
            chain=back["chain"],
            node=back["node"],
            share_high=found["share"],
            basis="imports",
            place_trust=confidence.place_trade,
        )
    ]


def _own_codes(
    maker: Maker,
    lacking: npt.NDArray[np.int64],
    trade: Trade | None,
    year: int | None,
    *,
    home: str,
    confidence: TierConfidence,
) -> pd.DataFrame:
    """Return from where the buying country imports items whose own country is not known.

    By the item's own HS code, whether or not a chain map has it.
    """
    columns = pd.DataFrame({"number": pd.Series(dtype="int64")})
    parts = maker.tables["parts"]
    number = maker.network.items.index(parts["item"])
    rows = pd.DataFrame({"number": number, "code": parts["hs"].astype("object").to_numpy()})
    rows = rows[rows["number"].isin(lacking) & (rows["code"].fillna("") != "")]
    if trade is None or rows.empty:
        return filled(columns, maker)
    pairs = rows.merge(_buyers(maker, home)[1], on="number").rename(columns={"number": "key"})
    found = import_origins(trade, pairs, year).rename(columns={"key": "number"})
    worth = confidence.hs * confidence.place_trade
    return found.assign(
        kind="inferred",
        below=0,
        share_high=found["share"],
        basis="imports",
        rule="hs",
        confidence=worth,
        in_figures=False,
    ).pipe(filled, maker)


def _buyers(maker: Maker, home: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the countries where each item is made, and those where what needs it is made."""
    network, groups = maker.network, node_groups(maker, "place")
    codes = np.array([*groups.codes, home], dtype=object)
    where = codes[np.where(groups.of_node < 0, len(groups.codes), groups.of_node)]
    made = pd.DataFrame({"number": network.node_item.astype(np.int64), "buyer": where})
    made = made[made["buyer"] != ""].drop_duplicates(ignore_index=True)
    bill = network.bill.tocoo()
    ends = pd.DataFrame(
        {"component": bill.row.astype(np.int64), "number": bill.col.astype(np.int64)}
    )
    used = ends.merge(made, on="number")[["component", "buyer"]]
    return made, used.rename(columns={"component": "number"}).drop_duplicates(ignore_index=True)


def _rows(said: pd.DataFrame, maker: Maker) -> pd.DataFrame:
    """Return the rows of what was inferred, the confidence multiplied along the path."""
    silent = said["place"].isna().to_numpy()
    worth = said["worth"].to_numpy(dtype=np.float64)
    place_trust = said["place_trust"].to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "number": said["number"].to_numpy(dtype=np.int64),
            "kind": "inferred",
            "missing": np.where(silent, "origin", "").astype(object),
            "below": said["depth"].to_numpy(dtype=np.int64),
            "place": said["place"].astype("object").fillna("").to_numpy(),
            "chain_node": said["code"].to_numpy(dtype=object),
            "share": said["share"].to_numpy(dtype=np.float64),
            "share_high": said["share_high"].to_numpy(dtype=np.float64),
            "basis": said["basis"].astype("object").fillna("").to_numpy(),
            "rule": said["rule"].to_numpy(dtype=object),
            "path": said["path"].to_numpy(dtype=object),
            "year": said["year"].to_numpy(dtype=np.float64),
            "confidence": worth * np.where(silent, 1.0, place_trust),
            "in_figures": False,
        }
    ).pipe(filled, maker)
