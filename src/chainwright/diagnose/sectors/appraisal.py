"""The answer of the assessment: indicators, ranks and composites, and how sure they are."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.sectors.composites import (
    FIRST,
    Reweighted,
    agreement,
    composite,
    parts_of,
    quantiles,
    reweighted,
)
from chainwright.diagnose.sectors.indicators import (
    INDICATORS,
    AssessmentThresholds,
    Dimension,
    Measures,
    equation_of,
    thresholds_by_name,
)
from chainwright.diagnose.sectors.sector_groups import GROUPS, groups_of, ranks_within
from chainwright.diagnose.sectors.unsaid import unsaid
from chainwright.diagnose.sectors.years import home_by_year
from chainwright.system import Home, Result, System, sector_class

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COMPOSITES", "WEIGHT_DRAWS", "Assessment", "Year"]

Numbers = npt.NDArray[np.float64]
Year = int | None

COMPOSITES: tuple[Dimension, ...] = ("security", "competitiveness")

WEIGHT_DRAWS = 1000
"""Draws of other weights for a composite."""


@dataclass(frozen=True, eq=False, repr=False)
class Assessment(Result):
    """What `assessment` found, for ``i`` indicators of ``s`` home sectors in ``y`` years.

    Parameters
    ----------
    systems : mapping of int to System
        The tables by year; `system` is the last.
    home : Home
        Home and its nation.
    measures : tuple of Measures, y
        The indicators of each year.
    thresholds : AssessmentThresholds
        From where on an indicator is crossed.
    weights : mapping of str to float
        Weight of each part of a composite, before scaling.
    draws : int
        Draws of cell error, of the last year.
    seed : int
        Where chance starts.
    cell_error : float
        Standard deviation of the logarithm of a cell.
    drawn : ndarray, shape (draws, i, s)
        The indicators of the last year under cell error.
    """

    name: ClassVar[str] = "assessment"

    systems: Mapping[Year, System]
    home: Home
    measures: tuple[Measures, ...]
    thresholds: AssessmentThresholds
    weights: Mapping[str, float]
    draws: int
    seed: int
    cell_error: float
    drawn: Numbers

    @property
    def years(self) -> tuple[Year, ...]:
        """The years, first to last; None for a table that does not say its year."""
        return tuple(self.systems)

    @property
    def last(self) -> Measures:
        """The indicators of the last year."""
        return self.measures[-1]

    @cached_property
    def groups(self) -> npt.NDArray[np.str_]:
        """Group of each sector, goods or services: each is ranked by itself."""
        return groups_of(self.last.sectors)

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the systems."""
        return {
            "home": self.home.name,
            "home_regions": list(self.home.regions),
            "nation_regions": list(self.home.nation),
            "members_counted_as_abroad": list(self.home.missing),
            "years": list(self.years),
            "draws": self.draws,
            "seed": self.seed,
            "cell_error": self.cell_error,
            "cell_error_source": "assumption: lognormal, independent, of equal relative size",
            "weight_draws": WEIGHT_DRAWS,
            "weights": dict(self.weights),
            "thresholds": asdict(self.thresholds),
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, with the origin of every year's table."""
        of_years = {str(year): system.origin for year, system in self.systems.items()}
        return super().origin | {"systems": of_years}

    def parts(self, dimension: Dimension) -> tuple[str, ...]:
        """Return the parts of a composite: those that this table can say of any sector.

        Parameters
        ----------
        dimension : str
            security or competitiveness.
        """
        found = self.last
        return tuple(
            i.name
            for i in INDICATORS
            if i.part
            and i.dimension == dimension
            and self.weights[i.name] > 0.0
            and np.isfinite(found.value(i.name)).any()
        )

    def weights_of(self, dimension: Dimension) -> Numbers:
        """Return the weights of the parts of a composite, which sum to one.

        Parameters
        ----------
        dimension : str
            security or competitiveness.
        """
        given = np.array([self.weights[name] for name in self.parts(dimension)])
        return given / given.sum() if len(given) else given

    def _parts(self, values: Numbers, dimension: Dimension) -> Numbers:
        names = [i.name for i in INDICATORS]
        rows = [names.index(name) for name in self.parts(dimension)]
        return parts_of(values[rows], self.groups)

    def composite(self, dimension: Dimension, year: Year = None) -> Numbers:
        """Return the composite of a dimension, shape (s,): the weighted mean of its parts.

        Parameters
        ----------
        dimension : str
            security or competitiveness.
        year : int, optional
            Of which year; the last if not given.
        """
        found = self.last if year is None else self.measures[self.years.index(year)]
        return self._composite(found.numbers, dimension)

    def _composite(self, values: Numbers, dimension: Dimension) -> Numbers:
        if not self.parts(dimension):
            return np.full(values.shape[1], np.nan)
        return composite(self._parts(values, dimension), self.weights_of(dimension))

    @cached_property
    def other_weights(self) -> Mapping[str, Reweighted]:
        """How each composite of the last year would rank under other weights."""
        rng = np.random.default_rng(self.seed).spawn(1)[0]
        return {
            d: reweighted(self._parts(self.last.numbers, d), self.groups, WEIGHT_DRAWS, rng)
            for d in COMPOSITES
        }

    @cached_property
    def crossed(self) -> npt.NDArray[np.bool_]:
        """Whether each indicator of the last year reaches its threshold, shape (i, s)."""
        return self._crossed(self.last.numbers)

    def _crossed(self, values: Numbers) -> npt.NDArray[np.bool_]:
        limits = thresholds_by_name(self.thresholds)
        least = np.array([limits.get(i.name, np.inf) for i in INDICATORS])
        return np.nan_to_num(values, nan=-np.inf) >= least[:, None]

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        """Order of the sectors: goods first, then by the composite of security."""
        groups = np.array([GROUPS.index(g) for g in self.groups])
        risk = np.nan_to_num(self.composite("security"), nan=-1.0)
        return np.lexsort((-self.last.output, -risk, groups))

    def table(self) -> pd.DataFrame:
        """Return one row a year, home sector and indicator.

        The last year first; goods before services, and among them the sector with the largest
        composite of security risk in the last year first; then the indicators in a fixed order.
        """
        values = np.stack([m.numbers for m in self.measures])
        ranks = np.stack([ranks_within(self.groups, v) for v in values])
        years = [
            self._year(y, values[y], ranks, y == len(self.years) - 1)
            for y in reversed(range(len(self.years)))
        ]
        frame = pd.concat(years, ignore_index=True)
        for column in ("year", "rank", "ranked", "rank_low", "rank_high", "rank_best"):
            frame[column] = frame[column].astype("Int64")
        frame["rank_worst"] = frame["rank_worst"].astype("Int64")
        return frame

    def _year(self, y: int, values: Numbers, ranks: Numbers, last: bool) -> pd.DataFrame:  # noqa: FBT001
        """Return the rows of one year: sectors in order, and for each all indicators."""
        order, found = self._order, self.measures[y]
        flows = self.systems[self.years[y]].flows
        size = len(INDICATORS)
        parents = found.sectors.parents or ("",) * len(found.sectors)
        limits = thresholds_by_name(self.thresholds)
        told = [equation_of(i.name) for i in INDICATORS]
        reasons = [unsaid(flows, found, i.name, int(s)) for s in order for i in INDICATORS]

        def by_row(numbers: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
            """Return numbers of shape (i, s) in the order of the rows."""
            return numbers[:, order].T.ravel()

        places = ranks[y]
        ranked = np.stack([self._ranked(p) for p in places])
        limitless = np.tile([i.name not in limits for i in INDICATORS], len(order))
        open_end = np.isnan(by_row(values).astype(np.float64)) | limitless
        crossed = pd.Series(by_row(self._crossed(values))).astype("boolean").mask(open_end)
        value_low, value_high, rank_low, rank_high = self._intervals(values.shape, last)
        columns: dict[str, object] = {
            "region": self.home.name,
            "sector": np.repeat(np.array(found.sectors.codes, dtype=object)[order], size),
            "sector_class": np.repeat([sector_class(parents[s]) for s in order], size),
            "year": pd.array([self.years[y]] * len(order) * size, dtype="Int64"),
            "dimension": np.tile([i.dimension for i in INDICATORS], len(order)),
            "indicator": np.tile([i.name for i in INDICATORS], len(order)),
            "value": by_row(values),
            "unit": np.tile([unit for unit, _ in told], len(order)),
            "threshold": np.tile([limits.get(i.name, np.nan) for i in INDICATORS], len(order)),
            "crossed": crossed,
            "rank": by_row(places),
            "ranked": by_row(ranked),
            "part": by_row(self._as_parts(values)),
            "weight": np.tile(self._as_weights(), len(order)),
            "value_low": by_row(value_low),
            "value_high": by_row(value_high),
            "rank_low": by_row(rank_low),
            "rank_high": by_row(rank_high),
            "rank_best": by_row(_over_years(ranks, np.min)),
            "rank_worst": by_row(_over_years(ranks, np.max)),
            "first_ten_share": by_row(_over_years(ranks <= FIRST, np.mean, ranks)),
            "agreement": by_row(self._agreement()),
            "equation": np.tile([equation for _, equation in told], len(order)),
            "reason_en": [en for en, _ in reasons],
            "reason_zh": [zh for _, zh in reasons],
        }
        return pd.DataFrame(columns)

    def _ranked(self, places: Numbers) -> Numbers:
        """Return how many sectors are ranked in each sector's group, shape (s,)."""
        count = {g: np.isfinite(places[self.groups == g]).sum() for g in np.unique(self.groups)}
        return np.array([count[g] for g in self.groups], dtype=np.float64)

    def _as_parts(self, values: Numbers) -> Numbers:
        parts = np.full(values.shape, np.nan)
        names = [i.name for i in INDICATORS]
        for dimension in COMPOSITES:
            rows = [names.index(name) for name in self.parts(dimension)]
            parts[rows] = self._parts(values, dimension)
        return parts

    def _as_weights(self) -> Numbers:
        weights = {
            name: weight
            for d in COMPOSITES
            for name, weight in zip(self.parts(d), self.weights_of(d), strict=True)
        }
        return np.array([weights.get(i.name, np.nan) for i in INDICATORS])

    def _intervals(
        self,
        shape: tuple[int, ...],
        last: bool,  # noqa: FBT001
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        if not (last and self.draws):
            empty = np.full(shape, np.nan)
            return empty, empty, empty, empty
        return (
            *quantiles(self.drawn),
            *quantiles(ranks_within(self.groups, self.drawn)),
        )

    def _agreement(self) -> Numbers:
        """Return Kendall's W of each indicator and group over the years, shape (i, s)."""
        values = np.stack([m.numbers for m in self.measures])
        found = np.full(values.shape[1:], np.nan)
        for group in np.unique(self.groups):
            inside = self.groups == group
            for i in range(len(INDICATORS)):
                found[i, inside] = agreement(values[:, i, inside])
        return found

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all rows, the sectors of the last year with their composites, home by year."""
        return {
            self.name: self.table(),
            "assessment_sectors": self._sectors(),
            "assessment_years": home_by_year(self.systems, self.home, self.measures),
        }

    def _sectors(self) -> pd.DataFrame:
        found = self.last
        parents = found.sectors.parents or ("",) * len(found.sectors)
        columns: dict[str, object] = {
            "region": self.home.name,
            "sector": np.array(found.sectors.codes, dtype=object),
            "sector_class": [sector_class(s) for s in parents],
            "year": pd.array([self.years[-1]] * len(parents), dtype="Int64"),
        }
        for dimension in COMPOSITES:
            columns |= self._composite_columns(dimension)
        for dimension, column in (("security", "risks"), ("competitiveness", "strengths")):
            rows = np.array([i.dimension == dimension for i in INDICATORS])
            names = np.array([i.name for i in INDICATORS], dtype=object)[rows]
            hits = self.crossed[rows].T
            columns[f"{column}_crossed"] = hits.sum(axis=1)
            columns[column] = ["; ".join(names[hit]) for hit in hits]
        columns |= {i.name: row for i, row in zip(INDICATORS, found.numbers, strict=True)}
        columns["top_supplier"] = np.array(found.top_supplier, dtype=object)
        frame = pd.DataFrame(columns).iloc[self._order].reset_index(drop=True)
        frame["weak_inputs"] = frame["weak_inputs"].astype("Int64")
        return frame

    def _composite_columns(self, dimension: Dimension) -> dict[str, object]:
        """Return a composite, its parts, and its places over the years and under what is unsure."""
        whole = np.stack([self._composite(m.numbers, dimension) for m in self.measures])
        ranks = ranks_within(self.groups, whole)
        other = self.other_weights[dimension]
        if self.draws:
            unsure = np.stack([self._composite(v, dimension) for v in self.drawn])
            low, high = quantiles(ranks_within(self.groups, unsure))
        else:
            low = high = np.full(whole.shape[1], np.nan)
        parts, names = self._parts(self.last.numbers, dimension), self.parts(dimension)
        weights = self.weights_of(dimension)
        told = [
            " + ".join(
                f"{w:.3f} {name} {p:.3f}"
                for w, name, p in zip(weights, names, column, strict=True)
                if np.isfinite(p)
            )
            for column in parts.T
        ]
        every = [i.name for i in INDICATORS if i.part and i.dimension == dimension]
        known = {name: np.isfinite(row) for name, row in zip(names, parts, strict=True)}
        lacking = [
            "; ".join(n for n in every if not (n in known and known[n][s]))
            for s in range(whole.shape[1])
        ]

        def whole_numbers(numbers: Numbers) -> "pd.Series[int]":
            return pd.Series(numbers).astype("Int64")

        return {
            f"{dimension}_rank": whole_numbers(ranks[-1]),
            dimension: whole[-1],
            f"{dimension}_parts": told,
            f"{dimension}_parts_unsaid": lacking,
            f"{dimension}_first_ten_share": other.first_share,
            f"{dimension}_rank_low_weights": whole_numbers(other.rank_low),
            f"{dimension}_rank_high_weights": whole_numbers(other.rank_high),
            f"{dimension}_rank_low_cells": whole_numbers(low),
            f"{dimension}_rank_high_cells": whole_numbers(high),
            f"{dimension}_rank_best": whole_numbers(_over_years(ranks, np.min)),
            f"{dimension}_rank_worst": whole_numbers(_over_years(ranks, np.max)),
        }

    def plot(self) -> "Figure":
        """Return a chart of goods: the composite of security risk against competitiveness."""
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

        figure = Figure(figsize=(9.0, 5.5), layout="constrained")
        axes = figure.subplots()
        risk, strength = (np.nan_to_num(self.composite(d)) for d in COMPOSITES)
        goods = [s for s in self._order if self.groups[s] != "services"]
        sectors = self.last.sectors
        axes.scatter(strength[goods], risk[goods], s=60, color="#D55E00", edgecolor="black")
        for s in goods:
            axes.annotate(
                sectors.codes[s],
                (strength[s], risk[s]),
                xytext=(6, 4),
                textcoords="offset points",
                fontsize=8,
            )
        key = "\n".join(f"{sectors.codes[s]}  {sectors.name(int(s))}" for s in goods)
        axes.text(1.02, 1.0, key, transform=axes.transAxes, fontsize=8, va="top")
        axes.set_xlim(-0.05, 1.05)
        axes.set_ylim(-0.05, 1.05)
        axes.axhline(0.5, color="#999999", linewidth=0.8)
        axes.axvline(0.5, color="#999999", linewidth=0.8)
        axes.set_xlabel("Competitiveness: mean place of its parts among goods, 0 to 1")
        axes.set_ylabel("Security risk: mean place of its parts among goods, 0 to 1")
        axes.set_title(f"{self.home.name}: goods")
        return figure


def _over_years(
    numbers: npt.NDArray[np.generic],
    how: Callable[..., Numbers],
    said: Numbers | None = None,
) -> Numbers:
    """Return `how` over the first axis; NaN where a year does not say, or there is one only."""
    if len(numbers) < 2:
        return np.full(numbers.shape[1:], np.nan)
    known = np.isfinite(numbers.astype(np.float64) if said is None else said).all(axis=0)
    return np.where(known, how(numbers, axis=0), np.nan)
