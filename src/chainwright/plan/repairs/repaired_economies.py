"""The system with some measures taken, and the economy that then runs: few are held at once."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Protocol

from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.system import System

__all__ = ["AppliedMeasure", "RepairedEconomies"]

HELD = 4
"""Economies that are held: each is about four tables of deliveries."""

CHANGES_FLOWS = "supplement"
"""The one kind of measure that changes who delivers what; the others are held ready."""


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
        self._held: OrderedDict[frozenset[int], tuple[System, BatchTable]] = OrderedDict()
        self._lock = Lock()
        self._rank = {
            i: place
            for place, i in enumerate(
                sorted(range(len(self.measures)), key=lambda i: self.measures[i].name)
            )
        }

    def changing_flows(self, taken: Iterable[int]) -> frozenset[int]:
        """Return those of a set of measures that change the flows.

        Parameters
        ----------
        taken : iterable of int
            Places of measures.
        """
        return frozenset(i for i in taken if self.measures[i].kind == CHANGES_FLOWS)

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
        moved = self.changing_flows(chosen)
        found = self._at(moved)[0]
        for i in self._in_order(chosen - moved):
            found = self.measures[i].apply(found)
        return found

    def table(self, moved: frozenset[int]) -> BatchTable:
        """Return the economy with the flows that some measures leave, laid out for batches.

        Parameters
        ----------
        moved : frozenset of int
            Places of measures that change the flows.
        """
        return self._at(moved)[1]

    def _in_order(self, taken: Iterable[int]) -> list[int]:
        return sorted(taken, key=lambda i: self._rank[i])

    def _at(self, moved: frozenset[int]) -> tuple[System, BatchTable]:
        with self._lock:
            if moved in self._held:
                self._held.move_to_end(moved)
                return self._held[moved]
            system = self.system
            for i in self._in_order(moved):
                system = self.measures[i].apply(system)
            model = self._model
            economy = Economy.of(system, model.step_days, capital=model.capital_ratio)
            made = system, BatchTable(economy, limiting_inputs(economy, model))
            self._held[moved] = made
            if len(self._held) > HELD:
                oldest = next(key for key in self._held if key)  # the one without any stays
                del self._held[oldest]
            return made
