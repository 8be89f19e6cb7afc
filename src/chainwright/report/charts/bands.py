"""Curves over days with bands between ends, and a bar over them for each time of a shock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite

from chainwright.report.charts.bars import steps
from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import FOREIGN, GRID, MUTED, PALE, UNKNOWN
from chainwright.report.lettering import text_width, wrapped

__all__ = ["Band", "Curve", "Span", "band_chart"]

SIZE = 8.0
SMALL = 7.2
STEP = 9.6
SWATCH = 16.0
GAP = 14.0

ROUND_DAYS = (1, 2, 5, 7, 14, 28, 30, 60, 90, 180, 365, 730, 1825, 3650)
"""Steps of the axis of days."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over days.

    Parameters
    ----------
    name : str
        What it is, as the key says.
    values : sequence of float
        One a day; NaN where not known, which leaves a gap.
    colour : str
        Its colour.
    dashed : bool
        Whether it is dashed.
    """

    name: str
    values: Sequence[float]
    colour: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two ends over days.

    Parameters
    ----------
    name : str
        What it is, as the key says.
    low, high : sequence of float
        Its ends, one value a day; NaN leaves a gap.
    colour : str
        Its colour.
    """

    name: str
    low: Sequence[float]
    high: Sequence[float]
    colour: str


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which something is in force.

    Parameters
    ----------
    name : str
        What is.
    start, end : float
        Its first day, and the day after its last; infinite if it does not end.
    """

    name: str
    start: float
    end: float


def band_chart(
    days: Sequence[float],
    curves: Sequence[Curve],
    *,
    title: str,
    description: str,
    axis: str,
    day_axis: str,
    number: Callable[[float], str],
    bands: Sequence[Band] = (),
    spans: Sequence[Span] = (),
    width: float = PAGE_WIDTH,
    height: float = 130.0,
) -> Chart:
    """Return curves over days, zero always in sight; bands lie under them, times above.

    Parameters
    ----------
    days : sequence of float
        The days, rising.
    curves : sequence of Curve
        The lines.
    title, description : str
        Of the chart, in words.
    axis, day_axis : str
        What the height and the days mean, with units.
    number : callable
        Writes a value.
    bands : sequence of Band
        The bands.
    spans : sequence of Span
        Times that are marked.
    width, height : float
        Of the chart, and of the part with the curves [pt].

    Raises
    ------
    ValueError
        If a curve or a band has not one value a day.
    """
    for part in (*(c.values for c in curves), *(v for b in bands for v in (b.low, b.high))):
        if len(part) != len(days):
            msg = f"a curve has {len(part)} values for {len(days)} days"
            raise ValueError(msg)
    ticks = _ticks([*(c.values for c in curves), *(v for b in bands for v in (b.low, b.high))])
    left = max(text_width(number(t), SMALL) for t in ticks) + 6.0
    right = width - 6.0
    keys = _keys(curves, bands, width)
    marks = [(s, wrapped(s.name, right - left - 4.0, SMALL)) for s in spans]
    titles = wrapped(axis, width, SMALL)
    top = STEP * (len(keys) + len(titles)) + 6.0
    top += sum(STEP * len(lines) + 7.0 for _, lines in marks) + 4.0
    bottom = top + height
    canvas = Canvas(width, bottom + 24.0, title=title, description=description)
    _draw_keys(canvas, keys)
    for k, line in enumerate(titles):
        y = STEP * (len(keys) + k) + 8.0
        canvas.text(0.0, y, line, size=SMALL, colour=MUTED)
    first, last = (days[0], days[-1]) if len(days) else (0.0, 1.0)
    length = max(last - first, 1.0)

    def across(day: float) -> float:
        return left + (right - left) * min(max((day - first) / length, 0.0), 1.0)

    def down(value: float) -> float:
        return bottom - (bottom - top) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    y = STEP * (len(keys) + len(titles)) + 6.0
    for span, lines in marks:
        a, b = across(span.start), across(span.end)
        canvas.rectangle(a, top, max(b - a, 0.8), bottom - top, PALE)
        for k, line in enumerate(lines):
            wide = text_width(line, SMALL)
            x = max(min(a, right - wide), left)
            canvas.text(x, y + STEP * (k + 0.5), line, size=SMALL, colour=MUTED)
        y += STEP * len(lines)
        canvas.rectangle(a, y, max(b - a, 0.8), 3.0, FOREIGN)
        y += 7.0
    for tick in ticks:
        height_of = down(tick)
        zero = tick == 0.0
        canvas.line(
            [(left, height_of), (right, height_of)], colour=UNKNOWN if zero else GRID, width=0.5
        )
        canvas.text(left - 4.0, height_of, number(tick), size=SMALL, colour=MUTED, side="right")
    _draw_days(canvas, across, first=first, last=last, bottom=bottom, name=day_axis)
    for band in bands:
        for run in _runs(days, band.low, band.high):
            lower = [(across(d), down(a)) for d, a, _ in run]
            upper = [(across(d), down(b)) for d, _, b in run]
            canvas.area([*lower, *reversed(upper)], band.colour, alpha=0.28)
    for curve in curves:
        for run in _runs(days, curve.values, curve.values):
            points = [(across(d), down(v)) for d, v, _ in run]
            if len(points) == 1:
                points *= 2
            canvas.line(points, colour=curve.colour, width=1.5, dashed=curve.dashed)
    return canvas.done()


def _ticks(parts: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Return round numbers from below the least value or zero to above the largest."""
    known = [v for values in parts for v in values if isfinite(v)]
    high, low = max(known, default=0.0), min(known, default=0.0)
    reach = max(high, -low)
    if reach < 1e-12:
        return (0.0, 1.0)
    unit = steps(reach, most=4)[1]
    below = floor(min(low, 0.0) / unit + 1e-9)
    above = max(ceil(max(high, 0.0) / unit - 1e-9), 1 if below == 0 else 0)
    return tuple(round(k * unit, 15) for k in range(below, above + 1))


def _runs(
    days: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> Iterator[list[tuple[float, float, float]]]:
    """Yield the stretches of days on which both ends are known."""
    run: list[tuple[float, float, float]] = []
    for day, a, b in zip(days, low, high, strict=True):
        if isfinite(a) and isfinite(b):
            run.append((day, a, b))
        elif run:
            yield run
            run = []
    if run:
        yield run


Key = tuple[float, str, bool, bool, str]
"""Where a part of the key starts, colour, whether dashed, whether a band, and its text."""


def _keys(curves: Sequence[Curve], bands: Sequence[Band], width: float) -> list[list[Key]]:
    """Return the key in lines, each no wider than the chart."""
    wanted = [(c.colour, c.dashed, False, c.name) for c in curves]
    wanted += [(b.colour, False, True, b.name) for b in bands]
    lines: list[list[Key]] = []
    x = width
    for colour, dashed, is_band, name in wanted:
        parts = wrapped(name, width - SWATCH - 6.0, SIZE)
        wide = SWATCH + 4.0 + max(text_width(p, SIZE) for p in parts)
        if x + wide > width or len(parts) > 1:
            lines.append([])
            x = 0.0
        lines[-1].append((x, colour, dashed, is_band, parts[0]))
        lines += [[(0.0, "", False, False, part)] for part in parts[1:]]
        x = width if len(parts) > 1 else x + wide + GAP
    return lines


def _draw_keys(canvas: Canvas, lines: Sequence[Sequence[Key]]) -> None:
    for k, parts in enumerate(lines):
        y = STEP * (k + 0.5) + 1.0
        for x, colour, dashed, is_band, name in parts:
            if is_band:
                canvas.rectangle(x, y - 3.5, SWATCH, 7.0, colour, alpha=0.28)
            elif colour:
                canvas.line([(x, y), (x + SWATCH, y)], colour=colour, width=1.6, dashed=dashed)
            canvas.text(x + SWATCH + 4.0, y, name, size=SIZE)


def _draw_days(
    canvas: Canvas,
    across: Callable[[float], float],
    *,
    first: float,
    last: float,
    bottom: float,
    name: str,
) -> None:
    """Write round days under the curves and what they are, moved apart where they would touch."""
    length = max(last - first, 1.0)
    step = next((s for s in ROUND_DAYS if length / s <= 8.5), ROUND_DAYS[-1])
    free = float("-inf")
    for k in range(ceil(first / step), floor(last / step) + 1):
        text = f"{k * step:,d}"
        half = text_width(text, SMALL) / 2.0
        x = min(max(across(k * step), half), canvas.width - half)
        if x - half >= free:
            canvas.line([(across(k * step), bottom), (across(k * step), bottom + 2.5)], width=0.6)
            canvas.text(x, bottom + 8.0, text, size=SMALL, colour=MUTED, side="center")
            free = x + half + 4.0
    shown = wrapped(name, canvas.width, SMALL)[0]
    canvas.text(canvas.width - 6.0, bottom + 18.0, shown, size=SMALL, colour=MUTED, side="right")
