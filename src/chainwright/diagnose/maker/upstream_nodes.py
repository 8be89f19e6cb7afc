"""What a node of a chain map is made from, some steps up, with the way there and its confidence."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.supply import EVIDENCE
from chainwright.diagnose.maker.tier_confidence import TierConfidence
from chainwright.system import Chain

__all__ = ["upstream_nodes"]


def upstream_nodes(
    chain: Chain, starts: npt.NDArray[np.int64], depth: int, confidence: TierConfidence
) -> pd.DataFrame:
    """Return the nodes upstream of some nodes of a chain map, a row a start and node.

    Each node is shown at the fewest steps; of several ways of as many steps the one of the highest
    confidence, the product of that of its links, is shown.

    Parameters
    ----------
    chain : Chain
        The chain map.
    starts : ndarray of int, shape (S,)
        Nodes to start from, each once.
    depth : int
        Most steps up.
    confidence : TierConfidence
        Confidence of links.

    Returns
    -------
    DataFrame
        ``start``, ``node`` (places on the axis of the chain), ``depth`` (1 or more), ``trust``
        (product over the links), ``path`` (codes from the start up to the node).
    """
    n, links = len(chain.axis), chain.links
    lower, upper = chain.axis.index(links["to_node"]), chain.axis.index(links["from_node"])
    levels = {word: getattr(confidence, f"link_{word}", confidence.link_ours) for word in EVIDENCE}
    said = links["confidence"].map(levels).astype("float64").fillna(confidence.link_ours)
    trust = said.to_numpy(dtype=np.float64)
    rows = np.arange(len(starts))
    reached = np.zeros((len(starts), n), dtype=np.bool_)
    reached[rows, starts] = True
    best = reached.astype(np.float64)
    paths = np.full((len(starts), n), "", dtype=object)
    codes = np.array(chain.axis.codes, dtype=object)
    paths[rows, starts] = codes[starts]
    found = []
    for step in range(1, depth + 1):
        start, link = np.nonzero((best[:, lower] > 0.0) & ~reached[:, upper])
        if not len(link):
            break
        worth = best[start, lower[link]] * trust[link]
        order = np.lexsort((link, -worth, upper[link], start))
        pairs = np.column_stack([start, upper[link]])[order]
        first = order[np.flatnonzero((np.diff(pairs, axis=0, prepend=-1) != 0).any(axis=1))]
        who, node, below = start[first], upper[link[first]], lower[link[first]]
        ways = paths[who, below] + " < " + codes[node]
        best = np.zeros_like(best)
        best[who, node] = worth[first]
        paths[who, node] = ways
        reached[who, node] = True
        found.append(
            pd.DataFrame(
                {
                    "start": starts[who],
                    "node": node.astype(np.int64),
                    "depth": step,
                    "trust": worth[first],
                    "path": ways,
                }
            )
        )
    if not found:
        return pd.DataFrame({"start": [], "node": [], "depth": [], "trust": [], "path": []}).astype(
            {"start": "int64", "node": "int64", "depth": "int64", "path": "object"}
        )
    return pd.concat(found, ignore_index=True)
