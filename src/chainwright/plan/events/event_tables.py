"""Rows of an estimate of an event: its sites, products, weeks, short items, and remarks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.outage_programme import Weight, weights
from chainwright.plan.events.event_outages import EventOutages
from chainwright.plan.events.event_words import remark
from chainwright.records.site_status import SiteStatus
from chainwright.system import Maker, SupplyNetwork

if TYPE_CHECKING:
    from chainwright.plan.events.event_estimate import CaseEstimate, EventEstimate

__all__ = ["item_rows", "product_rows", "remarks_of", "site_rows", "week_rows"]

Floats = npt.NDArray[np.float64]

ORDER = ("confirmed", "potential", "restored", "no_impact")
"""Statuses in the order of rows."""


def site_rows(
    network: SupplyNetwork,
    statuses: Mapping[str, SiteStatus],
    out: EventOutages,
    assumptions: MakerAssumptions,
) -> pd.DataFrame:
    """Return a row a site: confirmed first, the longest out first.

    Parameters
    ----------
    network : SupplyNetwork
        The maker's chain.
    statuses : mapping of str to SiteStatus
        What the log says.
    out : EventOutages
        What is out in the case that is shown.
    assumptions : MakerAssumptions
        Time to recover where none is given.
    """
    suppliers = (*network.suppliers.codes, "")
    rows = []
    for s in network.sites.index(list(statuses)).tolist() if statuses else []:
        said = statuses[network.sites.codes[s]]
        nodes = np.flatnonzero(network.node_site == s)
        reason = remark(_key(said, float(out.site_weeks[s]), len(nodes), bool(out.assumed[s])))
        rows.append(
            {
                "site": said.site,
                "supplier": suppliers[network.site_supplier[s]],
                "status": said.status,
                "since": said.since.isoformat(),
                "by": said.by,
                "weeks_low": said.weeks[0],
                "weeks_likely": said.weeks[1],
                "weeks_high": said.weeks[2],
                "capacity_lost": said.capacity_lost,
                "remaining_weeks": float(out.site_weeks[s]),
                "items": ";".join(network.items.codes[i] for i in network.node_item[nodes]),
                "reason_en": reason[0],
                "reason_zh": reason[1],
            }
        )
    columns = ["site", "supplier", "status", "since", "by", "weeks_low", "weeks_likely"]
    columns += ["weeks_high", "capacity_lost", "remaining_weeks", "items"]
    frame = pd.DataFrame(rows, columns=[*columns, "reason_en", "reason_zh"])
    frame["place"] = [ORDER.index(status) for status in frame["status"]]
    order = ["place", "remaining_weeks", "site"]
    frame = frame.sort_values(order, ascending=[True, False, True], ignore_index=True)
    numbers = ["weeks_low", "weeks_likely", "weeks_high", "capacity_lost", "remaining_weeks"]
    return frame.drop(columns="place").astype(dict.fromkeys(numbers, "float64"))


def _key(said: SiteStatus, left: float, nodes: int, assumed: bool) -> str:  # noqa: FBT001
    if said.status == "confirmed":
        return "confirmed" if left > 0.0 else "over"
    if said.status != "potential":
        return "works"
    if left > 0.0:
        return "potential assumed" if assumed else "potential"
    return "potential not counted" if nodes else "makes nothing"


def product_rows(network: SupplyNetwork, found: "CaseEstimate") -> pd.DataFrame:
    """Return a row a product: short first, first.

    Parameters
    ----------
    network : SupplyNetwork
        The maker's chain.
    found : CaseEstimate
        The case that is shown.
    """
    sold = np.flatnonzero(network.demand > 0.0)
    demand = network.demand[sold] * float(found.outages.returns.max(initial=0.0))
    lost, first = found.lost[sold], found.first_loss[sold]
    frame = pd.DataFrame(
        {
            "product": [network.items.codes[i] for i in sold],
            "first_loss_week": np.where(np.isfinite(first), first, np.nan),
            "demand": demand,
            "lost": lost,
            "lost_share": np.divide(lost, demand, out=np.zeros(len(sold)), where=demand > 0.0),
            "lost_revenue": np.where(lost > 0.0, lost * network.price[sold], 0.0),
            "lost_margin": np.where(lost > 0.0, lost * network.margin[sold], 0.0),
        }
    )
    order = ["first_loss_week", "lost_revenue"]
    return frame.sort_values(order, ascending=[True, False], kind="stable", ignore_index=True)


def week_rows(network: SupplyNetwork, found: "CaseEstimate", weight: Weight) -> pd.DataFrame:
    """Return a row a product and period, in the order of time; products that lose nothing too.

    Parameters
    ----------
    network : SupplyNetwork
        The maker's chain.
    found : CaseEstimate
        The case that is shown.
    weight : str
        What a unit lost weighs.
    """
    sold = np.flatnonzero(network.demand > 0.0)
    ends = found.plan.ends if found.plan else np.zeros(0)
    starts = np.concatenate([[0.0], ends[:-1]])[: len(ends)]
    lost = found.plan.lost[:, sold] if found.plan else np.zeros((0, len(sold)))
    count = len(sold)
    demand = network.demand[sold] * (ends - starts)[:, None]
    return pd.DataFrame(
        {
            "product": np.tile(np.array(network.items.codes, dtype=object)[sold], len(ends)),
            "from_week": np.repeat(starts, count),
            "to_week": np.repeat(ends, count),
            "demand": demand.ravel(),
            "lost": lost.ravel(),
            "loss": (lost * weights(network, weight)[sold]).ravel(),
        }
    )


def item_rows(network: SupplyNetwork, found: "CaseEstimate") -> pd.DataFrame:
    """Return a row a short item and period in which it lacks: the first to run out first.

    Parameters
    ----------
    network : SupplyNetwork
        The maker's chain.
    found : CaseEstimate
        The case that is shown.
    """
    when = found.runs_out
    ends = found.plan.ends if found.plan else np.zeros(0)
    starts = np.concatenate([[0.0], ends[:-1]])[: len(ends)]
    period, item = np.nonzero(found.short)
    out = found.outages
    count = len(network.items)
    lost = network.planned * np.where(out.node_weeks > 0.0, out.node_lost, 0.0)
    gone = np.bincount(network.node_item, lost, minlength=count)
    total = np.bincount(network.node_item, network.planned, minlength=count)
    share = np.divide(gone, total, out=np.zeros(count), where=total > 0.0)
    frame = pd.DataFrame(
        {
            "item": np.array(network.items.codes, dtype=object)[item],
            "runs_out_week": when[item],
            "from_week": starts[period],
            "to_week": ends[period],
            "short": found.short[period, item],
            "stock": found.stock[item],
            "share_out": share[item],
        }
    )
    return frame.sort_values(["runs_out_week", "item", "from_week"], ignore_index=True)


def remarks_of(
    maker: Maker, found: "CaseEstimate", asked: "EventEstimate", *, torn: bool
) -> list[tuple[str, str]]:
    """Return what is assumed in a case and what is not known, in English and Chinese.

    Parameters
    ----------
    maker : Maker
        The maker.
    found : CaseEstimate
        The case.
    asked : EventEstimate
        The answer it is in.
    torn : bool
        Whether the log ends in a line that was cut off.
    """
    network, out = maker.network, found.outages
    told: list[tuple[str, str]] = []
    if not len(out.returns):
        told.append(remark("nothing out"))
    elif found.loss == 0.0:
        told.append(remark("no loss"))
    counted = [
        s
        for s in network.sites.index(list(asked.statuses)).tolist()
        if out.site_weeks[s] > 0.0 and asked.statuses[network.sites.codes[s]].status == "potential"
    ]
    if counted:
        told.append(remark("potential counted", n=len(counted)))
    if assumed := int(out.assumed.sum()):
        weeks = asked.assumptions.recovery_weeks
        told.append(remark("recovery assumed", n=assumed, weeks=f"{weeks:g}"))
    if found.plan:
        silent = network.given & np.isnan(network.capacity) & (out.node_lost < 1.0)
        short = np.asarray(found.short.any(axis=0), dtype=np.bool_)
        silent &= short[network.node_item]
        if silent.any():
            share = asked.assumptions.spare_share
            told.append(remark("capacity assumed", n=int(silent.sum()), share=share))
    dates = sorted(set(maker.tables["stocks"]["date"]) - {""})
    if dates and dates[0] < asked.as_of.date().isoformat():
        told.append(remark("old stock", date=dates[0]))
    opened = asked.log.opened.content["maker_sha256"]
    if opened and opened != maker.origin.sha256:
        told.append(remark("other tables"))
    if torn:
        told.append(remark("torn"))
    return told
