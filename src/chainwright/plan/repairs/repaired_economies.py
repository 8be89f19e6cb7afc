"""The system with some measures taken, and the economy that then runs: few are held at once."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Protocol

from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.held_safeguards import HeldSafeguards, held_safeguards
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Safeguard, System

__all__ = ["AppliedMeasure", "RepairedEconomies"]

HELD = 8
"""Economies that are held: each is about four tables of deliveries."""

CHANGES_FLOWS = "supplement"
"""The one kind of measure that changes who delivers what; the others are held ready."""


KEEPS_OFF = "stabilise"
"""The kind of measure that keeps part of a blow off."""


class AppliedMeasure(Protocol):
    """A measure, as far as engines ask."""

    @property
    def name(self) -> str:
        """Its identity."""

    @property
    def kind(self) -> str:
        """What it is: ``"reserve"``, ``"supplement"``, ..."""

    @property
    def product(self) -> str:
        """What is held or bought elsewhere; empty where that is not asked."""

    @property
    def users(self) -> tuple[str, ...]:
        """Whom it serves."""

    @property
    def size(self) -> float:
        """Weeks of use, or a share."""

    @property
    def after_days(self) -> float:
        """Days from the first blow until it can be used."""

    @property
    def hold_back(self) -> float:
        """Part of a reserve that is never released."""

    def apply(self, system: System) -> System:
        """Return the system with it.

        Parameters
        ----------
        system : System
            Any.
        """


@dataclass(eq=False)
class _Prepared:
    """An economy, and what was worked out on it: safeguards by themselves, blows by shock."""

    system: System
    table: BatchTable
    held: dict[Safeguard, HeldSafeguards] = field(default_factory=dict)
    blows: dict[tuple[Shock, int, frozenset[int]], SectorBlows] = field(default_factory=dict)


class RepairedEconomies:
    """A system, and the same with sets of measures.

    Parameters
    ----------
    system : System
        As it is.
    measures : sequence of AppliedMeasure, M
        What could be taken.
    model : InventoryModel
        Whose step, capital and limiting inputs hold in all scenarios.
    """

    def __init__(
        self, system: System, measures: Sequence[AppliedMeasure], model: InventoryModel
    ) -> None:
        self.system = system
        self.measures = tuple(measures)
        self._model = model
        self._held: OrderedDict[frozenset[int], _Prepared] = OrderedDict()
        self._lock = RLock()
        by_name = sorted(range(len(self.measures)), key=lambda i: self.measures[i].name)
        self._rank = {i: place for place, i in enumerate(by_name)}

    def of_kind(self, taken: Iterable[int], kind: str) -> frozenset[int]:
        """Return those of a set of measures that are of a kind.

        Parameters
        ----------
        taken : iterable of int
            Places of measures.
        kind : str
            Such as `CHANGES_FLOWS`.
        """
        return frozenset(i for i in taken if self.measures[i].kind == kind)

    def of(self, taken: Iterable[int]) -> System:
        """Return the system with these measures.

        Those that change flows come first, then those that are held ready, each in the order of
        their names.

        Parameters
        ----------
        taken : iterable of int
            Places of measures.
        """
        chosen = frozenset(taken)
        moved = self.of_kind(chosen, CHANGES_FLOWS)
        found = self._at(moved).system
        for i in self._in_order(chosen - moved):
            found = self.measures[i].apply(found)
        return found

    def table(self, taken: Iterable[int] = ()) -> BatchTable:
        """Return the economy that some measures leave, laid out for batches.

        Parameters
        ----------
        taken : iterable of int
            Places of measures; only those that change flows matter here.
        """
        return self._at(self.of_kind(taken, CHANGES_FLOWS)).table

    def held(self, taken: Iterable[int]) -> HeldSafeguards:
        """Return what is held ready with these measures, as `held_safeguards` does.

        Parameters
        ----------
        taken : iterable of int
            Places of measures.
        """
        prepared = self._at(self.of_kind(taken, CHANGES_FLOWS))
        system = self.of(taken)
        parts = []
        with self._lock:
            for one in sorted(system.safeguards if "safeguards" in system.has else (), key=_name):
                if one not in prepared.held:
                    economy = prepared.table.economy
                    prepared.held[one] = held_safeguards(economy, [one])
                parts.append(prepared.held[one])
        return HeldSafeguards(
            tuple(reserve for part in parts for reserve in part.reserves),
            tuple(capacity for part in parts for capacity in part.capacity),
            tuple(source for part in parts for source in part.sources),
        )

    def blows(self, shock: Shock, taken: Iterable[int], steps: int) -> SectorBlows:
        """Return what a shock does where these measures are taken.

        Parameters
        ----------
        shock : Shock
            What happens.
        taken : iterable of int
            Places of measures; those that change flows or keep part of a blow off matter here.
        steps : int
            How many steps.

        Raises
        ------
        TableError
            If the shock does not fit the system.
        """
        moved, kept_off = self.of_kind(taken, CHANGES_FLOWS), self.of_kind(taken, KEEPS_OFF)
        prepared = self._at(moved)
        asked = (shock, steps, kept_off)
        with self._lock:
            if asked not in prepared.blows:
                economy = prepared.table.economy
                prepared.blows[asked] = sector_blows(
                    self.of(moved | kept_off), shock, steps, economy.step_days, capital=economy.K
                )
            return prepared.blows[asked]

    def _in_order(self, taken: Iterable[int]) -> list[int]:
        return sorted(taken, key=lambda i: self._rank[i])

    def _at(self, moved: frozenset[int]) -> _Prepared:
        with self._lock:
            if moved in self._held:
                self._held.move_to_end(moved)
                return self._held[moved]
            system = self.system
            for i in self._in_order(moved):
                system = self.measures[i].apply(system)
            model = self._model
            economy = Economy.of(system, model.step_days, capital=model.capital_ratio)
            made = _Prepared(system, BatchTable(economy, limiting_inputs(economy, model)))
            self._held[moved] = made
            if len(self._held) > HELD:
                oldest = next(key for key in self._held if key)  # the one without any stays
                del self._held[oldest]
            return made


def _name(one: Safeguard) -> str:
    return one.name
