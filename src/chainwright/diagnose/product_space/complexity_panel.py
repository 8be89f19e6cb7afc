"""Economic complexity over years: each year a problem of its own, in one table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

import numpy as np
import pandas as pd

from chainwright.diagnose.product_space.complexity_question import Method, Test
from chainwright.diagnose.product_space.complexity_result import Complexity
from chainwright.diagnose.product_space.economic_complexity import complexity
from chainwright.diagnose.product_space.exports_given import UNDATED, ExportsGiven, exports_at_hand
from chainwright.diagnose.product_space.presence_filter import PresenceFilter
from chainwright.errors import ParameterError
from chainwright.system import Language, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ComplexityYears", "complexity_years"]

LINES = 8
"""Places that a chart shows."""


class Asked(TypedDict, total=False):
    """Parameters of `complexity` besides exports and year."""

    convention: str
    method: Method
    iterations: int
    filter: PresenceFilter | Mapping[str, object] | None
    population: Mapping[str, float] | None
    presence: Test
    threshold: float
    diagonal: float | None
    neighbours: int | None
    fitness_updates: int | None
    given_pci: Mapping[str, float] | None


@dataclass(frozen=True, eq=False, repr=False)
class ComplexityYears(Result):
    """What `complexity_years` found.

    Parameters
    ----------
    years : mapping of int to Complexity
        By year, rising; 0 where the input does not say the year.
    """

    name: ClassVar[str] = "places_by_year"

    years: Mapping[int, Complexity]

    def __getitem__(self, year: int) -> Complexity:
        """Return the complexity of one year."""
        return self.years[year]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, year by year."""
        return {"years": {str(year): one.parameters for year, one in self.years.items()}}

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and what to know before reading it."""
        notes = {str(year): list(one.notes) for year, one in self.years.items()}
        return {**super().origin, "notes": notes}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what places and products are called, where the input says it.

        Parameters
        ----------
        column : str
            ``"place"`` or ``"product"``.
        language : str
            ``"en"`` or ``"zh"``.
        """
        return {k: v for one in self.years.values() for k, v in one.names(column, language).items()}

    def table(self) -> pd.DataFrame:
        """Return one row a year and place: years rising, the most complex place first."""
        return self._dated("places")

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return places, products and pairs of all years, the year first."""
        return {
            "places_by_year": self.table(),
            "products_by_year": self._dated("products"),
            "pairs_by_year": self._dated("pairs"),
        }

    def _dated(self, name: str) -> pd.DataFrame:
        frames = []
        for year, one in self.years.items():
            frame = one.table() if name == one.name else one.tables()[name]
            frame.insert(0, "year", None if year == UNDATED else year)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True).astype({"year": "Int64"})

    def plot(self) -> "Figure":
        """Return a chart of the ECI over years of the places that lead in the last year."""
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

        last = list(self.years.values())[-1]
        figure = Figure(figsize=(8.0, 4.5), layout="constrained")
        axes = figure.subplots()
        for code in last.table()["place"].head(LINES):
            eci = [
                one.eci[one.places.place[code]] if code in one.places.place else np.nan
                for one in self.years.values()
            ]
            axes.plot(list(self.years), eci, marker="o", label=code)
        axes.set_xticks(list(self.years))
        axes.set_ylabel(f"ECI ({last.convention.name})")
        axes.set_title("Economic complexity over years")
        axes.legend()
        return figure


def complexity_years(
    exports: ExportsGiven, *, years: Iterable[int] | None = None, **asked: Unpack[Asked]
) -> ComplexityYears:
    """Return the economic complexity of several years, each found on its own.

    Numbers of two years compare as far as their products and places are the same: ECI and PCI are
    normalised within each year.

    Parameters
    ----------
    exports : System, Trade, Exports, path or Arrow stream
        As for `complexity`.
    years : iterable of int, optional
        Which years; all if not given.
    **asked
        Every other parameter of `complexity` but `year`.

    Raises
    ------
    ParameterError
        If a year is not at hand, or a parameter is outside its range.

    Examples
    --------
    >>> rows = [(2020, "A", "x", 4.0), (2020, "A", "y", 3.0), (2020, "B", "x", 1.0),
    ...         (2021, "A", "x", 4.0), (2021, "A", "y", 1.0), (2021, "B", "x", 2.0)]
    >>> table = pd.DataFrame(rows, columns=["year", "place", "product", "value"])
    >>> complexity_years(table).table()["year"].tolist()
    [2020, 2020, 2021, 2021]
    """
    at_hand = exports_at_hand(exports)
    wanted = at_hand.years if years is None else tuple(sorted(set(years)))
    if not wanted:
        raise ParameterError("years", "complexity_years", "one year or more", wanted)
    found = {}
    for year in wanted:
        given = at_hand.of(year)
        found[UNDATED if year is None else year] = complexity(given, **asked)
    return ComplexityYears(system=at_hand.system, years=found)
