"""What rules of release make of a reserve in the outages that it was sized for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.params import Spec, param
from chainwright.plan.minerals.mineral_needs import MineralNeed
from chainwright.plan.minerals.outage_models import DrawnOutages
from chainwright.plan.minerals.outage_need_kernels import released

__all__ = ["RULES", "Release", "release_rows"]

Floats = npt.NDArray[np.float64]

RULES = ("proportional", "priority", "held_back")
"""All users alike; priority users first, who alone may use what is held back; held back from all.

Nothing is bought back within an outage, whose prices are high and whose supply is short.
"""


@dataclass(frozen=True)
class Release(Spec):
    """How a reserve is released: assumptions.

    Parameters
    ----------
    hold_back : float
        Share of the reserve that is held back at first.
    hold_back_weeks : float
        Until which week of the outage.
    priority_share : float
        Share of use that is of priority users.
    """

    hold_back: float = param(0.3, unit="share", low=0.0, high=1.0, source="assumption")
    hold_back_weeks: float = param(26, unit="week", low=0, high=520, source="assumption")
    priority_share: float = param(0.3, unit="share", low=0.0, high=1.0, source="assumption")


def release_rows(
    need: MineralNeed,
    supplier: int,
    outages: DrawnOutages,
    ramps: Floats,
    *,
    reserve: float,
    spoilage_per_year: float,
    release: Release,
) -> list[dict[str, float]]:
    """Return what each of `RULES` achieves over the outages of one supplier.

    Parameters
    ----------
    need : MineralNeed
        The product's needs.
    supplier : int
        Which of its suppliers fails.
    outages : DrawnOutages
        The draws.
    ramps : ndarray, shape (2, W)
        How far substitution and alternates have come.
    reserve : float
        What is held when the outage begins.
    spoilage_per_year : float
        Share that is lost a year.
    release : Release
        What is held back, and for whom.

    Returns
    -------
    list of dict
        A rule each: share of the need that is met, of priority users' too, share of outages met
        in full, mean first week short where one is, shares left and spoiled of the reserve.
    """
    chosen = slice(supplier, supplier + 1)
    kept = (1.0 - spoilage_per_year) ** (1.0 / 52.0)
    out = np.zeros((1, len(outages), 6))
    rows = []
    for rule in range(len(RULES)):
        released(
            need.use, need.rest, need.failing[chosen], need.others[chosen], outages.weeks,
            outages.share, need.saved, need.delivered, ramps, reserve, kept, rule,
            release.hold_back, int(np.ceil(release.hold_back_weeks)), release.priority_share, out,
        )  # fmt: skip
        mean = out[0].mean(axis=0)
        week = out[0, :, 3]
        short = week >= 0.0
        ahead = release.priority_share * mean[0]
        rows.append(
            {
                "met": _share(mean[1], mean[0]),
                "priority_met": _share(mean[2], ahead),
                "met_in_full": float(1.0 - short.mean()),
                "first_week_short": float(week[short].mean()) if short.any() else np.nan,
                "left": _share(mean[4], reserve),
                "spoiled": _share(mean[5], reserve),
            }
        )
    return rows


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0.0 else float("nan")
