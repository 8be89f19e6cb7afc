"""What to do now in an event: send scarce stock, call alternates, restart sites, cut deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.outage_programme import OutageProgramme, Weight
from chainwright.diagnose.maker.stock_left import StockAtNode, stock_lost
from chainwright.plan.events.allocations import allocations
from chainwright.plan.events.dispatch_outlook import outlook
from chainwright.plan.events.dispatch_reasons import unified
from chainwright.plan.events.event_estimate import EventEstimate, Scenario, event
from chainwright.plan.restarting.restarts import RestartOrder, restart_order
from chainwright.records.incident_log import IncidentLog
from chainwright.system import Result, System

__all__ = ["DispatchList", "dispatch"]

Floats = npt.NDArray[np.float64]

VERDICTS = ("in time", "late", "too late", "unknown", "hit")
"""What can be said of an alternate, the best first."""


@dataclass(frozen=True, eq=False, repr=False)
class DispatchList(MakerNames, Result):
    """What `dispatch` found.

    Parameters
    ----------
    estimate : EventEstimate
        What the event costs.
    crews : int
        How many sites can be restarted at once.
    sites : tuple of str
        Sites that are out, in the order in which they are to be restarted.
    order : RestartOrder or None
        The order of these and of the products that wait; None where nothing is out.
    allocated, alternates, restarts : DataFrame
        The tables of that name.
    """

    name: ClassVar[str] = "dispatch"
    charted: ClassVar[str] = "units"

    estimate: EventEstimate
    crews: int
    sites: tuple[str, ...]
    order: RestartOrder | None
    allocated: pd.DataFrame
    alternates: pd.DataFrame
    restarts: pd.DataFrame

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {**self.estimate.parameters, "crews": self.crews}

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; a loss in money, or in units where output is weighed."""
        return self.estimate.counted_in

    def table(self) -> pd.DataFrame:
        """Return a row a step, the most urgent first."""
        return unified(self)

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """What is lost as expected, with all alternates, and with sites restarted one by one."""
        return outlook(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all steps; in full what to send, whom to call and what to restart; the outlook."""
        return {
            self.name: self.table(),
            "dispatch_allocations": self.allocated,
            "dispatch_alternates": self.alternates,
            "dispatch_restarts": self.restarts,
            "dispatch_outlook": self.outlook,
        }


def dispatch(
    system: System,
    log: IncidentLog,
    *,
    as_of: datetime | str | int | None = None,
    scenario: Scenario = "confirmed",
    crews: int = 1,
    weight: Weight | None = None,
    stock_at_node: StockAtNode = "usable",
    assumptions: MakerAssumptions = MakerAssumptions(),  # noqa: B008 - frozen
    programme: OutageProgramme | None = None,
) -> DispatchList:
    """Return what to do in an event, the most urgent first.

    - Which stock and which output goes to which line: amounts of the plan that loses least, of
      items that run short, matched source by source (`allocations`).
    - Which alternate to call: of each item that runs short, qualified ones first, and whether its
      first delivery comes before the item runs out.
    - In which order to restart: each site keeps a crew for what is left of its weeks; a product
      that is short waits for every site that makes a short item of it (`restart_order`).
    - Which product to cut, by when, and by how much: as the plan does.

    Parameters
    ----------
    system : System
        With the maker.
    log : IncidentLog
        The event.
    as_of : datetime, str or int, optional
        A time with its zone, or the number of an entry; the last thing said if not given.
    scenario : str
        ``"confirmed"``: for the likely case; ``"potential"``: for the high one.
    crews : int
        How many sites can be restarted at once.
    weight : str, optional
        What a unit lost weighs: ``"margin"``, ``"price"`` or ``"output"``.
    stock_at_node : str
        ``"usable"``, or ``"lost"``: stock at a site that stands still is gone.
    assumptions : MakerAssumptions
        Capacities and times to recover where the tables are silent.
    programme : OutageProgramme, optional
        That of the same maker, weight and assumptions, where it is at hand.

    Raises
    ------
    UnknownCodeError, ParameterError
        As `event` does; also if `crews` is no whole number of 1 or more.

    Examples
    --------
    >>> import tempfile
    >>> system = System.demo("maker")
    >>> site = system.maker.network.sites.codes[40]
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = IncidentLog.create(
    ...     folder.name + "/fire.jsonl", title="Fire", by="Li", sites=[site],
    ...     area={"kind": "sites", "codes": [site]},
    ... )
    >>> _ = log.confirm(site, weeks=20, by="Wang")
    >>> bool((dispatch(system, log).table()["by_week"] >= 0.0).all())
    True
    >>> folder.cleanup()
    """
    found = event(
        system,
        log,
        as_of=as_of,
        scenario=scenario,
        weight=weight,
        stock_at_node=stock_at_node,
        assumptions=assumptions,
        programme=programme,
    )
    network, shown = system.maker.network, found.shown
    columns = ["item", "kind", "source", "line", "from_week", "to_week", "units"]
    allocated = pd.DataFrame(columns=columns).astype(
        {"from_week": "float64", "to_week": "float64", "units": "float64"}
    )
    if shown.plan is not None:
        out = shown.outages
        still = np.asarray((out.site_weeks > 0.0) & (out.site_lost >= 1.0), dtype=np.bool_)
        gone = np.zeros(len(network.stock), dtype=np.bool_)
        if stock_at_node == "lost":
            gone = stock_lost(network, out.down, still)
        scarce = np.flatnonzero(np.isfinite(shown.runs_out))
        scarce = scarce[np.argsort(shown.runs_out[scarce], kind="stable")]
        stock = np.where(gone, 0.0, network.stock)
        allocated = allocations(network, shown.plan, scarce, down=out.down, stock=stock)
    order, sites, restarts = _restarts(found, crews)
    return DispatchList(system, found, crews, sites, order, allocated, _alternates(found), restarts)


def _alternates(found: EventEstimate) -> pd.DataFrame:
    """Return the alternates of items that run short, the first to run out first."""
    network, shown = found.system.maker.network, found.shown
    table = found.system.maker.tables["alternates"]
    columns = ["item", "supplier", "site", "qualified", "runs_out_week", "first_delivery_week"]
    columns += ["call_by_week", "needed", "can_bring", "verdict"]
    place = network.items.index(table["item"])
    runs_out = shown.runs_out[place]
    kept = np.isfinite(runs_out)
    table, place, runs_out = table[kept], place[kept], runs_out[kept]
    needed = shown.short.max(axis=0, initial=0.0)[place]
    weeks = table["qualify_weeks"].to_numpy(dtype=np.float64)
    able = table["capacity_per_week"].to_numpy(dtype=np.float64)
    horizon = float(shown.outages.returns.max(initial=0.0))
    open_weeks = np.maximum(0.0, horizon - weeks)
    out = {network.sites.codes[s] for s in np.flatnonzero(shown.outages.site_weeks > 0.0)}
    hit = table["site"].isin(out).to_numpy()
    late = np.select([np.isnan(weeks), weeks <= runs_out, weeks < horizon], [3, 0, 1], default=2)
    verdict = np.array(VERDICTS, dtype=object)[np.where(hit, 4, late)]
    frame = pd.DataFrame(
        {
            "item": table["item"].to_numpy(dtype=object),
            "supplier": table["supplier"].to_numpy(dtype=object),
            "site": table["site"].to_numpy(dtype=object),
            "qualified": weeks == 0.0,
            "runs_out_week": runs_out,
            "first_delivery_week": weeks,
            "call_by_week": np.maximum(0.0, runs_out - weeks),
            "needed": needed,
            "can_bring": np.where(hit, 0.0, np.minimum(needed, able * open_weeks)),
            "verdict": verdict,
        },
        columns=columns,
    )
    frame["place"] = [VERDICTS.index(word) for word in frame["verdict"]]
    order = ["runs_out_week", "item", "place", "qualified", "first_delivery_week", "supplier"]
    up = [True, True, True, False, True, True]
    return frame.sort_values(order, ascending=up, ignore_index=True)[columns]


def _restarts(
    found: EventEstimate, crews: int
) -> tuple[RestartOrder | None, tuple[str, ...], pd.DataFrame]:
    """Return the order in which to restart sites, and its table."""
    network, shown = found.system.maker.network, found.shown
    out = shown.outages
    sites = np.flatnonzero((out.site_weeks > 0.0) & (shown.plan is not None))
    waiting = _waiting(found)
    products = list(waiting)
    work = np.concatenate([out.site_weeks[sites], np.zeros(len(products))])
    values = np.concatenate([np.zeros(len(sites)), [_rate(found, p) for p in products]])
    row = {int(s): k for k, s in enumerate(sites)}
    needs = [
        (len(sites) + j, row[s]) for j, p in enumerate(products) for s in waiting[p] if s in row
    ]
    order = restart_order(work, values, needs, crews=crews)
    rows: list[dict[str, object]] = []
    for k in order.order:
        if k >= len(sites):
            continue
        site = int(sites[k])
        held = [p for p in products if site in waiting[p]]
        rows.append(
            {
                "place": len(rows) + 1,
                "site": network.sites.codes[site],
                "work_weeks": work[k],
                "start_week": order.done[k] - work[k],
                "done_week": order.done[k],
                "products": ";".join(network.items.codes[p] for p in held),
                "value_per_week": float(sum(_rate(found, p) for p in held)),
            }
        )
    columns = ["place", "site", "work_weeks", "start_week", "done_week", "products"]
    numbers = ["work_weeks", "start_week", "done_week", "value_per_week"]
    frame = pd.DataFrame(rows, columns=[*columns, "value_per_week"])
    frame = frame.astype({"place": "int64", **dict.fromkeys(numbers, "float64")})
    return (order if rows else None), tuple(frame["site"]), frame


def _waiting(found: EventEstimate) -> Mapping[int, set[int]]:
    """Return the sites that each short product waits for: those that make a short item of it."""
    network, shown = found.system.maker.network, found.shown
    if shown.plan is None:
        return {}
    out = shown.outages
    short = np.isfinite(shown.runs_out)
    nodes = np.flatnonzero((out.node_weeks > 0.0) & short[network.node_item])
    at, item = network.node_site[nodes], network.node_item[nodes]
    reach = network.reach.tocsr()
    waiting: dict[int, set[int]] = {}
    for p in np.flatnonzero(shown.lost > 0.0).tolist():
        goes_in = reach[item][:, [p]].toarray().ravel() > 0.0
        waiting[p] = {int(s) for s in at[goes_in]}
    return waiting


def _rate(found: EventEstimate, product: int) -> float:
    """Return the loss a week of a product while it is short: where it is largest."""
    plan = found.shown.plan
    if plan is None:
        return 0.0
    lengths = np.diff(plan.ends, prepend=0.0)
    units = float((plan.lost[:, product] / lengths).max())
    network = found.system.maker.network
    each = {"margin": network.margin, "price": network.price}.get(found.weight)
    return units * (1.0 if each is None else max(0.0, float(each[product])))
