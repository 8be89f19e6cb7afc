"""The scenarios of a brief, run: what each does to the table, and what home feels of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from chainwright.report.felt import Felt, felt_by
from chainwright.report.scenarios import Choice
from chainwright.stress import Blow, InventoryModel
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.run import StressRun, answered
from chainwright.system import Axis, Home, Language, System

__all__ = ["HORIZON", "MODEL", "Scenario", "hit_products", "scenarios_run"]

HORIZON = 365.0
"""Days that a scenario is followed."""

MODEL = InventoryModel(rationing="priority")
"""How producers behave in a brief: the sourced stock days, and inputs before final demand.

Where all demand is served alike, households keep their part of what is short, so that producers get
too little to recover within the year at the far end.
"""


@dataclass(frozen=True, eq=False)
class Scenario:
    """A shock that was run.

    Parameters
    ----------
    choice : Choice
        The shock, and why it is looked at.
    run : StressRun
        What it does.
    home : Home
        Whose losses are told.
    """

    choice: Choice
    run: StressRun
    home: Home

    @property
    def model(self) -> InventoryModel:
        """How producers behave."""
        return self.run.model

    @property
    def days(self) -> float:
        """How long it is followed [day]."""
        return self.run.days

    @property
    def products(self) -> Axis:
        """Products of the table, those that only come from abroad included."""
        return self.run.economy.products

    @property
    def holds(self) -> tuple[float, float]:
        """First day on which a blow holds, and the day after the last at full size, in the run."""
        blows = self.choice.shock.blows
        first = min(*(blow.start_day for blow in blows), self.days - 1.0)
        last = max(blow.end_day for blow in blows)
        return first, min(max(last, first + self.run.economy.step_days), self.days)

    @cached_property
    def felt(self) -> tuple[Felt, ...]:
        """What home feels in each run, the least loss expected first."""
        return tuple(felt_by(self.home, records, end) for end, records in self.run.runs.items())

    @cached_property
    def shorts(self) -> pd.DataFrame:
        """Who runs short at home, and of what: rows of ``stress_short``, the earliest first."""
        frame = self.run.tables()["stress_short"]
        mine = frame[frame["region"].isin(self.home.regions)]
        return mine.sort_values("day", kind="stable")

    def readings(self, language: Language) -> list[str]:
        """Return what each run says of the whole table.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return [zh if language == "zh" else en for en, zh in self.run.readings.values()]

    def notes(self, language: Language) -> list[str]:
        """Return what to know about the runs, each said once.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        told = [note for records in self.run.runs.values() for note in records.notes]
        return list(dict.fromkeys(zh if language == "zh" else en for en, zh in told))


def scenarios_run(
    system: System, home: Home, choices: Sequence[Choice], progress: Callable[[str], None]
) -> tuple[Scenario, ...]:
    """Return the scenarios, each run through the table for a year.

    Parameters
    ----------
    system : System
        With flows.
    home : Home
        Whose losses are told.
    choices : sequence of Choice
        The shocks.
    progress : callable
        Is told in words what is being done.

    Raises
    ------
    TableError
        If a shock does not fit the table.
    """
    if not choices:
        return ()
    for choice in choices:  # all are refused before one is run
        choice.shock.checked(system)
    economy = Economy.of(system, MODEL.step_days, capital=MODEL.capital_ratio)
    found = []
    for choice in choices:
        progress(f"stress: {choice.shock.name_en or choice.key}")
        run = answered(
            system,
            economy,
            choice.shock,
            days=HORIZON,
            model=MODEL,
            elasticity=None,
            threads=None,
        )
        found.append(Scenario(choice, run, home))
    return tuple(found)


def hit_products(blow: Blow) -> tuple[str, ...]:
    """Return the products whose makers or deliveries a blow names.

    Parameters
    ----------
    blow : Blow
        The blow.
    """
    of_nodes = tuple(code.partition(":")[2] for code in blow.nodes)
    return tuple(dict.fromkeys((*blow.products, *of_nodes)))
