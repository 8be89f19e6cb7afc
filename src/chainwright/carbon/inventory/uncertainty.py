"""How far a total may be off: ranges of factors and of meters, put together in quadrature.

With a signed share e of net in line l and month t, u the relative half width (95 %) of its factor
record r and w that of its meter (by quality)::

    half_width = sqrt(sum_r (u_r * sum_(l in r, t) e_lt)^2 + sum_(l, t) (w_lt * e_lt)^2) / |net|

One factor is off by the same share in every line and month that uses it; meters are independent.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.activities import by_firm
from chainwright.carbon.inventory.applied_factors import NO_FACTOR
from chainwright.params import table
from chainwright.system import QUALITIES

if TYPE_CHECKING:
    from chainwright.carbon.inventory.activities import Activities
    from chainwright.carbon.inventory.applied_factors import AppliedFactors

__all__ = ["Ranges", "factor_half_width", "half_width", "meter_half_widths", "ranges_of"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


class Ranges(NamedTuple):
    """What the uncertainty of net totals is made of, for ``g`` pairs of a firm and a record.

    Parameters
    ----------
    firm : ndarray of int32, shape (g,)
        Place of the firm.
    relative : ndarray, shape (g,)
        Relative half width of the record.
    amount : ndarray, shape (g, m)
        What the firm's net total holds by that record, tCO2e.
    meter : ndarray, shape (f, m)
        Squared half width by meters, tCO2e squared.
    """

    firm: Codes
    relative: Floats
    amount: Floats
    meter: Floats


@cache
def meter_half_widths() -> Floats:
    """Return the relative half width of a reading of each quality, and 0 for no reading.

    Examples
    --------
    >>> meter_half_widths().tolist()
    [0.02, 0.02, 0.2, 0.3, 0.0, 0.0]
    """
    held = {row["quality"]: row for row in table("reading_uncertainty") if row["of"] == "meter"}
    return np.array([*(float(held[word]["half_width"]) / 100.0 for word in QUALITIES), 0.0])


@cache
def factor_half_width() -> float:
    """Return the relative half width of a factor that is published without a range.

    Examples
    --------
    >>> factor_half_width()
    0.05
    """
    rows = table("reading_uncertainty")
    return float(next(row["half_width"] for row in rows if row["of"] == "factor")) / 100.0


def ranges_of(held: "Activities", applied: "AppliedFactors", in_net: Floats, firms: int) -> Ranges:
    """Return what the uncertainty of net totals is made of.

    Parameters
    ----------
    held : Activities
        What firms did.
    applied : AppliedFactors
        Their factors.
    in_net : ndarray, shape (l, m)
        What each line adds to net, with its sign, tCO2e.
    firms : int
        How many there are.
    """
    known = np.nan_to_num(in_net)
    known = np.nan_to_num(in_net)
    meters = meter_half_widths()[held.quality]
    meter = by_firm((meters * known) ** 2, held.firm, firms)
    lines = applied.lines
    width = len(lines.records) + 1
    record = np.append(lines.record, NO_FACTOR)[applied.line]  # lines of one record go together
    key = held.firm[:, None] * np.int64(width) + np.where(record < 0, width - 1, record)
    there = np.zeros(firms * width, dtype=np.bool_)
    there[key] = True
    pairs = np.flatnonzero(there)
    back = np.cumsum(there, dtype=np.int64)[key] - 1
    amount = np.zeros((len(pairs), key.shape[1]))
    for month in range(key.shape[1]):
        amount[:, month] = np.bincount(back[:, month], known[:, month], minlength=len(pairs))
    relative = np.append(applied.relative(factor_half_width()), 0.0)[pairs % width]
    return Ranges((pairs // width).astype(np.int32), relative, amount, meter)


def half_width(ranges: Ranges, net: Floats) -> Floats:
    """Return the relative half width of net totals at 95 %, ``(f, m)``; NaN where net is 0.

    Parameters
    ----------
    ranges : Ranges
        What it is made of, in the same months or windows.
    net : ndarray, shape (f, m)
        Net totals, tCO2e.
    """
    squared = (ranges.relative[:, None] * ranges.amount) ** 2
    total = ranges.meter + by_firm(squared, ranges.firm, len(net))
    found = np.full(net.shape, np.nan)
    np.divide(np.sqrt(total), np.abs(net), out=found, where=np.abs(net) > 0.0)
    return found
