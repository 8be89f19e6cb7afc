"""A shock run through firms and links, day by day, at both ends of who replaces whom."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import ceil
from typing import ClassVar

import numpy as np
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.stress.firms.firm_economy import FirmEconomy, Pooling
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.firms.firm_records import FirmRecords
from chainwright.stress.firms.firm_run_tables import by_day, losses
from chainwright.stress.firms.held_by_firms import HeldByFirms, held_by_firms
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.safeguards_used import safeguard_notes, safeguards_table
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.firm_safeguard_words import firms_ready
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Language, Result, Safeguard, System

__all__ = ["ENDS", "FirmRun", "run_firms"]

ENDS: tuple[Pooling, ...] = ("market", "suppliers")
"""Who delivers when a supplier fails: any firm of its market, or those that a buyer has."""


@dataclass(frozen=True, eq=False, repr=False)
class FirmRun(Result):
    """What a shock does to a network of firms over time.

    Parameters
    ----------
    system : System
        The system that was asked about.
    shock : Shock
        What happens.
    model : InventoryModel
        How firms behave.
    days : float
        Horizon [day].
    runs : mapping of str to FirmRecords
        ``"market"``: any firm of a market replaces any other; ``"suppliers"``: firms order from
        the suppliers that they have and find no new ones.
    """

    name: ClassVar[str] = "firm_run"
    charted: ClassVar[str] = "output_lost"

    shock: Shock
    model: InventoryModel
    days: float
    runs: Mapping[str, FirmRecords]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and what was assumed."""
        first = next(iter(self.runs.values()))
        targets = self.model.stock_days
        return {
            "shock": self.shock.to_toml(),
            "shock_source": self.shock.source,
            "days": self.days,
            **asdict(self.model),
            "stock_days": dict(targets) if isinstance(targets, tuple) else targets,
            "safeguards": [asdict(one) for one in self.safeguards],
            "ended": {end: records.ended_en for end, records in self.runs.items()},
            "notes": [english for english, _ in first.notes],
        }

    @property
    def safeguards(self) -> tuple[Safeguard, ...]:
        """What the system holds ready, in the order of names; what has no size is left out."""
        held = (one for one in firms_ready(self.system) if one.size > 0.0)
        return tuple(sorted(held, key=lambda one: one.name))

    @cached_property
    def held(self) -> HeldByFirms:
        """The same among the firms."""
        return held_by_firms(next(iter(self.runs.values())).economy, self.safeguards)

    def table(self) -> pd.DataFrame:
        """Return losses of each end: all, regions, sectors and firms, the largest first in each.

        Firms that lose nothing, gain nothing and run short of nothing are left out.
        """
        return pd.concat([losses(end, of) for end, of in self.runs.items()], ignore_index=True)

    def by_day(self) -> pd.DataFrame:
        """Return output and unmet final demand of each step: all, regions and sectors."""
        return pd.concat([by_day(end, of) for end, of in self.runs.items()], ignore_index=True)

    def safeguards_used(self) -> pd.DataFrame:
        """Return what was used of each safeguard, the most used first in each run."""
        return safeguards_table(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the answer by the name of its schema.

        One on safeguards is among them if the system holds any.
        """
        used = {"stress_safeguards": self.safeguards_used()} if self.safeguards else {}
        return {"firm_run": self.table(), "firm_run_by_day": self.by_day(), **used}

    def reading(self, language: Language = "en") -> str:
        """Return what the answer says, a line an end.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return "\n".join(_line(end, of, language) for end, of in self.runs.items())


WHO = {
    "market": ("Any firm of a market replaces any other", "同一市场内的企业可互相替代"),
    "suppliers": ("No firm finds new suppliers", "企业无法找到新的供应商"),
}


SECOND_SOURCES = {
    "market": (
        "Any firm of a market replaces any other here, so second sources add nothing.",
        "此端同一市场内的企业可互相替代，第二来源不起作用。",
    ),
    "suppliers": (
        "Second sources move what is cut off to other suppliers that a firm has of the sector; "
        "where it has none, nothing moves.",
        "第二来源将被切断的部分转向企业在该行业已有的其他供应商；没有其他供应商则不转移。",
    ),
}


def _line(end: str, of: FirmRecords, language: Language) -> str:
    economy = of.economy
    daily = float(economy.x0.sum()) / economy.step_days
    lost, direct = float(of.lost.sum()) / daily, float(of.direct.sum()) / daily
    short = int((of.short_step >= 0).sum())
    if language == "zh":
        told = f"损失 {lost:.3g} 天的总产出，其中受冲击企业自身产能损失 {direct:.3g} 天；"
        more = (
            f"{short:,} 家企业因缺少投入而受限。"
            if short
            else "没有库存成为限制：除受冲击企业外未感受到投入短缺，但这不等于安全。"
        )
        return f"{WHO[end][1]}：{told}{more}"
    told = f"{lost:.3g} days of all output are lost, {direct:.3g} of them capacity that is hit; "
    more = (
        f"{short:,} {'firm runs' if short == 1 else 'firms run'} short of an input."
        if short
        else "no stock ever binds, so no other firm feels a lack of inputs (which is not 'safe')."
    )
    return f"{WHO[end][0]}: {told}{more}"


def run_firms(
    system: System,
    shock: Shock,
    *,
    days: float = 365.0,
    model: InventoryModel | None = None,
    threads: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> FirmRun:
    """Return what a shock does to firms and links, day by day, by the model with inventories.

    There are always two runs: at one end any firm of a market delivers in place of any other, at
    the other firms only order from the suppliers that they have. What happens lies between, or a
    few per cent outside the near end; the far end is a limit, not a forecast.

    What the system holds ready (`System.with_safeguards`) is in force in both runs. Where links are
    cut and firms keep to their suppliers, the model's `replaceable` and second sources say which
    part of what is cut off their other suppliers of the sector take over; nobody is asked for the
    rest while the cut lasts, but what firms have in stock stands in while it lasts.

    Parameters
    ----------
    system : System
        With links.
    shock : Shock
        What happens, to firms, links, or regions and sectors of firms.
    days : float
        Horizon [day]; rounded up to whole steps.
    model : InventoryModel, optional
        How firms hold stocks, order and ration; `InventoryModel()` if not given.
    threads : int, optional
        How many; at most 2 if not given. It changes no bit.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no links.
    TableError
        If anything is wrong with the shock, or with what is held ready; it lists all.
    ParameterError
        If there is no day, or damage exceeds capital.
    InfeasibleError
        If no firm makes anything, a stock turns negative, or a number is lost.

    Examples
    --------
    >>> from chainwright.stress import Blow, Shock
    >>> made = System.demo("firms", firms=300, links=900)
    >>> shut = Blow("capacity", firms="F007", share=1.0, days=14)
    >>> run_firms(made, Shock((shut,)), days=60).table()["end"].unique().tolist()
    ['market', 'suppliers']
    """
    model = model or InventoryModel()
    if not 0.0 < days < np.inf:
        raise ParameterError("days", "a run", "a number of days above 0", days)
    steps = ceil(days / model.step_days)
    ready = tuple(firms_ready(system))
    blows = firm_blows(system, shock, steps, model.step_days, safeguards=ready)
    runs: dict[str, FirmRecords] = {}
    for end in ENDS:
        economy = FirmEconomy.of(
            system.links,
            step_days=model.step_days,
            pooling=end,
            capital_ratio=model.capital_ratio,
        )
        told = None if progress is None else _told(progress, end)
        held = held_by_firms(economy, ready)
        found = simulate_firms(
            economy, blows, model, safeguards=held, threads=threads, progress=told
        )
        notes = (*found.notes, *safeguard_notes(ready, held, found, str(system.money)))
        if held.sources:
            notes = (*notes, SECOND_SOURCES[end])
        runs[end] = replace(found, notes=notes)
    return FirmRun(system, shock, model, float(days), runs)


TOLD = 50
"""Steps between two words of progress."""


def _told(progress: Callable[[str], None], end: str) -> Callable[[int, int], None]:
    def tell(done: int, steps: int) -> None:
        if done % TOLD == 0 or done == steps:
            progress(f"{end}: {done:,} of {steps:,} steps")

    return tell
