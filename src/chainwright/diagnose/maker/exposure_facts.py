"""Facts about outages beside their losses: what only they make, where they are, what is spent."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.maker.bill_sweeps import hanging
from chainwright.diagnose.maker.node_groups import node_groups
from chainwright.diagnose.maker.outage_scenarios import OutageScenarios
from chainwright.diagnose.maker.purchases import purchases
from chainwright.system import Maker

__all__ = ["QUADRANTS", "ExposureFacts", "exposure_facts", "quadrants"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]

QUADRANTS = (
    "high impact, low spend",
    "high impact, high spend",
    "low impact, low spend",
    "low impact, high spend",
    "",
)
"""Where an outage stands among all; empty where a price is missing."""

NAMED = 3
"""Items that a cell names."""


@dataclass(frozen=True, eq=False)
class ExposureFacts:
    """What is known of ``X`` outages beside their losses.

    Parameters
    ----------
    supplier, place, region : ndarray of str, shape (X,)
        Those of all nodes of an outage where they have one in common and it is known.
    items : ndarray, shape (X,)
        Items that stand still somewhere.
    needed : ndarray, shape (X,)
        Those of them that the plan needs.
    sole_items : ndarray, shape (X,)
        Items needed of which no known source is left.
    sole_named : tuple of tuple of str
        The codes of some of them, those with most revenue hanging on them first.
    spend : ndarray, shape (X,)
        What the maker itself pays there a week in the plan; NaN where a price is not known.
    deeper : ndarray, shape (X,)
        What its suppliers pay there a week for what they make for it; NaN likewise.
    spend_share : ndarray, shape (X,)
        Share of `spend` in all that the maker pays, where prices are known.
    """

    supplier: Words
    place: Words
    region: Words
    items: Counts
    needed: Counts
    sole_items: Counts
    sole_named: tuple[tuple[str, ...], ...]
    spend: Floats
    deeper: Floats
    spend_share: Floats


def exposure_facts(maker: Maker, found: OutageScenarios) -> ExposureFacts:
    """Return what is known of outages beside their losses.

    Parameters
    ----------
    maker : Maker
        The chain.
    found : OutageScenarios
        The outages.
    """
    common = {by: _common(maker, found, by) for by in ("supplier", "place", "region")}
    items, needed, sole, named = _sole(maker, found)
    paid = purchases(maker)
    spend, deeper = (_summed(found.nodes, each) for each in (paid.direct, paid.deeper))
    total = float(np.nansum(paid.direct))
    share = spend / total if total > 0.0 else np.full(len(found), np.nan)
    return ExposureFacts(
        common["supplier"],
        common["place"],
        np.array([code.partition(":")[2] for code in common["region"]], dtype=object),
        items,
        needed,
        sole,
        named,
        spend,
        deeper,
        share,
    )


def quadrants(loss: Floats, spend: Floats) -> npt.NDArray[np.str_]:
    """Return where each outage stands: impact and spend, each against its median, ``(X,)``.

    The medians are those of outages that lose anything, and of those at which anything is spent
    (a convention of ours). What is spent at a supplier says little of what hangs on it
    (Simchi-Levi et al. 2015), so those of low spend and high impact are easily overlooked.

    Parameters
    ----------
    loss, spend : ndarray, shape (X,)
        Loss at recovery, and money a week; NaN where it is not known.

    Examples
    --------
    >>> quadrants(np.array([9.0, 1.0, 0.0]), np.array([1.0, 5.0, np.nan])).tolist()
    ['high impact, low spend', 'low impact, high spend', '']
    """
    lost, paid = loss[loss > 0.0], spend[spend > 0.0]
    impact = loss >= np.median(lost) if len(lost) else np.zeros(len(loss), dtype=np.bool_)
    much = spend >= np.median(paid) if len(paid) else np.zeros(len(loss), dtype=np.bool_)
    cases = [np.isnan(spend), impact & ~much, impact & much, ~impact & ~much]
    words = [QUADRANTS[4], QUADRANTS[0], QUADRANTS[1], QUADRANTS[2]]
    return np.select(cases, words, default=QUADRANTS[3])


def _summed(nodes: csr_array, values: Floats) -> Floats:
    """Return the sum of what is known over the nodes of each outage; NaN where nothing is."""
    known = np.isfinite(values)
    total = np.asarray(nodes @ np.where(known, values, 0.0), dtype=np.float64)
    silent = (nodes @ (~known).astype(np.float64) > 0.0) & (nodes @ known.astype(float) == 0.0)
    return np.where(silent, np.nan, total)


def _common(maker: Maker, found: OutageScenarios, by: str) -> Words:
    """Return the code that all nodes of each outage have in common; empty if there is none."""
    if by == "supplier":
        network = maker.network
        codes = (*network.suppliers.codes, "")
        of_node = np.where(network.node_supplier >= 0, network.node_supplier, len(codes) - 1)
    else:
        groups = node_groups(maker, "place" if by == "place" else "region")
        codes, of_node = (*groups.codes, ""), groups.of_node
    nodes = found.nodes
    row = np.repeat(np.arange(len(found)), np.diff(nodes.indptr))
    least = np.full(len(found), len(codes), dtype=np.int64)
    most = np.full(len(found), -1, dtype=np.int64)
    np.minimum.at(least, row, of_node[nodes.indices])
    np.maximum.at(most, row, of_node[nodes.indices])
    one = (least == most) & (least >= 0)
    return np.array(codes, dtype=object)[np.where(one, least, len(codes) - 1)]


def _sole(
    maker: Maker, found: OutageScenarios
) -> tuple[Counts, Counts, Counts, tuple[tuple[str, ...], ...]]:
    """Return how many items stand still, are needed, have no source left, and codes of some."""
    network = maker.network
    n, count = len(network.nodes), len(network.items)
    of_item = csr_array(
        (network.given.astype(np.float64), (np.arange(n), network.node_item)), shape=(n, count)
    )
    hit = csr_array(found.nodes @ of_item)
    down = hit.tocoo()
    used = network.requirement[down.col] > 0.0
    alone = used & (down.data == network.sources_of[down.col])
    row, item = down.row[alone], down.col[alone]
    sold = np.flatnonzero(network.demand > 0.0)
    needs = hanging(network, int(sold.max(initial=-1)) + 1)
    weight = np.nan_to_num(network.price) * network.demand
    stake = needs @ weight[: needs.shape[1]]
    order = np.lexsort((item, -stake[item], row))
    row, item = row[order], item[order]
    number = np.bincount(row, minlength=len(found))
    starts = np.concatenate([[0], np.cumsum(number)])
    codes = network.items.codes
    named = tuple(
        tuple(codes[i] for i in item[starts[x] : starts[x + 1]][:NAMED]) for x in range(len(found))
    )
    items = np.diff(hit.indptr).astype(np.int64)
    needed = np.bincount(down.row[used], minlength=len(found)).astype(np.int64)
    return items, needed, number.astype(np.int64), named
