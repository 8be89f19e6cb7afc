"""Who moved between two windows, and what moved them: own emission, value added, or the peers."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["mover_rows"]


def mover_rows(before: "Rating", from_month: str, after: "Rating", month: str) -> pd.DataFrame:
    """Return the firms that are rated in both windows, largest change of grade first.

    ln K1/K0 = ln E1/E0 - ln VA1/VA0 - ln mean1/mean0, three parts that add up; they are not told
    where an emission is not above 0.

    Parameters
    ----------
    before : Rating
        The earlier rating.
    from_month : str
        Last month of its window, YYYY-MM.
    after : Rating
        The later rating; it may be the same.
    month : str
        Last month of its window, YYYY-MM.

    Raises
    ------
    ParameterError
        If they are by different methods: two are never mixed in one ranking.
    """
    if before.method != after.method:
        expected = f"'{after.method.id}' in both ratings: one ranking has one method"
        raise ParameterError("method", "movers of a city", expected, before.method.id)
    s, t = before.periods.index(from_month), after.periods.index(month)
    place = {firm: i for i, firm in enumerate(before.firms)}
    pairs = np.array(
        [(place[firm], i) for i, firm in enumerate(after.firms) if firm in place], dtype=np.intp
    ).reshape(-1, 2)
    rated = (before.grade[pairs[:, 0], s] > 0) & (after.grade[pairs[:, 1], t] > 0)
    i, j = pairs[rated].T
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [
            sign * np.log(getattr(after, name)[j, t] / getattr(before, name)[i, s])
            for name, sign in (("net", 1.0), ("value_added", -1.0), ("mean", -1.0))
        ]
    told = (after.net[j, t] > 0) & (before.net[i, s] > 0)
    parts = [np.where(told, part, np.nan) for part in parts]
    old, new = before.grade[i, s].astype(np.int64), after.grade[j, t].astype(np.int64)
    english, chinese = after.names("firm"), after.names("firm", "zh")
    firms = [after.firms[k] for k in j.tolist()]
    cells: dict[str, object] = {
        "firm": firms,
        "name_en": [english[firm] for firm in firms],
        "name_zh": [chinese[firm] for firm in firms],
        "from_month": from_month,
        "month": month,
        "grade_before": old,
        "grade": new,
        "change": new - old,
        "ratio_before": before.K[i, s],
        "ratio": after.K[j, t],
        "by_emission": parts[0],
        "by_value_added": parts[1],
        "by_peers": parts[2],
    }
    frame = pd.DataFrame({c.column: cells[c.column] for c in schema("carbon_city_movers")})
    moved = np.abs(np.where(told, sum(parts), 0.0))
    order = np.lexsort([np.array(firms, dtype=object), -moved, -np.abs(new - old)])
    return frame.iloc[order].reset_index(drop=True)
