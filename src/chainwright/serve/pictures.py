"""Where the lines of the small pictures on a phone page lie: scale, spread of peers, trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

__all__ = [
    "GradeScale",
    "PeerPicture",
    "Trend",
    "grade_scale",
    "peer_picture",
    "trend",
]

WIDTH = 342.0
"""Width of a picture in units of its own, about the pixels that a phone of 390 has for it."""
TREND_TOP, TREND_BOTTOM = 6.0, 96.0


@dataclass(frozen=True, slots=True)
class GradeScale:
    """The five grades side by side and where a firm stands.

    Parameters
    ----------
    cells : tuple of (int, float, float)
        Grade, left edge and width of each.
    bounds : tuple of (float, float)
        Where a bound stands, and its value.
    at : float, optional
        Where the firm stands; none where it is not rated.
    """

    cells: tuple[tuple[int, float, float], ...]
    bounds: tuple[tuple[float, float], ...]
    at: float | None


def grade_scale(bounds: Sequence[float], value: float | None) -> GradeScale:
    """Return where the grades and a firm lie: cells of one width, linear inside each.

    The last cell has no end: it takes one more of the last bound.

    Parameters
    ----------
    bounds : sequence of float
        Upper bounds of all grades but the last, rising.
    value : float, optional
        The carbon efficiency value K of the firm.

    Examples
    --------
    >>> grade_scale((0.6, 0.8, 1.2, 2.0), 1.0).at
    171.0
    """
    count = len(bounds) + 1
    width = WIDTH / count
    cells = tuple((i + 1, i * width, width) for i in range(count))
    marks = tuple(((i + 1) * width, bound) for i, bound in enumerate(bounds))
    if value is None or not isfinite(value):
        return GradeScale(cells, marks, None)
    edges = [0.0, *bounds, 2.0 * bounds[-1]]
    place = sum(value > bound for bound in bounds)
    inside = (value - edges[place]) / (edges[place + 1] - edges[place])
    return GradeScale(cells, marks, round((place + min(max(inside, 0.0), 1.0)) * width, 1))


@dataclass(frozen=True, slots=True)
class PeerPicture:
    """The spread of the peers of a firm on one line, in units of the picture.

    Parameters
    ----------
    low, quarter, median, three_quarters, high : float
        Where the shares of the peers end.
    own : float
        Where the firm stands.
    mean : float, optional
        Where the mean of the peers stands.
    """

    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float
    own: float
    mean: float | None


def peer_picture(spread: Sequence[float], own: float, mean: float | None) -> PeerPicture:
    """Return where the spread of the peers lies, with a margin at both ends.

    Parameters
    ----------
    spread : sequence of float
        Low end, first quarter, median, third quarter and high end, rising.
    own : float
        The value of the firm.
    mean : float, optional
        The mean that it is compared with.

    Examples
    --------
    >>> peer_picture((1.0, 1.5, 2.0, 2.5, 3.0), 3.0, None).own
    330.0
    """
    given = [*spread, own, *([] if mean is None else [mean])]
    low, high = min(given), max(given)
    room = high - low or 1.0

    def at(value: float) -> float:
        return round(12.0 + (WIDTH - 24.0) * (value - low) / room, 1)

    low_end, quarter, median, three_quarters, high_end = map(at, spread)
    return PeerPicture(
        low_end,
        quarter,
        median,
        three_quarters,
        high_end,
        own=at(own),
        mean=None if mean is None else at(mean),
    )


@dataclass(frozen=True, slots=True)
class Trend:
    """A line over months, in units of the picture.

    Parameters
    ----------
    path : str
        The line, as the path of an SVG; it has gaps where there is no value.
    bands : tuple of (int, float, float)
        Grade, upper edge and height of each grade that is seen.
    first, last : (float, float)
        Where the first and the last value lie.
    ends : tuple of str
        First and last month.
    """

    path: str
    bands: tuple[tuple[int, float, float], ...]
    first: tuple[float, float]
    last: tuple[float, float]
    ends: tuple[str, str]


def trend(
    months: Sequence[str], values: Sequence[float | None], bounds: Sequence[float] = ()
) -> Trend | None:
    """Return a line over months, from below its lowest to above its highest value.

    Parameters
    ----------
    months : sequence of str, length m
        ``YYYY-MM``, rising.
    values : sequence of float, length m
        A value each, or none.
    bounds : sequence of float
        Upper bounds of all grades but the last.

    Returns
    -------
    Trend, optional
        Nothing where fewer than two months have a value.
    """
    there = [v for v in values if v is not None and isfinite(v)]
    if len(there) < 2:
        return None
    low, high = min(there), max(there)
    room = high - low or abs(high) or 1.0
    low, high = low - 0.25 * room, high + 0.25 * room
    if bounds and low < 0.0 <= min(there):
        low = 0.0

    def y(value: float) -> float:
        return round(TREND_BOTTOM - (TREND_BOTTOM - TREND_TOP) * (value - low) / (high - low), 1)

    step = (WIDTH - 62.0) / max(len(months) - 1, 1)
    words, pen = [], "M"
    points: list[tuple[float, float]] = []
    for i, value in enumerate(values):
        if value is None or not isfinite(value):
            pen = "M"
            continue
        points.append((round(4.0 + i * step, 1), y(value)))
        words.append(f"{pen}{points[-1][0]:g} {points[-1][1]:g}")
        pen = "L"
    bands = []
    edges = [float("-inf"), *bounds, float("inf")]
    for grade, (under, over) in enumerate(pairwise(edges), 1):
        bottom, top = max(under, low), min(over, high)
        if bounds and top > bottom:
            bands.append((grade, y(top), round(y(bottom) - y(top), 1)))
    return Trend("".join(words), tuple(bands), points[0], points[-1], (months[0], months[-1]))
