"""A supply tree: a user on the left, its inputs to the right, the inputs of those beyond."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import HOME, MUTED
from chainwright.report.lettering import wrapped

__all__ = ["Branch", "tree_chart"]

SIZE = 7.8
SMALL = 7.0
STEP = 9.0
GAP = 4.0


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of a supply tree with all that hangs on it.

    Parameters
    ----------
    name : str
        Of the sector.
    place : str
        Where it is.
    share : float
        Its part of the root, from 0 to 1: the thickness of its line.
    colour : str
        Its colour.
    branches : tuple of Branch
        Its own suppliers, largest first.
    """

    name: str
    place: str
    share: float
    colour: str = HOME
    branches: tuple["Branch", ...] = ()


def tree_chart(
    root: Branch,
    *,
    title: str,
    description: str,
    headings: Sequence[str],
    number: Callable[[float], str],
    keys: Sequence[tuple[str, str]] = (),
    width: float = PAGE_WIDTH,
) -> Chart:
    """Return the tree of `root`; a line is as thick as the share that it carries.

    Parameters
    ----------
    root : Branch
        The user, with its suppliers and their suppliers.
    title, description : str
        Of the chart, in words.
    headings : sequence of str
        Of the columns: the user, its inputs, the inputs of those.
    number : callable
        Writes a share.
    keys : sequence of (colour, str)
        What each colour means.
    width : float
        Of the chart [pt].
    """
    depth = _depth(root)
    column = width / depth
    room = column - 46.0
    top = 30.0 if keys else 16.0
    size = _height(root, room)
    canvas = Canvas(width, top + size + 4.0, title=title, description=description)
    x = 0.0
    for colour, meaning in keys:
        canvas.rectangle(x, 2.0, 8.0, 8.0, colour)
        canvas.text(x + 12.0, 6.0, meaning, size=SMALL, colour=MUTED)
        x += 26.0 + sum(SMALL * (1.0 if ord(c) > 0x2E7F else 0.62) for c in meaning)
    for i, heading in enumerate(headings[:depth]):
        canvas.text(i * column, top - 10.0, heading, size=SMALL, colour=MUTED, bold=True)
    _draw(canvas, root, 0, top, size, column, room, number)
    return canvas.done()


def _depth(branch: Branch) -> int:
    return 1 + max((_depth(b) for b in branch.branches), default=0)


def _lines(branch: Branch, room: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return wrapped(branch.name, room, SIZE), wrapped(branch.place, room, SMALL)


def _own(branch: Branch, room: float) -> float:
    names, places = _lines(branch, room)
    return STEP * (len(names) + len(places)) + 2.0 * GAP


def _height(branch: Branch, room: float) -> float:
    return max(_own(branch, room), sum(_height(b, room) for b in branch.branches))


def _draw(
    canvas: Canvas,
    branch: Branch,
    level: int,
    y: float,
    height: float,
    column: float,
    room: float,
    number: Callable[[float], str],
) -> float:
    """Draw `branch` into its slot and return the height of its middle."""
    needed = sum(_height(b, room) for b in branch.branches)
    spread = (height - needed) / max(len(branch.branches), 1)
    middles = []
    below = y
    for child in branch.branches:
        slot = _height(child, room) + spread
        middles.append(_draw(canvas, child, level + 1, below, slot, column, room, number))
        below += slot
    middle = y + height / 2.0
    x = level * column
    names, places = _lines(branch, room)
    for child, at in zip(branch.branches, middles, strict=True):
        thick = max(16.0 * child.share, 0.5)
        canvas.ribbon(
            (x + room + 10.0, middle - thick / 2.0),
            (x + column, at - thick / 2.0),
            (thick, thick),
            child.colour,
            alpha=0.40,
        )
    lines = len(names) + len(places)
    top = middle - STEP * lines / 2.0
    canvas.rectangle(x, top - 1.0, 2.6, STEP * lines + 2.0, branch.colour)
    for i, line in enumerate(names):
        canvas.text(
            x + 6.0, top + STEP * (i + 0.5), line, size=SIZE, bold=level == 0
        )
    for i, line in enumerate(places):
        canvas.text(
            x + 6.0, top + STEP * (len(names) + i + 0.5), line, size=SMALL, colour=MUTED
        )
    return middle
