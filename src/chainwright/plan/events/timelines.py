"""Who said what when in an event, and what it was thought to cost after each word."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.outage_programme import OutageProgramme, Weight
from chainwright.diagnose.maker.stock_left import StockAtNode
from chainwright.params.agreement import agreed
from chainwright.plan.events.event_estimate import EventEstimate, event
from chainwright.records.entries import Entry
from chainwright.records.incident_log import IncidentLog
from chainwright.records.site_status import folded, in_force
from chainwright.system import Result, System

__all__ = ["EventTimeline", "event_timeline"]

STATUSES = ("potential", "confirmed", "no_impact", "restored")


@dataclass(frozen=True, eq=False, repr=False)
class EventTimeline(MakerNames, Result):
    """What `event_timeline` found, for ``E`` entries.

    Parameters
    ----------
    estimate : EventEstimate
        What the event costs after the last entry.
    entries : tuple of Entry
        The entries as they were said.
    losses : ndarray, shape (E, 2)
        Low and high loss still to come after each.
    counts : ndarray of int, shape (E, 4)
        Sites that are potential, confirmed, without impact and restored after each.
    """

    name: ClassVar[str] = "event_timeline"
    charted: ClassVar[str] = "loss_high"

    estimate: EventEstimate
    entries: tuple[Entry, ...]
    losses: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return self.estimate.parameters

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; a loss in money, or in units where output is weighed."""
        return self.estimate.counted_in

    def table(self) -> pd.DataFrame:
        """Return a row an entry, in the order of the log."""
        gone = {e.content["of"] for e in self.entries if e.kind == "correction" and _whole(e)}
        rows = []
        for entry, losses, counts in zip(self.entries, self.losses, self.counts, strict=True):
            english, chinese = told(entry)
            rows.append(
                {
                    "entry": entry.seq,
                    "at": entry.at.isoformat(),
                    "loss_low": losses[0],
                    "loss_high": losses[1],
                    "what_en": english,
                    "what_zh": chinese,
                    "by": entry.by,
                    "kind": entry.kind,
                    "sites": ";".join(entry.sites),
                    "text": entry.text,
                    "withdrawn": entry.seq in gone,
                    **dict(zip(STATUSES, counts.tolist(), strict=True)),
                    "written": entry.written.isoformat(timespec="seconds"),
                }
            )
        return pd.DataFrame(rows)

    def site_history(self) -> pd.DataFrame:
        """Return a row a status of a site, sites in the order in which they were first named."""
        rows: list[dict[str, object]] = []
        open_: dict[str, dict[str, object]] = {}
        for entry in in_force(self.entries):
            for site in entry.sites:
                if site in open_:
                    open_[site]["to"] = entry.at.isoformat()
                open_[site] = {
                    "site": site,
                    "status": entry.kind,
                    "from": entry.at.isoformat(),
                    "to": "",
                    "entry": entry.seq,
                    "by": entry.by,
                }
                rows.append(open_[site])
        columns = ["site", "status", "from", "to", "entry", "by"]
        frame = pd.DataFrame(rows, columns=columns)
        first = {site: i for i, site in enumerate(dict.fromkeys(frame["site"]))}
        order = frame["site"].map(first).argsort(kind="stable")
        return frame.iloc[order].reset_index(drop=True).astype({"entry": "int64"})

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the entries, and each site's statuses over time."""
        return {self.name: self.table(), "event_site_history": self.site_history()}


def _whole(entry: Entry) -> bool:
    return bool(entry.content["withdrawn"])


def told(entry: Entry) -> tuple[str, str]:
    """Return what an entry says, in English and Chinese.

    Parameters
    ----------
    entry : Entry
        One entry of a log.
    """
    held = entry.content
    if entry.kind == "opened":
        return f"Event opened: {held['title']}.", f"建立事件：{held['title']}。"
    if entry.kind == "potential":
        count = len(entry.sites)
        word = "site" if count == 1 else "sites"
        return f"{count} {word} may be hit.", f"{count}处场所可能受影响。"
    if entry.kind == "confirmed":
        low, likely, high = held["weeks_low"], held["weeks_likely"], held["weeks_high"]
        weeks = f"{likely:g}" if low == high else f"{likely:g} ({low:g}-{high:g})"
        part = held["capacity_lost"]
        site = held["site"]
        all_of_it = part == 1.0
        return (
            agreed("{site} is out for {weeks} {weeks:week|weeks}", site=site, weeks=weeks)
            + ("." if all_of_it else f", {part:.0%} of it."),
            f"{site}确认停产{weeks}周" + ("。" if all_of_it else f"，影响{part:.0%}产能。"),
        )
    if entry.kind == "correction":
        if held["withdrawn"]:
            return f"Entry {held['of']} is withdrawn.", f"撤回第{held['of']}条。"
        what = ", ".join(f"{name} {value}" for name, value in held["instead"].items())
        return f"Entry {held['of']} corrected: {what}.", f"更正第{held['of']}条：{what}。"
    site = held.get("site", "")
    return {
        "no_impact": (f"{site} is not hit.", f"{site}不受影响。"),
        "restored": (f"{site} works again.", f"{site}已恢复。"),
        "torn": ("A line was cut off while it was written.", "一行在写入时中断。"),
    }.get(entry.kind, ("Note.", "备注。"))


def event_timeline(
    system: System,
    log: IncidentLog,
    *,
    weight: Weight | None = None,
    stock_at_node: StockAtNode = "usable",
    assumptions: MakerAssumptions = MakerAssumptions(),  # noqa: B008 - frozen
) -> EventTimeline:
    """Return who said what when in an event, with the estimate after each entry.

    Each estimate is of what is still to come at the time of its entry, from what had been said by
    then: corrections count from when they were made.

    Parameters
    ----------
    system : System
        With the maker.
    log : IncidentLog
        The event.
    weight : str, optional
        What a unit lost weighs: ``"margin"``, ``"price"`` or ``"output"``.
    stock_at_node : str
        ``"usable"``, or ``"lost"``: stock at a site that stands still is gone.
    assumptions : MakerAssumptions
        Capacities and times to recover where the tables are silent.

    Raises
    ------
    UnknownCodeError
        If the log names a site that the maker's chain lacks.
    """
    last = event(system, log, weight=weight, stock_at_node=stock_at_node, assumptions=assumptions)
    programme = OutageProgramme(
        system.maker.network,
        assumptions=assumptions,
        weight=last.weight,
        stock_at_node=stock_at_node,
    )
    losses = np.zeros((len(log.entries), 2))
    counts = np.zeros((len(log.entries), len(STATUSES)), dtype=np.int64)
    for i, entry in enumerate(log.entries):
        found = last
        if i + 1 < len(log.entries):
            found = event(
                system, log, as_of=entry.seq, assumptions=assumptions, programme=programme
            )
        losses[i] = found.loss
        held = folded(log.upto(entry.seq))[0].values()
        counts[i] = [sum(status.status == word for status in held) for word in STATUSES]
    return EventTimeline(system, last, log.entries, losses, counts)
