"""A heat map: numbers in cells, darker for more, with a mark where nothing is known."""

from collections.abc import Callable, Sequence
from math import cos, isnan, radians, sin

import numpy as np
import numpy.typing as npt

from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import INK, MUTED, UNKNOWN, shade
from chainwright.report.lettering import text_width, wrapped

__all__ = ["heat_map"]

SIZE = 7.6
SMALL = 7.2
TILT = 50.0
CELL = 15.0
LEADING = 1.14
LEAST = 44.0


def heat_map(
    values: npt.NDArray[np.float64],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str,
    description: str,
    row_axis: str,
    column_axis: str,
    scale: str,
    number: Callable[[float], str],
    unknown: str,
    top: float | None = None,
    width: float = PAGE_WIDTH,
) -> Chart:
    """Return a heat map; the number stands in each cell that is wide enough for it.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        From 0 up; NaN where not known or not asked.
    rows, columns : sequence of str
        Names.
    title, description : str
        Of the chart, in words.
    row_axis, column_axis : str
        What rows and columns are.
    scale : str
        What the colour means, with its unit.
    number : callable
        Writes a value.
    unknown : str
        What an empty cell means.
    top : float, optional
        Value of the darkest colour; the largest one if not given.
    width : float
        Of the chart [pt].
    """
    count = max(len(columns), 1)
    names_width = max((text_width(r, SIZE) for r in rows), default=0.0)
    label_width = max(min(0.30 * width, names_width), text_width(row_axis, SMALL))
    left = label_width + 6.0
    # a longer heading is broken, so that the last one, which leans out, leaves room for cells
    most = (width - left - CELL * count) / cos(radians(TILT)) - 4.0 * SIZE
    longest = min(max((text_width(c, SIZE) for c in columns), default=0.0), max(most, LEAST))
    turn = radians(TILT)
    heading, cell = longest, 0.0
    for count_of_lines in (4, 3, 2, 1):  # in as many lines as the columns are wide enough for
        wide = _narrowest(columns, count_of_lines, longest)
        lean = wide * cos(turn) + SIZE * sin(turn) * count_of_lines
        fits = min((width - left - lean) / count, 40.0)
        if fits * sin(turn) >= count_of_lines * SIZE * LEADING or count_of_lines == 1:
            heading, cell = wide, fits
            break
    headings = [wrapped(c, heading, SIZE) for c in columns]
    names = [wrapped(r, label_width, SIZE) for r in rows]
    heights = [max(CELL, len(n) * SIZE * 1.15 + 4.0) for n in names]
    above = heading * sin(turn) + SIZE * 2.2 + 12.0
    bottom = above + sum(heights)
    canvas = Canvas(width, bottom + 34.0, title=title, description=description)
    largest = top or float(np.nanmax(values, initial=0.0)) or 1.0
    canvas.text(0.0, 6.0, column_axis, size=SMALL, colour=MUTED)
    canvas.text(label_width, above - 8.0, row_axis, size=SMALL, colour=MUTED, side="right")
    for j, lines in enumerate(headings):
        middle = left + (j + 0.5) * cell
        for k, line in enumerate(lines):
            shift = (k - (len(lines) - 1) / 2.0) * SIZE * LEADING / sin(turn)
            canvas.text(middle + shift, above - 5.0, line, size=SIZE, angle=TILT)
    y = above
    for i, (lines, height) in enumerate(zip(names, heights, strict=True)):
        canvas.lines_of_text(
            label_width, y + height / 2.0, lines, size=SIZE, leading=1.15, side="right"
        )
        for j in range(len(columns)):
            _cell(canvas, (left + j * cell, y, cell, height), values[i, j], largest, number)
        y += height
    _scale(
        canvas,
        (left, bottom + 12.0),
        largest=largest,
        name=scale,
        number=number,
        unknown=unknown,
    )
    return canvas.done()


def _narrowest(texts: Sequence[str], lines: int, widest: float) -> float:
    """Return the least width in which every text fits into so many lines, no word broken."""
    words = [text_width(w, SIZE) for t in texts for w in t.split() if w.isascii()]
    least = min(max([LEAST, *words]), widest)
    for step in range(41):
        width = least + (widest - least) * step / 40.0
        if all(len(wrapped(t, width, SIZE)) <= lines for t in texts):
            return width
    return widest


def _cell(
    canvas: Canvas,
    box: tuple[float, float, float, float],
    value: float,
    largest: float,
    number: Callable[[float], str],
) -> None:
    x, y, width, height = box
    if isnan(value):
        canvas.rectangle(x, y, width, height, "#ffffff", edge="#e6eaee")
        return
    share = min(value / largest, 1.0)
    canvas.rectangle(x, y, width, height, shade(share), edge="#ffffff")
    text = number(value)
    if text_width(text, 6.4) <= width - 2.0:
        canvas.text(
            x + width / 2.0,
            y + height / 2.0,
            text,
            size=6.4,
            colour="#ffffff" if share > 0.55 else INK,
            side="center",
        )


def _scale(
    canvas: Canvas,
    place: tuple[float, float],
    *,
    largest: float,
    name: str,
    number: Callable[[float], str],
    unknown: str,
) -> None:
    """Draw the key of the colours and of the empty cells."""
    x, y = place
    for i in range(40):
        canvas.rectangle(x + i * 3.0, y - 4.0, 3.0, 8.0, shade(i / 39.0))
    canvas.text(x, y + 11.0, number(0.0), size=SMALL, colour=MUTED)
    canvas.text(x + 120.0, y + 11.0, number(largest), size=SMALL, colour=MUTED, side="right")
    canvas.text(x + 128.0, y, name, size=SMALL, colour=MUTED)
    canvas.rectangle(x + 128.0, y + 7.0, 8.0, 8.0, "#ffffff", edge=UNKNOWN)
    canvas.text(x + 140.0, y + 11.0, unknown, size=SMALL, colour=MUTED)
