"""A map of sites by latitude and longitude alone: no coast, no border, so none that is disputed."""

from math import cos, radians

import numpy as np

from chainwright.report.charts import svg
from chainwright.report.charts.canvas import PAGE_WIDTH
from chainwright.report.charts.palette import GRID, MUTED
from chainwright.report.maker.spots import EXPOSED, SAFE, UNKNOWN, Spots, legend, spot
from chainwright.report.wording import Words

__all__ = ["draw_dots"]

TALLEST = 330.0
EDGE = 36.0
"""Greatest height, and room for the numbers of the grid [pt]."""

GRIDS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0)
"""Distances between lines of the grid [deg]."""

LEAST = 2.0
"""A map shows at least so many degrees, however near the sites are."""


def draw_dots(spots: Spots, words: Words, *, title: str) -> tuple[str, int] | None:
    """Return the map as SVG and how many sites have no coordinates; None where none has any.

    Degrees of longitude are narrowed by the cosine of the middle latitude, so that near places
    keep their shape; large distances do not.

    Parameters
    ----------
    spots : Spots
        The sites.
    words : Words
        The language.
    title : str
        What it is called, for readers who do not see it.
    """
    known = np.flatnonzero(np.isfinite(spots.latitude) & np.isfinite(spots.longitude))
    if not len(known):
        return None
    south, north = _span(spots.latitude[known], -90.0, 90.0)
    west, east = _span(spots.longitude[known], -180.0, 180.0)
    narrow = max(0.2, cos(radians((south + north) / 2.0)))
    scale = min((PAGE_WIDTH - EDGE) / ((east - west) * narrow), TALLEST / (north - south))
    wide, tall = (east - west) * narrow * scale, (north - south) * scale
    left, top = EDGE, 20.0  # below the legend

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        return left + (longitude - west) * narrow * scale, top + (north - latitude) * scale

    parts = [svg.hatching(), *legend(0.0, 10.0, words)]
    step = next((g for g in GRIDS if max(north - south, east - west) / g <= 9.0), GRIDS[-1])
    for degree in np.arange(np.ceil(west / step) * step, east + 1e-9, step):
        x = at(float(degree), south)[0]
        parts.append(svg.line((x, top), (x, top + tall), colour=GRID, thick=0.5))
        text = _degrees(float(degree), "EW", words)
        parts.append(svg.words(x, top + tall + 9.0, text, size=7.0, colour=MUTED, anchor="middle"))
    for degree in np.arange(np.ceil(south / step) * step, north + 1e-9, step):
        y = at(west, float(degree))[1]
        parts.append(svg.line((left, y), (left + wide, y), colour=GRID, thick=0.5))
        text = _degrees(float(degree), "NS", words)
        parts.append(svg.words(left - 3.0, y + 2.5, text, size=7.0, colour=MUTED, anchor="end"))
    for kind in (SAFE, UNKNOWN, EXPOSED):
        here = known[spots.standing[known] == kind]
        for site in here[np.argsort(-spots.rank[here], kind="stable")].tolist():  # first on top
            x, y = at(float(spots.longitude[site]), float(spots.latitude[site]))
            rank = int(spots.rank[site])
            parts += spot(x, y, 3.4, standing=kind, rank=rank)
    missing = len(spots) - len(known)
    description = words.say("map_description", sites=f"{len(known):,}", missing=f"{missing:,}")
    size = (PAGE_WIDTH, top + tall + 14.0)
    text = svg.document(parts, size, title=title, description=description, paper="")
    return text, missing


def _span(degrees: np.ndarray, least: float, most: float) -> tuple[float, float]:
    """Return from where to where a map runs, with a margin."""
    low, high = float(degrees.min()), float(degrees.max())
    room = max(0.05 * (high - low), (LEAST - (high - low)) / 2.0, 0.2)
    return max(least, low - room), min(most, high + room)


def _degrees(value: float, letters: str, words: Words) -> str:
    """Return a degree as it is written beside the grid."""
    if words.language == "zh":
        names = {"E": "东经", "W": "西经", "N": "北纬", "S": "南纬"}
        return f"{names[letters[0 if value >= 0 else 1]] if value else ''}{abs(value):g}°"
    return f"{abs(value):g}°{letters[0 if value > 0 else 1] if value else ''}"
