"""What the ratings of some firms sum up to."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.cities.units import Unit
from chainwright.carbon.ratings.grades import graded
from chainwright.tables import schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["month_rows", "unit_rows", "whole_city"]

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


def whole_city(rating: "Rating") -> Unit:
    """Return the city itself as a unit.

    Parameters
    ----------
    rating : Rating
        Of its firms.
    """
    return Unit("city", "", "whole city", "全市", np.ones(len(rating.firms), dtype=np.bool_))


def _sums(rating: "Rating", members: Truths, t: int) -> dict[str, float | int]:
    """Return the sums of some firms in one window.

    ratio = sum E / sum (VA * mean of the peers), over the firms that are rated.
    """
    rated = members & (rating.grade[:, t] > 0)
    told = members & np.isfinite(rating.net[:, t])
    net, gross, away = (
        float(part[told, t].sum()) if told.any() else np.nan
        for part in (rating.net, rating.gross, rating.neutralised)
    )
    E, VA = rating.net[rated, t], rating.value_added[rated, t]
    usual = float((VA * rating.mean[rated, t]).sum())
    ratio = float(E.sum()) / usual if usual > 0 else np.nan
    counts = np.bincount(rating.grade[members, t], minlength=6)
    return {
        "firms": int(members.sum()),
        "rated": int(rated.sum()),
        "net": net,
        "gross": gross,
        "neutralised": away,
        "neutrality": float(np.clip(away / gross, 0.0, 1.0)) if gross > 0 else np.nan,
        "value_added": float(VA.sum()) if rated.any() else np.nan,
        "intensity": float(E.sum() / VA.sum()) if rated.any() else np.nan,
        "ratio": ratio,
        "grade": int(graded(np.array([ratio]), rating.method.grade_bounds)[0]),
        **{f"grade_{g}": int(counts[g]) for g in range(1, 6)},
        "not_rated": int(counts[0]),
    }


def unit_rows(rating: "Rating", units: "Sequence[Unit]", t: int) -> pd.DataFrame:
    """Return a row a unit: the city, then districts, then industries, most emission first in each.

    Parameters
    ----------
    rating : Rating
        Of the firms.
    units : sequence of Unit
        Whose sums.
    t : int
        Column of the rating.
    """
    rows = [
        {
            "unit": unit.unit,
            "code": unit.code,
            "name_en": unit.name_en,
            "name_zh": unit.name_zh,
            "month": rating.periods[t],
            **_sums(rating, unit.members, t),
            "method": rating.method.id,
        }
        for unit in units
    ]
    order = ("city", "district", "industry")
    rows.sort(key=lambda row: (order.index(str(row["unit"])), _last_if_missing(row["net"])))
    return _framed(rows, "carbon_city")


def month_rows(rating: "Rating") -> pd.DataFrame:
    """Return the sums of the city, a row a month, the last first.

    Parameters
    ----------
    rating : Rating
        Of the firms.
    """
    city = whole_city(rating).members
    rows = [{"month": month, **_sums(rating, city, t)} for t, month in enumerate(rating.periods)]
    return _framed(rows[::-1], "carbon_city_months")


def _last_if_missing(net: object) -> float:
    return -net if isinstance(net, float) and np.isfinite(net) else np.inf


def _framed(rows: "Sequence[Mapping[str, object]]", name: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[c.column for c in schema(name)])
    frame["grade"] = frame["grade"].astype("Int64").where(frame["grade"] > 0)
    return frame
