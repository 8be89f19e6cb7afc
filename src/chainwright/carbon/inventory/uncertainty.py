"""How far a total may be off: ranges of factors and of meters, put together in quadrature.

With a signed share e of net in line l and month t, u the relative half width (95 %) of its factor
record r (of a range that is not symmetric the larger side, as IPCC 2006 vol. 1 chapter 3 enters it)
and w that of its meter (by quality)::

    half_width = sqrt(sum_r (u_r * sum_(l in r, t) e_lt)^2 + sum_(l, t) (w_lt * e_lt)^2) / |net|

One factor is off by the same share in every line and month that uses it; meters are independent.
Where a firm measured a part of a fuel's properties, the default of the rest is one factor too,
whatever the measured part is month by month.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.activities import by_firm
from chainwright.carbon.inventory.applied_factors import NO_FACTOR
from chainwright.carbon.inventory.line_emissions import net_of_lines
from chainwright.carbon.inventory.parts import Part
from chainwright.params import table
from chainwright.system import QUALITIES

if TYPE_CHECKING:
    from chainwright.carbon.inventory.activities import Activities
    from chainwright.carbon.inventory.applied_factors import AppliedFactors

__all__ = ["Ranges", "factor_half_width", "half_width", "meter_half_widths", "ranges_of"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


class Ranges(NamedTuple):
    """What the uncertainty of net totals is made of, for ``g`` pairs of a firm and a factor.

    Parameters
    ----------
    firm : ndarray of int32, shape (g,)
        Place of the firm.
    amount, green : ndarray, shape (g, m)
        What the firm's net total is off if that factor is at the end of its range, tCO2e; green
        power apart, as contracted.
    meter, green_meter : ndarray, shape (f, m)
        Squared half width by meters, tCO2e squared; green power apart, as contracted.
    """

    firm: Codes
    amount: Floats
    green: Floats
    meter: Floats
    green_meter: Floats


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


def ranges_of(
    held: "Activities", applied: "AppliedFactors", emission: Floats, firms: int
) -> Ranges:
    """Return what the uncertainty of net totals is made of.

    Parameters
    ----------
    held : Activities
        What firms did.
    applied : AppliedFactors
        Their factors.
    emission : ndarray, shape (l, m)
        Of each line, tCO2e.
    firms : int
        How many there are.
    """
    known = np.nan_to_num(net_of_lines(held, emission, np.ones((firms, 1))))
    is_green = (held.part == Part.GREEN)[:, None]
    squared = (meter_half_widths()[held.quality] * known) ** 2
    meter, green_meter = (
        by_firm(np.where(is_green == green, squared, 0.0), held.firm, firms)
        for green in (False, True)
    )
    lines = applied.lines
    codes = [record.code for record in lines.records]  # one for all values that were measured
    first = {code: place for place, code in reversed(list(enumerate(codes)))}
    same = np.array([first[code] for code in codes] + [NO_FACTOR], dtype=np.int64)
    width = len(codes) + 1
    record = np.append(lines.record, NO_FACTOR)[applied.line]
    off = np.append(applied.relative(factor_half_width()), 0.0)[record] * known
    together = same[record]  # lines of one factor go together
    key = held.firm[:, None] * np.int64(width) + np.where(together < 0, width - 1, together)
    there = np.zeros(firms * width, dtype=np.bool_)
    there[key] = True
    pairs = np.flatnonzero(there)
    back = np.cumsum(there, dtype=np.int64)[key] - 1
    amount, contracted = np.zeros((2, len(pairs), key.shape[1]))
    rows = np.flatnonzero(is_green)
    for month in range(key.shape[1]):
        at = back[:, month]
        amount[:, month] = np.bincount(at, off[:, month], minlength=len(pairs))
        contracted[:, month] = np.bincount(at[rows], off[rows, month], minlength=len(pairs))
    firm = (pairs // width).astype(np.int32)
    return Ranges(firm, amount - contracted, contracted, meter, green_meter)


def half_width(ranges: Ranges, net: Floats, covered: Floats) -> Floats:
    """Return the relative half width of net totals at 95 %, ``(f, m)``; NaN where net is 0.

    Parameters
    ----------
    ranges : Ranges
        What it is made of, in the same months or windows.
    net : ndarray, shape (f, m)
        Net totals, tCO2e.
    covered : ndarray, shape (f, m)
        Share of green power that there is bought power for.
    """
    off = ranges.amount + covered[ranges.firm] * ranges.green
    total = ranges.meter + covered**2 * ranges.green_meter
    total = total + by_firm(off**2, ranges.firm, len(net))
    found = np.full(net.shape, np.nan)
    np.divide(np.sqrt(total), np.abs(net), out=found, where=np.abs(net) > 0.0)
    return found
