"""The whole city: totals, grades, movers, coverage, best and worst, a map of tiles."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from chainwright.carbon.cities.city_lists import coverage_rows, ranking_rows, reason_rows
from chainwright.carbon.cities.movers import mover_rows
from chainwright.carbon.cities.tile_map import tile_svg
from chainwright.carbon.cities.unit_sums import month_rows, unit_rows, whole_city
from chainwright.carbon.cities.units import division_units, industry_units
from chainwright.carbon.ratings.rating_result import Rating
from chainwright.errors import ParameterError
from chainwright.system import Result
from chainwright.tables import write_bytes

if TYPE_CHECKING:
    from chainwright.tables import Format

__all__ = ["City", "city"]


@dataclass(frozen=True, eq=False, repr=False)
class City(Result):
    """What the ratings of a city's firms sum up to.

    Parameters
    ----------
    system : System
        The system with the firms.
    rating : Rating
        Of its firms, by one method.
    month : str
        Last month of the window that is looked at.
    before : Rating
        Of the window that firms moved from.
    from_month : str
        Its last month; empty where there is none to compare with.
    top : int
        Firms of each class that are listed as best and as worst.
    """

    name: ClassVar[str] = "carbon_city"
    charted: ClassVar[str] = "net"

    rating: Rating
    month: str
    before: Rating
    from_month: str
    top: int

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        own = {"month": self.month, "from_month": self.from_month, "top": self.top}
        return {**self.rating.parameters, **own}

    @property
    def _column(self) -> int:
        return self.rating.periods.index(self.month)

    @cached_property
    def _rows(self) -> pd.DataFrame:
        rating = self.rating
        units = [
            whole_city(rating),
            *division_units(rating.divisions),
            *industry_units(rating.classes),
        ]
        return unit_rows(rating, units, self._column)

    def table(self) -> pd.DataFrame:
        """Return a row for the city, then for districts and industries, most emission first."""
        return self._rows.copy()

    def movers(self) -> pd.DataFrame:
        """Return the firms that are rated in both windows, largest change of grade first."""
        if not self.from_month:
            frame = mover_rows(self.rating, self.month, self.rating, self.month)
            return frame.iloc[:0]
        return mover_rows(self.before, self.from_month, self.rating, self.month)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the sums by unit and by month, movers, ranking, coverage and reasons."""
        rating, t = self.rating, self._column
        return {
            self.name: self.table(),
            "carbon_city_months": month_rows(rating),
            "carbon_city_movers": self.movers(),
            "carbon_city_ranking": ranking_rows(rating, t, self.top),
            "carbon_city_coverage": coverage_rows(rating, t),
            "carbon_city_reasons": reason_rows(rating, t),
        }

    def tile_map(self, language: str = "en") -> str:
        """Return the map of tiles as SVG: colour, digit and pattern.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return tile_svg(self._rows, self.rating.method, self.month, language)

    def save(
        self, path: Path | str, *, format: "Format | None" = None, top: int | None = None
    ) -> None:
        """Write every table to a folder, and the map in both languages beside them.

        Parameters
        ----------
        path, format, top
            As for every answer of several tables.
        """
        super().save(path, format=format, top=top)
        for language in ("en", "zh"):
            write_bytes(Path(path) / f"map.{language}.svg", self.tile_map(language).encode())


def city(
    rating: Rating,
    *,
    month: str | None = None,
    before: Rating | None = None,
    from_month: str | None = None,
    top: int = 3,
) -> City:
    """Return what the ratings of a city's firms sum up to.

    Parameters
    ----------
    rating : Rating
        Of its firms, by one method.
    month : str, optional
        Last month of the window, YYYY-MM; the last of the rating if not given.
    before : Rating, optional
        What firms moved from; the rating itself if not given.
    from_month : str, optional
        Last month of that window; twelve months earlier, if that was rated.
    top : int
        Firms of each class that are listed as best and as worst.

    Raises
    ------
    ParameterError
        If a month was not rated, `top` is below 1, or the two ratings are by different methods.
    """
    if top < 1:
        raise ParameterError("top", "a city", "at least 1", top)
    told = month or rating.periods[-1]
    earlier = before or rating
    for of, asked in ((rating, told), (earlier, from_month)):
        if asked is not None and asked not in of.periods:
            expected = f"a month from {of.periods[0]} to {of.periods[-1]}"
            raise ParameterError("month", "a city", expected, asked)
    if from_month is None:
        year, _, of_year = told.partition("-")
        ago = f"{int(year) - 1:04d}-{of_year}"
        from_month = ago if ago in earlier.periods else ""
    found = City(
        system=rating.system,
        rating=rating,
        month=told,
        before=earlier,
        from_month=from_month,
        top=top,
    )
    if earlier.method != rating.method:
        expected = f"'{rating.method.id}' in both ratings: one ranking has one method"
        raise ParameterError("method", "movers of a city", expected, earlier.method.id)
    return found
