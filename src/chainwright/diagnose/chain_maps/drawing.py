"""What every picture of a chain shares: stages, links by kind, colours of statuses, places."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.graph import Links, reach
from chainwright.diagnose.chain_maps.layout import Layout, Sizes, layout
from chainwright.params import table
from chainwright.system import Chain

__all__ = ["STATUS_COLOURS", "Arrangement", "arrangement", "stages"]

Flags = npt.NDArray[np.bool_]

STATUS_COLOURS = {
    "stuck": "#D55E00",
    "broken": "#CC79A7",
    "blocked": "#E69F00",
    "unknown": "#7b8794",
    "fine": "#009E73",
    "long plate": "#0072B2",
}
"""Okabe and Ito's set, which colour-blind readers tell apart; each also has a letter."""


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Where a chain's nodes and links stand, and of what kind the links are.

    Parameters
    ----------
    layout : Layout
        The places.
    stage : ndarray of int, shape (n,)
        Stage of each node, as a position in `stages`.
    links : Links
        The links.
    essential, replaceable, ours : ndarray of bool, shape (links,)
        Whether a link is known to be essential, known to be replaceable, and whether only our own
        judgement says that it is there.
    """

    layout: Layout
    stage: npt.NDArray[np.int64]
    links: Links
    essential: Flags
    replaceable: Flags
    ours: Flags


def stages() -> tuple[tuple[str, str, str], ...]:
    """Return the stages from left to right: word, English name, Chinese name.

    Examples
    --------
    >>> stages()[0]
    ('resource', 'Resource', '资源')
    """
    rows = [row for row in table("chain_words") if row["list"] == "stage"]
    rows.sort(key=lambda row: int(row["position"]))
    return tuple((row["word"], row["name_en"], row["name_zh"]) for row in rows)


def arrangement(
    chain: Chain, height: npt.NDArray[np.float64], sizes: Sizes, shown: Flags | None = None
) -> Arrangement:
    """Return where the nodes and links of a chain stand.

    Parameters
    ----------
    chain : Chain
        The chain.
    height : ndarray, shape (n,)
        Height of the box of each node, or of each that is shown [pt].
    sizes : Sizes
        The other sizes.
    shown : ndarray of bool, shape (n,), optional
        Which nodes are drawn, all if not given. A way from one to another through nodes that are
        not is one link: essential if a way of essential links leads there, replaceable if each
        way has a replaceable link, our own judgement if each such way has a link that is.
    """
    kept = np.ones(len(chain.axis), dtype=np.bool_) if shown is None else shown
    source = chain.axis.index(chain.links["from_node"]).astype(np.int32)
    target = chain.axis.index(chain.links["to_node"]).astype(np.int32)
    links = Links(len(kept), source, target)
    essential = (chain.links["necessity"] == "essential").to_numpy(dtype=np.bool_)
    replaceable = (chain.links["necessity"] == "replaceable").to_numpy(dtype=np.bool_)
    ours = (chain.links["confidence"] == "ours").to_numpy(dtype=np.bool_)
    if not kept.all():
        ways = _ways(links, kept)
        needed = _ways(links.kept(essential), kept)
        replaceable = ~_ways(links.kept(~replaceable), kept)[ways]
        said = _ways(links.kept(~ours), kept)
        said_needed = _ways(links.kept(essential & ~ours), kept)
        essential = needed[ways]
        ours = ~np.where(needed, said_needed, said)[ways]
        start, end = (places.astype(np.int32) for places in np.nonzero(ways))
        links = Links(int(kept.sum()), start, end)
    order = {word: i for i, (word, _, _) in enumerate(stages())}
    words = chain.nodes["stage"][kept]
    stage = np.array([order[word] for word in words], dtype=np.int64)
    style = (
        essential.astype(np.int64) + 2 * replaceable.astype(np.int64) + 4 * ours.astype(np.int64)
    )
    return Arrangement(
        layout(links, stage, style, height, sizes), stage, links, essential, replaceable, ours
    )


def _ways(links: Links, kept: Flags) -> Flags:
    """Return from which kept nodes a way leads to which, through others alone, shape (k, k)."""
    goals = np.flatnonzero(kept).astype(np.int32)
    number = np.cumsum(kept) - 1
    onward = reach(links.kept(~kept[links.source]), goals)
    first = kept[links.source]
    found = np.zeros((len(goals), len(goals)), dtype=np.bool_)
    np.logical_or.at(found, number[links.source[first]], onward[links.target[first]])
    np.fill_diagonal(found, val=False)
    return found
