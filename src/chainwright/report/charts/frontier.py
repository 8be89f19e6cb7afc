"""What each budget buys: points of cost and loss avoided, in steps, and one of them marked."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isfinite

from chainwright.report.charts.bars import steps
from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import FOREIGN, GRID, HOME, INK, MUTED, UNKNOWN
from chainwright.report.lettering import text_width, wrapped

__all__ = ["frontier_chart"]

Point = tuple[float, float]
"""Cost and loss avoided."""

SIZE = 8.0
SMALL = 7.2
STEP = 9.6
SWATCH = 16.0
HALF = 2.2


def frontier_chart(
    best: Sequence[Point],
    *,
    here: Point | None = None,
    names: tuple[str, str],
    title: str,
    description: str,
    axes: tuple[str, str],
    number: Callable[[float], str],
    width: float = PAGE_WIDTH,
    height: float = 140.0,
) -> Chart:
    """Return points of cost (across) and of what is avoided (up), from nothing on.

    Parameters
    ----------
    best : sequence of (float, float)
        Cost and loss avoided of the best plan of each budget, costs rising.
    here : (float, float), optional
        The plan that the page is about.
    names : tuple of str
        Of the best plans and of the plan, as the key says.
    title, description : str
        Of the chart, in words.
    axes : tuple of str
        What costs and avoided losses are, with their units.
    number : callable
        Writes a value.
    width, height : float
        Of the chart, and of the part with the points [pt].
    """
    known = [p for p in (*best, *([here] if here else ())) if all(map(isfinite, p))]
    across_ticks = steps(max([p[0] for p in known], default=0.0) or 1.0, most=6)
    up_ticks = steps(max([p[1] for p in known], default=0.0) or 1.0, most=4)
    keys = [names[0], names[1]] if here else [names[0]]
    titles = wrapped(axes[1], width, SMALL)
    top = STEP * (len(keys) + len(titles)) + 8.0
    bottom = top + height
    left = max(text_width(number(t), SMALL) for t in up_ticks) + 6.0
    right = width - max(12.0, text_width(number(across_ticks[-1]), SMALL) / 2.0 + 2.0)
    canvas = Canvas(width, bottom + 26.0, title=title, description=description)
    for k, name in enumerate(keys):
        y = STEP * (k + 0.5) + 1.0
        if k:
            canvas.rectangle(SWATCH / 2.0 - 3.0, y - 3.0, 6.0, 6.0, FOREIGN)
        else:
            canvas.line([(0.0, y), (SWATCH, y)], colour=HOME, width=1.6)
        canvas.text(SWATCH + 4.0, y, name, size=SIZE)
    for k, line in enumerate(titles):
        canvas.text(0.0, STEP * (len(keys) + k + 0.5) + 2.0, line, size=SMALL, colour=MUTED)

    def place(point: Point) -> Point:
        cost, avoided = point
        return (
            left + (right - left) * cost / across_ticks[-1],
            bottom - (bottom - top) * max(avoided, 0.0) / up_ticks[-1],
        )

    for tick in up_ticks:
        y = place((0.0, tick))[1]
        canvas.line([(left, y), (right, y)], colour=UNKNOWN if tick == 0.0 else GRID, width=0.5)
        canvas.text(left - 4.0, y, number(tick), size=SMALL, colour=MUTED, side="right")
    for tick in across_ticks:
        x = place((tick, 0.0))[0]
        canvas.line([(x, bottom), (x, bottom + 2.5)], colour=UNKNOWN, width=0.6)
        canvas.text(x, bottom + 8.0, number(tick), size=SMALL, colour=MUTED, side="center")
    canvas.text(right, bottom + 19.0, axes[0], size=SMALL, colour=MUTED, side="right")
    found = [place(p) for p in best if all(map(isfinite, p))]
    if len(found) > 1:  # between two plans there is none: it goes up in steps
        flat = [(after[0], before[1]) for before, after in pairwise(found)]
        corners = [p for pair in zip(found, [*flat, found[-1]], strict=True) for p in pair]
        canvas.line(corners, colour=HOME, width=1.4)
    for x, y in found:
        canvas.rectangle(x - HALF, y - HALF, 2 * HALF, 2 * HALF, HOME)
    if here and all(map(isfinite, here)):
        x, y = place(here)
        canvas.rectangle(x - 4.0, y - 4.0, 8.0, 8.0, FOREIGN, edge=INK)
    return canvas.done()
