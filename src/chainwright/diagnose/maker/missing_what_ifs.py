"""What outages would lose if a number that is not given lay at either end of its range."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.maker.missing_base import BaseCase, Ends, WhatIf, both_ends, unsolved
from chainwright.diagnose.maker.missing_others import (
    unknown_margins,
    unknown_places,
    unknown_sources,
)
from chainwright.diagnose.maker.missing_ranges import MissingRanges
from chainwright.system import SupplyNetwork

__all__ = ["what_ifs"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

CHEAP = 5
"""How many times more times to recover are solved again: the chain stays as it is."""

ROUNDING = 1e-6
"""Share of the largest loss that counts as none."""


def what_ifs(
    base: BaseCase,
    ranges: MissingRanges,
    *,
    examine: int,
    progress: Callable[[str], None] | None = None,
) -> Iterator[WhatIf]:
    """Yield every number that is not given and that some outage may depend on.

    Of each kind those that could change a loss most are solved again, exactly, up to `examine`
    of them (five times as many times to recover); the rest come with a bound alone. These hold:

    - weeks to recover: no more is lost than all that hangs on the outage, every week;
    - capacity of another source: loss never rises with capacity, so no single one matters more
      than all unknown ones together at their low ends and at their high ends;
    - stock: loss is convex in stock, so q more units save no more than q times the dual.

    Parameters
    ----------
    base : BaseCase
        The outages as they are.
    ranges : MissingRanges
        Ends of the ranges.
    examine : int
        How many of each kind are solved again.
    progress : callable, optional
        Is told in words what is being done.
    """
    tell = progress or (lambda _: None)
    for kind, found in (
        ("times to recover", _recoveries),
        ("capacities", _capacities),
        ("stocks", _stocks),
        ("sources", unknown_sources),
        ("places", unknown_places),
        ("margins", unknown_margins),
    ):
        tell(f"{kind} that are not given")
        yield from found(base, ranges, examine)


def _recoveries(base: BaseCase, ranges: MissingRanges, examine: int) -> Iterator[WhatIf]:
    """Yield sites, and items of unknown site, whose weeks to recover are not given."""
    network = base.network
    assumed = base.survival.assumptions.recovery_weeks
    low, high = ranges.recovery_weeks_low, max(ranges.recovery_weeks_high, assumed)
    silent = network.given & np.isnan(network.recovery) & (network.node_site >= 0)
    weeks = base.survival.assumptions.recovery(network)
    rows = base.scenarios.nodes.tocoo()
    x, n = rows.row[silent[rows.col]], rows.col[silent[rows.col]]
    made = np.stack([network.node_site[n].astype(np.int64), x.astype(np.int64)])
    pairs = np.unique(np.concatenate([made, _stores(base)], axis=1), axis=1)
    site, scenario = pairs[0].astype(np.intp), pairs[1].astype(np.intp)
    rest = np.zeros(len(site))
    for row in range(len(site)):  # one row a site and outage: a few hundred
        down = base.scenarios.nodes.indices[
            base.scenarios.nodes.indptr[scenario[row]] : base.scenarios.nodes.indptr[
                scenario[row] + 1
            ]
        ]
        others = down[~(silent[down] & (network.node_site[down] == site[row]))]
        rest[row] = weeks[others].max(initial=0.0)
        if not len(down):  # stores alone
            stores = np.flatnonzero(base.scenarios.out(int(scenario[row])))
            times = base.maker.tables["sites"]["recovery_weeks"].fillna(assumed).to_numpy()
            rest[row] = times[stores[stores != site[row]]].max(initial=0.0)
    short, long = np.maximum(rest, min(low, assumed)), np.maximum(rest, high)
    most = base.at_stake[scenario] * np.maximum(0.0, long - np.maximum(short, base.weeks[scenario]))
    kept = _worst(site, most, CHEAP * examine)
    at_low = base.solved(base.scenarios.take(scenario[kept]), short[kept])
    at_high = base.solved(base.scenarios.take(scenario[kept]), long[kept])
    for number in np.unique(site):
        mine = np.flatnonzero(site[kept] == number)
        told = ("week", assumed, min(low, assumed), high)
        code = network.sites.codes[number]
        if not len(mine):
            yield unsolved("recovery", code, told, float(most[site == number].max()))
            continue
        yield WhatIf(
            "recovery",
            code,
            *told,
            scenario[kept][mine],
            Ends(short[kept][mine], at_low[0][mine], at_low[1][mine]),
            Ends(long[kept][mine], at_high[0][mine], at_high[1][mine]),
            float(np.abs(at_high[1] - at_low[1])[mine].max()),
        )


def _stores(base: BaseCase) -> Indices:
    """Return stores whose weeks to recover are not given, and outages of nothing else, ``(2, M)``.

    They matter where what they hold is lost.
    """
    if base.survival.stock_at_node != "lost":
        return np.zeros((2, 0), dtype=np.intp)
    told = base.maker.tables["sites"]["recovery_weeks"].to_numpy(dtype=np.float64)
    idle = np.diff(base.scenarios.nodes.indptr) == 0
    rows = base.scenarios.sites.tocoo()
    kept = idle[rows.row]
    kept[kept] = np.isnan(told[rows.col[kept]])
    return np.stack([rows.col[kept], rows.row[kept]]).astype(np.intp)


def _worst(subject: Indices, most: Floats, examine: int) -> Indices:
    """Return the rows of the `examine` subjects whose largest bound is largest, if above 0."""
    numbers, place = np.unique(subject, return_inverse=True)
    bound = np.zeros(len(numbers))
    np.maximum.at(bound, place, most)
    chosen = np.argsort(-bound, kind="stable")[:examine]
    chosen = chosen[bound[chosen] > 0.0]
    return np.flatnonzero(np.isin(place, chosen))


def _with_capacity(network: SupplyNetwork, nodes: Indices, units: Floats) -> SupplyNetwork:
    capacity = network.capacity.copy()
    capacity[nodes] = units
    return replace(network, capacity=capacity)


def _capacities(base: BaseCase, ranges: MissingRanges, examine: int) -> Iterator[WhatIf]:
    """Yield nodes of unknown capacity beside which another source of the item may go down."""
    network = base.network
    taken = base.survival.assumptions.capacity(network)
    unknown = network.given & np.isnan(network.capacity) & np.isfinite(taken)
    unknown &= (network.sources_of[network.node_item] > 1) & (network.planned > 0.0)
    nodes = np.flatnonzero(unknown)
    n, count = len(network.nodes), len(network.items)
    of_item = csr_array((np.ones(n), (np.arange(n), network.node_item)), shape=(n, count))
    beside = csr_array((base.scenarios.nodes @ of_item) @ csr_array(of_item[nodes].T))
    itself = csr_array(base.scenarios.nodes.tocsc()[:, nodes])
    hit = csr_array((beside > 0).astype(np.float64) - (itself > 0).astype(np.float64)).tocoo()
    scenario, place = hit.row[hit.data > 0].astype(np.intp), hit.col[hit.data > 0].astype(np.intp)
    low = network.planned[nodes] * (1.0 + ranges.spare_share_low)
    high = network.planned[nodes] * (1.0 + ranges.spare_share_high)
    low, high = np.minimum(low, taken[nodes]), np.maximum(high, taken[nodes])
    asked = np.unique(scenario)
    swing = np.zeros(len(base.scenarios))
    if len(asked):
        taken_up, weeks = base.scenarios.take(asked), base.recovery[asked]
        worst = base.solved(taken_up, weeks, _with_capacity(network, nodes, low))
        best = base.solved(taken_up, weeks, _with_capacity(network, nodes, high))
        swing[asked] = np.maximum(0.0, worst[1] - best[1])
    most = swing[scenario]
    least = ROUNDING * float(base.loss.max(initial=0.0))
    kept = _worst(place, np.where(most > least, most, 0.0), examine)
    for k in range(len(nodes)):
        rows = np.flatnonzero(place == k)
        code = network.nodes.codes[nodes[k]]
        told = ("units/week", float(taken[nodes[k]]), float(low[k]), float(high[k]))
        if not len(rows):
            continue
        if not np.isin(rows, kept).any():
            yield unsolved("capacity", code, told, float(most[rows].max()))
            continue
        where = scenario[rows]
        yield both_ends(
            base,
            ("capacity", code, *told),
            where,
            _with_capacity(network, nodes[[k]], low[[k]]),
            _with_capacity(network, nodes[[k]], high[[k]]),
        )


def _stocks(base: BaseCase, ranges: MissingRanges, examine: int) -> Iterator[WhatIf]:
    """Yield items of which no stock is given, which counts as none."""
    network = base.network
    told = np.zeros(len(network.items), dtype=np.bool_)
    told[network.stock_item] = True
    items = np.flatnonzero(~told & (network.requirement > 0.0))
    units = ranges.stock_weeks_high * network.requirement[items]
    value = csr_array(base.survival.losses.stock_value.tocsc()[:, items])
    most = np.minimum((value * units[None, :]).toarray(), base.loss[:, None])
    least = ROUNDING * float(base.loss.max(initial=0.0))
    most = np.where(most > least, most, 0.0)
    chosen = np.argsort(-most.max(axis=0, initial=0.0), kind="stable")[:examine]
    for k, item in enumerate(items):
        bound = float(most[:, k].max(initial=0.0))
        code, numbers = network.items.codes[item], ("units", 0.0, 0.0, float(units[k]))
        if bound <= 0.0 or k not in chosen:
            yield unsolved("stock", code, numbers, bound)
            continue
        more = replace(
            network,
            stock_item=np.append(network.stock_item, item).astype(np.int32),
            stock_site=np.append(network.stock_site, -1).astype(np.int32),
            stock=np.append(network.stock, units[k]),
        )
        where = np.flatnonzero(most[:, k] > 0.0)
        yield both_ends(base, ("stock", code, *numbers), where, None, more)
