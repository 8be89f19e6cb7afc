"""A shock run through a table, day by day; where deliveries are cut, at both ends."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.stress.sectors.by_origin import simulate_by_origin
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import HeldSafeguards, held_safeguards
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.origin_stocks import Elasticity, by_product
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.sectors.run_losses import RunLosses
from chainwright.stress.sectors.run_reading import deepest_cut, reading
from chainwright.stress.sectors.run_records import Records
from chainwright.stress.sectors.run_tables import (
    by_day,
    losses_by_level,
    short_table,
    summary_table,
)
from chainwright.stress.sectors.safeguards_used import safeguard_notes, safeguards_table
from chainwright.stress.sectors.short_inputs import ShortInputs, short_inputs
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Language, Result, Safeguard, System

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["RECORDED", "StressRun", "answered", "run"]

Numbers = npt.NDArray[np.float64]

RECORDED = ("production", "capacity", "unmet_final", "unmet_by_region", "unmet_abroad")
"""Records that a run keeps."""


@dataclass(frozen=True, eq=False, repr=False)
class StressRun(Result):
    """What a shock does to a table over time.

    Parameters
    ----------
    system : System
        The system that was asked about.
    shock : Shock
        What happens.
    model : InventoryModel
        How producers behave.
    days : float
        Horizon [day].
    elasticity : float or mapping of str to float, optional
        Between origins, as asked for.
    economy : Economy
        The table, at rest.
    blows : SectorBlows
        The shock on this table.
    runs : mapping of str to Records
        Where deliveries are cut ``"pooled"`` (any origin replaces any other), ``"chosen"`` if an
        elasticity is asked for, and ``"by_origin"`` (none replaces another); else ``"single"``.
    """

    name: ClassVar[str] = "stress_run"
    charted: ClassVar[str] = "output_lost"

    shock: Shock
    model: InventoryModel
    days: float
    elasticity: Elasticity | None
    economy: Economy
    blows: SectorBlows
    runs: Mapping[str, Records]

    @property
    def ends(self) -> tuple[str, ...]:
        """Which runs there are, the least loss expected first."""
        return tuple(self.runs)

    @property
    def first_day(self) -> float:
        """Day on which the first blow strikes."""
        return min(blow.start_day for blow in self.shock.blows)

    @cached_property
    def stock_days(self) -> Numbers:
        """Target stock of each product in days of use, shape (S,)."""
        return self.model.stock_targets(self.economy).steps * self.economy.step_days

    @property
    def safeguards(self) -> tuple[Safeguard, ...]:
        """What the system holds ready, in the order of names; what has no size is left out."""
        return tuple(
            sorted((one for one in _ready(self.system) if one.size > 0.0), key=lambda one: one.name)
        )

    @cached_property
    def held(self) -> HeldSafeguards:
        """The same on the table."""
        return held_safeguards(self.economy, self.safeguards)

    @cached_property
    def losses(self) -> dict[str, RunLosses]:
        """Losses of each run."""
        return {end: RunLosses(records, self.first_day) for end, records in self.runs.items()}

    @cached_property
    def short(self) -> dict[str, ShortInputs]:
        """First inputs to run short in each run: why it stopped."""
        return {end: short_inputs(records, self.blows) for end, records in self.runs.items()}

    @cached_property
    def readings(self) -> dict[str, tuple[str, str]]:
        """What each run says, in English and Chinese."""
        told = {}
        for end in self.runs:
            deepest = deepest_cut(
                self.economy,
                self.blows,
                stock_days=self.stock_days,
                psi=self.model.psi,
                pooled=end != "by_origin",
            )
            if end == "chosen":  # how much of a cut is borne depends on the elasticity
                deepest = None
            told[end] = reading(
                end,
                self.losses[end],
                self.short[end],
                deepest,
                priority=self.model.rationing == "priority",
                replaceable=self.model.replaceable,
                ready=bool(self.safeguards),
            )
        return told

    def reading(self, language: Language = "en") -> str:
        """Return what the answer says, a line a run.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return "\n".join(words[language == "zh"] for words in self.readings.values())

    def told_elasticity(self, end: str) -> str:
        """Return the elasticity of a run as text, such as ``"inf"`` or ``"c14=2"``.

        Parameters
        ----------
        end : str
            Which run.
        """
        if end in {"pooled", "by_origin"}:
            return {"pooled": "inf", "by_origin": "0"}[end]
        given = self.elasticity
        if given is None:
            return "inf"
        if isinstance(given, Mapping):
            return "; ".join(f"{code}={number:g}" for code, number in given.items()) or "inf"
        return f"{given:g}"

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and what was assumed."""
        given = self.elasticity
        return {
            "shock": self.shock.to_toml(),
            "shock_source": self.shock.source,
            "days": self.days,
            "elasticity": dict(given) if isinstance(given, Mapping) else given,
            **asdict(self.model),
            "safeguards": [asdict(one) for one in self.safeguards],
            "stock_days": dict(
                zip(self.economy.products.codes, self.stock_days.tolist(), strict=True)
            ),
            "numbers": str(self.economy.dtype),
            "output_raised_per_year": self.economy.raised,
            "ended": {end: records.ended_en for end, records in self.runs.items()},
            "notes": {
                end: [english for english, _ in records.notes] for end, records in self.runs.items()
            },
        }

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of one of the tables.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column == "product":
            axis = self.economy.products
            return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}
        return super().names(column, language)

    def table(self) -> pd.DataFrame:
        """Return losses of each run: all, regions, sectors and nodes, the largest first in each."""
        return losses_by_level(self)

    def summary(self) -> pd.DataFrame:
        """Return one row a run: what is lost in all, and what it says."""
        return summary_table(self)

    def why_it_stopped(self) -> pd.DataFrame:
        """Return which input of each node ran short first, the earliest first."""
        return short_table(self)

    def by_day(self) -> pd.DataFrame:
        """Return output and unmet final demand of each step: all, regions and sectors."""
        return by_day(self)

    def safeguards_used(self) -> pd.DataFrame:
        """Return what was used of each safeguard, the most used first in each run."""
        return safeguards_table(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the answer by the name of its schema.

        One on safeguards is among them if the system holds any.
        """
        used = {"stress_safeguards": self.safeguards_used()} if self.safeguards else {}
        return {
            "stress_run": self.table(),
            "stress_summary": self.summary(),
            "stress_by_day": self.by_day(),
            "stress_short": self.why_it_stopped(),
            **used,
        }

    def plot(self, language: Language = "en") -> "Figure":
        """Return a chart of output over time between the ends: all, and the regions hit most.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        from chainwright.stress.plots.output_over_time import (  # noqa: PLC0415 - heavy
            output_over_time,
        )

        return output_over_time(self, language=language)


def run(
    system: System,
    shock: Shock,
    *,
    days: float = 365.0,
    model: InventoryModel | None = None,
    elasticity: Elasticity | None = None,
    threads: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> StressRun:
    """Return what a shock does to a table, day by day, by the model with inventories (ARIO).

    Where deliveries are cut the answer has both ends: stocks pooled by product, so that any
    origin of a product replaces any other, and stocks by origin, where none replaces another
    anywhere. What happens lies between, or a few per cent outside the near end, and `elasticity`
    adds such a run: stocks that are ordered by origin smooth orders, so it may lose a little less
    than the near end does. The far end is a bound, not a forecast: a country without one origin of
    one input may stop all others. Any other shock has one run.
    What the system holds ready (`System.with_safeguards`) is in force in every run.

    Memory beyond the table: n (n + r) numbers for stocks by origin, and five records of T steps.

    Parameters
    ----------
    system : System
        With flows.
    shock : Shock
        What happens.
    days : float
        Horizon [day]; rounded up to whole steps.
    model : InventoryModel, optional
        How producers hold stocks, order and ration; `InventoryModel()` if not given, whose stocks
        are those of the sourced table by input.
    elasticity : float or mapping of str to float, optional
        Between the origins of a product: 0, none replaces another, to infinite, any does. By
        product, the others being infinite: ``{"c14": 0.0}``.
    threads : int, optional
        How many; at most 2 if not given. It changes no bit.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no flows.
    TableError
        If anything is wrong with the shock or with what is held ready; it lists all.
    ParameterError
        If there is no day, or an elasticity is negative or no number, or lies between the ends
        for a product with a second source.
    UnknownCodeError
        If an elasticity is given for a product that is not known.
    InfeasibleError
        If a stock turns negative or a number is lost.

    Examples
    --------
    >>> from chainwright.stress import Blow, Shock
    >>> china = System.demo("country")
    >>> cut = Blow("supply_cut", nodes=china.flows.nodes.codes[7], share=1.0, days=5)
    >>> run(china, Shock((cut,)), days=10).ends
    ('pooled', 'by_origin')
    """
    model = model or InventoryModel()
    economy = Economy.of(system, model.step_days, capital=model.capital_ratio)
    return answered(
        system,
        economy,
        shock,
        days=days,
        model=model,
        elasticity=elasticity,
        threads=threads,
        progress=progress,
    )


def answered(
    system: System,
    economy: Economy,
    shock: Shock,
    *,
    days: float,
    model: InventoryModel,
    elasticity: Elasticity | None,
    threads: int | None,
    progress: Callable[[str], None] | None = None,
) -> StressRun:
    """Return the answer of `run` on an economy that is prepared.

    Parameters
    ----------
    system : System
        The system that is asked about.
    economy : Economy
        Its flows.
    shock : Shock
        What happens.
    days : float
        Horizon [day].
    model : InventoryModel
        How producers behave.
    elasticity : float or mapping of str to float, optional
        Between origins.
    threads : int, optional
        How many.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    TableError
        If anything is wrong with the shock; it lists all.
    ParameterError
        If there is no day, or an elasticity is negative or no number.
    """
    if not 0.0 < days < np.inf:
        raise ParameterError("days", "a run", "a number of days above 0", days)
    if elasticity is not None:
        by_product(economy, elasticity)  # refused before anything runs
    steps = ceil(days / economy.step_days)
    ready = _ready(system)
    held = held_safeguards(economy, ready)
    blows = sector_blows(
        system, shock, steps, economy.step_days, capital=economy.K, safeguards=ready
    )
    runs: dict[str, Records] = {}
    for end, between in _ends(blows, elasticity).items():
        told = None if progress is None else _told(progress, end)
        if between is None:
            found: Records = simulate_pooled(
                economy,
                blows,
                model,
                safeguards=held,
                record=RECORDED,
                threads=threads,
                progress=told,
            )
        else:
            found = simulate_by_origin(
                economy,
                blows,
                model,
                elasticity=between,
                safeguards=held,
                record=RECORDED,
                threads=threads,
                progress=told,
            )
        notes = (*found.notes, *safeguard_notes(ready, held, found, str(system.flows.money)))
        runs[end] = replace(found, notes=notes)
    return StressRun(system, shock, model, float(days), elasticity, economy, blows, runs)


def _ready(system: System) -> tuple[Safeguard, ...]:
    """Return what a system holds ready."""
    return tuple(system.safeguards) if "safeguards" in system.has else ()


def _ends(blows: SectorBlows, elasticity: Elasticity | None) -> dict[str, Elasticity | None]:
    """Return the elasticity of each run; None is the engine with pooled stocks."""
    if not blows.cuts:
        return {"single": elasticity}
    if elasticity is None:
        return {"pooled": None, "by_origin": 0.0}
    return {"pooled": None, "chosen": elasticity, "by_origin": 0.0}


TOLD = 50
"""Steps between two words of progress."""


def _told(progress: Callable[[str], None], end: str) -> Callable[[int, int], None]:
    def tell(done: int, steps: int) -> None:
        if done % TOLD == 0 or done == steps:
            progress(f"{end}: {done:,} of {steps:,} steps")

    return tell
