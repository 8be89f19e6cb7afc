"""What ways to restart lose in the engines: sectors in batches, firms one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chainwright.plan.restarting.restart_ways import Way, losses_of
from chainwright.plan.restarting.stopped_nodes import Stopped
from chainwright.stress.ensembles.batch_files import Summaries
from chainwright.stress.ensembles.batch_run import simulate_batch
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.ensembles.recovery import days_to_recover
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.firms.firm_records import FirmRecords
from chainwright.stress.firms.firm_run import ENDS
from chainwright.stress.firms.held_by_firms import HeldByFirms, held_by_firms
from chainwright.stress.sectors.by_origin import simulate_by_origin
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.firm_blows import FirmBlows
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.system import Safeguard

__all__ = ["FirmEngine", "Outcome", "RestartEngine", "SectorEngine"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

BATCH = 24
"""Runs of a batch."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one way loses in one run.

    Parameters
    ----------
    end : str
        Which run, as `chainwright.stress.run` names it.
    loss : float [money]
        Value lost over the run at home.
    output : ndarray, shape (T,) [share]
        Output at home (of the regions hit if none was given) over that at rest in each step.
    weeks_to_recover : float [week]
        From the first blow until that stays at 95 % of rest; NaN if not within the run.
    """

    end: str
    loss: float
    output: Floats
    weeks_to_recover: float


class RestartEngine(Protocol):
    """Runs ways to restart."""

    @property
    def searched(self) -> str:
        """Which run the search looks at."""

    def losses(self, ways: Sequence[Way]) -> Floats:
        """Return the loss of each of `ways` in the run that the search looks at, shape (k,)."""

    def outcomes(self, way: Way) -> list[Outcome]:
        """Return what a `way` loses in every run."""


@dataclass(frozen=True, eq=False)
class SectorEngine:
    """Runs over a table.

    Parameters
    ----------
    economy : Economy
        The table.
    blows : SectorBlows
        The shock; its blows on capacity and capital are replaced.
    model : InventoryModel
        How producers behave.
    held : HeldSafeguards
        What is held ready.
    stopped : Stopped
        What stands still.
    begin : float [day]
        When crews begin.
    measure : str
        What counts: ``"value_added"`` or ``"output"``.
    counts : ndarray, shape (n,)
        What a unit of output of a node counts: its share of value added, or 1; 0 abroad.
    home, shown : ndarray of bool, shape (n,)
        Nodes at home, and those whose output is followed.
    first_day : float [day]
        On which the first blow strikes.
    threads : int, optional
        Of single runs.
    """

    economy: Economy
    blows: SectorBlows
    model: InventoryModel
    held: HeldSafeguards
    stopped: Stopped
    begin: float
    measure: str
    counts: Floats
    home: Flags
    shown: Flags
    first_day: float
    threads: int | None = None

    @property
    def searched(self) -> str:
        """Which run the search looks at."""
        return "pooled" if self.blows.cuts else "single"

    @cached_property
    def table(self) -> BatchTable:
        """The table as batches read it."""
        return BatchTable(self.economy, limiting_inputs(self.economy, self.model))

    def blows_of(self, way: Way) -> SectorBlows:
        """Return the shock with its blows on capacity and capital ended as in a way.

        Parameters
        ----------
        way : Way
            How nodes restart.
        """
        steps, step_days = self.blows.steps, self.blows.step_days
        left = losses_of(way, self.stopped, self.begin, steps, step_days)
        return replace(self.blows, capacity=tuple(left), capital=())

    def losses(self, ways: Sequence[Way]) -> Floats:
        """Return the loss of each way with stocks pooled by product, shape (k,) [money].

        Parameters
        ----------
        ways : sequence of Way
            Any number.
        """
        found = [np.zeros(0)]
        model = replace(self.model, early_stop_days=np.inf)
        for first in range(0, len(ways), BATCH):
            some = ways[first : first + BATCH]
            blows = [self.blows_of(way) for way in some]
            summed = simulate_batch(
                self.table, blows, [model] * len(some), safeguards=self.held or None
            )
            found.append(self._valued(summed))
        return np.concatenate(found)

    def _valued(self, summed: Summaries) -> Floats:
        """Return what a batch loses at home: its sums are by region, and home is whole regions."""
        by_region = np.asarray(summed[f"{self.measure}_by_region"], dtype=np.float64)
        region = self.economy.flows.nodes.region
        at_home = np.zeros(by_region.shape[1], dtype=np.bool_)
        at_home[region[self.home]] = True
        return np.asarray(by_region[:, at_home].sum(axis=1))

    def outcomes(self, way: Way) -> list[Outcome]:
        """Return what a way loses in every run that `chainwright.stress.run` makes.

        Where deliveries are cut that is both ends; what is held ready is in force in both.

        Parameters
        ----------
        way : Way
            How nodes restart.
        """
        economy, blows = self.economy, self.blows_of(way)
        records = {
            self.searched: simulate_pooled(
                economy,
                blows,
                self.model,
                safeguards=self.held or None,
                record=("production",),
                threads=self.threads,
            )
        }
        if blows.cuts:
            records["by_origin"] = simulate_by_origin(
                economy,
                blows,
                self.model,
                elasticity=0.0,
                safeguards=self.held or None,
                record=("production",),
                threads=self.threads,
            )
        rest = float(economy.x0[self.shown].sum())
        return [
            _outcome(
                end,
                float(self.counts @ (economy.x0 - of.production).sum(axis=0)),
                of.production[:, self.shown].sum(axis=1) / rest,
                (economy.step_days, self.first_day),
            )
            for end, of in records.items()
        ]


@dataclass(frozen=True, eq=False)
class FirmEngine:
    """Runs over firms, at both ends of who replaces whom; the search looks at the far one.

    Parameters
    ----------
    economy : FirmEconomy
        The network, with suppliers that deliver.
    blows : FirmBlows
        The shock; its blows on capacity and capital are replaced.
    model : InventoryModel
        How firms behave.
    ready : tuple of Safeguard
        What is held ready; what stabilises has kept its part off `blows` already.
    stopped : Stopped
        What stands still.
    begin : float [day]
        When crews begin.
    counts : ndarray, shape (n,)
        What a unit of output of a firm counts; 0 abroad.
    shown : ndarray of bool, shape (n,)
        Firms whose output is followed: whole regions.
    first_day : float [day]
        On which the first blow strikes.
    threads : int, optional
        Of a run.
    progress : callable, optional
        Is told in words how far it is.
    """

    economy: FirmEconomy
    blows: FirmBlows
    model: InventoryModel
    ready: tuple[Safeguard, ...]
    stopped: Stopped
    begin: float
    counts: Floats
    shown: Flags
    first_day: float
    threads: int | None = None
    progress: Callable[[str], None] | None = None

    @property
    def searched(self) -> str:
        """Which run the search looks at."""
        return "suppliers"

    @cached_property
    def _economies(self) -> dict[str, FirmEconomy]:
        """The network at each end."""
        return {
            end: self.economy
            if end == self.economy.pooling
            else FirmEconomy.of(
                self.economy.links,
                step_days=self.economy.step_days,
                pooling=end,
                capital_ratio=self.model.capital_ratio,
            )
            for end in ENDS
        }

    @cached_property
    def _held(self) -> dict[str, HeldByFirms]:
        """What is held ready at each end."""
        return {end: held_by_firms(of, self.ready) for end, of in self._economies.items()}

    def blows_of(self, way: Way) -> FirmBlows:
        """Return the shock with its blows on capacity and capital ended as in a way.

        Parameters
        ----------
        way : Way
            How firms restart.
        """
        steps, step_days = self.blows.steps, self.blows.step_days
        left = losses_of(way, self.stopped, self.begin, steps, step_days)
        return replace(self.blows, capacity=tuple(left), capital=())

    def _run(self, end: str, way: Way) -> FirmRecords:
        return simulate_firms(
            self._economies[end],
            self.blows_of(way),
            self.model,
            safeguards=self._held[end] or None,
            threads=self.threads,
        )

    def losses(self, ways: Sequence[Way]) -> Floats:
        """Return the loss of each way where firms find no new suppliers, shape (k,) [money].

        Parameters
        ----------
        ways : sequence of Way
            Any number.
        """
        return np.array([float(self.counts @ self._run(self.searched, w).lost) for w in ways])

    def outcomes(self, way: Way) -> list[Outcome]:
        """Return what a way loses at both ends.

        Parameters
        ----------
        way : Way
            How firms restart.
        """
        found = []
        for end in ENDS:
            of = self._run(end, way)
            regions = np.unique(of.economy.links.region[self.shown])
            rest = float(of.economy.x0[self.shown].sum())
            lost = of.region_lost[:, regions].sum(axis=1)
            loss = float(self.counts @ of.lost)
            clock = (of.economy.step_days, self.first_day)
            found.append(_outcome(end, loss, 1.0 - lost / rest, clock))
            if self.progress is not None:
                self.progress(f"{way.name}, {end}: run")
        return found


def _outcome(end: str, loss: float, output: Floats, clock: tuple[float, float]) -> Outcome:
    step_days, first_day = clock
    days = float(days_to_recover((1.0 - output)[None], step_days, np.array([first_day]))[0])
    return Outcome(end, loss, output, days / 7.0 if np.isfinite(days) else np.nan)
