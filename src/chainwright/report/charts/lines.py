"""Lines over the years, each with its name at its end."""

from collections.abc import Callable, Mapping, Sequence
from math import isnan

from chainwright.report.charts.bars import steps
from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import CLASS_COLOURS, GRID, MUTED, UNKNOWN
from chainwright.report.lettering import text_width, wrapped

__all__ = ["line_chart"]

SIZE = 8.0
SMALL = 7.2
STEP = 9.4


def line_chart(
    years: Sequence[int],
    lines: Mapping[str, Sequence[float]],
    *,
    title: str,
    description: str,
    axis: str,
    number: Callable[[float], str],
    width: float = PAGE_WIDTH,
    height: float = 150.0,
) -> Chart:
    """Return lines over the years from zero up, each named at its end; gaps stay gaps.

    Parameters
    ----------
    years : sequence of int
        The years, rising.
    lines : mapping of str to sequence of float
        Values of each line by its name; NaN where not known.
    title, description : str
        Of the chart, in words.
    axis : str
        What the height means, with its unit.
    number : callable
        Writes a value.
    width, height : float
        Of the chart [pt].
    """
    known = [v for values in lines.values() for v in values if not isnan(v)]
    ticks = steps(max(known, default=1.0) or 1.0, most=4)
    left = max(text_width(number(t), SMALL) for t in ticks) + 6.0
    names = [_ending(name, values, number, 0.32 * width) for name, values in lines.items()]
    widest = max((text_width(t, SIZE, bold=True) for texts in names for t in texts), default=0.0)
    right = width - 12.0 - widest
    height = max(height, sum(STEP * len(texts) + 2.0 for texts in names) + 26.0)
    top, bottom = 20.0, height - 18.0
    canvas = Canvas(width, height, title=title, description=description)
    canvas.text(0.0, 6.0, axis, size=SMALL, colour=MUTED)
    span = max(years[-1] - years[0], 1)

    def place(year: int, value: float) -> tuple[float, float]:
        along = (year - years[0]) / span if len(years) > 1 else 0.5
        return (
            left + 8.0 + (right - left - 16.0) * along,
            bottom - (bottom - top) * value / ticks[-1],
        )

    for tick in ticks:
        y = place(years[0], tick)[1]
        canvas.line([(left, y), (right, y)], colour=UNKNOWN if tick == 0.0 else GRID, width=0.5)
        canvas.text(left - 4.0, y, number(tick), size=SMALL, colour=MUTED, side="right")
    free = float("-inf")
    for year in years:
        x = place(year, 0.0)[0]
        half = text_width(str(year), SMALL) / 2.0 + 2.0
        if x - half >= free:
            canvas.text(x, bottom + 9.0, str(year), size=SMALL, colour=MUTED, side="center")
            free = x + half
    ends: list[tuple[float, int, tuple[str, ...]]] = []
    for i, values in enumerate(lines.values()):
        colour = CLASS_COLOURS[i % len(CLASS_COLOURS)]
        run: list[tuple[float, float]] = []
        for year, value in zip(years, values, strict=True):
            if isnan(value):
                run = []
                continue
            run.append(place(year, value))
            if len(run) > 1:
                canvas.line(run[-2:], colour=colour, width=1.6)
            x, y = run[-1]
            canvas.rectangle(x - 1.8, y - 1.8, 3.6, 3.6, colour)
        last = next((v for v in reversed(list(values)) if not isnan(v)), float("nan"))
        if not isnan(last):
            ends.append((place(years[-1], last)[1], i, names[i]))
    _name(canvas, ends, x=right + 6.0, bottom=bottom)
    return canvas.done()


def _ending(
    name: str, values: Sequence[float], number: Callable[[float], str], width: float
) -> tuple[str, ...]:
    """Return what stands at the end of a line: its name and its last number, in lines."""
    last = next((v for v in reversed(list(values)) if not isnan(v)), float("nan"))
    shown = "" if isnan(last) else number(last).replace(" ", "\u00a0")
    return wrapped(f"{name} {shown}".rstrip(), width, SIZE, bold=True)


def _name(
    canvas: Canvas,
    ends: Sequence[tuple[float, int, tuple[str, ...]]],
    *,
    x: float,
    bottom: float,
) -> None:
    """Write the names beside the ends of the lines, moved apart where they would touch."""
    blocks = sorted(ends)
    heights = [STEP * len(texts) + 2.0 for _, _, texts in blocks]
    tops: list[float] = []
    for (y, _, _), high in zip(blocks, heights, strict=True):
        wanted = y - high / 2.0
        tops.append(max(wanted, tops[-1] + heights[len(tops) - 1]) if tops else max(wanted, 12.0))
    over = tops[-1] + heights[-1] - (bottom + 8.0) if tops else 0.0
    for k in range(len(tops) - 1, -1, -1):  # push up what ran out at the bottom
        if over <= 0.0:
            break
        tops[k] -= over
        over = tops[k - 1] + heights[k - 1] - tops[k] if k else 0.0
    for (_, i, texts), y in zip(blocks, tops, strict=True):
        colour = CLASS_COLOURS[i % len(CLASS_COLOURS)]
        for k, text in enumerate(texts):
            canvas.text(x, y + STEP * (k + 0.5), text, size=SIZE, colour=colour, bold=True)
