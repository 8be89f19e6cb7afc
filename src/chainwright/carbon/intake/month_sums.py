"""Readings of quarter hours, days, months and years as values of months, with their coverage."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.carbon_kinds import QUALITIES, carbon_kinds
from chainwright.sources.intake.grids import Told

__all__ = ["OF_MONTH", "SERIES", "in_months"]

SERIES = ["firm", "meter", "kind", "item", "part"]
"""Columns that tell one series of readings from another."""

OF_MONTH = ("value", "text", "quality", "source", "place", "coverage", "billing")
"""Columns of a month besides its series."""

DAY = 1440
ESTIMATED = QUALITIES.index("estimated")

Tell = Callable[[npt.NDArray[np.integer], Told], None]


def in_months(
    cells: pd.DataFrame, *, least_coverage: float, at_end: bool, tell: Tell
) -> pd.DataFrame:
    """Return one row a series and month: value, quality, coverage, and the cell that it begins at.

    Amounts of finer grain are summed. With n readings of s minutes in a month of m minutes the
    coverage is c = n s / m; below 1 the sum is divided by c and marked as estimated, and below
    `least_coverage` the month is told as faulty. A value of several months is divided evenly among
    them and marked as estimated. Properties are averaged, factors and texts are those of the last
    reading; a text holds in each month of its period.
    Of two periods of one series that overlap the longer is told as faulty. ``billing`` marks
    months of one reading that is dated by day.

    Parameters
    ----------
    cells : DataFrame
        Cells with `SERIES`, ``first``, ``months``, ``minute``, ``timed``, ``value``, ``text``,
        ``quality`` (place), ``source``; the index is their place.
    least_coverage : float
        From 0 to 1.
    at_end : bool
        Whether a moment is the end of its interval and not the beginning.
    tell : callable
        Is told which cells are faulty, and why.
    """
    fine = cells["months"].to_numpy() == 0
    whole = _spread(cells[~fine])
    summed = _summed(cells[fine], least_coverage, tell, at_end=at_end)
    places = _longer(whole, summed)
    if len(places):
        tell(places, ("yearly_beside_monthly", {}))
        whole = whole[~whole["place"].isin(places)]
    return pd.concat([whole.drop(columns="span"), summed], ignore_index=True)


def _longer(whole: pd.DataFrame, summed: pd.DataFrame) -> npt.NDArray[np.integer]:
    """Return the cells whose months are told by a shorter period, too: none counts twice."""
    names = [*SERIES, "month"]
    if whole["span"].nunique() + bool(len(summed)) < 2:
        return np.zeros(0, dtype=np.int64)
    told = pd.concat([whole[[*names, "span"]], summed[names].assign(span=0)], ignore_index=True)
    least = told.groupby(names, sort=False)["span"].transform("min").to_numpy()[: len(whole)]
    return np.unique(whole["place"].to_numpy(dtype=np.int64)[whole["span"].to_numpy() > least])


def _ways(kinds: "pd.Series[str]") -> npt.NDArray[np.object_]:
    """Return how months of each kind are made: sum, mean or last."""
    rows = carbon_kinds()
    return np.array([rows[kind]["months"] for kind in kinds], dtype=object)


def _spread(cells: pd.DataFrame) -> pd.DataFrame:
    """Return values of whole months, those of quarters and years divided among their months."""
    months = cells["months"].to_numpy()
    held = cells.loc[cells.index.repeat(months), [*SERIES, "value", "text", "quality", "source"]]
    step = np.arange(len(held)) - np.repeat(np.cumsum(months) - months, months)
    many = np.repeat(months, months)
    parted = (many > 1) & (_ways(held["kind"]) == "sum")
    guessed = (many > 1) & (
        held["text"] == ""
    ).to_numpy()  # a class of a year is that of each month
    quality = held["quality"].to_numpy()
    return held.assign(
        place=held.index.to_numpy(),
        month=np.repeat(cells["first"].to_numpy(), months) + step,
        value=held["value"].to_numpy() / np.where(parted, many, 1),
        quality=np.where(guessed, np.maximum(quality, ESTIMATED), quality),
        coverage=1.0,
        billing=False,
        span=many,
    ).reset_index(drop=True)


def _summed(cells: pd.DataFrame, least: float, tell: Tell, *, at_end: bool) -> pd.DataFrame:
    """Return months of readings of finer grain."""
    names = [*SERIES, "month"]
    if not len(cells):
        kinds = {"value": float, "coverage": float, "billing": bool}
        return pd.DataFrame(columns=[*names, *OF_MONTH]).astype(kinds)
    ordered = cells.assign(place=cells.index).sort_values([*SERIES, "minute"], kind="stable")
    series = ordered.groupby(SERIES, sort=False).ngroup().to_numpy()
    minute = ordered["minute"].to_numpy()
    gap = np.diff(minute).astype(float)
    gap[np.diff(series) != 0] = np.nan
    by_series = pd.Series(np.append(gap, np.nan)).groupby(series).median()
    interval = by_series.fillna(DAY).to_numpy()[series]
    if at_end:
        minute = minute - interval.astype(np.int64) * ordered["timed"].to_numpy()
    days = (minute // DAY).astype("datetime64[D]")
    month = days.astype("datetime64[M]").astype(np.int64)
    ordered = ordered.assign(month=month, interval=interval)
    once = ~(ordered.groupby([*SERIES, "month"], sort=False)["value"].transform("size") > 1)
    billing = once.groupby(series).transform("all").to_numpy() & ~ordered["timed"].to_numpy()
    groups = ordered.groupby(names, sort=False)
    found = groups.agg(
        value=("value", "sum"),
        mean=("value", "mean"),
        last=("value", "last"),
        text=("text", "last"),
        count=("value", "size"),
        quality=("quality", "max"),
        source=("source", "first"),
        place=("place", "first"),
        interval=("interval", "first"),
    ).reset_index()
    begins = found["month"].to_numpy().astype("datetime64[M]")
    minutes = ((begins + 1).astype("datetime64[D]") - begins.astype("datetime64[D]")).astype(int)
    coverage = found["count"] * found["interval"] / (minutes * DAY)
    single = pd.Series(billing).groupby(groups.ngroup().to_numpy()).first().to_numpy()
    way = _ways(found["kind"])
    covered = np.where(single | (way != "sum"), 1.0, np.minimum(coverage, 1.0))
    value = np.select(
        [way == "mean", way == "last"], [found["mean"], found["last"]], found["value"]
    )
    partly = covered < 1 - 1e-9
    quality = np.where(partly, np.maximum(found["quality"], ESTIMATED), found["quality"])
    thin = covered < least
    for share in np.unique(covered[thin]):
        words = {"least": f"{least:.0%}", "share": f"{share:.1%}"}
        tell(found["place"].to_numpy()[thin & (covered == share)], ("gaps", words))
    found = found.assign(value=value / covered, quality=quality, coverage=covered, billing=single)
    return found.loc[~thin, [*names, *OF_MONTH]]
