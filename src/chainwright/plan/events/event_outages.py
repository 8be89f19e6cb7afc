"""What is out in an event, for how long and how much of it, as its log says at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.plan.events.event_areas import event_area
from chainwright.records.incident_log import IncidentLog
from chainwright.records.site_status import SiteStatus
from chainwright.system import SupplyNetwork, System

__all__ = ["CASES", "Case", "EventOutages", "event_outages", "moment_of"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

Case = Literal["low", "likely", "high"]

CASES: tuple[Case, ...] = get_args(Case)
"""Low and likely: confirmed sites alone; high: also the potential ones."""

FINE_WEEKS, COARSE_WEEKS = 12, 4
"""Weeks that are shown one by one, and the length of the periods after them."""


@dataclass(frozen=True, eq=False)
class EventOutages:
    """What is out in one case, ``S`` sites and ``N`` nodes.

    Parameters
    ----------
    network : SupplyNetwork
        The maker's chain.
    site_weeks, site_lost : ndarray, shape (S,)
        Weeks that each site is still out, 0 if it is not, and the share of its capacity lost.
    node_weeks, node_lost : ndarray, shape (N,)
        The same of each node.
    assumed : ndarray of bool, shape (S,)
        Sites whose weeks are an assumption.
    """

    network: SupplyNetwork
    site_weeks: Floats
    site_lost: Floats
    node_weeks: Floats
    node_lost: Floats
    assumed: Flags

    @property
    def down(self) -> Flags:
        """Nodes that stand still altogether at the start, ``(N,)``."""
        return np.asarray((self.node_weeks > 0.0) & (self.node_lost >= 1.0), dtype=np.bool_)

    @property
    def returns(self) -> Floats:
        """Weeks at which something comes back, rising."""
        found = np.unique(np.concatenate([self.node_weeks, self.site_weeks]))
        return np.asarray(found[found > 0.0])

    @property
    def by_week(self) -> Floats:
        """Ends of periods that show what happens week by week, and every return."""
        returns = self.returns
        if not len(returns):
            return returns
        last = returns[-1]
        weeks = np.concatenate(
            [
                np.arange(1.0, FINE_WEEKS + 1.0),
                np.arange(FINE_WEEKS + COARSE_WEEKS, last, COARSE_WEEKS),
            ]
        )
        return np.unique(np.concatenate([returns, weeks[weeks < last]]))

    def working(self, ends: Floats) -> tuple[Floats, Floats]:
        """Return the share of capacity that nodes ``(T, N)`` and sites ``(T, S)`` have.

        Parameters
        ----------
        ends : ndarray, shape (T,) [week]
            Ends of periods; every return is among them.
        """
        out = ends[:, None] <= self.node_weeks
        out_sites = ends[:, None] <= self.site_weeks
        return 1.0 - out * self.node_lost, 1.0 - out_sites * self.site_lost


def moment_of(log: IncidentLog, as_of: datetime | str | int | None) -> datetime:
    """Return the time that a moment of a log is, from which weeks are counted.

    Parameters
    ----------
    log : IncidentLog
        The log.
    as_of : datetime, str or int, optional
        A time, or the number of an entry: then the latest time anything had been said; without
        it that of the whole log.
    """
    if as_of is None or isinstance(as_of, int):
        return max(entry.at for entry in log.upto(as_of))
    return as_of if isinstance(as_of, datetime) else datetime.fromisoformat(as_of)


def event_outages(
    system: System,
    log: IncidentLog,
    case: Case,
    *,
    as_of: datetime | str | int | None = None,
    assumptions: MakerAssumptions = MakerAssumptions(),  # noqa: B008 - frozen
) -> EventOutages:
    """Return what is out in one case, at a moment of a log.

    Confirmed sites are out for what is left of their weeks, potential ones (in the high case) for
    the time to recover of their slowest node, from now on. Of a material event only the nodes
    that make the material are out; of a site that makes none of it, but is named all the same,
    all nodes.

    Parameters
    ----------
    system : System
        With the maker.
    log : IncidentLog
        The event.
    case : str
        ``"low"``, ``"likely"`` or ``"high"``.
    as_of : datetime, str or int, optional
        Moment, as for `IncidentLog.statuses`.
    assumptions : MakerAssumptions
        Time to recover where none is given.

    Raises
    ------
    ParameterError
        If the case is another.
    UnknownCodeError
        If the log names a site that the maker's chain lacks.
    """
    if case not in CASES:
        raise ParameterError("case", "an event", f"one of {', '.join(CASES)}", case)
    network = system.maker.network
    statuses = log.statuses(as_of)
    codes = {code: s for s, code in enumerate(network.sites.codes)}
    for site in statuses:
        if site not in codes:
            raise UnknownCodeError(site, "site of the maker's chain", network.sites.codes)
    touched = _touched(system, log.upto(as_of)[0].content["area"])
    recovery = assumptions.recovery(network)
    now = moment_of(log, as_of)
    weeks, lost = np.zeros(len(codes)), np.zeros(len(codes))
    assumed = np.zeros(len(codes), dtype=np.bool_)
    for site, status in statuses.items():
        s = codes[site]
        nodes = _nodes_at(network, s, touched)
        if status.status == "confirmed":
            weeks[s], lost[s] = _left(status, case, now), status.capacity_lost
        elif status.status == "potential" and case == "high" and nodes.any():
            weeks[s], lost[s] = recovery[nodes].max(), 1.0
            assumed[s] = np.isnan(network.recovery[nodes]).any()
    lost = np.where(weeks > 0.0, lost, 0.0)
    at = network.node_site
    node_weeks, node_lost = np.zeros(len(at)), np.zeros(len(at))
    placed = at >= 0
    node_weeks[placed], node_lost[placed] = weeks[at[placed]], lost[at[placed]]
    if touched is not None:
        kept = np.zeros(len(at), dtype=np.bool_)
        for place in np.flatnonzero(weeks > 0.0).tolist():
            kept |= _nodes_at(network, place, touched)
        node_weeks, node_lost = np.where(kept, node_weeks, 0.0), np.where(kept, node_lost, 0.0)
        lost = np.zeros(len(codes))  # the site itself works, for other things
    return EventOutages(network, weeks, lost, node_weeks, node_lost, assumed)


def _left(status: SiteStatus, case: Case, now: datetime) -> float:
    weeks = status.weeks[CASES.index(case)]
    return max(0.0, weeks - (now - status.since) / timedelta(weeks=1))


def _touched(system: System, area: Mapping[str, object]) -> Flags | None:
    """Return the nodes that a material event is about; None where it is about sites."""
    if area["kind"] != "material":
        return None
    found = event_area(system, area)
    return found.nodes | found.unplaced


def _nodes_at(network: SupplyNetwork, site: int, touched: Flags | None) -> Flags:
    """Return the nodes of a site that the event is about; all, if it makes none of these."""
    here = np.asarray(network.node_site == site, dtype=np.bool_)
    if touched is None or not (here & touched).any():
        return here
    return here & touched
