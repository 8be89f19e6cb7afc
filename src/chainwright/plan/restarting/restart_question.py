"""What is asked of a restart: who stands still, what each takes, which engine checks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, ParameterError, UnknownCodeError
from chainwright.plan.restarting.restart_engines import FirmEngine, SectorEngine
from chainwright.plan.restarting.restart_needs import needs_of_firms, needs_of_nodes
from chainwright.plan.restarting.restart_rules import RestartRules
from chainwright.plan.restarting.restart_work import RestartWork
from chainwright.plan.restarting.stopped_nodes import Stopped, StoppedShares, stopped_shares
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Safeguard, System
from chainwright.system.home import Regions, resolved

if TYPE_CHECKING:
    from chainwright.stress.shocks.firm_blows import FirmBlows
    from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss, SectorBlows

__all__ = ["Counted", "Needs", "RestartQuestion"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Counted = Literal["value_added", "output"]
Needs = Iterable[tuple[str, str]]
"""Pairs of codes (user, input): the user runs only when the input does."""


@dataclass(frozen=True, eq=False)
class RestartQuestion:
    """A shock, what it stops, and how loss is counted; nothing is solved yet.

    Parameters
    ----------
    system : System
        With flows, or with links.
    shock : Shock
        What happened.
    model : InventoryModel
        How producers behave.
    rules : RestartRules
        What is assumed.
    counted : str
        ``"value_added"`` or ``"output"``.
    regions : tuple of str
        Codes of home.
    firms : bool
        Whether firms are looked at.
    economy : Economy or FirmEconomy
        What runs.
    home : ndarray of bool, shape (n,)
        Nodes or firms at home: whole regions.
    shown : ndarray of bool, shape (n,)
        Those whose output is followed: home, or the regions that are hit if none was given.
    counts : ndarray, shape (n,)
        What a unit of output counts; 0 abroad.
    stopped : Stopped
        What stands still.
    crews : int
        How many nodes are restarted at once.
    """

    system: System
    shock: Shock
    model: InventoryModel
    rules: RestartRules
    counted: Counted
    regions: tuple[str, ...]
    firms: bool
    economy: Economy | FirmEconomy
    home: Flags
    shown: Flags
    counts: Floats
    stopped: Stopped
    crews: int

    @classmethod
    def of(
        cls,
        system: System,
        shock: Shock,
        *,
        capacity: int | None,
        per_day: float | None,
        work: RestartWork | None,
        needs: Needs | None,
        rules: RestartRules,
        home: Regions | None,
        counted: Counted,
        model: InventoryModel,
    ) -> "RestartQuestion":
        """Return the question, after every check.

        Parameters
        ----------
        system, shock, capacity, per_day
            As for `chainwright.plan.resume`.
        work : RestartWork, optional
            What somebody says about nodes.
        needs, rules, home, counted, model
            As for `chainwright.plan.resume`.

        Raises
        ------
        ParameterError
            If nothing stands still, or not exactly one of `capacity` and `per_day` is given.
        TableError, UnknownCodeError
            If the shock, or a code, does not fit the system.
        """
        crews = _crews(capacity, per_day)
        firms = shock.of_firms or ("links" in system.has and "flows" not in system.has)
        economy: Economy | FirmEconomy
        if firms:
            economy = FirmEconomy.of(
                system.links, step_days=model.step_days, capital_ratio=model.capital_ratio
            )
            safe = _safeguards(system)
            lost, stated = (
                _losses(firm_blows(system, shock, 1, model.step_days, safeguards=kept))
                for kept in (safe, ())
            )
            regions, at_home = _home_of_firms(economy, home)
            codes, place = economy.links.axis.codes, economy.links
            region_codes, sector_codes = place.regions.codes, place.sectors.codes
            region, sector = place.region, place.sector
        else:
            economy = Economy.of(system, model.step_days, capital=model.capital_ratio)
            step, K = economy.step_days, economy.K
            safe = _safeguards(system)
            lost, stated = (
                _losses(sector_blows(system, shock, 1, step, capital=K, safeguards=kept))
                for kept in (safe, ())
            )
            regions, at_home = _home_of_nodes(economy, home)
            nodes = economy.flows.nodes
            codes, region, sector = nodes.codes, nodes.region, nodes.sector
            region_codes, sector_codes = nodes.regions.codes, nodes.sectors.codes
        shares = stopped_shares(shock, *lost, economy.K, rules.assumed_days)
        counts = np.where(at_home, _counts(economy, counted), 0.0)
        at = shares.places
        output = shares.share * economy.x0[at] / economy.step_days
        if isinstance(economy, FirmEconomy):
            pairs = needs_of_firms(economy, model, at, rules.need_share)
        else:
            pairs = needs_of_nodes(economy, model, at, rules.need_share)
        stopped = Stopped(
            codes=np.array(codes, dtype=object)[at],
            regions=np.array(region_codes, dtype=object)[region[at]],
            sectors=np.array(sector_codes, dtype=object)[sector[at]],
            places=at,
            share=shares.share,
            stated=_stated(stopped_shares(shock, *stated, economy.K, rules.assumed_days), at),
            strike=shares.strike,
            ready=shares.ready,
            output=output,
            value=output * counts[at],
            work=shares.work,
            work_source=np.where(shares.assumed, "assumption", "blow").astype(object),
            needs=pairs,
            given=np.zeros((0, 2), np.int64),
        )
        stopped = _as_said(stopped, per_day, work, needs)
        shown = at_home if home is not None else np.isin(region, region[at])
        return cls(
            system, shock, model, rules, counted, regions, firms, economy, at_home, shown, counts,
            stopped, crews,
        )  # fmt: skip

    @property
    def first_day(self) -> float:
        """Day on which the first blow strikes."""
        return min(blow.start_day for blow in self.shock.blows)

    def engine(
        self,
        begin: float,
        days: float,
        threads: int | None,
        progress: Callable[[str], None] | None,
    ) -> SectorEngine | FirmEngine:
        """Return what runs ways to restart.

        Parameters
        ----------
        begin : float [day]
            When crews begin.
        days : float [day]
            Horizon; rounded up to whole steps.
        threads : int, optional
            Of a run.
        progress : callable, optional
            Is told in words how far it is.
        """
        economy = self.economy
        steps = max(1, ceil(days / economy.step_days - 1e-9))
        if isinstance(economy, FirmEconomy):
            ready = _safeguards(self.system)
            hit = firm_blows(self.system, self.shock, steps, economy.step_days, safeguards=ready)
            return FirmEngine(
                economy, hit, self.model, ready, self.stopped, begin, self.counts, self.shown,
                self.first_day, threads, progress,
            )  # fmt: skip
        safe = _safeguards(self.system)
        blows = sector_blows(
            self.system, self.shock, steps, economy.step_days, capital=economy.K, safeguards=safe
        )
        return SectorEngine(
            economy, blows, self.model, held_safeguards(economy, safe), self.stopped, begin,
            self.counted, self.counts, self.home, self.shown, self.first_day, threads,
        )  # fmt: skip


def _safeguards(system: System) -> tuple[Safeguard, ...]:
    """Return what a system holds ready."""
    return tuple(system.safeguards) if "safeguards" in system.has else ()


def _losses(
    blows: "SectorBlows | FirmBlows",
) -> "tuple[tuple[CapacityLoss, ...], tuple[CapitalLoss, ...]]":
    """Return what blows take of capacity and of capital."""
    return blows.capacity, blows.capital


def _stated(shares: StoppedShares, at: Ints) -> Floats:
    """Return the shares that a shock states of the nodes `at`, all of which it hits."""
    return np.asarray(shares.share[np.searchsorted(shares.places, at)], dtype=np.float64)


def _crews(capacity: int | None, per_day: float | None) -> int:
    if (capacity is None) == (per_day is None):
        expected = "given, or per_day instead: how many crews, or the share restored a day"
        raise ParameterError("capacity", "resume", expected, (capacity, per_day))
    if per_day is not None:
        if not 0.0 < per_day <= 1.0:
            expected = "above 0 and at most 1: share of all lost output"
            raise ParameterError("per_day", "resume", expected, per_day)
        return 1
    whole = isinstance(capacity, int | np.integer) and not isinstance(capacity, bool)
    if not whole or capacity is None or capacity < 1:
        expected = "a whole number of crews, 1 or more"
        raise ParameterError("capacity", "resume", expected, capacity)
    return int(capacity)


def _counts(economy: Economy | FirmEconomy, counted: Counted) -> Floats:
    """Return what a unit of output counts."""
    if counted not in {"value_added", "output"}:
        raise ParameterError("loss", "resume", "value_added or output", counted)
    if counted == "output":
        return np.ones(economy.n)
    yearly = economy.x0 * economy.steps_per_year
    return np.divide(economy.VA, yearly, out=np.zeros_like(yearly), where=yearly > 0.0)


def _home_of_nodes(economy: Economy, home: Regions | None) -> tuple[tuple[str, ...], Flags]:
    flows = economy.flows
    if home is None:
        return flows.nodes.regions.codes, np.ones(economy.n, dtype=np.bool_)
    codes, _ = resolved(flows, home)
    return codes, flows.nodes.mask(regions=codes)


def _home_of_firms(economy: FirmEconomy, home: Regions | None) -> tuple[tuple[str, ...], Flags]:
    axis = economy.links.regions
    if home is None:
        return axis.codes, np.ones(economy.n, dtype=np.bool_)
    words = home.split("+") if isinstance(home, str) else list(home)
    for word in words:
        if word not in axis.place:
            raise UnknownCodeError(word, "region of the firms", axis.codes)
    codes = tuple(code for code in axis.codes if code in words)
    return codes, np.isin(economy.links.region, [axis.place[code] for code in codes])


def _as_said(
    stopped: Stopped, per_day: float | None, work: RestartWork | None, needs: Needs | None
) -> Stopped:
    """Return what stands still with the work and needs that somebody says."""
    if per_day is not None:
        if work is not None and work.days:
            expected = "left out with per_day: work is then what of the lost output a node has"
            raise ParameterError("restart_work", "resume", expected, len(work.days))
        total = float(stopped.output.sum())
        if total <= 0.0:
            expected = "left out where nothing is made by what stands still: give capacity"
            raise ParameterError("per_day", "resume", expected, per_day)
        stopped = replace(
            stopped,
            work=stopped.output / (per_day * total),
            work_source=np.full(len(stopped), "lost output", dtype=object),
        )
    place = {code: k for k, code in enumerate(stopped.codes.tolist())}
    if work is not None:
        work.checked(place)
        days, source = stopped.work.copy(), stopped.work_source.copy()
        for code, given in work.days.items():
            days[place[code]], source[place[code]] = given, "given"
        pairs = stopped.needs
        if work.needs:
            said = np.array([place[code] for code in work.needs], dtype=np.int64)
            kept = pairs[~np.isin(pairs[:, 0], said)]
            more = [(place[j], place[i]) for j, inputs in work.needs.items() for i in inputs]
            given_needs = np.array(more, dtype=np.int64).reshape(-1, 2)
            pairs = np.concatenate([kept, given_needs])
            stopped = replace(stopped, given=given_needs)
        stopped = replace(stopped, work=days, work_source=source, needs=pairs)
    if needs is not None:
        found = []
        for user, used in needs:
            for code in (user, used):
                if code not in place:
                    raise UnknownCodeError(code, "node that stands still", tuple(place))
            if user == used:
                raise LabelError(f"{user} cannot need itself to restart. Take the pair out.")
            found.append((place[user], place[used]))
        pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
        stopped = replace(stopped, needs=pairs, given=pairs)
    return stopped
