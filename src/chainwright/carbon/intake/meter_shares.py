"""Meters and accounts shared by sites and firms: dated shares that sum to 1 in each month."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.intake.periods import period_of
from chainwright.errors import Breach, TableError
from chainwright.sources.carbon_kinds import carbon_kinds
from chainwright.sources.intake.grids import Told
from chainwright.sources.typed_rows import checked_rows, where

__all__ = ["read_meter_shares", "shared"]

TOLERANCE = 1e-6
"""How far the shares of a meter may sum from 1."""

NEVER = (-(2**30), 2**30)
"""First and last month of a share that has none."""


def read_meter_shares(data: object) -> pd.DataFrame:
    """Return the shares of meters, checked: columns of the schema ``meter_shares``.

    Parameters
    ----------
    data : path or Arrow stream
        A CSV or Parquet file, or a table in memory, with the columns of the schema.

    Raises
    ------
    TableError
        If a share is not above 0 and at most 1, a month is none, a site stands twice in the same
        months, or the shares of a meter do not sum to 1 in a month in which it has some.

    Examples
    --------
    >>> rows = {"meter": ["m", "m"], "firm": ["a", "b"], "share": [0.7, 0.3]}
    >>> read_meter_shares(pd.DataFrame(rows))["share"].tolist()
    [0.7, 0.3]
    """
    rows = checked_rows(data, "meter_shares", required=("meter", "firm", "share"))
    frame, breaches = rows.frame, list(rows.breaches)
    share = frame["share"].to_numpy(dtype=np.float64)
    for i in map(int, np.flatnonzero(~((share > 0) & (share <= 1)) & ~np.isnan(share))):
        place = where(rows.numbers[i], "share")
        breaches.append(
            Breach(place, f"{share[i]:g}", "a share above 0 and at most 1", "Write 0.3 for 30 %.")
        )
    for column in ("start", "end"):
        for i, word in enumerate(frame[column]):
            found = period_of(word) if word else None
            if word and (found is None or found.months != 1 or not found.dated):
                place = where(rows.numbers[i], column)
                breaches.append(Breach(place, repr(word), "a month as 2026-03", "Correct it."))
    if not breaches:
        breaches += _not_whole(frame, rows.name)
    if breaches:
        raise TableError(rows.name, breaches)
    return frame


def _spans(frame: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return first and last month of each share."""
    spans = []
    for column, none in zip(("start", "end"), NEVER, strict=True):
        months = {w: p.first for w in frame[column].unique() if w and (p := period_of(w))}
        spans.append(np.array([months.get(w, none) for w in frame[column]], dtype=np.int64))
    return spans[0], spans[1]


def _not_whole(frame: pd.DataFrame, name: str) -> list[Breach]:
    """Return the meters whose shares do not sum to 1 in a span between two changes."""
    first, last = _spans(frame)
    breaches = []
    for meter, rows in frame.groupby("meter", sort=False).indices.items():
        edges = np.unique(np.concatenate([first[rows], last[rows] + 1]))[:-1]
        inside = (first[rows] <= edges[:, None]) & (last[rows] >= edges[:, None])
        sums = inside @ frame["share"].to_numpy()[rows]
        for edge, total in zip(edges.tolist(), sums.tolist(), strict=True):
            if total and abs(total - 1) > TOLERANCE:
                since = "the beginning" if edge == NEVER[0] else str(np.datetime64(edge, "M"))
                place = f"meter {meter!r} from {since} on"
                remedy = "Give the share of each firm; the rest may be a firm of its own."
                breaches.append(
                    Breach(place, f"shares of {total:g}", "shares that sum to 1", remedy)
                )
    return breaches


def shared(
    months: pd.DataFrame,
    shares: pd.DataFrame,
    tell: Callable[[npt.NDArray[np.integer], Told], None],
) -> pd.DataFrame:
    """Return values of months by the firms that have a share of their meters.

    Parameters
    ----------
    months : DataFrame
        Rows with ``meter``, ``firm``, ``month``, ``value``, ``place``. Those without a meter stay.
    shares : DataFrame
        As from `read_meter_shares`.
    tell : callable
        Is told which cells have no share, and why.
    """
    of_meter = months["meter"].isin(set(shares["meter"]))
    lost = (months["meter"] != "") & ~of_meter & (months["firm"] == "")
    if lost.any():
        tell(months.loc[lost, "place"].to_numpy(), ("no_share", {}))
    first, last = _spans(shares)
    dated = shares[["meter", "firm", "share"]].assign(first=first, last=last)
    held = months[of_meter].assign(row=np.arange(int(of_meter.sum())))
    joined = held.drop(columns="firm").merge(dated, on="meter")
    joined = joined[(joined["month"] >= joined["first"]) & (joined["month"] <= joined["last"])]
    without = ~held["row"].isin(joined["row"])
    if without.any():
        tell(held.loc[without, "place"].to_numpy(), ("no_share", {}))
    summed = np.array([carbon_kinds()[kind]["months"] == "sum" for kind in joined["kind"]], bool)
    joined["value"] *= joined["share"].where(summed, 1.0)  # a calorific value is not divided
    kept = months[~of_meter & ~lost]
    return pd.concat([kept, joined[months.columns]], ignore_index=True)
