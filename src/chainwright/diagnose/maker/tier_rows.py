"""Rows of tiers that a maker's own tables give, and the gaps in them, with what to ask for."""

import numpy as np
import pandas as pd

from chainwright.diagnose.maker.node_groups import node_groups
from chainwright.system import Maker

__all__ = ["GAPS", "TIER_COLUMNS", "deeper_gaps", "given_rows"]

TIER_COLUMNS = (
    "number",
    "item",
    "kind",
    "missing",
    "below",
    "supplier",
    "site",
    "place",
    "chain_node",
    "share",
    "share_high",
    "basis",
    "rule",
    "path",
    "year",
    "confidence",
    "in_figures",
)
"""Columns of the rows, `number` being the place of the item on its axis, `below` steps below it."""

GAPS = {
    "": ("", ""),
    "source": (
        "Ask who makes it and where, and put it into sourcing.csv.",
        "请问明由谁、在何处制造，并填入 sourcing.csv。",
    ),
    "site": (
        "Ask the supplier at which site it is made, and put it into sites.csv.",
        "请向供应商问明在哪个场所制造，并填入 sites.csv。",
    ),
    "place": (
        "Put the country of the site into sites.csv.",
        "请在 sites.csv 中填写该场所所在国家或地区。",
    ),
    "deeper tier": (
        "Ask its suppliers what it is made of and where that comes from, or give its chain_node "
        "or HS code in parts.csv and join a chain map.",
        "请向其供应商问明所用材料及来源；或在 parts.csv 中填写 chain_node 或 HS 编码，"
        "并接入产业链图。",
    ),
    "chain map": (
        "Its chain_node names no node of the chain maps at hand: join that map or correct it.",
        "其 chain_node 不在现有产业链图中：请接入该图，或予以更正。",
    ),
    "origin": (
        "Ask its suppliers where this comes from: neither the map nor trade says it.",
        "产业链图与贸易数据均未说明来源，请向供应商问明。",
    ),
}
"""What is missing of a node, and what to ask for, in English and Chinese."""


def given_rows(maker: Maker) -> pd.DataFrame:
    """Return one row a node of the maker's chain, those with gaps among them.

    A node without a site, and an item without a source, is of the kind ``unknown``.

    Parameters
    ----------
    maker : Maker
        The chain.
    """
    network, groups = maker.network, node_groups(maker, "place")
    sites = np.array([*network.sites.codes, ""], dtype=object)
    suppliers = np.array([*network.suppliers.codes, ""], dtype=object)
    places = np.array([*groups.codes, ""], dtype=object)
    known = groups.known_site
    missing = np.select(
        [~network.given, ~known, groups.of_node < 0], ["source", "site", "place"], default=""
    )
    return pd.DataFrame(
        {
            "number": network.node_item.astype(np.int64),
            "kind": np.where(known, "given", "unknown").astype(object),
            "missing": missing.astype(object),
            "below": 0,
            "supplier": suppliers[network.node_supplier],
            "site": sites[np.where(known, network.node_site, -1)],
            "place": places[groups.of_node],
            "share": network.share,
            "share_high": network.share,
            "basis": np.where(network.given, "sourcing", "").astype(object),
            "confidence": np.where(network.given, 1.0, np.nan),
            "in_figures": True,
        }
    ).pipe(filled, maker)


def deeper_gaps(maker: Maker, matched: pd.Index, ended: pd.Index, placed: pd.Index) -> pd.DataFrame:
    """Return one row an item whose next tier should be there and of which nothing is known.

    These are the items without components that others than the maker make.

    Parameters
    ----------
    maker : Maker
        The chain.
    matched : Index of int
        Items of which a chain map says the next tier.
    ended : Index of int
        Items that are where a chain map begins.
    placed : Index of int
        Items that are a node of a chain map at hand, whether or not it says anything further.
    """
    network = maker.network
    n = len(network.items)
    bought = np.bincount(network.node_item, ~network.own, minlength=n) > 0
    known = np.isin(np.arange(n), np.concatenate([matched, ended]))
    lacking = np.flatnonzero(bought & (np.diff(network.bill.tocsc().indptr) == 0) & ~known)
    named = maker.tables["parts"].set_index("item")["chain_node"].astype("object")
    said = named.reindex(np.array(network.items.codes, dtype=object)[lacking]).fillna("")
    strange = (said.to_numpy() != "") & ~np.isin(lacking, placed)
    return pd.DataFrame(
        {
            "number": lacking,
            "kind": "unknown",
            "missing": np.where(strange, "chain map", "deeper tier").astype(object),
            "below": 1,
            "chain_node": said.to_numpy(dtype=object),
            "in_figures": False,
        }
    ).pipe(filled, maker)


def filled(rows: pd.DataFrame, maker: Maker) -> pd.DataFrame:
    """Return rows with all of `TIER_COLUMNS`, empty where nothing is said.

    Parameters
    ----------
    rows : DataFrame
        Some of the columns, ``number`` among them.
    maker : Maker
        The chain.
    """
    codes = np.array(maker.network.items.codes, dtype=object)
    numbers = {"share", "share_high", "year", "confidence"}
    empty = {c: np.nan if c in numbers else "" for c in TIER_COLUMNS if c not in rows}
    named = rows.assign(**empty).assign(item=codes[rows["number"].to_numpy(dtype=np.int64)])
    return named[list(TIER_COLUMNS)]
