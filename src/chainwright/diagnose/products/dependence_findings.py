"""What is found about each product that home imports: how firm it is, and in which order."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds
from chainwright.diagnose.products.dependence_years import HomeYears

__all__ = ["DEPENDENCE_FINDINGS", "Findings", "findings", "slopes"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DEPENDENCE_FINDINGS = {
    "lasting dependence": "持续依赖",
    "dependence": "依赖",
    "concentrated imports": "进口集中",
    "below thresholds": "未达阈值",
    "below floor": "低于金额下限",
    "not imported": "当年无进口",
}
"""What can be found about an import, firmest first, and its Chinese name."""


@dataclass(frozen=True, eq=False)
class Findings:
    """What is found about P products that home imports.

    Parameters
    ----------
    finding : ndarray of str, shape (P,)
        A key of `DEPENDENCE_FINDINGS`.
    order : ndarray of int, shape (P,)
        Products by rank.
    dependent, by_cdi : ndarray of bool, shape (P,)
        Whether C1 to C3, and CDI1 to CDI3, all hold in the last year.
    lasting, lasting_by_cdi : ndarray of bool, shape (P,)
        Whether they do in enough of the last years (C4); false throughout where `said` is false.
    said : bool
        Whether there are years enough for C4.
    years_seen, years_flagged : ndarray of int, shape (P,)
        Years in which home imports the product, and in which C1 to C3, or CDI1 to CDI3, hold.
    hhi_trend, top_share_trend : ndarray, shape (P,)
        Least-squares change in a year; NaN with fewer than 3 years of imports.
    """

    finding: npt.NDArray[np.object_]
    order: npt.NDArray[np.intp]
    dependent: Flags
    by_cdi: Flags
    lasting: Flags
    lasting_by_cdi: Flags
    said: bool
    years_seen: npt.NDArray[np.int64]
    years_flagged: npt.NDArray[np.int64]
    hhi_trend: Floats
    top_share_trend: Floats


def findings(found: HomeYears, limits: DependenceThresholds, *, floor: float = 0.0) -> Findings:
    """Return what is found about each product, and its rank.

    A dependence lasts (C4) if C1 to C3, or for a bloc CDI1 to CDI3, hold in at least 2 of the last
    3 years at hand. Rank: the finding, firmest first; then imports times import HHI of the last
    year, which weighs how much is bought by how few hold it.

    Parameters
    ----------
    found : HomeYears
        Indicators of the years.
    limits : DependenceThresholds
        From where on a criterion holds.
    floor : float
        Products of which home imports less in the last year are marked and come late.
    """
    flags, cdi = found.flagged(limits), found.flagged_by_cdi(limits)
    needed, of = int(limits.years_needed), int(limits.years_of)
    said = len(found.years) >= of
    lasting = said & (flags[-of:].sum(axis=0) >= needed)
    lasting_by_cdi = said & (cdi[-of:].sum(axis=0) >= needed)
    seen = found.indicators["imports"] > 0.0
    imports = np.nan_to_num(found.indicators["imports"][-1])
    hhi = np.nan_to_num(found.indicators["import_hhi"][-1])
    words = list(DEPENDENCE_FINDINGS)
    cases = [
        ~seen[-1],
        imports < floor,
        lasting | lasting_by_cdi,
        flags[-1] | cdi[-1],
        found.criteria(limits)[0][-1],
    ]
    level = np.select(cases, [5, 4, 0, 1, 2], default=3)
    order = np.lexsort((np.arange(len(level)), -imports * hhi, level))
    years = np.array(found.years, dtype=np.float64)
    return Findings(
        finding=np.array(words, dtype=object)[level],
        order=order,
        dependent=flags[-1],
        by_cdi=cdi[-1],
        lasting=np.asarray(lasting, dtype=np.bool_),
        lasting_by_cdi=np.asarray(lasting_by_cdi, dtype=np.bool_),
        said=said,
        years_seen=seen.sum(axis=0),
        years_flagged=(flags | cdi).sum(axis=0),
        hhi_trend=slopes(years, found.indicators["import_hhi"]),
        top_share_trend=slopes(years, found.indicators["top_share"]),
    )


def slopes(years: Floats, values: Floats) -> Floats:
    """Return the least-squares change in a year of each column over its years at hand.

    Parameters
    ----------
    years : ndarray, shape (Y,)
        The years.
    values : ndarray, shape (Y, P)
        NaN where a year is missing.

    Returns
    -------
    ndarray, shape (P,)
        NaN for a column of fewer than 3 years.

    Examples
    --------
    >>> slopes(np.array([2.0, 3.0, 5.0]), np.array([[1.0, 1.0], [1.5, np.nan], [2.5, 2.0]]))
    array([0.5, nan])
    """
    known = ~np.isnan(values)
    number = known.sum(axis=0)
    filled = np.where(known, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (years[:, None] * known).sum(axis=0) / number
        away = np.where(known, years[:, None] - middle, 0.0)
        slope = (away * filled).sum(axis=0) / (away * away).sum(axis=0)
    return np.where(number >= 3, slope, np.nan)
