"""A Sankey chart: what flows from column to column, as thick as it is large."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas, Side
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import HOME, MUTED
from chainwright.report.lettering import text_width, wrapped

__all__ = ["Flow", "Stage", "flow_chart"]

SIZE = 8.0
SMALL = 7.2
GAP = 5.0
BAR = 9.0
STEP = 9.4


@dataclass(frozen=True, slots=True)
class Stage:
    """A column of a Sankey chart.

    Parameters
    ----------
    title : str
        What stands over it.
    names : mapping of str to str
        Name of each of its nodes by key, from top to bottom.
    colours : mapping of str to str
        Colour of nodes that are not of the home colour.
    """

    title: str
    names: Mapping[str, str]
    colours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes from a node to one of the next column.

    Parameters
    ----------
    source, target : str
        Keys of the nodes; a key stands in one column only.
    value : float
        Above zero.
    """

    source: str
    target: str
    value: float


def flow_chart(
    stages: Sequence[Stage],
    flows: Sequence[Flow],
    *,
    title: str,
    description: str,
    number: Callable[[float], str],
    height: float = 400.0,
    width: float = PAGE_WIDTH,
) -> Chart:
    """Return a Sankey chart of two or three columns; every node carries its name and amount.

    Parameters
    ----------
    stages : sequence of Stage
        Columns from left to right.
    flows : sequence of Flow
        Between neighbouring columns.
    title, description : str
        Of the chart, in words.
    number : callable
        Writes an amount.
    height, width : float
        Of the chart [pt]; it grows if the labels need more height.
    """
    sides = [_side(i, len(stages)) for i in range(len(stages))]
    outer = 0.21 * width
    amounts = {
        key: max(
            sum(f.value for f in flows if f.source == key),
            sum(f.value for f in flows if f.target == key),
        )
        for stage in stages
        for key in stage.names
    }
    texts = {
        key: (*wrapped(name, outer, SIZE), number(amounts[key]))
        for stage in stages
        for key, name in stage.names.items()
    }
    room = {key: STEP * len(lines) + 1.0 for key, lines in texts.items()}
    height = max(height, *(sum(room[k] + GAP for k in s.names) + 60.0 for s in stages))
    top = 20.0
    scale = min(_scale([amounts[k] for k in s.names], [room[k] for k in s.names], height - top)
                for s in stages)  # fmt: skip
    canvas = Canvas(width, height + 4.0, title=title, description=description)
    left, right = outer + 6.0, width - outer - 6.0 - BAR
    xs = [left + (right - left) * i / max(len(stages) - 1, 1) for i in range(len(stages))]
    if len(stages) == 3:
        xs[1] -= 0.06 * width  # its labels stand on its right
    places: dict[str, tuple[float, float]] = {}
    for stage, x in zip(stages, xs, strict=True):
        slots = {k: max(amounts[k] * scale, room[k]) for k in stage.names}
        free = height - top - sum(slots.values())
        gap = min(free / max(len(slots), 1), 3.0 * GAP)
        y = top + (free - gap * (len(slots) - 1)) / 2.0
        for key, slot in slots.items():
            places[key] = (x, y + (slot - amounts[key] * scale) / 2.0)
            y += slot + gap
    _ribbons(canvas, stages, flows, places, scale)
    for stage, x, side in zip(stages, xs, sides, strict=True):
        at: Side = "right" if side == "left" else "left"
        canvas.text(x + BAR if side == "left" else x, 6.0, stage.title, bold=True, side=at)
        for key in stage.names:
            x0, y0 = places[key]
            thick = amounts[key] * scale
            canvas.rectangle(x0, y0, BAR, max(thick, 0.4), stage.colours.get(key, HOME))
            middle = y0 + thick / 2.0
            if side == "middle":  # over the bands, so on paper
                wide = max(text_width(line, SIZE) for line in texts[key])
                corner = (x0 + BAR + 2.0, middle - room[key] / 2.0)
                canvas.rectangle(*corner, wide + 4.0, room[key], "#ffffff", alpha=0.72)
            edge = x0 - 4.0 if side == "left" else x0 + BAR + 4.0
            *names, amount = texts[key]
            first = middle - STEP * len(names) / 2.0
            for i, line in enumerate(names):
                canvas.text(edge, first + STEP * i, line, size=SIZE, side=at)
            below = first + STEP * len(names)
            canvas.text(edge, below, amount, size=SMALL, colour=MUTED, side=at)
    return canvas.done()


def _side(place: int, count: int) -> str:
    if place == 0:
        return "left"
    return "right" if place == count - 1 else "middle"


def _scale(amounts: Sequence[float], rooms: Sequence[float], height: float) -> float:
    """Return points per amount so that a column with room for its labels just fits."""
    low, high = 0.0, height / max(sum(amounts), 1e-300)
    for _ in range(60):
        middle = (low + high) / 2.0
        used = sum(max(a * middle, r) + GAP for a, r in zip(amounts, rooms, strict=True))
        low, high = (middle, high) if used <= height else (low, middle)
    return low


def _ribbons(
    canvas: Canvas,
    stages: Sequence[Stage],
    flows: Sequence[Flow],
    places: Mapping[str, tuple[float, float]],
    scale: float,
) -> None:
    """Draw the flows in the order of their nodes, so that they cross as little as may be."""
    order = {key: i for stage in stages for i, key in enumerate(stage.names)}
    colours = {key: c for stage in stages for key, c in stage.colours.items()}
    leaving = {key: y for key, (_, y) in places.items()}
    arriving = dict(leaving)
    starts: dict[tuple[str, str], float] = {}
    for flow in sorted(flows, key=lambda f: (order[f.source], order[f.target])):
        starts[flow.source, flow.target] = leaving[flow.source]
        leaving[flow.source] += flow.value * scale
    for flow in sorted(flows, key=lambda f: (order[f.target], order[f.source])):
        thick = flow.value * scale
        x0, x1 = places[flow.source][0] + BAR, places[flow.target][0]
        canvas.ribbon(
            (x0, starts[flow.source, flow.target]),
            (x1, arriving[flow.target]),
            (thick, thick),
            colours.get(flow.source, colours.get(flow.target, HOME)),
            alpha=0.30,
        )
        arriving[flow.target] += thick
