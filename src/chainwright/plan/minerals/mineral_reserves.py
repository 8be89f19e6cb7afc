"""How much of each mineral to hold against outages of supplier countries."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.trade_answers import OfTrade, place_name
from chainwright.errors import ParameterError
from chainwright.plan.minerals.mineral_needs import MineralNeed, ReserveCosts, mineral_need
from chainwright.plan.minerals.mineral_reserve_tables import (
    by_country,
    by_rule,
    by_supplier,
    reserve_rows,
)
from chainwright.plan.minerals.mineral_supplies import MineralSupplies, mineral_supplies
from chainwright.plan.minerals.mineral_words import STANDINGS, listed
from chainwright.plan.minerals.outage_models import (
    DrawnOutages,
    OutageModel,
    Replacement,
    drawn_outages,
)
from chainwright.plan.minerals.release_rules import Release
from chainwright.system import Language, Regions, Result, System

__all__ = ["MineralReserves", "ReserveRule", "mineral_reserves"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ReserveRule = Literal["quantile", "economic"]
"""Enough for a share of all outages, or what costs least to hold and to lack."""

DOUBT = 0.2
"""Difference of the first supplier's shares by quantity and by value that raises doubt."""


@dataclass(frozen=True, eq=False, repr=False)
class MineralReserves(OfTrade, Result):
    """What `mineral_reserves` found, for P products.

    Parameters
    ----------
    supplies : MineralSupplies
        What home buys, and what is known of its use.
    needs : tuple of MineralNeed
        Needs in all outages, a product each.
    draws : DrawnOutages
        The outages.
    seed : int
        Their seed.
    rule : str
        What sizes the reserve.
    level : float
        Share of outages that it is enough for, by the quantile rule.
    floor : float
        Imports below which a product comes late, in the trade's money.
    outages, replacement, costs, release
        What is assumed.
    """

    name: ClassVar[str] = "mineral_reserves"
    charted: ClassVar[str] = "reserve_weeks_of_imports"

    supplies: MineralSupplies
    needs: tuple[MineralNeed, ...]
    draws: DrawnOutages
    seed: int
    rule: ReserveRule
    level: float
    floor: float
    outages: OutageModel
    replacement: Replacement
    costs: ReserveCosts
    release: Release

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "home": self.supplies.trade.home.name,
            "year": self.supplies.trade.year,
            "products": list(self.supplies.products),
            "blocs": list(self.supplies.blocs),
            "consumption": self.supplies.given,
            "draws": len(self.draws),
            "seed": self.seed,
            "rule": self.rule,
            "level": self.level,
            "floor": self.floor,
            "outages": asdict(self.outages),
            "replacement": asdict(self.replacement),
            "costs": asdict(self.costs),
            "release": asdict(self.release),
        }

    def names(self, column: str, language: Language = "en") -> dict[str, str]:
        """Return what the codes of a column are called: materials of one code together.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column in {"driver", "country"}:
            return {code: place_name(code, language) for code in self.supplies.places}
        found = dict(super().names(column, language))
        if column == "product" and self.harmonised:
            codes = (code for code in self.supplies.products if listed(code))
            found |= {code: listed(code)[f"name_{language}"] for code in codes}
        return found

    @property
    def harmonised(self) -> bool:
        """Whether the products are codes of the Harmonized System, whose materials are listed."""
        return self.trade.classification.startswith("HS")

    @cached_property
    def stocks(self) -> Floats:
        """What users hold already, ``(P,)``."""
        return np.asarray(np.nan_to_num(self.supplies.uses["stocks"].to_numpy(dtype=np.float64)))

    @cached_property
    def penalties(self) -> Floats:
        """Value lost with each unit short, in prices of it: low, middle, high, ``(3, P)``."""
        low, high = self.costs.penalty_low, self.costs.penalty_high
        given = self.supplies.uses["penalty"].to_numpy(dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            told = given / self.supplies.price
        usual = np.array([low, (low + high) / 2.0, high])[:, None]
        return np.where(np.isnan(given), usual, told)

    @cached_property
    def economic(self) -> Floats:
        """Reserve by the economic rule before stocks: low, middle and high, ``(3, P)``.

        Low with dear holding and a small penalty, high the other way round.
        """
        low, high = self.costs.holding_low, self.costs.holding_high
        holding = (high, (low + high) / 2.0, low)
        rows = [
            [
                need.economic(rate, self.penalties[k, p]) if self.sized[p] else np.nan
                for p, need in enumerate(self.needs)
            ]
            for k, rate in enumerate(holding)
        ]
        known = np.isfinite(self.penalties)
        return np.where(known, np.array(rows, dtype=np.float64).reshape(known.shape), np.nan)

    @cached_property
    def cover(self) -> Floats:
        """What must be held in all, stocks of users included, by the rule, ``(P,)``."""
        if self.rule == "economic":
            return np.asarray(self.economic[1])
        level = np.array([self.level])
        every = [need.of_outages(level)[0] for need in self.needs]
        return np.where(self.sized, np.array(every, dtype=np.float64), np.nan)

    @cached_property
    def reserve(self) -> Floats:
        """What is to be held besides the stocks of users, ``(P,)``; NaN where it is not known."""
        return np.maximum(self.cover - self.stocks, 0.0)

    @cached_property
    def held(self) -> Floats:
        """Reserve and stocks of users together, ``(P,)``: the stocks may be more than the rule."""
        return np.maximum(self.cover, self.stocks)

    @property
    def sized(self) -> Flags:
        """Whether the quantity that home imports is known, ``(P,)``."""
        return np.asarray(self.supplies.imports > 0.0, dtype=np.bool_)

    @cached_property
    def doubtful(self) -> Flags:
        """Whether quantities and values tell of different suppliers, ``(P,)``."""
        gap = np.abs(self.supplies.shares - self.supplies.value_shares)
        first = np.argmax(np.nan_to_num(self.supplies.shares), axis=0)
        return np.asarray(gap[first, np.arange(len(first))] > DOUBT, dtype=np.bool_)

    @cached_property
    def standing(self) -> tuple[str, ...]:
        """Where each product stands, one of `STANDINGS`."""
        found = np.select(
            [
                self.supplies.value <= 0.0,
                ~self.sized,
                self.supplies.value < self.floor,
                self.supplies.exports_per_imports > 1.0,
                self.doubtful,
            ],
            ["not_imported", "not_known", "small", "net_exporter", "doubtful"],
            default="ranked",
        )
        return tuple(str(word) for word in found)

    @cached_property
    def binding(self) -> tuple[int, ...]:
        """Which of its suppliers each reserve is sized for; -1 where none can fail."""
        return tuple(need.binding(self.level) for need in self.needs)

    @cached_property
    def driving(self) -> tuple[int, ...]:
        """Which of its suppliers drives each reserve; -1 where no outage leaves any short.

        By the quantile rule that whose outages the reserve is sized for, by the economic rule
        that whose outages make most of the expected shortage.
        """
        found = []
        for p, need in enumerate(self.needs):
            short = need.shortage(self.stocks[p])
            k = self.binding[p]
            if k >= 0 and self.rule == "economic":
                k = int(np.argmax(short))
            found.append(k if short.sum() > 0.0 else -1)
        return tuple(found)

    @cached_property
    def drivers(self) -> tuple[tuple[str, float], ...]:
        """The supplier that drives each reserve, and what share of the shortage it makes."""
        found = []
        for p, (k, need) in enumerate(zip(self.driving, self.needs, strict=True)):
            if k < 0:
                found.append(("", np.nan))
                continue
            short = need.shortage(self.stocks[p])
            found.append((self.supplies.places[need.suppliers[k]], float(short[k] / short.sum())))
        return tuple(found)

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The products: by standing, weeks of imports, and value at stake."""
        weeks = np.nan_to_num(self.reserve / np.where(self.sized, self.supplies.imports, np.nan))
        standing = np.array([STANDINGS.index(word) for word in self.standing])
        return np.lexsort((np.arange(len(weeks)), -self.supplies.value, -weeks, standing))

    def table(self) -> pd.DataFrame:
        """Return a row a product: standing first, then the most weeks of imports."""
        return reserve_rows(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return reserves, their suppliers, countries over all products, and rules of release."""
        return {
            self.name: self.table(),
            "mineral_reserves_suppliers": by_supplier(self),
            "mineral_reserves_countries": by_country(self),
            "mineral_reserves_release": by_rule(self),
        }


def mineral_reserves(
    system: System,
    home: Regions,
    *,
    year: int | None = None,
    draws: int = 1000,
    seed: int = 0,
    rule: ReserveRule = "quantile",
    level: float = 0.9,
    consumption: object | None = None,
    products: Sequence[str] | None = None,
    blocs: Sequence[Regions] = (),
    floor: float = 0.0,
    outages: OutageModel | None = None,
    replacement: Replacement | None = None,
    costs: ReserveCosts | None = None,
    release: Release | None = None,
) -> MineralReserves:
    """Return how much of each mineral to hold against outages of supplier countries.

    An outage takes part of all that a country delivers, of whatever product, for some weeks. With
    C use, dom and rec home production and recycling, imp imports a week, the need of a product is
    the sum over the weeks of
    ``(C (1 - sub(t)) - dom - rec - imp (1 - out) - alt(t))+``. Every country is tried with the
    same drawn outages. The quantile rule holds the least R with P(need <= R) >= `level` over
    the outages of any one supplier, whichever fails; the economic rule the least R with
    ``sum_k rate_k P_k(need > R) <= h price / penalty``, nothing where that already holds at 0.
    Materials that share a code are one row.

    Where the use is not known, imports stand for it: weeks of imports are told, never weeks of
    use. How often, how long and how much countries fail, and what replaces it, is assumed; see
    `OutageModel` and `Replacement`.

    Parameters
    ----------
    system : System
        With trade that has quantities.
    home : str or sequence of str
        A place, several, or a named group, which count as one.
    year : int, optional
        Which year of the trade; the last if not given.
    draws : int
        Outages that are drawn.
    seed : int
        Seed of the draws.
    rule : str
        ``"quantile"`` or ``"economic"``: what sizes the reserve. Both are told.
    level : float
        Share of each supplier's outages that the quantile rule covers, above 0 and at most 1.
    consumption : path or Arrow stream, optional
        What is known of use at home, as ``chainwright schema mineral_use`` has it.
    products : sequence of str, optional
        Codes to look at; the critical materials of ``params.table("mineral_codes")`` that the
        trade has if not given, and all its products if it has none of them.
    blocs : sequence
        Groups that count as one supplier, and fail as one.
    floor : float
        Imports a year below which a product comes late, in the trade's money.
    outages : OutageModel, optional
        How countries fail.
    replacement : Replacement, optional
        What takes the place of what fails.
    costs : ReserveCosts, optional
        What holding and being short cost.
    release : Release, optional
        How the reserve is released.

    Returns
    -------
    MineralReserves
        A row a product, and tables of suppliers, countries and rules of release.

    Raises
    ------
    MissingPartError
        If the system has no trade, or the trade no quantities.
    ParameterError
        If a word, a level, a floor or a number of draws is none.
    UnknownCodeError
        If a place or product is not in the trade.
    TableError
        If the table of consumption is not in order; every breach is listed.
    """
    if rule not in get_args(ReserveRule):
        raise ParameterError("rule", "mineral reserves", "'quantile' or 'economic'", rule)
    if not 0.0 < level <= 1.0:
        raise ParameterError("level", "mineral reserves", "above 0 and at most 1", level)
    if not 0.0 <= floor < np.inf:
        raise ParameterError("floor", "mineral reserves", "0 or more", floor)
    model, ramps = outages or OutageModel(), replacement or Replacement()
    drawn = drawn_outages(model, draws, seed)
    supplies = mineral_supplies(
        system, home, year=year, products=products, blocs=blocs, consumption=consumption
    )
    for code in model.rates:
        supplies.trade.places.index([code])
    return MineralReserves(
        system=system,
        supplies=supplies,
        needs=tuple(
            mineral_need(supplies, p, drawn, model, ramps) for p in range(len(supplies.products))
        ),
        draws=drawn,
        seed=seed,
        rule=rule,
        level=level,
        floor=floor,
        outages=model,
        replacement=ramps,
        costs=costs or ReserveCosts(),
        release=release or Release(),
    )
