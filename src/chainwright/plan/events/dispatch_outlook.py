"""What the steps of a dispatch list come to together: all alternates called, sites restarted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.plan.events.event_periods import EventPeriods
from chainwright.system import SupplyNetwork
from chainwright.system.axis import Axis

if TYPE_CHECKING:
    from chainwright.plan.events.dispatching import DispatchList
    from chainwright.plan.events.event_estimate import EventEstimate

__all__ = ["outlook", "with_sources"]

Floats = npt.NDArray[np.float64]

TOLERANCE = 1e-6  # of all that could be lost: below this the programme's zero is zero


def with_sources(
    network: SupplyNetwork, items: Sequence[int], sites: Sequence[int], capacity: Floats
) -> SupplyNetwork:
    """Return the network with one more node a source; the plan takes nothing from them.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    items, sites : sequence of int
        Place of the item that each source makes, and of its site; -1 where that is not known.
    capacity : ndarray [units/week]
        What each can make.
    """
    count = len(items)
    empty = np.full(count, np.nan)
    codes = tuple(f"alternate {k}" for k in range(1, count + 1))
    flags = np.ones(count, dtype=np.bool_)

    def more(old: npt.NDArray[np.int32], new: Sequence[int]) -> npt.NDArray[np.int32]:
        return np.concatenate([old, np.asarray(new, dtype=np.int32)])

    return replace(
        network,
        nodes=Axis(network.nodes.kind, (*network.nodes.codes, *codes)),
        node_item=more(network.node_item, items),
        node_site=more(network.node_site, sites),
        node_supplier=more(network.node_supplier, [-1] * count),
        own=np.concatenate([network.own, ~flags]),
        given=np.concatenate([network.given, flags]),
        share=np.concatenate([network.share, np.zeros(count)]),
        capacity=np.concatenate([network.capacity, capacity]),
        recovery=np.concatenate([network.recovery, empty]),
        node_price=np.concatenate([network.node_price, empty]),
        lead_time=np.concatenate([network.lead_time, empty]),
    )


def outlook(found: "DispatchList") -> pd.DataFrame:
    """Return a row each: as expected, with all alternates, with sites restarted one by one.

    None where nothing is out.

    Parameters
    ----------
    found : DispatchList
        The answer.
    """
    shown = found.estimate.shown
    expected: dict[str, object] = {
        "case": "as expected",
        "alternates": 0,
        "horizon_weeks": float(shown.outages.returns.max(initial=0.0)),
        "survival_weeks": shown.survival_weeks,
        "loss": shown.loss,
        "additive_loss": np.nan,
        "reason_en": "Nothing else is done.",
        "reason_zh": "不另采取措施。",
    }
    if shown.plan is None:
        return pd.DataFrame([expected]).iloc[:0]
    frame = pd.DataFrame([expected, _with_alternates(found), _restarted(found)])
    frame["survival_weeks"] = frame["survival_weeks"].replace(np.inf, np.nan)
    return frame


def _with_alternates(found: "DispatchList") -> dict[str, object]:
    """Return what is lost if every alternate of a short item that can be counted is called."""
    estimate, table = found.estimate, found.alternates
    network, out = estimate.system.maker.network, estimate.shown.outages
    told = found.system.maker.tables["alternates"]
    table = table.merge(told[["item", "supplier", "site", "capacity_per_week"]], how="left")
    helps = table["verdict"].isin(["in time", "late"])
    known = helps & table["capacity_per_week"].notna()
    unknown = int((table["verdict"].eq("unknown") | (helps & ~known)).sum())
    table = table[known]
    first = table["first_delivery_week"].to_numpy(dtype=np.float64)
    place = {code: s for s, code in enumerate(network.sites.codes)}
    larger = with_sources(
        network,
        network.items.index(table["item"]).tolist(),
        [place.get(site, -1) for site in table["site"]],
        table["capacity_per_week"].to_numpy(dtype=np.float64),
    )
    returns = out.returns
    ends = np.unique(np.concatenate([returns, first[(first > 0.0) & (first < returns[-1])]]))
    working, sites = out.working(ends)
    opened = (ends[:, None] > first).astype(np.float64)
    programme = _programme(estimate, larger)
    loss, survival = _solved(programme, ends, np.hstack([working, opened]), sites, estimate)
    left = loss > TOLERANCE * float(programme.weights @ network.demand) * ends[-1]
    aside = f" {unknown} say too little of themselves and are left out." if unknown else ""
    aside_zh = f"另有{unknown}个资料不足，未计入。" if unknown else ""
    closed = "They do not close the gap." if left else "Together they close the gap."
    closed_zh = "合计仍不足以弥补缺口。" if left else "合计足以弥补缺口。"
    if not len(first):
        closed, closed_zh = "No alternate can be counted.", "没有可计入的替代来源。"
    return {
        "case": "alternates",
        "alternates": len(first),
        "horizon_weeks": float(returns[-1]),
        "survival_weeks": survival,
        "loss": loss,
        "additive_loss": np.nan,
        "reason_en": closed + aside,
        "reason_zh": closed_zh + aside_zh,
    }


def _restarted(found: "DispatchList") -> dict[str, object]:
    """Return what is lost if each site comes back when a crew has restarted it."""
    estimate = found.estimate
    network, out = estimate.system.maker.network, estimate.shown.outages
    done = dict(zip(found.restarts["site"], found.restarts["done_week"], strict=True))
    site_weeks = np.array([done.get(code, 0.0) for code in network.sites.codes])
    at = network.node_site
    later = np.where(at >= 0, site_weeks[at], 0.0)
    node_weeks = np.where(out.node_weeks > 0.0, later, 0.0)
    queued = replace(out, site_weeks=site_weeks, node_weeks=node_weeks)
    ends = queued.returns
    working, sites = queued.working(ends)
    loss, survival = _solved(_programme(estimate, network), ends, working, sites, estimate)
    crews = found.crews
    return {
        "case": "restarts",
        "alternates": 0,
        "horizon_weeks": float(ends[-1]),
        "survival_weeks": survival,
        "loss": loss,
        "additive_loss": found.order.loss if found.order else np.nan,
        "reason_en": f"Sites restarted in the order of the list, {crews} at once; the loss added "
        "up knows neither stock nor other sources.",
        "reason_zh": f"按列表次序复产，同时{crews}处；累加损失未计库存与其他来源。",
    }


def _programme(estimate: "EventEstimate", network: SupplyNetwork) -> OutageProgramme:
    return OutageProgramme(
        network,
        assumptions=estimate.assumptions,
        weight=estimate.weight,
        stock_at_node=estimate.stock_at_node,
    )


def _solved(
    programme: OutageProgramme,
    ends: Floats,
    working: Floats,
    sites: Floats,
    estimate: "EventEstimate",
) -> tuple[float, float]:
    """Return the least loss, and the weeks until the first."""
    periods = EventPeriods(programme, ends, working, sites, estimate.shown.stock)
    return periods.loss(), periods.weeks_without_loss()
