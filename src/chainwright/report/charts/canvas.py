"""A sheet to draw on in points, over matplotlib: one unit is one point, y runs downwards."""

import math
from collections.abc import Sequence
from typing import Literal

from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from chainwright.report.charts.chart import Chart, Label, cjk_font
from chainwright.report.charts.palette import GRID, INK
from chainwright.report.lettering import text_width

__all__ = ["PAGE_WIDTH", "Canvas", "Side"]

PAGE_WIDTH = 504.0
"""Width of the text on an A4 page with its margins [pt]."""

RISE = 0.35
"""How far below the middle of a line of text its baseline lies, as a share of its size."""

Side = Literal["left", "center", "right"]
"""Which part of a text is at its place."""


class Canvas:
    """A figure whose one axes spans it all, so that places are points on paper.

    Parameters
    ----------
    width, height : float
        Size [pt].
    title, description : str
        Of the chart, in words.
    """

    def __init__(self, width: float, height: float, *, title: str, description: str) -> None:
        self.width, self.height = width, height
        self._labels: list[Label] = []
        self._drawn = 0
        self._chart = Chart(width, height, title, description)
        self._axes = self._chart.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_axis_off()
        self._axes.set_xlim(0.0, width)
        self._axes.set_ylim(height, 0.0)
        font = cjk_font()
        self._family = ["DejaVu Sans", font] if font else ["DejaVu Sans"]

    def _next(self) -> int:
        """Return where the next thing lies: over all that was drawn before."""
        self._drawn += 1
        return self._drawn

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        edge: str | None = None,
        hatch: str | None = None,
        alpha: float = 1.0,
    ) -> None:
        """Draw a filled rectangle.

        Parameters
        ----------
        x, y, width, height : float
            Upper left corner and size [pt].
        colour : str
            Of the face.
        edge : str, optional
            Colour of a hairline around it.
        hatch : str, optional
            Pattern of matplotlib, for what is not known.
        alpha : float
            1 for solid.
        """
        patch = Rectangle(
            (x, y),
            width,
            height,
            facecolor=colour,
            edgecolor=edge or "none",
            linewidth=0.5 if edge else 0.0,
            hatch=hatch,
            alpha=alpha,
            zorder=self._next(),
            clip_on=False,
        )
        self._axes.add_patch(patch)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        colour: str = GRID,
        width: float = 0.6,
        dashed: bool = False,
    ) -> None:
        """Draw a line through points.

        Parameters
        ----------
        points : sequence of (float, float)
            Where it runs [pt].
        colour : str
            Its colour.
        width : float
            Its width [pt].
        dashed : bool
            Whether it is dashed.
        """
        xs, ys = zip(*points, strict=True)
        self._axes.add_line(
            Line2D(
                xs,
                ys,
                color=colour,
                linewidth=width,
                linestyle="--" if dashed else "-",
                zorder=self._next(),
                clip_on=False,
            )
        )

    def area(
        self, points: Sequence[tuple[float, float]], colour: str, *, alpha: float = 1.0
    ) -> None:
        """Fill what lies inside a closed line.

        Parameters
        ----------
        points : sequence of (float, float)
            Its corners in order [pt].
        colour : str
            Of the face.
        alpha : float
            1 for solid.
        """
        self._axes.add_patch(
            Polygon(
                points,
                closed=True,
                facecolor=colour,
                linewidth=0.0,
                alpha=alpha,
                zorder=self._next(),
                clip_on=False,
            )
        )

    def ribbon(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        thickness: tuple[float, float],
        colour: str,
        *,
        alpha: float = 0.45,
    ) -> None:
        """Draw a band that leaves and arrives level, as in a Sankey chart.

        Parameters
        ----------
        start, end : (float, float)
            Upper corner of the band on the left and on the right [pt].
        thickness : (float, float)
            How thick it is there [pt].
        colour : str
            Its colour.
        alpha : float
            1 for solid.
        """
        (x0, y0), (x1, y1) = start, end
        middle = (x0 + x1) / 2.0
        low0, low1 = y0 + thickness[0], y1 + thickness[1]
        vertices = [
            (x0, y0), (middle, y0), (middle, y1), (x1, y1),
            (x1, low1), (middle, low1), (middle, low0), (x0, low0), (x0, y0),
        ]  # fmt: skip
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        self._axes.add_patch(
            PathPatch(
                Path(vertices, codes),
                facecolor=colour,
                linewidth=0.0,
                alpha=alpha,
                zorder=self._next(),
                clip_on=False,
            )
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 8.0,
        colour: str = INK,
        side: Side = "left",
        bold: bool = False,
        angle: float = 0.0,
    ) -> None:
        """Write one line of text whose middle is at height `y`.

        Parameters
        ----------
        x, y : float
            Where it starts, is centred or ends, and the middle of its height [pt].
        text : str
            One line.
        size : float
            Of the font [pt].
        colour : str
            Of the text.
        side : str
            Which part of the text is at `x`.
        bold : bool
            Whether it is bold.
        angle : float
            Turned by so many degrees against the clock around (x, y).
        """
        turn = math.radians(angle)
        down = RISE * size
        # matplotlib reads mathematics between two dollar signs
        self._axes.text(
            x + down * math.sin(turn),
            y + down * math.cos(turn),
            text.replace("$", r"\$"),
            fontsize=size,
            color=colour,
            ha=side,
            va="baseline",
            fontweight="bold" if bold else "normal",
            rotation=angle,
            rotation_mode="anchor",
            family=self._family,
            zorder=self._next(),
            clip_on=False,
        )
        wide = text_width(text, size, bold=bold)
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[side] * wide
        half = 0.5 * size
        box = ((left, -half), (left + wide, -half), (left + wide, half), (left, half))
        self._labels.append(
            Label(
                text,
                tuple(
                    (
                        x + (a - x) * math.cos(turn) + b * math.sin(turn),
                        y - (a - x) * math.sin(turn) + b * math.cos(turn),
                    )
                    for a, b in box
                ),
            )
        )

    def lines_of_text(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = 8.0,
        leading: float = 1.2,
        colour: str = INK,
        side: Side = "left",
        bold: bool = False,
    ) -> None:
        """Write several lines, the middle of their block at height `y`.

        Parameters
        ----------
        x, y : float
            Where each line starts, is centred or ends, and the middle of the block [pt].
        lines : sequence of str
            The lines.
        size, leading : float
            Of the font [pt], and the step from line to line as a multiple of it.
        colour, side, bold
            As for `text`.
        """
        step = size * leading
        first = y - step * (len(lines) - 1) / 2.0
        for i, line in enumerate(lines):
            self.text(x, first + i * step, line, size=size, colour=colour, side=side, bold=bold)

    def done(self) -> Chart:
        """Return the chart, which keeps where its labels are."""
        self._chart.labels = tuple(self._labels)
        return self._chart
