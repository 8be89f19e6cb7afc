"""Sites as spots of a picture, and pictures of spots, lines and words as SVG or as a chart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.report.charts import Chart, svg
from chainwright.report.charts.canvas import Canvas
from chainwright.report.charts.palette import FOREIGN, HOME, INK, MUTED
from chainwright.report.lettering import text_width
from chainwright.report.maker.site_list import STANDINGS
from chainwright.report.wording import Words

__all__ = ["EXPOSED", "SAFE", "UNKNOWN", "Drawn", "Lettering", "Line", "Spot", "Spots", "legend"]

EXPOSED, UNKNOWN, SAFE = (STANDINGS.index(word) for word in STANDINGS[:3])
"""How a site stands: its gap is open, nobody can say, or it is closed."""

FILL = {SAFE: HOME, EXPOSED: FOREIGN, UNKNOWN: svg.HATCH}

ROOM = 3.2
"""Radius from which on a rank can be read inside a spot [pt]."""

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spots:
    """Sites to draw, ``S`` of them; items without a known source count as sites too.

    Parameters
    ----------
    tier : ndarray, shape (S,)
        Deliveries between the site and the maker.
    place : ndarray of str, shape (S,)
        Country; empty where it is not known.
    standing : ndarray, shape (S,)
        `SAFE`, `EXPOSED` or `UNKNOWN`.
    rank : ndarray, shape (S,)
        Place in the ranking of exposure, from 1; 0 where it has none.
    latitude, longitude : ndarray, shape (S,)
        Degrees; NaN where they are not known.
    """

    tier: Whole
    place: npt.NDArray[np.object_]
    standing: Whole
    rank: Whole
    latitude: Floats
    longitude: Floats

    def __len__(self) -> int:
        return len(self.tier)

    @classmethod
    def of_table(cls, sites: pd.DataFrame) -> "Spots":
        """Return the sites of a table of sites that a product needs.

        Parameters
        ----------
        sites : DataFrame
            With the columns of ``maker_site_list``.
        """
        rows = sites[sites["tier"] >= 0]
        return cls(
            rows["tier"].to_numpy(np.int64),
            rows["place"].to_numpy(object),
            rows["standing"].map(STANDINGS.index).to_numpy(np.int64),
            rows["rank"].to_numpy(np.int64),
            rows["latitude_deg"].to_numpy(np.float64),
            rows["longitude_deg"].to_numpy(np.float64),
        )

    @property
    def counts(self) -> Mapping[int, int]:
        """Number of sites of each standing."""
        return {kind: int((self.standing == kind).sum()) for kind in (EXPOSED, SAFE, UNKNOWN)}


@dataclass(frozen=True, slots=True)
class Spot:
    """One site: exposed ones are larger, ringed, and carry their rank where there is room.

    Parameters
    ----------
    x, y, radius : float
        Middle, and size of a site that is not exposed [pt].
    standing, rank : int
        As in `Spots`.
    """

    x: float
    y: float
    radius: float
    standing: int
    rank: int = 0

    @property
    def size(self) -> float:
        """Radius as it is drawn [pt]."""
        return self.radius * (1.25 if self.standing == EXPOSED else 1.0)

    @property
    def text(self) -> str:
        """What stands inside it."""
        told = self.standing == EXPOSED and 0 < self.rank < 100 and self.radius >= ROOM
        return str(self.rank) if told else ""


@dataclass(frozen=True, slots=True)
class Lettering:
    """One line of words.

    Parameters
    ----------
    x, y : float
        Where its baseline starts, is centred or ends [pt].
    text : str
        The words.
    size : float
        Of the letters [pt].
    colour : str
        Of the letters.
    bold : bool
        Whether they are bold.
    anchor : str
        ``start``, ``middle`` or ``end``.
    """

    x: float
    y: float
    text: str
    size: float = 8.0
    colour: str = INK
    bold: bool = False
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line.

    Parameters
    ----------
    start, end : (float, float)
        Where it runs [pt].
    colour : str
        Its colour.
    thick : float
        Its width [pt].
    """

    start: tuple[float, float]
    end: tuple[float, float]
    colour: str
    thick: float = 0.5


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture of spots.

    Parameters
    ----------
    marks : tuple of Spot, Lettering or Line
        From the back to the front.
    size : (float, float)
        Width and height [pt].
    title, description : str
        For readers who do not see it.
    missing : int
        Sites that are not in it.
    """

    marks: tuple[Spot | Lettering | Line, ...]
    size: tuple[float, float]
    title: str
    description: str
    missing: int

    def svg(self) -> str:
        """Return the picture as SVG text."""
        parts = [svg.hatching()]
        for mark in self.marks:
            parts += _shapes(mark)
        return svg.document(
            parts, self.size, title=self.title, description=self.description, paper=""
        )

    def chart(self) -> Chart:
        """Return the picture as a chart, for a workbook."""
        canvas = Canvas(*self.size, title=self.title, description=self.description)
        for mark in self.marks:
            if isinstance(mark, Line):
                canvas.line([mark.start, mark.end], colour=mark.colour, width=mark.thick)
            elif isinstance(mark, Spot):
                _on_canvas(canvas, mark)
            else:
                side = {"start": "left", "middle": "center", "end": "right"}[mark.anchor]
                canvas.text(
                    mark.x,
                    mark.y - mark.size * 0.35,
                    mark.text,
                    size=mark.size,
                    colour=mark.colour,
                    side=side,  # type: ignore[arg-type]
                )
        return canvas.done()


def _shapes(mark: Spot | Lettering | Line) -> Iterable[str]:
    """Return a mark as SVG."""
    if isinstance(mark, Line):
        return [svg.line(mark.start, mark.end, colour=mark.colour, thick=mark.thick)]
    if isinstance(mark, Lettering):
        return [
            svg.words(mark.x, mark.y, mark.text, size=mark.size, colour=mark.colour,
                      bold=mark.bold, anchor=mark.anchor)
        ]  # fmt: skip
    edge = {EXPOSED: INK, UNKNOWN: MUTED}.get(mark.standing, "none")
    parts = [svg.dot(mark.x, mark.y, mark.size, fill=FILL[mark.standing], edge=edge, thick=0.5)]
    if mark.text:
        letters = mark.size * (1.25 if len(mark.text) == 1 else 1.02)
        parts.append(
            svg.words(mark.x, mark.y + letters * 0.36, mark.text, size=letters,
                      colour="#ffffff", bold=True, anchor="middle")
        )  # fmt: skip
    return parts


def _on_canvas(canvas: Canvas, mark: Spot) -> None:
    """Draw a spot as a square, which a canvas has; hatched where nothing is known."""
    edge = {EXPOSED: INK, UNKNOWN: MUTED}.get(mark.standing)
    colour = "#ffffff" if mark.standing == UNKNOWN else FILL[mark.standing]
    side = 1.8 * mark.size
    hatch = "////" if mark.standing == UNKNOWN else None
    canvas.rectangle(
        mark.x - side / 2.0, mark.y - side / 2.0, side, side, colour, edge=edge, hatch=hatch
    )
    if mark.text:
        canvas.text(mark.x, mark.y, mark.text, size=mark.size, colour="#ffffff", side="center")


def legend(x: float, y: float, words: Words) -> list[Spot | Lettering | Line]:
    """Return one line that says what the spots mean.

    Parameters
    ----------
    x, y : float
        Where it begins [pt].
    words : Words
        The language.
    """
    marks: list[Spot | Lettering | Line] = []
    for standing, key in (
        (EXPOSED, "spot_exposed"),
        (SAFE, "spot_safe"),
        (UNKNOWN, "spot_unknown"),
    ):
        text = words.say(key)
        marks.append(Spot(x + 4.0, y - 2.8, 3.0, standing))
        marks.append(Lettering(x + 11.0, y, text))
        x += 26.0 + text_width(text, 8.0)
    return marks
