"""Lists of a city: best and worst of each class, data by kind, why firms are not rated."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainwright.carbon.ratings.reasons import REASONS
from chainwright.params import table
from chainwright.system import carbon_kinds
from chainwright.tables import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["coverage_rows", "ranking_rows", "reason_rows"]

MARKS = {"measured": 1, "estimated": 2, "missing": 3}
"""Marks of `chainwright.carbon.inventory.coverage.Coverage`."""


@cache
def _classes() -> "Mapping[str, tuple[str, str]]":
    return {r["code"]: (r["name_en"] or r["code"], r["name_zh"]) for r in table("gbt4754")}


def ranking_rows(rating: "Rating", t: int, top: int) -> pd.DataFrame:
    """Return the best and the worst firms of each class by L, classes with most firms first.

    Firms of a class are put in order by L, since their K may be against different groups; a firm
    stands on one side alone.

    Parameters
    ----------
    rating : Rating
        Of the firms, by one method.
    t : int
        Column of the rating.
    top : int
        Firms on each side.
    """
    main = rating.classes
    held = np.flatnonzero((rating.grade[:, t] > 0) & (main != ""))
    firms = np.array(rating.firms, dtype=object)[held]
    frame = pd.DataFrame(
        {
            "gbt4754": main[held],
            "firm": firms,
            "grade": rating.grade[held, t].astype(np.int64),
            "ratio": rating.K[held, t],
            "intensity": rating.L[held, t],
        }
    ).sort_values(["gbt4754", "intensity", "firm"], ignore_index=True)
    groups = frame.groupby("gbt4754")["firm"]
    up, size = groups.cumcount() + 1, groups.transform("size")
    down = size - up + 1
    best, worst = (up <= top) & (up <= down), (down <= top) & (down < up)
    frame["rated"] = size
    frame["side"] = np.where(best, "best", "worst")
    frame["place"] = np.where(best, up, down)
    frame = frame[best | worst]
    for column, names in (
        ("name_en", rating.names("firm")),
        ("name_zh", rating.names("firm", "zh")),
    ):
        frame[column] = frame["firm"].map(names)
    for k, column in enumerate(("class_en", "class_zh")):
        frame[column] = frame["gbt4754"].map({c: _classes()[c][k] for c in set(frame["gbt4754"])})
    frame = frame.sort_values(
        ["rated", "gbt4754", "side", "place"], ascending=[False, True, True, True]
    )
    return frame[[c.column for c in schema("carbon_city_ranking")]].reset_index(drop=True)


def coverage_rows(rating: "Rating", t: int) -> pd.DataFrame:
    """Return how many firms have each of the 39 kinds, what is missing most first.

    Parameters
    ----------
    rating : Rating
        Of the firms.
    t : int
        Column of the rating.
    """
    marks = rating.window.coverage.marks[:, rating.columns[t]]
    rows = [row for row in carbon_kinds().values() if int(row["number"]) <= marks.shape[1]]
    frame = pd.DataFrame(
        {
            "number": [int(row["number"]) for row in rows],
            "kind": [row["kind"] for row in rows],
            "name_en": [row["name_en"] for row in rows],
            "name_zh": [row["name_zh"] for row in rows],
            **{name: (marks == mark).sum(axis=0) for name, mark in MARKS.items()},
        }
    )
    return frame.sort_values(["missing", "estimated", "number"], ascending=[False, False, True])[
        [c.column for c in schema("carbon_city_coverage")]
    ].reset_index(drop=True)


def reason_rows(rating: "Rating", t: int) -> pd.DataFrame:
    """Return why firms are not rated and how many, the most frequent reason first.

    Parameters
    ----------
    rating : Rating
        Of the firms.
    t : int
        Column of the rating.
    """
    counts = np.bincount(rating.reason[:, t], minlength=len(REASONS))
    held = [(n, REASONS[i]) for i, n in enumerate(counts.tolist()) if i and n]
    held.sort(key=lambda pair: -pair[0])
    rows = [(*reason, n) for n, reason in held]
    frame = pd.DataFrame(rows, columns=[c.column for c in schema("carbon_city_reasons")])
    return frame.astype({"reason": str, "reason_en": str, "reason_zh": str, "firms": "int64"})
