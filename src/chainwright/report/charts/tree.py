"""A supply tree: a user on the left, its inputs to the right, the inputs of those beyond."""

from collections.abc import Sequence
from dataclasses import dataclass

from chainwright.report.charts.canvas import PAGE_WIDTH, Canvas
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import HOME, MUTED
from chainwright.report.lettering import text_width, wrapped

__all__ = ["Branch", "tree_chart"]

SIZE = 7.8
SMALL = 7.0
STEP = 10.0
GAP = 3.0
CONNECTOR = 30.0
THICKEST = 36.0
"""How thick a line would be that carries all [pt]."""


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
    keys : sequence of (colour, str)
        What each colour means.
    width : float
        Of the chart [pt].
    """
    depth = _depth(root)
    frame = _Frame.of(width, depth)
    top = 32.0 if keys else 16.0
    size = frame.height(root, 0)
    canvas = Canvas(width, top + size + 4.0, title=title, description=description)
    x = 0.0
    for colour, meaning in keys:
        canvas.rectangle(x, 2.0, 8.0, 8.0, colour)
        canvas.text(x + 12.0, 6.0, meaning, size=SMALL, colour=MUTED)
        x += 28.0 + text_width(meaning, SMALL)
    for heading, place in zip(headings, frame.starts, strict=False):
        canvas.text(place, top - 9.0, heading, size=SMALL, colour=MUTED, bold=True)
    frame.draw(canvas, root, 0, top, size)
    return canvas.done()


def _depth(branch: Branch) -> int:
    return 1 + max((_depth(b) for b in branch.branches), default=0)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the columns stand, and how wide the text in each may be."""

    starts: tuple[float, ...]
    rooms: tuple[float, ...]

    @classmethod
    def of(cls, width: float, depth: int) -> "_Frame":
        parts = {1: (1.0,), 2: (0.30, 0.70), 3: (0.22, 0.37, 0.41)}[min(depth, 3)]
        starts = tuple(width * sum(parts[:i]) for i in range(len(parts)))
        rooms = tuple(
            width * part - (8.0 if i == len(parts) - 1 else CONNECTOR + 8.0)
            for i, part in enumerate(parts)
        )
        return cls(starts, rooms)

    def lines(self, branch: Branch, level: int) -> tuple[list[tuple[str, str]], bool]:
        """Return the lines of a node, name and place on each, and whether both fit on one."""
        room = self.rooms[level]
        both = text_width(branch.name, SIZE, bold=level == 0) + 5.0
        if both + text_width(branch.place, SMALL) <= room:
            return [(branch.name, branch.place)], True
        names = [(line, "") for line in wrapped(branch.name, room, SIZE, bold=level == 0)]
        last = text_width(names[-1][0], SIZE, bold=level == 0) + 5.0
        if last + text_width(branch.place, SMALL) <= room:
            return [*names[:-1], (names[-1][0], branch.place)], False
        return [*names, *(("", line) for line in wrapped(branch.place, room, SMALL))], False

    def height(self, branch: Branch, level: int) -> float:
        """Return how high the slot of a node with all its branches is."""
        own = STEP * len(self.lines(branch, level)[0]) + GAP
        inner = sum(self.height(b, level + 1) for b in branch.branches)
        return max(own, inner + (GAP if branch.branches else 0.0))

    def draw(self, canvas: Canvas, branch: Branch, level: int, y: float, height: float) -> float:
        """Draw `branch` into its slot and return the height of its middle."""
        needed = sum(self.height(b, level + 1) for b in branch.branches)
        spread = (height - needed) / max(len(branch.branches), 1)
        middles = []
        below = y
        for child in branch.branches:
            slot = self.height(child, level + 1) + spread
            middles.append(self.draw(canvas, child, level + 1, below, slot))
            below += slot
        middle = y + height / 2.0
        x = self.starts[level]
        lines, _ = self.lines(branch, level)
        thicks = [max(THICKEST * child.share, 0.6) for child in branch.branches]
        at = middle - sum(thicks) / 2.0
        for child, end, thick in zip(branch.branches, middles, thicks, strict=True):
            start = self.starts[level + 1]
            canvas.ribbon(
                (start - CONNECTOR, at), (start - 1.0, end - thick / 2.0), (thick, thick),
                child.colour, alpha=0.45,
            )  # fmt: skip
            at += thick
        top = middle - STEP * len(lines) / 2.0
        canvas.rectangle(x, top + 0.6, 2.4, STEP * len(lines) - 1.2, branch.colour)
        for i, (name, place) in enumerate(lines):
            line = top + STEP * (i + 0.5)
            if name:
                canvas.text(x + 6.0, line, name, size=SIZE, bold=level == 0)
            if place:
                after = text_width(name, SIZE, bold=level == 0) + 5.0 if name else 0.0
                canvas.text(x + 6.0 + after, line, place, size=SMALL, colour=MUTED)
        return middle
