"""Which node of a chain map a maker's part is: as it says itself, by its HS code, or its class."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from chainwright.diagnose.maker.tier_confidence import TierConfidence
from chainwright.system import Chain, Maker

__all__ = ["RULES", "chain_matches"]

RULES = ("chain_node", "hs", "gbt4754")
"""Rules of a match, the firmest first; only the firmest that finds anything counts."""

COLUMNS = ["item", "chain", "node", "rule", "confidence"]


def chain_matches(
    maker: Maker, chains: Mapping[str, Chain], confidence: TierConfidence
) -> pd.DataFrame:
    """Return the nodes of chain maps that parts match, a row a part and node.

    Parameters
    ----------
    maker : Maker
        A maker's chain.
    chains : mapping of str to Chain
        Chain maps by name.
    confidence : TierConfidence
        Confidence of each rule; divided by the number of nodes that it finds.

    Returns
    -------
    DataFrame
        ``item`` (place on the axis of items), ``chain`` (name), ``node`` (place on the axis of the
        chain), ``rule`` (one of `RULES`), ``confidence``.
    """
    parts = maker.tables["parts"]
    wanted = _codes(maker, parts)
    offered = pd.concat([_none(), *(_offered(chain) for chain in chains.values())])
    found = wanted.merge(offered, on=["rule", "code"])
    if found.empty:
        return pd.DataFrame(columns=COLUMNS)
    found = found.drop_duplicates(["item", "chain", "node", "rule"])
    order = found["rule"].map({rule: i for i, rule in enumerate(RULES)})
    found = found[order == order.groupby(found["item"]).transform("min")]
    several = found.groupby("item")["node"].transform("size")
    levels = {rule: getattr(confidence, rule) for rule in RULES}
    found = found.assign(confidence=found["rule"].map(levels).astype("float64") / several)
    return found[COLUMNS].sort_values(["item", "chain", "node"], ignore_index=True)


def _codes(maker: Maker, parts: pd.DataFrame) -> pd.DataFrame:
    """Return the codes of parts, a row a code: item, rule, code."""
    item = maker.network.items.index(parts["item"])
    frames = [
        pd.DataFrame({"item": item, "rule": rule, "code": parts[rule].astype("object").to_numpy()})
        for rule in RULES
    ]
    return _split(pd.concat(frames, ignore_index=True))


def _offered(chain: Chain) -> pd.DataFrame:
    """Return what the nodes of a chain map are found by: chain, node, rule, code."""
    nodes = np.arange(len(chain.axis))
    held = {
        "chain_node": [f"{chain.name}:{code}" for code in chain.axis.codes],
        "hs": chain.nodes["hs"].astype("object").to_numpy(),
        "gbt4754": chain.nodes["gbt4754"].astype("object").to_numpy(),
    }
    frames = [
        pd.DataFrame({"chain": chain.name, "node": nodes, "rule": rule, "code": codes})
        for rule, codes in held.items()
    ]
    return _split(pd.concat(frames, ignore_index=True))


def _split(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with one code each, empty ones left out."""
    listed = frame.assign(code=frame["code"].fillna("").str.split(";")).explode("code")
    listed = listed.assign(code=listed["code"].str.strip())
    return listed[listed["code"] != ""]


def _none() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "chain": pd.Series(dtype="object"),
            "node": pd.Series(dtype="int64"),
            "rule": pd.Series(dtype="object"),
            "code": pd.Series(dtype="object"),
        }
    )
