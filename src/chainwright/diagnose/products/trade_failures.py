"""What is left to replace an exporter that fails: what the others have exported before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.system.axis import Axis

__all__ = ["Spare", "YearExports", "replaceable", "spare"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class YearExports:
    """Quantities that places export in one year.

    Parameters
    ----------
    places, products : Axis
        C places and P products of that year.
    quantity : ndarray, shape (C, P)
        Known quantities, summed over importers.
    """

    places: Axis
    products: Axis
    quantity: Floats


@dataclass(frozen=True, eq=False)
class Spare:
    """What each place once exported above what it exports now.

    Parameters
    ----------
    now, spare : ndarray, shape (C, P)
        Quantity exported in the last year, and how much more it was in the best of the years.
    years : int
        Years that were looked at.
    """

    now: Floats
    spare: Floats
    years: int


def spare(years: Sequence[YearExports]) -> Spare:
    """Return what each place once exported above what it exports now, on the axes of the last year.

    ``spare_ip = max over the years of q_ip - q_ip now``: what was once exported is taken as what
    can be exported again. A place that trades no more in the last year is not counted.

    Parameters
    ----------
    years : sequence of YearExports
        Rising years, the last one now; at least one.
    """
    last = years[-1]
    most = last.quantity.copy()
    for year in years[:-1]:
        row, row_there = _shared(last.places, year.places)
        column, column_there = _shared(last.products, year.products)
        at = np.ix_(row, column)
        most[at] = np.maximum(most[at], year.quantity[np.ix_(row_there, column_there)])
    return Spare(last.quantity, most - last.quantity, len(years))


def _shared(here: Axis, there: Axis) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the positions of the codes that two axes share, on each of them."""
    codes = [code for code in here.codes if code in there.place]
    return (
        np.array([here.place[code] for code in codes], dtype=np.intp),
        np.array([there.place[code] for code in codes], dtype=np.intp),
    )


def replaceable(found: Spare, failing: npt.NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Return the quantity lost if one exporter of each product fails, and what others can replace.

    ``replaceable_p = min(lost_p, sum of spare_ip over i other than the failing one)``. Both are
    NaN where no quantity is known, or no exporter is named.

    Parameters
    ----------
    found : Spare
        For C places and P products.
    failing : ndarray of int, shape (P,)
        Which place fails; -1 for none.
    """
    column = np.arange(found.now.shape[1])
    lost = np.where(failing >= 0, found.now[failing, column], np.nan)
    lost[np.nan_to_num(lost) <= 0.0] = np.nan
    others = found.spare.sum(axis=0) - found.spare[failing, column]
    return lost, np.where(np.isnan(lost), np.nan, np.minimum(lost, np.maximum(others, 0.0)))
