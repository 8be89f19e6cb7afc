"""Sources, places and margins that are not given: what outages would lose at either end."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from chainwright.diagnose.maker.bill_sweeps import hanging
from chainwright.diagnose.maker.missing_base import BaseCase, Ends, WhatIf, both_ends
from chainwright.diagnose.maker.missing_ranges import MissingRanges
from chainwright.diagnose.maker.outage_scenarios import OutageScenarios

__all__ = ["unknown_margins", "unknown_places", "unknown_sources"]

GROUPS_TRIED = 3
"""Regions or countries that a site of unknown place is tried in, besides the worst of all."""


def unknown_sources(base: BaseCase, ranges: MissingRanges, examine: int) -> Iterator[WhatIf]:
    """Yield items of which no source is known: several would cover it, or one may hold it all.

    Parameters
    ----------
    base : BaseCase
        The outages as they are.
    ranges : MissingRanges
        Ends of the ranges.
    examine : int
        How many are solved again.
    """
    network = base.network
    gaps = np.flatnonzero(~network.given & (network.planned > 0.0))
    weeks = np.full(len(gaps), base.survival.assumptions.recovery_weeks)
    shape = (len(gaps), len(network.nodes))
    found = OutageScenarios(
        "item",
        tuple(network.items.codes[network.node_item[n]] for n in gaps),
        tuple(network.items.names_en[network.node_item[n]] for n in gaps),
        csr_array((np.ones(len(gaps)), (np.arange(len(gaps)), gaps)), shape=shape),
        csr_array((len(gaps), len(network.sites))),
    )
    weeks_held, loss = base.solved(found, weeks)
    for k, code in enumerate(found.codes):
        yield WhatIf(
            "source",
            code,
            "",
            np.nan,
            np.nan,
            np.nan,
            np.zeros(0, dtype=np.intp),
            Ends(weeks[[k]], np.array([np.inf]), np.zeros(1)),
            Ends(weeks[[k]], weeks_held[[k]], loss[[k]]),
            float(loss[k]),
        )


def unknown_places(base: BaseCase, ranges: MissingRanges, examine: int) -> Iterator[WhatIf]:
    """Yield sites of which it is not known in which region or country they lie.

    Parameters
    ----------
    base : BaseCase
        The outages as they are.
    ranges : MissingRanges
        Ends of the ranges.
    examine : int
        How many are solved again.
    """
    if base.scenarios.by not in {"region", "place"}:
        return
    network, nodes = base.network, base.scenarios.nodes
    placed = np.asarray(nodes.sum(axis=0) > 0.0)
    lost = network.given & (network.node_site >= 0) & ~placed
    n, count = len(network.nodes), len(network.items)
    of_item = csr_array((np.ones(n), (np.arange(n), network.node_item)), shape=(n, count))
    makes = csr_array(nodes @ of_item)
    weeks = base.survival.assumptions.recovery(network)
    sites = np.unique(network.node_site[lost])
    worst = int(np.argmax(base.loss)) if len(base.loss) else -1
    pairs: list[tuple[int, int]] = []
    for site in sites:  # a few dozen
        own = np.flatnonzero(lost & (network.node_site == site))
        near = np.asarray(makes[:, network.node_item[own]].sum(axis=1)).ravel()
        groups = np.argsort(-near, kind="stable")[:GROUPS_TRIED]
        tried = {int(g) for g in groups if near[g] > 0.0} | ({worst} if worst >= 0 else set())
        pairs += [(int(site), g) for g in sorted(tried)]
    if not pairs:
        return
    site_of, group = np.array(pairs, dtype=np.intp).T
    joined = nodes[group].tolil()
    for row, site in enumerate(site_of):
        joined[row, np.flatnonzero(lost & (network.node_site == site))] = 1.0
    rows = csr_array(joined)
    long = np.array([weeks[rows[[r]].indices].max() for r in range(len(group))])
    taken = base.scenarios.take(group)
    weeks_held, loss = base.solved(replace(taken, nodes=rows), long)
    for site in sites:
        mine = np.flatnonzero(site_of == site)
        at = mine[np.argmax(loss[mine] - base.loss[group[mine]])]
        where = group[[at]]
        yield WhatIf(
            "place",
            network.sites.codes[site],
            "",
            np.nan,
            np.nan,
            np.nan,
            where,
            Ends(base.recovery[where], base.weeks[where], base.loss[where]),
            Ends(long[[at]], weeks_held[[at]], loss[[at]]),
            float(loss[at] - base.loss[where][0]),
            base.scenarios.codes[where[0]],
        )


def unknown_margins(base: BaseCase, ranges: MissingRanges, examine: int) -> Iterator[WhatIf]:
    """Yield products of which no margin is given, where losses are counted in margin.

    Parameters
    ----------
    base : BaseCase
        The outages as they are.
    ranges : MissingRanges
        Ends of the ranges.
    examine : int
        How many are solved again.
    """
    products = base.maker.tables["products"]
    silent = np.flatnonzero(products["margin"].isna().to_numpy())
    if base.survival.weight != "margin" or not len(silent):
        return
    network = base.network
    items = network.items.index(products["item"])[silent]
    needs = hanging(network, int(items.max()) + 1)
    hit = np.asarray((base.scenarios.nodes @ needs[network.node_item].astype(float)) > 0.0)
    for item in items:
        where = np.flatnonzero(hit[:, item] & (base.loss > 0.0))
        where = where[np.argsort(-base.loss[where], kind="stable")][:examine]
        ends = []
        for share in (ranges.margin_share_low, ranges.margin_share_high):
            margin = network.margin.copy()
            margin[item] = share * network.price[item]
            ends.append(replace(network, margin=margin))
        told = tuple(float(e.margin[item]) for e in ends)
        taken = float(network.margin[item])
        code = network.items.codes[item]
        numbers = ("margin", code, "money/unit", taken, told[0], told[1])
        yield both_ends(base, numbers, where.astype(np.intp), ends[0], ends[1])
