"""What data are missing that would change the ranking of a maker's outages most."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.exposure_order import exposure_order, places_of
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.missing_base import BaseCase, Ends, WhatIf
from chainwright.diagnose.maker.missing_ranges import MissingRanges
from chainwright.diagnose.maker.missing_reasons import missing_reason
from chainwright.diagnose.maker.missing_what_ifs import what_ifs
from chainwright.diagnose.maker.outage_programme import Weight
from chainwright.diagnose.maker.outage_scenarios import OutageBy
from chainwright.diagnose.maker.stock_left import StockAtNode
from chainwright.diagnose.maker.survival import survival
from chainwright.errors import ParameterError
from chainwright.system import Maker, Result, System

__all__ = ["MISSING_KINDS", "MissingData", "missing_data"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

MISSING_KINDS = ("recovery", "capacity", "stock", "source", "place", "margin")
"""Weeks to recover, capacity, stock, who makes an item, where a site is, margin."""


@dataclass(frozen=True, eq=False)
class _Effect:
    """What one missing number would change: the outage whose loss it changes most, and ranks."""

    scenario: str
    loss: tuple[float, float, float]
    weeks: tuple[float, float]
    rank: tuple[int | None, int | None, int | None]
    moved: int
    top_changes: int


@dataclass(frozen=True, eq=False, repr=False)
class MissingData(MakerNames, Result):
    """What `missing_data` found.

    Parameters
    ----------
    base : BaseCase
        The outages as the data are, assumptions filled in.
    found : tuple of WhatIf
        Every number that is not given and that some outage may depend on.
    ranges : MissingRanges
        Between which ends they may lie.
    top : int
        How many outages count as the first.
    examine : int
        How many numbers of each kind were solved again.
    """

    name: ClassVar[str] = "missing_data"
    charted: ClassVar[str] = "change"

    base: BaseCase
    found: tuple[WhatIf, ...]
    ranges: MissingRanges
    top: int
    examine: int

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        asked = self.base.survival.parameters
        kept = {k: v for k, v in asked.items() if k not in {"scenarios", "outages"}}
        return {**kept, **asdict(self.ranges), "top": self.top, "examine": self.examine}

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; the ends of a range in the unit that its row names."""
        return {**self.base.survival.counted_in, "own": "as the row says"}

    @cached_property
    def examined(self) -> int:
        """How many of the missing numbers were solved again, exactly."""
        return sum(one.at_high is not None for one in self.found)

    @cached_property
    def _codes(self) -> Places:
        """The place of each outage in the order of codes, which settles ties."""
        return places_of(np.argsort(np.array(self.base.scenarios.codes, dtype=object)))

    def _places(self, loss: Floats, gap: Floats, codes: Places) -> Places:
        return places_of(exposure_order(loss, gap, codes))

    @cached_property
    def _now(self) -> Places:
        return self._places(self.base.loss, self.base.recovery - self.base.weeks, self._codes)

    def _ranked(self, one: WhatIf, ends: Ends) -> Places:
        """Return the places that the outages of one number have at one end."""
        base = self.base
        loss, gap = base.loss.copy(), base.recovery - base.weeks
        if one.kind == "source":  # an outage that is not among them yet
            loss = np.append(loss, ends.loss)
            gap = np.append(gap, ends.recovery - ends.survived)
            codes = np.append(self._codes, len(self._codes) + 1)
            return self._places(loss, gap, codes)[-1:]
        loss[one.places] = ends.loss
        gap[one.places] = ends.recovery - ends.survived
        return self._places(loss, gap, self._codes)[one.places]

    def _effect(self, one: WhatIf) -> _Effect | None:
        """Return what a number would change; nothing where it was not solved again."""
        if one.at_low is None or one.at_high is None:
            return None
        low, high = one.at_low, one.at_high
        top = self.top
        if one.kind == "source":
            rank = int(self._ranked(one, high)[0]) if high.loss[0] > 0.0 else None
            loss = (0.0, 0.0, float(high.loss[0]))
            weeks = (np.inf, float(high.survived[0]))
            moved = max(0, len(self.base.scenarios) + 1 - rank) if rank else 0
            changes = int(rank is not None and rank <= top)
            return _Effect(one.subject, loss, weeks, (None, None, rank), moved, changes)
        now, first, second = self._now[one.places], self._ranked(one, low), self._ranked(one, high)
        k = int(np.argmax(np.abs(high.loss - low.loss)))
        moved = int(np.maximum(np.abs(first - now), np.abs(second - now)).max())
        changes = int((((first <= top) != (now <= top)) | ((second <= top) != (now <= top))).sum())
        return _Effect(
            self.base.scenarios.codes[one.places[k]],
            (float(self.base.loss[one.places[k]]), float(low.loss[k]), float(high.loss[k])),
            (float(low.survived[k]), float(high.survived[k])),
            (int(now[k]), int(first[k]), int(second[k])),
            moved,
            changes,
        )

    @cached_property
    def effects(self) -> tuple[_Effect | None, ...]:
        """What each number would change; nothing where it was not solved again."""
        return tuple(self._effect(one) for one in self.found)

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The numbers: those that change who is at the top, then by loss, bounds alone last."""
        known = np.array([e is not None for e in self.effects], dtype=np.bool_)
        changes = np.array([e.top_changes if e else 0 for e in self.effects])
        swing = np.array([abs(e.loss[2] - e.loss[1]) if e else 0.0 for e in self.effects])
        moved = np.array([e.moved if e else 0 for e in self.effects])
        most = np.array([one.at_most for one in self.found])
        subjects = np.array([f"{one.kind} {one.subject}" for one in self.found], dtype=object)
        grain = 1e-9 * float(swing.max(initial=0.0)) or 1.0
        keys = (subjects, -np.round(most / grain), -moved, -np.round(swing / grain), changes == 0)
        return np.lexsort((*keys, ~known))

    def _name_of(self, one: WhatIf) -> str:
        network = self.base.network
        axis = network.items
        if one.kind in {"recovery", "place"}:
            axis = network.sites
        elif one.kind == "capacity":
            axis = network.nodes
        return axis.names_en[int(axis.index([one.subject])[0])] or ""

    def table(self) -> pd.DataFrame:
        """Return one row a missing number: those that would change most first."""
        rows = [self._row(self.found[k], self.effects[k]) for k in self.order]
        frame = pd.DataFrame(rows, columns=list(_COLUMNS))
        frame.insert(0, "rank", np.arange(1, len(frame) + 1))
        for column in ("rank_now", "rank_low_end", "rank_high_end", "places_moved", "top_changes"):
            frame[column] = frame[column].astype("Int64")
        for column in _NUMBERS:
            frame[column] = frame[column].astype(np.float64)
        return frame

    def _row(self, one: WhatIf, effect: _Effect | None) -> tuple[object, ...]:
        ends = (one.unit, one.taken, one.low, one.high, len(one.places), effect is not None)
        name = self._name_of(one)
        unit = self.counted_in["loss"]
        told = (effect.scenario, effect.loss, effect.rank) if effect else None
        reasons = missing_reason(one, told, unit)
        head = (one.kind, one.subject, name)
        if effect is None:
            nothing = (pd.NA,) * 5
            lost = (np.nan,) * 5
            return (*head, "", np.nan, one.at_most, *nothing, *lost, *ends, *reasons)
        change = abs(effect.loss[2] - effect.loss[1])
        ranks = tuple(pd.NA if r is None else r for r in effect.rank)
        weeks = tuple(np.nan if np.isinf(w) else w for w in effect.weeks)
        moves = (effect.moved, effect.top_changes)
        return (
            *head,
            effect.scenario,
            change,
            max(change, one.at_most),
            *ranks,
            *moves,
            *effect.loss,
            *weeks,
            *ends,
            *reasons,
        )

    def __repr__(self) -> str:
        known = [e for e in self.effects if e is not None]
        moving = sum(e.top_changes > 0 for e in known)
        head = self.table().head(10)[["rank", "kind", "subject", "scenario", "change", "rank_now"]]
        return (
            f"<MissingData: {len(self.found):,} numbers are not given, {self.examined:,} solved "
            f"again, {moving:,} would change the first {self.top}; {self.counted_in['loss']}>\n"
            f"{head.to_string(index=False)}"
        )


_NUMBERS = (
    "change",
    "change_at_most",
    "loss_now",
    "loss_low_end",
    "loss_high_end",
    "time_to_survive_low_end_weeks",
    "time_to_survive_high_end_weeks",
    "taken",
    "low_end",
    "high_end",
)
_COLUMNS = (
    "kind",
    "subject",
    "subject_name",
    "scenario",
    "change",
    "change_at_most",
    "rank_now",
    "rank_low_end",
    "rank_high_end",
    "places_moved",
    "top_changes",
    "loss_now",
    "loss_low_end",
    "loss_high_end",
    "time_to_survive_low_end_weeks",
    "time_to_survive_high_end_weeks",
    "unit",
    "taken",
    "low_end",
    "high_end",
    "outages",
    "examined",
    "reason_en",
    "reason_zh",
)


def missing_data(
    system: System,
    *,
    by: OutageBy = "site",
    weight: Weight | None = None,
    stock_at_node: StockAtNode = "usable",
    assumptions: MakerAssumptions | None = None,
    ranges: MissingRanges | None = None,
    top: int = 20,
    examine: int = 200,
    progress: Callable[[str], None] | None = None,
) -> MissingData:
    """Return which data are missing that would change the ranking of `exposure` most.

    For each number that is not given and that an outage may depend on, the outages that depend
    on it are solved again, exactly, with the number at both ends of a plausible range, all else
    as it is: weeks to recover of a site; capacity of a source beside another one; stock of an
    item; the source of an item (either there are several, or one that may go down); where a site
    is (for regions and countries); margin of a product. Of each kind the `examine` numbers with
    the largest bound are solved again; the others are listed with that bound. First come those
    that change who is among the `top` outages, then by change of loss.

    Numbers are changed one at a time: what two of them do together is not looked at.

    Parameters
    ----------
    system : System
        A system with a maker's chain.
    by : str
        What goes down as one: as for `exposure`.
    weight : str, optional
        ``"margin"``, ``"price"`` or ``"output"``. Margin if not given, a missing one taken as a
        share of the price; output where a product has neither.
    stock_at_node : str
        ``"usable"`` or ``"lost"``.
    assumptions : MakerAssumptions, optional
        What is taken now where data are silent.
    ranges : MissingRanges, optional
        The ends of the ranges: assumptions.
    top : int
        How many outages count as the first.
    examine : int
        How many numbers of each kind are solved again; of times to recover five times as many.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain, or a product has no margin and no price as asked for.
    ParameterError
        If a word or a number is none of those.
    """
    for name, value in (("top", top), ("examine", examine)):
        if value < 1:
            raise ParameterError(name, "missing data", "a number from 1", value)
    ends = ranges or MissingRanges()
    maker = system.maker
    filled = _with_margins(maker, ends.margin_share) if weight in {None, "margin"} else maker
    held = survival(
        System(maker=filled),
        by=by,
        outages=(),
        weight=weight,
        stock_at_node=stock_at_node,
        assumptions=assumptions,
        progress=progress,
    )
    base = BaseCase(held, maker)
    found = tuple(what_ifs(base, ends, examine=examine, progress=progress))
    return MissingData(system, base=base, found=found, ranges=ends, top=top, examine=examine)


def _with_margins(maker: Maker, share: float) -> Maker:
    """Return the chain with margins that are not given as a share of the price."""
    products = maker.tables["products"]
    silent = products["margin"].isna()
    if not silent.any():
        return maker
    margin = products["margin"].where(~silent, share * products["price"])
    return replace(maker, tables={**maker.tables, "products": products.assign(margin=margin)})
