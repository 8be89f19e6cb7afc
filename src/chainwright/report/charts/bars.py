"""Bars that lie on their side, with the numbers beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan, log10

from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import GRID, HOME, INK, MUTED, PALE, UNKNOWN
from chainwright.report.lettering import text_width, wrapped

__all__ = ["Bar", "bar_chart", "steps"]

SIZE = 8.0
SMALL = 7.2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Parameters
    ----------
    label : str
        What it is of.
    value : float
        Its length; NaN where it is not known.
    colour : str
        Its colour.
    note : str
        A smaller second line under the label.
    low, high : float
        Ends of a whisker, such as bounds; NaN for none.
    mark : float
        A second value, drawn as a stroke; NaN for none.
    """

    label: str
    value: float
    colour: str = HOME
    note: str = ""
    low: float = float("nan")
    high: float = float("nan")
    mark: float = float("nan")


def steps(top: float, *, most: int = 5) -> tuple[float, ...]:
    """Return round numbers from 0 to `top` or just above it.

    Parameters
    ----------
    top : float
        Largest value, above zero.
    most : int
        How many steps at most.

    Examples
    --------
    >>> steps(0.87)
    (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    """
    rough = top / most
    power = 10.0 ** floor(log10(rough))
    step = next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))
    count = ceil(top / step - 1e-9)
    return tuple(round(i * step, 12 - floor(log10(step))) for i in range(count + 1))


def bar_chart(
    bars: Sequence[Bar],
    *,
    title: str,
    description: str,
    axis: str,
    number: Callable[[float], str],
    unknown: str,
    reference: float | None = None,
    reference_name: str = "",
    mark_name: str = "",
    width: float = PAGE_WIDTH,
    top: float | None = None,
) -> Chart:
    """Return bars on their side, first on top, each with its number; a missing value says so.

    Parameters
    ----------
    bars : sequence of Bar
        The bars.
    title, description : str
        Of the chart, in words.
    axis : str
        What the length means, with its unit.
    number : callable
        Writes a value.
    unknown : str
        What stands in place of a missing value.
    reference : float, optional
        A value to compare with, drawn as a line across all bars.
    reference_name, mark_name : str
        What the line, and what the strokes, stand for.
    width : float
        Of the chart [pt].
    top : float, optional
        Value at the right end; from the data if not given.
    """
    label_width = min(
        0.40 * width,
        max((max(text_width(b.label, SIZE), text_width(b.note, SMALL)) for b in bars), default=0.0),
    )
    texts = [
        (wrapped(b.label, label_width, SIZE), wrapped(b.note, label_width, SMALL) if b.note else ())
        for b in bars
    ]
    heights = [max(16.0, 9.6 * len(a) + 8.8 * len(b) + 5.0) for a, b in texts]
    values = [v for b in bars for v in (b.value, b.high, b.mark) if not isnan(v)]
    values += [] if reference is None else [reference]
    most = top or max(values, default=1.0)
    ticks = steps(most if most > 0.0 else 1.0)
    number_width = max((text_width(_written(b, number), SIZE) for b in bars), default=0.0)
    left = label_width + 8.0
    right = width - max(number_width, text_width(unknown, SMALL)) - 10.0
    keys = [name for name in (reference_name, mark_name) if name]
    above = 14.0 if keys else 4.0
    bottom = above + sum(heights)
    canvas = Canvas(width, bottom + 28.0, title=title, description=description)

    def at(value: float) -> float:
        return left + (right - left) * min(max(value / ticks[-1], 0.0), 1.0)

    _ticks(canvas, [(at(t), number(t)) for t in ticks], above=above, bottom=bottom)
    canvas.text(left, bottom + 19.0, axis, size=SMALL, colour=MUTED)
    if reference is not None:
        canvas.line([(at(reference), above), (at(reference), bottom)], colour=INK, dashed=True)
    y = above
    for bar, height, (lines, notes) in zip(bars, heights, texts, strict=True):
        middle = y + height / 2.0
        thick = min(height - 5.0, 12.0)
        block = 9.6 * len(lines) + 8.8 * len(notes)
        canvas.lines_of_text(
            label_width, middle - block / 2.0 + 4.8 * len(lines), lines, size=SIZE, side="right"
        )
        canvas.lines_of_text(
            label_width,
            middle + block / 2.0 - 4.4 * len(notes),
            notes,
            size=SMALL,
            colour=MUTED,
            side="right",
        )
        if isnan(bar.value):
            canvas.rectangle(left, middle - thick / 2.0, right - left, thick, PALE)
            canvas.text(left + 4.0, middle, unknown, size=SMALL, colour=MUTED)
        else:
            canvas.rectangle(left, middle - thick / 2.0, at(bar.value) - left, thick, bar.colour)
            end = at(bar.value)
            if not isnan(bar.low) and not isnan(bar.high):
                canvas.line([(at(bar.low), middle), (at(bar.high), middle)], colour=INK, width=0.9)
                for edge in (bar.low, bar.high):
                    canvas.line(
                        [(at(edge), middle - 3.0), (at(edge), middle + 3.0)], colour=INK, width=0.9
                    )
                end = max(end, at(bar.high))
            if not isnan(bar.mark):
                spot = at(bar.mark)
                canvas.line(
                    [(spot, middle - thick / 2.0 - 1.5), (spot, middle + thick / 2.0 + 1.5)],
                    colour=INK,
                    width=1.6,
                )
                end = max(end, spot)
            text = _written(bar, number)  # on paper, not on lines
            canvas.rectangle(end + 3.0, middle - 5.0, text_width(text, SIZE), 10.0, "#ffffff")
            canvas.text(end + 4.0, middle, text, size=SIZE)
        y += height
    canvas.line([(left, above), (left, bottom)], colour=UNKNOWN, width=0.8)
    _keys(canvas, left, reference_name, mark_name)
    return canvas.done()


def _written(bar: Bar, number: Callable[[float], str]) -> str:
    """Return the number of a bar; where its value is the least that holds, up to the most."""
    if isnan(bar.value):
        return ""
    if bar.low == bar.value and not isnan(bar.high):
        return f"{number(bar.value)} – {number(bar.high)}"
    return number(bar.value)


def _ticks(
    canvas: Canvas, ticks: Sequence[tuple[float, str]], *, above: float, bottom: float
) -> None:
    """Draw the lines of the axis, and under each its number where it touches no other."""
    free = 0.0
    for x, text in ticks:
        canvas.line([(x, above), (x, bottom)], colour=GRID, width=0.5)
        half = text_width(text, SMALL) / 2.0
        if free <= x - half and x + half <= canvas.width:
            canvas.text(x, bottom + 7.0, text, size=SMALL, colour=MUTED, side="center")
            free = x + half + 3.0


def _keys(canvas: Canvas, x: float, reference_name: str, mark_name: str) -> None:
    """Write above the bars what the dashed line and the strokes stand for."""
    if reference_name:
        canvas.line([(x, 6.0), (x + 14.0, 6.0)], colour=INK, dashed=True)
        canvas.text(x + 18.0, 6.0, reference_name, size=SMALL, colour=MUTED)
        x += 34.0 + text_width(reference_name, SMALL)
    if mark_name:
        canvas.line([(x + 3.0, 1.5), (x + 3.0, 10.5)], colour=INK, width=1.6)
        canvas.text(x + 9.0, 6.0, mark_name, size=SMALL, colour=MUTED)
