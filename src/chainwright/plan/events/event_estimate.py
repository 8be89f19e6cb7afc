"""What an event costs, as its log says at a moment: loss, revenue at risk, what stops first."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.maker_names import MakerNames, NodeLabels
from chainwright.diagnose.maker.outage_programme import OutageProgramme, Weight
from chainwright.diagnose.maker.stock_left import StockAtNode, stock_left
from chainwright.errors import ParameterError
from chainwright.plan.events.event_outages import (
    CASES,
    Case,
    EventOutages,
    event_outages,
    moment_of,
)
from chainwright.plan.events.event_periods import EventPeriods, PeriodPlan
from chainwright.plan.events.event_tables import (
    item_rows,
    product_rows,
    remarks_of,
    site_rows,
    week_rows,
)
from chainwright.records.incident_log import IncidentLog
from chainwright.records.site_status import SiteStatus
from chainwright.system import Language, Result, System

__all__ = ["CaseEstimate", "EventEstimate", "Scenario", "event"]

Floats = npt.NDArray[np.float64]

Scenario = Literal["confirmed", "potential"]

SHOWN: Mapping[str, Case] = {"confirmed": "likely", "potential": "high"}
"""The case that a scenario shows in detail."""


@dataclass(frozen=True, eq=False)
class CaseEstimate:
    """What one case costs.

    Parameters
    ----------
    case : str
        ``"low"``, ``"likely"`` or ``"high"``.
    outages : EventOutages
        What is out.
    plan : PeriodPlan or None
        The best plan through it; None where nothing is out.
    short : ndarray, shape (T, I)
        Units short of each item by the end of each period, if all products went on as planned.
    runs_out : ndarray, shape (I,)
        Weeks until stock and what can be made no longer cover that; infinite if they do.
    survival_weeks : float
        Weeks until the first loss; infinite if there is none.
    stock : ndarray, shape (I,)
        Units of each item that can be used.
    """

    case: Case
    outages: EventOutages
    plan: PeriodPlan | None
    short: Floats
    runs_out: Floats
    survival_weeks: float
    stock: Floats

    @property
    def loss(self) -> float:
        """Least weighted loss of sales."""
        return self.plan.loss if self.plan else 0.0

    @property
    def lost(self) -> Floats:
        """Units of each item that customers do not get, ``(I,)``."""
        items = len(self.outages.network.items)
        return self.plan.lost.sum(axis=0) if self.plan else np.zeros(items)

    @property
    def first_loss(self) -> Floats:
        """Weeks until each item is lost to customers first, ``(I,)``; infinite if never.

        In a period what can be sold is sold first.
        """
        network = self.outages.network
        found = np.full(len(network.items), np.inf)
        if self.plan is None:
            return found
        hit = self.plan.lost > 0.0
        for i in np.flatnonzero(hit.any(axis=0)).tolist():
            t = int(np.argmax(hit[:, i]))
            start = float(self.plan.ends[t - 1]) if t else 0.0
            begun = self.plan.ends[t] - self.plan.lost[t, i] / network.demand[i]
            found[i] = max(start, float(begun))
        return found


@dataclass(frozen=True, eq=False, repr=False)
class EventEstimate(MakerNames, Result):
    """What `event` found.

    Parameters
    ----------
    log : IncidentLog
        The event; the estimate is that of `as_of`, whatever is added later.
    as_of : datetime
        The moment from which weeks are counted.
    asked : datetime, str, int or None
        The moment as it was asked for.
    statuses : mapping of str to SiteStatus
        Status of each site then.
    scenario : str
        ``"confirmed"`` or ``"potential"``: which case the tables by site, product, week and item
        show.
    weight : str
        What a unit lost weighs.
    stock_at_node : str
        What becomes of stock where nothing works.
    assumptions : MakerAssumptions
        What holds where the tables are silent.
    cases : mapping of str to CaseEstimate
        Low, likely and high.
    """

    name: ClassVar[str] = "event_estimate"
    charted: ClassVar[str] = "loss"

    log: IncidentLog
    as_of: datetime
    asked: datetime | str | int | None
    statuses: Mapping[str, SiteStatus]
    scenario: Scenario
    weight: Weight
    stock_at_node: StockAtNode
    assumptions: MakerAssumptions
    cases: Mapping[str, CaseEstimate]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        entries = self.log.upto(self.asked)
        return {
            "event": entries[0].content["event"],
            "title": entries[0].content["title"],
            "area": dict(entries[0].content["area"]),
            "as_of": self.as_of.isoformat(),
            "entries": entries[-1].seq,
            "log_sha256": entries[-1].sha256,
            "scenario": self.scenario,
            "weight": self.weight,
            "stock_at_node": self.stock_at_node,
            **asdict(self.assumptions),
        }

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; a loss in money, or in units where output is weighed."""
        money = str(self.money)
        return {"money": money, "loss": money if self.weight != "output" else "units"}

    @property
    def shown(self) -> CaseEstimate:
        """The case that the scenario shows."""
        return self.cases[SHOWN[self.scenario]]

    @property
    def loss(self) -> tuple[float, float]:
        """Low and high loss."""
        return self.cases["low"].loss, self.cases["high"].loss

    def names(self, column: str, language: Language = "en") -> NodeLabels:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        return super().names("product" if column == "first_product" else column, language)

    def table(self) -> pd.DataFrame:
        """Return a row a case: low, likely, high."""
        network = self.system.maker.network
        rows = []
        for case, found in self.cases.items():
            lost, first = found.lost, found.first_loss
            earliest = int(np.argmin(first)) if np.isfinite(first).any() else -1
            reasons = remarks_of(self.system.maker, found, self, torn=bool(self.log.torn))
            weeks = found.survival_weeks
            rows.append(
                {
                    "case": case,
                    "sites_out": int((found.outages.site_weeks > 0.0).sum()),
                    "horizon_weeks": float(found.outages.returns.max(initial=0.0)),
                    "survival_weeks": weeks if np.isfinite(weeks) else np.nan,
                    "first_product": network.items.codes[earliest] if earliest >= 0 else "",
                    "loss": found.loss,
                    "lost_revenue": _worth(lost, network.price),
                    "lost_margin": _worth(lost, network.margin),
                    "lost_units": float(lost.sum()),
                    "reason_en": " ".join(en for en, _ in reasons),
                    "reason_zh": "".join(zh for _, zh in reasons),
                }
            )
        return pd.DataFrame(rows)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the cases, and of the scenario its sites, products, weeks and short items."""
        network, shown = self.system.maker.network, self.shown
        return {
            self.name: self.table(),
            "event_sites": site_rows(network, self.statuses, shown.outages, self.assumptions),
            "event_products": product_rows(network, shown),
            "event_weeks": week_rows(network, shown, self.weight),
            "event_items": item_rows(network, shown),
        }


def _worth(lost: Floats, price: Floats) -> float:
    """Return what lost units are worth; NaN if that of one of them is not known."""
    hit = lost > 0.0
    return float(lost[hit] @ price[hit])


def event(
    system: System,
    log: IncidentLog,
    *,
    as_of: datetime | str | int | None = None,
    scenario: Scenario = "confirmed",
    weight: Weight | None = None,
    stock_at_node: StockAtNode = "usable",
    assumptions: MakerAssumptions = MakerAssumptions(),  # noqa: B008 - frozen
    programme: OutageProgramme | None = None,
) -> EventEstimate:
    """Return what an event costs, from what its log says at a moment: low, likely and high.

    Low and likely count the confirmed sites, for the low and likely weeks that are left; high
    counts the most weeks, and every potential site for its time to recover. Sites without impact
    and restored ones work. Losses are the least that can be lost with stock and what still works
    (`EventPeriods`); stock is that of the maker's tables, as if counted at the moment of the
    estimate. Weeks count from that moment on: what was lost before is not in it.

    Parameters
    ----------
    system : System
        With the maker.
    log : IncidentLog
        The event.
    as_of : datetime, str or int, optional
        A time with its zone, or the number of an entry of the log; the last thing said if not
        given.
    scenario : str
        ``"confirmed"`` shows the likely case in detail, ``"potential"`` the high one.
    weight : str, optional
        What a unit lost weighs: ``"margin"``, ``"price"`` or ``"output"``; margin if every
        product has one, output else.
    stock_at_node : str
        ``"usable"``, or ``"lost"``: stock at a site that stands still is gone.
    assumptions : MakerAssumptions
        Capacities and times to recover where the tables are silent.
    programme : OutageProgramme, optional
        That of the same maker, weight and assumptions, where it is at hand.

    Raises
    ------
    UnknownCodeError
        If the log names a site that the maker's chain lacks.
    ParameterError
        If a word is none of these, or the moment is before the event.

    Examples
    --------
    >>> import tempfile
    >>> system = System.demo("maker")
    >>> site = system.maker.network.sites.codes[0]
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = IncidentLog.create(
    ...     folder.name + "/fire.jsonl", title="Fire", by="Li", sites=[site],
    ...     area={"kind": "sites", "codes": [site]},
    ... )
    >>> low, high = event(system, log).loss
    >>> low == 0.0 and high > 0.0
    True
    >>> folder.cleanup()
    """
    if scenario not in SHOWN:
        raise ParameterError("scenario", "event", f"one of {', '.join(SHOWN)}", scenario)
    network = system.maker.network
    sold = network.demand > 0.0
    weighed = weight or ("output" if np.isnan(network.margin[sold]).any() else "margin")
    used = programme or OutageProgramme(
        network, assumptions=assumptions, weight=weighed, stock_at_node=stock_at_node
    )
    cases: dict[str, CaseEstimate] = {}
    for case in CASES:
        out = event_outages(system, log, case, as_of=as_of, assumptions=assumptions)
        cases[case] = _estimate(used, case, out, cases, detailed=SHOWN[scenario] == case)
    return EventEstimate(
        system,
        log,
        moment_of(log, as_of),
        as_of,
        log.statuses(as_of),
        scenario,
        used.weight,
        used.stock_at_node,
        assumptions,
        cases,
    )


def _estimate(
    programme: OutageProgramme,
    case: Case,
    out: EventOutages,
    before: Mapping[str, CaseEstimate],
    *,
    detailed: bool,
) -> CaseEstimate:
    """Return what one case costs; week by week if it is shown in detail."""
    network = programme.network
    ends = out.by_week if detailed else out.returns
    if not len(ends):
        count = len(network.items)
        never = np.full(count, np.inf)
        short = np.zeros((0, count))
        return CaseEstimate(case, out, None, short, never, np.inf, network.pooled_stock)
    for found in before.values():
        if found.plan and np.array_equal(found.plan.ends, ends) and _same(found.outages, out):
            return replace(found, case=case, outages=out)
    working, sites = out.working(ends)
    still = np.asarray((out.site_weeks > 0.0) & (out.site_lost >= 1.0), dtype=np.bool_)
    stock = stock_left(network, out.down, programme.stock_at_node, still)
    periods = EventPeriods(programme, ends, working, sites, stock)
    return CaseEstimate(
        case,
        out,
        periods.plan(),
        periods.shortages(),
        periods.runs_out(),
        periods.weeks_without_loss(),
        stock,
    )


def _same(one: EventOutages, other: EventOutages) -> bool:
    return (
        np.array_equal(one.node_weeks, other.node_weeks)
        and np.array_equal(one.node_lost, other.node_lost)
        and np.array_equal(one.site_lost, other.site_lost)
    )
