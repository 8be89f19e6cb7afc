"""Scans by hypothetical extraction: nodes, regions, links, pairs exactly, the worst by greedy."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, ParameterError
from chainwright.stress.scans.extraction_losses import ExtractionLosses
from chainwright.stress.scans.failures import Costs, Progress, Rows
from chainwright.stress.scans.worst_extraction import worst_extraction

__all__ = ["extraction_scan"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

COVERAGE = (
    "Greedy: each step takes out the node that costs most besides. A set costs all chains of "
    "deliveries that touch it, so greedy reaches at least 63 % of the worst set; the column "
    "'bound' says what no set of as many nodes exceeds.",
    "贪心法：每步抽取新增损失最大的节点。集合的损失等于触及它的全部交付链，"
    "因此贪心结果至少达到最坏集合的 63%；“上界”列为同样数量节点的任何集合都不会超过的损失。",
)


def extraction_scan(
    losses: ExtractionLosses,
    of: str,
    among: Places,
    *,
    share_above: float,
    k: int,
    top: int,
    progress: Progress | None = None,
) -> Rows:
    """Return what is lost without each of what is asked for, the worst first.

    Parameters
    ----------
    losses : ExtractionLosses
        What an extraction costs.
    of : str
        ``"nodes"``, ``"regions"``, ``"links"``, ``"pairs"`` or ``"worst"``.
    among : ndarray of int, shape (g,)
        Nodes that may fail, rising; of regions those of which a node is named; of links their
        suppliers.
    share_above : float [share]
        Links of at least this share of their user's output.
    k : int
        Nodes of the worst set.
    top : int
        Pairs that are kept.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    LabelError
        If regions are asked for and the table has one alone.
    ParameterError
        If there are fewer nodes than a pair or the worst set takes.
    """
    flows = losses.flows
    codes, x = flows.nodes.codes, flows.output
    direct = np.where(losses.counted, x, 0.0)
    total = float(direct.sum())
    if of == "regions":
        return _regions(losses, among, direct, total, progress)
    if of == "links":
        supplier, user, flow, lost = losses.links(share_above)
        kept = np.flatnonzero(np.isin(supplier, among))
        order = kept[np.lexsort((kept, -lost[kept]))]
        own = np.where(losses.counted[supplier], flow, 0.0)[order]
        ends = [tuple(codes[i] for i in side[order]) for side in (supplier, user)]
        return _rows(ends[0], ends[1], own, lost[order], total)
    if of == "pairs":
        _enough(len(among), 2)
        pairs = losses.pairs(among, top, progress)
        own = direct[pairs.first] + direct[pairs.second]
        first = tuple(codes[i] for i in pairs.first)
        second = tuple(codes[i] for i in pairs.second)
        return _rows(first, second, own, pairs.lost, total, overlap=pairs.overlap)
    if of == "worst":
        _enough(len(among), k)
        worst = worst_extraction(losses, among, k)
        hit = tuple(codes[i] for i in worst.nodes)
        return Rows(
            hit,
            ("",) * k,
            direct[worst.nodes],
            Costs(worst.lost, np.full(k, np.nan), np.full(k, np.nan)),
            np.full(k, np.nan),
            np.diff(worst.lost, prepend=0.0),
            worst.bound,
            total,
            exact=False,
            notes=(COVERAGE,),
        )
    order = among[np.argsort(-losses.nodes[among], kind="stable")]
    hit = tuple(codes[i] for i in order)
    return _rows(hit, ("",) * len(hit), direct[order], losses.nodes[order], total)


def _regions(
    losses: ExtractionLosses,
    among: Places,
    direct: Numbers,
    total: float,
    progress: Progress | None,
) -> Rows:
    nodes = losses.flows.nodes
    size = len(nodes.regions)
    if size < 2:
        msg = "The table holds one region, so none would be left without it. Scan nodes instead."
        raise LabelError(msg)
    whole = np.unique(nodes.region[among])
    lost = np.zeros(len(whole))
    for i, region in enumerate(whole):
        lost[i] = losses.of_set(np.flatnonzero(nodes.region == region))
        if progress is not None:
            progress(f"region {i + 1} of {len(whole)}")
    own = np.bincount(nodes.region, direct, size)[whole].astype(np.float64)
    order = np.argsort(-lost, kind="stable")
    hit = tuple(nodes.regions.codes[whole[i]] for i in order)
    return _rows(hit, ("",) * len(hit), own[order], lost[order], total)


def _enough(found: int, needed: int) -> None:
    if found < needed:
        expected = f"{needed} nodes or more"
        raise ParameterError("among", "this scan", expected, f"{found} nodes")


def _rows(
    hit: tuple[str, ...],
    partner: tuple[str, ...],
    direct: Numbers,
    lost: Numbers,
    total: float,
    *,
    overlap: Numbers | None = None,
) -> Rows:
    nothing = np.full(len(hit), np.nan)
    both = nothing if overlap is None else overlap
    costs = Costs(lost, nothing, nothing)
    return Rows(hit, partner, direct, costs, both, nothing, nothing, total, exact=True)
