"""What to do next, as a document lists it: the measures of an advice."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainwright.carbon.advice.advice_result import Advice

__all__ = ["advised_measures"]


def advised_measures(advice: "Advice", *, most: int = 5) -> list[dict[str, Any]]:
    """Return the first measures of an advice that apply and cut something, as a document has them.

    Parameters
    ----------
    advice : Advice
        What was worked out for a firm.
    most : int
        How many at most.
    """
    frame = advice.table()
    rows = frame[frame["applies"].astype(bool) & (frame["cut"] > 0.0)].head(most)
    return [
        {
            "code": row["measure"],
            "en": row["name_en"],
            "zh": row["name_zh"],
            "saving_t": float(row["cut"]),
            "cost_cny": _told(row["invest"]),
            "payback_years": _told(row["payback"]),
            "assumed": bool(row["saving_assumed"] or row["cost_assumed"] or row["price_assumed"]),
            "source": row["source_saving"],
        }
        for row in rows.to_dict("records")
    ]


def _told(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
