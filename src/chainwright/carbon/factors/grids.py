"""The factor of a grid for a place and a year, by explicit rules."""

from functools import cache
from typing import TYPE_CHECKING

from chainwright.carbon.factors.factor_records import Factor, factor_table, series_records

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LEVELS", "grid_at", "grid_region", "residual_at"]

LEVELS = ("province", "region", "nation")
"""How fine a grid factor may be asked for."""


@cache
def _places() -> "Mapping[str, tuple[str, str]]":
    """Return regional grid and gap of each division that the table names: two or four digits."""
    rows = factor_table("grid_regions")
    return {row["division"]: (row["region"], row["gap"]) for row in rows}


def grid_region(division: str) -> tuple[str, str]:
    """Return the regional grid of a division, and why there is none.

    Parameters
    ----------
    division : str
        Code of GB/T 2260: two, four or six digits.

    Returns
    -------
    region, gap : str
        ``"north"``, ``"north-east"``, ``"east"``, ``"central"``, ``"north-west"``, ``"south"``,
        ``"south-west"`` or nothing; then the gap is ``"no_grid"``, ``"two_grids"`` or
        ``"place_not_known"``.

    Examples
    --------
    >>> grid_region("330500"), grid_region("150400"), grid_region("150000"), grid_region("540000")
    (('east', ''), ('north-east', ''), ('', 'two_grids'), ('', 'no_grid'))
    """
    known = _places()
    return known.get(division[:4]) or known.get(division[:2], ("", "place_not_known"))


@cache
def _years(series: str) -> "Mapping[str, Mapping[int, Factor]]":
    """Return the records of a series by region and year."""
    found: dict[str, dict[int, Factor]] = {}
    for record in series_records()[series]:
        found.setdefault(record.region, {})[record.year] = record
    return found


def _nearest(series: str, region: str, year: int, rule: str) -> tuple[Factor | None, str]:
    """Return the record of the year, else of the nearest earlier, else of the first one."""
    known = _years(series).get(region, {})
    if not known:
        return None, "no_grid"
    if year in known:
        return known[year], f"{rule}_year"
    earlier = [y for y in known if y < year]
    return (
        (known[max(earlier)], f"{rule}_earlier")
        if earlier
        else (
            known[min(known)],
            f"{rule}_later",
        )
    )


def grid_at(division: str, year: int, level: str = "province") -> tuple[Factor | None, str]:
    """Return the factor of a grid, and the code of the rule that chose it.

    The factor is of the year, else of the nearest earlier year that is published, else of the
    first. A gap in one year is bridged in time, never by another place. No place: the nation.

    Parameters
    ----------
    division : str
        Code of GB/T 2260: two, four or six digits; empty if not known.
    year : int
        The year of the reading.
    level : str, optional
        One of `LEVELS`.

    Examples
    --------
    >>> record, rule = grid_at("330500", 2026)
    >>> record.code, record.value, rule
    ('grid-province/33/2023', 0.4974, 'province_earlier')
    """
    if not division:
        rule = "nation" if level == "nation" else "place_unknown"
        return _nearest("grid-nation", "CN", year, rule)
    region, gap = grid_region(division)
    if gap == "place_not_known" or (level == "nation" and division[:2] in {"71", "81", "82"}):
        return None, gap
    if level == "nation":
        return _nearest("grid-nation", "CN", year, "nation")
    if level == "province":
        return _nearest("grid-province", division[:2], year, "province")
    return _nearest("grid-region", region, year, "region") if region else (None, gap)


def residual_at(year: int) -> tuple[Factor | None, str]:
    """Return the residual mix of a `year`, for market-based totals only, and its rule."""
    return _nearest("residual", "CN", year, "residual")
